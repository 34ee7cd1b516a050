"""Numbers of problems told by counting: ``1.``, ``2.``, ``3.`` under one another, however near the problems stand.

Read by itself, ``10. 72÷8`` may be 10.72÷8 and ``(2) ( )×9`` a product. On its page it is the tenth problem below the
ninth, whatever it comes to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from app.marking.glance import Glances
from app.marking.layout import LEAST_NUMBERED, Glyph, Line, may_be_bracket, numbered
from models.vocabulary import LABELS

_DIGITS = [LABELS.index(c) for c in "0123456789"]
_LONGEST = 3
"""Digits of a number at the most."""
_TALL = 0.7
"""Height of a digit, in symbol heights, at the least."""
_DIGIT = 0.85
"""The same of what is no sign."""
_POINT = 0.3
"""Larger side of a point, in symbol heights, at the most."""
_INSIDE, _POINTED = 0.45, 1.5
"""Space between the parts of a number, and between its digits and the problem where a point stands, likewise."""
_BEFORE = 0.9
"""Space before a number within a line, likewise, at the least."""
_ALIGNED, _ALONG = 1.2, 0.06
"""How far numbers under one another are off, in symbol heights and in their distance, at the most."""
_MOST_STEP = 12
"""Step from a number to the one below it: of rows that are counted from left to right, how many stand in one."""
_LEAST_AGREED, _LEAST_SHARE = 2, 0.5
"""How many steps are the same at the least, of all of a page."""
_WIDER = 0.12
"""How much wider the space behind the point of such numbers is than before it, in symbol heights, at the least: a
decimal point stands half-way."""
_LIKE_OTHERS = 0.6
"""Share of that space that is behind the point of one that is out of step, at the least."""

_Kind = Literal[".", ")", "()"]


@dataclass(frozen=True, eq=False)
class _Head:
    """What may be the number of a problem: ``digits`` of the glyphs from ``start`` to ``end`` of a line.

    Attributes:
        line: which line.
        start: its first glyph.
        end: the first glyph of the problem.
        kind: how it is closed.
        digits: its digits.
        wider: how much more space is behind what closes it than before that, in symbol heights.
    """

    line: int
    start: int
    end: int
    kind: _Kind
    digits: tuple[Glyph, ...]
    wider: float


def without_sequence(lines: Sequence[Line], glances: Glances) -> list[Line]:
    """Lines without the numbers of their problems, where these count on from one line to the next; parted at numbers
    that stand within a line.

    Args:
        lines: of a page.
        glances: at the page.
    """
    height = glances.height
    heads = [head for number, line in enumerate(lines) for head in _heads(number, line, height)]
    seen = glances.shares([g.pieces for h in heads for g in h.digits])
    digits = seen[:, _DIGITS].argmax(1).tolist() if heads else []
    values = []
    for head in heads:
        shown, digits = digits[: len(head.digits)], digits[len(head.digits) :]
        values.append(int("".join(map(str, shown))))
    cuts: dict[int, list[_Head]] = {}
    for kind in (".", ")", "()"):
        chosen = [i for i, head in enumerate(heads) if head.kind == kind]
        for head in _counting([heads[i] for i in chosen], [values[i] for i in chosen], height):
            cuts.setdefault(head.line, []).append(head)
    return [part for number, line in enumerate(lines) for part in _parted(line, cuts.get(number, []))]


def _parted(line: Line, heads: Sequence[_Head]) -> list[Line]:
    """The parts of a line between the numbers on it; what was below goes on with the last."""
    if not heads:
        return [line]
    heads = sorted(heads, key=lambda h: h.start)
    ends = [*(h.start for h in heads[1:]), len(line.glyphs)]
    parts = [Line(line.glyphs[: heads[0].start])]
    parts += [numbered(Line(line.glyphs[h.start : end]), h.end - h.start) for h, end in zip(heads, ends, strict=True)]
    parts[-1].steps = line.steps
    return [part for part in parts if part.glyphs]


def _heads(number: int, line: Line, height: float) -> Iterator[_Head]:
    """What may be a number on a line: at its beginning, or behind a space."""
    for start, glyph in enumerate(line.glyphs):
        if start and glyph.box[0] - line.glyphs[start - 1].box[2] < _BEFORE * height:
            continue
        if head := _head(number, line.glyphs, start, height):
            yield head


def _head(number: int, glyphs: Sequence[Glyph], start: int, height: float) -> _Head | None:
    opened = may_be_bracket(glyphs[start].box, height)
    first = start + opened
    for end in range(first + 1, min(first + _LONGEST + 1, len(glyphs) - LEAST_NUMBERED)):
        digits = tuple(glyphs[first:end])
        closes = glyphs[end].box
        if not all(g.pieces and g.box[3] - g.box[1] > _TALL * height for g in digits) or not glyphs[end].pieces:
            return None
        space = closes[0] - digits[-1].box[2]
        if space > _INSIDE * height:
            # Its point may be too faint to be found: no digits of one number are as far apart.
            # Signs are not as tall: 1 + 9, 2 + 8, 3 + 7 are no numbers of problems.
            tall = min(digits[-1].box[3] - digits[-1].box[1], closes[3] - closes[1]) > _DIGIT * height
            lost = not opened and not start and tall and space < _POINTED * height
            return _Head(number, start, end, ".", digits, space / height - _INSIDE) if lost else None
        is_point = max(closes[2] - closes[0], closes[3] - closes[1]) < _POINT * height
        low = closes[1] > digits[-1].middle
        if (is_point and low and not opened) or may_be_bracket(closes, height):
            wider = (glyphs[end + 1].box[0] - closes[2] - max(closes[0] - digits[-1].box[2], 0)) / height
            kind: _Kind = "." if is_point else "()" if opened else ")"
            return _Head(number, start, end + 1, kind, digits, wider)
    return None


def _counting(heads: Sequence[_Head], values: Sequence[int], height: float) -> list[_Head]:
    """Those of the heads of one kind that number problems; none if they do not count."""
    below = {i: j for i in range(len(heads)) if (j := _next_below(heads, i, height)) is not None}
    steps = {i: values[j] - values[i] for i, j in below.items()}
    counts = Counter(step for step in steps.values() if 0 < step <= _MOST_STEP)
    if not counts:
        return []
    step, agreed = counts.most_common(1)[0]
    in_step = {k for i, j in below.items() if steps[i] == step for k in (i, j)}
    if agreed < _LEAST_AGREED or agreed < _LEAST_SHARE * len(below):
        return []
    wider = float(np.median([heads[k].wider for k in in_step]))
    if heads[0].kind == "." and wider < _WIDER:
        return []
    alike = _LIKE_OTHERS * wider
    return [h for k, h in enumerate(heads) if k in in_step or (not h.start and h.wider >= alike)]


def _next_below(heads: Sequence[_Head], i: int, height: float) -> int | None:
    """The nearest head below one, that begins or ends under where it does."""
    ours = heads[i].digits
    nearest, least = None, np.inf
    for j, head in enumerate(heads):
        down = head.digits[0].middle - ours[0].middle
        off = min(abs(head.digits[0].box[0] - ours[0].box[0]), abs(head.digits[-1].box[2] - ours[-1].box[2]))
        if 0.5 * height < down < least and off < _ALIGNED * height + _ALONG * down:
            nearest, least = j, down
    return nearest
