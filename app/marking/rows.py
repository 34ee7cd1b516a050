"""Ink of one row to the ways of reading it, the most probable first.

A row of a worksheet has a narrow alphabet and a simple grammar: numbers joined by signs. Both choose among
the readings that the ink leaves open. What the row comes to is not computed here.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cache
from statistics import median
from typing import Protocol

import numpy as np

from app.marking.page_ink import Piece
from app.marking.powers import with_powers
from app.marking.problem import (
    Cell,
    Cells,
    Version,
    at_relations,
    cells_of,
    contains,
    is_problem,
    walk,
    without_numbering,
)
from app.maths.expression import DIVISIONS
from app.reading.hypothesis import Hypothesis, Weights
from app.reading.network import Network
from app.reading.reader import Search
from app.reading.reading import Interpretation, Symbol, SymbolAlternative
from models.ink import Box, Ink
from models.layout_tree import LayoutTree, Relation
from models.vocabulary import LABELS, Kind

ALPHABET = frozenset("0123456789+-/=().,:R") | {"\\times", "\\div", "\\lt", "\\gt", "\\cdot"}
"""What stands on worksheets; a dot is told from the sign × by where it stands."""
_ROW = Search(widest=2.0, apart=0.15, groupings=6, trees=1, alike=False, plain=0.0, columns=False)
"""No symbol of a row is a long root or has pieces side by side, its layout is for its grammar to say, and its wide
pieces are parted already."""
_HYPOTHESES = 3
_VERSIONS = 24
_HOPELESS = 9.0
"""Logarithm of how much likelier the best way to read a row is than those that are not looked at."""
_LEAST_WEIGHTS = {"grouping": 3.0, "parted": 2.0}
"""What weighs more than in expressions of any kind: rows of numbers may hold any scrap of ink as a point or sign."""
_MALFORMED = 1e-4
"""How much less a row that breaks the grammar is believed."""
_NO_PROBLEM = 0.02
"""How much less a row that is no problem is believed: a number alone, a row without a question."""
_UNRELATED = 0.01
"""How much less a row without a relation is believed, where other readings of its ink have one."""
_LOW = 0.55
"""Where the middle of a decimal point or a comma stands at the highest, from the top of its digit to its foot."""
_CARRIED = (Relation.ABOVE, Relation.BELOW, Relation.INSIDE)
"""Relations of what a cell carries: parts of fractions, what is under a root."""
_ALTERNATIVES = 4
_SHAPE = 0.5
"""Weight of the classifier in the reading of a line."""


class FindsHypotheses(Protocol):
    """What is needed of a reader."""

    network: Network

    def weights_for(self, ink: Ink) -> Weights:
        """How its scores are added up."""

    def hypotheses(self, ink: Ink, symbols: str = ..., *, search: Search = ...) -> list[Hypothesis]:
        """The likely groupings of an ink, each parsed."""


def row_ink(pieces: Sequence[Piece], pen: float) -> Ink:
    """The ink of pieces."""
    return Ink(tuple(p.blob for p in sorted(pieces, key=lambda p: p.blob.box[0])), pen=pen)


def read_row(
    reader: FindsHypotheses,
    ink: Ink,
    alphabet: Collection[str] = ALPHABET,
    first: Collection[str] | None = None,
    shape: float = _SHAPE,
    signs: Sequence[tuple[Box, Collection[str]]] = (),
) -> list[Version]:
    """The ways to read a row.

    Args:
        reader: finds and parses groupings.
        ink: pieces of the row.
        alphabet: labels that may stand there.
        first: labels that the leftmost symbol may have, if others than the rest.
        shape: weight of what the classifier says of each symbol by itself; the rest is the parser's, which sees the
            row as an expression: a number alone is none.
        signs: places in which nothing but a sign stands, and its labels.

    Returns:
        Versions with probabilities that sum to 1, the most probable first.
    """
    allowed = np.array([label in alphabet for label in LABELS])
    allowed_first = np.array([label in (first or alphabet) for label in LABELS])
    weights = reader.weights_for(ink)
    weights = replace(weights, **{name: max(getattr(weights, name), least) for name, least in _LEAST_WEIGHTS.items()})
    found = sorted(reader.hypotheses(ink, "arithmetic", search=_ROW), key=lambda h: -h.score(weights))[:_HYPOTHESES]
    logs = []
    for h in found:
        rule = np.tile(allowed, (len(h.groups), 1))
        rule[np.argmin([box[0] for box in h.boxes])] = allowed_first
        for place, labels in signs:
            rule[[contains(place, box) for box in h.boxes]] = [label in labels for label in LABELS]
        seen = shape * _masked(h.shape, rule) + (1 - shape) * _masked(h.symbol, rule)
        logs.append(_masked(seen + weights.pieces * h.pieces, rule))
    scores = [h.score(weights) for h in found]
    base = [score - scores[0] for score in scores]
    orders = [np.argsort(-log, 1)[:, :_ALTERNATIVES] for log in logs]
    heap = [
        (-(base[k] + float(np.take_along_axis(logs[k], orders[k][:, :1], 1).sum())), k, (0,) * len(h.groups))
        for k, h in enumerate(found)
    ]
    heapq.heapify(heap)
    cell = cache(lambda k, i, rank: Cell(_symbol(found[k], logs[k], orders[k], i, rank), {}))
    seen = {(k, ranks) for _, k, ranks in heap}
    rows: list[tuple[float, Cells]] = []
    best = -np.inf
    while heap and len(rows) < _VERSIONS:
        loss, k, ranks = heapq.heappop(heap)
        # Its form never speaks for a row: what follows is no likelier than this.
        if -loss < best - _HOPELESS:
            break
        cells = _cells(found[k].trees[0][1], [cell(k, i, rank) for i, rank in enumerate(ranks)])
        if first is None:
            cells = with_powers(cells)
        # A row of a sum in columns begins with the sign of the sum, which is no arithmetic by itself.
        score = -loss if first else -loss + np.log(plausibility(cells))
        best = max(best, score)
        rows.append((score, cells))
        for i, rank in enumerate(ranks):
            if rank + 1 >= _ALTERNATIVES:
                continue
            changed = (*ranks[:i], rank + 1, *ranks[i + 1 :])
            if (k, changed) not in seen:
                seen.add((k, changed))
                step = logs[k][i, orders[k][i, rank]] - logs[k][i, orders[k][i, rank + 1]]
                heapq.heappush(heap, (loss + float(step), k, changed))
    odds = np.exp([score - best for score, _ in rows])
    versions = [Version(cells, float(p)) for (_, cells), p in zip(rows, odds / odds.sum(), strict=True)]
    return sorted(versions, key=lambda v: -v.probability)


def plausibility(cells: Cells) -> float:
    """How much a row is believed by its form alone: 1 if it is a problem, well formed and with a relation."""
    unnumbered = without_numbering(cells, _digit_height(cells))
    odds = 1.0 if is_wellformed(unnumbered) else _MALFORMED
    odds *= 1.0 if is_problem(unnumbered) else _NO_PROBLEM
    return odds * (1.0 if at_relations(unnumbered) else _UNRELATED)


def _masked(logs: np.ndarray, allowed: np.ndarray) -> np.ndarray:
    """Log probabilities of the classes that are allowed, which sum to 1 among them; the others' are hopeless."""
    masked = np.where(allowed, np.maximum(logs, -25.0), -1e3)
    return masked - np.logaddexp.reduce(masked, axis=1, keepdims=True)


def _symbol(h: Hypothesis, log: np.ndarray, order: np.ndarray, i: int, rank: int) -> Symbol:
    """A symbol of a hypothesis, read as one of its classes."""
    probabilities = np.exp(log[i, order[i]]).tolist()
    labels = [LABELS[k] for k in order[i]]
    others = tuple(
        SymbolAlternative(label, p)
        for k, (label, p) in enumerate(zip(labels, probabilities, strict=True))
        if k != rank and p > 0.002
    )
    box = h.ink.input_box(h.boxes[i])
    return Symbol(labels[rank], box, probabilities[rank], h.groups[i], bool(h.hand[i] < 0), others)


def _cells(tree: LayoutTree, cells: Sequence[Cell]) -> Cells:
    """The symbols of a hypothesis as a row: a plain one without the way over the tree, which takes its time."""
    if not any(node.relation in _CARRIED for node in tree.nodes):
        return tuple(sorted(cells, key=lambda c: c.box[0] + c.box[2]))
    nodes = tuple(replace(n, label=c.label) for n, c in zip(tree.nodes, cells, strict=True))
    return cells_of(Interpretation(tuple(c.symbol for c in cells), LayoutTree(nodes), 1.0))


def _digit_height(cells: Cells) -> float:
    """Typical height of a row's digits, or of its symbols where it has none."""
    heights = [c.box[3] - c.box[1] for c in cells if c.kind is Kind.DIGIT] or [c.box[3] - c.box[1] for c in cells]
    return median(heights) if heights else 0.0


def is_wellformed(cells: Cells) -> bool:
    """Whether a row is numbers joined by signs, its brackets paired; either side of a relation may be missing."""
    depth = 0
    operand = False  # whether the cell before ended one
    divided = False
    for k, cell in enumerate(cells):
        kind = cell.kind
        divided = divided or cell.label in DIVISIONS
        if cell.is_fraction or kind in (Kind.BLANK, Kind.ROOT):
            operand = True
        elif kind is Kind.DIGIT:
            if operand and k and cells[k - 1].kind is Kind.CLOSE:
                return False
            operand = True
        elif cell.label == "R":
            if not (operand and divided):
                return False
            operand = False
        elif kind is Kind.OPEN:
            if operand:
                return False
            depth += 1
        elif kind is Kind.CLOSE:
            depth -= 1
            if depth < 0 or not (operand or cells[k - 1].kind is Kind.OPEN):
                return False
            operand = True
        elif kind is Kind.PUNCTUATION:
            if cell.label != "\\ldots" and not (operand and stands_low(cell, cells[k - 1])):
                return False
            operand = cell.label != "\\ldots" and k + 1 < len(cells) and cells[k + 1].label in (".", "\\ldots")
        elif kind is Kind.RELATION:
            if depth or not (operand or k == 0):
                return False
            operand = False
        else:
            if not operand and cell.label != "-":
                return False
            operand = False
    ends = cells[-1].kind if cells else None
    return depth == 0 and (operand or ends is Kind.RELATION) and _fractions_hold_numbers(cells)


def stands_low(point: Cell, digit: Cell) -> bool:
    """Whether a dot stands where a decimal point or comma does, beside a digit."""
    (_, top, _, bottom), (_, upper, _, lower) = digit.box, point.box
    return (upper + lower) / 2 >= top + _LOW * (bottom - top)


def _fractions_hold_numbers(cells: Cells) -> bool:
    below: list[Cell] = [c for cell in cells for row in cell.rows.values() for c in walk(row)]
    return all(c.kind in (Kind.DIGIT, Kind.PUNCTUATION, Kind.OPERATOR, Kind.OPEN, Kind.CLOSE) for c in below)
