"""Characters written by real hands, to write answers with; the hands of tests are never trained on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from sklearn.neighbors import NearestNeighbors

from models.rendering import render
from models.vocabulary import LABELS
from training.augmentation import warp_stroke
from training.pen import SHIFT, draw_stroke
from training.sources import Sample, detexify, unipen_by_writer

_CHARACTERS = {
    "0": "0", "1": "1", "2": "2", "3": "3", "4": "4", "5": "5", "6": "6", "7": "7", "8": "8", "9": "9",
    "+": "+", "-": "-", "\\times": "×", "\\div": "÷", "=": "=", "(": "(", ")": ")", "\\lt": "<", "\\gt": ">",
}  # fmt: skip
_LETTERS = "acegklmprsR"
"""Letters of units, words and remainders."""
_EACH = 150
_LEAST_EACH = 2
_BENT = 0.02
"""Standard deviation of the amplitude of a character's waves, in its sizes."""
_NEIGHBOURS = 15
"""Samples of other writers most alike, of which at least one in seven has to have the same label."""
_HEIGHTS = {"+": 0.55, "-": 0.12, "×": 0.5, "÷": 0.55, "=": 0.3, "<": 0.6, ">": 0.6, "(": 1.2, ")": 1.2}
"""Heights in heights of a digit; these and ``=`` stand in the middle of the line."""
_WIDTHS = {"-": 0.5, "=": 0.55}
_LOW_LETTERS, _WITH_STEM = frozenset("acemrs"), 0.95
"""Letters without a stem, and the height of the others."""
_LOW, _BELOW = 0.62, {"g": 0.33, "p": 0.33}
"""Height of a letter without a stem, and how far below the line others reach, in heights of a digit."""
_DRAWN = {
    ",": np.array([[0.08, -0.06], [0.1, 0.02], [0.02, 0.16]]),
    "/": np.array([[0.0, 0.1], [0.4, -1.1]]),
}
"""Strokes of what is the same in all hands, in heights of a digit."""


Strokes = list[np.ndarray]
"""A drawn character: (n, 2) float32 arrays in the sample's own unit."""
Hand = dict[str, list[Strokes]]
"""Samples of each character."""


@cache
def hands(validation: bool) -> tuple[Hand, ...]:
    """The hands of writers of whom there are all digits, at least twice; other characters are anyone's.

    Samples that look like those of other labels only are left out: a label that nobody could read makes no page
    (edited nearest neighbours: Wilson, IEEE Trans. SMC 2(3), 1972).

    Letters are not looked at like that, for an r may look like a 1.

    Args:
        validation: whether of the writers kept for validation, else of those trained on.
    """
    letters: Hand = {letter: [] for letter in _LETTERS}
    own, others = [], [s for s in _samples(not validation) if s.name not in letters]
    for s in _samples(validation):
        if s.name in letters:
            letters[s.name].append(s.strokes)
        else:
            own.append(s)
    searched = NearestNeighbors(n_neighbors=_NEIGHBOURS).fit(np.stack([_look(s.sample) for s in others]))
    _, nearest = searched.kneighbors(np.stack([_look(s.sample) for s in own]))
    names = np.array([s.name for s in others])
    anyone: Hand = {c: [] for c in _CHARACTERS.values()}
    writers: dict[str, Hand] = {}
    for s, near in zip(own, nearest, strict=True):
        # Few are like a character of which there are few.
        if (names[near] == s.name).sum() > _NEIGHBOURS // 7 or (names == s.name).sum() < 3 * _NEIGHBOURS:
            anyone[s.name].append(s.strokes)
            writers.setdefault(s.writer, {}).setdefault(s.name, []).append(s.strokes)
    full = [hand for hand in writers.values() if all(len(hand.get(digit, [])) >= _LEAST_EACH for digit in "0123456789")]
    return tuple(anyone | letters | {digit: hand[digit] for digit in "0123456789"} for hand in full)


@dataclass(frozen=True, slots=True)
class _Written:
    writer: str
    name: str
    sample: Sample

    @property
    def strokes(self) -> Strokes:
        """Its strokes."""
        return [piece.points for piece in self.sample.ink.pieces]


def _samples(validation: bool) -> list[_Written]:
    """At most so many samples of each character."""
    names = _CHARACTERS | {letter: letter for letter in _LETTERS}
    counts: Counter[str] = Counter()
    found = []
    for writer, sample in (*unipen_by_writer(validation), *(("", sample) for sample in detexify(validation))):
        name = names.get(LABELS[sample.label]) if sample.label >= 0 else None
        if name is not None and counts[name] < _EACH:
            counts[name] += 1
            found.append(_Written(writer, name, sample))
    return found


def _look(sample: Sample) -> np.ndarray:
    """What a character looks like, (196,) float32 of length 1: drawn small and blurred."""
    drawn = render(sample.ink, [sample.group])[0][0].astype(np.float32)
    small = cv2.resize(cv2.GaussianBlur(drawn, (0, 0), 1.2), (14, 14), interpolation=cv2.INTER_AREA).ravel()
    return small / max(float(np.linalg.norm(small)), 1e-6)


def _once_more(strokes: Strokes, rng: np.random.Generator) -> list[np.ndarray]:
    """A character as the same hand writes it another time: bent a little, and no line where it was."""
    points = np.concatenate(strokes)
    middle, size = points.mean(0), max(float(np.ptp(points, axis=0).max()), 1e-6)
    frequency, phase = rng.normal(0, 4 / size, (2, 4)), rng.uniform(0, 2 * np.pi, 4)
    matrix = np.eye(2) + rng.normal(0, 0.05, (2, 2))
    waves = np.column_stack([frequency.T, phase, np.full(4, rng.normal(0, _BENT) * size)])
    return [warp_stroke(stroke, matrix.T, middle, waves) for stroke in strokes]


def write(text: str, size: float, rng: np.random.Generator, hand: Hand) -> tuple[list[np.ndarray], float]:
    """Strokes of a handwritten text on the line from (0, 0) rightwards, y down, the digits' feet at y = 0.

    Args:
        text: of digits, ``+ - × ÷ = ( ) < > . … , /``, a few letters, and spaces.
        size: height of a digit.
        rng: chooses samples and their jitter.
        hand: who writes.

    Returns:
        Strokes, (n, 2) float64 each, and where the next character would begin.
    """
    strokes: list[np.ndarray] = []
    x = 0.0
    for character in text:
        if character in ".…":
            # Dots stand free on both sides: one that runs into a digit is not there to be read.
            for _ in range(1 if character == "." else 3):
                x += rng.uniform(0.04, 0.12) * size
                strokes.append(np.array([[x, 0.0], [x + 0.03 * size, -0.02 * size]]))
                x += rng.uniform(0.18, 0.3) * size
            continue
        if character == " ":
            x += rng.uniform(0.2, 0.35) * size
            continue
        if character in _DRAWN:
            strokes.append(_DRAWN[character] * size + np.array([x, 0.0]))
            x += (float(np.ptp(_DRAWN[character][:, 0])) + rng.uniform(0.12, 0.26)) * size
            continue
        samples = hand[character]
        drawn = _once_more(samples[int(rng.integers(len(samples)))], rng)
        points = np.concatenate(drawn)
        low, high = points.min(0).astype(float), points.max(0).astype(float)
        wide, tall = np.maximum(high - low, 1e-6)
        if character in _WIDTHS:
            scale = _WIDTHS[character] * size / wide
        elif character in _LETTERS:
            scale = min((_LOW if character in _LOW_LETTERS else _WITH_STEM) * size / tall, size / wide)
        else:
            scale = min(_HEIGHTS.get(character, 1.0) * size / tall, 1.1 * size / wide)
        scale *= rng.uniform(0.88, 1.12)
        middle = -0.5 * size if character in _HEIGHTS else _BELOW.get(character, 0.0) * size - 0.5 * scale * tall
        offset = np.array([x, middle - 0.5 * scale * tall + rng.normal(0, 0.04) * size])
        strokes += [(s.astype(float) - low) * scale + offset for s in drawn]
        x += scale * wide + rng.uniform(0.12, 0.26) * size
    return strokes, x


def draw(canvas: np.ndarray, strokes: list[np.ndarray], pen: float, ink: float) -> None:
    """Draw strokes into a picture, darkening it.

    Args:
        canvas: (height, width) uint8, changed in place.
        strokes: (n, 2) arrays in its pixels.
        pen: pen width in pixels.
        ink: grey of the ink, 0 black.
    """
    layer = np.full_like(canvas, 255)
    for stroke in strokes:
        points = np.round(stroke * (1 << SHIFT)).astype(np.int32)
        draw_stroke(layer, points, float(ink), max(round(pen), 1))
    np.minimum(canvas, layer, out=canvas)
