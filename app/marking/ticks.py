"""Ticks and crosses that a teacher has left behind answers, and pictures: read neither as digits nor as signs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from app.marking.glance import Glances
from app.marking.layout import Line
from app.marking.page_ink import Piece
from models.vocabulary import LABELS

_LOOKS = [i for i, label in enumerate(LABELS) if label in ("v", "V", "\\sqrt", "x", "X", "\\times")]
"""What ticks and crosses look like; no answer ends with any of it."""
_PLAINLY = 0.5
"""Probability of looking like that, at the least."""
_VAGUE, _FAR_OFF = 0.6, 1.0
"""Greatest probability of any symbol, of what may be anything, and its distance from the answer, in symbol heights."""
_FAR = 5.0
"""Distance of a mark from its line, in symbol heights, at the most."""
_SPACE, _WIDER = 0.4, 2.0
"""Space before a mark in symbol heights, and in those between the answer's digits, at the least."""


def without_ticks(
    lines: Sequence[Line], scraps: Sequence[Line], glances: Glances
) -> tuple[list[Line], list[Line], list[Piece]]:
    """Lines without a tick or cross behind their answer.

    Args:
        lines: of a page.
        scraps: what stands in no line of it.
        glances: at the page.

    Returns:
        The lines, the scraps that are no marks, and the ink of the marks.
    """
    height = glances.height
    ends = [k for k, line in enumerate(lines) if _may_end_with_mark(line, height)]
    alone = [k for k, scrap in enumerate(scraps) if _may_be_mark(scrap, lines, height)]
    asked = [*(lines[k].glyphs[-1] for k in ends), *(scraps[k].glyphs[0] for k in alone)]
    seen = glances.shares([glyph.pieces for glyph in asked])
    marks = seen[:, _LOOKS].sum(1) > _PLAINLY
    marked = {k for k, is_mark in zip(ends, marks[: len(ends)], strict=True) if is_mark}
    marking = {k for k, is_mark in zip(alone, marks[len(ends) :], strict=True) if is_mark}
    # What looks like nothing much, and stands far off, is no part of the answer that could be told.
    vague = {k for k, likely in zip(ends, seen.max(1), strict=False) if likely < _VAGUE and _is_far(lines[k], height)}
    cut = marked | vague
    left = [replace(line, glyphs=line.glyphs[:-1]) if k in cut else line for k, line in enumerate(lines)]
    ink = [glances.pieces[i] for glyph, is_mark in zip(asked, marks, strict=True) if is_mark for i in glyph.pieces]
    rest = [scrap for k, scrap in enumerate(scraps) if k not in marking]
    return left, [*rest, *(Line(lines[k].glyphs[-1:]) for k in vague - marked)], ink


def _may_end_with_mark(line: Line, height: float) -> bool:
    """Whether the last of a line stands apart from an answer behind an equals sign."""
    answer, last = line.answer[:-1], line.glyphs[-1]
    if not answer or not last.pieces:
        return False
    inside = [b.box[0] - a.box[2] for a, b in pairwise(answer)]
    space = last.box[0] - answer[-1].box[2]
    return space > _SPACE * height and space > _WIDER * max(inside, default=0.0)


def _is_far(line: Line, height: float) -> bool:
    return line.glyphs[-1].box[0] - line.glyphs[-2].box[2] > _FAR_OFF * height


def _may_be_mark(scrap: Line, lines: Sequence[Line], height: float) -> bool:
    """Whether something alone stands behind the answer of a line."""
    if len(scrap.glyphs) != 1 or not scrap.glyphs[0].pieces:
        return False
    x, y = scrap.box[0], scrap.middle
    boxes = [line.box for line in lines if line.answer]
    return any(0 < x - x1 < _FAR * height and y0 - height < y < y1 + height for _, y0, x1, y1 in boxes)
