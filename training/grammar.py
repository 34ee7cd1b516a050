"""Learning the grammar: how often symbols occur, and which stand where, from layouts alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from models.grammar import KINDS, PLACES, Grammar, rows_of
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


def _pairs(trees: Iterable[LayoutTree], rows: int = 20_000, seed: int = 0) -> np.ndarray:
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


def _class_frequencies(trees: Sequence[LayoutTree], rows_share: float, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    rows = round(len(trees) * rows_share / (1 - rows_share))
    names = [n.label for tree in trees for n in tree.nodes]
    names += [name for _ in range(rows) for name in row_labels(rng)]
    counts = np.bincount([INDEX[name] for name in names], minlength=len(LABELS)) + _RARE
    return np.log(counts / counts.sum()).astype(np.float32)


def learn_grammar(trees: Sequence[LayoutTree], rows_share: float) -> Grammar:
    """The grammar of the training expressions.

    Args:
        trees: their layouts.
        rows_share: how large a part of what the context parser learns from is made-up rows of arithmetic.
    """
    places = np.zeros((len(LABELS), PLACES))
    kinds = np.zeros((KINDS, len(LABELS)))
    rows = unclosed = 0
    for tree in trees:
        labels = [n.label for n in tree.nodes]
        taken, row_kinds, found, open_rows = rows_of(labels, tree)
        classes = [INDEX[label] for label in labels]
        np.add.at(places, (classes, taken), 1)
        np.add.at(kinds, (row_kinds, classes), 1)
        rows += found
        unclosed += open_rows
    # What was never seen of a class backs off to what is seen of all.
    anywhere = (places.sum(0) + 0.01) / (places.sum() + 0.01 * PLACES)
    smoothed = places + 2 * anywhere
    log_places = np.log(smoothed / smoothed.sum(1, keepdims=True))
    usual_place = (places * log_places).sum() / places.sum()
    usual = (kinds.sum(0) + 0.5) / (kinds.sum() + 0.5 * len(LABELS))
    smoothed = kinds + 20 * usual
    log_kinds = np.log(smoothed / smoothed.sum(1, keepdims=True) / usual)
    return Grammar(
        _pairs(trees), log_places - usual_place, log_kinds, np.log((unclosed + 1) / (rows - unclosed + 1)),
        _class_frequencies(trees, rows_share),
    )  # fmt: skip
