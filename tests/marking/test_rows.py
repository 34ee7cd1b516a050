"""What a row of a worksheet may be made of."""

from __future__ import annotations

import pytest

from app.marking.problem import Cell
from app.marking.rows import is_wellformed
from app.reading.reading import Symbol


def row(text: str, heights: dict[int, tuple[float, float]] | None = None) -> tuple[Cell, ...]:
    """Cells ten wide and twenty high; some at another height."""
    labels = {"÷": "\\div", "×": "\\times"}
    cells = []
    for k, character in enumerate(text):
        top, bottom = (heights or {}).get(k, (0.0, 20.0))
        cells.append(Cell(Symbol(labels.get(character, character), (12.0 * k, top, 12.0 * k + 10, bottom)), {}))
    return tuple(cells)


@pytest.mark.parametrize("text", ["17÷5=3R2", "17:5=3R2"])
def test_an_r_parts_the_quotient_from_the_remainder(text):
    assert is_wellformed(row(text))


@pytest.mark.parametrize("text", ["3R2", "17+5=3R2", "17÷5=R2", "17÷5=3R"])
def test_an_r_elsewhere_is_none(text):
    assert not is_wellformed(row(text))


def test_a_decimal_point_stands_low():
    assert is_wellformed(row("0.5", {1: (16, 20)}))
    assert not is_wellformed(row("9.5", {1: (8, 12)})), "a hyphen or a sign × stands at half the height"
