"""The letter before a remainder, ``3 r 2`` or ``3 R 2``, which alone would be read as a digit or as ×.

A small r of many hands looks like nothing but a 1. It is told by its height, where others on the page are plain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.marking.glance import Glances
from app.marking.layout import Glyph, Line
from app.marking.row_looks import Look, looks_of
from models.ink import Box

_PLAINLY = 0.3
"""Probability of being an r or R from which a symbol between digits is one."""
_LOW = 0.8
"""Height of a small r, in those of the digits beside it, at the most."""
_USUAL = 0.15
"""Share of a page's answers with a remainder from which any may have one."""


@dataclass(frozen=True)
class Remainders:
    """Where remainders begin.

    Attributes:
        letters: boxes of the letters before them.
        doubtful: boxes of answers that may have a remainder which was not told.
    """

    letters: list[Box]
    doubtful: list[Box]


def find_remainders(lines: Sequence[Line], glances: Glances) -> Remainders:
    """The letters before the remainders of a page.

    Args:
        lines: of the page.
        glances: at the page.
    """
    answers = {k: answer for k, line in enumerate(lines) if len(answer := line.answer) > 1}
    inside = [(k, i) for k, answer in answers.items() for i in _inside(lines[k], answer)]
    looks = looks_of(inside, lines, glances)
    plain = {(k, i) for k, i in inside if looks.get((k, i), Look()).remainder > _PLAINLY}
    rows = {k for k, _ in plain}
    usual = len(rows) > 1 and len(rows) >= _USUAL * len(answers)
    if usual:
        plain |= {(k, i) for k, i in inside if k not in rows and _is_low(lines[k].glyphs, i)}
        rows = {k for k, _ in plain}
    letters = [lines[k].glyphs[i].box for k, i in sorted(plain)]
    return Remainders(letters, [answers[k][-1].box for k in answers if usual and k not in rows])


def _inside(line: Line, answer: Sequence[Glyph]) -> list[int]:
    """Which glyphs of a line stand between others of its answer, and no more than two digits before its end."""
    end = len(line.glyphs)
    return list(range(max(end - len(answer) + 1, end - 3), end - 1))


def _is_low(glyphs: Sequence[Glyph], i: int) -> bool:
    """Whether a symbol is lower than those beside it, and stands where they do."""
    (_, before, _, foot), (_, top, _, bottom), (_, after, _, end) = (g.box for g in glyphs[i - 1 : i + 2])
    least = min(foot - before, end - after)
    return bottom - top < _LOW * least and bottom > (before + foot) / 2 and top > min(before, after)
