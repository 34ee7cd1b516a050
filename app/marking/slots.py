"""Places that a worksheet prints for answers: boxes, circles and lines to write in or on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from app.marking.page_ink import Piece, cropped
from models.ink import Box

_SMALLEST = 1.15
"""Least side of a box or circle to write in, in symbol heights."""
_LARGEST = 5.0
_BESIDE, _TALLER = 1.5, 1.25
"""An empty circle is so much taller than the digits up to so many symbol heights beside it."""
_SLOPE = 0.04
"""How much a line to write on may slope."""
_NEXT = 2.8
"""Greatest space between a line to write on and the digit beside it, in symbol heights: an equals sign may be there."""
_MOST_ON_LINE = 4
"""Digits of an answer on a line: more are a question that was underlined."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A printed place for an answer; ``shape`` says what it looks like, ``frame`` is its ink where it was taken out."""

    box: Box
    shape: Literal["box", "circle", "line"]
    frame: Piece | None = None


def take_frames(pieces: Sequence[Piece], height: float, pen: float) -> tuple[list[Piece], list[Slot]]:
    """Boxes and circles taken out of the ink, with what is written in them left.

    Args:
        pieces: of a page.
        height: its symbol height in pixels.
        pen: its pen width in pixels.

    Returns:
        The other pieces, from left to right, and the slots.
    """
    kept: list[Piece] = []
    slots: list[Slot] = []
    for piece in pieces:
        x0, y0, x1, y1 = piece.blob.box
        sides = (x1 - x0, y1 - y0)
        if min(sides) < _SMALLEST * height or max(sides) > _LARGEST * height:
            kept.append(piece)
        elif (inside := _inside_of_box(piece, pen)) is not None:
            slots.append(Slot(piece.blob.box, "box", piece))
            kept += inside
        elif _is_circle(piece, pieces, height):
            slots.append(Slot(piece.blob.box, "circle", piece))
        else:
            kept.append(piece)
    return sorted(kept, key=lambda p: p.blob.box[0]), slots


def take_lines(boxes: np.ndarray, members: Sequence[int], height: float) -> tuple[list[int], list[Slot]]:
    """Lines to write on, ``3 + __ = 7``, told from signs by their length and from fractions by what is under them.

    Args:
        boxes: (n, 4) boxes of a page's pieces.
        members: the pieces to look at; rules of sums in columns are not among them.
        height: the page's symbol height.

    Returns:
        The pieces that are such lines or underline something, and a slot for each line with an answer's room: from
        the line up by a symbol's height and a half.
    """
    lines: list[int] = []
    slots: list[Slot] = []
    if not len(members):
        return lines, slots
    chosen = boxes[list(members)]
    x, y = (chosen[:, 0] + chosen[:, 2]) / 2, (chosen[:, 1] + chosen[:, 3]) / 2
    tall = chosen[:, 3] - chosen[:, 1] > 0.6 * height
    for i, box in zip(members, chosen, strict=True):
        long, thin = box[2] - box[0], box[3] - box[1]
        if not (1.2 * height < long < 9 * height and thin < 0.25 * height + _SLOPE * long):
            continue
        line = (box[1] + box[3]) / 2
        over = tall & (box[0] < x) & (x < box[2])
        above = over & (y < line) & (line - chosen[:, 3] < 0.8 * height)
        below = over & (y > line) & (chosen[:, 1] - line < 0.8 * height)
        # The feet of the symbols beside it stand on the line; those beside a minus stand on both sides of it.
        gap = np.maximum(chosen[:, 0] - box[2], box[0] - chosen[:, 2])
        beside = tall & ~over & (gap < _NEXT * height) & (y < line) & (line - y < 1.5 * height)
        on_foot = beside & (np.abs(chosen[:, 3] - line) < 0.35 * height)
        if below.any() or not (above.any() or on_foot.any()) or not (on_foot.any() or above.sum() > 1):
            continue
        lines.append(i)
        if on_foot.any() and above.sum() <= _MOST_ON_LINE:
            slots.append(Slot((box[0], line - 1.5 * height, box[2], line), "line"))
    return lines, slots


def _inside_of_box(piece: Piece, pen: float) -> list[Piece] | None:
    """The pieces of ink that touch a rectangle's frame from within; ``None`` if the piece is no such frame."""
    mask = piece.blob.mask > 0
    height, width = mask.shape
    margin_y, margin_x = (max(round(1.6 * pen), round(0.07 * side)) for side in (height, width))
    sides = (mask[:margin_y].any(0), mask[-margin_y:].any(0), mask[:, :margin_x].any(1), mask[:, -margin_x:].any(1))
    covered = [side.mean() for side in sides]
    if min(covered) < 0.6 or np.mean(covered) < 0.85:
        return None
    inner = mask.copy()
    inner[:margin_y] = inner[-margin_y:] = inner[:, :margin_x] = inner[:, -margin_x:] = False
    if inner.mean() > 0.5:
        return None
    count, labels, stats, _ = cv2.connectedComponentsWithStats(inner.astype(np.uint8), connectivity=8)
    large = [i for i in range(1, count) if max(stats[i, cv2.CC_STAT_WIDTH], stats[i, cv2.CC_STAT_HEIGHT]) > 3 * pen]
    return [cropped(piece, labels == i) for i in large]


def _is_circle(piece: Piece, pieces: Sequence[Piece], height: float) -> bool:
    """Whether a piece is a closed curve around other ink, or around nothing but larger than any 0."""
    mask = (piece.blob.mask > 0).astype(np.uint8)
    outlines, nesting = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    holes = [c for c, n in zip(outlines, nesting[0], strict=True) if n[3] >= 0]
    if not holes:
        return False
    hole = max(holes, key=cv2.contourArea)
    x, y, w, h = cv2.boundingRect(hole)
    if w < 0.6 * mask.shape[1] or h < 0.6 * mask.shape[0]:
        return False
    left, top = piece.blob.origin[0] + x, piece.blob.origin[1] + y
    for other in pieces:
        x0, y0, x1, y1 = other.blob.box
        within = x0 >= left and y0 >= top and x1 <= left + w and y1 <= top + h
        if other is not piece and within and y1 - y0 > 0.4 * height:
            return True
    if not (0.8 < w / h < 1.25 and h > 1.35 * height and cv2.contourArea(hole) > 0.7 * w * h):
        return False
    # A pupil who writes larger than the print writes zeros as large: they are as tall as the digits beside them.
    x0, y0, x1, y1 = piece.blob.box
    beside = [
        b[3] - b[1]
        for b in (other.blob.box for other in pieces if other is not piece)
        if b[1] < (y0 + y1) / 2 < b[3] and max(b[0] - x1, x0 - b[2]) < _BESIDE * height
    ]
    return y1 - y0 > _TALLER * max(beside, default=0.0)
