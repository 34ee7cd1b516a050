"""Points and commas between the digits of arithmetic. Their shapes often do not tell which of them is meant, but what
stands around does: what a calculation comes to has a point and two decimals, and three digits follow the comma of
thousands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from models.layout_tree import LayoutTree, Relation
from models.vocabulary import ARITHMETIC_LABELS

SEPARATORS = (".", ",")
CONTEXTS = (2, 4)
"""Whether the number stands behind ``=``; how many digits follow, of which four are many."""


def separators(labels: Sequence[str], tree: LayoutTree) -> Iterator[tuple[int, int, int]]:
    """The points and commas between two digits of a row: each its context and, last, which of ``SEPARATORS`` it is;
    none where there are letters, for too few of those were written to learn from.

    Args:
        labels: of the symbols.
        tree: over them.
    """
    if not any(label in SEPARATORS for label in labels) or not ARITHMETIC_LABELS.issuperset(labels):
        return
    for start, node in enumerate(tree.nodes):
        if node.relation is Relation.RIGHT:
            continue
        row = [labels[i] for i in tree.baseline(start)]
        for k, label in enumerate(row):
            if label not in SEPARATORS:
                continue
            before, after = _digits(row[:k][::-1]), _digits(row[k + 1 :])
            if before and after:
                result = "".join(row[max(k - before - 2, 0) : k - before]).removesuffix("-").endswith("=")
                yield int(result), min(after, CONTEXTS[1]) - 1, SEPARATORS.index(label)


def _digits(row: Sequence[str]) -> int:
    """How many digits a row begins with."""
    return next((k for k, label in enumerate(row) if not label.isdigit()), len(row))
