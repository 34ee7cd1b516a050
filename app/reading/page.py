"""A photograph or drawing of ink on some ground to :class:`models.ink.Ink`.

Light is evened out against the ground around every pixel, ink is what is clearly darker (hysteresis, after
Canny), and each connected piece keeps its own grey levels as coverage.
"""

from __future__ import annotations

from functools import cache
from itertools import compress

import cv2
import numpy as np

from app.reading.candidates import box_gaps
from app.reading.cells import cells_of
from app.reading.darkness import darkness_of
from app.reading.errors import ReadingError
from app.reading.grain import without_grain
from app.reading.paper_rules import find_paper_rules, without_paper_rules
from models.ink import Blob, Ink, typical_size

_WORKING_SIDE = 1600
"""Larger images are shrunk to this: a line of writing needs no more."""
_SMALL_SIDE = 500
"""Smaller images are enlarged towards this, so that thin lines have an inside."""
_THINNEST = 3.0
"""Width in pixels of the thinnest pen whose dots are told from specks."""
_FAR = 3.0
"""Distance from all other ink from which what fills a corner of the picture is none, in reference sizes."""
_FAINT_SHADE, _COMPACT, _THICK_SHADE = 153, 0.25, 4.0
"""Coverage below which what touches the picture's edge is none of a pen's, if it is as thick in lengths of its own, or
in pens."""
_DUST = ((0.5, 4), (0.7, 6))
"""Sizes in squares of the pen's width, and how many blobs as small tell of dust: of taps drawn with a round pen hardly
any is smaller than the one, and three at the most are smaller than the other."""
_SPECK = 1.2
"""Size below which nothing is a dot then."""
_LEAST_CONTRAST = 18
"""Grey levels between ink and ground below which there is no ink."""
_FAINTEST_RULE = 0.6
"""Darkness of the lines of ruled paper that are looked for, as a share of what may be ink."""


def ink_coverage(gray: np.ndarray) -> np.ndarray:
    """How much of each pixel is ink.

    Args:
        gray: (height, width) uint8, dark ink on a light ground.

    Returns:
        (height, width) uint8: 0 paper … 255 ink, exactly 0 off the ink.
    """
    darkness = np.clip(darkness_of(gray), 0, 255)
    noise = float(np.median(np.abs(darkness - np.median(darkness)))) * 1.4826
    levels = darkness[darkness > max(_LEAST_CONTRAST, 4 * noise)].astype(np.uint8)
    if levels.size < 4:
        return np.zeros_like(gray)
    split, _ = cv2.threshold(levels.reshape(-1, 1), 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    strong = float(np.median(levels[levels >= split]))
    high, low = max(0.55 * strong, _LEAST_CONTRAST, 4 * noise), max(0.32 * strong, 0.7 * _LEAST_CONTRAST, 2.5 * noise)
    mask = (darkness >= low).astype(np.uint8)
    if rules := find_paper_rules(darkness, _FAINTEST_RULE * low, strong, of_rows=False):
        mask = without_paper_rules(mask, darkness, rules)
        mask = without_paper_rules(mask, darkness, rules, pen_width(255 * mask))
    _, pieces = cv2.connectedComponents(mask, connectivity=8)
    sure = np.zeros(pieces.max() + 1, bool)
    sure[pieces[(darkness >= high) & (mask > 0)]] = True
    sure[0] = False
    coverage = np.clip((darkness - 0.5 * low) / max(strong - 0.5 * low, 1) * 255, 0, 255)
    return np.where(sure[pieces], np.maximum(coverage, 1), 0).astype(np.uint8)


def pen_width(coverage: np.ndarray) -> float:
    """Typical line width of ink in pixels: area over length of the middle line, from the distance transform."""
    mask = (coverage > 100).astype(np.uint8)
    if not mask.any():
        mask = (coverage > 0).astype(np.uint8)
    distance = cv2.distanceTransform(mask, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    ridge = (distance > 0) & (distance >= cv2.dilate(distance, np.ones((3, 3), np.uint8)))
    return float(max(2 * np.median(distance[ridge]) - 1, 1)) if ridge.any() else 1.0


def _working_scale(gray: np.ndarray) -> float:
    side = max(gray.shape)
    if side > _WORKING_SIDE:
        return _WORKING_SIDE / side
    return min(_SMALL_SIDE / side, 3.0) if side < _SMALL_SIDE else 1.0


def ink_from_image(gray: np.ndarray, max_pieces: int = 400) -> Ink:
    """The pieces of ink in an image of one expression, from left to right.

    Args:
        gray: (height, width) uint8, dark ink on a light ground.
        max_pieces: most connected pieces that are accepted: time and memory of a reading grow with them.

    Returns:
        Ink of blobs; one unit is a pixel of the *working* image, ``Ink.unit`` input pixels wide.

    Raises:
        ReadingError: ``no_ink``, or ``too_much_ink`` of a page of text or a landscape.
    """
    gray = without_grain(gray)
    scale = _working_scale(gray)
    if scale != 1:
        gray = cv2.resize(
            gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        )
    coverage = ink_coverage(gray)
    pen = pen_width(coverage)
    found = [b for b in connected_blobs(coverage) if _is_inside(b, gray.shape) and not _is_shade(b, gray.shape, pen)]
    found = _without_dust(sorted(found, key=lambda b: b.box[0]), pen)
    blobs = _without_specks(found, pen)
    if not blobs:
        raise ReadingError("no_ink", "There is no ink to read.")
    if len(blobs) > max_pieces:
        raise ReadingError("too_much_ink", f"The image has {len(blobs)} pieces of ink, not one expression.")
    cells = _cells(blobs, gray.shape)
    if not cells and len(found) == len(blobs) + 1 and (cells := _cells(found, gray.shape)):
        # The only speck has a cell to itself: a sign that was made with a tap of the pen.
        blobs = found
    if not cells:
        blobs = _on_paper(blobs, gray.shape)
    return Ink(tuple(blobs), pen=pen, unit=1 / scale, cells=cells)


def _cells(blobs: list[Blob], shape: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    height, width = shape
    return cells_of(np.array([b.box for b in blobs]), width, height)


def connected_blobs(coverage: np.ndarray) -> list[Blob]:
    """The connected pieces of a coverage image."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats((coverage > 0).astype(np.uint8), connectivity=8)
    blobs = []
    for i in range(1, count):
        x, y, w, h, _area = stats[i]
        part = np.where(labels[y : y + h, x : x + w] == i, coverage[y : y + h, x : x + w], 0)
        blobs.append(Blob(part, (float(x), float(y))))
    return blobs


def _without_dust(blobs: list[Blob], pen: float) -> list[Blob]:
    """The blobs but for the smallest, where there are more of these than dots in any expression: what is left of the
    paper's grain by a scanner that knows black and white alone."""
    sizes = np.array([np.count_nonzero(b.mask > 100) for b in blobs]) / (pen * pen)
    if all((sizes < size).sum() < most for size, most in _DUST):
        return blobs
    return list(compress(blobs, sizes >= _SPECK))


def _without_specks(blobs: list[Blob], pen: float) -> list[Blob]:
    """What is as large as a dot of the pen, or of the pen that drew what stands nearest: some write with two."""
    is_large = [_is_dot(b, pen) for b in blobs]
    large = list(compress(blobs, is_large))
    if not large or all(is_large):
        return large
    boxes = np.array([b.box for b in large])

    @cache
    def pen_of(number: int) -> float:
        # A mask ends where its ink does: without paper around it a straight bar would be as thick as it is long.
        return max(pen_width(np.pad(large[number].mask, 1)), _THINNEST)

    def is_dot_of_nearest(speck: Blob) -> bool:
        return _is_dot(speck, pen_of(int(box_gaps(np.array([speck.box]), boxes)[0].argmin())))

    return [b for b, plainly in zip(blobs, is_large, strict=True) if plainly or is_dot_of_nearest(b)]


def _is_dot(blob: Blob, pen: float) -> bool:
    """Whether a blob is as large as a dot of a pen."""
    x0, y0, x1, y1 = blob.box
    return float((blob.mask > 100).sum()) >= 0.3 * pen * pen and max(x1 - x0, y1 - y0) >= 0.9 * pen


def _is_inside(blob: Blob, shape: tuple[int, ...]) -> bool:
    """Not the dark edge of the paper or table."""
    x0, y0, x1, y1 = blob.box
    height, width = shape
    beside = (x0 <= 0) + (x1 >= width)
    above_or_below = (y0 <= 0) + (y1 >= height)
    along = (beside and y1 - y0 > 0.9 * height) or (above_or_below and x1 - x0 > 0.9 * width)
    return not along and beside + above_or_below < 3


def _is_shade(blob: Blob, shape: tuple[int, ...], pen: float) -> bool:
    """Whether a blob at the picture's edge is what a shadow leaves there: faint, and no line of a pen."""
    x0, y0, x1, y1 = blob.box
    height, width = shape
    if x0 > 0 and y0 > 0 and x1 < width and y1 < height:
        return False
    mask = (blob.mask > 0).astype(np.uint8)
    thick = 2 * float(cv2.distanceTransform(np.pad(mask, 1), cv2.DIST_L2, cv2.DIST_MASK_3).max())
    no_line = thick > min(_COMPACT * max(x1 - x0, y1 - y0), _THICK_SHADE * pen)
    return bool(no_line and np.median(blob.mask[blob.mask > 0]) < _FAINT_SHADE)


def _on_paper(blobs: list[Blob], shape: tuple[int, ...]) -> list[Blob]:
    """Without what fills a corner of the picture far from all else: the table."""
    boxes, height, width = np.array([b.box for b in blobs]), *shape
    beside = (boxes[:, 0] <= 0) | (boxes[:, 2] >= width)
    in_corner = beside & ((boxes[:, 1] <= 0) | (boxes[:, 3] >= height))
    if in_corner.all() or not in_corner.any():
        return blobs
    others = boxes[~in_corner]
    is_table = in_corner.copy()
    is_table[in_corner] = box_gaps(boxes[in_corner], others).min(1) > _FAR * typical_size(others)
    return [blob for blob, out in zip(blobs, is_table, strict=True) if not out]
