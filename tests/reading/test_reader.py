"""The whole road with the released weights, on handwriting made by hand for these tests."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.maths import to_text
from app.reading.errors import ReadingError
from app.reading.ink import ink_from_strokes
from app.reading.page import ink_from_image
from app.reading.reader import Reader
from app.reading.reading import Symbol
from models.layout_tree import Relation
from tests.doodles import draw, fraction, write


@pytest.fixture(scope="module")
def reader():
    return Reader.load(threads=1)


def text_of(reading):
    return to_text(reading.best.tree).replace(" ", "")


@pytest.mark.parametrize("text", ["12+7×3", "3+4=7", "86-29", "48÷6", "(1+2)×3", "1234567890"])
def test_reads_strokes(reader, text):
    assert text_of(reader.read(ink_from_strokes(write(text)))) == text


@pytest.mark.parametrize("text", ["12+7×3", "86-29=57", "48÷6"])
@pytest.mark.parametrize(("pen", "ink", "ground"), [(3, 0, 255), (7, 60, 200)])
def test_reads_images(reader, text, pen, ink, ground):
    image = np.asarray(draw(write(text), pen=pen, ink=ink, ground=ground))
    assert text_of(reader.read(ink_from_image(image))) == text


def test_reads_a_fraction(reader):
    reading = reader.read(ink_from_strokes(fraction("12", "7")))
    tree = reading.best.tree
    relations = {n.relation for n in tree.nodes}
    assert tree.nodes[tree.root].label == "-" and {Relation.ABOVE, Relation.BELOW} <= relations


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(scale=st.floats(0.05, 200), dx=st.floats(-1e5, 1e5), dy=st.floats(-1e5, 1e5))
def test_neither_place_nor_scale_changes_a_reading(reader, scale, dx, dy):
    moved = [[[x * scale + dx, y * scale + dy] for x, y, *_ in stroke] for stroke in write("12+7=19")]
    assert text_of(reader.read(ink_from_strokes(moved))) == "12+7=19"


def test_every_stroke_belongs_to_one_symbol_and_boxes_hold_them(reader):
    strokes = write("7÷2=3")
    reading = reader.read(ink_from_strokes([[], *strokes]))
    used = sorted(k for s in reading.best.symbols for k in s.strokes)
    assert used == list(range(1, len(strokes) + 1))
    for symbol in reading.best.symbols:
        points = np.concatenate([np.array(strokes[k - 1])[:, :2] for k in symbol.strokes])
        assert np.allclose(symbol.box, (*points.min(0), *points.max(0)), atol=1e-2)


def test_probabilities_and_alternatives(reader):
    reading = reader.read(ink_from_strokes(write("12+7")), alternatives=5)
    confidences = [r.confidence for r in (reading.best, *reading.alternatives)]
    assert confidences == sorted(confidences, reverse=True) and sum(confidences) <= 1 + 1e-6
    readings = [
        tuple((s.label, s.strokes) for s in r.symbols) + tuple(r.tree.nodes)
        for r in (reading.best, *reading.alternatives)
    ]
    assert len(set(readings)) == len(readings)
    for symbol in reading.best.symbols:
        assert symbol.confidence + sum(a.confidence for a in symbol.alternatives) <= 1 + 1e-6
        assert symbol.label not in {a.label for a in symbol.alternatives}


def test_arithmetic_reads_no_letters(reader):
    reading = reader.read(ink_from_strokes(write("10×20")), symbols="arithmetic")
    assert all(s.label in {*"0123456789", "\\times"} for s in reading.best.symbols)


def test_corrected_symbols_keep_their_labels_and_are_laid_out(reader):
    reading = reader.read(ink_from_strokes(write("1+2")))
    symbols = [Symbol("7" if s.label == "1" else s.label, s.box) for s in reading.best.symbols]
    assert text_of(reader.layout(symbols)) == "7+2"


def test_raised_small_symbols_are_exponents(reader):
    symbols = [Symbol("x", (0, 40, 40, 80)), Symbol("2", (45, 15, 65, 45)), Symbol("+", (80, 45, 115, 75))]
    symbols.append(Symbol("1", (130, 20, 140, 80)))
    tree = reader.layout(symbols).best.tree
    assert [(n.label, n.relation) for n in tree.nodes if n.relation is Relation.SUPERSCRIPT] == [
        ("2", Relation.SUPERSCRIPT)
    ]


def test_nothing_to_lay_out_is_an_error(reader):
    with pytest.raises(ReadingError):
        reader.layout([])
