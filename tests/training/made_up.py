"""A tiny made-up data set: drawn digits and operators, for tests that train."""

from __future__ import annotations

import numpy as np

from models.ink import Ink, Stroke
from models.layout_tree import LayoutTree, Node, Relation
from models.vocabulary import INDEX
from tests.doodles import write
from training.crohme import Expression
from training.sources import NO_LABEL, Sample

LABELS = {"1": "1", "7": "7", "+": "+", "×": "\\times"}


def ink_of(text: str, rng: np.random.Generator) -> Ink:
    """Shaky strokes of a text."""
    strokes = [np.asarray(s, np.float32)[:, :2] for s in write(text)]
    return Ink(tuple(Stroke((s + rng.normal(0, 0.8, s.shape)).astype(np.float32)) for s in strokes))


def samples(count: int, seed: int = 0) -> dict[str, list[Sample]]:
    """Single symbols, and halves of crosses as wrong groupings."""
    rng = np.random.default_rng(seed)
    positives, negatives = [], []
    for k in range(count):
        sign = list(LABELS)[k % len(LABELS)]
        ink = ink_of(sign, rng)
        positives.append(Sample(ink, tuple(range(len(ink.pieces))), INDEX[LABELS[sign]]))
        if len(ink.pieces) > 1:
            negatives.append(Sample(ink, (0,), NO_LABEL))
    return {"symbols": positives, "groupings": negatives}


def expressions(count: int, seed: int = 0) -> list[Expression]:
    """Rows like ``1+7×1``."""
    rng = np.random.default_rng(seed)
    made = []
    for k in range(count):
        text = "".join(rng.choice(["1", "7"]) + (rng.choice(["+", "×"]) if i < 2 else "") for i in range(3))
        groups, first = [], 0
        for sign in text:
            strokes = len(write(sign))
            groups.append(tuple(range(first, first + strokes)))
            first += strokes
        labels = tuple(LABELS[sign] for sign in text)
        nodes = [Node(label, i - 1, Relation.RIGHT if i else None) for i, label in enumerate(labels)]
        made.append(Expression(f"made-{k}", ink_of(text, rng), labels, tuple(groups), LayoutTree(tuple(nodes))))
    return made
