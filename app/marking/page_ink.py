"""The ink of a whole page, where bold print, faint pencil and the back's show-through stand side by side.

One threshold for a page would lose the pencil or keep the show-through, so every pixel is compared with the
strongest ink within a pen's width of it, and every connected piece is then judged by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from app.reading.darkness import darkness_of
from app.reading.paper_rules import find_paper_rules, without_paper_rules
from models.ink import Blob

_PAGE_SIDE = 2400
"""Larger photographs are shrunk to this: print of a full page is then some 40 pixels high."""
_LINE_SIDE = 700
"""Smaller images are enlarged towards this, at most threefold."""
_LEAST_DARKNESS = 5.0
"""Darkness (0 paper … 255) below which nothing is ink, however smooth the paper."""
_SHARE_OF_PEAK = 0.35
"""Ink is what has this share of the darkness of the strongest ink near it: the half-way line of a blurred edge."""
_SHARE_OF_SURROUNDINGS = 0.15
"""Least darkness of a piece relative to the strongest ink within a symbol of it: below are a lossy file's ripples."""
_FINEST = 0.2
"""Standard deviation of the smoothing before valleys are sought, in pen widths."""
_VALLEY = 0.02
"""Least convexity of a valley, as a share of the darkness of the strokes beside it."""
_HOLLOW = 0.06
"""The same of the hollow inside a piece."""
_SOLID, _ON_AVERAGE, _LONG = 4.0, 2.0, 5.0
"""Thickness in typical pen widths of what is filled, no stroke, at the most and on average, and its larger side in such
thicknesses, at the least: digits of a felt pen are not as long."""
_TABLE = 0.1
"""Share of a picture that has no strokes but the lines of a table."""
_DUST, _SPECK = 0.6, 1.2
"""Sizes in squares of the pen's width: no pen has left what is smaller than the one; where there is much of that, what
is smaller than the other is no point."""
_MUCH_DUST = 20
"""Pieces of dust that may be bits of strokes."""
_BAR, _RULE = 10, 15
"""Least length of a fraction's bar and of a rule that are parted from what touches them, in pen widths."""
_LONGER, _STANDS_OUT = 1.1, 0.06
"""How much longer than a number's height its fraction's bar is, and how far it stands out of it, in its own length."""
_MOST_PIECES = 6000
"""More connected pieces than any page of writing has."""
_SHARE_OF_PAGE = 0.16
"""Least darkness of a piece relative to the page's ink: faint pencil has 0.2 of print's, show-through under 0.15."""


@dataclass(frozen=True, eq=False)
class Piece:
    """A connected piece of ink.

    Attributes:
        blob: its pixels.
        darkness: its typical darkness, 0 paper … 255 black.
    """

    blob: Blob
    darkness: float


@dataclass(frozen=True, eq=False)
class PageInk:
    """The ink of a page.

    Attributes:
        pieces: from left to right.
        pen: its pen width in pixels.
        darkness: (height, width) float32, how much darker than the paper each pixel is: 0 paper … 255 black.
        rules_skew: by how many degrees the paper's lines fall to the right; ``None`` where it has none.
    """

    pieces: tuple[Piece, ...]
    pen: float
    darkness: np.ndarray
    rules_skew: float | None = None


def working_scale(width: int, height: int) -> float:
    """By how much an image is resized before its ink is sought."""
    side = max(width, height)
    if side > _PAGE_SIDE:
        return _PAGE_SIDE / side
    return min(max(_LINE_SIDE / side, 1.0), 3.0)


def _noise(darkness: np.ndarray) -> float:
    """Standard deviation of the paper's grain, from the median of its size: robust against ink."""
    return 1.4826 * float(np.median(np.abs(darkness[::2, ::2])))


def page_ink(gray: np.ndarray) -> PageInk:
    """The pieces of ink of a page that has been brought to its working scale.

    Args:
        gray: (height, width) uint8, dark ink on a light ground.

    Returns:
        The pieces from left to right; none on blank paper.
    """
    darkness = cv2.GaussianBlur(darkness_of(gray), (0, 0), 0.8)
    strong = _strong(darkness)
    floor = max(_LEAST_DARKNESS, 4 * _noise(darkness), 0.5 * _SHARE_OF_PAGE * strong)
    rules = find_paper_rules(darkness, floor, strong)
    pen = _pen(without_paper_rules((darkness > 0.4 * strong).astype(np.uint8), darkness, rules))
    surroundings = _largest_within(darkness, 4 * pen)
    peak = _largest_within(darkness, 1.5 * pen)
    threshold = _SHARE_OF_PEAK * peak
    np.maximum(threshold, 0.6 * _SHARE_OF_SURROUNDINGS * surroundings, out=threshold)
    mask = without_paper_rules((darkness > np.maximum(floor, threshold)).astype(np.uint8), darkness, rules, pen)
    mask = _parted(mask, darkness, peak, pen)
    pieces = [
        p
        for p in _pieces(darkness, mask, surroundings, 0.25 * pen * pen)
        if p.darkness > max(1.5 * floor, _SHARE_OF_PAGE * strong) and _is_ink(p, pen, strong, gray.shape)
    ]
    return PageInk(split_rules(tuple(_without_specks(pieces, pen)), pen), pen, darkness, rules and rules.skew)


def _strong(darkness: np.ndarray) -> float:
    """Typical darkness of the page's ink: the median of the upper of Otsu's two classes."""
    levels = darkness[::2, ::2]
    levels = np.clip(levels[levels > _LEAST_DARKNESS], 0, 255).astype(np.uint8)
    if levels.size < 4:
        return _LEAST_DARKNESS
    split, _ = cv2.threshold(levels.reshape(-1, 1), 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    return float(np.median(levels[levels >= split]))


def _pen(mask: np.ndarray) -> float:
    """Line width of the ink in pixels: median over larger pieces of twice area over outline."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    x, y, wide, high, areas = stats[1:].T
    height, width = mask.shape
    at_border = (x == 0) | (y == 0) | (x + wide == width) | (y + high == height)
    areas = np.where(at_border & ((wide > 0.4 * width) | (high > 0.4 * height)), 0, areas)  # a table's dark edge
    if not areas.any():
        return 1.0
    inside = cv2.erode(mask.astype(np.uint8), np.ones((3, 3), np.uint8))
    outlines = np.maximum(areas - np.bincount(labels[inside > 0], minlength=len(areas) + 1)[1:], 1)
    widths = 2 * areas / outlines
    # A heading's dark bar, or a table's dark cells, may have more ink than all writing.
    small = wide * high < _TABLE * width * height
    counted = outlines * small
    usual = float(np.median(widths[_most_of(counted if counted.any() else outlines)]))
    thick = 2 * cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 3)
    filled = np.unique(labels[thick > _SOLID * usual])
    filled = filled[filled > 0] - 1
    long = np.maximum(wide, high)[filled] > _LONG * _SOLID * usual
    strokes = areas * small
    strokes[filled[long & (widths[filled] > _ON_AVERAGE * usual)]] = 0
    return float(np.median(widths[_most_of(strokes if strokes.any() else areas)]))


def _most_of(sizes: np.ndarray) -> np.ndarray:
    """Which are not much smaller than the one that is reached when half of all is counted, the largest first."""
    order = np.sort(sizes)[::-1]
    return sizes >= max(0.1 * order[np.searchsorted(np.cumsum(order), 0.5 * order.sum())], 1)


def _parted(mask: np.ndarray, darkness: np.ndarray, peak: np.ndarray, pen: float) -> np.ndarray:
    """Ink without the valleys between strokes that a blur has run together: the bars of =, neighbouring digits.

    In a valley darkness is convex across the strokes: its Laplacian is positive there, as it is outside every edge
    (Marr and Hildreth, 1980). Along a stroke that only grows faint it stays negative, so strokes do not break.

    Args:
        mask: (height, width) uint8, 1 where there is ink.
        darkness: of the same pixels.
        peak: the strongest ink near each.
        pen: line width in pixels.
    """
    sigma = max(_FINEST * pen, 0.7)
    convexity = sigma * sigma * cv2.Laplacian(cv2.GaussianBlur(darkness, (0, 0), sigma), cv2.CV_32F, ksize=1)
    # Few pixels are inked, of a page of millions: they alone are looked at.
    inked = np.flatnonzero(mask)
    ripple, strength = convexity.ravel()[inked], peak.ravel()[inked]
    sure = np.zeros_like(mask)
    sure.ravel()[inked[ripple < _VALLEY * strength]] = 1
    count, labels, stats, _ = cv2.connectedComponentsWithStats(sure, connectivity=8)
    if count > 2**16:
        return mask
    keep = stats[:, cv2.CC_STAT_AREA] >= 0.5 * pen * pen
    keep[0] = False
    own = np.where(keep, np.arange(count), 0).astype(np.uint16)[labels.ravel()[inked]]
    height, width = mask.shape
    wide = width + 2
    flat = np.zeros((height + 2) * wide, np.uint16)  # with a frame, so that every pixel has neighbours
    framed = inked + 2 * (inked // width) + wide + 1
    flat[framed] = own
    rest = framed[own == 0]
    around = np.array([-wide - 1, -wide, -wide + 1, -1, 0, 1, wide - 1, wide, wide + 1])

    def neighbours(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        most, least = np.zeros(len(pixels), np.uint16), np.full(len(pixels), 2**16 - 1, np.uint16)
        for step in around:
            found = flat[pixels + step]
            np.maximum(most, found, out=most)
            np.minimum(least, found - 1, out=least)  # what is no piece becomes the largest number
        return most, least + 1

    # What was shaved off goes back, but for pixels between two pieces.
    left = rest
    for _ in range(round(pen / 2) + 1):
        most, least = neighbours(left)
        goes_back = (most == least) & (most > 0)
        flat[left[goes_back]] = most[goes_back]
        left = left[~goes_back]
    most, least = neighbours(rest)
    parted = mask.copy()
    parted.ravel()[inked[own == 0][(most != least) & (most > 0)]] = 0
    parted.ravel()[inked[ripple > _HOLLOW * strength]] = 0
    return parted


def _largest_within(values: np.ndarray, radius: float) -> np.ndarray:
    """The largest of the values within a square of half-side ``radius`` pixels around each pixel."""
    side = 2 * max(round(radius), 1) + 1
    return cv2.dilate(values, np.ones((side, side), np.uint8))


def _pieces(darkness: np.ndarray, mask: np.ndarray, surroundings: np.ndarray, least: float) -> list[Piece]:
    """The connected pieces of at least so many pixels; none of a picture that is all grain."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    large = np.nonzero(stats[1:, cv2.CC_STAT_AREA] >= max(least, 4))[0] + 1
    if len(large) > _MOST_PIECES:
        return []
    pieces = []
    for i in large:
        x, y, w, h, _ = stats[i]
        inside = labels[y : y + h, x : x + w] == i
        values = darkness[y : y + h, x : x + w]
        inked = values[inside]
        typical = float(np.partition(inked, at := int(0.7 * (len(inked) - 1)))[at])
        if typical < _SHARE_OF_SURROUNDINGS * surroundings[y + h // 2, x + w // 2]:
            continue
        # Full coverage at the piece's own darkness: pencil and print reach the network alike.
        coverage = np.clip(values * (255 / typical), 1, 255)
        pieces.append(Piece(Blob(np.where(inside, coverage, 0).astype(np.uint8), (float(x), float(y))), typical))
    return pieces


def _is_ink(piece: Piece, pen: float, strong: float, shape: tuple[int, ...]) -> bool:
    """Neither a speck, nor a patch of shadow, nor the dark edge of the paper or table."""
    x0, y0, x1, y1 = piece.blob.box
    mask = piece.blob.mask > 0
    if max(x1 - x0, y1 - y0) < 0.8 * pen:
        return False
    height, width = shape
    on_side, on_end = min(x0, width - x1) <= 0, min(y0, height - y1) <= 0
    faint = piece.darkness < 0.3 * strong
    if not (faint or on_side or on_end):
        return True
    thickness = 2 * cv2.distanceTransform(np.pad(mask.astype(np.uint8), 1), cv2.DIST_L2, 3).max()
    if faint and thickness > 3 * pen:
        return False
    # What is cut off by the picture's side to a sliver is the edge of the paper, or nothing that can be read.
    sliver = x1 - x0 < 0.3 * (y1 - y0) and y1 - y0 > 4 * pen
    along_side = on_side and (sliver or y1 - y0 > 0.85 * height or thickness > 4 * pen)
    along_end = on_end and (x1 - x0 > 0.4 * width or thickness > 4 * pen)
    return not along_side and not along_end


def _without_specks(pieces: list[Piece], pen: float) -> list[Piece]:
    """The pieces but for the smallest, where there is dust all over: what a scanner that knows black and white alone
    makes of the paper's grain."""
    sizes = np.array([cv2.countNonZero(p.blob.mask) for p in pieces]) / (pen * pen)
    if (sizes < _DUST).sum() < max(_MUCH_DUST, 0.5 * (sizes > _SPECK).sum()):
        return pieces
    return [p for p, size in zip(pieces, sizes, strict=True) if size >= _SPECK]


def split_rules(pieces: tuple[Piece, ...], pen: float) -> tuple[Piece, ...]:
    """The pieces with long flat lines parted from what touches them, as a + may touch the rule under it."""
    boxes = np.array([p.blob.box for p in pieces]).reshape(-1, 4)
    flat = boxes[boxes[:, 3] - boxes[:, 1] < np.minimum(4 * pen, 0.2 * (boxes[:, 2] - boxes[:, 0]))]
    parted: list[Piece] = []
    for piece in pieces:
        # Over a line of the paper's own, what looks like one are the feet of digits that touch.
        parted += [piece] if _stands_on_line(piece, flat, pen) else split_rule(piece, pen)
    return tuple(sorted(parted, key=lambda p: p.blob.box[0]))


def _stands_on_line(piece: Piece, flat: np.ndarray, pen: float) -> bool:
    """Whether one of the flat pieces' boxes lies right under a piece, and as far from left to right."""
    x0, _, x1, y1 = piece.blob.box
    near = (np.abs(flat[:, 1] - y1) < 4 * pen) & (flat[:, 3] > y1)
    return bool((near & (flat[:, 0] < x0 + 2 * pen) & (flat[:, 2] > x1 - 2 * pen)).any())


def split_rule(piece: Piece, pen: float, is_bar: bool = False) -> list[Piece]:
    """One piece, or a rule and the pieces that touched it.

    Args:
        piece: connected ink.
        pen: line width in pixels.
        is_bar: whether a fraction's bar is looked for, which is shorter.
    """
    mask = (piece.blob.mask > 0).astype(np.uint8)
    height, width = mask.shape
    if width < (_BAR if is_bar else _RULE) * pen or height < 4 * pen:
        return [piece]
    inked = mask.sum(0)
    thin = (inked > 0) & (inked <= 2.2 * pen)
    thin &= (mask[1:] > mask[:-1]).sum(0) + mask[0] == 1  # a single run of ink
    if thin.sum() < (0.2 if is_bar else 0.35) * width:
        return [piece]
    x = np.nonzero(thin)[0]
    y = (mask * np.arange(height)[:, None]).sum(0)[x] / inked[x]
    for _ in range(4):  # a robust parabola, of a short bar a line: the thin parts of other strokes fall out
        curve = np.polyfit(x, y, 1 if is_bar else 2)
        off = np.abs(np.polyval(curve, x) - y)
        keep = off <= max(1.5 * np.median(off), 0.8 * pen)
        x, y = x[keep], y[keep]
        if len(x) < (0.15 if is_bar else 0.3) * width:
            return [piece]
    middle = np.polyval(curve, np.arange(width))
    rows = np.arange(height)[:, None]
    on_rule = (np.abs(rows - middle[None]) <= 1.1 * pen) & (mask > 0)
    if on_rule.any(0).mean() < (0.95 if is_bar else 0.85):
        return [piece]
    rest = mask.astype(bool) & ~on_rule
    count, labels, stats, _ = cv2.connectedComponentsWithStats(rest.astype(np.uint8), connectivity=8)
    parts = [on_rule]
    for i in range(1, count):
        x0, _, wide, high, _ = stats[i]
        if max(wide, high) <= 2.5 * pen:
            parts[0] = parts[0] | (labels == i)
            continue
        # The foot of a 2 and the bars of 4, 5 and 7 are no longer than their digit, or end with it.
        free = min(x0, width - x0 - wide)
        if is_bar and (high > width / _LONGER or free < _STANDS_OUT * width):
            return [piece]
        parts.append(labels == i)
    return [cropped(piece, part) for part in parts] if len(parts) > 1 else [piece]


def erased(darkness: np.ndarray, pieces: Sequence[Piece], pen: float, kept: Sequence[Piece] = ()) -> np.ndarray:
    """The darkness of a page without some pieces and the blur around them, but for what others have there; the page's
    own if there are none."""
    if not pieces:
        return darkness
    cleaned = darkness.copy()
    margin = max(round(pen), 2)
    for piece in pieces:
        rows, columns, near = _near(piece, margin, darkness.shape)
        cleaned[rows, columns][near] = 0
    for piece in kept:
        rows, columns, near = _near(piece, 1, darkness.shape)
        cleaned[rows, columns][near] = darkness[rows, columns][near]
    return cleaned


def _near(piece: Piece, margin: int, shape: tuple[int, ...]) -> tuple[slice, slice, np.ndarray]:
    """The rows and columns of a page that a piece is near to, by so many pixels, and which pixels there are."""
    x, y = (int(v) for v in piece.blob.origin)
    around = np.ones((2 * margin + 1, 2 * margin + 1), np.uint8)
    near = cv2.dilate(np.pad((piece.blob.mask > 0).astype(np.uint8), margin), around) > 0
    top, left = max(margin - y, 0), max(margin - x, 0)
    near = near[top : shape[0] - y + margin, left : shape[1] - x + margin]
    first, leftmost = max(y - margin, 0), max(x - margin, 0)
    return slice(first, first + near.shape[0]), slice(leftmost, leftmost + near.shape[1]), near


def together(pieces: Sequence[Piece]) -> Piece:
    """Pieces of which there is one at least, as one that need not be connected."""
    boxes = np.array([p.blob.box for p in pieces]).astype(int)
    (x0, y0), (x1, y1) = boxes[:, :2].min(0), boxes[:, 2:].max(0)
    mask = np.zeros((y1 - y0, x1 - x0), np.uint8)
    for piece, (left, top, right, foot) in zip(pieces, boxes - (x0, y0, x0, y0), strict=True):
        place = mask[top:foot, left:right]
        np.maximum(place, piece.blob.mask, out=place)
    return Piece(Blob(mask, (float(x0), float(y0))), float(np.median([p.darkness for p in pieces])))


def large_parts(mask: np.ndarray, least: float) -> list[np.ndarray]:
    """The connected parts of a mask, each a mask itself, whose larger side has more than ``least`` pixels."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    sides = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(1)
    return [labels == i for i in range(1, count) if sides[i] > least]


def split_off(piece: Piece, parts: Sequence[np.ndarray]) -> tuple[Piece | None, list[Piece]]:
    """What is left of a piece without some parts of its mask, ``None`` if that is nothing, and these parts."""
    rest = (piece.blob.mask > 0) & ~np.any([np.zeros(piece.blob.mask.shape, bool), *parts], axis=0)
    return cropped(piece, rest) if rest.any() else None, [cropped(piece, part) for part in parts]


def cropped(piece: Piece, part: np.ndarray) -> Piece:
    """The pixels of a piece that ``part`` (bool, the shape of its mask) has."""
    return Piece(piece.blob.part(part), piece.darkness)
