"""Rows of ink as the line recogniser sees them, and what it says of their readings."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.reading.line import drawn_strip, is_row, row_text, said_of
from models.ink import Blob, Ink, Stroke
from models.layout_tree import LayoutTree, Node, Relation
from models.line_image import CHARACTERS, LINE_HEIGHT, STRIDE
from tests.doodles import write


def tree(labels: list[str], *relations: Relation) -> LayoutTree:
    """Each symbol hangs from the one before it, the first ones by the given relations and the rest in a row."""
    hung = [None, *relations, *[Relation.RIGHT] * len(labels)]
    return LayoutTree(tuple(Node(label, k - 1, hung[k]) for k, label in enumerate(labels)))


def ink_of(text: str, scale: float = 1.0, shift: float = 0.0) -> Ink:
    """Strokes of a text."""
    return Ink(tuple(Stroke((np.asarray(s)[:, :2] * scale + shift).astype(np.float32)) for s in write(text)))


def strip(ink: Ink) -> np.ndarray:
    """The picture of all of an ink, which is a row of digits."""
    box = ink.box_of(range(len(ink.pieces)))
    return drawn_strip(ink, box, box[3] - box[1], (box[1] + box[3]) / 2).image


@settings(max_examples=20, deadline=None)
@given(scale=st.floats(0.2, 40), shift=st.floats(-2000, 2000))
def test_neither_place_nor_scale_changes_the_picture(scale: float, shift: float):
    plain, moved = strip(ink_of("386")), strip(ink_of("386", scale, shift))
    width = min(plain.shape[1], moved.shape[1])
    assert plain.shape[0] == LINE_HEIGHT and abs(plain.shape[1] - moved.shape[1]) <= 1
    assert np.abs(plain[:, :width].astype(int) - moved[:, :width]).mean() < 12


def test_strokes_and_pixels_make_the_same_picture():
    ink = ink_of("77")
    x0, y0, x1, y1 = ink.box_of(range(len(ink.pieces)))
    mask = np.zeros((round(y1 - y0) + 8, round(x1 - x0) + 8), np.uint8)
    for piece in ink.pieces:
        points = np.round(piece.points - (x0 - 4, y0 - 4)).astype(np.int32)
        cv2.polylines(mask, [points.reshape(-1, 1, 2)], False, 255, 6, cv2.LINE_AA)
    drawn, photographed = strip(ink), strip(Ink((Blob(mask, (x0 - 4, y0 - 4)),), 6.0))
    width = min(drawn.shape[1], photographed.shape[1])
    assert np.corrcoef(drawn[:, :width].ravel(), photographed[:, :width].ravel())[0, 1] > 0.6


def test_a_tap_of_the_pen_is_seen():
    ink = ink_of("77")
    x0, _, x1, y1 = ink.box_of(range(len(ink.pieces)))
    dotted = Ink((*ink.pieces, Stroke(np.array([[(x0 + x1) / 2, y1]], np.float32))))
    assert strip(dotted).astype(int).sum() > strip(ink).astype(int).sum()


BOXES = [(0.0, 0.0, 9.0, 9.0), (10.0, 0.0, 19.0, 9.0), (20.0, 0.0, 29.0, 9.0)]


def test_the_words_for_a_reading():
    text = row_text(["3", "+", "4"], tree(["3", "+", "4"]), BOXES)
    assert text == tuple(1 + CHARACTERS.index(c) for c in "3+4")
    assert row_text(["3", "+", "4"], tree(["3", "+", "4"]), BOXES[::-1]) == text[::-1], "from left to right"
    assert row_text(["3", "+", "x"], tree(["3", "+", "x"]), BOXES) is None
    assert row_text(["-", "3", "4"], tree(["-", "3", "4"], Relation.ABOVE), BOXES) is None


def test_what_is_a_row():
    assert is_row(tree(list("3+4")))
    assert not is_row(tree(list("34")))
    assert not is_row(tree(list("324"), Relation.SUPERSCRIPT))


@pytest.mark.parametrize("digit", "17")
def test_readings_have_the_probability_that_the_recogniser_gives_them(digit: str):
    ink = ink_of("3+7")
    boxes = np.array([ink.box_of([i]) for i in range(len(ink.pieces))])

    def transcribe(image: np.ndarray) -> np.ndarray:
        frames = np.full((image.shape[1] // STRIDE, 1 + len(CHARACTERS)), 1e-6)
        frames[:, 0] = 1
        for at, label in zip((3, 9, 15), f"3+{digit}", strict=True):
            frames[at] = 1e-6
            frames[at, 1 + CHARACTERS.index(label)] = 1
        return np.log(frames)

    texts = [tuple(1 + CHARACTERS.index(c) for c in t) for t in ("3+1", "3+7")]
    said, rest = said_of([*texts, None], ink, boxes, np.ones(len(boxes), bool), transcribe)
    assert said["17".index(digit)] == pytest.approx(0, abs=0.01)
    assert said["71".index(digit)] < -5
    assert said[2] < rest < -1
