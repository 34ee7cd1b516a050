"""Lines of words are told from arithmetic before they are read, and arithmetic among words is found."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from app.marking.glance import Glances
from app.marking.marker import Marker
from app.marking.page_ink import page_ink
from app.marking.page_layout import lay_out
from app.marking.prose import without_prose
from app.reading.reader import Reader
from tests.marking.pages import draw_page, draw_text, from_top, print_text

WORDS = ("Sam has some apples", "and buys more of them", "How many does he have")


@pytest.mark.parametrize(("page", "words"), [("arithmetic", 0), ("words", 3)])
def test_words_are_left_out_and_arithmetic_is_not(reader: Reader, page: str, words: int):
    sheet = np.full((420, 900), 255, np.uint8)
    for k, text in enumerate(WORDS if page == "words" else ("12 + 7 × 3", "(14 − 6) × 5", "135 − 47 + 8")):
        print_text(sheet, text, 60, 100 + 110 * k)
    ink = page_ink(sheet)
    layout = lay_out(ink)
    kept = without_prose(layout.lines, Glances(layout.pieces, layout.height, ink.pen, reader.network))
    assert len(layout.lines) - len(kept) == words and len(layout.lines) == 3


def test_equations_below_words_are_found(reader: Reader):
    page = draw_page([], 1000, 1100)
    answers = ("12+36=48", "40-17=23", "6×7=43")
    for k, text in enumerate(answers):
        for j in range(2):
            print_text(page, WORDS[j], 60, 90 + 360 * k + 70 * j, size=30)
        draw_text(page, text, 100, 210 + 360 * k)
    problems = from_top(Marker(reader), page)
    assert [p.text.replace(" ", "") for p in problems] == list(answers)
    assert [p.verdict for p in problems] == ["correct", "correct", "wrong"]


def test_an_arrow_is_no_sign(reader: Reader):
    page = draw_page([("349", 80, 80), ("350", 330, 80), ("7+4=11", 80, 200)], 900, 330)
    for tip in ((296, 94), (296, 126)):
        cv2.line(page, (316, 110), tip, 20, 5, cv2.LINE_AA)
    cv2.line(page, (240, 110), (316, 110), 20, 5, cv2.LINE_AA)
    assert [p.text.replace(" ", "") for p in Marker(reader).mark(page).problems] == ["7+4=11"]
