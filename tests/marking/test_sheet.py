"""The sheet in a photograph."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from app.marking.sheet import find_sheet, straighten
from tests.marking.pages import draw_page

CORNERS = np.array([[130, 90], [880, 150], [930, 1180], [70, 1110]], np.float32)


def photographed(page: np.ndarray, corners: np.ndarray = CORNERS, desk: int = 70) -> tuple[np.ndarray, np.ndarray]:
    """A page seen at a slant on a desk, and the homography from the page to the photograph."""
    height, width = page.shape
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(flat, corners)
    paper = (page.astype(np.float32) * 0.9).astype(np.uint8)
    return cv2.warpPerspective(paper, matrix, (1000, 1300), borderValue=desk), matrix


def test_the_corners_of_a_slanted_sheet_are_found():
    photo, _ = photographed(draw_page([("123+456", 200, 300), ("78-9", 300, 700)]))
    assert find_sheet(photo) == pytest.approx(CORNERS, abs=12)


def test_paper_that_fills_the_picture_has_no_corners_to_find():
    page = draw_page([("123+456", 200, 300)])
    assert find_sheet(page) is None
    y, _ = np.mgrid[:1300, :1000]
    shaded = (page * (0.75 + 0.25 * (y > 600))).astype(np.uint8)  # a shadow with a sharp edge
    assert find_sheet(shaded) is None


def test_a_shadow_on_the_sheet_cuts_nothing_off():
    """A corner hardly lighter than the desk is elsewhere, though lighter than the desk beside it."""
    photo, _ = photographed(draw_page([("123+456", 200, 300)]), desk=90)
    y, x = np.mgrid[:1300, :1000].astype(np.float32)
    shadow = 1 - 0.4 / (1 + np.exp(((1000 - x) + y - 450) / 60))
    assert find_sheet((photo * shadow).astype(np.uint8)) == pytest.approx(CORNERS, abs=14)


def test_a_slanted_shadow_across_the_paper_is_no_edge_of_it():
    page = draw_page([("123+456", 100, 300), ("78-9", 500, 700), ("55+66", 600, 1000), ("9-2", 100, 1000)])
    y, x = np.mgrid[:1300, :1000]
    shaded = (page * (1 - 0.45 * (x + 0.5 * y > 1000))).astype(np.uint8)
    assert find_sheet(shaded) is None


def test_a_sheet_that_lies_straight_is_parted_from_the_desk():
    upright = np.array([[120, 100], [880, 100], [880, 1180], [120, 1180]], np.float32)
    photo, _ = photographed(draw_page([("123+456", 200, 300)]), upright)
    assert find_sheet(photo) == pytest.approx(upright, abs=12)
    assert len(straighten(photo).ink.pieces) == 7


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_boxes_come_back_to_the_photograph(rotation: int):
    page = draw_page([("8", 400, 600)], size=80)
    photo, matrix = photographed(page)
    turned = np.rot90(photo, rotation // 90).copy()  # counter-clockwise, so that the rotation sets it upright
    sheet = straighten(turned, rotation)
    (piece,) = [p for p in sheet.ink.pieces if p.blob.box[3] - p.blob.box[1] > 20]
    wide, high = piece.blob.mask.shape[::-1]
    assert high > wide  # an 8 upright
    x0, y0, x1, y1 = sheet.photo_box(piece.blob.box)
    inked = np.argwhere(page < 128)[:, ::-1].astype(np.float64)
    seen = cv2.perspectiveTransform(inked[None], matrix)[0]
    height, width = photo.shape
    for _ in range(rotation // 90):
        seen, (height, width) = np.column_stack([seen[:, 1], width - seen[:, 0]]), (width, height)
    assert (x0, y0, x1, y1) == pytest.approx((*seen.min(0), *seen.max(0)), abs=7)


def test_large_ink_is_shrunk_to_a_common_pen():
    sheet = straighten(draw_page([("58", 100, 100)], 900, 900, size=400, pen=36))
    assert sheet.ink.pen == pytest.approx(5.5, abs=1.5)


@pytest.mark.parametrize("shape", [(12, 30_000), (30_000, 12), (13, 9_000)])
def test_a_ribbon_is_a_sheet(shape: tuple[int, int]):
    photo = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    assert straighten(photo).gray.size > 0


def test_ruled_paper_is_as_level_as_its_lines():
    page = draw_page([("111", 60, 40), ("111", 190, 62), ("111", 320, 84)], 520, 200)
    # Rows that climb like steps pass for slanted ones where no line tells otherwise.
    for y in (35, 75, 115, 155, 195):
        cv2.line(page, (0, y), (520, y + 1), 200, 1, cv2.LINE_AA)
    x0, y0, x1, y1 = straighten(page).photo_box((0, 0, 100, 100))
    assert (x1 - x0) == pytest.approx(y1 - y0, rel=0.01)
    assert straighten(page).ink.rules_skew == pytest.approx(0, abs=1)


@pytest.mark.parametrize("degrees", [-5, 4])
def test_ruled_paper_is_levelled_by_its_lines(degrees: float):
    page = draw_page([("12+7=19", 150, 100), ("80-6=74", 150, 210)], 700, 320)
    for y in range(20, 320, 40):
        cv2.line(page, (0, y), (700, y), 200, 2)
    turned = cv2.warpAffine(page, cv2.getRotationMatrix2D((350, 160), degrees, 1), (700, 320), borderValue=255)
    levelled = straighten(turned)
    x0, y0, x1, y1 = levelled.photo_box((0, 0, 100, 0))
    assert np.degrees(np.arctan2(y1 - y0, x1 - x0)) == pytest.approx(abs(degrees), abs=0.7)
    assert abs(levelled.ink.rules_skew) < 1


def test_what_is_cut_out_shows_no_sheet():
    large = np.full((600, 900), 60, np.uint8)
    cv2.fillConvexPoly(large, np.array([[90, 60], [840, 30], [870, 560], [60, 580]], np.int32), 230)
    cv2.putText(large, "12+7=19", (200, 340), cv2.FONT_HERSHEY_SIMPLEX, 3, 30, 8, cv2.LINE_AA)
    small = cv2.resize(large, None, fx=0.2, fy=0.2, interpolation=cv2.INTER_AREA)
    for photo, is_sheet in ((large, True), (small, False)):
        sheet = straighten(photo)
        high, wide = sheet.gray.shape
        left, *_ = sheet.photo_box((0, 0, wide, high))
        assert find_sheet(photo) is not None
        assert (left > 10) == is_sheet
