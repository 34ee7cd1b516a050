"""Answers that were scribbled or struck out, with another written beside them."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from app.marking.layout import Glyph, Line, boxes_of, has_fraction
from app.marking.page_ink import Piece

_LEAST_WAY = 6.0
"""Way of the pen in a scribble at the least, in its own larger sides: an 8 has three, two that touch have five."""
_LEAST_FULL = 0.45
"""Share of its box that a scribble covers at the least."""

_THICKEST = 3.5
"""Line width of a pupil's pen, in that of the page, at the most."""
_SQUARE = 1.5
"""Ratio of the sides of a plus sign, at the most."""
_SLOPES = np.linspace(-0.5, 0.5, 21)
"""Slopes of a line that strikes out."""
_LEAST_STRAIGHT = 0.93
"""Share of its width in which a piece has ink on a line that strikes it out, at the least."""
_STANDS_OUT = 0.25
"""How far such a line stands out on both sides of what it strikes out, in heights of that: the bar of a 4 does not."""
_LEAST_TALL = 5.0
"""Height of what is struck out, in pen widths, at the least."""
_BESIDE_MIDDLE = 0.3
"""How far from the middle it passes at the most, in heights: below is an underline."""


def is_scribble(piece: Piece, pen: float) -> bool:
    """Whether a piece is ink gone over again and again.

    Args:
        piece: connected ink.
        pen: line width in pixels; the way of the pen is the inked area over it.
    """
    mask = piece.blob.mask > 0
    return mask.mean() >= _LEAST_FULL and mask.sum() / max(pen, 1.0) >= _LEAST_WAY * max(mask.shape)


def is_struck_through(piece: Piece, pen: float) -> bool:
    """Whether a piece is writing with a straight line through it, which stands out on either side.

    Args:
        piece: connected ink.
        pen: line width in pixels.
    """
    mask = piece.blob.mask > 0
    height, width = mask.shape
    half = max(round(0.6 * pen), 1)
    least_margin = max(round(_STANDS_OUT * _LEAST_TALL * pen), 1)
    if min(height, width) < 4 * pen or not _ends_thin(mask, half + 0.5 * pen, least_margin):
        return False
    x = np.arange(width)
    thick = cv2.dilate(mask.astype(np.uint8), np.ones((2 * half + 1, 1), np.uint8)) > 0  # ink half a pen above or below
    best, along = (0.0, 0), np.zeros(width, int)
    for slope in _SLOPES:
        rise = np.round(slope * (x - width / 2)).astype(int)
        rows = np.arange(height)[:, None] + rise[None]
        inked = np.where((rows >= 0) & (rows < height), thick[np.clip(rows, 0, height - 1), x[None]], False).mean(1)
        # A line as thick as the pen is straight in several rows, and in most where the slope is its own.
        straight = np.nonzero(inked >= inked.max() - 0.01)[0]
        if (found := (round(float(inked.max()), 2), len(straight))) > best:
            best, along = found, int(np.median(straight)) + rise
    if best[0] < _LEAST_STRAIGHT:
        return False
    off = np.arange(height)[:, None] - along[None]
    rest = mask & (np.abs(off) > half + 0.5 * pen)
    ys, xs = np.nonzero(rest)
    if not len(ys):
        return False
    tall = np.ptp(ys) + 1
    margin = _STANDS_OUT * tall
    stands_out = xs.min() >= margin and width - 1 - xs.max() >= margin
    through = abs(float(np.mean(along[xs.min() : xs.max() + 1])) - (ys.min() + ys.max()) / 2) <= _BESIDE_MIDDLE * tall
    both_sides = min((rest & (off < 0)).sum(), (rest & (off > 0)).sum()) > 2 * pen * pen
    return bool(stands_out and through and both_sides and tall > _LEAST_TALL * pen)


def _ends_thin(mask: np.ndarray, half: float, columns: int) -> bool:
    """Whether there is no more than a line in the first and last columns of a piece, which most digits fill higher."""
    for end in (mask[:, :columns], mask[:, -columns:]):
        high = len(end) - end[::-1].argmax(0) - end.argmax(0)
        if (end.any(0) & (high > 2 * half + 1)).any():
            return False
    return True


def _is_cross(piece: Piece, pen: float) -> bool:
    """Whether a piece is as wide as high, and above and below its middle no wider than a stroke."""
    mask = piece.blob.mask > 0
    height, width = mask.shape
    ends = [mask[: height // 4], mask[-(height // 4) :]] if height > 4 * pen else []
    widths = [np.ptp(np.flatnonzero(end.any(0))) + 1 if end.any() else width for end in ends]
    return bool(ends) and max(widths) < 2 * pen and max(height, width) < _SQUARE * min(height, width)


def is_cut_in_two(glyph: Sequence[Piece]) -> bool:
    """Whether a long line has been parted from digits that it strikes out: halves of them touch it from both sides.

    The numbers of a fraction keep off its bar.
    """
    for rule in glyph:
        x0, y0, x1, y1 = rule.blob.box
        if x1 - x0 < 4 * (y1 - y0):
            continue
        touching = [p.blob.box for p in glyph if p is not rule and _touch(p, rule)]
        above = [b for b in touching if b[1] < y0 and b[3] <= y1 + 1]
        below = [b for b in touching if b[3] > y1 and b[1] >= y0 - 1]
        if any(min(a[2], b[2]) - max(a[0], b[0]) > 0.6 * min(a[2] - a[0], b[2] - b[0]) for a in above for b in below):
            return True
    return False


def _touch(piece: Piece, other: Piece) -> bool:
    """Whether pixels of two pieces are neighbours."""
    x0, y0, x1, y1 = (int(v) for v in piece.blob.box)
    left, top = (int(v) for v in other.blob.origin)
    grown = cv2.dilate(np.pad((piece.blob.mask > 0).astype(np.uint8), 1), np.ones((3, 3), np.uint8))
    high, wide = other.blob.mask.shape
    rows, columns = slice(max(y0 - 1, top), min(y1 + 1, top + high)), slice(max(x0 - 1, left), min(x1 + 1, left + wide))
    if rows.start >= rows.stop or columns.start >= columns.stop:
        return False
    own = grown[rows.start - y0 + 1 : rows.stop - y0 + 1, columns.start - x0 + 1 : columns.stop - x0 + 1]
    theirs = other.blob.mask[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
    return bool(((own > 0) & (theirs > 0)).any())


def _pen_of(piece: Piece) -> float:
    """Line width of a piece in pixels, twice its area over its outline; of what is scribbled far more."""
    mask = np.pad((piece.blob.mask > 0).astype(np.uint8), 1)
    outline = mask.sum() - cv2.erode(mask, np.ones((3, 3), np.uint8)).sum()
    return 2 * float(mask.sum()) / max(float(outline), 1.0)


def _is_fraction(glyph: Glyph, pieces: Sequence[Piece]) -> bool:
    """Whether a glyph is two numbers and the bar between them."""
    return has_fraction(boxes_of([pieces[i] for i in glyph.pieces]), (glyph.box[3] - glyph.box[1]) / 2)


def without_struck_out(line: Line, pieces: Sequence[Piece], pen: float) -> Line:
    """A line without what is scribbled or struck out behind its equals sign, if something else was written there.

    Where nothing else was, it stays: an answer that cannot be read is not an answer that is missing.

    Args:
        line: glyphs from left to right.
        pieces: of the page.
        pen: line width in pixels.
    """
    equals = max((k for k, g in enumerate(line.glyphs) if g.is_equals), default=None)
    if equals is None:
        return line
    answer = line.glyphs[equals + 1 :]
    if len(answer) < 2:
        return line

    pens = [max(_pen_of(pieces[i]) for i in g.pieces) if g.pieces else np.inf for g in answer]

    def struck(k: int) -> bool:
        found = [pieces[i] for i in answer[k].pieces]
        # A pupil's pen may be thicker than print, as an R between numbers is, and a scribble does not show how thick.
        own = max((p for p in (*pens[:k], *pens[k + 1 :]) if pen < p < _THICKEST * pen), default=pen)
        if any(is_scribble(p, own) for p in found):
            return True
        # Between numbers a 1 with a line through it is a plus sign.
        may_be_plus = 0 < k < len(answer) - 1 and len(found) == 1 and _is_cross(found[0], pen)
        if any(is_struck_through(p, pen) for p in found):
            return not may_be_plus
        # A bar that numbers touch is one of a fraction where the question has some.
        return is_cut_in_two(found) and not any(_is_fraction(g, pieces) for g in line.glyphs[:equals])

    kept = [g for k, g in enumerate(answer) if not struck(k)]
    if not kept or len(kept) == len(answer):
        return line
    return Line([*line.glyphs[: equals + 1], *kept])
