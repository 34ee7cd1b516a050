"""The grain of dim or uncompressed photographs, which drowns faint pencil and crumbles thin strokes."""

from __future__ import annotations

import cv2
import numpy as np

_COARSE = 2.5
"""Grey levels of grain from which it is taken out: photographs that a telephone compressed show 1.5 at the most."""
_STRENGTH = 0.8
"""Of the filter, in standard deviations of the grain: more would smooth faint pencil away with it."""
_PATCH, _WINDOW = 3, 15
"""Side of what is compared, and of where it is looked for, in pixels."""
_MOST_PIXELS = 4_000_000
"""Size of a picture beyond which the filter would take seconds: those are shrunk, which evens grain out as well."""


def grain_of(gray: np.ndarray) -> float:
    """Standard deviation of a picture's grain, grey levels: from the median of the finest diagonal Haar wavelets, which
    writing fills little of (Donoho and Johnstone, Biometrika 81(3), 1994).

    Args:
        gray: (height, width) uint8.
    """
    height, width = (side // 2 * 2 for side in gray.shape)
    if not height or not width:
        return 0.0
    even = gray[:height, :width].astype(np.float32)
    diagonal = (even[::2, ::2] - even[1::2, ::2] - even[::2, 1::2] + even[1::2, 1::2]) / 2
    return float(np.median(np.abs(diagonal))) / 0.6745


def without_grain(gray: np.ndarray) -> np.ndarray:
    """A picture without its grain, if that is coarse and the picture not too large: by non-local means (Buades, Coll
    and Morel, CVPR 2005).

    Args:
        gray: (height, width) uint8.
    """
    if gray.size > _MOST_PIXELS or (grain := grain_of(gray)) < _COARSE:
        return gray
    return cv2.fastNlMeansDenoising(gray, None, _STRENGTH * grain, _PATCH, _WINDOW)
