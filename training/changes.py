"""Photographs as other light, hands, paper and telephones would have shown them."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

Change = Callable[[np.ndarray], np.ndarray]
"""A picture (height, width) uint8 as it would look otherwise."""


def as_it_is(photo: np.ndarray) -> np.ndarray:
    """The change that is none."""
    return photo


def _scaled(factor: float) -> Change:
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return lambda gray: cv2.resize(gray, None, fx=factor, fy=factor, interpolation=how)


def _warped(matrix: np.ndarray, gray: np.ndarray) -> np.ndarray:
    return cv2.warpPerspective(gray, matrix, gray.shape[::-1], borderMode=cv2.BORDER_REPLICATE)


def _turned(degrees: float) -> Change:
    def turned(gray: np.ndarray) -> np.ndarray:
        height, width = gray.shape
        return _warped(np.vstack([cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1), [0, 0, 1]]), gray)

    return turned


def _aslant(share: float) -> Change:
    """Seen from a corner."""

    def aslant(gray: np.ndarray) -> np.ndarray:
        height, width = gray.shape
        flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
        moved = np.array([[share, 0.4 * share], [-0.5 * share, 0], [0, -0.3 * share], [0, 0]]) * (width, height)
        return _warped(cv2.getPerspectiveTransform(flat, (flat + moved).astype(np.float32)), gray)

    return aslant


def _grainy(sigma: float, brightness: float = 1.0) -> Change:
    def grainy(gray: np.ndarray) -> np.ndarray:
        noise = np.random.default_rng(1).normal(0, sigma, gray.shape)
        return np.clip(gray * brightness + noise, 0, 255).astype(np.uint8)

    return grainy


def _compressed(quality: int) -> Change:
    def compressed(gray: np.ndarray) -> np.ndarray:
        _, data = cv2.imencode(".jpg", gray, [cv2.IMWRITE_JPEG_QUALITY, quality])
        return cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)

    return compressed


def _exposed(gamma: float) -> Change:
    return lambda gray: (255 * (gray / 255) ** gamma).astype(np.uint8)


def _scanned(gray: np.ndarray) -> np.ndarray:
    """As a scanner that knows black and white alone shows it."""
    window = max(15, int(max(gray.shape) / 20) | 1)
    return cv2.adaptiveThreshold(gray, 255, cv2.ADAPTIVE_THRESH_GAUSSIAN_C, cv2.THRESH_BINARY, window, 12)


def _in_shadow(gray: np.ndarray) -> np.ndarray:
    """The telephone's own shadow over a corner."""
    height, width = gray.shape
    y, x = np.mgrid[:height, :width]
    shadow = (x / width + 0.6 * y / height > 0.9).astype(np.float32)
    return (gray * (1 - 0.45 * cv2.GaussianBlur(shadow, (0, 0), max(height, width) / 150))).astype(np.uint8)


def _on_paper(step: float, dark: float, squared: bool = True) -> Change:
    """On ruled or squared paper with a line every ``step`` of the longer side, darker than it by ``dark``."""

    def on_paper(gray: np.ndarray) -> np.ndarray:
        height, width = gray.shape
        longer = max(height, width)
        apart, thick = max(8, int(step * longer)), max(1, round(longer / 500))
        lines = np.zeros((height, width), np.float32)
        for y in range(apart // 2, height, apart):
            cv2.line(lines, (0, y), (width, y + height // 100), 1, thick, cv2.LINE_AA)
        for x in range(apart // 3, width, apart) if squared else ():
            cv2.line(lines, (x, 0), (x - width // 100, height), 1, thick, cv2.LINE_AA)
        return (gray * (1 - dark * lines)).astype(np.uint8)

    return on_paper


def _both(first: Change, second: Change) -> Change:
    return lambda gray: second(first(gray))


_SQUARES, _LARGE_SQUARES, _RULED = _on_paper(0.06, 0.2), _on_paper(0.14, 0.25), _on_paper(0.12, 0.25, squared=False)

CHANGES: dict[str, Change] = {
    "as they are": as_it_is,
    "at 0.75 of their size": _scaled(0.75),
    "at 1.5 of their size": _scaled(1.5),
    "turned by 2°": _turned(-2),
    "turned by 5°": _turned(5),
    "turned by -7°": _turned(-7),
    "seen aslant": _aslant(0.06),
    "seen more aslant": _aslant(0.12),
    "blurred": lambda gray: cv2.GaussianBlur(gray, (0, 0), 0.7),
    "compressed": _compressed(40),
    "lighter": _exposed(0.6),
    "darker": _exposed(1.6),
    "far darker": _exposed(2.2),
    "washed out": lambda gray: (0.35 * gray + 140).astype(np.uint8),
    "half in shadow": _in_shadow,
    "scanned in black and white": _scanned,
    "grainy": _grainy(10),
    "grainier": _grainy(20),
    "in dim light": _grainy(5, 0.35),
    "on squared paper": _SQUARES,
    "on large squares": _LARGE_SQUARES,
    "on ruled paper": _RULED,
    "on squared paper, turned by -3°": _both(_SQUARES, _turned(-3)),
    "on large squares, turned by 4°": _both(_LARGE_SQUARES, _turned(4)),
    "on ruled paper, turned by 5°": _both(_RULED, _turned(5)),
}
"""What is done to every photograph, by name."""
