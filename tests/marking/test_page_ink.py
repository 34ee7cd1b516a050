"""What counts as ink on a page."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from app.marking.page_ink import page_ink, split_rules
from tests.marking.pages import draw_page, draw_text


def count_in(ink, x0: float, y0: float, x1: float, y1: float) -> int:
    """Pieces whose centre lies in a window."""
    centres = [((b[0] + b[2]) / 2, (b[1] + b[3]) / 2) for b in (p.blob.box for p in ink.pieces)]
    return sum(x0 < x < x1 and y0 < y < y1 for x, y in centres)


@pytest.fixture
def grain() -> np.random.Generator:
    return np.random.default_rng(0)


def noisy(page: np.ndarray, rng: np.random.Generator, sigma: float = 2.0) -> np.ndarray:
    """The page with the grain of paper and camera."""
    return np.clip(page + rng.normal(0, sigma, page.shape), 0, 255).astype(np.uint8)


def test_blank_paper_has_no_ink(grain):
    assert page_ink(noisy(np.full((800, 600), 225, np.uint8), grain)).pieces == ()


def test_a_shadow_is_no_ink(grain):
    page = np.full((800, 600), 230, np.float32)
    y, x = np.mgrid[:800, :600]
    page -= 110 / (1 + np.exp(-(x + y - 700) / 40))
    draw_text(page, "12", 100, 100)
    ink = page_ink(noisy(page, grain))
    assert len(ink.pieces) == count_in(ink, 90, 90, 220, 170) == 2


@pytest.mark.parametrize("dark", [0.15, 0.3, 0.5])
def test_the_sharp_edge_of_a_shadow_is_no_ink_and_takes_none(dark: float, grain):
    page = draw_page([("1234567", 60, 100), ("8901234", 60, 300)], 700, 500, ink=60).astype(np.float32) * 0.9
    y, x = np.mgrid[:500, :700]
    page *= 1 - dark * cv2.GaussianBlur((x + 0.6 * y > 420).astype(np.float32), (0, 0), 3)
    ink = page_ink(noisy(page, grain))
    assert count_in(ink, 50, 90, 690, 360) == 14
    # Where it meets the picture's border a tip of the shadow may stay.
    assert count_in(ink, 0, 0, 700, 450) == 14


def test_coarse_grain_of_dim_paper_hides_no_ink(grain):
    page = draw_page([("258", 100, 100)], 700, 500, ink=20).astype(np.float32) * 0.5
    coarse = cv2.GaussianBlur(grain.normal(0, 1, page.shape), (0, 0), 1.2)
    page = np.clip(page + 9 * coarse / coarse.std(), 0, 255).astype(np.uint8)
    assert count_in(page_ink(page), 90, 90, 300, 170) == 3


def test_faint_pencil_beside_print_is_ink_and_soft_show_through_is_not(grain):
    page = draw_page([("77", 100, 100)], 700, 500, ink=20).astype(np.float32)
    pencil = draw_page([("88", 300, 100)], 700, 500, ink=190)
    behind = cv2.GaussianBlur(draw_page([("99", 100, 300)], 700, 500, ink=225).astype(np.float32), (0, 0), 3)
    page = np.minimum(np.minimum(page, pencil), behind)
    ink = page_ink(noisy(page, grain, 1.0))
    assert count_in(ink, 90, 90, 250, 170) == 2
    assert count_in(ink, 290, 90, 460, 170) == 2
    assert count_in(ink, 90, 280, 460, 400) == 0


def test_pen_width_is_found():
    for pen in (4, 7, 10):
        assert page_ink(draw_page([("258", 100, 100)], 600, 400, size=90, pen=pen)).pen == pytest.approx(pen, abs=1.6)


def test_the_dark_edge_of_a_table_is_no_ink():
    page = draw_page([("34", 300, 200)], 700, 500)
    page[:, :60] = 30
    ink = page_ink(page)
    assert len(ink.pieces) == count_in(ink, 290, 190, 450, 270) == 2


def test_a_rule_is_parted_from_the_plus_that_touches_it():
    page = draw_page([("+", 100, 100)], 600, 300, size=60)
    wave = [[x, 147 + 3 * np.sin(x / 60)] for x in range(80, 420, 10)]
    cv2.polylines(page, [np.array(wave, np.int32)], False, 20, 5, cv2.LINE_AA)
    ink = page_ink(page)
    boxes = [p.blob.box for p in ink.pieces]
    assert len(boxes) == 2
    rule, plus = sorted(boxes, key=lambda b: b[0])
    assert rule[2] - rule[0] > 300 and rule[3] - rule[1] < 22
    assert plus[2] - plus[0] < 50


def test_nothing_is_parted_from_a_long_seven():
    page = draw_page([("7", 100, 100)], 400, 400, size=150)
    ink = page_ink(page)
    assert len(split_rules(ink.pieces, ink.pen)) == 1


@pytest.mark.parametrize("blur", [2.0, 3.0, 4.0])
def test_what_a_blur_has_run_together_is_parted(blur: float):
    page = np.full((200, 500), 235, np.uint8)
    for y in (90, 104):  # the bars of an equals sign
        cv2.line(page, (100, y), (150, y), 20, 6)
    for x in (250, 264):  # two ones
        cv2.line(page, (x, 60), (x, 130), 20, 6)
    ink = page_ink(cv2.GaussianBlur(page, (0, 0), blur))
    assert count_in(ink, 90, 50, 160, 150) == 2
    assert count_in(ink, 230, 50, 290, 150) == 2


def test_a_faint_place_in_a_stroke_does_not_part_it():
    page = np.full((300, 300), 235, np.float32)
    cv2.line(page, (150, 40), (150, 260), 60, 7)
    fade = 1 - 0.4 * np.exp(-(((np.arange(300) - 150) / 20.0) ** 2))
    page = 235 - (235 - page) * fade[:, None].astype(np.float32)
    ink = page_ink(cv2.GaussianBlur(page, (0, 0), 1.5).astype(np.uint8))
    assert len(ink.pieces) == 1


def test_the_dust_of_a_scanner_goes_and_the_writing_stays(grain):
    page = draw_page([("48+35=83", 90, 100), ("12-7=5", 90, 220)], 700, 400, ink=0)
    plain = len(page_ink(page).pieces)
    for x, y in grain.integers(5, (690, 390), (150, 2)):
        page[y : y + 3, x : x + 3] = 0
    ink = page_ink(page)
    # Dust that touches writing, or other dust, may change what is one piece.
    assert abs(len(ink.pieces) - plain) <= 3
    assert count_in(ink, 80, 90, 620, 290) >= plain - 2


@pytest.mark.parametrize("dot", [3, 4])
def test_a_page_of_ellipses_keeps_its_dots(dot: int):
    page = draw_page([("17", 40, 40 + 70 * k) for k in range(6)], 700, 480)
    for k in range(6):
        for x in range(160, 640, 40):
            cv2.circle(page, (x, 80 + 70 * k), dot, 20, -1, cv2.LINE_AA)
    assert count_in(page_ink(page), 150, 0, 660, 480) == 6 * 12


@pytest.mark.parametrize("bars", [1, 3])
def test_dark_bars_behind_headings_do_not_pass_for_the_pen(bars: int):
    page = draw_page([(f"{k + 3}+{k}4=7", 80, 260 + 90 * k) for k in range(4)], 900, 660)
    plain = page_ink(page).pen
    for k in range(bars):
        cv2.rectangle(page, (60, 20 + 75 * k), (840, 80 + 75 * k), 30, -1)
    assert page_ink(page).pen == pytest.approx(plain, rel=0.15)


def test_a_tables_lines_and_dark_cells_do_not_pass_for_the_pen():
    texts = [(f"{k + 3}+{k}4=7", 220, 50 + 100 * k) for k in range(6)]
    plain = page_ink(draw_page(texts, 1000, 700)).pen
    page = draw_page(texts, 1000, 700)
    for k in range(7):
        cv2.line(page, (60, 30 + 100 * k), (940, 30 + 100 * k), 30, 2)
    for x in (60, 160, 940):
        cv2.line(page, (x, 30), (x, 630), 30, 2)
    cv2.rectangle(page, (60, 30), (160, 630), 30, -1)
    assert page_ink(page).pen == pytest.approx(plain, rel=0.15)
