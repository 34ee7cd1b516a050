"""Made-up rows before they are photographed: print and handwriting on paper, frames, lines and notes."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from models.ink import Stroke
from models.line_image import DIGIT_HEIGHT, LINE_HEIGHT
from models.vocabulary import BY_LABEL
from training.lines.glyphs import glyphs
from training.lines.texts import Part
from training.pen import SHIFT, draw_stroke
from training.printed import has_character
from training.sources import Sample
from training.worksheets.page import book_fonts

DIGIT = 36
"""Height of a printed digit on the canvas, in pixels."""
_ROW = round(DIGIT * LINE_HEIGHT / DIGIT_HEIGHT)
_ROOM = 30
"""Pixels of canvas above and below the row, which its slope and neighbours need."""
_HEIGHTS = {
    "+": 0.6, "-": 0.1, "\\times": 0.55, "\\div": 0.6, "=": 0.32, "\\lt": 0.65, "\\gt": 0.65, "(": 1.25, ")": 1.25,
    ".": 0.1, ",": 0.3, ":": 0.5, "/": 1.1, "*": 0.55,
}  # fmt: skip
_WIDTHS = {"-": 0.55, "=": 0.6, "+": 0.65, "\\times": 0.6, "\\div": 0.65}
_LOW = (".", ",", "\\ldots")
_SPELLINGS = {"-": "−−−–—", "=": "====＝", "+": "+++＋", "\\times": "××××✕", "\\div": "÷", "*": "**∗"}
"""How books print a sign; the more often a spelling stands here, the likelier it is."""
_MADE_OBELUS = 0.4
"""Share of handwritten signs of division made of a dash and two dots: the sets hold few hands' own."""


@cache
def _fonts(validation: bool) -> list[ImageFont.FreeTypeFont]:
    fonts = []
    for path in book_fonts(validation):
        font = ImageFont.truetype(path, 40)
        _, top, _, bottom = font.getbbox("8")
        fonts.append(ImageFont.truetype(path, round(40 * DIGIT / max(bottom - top, 1))))
    return fonts


class Canvas:
    """Ink of a row, 0 paper … 1 black, grown to the right.

    Args:
        rng: makes every choice.
        validation: whether of the hands and fonts kept for validation.
    """

    def __init__(self, rng: np.random.Generator, validation: bool) -> None:
        self.rng, self.validation = rng, validation
        self.ink = np.zeros((_ROW + 2 * _ROOM, 2400), np.float32)
        self.middle = self.ink.shape[0] / 2
        self.foot = self.middle + DIGIT / 2
        self.x = float(rng.uniform(4, 40))
        fonts = _fonts(validation)
        self.font = fonts[int(rng.integers(len(fonts)))]
        self.black = float(rng.uniform(0.6, 1.0))
        # One book sets its signs close, another wide, and some leave room behind a point.
        self.space = float(rng.uniform(0.0, 0.35))
        self.point = float(rng.uniform(0.2, 0.5)) if rng.random() < 0.3 else 0.0
        self.pencil = float(
            np.exp(rng.uniform(np.log(0.3), np.log(1.0)) if rng.random() < 0.8 else rng.uniform(-2.0, -1.2))
        )
        self.pen = float(np.exp(rng.uniform(np.log(0.05), np.log(0.2)))) * DIGIT
        # One hand writes close, another wide.
        self.gap = float(rng.uniform(-0.02, 0.22))
        self.tall = float(np.clip(np.exp(rng.normal(0.18, 0.26)), 0.6, 1.9))
        # The same shapes are broad in one hand and narrow in another.
        self.broad = float(np.exp(np.clip(rng.normal(0.06, 0.2), -0.4, 0.5)))
        # Leaning digits reach over one another: they stand apart along their feet.
        self.slant = float(np.clip(rng.normal(0.06, 0.2), -0.35, 0.5)) if rng.random() < 0.7 else 0.0

    def part(self, part: Part) -> None:
        """Set one part of the row."""
        rng = self.rng
        if part.hand and not part.frame and rng.random() < 0.12:
            # In haste an answer begins on the equals sign.
            self.x = max(self.x - rng.uniform(0.1, 0.75) * DIGIT, 0.0)
        start = self.x
        frame = 0.25 * DIGIT if part.frame in ("box", "circle") else 0.0
        self.x += frame
        drop = float(rng.normal(0, 0.14)) * DIGIT
        # A long answer climbs or sinks, and gets smaller where there is little room.
        slope = float(rng.normal(0, 0.1)) if rng.random() < 0.4 else 0.0
        growth = float(rng.normal(-0.02, 0.06)) if rng.random() < 0.4 else 0.0
        tall = self.tall
        for label in part.labels:
            if part.hand:
                before = self.x
                self._write(label, drop)
                drop += slope * (self.x - before)
                self.tall = float(np.clip(self.tall * np.exp(growth), 0.5, 1.9))
            else:
                self._print(label)
        self.tall = tall
        self.x += frame
        if part.frame:
            self._frame(part.frame, start, self.x)
        self.x += float(rng.choice([rng.uniform(0.0, 0.35), rng.uniform(0.3, 1.6)])) * DIGIT

    def _over(self, layer: np.ndarray, x: int, y: int, black: float) -> None:
        """Lay a uint8 layer over the ink at (x, y)."""
        height, width = self.ink.shape
        left, top, right, bottom = max(x, 0), max(y, 0), min(x + layer.shape[1], width), min(y + layer.shape[0], height)
        if left < right and top < bottom:
            target = self.ink[top:bottom, left:right]
            np.maximum(target, layer[top - y : bottom - y, left - x : right - x] * (black / 255), out=target)

    def _print(self, label: str) -> None:
        text = self._spelling(label)
        left, top, right, bottom = self.font.getbbox(text, anchor="ls")
        if right > left and bottom > top:
            mask = self.font.getmask(text, mode="L")
            glyph = np.array(mask, np.uint8).reshape(mask.size[::-1])
            self._over(glyph, round(self.x + left), round(self.foot + top), self.black)
        space = 0.0 if label.isdigit() or label in ".,()" else self.space
        self.x += self.font.getlength(text) + (self.point if label in ".," else space) * DIGIT

    def _spelling(self, label: str) -> str:
        if label == "\\ldots":
            return "……" if self.rng.random() < 0.7 else "…"
        spellings = _SPELLINGS.get(label, BY_LABEL[label].text)
        text = spellings[int(self.rng.integers(len(spellings)))]
        return text if text == spellings[0] or has_character(self.font.path, text) else spellings[0]

    def _write(self, label: str, drop: float) -> None:
        rng, size = self.rng, DIGIT * self.tall
        if label in (".", "\\ldots", ":"):
            self._dots(label, drop)
            return
        if label == "\\div" and rng.random() < _MADE_OBELUS:
            self._obelus(drop)
            return
        sets, shares = glyphs(self.validation)[label]
        samples = sets[int(rng.choice(len(sets), p=shares))]
        sample = samples[int(rng.integers(len(samples)))]
        x0, y0, x1, y1 = sample.ink.box_of(sample.group)
        wide, tall = max(x1 - x0, 1e-3), max(y1 - y0, 1e-3)
        height = _HEIGHTS.get(label, 1.0) * size * rng.uniform(0.85, 1.15)
        scale = min(height / tall, _WIDTHS.get(label, 1.25) * size * rng.uniform(0.85, 1.15) / wide)
        if label in ("-", "="):
            scale = min(_WIDTHS[label] * size * rng.uniform(0.7, 1.2) / wide, size / tall)
        middle = self.foot - size / 2 if label not in _LOW else self.foot - 0.05 * size
        y = middle + drop + rng.normal(0, 0.04) * size - scale * tall / 2
        self.x += max(self.gap + rng.normal(0, 0.06), -0.05) * size
        scales = scale * self.broad, scale
        self._glyph(sample, (x0, y0), scales, (self.x, y))
        self.x += scales[0] * wide + 0.5 * self.pen

    def _glyph(
        self, sample: Sample, corner: tuple[float, float], scale: tuple[float, float], place: tuple[float, float]
    ) -> None:
        for i in sample.group:
            piece = sample.ink.outline[i]
            if isinstance(piece, Stroke):
                points = (piece.points - corner) * scale + place
                points = points + np.stack([self.slant * (self.foot - points[:, 1]), np.zeros(len(points))], 1)
                low = points.min(0) - self.pen
                wide, high = np.ceil(points.max(0) + self.pen - low).astype(int) + 1
                layer = np.zeros((high, wide), np.uint8)
                fixed = np.round((points - low) * (1 << SHIFT)).astype(np.int32)
                draw_stroke(layer, fixed, 255, max(round(self.pen), 1))
                self._over(layer, round(low[0]), round(low[1]), self.pencil)
            else:
                height, width = piece.mask.shape
                size = max(round(width * scale[0]), 1), max(round(height * scale[1]), 1)
                how = cv2.INTER_AREA if max(scale) < 1 else cv2.INTER_CUBIC
                layer = cv2.resize(piece.mask, size, interpolation=how)
                x, y = (np.array(piece.origin) - corner) * scale + place
                layer, shift = self._slanted(layer, y)
                self._over(layer, round(x + shift), round(y), self.pencil)

    def _slanted(self, layer: np.ndarray, y: float) -> tuple[np.ndarray, float]:
        """A layer whose top is at ``y``, leaning as the hand does, and how far to the right it begins then."""
        ends = [self.slant * (self.foot - y), self.slant * (self.foot - y - len(layer))]
        shift = min(ends)
        to_layer = np.array([[1, -self.slant, ends[0] - shift], [0, 1, 0]])
        size = layer.shape[1] + round(max(ends) - shift) + 1, len(layer)
        return cv2.warpAffine(layer, to_layer, size, flags=cv2.INTER_LINEAR), shift

    def _obelus(self, drop: float) -> None:
        rng, size = self.rng, DIGIT * self.tall
        start = self.x
        self._write("-", drop)
        middle, high = (start + self.x) / 2, self.foot - size / 2 + drop
        for side in (-1, 1):
            self._dot(middle + rng.normal(0, 0.05) * size, high + side * rng.uniform(0.13, 0.32) * size, self._radius())

    def _radius(self) -> float:
        return max(0.5 * self.pen * float(self.rng.uniform(0.8, 1.5)), 1.2)

    def _dot(self, x: float, y: float, radius: float) -> None:
        """A tap of the pen, or nearly one."""
        x += self.slant * (self.foot - y)
        side = int(2 * radius + 4)
        layer = np.zeros((side, side), np.uint8)
        end = self.rng.normal(0, 0.5, 2) * radius
        middle = np.array([side / 2, side / 2])
        points = np.round(np.stack([middle, middle + end]) * (1 << SHIFT)).astype(np.int32)
        draw_stroke(layer, points, 255, max(round(1.6 * radius), 1))
        self._over(layer, round(x - side / 2), round(y - side / 2), self.pencil)

    def _dots(self, label: str, drop: float) -> None:
        rng, size = self.rng, DIGIT * self.tall
        radius = self._radius()
        heights = [0.15, 0.75] if label == ":" else [0.02]
        count = int(rng.choice([2, 3, 3, 3, 4, 6])) if label == "\\ldots" else 1
        for _ in range(count):
            self.x += max(rng.uniform(0.02, 0.2) * size, radius)
            for height in heights:
                self._dot(self.x, self.foot + drop - height * size + rng.normal(0, 0.02) * size, radius)
            self.x += radius
        self.x += rng.uniform(0.02, 0.18) * size

    def line(self, points: np.ndarray, width: int, black: float) -> None:
        """Draw a line over the row."""
        layer = np.zeros(self.ink.shape, np.uint8)
        draw_stroke(layer, np.round(points * (1 << SHIFT)).astype(np.int32), 255, width)
        np.maximum(self.ink, layer * np.float32(black / 255), out=self.ink)

    def _frame(self, frame: str, x0: float, x1: float) -> None:
        rng = self.rng
        top, bottom = self.middle - rng.uniform(0.65, 0.95) * DIGIT, self.middle + rng.uniform(0.65, 0.95) * DIGIT
        width = max(round(rng.uniform(0.04, 0.09) * DIGIT), 1)
        if frame == "line":
            points = np.array([[x0, self.foot + 0.15 * DIGIT], [x1, self.foot + 0.15 * DIGIT]])
        elif frame == "box":
            points = np.array([[x0, top], [x1, top], [x1, bottom], [x0, bottom], [x0, top]])
        else:
            turn = np.linspace(0, 2 * np.pi, 96)
            # Flowers and leaves: the frame goes in and out, as a wave or in spikes.
            wave = np.sin(int(rng.integers(6, 16)) * turn + rng.uniform(0, 6))
            waves = 1 + rng.uniform(0.02, 0.16) * (np.arcsin(wave) if rng.random() < 0.5 else wave)
            waves = waves if rng.random() < 0.4 else 1.0
            points = np.stack([
                (x0 + x1) / 2 + (x1 - x0) / 2 * waves * np.cos(turn),
                self.middle + (bottom - top) / 2 * waves * np.sin(turn),
            ], 1)  # fmt: skip
        self.line(points, width, float(rng.uniform(0.3, 1.0)))

    def distract(self) -> None:
        """Ink that is no part of the row: rules, underlines, notes above, the rows above and below, specks."""
        rng, height = self.rng, self.ink.shape[0]
        end = self.x
        if rng.random() < 0.22:
            self._underline(end)
        if rng.random() < 0.1:
            x = rng.choice([rng.uniform(0, 3), end])
            points = np.array([[x, 0], [x + rng.normal(0, 2), height]])
            self.line(points, max(round(rng.uniform(0.03, 0.4) * DIGIT), 1), float(rng.uniform(0.2, 1)))
        if rng.random() < 0.25:
            self._strangers()
        if rng.random() < 0.2:
            self.ink += self._show_through()
        if rng.random() < 0.15:
            self.ink += self._fold()
        for _ in range(int(rng.poisson(0.3))):
            spot = rng.uniform((0, 0), (end, height))
            ends = np.stack([spot, spot + rng.normal(0, 2, 2)])
            self.line(ends, int(rng.integers(1, 3)), float(rng.uniform(0.1, 0.6)))

    def _underline(self, end: float) -> None:
        """A line under a part of the row, whole or dashed; some turn up at an end, as a bracket does."""
        rng = self.rng
        x = np.sort(rng.uniform(0, end, 2))
        y = self.foot + rng.uniform(0.12, 0.5) * DIGIT
        points = np.array([[x[0], y], [x[1], y + rng.normal(0, 3)]])
        width, black = max(round(rng.uniform(0.03, 0.13) * DIGIT), 1), float(rng.uniform(0.15, 1))
        if rng.random() < 0.2:
            for start in np.arange(x[0], x[1], 0.5 * DIGIT):
                self.line(np.array([[start, y], [start + 0.25 * DIGIT, y]]), width, black)
            return
        if rng.random() < 0.25:
            rise = rng.uniform(0.05, 0.4) * DIGIT
            points = np.array([*points, [x[1] + rng.normal(0, 2), y - rise]])
        self.line(points, width, black)

    def _show_through(self) -> np.ndarray:
        """The print of the paper's other side, mirrored and faint."""
        rng = self.rng
        image = Image.new("L", self.ink.shape[::-1])
        drawing = ImageDraw.Draw(image)
        x = rng.uniform(-60, 60)
        while x < self.x:
            text = "".join(str(c) for c in rng.choice(list("0123456789+−×÷="), int(rng.integers(1, 7))))
            drawing.text((x, self.foot + rng.normal(0, 0.35) * DIGIT), text, 255, self.font, anchor="ls")
            x += self.font.getlength(text) + rng.uniform(0.5, 5) * DIGIT
        seen = cv2.GaussianBlur(np.array(image, np.float32)[:, ::-1], (0, 0), rng.uniform(0.8, 3))
        return seen * np.float32(rng.uniform(0.03, 0.14) / 255)

    def _fold(self) -> np.ndarray:
        """The edge of a shadow or of a fold in the paper."""
        rng = self.rng
        y, x = np.mgrid[0 : self.ink.shape[0], 0 : self.ink.shape[1]].astype(np.float32)
        turn, spot = rng.uniform(0, 2 * np.pi), rng.uniform(0, self.x)
        beyond = (x - spot) * np.cos(turn) + (y - self.middle) * np.sin(turn)
        return np.float32(rng.uniform(0.02, 0.12)) / (
            1 + np.exp(np.clip(-beyond / np.float32(rng.uniform(0.7, 8)), -30, 30))
        )

    def _strangers(self) -> None:
        """Small notes above or below the row, or the edge of the next row."""
        rng = self.rng
        kept = self.x, self.foot, self.tall, self.pen
        # Far enough off that nobody would take them for a part of the row.
        if rng.random() < 0.5:
            self.tall = float(rng.uniform(0.35, 0.6))
            self.foot = self.middle - 0.75 * DIGIT
        else:
            self.tall = float(rng.uniform(0.9, 1.4))
            above = rng.random() < 0.5
            self.foot = self.middle - 0.78 * DIGIT if above else self.middle + (0.78 + self.tall) * DIGIT
        self.x = float(rng.uniform(0, max(kept[0] - 40, 1)))
        self.pen = self.pen * 0.8
        for digit in rng.integers(0, 10, int(rng.integers(1, 4))):
            self._write(str(digit), 0.0)
        self.x, self.foot, self.tall, self.pen = kept
