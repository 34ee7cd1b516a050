"""Units of any script are told by standing behind every number of a question."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from app.marking.marker import Marker
from tests.marking.pages import draw_text, from_top, print_text, texts

STROKES = {
    "元": ("2,1 8,1", "0,4 10,4", "4,4 3,8 0,10", "6,4 6,9 10,9 10,8"),
    "米": ("5,0 5,10", "0,4 10,4", "2,1 3,3", "8,1 7,3", "4,4 0,9", "6,4 10,9"),
    "厘": ("1,0 10,0", "1,0 1,6 0,10", "4,2 8,2 8,5 4,5 4,2", "4,3 8,3", "6,2 6,9", "4,7 8,7", "2,9 10,9"),
    "个": ("5,0 0,5", "5,0 10,5", "5,4 5,10"),
}
"""Characters as lines of a pen, in tenths of their side."""


def print_row(page: np.ndarray, parts: Sequence[str], foot: float, size: float = 40) -> None:
    """Prints a row whose parts are text, characters, or ``?14`` for what is written by hand."""
    x = 60.0
    for part in parts:
        if part.startswith("?"):
            draw_text(page, part[1:], x + 12, foot - 44, 44)
            x += 34 * len(part[1:]) + 34
        elif set(part) <= set(STROKES):
            for character in part:
                print_character(page, character, x + 8, foot, 1.1 * size)
                x += 1.4 * size
        else:
            x = print_text(page, part, x, foot, size)


def print_character(page: np.ndarray, character: str, x: float, foot: float, side: float) -> None:
    """Prints one character on a line of print."""
    for stroke in STROKES[character]:
        points = np.array([point.split(",") for point in stroke.split()], float) * side / 10
        points += np.array((x, foot - side + 3))
        points = np.round(points * 16).astype(np.int32).reshape(-1, 1, 2)
        cv2.polylines(page, [points], False, 20, 3, cv2.LINE_AA, 4)


def sheet(*rows: Sequence[str]) -> np.ndarray:
    """A page of such rows."""
    page = np.full((110 + 110 * len(rows), 1300), 255, np.uint8)
    for k, row in enumerate(rows):
        print_row(page, row, 120 + 110 * k)
    return page


@pytest.mark.parametrize("unit", ["元", "米", "厘米", "个"])
def test_a_unit_behind_every_number(marker: Marker, unit: str):
    page = sheet(
        ("12", unit, " + 7", unit, " =", "?19", unit),
        ("25", unit, " + 15", unit, " =", "?34", unit),
        ("40", unit, " - 4", unit, " =", "?36", unit),
    )
    assert texts(marker, page) == ["12+7=19", "25+15=34", "40-4=36"]
    assert [p.verdict for p in from_top(marker, page)] == ["correct", "wrong", "correct"]


def test_a_unit_in_brackets_behind_the_answer(marker: Marker):
    page = sheet(("4 + 32 =", "?36", "(", "元", ")"), ("16 + 3 =", "?18", "(", "米", ")"))
    assert texts(marker, page) == ["4+32=36", "16+3=18"]
    assert [p.verdict for p in from_top(marker, page)] == ["correct", "wrong"]


def test_two_problems_of_one_line_part_behind_the_unit_of_the_first(marker: Marker):
    page = sheet(("12", "元", " + 7", "元", " =", "?19", "元", "  25", "米", " - 5", "米", " =", "?20", "米"))
    assert sorted(texts(marker, page)) == ["12+7=19", "25-5=20"]


def test_nothing_is_called_wrong_where_numbers_have_two_units(marker: Marker):
    page = sheet(
        ("3", "元", "5", "米", " + 2", "元", " =", "?55", "米"), ("1", "米", " + 40", "厘米", " =", "?140", "厘米")
    )
    assert {p.verdict for p in from_top(marker, page)} <= {"unsure"}


def test_digits_that_every_number_ends_with_stay(marker: Marker):
    page = sheet(("15 + 25 =", "?40"), ("35 + 15 =", "?50"), ("10 + 20 =", "?30"), ("48 - 28 =", "?20"))
    assert texts(marker, page) == ["15+25=40", "35+15=50", "10+20=30", "48-28=20"]


def test_fractions_that_are_alike_are_no_units(marker: Marker):
    page = np.full((260, 900), 255, np.uint8)
    x = 60.0
    for part in ("2", "/", " + 1", "/", " ="):
        if part == "/":
            print_text(page, "8", x + 8, 96, 30)
            cv2.line(page, (round(x), 105), (round(x) + 40, 105), 20, 3)
            print_text(page, "9", x + 8, 145, 30)
            x += 52
        else:
            x = print_text(page, part, x, 125, 44) + 8
    draw_text(page, "5", x + 20, 80, 48)
    (problem,) = marker.mark(page).problems
    assert problem.text.count("8/9") == 2
