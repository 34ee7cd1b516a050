"""Printed places for answers: boxes of all widths, rows of boxes, circles for signs; digits are none of them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.marking.marker import Marker
from app.marking.page_ink import Piece
from app.marking.slots import take_frames
from models.ink import Blob
from tests.marking.pages import draw_text, from_top, print_text


@pytest.mark.parametrize("answers", [("23", "40", "17"), ("123", "406", "171"), ("", "", "")])
def test_a_box_for_each_digit(marker: Marker, answers: tuple[str, ...]):
    page = np.full((520, 900), 255, np.uint8)
    for k, answer in enumerate(answers):
        foot = 120 + 140 * k
        x = round(print_text(page, f"9 + {int(answer or 24) - 9} = ", 60, foot)) + 10
        for i in range(len(answer) or 2):
            cv2.rectangle(page, (x + 64 * i, foot - 70), (x + 64 * i + 64, foot + 16), 20, 3)
            draw_text(page, answer[i : i + 1], x + 64 * i + 18, foot - 50, 46)
    found = from_top(marker, page)
    assert [p.text.replace(" ", "").split("=")[1] for p in found] == [answer or "□" for answer in answers]
    assert {p.verdict for p in found} == ({"correct"} if answers[0] else {"unanswered"})


@pytest.mark.parametrize("answer", ["35", ""])
def test_a_wide_box_behind_an_equals_sign(marker: Marker, answer: str):
    page = np.full((520, 1000), 255, np.uint8)
    for k in range(3):
        foot = 120 + 140 * k
        x = round(print_text(page, f"{30 - k} + {5 + k} = ", 60, foot)) + 10
        cv2.rectangle(page, (x, foot - 70), (x + 350, foot + 16), 20, 3)
        draw_text(page, answer, x + 60, foot - 50, 46)
    assert [p.text.replace(" ", "") for p in from_top(marker, page)] == [
        f"{30 - k}+{5 + k}={answer or '□'}" for k in range(3)
    ]


def test_the_frame_of_a_whole_problem_is_no_place_for_its_answer(marker: Marker):
    page = np.full((520, 900), 255, np.uint8)
    for k in range(3):
        foot = 120 + 140 * k
        end = print_text(page, f"{6 + k} + 5 = ", 80, foot)
        draw_text(page, str(11 + k), end + 10, foot - 50, 46)
        cv2.rectangle(page, (50, foot - 80), (round(end) + 130, foot + 26), 20, 3)
    found = from_top(marker, page)
    assert [p.text.replace(" ", "") for p in found] == [f"{6 + k}+5={11 + k}" for k in range(3)]


@given(st.sampled_from("386"), st.integers(5, 9))
def test_a_thick_pens_digits_are_no_boxes(digit: str, pen: int):
    page = np.full((60, 60), 255, np.uint8)
    draw_text(page, digit, 15, 15, 27, 20, pen)
    ink = (255 - page[np.ix_((page < 250).any(1), (page < 250).any(0))]).astype(np.uint8)
    piece = Piece(Blob(ink, (15.0, 15.0)), 230.0)
    assert take_frames([piece], 20.0, float(pen)) == ([piece], [])


@pytest.mark.parametrize(("sign", "verdict"), [("+", "correct"), ("-", "wrong"), ("", "unanswered")])
def test_a_sign_in_a_circle_calculates(marker: Marker, sign: str, verdict: str):
    page = np.full((520, 900), 255, np.uint8)
    for k in range(3):
        foot = 120 + 140 * k
        x = round(print_text(page, f"{k + 6} ", 60, foot))
        cv2.circle(page, (x + 50, foot - 26), 44, 20, 3, cv2.LINE_AA)
        draw_text(page, sign, x + 32, foot - 46, 40)
        print_text(page, f" 3 = {k + 9}", x + 100, foot)
    found = from_top(marker, page)
    assert [p.text.replace(" ", "") for p in found] == [f"{k + 6}{sign or '□'}3={k + 9}" for k in range(3)]
    assert {p.verdict for p in found} == {verdict}
    if not sign:
        assert {p.finding.expected for p in found} == {"+"}
