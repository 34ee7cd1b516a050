"""In which column and row of a page a problem stands."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.ink import Box


def in_columns(boxes: Sequence[Box]) -> list[tuple[int, int]]:
    """(column, row) of each box, both from 1: columns of boxes that stand under one another, from the left."""
    parent = list(range(len(boxes)))

    def root(i: int) -> int:
        while parent[i] != i:
            i = parent[i]
        return i

    for i, (x0, y0, x1, _) in enumerate(boxes):
        under = []
        for j, (left, top, right, _) in enumerate(boxes):
            if top > y0 and min(x1, right) - max(x0, left) > 0.5 * min(x1 - x0, right - left):
                under.append((top, j))
        if under:
            parent[root(min(under)[1])] = root(i)
    columns: dict[int, list[int]] = {}
    for i in range(len(boxes)):
        columns.setdefault(root(i), []).append(i)
    ordered = sorted(columns.values(), key=lambda members: np.mean([boxes[i][0] for i in members]))
    places = [(0, 0)] * len(boxes)
    for column, members in enumerate(ordered, 1):
        for row, i in enumerate(sorted(members, key=lambda i: boxes[i][1]), 1):
            places[i] = (column, row)
    return places
