"""The photograph with ✓, ✗ and ? beside each problem and the score in a corner."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from app.marking.marked_page import MarkedPage, Problem
from app.marking.problem import meet
from app.marking.verdicts import Verdict
from models.ink import Box

COLOURS: dict[Verdict, tuple[int, int, int]] = {
    "correct": (22, 140, 60),
    "wrong": (205, 30, 40),
    "unanswered": (70, 90, 160),
    "unsure": (200, 120, 0),
}
_PATHS: dict[Verdict, tuple[tuple[tuple[float, float], ...], ...]] = {
    "correct": (((0.0, 0.55), (0.35, 0.9), (1.0, 0.1)),),
    "wrong": (((0.05, 0.1), (0.95, 0.9)), ((0.95, 0.1), (0.05, 0.9))),
    "unanswered": (((0.0, 0.85), (1.0, 0.85)),),
    "unsure": (
        ((0.2, 0.3), (0.27, 0.12), (0.5, 0.03), (0.73, 0.12), (0.8, 0.3), (0.7, 0.45), (0.5, 0.55), (0.5, 0.72)),
        ((0.5, 0.9), (0.5, 0.95)),
    ),
}
"""Each mark as lines in a unit square: no font has to be there."""


def draw_marks(photo: Image.Image, page: MarkedPage) -> Image.Image:
    """A copy of a photograph with its marks.

    Args:
        photo: as it was marked, of the same size; any mode.
        page: its problems.

    Returns:
        An RGB image, turned so that the writing is upright.
    """
    image = photo.convert("RGB").rotate(-page.rotation, expand=True)
    canvas = ImageDraw.Draw(image)
    boxes = [upright_box(p.box, page) for p in page.problems]
    heights = [y1 - y0 for _, y0, _, y1 in boxes]
    size = float(np.clip(np.median(heights), 0.012 * max(image.size), 0.06 * max(image.size))) if heights else 0.0
    for problem, box in zip(page.problems, boxes, strict=True):
        _mark(canvas, problem, box, size, image.width, boxes)
    _score(canvas, page, image)
    return image


def upright_box(box: Box, page: MarkedPage) -> Box:
    """Where a box of the photograph stands once the writing is upright."""
    width, height = page.width, page.height
    for _ in range(page.rotation // 90):
        x0, y0, x1, y1 = box
        box, width, height = (height - y1, x0, height - y0, x1), height, width
    return box


def _mark(
    canvas: ImageDraw.ImageDraw, problem: Problem, box: Box, size: float, width: int, boxes: Sequence[Box]
) -> None:
    _, y0, x1, y1 = box
    x, y = min(x1 + 0.25 * size, width - 1.05 * size), (y0 + y1) / 2 - size / 2
    colour, pen = COLOURS[problem.verdict], max(round(size / 8), 2)
    for path in _PATHS[problem.verdict]:
        points = [(x + px * size, y + py * size) for px, py in path]
        canvas.line(points, fill=colour, width=pen, joint="curve")
        for px, py in (points[0], points[-1]):
            canvas.ellipse((px - pen / 2, py - pen / 2, px + pen / 2, py + pen / 2), fill=colour)
    if problem.verdict == "wrong" and problem.finding.expected:
        font = ImageFont.load_default(max(round(0.55 * size), 8))
        text = problem.finding.expected.replace("…", "...")  # the built-in font has no ellipsis
        left, top, right, bottom = canvas.textbbox((0, 0), text, font)
        # Where the next problem begins right behind the mark, the answer goes below or above it.
        beside = [(x + 1.15 * size, y + 0.2 * size), (x, y + 1.05 * size), (x, y - 0.75 * size)]
        places = [(min(px, width - right), max(py, 0.0)) for px, py in beside]
        covered = [(px + left, py + top, px + right + 0.2 * size, py + bottom) for px, py in places]
        free = [place for place, cover in zip(places, covered, strict=True) if not any(meet(cover, b) for b in boxes)]
        canvas.text((free or places)[0], text, colour, font)


def _score(canvas: ImageDraw.ImageDraw, page: MarkedPage, image: Image.Image) -> None:
    score = page.score
    text = f"{score['correct']} / {score['total']}" + (f"  ({score['unsure']} ?)" if score["unsure"] else "")
    font = ImageFont.load_default(max(round(0.035 * min(image.size)), 10))
    x0, y0, x1, y1 = canvas.textbbox((0, 0), text, font)
    margin = 0.4 * (y1 - y0)
    left = image.width - (x1 - x0) - 3 * margin
    canvas.rectangle((left, 0, image.width, (y1 - y0) + 2 * margin), fill=(255, 255, 255))
    canvas.text((left + 1.5 * margin, margin - y0), text, COLOURS["wrong"], font)
