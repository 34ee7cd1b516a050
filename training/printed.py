"""Printed symbols, for worksheets that print the question: glyphs drawn from the machine's own fonts."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
from matplotlib import font_manager
from PIL import Image, ImageDraw, ImageFont

from models.vocabulary import SYMBOLS, Kind

PIXELS = 40
_KINDS = {Kind.DIGIT, Kind.OPERATOR, Kind.RELATION, Kind.OPEN, Kind.CLOSE, Kind.PUNCTUATION, Kind.POSTFIX, Kind.BLANK}
_SPELLINGS = {"-": ("−", "-"), "\\cdot": ("·",), "*": ("*", "∗"), "\\prime": ("′", "'")}
_LETTERS = set("abcdefghkmnpqrstuvxyzABCR")
_SYMBOL_FONTS = ("symbol", "emoji", "dingbat", "wingding", "music", "mathext", "icon")


@cache
def font_files() -> tuple[Path, ...]:
    """Latin text fonts on this machine, one file a style, in a stable order."""
    paths = sorted({Path(p) for p in font_manager.findSystemFonts()} | set(_bundled()), key=lambda p: p.name)
    return tuple(p for p in paths if not any(s in p.name.lower() for s in _SYMBOL_FONTS) and _has_digits(p))


def _bundled() -> list[Path]:
    return [
        Path(p) for p in font_manager.findSystemFonts(str(Path(font_manager.__file__).parent / "mpl-data" / "fonts"))
    ]


def glyph(font: ImageFont.FreeTypeFont, text: str) -> np.ndarray:
    image = Image.new("L", (3 * PIXELS, 3 * PIXELS))
    ImageDraw.Draw(image).text((PIXELS, PIXELS // 2), text, 255, font)
    return np.asarray(image)


def _has_digits(path: Path) -> bool:
    try:
        font = ImageFont.truetype(str(path), PIXELS)
        shapes = [glyph(font, text).tobytes() for text in "12345"]
    except (OSError, ValueError):
        return False
    # A font without a glyph draws the same box for each.
    return len(set(shapes)) == len(shapes)


@cache
def has_character(path: str, text: str) -> bool:
    """Whether a font has a character; without it, it draws the same box as for what does not exist."""
    font = ImageFont.truetype(path, 24)
    masks = [font.getmask(c) for c in (text, "\U0010fffd")]
    return (masks[0].size, bytes(masks[0])) != (masks[1].size, bytes(masks[1])) and any(bytes(masks[0]))


def printed_samples() -> Iterator[tuple[np.ndarray, str, str]]:
    """Every school symbol in every font: (uint8 image, white on black; label; font file name)."""
    for path in font_files():
        font = ImageFont.truetype(str(path), PIXELS)
        for symbol in SYMBOLS:
            if symbol.kind in _KINDS or symbol.label in _LETTERS:
                for text in _SPELLINGS.get(symbol.label, (symbol.text,)):
                    if has_character(str(path), text):
                        yield glyph(font, text), symbol.label, path.name
