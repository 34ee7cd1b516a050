"""What a teacher has marked before is read without the marks."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from app.marking.marker import Marker
from tests.marking.pages import draw_page, draw_text


@pytest.mark.parametrize("gap", [40, 90, 220])
@pytest.mark.parametrize("mark", ["tick", "cross"])
def test_marks_behind_answers_are_no_part_of_them(marker: Marker, gap: int, mark: str):
    problems = ["12+7=19", "8-6=2", "6×7=42"]
    page = draw_page([(text, 80, 80 + 120 * k) for k, text in enumerate(problems)], 900, 460)
    for k in range(3):
        y = 105 + 120 * k
        x = int(np.flatnonzero((page[y - 30 : y + 40] < 128).any(0)).max()) + gap
        ends = [(-22, 0), (-8, 26), (26, -30)] if mark == "tick" else [(-20, -20), (20, 20)]
        lines = [ends] if mark == "tick" else [ends, [(-20, 20), (20, -20)]]
        for line in lines:
            points = np.array([(x + 26 + dx, y + dy) for dx, dy in line], np.int32)
            cv2.polylines(page, [points], False, 90, 4, cv2.LINE_AA)
    found = marker.mark(page).problems
    assert [p.text.replace(" ", "") for p in found] == problems
    assert {p.verdict for p in found} == {"correct"}


@pytest.mark.parametrize("answer", ["11", "17", "14", "41", "71"])
def test_digits_are_no_marks_however_far_apart_they_stand(marker: Marker, answer: str):
    page = draw_page([(f"{int(answer) - 4}+4={answer[0]}", 80, 80)], 900, 220)
    draw_text(page, answer[1], int(np.flatnonzero((page < 128).any(0)).max()) + 45, 80)
    (problem,) = marker.mark(page).problems
    assert problem.text.replace(" ", "") == f"{int(answer) - 4}+4={answer}"
