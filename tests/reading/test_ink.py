import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reading.errors import ReadingError
from app.reading.ink import ink_from_strokes


@given(
    st.lists(
        st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)), min_size=1, max_size=5), min_size=1, max_size=5
    )
)
def test_points_come_back_in_the_inputs_coordinates(strokes):
    ink = ink_from_strokes(strokes)
    xs, ys = zip(*(p for s in strokes for p in s), strict=True)
    box = ink.input_box(ink.box_of(range(len(ink.pieces))))
    extent = max(map(abs, (*xs, *ys, 1.0)))
    assert np.allclose(box, (min(xs), min(ys), max(xs), max(ys)), rtol=0, atol=1e-6 * extent)


def test_empty_strokes_are_left_out():
    ink = ink_from_strokes([[], [[1, 2]], []])
    assert len(ink.pieces) == 1 and ink.numbers == (1,)


@pytest.mark.parametrize(
    ("strokes", "code"),
    [([], "no_ink"), ([[]], "no_ink"), ([[[1, float("nan")]]], "strokes_invalid"), ([[[1]]], "strokes_invalid"),
     ([[["a", "b"]]], "strokes_invalid"), ([[[1e300, 0]]], "strokes_invalid")],
)  # fmt: skip
def test_what_cannot_be_ink_is_refused(strokes, code):
    with pytest.raises(ReadingError) as error:
        ink_from_strokes(strokes)
    assert error.value.code == code
