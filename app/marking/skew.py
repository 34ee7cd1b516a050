"""How far the writing of a picture is turned off level: nobody holds a telephone straight."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.marking.page_ink import Piece

_MOST, _STEP = 10.0, 0.5
"""Degrees that are tried either way: what is turned by more shows in no profile of its rows."""
_PLAINLY = 2.0
"""How much sharper the profile of rows is than that of the picture as it is, where it is turned …"""
_LEAST = 2.0
"""… by so many degrees at the least: rows find their own slope, sums in columns bear as much."""
_POINTS = 20_000
"""Pixels of ink that are looked at, at the most."""
_BINS = 12
"""Bins of the profile to the height of a symbol."""


def skew_of(pieces: Sequence[Piece], height: float) -> float:
    """The angle by which rows fall to the right, in degrees; 0 where it is small or not plain.

    The projection profile of ink has the sharpest edges along its rows (Postl, ICPR 1986).

    Args:
        pieces: of ink.
        height: of a symbol, in pixels.
    """
    inked = [np.argwhere(p.blob.mask > 100)[:, ::-1] + p.blob.origin for p in pieces]
    points = np.concatenate(inked) if inked else np.zeros((0, 2))
    points = points[:: max(len(points) // _POINTS, 1)]
    if len(points) < 2:
        return 0.0
    angles = np.arange(-_MOST, _MOST + _STEP / 2, _STEP)
    x, y = (points - points.mean(0)).T
    turned = np.radians(angles)[:, None]
    across = (y * np.cos(turned) - x * np.sin(turned)) * (_BINS / height)
    sharpness = np.array([_sharpness(np.round(row - row.min()).astype(int)) for row in across])
    best, level = int(sharpness.argmax()), len(angles) // 2
    if abs(angles[best]) < _LEAST or sharpness[best] < _PLAINLY * sharpness[level]:
        return 0.0
    return float(angles[best])


def _sharpness(bins: np.ndarray) -> float:
    profile = np.convolve(np.bincount(bins), (0.25, 0.5, 0.25))
    return float((np.diff(profile) ** 2).sum())
