"""What a reader answers: symbols, their layout, and what else the ink may say."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from models.layout_tree import LayoutTree

Notation = Literal["auto", "infix", "prefix", "postfix"]
Box = tuple[float, float, float, float]
"""(x0, y0, x1, y1) in the input's own pixels or stroke units, y down."""


@dataclass(frozen=True, slots=True)
class SymbolAlternative:
    """Another label a symbol may have, with its probability."""

    label: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Symbol:
    """One symbol of a reading.

    Attributes:
        label: its class, one of ``models.vocabulary.LABELS``.
        box: where its ink is.
        confidence: calibrated probability in 0..1 that the label is right.
        strokes: indices of the input's strokes (of an image: of its connected pieces) it is made of.
        printed: whether it is print rather than handwriting.
        alternatives: other labels, most probable first.
    """

    label: str
    box: Box
    confidence: float = 1.0
    strokes: tuple[int, ...] = ()
    printed: bool = False
    alternatives: tuple[SymbolAlternative, ...] = ()


@dataclass(frozen=True, slots=True)
class Interpretation:
    """One consistent way to read the ink: symbols, and the layout tree over them (node i = symbol i)."""

    symbols: tuple[Symbol, ...]
    tree: LayoutTree
    confidence: float


@dataclass(frozen=True, slots=True)
class Reading:
    """The best interpretation of an ink and the next best ones.

    Attributes:
        best: the most probable interpretation.
        alternatives: others, most probable first; none equals ``best`` or another.
        box: bounding box of all ink read.
        notation: what the places of the symbols tell about it, ``auto`` where they tell nothing.
        timings: milliseconds by stage (``ink``, ``candidates``, ``classify``, ``lattice``, ``layout``).
    """

    best: Interpretation
    alternatives: tuple[Interpretation, ...]
    box: Box
    notation: Notation = "auto"
    timings: dict[str, float] = field(default_factory=dict)
