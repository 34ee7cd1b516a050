"""Lines under a part of a row, told from fractions and from the rules of sums."""

from __future__ import annotations

import numpy as np

from app.marking.underlines import find_underlines

HEIGHT = 20.0


def digits(*places: float, y: float = 0.0) -> list[tuple[float, float, float, float]]:
    """Boxes of digits."""
    return [(x, y, x + 10, y + HEIGHT) for x in places]


def found(boxes: list[tuple[float, float, float, float]]) -> set[int]:
    """Numbers of the boxes that are underlines or notes."""
    return find_underlines(np.array(boxes, float), range(len(boxes)), HEIGHT)


def test_a_line_under_a_part_of_a_row_is_found_with_the_note_below_it():
    row = digits(0, 15, 30, 60, 75)
    line, note = (-3.0, 24.0, 45.0, 27.0), (15.0, 30.0, 25.0, 42.0)
    assert found([*row, line, note]) == {5, 6}


def test_a_row_below_is_no_note():
    row, below = digits(0, 15, 30, 60, 75), digits(15, 60, y=30)
    assert found([*row, (-3.0, 24.0, 45.0, 27.0), *below]) == {5}


def test_the_bar_of_a_fraction_is_none():
    over, under = digits(0, 15, y=-12), digits(8, y=14)
    beside = digits(50, 65, y=0)
    assert not found([*over, (-3.0, 10.0, 28.0, 12.0), *under, *beside])


def test_the_rule_of_a_sum_is_none():
    sum_in_columns = [*digits(15, 30), *digits(15, 30, y=28)]
    assert not found([*sum_in_columns, (0.0, 52.0, 45.0, 54.0), *digits(15, 30, y=60)])


def test_minus_and_equals_signs_are_none():
    row = [*digits(0), (20.0, 9.0, 30.0, 11.0), *digits(40), (60.0, 6.0, 72.0, 8.0), (60.0, 12.0, 72.0, 14.0)]
    assert not found(row)


def test_a_long_bar_is_a_fractions_beside_short_ones():
    printed = [*digits(0, y=-14), *digits(0, y=15), (-3.0, 9.0, 14.0, 11.0)]
    written = [*digits(80, 95, y=-14), *digits(88, y=15), (76.0, 9.0, 112.0, 11.0)]
    assert not found([*printed, *written, *digits(40, 60, y=-10)])
