"""Faint lines that an answer breaks are lines to write on; bars of signs and fractions are none."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.marking.broken_lines import join_broken_lines
from app.marking.marker import Marker
from app.marking.page_ink import Piece
from app.reading.reader import Reader
from models.ink import Blob
from tests.marking.pages import draw_text, print_text

HEIGHT = 40.0


def piece(x0: float, y0: float, x1: float, y1: float) -> Piece:
    return Piece(Blob(np.full((round(y1 - y0), round(x1 - x0)), 255, np.uint8), (float(x0), float(y0))), 200.0)


@given(st.integers(1, 3), st.floats(-0.25, 0.4))
def test_parts_beside_an_answer_become_one_line(digits: int, above: float):
    foot = 100 - above * HEIGHT
    written = [piece(40 + 30 * k, foot - 40, 62 + 30 * k, foot) for k in range(digits)]
    parts = [piece(10, 98, 36, 102), piece(40 + 30 * digits, 98, 80 + 30 * digits, 102)]
    kept, scraps = join_broken_lines([parts[0], *written, parts[1]], HEIGHT)
    assert not scraps and len(kept) == digits + 1
    assert max(p.blob.box[2] - p.blob.box[0] for p in kept) == 70 + 30 * digits


@given(st.integers(1, 3))
def test_minus_signs_and_bars_of_fractions_stay(digits: int):
    """A minus stands at the middle of its numbers, a fraction's bar between them."""
    pieces = [piece(10, 98, 36, 102), *(piece(40 + 30 * k, 80, 62 + 30 * k, 120) for k in range(digits))]
    pieces.append(piece(45 + 30 * digits, 98, 71 + 30 * digits, 102))
    over = [piece(12, 50, 34, 90), piece(12, 110, 34, 150)]
    for some in (pieces, [*pieces, *over]):
        kept, scraps = join_broken_lines(some, HEIGHT)
        assert not scraps and set(kept) == set(some)


def test_equals_signs_stay():
    some = [piece(10, 92, 36, 96), piece(11, 104, 37, 108), piece(50, 66, 72, 106), piece(80, 104, 106, 108)]
    kept, _ = join_broken_lines(some, HEIGHT)
    assert set(kept) == set(some)


@pytest.mark.parametrize("answer", ["23", "7"])
def test_an_answer_on_a_faint_line_is_read(reader: Reader, answer: str):
    page = np.full((420, 900), 255, np.uint8)
    for k in range(3):
        foot = 110 + 120 * k
        end = print_text(page, f"{k + 3} + {int(answer) - k - 3} = ", 60, foot)
        cv2.line(page, (int(end) + 10, foot + 2), (int(end) + 170, foot + 2), 190, 2)
        draw_text(page, answer, end + 60, foot - 46, 46, ink=10, pen=6)
    found = Marker(reader).mark(page).problems
    assert [p.text.replace(" ", "").split("=")[1] for p in found] == [answer] * 3
    assert [p.verdict for p in found] == ["correct"] * 3


def test_bars_of_neighbouring_fractions_stay_apart():
    """Between them is a plus, a little over their height."""
    some = [piece(10, 98, 36, 102), piece(50, 80, 74, 104), piece(90, 98, 116, 102)]
    some += [piece(x, y, x + 18, y + 30) for x in (14, 94) for y in (64, 106)]
    kept, scraps = join_broken_lines(some, HEIGHT)
    assert set(kept) == set(some) and not scraps


def test_lines_beside_a_remainders_sign_are_two():
    some = [piece(10, 98, 90, 102), piece(106, 60, 130, 100), piece(146, 98, 226, 102)]
    kept, _ = join_broken_lines(some, HEIGHT)
    assert set(kept) == set(some)
