"""A problem as it was found on a sheet."""

from __future__ import annotations

from dataclasses import dataclass

from app.marking.problem import Version
from app.marking.same_hand import SeenDigits
from models.ink import Box


@dataclass(frozen=True, eq=False)
class Found:
    """A problem before it has its place.

    Attributes:
        versions: ways to read it, the most probable first.
        box: where it is on the sheet.
        digits: of its likeliest reading, as they look; of a sum in columns those of each row; none where its ink was
            not seen in pieces.
        is_unread: whether something may be written where its answer is missing, or beside it.
        confused: pairs of digits, one of which was taken for the other at first sight anywhere on the page.
    """

    versions: tuple[Version, ...]
    box: Box
    digits: tuple[SeenDigits, ...] = ()
    is_unread: bool = False
    confused: frozenset[str] = frozenset()
