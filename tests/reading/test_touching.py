"""Symbols that touch are parted; single symbols stay whole."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from app.marking.page_ink import page_ink
from app.marking.rows import row_ink
from app.reading.touching import part_columns, part_touching
from models.ink import parted
from tests.marking.pages import draw_page, draw_text


def ink_of(page: np.ndarray):
    """The page's ink as one row."""
    ink = page_ink(page)
    return row_ink(ink.pieces, ink.pen)


def touching(first: str, second: str) -> np.ndarray:
    """Two digits that a stroke joins, after others that stand free."""
    page = draw_page([("3", 60, 80), ("5", 130, 80)], 500, 220, size=60)
    draw_text(page, first, 230, 80, 60)
    draw_text(page, second, 275, 80, 60)
    cv2.line(page, (255, 115), (285, 113), 20, 5, cv2.LINE_AA)
    return page


@pytest.mark.parametrize("digits", ["58", "60", "93", "28"])
def test_two_digits_that_touch_are_siblings(digits: str):
    whole = ink_of(touching(*digits))
    in_parts = part_touching(whole)
    (family,) = in_parts.siblings
    assert 2 <= len(family) <= 3  # a digit may be parted too: its parts are neighbours, which the reader joins
    assert any(245 < in_parts.boxes[i][0] < 295 for i in family[1:])
    # Nothing of the ink is lost but for scraps at the cut, and nothing comes to it.
    area = sum(int((p.mask > 0).sum()) for p in whole.pieces)
    kept = sum(int((p.mask > 0).sum()) for p in in_parts.pieces)
    assert 0.97 * area <= kept <= area
    assert in_parts.reference_size == whole.reference_size


@pytest.mark.parametrize("text", ["0123456789", "3+4=7", "8×6-5", "(12÷4)"])
def test_symbols_that_stand_free_stay_whole(text: str):
    ink = ink_of(draw_page([(text, 60, 80)], 900, 240, size=70))
    assert part_touching(ink) is ink


def test_a_piece_in_doubt_is_parted_however_narrow():
    page = draw_page([("3", 60, 80), ("5", 130, 80)], 500, 220, size=60)
    draw_text(page, "4", 230, 80, 60)
    draw_text(page, "+", 262, 80, 60)
    whole = ink_of(page)
    joined = max(range(len(whole.pieces)), key=lambda i: whole.boxes[i][2])
    in_parts = parted(whole, [joined], part_columns)
    (family,) = in_parts.siblings
    assert {tuple(whole.boxes[i]) for i in range(len(whole.pieces)) if i != joined} <= set(map(tuple, in_parts.boxes))
    assert np.allclose(
        [in_parts.boxes[list(family), :2].min(0), in_parts.boxes[list(family), 2:].max(0)],
        whole.boxes[joined].reshape(2, 2),
        atol=2,
    )
    assert parted(whole, [], part_columns).siblings == ()
