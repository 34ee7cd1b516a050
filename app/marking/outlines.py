"""Lines around whole problems: cards, bubbles, cells of a table. They are none of what they hold."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from app.marking.layout import boxes_of
from app.marking.page_ink import Piece, large_parts, split_off

_WIDE, _HIGH = 4.0, 1.4
"""Least sides of an outline, in symbol heights."""
_HOLLOW = 0.6
"""Share of its box that is inside of it, at the least."""
_LEAST_HELD = 3
"""Pieces that it holds, at the least."""
_BAND, _PART = 1.2, 3.0
"""How far its ink reaches inwards, and larger side of what touches it from within, in pen widths."""
_THIN, _LINE = 2.0, 0.4
"""Width of a stretch of a line, in pen widths, at the most, and share of the outline's height or width that the line is
drawn in, at the least."""


def take_outlines(pieces: Sequence[Piece], height: float, pen: float) -> tuple[list[Piece], list[Piece]]:
    """The pieces without lines around others, but with what touches these from within.

    Args:
        pieces: of a page, places for answers taken out.
        height: its symbol height in pixels.
        pen: its pen width in pixels.

    Returns:
        The pieces that are left, from left to right, and the lines.
    """
    boxes = boxes_of(pieces)
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    kept: list[Piece] = []
    lines: list[Piece] = []
    for piece in pieces:
        x0, y0, x1, y1 = piece.blob.box
        held = (middles > (x0, y0)) & (middles < (x1, y1))
        large = x1 - x0 >= _WIDE * height and y1 - y0 >= _HIGH * height
        within = _within(piece, pen) if large and held.all(1).sum() > _LEAST_HELD else None
        if within is None:
            kept.append(piece)
        else:
            mask = piece.blob.mask > 0
            found = large_parts(mask & within, _PART * pen)
            line, parts = split_off(piece, [part for part in found if not _goes_on(part, mask, pen)])
            kept += parts
            lines += [line] if line else []
    return sorted(kept, key=lambda p: p.blob.box[0]), lines


def _goes_on(part: np.ndarray, mask: np.ndarray, pen: float) -> bool:
    """Whether part of an outline's ink, both of one shape, is a stretch of a line between two cells, which goes on at
    the same place above and below, or to the left and right: where it is broken two cells look like one."""
    for ink, whole in ((part, mask), (part.T, mask.T)):
        across, along = np.flatnonzero(ink.any(0)), np.flatnonzero(ink.any(1))
        is_thin = len(across) < _THIN * pen and len(along) > len(across)
        if is_thin and whole[:, max(across[0] - 1, 0) : across[-1] + 2].any(1).mean() > _LINE:
            return True
    return False


def _within(piece: Piece, pen: float) -> np.ndarray | None:
    """What is inside of a piece, well away from its line; ``None`` if that is not most of its box."""
    mask = (piece.blob.mask > 0).astype(np.uint8)
    outlines, nesting = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    within = np.zeros_like(mask)
    for outline, (_, _, _, parent) in zip(outlines, nesting[0], strict=True):
        if parent >= 0:
            cv2.fillConvexPoly(within, cv2.convexHull(outline), 1)
    if within.mean() < _HOLLOW:
        return None
    side = 2 * round(_BAND * pen) + 1
    return cv2.erode(within, np.ones((side, side), np.uint8)) > 0
