"""Equals signs whose two bars a blur has run together into one block."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from app.marking.page_ink import Piece, cropped

_THICKEST_BAR = 2.0
"""Height of a single bar at the most, in pen widths: a bold hyphen has less."""
_THICKEST_BLOCK = 4.5
_LEAST_LONG, _MOST_LONG = 1.3, 3.2
"""Width of a block in its own heights."""
_FULL = 0.8
"""Least share of its box that is ink: a letter or digit has less."""


def part_blocks(pieces: Iterable[Piece], pen: float) -> tuple[Piece, ...]:
    """The pieces with blocks as thick as two bars parted into two bars.

    Args:
        pieces: of a page.
        pen: line width in pixels.
    """
    parted: list[Piece] = []
    for piece in pieces:
        height, width = piece.blob.mask.shape
        block = _THICKEST_BAR * pen < height <= _THICKEST_BLOCK * pen and (
            _LEAST_LONG * height <= width <= _MOST_LONG * height
        )
        if block and (piece.blob.mask > 0).mean() >= _FULL:
            rows = np.arange(height)[:, None]
            inked = piece.blob.mask > 0
            gap = max(height // 5, 1)
            top, bottom = rows < (height - gap) // 2, rows >= (height + gap) // 2
            parted += [cropped(piece, inked & half) for half in (top, bottom)]
        else:
            parted.append(piece)
    return tuple(sorted(parted, key=lambda p: p.blob.box[0]))
