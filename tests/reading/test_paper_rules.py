"""Ruled and squared paper."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from app.marking.page_ink import page_ink
from app.reading.paper_rules import find_paper_rules, without_hairs
from tests.marking.pages import draw_page

TEXTS = [("4+3=7", 90, 90), ("8-6=2", 550, 90), ("15+48=63", 90, 190), ("9-4=5", 550, 190), ("72-41=31", 550, 300)]


def rule(page: np.ndarray, step: int, grey: int, slope: float = 0.01, bend: float = 0.0) -> np.ndarray:
    """The page on paper with a line every ``step`` pixels."""
    paper = np.full_like(page, 255)
    x = np.arange(0, page.shape[1] + 10, 10)
    for y in range(20, page.shape[0], step):
        points = np.column_stack([x, y + slope * x + bend * np.sin(x / 400)]).round().astype(np.int32)
        cv2.polylines(paper, [points], False, grey, 2, cv2.LINE_AA)
    return np.minimum(page, paper)


def found(page: np.ndarray) -> list[tuple[float, ...]]:
    """Boxes of the pieces that are no specks."""
    return [b for b in (p.blob.box for p in page_ink(page).pieces) if max(b[2] - b[0], b[3] - b[1]) > 12]


@pytest.mark.parametrize(
    ("grey", "slope", "bend"),
    [
        *((grey, *how) for grey in (90, 150, 190) for how in ((0.0, 0.0), (0.015, 0.0), (0.0, 8.0))),
        *((grey, slope, 0.0) for grey in (150, 190) for slope in (0.06, -0.1)),
    ],
)
def test_lines_of_paper_are_taken_out_and_the_writing_stays(grey: int, slope: float, bend: float):
    plain = draw_page(TEXTS, 1000, 500)
    wanted, seen = found(plain), found(rule(plain, 61, grey, slope, bend))
    assert not any(b[2] - b[0] > 300 for b in seen)
    missing = [w for w in wanted if not any(np.abs(np.subtract(w, s)).max() < 9 for s in seen)]
    assert len(missing) <= 0.1 * len(wanted)
    assert len(seen) <= 1.15 * len(wanted)


def test_one_rule_under_a_sum_is_no_ruled_paper():
    page = draw_page([("47", 200, 120), ("38", 200, 200)], 500, 500)
    cv2.line(page, (60, 272), (440, 268), 20, 5)
    assert find_paper_rules(255.0 - page, 10.0, 235.0) is None


def test_the_lines_of_a_table_are_none_of_the_papers():
    page = draw_page(TEXTS, 1000, 500)
    for y in range(60, 480, 60):
        cv2.line(page, (70, y), (760, y), 20, 3)
    for x in (70, 420, 760):
        cv2.line(page, (x, 60), (x, 420), 20, 3)
    assert find_paper_rules(255.0 - page, 10.0, 235.0) is None


def test_boxes_in_a_row_are_no_lines_of_paper():
    page = draw_page([], 1000, 900)
    for y in range(60, 780, 180):
        for x in range(70, 800, 180):
            cv2.rectangle(page, (x, y), (x + 150, y + 150), 20, 3)
    assert find_paper_rules(255.0 - page, 10.0, 235.0) is None


def test_a_page_without_lines_is_left_alone():
    page = draw_page(TEXTS, 1000, 500)
    assert find_paper_rules(255.0 - page, 10.0, 235.0) is None


def test_lines_no_darker_than_grain_are_none():
    page = rule(draw_page(TEXTS, 1000, 500), 61, 190)
    assert find_paper_rules(255.0 - page, 150.0, 235.0) is None


@pytest.mark.parametrize("grey", [190, 215])
@pytest.mark.parametrize("light", [0.7, 0.95])
def test_nothing_of_squared_paper_stays_among_the_digits_of_a_sum(grey: int, light: float):
    plain = draw_page([("384", 200, 100), ("251", 200, 190), ("635", 200, 310)], 520, 460, pen=7)
    cv2.line(plain, (150, 268), (370, 268), 20, 7, cv2.LINE_AA)
    squared = np.minimum(rule(plain, 61, grey), rule(np.full_like(plain, 255).T.copy(), 61, grey).T)
    squared = (squared * np.linspace(0.95, light, 520)).astype(np.uint8)
    seen = found(squared)
    assert len(seen) == len(found(plain)) == 10
    assert all(any(np.abs(np.subtract(w, s)).max() < 9 for s in seen) for w in found(plain))


@pytest.mark.parametrize("degrees", [-8, -3, 5])
def test_squared_paper_that_lies_askew_is_as_askew_as_its_lines(degrees: float):
    plain = draw_page(TEXTS, 1000, 500)
    paper = np.minimum(
        rule(np.full_like(plain, 255), 61, 200, 0.0), rule(np.full_like(plain, 255).T.copy(), 61, 200, 0.0).T
    )
    turn = cv2.getRotationMatrix2D((500, 250), -degrees, 1)
    turned = cv2.warpAffine(np.minimum(plain, paper), turn, (1000, 500), borderValue=255)
    rules = find_paper_rules(255.0 - turned, 10.0, 235.0)
    assert rules.skew == pytest.approx(degrees, abs=0.6)
    assert rules.across.any(0).mean() > 0.9
    assert rules.down.any(1).mean() > 0.9
    seen, wanted = found(turned), found(cv2.warpAffine(plain, turn, (1000, 500), borderValue=255))
    missing = [w for w in wanted if not any(np.abs(np.subtract(w, s)).max() < 9 for s in seen)]
    assert len(missing) <= 0.1 * len(wanted)
    assert len(seen) <= 1.15 * len(wanted)


@pytest.mark.parametrize("upright", [False, True])
def test_a_single_line_is_the_papers_if_it_is_faint_and_goes_from_edge_to_edge(upright: bool):
    plain = draw_page([("12+7=19", 60, 40)], 520, 130)
    faint, short, dark = plain.copy(), plain.copy(), plain.copy()
    cv2.line(faint, (0, 98), (520, 101), 190, 2, cv2.LINE_AA)
    cv2.line(short, (40, 98), (480, 101), 190, 2, cv2.LINE_AA)
    cv2.line(dark, (0, 98), (520, 101), 20, 5, cv2.LINE_AA)
    turn = np.transpose if upright else np.asarray
    assert find_paper_rules(255.0 - turn(plain), 10.0, 235.0) is None
    assert find_paper_rules(255.0 - turn(short), 10.0, 235.0) is None
    assert find_paper_rules(255.0 - turn(dark), 10.0, 235.0) is None
    rules = find_paper_rules(255.0 - turn(faint), 10.0, 235.0)
    along, across = (rules.down, rules.across) if upright else (rules.across, rules.down)
    assert along.any(1 if upright else 0).all()
    assert not across.any()
    assert rules.darkness == pytest.approx(65, abs=8)


def test_lines_through_rows_of_print_go_though_they_run_into_a_dark_margin():
    # Beside print a faint line is no ink, so that in the ink it stands in short pieces.
    plain = draw_page([(f"{a}+{b}={a + b}", x, 90 + 61 * i) for i, (a, b) in enumerate([(12, 7), (30, 9), (4, 55)])
                       for x in (180, 560)], 1000, 500)  # fmt: skip
    ruled = rule(plain, 61, 170)
    for page in (plain, ruled):
        page[:, :60] = np.minimum(page[:, :60], 100)
    wanted, seen = found(plain), found(ruled)
    assert not any(b[2] - b[0] > 100 for b in seen)
    missing = [w for w in wanted if not any(np.abs(np.subtract(w, s)).max() < 9 for s in seen)]
    assert len(missing) <= 0.1 * len(wanted)


def test_hairs_go_and_strokes_keep_their_ends():
    mask = np.zeros((80, 120), np.uint8)
    cv2.line(mask, (20, 40), (70, 40), 1, 7)
    stroke = mask.copy()
    mask[39:41, 70:115] = 1
    mask[5:60, 100:102] = 1
    kept = without_hairs(mask, 7.0)
    assert (kept >= stroke).all()
    assert kept[:, 90:].sum() == 0


def test_boxes_beside_one_another_are_no_squared_paper():
    page = draw_page([("47", 100 + 260 * (k % 4), 100 + 220 * (k // 4)) for k in range(12)], 1200, 760)
    for k in range(12):
        x, y = 80 + 260 * (k % 4), 70 + 220 * (k // 4)
        cv2.rectangle(page, (x, y), (x + 225, y + 205), 110, 2)
    # So near to one another that their sides are one broken line.
    assert find_paper_rules(255.0 - page, 10.0, 235.0) is None


def test_a_faint_edge_makes_no_rule_under_a_sum_the_papers():
    page = draw_page([("47", 200, 120), ("38", 200, 200)], 700, 500)
    cv2.line(page, (160, 272), (300, 272), 20, 3)
    cv2.line(page, (0, 470), (699, 470), 225, 2)
    rules = find_paper_rules(255.0 - page, 10.0, 235.0)
    assert rules is not None and rules.across[470, 350]
    assert rules.across[262:282, 160:301].sum() == 0
