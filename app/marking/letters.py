"""Letters in rows of arithmetic: units, words beside it, and letters that stand for numbers.

``5 cm + 3 cm = 8 cm`` and ``4 × 6 = 24 (eggs)`` are marked as if the letters were not there, whether print or the
child's own. Where they matter, as in ``1 m − 40 cm``, nothing is called wrong; rows that calculate with letters are
left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from app.marking.glance import Glances
from app.marking.layout import Glyph, Line, around, boxes_of
from app.marking.page_ink import Piece
from app.marking.repeated_units import RepeatedUnit, may_repeat, repeated_units
from app.marking.row_looks import PLACEHOLDER, Look, RowOfLooks, looks_of
from models.ink import Box

_PERHAPS = 0.3
"""Probability of being of arithmetic's alphabet below which the rest of a row is looked at."""
_LEAST, _MANY = 4, 20
"""Glyphs of a line that is looked at, at the least, and of one without an equals sign, at the most."""
_LOW = 0.92
"""Height of a letter without a stem, in symbol heights, at the most."""
_MOST = 3.0
"""Letters for each other symbol of a row, at the most: more are words with a number among them."""
_TOKEN, _LONGEST = 0.35, 5
"""Space behind what numbers a problem, in symbol heights, and glyphs of that: it is told by others."""
_WITHIN = 0.25
"""Space within a word, in symbol heights, at the most."""
_APART = 1.2
"""The same within what stands behind an answer's digits."""
_SPACE, _WIDER = 0.22, 2.0
"""Space before a word behind an answer, likewise, and in the widest between the digits before it, at the least."""
_USUAL = 0.25
"""Share of a page's answers that have units by hand, from which any may."""
_PERHAPS_LETTER = 0.1
"""Probability of being a letter from which a symbol beside letters, or at the end of an answer, may be one."""
_PERHAPS_UNIT = 0.05
"""The same where what stands before has a unit."""
_WORD_IN_BRACKETS = 3
"""Glyphs between what is as narrow as brackets, but looks like none, at the least."""
_IN_BRACKETS, _PLAIN_DIGIT, _LEVEL = 4, 0.9, 0.3
"""Glyphs of a unit in brackets, at the most, probability of being of arithmetic's alphabet from which what it begins
with is a digit, and how far the brackets' ends are from level, in their height, at the most."""
_OPENING = frozenset(("(", "1", "|", "["))
"""What a bracket in few pixels looks like."""
_BEFORE_WORD = 3
"""Glyphs between a bracket and the word in it, at the most: ``(2 marks)``."""
_TIMES = frozenset(("x", "X"))


@dataclass(frozen=True)
class Unlettered:
    """Lines without letters.

    Attributes:
        lines: those that are left.
        letters: ink of the letters.
        doubtful: around the lines of which something that was left out may matter.
    """

    lines: list[Line]
    letters: list[Piece]
    doubtful: list[Box]


def without_letters(lines: Sequence[Line], glances: Glances) -> Unlettered:
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
        if (k in signed and (seen.is_letter or seen.share < _PERHAPS))
        or (seen.is_by_hand and len(lines[k].glyphs) < _MANY)
    }
    repeating = {k for (k, i), seen in looks.items() if k in signed and may_repeat(lines[k].glyphs, i, seen)}
    asked = [(k, i) for k in sorted(some | repeating) for i in range(len(lines[k].glyphs))]
    looks |= looks_of(asked, lines, glances)
    rows = {
        k: RowOfLooks(lines[k].glyphs, [looks.get((k, i), Look()) for i in range(len(lines[k].glyphs))], height)
        for k in sorted(some | repeating)
    }
    groups = {k: _groups(rows[k]) for k in sorted(some)}
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
        if usual or looks.get((k, end - 1), Look()).letter > _PERHAPS_LETTER:
            doubtful.add(k)
        if usual and k in signed:
            start = _behind_space(RowOfLooks(lines[k].glyphs, [Look()] * end, height), end - 1)
            groups[k] = [range(start, end)] if start else []
    return _without(lines, rows, groups, units, doubtful, glances)


def _without(
    lines: Sequence[Line],
    rows: dict[int, RowOfLooks],
    groups: dict[int, list[range] | None],
    units: dict[int, RepeatedUnit],
    doubtful: set[int],
    glances: Glances,
) -> Unlettered:
    """The lines without their words; ``doubtful`` are those of which an answer may have lost a digit, or kept a
    letter."""
    result = Unlettered([], [], [])
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
        result.letters.extend(glances.pieces[p] for i in out for p in line.glyphs[i].pieces)
        if k in units:
            result.letters.extend(_inside([around([line.glyphs[i].box for i in word]) for word in words], glances))
        known = units[k].is_doubtful if k in units else k in doubtful
        if known or (words and k not in units and _matter(rows[k], words)):
            # What was left out may stand far behind what is left.
            result.doubtful.append(around([g.box for g in line.glyphs]))
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


def _groups(row: RowOfLooks) -> list[range] | None:
    """The words and units of a row; none if it is words, ``None`` if it calculates with letters."""
    start = next((k for k in range(1, len(row.glyphs)) if row.gap(k) > _TOKEN), 0)
    if start > _LONGEST or (start == 1 and row.is_letter[0] and row.is_sign(1)):
        start = 0
    at = [k for k, is_letter in enumerate(row.is_letter) if is_letter and k >= start and not _is_times(row, k)]
    if len(at) > _MOST * (len(row.glyphs) - len(at)):
        return []
    groups = [unit] if (unit := _unit_in_brackets(row)) else []
    for k in at:
        if any(k in group for group in groups):
            continue
        group = _group(row, k)
        is_all = len(group) == 1 or (group.stop == len(row.glyphs) and row.is_by_hand(group))
        if is_all and row.labels[k] != PLACEHOLDER and group.start and row.glyphs[group.start - 1].is_equals:
            continue  # an answer whose digits run together
        if not _is_beside_number(row, group):
            if row.is_by_hand(group):
                continue
            return None
        groups.append(group)
    if groups and (unit := _unread_unit(row, groups)):
        groups.append(unit)
    return groups


def _unread_unit(row: RowOfLooks, groups: Sequence[range]) -> range | None:
    """What stands apart behind an answer, and is no plain digit, where the numbers before have units."""
    end = len(row.glyphs)
    if not end - row.begins_answer > 1 or any(g.stop > row.begins_answer or row.is_bracket(g.start) for g in groups):
        return None
    start = _behind_space(row, end - 1)
    if start is None or not any(row.seen[i].letter > _PERHAPS_UNIT for i in range(start, end)):
        return None
    return range(start, end)


def _unit_in_brackets(row: RowOfLooks) -> range | None:
    """What stands in brackets behind an answer, or its place, and begins with no digit: ``= 12（元）``."""
    end = len(row.glyphs)
    if end < _LEAST or not (row.is_bracket(end - 1) or row.labels[end - 1] == ")"):
        return None
    _, top, _, foot = row.glyphs[end - 1].box
    for start in range(end - 3, max(row.begins_answer, end - 3 - _IN_BRACKETS), -1):
        x0, y0, x1, y1 = row.glyphs[start].box
        opens = row.is_bracket(start) or row.labels[start] in _OPENING
        if opens and x1 - x0 < 0.5 * (y1 - y0) and abs(y0 - top) + abs(y1 - foot) < _LEVEL * (foot - top):
            return range(start, end) if row.seen[start + 1].share < _PLAIN_DIGIT else None
    return None


def _is_times(row: RowOfLooks, k: int) -> bool:
    """Whether an x stands between two numbers, in place of ×."""
    if row.labels[k] not in _TIMES or not 0 < k < len(row.glyphs) - 1:
        return False
    return not any(row.is_letter[j] or row.is_sign(j) for j in (k - 1, k + 1))


def _group(row: RowOfLooks, k: int) -> range:
    """The word that begins with a letter, or the brackets that it stands in."""
    for start in range(k - 1, max(k - 1 - _BEFORE_WORD, -1), -1):
        if row.is_sign(start):
            break
        if row.is_bracket(start):
            close = next((j for j in range(k + 1, len(row.glyphs)) if row.is_sign(j) or row.is_bracket(j)), None)
            if close is None or not row.is_bracket(close):
                continue
            # In 81 ml a 1 and an l are as narrow.
            inside = range(start + 1, close)
            is_word = len(inside) >= _WORD_IN_BRACKETS or any(row.seen[i].is_word for i in inside)
            if is_word or row.labels[start] == "(" or row.labels[close] == ")":
                return range(start, close + 1)
    if row.begins_answer < k:
        return _word_in_answer(row, k)
    end = k + 1
    while end < len(row.glyphs) and not row.is_sign(end) and (row.is_letter[end] or row.gap(end) < _WITHIN):
        end += 1
    return range(k, end)


def _word_in_answer(row: RowOfLooks, k: int) -> range:
    """The word with a letter behind an answer's digits, of which some letters may look like digits or signs."""
    end = k + 1
    while end < len(row.glyphs) and not row.glyphs[end].is_equals and row.gap(end) < _APART:
        end += 1
    start = _behind_space(row, k)
    if start is None:
        start = k
        while start > row.begins_answer + 1 and _begins_word(row, start - 1):
            start -= 1
    return range(start, end)


def _behind_space(row: RowOfLooks, k: int) -> int | None:
    """Where a word in an answer begins if there is a space before it that is wider than those between the digits."""
    gaps = [row.gap(j) for j in range(row.begins_answer + 1, k + 1)]
    if not gaps:
        return None
    widest = int(np.argmax(gaps))
    is_space = gaps[widest] > max(_SPACE, _WIDER * max(gaps[:widest], default=0.0))
    return row.begins_answer + 1 + widest if is_space else None


def _begins_word(row: RowOfLooks, k: int) -> bool:
    """Whether what stands right before a letter is one, too: the c of cm may look like a bracket, or like a digit."""
    look = row.seen[k]
    return look.label in ("(", "\\lt") or look.letter > look.share


def _is_beside_number(row: RowOfLooks, group: range) -> bool:
    """Whether a word goes with the number or the place before it, takes the place of the answer, or begins the row."""
    is_end = group.stop == len(row.glyphs)
    if not group.start:
        return not is_end and not row.is_sign(group.stop)
    if row.is_bracket(group.start) or row.labels[group.start] == PLACEHOLDER:
        return True
    before = group.start - 1
    return not row.is_sign(before) or not row.glyphs[before].pieces or (is_end and row.glyphs[before].is_equals)


def _matter(row: RowOfLooks, groups: Sequence[range]) -> bool:
    """Whether it may matter what the letters say: not where all have the same unit, or the last number one."""
    if any(row.glyphs[group.start - 1].is_equals for group in groups if group.start):
        return True  # who knows what stands where the answer should
    if any(row.seen[i].is_word for group in groups for i in group):
        return True  # or whether it is no answer
    if any(row.is_bracket(g.start) and _PERHAPS < row.seen[g.start + 1].share < _PLAIN_DIGIT for g in groups):
        return True  # or whether it is no remainder
    behind = [g for g in groups if g.start > row.begins_answer and not row.is_bracket(g.start)]
    units = [
        tuple(row.labels[i] for i in g if row.is_letter[i])
        for g in groups
        if g not in behind and not row.is_bracket(g.start)
    ]
    if any(_is_doubtful(row, group, units) for group in behind):
        return True
    if len(units) == 1 and not behind:
        return groups[-1].stop < len(row.glyphs)
    # Of as many numbers as signs part, one without a unit may have one that was not told; behind the equals sign is a
    # number only where anything is.
    is_answered = any(glyph.pieces for glyph in row.glyphs[row.begins_answer :])
    signs = sum(row.is_sign(i) for i in range(len(row.glyphs)) if row.glyphs[i].pieces)
    numbers = is_answered + signs - len(behind)
    return len(set(units)) > 1 or 0 < len(units) < numbers


def _is_doubtful(row: RowOfLooks, group: range, units: Sequence[tuple[str, ...]]) -> bool:
    """Whether a word behind an answer may be part of the number, or another unit than those of the question."""
    if group.stop < len(row.glyphs):
        return True
    is_apart, last = _behind_space(row, group.start) == group.start, group[-1]
    if units:
        is_same = all(len(u) == len(group) and (u[-1] == row.labels[last] or not row.is_plain(last)) for u in units)
        return not (is_apart and is_same)
    begins = row.seen[group.start].is_no_digit and row.seen[group.start - 1].letter < _PERHAPS_LETTER
    return not (any(map(row.is_plain, group)) and (is_apart or begins))
