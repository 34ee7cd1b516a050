"""What numbers or marks a problem is none of it, and a problem's own digits never go with it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from app.marking.marker import Marker
from tests.marking.pages import draw_page, print_text, texts


@pytest.mark.parametrize("labels", ["abdf", "nptz"])
@pytest.mark.parametrize("form", ["{})", "{}.", "({})"])
def test_letters_before_problems(marker: Marker, labels: str, form: str):
    page = np.full((560, 900), 255, np.uint8)
    for k, letter in enumerate(labels):
        end = print_text(page, form.format(letter), 60, 120 + 110 * k)
        print_text(page, f"{k + 3} + 5 = {k + 8}", end + 30, 120 + 110 * k)
    assert texts(marker, page) == [f"{k + 3}+5={k + 8}" for k in range(4)]


def test_a_letter_and_a_number_before_problems(marker: Marker):
    page = np.full((560, 900), 255, np.uint8)
    for k in range(4):
        end = print_text(page, f"Q{k + 9}.", 60, 120 + 110 * k)
        print_text(page, f"{k + 3} + 5 = {k + 8}", end + 30, 120 + 110 * k)
    assert texts(marker, page) == [f"{k + 3}+5={k + 8}" for k in range(4)]


@pytest.mark.parametrize("form", ["{}{}.", "{}{})"])
def test_a_letter_behind_a_number_before_problems(marker: Marker, form: str):
    page = np.full((560, 900), 255, np.uint8)
    for k, letter in enumerate("abde"):
        end = print_text(page, form.format(k // 2 + 2, letter), 60, 120 + 110 * k)
        print_text(page, f"{k + 3} + 5 = {k + 8}", end + 30, 120 + 110 * k)
    assert texts(marker, page) == [f"{k + 3}+5={k + 8}" for k in range(4)]


def bullet(page: np.ndarray, kind: str, x: int, y: int) -> None:
    if kind == "dot":
        cv2.circle(page, (x, y), 10, 20, -1, cv2.LINE_AA)
    elif kind == "square":
        cv2.rectangle(page, (x - 18, y - 18), (x + 18, y + 18), 20, -1)
    elif kind == "triangle":
        cv2.fillPoly(page, [np.array([(x - 18, y - 20), (x + 20, y), (x - 18, y + 20)])], 20, cv2.LINE_AA)
    elif kind == "circle":
        cv2.circle(page, (x, y), 20, 20, 3, cv2.LINE_AA)
    else:
        cv2.line(page, (x - 14, y), (x + 14, y), 20, 5)


@pytest.mark.parametrize("kind", ["dot", "square", "triangle", "circle", "dash"])
def test_bullets_before_problems(marker: Marker, kind: str):
    problems = ["12+7=19", "8-6=2", "6×7=42"]
    page = draw_page([(text, 170, 80 + 120 * k) for k, text in enumerate(problems)], 800, 460)
    for k in range(3):
        bullet(page, kind, 90, 105 + 120 * k)
    assert texts(marker, page) == problems


@pytest.mark.parametrize("problems", [["6+39=45", "9-4=5", "8+41=49"], ["2+47=49", "5×5=25", "9+3=12"]])
def test_a_first_number_that_stands_apart_stays(marker: Marker, problems: list[str]):
    page = draw_page([], 900, 460)
    for k, text in enumerate(problems):
        y = 80 + 120 * k
        for part in draw_page([(text[0], 100, y), (text[1:], 190, y)], 900, 460)[None]:
            np.minimum(page, part, out=page)
    assert texts(marker, page) == problems


@pytest.mark.parametrize("text", ["-3+8=5", "(3+8)×2=22"])
def test_signs_and_brackets_of_the_problem_stay(marker: Marker, text: str):
    assert texts(marker, draw_page([(text, 100, 80), ("8-6=2", 100, 200)], 900, 320)) == [text, "8-6=2"]


def test_stars_before_problems(marker: Marker):
    problems = ["12+7=19", "8-6=2", "6×7=42"]
    page = draw_page([(text, 190, 80 + 120 * k) for k, text in enumerate(problems)], 800, 460)
    for k in range(3):
        for turn in np.arange(5) * 0.4 * np.pi:
            tip = (round(100 + 24 * np.sin(turn)), round(105 + 120 * k - 24 * np.cos(turn)))
            cv2.line(page, (100, 105 + 120 * k), tip, 20, 6, cv2.LINE_AA)
    assert texts(marker, page) == problems
