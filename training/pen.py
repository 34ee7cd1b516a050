"""The line that a pen leaves, for pictures that are measured and learned from."""

from __future__ import annotations

import cv2
import numpy as np

SHIFT = 4
"""Fractional bits of coordinates: a sixteenth of a pixel."""


def draw_stroke(canvas: np.ndarray, points: np.ndarray, ink: float, width: int) -> None:
    """Draw one stroke, in place.

    Args:
        canvas: (height, width) uint8.
        points: (n, 2) int32 in sixteenths of a pixel.
        ink: grey.
        width: of the line in pixels.
    """
    if (points == points[0]).all():
        # A tap of the pen, of which OpenCV's lines show nothing.
        cv2.circle(canvas, points[0].tolist(), width << (SHIFT - 1), ink, -1, cv2.LINE_AA, SHIFT)
    else:
        cv2.polylines(canvas, [points.reshape(-1, 1, 2)], False, ink, width, cv2.LINE_AA, SHIFT)
