"""Printed letters in rows of arithmetic: units, words beside it, and letters that stand for numbers.

``5 cm + 3 cm = 8 cm`` and ``4 × 6 = 24 (eggs)`` are marked as if the letters were not there. Where they matter, as in
``1 m − 40 cm``, nothing is called wrong; rows that calculate with letters are left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from app.marking.glance import OF_ARITHMETIC, Glances
from app.marking.layout import Glyph, Line, may_be_bracket
from app.marking.page_ink import Piece
from app.reading.scoring import log_softmax
from models.ink import Box
from models.vocabulary import INDEX, LABELS

_PLAINLY = 0.05
"""Probability of being of arithmetic's alphabet below which a printed symbol is a letter: of print it is under 0.03,
of digits over 0.3."""
_PERHAPS = 0.3
"""The same probability below which the rest of a row is looked at."""
_PRINT = -1.5
"""Logit of being handwritten below which a letter by itself is print: digits by hand that run together have more."""
_PERHAPS_PRINT = 2.5
"""The same below which it may be print, and is where another in the row looks like it, as € does."""
_WORD, _LIKE_WORD = 1.5, 0.12
"""Width of a small word whose letters run together, in its height, at the least, and such a probability of it, at the
most: whether it is print nobody can tell."""
_ASKING = 0.05
"""Probability of being a question mark behind an equals sign, at the least; of digits by hand it is under 0.01."""
_LEAST = 4
"""Glyphs of a line that is looked at."""
_LOW = 0.92
"""Height of a letter without a stem, in symbol heights, at the most."""
_SIDE = 0.35
"""Larger side of a letter, in symbol heights, at the least."""
_MOST = 3.0
"""Letters for each other symbol of a row, at the most: more are words with a number among them."""
_TOKEN, _LONGEST = 0.35, 5
"""Space behind what numbers a problem, in symbol heights, and glyphs of that: it is told by others."""
_WITHIN = 0.25
"""Space within a word, in symbol heights, at the most."""
_BRACKET, _NARROW = 1.08, 0.5
"""Height of a bracket in those of the highest letter, at the least, and its width in its own height, at the most."""
_WORD_IN_BRACKETS = 3
"""Glyphs between what is as narrow as brackets, but looks like none, at the least."""
_BEFORE_WORD = 3
"""Glyphs between a bracket and the word in it, at the most: ``(2 marks)``."""
_SIGNS = frozenset(("+", "-", "\\times", "\\div", "/", "=", "\\lt", "\\gt", "*", "\\cdot", ":"))
_NO_LETTERS = frozenset(("R", "r", "%", "\\circ", "\\approx", "\\square", "\\sqrt", "\\leq", "\\geq", "\\neq", "\\pi"))
_TIMES = frozenset(("x", "X"))
_PLACEHOLDER = "?"
_SAME = {"\\in": "E"}
"""What a sign of no class is taken for in one place, and in another."""


@dataclass(frozen=True)
class Unlettered:
    """Lines without letters.

    Attributes:
        lines: those that are left.
        letters: ink of the letters.
        doubtful: boxes of letters that may matter.
    """

    lines: list[Line]
    letters: list[Piece]
    doubtful: list[Box]


@dataclass(frozen=True)
class _Seen:
    """What a glyph looks like most, whether it may be a printed letter, how likely it is of arithmetic, the logit of
    being handwritten, and whether it may be a word whose letters run together."""

    label: str = ""
    is_letter: bool = False
    share: float = 1.0
    hand: float = 0.0
    is_word: bool = False


@dataclass(frozen=True)
class _Row:
    """The glyphs of a line, and what each looks like."""

    glyphs: Sequence[Glyph]
    seen: Sequence[_Seen]
    height: float

    @cached_property
    def labels(self) -> list[str]:
        """What each looks like most."""
        return [s.label for s in self.seen]

    @cached_property
    def is_letter(self) -> list[bool]:
        """Which are letters: one that stands alone, and is like nothing else in the row, has to be plainly print."""
        printed = [s.is_letter and s.hand < 0 for s in self.seen]
        beside = [before or after for before, after in zip([False, *printed[:-1]], [*printed[1:], False], strict=True)]
        signs = Counter(s.label for s in self.seen if s.is_letter)
        return [
            s.is_letter
            and (
                (is_print and in_word) or s.is_word or s.hand < _PRINT or s.label == _PLACEHOLDER or signs[s.label] > 1
            )
            for is_print, in_word, s in zip(printed, beside, self.seen, strict=True)
        ]

    def gap(self, k: int) -> float:
        """Space before a glyph, in symbol heights."""
        return (self.glyphs[k].box[0] - self.glyphs[k - 1].box[2]) / self.height

    def is_bracket(self, k: int) -> bool:
        """Whether a glyph is as narrow as a bracket, and as high as one around the row's digits or letters is."""
        x0, y0, x1, y1 = self.glyphs[k].box
        if self.is_letter[k]:
            return False
        letters = [g.box[3] - g.box[1] for g, is_letter in zip(self.glyphs, self.is_letter, strict=True) if is_letter]
        as_high = y1 - y0 > _BRACKET * max(letters, default=np.inf) and x1 - x0 < _NARROW * (y1 - y0)
        return as_high or may_be_bracket(self.glyphs[k].box, self.height)

    def is_sign(self, k: int) -> bool:
        """Whether a glyph is a sign of calculation or of comparison, or an empty place."""
        return self.glyphs[k].is_equals or not self.glyphs[k].pieces or self.labels[k] in _SIGNS


def without_letters(lines: Sequence[Line], glances: Glances) -> Unlettered:
    """The lines without printed letters, but for those that letters are most of.

    Args:
        lines: of a page.
        glances: at the page.
    """
    height = glances.height
    chosen = [k for k, line in enumerate(lines) if replace(line, steps=[]).signs and len(line.glyphs) >= _LEAST]
    # A page has many rows, of which few have letters: those have them where a number ends.
    probed = [(k, i) for k in chosen for i in _ends(lines[k].glyphs, height)]
    looks = _seen(probed, lines, glances)
    some = {k for (k, _), seen in looks.items() if seen.is_letter or seen.share < _PERHAPS}
    asked = [(k, i) for k in sorted(some) for i in range(len(lines[k].glyphs))]
    seen = _seen(asked, lines, glances)
    result = Unlettered([], [], [])
    for k, line in enumerate(lines):
        if k not in some:
            result.lines.append(line)
            continue
        row = _Row(line.glyphs, [seen.get((k, i), _Seen()) for i in range(len(line.glyphs))], height)
        groups = _groups(row)
        if groups is None:
            continue
        out = {i for group in groups for i in group}
        left = [g for i, g in enumerate(line.glyphs) if i not in out]
        result.lines.append(replace(line, glyphs=left) if groups else line)
        result.letters.extend(glances.pieces[p] for i in out for p in line.glyphs[i].pieces)
        if _matter(row, groups):
            result.doubtful.extend(line.glyphs[i].box for i in out)
    return result


def _ends(glyphs: Sequence[Glyph], height: float) -> set[int]:
    """Glyphs before equals signs, the last two, of which one may be a bracket, and at a row's beginning what is low."""
    ends = {i - 1 for i in range(1, len(glyphs)) if glyphs[i].is_equals}
    ends |= {len(glyphs) - 2, len(glyphs) - 1}
    if glyphs[0].box[3] - glyphs[0].box[1] < _LOW * height:
        ends.add(0)
    return ends


def _seen(asked: Sequence[tuple[int, int]], lines: Sequence[Line], glances: Glances) -> dict[tuple[int, int], _Seen]:
    """What glyphs, by line and place, look like."""
    asked = [(k, i) for k, i in asked if _may_be_letter(lines[k].glyphs[i], glances.height)]
    found = glances.at([lines[k].glyphs[i].pieces for k, i in asked])
    seen = {}
    for (k, i), share, hand in zip(asked, np.exp(log_softmax(found.symbol)), found.hand, strict=True):
        label = _SAME.get(LABELS[share.argmax()], LABELS[share.argmax()])
        of_arithmetic = float(share[OF_ARITHMETIC].sum())
        is_letter = bool(hand < _PERHAPS_PRINT and of_arithmetic < _PLAINLY and label not in _NO_LETTERS)
        x0, y0, x1, y1 = lines[k].glyphs[i].box
        is_word = bool(x1 - x0 > _WORD * (y1 - y0) and of_arithmetic < _LIKE_WORD)
        *_, before, last = lines[k].glyphs
        if lines[k].glyphs[i] is last and before.is_equals and share[INDEX[_PLACEHOLDER]] > _ASKING:
            label, is_letter = _PLACEHOLDER, True
        seen[k, i] = _Seen(label, is_letter or is_word, of_arithmetic, float(hand), is_word)
    return seen


def _may_be_letter(glyph: Glyph, height: float) -> bool:
    x0, y0, x1, y1 = glyph.box
    return bool(glyph.pieces) and not glyph.is_equals and max(x1 - x0, y1 - y0) >= _SIDE * height


def _groups(row: _Row) -> list[range] | None:
    """The words and units of a row; none if it is words, ``None`` if it calculates with letters."""
    start = next((k for k in range(1, len(row.glyphs)) if row.gap(k) > _TOKEN), 0)
    if start > _LONGEST or (start == 1 and row.is_letter[0] and row.is_sign(1)):
        start = 0
    at = [k for k, is_letter in enumerate(row.is_letter) if is_letter and k >= start and not _is_times(row, k)]
    if len(at) > _MOST * (len(row.glyphs) - len(at)):
        return []
    groups: list[range] = []
    for k in at:
        if groups and k < groups[-1].stop:
            continue
        group = _group(row, k)
        if len(group) == 1 and row.labels[k] != _PLACEHOLDER and k and row.glyphs[k - 1].is_equals:
            continue  # an answer whose digits run together
        if not _is_beside_number(row, group):
            return None
        groups.append(group)
    return groups


def _is_times(row: _Row, k: int) -> bool:
    """Whether an x stands between two numbers, in place of ×."""
    if row.labels[k] not in _TIMES or not 0 < k < len(row.glyphs) - 1:
        return False
    return not any(row.is_letter[j] or row.is_sign(j) for j in (k - 1, k + 1))


def _group(row: _Row, k: int) -> range:
    """The word that begins with a letter, or the brackets that it stands in."""
    end = k + 1
    while end < len(row.glyphs) and not row.is_sign(end) and (row.is_letter[end] or row.gap(end) < _WITHIN):
        end += 1
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
    return range(k, end)


def _is_beside_number(row: _Row, group: range) -> bool:
    """Whether a word goes with the number or the place before it, takes the place of the answer, or begins the row."""
    is_end = group.stop == len(row.glyphs)
    if not group.start:
        return not is_end and not row.is_sign(group.stop)
    if row.is_bracket(group.start) or row.labels[group.start] == _PLACEHOLDER:
        return True
    before = group.start - 1
    return not row.is_sign(before) or not row.glyphs[before].pieces or (is_end and row.glyphs[before].is_equals)


def _matter(row: _Row, groups: Sequence[range]) -> bool:
    """Whether it may matter what the letters say: not where all have the same unit, or the last number one."""
    if any(row.glyphs[group.start - 1].is_equals for group in groups if group.start):
        return True  # who knows what stands where the answer should
    if any(row.seen[i].is_word for group in groups for i in group):
        return True  # or whether it is no answer
    units = [tuple(row.labels[i] for i in g if row.is_letter[i]) for g in groups if not row.is_bracket(g.start)]
    if len(units) == 1:
        return groups[-1].stop < len(row.glyphs)
    # Of as many numbers as signs part, one without a unit may have one that was not told.
    numbers = 1 + sum(row.is_sign(i) for i in range(len(row.glyphs)) if row.glyphs[i].pieces)
    return len(set(units)) > 1 or 0 < len(units) < numbers
