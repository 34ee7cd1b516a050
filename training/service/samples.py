"""What is sent to the service when it is measured: ink of a given number of symbols, as requests."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np

from models.ink import Ink, Stroke
from training import crohme
from training.evaluation import drawn
from training.handwriting import write
from training.sources import data_directory

Strokes = list[list[list[float]]]
_GAP = 0.8
"""Between expressions that are set side by side, in reference sizes."""


@dataclass(frozen=True)
class Request:
    """One POST.

    Attributes:
        path: such as ``/v1/read``.
        options: further arguments of an httpx request.
    """

    path: str
    options: dict[str, Any]


@cache
def _expressions() -> tuple[crohme.Expression, ...]:
    archive = data_directory() / crohme.VALIDATION
    return tuple(crohme.read_archive(archive)) if archive.exists() else ()


def source() -> str:
    """Where the ink comes from, in words."""
    return "ink of CROHME 2013" if _expressions() else "made-up handwriting"


def inks(symbols: int, count: int) -> list[Strokes]:
    """Expressions of so many symbols each: real ones, or real ones side by side, or made up where there are none."""
    if not _expressions():
        choose = random.Random(symbols)
        return [write("".join(choose.choice("0123456789+-×=") for _ in range(symbols))) for _ in range(count)]
    exact = [_strokes(e.ink) for e in _expressions() if len(e.labels) == symbols]
    if len(exact) >= count:
        return exact[:count]
    choose = random.Random(symbols)
    return exact + [_joined(symbols, choose) for _ in range(count - len(exact))]


def _strokes(ink: Ink) -> Strokes:
    return [piece.points.tolist() for piece in ink.pieces]


def _joined(symbols: int, choose: random.Random) -> Strokes:
    """Whole expressions side by side, scaled to one size, of so many symbols together."""
    strokes: Strokes = []
    right = 0.0
    while symbols:
        fitting = [e for e in _expressions() if len(e.labels) <= symbols and (symbols > 12 or len(e.labels) == symbols)]
        # The shortest, where none is short enough: a symbol too many is better than none.
        shortest = min(_expressions(), key=lambda e: len(e.labels))
        e = choose.choice(fitting or [e for e in _expressions() if len(e.labels) <= symbols] or [shortest])
        scaled = [p.points / e.ink.reference_size for p in e.ink.pieces]
        box = np.concatenate(scaled)
        shift = (right - box[:, 0].min(), -np.median(box[:, 1]))
        strokes += [(50 * (points + shift)).tolist() for points in scaled]
        right += float(np.ptp(box[:, 0])) + _GAP
        symbols = max(symbols - len(e.labels), 0)
    return strokes


def by_strokes(strokes: Strokes) -> Request:
    """A reading of strokes."""
    return Request(
        "/v1/read", {"content": json.dumps({"strokes": strokes}), "headers": {"Content-Type": "application/json"}}
    )


def by_image(strokes: Strokes) -> Request:
    """A reading of the strokes drawn as a PNG."""
    image = drawn(Ink(tuple(Stroke(np.array(s, np.float32)[:, :2]) for s in strokes)))
    return Request("/v1/read", {"files": {"file": ("ink.png", cv2.imencode(".png", image)[1].tobytes(), "image/png")}})


def evaluation(latex: str = "\\int_0^1 x^2 \\sin x dx") -> Request:
    """An evaluation that needs computer algebra, in a process of its own."""
    return Request("/v1/evaluate", {"json": {"latex": latex}})
