"""Points that stand where none is written are looked away from; the others stay."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reading.hypothesis import Weights
from app.reading.ranking import interpretations
from app.reading.reader import Reader
from app.reading.stray import stray_points
from models.ink import Box, Ink, Stroke
from models.layout_tree import LayoutTree, Node, Relation
from tests.doodles import write


def row(labels: list[str]) -> tuple[LayoutTree, list[Box]]:
    """Symbols in a row, 20 high, with points at their feet."""
    nodes = [Node(labels[0])] + [Node(label, k, Relation.RIGHT) for k, label in enumerate(labels[1:])]
    boxes = [
        (13.0 * k, 18.0 if x == "." else 0.0, 13.0 * k + (2 if x == "." else 12), 20.0) for k, x in enumerate(labels)
    ]
    return LayoutTree(tuple(nodes)), boxes


@pytest.mark.parametrize(
    ("text", "stray"),
    [
        ("1+2.", [3]), (".+4", [0]), ("1.=3", [1]), ("(.)", [1]), ("3.5", []), (".5", []), ("1+.5", []), ("a.b", []),
        ("3.(2)", []), ("1...9", []), ("2.-3", []), ("4!.6!", []), ("1,.2", []), (".", [0]), ("..", [0, 1]),
    ],
)  # fmt: skip
def test_points_between_operands_and_before_digits_are_written(text, stray):
    assert stray_points(*row(list(text))) == stray


@pytest.mark.parametrize(
    ("text", "stray"), [("1+2·", [3]), ("·4", [0]), ("1+·2", [2]), ("2·3", []), ("2·-3", []), ("a·b", [])]
)
def test_raised_points_stand_between_operands_alone(text, stray):
    assert stray_points(*row(["\\cdot" if x == "·" else x for x in text])) == stray


def test_of_two_points_between_digits_the_larger_is_written():
    tree, boxes = row(list("0..9"))
    boxes[2] = (26.0, 15.0, 31.0, 20.0)
    assert stray_points(tree, boxes) == [1]


def test_a_point_far_from_the_foot_of_a_digit_is_not_the_point_of_a_decimal():
    tree, boxes = row(list("1+.5"))
    boxes[2] = (26.0, -9.0, 28.0, -7.0)
    assert stray_points(tree, boxes) == [2]


def test_a_point_before_a_fraction_is_written():
    nodes = [Node("a"), Node(".", 0, Relation.RIGHT), Node("-", 1, Relation.RIGHT)]
    fraction = [Node("1", 2, Relation.ABOVE), Node("2", 2, Relation.BELOW)]
    boxes = [(0.0, 0.0, 9.0, 9.0), (12.0, 4.0, 13.0, 5.0), (20.0, 4.0, 40.0, 5.0)]
    assert stray_points(LayoutTree((*nodes, *fraction)), [*boxes, *boxes[:2]]) == []


@given(st.lists(st.sampled_from("0123456789"), min_size=2, max_size=8), st.integers(1, 7))
def test_a_decimal_point_stays(digits, place):
    digits.insert(min(place, len(digits) - 1), ".")
    assert stray_points(*row(digits)) == []


@pytest.mark.parametrize(("x", "y"), [(1.2, 1.6), (-0.3, 1.4), (0.6, -0.8)])
def test_a_tap_beside_a_sum_changes_nothing_and_is_not_lost(x, y):
    reader = Reader.load(threads=1)
    strokes = [np.asarray(s, np.float32)[:, :2] for s in write("1+2")]
    low, high = (f([f(s, axis=0) for s in strokes], axis=0) for f in (np.min, np.max))
    tap = (low + (high - low) * (x, y)).astype(np.float32)[None]
    reading = reader.read(Ink(tuple(Stroke(s) for s in [*strokes, tap])))
    assert [s.label for s in reading.best.symbols] == ["1", "+", "2"]
    assert sorted(k for s in reading.best.symbols for k in s.strokes) == list(range(len(strokes) + 1))


def test_a_reading_with_the_point_is_among_the_alternatives():
    reader = Reader.load(threads=1)
    strokes = [np.asarray(s, np.float32)[:, :2] for s in write("1+2")]
    low, high = (f([f(s, axis=0) for s in strokes], axis=0) for f in (np.min, np.max))
    tap = np.array([[high[0] + 0.1 * (high[1] - low[1]), high[1]]], np.float32)
    hypotheses = reader.hypotheses(Ink(tuple(Stroke(s) for s in [*strokes, tap])))
    found = interpretations(hypotheses, 6, Weights(stray=1.0), reader.network.grammar, reader.network.geometry)
    read = ["".join(s.label for s in i.symbols) for i in found]
    assert read[0] == "1+2" and "1+2." in read


@pytest.mark.parametrize(("x", "y"), [(1.2, 1.6), (0.5, 0.5), (1.05, 1.0)])
def test_readings_that_say_the_same_are_one(x, y):
    reader = Reader.load(threads=1)
    strokes = [np.asarray(s, np.float32)[:, :2] for s in write("3×(2-1)")]
    low, high = (f([f(s, axis=0) for s in strokes], axis=0) for f in (np.min, np.max))
    tap = (low + (high - low) * (x, y)).astype(np.float32)[None]
    reading = reader.read(Ink(tuple(Stroke(s) for s in [*strokes, tap])), alternatives=9)
    readings = [reading.best, *reading.alternatives]
    assert len({r.tree.canonical for r in readings}) == len(readings) == 10
    shown = [r.confidence for r in reading.alternatives]
    assert shown == sorted(shown, reverse=True)
    assert sum(r.confidence for r in readings) <= 1 + 1e-6
