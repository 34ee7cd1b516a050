"""The sheet of paper in a photograph, turned and straightened, at the scale its ink is read at."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from app.marking.blurred import part_blocks
from app.marking.layout import symbol_height
from app.marking.page_ink import PageInk, page_ink, working_scale
from app.reading.darkness import shrunk
from app.reading.skew import skew_of
from models.ink import Box

_SEARCH_SIDE = 480
_LEAST_SHARE = 0.25
"""Least share of the picture that a sheet covers."""
_LEAST_PIXELS = 50_000
"""Pixels of a photograph of a sheet on something else; what is smaller was cut out, and has shadows for edges."""
_LEVELS = (1.0, 0.88, 0.76, 0.64)
"""Shares of the brightness between paper and background that are tried: a shadow may be as dark as a table."""
_BESIDE = 0.02
"""How far off a side, in lengths of the picture, brightness within and beyond it is compared."""
_DARKER = 0.1
"""By what share it is darker beyond the edge of a sheet at the least …"""
_MOST_OF_SIDE = 0.75
"""… along this share of a side."""
_LEAST_SLANT = 0.02
"""How far its corners are off a rectangle, as a share of its sides, …"""
_SIDES_SEEN = 3
"""… or how many of its sides are in the picture, for a light area to be a sheet."""
_INK = 0.15
"""How much darker than the paper ink is at the least, as a share, …"""
_WRITTEN_ON = 0.3
"""… and how densely it stands beyond the edges, of how densely within, from which what lies there is paper too."""
_EDGE = 8
"""Pixels on either side of an edge that are left out of that, for they are dark with it."""
_INSET = 0.008
"""The sheet's edges are left out by this share of the way to its middle: what lies beyond is dark."""
_PLAINLY = 2.0
"""How much sharper the profile of rows is than that of the picture as it is, where it is turned …"""
_LEAST_SKEW = 2.0
"""… by so many degrees at the least: rows find their own slope, sums in columns bear as much."""
_THICK_PEN = 7.0
_BEST_PEN = 5.5
"""Pen width in pixels that a page is shrunk to: larger ink only shows the paper's grain."""


@dataclass(frozen=True, eq=False)
class Sheet:
    """A page to read.

    Attributes:
        ink: its ink.
        gray: (height, width) uint8, what the ink was found in.
        to_photo: (3, 3) homography from its pixels to the photograph's.
        rotation: by how many degrees the photograph was turned clockwise to have the writing upright.
    """

    ink: PageInk
    gray: np.ndarray
    to_photo: np.ndarray
    rotation: int

    def photo_box(self, box: Box) -> Box:
        """The upright box around a box of the sheet, in the photograph's pixels."""
        x0, y0, x1, y1 = box
        corners = np.array([[[x0, y0], [x1, y0], [x1, y1], [x0, y1]]], np.float64)
        moved = cv2.perspectiveTransform(corners, self.to_photo)[0]
        return (*moved.min(0).tolist(), *moved.max(0).tolist())


def straighten(photo: np.ndarray, rotation: int = 0) -> Sheet:
    """The sheet in a photograph.

    Args:
        photo: (height, width) uint8, dark ink on a light ground.
        rotation: degrees clockwise to turn it by: 0, 90, 180 or 270.
    """
    height, width = photo.shape
    corners = find_sheet(photo) if photo.size >= _LEAST_PIXELS else None
    if corners is None:
        corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    corners = np.roll(corners, rotation // 90, axis=0)  # the corner that comes to the upper left is first
    wide, high = _size(corners)
    scale = working_scale(round(wide), round(high))
    wide, high = wide * scale, high * scale
    gray, to_photo = _rectified(photo, corners, wide, high)
    ink = page_ink(gray)
    skew = _plain_skew(ink)
    if skew:
        levelled = _levelled(gray.shape, skew)
        corners = cv2.perspectiveTransform(levelled[None], to_photo)[0]
        wide, high = _size(levelled)
    shrink = _BEST_PEN / ink.pen if ink.pen > _THICK_PEN else 1.0
    if skew or shrink < 1:
        gray, to_photo = _rectified(photo, corners, wide * shrink, high * shrink)
        ink = page_ink(gray)
    return Sheet(replace(ink, pieces=part_blocks(ink.pieces, ink.pen)), gray, to_photo, rotation)


def _plain_skew(ink: PageInk) -> float:
    """The angle by which the rows of a page fall to the right, in degrees; 0 where it is small or not plain."""
    if ink.rules_skew is not None:
        degrees, plainly = ink.rules_skew, True
    elif ink.pieces:
        degrees, sharper = skew_of([p.blob for p in ink.pieces], symbol_height(ink))
        plainly = sharper >= _PLAINLY
    else:
        return 0.0
    return degrees if plainly and abs(degrees) >= _LEAST_SKEW else 0.0


def _size(corners: np.ndarray) -> tuple[float, float]:
    """Width and height of a quadrilateral, of opposite sides the longer."""
    sides = np.linalg.norm(corners - np.roll(corners, -1, axis=0), axis=1)
    return max(sides[0], sides[2]), max(sides[1], sides[3])


def _levelled(shape: tuple[int, ...], skew: float) -> np.ndarray:
    """The corners (4, 2), clockwise, of what holds a whole sheet when rows that fall by ``skew`` degrees are level."""
    height, width = shape
    turn = np.radians(skew)
    along, down = np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])
    wide = width * np.cos(turn) + height * abs(np.sin(turn))
    high = height * np.cos(turn) + width * abs(np.sin(turn))
    middle = np.array([width / 2, height / 2])
    signs = ((-1, -1), (1, -1), (1, 1), (-1, 1))
    return np.array([middle + (x * wide * along + y * high * down) / 2 for x, y in signs])


def _rectified(photo: np.ndarray, corners: np.ndarray, wide: float, high: float) -> tuple[np.ndarray, np.ndarray]:
    """The quadrilateral of a photograph as a rectangle, and the homography back."""
    width, height = max(round(wide), 1), max(round(high), 1)
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    to_photo = cv2.getPerspectiveTransform(target, corners.astype(np.float32))
    shrink = np.sqrt(cv2.contourArea(corners.astype(np.float32)) / (width * height))
    if shrink > 1.2:
        # Averaged first: a warp alone would skip pixels, and thin lines with them.
        small = shrunk(photo, 1 / shrink)
        ratio = np.array([small.shape[1] / photo.shape[1], small.shape[0] / photo.shape[0], 1])
        photo, from_sheet = small, np.diag(ratio) @ to_photo
    else:
        from_sheet = to_photo
    flags = cv2.WARP_INVERSE_MAP | (cv2.INTER_CUBIC if shrink < 0.9 else cv2.INTER_LINEAR)
    # WARP_INVERSE_MAP takes the map from the result to the source, between pixel centres.
    half = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
    between_centres = np.linalg.inv(half) @ from_sheet @ half
    gray = cv2.warpPerspective(photo, between_centres, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return gray, to_photo


def find_sheet(photo: np.ndarray) -> np.ndarray | None:
    """The corners of a sheet of paper on something darker.

    Args:
        photo: (height, width) uint8.

    Returns:
        (4, 2) float32 in the photograph's pixels, clockwise from the upper left; ``None`` where the picture
        does not show the four edges of a sheet.
    """
    scale = min(_SEARCH_SIDE / max(photo.shape), 1.0)
    small = shrunk(photo, scale)
    # Writing is closed over: only paper and what it lies on are left.
    side = max(round(max(small.shape) / 30), 3) | 1
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8), borderType=cv2.BORDER_REPLICATE)
    smooth = cv2.GaussianBlur(closed, (5, 5), 0)
    level, _ = cv2.threshold(smooth, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    dark, paper = smooth[smooth <= level], smooth[smooth > level]
    if not dark.size or not paper.size or dark.mean() > 0.75 * paper.mean():
        return None  # a shadow on paper, not the edge of it
    for share in _LEVELS:
        corners = _quadrilateral((smooth > share * level).astype(np.uint8))
        if corners is None:
            continue
        darker, seen = _edges(corners, smooth)
        if not darker.all():
            continue
        sides = corners - np.roll(corners, -1, axis=0)
        across, down = np.ptp(corners, axis=0)
        slant = max(np.abs(sides[[0, 2], 1]).max() / across, np.abs(sides[[1, 3], 0]).max() / down)
        # One edge alone may be that of a shadow across the paper, and what goes on beyond a slanted one is no desk.
        if not seen.all() and _is_written_on(corners, small < (1 - _INK) * closed):
            continue
        if slant > _LEAST_SLANT or seen.sum() >= _SIDES_SEEN:
            return (corners + _INSET * (corners.mean(0) - corners)) / scale
    return None


def _quadrilateral(light: np.ndarray) -> np.ndarray | None:
    """The corners of the largest light area, clockwise from the upper left, if it is large and has four."""
    outlines, _ = cv2.findContours(light, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    if not outlines:
        return None
    sheet = max(outlines, key=cv2.contourArea)
    area = cv2.contourArea(sheet)
    hull = cv2.convexHull(sheet)
    corners = cv2.approxPolyDP(hull, 0.03 * cv2.arcLength(hull, True), True).reshape(-1, 2).astype(np.float32)
    if len(corners) != 4 or area < _LEAST_SHARE * light.size or area < 0.93 * cv2.contourArea(corners):
        return None
    return _clockwise(corners)


def _edges(corners: np.ndarray, smooth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of each side whether it is darker beyond it than within, along most of it, and whether most of what lies beyond
    it is in the picture: the end of a shadow that lies on the paper is no edge, and a line along it would cut off what
    is written there."""
    height, width = smooth.shape
    along = np.linspace(0.04, 0.96, 47)[:, None]
    darker, seen = [], []
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        inward = np.array([start[1] - end[1], end[0] - start[0]]) / max(float(np.linalg.norm(end - start)), 1e-6)
        points = start + along * (end - start)
        within, beyond = (np.round(points + sign * _BESIDE * max(height, width) * inward) for sign in (1, -1))
        shown = (beyond >= 0).all(1) & (beyond < (width, height)).all(1)
        x, y = np.clip(within, 0, (width - 1, height - 1)).astype(int).T
        bx, by = np.clip(beyond, 0, (width - 1, height - 1)).astype(int).T
        # Where the picture ends there is nothing to compare with.
        darker.append((~shown | (smooth[by, bx] < (1 - _DARKER) * smooth[y, x])).mean() >= _MOST_OF_SIDE)
        seen.append(shown.mean() >= _MOST_OF_SIDE)
    return np.array(darker), np.array(seen)


def _is_written_on(corners: np.ndarray, ink: np.ndarray) -> bool:
    """Whether what lies beyond a quadrilateral is written on like what lies within."""
    within = np.zeros(ink.shape, np.uint8)
    cv2.fillConvexPoly(within, np.round(corners).astype(np.int32), 1)
    around = np.ones((2 * _EDGE + 1, 2 * _EDGE + 1), np.uint8)
    inner = cv2.erode(within, around, borderValue=1) > 0
    beyond = cv2.dilate(within, around) == 0
    if not inner.any() or not beyond.any():
        return False
    return bool(ink[beyond].mean() > _WRITTEN_ON * ink[inner].mean())


def _clockwise(corners: np.ndarray) -> np.ndarray:
    """Four corners in clockwise order (y down), the one nearest to the upper left first."""
    offsets = corners - corners.mean(0)
    order = np.argsort(np.arctan2(offsets[:, 1], offsets[:, 0]))
    corners = corners[order]
    return np.roll(corners, -int(np.argmin(corners.sum(1))), axis=0)
