"""Numbers of problems that stand in circles of their own: ①, ②."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.marking.layout import boxes_of
from app.marking.page_ink import Piece

_SIDES = (0.85, 2.1)
"""Diameter of such a circle, in symbol heights: places for answers are larger, zeros narrower."""
_ROUND = 1.25
"""Greatest ratio of its sides."""
_OUTSIDE, _LINE, _INSIDE = 1.2, 0.7, 0.55
"""Distances from its centre, in its radius: farther out is none of it, its line, its number."""
_PARTS, _CLOSED = 24, 0.95
"""Its line has ink in this share of so many parts."""
_LEAST_INSIDE = 0.05
"""Share of its ink that is the number's, at the least, if they touch …"""
_SEVERAL = 3
"""… and so many on a page that are nothing else."""
_TALL = 0.7
"""Least height of the digit or bracket that follows, in symbol heights: signs are lower."""
_ALIGNED = 0.05
"""How far circles under one another may be off, in their distance."""
_SPACE = 1.6
"""Greatest space before that, in symbol heights."""
_BEFORE = 1.3
"""Least space to the row before it, in symbol heights."""
_ANSWER = 8.0
"""Space between an equals sign and an answer, likewise, at the most."""


def take_circled_numbers(pieces: Sequence[Piece], height: float) -> tuple[list[Piece], list[Piece]]:
    """Numbers in circles taken out of the ink.

    What tells them from places for answers and from comparisons: nothing but a digit or bracket comes right after
    them, and nothing right before.

    Args:
        pieces: of the page.
        height: its symbol height in pixels.

    Returns:
        The pieces that are left, and circles and numbers.
    """
    boxes = boxes_of(pieces)
    wide, high = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    least, most = (factor * height for factor in _SIDES)
    sides = (np.minimum(wide, high) >= least) & (np.maximum(wide, high) <= most)
    round_ones = np.flatnonzero(sides & (np.maximum(wide, high) <= _ROUND * np.minimum(wide, high)))
    plain, touching = np.zeros((2, len(pieces)), bool)
    for i in round_ones:
        x0, y0, x1, y1 = boxes[i]
        inside = (boxes[:, 0] >= x0) & (boxes[:, 1] >= y0) & (boxes[:, 2] <= x1) & (boxes[:, 3] <= y1)
        inside[i] = False
        if not _begins_row(boxes, i, inside, height):
            continue
        if inside.any() and is_ring(pieces[i]):
            plain |= inside
            plain[i] = True
        elif is_ring(pieces[i], _LEAST_INSIDE):
            touching[i] = True
    # A number that touches its circle may be a digit with a loop: where there are others it is none.
    out = plain | touching if plain.any() or touching.sum() >= _SEVERAL else plain
    out |= _between(boxes, np.flatnonzero(out & (wide >= least) & (high >= least)), height)
    return [pieces[i] for i in np.flatnonzero(~out)], [pieces[i] for i in np.flatnonzero(out)]


def _between(boxes: np.ndarray, rings: np.ndarray, height: float) -> np.ndarray:
    """Pieces that stand between circles under one another: of a circle that is broken."""
    found = np.zeros(len(boxes), bool)
    x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    for i in rings:
        below = [j for j in rings if y[j] > y[i] and abs(x[j] - x[i]) < _ALIGNED * (y[j] - y[i]) + 0.3 * height]
        if not below:
            continue
        j = min(below, key=lambda j: y[j])
        line = x[i] + (x[j] - x[i]) * (y - y[i]) / (y[j] - y[i])
        half = (boxes[i, 2] - boxes[i, 0] + boxes[j, 2] - boxes[j, 0]) / 4
        found |= (y > y[i]) & (y < y[j]) & (np.maximum(boxes[:, 2] - line, line - boxes[:, 0]) < half + 0.15 * height)
    return found


def _begins_row(boxes: np.ndarray, i: int, inside: np.ndarray, height: float) -> bool:
    x0, y0, x1, y1 = boxes[i]
    middle = (y0 + y1) / 2
    beside = (boxes[:, 1] < middle) & (boxes[:, 3] > middle) & ~inside
    beside[i] = False
    after, before = boxes[:, 0] - x1, x0 - boxes[:, 2]
    behind = np.flatnonzero(beside & (after > -0.2 * height) & (after < _SPACE * height))
    if not len(behind):
        return False
    first = behind[np.argmin(after[behind])]
    if boxes[first, 3] - boxes[first, 1] < max(_TALL * height, 0.45 * (y1 - y0)):
        return False
    on_row = (boxes[:, 1] < y1) & (boxes[:, 3] > y0) & ~inside & (boxes[:, 0] < x0)
    ahead = np.flatnonzero(on_row & (before > -0.2 * height) & (before < _ANSWER * height))
    if not len(ahead):
        return True
    last = ahead[np.argmin(before[ahead])]
    is_sign = boxes[last, 3] - boxes[last, 1] < 0.5 * height
    return bool(not is_sign and before[last] >= max(_BEFORE * height, 2.5 * after[first]))


def is_ring(piece: Piece, least_inside: float = 0.0) -> bool:
    """Whether a piece is a circle, with at least such a share of its ink well inside of it."""
    y, x = np.nonzero(piece.blob.mask)
    high, wide = piece.blob.mask.shape
    # In the box's ellipse the circle's line is near 1 from the centre.
    across, down = 2 * (x + 0.5) / wide - 1, 2 * (y + 0.5) / high - 1
    radius = np.hypot(across, down)
    turns = np.floor((np.arctan2(down, across) / (2 * np.pi) + 0.5) * _PARTS).astype(int) % _PARTS
    closed = len(np.unique(turns[radius > _LINE])) >= _CLOSED * _PARTS
    return bool(closed and radius.max() <= _OUTSIDE and (radius < _INSIDE).mean() >= least_inside)
