"""Whole pages, read with the packaged weights."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from app.marking.marked_page import MarkedPage, Problem
from app.marking.marker import Marker
from app.maths import rational
from app.reading.errors import ReadingError
from tests.doodles import GLYPHS
from tests.marking.pages import draw_page, draw_text

RIGHT = ("4+3=7", "8-6=2", "5+4=9", "9-4=5", "6+2=8", "7-4=3")
PLANTED = ("4+3=2", "8-6=7", "5+4=5", "9-4=9", "6+2=3", "7-4=8")
"""The same questions, every answer moved to another question."""


def placed(texts: tuple[str, ...]) -> list[tuple[str, float, float]]:
    """Texts in two columns."""
    return [(text, 90 + 460 * (k % 2), 90 + 110 * (k // 2)) for k, text in enumerate(texts)]


def at(page: MarkedPage, x: float, y: float) -> Problem | None:
    """The problem around a point."""
    return next((p for p in page.problems if p.box[0] <= x <= p.box[2] and p.box[1] <= y <= p.box[3]), None)


def plain(problem: Problem) -> str:
    """A problem's text without spaces."""
    return problem.text.replace(" ", "")


@pytest.fixture(scope="module")
def planted(marker: Marker) -> MarkedPage:
    return marker.mark(draw_page(placed(PLANTED), 1000, 500))


def test_problems_are_found_where_they_stand(planted: MarkedPage):
    assert len(planted.problems) == len(PLANTED)
    for k, (_, x, y) in enumerate(placed(PLANTED)):
        problem = at(planted, x + 60, y + 25)
        assert problem is not None
        assert (problem.column, problem.row) == (k % 2 + 1, k // 2 + 1)


def test_planted_wrong_answers_are_not_read_as_the_right_ones(planted: MarkedPage):
    for (_, x, y), right in zip(placed(RIGHT), RIGHT, strict=True):
        problem = at(planted, x + 60, y + 25)
        assert problem is not None
        assert plain(problem) != right
        assert problem.verdict != "correct"


def test_no_arithmetic_reaches_the_reading(marker: Marker, planted: MarkedPage, monkeypatch: pytest.MonkeyPatch):
    # In a world where every sum is one larger, the same page reads the same, symbol by symbol.
    honest = rational.combine
    monkeypatch.setattr(rational, "combine", lambda left, operator, right: honest(left, operator, right) + 1)
    page = draw_page(placed(RIGHT), 1000, 500)
    bent = marker.mark(page)
    monkeypatch.undo()
    straight = marker.mark(page)
    assert [p.symbols for p in bent.problems] == [p.symbols for p in straight.problems]
    assert [p.confidence for p in bent.problems] == [p.confidence for p in straight.problems]
    assert "correct" not in [p.verdict for p in bent.problems]


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_page_is_turned_upright_before_it_is_read(marker: Marker, rotation: int):
    page = draw_page(placed(RIGHT), 1000, 500)
    marked = marker.mark(np.rot90(page, rotation // 90).copy())
    assert marked.rotation == rotation
    assert (marked.width, marked.height) == ((500, 1000) if rotation % 180 else (1000, 500))
    assert sorted(plain(p) for p in marked.problems) == sorted(RIGHT)


def test_one_problem_on_its_head_is_found(marker: Marker):
    page = draw_page([("7-5=2", 40, 40)], 300, 120)
    assert [plain(p) for p in marker.mark(page).problems] == ["7-5=2"]
    turned = marker.mark(np.rot90(page, 2).copy())
    assert turned.rotation == 180
    assert [plain(p) for p in turned.problems] == ["7-5=2"]


def test_lines_that_bend_towards_the_spine_are_read(marker: Marker):
    page = draw_page(placed(RIGHT), 1000, 560)
    y, x = np.mgrid[:560, :1000].astype(np.float32)
    bent = cv2.remap(page, x, y - 60 * (x / 1000) ** 3, cv2.INTER_LINEAR, borderValue=255)
    found = marker.mark(bent).problems
    assert sorted(plain(p) for p in found) == sorted(RIGHT)
    assert {(p.column, p.row) for p in found} == {(c, r) for c in (1, 2) for r in (1, 2, 3)}


def test_a_scribbled_out_answer_gives_way_to_the_one_beside_it(marker: Marker):
    page = draw_page(placed(RIGHT), 1000, 500)
    x, y = 90, 420
    draw_text(page, "5+3=", x, y)
    ups = [(x + 232 + 5 * k, y - 4 if k % 2 else y + 54) for k in range(11)]
    cv2.polylines(page, [np.array(ups)], False, 20, 5, cv2.LINE_AA)
    draw_text(page, "8", x + 310, y)
    problem = at(marker.mark(page), x + 60, y + 25)
    assert problem is not None and plain(problem) == "5+3=8"


def test_a_number_in_brackets_before_a_problem_is_none_of_it(marker: Marker):
    page = draw_page([("(9)", 60, 90), ("8÷4=2", 240, 90), *placed(RIGHT)[2:]], 1000, 500)
    problem = at(marker.mark(page), 300, 115)
    assert problem is not None and plain(problem) == "8÷4=2"


def test_ones_with_long_flags_are_told_from_sevens_by_the_page(marker: Marker, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(GLYPHS, "1", (0.6, [[(0.0, 0.2), (0.5, 0.0), (0.4, 1.0)]]))
    # Half of the answers are wrong: what they come to plays no part.
    texts = ["4×3=12", "8+9=71", "6×3=18", "9+2=11", "3×7=27", "8+7=15", "9×9=87", "70+7=17"]
    page = marker.mark(draw_page([(text, 80, 80 + 120 * k) for k, text in enumerate(texts)]))
    assert [plain(p) for p in page.problems] == texts


@pytest.mark.parametrize(("sign", "verdict"), [("<", "wrong"), (">", "correct"), ("", "unanswered")])
def test_a_sign_in_a_circle_compares(marker: Marker, sign: str, verdict: str):
    page = draw_page(placed(RIGHT), 1000, 500)
    x, y = 90, 420
    draw_text(page, "8+4", x, y)
    cv2.circle(page, (x + 215, y + 25), 46, 20, 3, cv2.LINE_AA)
    if sign:
        tip, ends = (x + 203, x + 227) if sign == "<" else (x + 227, x + 203)
        cv2.polylines(page, [np.array([(ends, y + 10), (tip, y + 25), (ends, y + 40)])], False, 20, 5, cv2.LINE_AA)
    draw_text(page, "5", x + 290, y)
    problem = at(marker.mark(page), x + 60, y + 25)
    assert problem is not None and problem.verdict == verdict
    assert plain(problem) == f"8+4{sign or '□'}5"


def test_blank_paper_is_no_ink(marker: Marker):
    with pytest.raises(ReadingError, match="no_ink"):
        marker.mark(np.full((600, 400), 230, np.uint8))


def unrelated() -> list[tuple[str, np.ndarray]]:
    """Pictures that are no worksheets."""
    rng = np.random.default_rng(3)
    y, x = np.mgrid[:700, :900]
    hills = 120 + 60 * np.sin(x / 90) + 40 * np.sin(y / 50 + x / 200)
    prose = np.full((900, 700), 235, np.uint8)
    for k in range(20):
        cv2.putText(prose, "the quick brown fox jumps over a dog", (30, 50 + 40 * k), 0, 0.9, 20, 2)
    return [
        ("one pixel", np.zeros((1, 1), np.uint8)),
        ("a line of pixels", np.full((1, 500), 128, np.uint8)),
        ("black", np.zeros((500, 500), np.uint8)),
        ("noise", rng.integers(0, 256, (600, 600)).astype(np.uint8)),
        ("a landscape", np.clip(hills, 0, 255).astype(np.uint8)),
        ("prose", prose),
        ("stripes", ((x // 20 % 2) * 255).astype(np.uint8)),
    ]


@pytest.mark.parametrize(("name", "photo"), unrelated(), ids=lambda v: v if isinstance(v, str) else "")
def test_what_is_no_worksheet_has_no_verdicts(marker: Marker, name: str, photo: np.ndarray):
    try:
        page = marker.mark(photo)
    except ReadingError as error:
        assert error.code == "no_ink"
    else:
        assert all(p.verdict == "unsure" for p in page.problems), [p.text for p in page.problems]


@pytest.mark.parametrize("text", ["18-3+9=24", "6+7=13"])
def test_a_cut_out_line_is_read_where_symbols_run_into_what_is_drawn_around_them(marker: Marker, text: str):
    """An underline through the feet of the digits joins all of them into one piece of ink."""
    picture = draw_page([(text, 30, 25)], 60 + 42 * len(text), 110, size=50)
    cv2.line(picture, (20, 73), (40 + 42 * len(text), 73), 20, 5, cv2.LINE_AA)
    picture = cv2.GaussianBlur(picture, (0, 0), 1.2)
    (problem,) = marker.mark(picture).problems
    assert plain(problem) == text


def test_a_cut_out_line_without_arithmetic_is_no_problem(marker: Marker):
    for text in ("135", "(4)", "7777777"):
        assert not marker.mark(draw_page([(text, 30, 25)], 60 + 45 * len(text), 100, size=50)).problems


def test_a_negative_number_begins_the_next_problem(marker: Marker):
    page = draw_page([("7-4=3", 80, 100), ("-6+8=2", 350, 100)], 900, 260)
    assert sorted(p.text.replace(" ", "") for p in marker.mark(page).problems) == ["-6+8=2", "7-4=3"]


def test_rows_of_circles_are_no_comparison(marker: Marker):
    page = draw_page([("4+3=7", 80, 260)], 900, 400)
    for x in (100, 160, 300, 360, 420):
        cv2.circle(page, (x, 120), 22, 20, 4, cv2.LINE_AA)
    cv2.polylines(page, [np.array([(250, 100), (215, 120), (250, 140)], np.int32)], False, 20, 4, cv2.LINE_AA)
    assert [p.text.replace(" ", "") for p in marker.mark(page).problems if p.verdict != "unsure"] == ["4+3=7"]
