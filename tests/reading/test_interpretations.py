"""Which of the readings that the networks leave open is chosen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.reading.hypothesis import Hypothesis, Weights
from app.reading.loading import WEIGHTS
from app.reading.ranking import interpretations
from app.reading.scoring import log_softmax
from models.geometry import Geometry
from models.grammar import Grammar
from models.ink import Ink, Stroke
from models.layout_tree import LayoutTree, Node, Relation
from models.vocabulary import INDEX, LABELS

PLAIN = Weights(arithmetic=0.0, sound=0.0, mixed=0.0, rows=0.0, pieces=0.0, geometry=0.0)
GEOMETRY = Geometry.load(WEIGHTS / "geometry.npz")


@pytest.fixture(scope="module")
def grammar():
    return Grammar.load(WEIGHTS / "grammar.npz")


def hypothesis(*choices: dict[str, float]) -> Hypothesis:
    """Symbols in a row, each with the odds of its classes, most likely first."""
    line = np.array([[0, 0], [0, 10]], np.float32)
    ink = Ink(tuple(Stroke(line + np.float32([12 * k, 0])) for k in range(len(choices))))
    logits = np.full((len(choices), len(LABELS)), -30.0)
    for row, odds in zip(logits, choices, strict=True):
        for label, value in odds.items():
            row[INDEX[label]] = np.log(value)
    symbol = log_softmax(logits)
    labels = [next(iter(odds)) for odds in choices]
    nodes = [Node(labels[0])] + [Node(label, k, Relation.RIGHT) for k, label in enumerate(labels[1:])]
    groups = tuple((k,) for k in range(len(choices)))
    trees = ((0.0, LayoutTree(tuple(nodes))),)
    unlike = np.zeros((len(choices), len(choices), 2))
    return Hypothesis(
        ink, groups, 0.0, 0.0, symbol, symbol, np.zeros(len(choices)), np.zeros_like(symbol), trees, unlike
    )


def best(h: Hypothesis, weights: Weights, grammar: Grammar) -> list[str]:
    return [s.label for s in interpretations([h], 1, weights, grammar, GEOMETRY)[0].symbols]


def test_arithmetic_that_means_something_is_preferred(grammar):
    h = hypothesis({"9": 1.0}, {")": 0.6, "1": 0.4}, {"\\div": 1.0})
    assert best(h, PLAIN, grammar) == ["9", ")", "\\div"]
    assert best(h, replace(PLAIN, sound=3.0), grammar) == ["9", "1", "\\div"]


def test_what_it_comes_to_is_not_asked(grammar):
    h = hypothesis({"1": 1.0}, {"+": 1.0}, {"1": 1.0}, {"=": 1.0}, {"3": 0.51, "2": 0.49})
    assert best(h, replace(PLAIN, sound=9.0, arithmetic=9.0), grammar)[-1] == "3"


def test_what_looks_the_same_is_read_as_the_same(grammar):
    h = hypothesis({"2": 0.6, "z": 0.4}, {"+": 1.0}, {"z": 0.9, "2": 0.1})
    assert best(h, PLAIN, grammar) == ["2", "+", "z"]
    ratios = np.zeros((3, 3, 2))
    ratios[0, 2] = ratios[2, 0] = (-2, 1)
    assert best(replace(h, alike=ratios), replace(PLAIN, alike=1.0), grammar) == ["z", "+", "z"]
    ratios[0, 2] = ratios[2, 0] = (1, -2)
    assert best(replace(h, alike=ratios), replace(PLAIN, alike=1.0), grammar) == ["2", "+", "z"]


def test_a_letter_is_read_in_one_case(grammar):
    h = hypothesis({"p": 0.6, "P": 0.4}, {"=": 1.0}, {"P": 0.9, "p": 0.1}, {"+": 1.0}, {"P": 0.8, "p": 0.2})
    assert best(h, PLAIN, grammar) == ["p", "=", "P", "+", "P"]
    assert best(h, replace(PLAIN, mixed=2.0), grammar) == ["P", "=", "P", "+", "P"]


def test_a_connected_piece_is_rather_one_symbol(grammar):
    """A 2 whose tail could be a decimal point: both look perfect, and only one piece of ink is there."""
    parted = hypothesis({"4": 1.0}, {"2": 1.0}, {".": 1.0}, {"6": 1.0})
    parted = replace(parted, ink=replace(parted.ink, siblings=((1, 2),)))
    joined = hypothesis({"4": 1.0}, {"2": 1.0}, {"6": 1.0})
    joined = replace(joined, ink=parted.ink, groups=((0,), (1, 2), (3,)))
    assert (parted.parted, joined.parted) == (1, 0)
    labels = [[s.label for s in r.symbols] for r in interpretations([parted, joined], 2, PLAIN, grammar, GEOMETRY)]
    assert labels == [["4", "2", "6"], ["4", "2", ".", "6"]]


def test_a_calculation_misread_with_letters_is_among_the_alternatives(grammar):
    """Two letters among digits: each other reading of few changes is likelier than the one without letters."""
    sure = {"1": 1.0}
    letter = {"G": 0.85, "C": 0.05, "a": 0.04, "b": 0.03, "o": 0.02, "6": 0.01}
    h = hypothesis(
        sure, {"+": 1.0}, {"2": 1.0}, letter, {"+": 1.0}, {"3": 1.0}, {"7": 1.0}, {"=": 1.0}, {"9": 1.0}, letter
    )
    readings = [
        [s.label for s in r.symbols] for r in interpretations([h], 4, replace(PLAIN, arithmetic=0.1), grammar, GEOMETRY)
    ]
    assert len(readings) == 4
    assert readings[0][3] == readings[0][9] == "G"
    assert readings[-1][3] == readings[-1][9] == "6"
    # With letters that were asked for, nothing leans to arithmetic.
    readings = [[s.label for s in r.symbols] for r in interpretations([h], 4, PLAIN, grammar, GEOMETRY)]
    assert not any(r[3] == r[9] == "6" for r in readings)


def test_letters_among_letters_are_no_misread_calculation(grammar):
    h = hypothesis({"x": 0.9, "\\times": 0.1}, {"+": 1.0}, {"y": 0.9, "4": 0.1}, {"=": 1.0}, {"z": 0.9, "2": 0.1})
    readings = [
        [s.label for s in r.symbols] for r in interpretations([h], 3, replace(PLAIN, arithmetic=0.1), grammar, GEOMETRY)
    ]
    assert ["\\times", "+", "4", "=", "2"] not in readings


def test_a_stroke_no_taller_than_digits_is_no_slash(grammar):
    h = hypothesis({"5": 1.0}, {"/": 0.6, "1": 0.4}, {"2": 1.0})
    assert best(h, PLAIN, grammar) == ["5", "/", "2"]
    assert best(h, replace(PLAIN, geometry=0.5), grammar) == ["5", "1", "2"]
