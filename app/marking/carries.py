"""Carries that touch the digit under them: parted from it where the classifier is surer of the digit without them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from app.marking.page_ink import Piece
from app.reading.network import Classified
from app.reading.scoring import DIGITS, log_sigmoid, log_softmax
from app.reading.touching import part_corner, part_rows
from models.ink import Blob, Ink
from models.rendering import render

_TALL = 1.25
"""Least height of a digit with a carry on it, in heights of the sum's digits."""
_CUT = (0.8, 1.15)
"""Where the digit may end, in the same heights above its foot."""
_LOW = 1.05
"""Least height of a digit with a carry at its upper left, in the same heights."""
_CORNER = (0.2, 0.5)
"""How far from the carry's outermost ink it may be cut off there, likewise."""
_SMALLEST, _LARGEST = 0.2, 0.75
"""Height of a carry, likewise."""
_LEAST_LEFT = 0.7
"""Height of the digit without it, likewise, at the least."""
_STICKS_OUT = 0.08
"""How much higher than the digit a carry begins, likewise."""
_LEAST_CARRY = -1.0
"""How likely what is cut off there is to be a digit, as a logarithm, at the least: it is no flag or hook of one."""
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
        others = [p.blob for p in pieces if p is not piece]
        best = 0.0
        for carry, rest, least in _ways(piece.blob, digit, pen):
            ink = Ink((carry, rest, *others), pen=pen)
            found = classify(render(ink, [(0, 1), (1,), (0,)]))
            whole, left, above = log_sigmoid(found.whole) + log_softmax(found.symbol)[:, DIGITS].max(1)
            if above > least and left - whole > max(_PLAINER, best):
                best = left - whole
                result[k] = replace(piece, blob=rest)
    return result


def _ways(blob: Blob, digit: float, pen: float) -> Iterator[tuple[Blob, Blob, float]]:
    """What may be a carry, cut off above or at the upper left, the digit without it, and how likely the one has to be a
    digit."""
    _, y0, _, y1 = blob.box
    if y1 - y0 > _TALL * digit:
        halves = part_rows(blob, pen, y1 - _CUT[1] * digit, y1 - _CUT[0] * digit)
        if halves is not None and _fits(*halves, digit):
            yield *halves, -np.inf
    if y1 - y0 > _LOW * digit:
        halves = part_corner(blob, pen, _CORNER[0] * digit, _CORNER[1] * digit)
        if halves is not None and _fits(*halves, digit):
            yield *halves, _LEAST_CARRY


def _fits(carry: Blob, rest: Blob, digit: float) -> bool:
    """Whether the parts of a piece are as large as a carry and a digit, and stand as they do."""
    (_, top, _, foot), (_, top_of_rest, _, bottom) = carry.box, rest.box
    is_carry = _SMALLEST * digit <= foot - top <= _LARGEST * digit and top_of_rest - top > _STICKS_OUT * digit
    return is_carry and bottom - top_of_rest >= _LEAST_LEFT * digit
