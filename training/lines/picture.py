"""Made-up rows as a photograph of a page leaves them: few pixels, blur, faint pencil and noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from models.line_image import DIGIT_HEIGHT, LINE_HEIGHT, line_image
from training.lines.canvas import DIGIT, Canvas
from training.lines.texts import Part

_PAPER, _CONTRAST = 200.0, 0.7
"""Gray value of paper, and by what share of it ink is darker."""
_SHOWN = (1.0, 2.0)
"""Room above and below the middle of a row that is photographed alone, in heights of its digits."""


@dataclass(frozen=True, eq=False)
class LinePicture:
    """A row: uint8 (LINE_HEIGHT, width), and the labels that stand on it."""

    image: np.ndarray
    labels: tuple[str, ...]


def _photographed(ink: np.ndarray, faintest: float, rng: np.random.Generator) -> tuple[np.ndarray, float]:
    """Ink (height, width), 0 … 1, as darkness in a photograph, and the height of its digits in pixels there.

    Noise is measured by the faintest strokes: in what drowns them nobody could read, and nothing is learned from it.
    """
    height, width = ink.shape
    slope, shear = rng.normal(0, 0.015), rng.normal(0, 0.08)
    matrix = np.array([[1, shear, -shear * height / 2], [slope, 1, -slope * width / 2]])
    ink = cv2.warpAffine(ink, matrix, (width, height), flags=cv2.INTER_LINEAR)
    pixels = float(np.exp(rng.uniform(np.log(11), np.log(36)))) if rng.random() < 0.85 else float(rng.uniform(8, 11))
    scale = pixels / DIGIT
    small = cv2.resize(ink, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    blur = 0.25 + abs(rng.normal(0, 0.035)) * pixels if rng.random() < 0.85 else 0.2 + rng.uniform(0.03, 0.09) * pixels
    # A hand that shakes blurs along one direction.
    small = cv2.GaussianBlur(small, (0, 0), blur, sigmaY=blur * float(np.exp(rng.normal(0, 0.25))))
    if rng.random() < 0.2:
        # What a telephone does to make its pictures crisp: light seams around dark strokes.
        small += float(rng.uniform(0.3, 1.2)) * (small - cv2.GaussianBlur(small, (0, 0), rng.uniform(0.8, 2.0)))
    # Most photographs of paper show hardly any.
    noise = rng.uniform(0.0, 0.06) * (1.0 if rng.random() < 0.35 else 0.3)
    small += rng.normal(0, 1, small.shape).astype(np.float32) * float(noise * faintest)
    if rng.random() < 0.2:
        grain = cv2.GaussianBlur(rng.normal(0, 1, small.shape).astype(np.float32), (0, 0), rng.uniform(0.7, 2.5))
        small += grain * float(rng.uniform(0.01, 0.1) * faintest / max(float(grain.std()), 1e-6))
    if rng.random() < 0.6:
        paper = float(rng.uniform(120, 245))
        contrast = paper * float(rng.uniform(0.45, 0.9))
        gray = np.clip(paper - contrast * small, 0, 255).astype(np.uint8)
        _, data = cv2.imencode(
            ".jpg", gray, [cv2.IMWRITE_JPEG_QUALITY, int(rng.uniform(45 if pixels > 16 else 65, 95))]
        )
        small = (paper - cv2.imdecode(data, cv2.IMREAD_GRAYSCALE).astype(np.float32)) / np.float32(contrast)
    return small, pixels


def _cut_out(darkness: np.ndarray, digit: float, pixels: float, rng: np.random.Generator) -> np.ndarray:
    """The window of a row that the recogniser is shown, its digits taken to be ``digit`` high.

    Nobody knows a row's middle exactly, and some photographs end just above and below it, or at its last digit.
    """
    half = digit * LINE_HEIGHT / DIGIT_HEIGHT / 2
    middle = darkness.shape[0] / 2 + float(rng.normal(0, 0.08)) * pixels
    top, bottom = round(middle - half), round(middle + half)
    first, last = 0, len(darkness)
    if rng.random() < 0.1:
        centre = darkness.shape[0] / 2
        first = max(round(centre - rng.uniform(0.55, 1.2) * pixels), 0)
        last = min(round(centre + rng.uniform(0.55, 1.2) * pixels), last)
    start = max(top, first)
    window = darkness[start : max(min(bottom, last), start + 1)]
    return np.pad(window, ((max(first - top, 0), max(bottom - last, 0)), (0, 0)), mode="edge")


def _row(rng: np.random.Generator, parts: Sequence[Part], validation: bool) -> tuple[np.ndarray, float, float]:
    """A row's darkness in a photograph, the height of printed digits there, and that of its typical digits."""
    canvas = Canvas(rng, validation)
    for part in parts:
        canvas.part(part)
    # Behind a row there may be room that nothing is written in; or its last character is cut a little.
    behind = rng.random()
    if behind < 0.05:
        canvas.x -= rng.uniform(0.0, 0.12) * DIGIT
    else:
        canvas.x += rng.uniform(0, 40) if behind < 0.7 else rng.uniform(40, 5 * DIGIT)
    canvas.ink = canvas.ink[:, : max(round(canvas.x), 24)]
    canvas.distract()
    by_hand = any(part.hand for part in parts)
    darkness, pixels = _photographed(canvas.ink, min(canvas.pencil, canvas.black) if by_hand else canvas.black, rng)
    # What is all handwriting is measured by itself.
    return darkness, pixels, pixels * (1.0 if any(not part.hand for part in parts) else canvas.tall)


def line_picture(rng: np.random.Generator, parts: Sequence[Part], validation: bool = False) -> LinePicture:
    """A picture of a row as the line recogniser sees it.

    Args:
        rng: makes every choice.
        parts: what stands there.
        validation: whether of the hands and fonts kept for validation.
    """
    darkness, pixels, typical = _row(rng, parts, validation)
    digit = typical * float(np.exp(rng.normal(0.06, 0.13)))
    image = line_image(_cut_out(darkness, digit, pixels, rng), digit)
    return LinePicture(image, tuple(label for part in parts for label in part.labels))


def row_photograph(rng: np.random.Generator, parts: Sequence[Part], validation: bool = False) -> np.ndarray:
    """A photograph of a row alone, as one cuts it out of that of a page.

    Args:
        rng: makes every choice.
        parts: what stands there.
        validation: whether of the hands and fonts kept for validation.

    Returns:
        (height, width) uint8, dark ink on a light ground.
    """
    darkness, pixels, _ = _row(rng, parts, validation)
    half, middle = round(pixels * rng.uniform(*_SHOWN)), len(darkness) // 2
    shown = darkness[max(middle - half, 0) : middle + half]
    return np.clip(_PAPER * (1 - _CONTRAST * shown), 0, 255).astype(np.uint8)
