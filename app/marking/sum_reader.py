"""A sum in columns to the problem it is."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import product

import numpy as np

from app.marking.carries import without_touching_carries
from app.marking.columns import Block
from app.marking.found import Found
from app.marking.lost_answers import is_result_unread
from app.marking.problem import DIGITS, Cell, Cells, Version, is_problem
from app.marking.rows import FindsHypotheses, read_row, row_ink
from app.marking.rows_of_page import RowsOfPage
from app.marking.same_hand import Hand, seen_digits, weighed
from app.marking.second_look import look_again, merged
from app.reading.reading import Symbol
from app.reading.touching import part_touching

_NUMERALS = DIGITS | {".", ","}
_SIGNS = frozenset(("+", "-", "\\times"))
_COLUMN_VERSIONS = 3
"""Ways to read each row that the verdict looks at."""
_MOST_IN_ROW = 14
"""Pieces of ink in a row at the most."""
_WIDER_THAN_DIGIT = 1.4
"""Width of what may be two digits, in widths of a typical digit."""


def read_sum(reader: FindsHypotheses, block: Block, page: RowsOfPage, second_look: bool = True) -> Found | None:
    """A sum in columns as one row: ``a+b=c``.

    Args:
        reader: reads rows of ink.
        block: its rows, rule and result.
        page: that it stands on.
        second_look: whether the line recogniser is asked, too.

    Returns:
        ``None`` where it is none.
    """
    if max(map(len, (*block.rows, block.result))) > _MOST_IN_ROW:
        return None
    boxes = page.boxes[[i for row in (*block.rows, block.result) for i in row]]
    tall = boxes[boxes[:, 3] - boxes[:, 1] > 4 * page.pen]
    usual = float(np.median(tall[:, 2] - tall[:, 0])) if len(tall) else 0.0
    # Of digits with carries on them there may be many: the lower ones have none.
    digit = float(np.percentile(tall[:, 3] - tall[:, 1], 35)) if len(tall) else np.inf
    rows, inks = [], []
    for k, row in enumerate((*block.rows, block.result)):
        if not row:
            continue
        operator = k == len(block.rows) - 1
        pieces = [page.pieces[i] for i in row]
        if k < len(block.rows):
            pieces = without_touching_carries(pieces, digit, page.pen, reader.network.classify)
        ink = part_touching(row_ink(pieces, page.pen), _WIDER_THAN_DIGIT * usual)
        numerals = _NUMERALS if block.has_points else DIGITS
        versions = read_row(reader, ink, numerals, _SIGNS if operator else DIGITS, shape=1.0)
        fits = partial(_fits_column, operator=operator)
        ends = min(p.box[0] for p in ink.pieces), max(p.box[2] for p in ink.pieces)
        characters = numerals | _SIGNS if operator else numerals
        if second_look:
            versions = look_again(reader.network, versions, page, ends, fits, characters, thorough=True)
        rows.append([v for v in versions if fits(v.cells)][:_COLUMN_VERSIONS])
        inks.append(ink)
    if not all(rows) or (len(block.rows) > 2 and rows[len(block.rows) - 1][0].cells[0].label != "+"):
        return None
    seen = [seen_digits(versions[0].cells, ink) for versions, ink in zip(rows, inks, strict=True)]
    hand = Hand(seen, reader.network)
    equals = Cell(Symbol("=", page.pieces[block.rule].blob.box, printed=True), {})
    versions, agreements = [], []
    for choice in product(*rows):
        parts = [v.cells for v in choice]
        numbers = [c for part in parts[: len(block.rows) - 1] for c in (*part, _plus(part))][:-1]
        cells = (*numbers, *parts[len(block.rows) - 1], equals)
        cells += tuple(replace(c, in_slot=True) for part in parts[len(block.rows) :] for c in part)
        versions.append(Version(cells, float(np.prod([v.probability for v in choice]))))
        agreements.append(hand.agreement(parts))
    versions = weighed(versions, agreements)
    if not is_problem(versions[0].cells):
        return None
    above = page.boxes[[i for row in block.rows for i in row]]
    # Of partial products without a second rule nobody knows where they end.
    factor = rows[len(block.rows) - 1][0].cells
    unread = block.goes_on and factor[0].label == "\\times" and len(factor) > 2
    unread |= not block.result and is_result_unread(page, above, page.boxes[block.rule])
    return Found(merged(versions), block.box, tuple(seen), is_unread=unread)


def _plus(number: Cells) -> Cell:
    """The sign between one number and the next of a sum of many: its own stands before the last alone."""
    x0, y0, x1, y1 = number[-1].box
    return Cell(Symbol("+", (x1, y0, x1 + (x1 - x0) / 2, y1), printed=True), {})


def _fits_column(cells: Cells, operator: bool) -> bool:
    """Whether a row of a sum in columns is a number, with a sign before it where there has to be one."""
    numerals = cells[1:] if operator and cells and cells[0].label in _SIGNS else cells
    return bool(numerals) and all(c.label in _NUMERALS for c in numerals) and (not operator or numerals is not cells)
