"""How well readings of a sum go with the looks of its digits, all of one hand. What they come to plays no part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from app.marking.problem import DIGITS, Cell, Cells, Version
from app.marking.second_opinion import with_confidences
from app.reading import alike
from app.reading.network import Network
from app.reading.scoring import log_sigmoid, log_softmax
from models.ink import Ink
from models.rendering import render
from models.vocabulary import INDEX

_CLASSES = [INDEX[str(digit)] for digit in range(10)]
_OTHER_KIND = 0.8
"""Difference of the probabilities of being handwritten from which one is print, which tells nothing of the other."""


@dataclass(frozen=True, eq=False)
class SeenDigits:
    """The digits of a row.

    Attributes:
        ink: of the row.
        groups: n, pieces of each.
        middles: (n, 2) where they are.
        wide: (n,) how wide they are.
    """

    ink: Ink
    groups: Sequence[tuple[int, ...]]
    middles: np.ndarray
    wide: np.ndarray

    @cached_property
    def images(self) -> np.ndarray:
        """(n, 6, 32, 32): as the networks see them."""
        return render(self.ink, self.groups)

    def read_as(self, cells: Cells) -> list[Cell | None]:
        """The cell of each in a reading of the row, or of the sum it is a row of; ``None`` where that has no digit."""
        digits = [c for c in cells if c.label in DIGITS]
        if not digits:
            return [None] * len(self.wide)
        away = self.middles[:, None] - _middles_of(digits)
        nearest = np.hypot(*away.transpose(2, 0, 1)).argmin(1)
        aside = np.abs(away[np.arange(len(nearest)), nearest, 0])
        return [digits[k] if off < 0.5 * wide else None for k, off, wide in zip(nearest, aside, self.wide, strict=True)]

    def labels(self, cells: Cells) -> list[str | None]:
        """What each is in a reading of the row; ``None`` where that has no digit."""
        return [cell.label if cell else None for cell in self.read_as(cells)]


def _middles_of(cells: Sequence[Cell]) -> np.ndarray:
    """(n, 2): where the middles of cells are."""
    boxes = np.array([c.box for c in cells]).reshape(-1, 4)
    return (boxes[:, :2] + boxes[:, 2:]) / 2


def seen_digits(cells: Cells, ink: Ink) -> SeenDigits:
    """The digits of a reading of a row of ink."""
    x = (ink.boxes[:, 0] + ink.boxes[:, 2]) / 2
    groups, digits = [], []
    for cell in cells:
        x0, _, x1, _ = cell.box
        group = tuple(np.flatnonzero((x >= x0) & (x <= x1)).tolist())
        if cell.label in DIGITS and group:
            groups.append(group)
            digits.append(cell)
    return SeenDigits(ink, groups, _middles_of(digits), np.array([c.box[2] - c.box[0] for c in digits]))


class Hand:
    """The digits of a sum, as they look to the network.

    Args:
        rows: the digits of each row.
        network: tells what each digit is by itself, and how it looks.
    """

    def __init__(self, rows: Sequence[SeenDigits], network: Network) -> None:
        self._rows = rows
        images = np.concatenate([row.images for row in rows])
        self._ratios = _ratios(images, network) if len(images) > 1 else None

    def agreement(self, rows: Sequence[Cells]) -> float:
        """How well the looks of the digits go with a reading of each row, as a logarithm."""
        if self._ratios is None:
            return 0.0
        labels = [label for seen, cells in zip(self._rows, rows, strict=True) for label in seen.labels(cells)]
        known = [i for i, label in enumerate(labels) if label is not None]
        return alike.agreement(self._ratios[np.ix_(known, known)], [labels[i] for i in known])


def weighed(versions: Sequence[Version], agreements: Sequence[float]) -> list[Version]:
    """Ways to read something, weighed with how well each goes with looks, the most probable first.

    Looks move probability between them; how much is left for others stays as it was.

    Args:
        versions: in any order.
        agreements: of each, as logarithms.
    """
    before = np.array([v.probability for v in versions])
    after = before * np.exp(agreements)
    after *= before.sum() / after.sum()
    again = [replace(v, probability=float(p)) for v, p in zip(versions, after, strict=True)]
    return with_confidences(sorted(again, key=lambda v: -v.probability))


def digit_ratios(symbol: np.ndarray, looks: np.ndarray) -> np.ndarray:
    """``alike`` of n digits, (n, n, 2), from their logits, (n, classes), and looks."""
    return alike.alike(looks, np.exp(log_softmax(symbol[:, _CLASSES])), alike.DIGITS)


def _ratios(images: np.ndarray, network: Network) -> np.ndarray:
    found = network.classify(images)
    hand = np.exp(log_sigmoid(found.hand))
    of_a_kind = np.abs(hand[:, None] - hand[None]) < _OTHER_KIND
    return digit_ratios(found.symbol, network.looks(images)) * of_a_kind[..., None]
