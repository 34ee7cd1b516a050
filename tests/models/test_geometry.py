"""The geometry learns how tall symbols are and where they stand, and says so of others."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reading.loading import WEIGHTS
from models.geometry import MODELLED, Geometry
from models.ink import Ink, Stroke
from models.layout_tree import LayoutTree, Node, Relation
from models.vocabulary import INDEX
from training.crohme import Expression
from training.geometry import learn_geometry

RELEASED = Geometry.load(WEIGHTS / "geometry.npz")


def placed(symbols: str, heights: list[float], middles: list[float], relation: Relation = Relation.RIGHT):
    """Symbols side by side, the last in a relation to the one before: labels, tree and boxes."""
    labels = list(symbols)
    nodes = [Node(x, i - 1, Relation.RIGHT if i else None) for i, x in enumerate(labels)]
    nodes[-1] = Node(labels[-1], len(labels) - 2, relation)
    boxes = [
        (30.0 * i, m - h / 2, 30.0 * i + 20, m + h / 2) for i, (h, m) in enumerate(zip(heights, middles, strict=True))
    ]
    return labels, LayoutTree(tuple(nodes)), np.array(boxes)


@pytest.mark.parametrize(
    ("rather", "than", "height", "middle"),
    [
        ("1", "/", 40, 0),
        ("/", "1", 64, 0),
        ("s", "S", 28, 5),
        ("S", "s", 46, -1),
        ("9", "q", 42, 0),
        ("q", "9", 52, 16),
    ],
)
def test_sizes_and_places_tell_symbols_of_one_form_apart(rather, than, height, middle):
    heights, middles = [40, height, 40], [0, middle, 0]
    scores = [RELEASED.score(*placed(f"2{x}5", heights, middles)) for x in (rather, than)]
    assert scores[0] > scores[1] + 0.5


def test_what_is_small_and_raised_is_rather_an_exponent():
    for height, middle, relation in (
        (20, -28, Relation.SUPERSCRIPT),
        (40, 0, Relation.RIGHT),
        (20, 20, Relation.SUBSCRIPT),
    ):
        scores = {r: RELEASED.score(*placed("x3", [28, height], [6, middle], r)) for r in MODELLED}
        assert max(scores, key=scores.get) is relation


def test_nothing_is_said_of_what_has_no_height_or_is_not_known():
    for label in ("-", ".", "\\square"):
        labels, tree, boxes = placed("2x5", [40, 3, 40], [0, 0, 0])
        labels[1] = label
        assert RELEASED.score(labels, tree, boxes) == 0


@given(st.floats(0.01, 100), st.floats(-1e4, 1e4), st.floats(-1e4, 1e4))
def test_neither_place_nor_scale_changes_what_is_said(scale, dx, dy):
    labels, tree, boxes = placed("2s5", [40, 28, 44], [0, 5, 1])
    moved = boxes * scale + (dx, dy, dx, dy)
    assert RELEASED.score(labels, tree, moved) == pytest.approx(RELEASED.score(labels, tree, boxes), abs=1e-3)


def test_it_learns_how_tall_a_class_is_and_how_low_it_stands():
    rng = np.random.default_rng(0)
    written = []
    for k in range(300):
        heights = [40 * np.exp(rng.normal(0, 0.1)), 20 * np.exp(rng.normal(0, 0.1)), 40.0]
        labels, tree, boxes = placed("3a7", heights, [0, 12, 0])
        strokes = tuple(Stroke(np.array([[b[0], b[1]], [b[2], b[3]]], np.float32)) for b in boxes)
        written.append(Expression(f"made-{k}", Ink(strokes), tuple(labels), ((0,), (1,), (2,)), tree))
    learned = learn_geometry(written)
    assert learned.size[INDEX["a"]] - learned.size[INDEX["3"]] == pytest.approx(np.log(0.5), abs=0.15)
    assert learned.drop[INDEX["a"]] - learned.drop[INDEX["3"]] == pytest.approx(12 / 40, abs=0.1)
    assert learned.spread[INDEX["b"]] == 0


def test_it_is_saved_and_loaded(tmp_path):
    RELEASED.save(tmp_path / "geometry.npz")
    again = Geometry.load(tmp_path / "geometry.npz")
    assert all((getattr(again, name) == getattr(RELEASED, name)).all() for name in Geometry.__slots__)
