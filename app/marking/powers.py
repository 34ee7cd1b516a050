"""Exponents on worksheets, told by their size and place: small digits beside the upper half of a number or bracket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.marking.layout import Line, may_be_bracket
from app.marking.problem import Cell, Cells
from models.ink import Box
from models.layout_tree import Relation
from models.vocabulary import Kind

_SMALL = 0.88
"""Height of an exponent in its base's, at the most."""
_RAISED = 0.15
"""How far its foot reaches below the middle of its base, in the base's height, at the most …"""
_LOWERED = 0.25
"""… and its top below the base's: what is lower is a sign or a point. A bracket's height is a digit's and a half."""
_BRACKET = 0.7
_NEAR = 0.6
"""Space between the two, in the base's height, at the most."""
_PRINTED = 0.2
"""Share of a question's symbols that look printed, of a printed one's, at the least."""
_LONGEST = 2
"""Digits of an exponent."""
_LEAST, _TALL = 0.4, 0.7
"""Height of an exponent, and of its base, in the page's symbol heights, at the least."""
_LAPS = 0.15
"""How far an exponent may stand over its base, likewise."""


def with_powers(cells: Sequence[Cell]) -> Cells:
    """A row with the exponents in it as such; as it is where there are none.

    Printed questions have them. The last digit of what a pupil writes is as small and high at times, and none.

    Args:
        cells: of a row, from left to right.
    """
    result: list[Cell] = []
    relation = next((k for k, cell in enumerate(cells) if cell.kind is Kind.RELATION), len(cells))
    question = cells[: relation + 1]
    printed = sum(c.symbol.printed for c in question) >= _PRINTED * len(question)
    for k, cell in enumerate(cells):
        base = result[-1] if result else None
        if (
            printed
            and k < relation
            and base is not None
            and cell.kind is Kind.DIGIT
            and base.kind in (Kind.DIGIT, Kind.CLOSE)
        ):
            power = base.rows.get(Relation.SUPERSCRIPT, ())
            end = power[-1].box[2] if power else base.box[2]
            if _is_raised(cell.box, base.box, end, base.kind is Kind.CLOSE):
                result[-1] = replace(base, rows={**base.rows, Relation.SUPERSCRIPT: (*power, cell)})
                continue
        result.append(cell)
    return tuple(result)


def join_exponents(lines: Sequence[Line], height: float) -> list[Line]:
    """Lines with what is raised beside one of their symbols, and passed for a line of its own.

    Args:
        lines: of a page.
        height: its symbol height in pixels.
    """
    scraps = [line for line in lines if len(line.glyphs) <= _LONGEST and not line.steps]
    whole = [line for line in lines if len(line.glyphs) > _LONGEST]
    joined = []
    for scrap in scraps:
        box = scrap.box
        for line in whole if box[3] - box[1] > _LEAST * height else ():
            before = [k for k, g in enumerate(line.glyphs) if g.pieces and g.box[2] - _LAPS * height < box[0]]
            if not before or any(line.glyphs[k].is_equals for k in before):
                continue
            base = line.glyphs[before[-1]].box
            tall = base[3] - base[1] > _TALL * height
            if tall and _is_raised(box, base, base[2], may_be_bracket(base, height)):
                line.glyphs[before[-1] + 1 : before[-1] + 1] = scrap.glyphs
                joined.append(scrap)
                break
    return [line for line in lines if line not in joined]


def _is_raised(box: Box, base: Box, end: float, is_bracket: bool) -> bool:
    """Whether what has one box is small and raised beside the other's, right of ``end``."""
    _, top, _, bottom = base
    tall = (bottom - top) * (_BRACKET if is_bracket else 1.0)
    left, upper, _, lower = box
    return (
        lower - upper < _SMALL * tall
        and top < lower < (top + bottom) / 2 + _RAISED * tall
        and upper < top + _LOWERED * tall
        and left - end < _NEAR * tall
    )
