"""What numbers a problem, told by where the numbers of the problems above and below it stand."""

from __future__ import annotations

from collections.abc import Sequence

from app.marking.layout import LEAST_NUMBERED, Line, may_be_bracket, numbered

_ALIGNED = 0.7
"""How far numbers under one another are off, in symbol heights, at the most."""
_BEYOND, _BEFORE = 0.1, 0.3
"""How far a number reaches beyond where the problems above and below begin, and how far before that its own problem
begins, likewise, at the most."""
_FAR = 20.0
"""Distance of those above and below it, likewise, at the most."""
_LONGEST, _LEAST_OTHERS = 4, 2
"""Glyphs of a number at the most, and of how many others a column has to tell of one."""
_SPACE = 0.25
"""Space behind a bracket that closes one, in symbol heights, at the least."""


def without_aligned(lines: Sequence[Line], height: float) -> list[Line]:
    """Lines without what stands where those above and below have numbers: a point may be too faint to be found as ink,
    and ``l)`` looks like a 1.

    Args:
        lines: those whose numbers could be told by themselves without them.
        height: the page's symbol height.
    """
    known = [line for line in lines if line.number]
    return [line if line.number else _without_number(line, known, height) for line in lines]


def _without_number(line: Line, known: Sequence[Line], height: float) -> Line:
    x0, y0, _, y1 = line.box
    near = [other for other in known if other.number and abs(other.number[0] - x0) < _ALIGNED * height]
    end = _closed(line, near, height)
    above = max((o for o in near if o.middle < y0), key=lambda o: o.middle, default=None)
    below = min((o for o in near if o.middle > y1), key=lambda o: o.middle, default=None)
    if not end and above and below and below.middle - above.middle < _FAR * height:
        end = _before(line, (above.box[0], below.box[0]), height)
    return numbered(line, end) if 0 < end <= len(line.glyphs) - LEAST_NUMBERED else line


def _closed(line: Line, near: Sequence[Line], height: float) -> int:
    """Where a line's number ends by a bracket that stands where two others of the column have one; 0 if it has none."""
    for k in range(1, min(_LONGEST, len(line.glyphs) - 1)):
        _, _, right, _ = box = line.glyphs[k].box
        as_others = [o for o in near if o.number and abs(o.number[2] - right) < _ALIGNED * height]
        space = line.glyphs[k + 1].box[0] - right
        if len(as_others) >= _LEAST_OTHERS and may_be_bracket(box, height) and space > _SPACE * height:
            return k + 1
    return 0


def _before(line: Line, starts: tuple[float, float], height: float) -> int:
    """How many glyphs of a line stand before where the problems above and below it begin, if its own begins there."""
    end = next((k for k, g in enumerate(line.glyphs) if g.box[2] > sum(starts) / 2 + _BEYOND * height), 0)
    return end if line.glyphs[end].box[0] > min(starts) - _BEFORE * height else 0
