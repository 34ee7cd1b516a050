"""Expressions with parts of one another: still expressions, and laid out as such."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from models.layout_tree import RELATIONS, LayoutTree, Node, Relation
from models.vocabulary import INDEX, LABELS
from training.exchange import IGNORED, ROOT, Symbols, exchanged

SIZE = 40.0
"""Height of the digits of the outermost row."""


def made(drawn: st.DataObject) -> Symbols:
    """An expression of digits, fractions, powers and roots, laid out without a flaw."""
    labels: list[int] = []
    boxes: list[list[float]] = []
    parents: list[int] = []
    relations: list[int] = []

    def add(name: str, parent: int, relation: Relation | None, box: list[float]) -> int:
        labels.append(INDEX[name])
        boxes.append(box)
        parents.append(parent)
        relations.append(RELATIONS.index(relation) if relation else IGNORED)
        return len(labels) - 1

    def row(x: float, y: float, size: float, parent: int, relation: Relation | None, depth: int) -> float:
        """A row whose digits stand from ``y`` to ``y + size``; returns where it ends."""
        for _ in range(drawn.draw(st.integers(1, 3))):
            kind = drawn.draw(st.sampled_from(("digit", "power", "fraction", "root") if depth else ("digit",)))
            if kind in ("digit", "power"):
                new = add(drawn.draw(st.sampled_from("23456789")), parent, relation, [x, y, x + size / 2, y + size])
                end = x + size / 2
                if kind == "power":
                    end = row(end + 2, y - 0.4 * size, 0.6 * size, new, Relation.SUPERSCRIPT, 0)
            elif kind == "fraction":
                new = add("-", parent, relation, [x, y + size / 2, x, y + size / 2])
                above = row(x + 2, y - 0.45 * size, 0.7 * size, new, Relation.ABOVE, 0)
                end = max(above, row(x + 2, y + 0.75 * size, 0.7 * size, new, Relation.BELOW, 0)) + 2
                boxes[new][2] = end
            else:
                new = add("\\sqrt", parent, relation, [x, y, x, y])
                end = row(x + 0.4 * size, y, size, new, Relation.INSIDE, depth - 1) + 2
                held = np.array(boxes[new + 1 :])
                boxes[new][1:] = [held[:, 1].min() - 3, end, held[:, 3].max() + 3]
            x, parent, relation = end + 0.2 * size, new, Relation.RIGHT
        return x - 0.2 * size

    row(0.0, 0.0, SIZE, ROOT, None, 2)
    count = len(labels)
    return Symbols(
        np.array(labels),
        np.zeros((count, len(LABELS)), np.float32),
        np.zeros(count, np.float32),
        np.array(boxes),
        np.arange(count, dtype=float),
        np.array(parents),
        np.array(relations),
    )


def tree_of(s: Symbols) -> LayoutTree:
    return LayoutTree(
        tuple(
            Node(LABELS[label], int(parent), RELATIONS[relation] if relation >= 0 else None)
            for label, parent, relation in zip(s.labels, s.parents, s.relations, strict=True)
        )
    )


@given(st.data(), st.integers(0, 2**32 - 1))
def test_an_exchange_is_an_expression_laid_out_as_one(data: st.DataObject, seed: int):
    a, b = made(data), made(data)
    found = exchanged(a, b, np.random.default_rng(seed))
    assume(found is not None)
    tree = tree_of(found)  # raises unless it is one
    assert not Counter(found.labels.tolist()) - Counter(a.labels.tolist()) - Counter(b.labels.tolist())
    assert len(set(found.times.tolist())) == len(found.times)
    for i, node in enumerate(tree.nodes):
        if node.parent < 0:
            continue
        x0, y0, x1, y1 = found.boxes[i]
        px0, py0, px1, py1 = found.boxes[node.parent]
        assert x0 < x1
        if node.relation is Relation.RIGHT:
            assert x0 > px1 - 0.01  # a row goes on from left to right
        elif node.relation is Relation.ABOVE:
            assert y1 < py0 and px0 < (x0 + x1) / 2 < px1
        elif node.relation is Relation.BELOW:
            assert y0 > py1 and px0 < (x0 + x1) / 2 < px1
        elif node.relation is Relation.SUPERSCRIPT:
            assert x0 > px1 - 0.01 and y1 < (py0 + py1) / 2 + 0.01 * SIZE
        elif node.relation is Relation.INSIDE:
            assert px0 < x0 and px1 > x1 and py0 < (y0 + y1) / 2 < py1


def test_only_the_chosen_symbols_stay_and_hang_from_one_another():
    s = made_of("23", Relation.SUPERSCRIPT)
    assert s.only([1]).parents.tolist() == [IGNORED]
    assert s.only([1], cut=True).parents.tolist() == [ROOT]
    swapped = s.only([1, 0])
    assert swapped.parents.tolist() == [1, ROOT]
    assert swapped.relations.tolist() == [RELATIONS.index(Relation.SUPERSCRIPT), IGNORED]


def made_of(digits: str, relation: Relation) -> Symbols:
    """Digits that hang from one another by one relation."""
    count = len(digits)
    return Symbols(
        np.array([INDEX[d] for d in digits]),
        np.zeros((count, len(LABELS)), np.float32),
        np.zeros(count, np.float32),
        np.array([[30.0 * k, 0, 30.0 * k + 20, SIZE] for k in range(count)]),
        np.arange(count, dtype=float),
        np.array([ROOT, *range(count - 1)]),
        np.array([IGNORED, *[RELATIONS.index(relation)] * (count - 1)]),
    )


def test_what_follows_makes_room():
    a, b = made_of("22", Relation.RIGHT), made_of("3333", Relation.RIGHT)
    longest = max(
        (s for seed in range(200) if (s := exchanged(a, b, np.random.default_rng(seed)))), key=lambda s: len(s.labels)
    )
    assert len(longest.labels) == 5
    left_to_right = longest.boxes[np.argsort(longest.boxes[:, 0])]
    assert np.allclose(left_to_right[1:, 0] - left_to_right[:-1, 2], 10)
