"""What the context parser sees of the symbols of one expression. Training and serving both call this.

Positions and sizes are measured in the ink's reference size and positions only relative to other symbols, so
that neither place nor scale of a drawing matters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from models.vocabulary import LABELS

NODE_GEOMETRY = 7
PAIR_FEATURES = 18
_FLOOR = -10.0
"""Least log probability that is told apart."""
_SPREAD = 4.0
"""Divides log probabilities, so that features are of like size."""


@dataclass(frozen=True, slots=True)
class ContextInput:
    """Features of N symbols.

    Attributes:
        nodes: float32 (N, len(LABELS) + 1 + NODE_GEOMETRY): class log probabilities, logit of whole, geometry.
        pairs: float32 (N, N, PAIR_FEATURES): how symbol j stands to symbol i.
    """

    nodes: np.ndarray
    pairs: np.ndarray


NODE_FEATURES = len(LABELS) + 1 + NODE_GEOMETRY


def context_input(
    log_probabilities: np.ndarray, whole: np.ndarray, boxes: np.ndarray, reference: float, times: np.ndarray | None
) -> ContextInput:
    """Features of one expression's symbols.

    Args:
        log_probabilities: (N, len(LABELS)) of each symbol's class.
        whole: (N,) logit that it is exactly one symbol.
        boxes: (N, 4).
        reference: the ink's reference size.
        times: (N,) when each was written (any increasing unit), ``None`` where that is not known.
    """
    boxes = boxes.astype(np.float64) / reference
    x0, y0, x1, y1 = boxes.T
    width, height = np.maximum(x1 - x0, 0.05), np.maximum(y1 - y0, 0.05)
    cx, cy = (x0 + x1) / 2, (y0 + y1) / 2
    count = len(boxes)
    geometry = np.stack(
        [
            np.log(width), np.log(height), np.log(width / height),
            np.tanh(cy - np.median(cy)), (x0 <= x0.min()).astype(float),
            np.full(count, min(count, 40) / 20), np.full(count, float(times is not None)),
        ],
        1,
    )  # fmt: skip
    nodes = np.concatenate(
        [np.maximum(log_probabilities, _FLOOR) / _SPREAD + 1, np.clip(whole, -8, 8)[:, None] / 4, geometry], 1
    )

    def difference(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return b[None, :] - a[:, None]

    dx, dy = difference(cx, cx), difference(cy, cy)
    overlap_x = np.minimum(x1[:, None], x1[None]) - np.maximum(x0[:, None], x0[None])
    overlap_y = np.minimum(y1[:, None], y1[None]) - np.maximum(y0[:, None], y0[None])
    own_height, own_width = height[:, None], width[:, None]
    # How many symbols have their centre between those of i and j, in both directions.
    low_x, high_x = np.minimum(cx[:, None], cx[None]), np.maximum(cx[:, None], cx[None])
    low_y = np.minimum(y0[:, None], y0[None])
    high_y = np.maximum(y1[:, None], y1[None])
    inside = (
        (cx[None, None] > low_x[..., None])
        & (cx[None, None] < high_x[..., None])
        & (cy[None, None] > low_y[..., None])
        & (cy[None, None] < high_y[..., None])
    )
    between = inside.sum(-1)
    rank = np.zeros((count, count))
    if times is not None:
        order = np.empty(count)
        order[np.argsort(times, kind="stable")] = np.arange(count)
        rank = difference(order, order)
    pairs = np.stack(
        [
            np.tanh(dx / 2), np.tanh(dy), np.clip(dx / 6, -3, 3), np.clip(dy / 3, -3, 3),
            np.clip(dy / own_height, -3, 3), np.clip(dx / own_width, -3, 3) / 2,
            np.clip(np.log(height[None] / own_height), -3, 3), np.clip(np.log(width[None] / own_width), -3, 3),
            np.clip(overlap_x / np.minimum(own_width, width[None]), -2, 1),
            np.clip(overlap_y / np.minimum(own_height, height[None]), -2, 1),
            np.clip(difference(y0, y0) / own_height, -3, 3), np.clip(difference(y1, y1) / own_height, -3, 3),
            np.clip(difference(y0, y1) / own_height, -3, 3), np.clip(difference(y1, y0) / own_height, -3, 3),
            np.tanh(difference(x1, x0)), np.exp(-between), np.clip(rank, -3, 3) / 3, (rank == 1).astype(float),
        ],
        -1,
    )  # fmt: skip
    return ContextInput(nodes.astype(np.float32), pairs.astype(np.float32))


CONFIRMED_WHOLE = 4.0
"""Logit of whole for a symbol that a person has given."""


def confirmed(label: int) -> np.ndarray:
    """Class log probabilities, (len(LABELS),), of a symbol that a person has given, by label index."""
    sure = np.full(len(LABELS), -9.0, np.float32)
    sure[label] = -0.01
    return sure


def class_log_probabilities(nodes: Any) -> Any:
    """The class log probabilities, not below the floor, back from node features (arrays or tensors)."""
    return (nodes[..., : len(LABELS)] - 1) * _SPREAD
