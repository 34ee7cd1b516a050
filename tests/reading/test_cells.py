"""Images of two digits and an operator, one to each third."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reading.cells import cells_of
from app.reading.page import ink_from_image
from app.reading.reader import Reader
from app.replies import ModelReply, ReadReply, read_reply
from tests.marking.pages import draw_text

MODEL = ModelReply(name="mathdoodle", version="0")


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.load(threads=1)


def card(text: str, size: float = 80.0, thirds: int = 128) -> np.ndarray:
    """Each character in a third of its own."""
    image = np.full((thirds, 3 * thirds), 255, np.uint8)
    for k, character in enumerate(text):
        draw_text(image, character, 20 + thirds * k, 20, size, pen=6)
    return image


def read(reader: Reader, image: np.ndarray, symbols: str = "auto") -> ReadReply:
    return read_reply(reader.read(ink_from_image(image), symbols), "auto", MODEL)


@pytest.mark.parametrize("operator", ["+", "-", "×", "÷"])
@pytest.mark.parametrize("symbols", ["auto", "arithmetic"])
def test_the_place_of_the_operator_tells_the_notation(reader: Reader, operator: str, symbols: str):
    value = {"+": "12", "-": "4", "×": "32", "÷": "2"}[operator]
    for notation, text in (("prefix", operator + "84"), ("infix", f"8{operator}4"), ("postfix", "84" + operator)):
        found = read(reader, card(text), symbols)
        assert (found.notation, found.evaluation.exact) == (notation, value)


def test_a_sign_that_is_but_a_tap_of_a_thin_pen_is_one_in_a_cell_of_its_own(reader: Reader):
    image = card(" 13")
    image[50:54, 60:64] = 0
    assert read(reader, image, "arithmetic").notation == "prefix"
    image[100:103, 200:203] = 0
    # Where there are more specks they are dirt.
    assert read(reader, image, "arithmetic").text == "13"


def test_in_a_row_of_its_own_the_same_is_one_number(reader: Reader):
    image = np.full((128, 500), 255, np.uint8)
    draw_text(image, "-84", 130, 20, 80, pen=6)
    assert read(reader, image).evaluation.exact == "-84"


def test_a_caller_may_name_the_notation(reader: Reader):
    reading = reader.read(ink_from_image(card("-84")))
    assert read_reply(reading, "infix", MODEL).evaluation.exact == "-84"


def test_other_symbols_in_cells_are_read_as_what_they_are(reader: Reader):
    assert read(reader, card("7=7")).text.replace(" ", "") == "7=7"


@pytest.mark.parametrize("scale", [0.5, 1.0, 2.5])
def test_size_does_not_matter(reader: Reader, scale: float):
    image = cv2.resize(card("-84"), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    assert read(reader, image).notation == "prefix"


@given(places=st.tuples(*[st.floats(0, 97)] * 3), wide=st.floats(5, 30))
def test_every_cell_has_the_piece_that_stands_in_it(places: tuple[float, ...], wide: float):
    boxes = np.array([[128 * k + x, 10, 128 * k + x + wide, 90] for k, x in enumerate(places)])
    assert cells_of(boxes, 384, 128) == ((0,), (1,), (2,))
    assert cells_of(np.concatenate([boxes, boxes[1:2] + 1]), 384, 128) == ((0,), (1, 3), (2,))


def test_ink_between_two_cells_and_other_shapes_are_no_cells():
    boxes = np.array([[5, 5, 60, 60], [150, 5, 200, 60], [260, 5, 300, 60]])
    assert cells_of(boxes, 384, 128)
    assert not cells_of(boxes - np.array([[0, 0, 0, 0], [40, 0, 40, 0], [0, 0, 0, 0]]), 384, 128)
    assert not cells_of(boxes[[0, 2]], 384, 128)
    assert not cells_of(boxes, 384, 200)
