"""Sheets for the young: figures to write in, and circles."""

from __future__ import annotations

import re

from training.worksheets.designs.html import RING, SIGNS, Draw, answer, asked, grid, heading, laid_out, page, problem

_FONT = "Verdana, DejaVu Sans, sans-serif"
_SHAPES = {
    "heart": "M50 88 C10 58 4 34 14 20 C26 4 44 10 50 26 C56 10 74 4 86 20 C96 34 90 58 50 88 Z",
    "cloud": "M22 78 C6 78 2 58 18 54 C12 34 36 26 44 38 C50 18 80 22 78 44 C98 44 98 76 80 78 Z",
    "apple": "M50 26 C40 14 10 18 10 50 C10 80 34 94 50 86 C66 94 90 80 90 50 C90 18 60 14 50 26 Z "
    "M50 26 C50 16 54 8 62 4",
    "leaf": "M6 60 L14 40 L6 30 L24 30 L26 14 L40 24 L50 8 L60 24 L74 14 L76 30 L94 30 L86 40 L94 60 L78 62 L80 78 "
    "L62 72 L50 94 L38 72 L20 78 L22 62 Z",
    "star": "M50 4 L62 36 L96 38 L70 58 L80 92 L50 72 L20 92 L30 58 L4 38 L38 36 Z",
    "triangle": "M50 6 L96 92 L4 92 Z",
}
"""Outlines in a square of 100 by 100 (SVG path data)."""
_WHOLE = "width:100%;height:100%"


def _figure(shape: str, text: str, wide: float, high: float, top: int) -> str:
    """A figure with what is written in it; ``top`` is where that begins, in hundredths of its height."""
    outline = f'<path d="{_SHAPES[shape]}" fill="none" stroke="#222" stroke-width="2.4"/>'
    svg = f'<svg viewBox="0 0 100 100" preserveAspectRatio="none" style="position:absolute;inset:0;{_WHOLE}">{outline}'
    place = answer(text, f"position:absolute;left:25%;width:50%;min-width:0;top:{top}%;height:45%")
    style = f"position:relative;display:inline-block;vertical-align:middle;width:{wide}em;height:{high}em;line-height:1"
    return f'<span style="{style}">{svg}</svg>{place}</span>'


def _sheet(draw: Draw, shape: str, wide: float, high: float, top: int = 28) -> str:
    """Questions with a figure for the answer, or for the second number."""
    items = []
    for _ in range(14):
        question, value = draw.question("+-×÷", 20)
        first, sign, second = re.split(r"([-+×÷])", question)
        if draw.whole(0, 1):
            written, verdict = draw.answered(second)
            inner = f"{first}{SIGNS[sign]}{_figure(shape, written, wide, high, top)} = {value}"
            items.append(problem(inner, f"{first}{sign}{written or '□'}={value}", verdict))
        else:
            items.append(
                laid_out(draw, question, value, lambda q, a: f"{q} = {_figure(shape, a, wide, high, top)}", blank="□")
            )
    return page(_FONT, heading("Fill in the missing numbers") + grid(items, 2, 34, 40))


def hearts(draw: Draw) -> str:
    """Hearts."""
    return _sheet(draw, "heart", 3.0, 2.7)


def clouds(draw: Draw) -> str:
    """Clouds, wider than high."""
    return _sheet(draw, "cloud", 3.9, 2.8, 36)


def apples(draw: Draw) -> str:
    """Apples with a stalk."""
    return _sheet(draw, "apple", 2.9, 2.6)


def leaves(draw: Draw) -> str:
    """Leaves with many corners."""
    return _sheet(draw, "leaf", 3.8, 3.2)


def hollow_stars(draw: Draw) -> str:
    """Stars, much larger than the print."""
    return _sheet(draw, "star", 4.0, 4.0)


def triangles(draw: Draw) -> str:
    """Triangles."""
    return _sheet(draw, "triangle", 3.9, 3.5, 40)


def circle_answers(draw: Draw) -> str:
    """Circles that answers hardly fit in."""
    ring = RING + "width:2.2em;height:2.2em;vertical-align:-.8em"
    items = (asked(draw, *draw.question("+-×÷", 20), ring, "□") for _ in range(16))
    return page("Arial, Liberation Sans, sans-serif", heading("Circles") + grid(items, 2, 34, 36))
