"""How far writing is turned off level: nobody holds a telephone straight, and some write uphill."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.ink import Blob, Piece

_MOST, _STEP = 10.0, 0.5
"""Degrees that are tried either way: what is turned by more shows in no profile of its rows."""
_POINTS = 20_000
"""Points of ink that are looked at, at the most."""
_POINTS_OF_STROKE = 1000
"""The same of one stroke."""
_BINS = 12
"""Bins of the profile to the height of a symbol."""
_APART = 0.05
"""Distance of points along a stroke, in heights of a symbol."""


def skew_of(pieces: Sequence[Piece], height: float) -> tuple[float, float]:
    """The angle by which rows fall to the right, in degrees, and by what factor that makes their profile sharper.

    The projection profile of ink has the sharpest edges along its rows (Postl, ICPR 1986).

    Args:
        pieces: of ink.
        height: of a symbol, in units of the pieces.

    Returns:
        (0, 1) where there is too little ink to tell.
    """
    points = np.concatenate([_points(p, _APART * height) for p in pieces]) if pieces else np.zeros((0, 2))
    points = points[:: max(len(points) // _POINTS, 1)]
    if len(points) < 2:
        return 0.0, 1.0
    angles = np.arange(-_MOST, _MOST + _STEP / 2, _STEP)
    x, y = (points - points.mean(0)).T
    turned = np.radians(angles)[:, None]
    across = (y * np.cos(turned) - x * np.sin(turned)) * (_BINS / height)
    sharpness = np.array([_sharpness(np.round(row - row.min()).astype(int)) for row in across])
    best, level = int(sharpness.argmax()), len(angles) // 2
    return float(angles[best]), float(sharpness[best] / max(sharpness[level], 1e-9))


def _points(piece: Piece, apart: float) -> np.ndarray:
    """Points (n, 2) that are evenly spread over a piece."""
    if isinstance(piece, Blob):
        return np.argwhere(piece.mask > 100)[:, ::-1] + piece.origin
    points = piece.points
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    at = np.linspace(0.0, along[-1], 1 + round(min(along[-1] / apart, _POINTS_OF_STROKE)))
    return np.stack([np.interp(at, along, points[:, 0]), np.interp(at, along, points[:, 1])], 1)


def _sharpness(bins: np.ndarray) -> float:
    profile = np.convolve(np.bincount(bins), (0.25, 0.5, 0.25))
    return float((np.diff(profile) ** 2).sum())
