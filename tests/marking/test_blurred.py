"""Equals signs that a blur has run together come apart; other bars and blocks stay whole."""

from __future__ import annotations

import numpy as np
import pytest

from app.marking.blurred import part_blocks
from app.marking.page_ink import Piece
from models.ink import Blob

PEN = 6.0


def solid(width: int, height: int) -> Piece:
    return Piece(Blob(np.full((height, width), 255, np.uint8), (10.0, 20.0)), 100.0)


@pytest.mark.parametrize(("width", "height"), [(24, 15), (40, 16), (30, 20)])
def test_a_block_as_thick_as_two_bars_is_two_bars(width, height):
    top, bottom = sorted((p.blob.box for p in part_blocks([solid(width, height)], PEN)), key=lambda b: b[1])
    assert top[:3] == (10, 20, 10 + width) and bottom[2:] == (10 + width, 20 + height)
    assert top[3] < bottom[1]


@pytest.mark.parametrize(("width", "height"), [(24, 8), (30, 12), (14, 14), (120, 16), (40, 40)])
def test_hyphens_dots_rules_and_pictures_stay_whole(width, height):
    assert len(part_blocks([solid(width, height)], PEN)) == 1


def test_a_digit_stays_whole():
    mask = np.zeros((18, 26), np.uint8)
    mask[:4] = mask[-4:] = mask[:, :4] = mask[:, -4:] = 255
    assert len(part_blocks([Piece(Blob(mask, (0.0, 0.0)), 100.0)], PEN)) == 1
