"""The line recogniser's input and its classes. Training and serving both call :func:`line_image`."""

from __future__ import annotations

import cv2
import numpy as np

LINE_HEIGHT = 36
"""Height of its input in pixels."""
DIGIT_HEIGHT = 16
"""Height of a typical printed digit there: handwritten ones beside it are up to twice as tall."""
STRIDE = 2
"""Columns of pixels a step of the output."""
CHARACTERS = (
    *"0123456789+-", "\\times", "\\div", "/", "=", "\\lt", "\\gt", "(", ")", ".", ",", ":", "\\ldots", "R", "*",
)  # fmt: skip
"""Classes 1, 2, … of the output, by their labels; class 0 is CTC's blank."""


def line_image(darkness: np.ndarray, digit: float) -> np.ndarray:
    """The network's input.

    Args:
        darkness: (height, width) of a row, any unit, 0 the paper; the row's middle in its middle.
        digit: height of its digits in the same pixels.

    Returns:
        uint8 (LINE_HEIGHT, width'): 0 paper … 255 the strongest ink. The square root lifts faint pencil beside print.
    """
    scale = DIGIT_HEIGHT / digit
    size = max(round(darkness.shape[1] * scale), 8), LINE_HEIGHT
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    resized = cv2.resize(darkness.astype(np.float32), size, interpolation=how)
    peak = max(float(np.percentile(resized, 99)), 1e-3)
    return (255 * np.sqrt(np.clip(resized / peak, 0, 1))).astype(np.uint8)
