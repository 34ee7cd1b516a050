"""How dark a picture is beside the paper's own brightness, which light and shadow change from place to place."""

from __future__ import annotations

import cv2
import numpy as np

_UNEVEN, _SHADOW = 0.08, 0.12
"""Logarithms of brightness up to which light is uneven, and from which it is the edge of a shadow."""


def shrunk(gray: np.ndarray, scale: float) -> np.ndarray:
    """An image at ``scale`` ≤ 1 of its size, at least a pixel high and wide."""
    size = tuple(max(round(side * scale), 1) for side in gray.shape[::-1])
    return cv2.resize(gray, size, interpolation=cv2.INTER_AREA) if scale < 1 else gray


def darkness_of(gray: np.ndarray) -> np.ndarray:
    """How much darker than the paper around it each pixel is.

    Args:
        gray: (height, width) uint8, dark ink on a light ground.

    Returns:
        (height, width) float32, relative to the light that falls there: 0 paper … 255 black, and below 0
        what is lighter than the paper.
    """
    scale = min(512 / max(gray.shape), 1.0)
    small = shrunk(gray, scale)
    side = max(round(max(small.shape) / 24), min(small.shape) // 5, 5) | 1
    closed = _closed(small, side)
    # The closing is as light as the lightest grain: paper proper is the mean of what is surely no ink. In dim light
    # grain is coarse, and most of the paper a good deal darker than that.
    # What is so smooth is found at half the size in a tenth of the time.
    ground = _enlarged(np.maximum(_smooth(shrunk(closed, 0.5), side / 8), 1.0), small)
    ratio = small / ground
    grain = float(np.median(ratio))
    inked = (ratio < min(0.9, 0.95 * grain)).astype(np.uint8)
    paper = 1 - cv2.dilate(inked, np.ones((3, 3), np.uint8)).astype(np.float32)
    weight = _enlarged(_smooth(shrunk(paper, 0.5), side / 4), small)
    mean = _enlarged(_smooth(shrunk(paper * small, 0.5), side / 4), small)
    ground = np.where(weight > 0.05, mean / np.maximum(weight, 0.05), ground)
    # Along the edge of a shadow such means are wrong. A closing keeps edges; a wide one all of them but writing.
    sharp = _enlarged(cv2.medianBlur(_closed(shrunk(small, 0.5), side), 3), small) * min(grain, 1.0)
    apart = np.abs(np.log(np.maximum(sharp, 1) / np.maximum(ground, 1)))
    shadow = np.clip((apart - _UNEVEN) / (_SHADOW - _UNEVEN), 0, 1)
    ground += shadow * (sharp - ground)
    ground = cv2.resize(ground.astype(np.float32), gray.shape[::-1], interpolation=cv2.INTER_LINEAR)
    np.maximum(ground, 40, out=ground)
    # Relative to the ground, as light multiplies: a shadow darkens ink and paper alike.
    darkness = ground - gray
    darkness /= ground
    darkness *= 255
    return darkness


def _closed(gray: np.ndarray, side: int) -> np.ndarray:
    """A picture with what is darker than its surroundings, and narrower than ``side``, filled in."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    return cv2.morphologyEx(gray, cv2.MORPH_CLOSE, kernel, borderType=cv2.BORDER_REPLICATE)


def _smooth(values: np.ndarray, sigma: float) -> np.ndarray:
    return cv2.GaussianBlur(values, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)


def _enlarged(values: np.ndarray, to: np.ndarray) -> np.ndarray:
    """A picture at the size of another, float32."""
    return cv2.resize(values.astype(np.float32), to.shape[::-1], interpolation=cv2.INTER_LINEAR)
