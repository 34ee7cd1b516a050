"""Dust far from any symbol: show-through and grain that a scanner of black and white makes as dark as ink.

It would link the problems of two columns to one line.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from app.marking.layout import boxes_of
from app.marking.page_ink import Piece

_SPECK, _FRAGMENT = 0.4, 5.0
"""Larger side of a speck, in symbol heights, or its ink, in squares of the pen's width, at the most."""
_SYMBOL = 0.6
"""Larger side of a symbol that it may belong to, in symbol heights, at the least."""
_BESIDE, _OVER = 0.6, 0.4
"""Space beside and over a symbol in which a point or dot may belong to it, likewise."""
_MANY, _SHARE = 30, 0.1
"""Specks that stand alone on a page, and their share of its pieces, from which they are dust."""


def without_dust(pieces: Sequence[Piece], height: float, pen: float) -> tuple[list[Piece], list[Piece]]:
    """The pieces of a page, and the dust on it.

    Args:
        pieces: of the page.
        height: its symbol height in pixels.
        pen: its pen width in pixels.
    """
    boxes = boxes_of(pieces)
    sides = (boxes[:, 2:] - boxes[:, :2]).max(1)
    inked = np.array([cv2.countNonZero(p.blob.mask) for p in pieces])
    small = (sides < _SPECK * height) | (inked < _FRAGMENT * pen * pen)
    specks = np.flatnonzero(small)
    symbols = boxes[~small & (sides > _SYMBOL * height)]
    apart = np.maximum(boxes[specks, None, :2] - symbols[None, :, 2:], symbols[None, :, :2] - boxes[specks, None, 2:])
    near = (apart < (_BESIDE * height, _OVER * height)).all(2).any(1)
    dust = set(specks[~near].tolist())
    if len(dust) < max(_MANY, _SHARE * len(pieces)):
        return list(pieces), []
    return [p for i, p in enumerate(pieces) if i not in dust], [pieces[i] for i in sorted(dust)]
