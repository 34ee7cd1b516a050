"""How well readings of a sum go with the looks of its digits, all of one hand. What they come to plays no part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from app.marking.problem import DIGITS, Cells, Version
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
        x: (n,) where their middles are.
        wide: (n,) how wide they are.
    """

    ink: Ink
    groups: Sequence[tuple[int, ...]]
    x: np.ndarray
    wide: np.ndarray

    @cached_property
    def images(self) -> np.ndarray:
        """(n, 6, 32, 32): as the networks see them."""
        return render(self.ink, self.groups)

    def labels(self, cells: Cells) -> list[str | None]:
        """What each is in a reading of the row; ``None`` where that has no digit."""
        digits = [c for c in cells if c.label in DIGITS]
        middles = np.array([(c.box[0] + c.box[2]) / 2 for c in digits])
        found: list[str | None] = []
        for x, wide in zip(self.x, self.wide, strict=True):
            off = np.abs(middles - x)
            nearest = int(off.argmin()) if len(off) else -1
            found.append(digits[nearest].label if nearest >= 0 and off[nearest] < 0.5 * wide else None)
        return found


def seen_digits(cells: Cells, ink: Ink) -> SeenDigits:
    """The digits of a reading of a row of ink."""
    middles = (ink.boxes[:, 0] + ink.boxes[:, 2]) / 2
    groups, places = [], []
    for cell in cells:
        x0, _, x1, _ = cell.box
        group = tuple(np.flatnonzero((middles >= x0) & (middles <= x1)).tolist())
        if cell.label in DIGITS and group:
            groups.append(group)
            places.append(((x0 + x1) / 2, x1 - x0))
    x, wide = np.array(places).reshape(-1, 2).T
    return SeenDigits(ink, groups, x, wide)


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
