"""Priors: how often each symbol occurs, and which stands where beside which, learned from layouts alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from models.layout_tree import RELATIONS, LayoutTree, Relation
from models.vocabulary import INDEX, LABELS
from training.rows import RAISED, row_labels

_SMOOTHING = 0.2
_RARE = 20
"""Added to the count of each class."""
_ROWS_SHARE = 0.35
"""Weight of made-up rows of arithmetic beside CROHME's expressions, which are mostly algebra."""


def _row_pairs(count: int, rng: np.random.Generator) -> Iterable[tuple[str, Relation, str]]:
    for _ in range(count):
        before = None
        for label in row_labels(rng):
            if before is not None:
                yield before, Relation.SUPERSCRIPT if label in RAISED else Relation.RIGHT, label
            before = before if label in RAISED else label


def _conditional(pairs: Iterable[tuple[str, Relation, str]]) -> np.ndarray:
    counts = np.full((len(RELATIONS), len(LABELS), len(LABELS)), 0.0)
    for parent, relation, child in pairs:
        counts[RELATIONS.index(relation), INDEX[parent], INDEX[child]] += 1
    # Back off to what stands in such a place whatever the parent is, and from there to anything.
    place = counts.sum(1, keepdims=True) + _SMOOTHING
    place /= place.sum(-1, keepdims=True)
    smoothed = counts + 5 * place
    return smoothed / smoothed.sum(-1, keepdims=True)


def bigram_prior(trees: Iterable[LayoutTree], rows: int = 20_000, seed: int = 0) -> np.ndarray:
    """Log probabilities of a symbol given its parent and relation.

    Args:
        trees: layouts of the training expressions.
        rows: how many made-up rows of arithmetic to mix in.
        seed: of the rows.

    Returns:
        float32 (relations, parent labels, child labels).
    """
    pairs = [
        (tree.nodes[n.parent].label, n.relation, n.label)
        for tree in trees
        for n in tree.nodes
        if n.relation is not None
    ]
    written = _conditional(pairs)
    made_up = _conditional(_row_pairs(rows, np.random.default_rng(seed)))
    mixed = (1 - _ROWS_SHARE) * written + _ROWS_SHARE * made_up
    return np.log(mixed).astype(np.float32)


def class_frequencies(trees: Sequence[LayoutTree], rows_share: float, seed: int = 0) -> np.ndarray:
    """Log relative frequencies of the classes in what the context parser learns from.

    Args:
        trees: layouts of the training expressions.
        rows_share: how large a part of what it learns from is made-up rows.
        seed: of the rows.

    Returns:
        float32 (labels,), smoothed, so that none is impossible.
    """
    rng = np.random.default_rng(seed)
    rows = round(len(trees) * rows_share / (1 - rows_share))
    names = [n.label for tree in trees for n in tree.nodes]
    names += [name for _ in range(rows) for name in row_labels(rng)]
    counts = np.bincount([INDEX[name] for name in names], minlength=len(LABELS)) + _RARE
    return np.log(counts / counts.sum()).astype(np.float32)
