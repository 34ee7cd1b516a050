"""Three symbols in three cells: a card or form of two digits and an operator, one to each third of the image.

Where every symbol has a cell of its own, nothing is left to group or to lay out, digits never join into one number,
and the operator's place tells the notation: ``+ 1 2`` is prefix, ``1 + 2`` infix and ``1 2 +`` postfix.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from app.maths.expression import PRODUCTS
from app.reading.hypothesis import Hypothesis
from app.reading.reading import Notation
from app.reading.scoring import DIGITS, FORBIDDEN
from models.layout_tree import LayoutTree, Node, Relation
from models.vocabulary import LABELS

_NOTATIONS: tuple[Notation, ...] = ("prefix", "infix", "postfix")
"""By the place of the operator."""
_CELLS = 3
_ASPECT = 0.06
"""Relative error allowed in the image's shape: cells are square."""
_BORDER = 0.02
"""How far a symbol may reach over its cell, in cells."""
_LEAST_LIKELY = np.log(0.1)
"""Log probability that the three look like two digits and an operator, from which they are read as such."""
_OPERATORS = np.array([label in PRODUCTS | {"+", "-"} for label in LABELS])
_LIKE_DIGITS = DIGITS | np.array([label in {*"oOlIi|/()zZsSbBgq"} for label in LABELS])
_LIKE_OPERATORS = _OPERATORS | np.array([label in ("x", "X", "\\chi", "t", ".") for label in LABELS])
"""What digits and operators look like: by themselves some cannot be told apart."""


def cells_of(boxes: np.ndarray, width: float, height: float) -> tuple[tuple[int, ...], ...]:
    """The pieces in each of three square cells side by side.

    Args:
        boxes: (n, 4) of the pieces.
        width: of the image, in the same unit.
        height: of the image.

    Returns:
        Three groups of pieces from left to right, or none where the image is no row of three cells with ink in each
        and between none.
    """
    side = width / _CELLS
    if abs(height / side - 1) > _ASPECT:
        return ()
    middle = (boxes[:, 0] + boxes[:, 2]) / 2
    cell = np.clip(middle // side, 0, _CELLS - 1)
    slack = _BORDER * side
    if (boxes[:, 0] < cell * side - slack).any() or (boxes[:, 2] > (cell + 1) * side + slack).any():
        return ()
    groups = tuple(tuple(np.flatnonzero(cell == k).tolist()) for k in range(_CELLS))
    return groups if all(groups) else ()


def as_calculations(h: Hypothesis) -> list[Hypothesis]:
    """Two digits and an operator, the operator in each place in turn.

    Args:
        h: a hypothesis whose groups are the three cells.

    Returns:
        One hypothesis a place, with the classes of each cell restricted and no layout but a row; none where the ink
        hardly can be two digits and an operator.
    """
    chain = tuple(Node(LABELS[k], i - 1, Relation.RIGHT if i else None) for i, k in enumerate(h.symbol.argmax(1)))
    found, likely = [], -np.inf
    for place in range(_CELLS):
        allowed = np.stack([_OPERATORS if k == place else DIGITS for k in range(_CELLS)])
        like = [_LIKE_OPERATORS if k == place else _LIKE_DIGITS for k in range(_CELLS)]
        shares = [np.logaddexp.reduce(row[mask]) for row, mask in zip(h.symbol, like, strict=True)]
        likely = max(likely, float(sum(shares)))
        found.append(replace(h, symbol=np.where(allowed, h.symbol, FORBIDDEN), trees=((0.0, LayoutTree(chain)),)))
    return found if likely > _LEAST_LIKELY else []


def notation_of(labels: tuple[str, ...]) -> Notation:
    """The notation of what :func:`as_calculations` reads: two digits and an operator."""
    return _NOTATIONS[next(k for k, label in enumerate(labels) if not label.isdigit())]
