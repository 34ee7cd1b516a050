"""Numbers that count down a page are none of its problems, however near these stand; decimals are no numbers of any."""

from __future__ import annotations

import numpy as np
import pytest

from app.marking.marker import Marker
from tests.marking.pages import draw_text, print_text, texts

QUESTIONS = ("72 - 8 = 64", "4 + 19 = 23", "66 - 7 = 59", "35 + 40 = 75")


def sheet(rows: list[str], gap: float = 0.0, apart: int = 110) -> np.ndarray:
    """Printed rows under one another; ``gap`` moves what stands behind ``|``."""
    page = np.full((130 + apart * len(rows), 900), 255, np.uint8)
    for k, row in enumerate(rows):
        before, _, after = row.rpartition("|")
        x = print_text(page, before, 60, 120 + apart * k) if before else 60.0
        print_text(page, after, x + gap, 120 + apart * k)
    return page


@pytest.mark.parametrize("form", ["{}.", "{})", "({})"])
@pytest.mark.parametrize("first", [1, 9])
def test_numbers_that_count_are_none_of_the_problem(marker: Marker, form: str, first: int):
    page = sheet([f"{form.format(first + k)}|{question}" for k, question in enumerate(QUESTIONS)], gap=16)
    assert texts(marker, page) == [q.replace(" ", "") for q in QUESTIONS]


def test_rows_may_be_counted_from_left_to_right(marker: Marker):
    page = np.full((560, 1700), 255, np.uint8)
    for k, question in enumerate(QUESTIONS * 2):
        end = print_text(page, f"{k + 5}.", 60 + 800 * (k % 2), 120 + 110 * (k // 2))
        print_text(page, question, end + 16, 120 + 110 * (k // 2))
    found = sorted(marker.mark(page).problems, key=lambda p: (round(p.box[1] / 60), p.box[0]))
    assert [p.text.replace(" ", "") for p in found] == [q.replace(" ", "") for q in QUESTIONS * 2]


@pytest.mark.parametrize("whole", [(1, 2, 3, 4), (3, 1, 4, 2)])
def test_decimals_that_happen_to_count_are_kept(marker: Marker, whole: tuple[int, ...]):
    rows = [f"{w}.{5 - k} + 2 = {w + 2}.{5 - k}" for k, w in enumerate(whole)]
    assert texts(marker, sheet(rows)) == [row.replace(" ", "") for row in rows]


def test_a_number_before_an_empty_bracket_is_no_factor(marker: Marker):
    page = np.full((560, 900), 255, np.uint8)
    for k in range(4):
        end = print_text(page, f"({k + 2})  (", 60, 120 + 110 * k)
        draw_text(page, str(k + 5), end + 10, 72 + 110 * k, 46)
        print_text(page, f") + 6 = {k + 11}", end + 60, 120 + 110 * k)
    assert texts(marker, page) == [f"({k + 5})+6={k + 11}" for k in range(4)]


def test_a_number_whose_point_is_lost_is_told_by_those_around_it(marker: Marker):
    questions = [*QUESTIONS, "81 - 9 = 72", "7 + 8 = 15"]
    page = sheet([f"{k + 1}{'.' if k != 3 else ' '}|{question}" for k, question in enumerate(questions)], gap=16)
    assert texts(marker, page) == [q.replace(" ", "") for q in questions]


def test_points_of_numbers_may_all_be_lost(marker: Marker):
    questions = [*QUESTIONS, "81 - 9 = 72", "7 + 8 = 15"]
    page = sheet([f"{k + 1}|{question}" for k, question in enumerate(questions)], gap=34)
    assert texts(marker, page) == [q.replace(" ", "") for q in questions]


def test_terms_that_count_are_no_numbers(marker: Marker):
    rows = [f"{k} + {10 - k} = 10" for k in range(1, 7)]
    assert texts(marker, sheet(rows)) == [row.replace(" ", "") for row in rows]
