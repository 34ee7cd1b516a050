"""An answer too faint to be read is not called missing or wrong; a place where nothing stands is."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from app.marking.lost_answers import is_partly_read, is_unread
from app.marking.marker import Marker
from app.marking.rows_of_page import RowsOfPage
from app.marking.slots import Slot
from app.reading.reader import Reader
from tests.marking.pages import cells, draw_page, draw_text, from_top, print_text, texts

QUESTIONS = [("12+7=", 90, 90), ("8-6=", 90, 200), ("5+4=", 90, 310)]


def verdicts(marker: Marker, page: np.ndarray) -> list[str]:
    return [p.verdict for p in from_top(marker, page)]


def test_questions_without_answers_are_unanswered(marker):
    assert verdicts(marker, draw_page(QUESTIONS, 900, 460)) == ["unanswered"] * 3


def test_a_grainy_page_without_answers_is_unanswered(marker):
    page = draw_page(QUESTIONS, 900, 460).astype(float) - 30 + np.random.default_rng(1).normal(0, 6, (460, 900))
    assert verdicts(marker, page.clip(0, 255).astype(np.uint8)) == ["unanswered"] * 3


def test_who_wrote_too_faintly_is_not_told_that_nothing_is_there(marker):
    page = draw_page(QUESTIONS, 900, 460)
    draw_text(page, "2", 300, 200, ink=228)
    # Its picture may be read where its ink is not.
    first, faint, last = verdicts(marker, page)
    assert (first, last) == ("unanswered", "unanswered") and faint in ("correct", "unsure")


def test_a_faint_result_under_a_rule_is_not_called_missing(marker):
    page = draw_page([("47", 200, 80), ("+32", 165, 160)], 500, 460)
    cv2.line(page, (150, 232), (330, 232), 20, 5)
    assert verdicts(marker, page) == ["unanswered"]
    draw_text(page, "79", 200, 255, ink=228)
    assert verdicts(marker, page) == ["unsure"]


@pytest.mark.parametrize("ink", [255, 221])
def test_an_empty_frame_and_one_with_faint_ink_differ(marker, ink):
    page = draw_page([("5+", 90, 90), ("=9", 310, 90), ("12+7=19", 90, 220), ("8-6=2", 90, 330)], 700, 460)
    cv2.rectangle(page, (190, 65), (285, 160), 20, 4)
    draw_text(page, "4", 217, 90, size=45, ink=ink)
    assert verdicts(marker, page) == ["unanswered" if ink == 255 else "unsure", "correct", "correct"]


@pytest.mark.parametrize("ink", [20, 215])
def test_the_frame_of_a_wrong_answer_is_nothing_unread(marker, ink):
    page = draw_page([("5+4=", 90, 90), ("3", 330, 90), ("12+7=19", 90, 220), ("8-6=2", 90, 330)], 700, 460)
    cv2.rectangle(page, (305, 65), (400, 160), ink, 4)
    assert verdicts(marker, page) == ["wrong", "correct", "correct"]


def test_a_digit_under_an_answer_that_is_in_no_row_leaves_it_in_doubt(marker):
    page = draw_page(
        [("5+4=", 90, 90), ("3", 330, 90), ("8", 330, 155), ("12+7=19", 90, 290), ("8-6=2", 90, 400)], 700, 520
    )
    assert verdicts(marker, page)[0] == "unsure"
    assert verdicts(marker, draw_page([("5+4=3", 90, 90), ("12+7=19", 90, 290)], 700, 520))[0] == "wrong"


@pytest.mark.parametrize(("text", "x"), [("5+4=3", 330), ("12+7=3", 400)])
def test_an_answer_whose_end_is_faint_is_not_called_wrong(marker, text, x):
    page = draw_page([(text, 90, 90), ("8-6=5", 90, 220), ("9-4=5", 90, 330)], 900, 460)
    assert verdicts(marker, page) == ["wrong", "wrong", "correct"]
    draw_text(page, "1", x, 90, ink=222)
    assert verdicts(marker, page) == ["unsure", "wrong", "correct"]


def test_a_narrow_answer_that_something_touches_is_no_error():
    row = cells("3-2=1")
    _, y0, x1, y1 = row[-1].box
    height = y1 - y0
    darkness = np.zeros((round(y1 + height), round(x1 + 4 * height)), np.float32)
    # No room is left of the answer's own width.
    others = np.array([[x1, y0, x1 + height, y1]])
    assert not is_unread(RowsOfPage((), others, (), 3 * height, 2.0, darkness), row)


def test_an_answer_high_in_its_box_is_not_missing(reader: Reader):
    page = draw_page([("7+8=", 80, 150)], 700, 300)
    cv2.rectangle(page, (300, 70), (440, 230), 20, 4)
    draw_text(page, "7", 350, 86, size=64)
    (problem,) = Marker(reader).mark(page).problems
    assert problem.verdict != "unanswered"


@pytest.mark.parametrize("faint", [True, False])
def test_brackets_with_something_faint_between_are_not_empty(reader: Reader, faint: bool):
    page = draw_page([("7+8=(", 80, 100), (")", 400, 100), ("5+4=9", 80, 210)], 700, 330)
    if faint:
        draw_text(page, "15", 300, 104, size=40, ink=236)
    problem = min(Marker(reader).mark(page).problems, key=lambda p: p.box[1])
    assert (problem.verdict == "unanswered") != faint


def test_an_answer_of_which_a_zero_is_as_large_as_a_circle_is_not_called_missing(marker: Marker):
    page = draw_page([("10+60=7", 60, 80), ("4-3=1", 60, 220), ("9+8=17", 60, 340)], 700, 440)
    cv2.ellipse(page, (400, 105), (38, 42), 0, 0, 360, 20, 5)
    draw_text(page, "2", 452, 80)
    problem = from_top(marker, page)[0]
    assert problem.verdict in ("unsure", "wrong")


@pytest.mark.parametrize("power", [0.3, 0.5])
def test_a_zero_on_a_line_is_no_box_to_write_in(marker: Marker, power: float):
    page = np.full((380, 900), 255, np.uint8)
    for k, (question, answer) in enumerate((("40 + 30 =", "7"), ("6 × 5 =", "3"), ("35 + 15 =", "5"))):
        foot = 120 + 100 * k
        x = round(print_text(page, question.replace("×", "+ 19 +"), 60, foot, 34)) + 16
        cv2.line(page, (x, foot + 8), (x + 170, foot + 8), 20, 3)
        draw_text(page, answer, x + 14, foot - 42, 44)
        angle = np.linspace(0, 2 * np.pi, 40)
        round_box = np.sign([np.cos(angle), np.sin(angle)]) * np.abs([np.cos(angle), np.sin(angle)]) ** power
        points = (round_box.T * (20, 21) + (x + 84, foot - 23)).round().astype(np.int32)
        cv2.polylines(page, [points], True, 20, 5, cv2.LINE_AA)
    assert texts(marker, page) == ["40+30=70", "6+19+5=30", "35+15=50"]


@pytest.mark.parametrize(
    ("text", "is_partly"),
    [("93+99=1R", True), ("17÷5=3R2", False), ("10+60=7□2", True), ("10+60=□", False), ("7+6=13", False)],
)
def test_answers_that_were_read_in_part(text: str, is_partly: bool):
    assert is_partly_read(cells(text), []) == is_partly


def test_a_box_for_a_digit_is_no_part_that_was_not_read():
    row = cells("78-25=5□")
    place = Slot(row[-1].box, "box")
    assert is_partly_read(row, []) and not is_partly_read(row, [place])
