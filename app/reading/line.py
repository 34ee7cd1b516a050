"""A line of writing as the line recogniser sees it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import cv2
import numpy as np

from models.ink import Box
from models.line_image import CHARACTERS, DIGIT_HEIGHT, LINE_HEIGHT, STRIDE, line_image

Transcribe = Callable[[np.ndarray], np.ndarray]
"""The line recogniser: see ``Network.transcribe``."""
CLASS = {label: k for k, label in enumerate(CHARACTERS, 1)} | {"\\cdot": 1 + CHARACTERS.index(".")}
"""Classes of the line recogniser by label; to it a dot is a dot."""
_MARGIN = 0.5
"""Room left and right of a row, in digit heights."""


class Strip:
    """The picture of a row, as the line recogniser sees it.

    Args:
        darkness: (height, width) of the page.
        ends: left and right end of the row's ink.
        digit: height of its digits.
        middle: where the middle of its digits is, half-way between the ends.
        slope: of its line, pixels down for each to the right.
    """

    def __init__(
        self, darkness: np.ndarray, ends: tuple[float, float], digit: float, middle: float, slope: float = 0.0
    ) -> None:
        half = digit * LINE_HEIGHT / DIGIT_HEIGHT / 2
        left = max(round(ends[0] - _MARGIN * digit), 0)
        right = min(round(ends[1] + _MARGIN * digit), darkness.shape[1])
        size = max(right - left, 1), max(round(2 * half), 1)
        self._first = middle + slope * (left - (ends[0] + ends[1]) / 2)
        self._to_page = np.array([[1, 0, left], [slope, 1, self._first - half]], np.float64)
        self._darkness, self._size, self._digit = darkness, size, digit
        self._left, self._slope = left, slope

    @cached_property
    def image(self) -> np.ndarray:
        """uint8 (LINE_HEIGHT, width): what the network is shown. Of several pictures most are never asked for."""
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        shown = cv2.warpAffine(self._darkness, self._to_page, self._size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
        return line_image(shown, self._digit)

    def box(self, columns: tuple[int, int]) -> Box:
        """Where columns of the recogniser's output are on the page."""
        step, half = STRIDE * self._size[0] / self.image.shape[1], self._digit / 2
        x0, x1 = columns[0] * step, (columns[1] + 1) * step
        middle = self._first + self._slope * (x0 + x1) / 2
        return self._left + x0, middle - half, self._left + x1, middle + half
