"""Symbols that touch: pieces of ink too wide for one symbol, parted where a line from top to bottom meets least ink,
and answers of neighbouring rows that touch, parted likewise from left to right.

The parts and the whole both stay possible readings; which of them stands there is for the reader to say.
"""

from __future__ import annotations

import cv2
import numpy as np

from models.ink import Blob, Ink, parted

_WIDE = 0.85
"""Width of what may be two symbols, in its own heights."""
_WIDER = 1.5
"""The same in widths of the row's other symbols."""
_LEAST_WIDE = 0.62
"""Width, in its own heights, below which a piece is never parted."""
_MOST_CROSSED = 2.4
"""Ink that a cut may go through where symbols touch, in pen widths."""
_INKED = 90
"""Darkness of ink that a cut goes through."""
_NARROWEST = 0.22
"""Least width of a part, in heights of the piece."""
_MOST_PARTS = 5


def part_touching(ink: Ink, narrow: float = 0.0) -> Ink:
    """The same ink with its wide pieces in parts; the parts of each are siblings.

    Args:
        ink: blobs of one row.
        narrow: pieces no wider than this are left whole.
    """
    boxes, pen = ink.boxes, ink.pen_width
    widths, heights = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    tall = heights > 0.6 * np.median(heights[heights > 3 * pen]) if (heights > 3 * pen).any() else heights > 0
    # Digits are half as wide as tall; a row of ones and brackets would make any other a pair.
    usual = max(float(np.median(widths[tall])), 0.5 * float(np.median(heights[tall]))) if tall.any() else 0.0
    wide = tall & (widths > np.maximum(_LEAST_WIDE * heights, narrow)) & (heights > 4 * pen)
    wide &= (widths > _WIDE * heights) | (widths > _WIDER * usual)
    in_parts = parted(ink, np.flatnonzero(wide).tolist(), part_columns)
    return in_parts if in_parts.siblings else ink


def part_columns(blob: Blob, pen: float) -> list[Blob]:
    """A piece parted once, and its parts again while they are wide; the piece alone where every cut meets much ink."""
    found = [blob]
    k = 0
    while k < len(found) and len(found) < _MOST_PARTS:
        height, width = found[k].mask.shape
        edge = round(_NARROWEST * height)
        wide = (k == 0 and len(found) == 1) or width > _WIDE * height
        halves = _cut(found[k], pen, edge, width - edge) if wide else None
        if halves:
            found[k : k + 1] = halves
        else:
            k += 1
    return found


def part_rows(blob: Blob, pen: float, low: float, high: float, touches: int = 1) -> tuple[Blob, Blob] | None:
    """The upper and the lower part of a piece, along the path from left to right that meets least ink.

    Args:
        blob: connected ink that reaches over two rows.
        pen: line width in pixels.
        low: where the path may begin and run at the highest, in the page's pixels.
        high: and at the lowest.
        touches: in how many places the rows may touch.

    Returns:
        ``None`` where every path meets much ink.
    """
    x, y = blob.origin
    halves = _cut(Blob(np.ascontiguousarray(blob.mask.T), (y, x)), pen, round(low - y), round(high - y), touches)
    if halves is None:
        return None
    upper, lower = (Blob(np.ascontiguousarray(half.mask.T), half.origin[::-1]) for half in halves)
    return upper, lower


def part_corner(blob: Blob, pen: float, near: float, far: float) -> tuple[Blob, Blob] | None:
    """The upper left corner of a piece and the rest of it, parted along the path from its upper right to its lower left
    that meets least ink.

    Args:
        blob: connected ink.
        pen: line width in pixels.
        near: how far from the corner's outermost ink, towards the lower right, the path may run at the least.
        far: and at the most.

    Returns:
        ``None`` where every path meets much ink.
    """
    height, width = blob.mask.shape
    # The path is found in the picture turned by 45 degrees: rows run to the lower left, columns to the lower right.
    half = np.sqrt(0.5)
    turn = np.float32([[half, half, 0], [-half, half, half * width]])
    size = (int(np.ceil(half * (width + height))),) * 2
    turned = cv2.warpAffine(blob.mask, turn, size)
    inked = np.flatnonzero(turned.max(0) > _INKED)
    if not len(inked):
        return None
    path = _path(turned, pen, round(inked[0] + near), round(inked[0] + far))
    if path is None:
        return None
    ys, xs = np.mgrid[:height, :width]
    rows = np.clip(np.round(half * (ys - xs + width)), 0, size[0] - 1).astype(int)
    return _sides(blob, half * (ys + xs) < path[rows], pen)


def _cut(blob: Blob, pen: float, low: int, high: int, touches: int = 1) -> tuple[Blob, Blob] | None:
    """Two halves of a piece, left and right of the path from top to bottom between two columns that meets least ink."""
    path = _path(blob.mask, pen, low, high, touches)
    return None if path is None else _sides(blob, np.arange(blob.mask.shape[1])[None] < path[:, None], pen)


def _sides(blob: Blob, is_first: np.ndarray, pen: float) -> tuple[Blob, Blob] | None:
    """The ink of a piece on the one side of a path and on the other; ``None`` where a side has none to speak of."""
    first, second = (_kept(blob, part, pen) for part in (is_first, ~is_first))
    return (first, second) if first is not None and second is not None else None


def _path(mask: np.ndarray, pen: float, low: int, high: int, touches: int = 1) -> np.ndarray | None:
    """The column in each row of the path from top to bottom between two columns that meets least ink; ``None`` where
    it meets much."""
    ink = (mask > _INKED).astype(np.float32)
    height, width = ink.shape
    low, high = max(low, 1), min(high, width - 1)
    if high - low < 3:
        return None
    # Dynamic programming from row to row; a step aside costs a little, so that the path is straight where it can be.
    cost = np.full((height, width), np.inf, np.float32)
    came = np.zeros((height, width), np.int8)
    middle = np.abs(np.arange(width) - (width - 1) / 2) / width  # of equal paths the one nearest to the middle
    weight = ink + 0.02 + 0.05 * middle[None].astype(np.float32)
    weight[:, :low] = weight[:, high:] = np.inf
    cost[0] = weight[0]
    for y in range(1, height):
        before = cost[y - 1]
        left = np.concatenate([[np.inf], before[:-1]]) + 0.05
        right = np.concatenate([before[1:], [np.inf]]) + 0.05
        options = np.stack([left, before, right])
        came[y] = options.argmin(0) - 1
        cost[y] = options.min(0) + weight[y]
    x = int(cost[-1].argmin())
    crossed, path = 0.0, np.zeros(height, int)
    for y in range(height - 1, -1, -1):
        path[y] = x
        crossed += float(ink[y, x])
        x += int(came[y, x])
    return None if crossed > touches * _MOST_CROSSED * pen else path


def _kept(blob: Blob, part: np.ndarray, pen: float) -> Blob | None:
    """The ink of a part without scraps; ``None`` where nothing of a symbol's size is left."""
    inked = (part & (blob.mask > 0)).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(inked, connectivity=8)
    large = [i for i in range(1, count) if stats[i, cv2.CC_STAT_AREA] >= pen * pen]
    if not large:
        return None
    inside = np.isin(labels, large)
    ys, xs = np.nonzero(inside)
    if np.ptp(ys) < 0.25 * blob.mask.shape[0] and np.ptp(xs) < 0.25 * blob.mask.shape[0]:
        return None
    return blob.part(inside)
