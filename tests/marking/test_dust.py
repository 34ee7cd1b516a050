"""Dust between columns links no problems."""

from __future__ import annotations

import cv2
import numpy as np

from app.marking.dust import without_dust
from app.marking.layout import boxes_of, symbol_height
from app.marking.marker import Marker
from app.marking.page_ink import page_ink
from tests.marking.pages import draw_page, texts

COLUMNS = [("5×4=20", 60, 80), ("3+6=9", 1560, 80), ("7-2=5", 60, 220), ("8+8=16", 1560, 220)]


def dusty(page: np.ndarray, seed: int = 0) -> np.ndarray:
    """A page with shreds of another's print all over the room between its columns."""
    rng = np.random.default_rng(seed)
    for x, y in rng.uniform((420, 20), (1500, 580), (90, 2)):
        cv2.ellipse(page, (int(x), int(y)), (int(rng.integers(3, 6)), 4), int(rng.integers(180)), 0, 360, 20, -1)
    return page


def test_dust_between_columns_is_left_out(marker: Marker):
    page = dusty(draw_page(COLUMNS, 2000, 600))
    assert sorted(texts(marker, page)) == sorted(text for text, _, _ in COLUMNS)


def test_points_and_dots_beside_symbols_are_no_dust():
    page = draw_page([("5+12=17", 60, 80), ("24÷6=4", 60, 200)], 2000, 600)
    cv2.circle(page, (98, 128), 4, 20, -1)
    clean = page_ink(page)
    ink = page_ink(dusty(page.copy()))
    kept, dust = without_dust(ink.pieces, symbol_height(clean), ink.pen)
    assert len(dust) > 30
    assert {p.blob.box for p in clean.pieces} <= {p.blob.box for p in kept}


def test_a_few_specks_are_none():
    page = draw_page(COLUMNS, 2000, 600)
    for x in range(450, 750, 60):
        cv2.circle(page, (x, 100), 4, 20, -1)
    ink = page_ink(page)
    kept, dust = without_dust(ink.pieces, symbol_height(ink), ink.pen)
    assert not dust and np.array_equal(boxes_of(kept), boxes_of(ink.pieces))
