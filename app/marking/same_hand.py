"""What digits of one hand say of each other: they look alike where they are the same, and differ where they are not.

Each digit is read by itself first; two of them that look alike are then rather the same, and others rather not, by as
much as that was true of digits of one writer (style context: Sarkar and Nagy, IEEE PAMI 27(1), 2005). What the numbers
come to plays no part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.marking.problem import DIGITS, Cell, Cells
from app.reading.network import Network
from app.reading.scoring import log_softmax
from models.ink import Ink
from models.rendering import render
from models.vocabulary import INDEX

_CLASSES = [INDEX[str(digit)] for digit in range(10)]
_CONSTANT, _ALIKE, _EXPECTED = -7.51, 13.96, 0.65
"""Of the logit that two digits are the same, by how alike they look and by what each is by itself; logistic regression
on the pairs of digits within each expression of CROHME 2013 drawn as photographs (``python -m training alike``)."""
LEAST = 1e-3
"""Probability of being the same, or not, that is told apart."""
_WEIGHT = 0.7
"""Of each pair: pairs are not independent of each other."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """A digit: its row, where its middle is, and how wide it is."""

    row: int
    x: float
    wide: float


class Hand:
    """The digits of a sum, as they look to the network.

    Args:
        rows: the cells of the likeliest reading of each row.
        inks: the ink of each row.
        network: tells what each digit is by itself, and how it looks.
    """

    def __init__(self, rows: Sequence[Cells], inks: Sequence[Ink], network: Network) -> None:
        self._seen: list[_Seen] = []
        images = []
        for number, (cells, ink) in enumerate(zip(rows, inks, strict=True)):
            middles = (ink.boxes[:, 0] + ink.boxes[:, 2]) / 2
            for cell in cells:
                x0, _, x1, _ = cell.box
                group = tuple(np.flatnonzero((middles >= x0) & (middles <= x1)).tolist())
                if cell.label in DIGITS and group:
                    self._seen.append(_Seen(number, (x0 + x1) / 2, x1 - x0))
                    images.append(render(ink, [group])[0])
        self._weights = _weights(np.stack(images), network) if len(images) > 1 else None

    def agreement(self, rows: Sequence[Cells]) -> float:
        """How well the looks of the digits go with a reading of each row, as a logarithm."""
        if self._weights is None:
            return 0.0
        labels = [self._label(seen, rows[seen.row]) for seen in self._seen]
        known = [i for i, label in enumerate(labels) if label is not None]
        return sum(
            float(self._weights[i, j, int(labels[i] == labels[j])]) for k, i in enumerate(known) for j in known[:k]
        )

    def _label(self, seen: _Seen, cells: Cells) -> str | None:
        def off(cell: Cell) -> float:
            return abs((cell.box[0] + cell.box[2]) / 2 - seen.x)

        nearest = min((c for c in cells if c.label in DIGITS), key=off, default=None)
        return nearest.label if nearest is not None and off(nearest) < 0.5 * seen.wide else None


def expected_same(images: np.ndarray, network: Network) -> np.ndarray:
    """(n, n): probability that two digits are the same by what each is by itself.

    Args:
        images: uint8 (n, 6, 32, 32) drawn digits.
        network: classifies them.
    """
    probabilities = np.exp(log_softmax(network.classify(images).symbol[:, _CLASSES]))
    return np.clip(probabilities @ probabilities.T, LEAST, 1 - LEAST)


def _weights(images: np.ndarray, network: Network) -> np.ndarray:
    """(n, n, 2): logarithm of how much likelier it is that two digits are not the same, or the same, by their looks."""
    expected, looks = expected_same(images, network), network.looks(images)
    logit = _CONSTANT + _ALIKE * (looks @ looks.T) + _EXPECTED * np.log(expected / (1 - expected))
    same = 1 / (1 + np.exp(-logit))
    return _WEIGHT * np.stack([np.log((1 - same) / (1 - expected)), np.log(same / expected)], -1)
