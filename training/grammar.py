"""Learning the grammar: how often symbols occur, in how many pieces, and which stand where."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import cv2
import numpy as np

from models.grammar import KINDS, MOST_PIECES, PLACES, Grammar, rows_of
from models.ink import Ink
from models.layout_tree import LayoutTree
from models.vocabulary import INDEX, LABELS
from training import crohme
from training.evaluation import drawn
from training.rows import row_labels

_MOST_DRAWN = 400
"""Symbols of a class whose connected pieces are counted."""
_UNSEEN = 0.05
"""Share of symbols that are written as any symbol may be, whatever is usual for their class."""
_RARE = 20
"""Added to the count of each class."""


def count_pieces(expressions: Iterable[crohme.Expression]) -> np.ndarray:
    """Log probabilities of writing a class in so many strokes, and in so many connected pieces once drawn.

    Args:
        expressions: annotated.

    Returns:
        float32 (2, labels, 2, MOST_PIECES): strokes, then connected pieces; without a dot, then with one.
    """
    counts = np.zeros((2, len(LABELS), 2, MOST_PIECES))
    written = list(expressions)
    # The writers of one place come one after the other, and cross their sevens or do not.
    for k in np.random.default_rng(0).permutation(len(written)):
        e = written[k]
        for label, group, dotted in zip(e.labels, e.groups, e.ink.dotted(e.groups).astype(int), strict=True):
            strokes, connected = counts[:, INDEX[label]]
            strokes[dotted, min(len(group), MOST_PIECES) - 1] += 1
            if connected.sum() < _MOST_DRAWN:
                symbol = Ink(tuple(e.ink.pieces[i] for i in group), reference=e.ink.reference_size)
                found = cv2.connectedComponents((drawn(symbol) < 128).astype(np.uint8))[0] - 1
                connected[dotted if found > 1 else 0, min(max(found, 1), MOST_PIECES) - 1] += 1
    usual = (counts.sum(1, keepdims=True) + 1) / (counts.sum((1, 2, 3), keepdims=True) + 2 * MOST_PIECES)
    shares = (counts + usual) / (counts + usual).sum((2, 3), keepdims=True)
    # There are other hands than these.
    return np.log((1 - _UNSEEN) * shares + _UNSEEN * usual).astype(np.float32)


def _class_frequencies(trees: Sequence[LayoutTree], rows_share: float, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    rows = round(len(trees) * rows_share / (1 - rows_share))
    names = [n.label for tree in trees for n in tree.nodes]
    names += [name for _ in range(rows) for name in row_labels(rng)]
    counts = np.bincount([INDEX[name] for name in names], minlength=len(LABELS)) + _RARE
    return np.log(counts / counts.sum()).astype(np.float32)


def learn_grammar(trees: Sequence[LayoutTree], rows_share: float, pieces: np.ndarray) -> Grammar:
    """The grammar of the training expressions.

    Args:
        trees: their layouts.
        rows_share: how large a part of what the context parser learns from is made-up rows of arithmetic.
        pieces: what :func:`count_pieces` counts.
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
        pieces, log_places - usual_place, log_kinds, np.log((unclosed + 1) / (rows - unclosed + 1)),
        _class_frequencies(trees, rows_share),
    )  # fmt: skip
