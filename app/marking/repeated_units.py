"""Units that are told by standing behind every number of a question: ``25元 + 30元 = 55元``, in any script.

A unit need be no letter that anybody knows: what is printed alike behind both numbers, and begins with no plain digit,
is part of neither.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from app.marking.layout import Glyph, around, boxes_of, has_fraction
from app.marking.page_ink import Piece
from app.marking.row_looks import PLAIN_DIGIT, Look, RowOfLooks
from models.ink import Box

_NO_DIGIT = 0.3
"""Mean probability of being of arithmetic's alphabet below which a unit need stand in no other row of the page."""
_PART = 0.5
"""The same below which what is left of a question is neither digit nor sign."""
_ALIKE = 0.7
"""Correlation of two prints of one unit, at the least: that of different ones is mostly below 0.5."""
_LIKE = 0.4
"""The same of what looks like no digit, and may touch something."""
_SIZES = 1.25
"""Ratio of their sides, at the most."""
_SIDE = 24
"""Side of the square in which they are laid over one another, in pixels."""
_GLYPHS = 4
"""Glyphs of a unit, at the most: a Chinese character may be several."""
_DASH = 2.0
"""Length of a minus sign, in its thickness, at the least."""
_SIGNS = frozenset(("+", "-", "\\times", "\\div", "/", "=", "\\lt", "\\gt", ":"))


@dataclass(frozen=True)
class RepeatedUnit:
    """The unit of a row.

    Attributes:
        places: ranges of its glyphs.
        ends: where each of the problems of the row ends.
        is_complete: whether every answer has it, too.
        is_doubtful: whether one may have it where it was not told.
    """

    places: list[range]
    ends: list[int]
    is_complete: bool
    is_doubtful: bool


def may_repeat(glyphs: Sequence[Glyph], i: int, look: Look) -> bool:
    """Whether a glyph of a row stands before an equals sign, and is no plain digit; those that are printed overlap
    with none."""
    if not (0 < i < len(glyphs) - 1 and glyphs[i + 1].is_equals):
        return False
    return look.share < PLAIN_DIGIT or glyphs[i].box[0] < glyphs[i - 1].box[2]


def repeated_units(rows: Mapping[int, RowOfLooks], pieces: Sequence[Piece]) -> dict[int, RepeatedUnit]:
    """The units of rows that are told by being repeated; of no row whose question has something else that is no
    number.

    Args:
        rows: by line, with what each of their glyphs looks like.
        pieces: of the page.
    """
    found: dict[int, RepeatedUnit] = {}
    prints: dict[int, _Print] = {}
    certain = set()
    for k, row in rows.items():
        unit = _of_row(row, pieces)
        if unit is None:
            continue
        found[k] = unit
        prints[k] = _print(row, unit.places[0], pieces)
        if np.mean([row.seen[i].share for i in unit.places[0]]) < _NO_DIGIT:
            certain.add(k)
    return {
        k: unit
        for k, unit in found.items()
        if k in certain or any(j != k and prints[j].is_like(prints[k], _ALIKE) for j in prints)
    }


def _of_row(row: RowOfLooks, pieces: Sequence[Piece]) -> RepeatedUnit | None:
    """The unit of a row, which may hold problems beside one another; ``None`` if it has none."""
    equals = [k for k, g in enumerate(row.glyphs) if g.is_equals or row.labels[k] == "="]
    places: list[range] = []
    ends: list[int] = []
    start, is_complete, is_doubtful = 0, True, False
    for k, end in pairwise([*equals, len(row.glyphs)]):
        units = _of_question(row, range(start, k), pieces)
        if not units:
            return None
        is_last = end == len(row.glyphs)
        # Where another problem follows, its first number stands behind the unit.
        answer = _in_answer(row, range(k + 1, end), units[0], pieces, is_last)
        if answer is None and not is_last:
            return None
        start = answer.stop if answer else end
        is_complete &= answer is not None
        is_doubtful |= answer is None and k + 1 < end and row.seen[end - 1].share < PLAIN_DIGIT
        places += [*units, answer] if answer else units
        ends.append(start)
    return RepeatedUnit(places, ends, is_complete, is_doubtful) if places else None


def _of_question(row: RowOfLooks, question: range, pieces: Sequence[Piece]) -> list[range]:
    """The units of a question, one for each of its numbers; none if it has none, or something else that is no
    number."""
    signs = [i for i in question if _is_sign(row, i)]
    numbers = [range(a + 1, b) for a, b in pairwise([question.start - 1, *signs, question.stop])]
    if len(numbers) < 2:
        return []
    first, *others = ([tail for tail in _tails(number) if _may_be_unit(row, tail, pieces)] for number in numbers)
    for one in reversed(first):
        printed = _print(row, one, pieces)
        alike = [
            next((tail for tail in reversed(tails) if printed.is_like(_print(row, tail, pieces), _ALIKE)), None)
            for tails in others
        ]
        units = [one, *(tail for tail in alike if tail)]
        if len(units) == len(numbers):
            out = {i for unit in units for i in unit}
            return units if all(row.seen[i].share > _PART for i in question if i not in out) else []
    return []


def _is_sign(row: RowOfLooks, i: int) -> bool:
    """Whether a glyph is a sign: plainly one, or a bar too short to be looked at."""
    x0, y0, x1, y1 = row.glyphs[i].box
    is_dash = not row.labels[i] and bool(row.glyphs[i].pieces) and x1 - x0 > _DASH * (y1 - y0)
    return is_dash or (row.labels[i] in _SIGNS and row.seen[i].share > _PART)


def _in_answer(row: RowOfLooks, answer: range, unit: range, pieces: Sequence[Piece], is_last: bool) -> range | None:
    """Where the unit of a question stands in what follows its equals sign: at its end, or anywhere."""
    printed = _print(row, unit, pieces)
    for stop in (answer.stop,) if is_last else range(answer.stop, answer.start, -1):
        for tail in sorted(_tails(range(answer.start - 1, stop)), key=len, reverse=True):
            shares = [row.seen[i].share for i in tail]
            # What touches a line is not quite like the others.
            least = _LIKE if np.mean(shares) < _PART else _ALIKE
            if _may_be_unit(row, tail, pieces) and printed.is_like(_print(row, tail, pieces), least):
                return tail
    return None


def _tails(number: range) -> list[range]:
    """What a number may end with, one glyph of it left at the least."""
    return [number[-n:] for n in range(1, min(_GLYPHS, len(number) - 1) + 1)]


def _may_be_unit(row: RowOfLooks, tail: range, pieces: Sequence[Piece]) -> bool:
    """Whether glyphs may be a unit: ink throughout, no plain digit before it, and no fraction."""
    if row.seen[tail.start].share >= PLAIN_DIGIT:
        return False
    boxes = [boxes_of([pieces[p] for p in row.glyphs[i].pieces]) for i in tail]
    return all(len(b) and not has_fraction(b, row.height) for b in boxes)


@dataclass(frozen=True, eq=False)
class _Print:
    """What is printed somewhere.

    Attributes:
        box: around it.
        square: float32 (_SIDE, _SIDE), its ink stretched over a square.
    """

    box: Box
    square: np.ndarray

    def is_like(self, other: _Print, least: float) -> bool:
        """Whether two are of one size, and of one shape by a least correlation."""
        sides = np.array([(b[2] - b[0], b[3] - b[1]) for b in (self.box, other.box)])
        a, b = self.square - self.square.mean(), other.square - other.square.mean()
        norm = float(np.sqrt((a * a).sum() * (b * b).sum()))
        return bool((sides.max(0) < _SIZES * sides.min(0) + 2).all() and float((a * b).sum()) > least * norm)


def _print(row: RowOfLooks, glyphs: range, pieces: Sequence[Piece]) -> _Print:
    """What is printed in some glyphs of a row."""
    members = [pieces[p] for i in glyphs for p in row.glyphs[i].pieces]
    boxes = boxes_of(members).astype(int)
    x0, y0, x1, y1 = around(boxes)
    ink = np.zeros((y1 - y0, x1 - x0), np.float32)
    for piece, (left, top, right, foot) in zip(members, boxes, strict=True):
        part = ink[top - y0 : foot - y0, left - x0 : right - x0]
        np.maximum(part, piece.blob.mask > 0, out=part)
    square = cv2.GaussianBlur(cv2.resize(ink, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA), (0, 0), 1.0)
    return _Print((x0, y0, x1, y1), square)
