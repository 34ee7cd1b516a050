"""Handwriting made by hand: strokes of digits, operators and a few letters, for what must read without data.

Each glyph is a few strokes of control points in a cell 1 high (y down, 0 the top of a digit, 1 the
baseline); curves pass smoothly through them. ``write`` sets glyphs side by side as a person would.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from PIL import Image, ImageDraw

GLYPHS: dict[str, tuple[float, list[list[tuple[float, float]]]]] = {
    "0": (0.62, [[(0.36, 0.02), (0.12, 0.18), (0.03, 0.52), (0.12, 0.86), (0.31, 0.99), (0.51, 0.84), (0.59, 0.5),
                  (0.51, 0.16), (0.34, 0.01), (0.3, 0.03)]]),
    "1": (0.24, [[(0.02, 0.22), (0.12, 0.12), (0.2, 0.0), (0.2, 0.02), (0.19, 0.5), (0.17, 1.0)]]),
    "2": (0.6, [[(0.05, 0.22), (0.14, 0.05), (0.32, 0.0), (0.5, 0.1), (0.52, 0.3), (0.4, 0.55), (0.2, 0.8),
                 (0.03, 0.97), (0.04, 0.98), (0.3, 0.96), (0.6, 0.97)]]),
    "3": (0.56, [[(0.05, 0.1), (0.2, 0.0), (0.42, 0.04), (0.5, 0.2), (0.4, 0.38), (0.2, 0.46), (0.22, 0.46),
                  (0.45, 0.53), (0.55, 0.72), (0.45, 0.93), (0.22, 1.0), (0.03, 0.9)]]),
    "4": (0.62, [[(0.36, 0.0), (0.22, 0.3), (0.02, 0.64), (0.03, 0.65), (0.34, 0.64), (0.62, 0.62)],
                 [(0.46, 0.38), (0.45, 0.7), (0.43, 1.02)]]),
    "5": (0.56, [[(0.14, 0.02), (0.11, 0.22), (0.08, 0.42), (0.09, 0.43), (0.3, 0.36), (0.5, 0.48), (0.54, 0.7),
                  (0.43, 0.92), (0.22, 1.0), (0.03, 0.92)], [(0.14, 0.02), (0.34, 0.02), (0.54, 0.0)]]),
    "6": (0.54, [[(0.44, 0.0), (0.24, 0.16), (0.09, 0.44), (0.04, 0.74), (0.14, 0.95), (0.33, 0.99), (0.5, 0.86),
                  (0.5, 0.66), (0.36, 0.54), (0.18, 0.6), (0.07, 0.74)]]),
    "7": (0.56, [[(0.02, 0.04), (0.3, 0.03), (0.56, 0.02), (0.56, 0.03), (0.42, 0.36), (0.3, 0.68), (0.22, 1.02)]]),
    "8": (0.54, [[(0.46, 0.14), (0.34, 0.01), (0.16, 0.04), (0.08, 0.2), (0.2, 0.4), (0.4, 0.54), (0.52, 0.76),
                  (0.4, 0.97), (0.18, 0.98), (0.05, 0.82), (0.12, 0.6), (0.32, 0.43), (0.46, 0.26), (0.46, 0.13)]]),
    "9": (0.5, [[(0.46, 0.14), (0.34, 0.01), (0.14, 0.06), (0.05, 0.26), (0.14, 0.45), (0.32, 0.44), (0.45, 0.26),
                 (0.47, 0.12), (0.46, 0.5), (0.42, 0.8), (0.36, 1.02)]]),
    "+": (0.5, [[(0.0, 0.56), (0.25, 0.55), (0.5, 0.56)], [(0.26, 0.3), (0.25, 0.56), (0.24, 0.82)]]),
    "-": (0.46, [[(0.0, 0.55), (0.23, 0.54), (0.46, 0.55)]]),
    "×": (0.42, [[(0.02, 0.34), (0.21, 0.55), (0.42, 0.77)], [(0.41, 0.33), (0.22, 0.54), (0.0, 0.78)]]),
    "÷": (0.5, [[(0.0, 0.56), (0.25, 0.55), (0.5, 0.56)], [(0.25, 0.32), (0.26, 0.33), (0.25, 0.34)],
                [(0.25, 0.77), (0.26, 0.78), (0.25, 0.79)]]),
    "=": (0.5, [[(0.0, 0.44), (0.25, 0.43), (0.5, 0.44)], [(0.0, 0.68), (0.25, 0.67), (0.5, 0.68)]]),
    "(": (0.24, [[(0.24, -0.1), (0.08, 0.18), (0.03, 0.5), (0.08, 0.84), (0.23, 1.12)]]),
    ")": (0.24, [[(0.0, -0.1), (0.16, 0.18), (0.21, 0.5), (0.16, 0.84), (0.01, 1.12)]]),
    "c": (0.42, [[(0.42, 0.52), (0.25, 0.4), (0.08, 0.54), (0.04, 0.74), (0.12, 0.95), (0.28, 1.0), (0.43, 0.9)]]),
    "k": (0.48, [[(0.06, 0.0), (0.06, 0.5), (0.05, 1.0)], [(0.42, 0.42), (0.25, 0.57), (0.08, 0.7), (0.25, 0.82),
                 (0.47, 1.0)]]),
    "m": (0.74, [[(0.04, 0.42), (0.05, 0.7), (0.04, 1.0), (0.05, 0.74), (0.14, 0.5), (0.28, 0.42), (0.36, 0.56),
                  (0.37, 1.0), (0.38, 0.74), (0.47, 0.5), (0.6, 0.42), (0.7, 0.56), (0.73, 1.0)]]),
    "r": (0.34, [[(0.04, 0.42), (0.06, 0.7), (0.05, 1.0), (0.06, 0.72), (0.14, 0.5), (0.26, 0.42), (0.35, 0.48)]]),
}  # fmt: skip
"""Width of the cell, and the strokes, of each glyph."""

_GAP = 0.28
_SPACE = 0.5


def write(text: str, size: float = 60.0, x: float = 20.0, y: float = 20.0) -> list[list[list[float]]]:
    """The strokes of ``text`` in writing order, as ``/v1/read`` takes them.

    Args:
        text: of the characters in ``GLYPHS`` and spaces.
        size: height of a digit.
        x: left end of the first glyph.
        y: top of the digits.
    """
    strokes = []
    for character in text:
        if character == " ":
            x += _SPACE * size
            continue
        width, glyph = GLYPHS[character]
        strokes += [(_curve(controls) * size + (x, y)).round(2).tolist() for controls in glyph]
        x += (width + _GAP) * size
    return strokes


def fraction(above: str, below: str, size: float = 60.0, x: float = 20.0, y: float = 20.0) -> list[list[list[float]]]:
    """The strokes of ``above`` over a bar over ``below``."""
    parts = [np.array([point for stroke in write(text, size) for point in stroke]) for text in (above, below)]
    width = max(float(np.ptp(part[:, 0])) for part in parts)
    # Each part is centred over the bar.
    offsets = [x + 0.15 * size + (width - float(np.ptp(part[:, 0]))) / 2 for part in parts]
    bar = [[x, y + 1.3 * size], [x + width / 2, y + 1.29 * size], [x + width + 0.3 * size, y + 1.3 * size]]
    return [*write(above, size, offsets[0], y), bar, *write(below, size, offsets[1], y + 1.6 * size)]


def draw(strokes: list[list[list[float]]], pen: int = 5, ink: object = 0, ground: object = 255, mode: str = "L"):
    """A Pillow image of strokes; ``ink`` and ``ground`` are colours of the mode."""
    points = [point for stroke in strokes for point in stroke]
    width, height = (int(max(point[axis] for point in points)) + 20 for axis in (0, 1))
    image = Image.new(mode, (width, height), ground)
    canvas = ImageDraw.Draw(image)
    for stroke in strokes:
        path = [(px, py) for px, py in stroke]
        canvas.line(path, fill=ink, width=pen, joint="curve")
        for px, py in path:
            canvas.ellipse((px - pen / 2, py - pen / 2, px + pen / 2, py + pen / 2), fill=ink)
    return image


def inkml(strokes: list[list[list[float]]]) -> bytes:
    """The strokes as an InkML document."""
    traces = "".join(
        f'<trace id="{i}">{", ".join(f"{px} {py}" for px, py in stroke)}</trace>' for i, stroke in enumerate(strokes)
    )
    return f'<?xml version="1.0"?><ink xmlns="http://www.w3.org/2003/InkML">{traces}</ink>'.encode()


def _curve(controls: list[tuple[float, float]], steps: int = 6) -> np.ndarray:
    """(n, 2) points on the uniform Catmull-Rom spline through the control points."""
    knots = np.array([controls[0], *controls, controls[-1]], dtype=float)
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    pieces = []
    for i, (p1, p2) in enumerate(pairwise(knots[1:-1])):
        p0, p3 = knots[i], knots[i + 3]
        pieces.append(
            0.5 * (2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2 + (3 * (p1 - p2) + p3 - p0) * t**3)
        )
    return np.concatenate([*pieces, knots[-1:]])
