"""Augmentation: on strokes before they are drawn, on pixels after.

Every change is applied to a candidate and its neighbourhood together, so that what surrounds a symbol
moves with it. Drawing itself is ``models.rendering.render``, the code that serving uses.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from models.ink import Blob, Ink, Piece, Stroke
from models.rendering import Style, render
from training.sources import LEAST_INK, Sample


@dataclass(frozen=True, slots=True)
class Augmentation:
    """Strengths; 0 switches a kind off.

    Attributes:
        rotation: standard deviation, degrees.
        shear: standard deviation, tangent of the slant.
        stretch: standard deviation of the logarithm of width over height.
        wobble: amplitude of smooth displacement, in candidate sizes.
        reference: standard deviation of the logarithm of the reference size.
        pixels: probability of each pixel artefact.
        neighbours: probability that a symbol from a set of isolated symbols gets neighbours.
        photograph: probability that strokes are drawn as a photograph shows them.
    """

    rotation: float = 5.0
    shear: float = 0.10
    stretch: float = 0.12
    wobble: float = 0.025
    reference: float = 0.15
    pixels: float = 0.12
    neighbours: float = 0.6
    photograph: float = 0.4


NONE = Augmentation(0, 0, 0, 0, 0, 0, 0, 0)
_FEW_PIXELS = (9, 20)
"""Least side of a symbol in a small photograph, and greatest, in pixels."""
_SEEN = 3
"""Channels that a photograph has, and its faults."""


def _near(ink: Ink, group: tuple[int, ...]) -> list[int]:
    x0, y0, x1, y1 = ink.box_of(group)
    reach = 1.7 * ink.reference_size
    b, cx, cy = ink.boxes, (x0 + x1) / 2, (y0 + y1) / 2
    near = (b[:, 2] > cx - reach) & (b[:, 0] < cx + reach) & (b[:, 3] > cy - reach) & (b[:, 1] < cy + reach)
    return [i for i in np.flatnonzero(near) if i not in group]


def _wave(local: np.ndarray, waves: np.ndarray) -> np.ndarray:
    """Displacement of points, (n, 2): the sum of two slow sine waves an axis, a smooth hand tremor and not noise."""
    phase = local @ waves[:, :2].T + waves[:, 2]
    return np.stack([np.sin(phase[:, 0::2]).sum(1), np.sin(phase[:, 1::2]).sum(1)], 1) * waves[0, 3]


def _warp_blob(blob: Blob, matrix: np.ndarray, centre: np.ndarray, waves: np.ndarray) -> Blob:
    height, width = blob.mask.shape
    corners = np.array([(0, 0), (width, 0), (0, height), (width, height)], np.float32) + blob.origin
    moved = (corners - centre) @ matrix.T + centre
    slack = 1 + 2 * abs(waves[0, 3]) * np.linalg.norm(matrix, 2)
    low = np.floor(moved.min(0) - slack)
    wide, high = np.ceil(moved.max(0) + slack - low).astype(int)
    y, x = np.mgrid[0:high, 0:wide]
    local = (np.stack([x.ravel(), y.ravel()], 1) + low + 0.5 - centre) @ np.linalg.inv(matrix).T
    # Tremor is slow and small, so where it came from is nearly where it went to, reversed.
    source = (local - _wave(local, waves) + centre - blob.origin - 0.5).astype(np.float32).reshape(high, wide, 2)
    mask = cv2.remap(blob.mask, source, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    # Its box is that of its ink, as that of a blob of a photograph is.
    left, top, width, height = cv2.boundingRect((mask > LEAST_INK).astype(np.uint8))
    if not width:
        return Blob(mask, (float(low[0]), float(low[1])))
    return Blob(mask[top : top + height, left : left + width], (float(low[0]) + left, float(low[1]) + top))


def warp_stroke(points: np.ndarray, matrix: np.ndarray, centre: np.ndarray, waves: np.ndarray) -> np.ndarray:
    """A path, (n, 2), moved by waves and then by a matrix, about a centre.

    Args:
        points: of the path.
        matrix: (2, 2).
        centre: (2,).
        waves: (4, 4): frequencies in x and y, phase and amplitude of each; every other one moves along y.
    """
    local = points - centre
    return ((local + _wave(local, waves)) @ matrix.T + centre).astype(np.float32)


def _warp(ink: Ink, group: tuple[int, ...], a: Augmentation, rng: np.random.Generator) -> tuple[Ink, tuple[int, ...]]:
    x0, y0, x1, y1 = ink.box_of(group)
    centre = np.array([(x0 + x1) / 2, (y0 + y1) / 2])
    angle = np.deg2rad(rng.normal(0, a.rotation))
    stretch = np.exp(rng.normal(0, a.stretch) / 2)
    cos, sin = np.cos(angle), np.sin(angle)
    matrix = (
        np.array([[cos, -sin], [sin, cos]])
        @ np.array([[1, rng.normal(0, a.shear)], [0, 1]])
        @ np.diag([stretch, 1 / stretch])
    )
    size = max(x1 - x0, y1 - y0, 0.3 * ink.reference_size)
    waves = np.column_stack(
        [rng.normal(0, 4 / size, (4, 2)), rng.uniform(0, 2 * np.pi, 4), np.full(4, rng.normal(0, a.wobble) * size)]
    )
    order = [*group, *_near(ink, group)]
    outline = ink.outline
    pieces: list[Piece] = []
    for i in order:
        piece = outline[i]
        if isinstance(piece, Blob):
            pieces.append(_warp_blob(piece, matrix, centre, waves))
        else:
            pieces.append(Stroke(warp_stroke(piece.points, matrix, centre, waves)))
    reference = ink.reference_size * float(np.exp(rng.normal(0, a.reference)))
    return Ink(tuple(pieces), ink.pen_width, reference), tuple(range(len(group)))


def _shifted(piece: Piece, scale: float, dx: float, dy: float) -> Piece:
    if isinstance(piece, Stroke):
        return Stroke((piece.points * scale + (dx, dy)).astype(np.float32))
    height, width = piece.mask.shape
    size = max(round(width * scale), 1), max(round(height * scale), 1)
    mask = cv2.resize(piece.mask, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    return Blob(mask, (piece.origin[0] * scale + dx, piece.origin[1] * scale + dy))


def with_neighbours(sample: Sample, others: list[Sample], rng: np.random.Generator) -> Sample:
    """Write other isolated symbols to the left and right of one, as if they stood in one line."""
    x0, y0, x1, y1 = sample.ink.box_of(sample.group)
    height = max(y1 - y0, 0.4 * (x1 - x0), 1e-3)
    pieces = list(sample.ink.outline)
    left, right = x0, x1
    for k, other in enumerate(others):
        ox0, oy0, ox1, oy1 = other.ink.box_of(other.group)
        scale = height * float(np.exp(rng.normal(0, 0.2))) / max(oy1 - oy0, 0.4 * (ox1 - ox0), 1e-3)
        gap = height * rng.uniform(0.05, 0.7)
        dy = (y0 + y1) / 2 + height * rng.normal(0, 0.08) - scale * (oy0 + oy1) / 2
        if k % 2:
            dx = left - gap - scale * ox1
            left = dx + scale * ox0
        else:
            dx = right + gap - scale * ox0
            right = dx + scale * ox1
        pieces += [_shifted(p, scale, dx, dy) for p in other.ink.outline]
    reference = sample.ink.reference_size * float(np.exp(rng.normal(0, 0.15)))
    return Sample(Ink(tuple(pieces), sample.ink.pen_width, reference), sample.group, sample.label, sample.hand)


def _pixel_artefacts(image: np.ndarray, a: Augmentation, rng: np.random.Generator) -> None:
    """Few pixels, blur, two levels, fat or broken lines, faint ink, noise; in place on uint8 (CHANNELS, SIZE, SIZE)."""
    planes = image[:_SEEN].transpose(1, 2, 0)
    if rng.random() < a.pixels:
        # A whole sheet in a small photograph leaves a symbol some ten pixels.
        side = int(rng.integers(*_FEW_PIXELS))
        few = cv2.resize(planes, (side, side), interpolation=cv2.INTER_AREA)
        many = cv2.resize(few, planes.shape[1::-1], interpolation=cv2.INTER_CUBIC)
        planes[:] = np.minimum(many * (255 / max(int(many.max()), 1)), 255).astype(np.uint8)
    if rng.random() < a.pixels:
        planes[:] = cv2.GaussianBlur(planes, (3, 3), rng.uniform(0.3, 0.9))
    if rng.random() < a.pixels:
        planes[:] = np.where(planes > rng.uniform(0.25, 0.6) * planes.max(), 255, 0)
    if rng.random() < a.pixels:
        kernel = np.ones((2, 2), np.uint8)
        planes[:] = (cv2.dilate if rng.random() < 0.6 else cv2.erode)(planes, kernel)
    if rng.random() < a.pixels:
        planes[:] = (planes * rng.uniform(0.45, 1)).astype(np.uint8)
    if rng.random() < a.pixels:
        noise = rng.normal(0, rng.uniform(2, 14), planes.shape)
        planes[:] = np.clip(planes + noise, 0, 255).astype(np.uint8)
    if rng.random() < a.pixels:
        shift = rng.integers(-1, 2, 2)
        image[:] = np.roll(image, tuple(shift), (1, 2))


def draw(sample: Sample, a: Augmentation, rng: np.random.Generator, photograph: bool | None = None) -> np.ndarray:
    """One augmented network input, uint8 (CHANNELS, SIZE, SIZE).

    Args:
        sample: what to draw.
        a: how it is varied.
        rng: for how.
        photograph: whether as a photograph shows it, with lines as thick as they come out and the pen's way unknown;
            ``None`` to draw lots.
    """
    if a is NONE:
        return render(sample.ink, [sample.group])[0]
    ink, group = _warp(sample.ink, sample.group, a, rng)
    if photograph is None:
        photograph = bool(rng.random() < a.photograph)
    style = Style(
        pen_scale=float(np.exp(rng.normal(0.1, 0.45) if photograph else rng.normal(0, 0.35))),
        thinnest=rng.uniform(0.9, 1.6),
        thickest=6.0 if photograph else rng.uniform(2.0, 3.5),
        ways=not photograph,
    )
    image = render(ink, [group], style)[0]
    _pixel_artefacts(image, a, rng)
    return image
