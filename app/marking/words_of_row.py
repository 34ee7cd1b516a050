"""The words and units of a row of arithmetic, and whether it matters what they say."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.marking.row_looks import PLACEHOLDER, PLAIN_DIGIT, RowOfLooks

PERHAPS_LETTER = 0.1
"""Probability of being a letter from which a symbol beside letters, or at the end of an answer, may be one."""
PERHAPS = 0.3
"""Probability of being of arithmetic's alphabet below which the rest of a row is looked at."""
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
_PERHAPS_UNIT = 0.05
"""The same where what stands before has a unit."""
_WORD_IN_BRACKETS = 3
"""Glyphs between what is as narrow as brackets, but looks like none, at the least."""
_IN_BRACKETS, _LEVEL = 4, 0.3
"""Glyphs of a unit in brackets, at the most, and how far the brackets' ends are from level, in their height, at the
most."""
_LEAST = 4
"""Glyphs of a row that ends with one, at the least."""
_OPENING = frozenset(("(", "1", "|", "["))
"""What a bracket in few pixels looks like."""
_BEFORE_WORD = 3
"""Glyphs between a bracket and the word in it, at the most: ``(2 marks)``."""
_TIMES = frozenset(("x", "X"))


def words_of(row: RowOfLooks) -> list[range] | None:
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
    start = behind_space(row, end - 1)
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
            return range(start, end) if row.seen[start + 1].share < PLAIN_DIGIT else None
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
    start = behind_space(row, k)
    if start is None:
        start = k
        while start > row.begins_answer + 1 and _begins_word(row, start - 1):
            start -= 1
    return range(start, end)


def behind_space(row: RowOfLooks, k: int) -> int | None:
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


def words_matter(row: RowOfLooks, groups: Sequence[range]) -> bool:
    """Whether it may matter what the letters say: not where all have the same unit, or the last number one."""
    if any(row.glyphs[group.start - 1].is_equals for group in groups if group.start):
        return True  # who knows what stands where the answer should
    if any(row.seen[i].is_word for group in groups for i in group):
        return True  # or whether it is no answer
    if any(row.is_bracket(g.start) and PERHAPS < row.seen[g.start + 1].share < PLAIN_DIGIT for g in groups):
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
    is_apart, last = behind_space(row, group.start) == group.start, group[-1]
    if units:
        is_same = all(len(u) == len(group) and (u[-1] == row.labels[last] or not row.is_plain(last)) for u in units)
        return not (is_apart and is_same)
    begins = row.seen[group.start].is_no_digit and row.seen[group.start - 1].letter < PERHAPS_LETTER
    return not (any(map(row.is_plain, group)) and (is_apart or begins))
