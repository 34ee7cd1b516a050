"""Choosing how the reader weighs its scores, and calibrating its confidence, on CROHME 2013."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.optimize import minimize, minimize_scalar

from app.reading.classifying import classify
from app.reading.errors import ReadingError
from app.reading.hypothesis import Hypothesis, Weights
from app.reading.network import Network
from app.reading.page import ink_from_image
from app.reading.ranking import draw_readings, interpretations
from app.reading.reader import Reader
from app.reading.scoring import log_softmax
from models.context_input import context_input
from models.vocabulary import INDEX
from training import crohme
from training.evaluation import drawn


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


def fit_trace(logits: np.ndarray, traces: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    """The weight of the trace classifier and the temperature that minimise the negative log likelihood together.

    Args:
        logits: (n, classes) of the classifier.
        traces: (n, classes) log probabilities of the trace classifier.
        labels: (n,) true classes.
    """

    def loss(weights: np.ndarray) -> float:
        scaled = log_softmax(weights[0] * logits + weights[1] * traces)
        return -float(scaled[np.arange(len(labels)), labels].mean())

    own, trace = minimize(loss, [1.0, 0.3], method="Nelder-Mead").x
    return float(trace / own), float(1 / own)


def choose_balance(network: Network, start: Weights, expressions: list[crohme.Expression]) -> float:
    """The balance with which most expressions have every symbol named right, given their true grouping."""
    parsed, truths = [], []
    for e in expressions:
        found = classify(network, e.ink, e.groups, start.trace)
        boxes, times = np.array([e.ink.box_of(g) for g in e.groups]), np.array([g[0] for g in e.groups])
        seen = log_softmax(found.symbol / start.temperature)
        parsed += network.parse([context_input(seen, found.whole, boxes, e.ink.reference_size, times)])
        truths.append(np.array([INDEX[label] for label in e.labels]))
    balances = np.arange(0, 0.65, 0.05).round(2)
    shares = []
    for balance in balances:
        named = [p.symbol - balance * network.grammar.classes for p in parsed]
        shares.append(float(np.mean([(n.argmax(1) == t).all() for n, t in zip(named, truths, strict=True)])))
    print(
        "share of expressions with every symbol right, by balance:", dict(zip(balances.tolist(), shares, strict=True))
    )
    return smoothed_best(balances, np.array(shares))


def smoothed_best(values: np.ndarray, shares: np.ndarray, reach: int = 2) -> float:
    """The value with the greatest share on average over its neighbours: single shares differ by an item or two.

    Args:
        values: (n,) evenly spaced.
        shares: (n,) of each.
        reach: neighbours on each side; at the ends there are fewer.
    """
    window = np.ones(2 * reach + 1)
    means = np.convolve(shares, window, "same") / np.convolve(np.ones(len(shares)), window, "same")
    return float(values[means.argmax()])


Case = tuple[list[Hypothesis], str]
"""What the networks say of an ink, and the canonical form of what was written."""


def cases(reader: Reader, expressions: list[crohme.Expression], as_images: bool = False) -> list[Case]:
    """Hypotheses of annotated expressions, by their strokes or as images, which have other doubts."""
    found: list[Case] = []
    for e in expressions:
        if e.tree is None:
            continue
        try:
            ink = ink_from_image(drawn(e.ink)) if as_images else e.ink
        except ReadingError:
            continue
        found.append((reader.hypotheses(ink), e.tree.canonical))
    return found


_FITTED = (
    "grouping", "symbol", "whole", "layout", "parted", "pieces", "flip_symbol", "flip_layout", "rows", "arithmetic",
    "sound", "mixed", "alike", "stray", "geometry", "missing", "missing_symbol",
)  # fmt: skip
_ROUNDS = 6
_PARTS, _ROUNDS_OF_PARTS = 5, 3
"""Into how many parts expressions are dealt for the calibration, and rounds of the weights of each."""
_DRAWN = 40
_MORE_ARITHMETIC = 1.5
"""Log odds by which a reading is arithmetic rather than in CROHME, of which it is a tenth: people here calculate. Were
it a third, as here it is at the least, they would be as many."""
_STRENGTH = 0.5
"""Of the pull towards the weights of the round before: few expressions tell of some features."""


def fit_weights(start: Weights, read: list[Case], network: Network) -> tuple[Weights, float]:
    """The weights under which what was written is likeliest among the readings drawn, or none of these is.

    Confidence is calibrated on readings by weights that were fitted to the other parts of the given: with those that
    were fitted to an expression more is right, and surer, than with new ones.

    Returns:
        The weights and the share of expressions read right with them.
    """
    weights = _likeliest(start, read, network, _ROUNDS)
    _, right = _best(weights, read, network)
    odds, held_out = [], []
    for part in range(_PARTS):
        others = [case for k, case in enumerate(read) if k % _PARTS != part]
        found = _best(_likeliest(start, others, network, _ROUNDS_OF_PARTS), read[part::_PARTS], network)
        odds.append(found[0])
        held_out.append(found[1])
    log_odds, signs = np.concatenate(odds), np.where(np.concatenate(held_out), 1, -1)

    def loss(line: np.ndarray) -> float:
        return float(np.logaddexp(0, -(line[0] * log_odds + line[1]) * signs).sum())

    slope, offset = minimize(loss, [1.0, 0.0]).x
    return replace(weights, slope=float(slope), offset=float(offset)), float(right.mean())


def _likeliest(start: Weights, read: list[Case], network: Network, rounds: int) -> Weights:
    """Weights by conditional log likelihood (L-BFGS), confidence not calibrated; which readings are drawn depends on
    them, so it is done again. In the end arithmetic is made likelier than it is among the given."""
    weights = replace(start, slope=1.0, offset=0.0)
    for _ in range(rounds):
        features, lengths, right, ends = [], [], [], []
        for hypotheses, truth in read:
            drawn = draw_readings(hypotheses, _DRAWN, weights, network.grammar, network.geometry)
            features += [d.features - drawn[0].features for d in drawn]
            lengths.append(len(drawn[0].labels))
            right += [d.tree.canonical == truth for d in drawn]
            ends.append(len(features))
        weights = _fit(weights, np.array(features), np.array(lengths), np.array(right), np.array(ends))
    return replace(weights, arithmetic=weights.arithmetic + _MORE_ARITHMETIC)


def _best(weights: Weights, read: list[Case], network: Network) -> tuple[np.ndarray, np.ndarray]:
    """Log odds of the best reading of each case, and whether it is right."""
    best = [interpretations(hypotheses, 1, weights, network.grammar, network.geometry)[0] for hypotheses, _ in read]
    p = np.clip([b.confidence for b in best], 1e-6, 1 - 1e-6)
    right = np.array([b.tree.canonical == truth for b, (_, truth) in zip(best, read, strict=True)])
    return np.log(p / (1 - p)), right


def _fit(before: Weights, features: np.ndarray, lengths: np.ndarray, right: np.ndarray, ends: np.ndarray) -> Weights:
    """One round: features (readings, n) relative to each case's first reading; cases end at ``ends``."""
    starts = np.concatenate([[0], ends[:-1]])
    old = np.array([getattr(before, name) for name in _FITTED])
    known = np.logical_or.reduceat(right, starts)

    def loss(w: np.ndarray) -> float:
        scores = features @ w[:-2]
        missing = w[-2] + w[-1] * lengths
        total = np.logaddexp(np.logaddexp.reduceat(scores, starts), missing)
        hit = np.logaddexp.reduceat(np.where(right, scores, -1e9), starts)
        return float((total - np.where(known, hit, missing)).sum() + _STRENGTH * ((w - old) ** 2).sum())

    # Evidence never counts against a reading; only the odds of "none of these" may have any sign.
    bounds = [(0.0, 10.0)] * (len(_FITTED) - 2) + [(None, None)] * 2
    found = minimize(loss, old, method="L-BFGS-B", bounds=bounds).x
    return replace(before, **dict(zip(_FITTED, found.tolist(), strict=True)))
