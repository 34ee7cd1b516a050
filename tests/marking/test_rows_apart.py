"""Ink that touches from row to row is parted where that makes sense of it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from app.marking.columns import find_blocks
from app.marking.layout import boxes_of, symbol_height
from app.marking.page_ink import PageInk, page_ink
from app.marking.rows_apart import rows_apart
from tests.marking.pages import draw_page, draw_text


def sum_in_columns(rule: bool = True, touching: int = 3) -> np.ndarray:
    """A sum of which some digits touch the ones below them, beside digits that touch nothing."""
    columns = [(d, 130.0 + 50 * (k % 3), 80.0 + 48 * (k // 3)) for k, d in enumerate("368142")]
    page = draw_page([("49", 420, 40), ("-", 70, 135), *columns], 600, 320)
    for x in (145, 195, 245)[:touching]:
        cv2.line(page, (x, 120), (x, 140), 20, 5)
    if rule:
        cv2.line(page, (60, 205), (290, 205), 20, 5)
    return page


def apart(ink: PageInk) -> list:
    """The ink's pieces, parted."""
    return rows_apart(ink.pieces, symbol_height(ink), ink.pen)


def test_numbers_of_a_sum_that_touch_are_two_rows():
    ink = page_ink(sum_in_columns())
    height = 50.0
    assert not find_blocks(boxes_of(ink.pieces), height)
    pieces = rows_apart(ink.pieces, height, ink.pen)
    (block,) = find_blocks(boxes_of(pieces), height)
    assert [len(row) for row in block.rows] == [3, 4]
    assert [p.blob.box[0] for p in pieces] == sorted(p.blob.box[0] for p in pieces)


def test_one_digit_that_touches_the_one_below_it_belongs_to_both_rows():
    ink = page_ink(sum_in_columns(touching=1))
    (block,) = find_blocks(boxes_of(rows_apart(ink.pieces, 50.0, ink.pen)), 50.0)
    assert [len(row) for row in block.rows] == [3, 4]


def test_a_tall_answer_over_a_line_is_one_row():
    page = draw_page([("7+5=", 80, 120)], 700, 260, size=30, pen=3)
    draw_text(page, "37", 260, 85, size=68)
    for x in (280, 330):
        cv2.line(page, (x, 150), (x, 160), 20, 5)
    cv2.line(page, (240, 160), (400, 160), 20, 4)
    ink = page_ink(page)
    assert not find_blocks(boxes_of(rows_apart(ink.pieces, 30.0, ink.pen)), 30.0)


def fractions(touching: bool) -> PageInk:
    """A sum of fractions; the number over the bar of the last may touch it."""
    page = draw_page([("1", 100, 60), ("8", 95, 150), ("+", 180, 105), ("2", 260, 60), ("8", 260, 150)], 700, 260)
    draw_text(page, "=", 340, 105)
    draw_text(page, "3", 430, 60)
    draw_text(page, "8", 430, 150)
    for x in (80, 240, 405):
        cv2.line(page, (x, 128), (x + 85, 128), 20, 5)
    if touching:
        cv2.line(page, (445, 108), (445, 128), 20, 5)
    return page_ink(page)


def test_a_number_that_touches_its_bar_is_parted_from_it_beside_other_fractions():
    assert len(apart(fractions(touching=True))) == len(fractions(touching=False).pieces)


@pytest.mark.parametrize(
    "page",
    [sum_in_columns(rule=False), draw_page([("12", 100, 100), ("+34", 60, 190)]), draw_page([("(5+8)", 80, 90)])],
    ids=["no rule", "nothing touches", "brackets"],
)
def test_what_makes_no_sum_stays_whole(page: np.ndarray):
    ink = page_ink(page)
    assert apart(ink) == list(ink.pieces)
