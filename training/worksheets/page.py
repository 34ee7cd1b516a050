"""A page of exercises, printed and answered, with the exact text and box of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from models.ink import Box
from training.printed import font_files, has_character
from training.sources import held_out
from training.worksheets.exercises import Exercise, Segment
from training.worksheets.handwriting import draw, hands, write

_OTHER_SCRIPTS = (
    "arabic", "bengali", "devanagari", "gujarati", "gurmukhi", "kannada", "malayalam", "oriya", "sinhala", "tamil",
    "telugu", "kufi", "naskh", "nasta", "nushu", "khojki", "cmex", "cmsy", "cmmi", "d050", "z003",
)  # fmt: skip
_NEEDED = "0123456789+−×÷=()<>."


@dataclass(frozen=True, slots=True)
class Truth:
    """What a page shows in one place: the exercise and the box around question and answer."""

    exercise: Exercise
    box: Box


@dataclass(frozen=True, eq=False)
class Page:
    """A page: (height, width) uint8 pixels, and what stands on it."""

    gray: np.ndarray
    truths: tuple[Truth, ...]


def book_fonts(validation: bool) -> list[str]:
    """Files of fonts that a school book could be set in, of either part."""
    names = [p for p in font_files() if not any(s in p.name.lower() for s in _OTHER_SCRIPTS)]
    part = [str(p) for p in names if held_out(p.name, 0.2) == validation]
    return [path for path in part if all(has_character(path, c) for c in _NEEDED)]


def make_page(
    rng: np.random.Generator,
    exercises: Sequence[Exercise],
    columns: int = 2,
    size: float = 40.0,
    validation: bool = True,
    printed: bool = True,
) -> Page:
    """Set exercises on a page.

    Args:
        rng: makes every choice.
        exercises: they fill column after column.
        columns: of exercises.
        size: font size in pixels.
        validation: whether its hands and fonts are those kept for validation.
        printed: whether the questions are printed; else all is handwritten.
    """
    fonts = book_fonts(validation)
    font = ImageFont.truetype(fonts[int(rng.integers(len(fonts)))], round(size))
    setter = _Setter(rng, font, size, validation, printed)
    wide = setter.widest(exercises) + 2.2 * size
    rows = -(-len(exercises) // columns)
    heights = [4.6 * size if any(e.in_columns for e in exercises[r::rows]) else 2.1 * size for r in range(rows)]
    image = Image.new("L", (round(columns * wide + 2.5 * size), round(sum(heights) + 4.5 * size)), 255)
    setter.begin(image)
    heading = str(rng.choice(["Arithmetic", "Name:            Class:", "Practice", "Homework"]))
    ImageDraw.Draw(image).text((1.5 * size, 0.8 * size), heading, 20, font)
    numbering = str(rng.choice(["", "", "{}.", "({})", "{})"])) if printed else ""
    truths = []
    for i, exercise in enumerate(exercises):
        row, column = i % rows, i // rows
        x = 1.5 * size + column * wide
        y = 3.0 * size + sum(heights[: row + 1]) - 0.7 * size
        if numbering and not exercise.in_columns:
            x = setter.print_text(numbering.format(i + 1), x, y)[2] + 0.9 * size
        box = setter.column(exercise, x, y) if exercise.in_columns else setter.line(exercise, x, y)
        truths.append(Truth(exercise, box))
    return Page(setter.flattened(), tuple(truths))


class _Setter:
    """Sets print and handwriting on one canvas."""

    def __init__(
        self, rng: np.random.Generator, font: ImageFont.FreeTypeFont, size: float, validation: bool, printed: bool
    ) -> None:
        self.rng, self.font, self.size, self.printed = rng, font, size, printed
        every = hands(validation)
        self.hand = every[int(rng.integers(len(every)))]
        _, top, _, bottom = font.getbbox("8")
        self.digit = float(bottom - top)
        self.pen, self.pencil = rng.uniform(0.055, 0.1) * size, rng.uniform(20, 130)
        self.hands: list[np.ndarray] = []

    def begin(self, image: Image.Image) -> None:
        """Start on an empty page."""
        self.image, self.canvas = image, ImageDraw.Draw(image)

    def widest(self, exercises: Sequence[Exercise]) -> float:
        """Width that every exercise fits into."""

        def width(segment: Segment) -> float:
            frame = 0.5 if segment.style == "print" else 2.2
            return 1.35 * self.font.getlength(segment.text) + (0.45 * len(segment.text) + frame) * self.size

        return max(sum(map(width, e.segments)) for e in exercises)

    def flattened(self) -> np.ndarray:
        """The page as pixels."""
        gray = np.array(self.image)
        draw(gray, self.hands, self.pen, self.pencil)
        return gray

    def print_text(self, text: str, x: float, foot: float) -> Box:
        """Printed text with its digits' feet at ``foot``."""
        text = text.replace("-", "−").replace("…", "……")
        left, _, right, _ = self.font.getbbox(text)
        self.canvas.text((x, foot), text, 10, self.font, anchor="ls")
        return x + left, foot - self.digit, x + right, foot

    def hand_text(self, text: str, x: float, foot: float, size: float) -> Box:
        """Handwritten text."""
        strokes, _ = write(text, size, self.rng, self.hand)
        slope = np.array([[1, 0], [self.rng.normal(0, 0.03), 1]])
        moved = [s @ slope.T + (x, foot) for s in strokes]
        self.hands += moved
        points = np.concatenate(moved)
        return (*points.min(0).tolist(), *points.max(0).tolist())

    def text(self, text: str, x: float, foot: float) -> Box:
        """A question's text in print, or in the pupil's hand on a page that is all handwriting."""
        return self.print_text(text, x, foot) if self.printed else self.hand_text(text, x, foot, 1.1 * self.digit)

    def line(self, exercise: Exercise, x: float, foot: float) -> Box:
        """An exercise on one line."""
        boxes = []
        for segment in exercise.segments:
            box = self.segment(segment, x, foot)
            if box is None:
                continue
            boxes.append(box)
            x = box[2] + 0.3 * self.size
        x0, y0, x1, y1 = zip(*boxes, strict=True)
        return min(x0), min(y0), max(x1), max(y1)

    def segment(self, segment: Segment, x: float, foot: float) -> Box | None:
        """One part of a line; ``None`` where nothing is written."""
        drop = self.rng.normal(0.05, 0.08) * self.size
        tall = self.digit * self.rng.uniform(1.0, 1.45)
        if segment.style == "print":
            return self.text(segment.text, x, foot)
        if segment.style == "hand":
            return self.hand_text(segment.text, x, foot + drop, tall) if segment.text else None
        wide = (1.4 + 0.75 * max(len(segment.text), 1)) * self.digit
        if segment.style == "bracket":
            left = self.print_text("(", x, foot)
            if segment.text:
                self.hand_text(segment.text, left[2] + 0.35 * self.digit, foot, self.digit)
            right = self.print_text(")", left[2] + wide, foot)
            return left[0], left[1], right[2], right[3]
        side = 2.0 * self.digit
        middle = foot - 0.5 * self.digit
        box = (x, middle - side / 2, x + (side if segment.style == "circle" else wide), middle + side / 2)
        stroke = max(round(0.045 * self.size), 1)
        if segment.style == "circle":
            self.canvas.ellipse(box, outline=30, width=stroke)
        else:
            self.canvas.rectangle(box, outline=30, width=stroke)
        if segment.text:
            strokes, width = write(segment.text, self.digit, self.rng, self.hand)
            start = (box[0] + box[2]) / 2 - width / 2 + 0.1 * self.digit
            self.hands += [s + np.array([start, middle + 0.5 * self.digit]) for s in strokes]
        return box

    def column(self, exercise: Exercise, x: float, foot: float) -> Box:
        """A sum in columns; ``foot`` is that of its result."""
        *rows, result = exercise.segments
        places = max(len(s.text.lstrip("+-")) for s in exercise.segments)
        cell = 1.05 * self.digit
        right = x + (places + 2) * cell
        for k, segment in enumerate(rows):
            y = foot - (2.45 - 1.3 * k) * self.digit - 0.55 * self.digit
            numeral = segment.text.lstrip("+-")
            for i, character in enumerate(numeral):
                self.text(character, right - (len(numeral) - i) * cell, y)
            if numeral != segment.text:
                self.text(segment.text[0], right - (places + 1.2) * cell, y)
        rule = foot - 1.35 * self.digit
        ends = [(right - (places + 1.4) * cell, rule), (right + 0.2 * cell, rule)]
        self.canvas.line(ends, fill=20, width=max(round(0.05 * self.size), 2))
        for i, character in enumerate(result.text):
            self.hand_text(character, right - (len(result.text) - i) * cell, foot, self.digit)
        return right - (places + 1.4) * cell, foot - 4.1 * self.digit, right + 0.2 * cell, foot


@dataclass(frozen=True, eq=False)
class Photograph:
    """A page as a camera saw it: (height, width) uint8, and what stands on it, boxes in its pixels."""

    gray: np.ndarray
    truths: tuple[Truth, ...]


def photograph(page: Page, rng: np.random.Generator, hardness: float = 1.0) -> Photograph:
    """A page photographed: perspective, uneven light, a shadow, paper grain, blur, noise and JPEG.

    Args:
        page: the page.
        rng: makes every choice.
        hardness: 0 hardly anything … 1 what a phone in a kitchen does.
    """
    height, width = page.gray.shape
    margin = rng.uniform(0.0, 0.08) * width * hardness
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    seen = corners + rng.normal(0, 0.012 * hardness, (4, 2)) * width
    seen = (seen - seen.min(0) + margin).astype(np.float32)
    matrix = cv2.getPerspectiveTransform(corners, seen)
    wide, high = (int(v) for v in np.ceil(seen.max(0) + margin))
    paper = rng.uniform(190, 245)
    grain = cv2.GaussianBlur(rng.normal(0, 6 * hardness, (height, width)).astype(np.float32), (0, 0), 1.2)
    sheet = page.gray.astype(np.float32) / 255 * paper + grain
    desk = rng.uniform(40, 120)
    picture = cv2.warpPerspective(sheet, matrix, (wide, high), flags=cv2.INTER_LINEAR, borderValue=float(desk))
    picture *= _light(rng, wide, high, hardness)
    picture = cv2.GaussianBlur(picture, (0, 0), 0.4 + rng.uniform(0, 0.9) * hardness)
    picture += rng.normal(0, 2.5 * hardness, picture.shape)
    gray = np.clip(picture, 0, 255).astype(np.uint8)
    _, data = cv2.imencode(".jpg", gray, [cv2.IMWRITE_JPEG_QUALITY, int(rng.uniform(60, 92))])
    moved = []
    for truth in page.truths:
        x0, y0, x1, y1 = truth.box
        box = cv2.perspectiveTransform(np.array([[[x0, y0], [x1, y0], [x1, y1], [x0, y1]]], np.float64), matrix)[0]
        moved.append(Truth(truth.exercise, (*box.min(0).tolist(), *box.max(0).tolist())))
    return Photograph(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), tuple(moved))


def _light(rng: np.random.Generator, width: int, height: int, hardness: float) -> np.ndarray:
    """Factors of light, (height, width) float32: brighter on one side, and the soft shadow of a hand."""
    y, x = np.mgrid[0:1:64j, 0:1:64j].astype(np.float32)
    direction = rng.uniform(0, 2 * np.pi)
    slope = 0.18 * hardness * ((x - 0.5) * np.cos(direction) + (y - 0.5) * np.sin(direction))
    cx, cy = rng.uniform(-0.2, 1.2, 2)
    shadow = 0.3 * hardness * rng.random() * np.exp(-(((x - cx) / 0.35) ** 2 + ((y - cy) / 0.35) ** 2))
    return cv2.resize((1 + slope - shadow).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
