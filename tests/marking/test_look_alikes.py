"""A hand that writes one digit like another is not called wrong for it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from app.marking.look_alikes import without_look_alikes
from app.marking.problem import Cells, Version
from app.marking.verdicts import judge
from tests.marking.pages import cells


def handwritten(text: str) -> Cells:
    return tuple(replace(c, symbol=replace(c.symbol, printed=False)) for c in cells(text, 0.999))


def verdicts(*texts: str, printed: bool = False, confused: Collection[str] = ()) -> list[str]:
    rows = [handwritten(text) for text in texts]
    if printed:
        rows = [tuple(replace(c, symbol=replace(c.symbol, printed=True)) for c in row) for row in rows]
    found = without_look_alikes(rows, [judge([Version(row, 0.999)]) for row in rows], confused)
    return [f.verdict for f in found]


def test_two_answers_that_one_swap_makes_right_are_unsure():
    # 1 like 7: 17 and 121.
    assert verdicts("8+9=77", "60+61=727", "3+4=9", "2+3=5") == ["unsure", "unsure", "wrong", "correct"]


def test_a_single_one_or_two_by_different_swaps_stay_wrong():
    assert verdicts("8+9=77", "2+2=9") == ["wrong", "wrong"]
    assert verdicts("8+9=77", "6×8=98") == ["wrong", "wrong"]


def test_one_answer_is_enough_where_the_hand_is_known_to_write_two_digits_alike():
    assert verdicts("8+9=77", "2+2=9", "3×9=72", confused={"17"}) == ["unsure", "wrong", "wrong"]
    assert verdicts("8+9=71", confused={"17"}) == ["wrong"]


def test_the_same_digit_may_be_what_it_looks_like_elsewhere_in_the_row():
    assert verdicts("7+4=77", "7+9=76") == ["unsure", "unsure"]


def test_print_is_what_it_looks_like():
    assert verdicts("8+9=77", "60+61=727", printed=True) == ["wrong", "wrong"]
