"""Figures to write in, hearts, clouds and apples: of any shape that stands on the page several times.

What the copies share is the figure; what else is joined to one of them is what somebody wrote there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from app.marking.layout import boxes_of
from app.marking.page_ink import Piece, large_parts, split_off
from models.ink import Box

_LEAST, _WIDEST, _HIGHEST = 1.15, 8.0, 6.0
"""Least sides of a figure, and greatest, in symbol heights."""
_MOST_HELD = 6
"""Pieces that it holds, typically, at the most: what holds more is around whole problems."""
_HOLLOW, _EMPTY = 0.2, 0.4
"""Share of its box that it encloses, and share of its silhouette that has no ink, at the least."""
_COPIES = 3
"""So many on a page, at the least."""
_SIZE, _SIDE = 96, 52.0
"""Side of the square in which copies are laid over one another, and of a square as large as each silhouette there."""
_LIKE, _SAME = 0.8, 0.92
"""Overlap (intersection over union) of the silhouettes of two copies, at the least, and of print of one shape."""
_SIZES = 1.35
"""Ratio of the sizes of two copies, at the most: the one may be nearer to the camera."""
_USED = 0.3
"""Share of the copies that something is written in, at the least, where they are not the same as print is."""
_BESIDE, _TALLER = 1.5, 1.25
"""Up to so many symbol heights beside it nothing is taller than a figure divided by this."""
_INK = 0.4
"""Share of a pixel of the square that has ink, at the least."""
_SHARED = 0.6
"""Share of the copies that have ink where the figure has."""
_RING = 0.24
"""Distance from the silhouette's edge within which the figure's line is, in the square root of its area."""
_TOUCHED = 2.0
"""Ink that is none of the figure's line, in squares of the pen, from which something is joined to it."""
_PART = 3.0
"""Larger side of what is written, in pen widths, at the least."""
_HELD = 0.4
"""Height of what is written, in symbol heights, at the least."""


@dataclass(frozen=True, eq=False)
class Figure:
    """A figure to write in: the piece of ink it is part of, its own ink, what is joined to it, and whether more may
    be, of which nothing is left where it runs along the figure's line."""

    piece: Piece
    frame: Piece
    written: tuple[Piece, ...]
    is_touched: bool


def find_figures(pieces: Sequence[Piece], height: float, pen: float) -> list[Figure]:
    """The figures of a page.

    Args:
        pieces: of the page.
        height: its symbol height in pixels.
        pen: its pen width in pixels.
    """
    shapes = [shape for piece in pieces if (shape := _shape(piece, height)) is not None]
    if len(shapes) < _COPIES:
        return []
    overlaps = _overlaps(shapes)
    left = set(range(len(shapes)))
    figures: list[Figure] = []
    while left:
        first = max(left, key=lambda k: sum(overlaps[k, j] >= _LIKE for j in left))
        copies = [k for k in left if overlaps[first, k] >= _LIKE]
        left -= {first, *copies}
        if len(copies) < _COPIES:
            continue
        found = _parted([shapes[k] for k in copies], pen)
        held = np.array([_held(f, pieces, height) for f in found])
        if np.median(held) > _MOST_HELD:
            continue
        typical = float(np.median(overlaps[np.ix_(copies, copies)]))
        if _are_taller(found, pieces, height) and (typical >= _SAME or (held > 0).mean() >= _USED):
            figures += found
    return figures


@dataclass(frozen=True, eq=False)
class _Shape:
    """A piece that encloses room, its silhouette laid into a square, and the (2, 3) map of its pixels there."""

    piece: Piece
    silhouette: np.ndarray
    to_square: np.ndarray
    size: float


def _shape(piece: Piece, height: float) -> _Shape | None:
    """The shape of a piece; ``None`` if it is none of a figure's size that encloses room."""
    x0, y0, x1, y1 = piece.blob.box
    wide, high = (x1 - x0) / height, (y1 - y0) / height
    if min(wide, high) < _LEAST or wide > _WIDEST or high > _HIGHEST:
        return None
    mask = (piece.blob.mask > 0).astype(np.uint8)
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = cv2.drawContours(np.zeros_like(mask), outlines, -1, 1, cv2.FILLED)
    empty = int(filled.sum()) - int((filled & mask).sum())
    if empty < _HOLLOW * mask.size or empty < _EMPTY * filled.sum():
        return None
    ys, xs = np.nonzero(filled)
    size = float(np.sqrt(len(xs)))
    scale = _SIDE / size
    to_square = np.array([[scale, 0, _SIZE / 2 - scale * xs.mean()], [0, scale, _SIZE / 2 - scale * ys.mean()]])
    return _Shape(piece, _laid(filled, to_square) > 0.5, to_square, size)


def _laid(mask: np.ndarray, to_square: np.ndarray) -> np.ndarray:
    """A mask of 0 and 1 laid into the square, float32."""
    return cv2.warpAffine(mask.astype(np.float32), to_square, (_SIZE, _SIZE), flags=cv2.INTER_AREA)


def _overlaps(shapes: Sequence[_Shape]) -> np.ndarray:
    """(n, n): intersection over union of any two silhouettes; 0 where their sizes are too far apart."""
    flat = np.stack([s.silhouette.ravel() for s in shapes]).astype(np.float32)
    both = flat @ flat.T
    areas = flat.sum(1)
    sizes = np.log([s.size for s in shapes])
    alike = np.abs(sizes[:, None] - sizes) < np.log(_SIZES)
    return np.where(alike, both / (areas[:, None] + areas - both), 0.0)


def _parted(copies: Sequence[_Shape], pen: float) -> list[Figure]:
    """The copies of one figure, parted into what they share and what is written in each."""
    silhouette = (np.mean([c.silhouette for c in copies], 0) > 0.5).astype(np.uint8)
    inside = cv2.distanceTransform(silhouette, cv2.DIST_L2, 3)
    outside = cv2.distanceTransform(1 - silhouette, cv2.DIST_L2, 3)
    ring = np.maximum(inside, outside) < _RING * _SIDE
    inks = [_laid(c.piece.blob.mask > 0, c.to_square) for c in copies]
    typical = np.mean(inks, 0)
    turns = [_aligned(ink, typical) for ink in inks]
    inks = [cv2.warpAffine(ink, turn, (_SIZE, _SIZE)) for ink, turn in zip(inks, turns, strict=True)]
    line = cv2.dilate((np.mean([ink > _INK for ink in inks], 0) >= _SHARED).astype(np.uint8), np.ones((3, 3), np.uint8))
    line = line * ring.astype(np.float32)
    return [
        _figure(copy.piece, line, _then(copy.to_square, turn), pen) for copy, turn in zip(copies, turns, strict=True)
    ]


def _aligned(ink: np.ndarray, typical: np.ndarray) -> np.ndarray:
    """The (2, 3) map that lays a copy in the square over the typical one: a page that is seen aslant shows each a
    little otherwise (enhanced correlation coefficient: Evangelidis and Psarakis, IEEE PAMI 30(10), 2008)."""
    found = np.eye(2, 3, dtype=np.float32)
    stop = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 30, 1e-4)
    try:
        _, found = cv2.findTransformECC(typical, ink, found, cv2.MOTION_AFFINE, stop, None, 5)
    except cv2.error:  # they have too little in common
        return np.eye(2, 3)
    return cv2.invertAffineTransform(found)


def _then(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """The (2, 3) map that does what one does, and then the other."""
    return second @ np.vstack([first, (0, 0, 1)])


def _figure(piece: Piece, line: np.ndarray, to_square: np.ndarray, pen: float) -> Figure:
    """A copy of a figure whose line is known in the square."""
    ink = piece.blob.mask > 0
    back = cv2.warpAffine(line, to_square, ink.shape[::-1], flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    apart = (ink & (back < 0.5)).astype(np.uint8)
    is_touched = int(apart.sum()) > _TOUCHED * pen**2
    # Where writing crosses the line it is one stroke.
    side = 2 * round(pen) + 1
    apart = cv2.morphologyEx(apart, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8)) & ink.astype(np.uint8)
    frame, written = split_off(piece, large_parts(apart, _PART * pen))
    return Figure(piece, frame, tuple(written), is_touched) if frame else Figure(piece, piece, (), True)


def _held(figure: Figure, pieces: Sequence[Piece], height: float) -> int:
    """How many pieces are in a figure, but for points and the like."""
    boxes = boxes_of([*figure.written, *(p for p in pieces if p is not figure.piece)])
    x0, y0, x1, y1 = figure.piece.blob.box
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    within = (middles > (x0, y0)).all(1) & (middles < (x1, y1)).all(1)
    return int((within & (boxes[:, 3] - boxes[:, 1] > _HELD * height)).sum())


def _are_taller(figures: Sequence[Figure], pieces: Sequence[Piece], height: float) -> bool:
    """Whether figures are taller than what stands beside them: letters and pictures in a row are not."""
    boxes = boxes_of(pieces)
    taller = []
    for figure in figures:
        box = x0, _, x1, _ = figure.piece.blob.box
        apart = (boxes[:, 0] > x1) | (boxes[:, 2] < x0)
        taller.append(is_taller(box, boxes[apart], height))
    return float(np.mean(taller)) > 0.5


def is_taller(box: Box, boxes: np.ndarray, height: float) -> bool:
    """Whether an empty frame is plainly taller than what stands beside it.

    Args:
        box: of the frame.
        boxes: (n, 4) of other pieces.
        height: the page's symbol height.
    """
    x0, y0, x1, y1 = box
    middle = (y0 + y1) / 2
    level = (boxes[:, 1] < middle) & (boxes[:, 3] > middle)
    beside = level & (np.maximum(boxes[:, 0] - x1, x0 - boxes[:, 2]) < _BESIDE * height)
    return bool(y1 - y0 > _TALLER * (boxes[beside, 3] - boxes[beside, 1]).max(initial=0.0))
