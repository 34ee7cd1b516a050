"""Answers far from their question: at the end of the line, or on the line below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from app.marking.layout import Line, around
from app.marking.problem import contains
from models.ink import Box

_FARTHEST = 18.0
"""Space between an equals sign and an answer, in symbol heights, at the most."""
_MOST = 5
"""Glyphs of an answer, at the most."""
_LEAST = 3
"""Glyphs of a question, at the least."""
_TALL = 0.6
"""Height of a digit, in symbol heights, at the least."""
_RULE, _FLAT = 1.5, 0.4
"""Length of a line to write on, at the least, and its height, at the most, likewise."""
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
    boxes = [line.box for line in lines]
    joined = dict(enumerate(lines))
    for k in range(len(lines)):
        line = joined.get(k)
        if line is None or not _is_open(line):
            continue
        _, top, right, foot = boxes[k]
        behind = [j for j in joined if boxes[j][0] > right and boxes[j][1] < foot and boxes[j][3] > top]
        behind = [j for j in behind if not _is_rule(joined[j], height)]
        nearest = min(behind, key=lambda j: boxes[j][0], default=None)
        if nearest is None:
            continue
        if head := _on_place_before_problem(joined[nearest], places):
            # It stood so near to the next column's problem that both were one line.
            joined[k] = replace(line, glyphs=[*line.glyphs, *joined[nearest].glyphs[:head]])
            joined[nearest] = replace(joined[nearest], glyphs=joined[nearest].glyphs[head:])
            boxes[k], boxes[nearest] = joined[k].box, joined[nearest].box
            continue
        if not _is_number(joined[nearest], height):
            continue
        x0, y0, x1, y1 = boxes[nearest]
        if x0 - right > _FARTHEST * height or abs(y0 + y1 - top - foot) > 2 * _LEVEL * height:
            continue
        is_placed = any(contains(place, boxes[nearest]) for place in places)
        if not is_placed and any(j != nearest and boxes[j][0] - x1 < _BEHIND * height for j in behind):
            continue
        joined[k] = replace(line, glyphs=[*line.glyphs, *joined.pop(nearest).glyphs])
        boxes[k] = around([boxes[k], boxes[nearest]])
    return list(joined.values())


def _on_place_before_problem(line: Line, places: Sequence[Box]) -> int:
    """How many glyphs of a line stand on the place that it begins with, if what follows is another problem."""
    place = next((p for p in places if contains(p, line.glyphs[0].box)), None)
    if place is None:
        return 0
    head = next((i for i, g in enumerate(line.glyphs) if not contains(place, g.box)), len(line.glyphs))
    rest = line.glyphs[head:]
    is_problem = any(g.is_equals for g in rest[_LEAST:]) and not any(g.is_equals for g in line.glyphs[:head])
    return head if head <= _MOST and is_problem else 0


def answered_below(lines: Sequence[Line], height: float) -> list[Box]:
    """Around the lines that end with an equals sign while a number stands alone on the line below: it may be what is
    missing.

    Args:
        lines: of a page.
        height: its symbol height in pixels.
    """
    boxes = np.array([line.box for line in lines]).reshape(-1, 4)
    middles = (boxes[:, 1] + boxes[:, 3]) / 2
    found = []
    for line, (x0, _, x1, foot) in zip(lines, boxes, strict=True):
        if not _is_open(line):
            continue
        near = (boxes[:, 0] < x1 + _ASIDE * height) & (boxes[:, 2] > x0 - _ASIDE * height)
        under = np.flatnonzero(near & (middles > foot) & (boxes[:, 1] - foot < _BELOW * height))
        if len(under) and _is_number(lines[under[middles[under].argmin()]], height):
            found.append(line.box)
    return found


def _is_rule(line: Line, height: float) -> bool:
    """Whether a line is nothing but one to write on."""
    x0, y0, x1, y1 = line.box
    return len(line.glyphs) == 1 and x1 - x0 > _RULE * height and y1 - y0 < _FLAT * height


def _is_open(line: Line) -> bool:
    """Whether a line ends with an equals sign, nothing having been written behind it."""
    return len(line.glyphs) > 2 and line.glyphs[-1].is_equals


def _is_number(line: Line, height: float) -> bool:
    """Whether a line may be nothing but a number, or an empty place for one."""
    if line.signs:
        return len(line.glyphs) == 1 and not line.glyphs[0].pieces
    tall = [g.box[3] - g.box[1] >= _TALL * height for g in line.glyphs]
    return len(tall) <= _MOST and tall[0] and sum(tall) >= len(tall) - 1
