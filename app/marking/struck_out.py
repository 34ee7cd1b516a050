"""Answers that were scribbled out, with another written beside them."""

from __future__ import annotations

from collections.abc import Sequence

from app.marking.layout import Glyph, Line
from app.marking.page_ink import Piece

_LEAST_WAY = 6.0
"""Way of the pen in a scribble at the least, in its own larger sides: an 8 has three, two that touch have five."""
_LEAST_FULL = 0.45
"""Share of its box that a scribble covers at the least."""


def is_scribble(piece: Piece, pen: float) -> bool:
    """Whether a piece is ink gone over again and again.

    Args:
        piece: connected ink.
        pen: line width in pixels; the way of the pen is the inked area over it.
    """
    mask = piece.blob.mask > 0
    return mask.mean() >= _LEAST_FULL and mask.sum() / max(pen, 1.0) >= _LEAST_WAY * max(mask.shape)


def without_struck_out(line: Line, pieces: Sequence[Piece], pen: float) -> Line:
    """A line without what is scribbled out behind its equals sign, if something else was written there.

    Where nothing else was, the scribble stays: an answer that cannot be read is not an answer that is missing.

    Args:
        line: glyphs from left to right.
        pieces: of the page.
        pen: line width in pixels.
    """
    equals = max((k for k, g in enumerate(line.glyphs) if g.is_equals), default=None)
    if equals is None:
        return line
    answer = line.glyphs[equals + 1 :]

    def struck(glyph: Glyph) -> bool:
        return any(is_scribble(pieces[i], pen) for i in glyph.pieces)

    kept = [g for g in answer if not struck(g)]
    if not kept or len(kept) == len(answer):
        return line
    return Line([*line.glyphs[: equals + 1], *kept])
