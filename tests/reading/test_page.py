import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.reading.errors import ReadingError
from app.reading.page import ink_from_image, pen_width


def page(width=640, height=200, ground=225, ink=40, pen=5):
    """Two crosses on plain paper."""
    image = np.full((height, width), ground, np.uint8)
    for x in (150, 420):
        cv2.line(image, (x - 35, 60), (x + 35, 130), ink, pen, cv2.LINE_AA)
        cv2.line(image, (x + 35, 60), (x - 35, 130), ink, pen, cv2.LINE_AA)
    return image


def boxes(image):
    ink = ink_from_image(image)
    return [ink.input_box(p.box) for p in ink.pieces]


def assert_two_crosses(found, tolerance=8):
    assert len(found) == 2
    for (x0, y0, x1, y1), x in zip(found, (150, 420), strict=True):
        assert np.allclose((x0, y0, x1, y1), (x - 37, 58, x + 37, 132), atol=tolerance)


def test_pieces_come_from_left_to_right_in_input_pixels():
    assert_two_crosses(boxes(page()))


@settings(max_examples=20)
@given(ground=st.integers(120, 255), contrast=st.integers(60, 110), pen=st.integers(3, 12))
def test_any_ground_and_pen(ground, contrast, pen):
    assert_two_crosses(boxes(page(ground=ground, ink=ground - contrast, pen=pen)), tolerance=8 + pen / 2)


def test_a_shadow_is_no_ink():
    image = page().astype(np.float32)
    image *= np.linspace(1.0, 0.35, image.shape[1])[None]
    assert_two_crosses(boxes(image.astype(np.uint8)))


@pytest.mark.parametrize("ink", [40, 110])
def test_neither_the_edge_of_a_shadow_nor_the_corner_it_leaves_is_ink(ink: int):
    y, x = np.mgrid[:200, :640]
    shadow = cv2.GaussianBlur((x + 1.4 * y > 420).astype(np.float32), (0, 0), 5)
    assert_two_crosses(boxes((page(ink=ink) * (1 - 0.45 * shadow)).astype(np.uint8)), tolerance=10)


def test_a_thick_digit_at_the_edge_beside_a_thin_pen_is_ink():
    image = page()
    cv2.line(image, (600, 140), (639, 190), 40, 30, cv2.LINE_AA)
    assert len(boxes(image)) == 3


@pytest.mark.parametrize("dark", [0.15, 0.3])
@pytest.mark.parametrize("squared", [False, True])
@pytest.mark.parametrize("apart", [30, 95])
def test_lines_of_paper_are_no_ink(dark: float, squared: bool, apart: int):
    lines = np.zeros((200, 640), np.float32)
    for y in range(apart // 2, 200, apart):
        cv2.line(lines, (0, y), (640, y + 3), 1, 1, cv2.LINE_AA)
    for x in range(apart // 3, 640, apart) if squared else ():
        cv2.line(lines, (x, 0), (x + 2, 200), 1, 1, cv2.LINE_AA)
    assert_two_crosses(boxes((page() * (1 - dark * lines)).astype(np.uint8)), tolerance=10)


def test_a_bar_as_dark_as_the_digits_is_a_bar_however_long():
    image = page()
    cv2.line(image, (0, 160), (640, 160), 40, 5, cv2.LINE_AA)
    found = boxes(image)
    assert len(found) == 3
    assert max(x1 - x0 for x0, _, x1, _ in found) == 640


def test_upright_strokes_from_edge_to_edge_are_strokes():
    image = np.full((90, 640), 225, np.uint8)
    for x in (60, 150, 240, 330, 420):
        cv2.line(image, (x, 2), (x - 3, 88), 90, 5, cv2.LINE_AA)
    cv2.line(image, (500, 45), (600, 45), 20, 9, cv2.LINE_AA)
    assert len(boxes(image)) == 6


def test_noise_and_blur_are_no_ink():
    rng = np.random.default_rng(0)
    image = cv2.GaussianBlur(page(), (5, 5), 1.2) + rng.normal(0, 6, (200, 640))
    assert_two_crosses(boxes(np.clip(image, 0, 255).astype(np.uint8)))


def test_large_photographs_are_read_in_their_own_pixels():
    large = cv2.resize(page(), None, fx=6, fy=6, interpolation=cv2.INTER_CUBIC)
    assert np.allclose(np.array(boxes(large)) / 6, boxes(page()), atol=8)


def test_dots_of_a_thin_pen_beside_thick_lines_are_ink():
    image = page(pen=16)
    cv2.line(image, (540, 95), (600, 95), 40, 4, cv2.LINE_AA)
    for y in (75, 115):
        cv2.circle(image, (570, y), 3, 40, -1, cv2.LINE_AA)
    assert len(boxes(image)) == 5
    cv2.circle(image, (285, 95), 3, 40, -1, cv2.LINE_AA)  # a speck beside the thick pen's lines
    assert len(boxes(image)) == 5


def test_a_dark_corner_of_the_table_is_no_ink():
    image = page(width=1400)
    cv2.fillConvexPoly(image, np.array([(1350, 0), (1399, 0), (1399, 60)]), 60)
    assert_two_crosses(boxes(image))


def test_what_the_edge_cuts_off_beside_the_rest_is_ink():
    image = page()[:, 80:]  # the left arm of what stands there is gone
    cv2.line(image, (0, 95), (25, 95), 40, 5, cv2.LINE_AA)
    assert len(boxes(image)) == 3


@pytest.mark.parametrize("level", [0, 128, 255])
def test_blank_paper_has_no_ink(level):
    with pytest.raises(ReadingError) as error:
        ink_from_image(np.full((300, 400), level, np.uint8))
    assert error.value.code == "no_ink"


def test_pen_width_of_a_line():
    coverage = np.zeros((60, 200), np.uint8)
    coverage[26:35, 20:180] = 255
    assert pen_width(coverage) == pytest.approx(9, abs=0.5)


def test_dust_of_a_black_and_white_scan_is_no_ink_but_a_few_dots_are():
    rng = np.random.default_rng(3)
    dusty, dotted = page(ground=255, ink=0), page(ground=255, ink=0)
    for x, y in rng.integers((5, 5), (630, 190), (12, 2)):
        dusty[y : y + 3, x : x + 3] = 0
    assert_two_crosses(boxes(dusty))
    for x in (520, 540, 560):
        cv2.circle(dotted, (x, 125), 3, 0, -1)
    assert len(boxes(dotted)) == 5


def test_a_page_of_specks_is_too_much_ink():
    image = np.full((600, 600), 230, np.uint8)
    image[10::24, 10::24] = 30
    image = cv2.erode(image, np.ones((9, 9), np.uint8))
    with pytest.raises(ReadingError) as refused:
        ink_from_image(image)
    assert refused.value.code == "too_much_ink"
    assert len(ink_from_image(image, max_pieces=1000).pieces) == 25 * 25
