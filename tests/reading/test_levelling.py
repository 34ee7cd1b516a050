"""Strokes that go uphill or downhill."""

from __future__ import annotations

import numpy as np
import pytest

from app.maths.text import to_text
from app.reading.ink import ink_from_strokes
from app.reading.levelling import levelled, turned, with_boxes_of
from app.reading.reader import Reader
from app.reading.reading import Interpretation, Symbol
from models.ink import Blob, Ink
from models.layout_tree import LayoutTree, Node
from training.handwriting import write

TEXT = "12+7=19"


def sloping(text: str, degrees: float) -> Ink:
    return turned(ink_from_strokes(write(text)), degrees)


@pytest.mark.parametrize("degrees", [-9, -6, 6, 9])
def test_rows_that_slope_are_turned_level(degrees: float):
    level = levelled(sloping(TEXT, degrees))
    assert level is not None
    # The two bars of the equals sign lie level again.
    bars = [p for p in level.pieces if np.ptp(p.points[:, 0]) > 5 * np.ptp(p.points[:, 1])]
    assert len(bars) >= 3
    assert levelled(level) is None


@pytest.mark.parametrize("degrees", [-3, 0, 3])
def test_what_is_level_enough_is_left_alone(degrees: float):
    assert levelled(sloping(TEXT, degrees)) is None


def test_pictures_and_single_points_are_left_alone():
    assert levelled(Ink((Blob(np.full((40, 9), 255, np.uint8), (3.0, 4.0)),))) is None
    assert levelled(ink_from_strokes([[[5, 5]]])) is None


def test_turning_there_and_back_changes_nothing():
    ink = ink_from_strokes(write(TEXT))
    back = turned(turned(ink, 17.0), -17.0)
    for one, other in zip(ink.pieces, back.pieces, strict=True):
        assert np.allclose(one.points, other.points, atol=1e-3)


def test_boxes_are_those_of_the_strokes_as_they_were_drawn():
    ink = ink_from_strokes([[], [[10, 10], [30, 50]], [[12, 80], [40, 82]]])
    symbol = Symbol("=", (0, 0, 1, 1), strokes=(1, 2))
    read = with_boxes_of(ink, Interpretation((symbol,), LayoutTree((Node("=", -1, None),)), 0.5))
    assert read.symbols[0].box == pytest.approx((10, 10, 40, 82))


@pytest.mark.parametrize("degrees", [-9, 9])
def test_sloping_writing_is_read_in_its_own_places(reader: Reader, degrees: float):
    ink = sloping(TEXT, degrees)
    reading = reader.read(ink)
    assert to_text(reading.best.tree).replace(" ", "") == TEXT
    for symbol in reading.best.symbols:
        box = ink.box_of(symbol.strokes)
        assert symbol.box == pytest.approx(box, abs=1e-3)
