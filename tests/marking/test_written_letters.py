"""Units that a child writes are none of its numbers, and the letter before a remainder is no digit."""

from __future__ import annotations

import numpy as np
import pytest

from app.marking.marker import Marker
from tests.marking.pages import draw_page, from_top, sheet


def read(marker: Marker, page: np.ndarray) -> list[tuple[str, str]]:
    """The text and the verdict of each problem, from the top."""
    return [(p.text.replace(" ", ""), p.verdict) for p in from_top(marker, page)]


def written(*rows: str) -> np.ndarray:
    """A page all by hand."""
    return draw_page([(row, 60, 60 + 120 * k) for k, row in enumerate(rows)], 1000, 80 + 120 * len(rows))


@pytest.mark.parametrize("unit", ["m", "cm", "km"])
def test_a_unit_behind_the_answer(marker: Marker, unit: str):
    rows = (("52 + 4 =", "56"), ("29 + 5 =", "34"), ("8 + 6 =", "14"), ("40 + 3 =", "48"))
    found = read(marker, sheet(*((question, f"{answer} {unit}", "") for question, answer in rows)))
    assert [text for text, _ in found] == ["52+4=56", "29+5=34", "8+6=14", "40+3=48"]
    assert [verdict for _, verdict in found] == ["correct", "correct", "correct", "wrong"]


def test_a_unit_behind_a_row_by_hand(marker: Marker):
    found = read(marker, written("12+7=19 m", "23+5=28 km", "4×3=12 cm"))
    assert found == [("12+7=19", "correct"), ("23+5=28", "correct"), ("4×3=12", "correct")]


def test_another_unit_than_the_questions_is_never_called_wrong(marker: Marker):
    found = read(marker, sheet(*((f"{a} cm + {b} cm =", "1 m", "") for a, b in ((65, 35), (80, 20), (40, 60)))))
    assert len(found) == 3 and all(verdict != "wrong" for _, verdict in found)


def test_nothing_is_called_wrong_where_the_unit_of_others_may_look_like_a_digit(marker: Marker):
    found = read(marker, written("12+7=19 m", "23+5=28 km", "9×4=36 cm", "30+2=329"))
    assert found[-1] == ("30+2=329", "unsure")


def test_what_stands_apart_is_a_unit_where_most_answers_have_one(marker: Marker):
    found = read(marker, written("12+7=19 m", "23+5=28 km", "9×4=36 cm", "30+2=32 9", "30+2=34 9"))
    assert [text for text, _ in found][3:] == ["30+2=32", "30+2=34"]
    assert [verdict for _, verdict in found][3:] == ["correct", "unsure"]


def test_without_letters_on_the_page_wrong_answers_are_wrong(marker: Marker):
    found = read(marker, written("12+7=19", "23+5=28", "4×3=12", "30+2=329"))
    assert found[-1] == ("30+2=329", "wrong")


def test_a_small_r_stands_before_a_remainder(marker: Marker):
    found = read(marker, written("17÷5=3 r 2", "26÷8=3 r 2", "52÷6=8 r 4", "39÷7=5 r 3"))
    assert [text for text, _ in found] == ["17÷5=3R2", "26÷8=3R2", "52÷6=8R4", "39÷7=5R3"]
    assert [verdict for _, verdict in found][:3] == ["correct"] * 3 and found[3][1] != "correct"
