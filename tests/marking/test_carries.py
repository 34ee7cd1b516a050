"""Carries that touch the digit under them are parted from it; digits that are only tall are not."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from app.marking.carries import without_touching_carries
from app.marking.page_ink import Piece, page_ink
from app.reading.reader import Reader
from models.ink import Box
from tests.marking.pages import draw_page, draw_text

SIZE = 60


def pieces_of(page: np.ndarray) -> tuple[list[Piece], float]:
    """Pieces of a page from left to right, and its pen."""
    ink = page_ink(page)
    return list(ink.pieces), ink.pen


def parted_and_whole(reader: Reader, page: np.ndarray) -> tuple[Box, Box]:
    """Box of the second of two digits without its carry, and with it; the first, and the second's foot, stay."""
    pieces, pen = pieces_of(page)
    assert len(pieces) == 2
    found = without_touching_carries(pieces, SIZE, pen, reader.network.classify)
    assert found[0] is pieces[0]
    parted, whole = found[1].blob.box, pieces[1].blob.box
    assert parted[3] == whole[3]
    return parted, whole


@pytest.mark.parametrize("digit", ["0", "3"])
def test_a_carry_that_makes_another_sign_of_a_digit_is_parted_from_it(reader: Reader, digit: str):
    page = draw_page([("2", 60, 100), (digit, 140, 100)], 320, 220, size=SIZE)
    draw_text(page, "1", 156, 72, 0.5 * SIZE)
    (_, top, _, bottom), (_, was, _, _) = parted_and_whole(reader, page)
    assert top > was + 0.2 * SIZE
    assert bottom - top < 1.2 * SIZE


@pytest.mark.parametrize("digit", ["0", "6"])
def test_a_carry_at_the_upper_left_is_parted_from_its_digit(reader: Reader, digit: str):
    page = draw_page([("2", 60, 100), (digit, 140, 100)], 320, 220, size=SIZE)
    # A one with a hook and a foot, which runs into the digit.
    cv2.polylines(page, [np.int32([[124, 92], [131, 84], [131, 106]])], False, 20, 4, cv2.LINE_AA)
    cv2.line(page, (124, 106), (152, 106), 20, 4, cv2.LINE_AA)
    (left, top, _, _), (was_left, was_top, _, _) = parted_and_whole(reader, page)
    assert top > was_top + 0.1 * SIZE
    assert left > was_left + 0.1 * SIZE


@pytest.mark.parametrize("text", ["7", "4", "9", "1", "6"])
def test_a_tall_digit_stays_whole(reader: Reader, text: str):
    page = draw_page([("2", 60, 120)], 320, 260, size=SIZE)
    draw_text(page, text, 140, 100, 1.35 * SIZE)
    pieces, pen = pieces_of(page)
    found = without_touching_carries(pieces, SIZE, pen, reader.network.classify)
    assert all(a is b for a, b in zip(found, pieces, strict=True))
