"""The best layout trees under the context parser's scores.

Every symbol wants its best parent and relation; together these must form one tree with no two symbols in one
place. Conflicts are rare, so a best-first branch and bound over "this symbol takes its next best choice"
finds the exact optimum, and the next best trees, after a few steps.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence

import numpy as np

from models.layout_tree import RELATIONS, LayoutTree, Node, Relation

_CHOICES = 12
"""Choices of parent and relation kept for each symbol."""
_MOST_STEPS = 400


def _choices(parent: np.ndarray, relation: np.ndarray) -> list[list[tuple[float, int, int]]]:
    """For each symbol its choices (score, parent, relation index), best first; parent −1 is the root."""
    count = len(parent)
    scores = parent[:, :count, None] + relation
    lists = []
    for i in range(count):
        flat = scores[i].ravel()
        best = np.argsort(-flat)[:_CHOICES]
        options = [(float(flat[k]), int(k) // len(RELATIONS), int(k) % len(RELATIONS)) for k in best]
        options = [o for o in options if o[1] != i]
        options.append((float(parent[i, count]), -1, -1))
        lists.append(sorted(options, key=lambda o: -o[0]))
    return lists


def _conflict(picked: Sequence[tuple[float, int, int]]) -> list[int] | None:
    """Symbols of which one at least must choose otherwise; ``None`` for a tree."""
    places: dict[tuple[int, int], int] = {}
    for i, (_, parent, relation) in enumerate(picked):
        other = places.setdefault((parent, relation), i)
        if other != i:
            return [other, i]
    state = [0] * len(picked)  # 0 new, 1 on the current path, 2 known to reach the root
    for start in range(len(picked)):
        path, i = [], start
        while i >= 0 and state[i] == 0:
            state[i] = 1
            path.append(i)
            i = picked[i][1]
        if i >= 0 and state[i] == 1:
            return path[path.index(i) :]
        for k in path:
            state[k] = 2
    return None


def best_trees(labels: Sequence[str], parent: np.ndarray, relation: np.ndarray) -> Iterator[tuple[float, LayoutTree]]:
    """Layout trees, best first.

    Args:
        labels: classes of the N symbols.
        parent: (N, N + 1) log probabilities of parents, the last column for the root.
        relation: (N, N, len(RELATIONS)) log probabilities of relations.

    Yields:
        (log score, tree); at least one: when the search runs out of steps, the symbols stand in one row.
    """
    lists = _choices(parent, relation)
    start = tuple(0 for _ in lists)
    heap = [(-sum(options[0][0] for options in lists), start)]
    seen = {start}
    found = False
    for _ in range(_MOST_STEPS):
        if not heap:
            break
        cost, pointers = heapq.heappop(heap)
        picked = [options[p] for options, p in zip(lists, pointers, strict=True)]
        conflict = _conflict(picked)
        if conflict is None:
            found = True
            yield -cost, _tree(labels, picked)
        for i in conflict if conflict is not None else range(len(lists)):
            if pointers[i] + 1 < len(lists[i]):
                following = (*pointers[:i], pointers[i] + 1, *pointers[i + 1 :])
                if following not in seen:
                    seen.add(following)
                    step = lists[i][pointers[i]][0] - lists[i][pointers[i] + 1][0]
                    heapq.heappush(heap, (cost + step, following))
    if not found:
        nodes = [Node(label, i - 1, Relation.RIGHT if i else None) for i, label in enumerate(labels)]
        yield float(min(options[-1][0] for options in lists)) * len(lists), LayoutTree(tuple(nodes))


def _tree(labels: Sequence[str], picked: Sequence[tuple[float, int, int]]) -> LayoutTree:
    return LayoutTree(
        tuple(
            Node(label, parent, RELATIONS[relation] if parent >= 0 else None)
            for label, (_, parent, relation) in zip(labels, picked, strict=True)
        )
    )
