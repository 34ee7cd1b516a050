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
        inked = piece.blob.mask > 0
        height, width = inked.shape
        thick = _THICKEST_BAR * pen < height <= _THICKEST_BLOCK * pen
        if not (thick and _LEAST_LONG * height <= width <= _MOST_LONG * height and inked.mean() >= _FULL):
            parted.append(piece)
            continue
        rows, gap = np.arange(height)[:, None], max(height // 5, 1)
        parted.append(cropped(piece, inked & (rows < (height - gap) // 2)))
        parted.append(cropped(piece, inked & (rows >= (height + gap) // 2)))
    return tuple(sorted(parted, key=lambda p: p.blob.box[0]))
