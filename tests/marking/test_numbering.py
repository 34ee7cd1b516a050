"""Numbers of problems in circles are none of the problem; digits with loops, and places for answers, stay."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from app.marking.layout import symbol_height
from app.marking.marker import Marker
from app.marking.numbering import take_circled_numbers
from app.marking.page_ink import page_ink
from app.reading.reader import Reader
from tests.marking.pages import draw_page, draw_text

PROBLEMS = ("7×8=56", "18-9=9", "6+7=13")


def circled(page: np.ndarray, number: str, x: int, y: int, radius: int = 30) -> None:
    """A number in a circle around (x, y)."""
    cv2.circle(page, (x, y), radius, 20, 3, cv2.LINE_AA)
    draw_text(page, number, x - 10, y - 15, size=30, pen=3)


def sheet(numbered: bool = True) -> np.ndarray:
    """Three problems under one another, with numbers in circles before them."""
    page = draw_page([(text, 200, 80 + 120 * k) for k, text in enumerate(PROBLEMS)], 700, 460)
    for k in range(3 if numbered else 0):
        circled(page, str(k + 1), 140, 105 + 120 * k)
    return page


def taken(page: np.ndarray) -> int:
    """How many pieces are taken for circled numbers."""
    ink = page_ink(page)
    kept, out = take_circled_numbers(ink.pieces, symbol_height(ink))
    assert len(kept) + len(out) == len(ink.pieces)
    return len(out)


def test_circles_and_their_numbers_are_taken_out():
    assert taken(sheet()) == 6
    assert taken(sheet(numbered=False)) == 0


def test_a_circle_that_is_broken_stands_between_others():
    page = sheet()
    page[170:280, 137:143] = np.where(page[170:280, 137:143] < 128, 255, page[170:280, 137:143])
    ink = page_ink(page)
    kept, _ = take_circled_numbers(ink.pieces, symbol_height(ink))
    assert min(p.blob.box[0] for p in kept) > 180


def test_problems_with_circled_numbers_are_read_without_them(reader: Reader):
    problems = Marker(reader).mark(sheet()).problems
    assert [(p.text.replace(" ", ""), p.verdict) for p in problems] == [(text, "correct") for text in PROBLEMS]


@pytest.mark.parametrize("answer", ["60", "86", "98", "04"])
def test_a_round_digit_far_behind_an_equals_sign_is_the_answer(answer: str):
    assert taken(draw_page([("7+8=", 80, 80), (answer, 460, 80)], 800, 220)) == 0


def test_a_place_for_a_sign_between_two_numbers_is_no_number():
    page = draw_page([("12", 80, 80), ("15", 320, 80)], 600, 220)
    circled(page, "7", 230, 105, radius=34)
    assert taken(page) == 0


def test_a_number_that_touches_its_circle_counts_beside_others():
    page = sheet()
    cv2.line(page, (140, 335), (140, 310), 20, 3)
    assert taken(page) >= 5
