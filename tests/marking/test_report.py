"""Marked pictures, tables, PDF and the progress line."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.marking.drawing import COLOURS, draw_marks
from app.marking.marked_page import MarkedPage, Problem
from app.marking.problem import Version, layout_of
from app.marking.report import Result, mark_files, picture_name, problems_csv, save_pdf, show_progress, summary_csv
from app.marking.verdicts import judge
from app.reading.errors import ReadingError
from tests.marking.pages import cells


def page_of(*texts: str) -> MarkedPage:
    """A marked page of problems under one another."""
    problems = []
    for k, text in enumerate(texts):
        symbols, tree = layout_of(cells(text))
        finding = judge([Version(cells(text), 1.0)])
        box = (100.0, 100.0 + 80 * k, 300.0, 140.0 + 80 * k)
        problems.append(Problem(box, k + 1, 1, tuple(symbols), tree, 0.99, finding))
    return MarkedPage(600, 800, 0, tuple(problems), {})


class Marks:
    """Answers for a marker: a page for every picture, or an error for every dark one."""

    def __init__(self, page: MarkedPage) -> None:
        self.page = page

    def mark(self, photo: np.ndarray) -> MarkedPage:
        if photo.mean() < 100:
            raise ReadingError("no_ink", "There is no ink to read.")
        return self.page


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "page.png"
    Image.new("RGB", (600, 800), (240, 240, 235)).save(path)
    return path


def test_the_right_answer_is_not_drawn_over_the_next_problem():
    page = page_of("3+4=8", "5+6=11")
    wrong, other = page.problems
    _, y0, x1, y1 = wrong.box
    near = replace(other, box=(x1 + 1.4 * (y1 - y0), y0, x1 + 200, y1))
    drawn = np.asarray(draw_marks(Image.new("RGB", (600, 800), (240, 240, 235)), replace(page, problems=(wrong, near))))
    left, top, right, bottom = map(int, near.box)
    red = np.abs(drawn.astype(int) - np.array(COLOURS["wrong"])).sum(2) < 60
    assert not red[top:bottom, left:right].any()
    assert red[bottom : bottom + 60, int(x1) : right].any()


def test_each_verdict_is_drawn_in_its_colour_beside_its_problem():
    page = page_of("3+4=7", "3+4=8", "3+4=", "3+×=7")
    assert [p.verdict for p in page.problems] == ["correct", "wrong", "unanswered", "unsure"]
    before = Image.new("RGB", (600, 800), (240, 240, 235))
    after = np.asarray(draw_marks(before, page)).astype(int)
    for problem in page.problems:
        _, y0, x1, y1 = map(int, problem.box)
        beside = after[y0:y1, x1 : x1 + 80].reshape(-1, 3)
        near = np.abs(beside - np.array(COLOURS[problem.verdict])).sum(1) < 30
        assert near.sum() > 40
    assert np.asarray(before).min() == 235  # the photograph itself is left alone


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_turned_page_is_drawn_upright(rotation: int):
    page = page_of("3+4=7", "3+4=8")
    before = Image.fromarray(np.random.default_rng(0).integers(200, 255, (800, 600, 3), np.uint8))
    lying = before.rotate(rotation, expand=True)
    turned = replace(
        page,
        width=lying.width,
        height=lying.height,
        rotation=rotation,
        problems=tuple(replace(p, box=_lying(p.box, before.size, rotation)) for p in page.problems),
    )
    assert np.array_equal(np.asarray(draw_marks(lying, turned)), np.asarray(draw_marks(before, page)))


def _lying(box: tuple[float, ...], size: tuple[int, int], rotation: int) -> tuple[float, ...]:
    """A box after quarter turns counter-clockwise."""
    for _ in range(rotation // 90):
        x0, y0, x1, y1 = box
        box, size = (y0, size[0] - x1, y1, size[0] - x0), (size[1], size[0])
    return box


def test_the_table_has_a_line_a_problem_and_runs_nothing():
    rows = list(csv.DictReader(io.StringIO(problems_csv([Result(Path("a/p.jpg"), page_of("7×8=54", "-5+3=-2"))]))))
    assert [r["text"] for r in rows] == ["7 × 8 = 54", "'-5 + 3 = -2"]
    assert [(r["file"], r["verdict"], r["expected"]) for r in rows] == [
        ("p.jpg", "wrong", "56"),
        ("p.jpg", "correct", "'-2"),
    ]


def test_the_summary_adds_up_and_names_what_failed():
    results = [
        Result(Path("a.jpg"), page_of("3+4=7", "3+4=8")),
        Result(Path("b.jpg"), None, "There is no ink to read."),
        Result(Path("c.jpg"), page_of("1+1=2")),
    ]
    rows = list(csv.DictReader(io.StringIO(summary_csv(results))))
    assert [(r["file"], r["correct"], r["wrong"], r["total"]) for r in rows] == [
        ("a.jpg", "1", "1", "2"), ("b.jpg", "", "", ""), ("c.jpg", "1", "0", "1"), ("all", "2", "1", "3"),
    ]  # fmt: skip
    assert rows[1]["message"] == "There is no ink to read."


def test_one_failure_does_not_stop_the_rest(tmp_path: Path, photo: Path):
    dark, broken = tmp_path / "dark.png", tmp_path / "broken.png"
    Image.new("L", (50, 50), 0).save(dark)
    broken.write_bytes(b"no picture")
    out = tmp_path / "out"
    out.mkdir()
    files = [broken, dark, tmp_path / "missing.png", photo, photo]
    results = list(mark_files(Marks(page_of("3+4=7")), files, 10_000_000, out))
    assert [r.page is not None for r in results] == [False, False, False, True, True]
    assert all(r.message for r in results[:3])
    assert sorted(p.name for p in out.iterdir()) == ["page-2.png", "page.png"]


def test_names_of_pictures_never_clash():
    files = [Path("a/p.jpg"), Path("b/p.jpg"), Path("p.png"), Path("q.jpg")]
    assert [picture_name(files, i) for i in range(4)] == ["p.png", "p-2.png", "p-3.png", "q.png"]


def test_the_pdf_has_a_page_a_picture(tmp_path: Path, photo: Path):
    save_pdf([photo] * 3, tmp_path / "marked.pdf")
    data = (tmp_path / "marked.pdf").read_bytes()
    assert data.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", data)) == 3
    save_pdf([], tmp_path / "none.pdf")
    assert not (tmp_path / "none.pdf").exists()


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_progress_is_one_line_on_a_terminal_and_nothing_elsewhere():
    terminal, file = Terminal(), io.StringIO()
    for stream in (terminal, file):
        for done in (1, 2):
            show_progress(done, 2, Path("a.jpg"), stream)
    assert file.getvalue() == ""
    assert terminal.getvalue().count("\n") == 1
    assert "2/2 a.jpg" in terminal.getvalue()


class Crashes:
    """A marker with a fault that one page brings out."""

    def __init__(self, page: MarkedPage) -> None:
        self.page = page

    def mark(self, photo: np.ndarray) -> MarkedPage:
        if photo.shape == (50, 60):
            raise ZeroDivisionError("a fault")
        return self.page


def test_a_fault_on_one_page_does_not_stop_the_others(photo: Path, tmp_path: Path):
    bad = tmp_path / "bad.png"
    Image.new("RGB", (60, 50), (240, 240, 235)).save(bad)
    results = list(mark_files(Crashes(page_of("3+4=7")), [photo, bad, photo], 10**7))
    assert [r.page is not None for r in results] == [True, False, True]
    assert "a fault" in results[1].message
