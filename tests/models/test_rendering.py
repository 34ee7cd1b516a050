import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.ink import Blob, Ink, Stroke
from models.rendering import CHANNELS, SIZE, Style, render
from tests.doodles import write


def ink_of(text, scale=1.0, dx=0.0, dy=0.0):
    strokes = [np.asarray(s)[:, :2] * scale + (dx, dy) for s in write(text)]
    return Ink(tuple(Stroke(s.astype(np.float32)) for s in strokes))


@settings(max_examples=25)
@given(scale=st.floats(0.2, 50), dx=st.floats(-3000, 3000), dy=st.floats(-3000, 3000))
def test_neither_place_nor_scale_changes_the_picture(scale, dx, dy):
    plain, moved = ink_of("12+7"), ink_of("12+7", scale, dx, dy)
    groups = [(i,) for i in range(len(plain.pieces))]
    difference = render(plain, groups).astype(int) - render(moved, groups)
    # Rounding to sixteenths of a pixel may move an edge by a hair.
    assert np.abs(difference).mean() < 1.5


def test_channels_hold_the_candidate_and_the_rest():
    ink = ink_of("1+")
    images = render(ink, [(0,), tuple(range(len(ink.pieces)))])
    assert images.shape == (2, CHANNELS, SIZE, SIZE) and images.dtype == np.uint8
    assert images[0, 0].any() and images[0, 1].any() and images[0, 2].any()
    assert not images[1, 2].any(), "nothing is left beside all of the ink"


def test_a_dot_does_not_fill_its_frame():
    ink = Ink((Stroke(np.array([[0, 0], [0, 100]], np.float32)), Stroke(np.array([[50, 100]], np.float32))))
    line, dot = render(ink, [(0,), (1,)])[:, 0]
    assert 0 < (dot > 60).sum() < 40
    assert np.ptp(np.nonzero(line)[0]) > 0.75 * SIZE


@pytest.mark.parametrize("pen", [2, 6, 14])
def test_strokes_and_pixels_look_alike(pen: int):
    points = np.array([[20, 20], [60, 90], [90, 20]], np.float32)
    image = np.zeros((110, 110), np.uint8)
    cv2.polylines(image, [points.astype(np.int32)], False, 255, pen, cv2.LINE_AA)
    x, y, width, height = cv2.boundingRect(image)
    blob = Blob(image[y : y + height, x : x + width], (float(x), float(y)))
    drawn = render(Ink((Stroke(points),), pen=pen), [(0,)], Style(thickest=8))[0, 0].astype(int)
    photographed = render(Ink((blob,), pen=pen), [(0,)])[0, 0].astype(int)
    overlap = np.minimum(drawn, photographed).sum() / np.maximum(drawn, photographed).sum()
    assert overlap > 0.5
    # One is not drawn larger than the other, however thick its lines are.
    for axis in (0, 1):
        a, b = (np.flatnonzero((picture > 128).any(axis)) for picture in (drawn, photographed))
        assert abs(np.ptp(a) - np.ptp(b)) <= 2


def test_the_way_of_the_pen_is_drawn_where_it_is_known():
    right_then_down = Stroke(np.array([[0, 0], [50, 0], [100, 0], [100, 100]], np.float32))
    across, down, when = render(Ink((right_then_down,)), [(0,)])[0, 3:].astype(int)
    upper, right = slice(0, 4), slice(SIZE - 4, SIZE)
    assert across[upper].max() > 180 and np.abs(down[upper, 5:20] - 128).max() < 5, "the upper edge runs to the right"
    assert down[:, right].max() > 180 and np.abs(across[10:25, right] - 128).max() < 5, "the right edge runs down"
    along, down_the_side = when[upper].max(0)[5:25], when[:, right].max(1)[5:25]
    assert along[:5].mean() < along[-5:].mean() < down_the_side[:5].mean() < down_the_side[-5:].mean()
    back = Stroke(right_then_down.points[::-1].copy())
    assert render(Ink((back,)), [(0,)])[0, 3, upper].min() < 80
    same = render(Ink((back,)), [(0,)])[0, :3]
    np.testing.assert_allclose(same.astype(int), render(Ink((right_then_down,)), [(0,)])[0, :3], atol=60)


def test_a_photograph_knows_no_way_of_the_pen():
    blob = Blob(np.full((30, 8), 255, np.uint8), (0.0, 0.0))
    across, down, when = render(Ink((blob,)), [(0,)])[0, 3:]
    assert (across == 128).all() and (down == 128).all() and not when.any()


def test_one_long_bar_does_not_make_all_else_small():
    symbols = ink_of("12+7")
    width = np.ptp(symbols.boxes[:, 0::2])
    bar = Stroke(np.array([[0, 300], [20 * width, 300]], np.float32))
    assert Ink((*symbols.pieces, bar)).reference_size < 1.5 * symbols.reference_size
