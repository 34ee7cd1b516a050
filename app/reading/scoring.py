"""From the classifier's outputs to the scores that the lattice and the parser add up."""

from __future__ import annotations

import numpy as np

from models.vocabulary import ARITHMETIC_LABELS, LABELS

FORBIDDEN = -30.0
"""Logit of a class that the caller has ruled out."""
ARITHMETIC = np.array([label in ARITHMETIC_LABELS for label in LABELS])
"""Which classes ``symbols="arithmetic"`` allows."""
DIGITS = np.array([label.isdigit() for label in LABELS])
"""Which classes are digits."""


def log_softmax(logits: np.ndarray) -> np.ndarray:
    """Logarithm of the softmax along the last axis."""
    shifted = logits - logits.max(-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))


def log_sigmoid(logits: np.ndarray) -> np.ndarray:
    """Logarithm of the logistic function."""
    return -np.logaddexp(0, -logits)


def grouping_scores(symbol: np.ndarray, whole: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Log score of each candidate as a part of a grouping.

    A candidate answers for all its pieces, so its log probability of being one symbol counts once a piece;
    otherwise coverings by few large candidates would always win over many small ones.

    Args:
        symbol: (n, classes) logits.
        whole: (n,) logits.
        sizes: (n,) pieces of each candidate: see ``Ink.connected``.

    Returns:
        float64 (n,).
    """
    sure = log_softmax(symbol.astype(np.float64)).max(-1)
    return (log_sigmoid(whole.astype(np.float64)) + 0.3 * sure) * sizes
