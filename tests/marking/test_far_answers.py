"""Answers far behind their question belong to it; one on the line below is not called missing."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from app.marking.far_answers import join_far_answers
from app.marking.layout import Glyph, Line
from app.marking.marker import Marker
from tests.marking.pages import draw_text, from_top, print_text

QUESTIONS = (("7 + 5 =", "12"), ("23 + 6 =", "29"), ("4 + 9 =", "14"))


def printed(width: int = 1500, pitch: int = 120) -> tuple[np.ndarray, list[int]]:
    """Questions under one another, and where each ends."""
    page = np.full((pitch * len(QUESTIONS) + 60, width), 255, np.uint8)
    ends = [round(print_text(page, q, 60, 110 + pitch * k, 40)) for k, (q, _) in enumerate(QUESTIONS)]
    return page, ends


@pytest.mark.parametrize("space", [4, 8, 14])
def test_answers_at_the_end_of_the_line(marker: Marker, space: int):
    page, ends = printed()
    for k, ((_, answer), end) in enumerate(zip(QUESTIONS, ends, strict=True)):
        draw_text(page, answer, end + 40 * space, 66 + 120 * k, 44)
    found = from_top(marker, page)
    assert [p.text.replace(" ", "") for p in found] == ["7+5=12", "23+6=29", "4+9=14"]
    assert [p.verdict for p in found] == ["correct", "correct", "wrong"]


def test_problems_of_the_next_column_are_no_answers(marker: Marker):
    page, ends = printed()
    for k, end in enumerate(ends):
        print_text(page, f"{k + 1} + 8 = {k + 9}", end + 320, 110 + 120 * k, 40)
    found = sorted(marker.mark(page).problems, key=lambda p: (p.column, p.row))
    assert [p.text.replace(" ", "") for p in found[:3]] == ["7+5=", "23+6=", "4+9="]
    assert [p.verdict for p in found] == ["unanswered"] * 3 + ["correct"] * 3


def test_an_answer_on_the_line_below_is_not_missing(marker: Marker):
    page, _ = printed(pitch=230)
    for k, (_, answer) in enumerate(QUESTIONS):
        draw_text(page, answer, 90, 150 + 230 * k, 44)
    found = marker.mark(page).problems
    assert len(found) == 3
    assert {p.verdict for p in found} == {"unsure"}


def test_nothing_below_leaves_it_unanswered(marker: Marker):
    found = marker.mark(printed(pitch=230)[0]).problems
    assert {p.verdict for p in found} == {"unanswered"}


def test_an_answer_beside_the_next_columns_problem_belongs_to_its_own(marker: Marker):
    page = np.full((420, 1500), 255, np.uint8)
    rows = (
        ("86 + 92 =", "178", "45 + 5 =", "50"),
        ("43 + 37 =", "", "75 + 7 =", "82"),
        ("8 + 3 =", "11", "9 + 4 =", "13"),
    )
    for k, (first, answer, second, other) in enumerate(rows):
        foot = 110 + 120 * k
        print_text(page, first, 60, foot, 40)
        cv2.line(page, (640, foot + 8), (800, foot + 8), 20, 3)
        draw_text(page, answer, 650, foot - 44, 44)
        print_text(page, second, 836, foot, 40)
        draw_text(page, other, 1120, foot - 44, 44)
    found = {p.text.replace(" ", ""): p.verdict for p in marker.mark(page).problems}
    assert found == {
        "86+92=178": "correct", "45+5=50": "correct", "43+37=□": "unanswered", "75+7=82": "correct",
        "8+3=11": "correct", "9+4=13": "correct",
    }  # fmt: skip


def test_a_line_to_write_on_hides_no_answer_above_it():
    question = Line([Glyph((k,), (60.0 + 40 * k, 80.0, 84.0 + 40 * k, 116.0), k == 4) for k in range(5)])
    rule = Line([Glyph((5,), (690.0, 112.0, 860.0, 115.0))])
    answer = Line([Glyph((6,), (700.0, 70.0, 724.0, 108.0))])
    joined, left = join_far_answers([question, rule, answer], [], 36.0)
    assert joined.glyphs == [*question.glyphs, *answer.glyphs] and left is rule
