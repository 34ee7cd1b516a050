"""Ink: what a person drew, as pieces with a place and a size.

Strokes of a pen (or finger, or an InkML file) and connected components of a photograph meet here; all
code after this sees pieces in one plane, y down, in the input's own unit.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import cv2
import numpy as np

Box = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class Stroke:
    """A pen-down to pen-up path.

    Attributes:
        points: float32 array of shape (n, 2), n ≥ 1, columns x and y.
    """

    points: np.ndarray

    @cached_property
    def box(self) -> Box:
        """Bounding box (x0, y0, x1, y1)."""
        x0, y0 = self.points.min(axis=0)
        x1, y1 = self.points.max(axis=0)
        return float(x0), float(y0), float(x1), float(y1)

    @cached_property
    def contour(self) -> np.ndarray:
        """A dozen or so points of the path, float32 (n, 2), to measure distances by."""
        return self.points[:: max(len(self.points) // 12, 1)]


@dataclass(frozen=True, eq=False)
class Blob:
    """A connected piece of ink in an image, one pixel a unit.

    Attributes:
        mask: uint8 array of shape (height, width), 0 paper … 255 ink.
        origin: (x, y) of the mask's upper left corner.
    """

    mask: np.ndarray
    origin: tuple[float, float]

    @property
    def box(self) -> Box:
        """Bounding box (x0, y0, x1, y1)."""
        height, width = self.mask.shape
        x, y = self.origin
        return x, y, x + width, y + height

    @cached_property
    def contour(self) -> np.ndarray:
        """Points along the outer edge, float32 (n, 2), to measure distances by."""
        outlines, _ = cv2.findContours((self.mask > 0).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        points = np.concatenate(outlines).reshape(-1, 2).astype(np.float32)
        return points[:: max(len(points) // 40, 1)] + np.array(self.origin, np.float32)

    def part(self, pixels: np.ndarray) -> Blob:
        """Some of its pixels, of which there is one at least, as a blob no larger than they are.

        Args:
            pixels: bool, the shape of the mask.
        """
        ys, xs = np.nonzero(pixels)
        mask = np.where(pixels, self.mask, 0)[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
        x, y = self.origin
        return Blob(np.ascontiguousarray(mask), (x + float(xs.min()), y + float(ys.min())))


Piece = Stroke | Blob

_PEN_TO_REFERENCE = 0.07
"""Pen width of strokes, which have none of their own, as a share of the reference size: a fine felt pen."""


_SPECK = 0.15
"""Pieces below this share of the median size are dots and specks."""
_DOT = 0.2
"""Greatest side of a dot, in reference sizes: three in four points that people write are smaller."""
_DOT_PENS = 2.0
"""Blobs below this many pen widths are dots."""


def typical_size(boxes: np.ndarray, pen: float = 0.0) -> float:
    """Median of the larger sides of boxes (n, 4), without dots and specks; 1 where nothing has a size.

    Specks are told by the median itself, not by the largest piece: one long fraction bar or root would make
    every digit a speck.

    Args:
        boxes: of the pieces.
        pen: width of the lines that the boxes hold: what is hardly wider than a line is a dot. 0 for strokes, whose
            boxes are those of the pen's way alone.
    """
    sides = np.maximum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])
    sides = sides[sides > 0]
    if not len(sides):
        return 1.0
    lines = sides[sides >= _DOT_PENS * pen]
    sides = lines if len(lines) else sides
    return float(np.median(sides[sides >= _SPECK * np.median(sides)]))


@dataclass(frozen=True, eq=False)
class Ink:
    """All pieces of one drawing.

    Attributes:
        pieces: strokes in the order they were drawn, or blobs from left to right.
        pen: pen width in ink units; ``None`` where the pieces have none of their own.
        reference: the reference size where it is known from more ink than these pieces.
        origin: where (0, 0) of the pieces lies in the input's own coordinates.
        unit: length of one unit of the pieces in the input's own coordinates.
        siblings: groups of pieces that were cut from one connected piece.
        in_order: whether siblings follow from left to right, so that no symbol has two without those between.
        cells: the pieces of each cell, where every symbol has a cell of its own.
        numbers: the input's number of each piece, where some of the input are no pieces (empty strokes).
    """

    pieces: tuple[Piece, ...]
    pen: float | None = None
    reference: float | None = None
    origin: tuple[float, float] = (0.0, 0.0)
    unit: float = 1.0
    siblings: tuple[tuple[int, ...], ...] = ()
    in_order: bool = False
    cells: tuple[tuple[int, ...], ...] = ()
    numbers: tuple[int, ...] | None = None

    @property
    def online(self) -> bool:
        """Whether the pieces are strokes, so that their order is the order of writing."""
        return all(isinstance(piece, Stroke) for piece in self.pieces)

    @cached_property
    def boxes(self) -> np.ndarray:
        """Boxes of the pieces, float32 of shape (n, 4)."""
        return np.array([piece.box for piece in self.pieces], np.float32).reshape(-1, 4)

    @cached_property
    def way_boxes(self) -> np.ndarray:
        """Boxes of the pen's way, float32 of shape (n, 4): blobs' boxes without half a pen's width on each side."""
        boxes = self.boxes.copy()
        blobs = np.array([isinstance(piece, Blob) for piece in self.pieces], bool)
        low, high = boxes[:, :2], boxes[:, 2:]
        half = np.minimum(self.pen_width, high - low) / 2 * blobs[:, None]
        low += half
        high -= half
        return boxes

    @cached_property
    def dots(self) -> frozenset[int]:
        """The pieces that are dots; parts of a piece are none."""
        sides = (self.way_boxes[:, 2:] - self.way_boxes[:, :2]).max(1)
        return frozenset(np.flatnonzero(sides < _DOT * self.reference_size).tolist()).difference(*self.siblings)

    def dotted(self, groups: Sequence[Sequence[int]]) -> np.ndarray:
        """Which groups of pieces have a dot beside something else, bool (len(groups),)."""
        return np.array([len(group) > 1 and not self.dots.isdisjoint(group) for group in groups], bool)

    def connected(self, groups: Sequence[Sequence[int]]) -> np.ndarray:
        """(len(groups),): of how many strokes or connected pieces of the input each group has something."""
        came_from = {piece: siblings[0] for siblings in self.siblings for piece in siblings}
        return np.array([len({came_from.get(piece, piece) for piece in group}) for group in groups])

    def parts(self, groups: Sequence[Sequence[int]]) -> int:
        """In how many places some groups, which have all pieces, part connected pieces."""
        owners = {piece: k for k, group in enumerate(groups) for piece in group}
        return sum(len({owners[piece] for piece in siblings}) - 1 for siblings in self.siblings)

    @cached_property
    def reference_size(self) -> float:
        """Size of a typical symbol: the median of the pieces' larger sides, without dots and specks.

        All of an ink's geometry is measured in this unit, so that neither position nor scale of the
        drawing changes how it is read.
        """
        if self.reference is not None:
            return self.reference
        return typical_size(self.boxes, self.pen or 0.0)

    @cached_property
    def outline(self) -> tuple[Piece, ...]:
        """The pieces with strokes thinned out to the points that matter when drawn small.

        Ramer–Douglas–Peucker with a tolerance of 1.5 % of the reference size, less than half a network pixel.
        """
        tolerance = 0.015 * self.reference_size
        return tuple(
            Stroke(cv2.approxPolyDP(p.points.reshape(-1, 1, 2), tolerance, False).reshape(-1, 2))
            if isinstance(p, Stroke) and len(p.points) > 2
            else p
            for p in self.pieces
        )

    @property
    def pen_width(self) -> float:
        """Pen width in ink units."""
        return self.pen if self.pen is not None else _PEN_TO_REFERENCE * self.reference_size

    def input_box(self, box: Box) -> Box:
        """A box of the pieces' plane in the input's own coordinates."""
        (ox, oy), unit = self.origin, self.unit
        return box[0] * unit + ox, box[1] * unit + oy, box[2] * unit + ox, box[3] * unit + oy

    def box_of(self, group: Sequence[int]) -> Box:
        """Bounding box of some pieces, by index."""
        boxes = self.boxes[list(group)]
        x0, y0 = boxes[:, :2].min(axis=0)
        x1, y1 = boxes[:, 2:].max(axis=0)
        return float(x0), float(y0), float(x1), float(y1)


def parted(
    ink: Ink, chosen: Collection[int], part: Callable[[Blob, float], Sequence[Piece]], in_order: bool = False
) -> Ink:
    """The same ink with some of its blobs in parts, from left to right; the parts of each are siblings.

    Args:
        ink: whose size stays what it was: parts of a letter are smaller than the letter.
        chosen: indices of the pieces that are parted; strokes stay whole.
        part: parts a blob drawn with a pen of some width; gives it alone where it stays whole.
        in_order: whether the parts follow from left to right.
    """
    parts = [
        part(piece, ink.pen_width) if i in chosen and isinstance(piece, Blob) else [piece]
        for i, piece in enumerate(ink.pieces)
    ]
    pieces = sorted(
        ((part, i, k) for i, found in enumerate(parts) for k, part in enumerate(found)), key=lambda p: p[0].box[0]
    )
    families: dict[int, list[tuple[int, int]]] = {}
    for place, (_, i, k) in enumerate(pieces):
        families.setdefault(i, []).append((k, place))
    siblings = tuple(tuple(place for _, place in sorted(f)) for f in families.values() if len(f) > 1)
    return replace(
        ink, pieces=tuple(p[0] for p in pieces), siblings=siblings, in_order=in_order, reference=ink.reference_size
    )
