"""Over-segmentation: a piece of ink parted along every path from top to bottom that meets little of it.

Where symbols touch, one of these paths parts them; which of the others part a symbol is for the lattice to find out,
whose candidates are the runs of neighbouring segments (Casey and Lecolinet, TPAMI 1996, survey the method).
"""

from __future__ import annotations

import cv2
import numpy as np

from models.ink import Blob

_INK = 90
_WORKING_HEIGHT = 64
"""Pixels of a piece's height in which paths are sought."""
_DOWN = 0.02
"""What a step down costs a path where there is no ink, in pixels of ink."""
_ASIDE = 0.05
"""What a step aside costs more: a path is straight where it can be."""
_EDGE = 0.1
"""How far from the sides of the piece a path runs, in the piece's heights."""
_MOST_CROSSED = 3.3
"""Ink that a path may cross, in pen widths: where two loops overlap it crosses both their lines twice."""
_MOST_ALONG = 0.65
"""The same in heights of the piece: where two round digits lean against each other it runs along their common line."""
_BESIDE = 0.3
"""Least width of what lies on each side of paper that two symbols enclose, in heights of the piece."""
_TALL = 0.45
"""Least height of all that lies left of a path, and of all that lies right of it, in heights of the piece."""
_HEAVY = 0.75
"""Least ink of each, in lines as long as the piece is high: a one is such a line."""
_LEAST_HIGH = 3.0
"""Least height of a piece that is parted, in pen widths: a line is not."""
_MOST_PATHS = 5
_APART = 2.5
"""Least ink between two paths, in squares of the pen's width: with less they part the same."""
_LEAST = 1.5
"""Least ink of a segment, likewise."""


def segments(blob: Blob, pen: float) -> list[Blob]:
    """The segments of a piece, from left to right; the piece alone where every path meets much ink.

    Args:
        blob: connected ink.
        pen: line width in pixels.
    """
    height, width = blob.mask.shape
    if height < _LEAST_HIGH * pen:
        return [blob]
    scale = min(_WORKING_HEIGHT / height, 1.0)
    size = max(round(width * scale), 1), max(round(height * scale), 1)
    small = cv2.resize(blob.mask, size, interpolation=cv2.INTER_AREA)
    paths = _paths((small > _INK).astype(np.float32), max(pen * scale, 1.0))
    rows = np.minimum(np.arange(height) * size[1] // height, size[1] - 1)
    columns = (np.arange(width) + 0.5) * size[0] / width
    passed = np.zeros(blob.mask.shape, int)
    for path in paths:
        passed += columns[None] >= path[rows][:, None]
    parts: list[np.ndarray] = []
    for k in range(len(paths) + 1):
        inked = (passed == k) & (blob.mask > 0)
        if parts and inked.sum() < _LEAST * pen * pen:
            parts[-1] |= inked
        else:
            parts.append(inked)
    return [blob.part(part) for part in parts] if len(parts) > 1 else [blob]


def _paths(ink: np.ndarray, pen: float) -> list[np.ndarray]:
    """From left to right the paths, (height,) of columns, of which each is better than those beside it."""
    height, width = ink.shape
    edge = max(round(_EDGE * height), 1)
    if width - 2 * edge < 3:
        return []
    weight = ink + _DOWN
    weight[:, :edge] = weight[:, width - edge :] = weight[_loops(ink)] = np.inf
    (above, came), (below, goes) = _from_first_row(weight), _from_first_row(weight[::-1])
    below, goes = below[::-1], goes[::-1]
    found: list[tuple[float, np.ndarray]] = []
    for row in (height // 3, height // 2, 2 * height // 3):
        total = above[row] + below[row]
        least = (total[1:-1] <= total[:-2]) & (total[1:-1] <= total[2:]) & np.isfinite(total[1:-1])
        for x in np.flatnonzero(least) + 1:
            path = np.full(height, x)
            for y in range(row, 0, -1):
                path[y - 1] = path[y] + came[y, path[y]]
            for y in range(row, height - 1):
                path[y + 1] = path[y] + goes[y, path[y]]
            crossed = float(ink[np.arange(height), path].sum())
            if crossed <= max(_MOST_CROSSED * pen, _MOST_ALONG * height) and _both_tall(ink, path, pen):
                found.append((crossed, path))
    kept: list[np.ndarray] = []
    for _, path in sorted(found, key=lambda f: f[0]):
        if len(kept) < _MOST_PATHS and all(_between(ink, path, other) > _APART * pen * pen for other in kept):
            kept.append(path)
    return sorted(kept, key=lambda path: float(path.mean()))


def _from_first_row(weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Least cost of a path from the first row to each pixel, and the step aside back to where it came from."""
    cost, came = weight.copy(), np.zeros(weight.shape, np.int64)
    for y in range(1, len(weight)):
        before = np.pad(cost[y - 1], 1, constant_values=np.inf)
        options = np.stack([before[1:-1], before[:-2] + _ASIDE, before[2:] + _ASIDE])
        came[y] = np.array([0, -1, 1])[options.argmin(0)]
        cost[y] += options.min(0)
    return cost, came


def _loops(ink: np.ndarray) -> np.ndarray:
    """Paper that one symbol encloses; what two enclose that touch twice has ink of both beside it."""
    height, width = ink.shape
    paper = np.pad(1 - ink, 1, constant_values=1).astype(np.uint8)
    _, labels, boxes, _ = cv2.connectedComponentsWithStats(paper, connectivity=4)
    left = boxes[:, cv2.CC_STAT_LEFT] - 1
    right = width - left - boxes[:, cv2.CC_STAT_WIDTH]
    loops = np.minimum(left, right) < _BESIDE * height
    loops[0] = loops[labels[0, 0]] = False  # ink, and the paper all around
    return loops[labels[1:-1, 1:-1]]


def _both_tall(ink: np.ndarray, path: np.ndarray, pen: float) -> bool:
    """Whether what lies left of a path and what lies right of it are each as tall as a symbol."""
    left = np.arange(ink.shape[1])[None] < path[:, None]
    for side in (left, ~left):
        inked = side & (ink > 0)
        rows = np.flatnonzero(inked.any(1))
        # A path along the side of a line leaves a sliver of it.
        if inked.sum() < _HEAVY * len(ink) * pen or np.ptp(rows) < _TALL * len(ink):
            return False
    return True


def _between(ink: np.ndarray, path: np.ndarray, other: np.ndarray) -> float:
    """Pixels of ink between two paths."""
    low, high = np.minimum(path, other)[:, None], np.maximum(path, other)[:, None]
    columns = np.arange(ink.shape[1])[None]
    return float(ink[(columns >= low) & (columns < high)].sum())
