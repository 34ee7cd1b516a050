"""Letters in rows of arithmetic: units, words beside it, and letters that stand for numbers.

``5 cm + 3 cm = 8 cm`` and ``4 × 6 = 24 (eggs)`` are marked as if the letters were not there, whether print or the
child's own. Where they matter, as in ``1 m − 40 cm``, nothing is called wrong; rows that calculate with letters are
left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from app.marking.cleared import Cleared
from app.marking.glance import Glances
from app.marking.layout import Glyph, Line, around, boxes_of
from app.marking.page_ink import Piece
from app.marking.repeated_units import RepeatedUnit, may_repeat, repeated_units
from app.marking.row_looks import Look, RowOfLooks, looks_of
from app.marking.words_of_row import PERHAPS, PERHAPS_LETTER, behind_space, words_matter, words_of
from models.ink import Box

_LEAST, _MANY = 4, 20
"""Glyphs of a line that is looked at, at the least, and of one without an equals sign, at the most."""
_LOW = 0.92
"""Height of a letter without a stem, in symbol heights, at the most."""
_USUAL = 0.25
"""Share of a page's answers that have units by hand, from which any may."""


def without_letters(lines: Sequence[Line], glances: Glances) -> Cleared:
    """The lines without letters, but for those that letters are most of.

    Args:
        lines: of a page.
        glances: at the page.
    """
    height = glances.height
    chosen = [k for k, line in enumerate(lines) if len(line.glyphs) >= _LEAST]
    # A page has many rows, of which few have letters: those have them where a number ends.
    probed = [(k, i) for k in chosen for i in _ends(lines[k].glyphs, height)]
    looks = looks_of(probed, lines, glances)
    signed = {k for k in chosen if replace(lines[k], steps=[]).signs}
    # An equals sign may be broken where a unit is by hand; but words are no concern of ours, and many.
    some = {
        k
        for (k, i), seen in looks.items()
        if (k in signed and (seen.is_letter or seen.share < PERHAPS))
        or (seen.is_by_hand and len(lines[k].glyphs) < _MANY)
    }
    repeating = {k for (k, i), seen in looks.items() if k in signed and may_repeat(lines[k].glyphs, i, seen)}
    asked = [(k, i) for k in sorted(some | repeating) for i in range(len(lines[k].glyphs))]
    looks |= looks_of(asked, lines, glances)
    rows = {
        k: RowOfLooks(lines[k].glyphs, [looks.get((k, i), Look()) for i in range(len(lines[k].glyphs))], height)
        for k in sorted(some | repeating)
    }
    groups = {k: words_of(rows[k]) for k in sorted(some)}
    units = repeated_units({k: rows[k] for k in repeating}, glances.pieces)
    units = {k: unit for k, unit in units.items() if unit.is_complete or not _cover(groups.get(k), unit)}
    groups = {k: words for k, words in groups.items() if k not in units}
    for k, found in groups.items():
        row = rows[k]
        if k not in signed and "=" not in row.labels:
            end = len(row.glyphs)
            groups[k] = [g for g in found or () if row.begins_answer and row.is_by_hand(g) and g.stop == end]
    by_hand = [k for k, found in groups.items() if any(map(rows[k].is_by_hand, found or ()))]
    bare = [k for k in chosen if k not in units and groups.get(k, []) == [] and _is_answered(lines[k])]
    # Who writes units behind answers may have done so behind others, too, where they look like digits.
    usual = len(by_hand) > 1 and len(by_hand) >= _USUAL * (len(by_hand) + len(bare))
    # The only one of a page may be a digit of an odd shape.
    doubtful = set(by_hand) if len(by_hand) == 1 else set()
    for k in bare if by_hand else ():
        end = len(lines[k].glyphs)
        if usual or looks.get((k, end - 1), Look()).letter > PERHAPS_LETTER:
            doubtful.add(k)
        if usual and k in signed:
            start = behind_space(RowOfLooks(lines[k].glyphs, [Look()] * end, height), end - 1)
            groups[k] = [range(start, end)] if start else []
    return _without(lines, rows, groups, units, doubtful, glances)


def _without(
    lines: Sequence[Line],
    rows: dict[int, RowOfLooks],
    groups: dict[int, list[range] | None],
    units: dict[int, RepeatedUnit],
    doubtful: set[int],
    glances: Glances,
) -> Cleared:
    """The lines without their words; ``doubtful`` are those of which an answer may have lost a digit, or kept a
    letter."""
    result = Cleared([], [], [])
    for k, line in enumerate(lines):
        words = units[k].places if k in units else groups.get(k, [])
        if words is None:
            continue
        out = {i for word in words for i in word}
        # Where the unit of one problem stands before another, both are one line.
        parts = pairwise([0, *(units[k].ends if k in units else [len(line.glyphs)])])
        left = [[line.glyphs[i] for i in range(*part) if i not in out] for part in parts]
        result.lines.extend([Line(glyphs) for glyphs in left[:-1]])
        result.lines.append(replace(line, glyphs=left[-1]) if words else line)
        result.ink.extend(glances.pieces[p] for i in out for p in line.glyphs[i].pieces)
        if k in units:
            result.ink.extend(_inside([around([line.glyphs[i].box for i in word]) for word in words], glances))
        known = units[k].is_doubtful if k in units else k in doubtful
        if known or (words and k not in units and words_matter(rows[k], words)):
            # What was left out may stand far behind what is left.
            result.doubtful.append(line.box)
    return result


def _cover(words: Sequence[range] | None, unit: RepeatedUnit) -> bool:
    """Whether words that are known for such have all of what is repeated."""
    return {i for place in unit.places for i in place} <= {i for word in words or () for i in word}


def _inside(boxes: Sequence[Box], glances: Glances) -> list[Piece]:
    """The pieces inside of characters that are made of several: in 厘 there is 里."""
    all_boxes = boxes_of(glances.pieces)
    middles = (all_boxes[:, :2] + all_boxes[:, 2:]) / 2
    within = [(middles > box[:2]).all(1) & (middles < box[2:]).all(1) for box in boxes]
    return [glances.pieces[i] for i in np.flatnonzero(np.any(within, 0))]


def _is_answered(line: Line) -> bool:
    """Whether a number of two symbols or more stands at a line's end."""
    *_, before, last = line.glyphs
    return bool(before.pieces and last.pieces) and not (before.is_equals or last.is_equals)


def _ends(glyphs: Sequence[Glyph], height: float) -> set[int]:
    """Glyphs before equals signs, the last three, of which one may be a bracket, and at a row's beginning what is
    low."""
    ends = {i - 1 for i in range(1, len(glyphs)) if glyphs[i].is_equals}
    ends |= {len(glyphs) - 3, len(glyphs) - 2, len(glyphs) - 1}
    if glyphs[0].box[3] - glyphs[0].box[1] < _LOW * height:
        ends.add(0)
    return ends
