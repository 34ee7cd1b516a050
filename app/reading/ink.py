"""Strokes as clients send them, checked and made into :class:`models.ink.Ink`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.reading.errors import ReadingError
from models.ink import Ink, Stroke

_LARGEST = 1e7
"""Greatest coordinate: beyond it float32 cannot tell neighbouring points of a drawing apart."""


def ink_from_strokes(strokes: Sequence[Sequence[Sequence[float]] | np.ndarray]) -> Ink:
    """Ink from lists of points.

    Args:
        strokes: for each stroke its points (x, y) or (x, y, milliseconds), y down. Empty strokes become no
            piece; ``Ink.numbers`` tells which stroke each piece is.

    Raises:
        ReadingError: ``strokes_invalid`` for points that are no finite pairs or triples,
            ``no_ink`` for a drawing without a point.
    """
    pieces, numbers = [], []
    for number, stroke in enumerate(strokes):
        if not len(stroke):
            continue
        try:
            points = np.asarray([point[:2] for point in stroke], np.float64)
        except (TypeError, ValueError, IndexError):
            points = np.empty(0)
        if points.ndim != 2 or points.shape[1] != 2:
            raise ReadingError("strokes_invalid", f"Stroke {number} is not a list of [x, y] or [x, y, t].")
        if not np.isfinite(points).all() or np.abs(points).max() > _LARGEST:
            raise ReadingError("strokes_invalid", f"Stroke {number} has a coordinate beyond ±{_LARGEST:.0f}.")
        pieces.append(points)
        numbers.append(number)
    if not pieces:
        raise ReadingError("no_ink", "There is no ink to read.")
    # In float64 to here: far from the origin float32 would lose the shape.
    origin = np.concatenate(pieces).min(axis=0)
    if np.abs(origin).max() < 1e4:
        origin[:] = 0
    return Ink(
        tuple(Stroke((p - origin).astype(np.float32)) for p in pieces),
        origin=(float(origin[0]), float(origin[1])),
        numbers=tuple(numbers),
    )
