"""Lines around whole problems are none of what they hold; what touches them from within stays."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from app.marking.marker import Marker
from app.marking.outlines import take_outlines
from app.marking.page_ink import page_ink
from app.reading.reader import Reader
from tests.marking.pages import draw_page, draw_text


def bubble(page: np.ndarray, x0: int, y0: int, x1: int, y1: int, radius: int) -> None:
    """A rectangle with round ends."""
    for a, b in (((x0 + radius, y0), (x1 - radius, y0)), ((x0 + radius, y1), (x1 - radius, y1))):
        cv2.line(page, a, b, 20, 3)
    for a, b in (((x0, y0 + radius), (x0, y1 - radius)), ((x1, y0 + radius), (x1, y1 - radius))):
        cv2.line(page, a, b, 20, 3)
    for centre, start in zip(
        (
            (x0 + radius, y0 + radius),
            (x1 - radius, y0 + radius),
            (x1 - radius, y1 - radius),
            (x0 + radius, y1 - radius),
        ),
        (180, 270, 0, 90),
        strict=True,
    ):
        cv2.ellipse(page, centre, (radius, radius), start, 0, 90, 20, 3)


@pytest.mark.parametrize("radius", [1, 20, 48])
def test_problems_in_bubbles_are_read(reader: Reader, radius: int):
    problems = ["12+7=19", "8-6=2", "6×7=42"]
    page = draw_page([(text, 120, 80 + 150 * k) for k, text in enumerate(problems)], 1100, 520)
    for k in range(3):
        bubble(page, 60, 55 + 150 * k, 600, 155 + 150 * k, radius)
    found = Marker(reader).mark(page).problems
    assert [(p.text.replace(" ", ""), p.verdict) for p in found] == [(text, "correct") for text in problems]


def test_what_touches_an_outline_from_within_stays():
    page = draw_page([("12+7=1", 120, 80)], 700, 260)
    bubble(page, 60, 55, 600, 155, 20)
    draw_text(page, "9", 400, 100)  # on the lower line
    ink = page_ink(page)
    left, lines = take_outlines(ink.pieces, 50.0, ink.pen)
    assert len(lines) == 1
    (nine,) = (p.blob.box for p in left if p.blob.box[0] > 390)
    assert nine[3] - nine[1] > 35


def test_a_wall_that_is_broken_between_cells_is_no_one():
    page = draw_page([("12+7=", 90, 70), ("19", 430, 70), ("8-6=", 90, 170), ("2", 430, 170)], 700, 320)
    for y in (40, 140, 240):
        cv2.line(page, (60, y), (600, y), 20, 3)
    for x in (60, 380, 600):
        cv2.line(page, (x, 40), (x, 240), 20, 3)
    page[75:100, 370:390] = 255
    ink = page_ink(page)
    left, lines = take_outlines(ink.pieces, 50.0, ink.pen)
    assert len(lines) == 1
    assert not any(370 < p.blob.box[0] < 390 for p in left)


def test_large_symbols_are_no_outlines():
    page = draw_page([("0", 100, 100)], 900, 600, size=400)
    for k in range(4):
        draw_text(page, "7", 170 + 40 * (k % 2), 200 + 90 * (k // 2))
    ink = page_ink(page)
    small = take_outlines(ink.pieces, 300.0, ink.pen)
    assert small == (list(ink.pieces), [])
