"""Sums in columns of many rows, and with decimal points."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from app.marking.marked_page import Problem
from app.marking.marker import Marker
from app.reading.reader import Reader
from tests.marking.pages import draw_text

PITCH = 48


def stacked(page: np.ndarray, rows: list[str], result: str, x: int, y: int, point: int = 4) -> None:
    """Numbers under one another, the sign before the last; points are dots of such a radius."""
    longest = max(map(len, (*rows, result)))
    for k, row in enumerate([*rows, result]):
        foot = y + 80 * k + (30 if k == len(rows) else 0)
        for i, character in enumerate(row):
            left = x + PITCH * (longest - len(row) + i)
            if character == ".":
                cv2.circle(page, (left + 16, foot + 46), point, 20, -1, cv2.LINE_AA)
            else:
                draw_text(page, character, left, foot)
    under = y + 80 * len(rows) - 2
    cv2.line(page, (x - 10, under), (x + PITCH * longest, under), 20, 4)


def read(reader: Reader, sums: list[tuple[list[str], str]], point: int = 4) -> list[Problem]:
    page = np.full((480, 360 * len(sums)), 255, np.uint8)
    for k, (rows, result) in enumerate(sums):
        stacked(page, rows, result, 60 + 360 * k, 60, point)
    return list(Marker(reader).mark(page).problems)


@pytest.mark.parametrize("wrong", [False, True])
def test_many_numbers_over_one_rule_are_added(reader: Reader, wrong: bool):
    results = ["95", "88"] if wrong else ["94", "88"]
    found = read(reader, [(["35", "17", "+42"], results[0]), (["26", "40", "+22"], results[1])])
    assert [p.text.replace(" ", "") for p in found] == [f"35+17+42={results[0]}", f"26+40+22={results[1]}"]
    assert found[1].verdict == "correct" and (found[0].verdict == "correct") != wrong


@pytest.mark.parametrize("point", [3, 5, 7])
def test_decimal_points_in_columns_are_read(reader: Reader, point: int):
    found = read(reader, [(["35.2", "+12.4"], "47.6"), (["60.5", "+14.3"], "74.8")], point)
    assert [p.text.replace(" ", "") for p in found] == ["35.2+12.4=47.6", "60.5+14.3=74.8"]
    assert [p.verdict for p in found] == ["correct", "correct"]


@pytest.mark.parametrize("second_rule", [True, False])
def test_partial_products_are_no_result(reader: Reader, second_rule: bool):
    page = np.full((560, 420), 255, np.uint8)
    stacked(page, ["23", "×14"], "92", 120, 40)
    for k, (row, shift) in enumerate((("23", -PITCH), ("322", 0)), 1):
        for i, digit in enumerate(row):
            draw_text(page, digit, 120 + PITCH * (3 - len(row) + i) + shift, 230 + 82 * k + (24 if k == 2 else 0))
    if second_rule:
        cv2.line(page, (110, 376), (120 + 3 * PITCH, 376), 20, 4)
    found = Marker(reader).mark(page).problems
    if second_rule:
        assert [(p.text.replace(" ", ""), p.verdict) for p in found] == [("23×14=322", "correct")]
    else:
        assert all(p.verdict == "unsure" for p in found)


def test_a_sum_without_result_does_not_take_the_next_ones(reader: Reader):
    page = np.full((760, 420), 255, np.uint8)
    stacked(page, ["25", "+31"], "", 120, 40)
    stacked(page, ["42", "+17"], "59", 120, 370)
    found = Marker(reader).mark(page).problems
    assert [(p.text.replace(" ", ""), p.verdict) for p in found] == [("25+31=", "unanswered"), ("42+17=59", "correct")]
