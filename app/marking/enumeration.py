"""What stands before a problem to number or mark it, told before it is read: ``a)``, ``(b)``, ``Q3.``, ``2b.``, ``1)``,
bullets.

Letters and bullets are in no alphabet of rows, so they would be read as digits and signs.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from app.marking.glance import OF_ARITHMETIC, Glances
from app.marking.layout import LEAST_NUMBERED, Glyph, Line, may_be_bracket, numbered
from app.marking.page_ink import Piece
from app.marking.problem import DIGITS
from models.vocabulary import LABELS

_LONGEST = 5
"""Glyphs of a number, as in ``Q12.``, at the most."""
_SPACE = 0.35
"""Space behind a number or a bullet, in symbol heights, at the least …"""
_DASH_SPACE = 0.6
"""… and behind a dash: a minus sign stands nearer to its number."""
_LETTER_HEIGHT = 0.5
"""Height of a letter, in symbol heights, at the least."""
_LETTER = 0.3
"""Probability of what is a letter that it is of arithmetic's alphabet, at the most."""
_PLAIN = 0.9
"""Probability of a bracket that was never opened, from which what stands before it is no number of the problem's."""
_SOLID = (0.5, 2.8)
"""Thickness of a bullet in its larger side and in pen widths, at the least: no stroke is as thick, but where it is
blurred in few pixels …"""
_DOT, _ROUND = 0.6, 0.8
"""… and below such a size, in symbol heights, it is round."""


def without_enumeration(line: Line, glances: Glances) -> Line:
    """A line without what numbers or marks its problem.

    Args:
        line: glyphs from left to right.
        glances: at the page.
    """
    glyphs, height = line.glyphs, glances.height
    if line.number or len(glyphs) <= LEAST_NUMBERED:
        return line
    if _is_bullet(glyphs[0], glyphs[1], glances.pieces, height, glances.pen):
        return numbered(line, 1)
    end = next((k for k in range(1, len(glyphs)) if _gap(glyphs, k) > _SPACE * height), len(glyphs))
    bracket = next((k + 1 for k in range(1, min(end, 3)) if may_be_bracket(glyphs[k].box, height)), 0)
    ends = [e for e in (bracket, end) if 0 < e <= min(_LONGEST, len(glyphs) - LEAST_NUMBERED)]
    # Signs stand free; where only a digit does, there is nothing to ask about.
    if not all(g.pieces for g in glyphs[: max(ends, default=0)]) or not (bracket or _is_tall(glyphs[0], height)):
        ends = []
    may_be_star = end == 1 and len(glyphs[0].pieces) == 1 and all(_is_tall(g, height) for g in glyphs[:2])
    if not ends and not may_be_star:
        return line
    asked = glyphs[: max(ends, default=1)]
    seen = glances.shares([g.pieces for g in asked])
    # A star, or any sign else that no problem begins with.
    if may_be_star and float(seen[0, OF_ARITHMETIC].sum()) < _LETTER:
        return numbered(line, 1)
    labels = [LABELS[i] for i in seen.argmax(1)]
    start = 1 if labels[0] == "(" else 0
    is_letter = start < len(seen) and _is_letter(glyphs[start], seen[start], height)
    for e in ends:
        closed = labels[e - 1] == ")" and float(seen[e - 1].max()) > _PLAIN
        # In (-7) the bracket that opens may look like a 1.
        is_number = not start and all(_is_tall(g, height) for g in glyphs[: e - 1])
        # 2b: a letter behind a number.
        behind = e > start + 2 and all(label in DIGITS for label in labels[start : e - 2])
        has_letter = is_letter or (behind and _is_letter(glyphs[e - 2], seen[e - 2], height))
        if (closed and (has_letter or is_number)) or (has_letter and _is_point(glyphs[e - 1], height)):
            return numbered(line, e)
    return line


def _is_letter(glyph: Glyph, seen: np.ndarray, height: float) -> bool:
    high = glyph.box[3] - glyph.box[1] > _LETTER_HEIGHT * height
    return high and float(seen[OF_ARITHMETIC].sum()) < _LETTER


def _is_point(glyph: Glyph, height: float) -> bool:
    return max(glyph.box[2] - glyph.box[0], glyph.box[3] - glyph.box[1]) < 0.3 * height


def _gap(glyphs: Sequence[Glyph], k: int) -> float:
    return glyphs[k].box[0] - glyphs[k - 1].box[2]


def _is_tall(glyph: Glyph, height: float) -> bool:
    return glyph.box[3] - glyph.box[1] > 0.75 * height


def _is_bullet(glyph: Glyph, after: Glyph, pieces: Sequence[Piece], height: float, pen: float) -> bool:
    """Whether a glyph is a dash, something solid, or an empty circle, with a digit or bracket behind it."""
    space = after.box[0] - glyph.box[2]
    if space < _SPACE * height or not _is_tall(after, height):
        return False
    wide, tall = glyph.box[2] - glyph.box[0], glyph.box[3] - glyph.box[1]
    if not glyph.pieces:
        return True
    if len(glyph.pieces) > 1:
        return False
    if wide > 1.8 * tall and tall < 0.4 * height:
        return space > _DASH_SPACE * height
    mask = np.pad((pieces[glyph.pieces[0]].blob.mask > 0).astype(np.uint8), 1)
    thickness = 2 * float(cv2.distanceTransform(mask, cv2.DIST_L2, 3).max())
    size = max(wide, tall)
    if size < _DOT * height:
        return thickness >= max(_ROUND * size, 2 * pen) and size > 0.3 * height
    return thickness >= max(_SOLID[0] * size, _SOLID[1] * pen) and size < 2 * height
