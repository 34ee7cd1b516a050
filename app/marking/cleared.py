"""Lines without what is no part of their arithmetic."""

from __future__ import annotations

from dataclasses import dataclass

from app.marking.layout import Line
from app.marking.page_ink import Piece
from models.ink import Box


@dataclass(frozen=True)
class Cleared:
    """Lines without something, as letters or dollar signs.

    Attributes:
        lines: those that are left.
        ink: what was left out.
        doubtful: around the lines of which something that was left out may matter.
    """

    lines: list[Line]
    ink: list[Piece]
    doubtful: list[Box]
