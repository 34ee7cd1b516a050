"""The network's input: one candidate symbol drawn into three channels.

Training and serving both call :func:`render`; there is no second drawing code.

========  =====================================================================================
channel   content
========  =====================================================================================
0         the candidate alone, filling the frame
1         the candidate at the drawing's common scale, centred
2         the rest of the ink around it, in the frame of channel 1
========  =====================================================================================

Size and surroundings are what tells ``1`` from ``,``, a minus sign from a fraction bar, ``0`` from ``o``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from models.ink import Blob, Ink, Piece

SIZE = 32
"""Side of the input in pixels."""
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
    """

    pen_scale: float = 1.0
    thinnest: float = 1.2
    thickest: float = 3.0


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
    fixed = np.clip(fixed, -(1 << 20), 1 << 20).astype(np.int32)
    if len(fixed) == 1 or (fixed == fixed[0]).all():
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


def render(ink: Ink, groups: Sequence[Sequence[int]], style: Style = SERVING) -> np.ndarray:
    """Draw candidate symbols as the network sees them.

    Args:
        ink: the whole drawing.
        groups: for each candidate the indices of its pieces.
        style: line widths.

    Returns:
        uint8 array of shape (len(groups), 3, SIZE, SIZE), 0 paper … 255 ink.
    """
    out = np.zeros((len(groups), 3, SIZE, SIZE), np.uint8)
    reference, pen = ink.reference_size, ink.pen_width
    boxes, pieces = ink.boxes, ink.outline
    zoom = _SUPERSAMPLING
    canvas = np.zeros((zoom * SIZE, zoom * SIZE), np.uint8)
    for row, group in zip(out, groups, strict=True):
        members = set(group)
        x0, y0, x1, y1 = ink.box_of(group)
        cx, cy = (x0 + x1) / 2, (y0 + y1) / 2
        own = _Frame.around(
            cx, cy, max(x1 - x0, y1 - y0, _SMALLEST * reference), zoom * (SIZE - 2 * _MARGIN), zoom * SIZE
        )
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
    return out
