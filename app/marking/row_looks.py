"""What the glyphs of a row look like: which of them are letters, brackets, signs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from app.marking.glance import OF_ARITHMETIC, Glances
from app.marking.layout import Glyph, Line, may_be_bracket
from app.reading.scoring import log_softmax
from models.vocabulary import INDEX, LABELS

_PLAINLY = 0.05
"""Probability of being of arithmetic's alphabet below which a printed symbol is a letter: of print it is under 0.03,
of digits over 0.3."""
_PRINT = -1.5
"""Logit of being handwritten below which a letter by itself is print: digits by hand that run together have more."""
_PERHAPS_PRINT = 2.5
"""The same below which it may be print, and is where another in the row looks like it, as € does."""
_WORD, _LIKE_WORD = 1.5, 0.12
"""Width of a small word whose letters run together, in its height, at the least, and such a probability of it, at the
most: whether it is print nobody can tell."""
_ASKING = 0.05
"""Probability of being a question mark behind an equals sign, at the least; of digits by hand it is under 0.01."""
_SHARE, _UNLIKE, _WHOLE = 0.2, 0.5, 3.0
"""Probability of being of arithmetic's alphabet, at the most, of a letter that no digit looks like, that of being one,
at the least, and the logit of being one symbol, likewise: of 479 digits by hand none is taken for a letter by it, and
of c, k, m, n and p three in four are."""
_PLAIN = 0.9
"""Probability of being such a letter from which it is plainly one."""
_BY_HAND = -2.5
"""Mean logit of being handwritten of a word's letters, from which it is: of 19 in 20 letters by hand it is more, of
those in print typically -4.5."""
PLAIN_DIGIT = 0.9
"""Mean probability of being of arithmetic's alphabet from which what is repeated, or stands in brackets, is a digit:
printed ones have 0.97, what Chinese characters begin with up to 0.8."""
_SIDE = 0.35
"""Larger side of a letter, in symbol heights, at the least."""
_BRACKET, _NARROW = 1.08, 0.5
"""Height of a bracket in those of the highest letter, at the least, and its width in its own height, at the most."""
_SIGNS = frozenset(("+", "-", "\\times", "\\div", "/", "=", "\\lt", "\\gt", "*", "\\cdot", ":"))
_NO_LETTERS = frozenset(("R", "r", "%", "\\circ", "\\approx", "\\square", "\\sqrt", "\\leq", "\\geq", "\\neq", "\\pi"))
PLACEHOLDER = "?"
_SAME = {"\\in": "E"}
"""What a sign of no class is taken for in one place, and in another."""
_OF_LETTERS = np.array([label.isalpha() and len(label) == 1 and label not in "rRxX" for label in LABELS])
_UNLIKE_DIGITS = np.array([label in tuple("acdefkmnpvwACEKMNPVW") for label in LABELS])
"""Letters that no digit looks like in any hand; b, h, i, q, u and z are found among digits of photographed rows."""
_OF_REMAINDERS = np.array([label in ("r", "R") for label in LABELS])


@dataclass(frozen=True)
class Look:
    """What a glyph looks like.

    Attributes:
        label: most.
        is_letter: whether it may be a printed letter.
        share: how likely it is of arithmetic's alphabet.
        hand: logit of being handwritten.
        is_word: whether it may be a word whose letters run together.
        is_no_digit: whether it is a letter that no digit looks like.
        letter: how likely it is a letter, but for r and x.
        unlike: how likely it is a letter that no digit looks like.
        remainder: how likely it is the letter before a remainder.
    """

    label: str = ""
    is_letter: bool = False
    share: float = 1.0
    hand: float = 0.0
    is_word: bool = False
    is_no_digit: bool = False
    letter: float = 0.0
    unlike: float = 0.0
    remainder: float = 0.0

    @property
    def is_by_hand(self) -> bool:
        """Whether it is a letter by hand."""
        return self.is_no_digit and self.hand > _BY_HAND


@dataclass(frozen=True)
class RowOfLooks:
    """The glyphs of a line, and what each looks like."""

    glyphs: Sequence[Glyph]
    seen: Sequence[Look]
    height: float

    @cached_property
    def labels(self) -> list[str]:
        """What each looks like most."""
        return [s.label for s in self.seen]

    @cached_property
    def is_letter(self) -> list[bool]:
        """Which are letters: a printed one that stands alone, and is like nothing else in the row, has to be plainly
        one."""
        printed = [s.is_letter and s.hand < 0 for s in self.seen]
        beside = [before or after for before, after in zip([False, *printed[:-1]], [*printed[1:], False], strict=True)]
        signs = Counter(s.label for s in self.seen if s.is_letter)
        return [
            (
                s.is_letter
                and (
                    (is_print and in_word)
                    or s.is_word
                    or s.hand < _PRINT
                    or s.label == PLACEHOLDER
                    or signs[s.label] > 1
                )
            )
            or (s.is_no_digit and k > 0)
            for k, (is_print, in_word, s) in enumerate(zip(printed, beside, self.seen, strict=True))
        ]

    @cached_property
    def begins_answer(self) -> int:
        """Where the answer begins: behind the last equals sign, or sign of any kind where none was found."""
        whole = range(len(self.glyphs))
        equals = [k for k in whole if self.glyphs[k].is_equals or self.labels[k] == "="]
        signs = equals or [k for k in whole if self.is_sign(k)]
        return max(signs, default=-1) + 1

    def is_by_hand(self, group: range) -> bool:
        """Whether a word is handwritten: not in brackets, which nobody writes around a unit."""
        letters = [self.seen[k].hand for k in group if self.seen[k].is_no_digit or self.seen[k].is_word]
        return bool(letters) and float(np.mean(letters)) > _BY_HAND and not self.is_bracket(group.start)

    def is_plain(self, k: int) -> bool:
        """Whether a glyph is plainly a letter."""
        return self.seen[k].is_no_digit and self.seen[k].unlike > _PLAIN

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


def looks_of(asked: Sequence[tuple[int, int]], lines: Sequence[Line], glances: Glances) -> dict[tuple[int, int], Look]:
    """What glyphs, by line and place, look like."""
    asked = [(k, i) for k, i in asked if _may_be_letter(lines[k].glyphs[i], glances.height)]
    found = glances.at([lines[k].glyphs[i].pieces for k, i in asked])
    seen = {}
    shares = np.exp(log_softmax(found.symbol))
    for (k, i), share, whole, hand in zip(asked, shares, found.whole, found.hand, strict=True):
        label = _SAME.get(LABELS[share.argmax()], LABELS[share.argmax()])
        of_arithmetic = float(share[OF_ARITHMETIC].sum())
        is_letter = bool(hand < _PERHAPS_PRINT and of_arithmetic < _PLAINLY and label not in _NO_LETTERS)
        x0, y0, x1, y1 = lines[k].glyphs[i].box
        is_word = bool(x1 - x0 > _WORD * (y1 - y0) and of_arithmetic < _LIKE_WORD)
        *_, before, last = lines[k].glyphs
        if lines[k].glyphs[i] is last and before.is_equals and share[INDEX[PLACEHOLDER]] > _ASKING:
            label, is_letter = PLACEHOLDER, True
        letter = float(share[_OF_LETTERS].sum())
        unlike = float(share[_UNLIKE_DIGITS].sum())
        is_no_digit = bool(not is_word and of_arithmetic < _SHARE and unlike > _UNLIKE and whole > _WHOLE)
        remainder = float(share[_OF_REMAINDERS].sum())
        seen[k, i] = Look(
            label, is_letter or is_word, of_arithmetic, float(hand), is_word, is_no_digit, letter, unlike, remainder
        )
    return seen


def _may_be_letter(glyph: Glyph, height: float) -> bool:
    x0, y0, x1, y1 = glyph.box
    return bool(glyph.pieces) and not glyph.is_equals and max(x1 - x0, y1 - y0) >= _SIDE * height
