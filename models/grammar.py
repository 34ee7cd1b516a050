"""A probabilistic grammar of layout trees: how plausible a layout is, whatever the ink looks like.

Four things are counted in the training expressions, each given only classes of symbols, as in a probabilistic
context-free grammar (Álvaro, Sánchez and Benedí, PRL 2014, use one for the same end):

* in how many strokes, or connected pieces of a photograph, a class is written, and whether one of them is a dot,
* which places around a symbol are taken (a fraction bar has both ``ABOVE`` and ``BELOW`` or neither, ``+`` has
  something to its right),
* which classes stand in which kind of row (``=`` under a sum but hardly in a subscript of ``x``),
* whether brackets close in the row they open in.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from models.layout_tree import RELATIONS, LayoutTree, Relation
from models.vocabulary import INDEX

_BITS = {relation: 1 << k for k, relation in enumerate(RELATIONS)}
PLACES = 1 << len(RELATIONS)
"""Ways in which the places around a symbol can be taken."""
_OWNERS = ("-", "\\sum", "\\int", "\\lim", "\\sqrt")
"""Classes whose rows are kinds of their own; the rows of all others are one kind for each relation."""
KINDS = 1 + len(RELATIONS) * (len(_OWNERS) + 1)
"""Kinds of rows."""
_OPENING, _CLOSING = frozenset(("(", "[", "\\{")), frozenset((")", "]", "\\}"))
MOST_PIECES = 6
"""Pieces of a symbol that are counted; those of more pieces are counted with these."""


def _kind(owner: str, relation: Relation) -> int:
    number = _OWNERS.index(owner) if owner in _OWNERS else len(_OWNERS)
    return 1 + RELATIONS.index(relation) * (len(_OWNERS) + 1) + number


def rows_of(labels: Sequence[str], tree: LayoutTree) -> tuple[np.ndarray, list[int], int, int]:
    """What a tree's rows are made of.

    Returns:
        Of each symbol the places around it that are taken, as bits; of each symbol the kind of its row; how many rows
        there are; how many of them have brackets that do not close.
    """
    taken = np.zeros(len(labels), int)
    right = {}
    starts = []
    for i, node in enumerate(tree.nodes):
        if node.relation is None:
            starts.append((i, 0))
            continue
        taken[node.parent] |= _BITS[node.relation]
        if node.relation is Relation.RIGHT:
            right[node.parent] = i
        else:
            starts.append((i, _kind(labels[node.parent], node.relation)))
    kinds, unclosed = [0] * len(labels), 0
    for start, kind in starts:
        depth, sound, i = 0, True, start
        while i is not None:
            kinds[i] = kind
            depth += (labels[i] in _OPENING) - (labels[i] in _CLOSING)
            sound = sound and depth >= 0
            i = right.get(i)
        unclosed += not (sound and depth == 0)
    return taken, kinds, len(starts), unclosed


class Grammar:
    """Log probabilities of what a layout tree is made of.

    Args:
        pieces: (2, labels, 2, MOST_PIECES): of a class being written in so many strokes, and in so many connected
            pieces; without a dot among them, and with one.
        places: (labels, PLACES): of the places taken around a class, in excess of what is usual.
        kinds: (KINDS, labels): of a class given the kind of its row, in excess of that of the class anywhere.
        unclosed: log odds that the brackets of a row do not close.
        classes: (labels,): log relative frequencies of the classes in what the context parser learned from.
    """

    def __init__(
        self, pieces: np.ndarray, places: np.ndarray, kinds: np.ndarray, unclosed: np.ndarray, classes: np.ndarray
    ) -> None:
        self.pieces, self.places, self.kinds = (t.astype(np.float32) for t in (pieces, places, kinds))
        self.unclosed = float(unclosed)
        self.classes = classes.astype(np.float32)

    @classmethod
    def load(cls, path: Path) -> Grammar:
        """From a file of the arrays, as :meth:`save` writes it."""
        with np.load(path) as archive:
            return cls(**archive)

    def save(self, path: Path) -> None:
        """Write the tables in half precision."""
        tables = {name: getattr(self, name).astype(np.float16) for name in ("pieces", "places", "kinds", "classes")}
        np.savez_compressed(path, unclosed=np.float32(self.unclosed), **tables)

    def piece_scores(self, counts: np.ndarray, dotted: np.ndarray, online: bool) -> np.ndarray:
        """Log probabilities of the numbers of pieces of some symbols, given their classes.

        Args:
            counts: (n,) pieces of each.
            dotted: (n,) whether one of them is a dot: see ``Ink.dotted``.
            online: whether they are strokes rather than connected pieces of a photograph.

        Returns:
            (n, labels).
        """
        return self.pieces[int(not online)][:, dotted.astype(int), np.minimum(counts, MOST_PIECES) - 1].T

    def row_score(self, labels: Sequence[str], tree: LayoutTree) -> float:
        """Log probability of places taken, classes in their rows and brackets, in excess of what is usual."""
        taken, kinds, _, unclosed = rows_of(labels, tree)
        classes = [INDEX[label] for label in labels]
        return float(self.places[classes, taken].sum() + self.kinds[kinds, classes].sum() + self.unclosed * unclosed)
