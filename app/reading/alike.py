"""What symbols of one hand say of each other: they look alike where they are the same, and differ where they are not.

Each symbol is classified by itself first; two that look alike are then rather the same, and others rather not, by as
much as that is true of symbols of one writer (style context: Sarkar and Nagy, IEEE PAMI 27(1), 2005).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

LEAST = 1e-3
"""Probability of being the same, or not, that is told apart."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """The logit that two symbols are the same: a constant, and weights of the product of their looks and of the logit
    that is expected from what each is by itself; by logistic regression (``python -m training alike``)."""

    constant: float
    looks: float
    expected: float


SYMBOLS = Likeness(-9.4, 14.8, 0.5)
"""Of symbols of all classes, on all pairs within each expression of CROHME 2013, by strokes and as images."""
DIGITS = Likeness(-7.5, 13.9, 0.65)
"""Of digits that are known to be digits."""


def expected_same(probabilities: np.ndarray) -> np.ndarray:
    """(n, n): probability that two symbols are the same by what each is by itself, (n, classes)."""
    return np.clip(probabilities @ probabilities.T, LEAST, 1 - LEAST)


def alike(looks: np.ndarray, probabilities: np.ndarray, likeness: Likeness) -> np.ndarray:
    """How much likelier their looks make it that two symbols are the same, or not.

    Args:
        looks: (n, features) of length 1, from ``Network.looks``.
        probabilities: (n, classes) of each symbol by itself.
        likeness: how much looks tell.

    Returns:
        (n, n, 2): logarithms for not being the same, and for being the same; 0 on the diagonal.
    """
    expected = expected_same(probabilities)
    logit = np.log(expected / (1 - expected))
    found = likeness.constant + likeness.looks * (looks @ looks.T) + likeness.expected * logit
    ratios = np.stack(
        [np.logaddexp(0, logit) - np.logaddexp(0, found), np.logaddexp(0, -logit) - np.logaddexp(0, -found)], -1
    )
    ratios[np.diag_indices(len(ratios))] = 0
    return ratios


def agreement(ratios: np.ndarray, labels: Sequence[str]) -> float:
    """How well labels go with the looks of their symbols.

    Pairs are not independent of each other, so of each symbol only what speaks most for its label counts, and what
    speaks most against it.

    Args:
        ratios: (n, n, 2) from :func:`alike`.
        labels: of the n symbols.
    """
    numbers = np.unique(np.array(labels), return_inverse=True)[1]
    said = np.where(numbers[:, None] == numbers[None], ratios[..., 1], ratios[..., 0])
    return 0.5 * float((said.max(1, initial=0) + said.min(1, initial=0)).sum())
