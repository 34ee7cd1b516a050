"""Dollar signs before numbers, ``$5 + $3 = $8``, which would be read as a 5, an 8 or an S."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from app.marking.cleared import Cleared
from app.marking.columns import Block
from app.marking.glance import Glances
from app.marking.layout import Line, boxes_of
from app.marking.page_ink import Piece
from models.ink import Box

_LEAST = 3
"""Glyphs of a line that is looked at, at the least, and one."""
_LIKELY, _PLAINLY = 0.5, 0.9
"""Probability of being a dollar sign from which one of several in a row is one, and one alone. Of 5,000 digits of
writers that nobody learned from, three reach the one, and none the other."""
_PERHAPS = 0.1
"""The same from which an answer is in doubt where others have dollar signs."""
_HIGHER = 1.03
"""Height of a dollar sign in that of the digit behind it, at the least."""
_BEGINS, _BEFORE = 0.3, 0.45
"""Space before a number, at the least, and behind a dollar sign, at the most, in symbol heights."""
_NARROWEST, _WIDEST = 0.3, 0.75
"""Width of a dollar sign, in symbol heights, at the least, and in its height, at the most: what is wider has a digit
joined to it."""
_USUAL = 0.25
"""Share of a page's answers that have dollar signs, from which any may."""


def without_dollars(lines: Sequence[Line], glances: Glances) -> Cleared:
    """The lines without dollar signs; in doubt is an answer that may have one that was not told, or lost a digit.

    Args:
        lines: of a page.
        glances: at the page.
    """
    height = glances.height
    rows = {k: _Row(line, {}) for k, line in enumerate(lines) if line.signs and len(line.glyphs) > _LEAST}
    _look(rows, {k: _higher(row.line, height) for k, row in rows.items()}, glances)
    # What a child writes before an answer need not be higher than its digits.
    if any(row.told for row in rows.values()):
        _look(rows, {k: {row.answer} & _beginnings(row.line, height) for k, row in rows.items()}, glances)
    answered = [row for row in rows.values() if row.answer < len(row.line.glyphs)]
    with_sign = [row for row in answered if row.answer in row.told]
    if len(with_sign) == 1 and sum(len(row.told) for row in rows.values()) == 1:
        # The only one of a page is rather a 5 or an 8 of an odd shape.
        return Cleared(list(lines), [], [])
    usual = len(with_sign) > 1 and len(with_sign) >= _USUAL * len(answered)
    result = Cleared([], [], [])
    for k, line in enumerate(lines):
        row = rows.get(k, _Row(line, {}))
        missed = usual and row.answer not in row.told
        if missed or (with_sign and row.may_have_more) or (row.told and row.has_joined(height)):
            result.doubtful.append(line.box)
        result.ink.extend(glances.pieces[p] for i in sorted(row.told) for p in line.glyphs[i].pieces)
        left = [g for i, g in enumerate(line.glyphs) if i not in row.told]
        result.lines.append(replace(line, glyphs=left) if row.told else line)
    return result


def sums_without_dollars(blocks: Sequence[Block], glances: Glances) -> tuple[list[Block], list[Piece]]:
    """Sums in columns without the dollar signs before their numbers, and the ink of those.

    Args:
        blocks: the sums of a page.
        glances: at the page.
    """
    asked = [i for block in blocks for row in (*block.rows, block.result) for i in _first_of_sum(row, glances)]
    shares = glances.dollars([(i,) for i in asked])
    told = {i for i, share in zip(asked, shares, strict=True) if share > _LIKELY}
    if len(told) < 2:  # the only one of a page is rather a digit of an odd shape
        return list(blocks), []

    def left(row: Sequence[int]) -> tuple[int, ...]:
        return tuple(i for i in row if i not in told)

    without = [replace(b, rows=tuple(map(left, b.rows)), result=left(b.result)) for b in blocks]
    return without, [glances.pieces[i] for i in sorted(told)]


def _first_of_sum(row: Sequence[int], glances: Glances) -> list[int]:
    """The first piece of a row of a sum, and behind a sign the second, if it is higher than the next."""
    boxes = boxes_of([glances.pieces[i] for i in row])
    order = np.argsort(boxes[:, 0])
    found = []
    for here, behind in pairwise(order[:3]):
        high = boxes[[here, behind], 3] - boxes[[here, behind], 1]
        if high[0] > _HIGHER * high[1] and high[0] > glances.height / 2 and _is_narrow(tuple(boxes[here])):
            found.append(row[here])
    return found


@dataclass(frozen=True)
class _Row:
    """A line, and how likely some of its glyphs are dollar signs."""

    line: Line
    shares: dict[int, float]

    @property
    def answer(self) -> int:
        """Where its answer begins; at its end if it has none."""
        return len(self.line.glyphs) - len(self.line.answer)

    @property
    def told(self) -> set[int]:
        """Its dollar signs."""
        likely = {i for i, share in self.shares.items() if share > _LIKELY and _is_narrow(self.line.glyphs[i].box)}
        return likely if len(likely) > 1 else {i for i in likely if self.shares[i] > _PLAINLY}

    @property
    def may_have_more(self) -> bool:
        """Whether something in it may be one that was not told."""
        return any(share > _PERHAPS and i not in self.told for i, share in self.shares.items())

    def has_joined(self, height: float) -> bool:
        """Whether a number begins with what is too wide for a digit: a sign that is joined to one."""
        begins = _beginnings(self.line, height) - self.told
        return any(not _is_narrow(self.line.glyphs[i].box) for i in begins)


def _look(rows: dict[int, _Row], asked: dict[int, set[int]], glances: Glances) -> None:
    """Tell rows how likely glyphs of theirs are dollar signs."""
    new = [(k, i) for k, some in asked.items() for i in sorted(some) if i not in rows[k].shares]
    shares = glances.dollars([rows[k].line.glyphs[i].pieces for k, i in new]).tolist()
    for (k, i), share in zip(new, shares, strict=True):
        rows[k].shares[i] = share


def _is_narrow(box: Box) -> bool:
    return box[2] - box[0] < _WIDEST * (box[3] - box[1])


def _beginnings(line: Line, height: float) -> set[int]:
    """Glyphs that numbers may begin with."""
    found = set()
    for i, glyph in enumerate(line.glyphs):
        x0, y0, x1, y1 = glyph.box
        begins = i == 0 or not line.glyphs[i - 1].pieces or x0 - line.glyphs[i - 1].box[2] > _BEGINS * height
        high = y1 - y0 > 2 * _NARROWEST * height and x1 - x0 > _NARROWEST * height
        if begins and high and glyph.pieces and not glyph.is_equals:
            found.add(i)
    return found


def _higher(line: Line, height: float) -> set[int]:
    """Those of them that are higher than what follows."""
    found = set()
    for i in _beginnings(line, height) - {len(line.glyphs) - 1}:
        (_, y0, x1, y1), (left, top, _, foot) = line.glyphs[i].box, line.glyphs[i + 1].box
        if y1 - y0 > _HIGHER * (foot - top) > 0.5 * (y1 - y0) and left - x1 < _BEFORE * height:
            found.add(i)
    return found
