"""Writing that goes uphill or downhill turned level: what is learned from is mostly level.

Of strokes alone: turned by nine degrees, an eighth of CROHME's expressions is lost; of their pictures hardly any.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from app.reading.reading import Interpretation
from app.reading.skew import skew_of
from models.ink import Ink, Stroke

_LEAST = 5.0
"""Degrees from which a slope is looked at: what slopes less is read as well."""
_PLAINLY = 1.5
"""By what factor the profile of the rows is sharper when level, at the least."""


def levelled(ink: Ink) -> Ink | None:
    """The ink with its rows level, if it is of strokes and they seem to slope; ``None`` elsewhere."""
    if not ink.online:
        return None
    degrees, sharper = skew_of(ink.pieces, ink.reference_size)
    return turned(ink, -degrees) if abs(degrees) >= _LEAST and sharper >= _PLAINLY else None


def turned(ink: Ink, degrees: float) -> Ink:
    """Strokes turned about (0, 0), x towards y. Their boxes are no longer the input's: see :func:`with_boxes_of`."""
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    matrix = np.array([[cos, sin], [-sin, cos]])
    return replace(ink, pieces=tuple(Stroke((p.points @ matrix).astype(np.float32)) for p in ink.pieces))


def with_boxes_of(ink: Ink, reading: Interpretation) -> Interpretation:
    """A reading of turned strokes with the boxes that its symbols have in the ink as it was drawn."""
    numbers = ink.numbers or range(len(ink.pieces))
    piece_of = {number: piece for piece, number in enumerate(numbers)}
    symbols = (replace(s, box=ink.input_box(ink.box_of([piece_of[n] for n in s.strokes]))) for s in reading.symbols)
    return replace(reading, symbols=tuple(symbols))
