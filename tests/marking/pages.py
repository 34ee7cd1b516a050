"""Pages drawn by hand for tests of marking: texts of ``tests.doodles`` at chosen places, and what stands there."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from app.marking.marked_page import Problem
from app.marking.marker import Marker
from app.marking.problem import Cells, cells_of
from app.maths import read_text
from app.reading.reading import Interpretation, Symbol
from tests.doodles import write

Placed = tuple[str, float, float]
"""A text and where its first digit's upper left corner stands."""


def draw_page(
    texts: Iterable[Placed], width: int = 1000, height: int = 1300, size: float = 50.0, ink: int = 20, pen: int = 5
) -> np.ndarray:
    """A page as (height, width) uint8."""
    page = np.full((height, width), 255, np.uint8)
    for text, x, y in texts:
        draw_text(page, text, x, y, size, ink, pen)
    return page


def draw_text(page: np.ndarray, text: str, x: float, y: float, size: float = 50.0, ink: int = 20, pen: int = 5) -> None:
    """Writes one text into a page."""
    for stroke in write(text, size, x, y):
        points = np.round(np.array(stroke) * 16).astype(np.int32).reshape(-1, 1, 2)
        cv2.polylines(page, [points], False, ink, pen, cv2.LINE_AA, 4)


def print_text(page: np.ndarray, text: str, x: float, foot: float, size: float = 50.0) -> float:
    """Prints a text into a page in Pillow's own font, its digits ``size`` pixels high, and returns where it ends."""
    font = ImageFont.load_default(size / 0.7)
    image = Image.fromarray(page)
    ImageDraw.Draw(image).text((x, foot), text, 20, font, anchor="ls")
    page[:] = np.asarray(image)
    return x + font.getlength(text)


def sheet(*rows: tuple[str, str, str]) -> np.ndarray:
    """A page of rows, each print, an answer by hand, and print behind it."""
    page = np.full((110 + 110 * len(rows), 1300), 255, np.uint8)
    for k, (before, answer, behind) in enumerate(rows):
        foot = 120 + 110 * k
        x = print_text(page, before, 60, foot, 40) + 14
        draw_text(page, answer, x, foot - 44, 44)
        print_text(page, behind, x + 34 * len(answer) + 16, foot, 40)
    return page


def from_top(marker: Marker, page: np.ndarray) -> list[Problem]:
    """The problems that a page is read to have, from the top."""
    return sorted(marker.mark(page).problems, key=lambda p: p.box[1])


def texts(marker: Marker, page: np.ndarray) -> list[str]:
    """Their texts, without spaces."""
    return [p.text.replace(" ", "") for p in from_top(marker, page)]


def cells(text: str, confidence: float = 1.0) -> Cells:
    """The row that a text writes, each symbol as sure as ``confidence``."""
    tree, boxes = read_text(text)
    symbols = tuple(Symbol(n.label, box, confidence) for n, box in zip(tree.nodes, boxes, strict=True))
    return cells_of(Interpretation(symbols, tree, confidence))
