"""Pieces of ink, and which of them are dots."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.ink import Ink, Stroke
from tests.doodles import write


@pytest.mark.parametrize("scale", [0.1, 1.0, 30.0])
def test_a_dot_beside_a_digit_is_told_at_any_size(scale: float):
    strokes = [np.asarray(s)[:, :2].astype(np.float32) for s in write("77")]
    below = max(s[:, 1].max() for s in strokes)
    strokes.append(np.array([[0, below], [2, below + 1]], np.float32))
    ink = Ink(tuple(Stroke(scale * s) for s in strokes))
    bars, dot = tuple(range(len(strokes) - 1)), len(strokes) - 1
    assert ink.dotted([bars, (0, dot), (dot,), (0,)]).tolist() == [False, True, False, False]
    assert ink.dotted([]).shape == (0,)
    # What was cut off something is no tap of the pen.
    assert not replace(ink, siblings=((0, dot),)).dotted([(0, dot)]).any()
