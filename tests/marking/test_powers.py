"""Small raised digits of printed questions are exponents; those of answers are digits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.marking.marker import Marker
from app.marking.powers import with_powers
from app.marking.problem import Cell, layout_of
from app.maths import to_text
from app.reading.reader import Reader
from app.reading.reading import Symbol
from tests.marking.pages import draw_text, print_text


def row(text: str, raised: dict[int, float], printed: bool = True, tall: float = 40.0) -> tuple[Cell, ...]:
    """Cells of a text, those in ``raised`` as high as it says and standing on the middle of the others."""
    result = []
    for k, label in enumerate(text):
        x, height = 30.0 * k, raised.get(k, 1.0) * tall
        foot = tall / 2 if k in raised else tall
        result.append(Cell(Symbol(label, (x, foot - height, x + 22, foot), printed=printed), {}))
    return tuple(result)


@given(st.sampled_from("123456789"), st.sampled_from("23"), st.floats(0.45, 0.72))
def test_a_raised_digit_is_an_exponent(base: str, exponent: str, small: float):
    _, tree = layout_of(with_powers(row(f"{base}{exponent}+4=", {1: small})))
    assert to_text(tree).replace(" ", "") == f"{base}^{exponent}+4="


@given(st.floats(0.45, 0.72))
def test_answers_have_none(small: float):
    cells = row("3+4=45", {5: small})
    assert with_powers(cells) == cells


@given(st.floats(0.45, 0.72))
def test_nor_has_what_is_written_by_hand(small: float):
    cells = row("45+4=49", {1: small}, printed=False)
    assert with_powers(cells) == cells


@given(st.floats(0.9, 1.2))
def test_digits_as_tall_as_others_are_none(tall: float):
    cells = row("45+4=49", {1: tall})
    assert with_powers(cells) == cells


@pytest.mark.parametrize("base_first", [True, False])
def test_powers_are_read_and_judged(reader: Reader, base_first: bool):
    page = np.full((400, 900), 255, np.uint8)
    for k, (base, answer) in enumerate([(7, "55"), (4, "22"), (3, "25")]):
        foot = 100 + 110 * k
        x = 60.0 if base_first else print_text(page, "6 + ", 60, foot)
        x = print_text(page, str(base), x, foot)
        x = print_text(page, "2", x, foot - 22, 32)
        x = print_text(page, " + 6 = " if base_first else " = ", x, foot)
        draw_text(page, answer, x + 10, foot - 48, 46)
    found = Marker(reader).mark(page).problems
    forms = [f"{b}^2+6" if base_first else f"6+{b}^2" for b in (7, 4, 3)]
    assert [p.text.replace(" ", "") for p in found] == [
        f"{f}={a}" for f, a in zip(forms, ("55", "22", "25"), strict=True)
    ]
    assert [p.verdict for p in found[:2]] == ["correct", "correct"] and found[2].verdict != "correct"
