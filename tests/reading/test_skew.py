"""How far writing is turned."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from app.marking.layout import symbol_height
from app.marking.page_ink import page_ink
from app.marking.sheet import straighten
from app.reading.skew import skew_of
from tests.marking.pages import draw_page

SUM = [("384", 200, 100), ("251", 200, 180), ("635", 200, 300)]


def column_sum(degrees: float = 0.0) -> np.ndarray:
    """A sum in columns with its rule, falling to the right by so many degrees."""
    page = draw_page(SUM, 520, 460)
    cv2.line(page, (150, 262), (370, 262), 20, 5, cv2.LINE_AA)
    turned = cv2.getRotationMatrix2D((260, 230), -degrees, 1)
    return cv2.warpAffine(page, turned, (520, 460), flags=cv2.INTER_LINEAR, borderValue=255)


def found(page: np.ndarray) -> tuple[float, float]:
    ink = page_ink(page)
    return skew_of([p.blob for p in ink.pieces], symbol_height(ink))


@pytest.mark.parametrize("degrees", [-8, -5, 5, 8])
def test_the_angle_is_found(degrees: float):
    angle, sharper = found(column_sum(degrees))
    assert angle == pytest.approx(degrees, abs=1)
    assert sharper > 2


def test_level_writing_is_level():
    angle, sharper = found(column_sum())
    assert abs(angle) < 2 or sharper < 2
    assert skew_of([], 40.0) == (0.0, 1.0)


@pytest.mark.parametrize("degrees", [-6, 6])
def test_a_turned_sheet_is_levelled_and_its_boxes_come_back(degrees: float):
    photo = column_sum(degrees)
    sheet = straighten(photo)
    rule = max((p.blob.box for p in sheet.ink.pieces), key=lambda b: b[2] - b[0])
    assert rule[3] - rule[1] < 0.1 * (rule[2] - rule[0])
    inked = np.argwhere(photo < 128)[:, ::-1]
    boxes = np.array([sheet.photo_box(p.blob.box) for p in sheet.ink.pieces])
    assert len(boxes) == 10
    # An upright box around a turned one is somewhat larger.
    assert (*boxes[:, :2].min(0), *boxes[:, 2:].max(0)) == pytest.approx((*inked.min(0), *inked.max(0)), abs=26)
