"""Stray points: where a pen tapped the paper, or a speck lies on it, that is read as a point.

In CROHME's training expressions each of 690 points stands between two operands (``0.5``, ``a.b``, ``3.(2+1)``) or in
an ellipsis; 562 other symbols have a dot beside them that is none of theirs. So what has a point elsewhere is looked at
without it, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

import numpy as np

from app.reading.hypothesis import Hypothesis
from models.ink import Box
from models.layout_tree import LayoutTree, Node, Relation
from models.vocabulary import BY_LABEL, Kind

_NO_OPERAND_ENDS = frozenset({Kind.OPERATOR, Kind.RELATION, Kind.OPEN, Kind.PUNCTUATION, Kind.FUNCTION})
_NO_OPERAND_BEGINS = frozenset({Kind.OPERATOR, Kind.RELATION, Kind.CLOSE, Kind.PUNCTUATION, Kind.POSTFIX})
_SIGNS = frozenset(("-", "\\pm"))
"""Operators that a number may begin with."""
_POINTS = frozenset((".", "\\cdot"))
_ELLIPSIS = 3
"""Points in a row that are an ellipsis."""
_FOOT = 0.3
"""How far from the foot of the digit behind it the point of .5 may stand, in heights of that digit."""
_BEFORE = 0.6
"""How far before it, likewise."""


def stray_points(tree: LayoutTree, boxes: Sequence[Box]) -> list[int]:
    """The points of a layout tree, low or raised, that stand where none is written; of two side by side one at least.

    Args:
        tree: any.
        boxes: of its symbols.
    """
    if not any(node.label in _POINTS for node in tree.nodes):
        return []
    bars = {node.parent for node in tree.nodes if node.relation in (Relation.ABOVE, Relation.BELOW)}

    def is_in(i: int | None, kinds: frozenset[Kind]) -> bool:
        """Whether a symbol is of some kind, and no fraction bar; what is not there is of all kinds."""
        return i is None or (BY_LABEL[tree.nodes[i].label].kind in kinds and i not in bars)

    found: list[int] = []
    for before, points, after in _runs(tree):
        kept: list[int] = []
        if not is_in(after, _NO_OPERAND_BEGINS) or (after is not None and tree.nodes[after].label in _SIGNS):
            largest = max(points, key=lambda i: max(boxes[i][2] - boxes[i][0], boxes[i][3] - boxes[i][1]))
            between = before is not None and not is_in(before, _NO_OPERAND_ENDS)
            decimal = tree.nodes[largest].label == "." and tree.nodes[after].label.isdigit()
            if between or (decimal and _leads(boxes[largest], boxes[after])):
                kept = [largest]
        found += [i for i in points if i not in kept]
    return found


def _runs(tree: LayoutTree) -> Iterator[tuple[int | None, list[int], int | None]]:
    """Points side by side that are no ellipsis, low or raised, with the symbols before and behind them."""
    for start, node in enumerate(tree.nodes):
        if node.relation is Relation.RIGHT:
            continue
        row = tree.baseline(start)
        runs = [(points, list(run)) for points, run in groupby(row, lambda i: tree.nodes[i].label in _POINTS)]
        for k, (points, run) in enumerate(runs):
            if points and len(run) < _ELLIPSIS:
                before = runs[k - 1][1][-1] if k else None
                yield before, run, runs[k + 1][1][0] if k + 1 < len(runs) else None


def _leads(point: Box, digit: Box) -> bool:
    """Whether a point stands at the foot of the digit behind it, as in .5."""
    height = digit[3] - digit[1]
    foot = abs((point[1] + point[3]) / 2 - digit[3])
    return foot < _FOOT * height and digit[0] - point[2] < _BEFORE * height


def without(h: Hypothesis, points: Sequence[int]) -> Hypothesis | None:
    """A hypothesis without some symbols, whose pieces are counted to the nearest of the others.

    Args:
        h: of which the trees are kept where they can be, with what stood right of such a symbol in its place.
        points: those symbols.

    Returns:
        ``None`` where nothing is left, or where more hangs from them in the best tree.
    """
    kept = [i for i in range(len(h.groups)) if i not in points]
    trees = [(score, tree) for score, full in h.trees if (tree := _without(full, points, kept))]
    if not kept or not trees or trees[0][0] != h.trees[0][0]:
        return None
    boxes = np.array(h.boxes)
    strays = list(h.strays)
    for i in points:
        apart = np.maximum(boxes[kept, :2] - boxes[i, 2:], boxes[i, :2] - boxes[kept, 2:])
        nearest = int(np.hypot(*np.maximum(apart, 0).T).argmin())
        strays += [(piece, nearest) for piece in h.groups[i]]
    return replace(
        h,
        groups=tuple(h.groups[i] for i in kept),
        symbol=h.symbol[kept],
        shape=h.shape[kept],
        hand=h.hand[kept],
        pieces=h.pieces[kept],
        alike=h.alike[np.ix_(kept, kept)],
        trees=tuple(trees),
        strays=tuple(strays),
    )


def _without(tree: LayoutTree, points: Sequence[int], kept: list[int]) -> LayoutTree | None:
    """The tree without some nodes, ``None`` where more than what stands right of one hangs from it."""
    nodes = list(tree.nodes)
    for i in points:
        for k, node in enumerate(nodes):
            if node.parent == i:
                if node.relation is not Relation.RIGHT:
                    return None
                nodes[k] = replace(node, parent=nodes[i].parent, relation=nodes[i].relation)
    place = {old: new for new, old in enumerate(kept)}
    return LayoutTree(tuple(Node(nodes[i].label, place.get(nodes[i].parent, -1), nodes[i].relation) for i in kept))
