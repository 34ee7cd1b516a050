"""How well readings of a sum go with the looks of its digits, all of one hand. What they come to plays no part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.marking.problem import DIGITS, Cell, Cells
from app.reading import alike
from app.reading.network import Network
from app.reading.scoring import log_sigmoid, log_softmax
from models.ink import Ink
from models.rendering import render
from models.vocabulary import INDEX

_CLASSES = [INDEX[str(digit)] for digit in range(10)]
_OTHER_KIND = 0.8
"""Difference of the probabilities of being handwritten from which one is print, which tells nothing of the other."""


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
            groups = []
            for cell in cells:
                x0, _, x1, _ = cell.box
                group = tuple(np.flatnonzero((middles >= x0) & (middles <= x1)).tolist())
                if cell.label in DIGITS and group:
                    self._seen.append(_Seen(number, (x0 + x1) / 2, x1 - x0))
                    groups.append(group)
            if groups:
                images.append(render(ink, groups))
        self._ratios = _ratios(np.concatenate(images), network) if len(self._seen) > 1 else None

    def agreement(self, rows: Sequence[Cells]) -> float:
        """How well the looks of the digits go with a reading of each row, as a logarithm."""
        if self._ratios is None:
            return 0.0
        labels = [self._label(seen, rows[seen.row]) for seen in self._seen]
        known = [i for i, label in enumerate(labels) if label is not None]
        return alike.agreement(self._ratios[np.ix_(known, known)], [labels[i] for i in known])

    def _label(self, seen: _Seen, cells: Cells) -> str | None:
        def off(cell: Cell) -> float:
            return abs((cell.box[0] + cell.box[2]) / 2 - seen.x)

        nearest = min((c for c in cells if c.label in DIGITS), key=off, default=None)
        return nearest.label if nearest is not None and off(nearest) < 0.5 * seen.wide else None


def _ratios(images: np.ndarray, network: Network) -> np.ndarray:
    found = network.classify(images)
    probabilities = np.exp(log_softmax(found.symbol[:, _CLASSES]))
    hand = np.exp(log_sigmoid(found.hand))
    of_a_kind = np.abs(hand[:, None] - hand[None]) < _OTHER_KIND
    return alike.alike(network.looks(images), probabilities, alike.DIGITS) * of_a_kind[..., None]
