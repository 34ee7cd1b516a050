"""Dollar signs before numbers are none of their digits."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.marking.glance import Glances
from app.marking.marker import Marker
from app.marking.page_ink import page_ink
from app.reading.dollars import Dollars
from tests.marking.pages import draw_text, from_top, print_text, sheet, texts

SIGN = ("6,2 4,1 2,1 1,3 2,5 5,6 6,8 5,9 2,9 1,8", "3.5,-1 3.5,11")
"""A dollar sign as lines of a pen, in tenths of a digit's height."""


def draw_dollar(page: np.ndarray, x: float, y: float, size: float) -> None:
    for stroke in SIGN:
        points = np.array([point.split(",") for point in stroke.split()], float) * size / 10 + (x, y)
        cv2.polylines(page, [np.round(points * 16).astype(np.int32).reshape(-1, 1, 2)], False, 20, 5, cv2.LINE_AA, 4)


def test_prices_are_added_up(marker: Marker):
    page = sheet(("$12 + $7 = $", "19", ""), ("$25 + $15 = $", "34", ""), ("$40 + $6 = $", "46", ""))
    assert texts(marker, page) == ["12+7=19", "25+15=34", "40+6=46"]
    assert [p.verdict for p in from_top(marker, page)] == ["correct", "wrong", "correct"]


def test_one_price_among_numbers(marker: Marker):
    page = sheet(("$12 + 3 + 4 = $", "19", ""), ("$21 + 8 = $", "29", ""))
    assert texts(marker, page) == ["12+3+4=19", "21+8=29"]


def test_no_digit_is_taken_for_one(marker: Marker):
    page = sheet(("58 + 85 =", "143", ""), ("8 + 5 =", "13", ""), ("88 + 55 =", "143", ""), ("5 + 3 =", "8", ""))
    assert texts(marker, page) == ["58+85=143", "8+5=13", "88+55=143", "5+3=8"]


def test_nothing_is_called_wrong_for_a_sign_by_hand(marker: Marker):
    page = np.full((460, 900), 255, np.uint8)
    for k, (question, answer) in enumerate((("12 + 7 =", "19"), ("25 + 15 =", "40"), ("40 + 6 =", "46"))):
        foot = 120 + 120 * k
        x = print_text(page, question, 60, foot, 40) + 20
        draw_dollar(page, x, foot - 44, 44)
        draw_text(page, answer, x + 44, foot - 44, 44)
    verdicts = {p.verdict for p in from_top(marker, page)}
    assert verdicts and verdicts <= {"correct", "unsure"}


def test_weights_that_know_no_dollars_tell_none(marker: Marker, monkeypatch: pytest.MonkeyPatch):
    page = sheet(("$12 + $7 = $", "19", ""))
    ink = page_ink(page)
    glances = Glances(ink.pieces, 40.0, ink.pen, marker.reader.network)
    first = [(0,)]
    assert glances.dollars(first) > 0.9
    monkeypatch.setattr(marker.reader.network, "dollars", None)
    assert replace(glances).dollars(first) == 0


def test_print_is_told_from_digits(marker: Marker):
    shares = []
    for text in "$0123456789S":
        page = np.full((120, 120), 255, np.uint8)
        print_text(page, text, 30, 90, 42)
        ink = page_ink(page)
        shares.append(Glances(ink.pieces, 42.0, ink.pen, marker.reader.network).dollars([(0,)])[0])
    assert shares[0] > 0.9 and max(shares[1:]) < 0.1


@given(st.lists(st.floats(-4, 4, width=16), min_size=3, max_size=3), st.floats(-9, 9, width=32))
def test_what_is_written_is_read_again(weight: list[float], bias: float):
    with TemporaryDirectory() as directory:
        path = Path(directory) / "dollars.npz"
        Dollars(np.array(weight, np.float32), bias).save(path)
        again = Dollars.load(path)
    assert np.array_equal(again.weight, np.array(weight, np.float32)) and again.bias == np.float32(bias)
