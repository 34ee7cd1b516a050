"""Answers far from their question: at the end of the line, or on the line below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.marking.layout import Line
from app.marking.problem import contains
from models.ink import Box

_FARTHEST = 18.0
"""Space between an equals sign and an answer, in symbol heights, at the most."""
_MOST = 5
"""Glyphs of an answer, at the most."""
_TALL = 0.6
"""Height of a digit, in symbol heights, at the least."""
_LEVEL = 0.9
"""How far above or below its question's middle that of an answer beside it is, likewise, at the most."""
_BEHIND = 4.0
"""Room behind an answer in which nothing else stands, likewise, at the least."""
_BELOW = 2.5
"""Space between a question and an answer below it, likewise, at the most."""
_ASIDE = 2.0
"""How far left or right of a question what is below it may reach, likewise."""


def join_far_answers(lines: Sequence[Line], places: Sequence[Box], height: float) -> list[Line]:
    """The lines, those that end with an equals sign joined with a number that stands alone at their height.

    Args:
        lines: of a page.
        places: lines to write on: what stands there is no number of the next column's problem.
        height: its symbol height in pixels.
    """
    joined = list(lines)
    for line in lines:
        if not _is_open(line):
            continue
        behind = [o for o in joined if o is not line and _is_behind(o, line)]
        nearest = min(behind, key=lambda o: o.box[0], default=None)
        if nearest is None or not _is_number(nearest, height):
            continue
        _, _, right, _ = nearest.box
        if nearest.box[0] - line.box[2] > _FARTHEST * height:
            continue
        if abs(nearest.middle - line.middle) > _LEVEL * height:
            continue
        is_placed = any(contains(place, nearest.box) for place in places)
        if not is_placed and any(o is not nearest and o.box[0] - right < _BEHIND * height for o in behind):
            continue
        joined = [o for o in joined if o is not nearest]
        joined[joined.index(line)] = replace(line, glyphs=[*line.glyphs, *nearest.glyphs])
    return joined


def answered_below(lines: Sequence[Line], height: float) -> list[Box]:
    """Around the lines that end with an equals sign while a number stands alone on the line below: it may be what is
    missing.

    Args:
        lines: of a page.
        height: its symbol height in pixels.
    """
    found = []
    for line in lines:
        x0, _, x1, y1 = line.box
        if not _is_open(line):
            continue
        reach = _ASIDE * height
        under = [
            o for o in lines
            if o is not line and o.middle > y1 and o.box[1] - y1 < _BELOW * height
            and o.box[0] < x1 + reach and o.box[2] > x0 - reach
        ]  # fmt: skip
        first = min(under, key=lambda o: o.middle, default=None)
        if first is not None and _is_number(first, height):
            found.append(line.box)
    return found


def _is_open(line: Line) -> bool:
    """Whether a line ends with an equals sign, nothing having been written behind it."""
    return len(line.glyphs) > 2 and line.glyphs[-1].is_equals


def _is_behind(other: Line, line: Line) -> bool:
    """Whether a line stands right of another, at its height."""
    _, top, right, foot = line.box
    return other.box[0] > right and other.box[1] < foot and other.box[3] > top


def _is_number(line: Line, height: float) -> bool:
    """Whether a line may be nothing but a number, or an empty place for one."""
    if line.signs:
        return len(line.glyphs) == 1 and not line.glyphs[0].pieces
    tall = [g.box[3] - g.box[1] >= _TALL * height for g in line.glyphs]
    return len(tall) <= _MOST and tall[0] and sum(tall) >= len(tall) - 1
