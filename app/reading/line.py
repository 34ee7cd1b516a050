"""A line of writing as the line recogniser sees it, and what that says of the readings of its ink."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

import cv2
import numpy as np

from app.reading.ctc import Text, likelihoods
from models.ink import Blob, Box, Ink
from models.layout_tree import LayoutTree, Relation
from models.line_image import CHARACTERS, DIGIT_HEIGHT, LINE_HEIGHT, STRIDE, line_image

Transcribe = Callable[[np.ndarray], np.ndarray]
"""The line recogniser: see ``Network.transcribe``."""
CLASS = {label: k for k, label in enumerate(CHARACTERS, 1)} | {"\\cdot": 1 + CHARACTERS.index(".")}
"""Classes of the line recogniser by label; to it a dot is a dot."""
_MARGIN = 0.5
"""Room left and right of a row, in digit heights."""
_DRAWN_DIGIT = 2 * DIGIT_HEIGHT
"""Height of digits that are drawn for it, in pixels: it shrinks them."""
_PEN = 0.1
"""Width of drawn strokes, in digit heights."""
_LEAST_SYMBOLS = 3
"""Of a row."""
_UNHEARD = -4.0
"""Logarithm of the share of all other texts that one reading has for which the recogniser has no words."""


class Strip:
    """The picture of a row, as the line recogniser sees it.

    Args:
        darkness: (height, width) of the page.
        ends: left and right end of the row's ink.
        digit: height of its digits.
        middle: where the middle of its digits is, half-way between the ends.
        slope: of its line, pixels down for each to the right.
    """

    def __init__(
        self, darkness: np.ndarray, ends: tuple[float, float], digit: float, middle: float, slope: float = 0.0
    ) -> None:
        half = digit * LINE_HEIGHT / DIGIT_HEIGHT / 2
        left = max(round(ends[0] - _MARGIN * digit), 0)
        right = min(round(ends[1] + _MARGIN * digit), darkness.shape[1])
        size = max(right - left, 1), max(round(2 * half), 1)
        self._first = middle + slope * (left - (ends[0] + ends[1]) / 2)
        self._to_page = np.array([[1, 0, left], [slope, 1, self._first - half]], np.float64)
        self._darkness, self._size, self._digit = darkness, size, digit
        self._left, self._slope = left, slope

    @cached_property
    def image(self) -> np.ndarray:
        """uint8 (LINE_HEIGHT, width): what the network is shown. Of several pictures most are never asked for."""
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        shown = cv2.warpAffine(self._darkness, self._to_page, self._size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
        return line_image(shown, self._digit)

    def box(self, columns: tuple[int, int]) -> Box:
        """Where columns of the recogniser's output are on the page."""
        step, half = STRIDE * self._size[0] / self.image.shape[1], self._digit / 2
        x0, x1 = columns[0] * step, (columns[1] + 1) * step
        middle = self._first + self._slope * (x0 + x1) / 2
        return self._left + x0, middle - half, self._left + x1, middle + half


def drawn_strip(ink: Ink, ends: Box, digit: float, middle: float) -> Strip:
    """The picture of a row of ink.

    Args:
        ink: strokes or blobs.
        ends: box of the row.
        digit: height of its digits, in ink units.
        middle: where the middle of its digits is.
    """
    scale = _DRAWN_DIGIT / digit
    tall = digit * LINE_HEIGHT / DIGIT_HEIGHT
    left, high = ends[0] - _MARGIN * digit, middle - tall / 2
    size = round((ends[2] - ends[0] + 2 * _MARGIN * digit) * scale), round(tall * scale)
    canvas = np.zeros(size[::-1], np.uint8)
    for piece in ink.pieces:
        if isinstance(piece, Blob):
            x, y = (piece.origin[0] - left) * scale, (piece.origin[1] - high) * scale
            to_canvas = np.array([[scale, 0, x], [0, scale, y]], np.float64)
            shrunk = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
            layer = cv2.warpAffine(piece.mask, to_canvas, size, flags=shrunk)
            np.maximum(canvas, layer, out=canvas)
        else:
            fixed = np.round((piece.points - (left, high)) * (scale * 16)).astype(np.int32)
            # An outline of one point shows nothing.
            ends_of_tap = np.concatenate([fixed, fixed + 8]) if len(fixed) == 1 else fixed
            pen = max(round(_PEN * _DRAWN_DIGIT), 1)
            cv2.polylines(canvas, [ends_of_tap.reshape(-1, 1, 2)], False, 255, pen, cv2.LINE_AA, 4)
    return Strip(
        canvas.astype(np.float32), (_MARGIN * _DRAWN_DIGIT, size[0] - _MARGIN * _DRAWN_DIGIT), _DRAWN_DIGIT, size[1] / 2
    )


def row_text(labels: Sequence[str], tree: LayoutTree, boxes: Sequence[Box]) -> Text | None:
    """What the line recogniser would say of a reading; ``None`` where it has no words for it.

    Raised and lowered symbols are to it as any others.
    """
    if not all(label in CLASS for label in labels):
        return None
    if any(n.relation not in (None, Relation.RIGHT, Relation.SUPERSCRIPT, Relation.SUBSCRIPT) for n in tree.nodes):
        return None
    order = sorted(range(len(labels)), key=lambda i: boxes[i][0] + boxes[i][2])
    return tuple(CLASS[labels[i]] for i in order)


def is_row(tree: LayoutTree) -> bool:
    """Whether symbols stand in one row, and there are enough to call it one."""
    return len(tree.nodes) >= _LEAST_SYMBOLS and all(n.relation in (None, Relation.RIGHT) for n in tree.nodes)


def said_of(
    texts: Sequence[Text | None],
    ink: Ink,
    boxes: np.ndarray,
    digits: np.ndarray,
    transcribe: Transcribe,
) -> tuple[np.ndarray, float]:
    """Log probabilities of texts by the line recogniser, and of all other texts together.

    Args:
        texts: of readings; ``None`` counts among the others.
        ink: of the row.
        boxes: (n, 4) of its symbols.
        digits: (n,) which of them are digits.
        transcribe: the recogniser.
    """
    measured = boxes[digits] if digits.any() else boxes
    digit = float(np.median(measured[:, 3] - measured[:, 1]))
    middle = float(np.median(measured[:, 1] + measured[:, 3])) / 2
    row = (*boxes[:, :2].min(0).tolist(), *boxes[:, 2:].max(0).tolist())
    frames = transcribe(drawn_strip(ink, row, max(digit, 0.2 * ink.reference_size), middle).image)
    known = list(dict.fromkeys(t for t in texts if t is not None))
    said = dict(zip(known, likelihoods(frames, known), strict=True))
    rest = float(np.log(max(1.0 - np.exp(list(said.values())).sum(), 1e-12)))
    return np.array([rest + _UNHEARD if t is None else said[t] for t in texts]), rest
