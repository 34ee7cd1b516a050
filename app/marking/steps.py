"""Working written step by step: lines that begin with an equals sign go on with the one above them.

::

    19 + 4 × 3
    = 19 + 12
    = 31
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from math import prod

from app.marking.layout import Line
from app.marking.problem import Cells, Version
from models.vocabulary import Kind

_FIRST, _LEAST = 3, 2
"""Glyphs of a line that steps follow, which is no speck, and of a step: an equals sign and a digit."""
_MOST = 6
"""Steps of a line."""
_LEAST_LIKELY = 0.01
"""Probability of an equals sign before what stands where a step would, from which it is one."""
_TWO_BARS = 0.4
"""Height of two bars that run together in their length, at the least."""
_LOW = 0.75
"""Height of an equals sign in that of the digits behind it, at the most."""
_SPACE = 2.6
"""Greatest space between a line and its step, in symbol heights."""
_OVERLAP = 0.35
"""How far they may overlap, likewise."""
_OUTDENT = 3.0
"""How far left of its line a step may begin, likewise."""
_BESIDE = 6.0
"""Space to a line on its left that it would belong to, likewise, at the most."""
_VERSIONS, _OF_STEP, _KEPT = 6, 4, 24
"""Ways to read a line, and each of its steps, that are combined, and how many of all are kept."""


def join_steps(lines: Sequence[Line], height: float) -> list[Line]:
    """The lines, each with what may be steps that follow it; those are no lines by themselves then.

    Args:
        lines: of a page.
        height: its symbol height in pixels.
    """
    ordered = sorted(lines, key=lambda line: line.box[1])
    head: dict[int, int] = {}
    for k, line in enumerate(ordered):
        if not _may_be_step(line) or _is_continued(line, ordered, height):
            continue
        above = [j for j in range(k) if _is_above(ordered[j], line, height) and len(ordered[j].glyphs) >= _FIRST]
        if above:
            nearest = max(above, key=lambda j: ordered[j].box[3])
            # What may be a sign or not is none below an equation.
            first = head.get(nearest, nearest)
            plain = line.glyphs[0].is_equals or not any(g.is_equals for g in ordered[first].glyphs)
            if plain and sum(j == first for j in head.values()) < _MOST:
                head[k] = first
    steps: dict[int, list[Line]] = {}
    for k, j in head.items():
        steps.setdefault(j, []).append(ordered[k])
    return [Line(line.glyphs, steps[k]) if k in steps else line for k, line in enumerate(ordered) if k not in head]


def as_step(versions: Sequence[Version]) -> list[Version]:
    """The ways to read a line that begin with an equals sign, as probable in all; none where that is unlikely.

    Args:
        versions: ways to read a line that stands where a step would.
    """
    found = [replace(v, cells=_with_equals(v.cells)) for v in versions if v.cells]
    found = [v for v in found if v.cells[0].label == "="]
    share = sum(v.probability for v in found)
    return [replace(v, probability=v.probability / share) for v in found] if share > _LEAST_LIKELY else []


def _with_equals(cells: Cells) -> Cells:
    """A row whose first sign is an equals sign where it is as thick as two bars that run together."""
    first = cells[0]
    x0, y0, x1, y1 = first.box
    if first.label != "-" or first.is_fraction or y1 - y0 < _TWO_BARS * (x1 - x0):
        return cells
    return replace(first, symbol=replace(first.symbol, label="=")), *cells[1:]


def with_steps(first: Sequence[Version], steps: Sequence[Sequence[Version]]) -> list[Version]:
    """The ways to read a line and its steps as one row: ``19+4×3=19+12=31``.

    Args:
        first: ways to read the line, the most probable first.
        steps: of each step.
    """
    ways = [first[:_VERSIONS], *(step[:_OF_STEP] for step in steps)]
    joined = [Version(_one_row([v.cells for v in way]), prod(v.probability for v in way)) for way in product(*ways)]
    return sorted(joined, key=lambda v: -v.probability)[:_KEPT]


def _one_row(rows: Sequence[Cells]) -> Cells:
    """Rows as one; an equals sign at the end of one and the beginning of the next is one."""
    cells: Cells = rows[0]
    for row in rows[1:]:
        ends = bool(cells) and cells[-1].kind is Kind.RELATION
        cells += row[1:] if ends else row
    return cells


def _may_be_step(line: Line) -> bool:
    """Whether a line may begin with an equals sign, whose bars may touch: it is lower than what follows."""
    first, *others = line.glyphs
    if len(line.glyphs) < _LEAST or first.is_equals:
        return len(line.glyphs) >= _LEAST
    wide, high = first.box[2] - first.box[0], first.box[3] - first.box[1]
    tall = max(g.box[3] - g.box[1] for g in others)
    return bool(first.pieces) and high < _LOW * tall and wide > 0.8 * high


def _is_above(line: Line, step: Line, height: float) -> bool:
    """Whether a line stands where a step's line does."""
    x0, _, x1, foot = line.box
    left, top, _, _ = step.box
    space = top - foot
    return -_OVERLAP * height <= space <= _SPACE * height and x0 - _OUTDENT * height <= left < x1


def _is_continued(step: Line, lines: Sequence[Line], height: float) -> bool:
    """Whether what begins with an equals sign is the end of a line on its left."""
    left, top, _, foot = step.box
    middle = (top + foot) / 2
    return any(
        line is not step and line.box[1] < middle < line.box[3] and 0 <= left - line.box[2] < _BESIDE * height
        for line in lines
    )
