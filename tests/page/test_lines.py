"""Which strokes the page takes for one line."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.doodles import fraction, write

GROUP = """async (lists) => {
  const { groupLines } = await import('./js/lines.js');
  const { boxOf } = await import('./js/geometry.js');
  const strokes = lists.map((points, id) => ({ id, points, box: boxOf(points) }));
  return groupLines(strokes).map(({ strokes }) => strokes.map(({ id }) => id));
}"""


def group(page: Page, *parts: list[list[list[float]]]) -> list[list[int]]:
    """The lines, top to bottom, as lists of the parts whose strokes they hold."""
    owners = [number for number, part in enumerate(parts) for _ in part]
    lines = page.evaluate(GROUP, [stroke for part in parts for stroke in part])
    return [sorted({owners[stroke] for stroke in line}) for line in lines]


@pytest.mark.parametrize("size", [24, 60, 110])
def test_rows_are_lines(page: Page, size: float) -> None:
    assert group(page, write("12 + 7", size), write("3 × 4 =", size, y=20 + 1.7 * size)) == [[0], [1]]


@pytest.mark.parametrize("size", [24, 60, 110])
def test_a_fraction_is_one_line_also_beside_others(page: Page, size: float) -> None:
    half, third = fraction("1", "2", size), fraction("1", "3", size, x=20 + 3 * size)
    assert group(page, half, write("+", size, 20 + 1.5 * size, 20 + 0.8 * size), third) == [[0, 1, 2]]


def test_an_exponent_belongs_to_its_base(page: Page) -> None:
    assert group(page, write("5", 60), write("2", 30, x=62, y=0), write("+ 1", 60, x=110)) == [[0, 1, 2]]


def test_the_parts_of_a_division_sign_and_an_equals_sign_stay_together(page: Page) -> None:
    assert len(group(page, write("8 ÷ 2 = 4"))) == 1


def test_a_bar_at_the_end_of_a_row_does_not_tie_it_to_the_next(page: Page) -> None:
    assert group(page, write("9 -", 60), write("12 - 7", 60, y=125)) == [[0], [1]]


def test_what_stands_far_apart_in_one_row_is_two_lines(page: Page) -> None:
    assert group(page, write("1 + 2", 60), write("3 + 4", 60, x=700)) == [[0], [1]]
