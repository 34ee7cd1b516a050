"""Lines to write on of which what is written there, dark beside a faint line, has left but parts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np

from app.marking.layout import boxes_of
from app.marking.page_ink import Piece, together

_THIN, _LONG = 0.22, 0.25
"""Thickness of a line at the most, and length of a part at the least, in symbol heights; …"""
_FLAT = 1.8
"""… length of a part in its thickness, at the least."""
_ACROSS = 3.2
"""How much of a line may be missing at a place, in symbol heights."""
_CLOSE = 0.25
"""Space between a part and what hides the rest, in symbol heights, at the most."""
_LEVEL, _SLOPE = 0.1, 0.04
"""How far off one line two parts may be, in symbol heights and in their distance."""
_TALL, _HIGHER = 0.7, 0.2
"""Height of what is written on a line, and how far its middle is above it, in symbol heights, at the least."""
_REACHES = 0.5
"""How far its foot is above the line, likewise, at the most."""
_FOOT = 0.2
"""The same of what a part of a line goes on from."""
_PARALLEL = 0.55
"""Space between the bars of a sign, likewise, at the most."""


def join_broken_lines(pieces: Sequence[Piece], height: float) -> tuple[list[Piece], list[Piece]]:
    """The parts of each line that something is written across made one piece, and scraps of lines taken out.

    What tells a line from minus signs and the bars of fractions is that all that stands between its parts, or beside a
    scrap of it, stands on it.

    Args:
        pieces: of a page, from left to right.
        height: its symbol height in pixels.

    Returns:
        The pieces that are left, from left to right, and the scraps.
    """
    boxes = boxes_of(pieces)
    wide, high = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    flat = (high <= _THIN * height) & (wide >= _LONG * height) & (wide >= _FLAT * high)
    parts = [
        i
        for i in np.flatnonzero(flat).tolist()
        if not _has_parallel(i, boxes, flat, height) and not _has_below(i, boxes, height)
    ]
    lines: list[list[int]] = []
    for i in parts:
        line = next((line for line in lines if _goes_on(line[-1], i, boxes, height)), None)
        if line:
            line.append(i)
        else:
            lines.append([i])
    joined = [line for line in lines if len(line) > 1]
    # Where no line is broken, what looks like a scrap of one may be the lower bar of an equals sign.
    alone = [line[0] for line in lines if len(line) == 1] if joined else []
    scraps = [i for i in alone if _is_scrap(i, boxes, height)]
    gone = {*scraps, *(i for line in joined for i in line)}
    kept = [p for i, p in enumerate(pieces) if i not in gone]
    kept += [_whole([pieces[i] for i in line]) for line in joined]
    return sorted(kept, key=lambda p: p.blob.box[0]), [pieces[i] for i in scraps]


def _has_parallel(i: int, boxes: np.ndarray, flat: np.ndarray, height: float) -> bool:
    """Whether there is another bar right above or below: of an equals sign."""
    x0, y0, x1, y1 = boxes[i]
    apart = np.abs(boxes[:, 1] + boxes[:, 3] - y0 - y1) / 2
    overlap = np.minimum(boxes[:, 2], x1) - np.maximum(boxes[:, 0], x0)
    beside = overlap > 0.5 * np.minimum(boxes[:, 2] - boxes[:, 0], x1 - x0)
    beside[i] = False
    return bool((flat & beside & (apart < _PARALLEL * height)).any())


def _has_below(i: int, boxes: np.ndarray, height: float) -> bool:
    """Whether a digit stands right under a bar: a fraction's."""
    x0, _, x1, y1 = boxes[i]
    x = (boxes[:, 0] + boxes[:, 2]) / 2
    tall = boxes[:, 3] - boxes[:, 1] > 0.5 * _TALL * height
    near = (boxes[:, 1] > y1 - 0.3 * height) & (boxes[:, 1] < y1 + _REACHES * height)
    return bool((tall & near & (x > x0) & (x < x1)).any())


def _goes_on(a: int, b: int, boxes: np.ndarray, height: float) -> bool:
    """Whether a line goes on from one part to the next to the right, under what stands on it."""
    gap = boxes[b, 0] - boxes[a, 2]
    y = (boxes[a, 1] + boxes[a, 3]) / 2
    off = abs((boxes[b, 1] + boxes[b, 3]) / 2 - y)
    if not -0.1 * height < gap < _ACROSS * height or off > _LEVEL * height + _SLOPE * max(gap, 0.0):
        return False
    between = (boxes[:, 2] > boxes[a, 2]) & (boxes[:, 0] < boxes[b, 0]) & (boxes[:, 1] < y + height)
    between &= (boxes[:, 3] > y - height) & (boxes[:, 3] - boxes[:, 1] > _LONG * height)
    between[[a, b]] = False
    if not between.any() or not _stand_on(boxes[between], y, _REACHES, height).all():
        return False
    # Ink hides the line close by; what stands free between two lines is a sign, as the R of a remainder.
    free = max(boxes[between, 0].min() - boxes[a, 2], boxes[b, 0] - boxes[between, 2].max())
    return bool(free <= _CLOSE * height)


def _stand_on(boxes: np.ndarray, y: float, reach: float, height: float) -> np.ndarray:
    """Which of the boxes stand on a line at a height of ``y``."""
    tall = boxes[:, 3] - boxes[:, 1] >= _TALL * height
    over = (boxes[:, 1] + boxes[:, 3]) / 2 < y - _HIGHER * height
    return tall & over & (y - boxes[:, 3] < reach * height)


def _is_scrap(i: int, boxes: np.ndarray, height: float) -> bool:
    """Whether a short bar goes on right from the foot of something tall, with nothing below it: no sign does."""
    x0, y0, x1, y1 = boxes[i]
    y = (y0 + y1) / 2
    if x1 - x0 > 1.5 * height:
        return False
    beside = np.maximum(boxes[:, 0] - x1, x0 - boxes[:, 2])
    near = (beside > -0.5 * (x1 - x0)) & (beside < 0.3 * height)
    standing = near & _stand_on(boxes, y, _FOOT, height) & (boxes[:, 3] - y < _FOOT * height)
    below = (boxes[:, 0] < x1) & (boxes[:, 2] > x0) & (boxes[:, 1] >= y) & (boxes[:, 1] < y + height)
    below[i] = False
    return bool(standing.any() and not below.any())


def _whole(parts: Sequence[Piece]) -> Piece:
    """One piece of the parts of a line and what is missing between them."""
    whole = together(parts)
    middles = (boxes_of(parts)[:, :2] + boxes_of(parts)[:, 2:]) / 2
    for a, b in pairwise((middles.astype(int) - np.array(whole.blob.origin, int)).tolist()):
        cv2.line(whole.blob.mask, a, b, 255, 1)
    return whole
