"""Figures of any shape to write in are told by standing on a page several times; zeros and letters are none."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from app.marking.figures import find_figures
from app.marking.layout import symbol_height
from app.marking.marker import Marker
from app.marking.page_ink import page_ink
from app.reading.reader import Reader
from tests.marking.pages import draw_page, draw_text, from_top, print_text

TURN = np.linspace(0, 2 * np.pi, 120)
HEART = np.stack([16 * np.sin(TURN) ** 3, -(13 * np.cos(TURN) - 5 * np.cos(2 * TURN) - 2 * np.cos(3 * TURN))], 1) / 17
CLOUD = np.stack([np.cos(TURN), 0.7 * np.sin(TURN)], 1) * (1 + 0.1 * np.abs(np.sin(3.5 * TURN)))[:, None]
RADII = np.tile([1.0, 0.55], 5)
CORNERS = np.pi * (np.arange(10) / 5 - 0.5)
STAR = np.stack([RADII * np.cos(CORNERS), RADII * np.sin(CORNERS)], 1)
ANSWERS = ("12", "", "7", "21")
QUESTIONS = ("7 + 5 = ", "3 + 6 = ", "4 + 4 = ", "9 + 12 = ")


def sheet(shape: np.ndarray, answers: tuple[str, ...], size: float = 70.0, drop: float = 10.0) -> np.ndarray:
    """Four questions, each with a figure behind its equals sign, and answers in these, ``drop`` pixels low."""
    page = np.full((900, 800), 255, np.uint8)
    for k, (question, answer) in enumerate(zip(QUESTIONS, answers, strict=True)):
        foot = 160 + 200 * k
        x = print_text(page, question, 60, foot, 44) + size + 20
        points = shape * size + (x, foot - 20)
        cv2.polylines(page, [np.round(points * 16).astype(np.int32)], True, 20, 3, cv2.LINE_AA, 4)
        draw_text(page, answer, x - 17 * len(answer), foot - 44 + drop, 44)
    return page


@pytest.mark.parametrize("shape", [HEART, CLOUD, STAR * 1.4], ids=["heart", "cloud", "star"])
def test_answers_in_figures_are_read(reader: Reader, shape: np.ndarray):
    found = from_top(Marker(reader), sheet(shape, ANSWERS))
    assert [p.text.replace(" ", "").split("=")[1] for p in found] == ["12", "□", "7", "21"]
    assert [p.verdict for p in found] == ["correct", "unanswered", "wrong", "correct"]


def test_figures_without_any_answer_are_no_zeros(reader: Reader):
    found = Marker(reader).mark(sheet(HEART, ("", "", "", ""))).problems
    assert [p.verdict for p in found] == ["unanswered"] * 4


def test_what_crosses_a_figures_line_is_parted_from_it():
    ink = page_ink(sheet(HEART, ("12", "", "7", "21"), drop=34))
    figures = find_figures(ink.pieces, symbol_height(ink), ink.pen)
    assert len(figures) == 4
    touched = sorted((f for f in figures if f.is_touched), key=lambda f: f.piece.blob.box[1])
    assert touched
    assert all(f.written for f in touched)
    heights = [p.blob.box[3] - p.blob.box[1] for f in touched for p in f.written]
    assert max(heights) > 35  # a digit of 44 pixels stays whole


def test_no_answer_is_called_wrong_of_which_the_figures_line_may_hold_a_part(reader: Reader):
    found = Marker(reader).mark(sheet(HEART, ("13", "5", "9", "23"), drop=34)).problems
    assert found
    assert "correct" not in {p.verdict for p in found}
    touched = page_ink(sheet(HEART, ("13", "5", "9", "23"), drop=34))
    joined = sum(f.is_touched for f in find_figures(touched.pieces, symbol_height(touched), touched.pen))
    assert sum(p.verdict == "unsure" for p in found) >= joined > 0


@pytest.mark.parametrize("text", ["0", "8", "6", "9"])
def test_digits_are_no_figures(text: str):
    page = draw_page([(f"5+{text}", 60 + 300 * (k % 3), 60 + 200 * (k // 3)) for k in range(9)], size=60)
    for k in range(4):  # and larger ones
        draw_text(page, f"4{text}", 60 + 220 * k, 800, 130)
    ink = page_ink(page)
    assert find_figures(ink.pieces, symbol_height(ink), ink.pen) == []


def test_letters_of_a_heading_are_no_figures():
    page = np.full((700, 1400), 255, np.uint8)
    print_text(page, "BOOK OF ODD DOGS", 60, 160, 110)
    for k in range(3):
        print_text(page, "4 + 5 = 9      6 + 2 = 8", 60, 320 + 120 * k, 40)
    ink = page_ink(page)
    assert find_figures(ink.pieces, symbol_height(ink), ink.pen) == []
