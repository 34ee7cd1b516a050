"""Units and words right behind an answer lie in the box of its problem, so that no mark is drawn over them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.marking.found import Found
from app.marking.layout import around
from models.ink import Box

_APART = 1.2
"""Space before a word, and within it, in symbol heights, at the most."""


def with_units(found: Sequence[Found], letters: Sequence[Box], height: float) -> list[Found]:
    """Problems whose boxes hold the letters that follow them.

    Args:
        found: problems of a page.
        letters: boxes of what was left out of its rows.
        height: its symbol height, in pixels as all boxes.
    """
    in_order = sorted(letters)
    return [replace(f, box=_over(f.box, in_order, _APART * height)) for f in found]


def _over(box: Box, letters: Sequence[Box], apart: float) -> Box:
    """A box over the letters, from left to right, each of which stands beside what is before it."""
    _, top, right, foot = box
    inside = [box]
    for letter in letters:
        x0, y0, x1, y1 = letter
        if top < (y0 + y1) / 2 < foot and x1 > right and x0 - right <= apart:
            inside.append(letter)
            right = x1
    return around(inside)
