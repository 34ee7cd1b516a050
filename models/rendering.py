"""The network's input: one candidate symbol drawn into six channels.

Training and serving both call :func:`render`; there is no second drawing code.

========  =====================================================================================
channel   content
========  =====================================================================================
0         the candidate alone, filling the frame
1         the candidate at the drawing's common scale, centred
2         the rest of the ink around it, in the frame of channel 1
3, 4      the pen's direction, x and y, in the frame of channel 0: 128 is none, 255 right or down
5         when the pen was there, in the frame of channel 0: 0 is never, then from first to last
========  =====================================================================================

Size and surroundings are what tells ``1`` from ``,``, a minus sign from a fraction bar, ``0`` from ``o``; the
pen's way tells ``6`` from ``b`` and ``5`` from ``s`` (maps of direction: Bai and Huo, ICDAR 2005). Of ink in a
photograph the way is not known, and its last three channels are empty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from models.ink import Blob, Ink, Piece, Stroke

SIZE = 32
"""Side of the input in pixels."""
CHANNELS = 6
"""Channels of the input."""
_NO_DIRECTION = 128
BACKGROUND = (0, 0, 0, _NO_DIRECTION, _NO_DIRECTION, 0)
"""Value of each channel where there is no ink."""
_FIRST = 60
"""Value of channel 5 where the pen began; where it ended it is 255."""
_STEP = 0.5
"""Distance of the samples of a pen's way, in network pixels."""
_SUPERSAMPLING = 2
"""Channel 0 is drawn this much larger and shrunk, for line widths between whole pixels."""
_MARGIN = 2
_SHIFT = 4
"""Fractional bits of the coordinates given to OpenCV: a sixteenth of a canvas pixel."""
_NEIGHBOURHOOD = 2.8
"""Side of the frame of channels 1 and 2, in reference sizes."""
_SMALLEST = 0.2
"""A candidate below this many reference sizes does not fill channel 0: a dot stays a dot."""


@dataclass(frozen=True, slots=True)
class Style:
    """How lines are drawn; the defaults are what serving uses.

    Attributes:
        pen_scale: factor on the ink's own pen width.
        thinnest: least line width in network pixels.
        thickest: greatest line width in network pixels (strokes only: a photograph's lines are as they are).
        ways: whether the pen's way is shown, where it is known.
    """

    pen_scale: float = 1.0
    thinnest: float = 1.2
    thickest: float = 3.0
    ways: bool = True


SERVING = Style()


@dataclass(frozen=True, slots=True)
class _Frame:
    """Maps ink units to canvas pixels: ``canvas = (ink − origin) · scale``."""

    x: float
    y: float
    scale: float

    @classmethod
    def around(cls, centre_x: float, centre_y: float, side: float, usable: float, canvas: int) -> _Frame:
        scale = usable / side
        half = canvas / 2 / scale
        return cls(centre_x - half, centre_y - half, scale)


def _draw_stroke(canvas: np.ndarray, points: np.ndarray, frame: _Frame, width: int) -> None:
    fixed = (points - (frame.x, frame.y)) * (frame.scale * (1 << _SHIFT))
    fixed = np.minimum(np.maximum(fixed, -(1 << 20)), 1 << 20).astype(np.int32)
    # An outline of more points has an extent.
    if len(fixed) == 1 or (len(fixed) == 2 and (fixed[0] == fixed[1]).all()):
        radius = max(int(width * 0.75 * (1 << _SHIFT)), 1 << _SHIFT)
        cv2.circle(canvas, fixed[0].tolist(), radius, 255, -1, cv2.LINE_AA, _SHIFT)
        return
    cv2.polylines(canvas, [fixed.reshape(-1, 1, 2)], False, 255, width, cv2.LINE_AA, _SHIFT)


def _draw_blob(canvas: np.ndarray, blob: Blob, frame: _Frame) -> None:
    height, width = blob.mask.shape
    x, y = (blob.origin[0] - frame.x) * frame.scale, (blob.origin[1] - frame.y) * frame.scale
    x0, y0 = round(x), round(y)
    x1, y1 = max(round(x + width * frame.scale), x0 + 1), max(round(y + height * frame.scale), y0 + 1)
    left, top, right, bottom = max(x0, 0), max(y0, 0), min(x1, canvas.shape[1]), min(y1, canvas.shape[0])
    if left >= right or top >= bottom:
        return
    # Crop before resizing: a fraction bar may be many frames long.
    sx, sy = width / (x1 - x0), height / (y1 - y0)
    crop = blob.mask[
        int((top - y0) * sy) : max(int(np.ceil((bottom - y0) * sy)), int((top - y0) * sy) + 1),
        int((left - x0) * sx) : max(int(np.ceil((right - x0) * sx)), int((left - x0) * sx) + 1),
    ]
    shrink = crop.shape[0] * crop.shape[1] > (right - left) * (bottom - top)
    piece = cv2.resize(crop, (right - left, bottom - top), interpolation=cv2.INTER_AREA if shrink else cv2.INTER_LINEAR)
    target = canvas[top:bottom, left:right]
    np.maximum(target, piece, out=target)


def _draw(canvas: np.ndarray, pieces: Sequence[Piece], frame: _Frame, width: int) -> None:
    for piece in pieces:
        if isinstance(piece, Blob):
            _draw_blob(canvas, piece, frame)
        else:
            _draw_stroke(canvas, piece.points, frame, width)


def _line_width(pen: float, frame: _Frame, style: Style, zoom: int) -> int:
    width = pen * style.pen_scale * frame.scale
    return max(round(min(max(width, style.thinnest * zoom), style.thickest * zoom)), 1)


def _draw_ways(out: np.ndarray, strokes: Sequence[Sequence[np.ndarray]], frames: Sequence[_Frame]) -> None:
    """Draw the ways of the pen, all candidates at once: samples along the strokes, spread over the pixels around each.

    Args:
        out: (n, 3, SIZE, SIZE), zero.
        strokes: of each candidate, in the order they were drawn.
        frames: of each candidate, for a canvas ``_SUPERSAMPLING`` times as large.
    """
    out[:, :2] = _NO_DIRECTION
    starts, ends, owners = [], [], []
    for number, (group, frame) in enumerate(zip(strokes, frames, strict=True)):
        for points in group:
            if len(points) > 1:
                placed = (points - (frame.x, frame.y)) * (frame.scale / _SUPERSAMPLING) - 0.5
                starts.append(placed[:-1])
                ends.append(placed[1:])
                owners.append(np.full(len(points) - 1, number))
    if not owners:
        return
    start, end, owner = np.concatenate(starts), np.concatenate(ends), np.concatenate(owners)
    lengths = np.maximum(np.linalg.norm(end - start, axis=1), 1e-6)
    # How far along its candidate's ink each segment begins, and how long that ink is in all.
    total = np.bincount(owner, lengths, len(out))
    before = np.cumsum(lengths) - lengths
    before -= (np.cumsum(total) - total)[owner]
    counts = np.ceil(lengths / _STEP).astype(int)
    segment = np.repeat(np.arange(len(counts)), counts)
    step = np.arange(len(segment)) - np.repeat(np.cumsum(counts) - counts, counts)
    share = (step + 0.5) / counts[segment]
    x, y = (start[segment] + share[:, None] * (end - start)[segment]).T
    values = np.stack(
        [
            *((end - start) / lengths[:, None])[segment].T,
            (before[segment] + share * lengths[segment]) / total[owner[segment]],
        ]
    )
    left, top = np.floor(x), np.floor(y)
    right, low = x - left, y - top
    # A candidate's own frame holds all of it, up to a rounding error at the edge.
    columns = np.clip(np.stack([left, left + 1]), 0, SIZE - 1).astype(int)
    rows = np.clip(np.stack([top, top + 1]), 0, SIZE - 1).astype(int)
    first = owner[segment] * (SIZE * SIZE)
    pixels = (first + rows[:, None] * SIZE + columns[None]).ravel()
    shares = np.stack([1 - low, low])[:, None] * np.stack([1 - right, right])[None]
    weights = np.bincount(pixels, shares.ravel(), len(out) * SIZE * SIZE)
    touched = np.flatnonzero(weights)
    weight = weights[touched]
    dense = np.minimum(weight, 1)
    means = [np.bincount(pixels, (shares * v).ravel(), len(weights))[touched] / weight for v in values]
    images = out.reshape(len(out), 3, SIZE * SIZE)
    image, pixel = np.divmod(touched, SIZE * SIZE)
    for channel, mean in enumerate(means[:2]):
        images[image, channel, pixel] = (_NO_DIRECTION + 127 * mean * dense).round()
    images[image, 2, pixel] = ((_FIRST + (255 - _FIRST) * means[2]) * dense).round()


def render(ink: Ink, groups: Sequence[Sequence[int]], style: Style = SERVING) -> np.ndarray:
    """Draw candidate symbols as the network sees them.

    Args:
        ink: the whole drawing.
        groups: for each candidate the indices of its pieces.
        style: line widths.

    Returns:
        uint8 array of shape (len(groups), CHANNELS, SIZE, SIZE).
    """
    out = np.zeros((len(groups), CHANNELS, SIZE, SIZE), np.uint8)
    reference, pen = ink.reference_size, ink.pen_width
    # A stroke's box is that of its middle line; a blob drawn to fill its own would come out smaller than the strokes.
    boxes, pieces = ink.way_boxes, ink.outline
    zoom = _SUPERSAMPLING
    canvas = np.zeros((zoom * SIZE, zoom * SIZE), np.uint8)
    frames = []
    for row, group in zip(out, groups, strict=True):
        members = set(group)
        x0, y0 = boxes[list(group), :2].min(0).tolist()
        x1, y1 = boxes[list(group), 2:].max(0).tolist()
        cx, cy = (x0 + x1) / 2, (y0 + y1) / 2
        own = _Frame.around(
            cx, cy, max(x1 - x0, y1 - y0, _SMALLEST * reference), zoom * (SIZE - 2 * _MARGIN), zoom * SIZE
        )
        frames.append(own)
        common = _Frame.around(cx, cy, _NEIGHBOURHOOD * reference, SIZE, SIZE)
        half = SIZE / 2 / common.scale + pen
        near = (
            (boxes[:, 2] >= cx - half)
            & (boxes[:, 0] <= cx + half)
            & (boxes[:, 3] >= cy - half)
            & (boxes[:, 1] <= cy + half)
        )
        candidate = [pieces[i] for i in group]
        rest = [pieces[i] for i in np.flatnonzero(near) if i not in members]
        canvas[:] = 0
        _draw(canvas, candidate, own, _line_width(pen, own, style, zoom))
        cv2.resize(canvas, (SIZE, SIZE), dst=row[0], interpolation=cv2.INTER_AREA)
        width = _line_width(pen, common, style, 1)
        _draw(row[1], candidate, common, width)
        _draw(row[2], rest, common, width)
    strokes = [[piece.points for piece in (pieces[i] for i in sorted(g)) if isinstance(piece, Stroke)] for g in groups]
    _draw_ways(out[:, 3:], strokes if style.ways else [[] for _ in groups], frames)
    return out
