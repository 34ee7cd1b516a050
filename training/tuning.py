"""Choosing how the reader weighs its scores, and calibrating its confidence, on CROHME 2013."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.optimize import minimize_scalar

from app.reading.reader import Hypothesis, Reader, Weights
from app.reading.scoring import log_softmax
from training import crohme
from training.bank import BankExpression
from training.metrics import canonical


def fit_temperature(logits: np.ndarray, labels: np.ndarray) -> float:
    """The temperature that minimises the negative log likelihood (Guo et al., ICML 2017).

    Args:
        logits: (n, classes).
        labels: (n,) true classes.
    """

    def loss(log_temperature: float) -> float:
        scaled = log_softmax(logits / np.exp(log_temperature))
        return -float(scaled[np.arange(len(labels)), labels].mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-1.5, 1.5), method="bounded").x))


def bank_temperature(bank: Sequence[BankExpression]) -> float:
    """The temperature that calibrates a bank's class probabilities of true symbols."""
    logits = np.concatenate([e.logits[0][: len(e.labels)] for e in bank]).astype(np.float32)
    return fit_temperature(logits, np.concatenate([e.labels for e in bank]))


def _right(h: Hypothesis, truth: str) -> bool:
    tree = h.trees[0][1]
    return canonical(tree) == truth


def choose_weights(
    reader: Reader, expressions: list[crohme.Expression], trials: int = 400, seed: int = 0
) -> tuple[Weights, float]:
    """Random search for the weights with which most expressions are read right.

    Returns:
        The weights and the share of expressions right with them.
    """
    table = []
    for e in expressions:
        if e.tree is None:
            continue
        truth = canonical(e.tree)
        found = reader.hypotheses(e.ink)
        parts = np.array([(h.grouping, h.symbol.max(1).sum(), h.whole, h.trees[0][0]) for h in found])
        table.append((parts, np.array([_right(h, truth) for h in found])))
    rng = np.random.default_rng(seed)
    best, best_share = reader.weights, -1.0
    base = np.array([best.grouping, best.symbol, best.whole, best.layout])
    for trial in range(trials):
        weights = base if trial == 0 else base * np.exp(rng.normal(0, 0.8, 4))
        weights = weights / weights.sum()
        share = float(np.mean([right[(parts @ weights).argmax()] for parts, right in table]))
        if share > best_share:
            best_share = share
            best = Weights(*(float(w) for w in weights), reader.weights.temperature, reader.weights.sharpness)
    return best, best_share


def fit_sharpness(reader: Reader, expressions: list[crohme.Expression]) -> float:
    """The factor from score differences to log odds with which confidences of whole readings are most likely true."""
    losses, right = [], []
    reader = Reader(reader.network, reader.weights)
    for e in expressions:
        if e.tree is None:
            continue
        reading = reader.read(e.ink, alternatives=7)
        p = np.array([r.confidence for r in (reading.best, *reading.alternatives)])
        losses.append(np.log(p))
        right.append(canonical(reading.best.tree) == canonical(e.tree))

    def loss(log_factor: float) -> float:
        scaled = [np.exp(np.exp(log_factor) * (row - row[0])) for row in losses]
        p = np.clip([1 / s.sum() for s in scaled], 1e-6, 1 - 1e-6)
        return -float(np.mean(np.where(right, np.log(p), np.log1p(-p))))

    return reader.weights.sharpness * float(np.exp(minimize_scalar(loss, bounds=(-2.5, 1.5), method="bounded").x))
