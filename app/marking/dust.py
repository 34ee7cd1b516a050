"""Dust far from any symbol: show-through and grain that a scanner of black and white makes as dark as ink.

It would link the problems of two columns to one line.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from app.marking.layout import boxes_of
from app.marking.page_ink import Piece

_SPECK = 0.4
"""Larger side of a speck, in symbol heights, at the most."""
_FRAGMENT, _FLAT = 5.0, 2.0
"""Ink of a fragment, in squares of the pen's width, at the most, and width of a bar, which is none, in its height."""
_BESIDE, _OVER = 0.9, 0.4
"""Space beside and over a symbol in which a point or dot may belong to it, in symbol heights."""
_ALIGNED, _PAIR = 0.15, 0.6
"""How far two dots of a colon are from upright, and space between them, likewise, at the most."""
_AT_ONCE = 128
"""Pieces that are compared with all others at once."""
_MANY, _SHARE = 40, 0.08
"""Specks that stand alone on a page, and in no pair, and their share of its pieces, from which they are dust."""


def without_dust(pieces: Sequence[Piece], height: float, pen: float) -> tuple[list[Piece], list[Piece]]:
    """The pieces of a page, and the dust on it.

    Args:
        pieces: of the page.
        height: its symbol height in pixels.
        pen: its pen width in pixels.
    """
    boxes = boxes_of(pieces)
    wide, high = (boxes[:, 2:] - boxes[:, :2]).T
    inked = np.array([cv2.countNonZero(p.blob.mask) for p in pieces])
    is_fragment = (inked < _FRAGMENT * pen * pen) & (wide < _FLAT * high)
    small = (np.maximum(wide, high) < _SPECK * height) | is_fragment
    specks = np.flatnonzero(small)
    near = _any_near(boxes[specks], boxes[~small], _BESIDE * height, _OVER * height)
    alone = specks[~near]
    # The dots of a colon stand over one another: by their middles they do, and of each itself does.
    middles = (boxes[alone, 0] + boxes[alone, 2]) / 2
    columns = np.column_stack([middles, boxes[alone, 1], middles, boxes[alone, 3]])
    paired = _any_near(columns, columns, _ALIGNED * height, _PAIR * height, least=2)
    if (~paired).sum() < max(_MANY, _SHARE * len(pieces)):
        return list(pieces), []
    dust = set(alone.tolist())
    return [p for i, p in enumerate(pieces) if i not in dust], [pieces[i] for i in sorted(dust)]


def _any_near(boxes: np.ndarray, others: np.ndarray, across: float, over: float, least: int = 1) -> np.ndarray:
    """(n,) bool: which boxes have so many of others, at the least, within some space to the sides and above or below;
    some at a time, for a page of grain has thousands."""
    found = [np.zeros(0, bool)]
    for some in np.array_split(boxes, max(len(boxes) // _AT_ONCE, 1)):
        gaps = np.maximum(some[:, None, :2] - others[None, :, 2:], others[None, :, :2] - some[:, None, 2:])
        found.append((gaps < (across, over)).all(2).sum(1) >= least)
    return np.concatenate(found)
