"""Ink that touches from row to row, parted: answers of neighbouring rows, numbers of a sum in columns, fractions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from app.marking.columns import Block, find_blocks, rules
from app.marking.layout import are_level, boxes_of, find_glyphs, fraction_parts
from app.marking.page_ink import Piece, split_rule
from app.reading.touching import part_rows

_TWO_ROWS = 1.7
"""Least height of ink that may belong to two rows, in symbol heights."""
_TWO_NUMBERS = (1.55, 2.8)
"""Height of two digits of a sum in columns that touch."""
_WIDE = 3.5
"""Width of such ink, in symbol heights at the most: digits of one number may touch as well."""
_OFF = 0.4
"""How far such ink is off the top and the foot of the rows of its sum, likewise."""
_DIGIT = 0.7
"""Typical width of a digit, in symbol heights."""
_HALF_WAY = (0.32, 0.68)
"""Where such ink may be parted, in its own heights."""


def rows_apart(pieces: Sequence[Piece], height: float, pen: float) -> list[Piece]:
    """The pieces of a page, those parted that reach over two rows.

    Args:
        pieces: of the page.
        height: the page's symbol height.
        pen: line width in pixels.
    """
    return _bars_apart(_numbers_apart(_answers_apart(pieces, height, pen), height, pen), height, pen)


def _bars_apart(pieces: Sequence[Piece], height: float, pen: float) -> list[Piece]:
    """Bars parted from the numbers that touch them, beside fractions whose bars stand free."""
    boxes = boxes_of(pieces)
    free = [boxes[i] for i in range(len(boxes)) if fraction_parts(boxes, i, height)]
    result: list[Piece] = []
    for piece, (x0, y0, x1, y1) in zip(pieces, boxes, strict=True):
        result.append(piece)
        if not free or y1 - y0 < 0.6 * height or x1 - x0 > 4 * height:
            continue
        parts = split_rule(piece, pen, is_bar=True)
        if len(parts) > 1 and any(are_level(parts[0].blob.box, bar, height) for bar in free):
            result[-1:] = parts
    return sorted(result, key=lambda p: p.blob.box[0])


def _answers_apart(pieces: Sequence[Piece], height: float, pen: float) -> list[Piece]:
    """Those parted that stand behind the equals signs of two rows at once."""
    boxes = boxes_of(pieces)
    tall = (boxes[:, 3] - boxes[:, 1] >= _TWO_ROWS * height) & (boxes[:, 2] - boxes[:, 0] <= 4 * height)
    if not tall.any():
        return list(pieces)
    signs = np.array([g.box for g in find_glyphs(boxes, range(len(pieces)), height) if g.is_equals]).reshape(-1, 4)
    middles = (signs[:, 1] + signs[:, 3]) / 2
    result: list[Piece] = []
    for piece, (x0, y0, _, y1), is_tall in zip(pieces, boxes, tall, strict=True):
        result.append(piece)
        if not is_tall:
            continue
        gap = x0 - signs[:, 2]
        before = (gap > -0.5 * height) & (gap < 2.5 * height)
        rows = np.sort(middles[before & (middles > y0 + 0.1 * height) & (middles < y1 - 0.1 * height)])
        if len(rows) != 2 or rows[1] - rows[0] < height:
            continue
        margin = 0.2 * (rows[1] - rows[0])
        if halves := part_rows(piece.blob, pen, rows[0] + margin, rows[1] - margin):
            result[-1:] = [replace(piece, blob=half) for half in halves]
    return sorted(result, key=lambda p: p.blob.box[0])


def _numbers_apart(pieces: Sequence[Piece], height: float, pen: float) -> list[Piece]:
    """Those parted that stand over a rule, two digits high, where that makes them parts of a sum in columns."""
    boxes = boxes_of(pieces)
    least, most = (factor * height for factor in _TWO_NUMBERS)
    high, wide = boxes[:, 3] - boxes[:, 1], boxes[:, 2] - boxes[:, 0]
    tall = (high >= least) & (high <= most) & (wide <= _WIDE * height)
    if not tall.any():
        return list(pieces)
    middles = (boxes[:, 0] + boxes[:, 2]) / 2
    result = list(pieces)
    taken = {i for block in find_blocks(boxes, height) for i in block.pieces if not _spans(i, block, boxes, height)}
    for rule in rules(boxes, height):
        x0, y0, x1, _ = boxes[rule]
        above = (middles > x0) & (middles < x1) & (np.abs(y0 - boxes[:, 3]) < height)
        members = [int(i) for i in np.flatnonzero(tall & above) if i not in taken]
        if not members:
            continue
        halves = []
        for i in members:
            low, lowest = (float(boxes[i, 1] + share * high[i]) for share in _HALF_WAY)
            touches = max(round(float(wide[i]) / (_DIGIT * height)), 1)
            halves.append(part_rows(pieces[i].blob, pen, low, lowest, touches))
        if None in halves:
            continue
        parts = [replace(pieces[i], blob=half) for i, both in zip(members, halves, strict=True) for half in both]
        tried = [p for p in result if not any(p is pieces[i] for i in members)] + parts
        # Its pieces are numbered anew: the rule is told by what it is.
        found = [block for block in find_blocks(boxes_of(tried), height) if tried[block.rule] is pieces[rule]]
        in_rows = {i for block in found for row in block.rows for i in row}
        new = {k for k, p in enumerate(tried) if any(p is part for part in parts)}
        # A tall digit alone over a line is an answer: the upper numbers of a sum have more digits.
        if new <= in_rows and (len(members) > 1 or any(set(row) - new for block in found for row in block.rows[:-1])):
            result, taken = tried, taken | set(members)
    return sorted(result, key=lambda p: p.blob.box[0])


def _spans(piece: int, block: Block, boxes: np.ndarray, height: float) -> bool:
    """Whether a piece of a sum reaches from the top of one of its rows to the foot of the next."""
    others = [[i for i in row if i != piece] for row in block.rows]
    rows = [(np.median(boxes[row, 1]), np.median(boxes[row, 3])) for row in others if row]
    top, foot = boxes[piece, 1], boxes[piece, 3]
    return any(
        abs(top - upper[0]) < _OFF * height and abs(foot - lower[1]) < _OFF * height for upper, lower in pairwise(rows)
    )
