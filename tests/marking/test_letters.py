"""Printed units and words beside a problem are none of it; where they matter, nothing is called wrong."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from app.marking.glance import Glances
from app.marking.layout import Glyph, Line
from app.marking.letters import without_letters
from app.marking.marked_page import Problem
from app.marking.marker import Marker
from app.marking.page_ink import Piece
from app.reading.network import Classified
from models.ink import Blob
from models.vocabulary import INDEX, LABELS
from tests.marking.pages import draw_text, from_top, print_text, sheet


def texts(problems: list[Problem]) -> list[str]:
    return [p.text.replace(" ", "") for p in problems]


@pytest.mark.parametrize("unit", ["cm", "kg", "days", "km"])
def test_one_unit_all_along_a_row(marker: Marker, unit: str):
    rows = [(f"{a} {unit} + {b} {unit} =", str(c), unit) for a, b, c in ((12, 7, 19), (23, 5, 27), (4, 3, 7))]
    found = from_top(marker, sheet(*rows))
    assert texts(found) == ["12+7=19", "23+5=27", "4+3=7"]
    assert [p.verdict for p in found] == ["correct", "wrong", "correct"]


@pytest.mark.parametrize("word", ["(eggs)", "(kg)", "birds", "(2 marks)"])
def test_a_unit_or_word_behind_the_answer(marker: Marker, word: str):
    found = from_top(marker, sheet(("4 + 9 =", "13", word), ("6 + 3 =", "8", word), ("25 + 4 =", "29", word)))
    assert texts(found) == ["4+9=13", "6+3=8", "25+4=29"]
    assert [p.verdict for p in found] == ["correct", "wrong", "correct"]


def test_an_answer_that_is_missing_has_no_unit_either(marker: Marker):
    found = from_top(marker, sheet(("12 cm + 7 cm =", "19", "cm"), ("23 cm + 5 cm =", "", "")))
    assert [p.verdict for p in found] == ["correct", "unanswered"]


def test_a_problem_reaches_to_the_end_of_the_word_behind_it(marker: Marker):
    page = sheet(("4 + 9 =", "13", "birds"), ("16 + 3 =", "18", "(2 eggs)"), ("25 + 4 =", "29", ""))
    boxes = [p.box for p in from_top(marker, page)]
    ends = [np.flatnonzero((page[round(y0) : round(y1)] < 128).any(0)).max() for _, y0, _, y1 in boxes]
    assert [x1 for _, _, x1, _ in boxes] == pytest.approx(ends, abs=4)


def test_nothing_is_called_wrong_where_units_differ(marker: Marker):
    found = from_top(marker, sheet(("1 m + 40 cm =", "140", "cm"), ("2 kg + 50 g =", "2050", "g")))
    assert all(p.verdict == "unsure" for p in found)


def test_nothing_is_said_of_rows_that_calculate_with_letters(marker: Marker):
    found = from_top(marker, sheet(("x + 13 = 26     x =", "13", ""), ("n + 4 = 9     n =", "5", "")))
    assert all(p.verdict == "unsure" for p in found)


def test_a_question_mark_is_no_answer(marker: Marker):
    found = from_top(marker, sheet(("4 + 9 = ?", "", ""), ("16 + 3 = ?", "", ""), ("2 + 5 = ?", "", "")))
    assert {p.verdict for p in found} <= {"unsure"}


def test_an_x_between_numbers_is_a_sign(marker: Marker):
    found = from_top(marker, sheet(("4 x 9 =", "36", ""), ("12 x 3 =", "33", "")))
    assert texts(found) == ["4×9=36", "12×3=33"]


def test_a_long_division_is_no_unanswered_fraction(marker: Marker):
    page = np.full((700, 700), 255, np.uint8)
    for k, (divisor, dividend) in enumerate((("7", "84"), ("9", "594"), ("5", "580"))):
        foot = 180 + 200 * k
        x = round(print_text(page, divisor, 60, foot, 40)) + 8
        end = round(print_text(page, dividend, x + 14, foot, 40))
        cv2.polylines(page, [np.int32([(x, foot + 12), (x, foot - 56), (end + 6, foot - 56)])], False, 20, 4)
        draw_text(page, "12", x + 20, foot - 110, 40)
    assert all(p.verdict == "unsure" for p in from_top(marker, page))


class Told(Glances):
    """Glances that are told what each glyph looks like, and that it is handwritten or print."""

    def told(self, labels: Sequence[str], by_hand: Sequence[bool]) -> Told:
        object.__setattr__(self, "labels", labels)
        object.__setattr__(self, "by_hand", by_hand)
        return self

    def at(self, symbols: Sequence[tuple[int, ...]]) -> Classified:
        symbol = np.full((len(symbols), len(LABELS)), -4.0)
        for row, (first, *_) in zip(symbol, symbols, strict=True):
            row[INDEX[self.labels[first]]] = 8.0
        hand = np.array([6.0 if self.by_hand[first] else -6.0 for first, *_ in symbols])
        return Classified(symbol, np.full(len(symbols), 9.0), hand)


def test_an_answer_is_left_whose_digits_look_like_letters_by_hand(marker: Marker):
    # The 1 and the 2 of 124 run together, and look like an n.
    labels = ["7", "3", "+", "5", "1", "n", "4"]
    lefts = [60, 90, 140, 190, 220, 360, 388]
    glyphs = [Glyph((k,), (x, 80.0, x + 24.0, 116.0)) for k, x in enumerate(map(float, lefts))]
    glyphs.insert(5, Glyph((), (270.0, 92.0, 300.0, 104.0), is_equals=True))
    pieces = [Piece(Blob(np.full((36, 24), 255, np.uint8), g.box[:2]), 200.0) for g in glyphs if g.pieces]
    glances = Told(pieces, 36.0, 4.0, marker.reader.network).told(labels, [k > 4 for k in range(7)])
    (line,) = without_letters([Line(glyphs)], glances).lines
    assert line.glyphs == glyphs
