"""Carries that touch the digit under them: parted from it where the classifier is surer of the digit without them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from app.marking.page_ink import Piece
from app.reading.network import Classified
from app.reading.scoring import DIGITS, log_sigmoid, log_softmax
from app.reading.touching import part_rows
from models.ink import Ink
from models.rendering import render

_TALL = 1.25
"""Least height of a digit with a carry on it, in heights of the sum's digits."""
_CUT = (0.8, 1.15)
"""Where the digit may end, in the same heights above its foot."""
_SMALLEST, _LARGEST = 0.2, 0.75
"""Height of a carry, likewise."""
_PLAINER = 0.1
"""How much likelier to be a digit what is left has to be than the whole, as a logarithm."""


def without_touching_carries(
    pieces: Sequence[Piece], digit: float, pen: float, classify: Callable[[np.ndarray], Classified]
) -> list[Piece]:
    """The pieces of a row of a sum in columns, those that are too tall for a digit without the carry on them.

    Args:
        pieces: of the row.
        digit: height of the sum's digits.
        pen: line width, in the same pixels.
        classify: see ``Network.classify``.
    """
    result = list(pieces)
    for k, piece in enumerate(pieces):
        _, y0, _, y1 = piece.blob.box
        if y1 - y0 < _TALL * digit:
            continue
        halves = part_rows(piece.blob, pen, y1 - _CUT[1] * digit, y1 - _CUT[0] * digit)
        if halves is None:
            continue
        _, top, _, bottom = halves[0].box
        if not _SMALLEST * digit <= bottom - top <= _LARGEST * digit:
            continue
        others = [p.blob for p in pieces if p is not piece]
        ink = Ink((*halves, *others), pen=pen)
        found = classify(render(ink, [(0, 1), (1,)]))
        whole, lower = log_sigmoid(found.whole) + log_softmax(found.symbol)[:, DIGITS].max(1)
        if lower > whole + _PLAINER:
            result[k] = replace(piece, blob=halves[1])
    return result
