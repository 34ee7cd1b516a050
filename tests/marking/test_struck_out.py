"""Answers that were scribbled or struck out do not count; those written beside them do."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from app.marking.layout import Glyph, Line, around, boxes_of, find_glyphs, find_lines, symbol_height
from app.marking.page_ink import Piece, page_ink
from app.marking.struck_out import is_scribble, is_struck_through, without_struck_out
from models.ink import Blob
from tests.marking.pages import draw_page, draw_text


def scribble(page: np.ndarray, x: int, y: int) -> None:
    """A zigzag over a digit."""
    draw_text(page, "8", x, y)
    ups = [(x - 6 + 5 * k, y - 4 if k % 2 else y + 54) for k in range(11)]
    cv2.polylines(page, [np.array(ups)], False, 20, 5, cv2.LINE_AA)


def only_line(page: np.ndarray):
    ink = page_ink(page)
    height = symbol_height(ink)
    boxes = boxes_of(ink.pieces)
    (line,) = find_lines(find_glyphs(boxes, range(len(boxes)), height), height)
    return line, ink


@pytest.mark.parametrize("digits", ["0123456789", "+-×÷=()"])
def test_symbols_are_no_scribbles(digits):
    ink = page_ink(draw_page([(digits, 60, 80)], 900, 220))
    assert not any(is_scribble(p, ink.pen) or is_struck_through(p, ink.pen) for p in ink.pieces)


@pytest.mark.parametrize("answer", ["30", "86", "900"])
def test_a_pen_thicker_than_print_scribbles_nothing(answer: str):
    page = draw_page([("5×6=", 80, 100)], 700, 250, size=30, pen=3)
    draw_text(page, answer, 260, 95, size=40, pen=11)
    line, ink = only_line(page)
    assert without_struck_out(line, ink.pieces, ink.pen) is line


def test_print_in_an_answer_does_not_make_a_pupils_pen_a_scribble():
    page = draw_page([("5÷6=", 80, 100), ("7", 330, 100)], 700, 250, size=30, pen=3)
    draw_text(page, "8", 260, 95, size=44, pen=15)
    draw_text(page, "6", 400, 95, size=44, pen=15)
    line, ink = only_line(page)
    assert without_struck_out(line, ink.pieces, ink.pen) is line


@pytest.mark.parametrize("digits", ["1", "5", "8", "16"])
@pytest.mark.parametrize("rise", [-14, 0, 18])
def test_a_line_through_digits_strikes_them_out(digits, rise):
    page = draw_page([(digits, 100, 80)], 500, 220)
    x = 100 + int(np.nonzero((page < 128).any(0))[0].max() - 100)
    cv2.line(page, (80, 105 + rise // 2), (x + 20, 105 - rise // 2), 20, 5, cv2.LINE_AA)
    ink = page_ink(page)
    (struck,) = [p for p in ink.pieces if is_struck_through(p, ink.pen)]
    assert struck.blob.box[0] <= 84 and struck.blob.box[2] >= x + 16


@pytest.mark.parametrize("digits", ["1", "8", "47"])
def test_an_underline_strikes_nothing_out(digits):
    page = draw_page([(digits, 100, 80)], 500, 220)
    cv2.line(page, (80, 131), (240, 131), 20, 5, cv2.LINE_AA)
    ink = page_ink(page)
    assert not any(is_struck_through(p, ink.pen) for p in ink.pieces)


def test_what_was_scribbled_out_goes_where_something_else_was_written():
    page = draw_page([("3+4=", 60, 80)], 700, 220)
    scribble(page, 300, 80)
    draw_text(page, "7", 380, 80)
    line, ink = only_line(page)
    kept = without_struck_out(line, ink.pieces, ink.pen)
    assert len(kept.glyphs) == len(line.glyphs) - 1 and kept.glyphs[-1] == line.glyphs[-1]


@pytest.mark.parametrize(("digits", "end"), [("6", 346), ("16", 386), ("20", 405)])
def test_what_was_struck_through_goes_likewise(digits, end):
    page = draw_page([("3+4=", 60, 80), (digits, 300, 80), ("7", end + 40, 80)], 900, 220)
    cv2.line(page, (280, 108), (end, 104), 20, 5, cv2.LINE_AA)
    line, ink = only_line(page)
    kept = without_struck_out(line, ink.pieces, ink.pen)
    assert [g.box for g in kept.glyphs] == [g.box for g in (*line.glyphs[:4], line.glyphs[-1])]


def test_a_fraction_is_not_struck_out():
    page = draw_page([("3+4=", 60, 80), ("12", 330, 20), ("5", 345, 110), ("7", 450, 80)], 900, 220)
    cv2.line(page, (310, 92), (410, 92), 20, 5, cv2.LINE_AA)
    line, ink = only_line(page)
    assert without_struck_out(line, ink.pieces, ink.pen) == line


@pytest.mark.parametrize("size", [20, 26, 40])
def test_a_plus_between_numbers_of_an_answer_is_none_struck_out(size: int):
    page = draw_page([("17+14=", 60, 80), ("7", 400, 80), ("24", 560, 80)], 800, 220, pen=4)
    cv2.line(page, (500, 105 - size // 2), (500, 105 + size // 2), 20, 4)
    cv2.line(page, (500 - size // 2, 105), (500 + size // 2, 105), 20, 4)
    line, ink = only_line(page)
    assert without_struck_out(line, ink.pieces, ink.pen) is line


def test_a_tight_fraction_behind_fractions_is_not_struck_out():
    pieces: list[Piece] = []

    def glyph(*boxes: tuple[int, int, int, int]) -> Glyph:
        first = len(pieces)
        for x0, y0, x1, y1 in boxes:
            pieces.append(Piece(Blob(np.full((y1 - y0, x1 - x0), 255, np.uint8), (x0, y0)), 200.0))
        return Glyph(tuple(range(first, len(pieces))), around(boxes), len(boxes) == 2)

    def line(question: Glyph) -> Line:
        equals = glyph((200, 96, 230, 99), (200, 106, 230, 109))
        return Line([question, equals, glyph((266, 84, 272, 124)), glyph(*touching)])

    touching = ((310, 100, 360, 104), (322, 60, 348, 101), (322, 103, 348, 144))
    among_fractions = line(glyph((100, 100, 150, 104), (112, 60, 138, 92), (112, 112, 138, 144)))
    alone = line(glyph((112, 84, 138, 124)))
    assert without_struck_out(among_fractions, pieces, 4.0) is among_fractions
    assert without_struck_out(alone, pieces, 4.0).glyphs == alone.glyphs[:-1]


def test_a_scribble_alone_stays():
    page = draw_page([("3+4=", 60, 80)], 700, 220)
    scribble(page, 300, 80)
    line, ink = only_line(page)
    assert without_struck_out(line, ink.pieces, ink.pen) == line


def test_a_line_without_scribbles_is_as_it_was():
    line, ink = only_line(draw_page([("3+4=7", 60, 80)], 700, 220))
    assert without_struck_out(line, ink.pieces, ink.pen) == line
