"""Lines of words, told from arithmetic before they are read: what they say is no concern of ours, and takes long."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.marking.glance import OF_ARITHMETIC, Glances
from app.marking.layout import Glyph, Line, boxes_of
from models.vocabulary import LABELS

_SIZES = (0.5, 2.2)
"""Larger side of pieces that are looked at, in symbol heights …"""
_LEAST_SIDE = 0.2
"""… and smaller side at least: bars and dots are in any script."""
_ARROW = (0.8, 0.2)
"""Length and height of an arrow, in symbol heights, at the least."""
_LIKE_ARROW = 0.15
"""Probability of being one, at the least: a minus sign as long and high has none."""
_ARROWS = [k for k, label in enumerate(LABELS) if "arrow" in label]
_MOST_ASKED, _LEAST_ASKED = 12, 4
"""Pieces of a line that are looked at; fewer tell nothing."""
_PLAIN = 10
"""Glyphs of a line with an equals sign that is not looked at."""
_LEAST_SHARE = 0.5
"""Mean probability of being of arithmetic's alphabet. Of 49 photographed rows the least had 0.65, of 129 made-up ones
0.75; of 125 lines of Latin print of five pieces or more the most had 0.47. Few of Chinese print have more, but most of
characters that are but made-up strokes: those are left to the reading."""


def without_prose(lines: Sequence[Line], glances: Glances) -> list[Line]:
    """The lines that are not plainly words, those that look most like arithmetic first.

    Args:
        lines: of a page.
        glances: at the page.
    """
    lines = _without_arrows(lines, glances)
    shares = _shares(lines, glances)
    steps = [step for line in lines for step in line.steps]
    arithmetic = {id(step) for step, share in zip(steps, _shares(steps, glances), strict=True) if share >= _LEAST_SHARE}
    likely = []
    for line, share in zip(lines, shares, strict=True):
        below = [step for step in line.steps if id(step) in arithmetic]
        # What stands below words does not go on with them.
        likely += [(Line(line.glyphs, below), share)] if share >= _LEAST_SHARE else [(step, 0.0) for step in below]
    return [line for line, share in sorted(likely, key=lambda found: (-found[0].signs, -found[1]))]


def _without_arrows(lines: Sequence[Line], glances: Glances) -> list[Line]:
    """The lines but for those that an arrow goes through: it would be read as a sign."""
    asked = [
        (k, g)
        for k, line in enumerate(lines)
        for g in line.glyphs
        if len(g.pieces) == 1 and _is_long(g, glances.height)
    ]
    seen = glances.shares([g.pieces for _, g in asked])
    out = {k for (k, _), likely in zip(asked, seen[:, _ARROWS].sum(1), strict=True) if likely > _LIKE_ARROW}
    return [line for k, line in enumerate(lines) if k not in out]


def _is_long(glyph: Glyph, height: float) -> bool:
    wide, high = glyph.box[2] - glyph.box[0], glyph.box[3] - glyph.box[1]
    return wide > _ARROW[0] * height and _ARROW[1] * height < high < wide


def _shares(lines: Sequence[Line], glances: Glances) -> list[float]:
    """Of each line, the mean probability of its symbols that they are of arithmetic; 1 where that was not asked."""
    asked = [() if _is_plain(line) else _asked(line, glances) for line in lines]
    symbols = [(i,) for some in asked if len(some) >= _LEAST_ASKED for i in some]
    seen = glances.shares(symbols)[:, OF_ARITHMETIC].sum(1)
    shares, start = [], 0
    for some in asked:
        if len(some) < _LEAST_ASKED:
            shares.append(1.0)
            continue
        shares.append(float(seen[start : start + len(some)].mean()))
        start += len(some)
    return shares


def _is_plain(line: Line) -> bool:
    """Whether a line is no words for it has a sign of arithmetic, and is short."""
    return Line(line.glyphs).signs > 0 and len(line.glyphs) <= _PLAIN


def _asked(line: Line, glances: Glances) -> list[int]:
    """Pieces that may be symbols by themselves; of many some from all over the line."""
    members = list(line.pieces)
    boxes = boxes_of([glances.pieces[i] for i in members])
    sides = np.sort(boxes[:, 2:] - boxes[:, :2], axis=1) / glances.height
    may_be = (sides[:, 1] >= _SIZES[0]) & (sides[:, 1] <= _SIZES[1]) & (sides[:, 0] >= _LEAST_SIDE)
    chosen = np.flatnonzero(may_be)
    some = np.linspace(0, len(chosen) - 1, min(len(chosen), _MOST_ASKED)).round().astype(int)
    return [members[k] for k in chosen[some]]
