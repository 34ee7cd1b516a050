"""Lines that begin with an equals sign go on with the one above them."""

from __future__ import annotations

import pytest

from app.marking.layout import Glyph, Line, boxes_of, find_glyphs, find_lines, symbol_height
from app.marking.marker import Marker
from app.marking.page_ink import page_ink
from app.marking.problem import Version, labels_of
from app.marking.steps import as_step, join_steps, with_steps
from app.reading.reader import Reader
from tests.marking.pages import cells, draw_page


def rows(*texts: str, x: float = 100, gap: float = 100):
    """Texts under one another."""
    return [(text, x, 80 + gap * k) for k, text in enumerate(texts)]


def lines(page):
    ink = page_ink(page)
    height = symbol_height(ink)
    boxes = boxes_of(ink.pieces)
    return join_steps(find_lines(find_glyphs(boxes, range(len(boxes)), height), height), height)


def test_steps_belong_to_the_line_above_them():
    (line,) = lines(draw_page(rows("19+4×3", "=19+12", "=31"), 700, 420))
    assert [len(step.glyphs) for step in line.steps] == [6, 3]


def test_problems_under_one_another_are_no_steps():
    found = lines(draw_page(rows("9+3=12", "8-6=2", "7×8=56"), 700, 420))
    assert len(found) == 3 and not any(line.steps for line in found)


def test_what_stands_under_a_speck_is_no_step_of_it():
    speck = Line([Glyph((0,), (120.0, 60.0, 130.0, 68.0))])
    # The first digit is printed, and as low beside the answer as a sign is beside digits.
    row = Line([Glyph((k + 1,), (60.0 + 50 * k, 80.0, 100.0 + 50 * k, 128.0)) for k in range(5)])
    row.glyphs.append(Glyph((9,), (310.0, 70.0, 360.0, 150.0)))
    assert [line.glyphs for line in join_steps([speck, row], 48.0)] == [speck.glyphs, row.glyphs]


def test_the_end_of_a_line_is_no_step_of_the_line_above():
    page = draw_page([("9+3=12", 100, 80), ("8+", 100, 180), ("=12", 460, 180)], 900, 300)
    assert not any(line.steps for line in lines(page))


@pytest.mark.parametrize(
    ("texts", "verdict"),
    [
        (("19+4×3", "=19+12", "=31"), "correct"),
        (("19+4×3", "=19+12", "=30"), "wrong"),
        (("19+4×3=", "=19+12", "=31"), "correct"),
        (("19+4×3", "=23×3", "=69"), "wrong"),
        (("19+4×3", "=31"), "correct"),
    ],
)
def test_working_in_steps_is_one_problem(reader: Reader, texts: tuple[str, ...], verdict: str):
    page = draw_page([*rows(*texts), *rows("9+3=12", "8-6=2", x=600)], 1000, 420)
    found = [p for p in Marker(reader).mark(page).problems if p.box[0] < 400]
    assert [p.verdict for p in found] == [verdict]
    assert found[0].text.replace(" ", "") == "".join(texts).replace("==", "=")


def test_ways_to_read_steps_are_combined():
    first = [Version(cells("1+2"), 0.9), Version(cells("7+2"), 0.1)]
    step = [Version(cells("3"), 0.6), Version(cells("8"), 0.4)]
    joined = with_steps(first, [step])
    assert [v.probability for v in joined] == pytest.approx([0.54, 0.36, 0.06, 0.04])
    assert labels_of(joined[0].cells) == ["1", "+", "2", "3"]


def test_what_begins_with_no_equals_sign_is_no_step():
    assert as_step([Version(cells("3+4"), 1.0)]) == []
