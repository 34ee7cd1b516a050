"""Verdicts on problems whose reading is given."""

from __future__ import annotations

import pytest

from app.marking.problem import Cell, Version, is_problem, labels_of, without_numbering
from app.marking.row_reader import with_dots
from app.marking.verdicts import blank, find, judge
from app.reading.reading import Symbol
from tests.marking.pages import cells


@pytest.mark.parametrize(
    ("text", "verdict", "expected"),
    [
        ("7×8=56", "correct", "56"),
        ("7×8=54", "wrong", "56"),
        ("3+4=", "unanswered", "7"),
        ("=3+4", "unanswered", "7"),
        ("9=3+6", "correct", "9"),
        ("8=3+6", "wrong", "9"),
        ("5×(6÷3)=10", "correct", "10"),
        ("0.35+0.45=0.8", "correct", "0.8"),
        ("0.35+0.45=", "unanswered", "0.8"),
        ("139-64=075", "correct", "75"),
        ("3+□=7", "unanswered", "4"),
        ("□×6=42", "unanswered", "7"),
        ("7÷()=7", "unanswered", "1"),
        ("7÷(1)=7", "correct", "7"),
        ("17÷5=3…2", "correct", "3…2"),
        ("17÷5=3…3", "wrong", "3…2"),
        ("17÷5=2…7", "wrong", "3…2"),
        ("17÷5=3R2", "correct", "3…2"),
        ("17÷5=3R3", "wrong", "3…2"),
        ("17÷5=3.4", "correct", "3…2"),
        ("17÷5=", "unanswered", "3…2"),
        ("5>3", "correct", ">"),
        ("2+2<3", "wrong", ">"),
        ("5□3", "unanswered", ">"),
        ("53-6□49", "unanswered", "<"),
        ("2×3□6", "unanswered", "="),
        ("1/3+1/3=2/3", "correct", "2/3"),
        ("583-30", "unanswered", "553"),
        ("3,428+844=4272", "correct", "4272"),
        ("3,428+844=4,272", "correct", "4272"),
        ("3,428+844=4271", "wrong", "4272"),
        ("3.428+844=4272", "correct", "4272"),
        ("1,250+1,250=", "unanswered", "2500"),
        ("1.125+2.375=3.5", "correct", "3.5"),
        ("3,5+2,25=5,75", "correct", "5,75"),
        ("3,5+2,25=6,75", "wrong", "5,75"),
        ("1 1/3+2 2/3=3 3/3", "correct", None),
        ("1 1/3+2 2/3=4 3/3", "wrong", None),
        ("5□3=8", "unanswered", "+"),
        ("6□3=18", "unanswered", "×"),
        ("2□2=4", "unanswered", None),
        ("5÷0=0", "unsure", None),
        ("5+×3=8", "unsure", None),
        ("=", "unsure", None),
    ],
)
def test_verdict_and_expected_answer(text: str, verdict: str, expected: str | None):
    found = find(cells(text))
    assert (found.verdict, found.expected) == (verdict, expected)


def test_the_answer_in_a_box_is_what_is_expected():
    row = [Cell(c.symbol, c.rows, in_slot=k == 2) for k, c in enumerate(cells("3+5=7"))]
    assert (find(tuple(row)).verdict, find(tuple(row)).expected) == ("wrong", "4")


def test_an_empty_circle_is_a_missing_sign_and_an_empty_box_a_missing_number():
    x, y = cells("8+1"), cells("9")
    assert find((*x, blank((0, 0, 1, 1)), *y)).expected == "="
    full = (*cells("8+"), blank((0, 0, 1, 1)), *cells("=9"))
    assert find(full).expected == "1"


def test_a_verdict_that_likely_readings_do_not_share_is_unsure():
    versions = [Version(cells("7×8=56"), 0.8), Version(cells("7×8=50"), 0.15)]
    assert judge(versions).verdict == "correct"
    versions = [Version(cells("7×8=56"), 0.5), Version(cells("7×8=50"), 0.45)]
    assert judge(versions).verdict == "unsure"


def test_readings_that_share_the_verdict_make_it_sure():
    versions = [Version(cells("3+□=7"), 0.6), Version(cells("8+□=7"), 0.2)]
    assert judge(versions).verdict == "unanswered"


def test_a_cross_needs_a_surer_reading_than_a_tick():
    for text, verdict in (("7×8=56", "correct"), ("7×8=54", "unsure")):
        assert judge([Version(cells(text, confidence=0.95), 0.9)]).verdict == verdict
    assert judge([Version(cells("7×8=54", confidence=0.999), 0.99)]).verdict == "wrong"


def test_an_answer_is_not_called_wrong_where_the_ink_may_be_the_right_one():
    """Some write a 1 that looks like a 7: hardly anyone answers 8 + 9 with 77."""
    surely = Version(cells("8+9=77", confidence=0.999), 0.999)
    assert judge([surely, Version(cells("8+9=17"), 1e-4)]).verdict == "unsure"
    assert judge([surely, Version(cells("8+9=17"), 1e-5)]).verdict == "wrong"
    assert judge([surely, Version(cells("8+9=71"), 1e-2)]).verdict == "wrong"


def test_a_question_without_equals_sign_is_unsure_unless_it_is_read_well():
    assert judge([Version(cells("93+53-116", confidence=0.98), 0.98)]).verdict == "unsure"
    assert judge([Version(cells("583-30", confidence=0.999), 0.99)]).verdict == "unanswered"


def test_the_right_answer_is_never_preferred_among_readings():
    # The likelier reading is wrong, the other would be right: doubt, not a correction.
    versions = [Version(cells("7×8=50"), 0.7), Version(cells("7×8=56"), 0.29)]
    found = judge(versions)
    assert found.verdict == "unsure"
    assert found.evaluation.holds is False


def spread(text: str, gap_after: int, gap: float):
    """The row of a text with a wider space after one symbol."""
    row = []
    for k, c in enumerate(cells(text)):
        x0, y0, x1, y1 = (k * 1.2, 0.0, k * 1.2 + 1, 1.0)
        shift = gap if k > gap_after else 0.0
        row.append(Cell(Symbol(c.label, (x0 + shift, y0, x1 + shift, y1)), c.rows))
    return tuple(row)


@pytest.mark.parametrize(
    ("text", "gap_after", "gap", "rest"),
    [
        ("1.5+3=8", 1, 1.0, "5+3=8"),
        ("1.5+3=8", 1, 0.0, "1.5+3=8"),
        ("(3)5+4=9", 2, 1.0, "5+4=9"),
        ("(3)×5=15", 2, 1.0, "(3)×5=15"),
        ("12)5+4=9", 2, 0.0, "5+4=9"),
        ("15÷3=5", 1, 1.0, "15÷3=5"),
        ("(3)5+4=9", 2, 0.0, "5+4=9"),
        ("012.5+4=9", 3, 0.0, "5+4=9"),
        ("0.5+4=4.5", 1, 0.0, "0.5+4=4.5"),
    ],
)
def test_numbering_is_told_from_numbers_by_its_space(text: str, gap_after: int, gap: float, rest: str):
    kept = without_numbering(spread(text, gap_after, gap), height=1.0)
    assert labels_of(kept) == labels_of(cells(rest))


def test_decimal_points_that_are_all_set_wide_are_no_numbering():
    row = spread("2.5+1.5=4", 1, 1.0)
    wide = tuple(
        Cell(Symbol(c.label, (c.box[0] + (k > 5), c.box[1], c.box[2] + (k > 5), c.box[3])), {})
        for k, c in enumerate(row)
    )
    assert labels_of(without_numbering(wide, height=1.0)) == labels_of(cells("2.5+1.5=4"))


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("3+4=7", True), ("3+4=", True), ("5>3", True), ("5□3", True), ("3/4=6/8", True), ("107", False), ("=", False),
     ("()", False), ("3=", False), ("-5", False), ("8+3", True)],
)  # fmt: skip
def test_what_looks_like_a_problem(text: str, is_one: bool):
    assert is_problem(cells(text)) is is_one


def test_dots_in_a_row_part_quotient_and_remainder():
    row = (*cells("17÷5=3"), *cells(".")[:1] * 3, *cells("2"))
    assert labels_of(with_dots(row)) == [*labels_of(cells("17÷5=3")), "\\ldots", "2"]
    assert labels_of(with_dots(cells("1.5"))) == ["1", ".", "5"]


@pytest.mark.parametrize(("top", "label"), [(40.0, "."), (22.0, "\\cdot")])
def test_a_dot_at_the_foot_of_a_digit_is_no_sign(top: float, label: str):
    digits = [Cell(Symbol(d, (40.0 * k, 0, 40.0 * k + 25, 46), 1.0), {}) for k, d in enumerate("15")]
    dot = Cell(Symbol("\\cdot", (70, top, 74, top + 4), 0.6), {})
    after = Cell(Symbol("3", (100, 0, 125, 46), 1.0), {})
    assert labels_of(with_dots((*digits, dot, after))) == ["1", "5", label, "3"]


@pytest.mark.parametrize("text", ["3.36+4.17=753", "3.36+4.17=75.3", "17÷5=3.2", "17÷5=32", "0.35+0.45=08"])
def test_an_answer_that_lacks_no_digit_but_a_point_is_not_called_wrong(text: str):
    assert judge([Version(cells(text, 0.999), 0.999)]).verdict == "unsure"


@pytest.mark.parametrize("text", ["3.36+4.17=754", "3.5+4.5=80", "12+38=500", "17÷5=3…4"])
def test_other_digits_are_wrong(text: str):
    assert judge([Version(cells(text, 0.999), 0.999)]).verdict == "wrong"
