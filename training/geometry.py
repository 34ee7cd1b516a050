"""Learning how large symbols are, and where they stand, from CROHME's training expressions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from models.geometry import MODELLED, Geometry, Pairs, pairs_of
from models.vocabulary import INDEX, LABELS
from training import crohme

_RIDGE = 3.0
"""Pull of each class towards a digit's measures, in neighbours."""
_RARE = 20
"""Neighbours of usual variability added to those of each class; relations with fewer are as any."""
_LEAST_KNOWN = 5
"""Neighbours below which nothing is known of a class."""
_FARTHEST = np.array([1.6, 2.5])
"""Greatest measures of neighbours that are no slip of the pen or of an annotator."""
_OUTLIER = 3.0
"""The same of deviations, in standard deviations."""
_WIDER = 1.3
"""By how much variances are larger than those of what is no outlier."""


def learn_geometry(expressions: Iterable[crohme.Expression]) -> Geometry:
    """The geometry of annotated expressions."""
    found = [
        pairs_of([n.label for n in e.tree.nodes], e.tree, np.array([e.ink.box_of(g) for g in e.groups], float))
        for e in expressions
        if e.tree
    ]
    pairs = Pairs(*(np.concatenate([getattr(p, name) for p in found]) for name in Pairs.__slots__))
    near = (np.abs(pairs.measures) < _FARTHEST).all(1)
    pairs = Pairs(pairs.classes[near], pairs.relations[near], pairs.measures[near])
    zeros = np.zeros(len(LABELS))
    digits = [INDEX[str(d)] for d in range(10)]
    rows = pairs.relations == 0
    parents, children = pairs.classes[rows].T
    ratio, lower = pairs.measures[rows].T
    size = _least_squares(children, parents, np.ones(len(ratio)), ratio)
    size -= size[digits].mean()
    scale = np.clip(np.exp(ratio - size[children] + size[parents]), 0.5, 2)
    drop = _least_squares(children, parents, scale, lower * np.exp(size[parents]))
    count = len(MODELLED)
    learned = Geometry(
        size, drop, zeros, np.zeros((count, 2)), np.zeros((count, 2, 2)), pairs.measures.mean(0),
        np.cov(pairs.measures.T),
    )  # fmt: skip
    deviations = learned.deviations(pairs)
    of_relation = [deviations[pairs.relations == r] for r in range(count)]
    mean, covariance = zip(*(_robust(d if len(d) > _RARE else deviations) for d in of_relation), strict=True)
    learned = replace(learned, mean=np.array(mean), covariance=np.array(covariance))
    return replace(learned, spread=_spread(learned, pairs))


def _least_squares(children: np.ndarray, parents: np.ndarray, scale: np.ndarray, measured: np.ndarray) -> np.ndarray:
    """(labels,): what is nearest to ``scale`` times a child's value less its parent's being as measured."""
    design = np.zeros((len(measured), len(LABELS)))
    design[np.arange(len(measured)), children] += scale
    design[np.arange(len(measured)), parents] -= 1
    return np.linalg.solve(design.T @ design + _RIDGE * np.eye(len(LABELS)), design.T @ measured)


def _robust(deviations: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and covariance of what lies within some standard deviations of the median."""
    middle = np.median(deviations, 0)
    scale = 1.4826 * np.median(np.abs(deviations - middle), 0)
    kept = deviations[(np.abs(deviations - middle) < _OUTLIER * scale).all(1)]
    return kept.mean(0), _WIDER * np.cov(kept.T)


def _spread(learned: Geometry, pairs: Pairs) -> np.ndarray:
    """(labels,): variance of each class's neighbours in that of all, 0 for classes that have hardly any."""
    variances = np.diagonal(learned.covariance, axis1=1, axis2=2)[pairs.relations]
    squares = np.minimum(learned.deviations(pairs) ** 2 / variances, _OUTLIER**2).mean(1)
    counts, sums = np.zeros(len(LABELS)), np.zeros(len(LABELS))
    for column in pairs.classes.T:
        np.add.at(counts, column, 1)
        np.add.at(sums, column, squares)
    spread = (sums / squares.mean() + _RARE) / (counts + _RARE)
    return np.where(counts >= _LEAST_KNOWN, spread, 0.0)
