"""Places that a worksheet prints for answers: boxes, circles and lines to write in or on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from app.marking.figures import find_figures, is_taller
from app.marking.layout import boxes_of
from app.marking.numbering import is_ring
from app.marking.page_ink import Piece, cropped, large_parts
from models.ink import Box

_SMALLEST = 1.15
"""Least side of a box or circle to write in, in symbol heights."""
_LARGEST = 5.0
_WIDEST, _LOW = 9.0, 3.0
"""Width at the most, and height, of one beside a sign, and of a row of boxes for a digit each."""
_SIGN = (0.35, 1.2)
"""Width of a sign, in symbol heights, and …"""
_SIGN_GAP = 1.6
"""… its distance from such a box at the most."""
_WALL, _UNEVEN = 0.8, 0.2
"""Share of a wall's height that has ink, at the least, and by how much the cells beside it differ, at the most."""
_FULL = 0.35
"""Share of what is within a box's frame that is joined to it, at the most: what is written there touches it, if at all,
here and there."""
_WIDEST_MARGIN = 0.2
"""Width of a box's frame, in the box's sides, at the most."""
_SLOPE = 0.04
"""How much a line to write on may slope."""
_NEXT = 2.8
"""Greatest space between a line to write on and the digit beside it, in symbol heights: an equals sign may be there."""
_MOST_ON_LINE = 4
"""Digits of an answer on a line: more are a question that was underlined."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A printed place for an answer.

    Attributes:
        box: around it.
        shape: what it looks like.
        frame: its ink, where it was taken out.
        walls: what of that parts it into boxes for a digit each.
        is_touched: whether what is written there runs into the frame, and something of it may be lost.
    """

    box: Box
    shape: Literal["box", "circle", "figure", "line"]
    frame: Piece | None = None
    walls: Piece | None = None
    is_touched: bool = False


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
    figures = {id(f.piece): f for f in find_figures(pieces, height, pen)}
    for piece in pieces:
        x0, y0, x1, y1 = piece.blob.box
        sides = (x1 - x0, y1 - y0)
        wide = max(sides) > _LARGEST * height
        of_size = min(sides) >= _SMALLEST * height and max(sides) <= _WIDEST * height
        of_size &= not wide or sides[1] <= _LOW * height
        inside = _inside_of_box(piece, pen, wide and not _is_beside_sign(piece, pieces, height)) if of_size else None
        if inside is not None:
            pieces_within, walls = inside
            slots.append(Slot(piece.blob.box, "box", piece, walls))
            kept += pieces_within
        elif (figure := figures.get(id(piece))) is not None:
            shape = "circle" if is_ring(figure.frame) else "figure"
            slots.append(Slot(piece.blob.box, shape, figure.frame, is_touched=figure.is_touched))
            kept += figure.written
        elif of_size and not wide and _is_circle(piece, pieces, height):
            slots.append(Slot(piece.blob.box, "circle", piece))
        else:
            kept.append(piece)
    return sorted(kept, key=lambda p: p.blob.box[0]), slots


def misleading(slots: Sequence[Slot]) -> list[Piece]:
    """Print of places for answers that would be read: figures, round frames that nothing written touches, for a minus
    in one looks like an equals sign, and walls between digits, which look like ones."""
    figures = [s.frame for s in slots if s.frame and s.shape == "figure"]
    rings = [s.frame for s in slots if s.frame and s.shape == "circle" and is_ring(s.frame)]
    return [*figures, *rings, *(s.walls for s in slots if s.walls)]


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


def _inside_of_box(piece: Piece, pen: float, must_be_parted: bool = False) -> tuple[list[Piece], Piece | None] | None:
    """The pieces of ink that touch a rectangle's frame from within, and the walls that part it into a cell for each
    digit, if any do; ``None`` if the piece is no such frame."""
    mask = piece.blob.mask > 0
    height, width = mask.shape
    # Wider than that, a thick pen's 3 or 8 would be all margin.
    widest = (round(_WIDEST_MARGIN * side) for side in (height, width))
    usual = (max(round(1.6 * pen), round(0.07 * side)) for side in (height, width))
    margin_y, margin_x = (max(min(sizes), 1) for sizes in zip(usual, widest, strict=True))
    sides = (mask[:margin_y].any(0), mask[-margin_y:].any(0), mask[:, :margin_x].any(1), mask[:, -margin_x:].any(1))
    covered = [side.mean() for side in sides]
    if min(covered) < 0.6 or np.mean(covered) < 0.85:
        return None
    inner = mask.copy()
    inner[:margin_y] = inner[-margin_y:] = inner[:, :margin_x] = inner[:, -margin_x:] = False
    if inner[margin_y:-margin_y, margin_x:-margin_x].mean() > _FULL:
        return None
    walls = _walls(inner[margin_y:-margin_y, margin_x:-margin_x], pen)
    if must_be_parted and not walls:
        return None
    parting = np.zeros_like(inner)
    for start, end in walls:
        parting[:, margin_x + start : margin_x + end] = inner[:, margin_x + start : margin_x + end]
    inner &= ~parting
    within = [cropped(piece, part) for part in large_parts(inner, 3 * pen)]
    return within, cropped(piece, parting) if walls else None


def _is_beside_sign(box: Piece, pieces: Sequence[Piece], height: float) -> bool:
    """Whether a bar like an equals sign's stands beside the middle of a box: else it may be a whole problem's frame."""
    x0, y0, x1, y1 = box.blob.box
    for piece in pieces:
        left, top, right, foot = piece.blob.box
        flat = _SIGN[0] * height <= right - left <= _SIGN[1] * height and foot - top < 0.5 * (right - left)
        gap = max(x0 - right, left - x1)
        if flat and 0 < gap < _SIGN_GAP * height and abs(top + foot - y0 - y1) < 0.5 * (y1 - y0):
            return True
    return False


def _walls(inner: np.ndarray, pen: float) -> list[tuple[int, int]]:
    """The columns (start, end) of the walls that part the inside of a box into cells of one width."""
    if inner.size == 0:
        return []
    whole = np.pad((inner.mean(0) >= _WALL).astype(np.int8), 1)
    starts, ends = np.flatnonzero(np.diff(whole) > 0), np.flatnonzero(np.diff(whole) < 0)
    middles = np.concatenate([[0.0], (starts + ends) / 2, [inner.shape[1]]])
    cells = np.diff(middles)
    if not len(starts) or (ends - starts).max() > 2 * pen or np.ptp(cells) > _UNEVEN * cells.max():
        return []
    # As far as the pen's edges, of a line that may lean a little.
    reach = max(round(0.6 * pen), 1)
    return [(max(int(a) - reach, 0), int(b) + reach) for a, b in zip(starts, ends, strict=True)]


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
    return is_taller(piece.blob.box, boxes_of([other for other in pieces if other is not piece]), height)
