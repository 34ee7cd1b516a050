"""What a row of a worksheet may be made of."""

from __future__ import annotations

import numpy as np
import pytest

from app.marking.problem import Cell
from app.marking.rows import is_wellformed, read_row
from app.reading.hypothesis import Hypothesis, Weights
from app.reading.reader import EXPRESSION, Search
from app.reading.reading import Symbol
from models.ink import Ink, Stroke
from models.layout_tree import LayoutTree, Node, Relation
from models.vocabulary import INDEX, LABELS


def row(text: str, heights: dict[int, tuple[float, float]] | None = None) -> tuple[Cell, ...]:
    """Cells ten wide and twenty high; some at another height."""
    labels = {"÷": "\\div", "×": "\\times"}
    cells = []
    for k, character in enumerate(text):
        top, bottom = (heights or {}).get(k, (0.0, 20.0))
        cells.append(Cell(Symbol(labels.get(character, character), (12.0 * k, top, 12.0 * k + 10, bottom)), {}))
    return tuple(cells)


@pytest.mark.parametrize("text", ["17÷5=3R2", "17:5=3R2"])
def test_an_r_parts_the_quotient_from_the_remainder(text):
    assert is_wellformed(row(text))


@pytest.mark.parametrize("text", ["3R2", "17+5=3R2", "17÷5=R2", "17÷5=3R"])
def test_an_r_elsewhere_is_none(text):
    assert not is_wellformed(row(text))


def test_a_decimal_point_stands_low():
    assert is_wellformed(row("0.5", {1: (16, 20)}))
    assert not is_wellformed(row("9.5", {1: (8, 12)})), "a hyphen or a sign × stands at half the height"


class _Sees:
    """A reader that sees given hypotheses, whatever the ink is."""

    def __init__(self, *hypotheses: Hypothesis) -> None:
        self.found = list(hypotheses)

    def weights_for(self, ink: Ink) -> Weights:
        return Weights()

    def hypotheses(self, ink: Ink, symbols: str = "auto", *, search: Search = EXPRESSION) -> list[Hypothesis]:
        return self.found


def _seen(ink: Ink, groups: list[tuple[int, ...]], text: str, grouping: float) -> Hypothesis:
    """Symbols in a row, each sure to nine tenths."""
    labels = ["\\div" if c == "÷" else c for c in text]
    symbol = np.full((len(labels), len(LABELS)), np.log(0.1 / (len(LABELS) - 1)))
    symbol[np.arange(len(labels)), [INDEX[label] for label in labels]] = np.log(0.9)
    nodes = tuple(Node(label, k - 1, Relation.RIGHT if k else None) for k, label in enumerate(labels))
    hand, pieces = np.zeros(len(labels)), np.zeros_like(symbol)
    trees = ((0.0, LayoutTree(nodes)),)
    return Hypothesis(
        ink, tuple(groups), grouping, 0.0, symbol, symbol, hand, pieces, trees, np.zeros((len(labels), len(labels), 2))
    )


@pytest.mark.parametrize(("lead", "text"), [(0.5, "36÷6=6"), (5.0, "36÷66")])
def test_a_row_rather_has_its_equals_sign(lead: float, text: str):
    """One that runs into the digit behind it could be a part of that; only where that is plain it is none."""
    line = np.float32([[0, 0], [0, 10]])
    ink = Ink(tuple(Stroke(line + np.float32([12 * k, 0])) for k in range(6)))
    joined = _seen(ink, [(0,), (1,), (2,), (3,), (4, 5)], "36÷66", lead)
    parted = _seen(ink, [(k,) for k in range(6)], "36÷6=6", 0.0)
    best = read_row(_Sees(joined, parted), ink)[0]
    assert "".join("÷" if c.label == "\\div" else c.label for c in best.cells) == text
