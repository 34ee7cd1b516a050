"""What stands where the rows above and below have numbers is one, too."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.marking.aligned import without_aligned
from app.marking.layout import Glyph, Line, numbered

HEIGHT = 20.0


def line(row: int, number: float = 12.0, bracket: bool = False, gap: float = 10.0) -> Line:
    """A row of five digits behind a number ``number`` wide, and its bracket."""
    y = 50.0 * row
    glyphs = [Glyph((0,), (0.0, y, number, y + HEIGHT))]
    if bracket:
        glyphs.append(Glyph((1,), (number + 2, y - 4, number + 8, y + HEIGHT + 4)))
    start = glyphs[-1].box[2] + gap
    return Line([*glyphs, *(Glyph((2 + k,), (start + 15 * k, y, start + 12 + 15 * k, y + HEIGHT)) for k in range(5))])


def told(row: int) -> Line:
    return numbered(line(row, bracket=True), 2)


@given(st.integers(1, 4), st.floats(8, 16))
def test_between_two_that_are_known(row: int, number: float):
    lines = [told(k) if k != row else line(k, number, gap=30 - number) for k in range(6)]
    found = without_aligned(lines, HEIGHT)
    assert len(found[row].glyphs) == 5 and found[row].number is not None
    assert [f for k, f in enumerate(found) if k != row] == [o for k, o in enumerate(lines) if k != row]


def test_a_bracket_under_others_closes_the_last_one_too():
    lines = [told(0), told(1), line(2, bracket=True)]
    assert len(without_aligned(lines, HEIGHT)[2].glyphs) == 5


def test_rows_that_begin_elsewhere_keep_all():
    lines = [told(0), Line(line(1).glyphs[1:]), told(2), told(3)]
    assert without_aligned(lines, HEIGHT)[1] is lines[1]


def test_alone_nothing_is_taken():
    lines = [line(k) for k in range(4)]
    assert without_aligned(lines, HEIGHT) == lines


@given(st.floats(35, 60))
def test_what_goes_on_into_the_problem_stays(number: float):
    lines = [told(0), line(1, number, gap=3.0), told(2)]
    assert without_aligned(lines, HEIGHT)[1] is lines[1]
