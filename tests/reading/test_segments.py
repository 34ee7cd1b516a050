"""Symbols that touch are parted along the paths that meet least ink; the loop of one symbol is not."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.reading.segments import segments
from models.ink import Blob

PEN = 5


def drawn(*rings: tuple[int, int, int, int]) -> Blob:
    """Rings: the middle of each, and its half width and half height."""
    mask = np.zeros((100, 240), np.uint8)
    for x, y, wide, high in rings:
        cv2.ellipse(mask, (x, y), (wide, high), 0, 0, 360, 255, PEN)
    ys, xs = np.nonzero(mask)
    return Blob(mask[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1], (float(xs.min()), float(ys.min())))


@pytest.mark.parametrize("apart", [38, 40, 43])
def test_zeros_that_lean_on_each_other_are_parted_between_them(apart):
    parts = segments(drawn((60, 50, 20, 35), (60 + apart, 50, 20, 35)), PEN)
    assert len(parts) == 2
    assert all(abs(part.box[2] - part.box[0] - 45) < 8 for part in parts)


@pytest.mark.parametrize("rings", [[(60, 50, 30, 30)], [(60, 30, 18, 16), (60, 65, 22, 18)]], ids=["0", "8"])
def test_a_loop_is_not_parted(rings):
    blob = drawn(*rings)
    assert segments(blob, PEN) == [blob]


def test_a_line_is_not_parted():
    blob = Blob(np.full((6, 200), 255, np.uint8), (0.0, 0.0))
    assert segments(blob, PEN) == [blob]


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(5, 115), st.integers(5, 75)), min_size=2, max_size=8),
    st.integers(1, 9),
)
def test_segments_have_all_the_ink_once(points, pen):
    mask = np.zeros((80, 120), np.uint8)
    cv2.polylines(mask, [np.array(points)], False, 255, pen)
    found = np.zeros(mask.shape, int)
    for part in segments(Blob(mask, (0.0, 0.0)), pen):
        x, y = map(int, part.origin)
        height, width = part.mask.shape
        found[y : y + height, x : x + width] += part.mask > 0
    assert (found == (mask > 0)).all()
