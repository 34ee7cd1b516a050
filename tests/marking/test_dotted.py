"""Dashed borders are no ink of problems, dotted lines are lines, and a remainder's dots are dots."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.marking.dotted import join_dotted_lines
from app.marking.marker import Marker
from app.marking.page_ink import PageInk, Piece, page_ink
from app.reading.reader import Reader
from models.ink import Blob
from tests.marking.pages import draw_page, draw_text


def dashed(page: np.ndarray, start: tuple[int, int], end: tuple[int, int], dash: int = 9, space: int = 7) -> None:
    """A dashed line, level or upright."""
    (x0, y0), (x1, y1) = start, end
    for step in range(0, max(x1 - x0, y1 - y0), dash + space):
        if x1 > x0:
            cv2.line(page, (x0 + step, y0), (x0 + step + dash, y0), 60, 3)
        else:
            cv2.line(page, (x0, y0 + step), (x0, y0 + step + dash), 60, 3)


def framed() -> np.ndarray:
    """Two problems in dashed frames."""
    page = draw_page([("7×8=56", 100, 100), ("9-4=5", 750, 100)], 1300, 260)
    for left in (50, 650):
        for y in (60, 200):
            dashed(page, (left, y), (left + 550, y))
        for x in (left, left + 550):
            dashed(page, (x, 60), (x, 200))
    return page


def test_dashed_frames_are_taken_out():
    ink = page_ink(framed())
    left, out = join_dotted_lines(ink)
    assert len(left.pieces) < 25 and len(left.pieces) + len(out) == len(ink.pieces)


def test_problems_in_dashed_frames_are_read(reader: Reader):
    problems = Marker(reader).mark(framed()).problems
    assert sorted(p.text.replace(" ", "") for p in problems) == ["7×8=56", "9-4=5"]


def test_a_dotted_line_to_write_on_becomes_one_piece():
    page = draw_page([("7×8=", 100, 100)], 700, 220)
    for x in range(310, 500, 13):
        cv2.circle(page, (x, 155), 3, 20, -1)
    ink = page_ink(page)
    left, out = join_dotted_lines(ink)
    assert len(out) == len(range(310, 500, 13))
    (line,) = (p for p in left.pieces if p.blob.box[2] - p.blob.box[0] > 150)
    assert line.blob.box[3] - line.blob.box[1] < 12 and (line.blob.mask > 0).mean() > 0.5


@given(st.integers(2, 7), st.integers(2, 6), st.integers(4, 14))
def test_the_dots_of_a_remainder_stay(count: int, side: int, space: int):
    digit = Piece(Blob(np.full((40, 20), 255, np.uint8), (60.0, 105.0)), 200.0)
    dots = [
        Piece(Blob(np.full((side, side), 255, np.uint8), (100.0 + k * (side + space), 140.0)), 200.0)
        for k in range(count)
    ]
    ink = PageInk((digit, *dots), 5.0, np.zeros((200, 400), np.float32))
    assert join_dotted_lines(ink) == (ink, [])


@pytest.mark.parametrize("answer", ["8", "36", "106"])
def test_dots_beside_an_answer_are_a_line_and_those_of_a_sign_are_its_own(reader: Reader, answer: str):
    page = np.full((460, 900), 255, np.uint8)
    for k in range(3):
        y = 90 + 120 * k
        draw_text(page, "48÷6=", 60, y)
        for x in range(280, 560, 16):
            cv2.circle(page, (x, y + 48), 3, 20, -1, cv2.LINE_AA)
        draw_text(page, answer if k else "", 350, y - 4)
    found = Marker(reader).mark(page).problems
    assert [p.text.replace(" ", "") for p in found] == [f"48÷6={answer if k else '□'}" for k in range(3)]
