"""Choosing how the reader weighs its scores, and calibrating its confidence, on CROHME 2013."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import numpy as np
from scipy.optimize import minimize, minimize_scalar

from app.reading.errors import ReadingError
from app.reading.network import Network
from app.reading.page import ink_from_image
from app.reading.reader import Hypothesis, Reader, Weights, interpretations
from app.reading.scoring import log_softmax
from models.context_input import context_input
from models.grammar import Grammar
from models.rendering import render
from models.vocabulary import INDEX
from training import crohme
from training.bank import BankExpression
from training.evaluation import drawn
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


def choose_balance(network: Network, start: Weights, expressions: list[crohme.Expression]) -> Weights:
    """The balance with which most expressions have every symbol named right, given their true grouping."""
    parsed, truths = [], []
    for e in expressions:
        found = network.classify(render(e.ink, e.groups))
        boxes, times = np.array([e.ink.box_of(g) for g in e.groups]), np.array([g[0] for g in e.groups])
        seen = log_softmax(found.symbol / start.temperature)
        parsed += network.parse([context_input(seen, found.whole, boxes, e.ink.reference_size, times)])
        truths.append(np.array([INDEX[label] for label in e.labels]))
    shares = {}
    for balance in np.arange(0, 0.65, 0.05).round(2).tolist():
        named = [p.symbol - balance * network.grammar.classes for p in parsed]
        shares[balance] = float(np.mean([(n.argmax(1) == t).all() for n, t in zip(named, truths, strict=True)]))
    print("share of expressions with every symbol right, by balance:", shares)
    # The middle of the three best: neighbours differ by an expression or two.
    best = sorted(shares, key=shares.get)[-3:]
    return replace(start, balance=float(np.median(best)))


Case = tuple[list[Hypothesis], str]
"""What the networks say of an ink, and the canonical form of what was written."""


def cases(reader: Reader, expressions: list[crohme.Expression], image_share: float = 0.3) -> list[Case]:
    """Hypotheses of annotated expressions; some are read as images, which have other doubts than strokes."""
    found: list[Case] = []
    for number, e in enumerate(expressions):
        if e.tree is None:
            continue
        as_image = number % 10 < 10 * image_share
        try:
            ink = ink_from_image(drawn(e.ink)) if as_image else e.ink
        except ReadingError:
            continue
        found.append((reader.hypotheses(ink), canonical(e.tree)))
    return found


def choose_weights(start: Weights, read: list[Case], trials: int = 600, seed: int = 0) -> tuple[Weights, float]:
    """Random search for the weights with which most expressions are read right.

    Returns:
        The weights and the share of expressions right with them.
    """
    table = []
    for hypotheses, truth in read:
        parts = np.array([(h.grouping, h.symbol.max(1).sum(), h.whole, h.trees[0][0]) for h in hypotheses])
        table.append((parts, np.array([canonical(h.trees[0][1]) == truth for h in hypotheses])))
    rng = np.random.default_rng(seed)
    base = np.array([start.grouping, start.symbol, start.whole, start.layout])
    # Of equally good weights the middle ones carry over best, so the best few are averaged.
    tried = []
    for _ in range(trials):
        weights = base * np.exp(rng.normal(0, 0.8, 4))
        weights = weights / weights.sum()
        tried.append((float(np.mean([right[(parts @ weights).argmax()] for parts, right in table])), tuple(weights)))
    tried.sort(reverse=True)
    middle = np.mean([w for _, w in tried[:12]], axis=0)
    share = float(np.mean([right[(parts @ middle).argmax()] for parts, right in table]))
    grouping, symbol, whole, layout = (float(w) for w in middle)
    return replace(start, grouping=grouping, symbol=symbol, whole=whole, layout=layout), share


def choose_priors(weights: Weights, read: list[Case], grammar: Grammar) -> tuple[Weights, float]:
    """The weights of the grammar and of arithmetic with which most expressions are read right, and their share."""
    shares = {}
    for pairs, rows, arithmetic in product((0.0, 0.1, 0.2), (0.0, 0.15, 0.3, 0.5), (0.0, 1.0, 2.0)):
        w = replace(weights, pairs=pairs, rows=rows, arithmetic=arithmetic)
        best = [canonical(interpretations(hypotheses, 1, w, grammar)[0].tree) == truth for hypotheses, truth in read]
        shares[pairs, rows, arithmetic] = float(np.mean(best))
    print("share right by weights of pairs, rows and arithmetic:", shares)
    # Of equals the one that helps school work more.
    pairs, rows, arithmetic = max(shares, key=lambda weights: (shares[weights], weights[2]))
    best = replace(weights, pairs=pairs, rows=rows, arithmetic=arithmetic)
    return best, shares[pairs, rows, arithmetic]


def fit_sharpness(weights: Weights, read: list[Case], grammar: Grammar) -> Weights:
    """Calibrate: the sharpnesses with which confidences of best readings are most likely true."""

    def loss(logarithms: np.ndarray) -> float:
        sharpness, flip = np.exp(logarithms)
        w = replace(weights, sharpness=float(sharpness), flip_sharpness=float(flip))
        total = 0.0
        for hypotheses, truth in read:
            best = interpretations(hypotheses, 1, w, grammar)[0]
            p = min(max(best.confidence, 1e-4), 1 - 1e-4)
            total -= np.log(p if canonical(best.tree) == truth else 1 - p)
        return total / len(read)

    simplex = np.array([[0.0, 0.0], [0.8, 0.0], [0.0, -0.8]])
    options = {"maxfev": 40, "xatol": 0.05, "fatol": 1e-4, "initial_simplex": simplex}
    found = minimize(loss, simplex[0], method="Nelder-Mead", options=options).x
    return replace(weights, sharpness=float(np.exp(found[0])), flip_sharpness=float(np.exp(found[1])))
