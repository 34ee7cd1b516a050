"""A geometric model of neighbours: how large symbols are, and where they stand, for what they are.

A class is as tall as its letters are cast, and stands where: a capital S is 1.6 times as tall as a small one, a p hangs
below the line. Given their classes and relation, the heights and middles of two neighbours are a Gaussian around that
(Álvaro, Sánchez and Benedí, ICDAR 2013, classify relations by such measures; here what they tell of classes counts,
too).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.layout_tree import LayoutTree, Relation
from models.vocabulary import INDEX

MODELLED: tuple[Relation, ...] = (Relation.RIGHT, Relation.SUPERSCRIPT, Relation.SUBSCRIPT)
"""Relations in whose place a symbol's size and height tell something."""
FLAT = frozenset(("-", "=", ".", ",", "\\ldots", "\\cdot", "\\pm", "\\rightarrow", "\\sqrt"))
"""Classes that have no height of their own."""
_ODD = 0.02
"""Share of neighbours that stand anyhow."""
_LEAST, _MOST = -4.0, 3.0
"""Bounds of what two neighbours may tell."""
_CLOSEST, _FARTHEST = 0.2, 3.0
"""Bounds of the ratio of two sizes where it scales how high a symbol stands."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Neighbours: n pairs of a parent and a child.

    Attributes:
        classes: (n, 2) of parent and child.
        relations: (n,) indices into ``MODELLED``.
        measures: (n, 2) logarithm of the child's height by the parent's, and how much lower its middle is in heights of
            the parent.
    """

    classes: np.ndarray
    relations: np.ndarray
    measures: np.ndarray


def pairs_of(labels: Sequence[str], tree: LayoutTree, boxes: np.ndarray) -> Pairs:
    """The neighbours of a tree whose measures tell something.

    Args:
        labels: of its symbols.
        tree: over them.
        boxes: (n, 4) of the pen's way of each.
    """
    heights = boxes[:, 3] - boxes[:, 1]
    tall = [label not in FLAT and height > 0 for label, height in zip(labels, heights.tolist(), strict=True)]
    found = [
        (node.parent, i, MODELLED.index(node.relation))
        for i, node in enumerate(tree.nodes)
        if node.relation in MODELLED and tall[i] and tall[node.parent]
    ]
    parents, children, relations = np.array(found, int).reshape(-1, 3).T
    classes = np.array([INDEX[label] for label in labels])
    middles = (boxes[:, 1] + boxes[:, 3]) / 2
    above = heights[parents]
    measures = np.stack([np.log(heights[children] / above), (middles[children] - middles[parents]) / above], 1)
    return Pairs(np.stack([classes[parents], classes[children]], 1), relations, measures)


@dataclass(frozen=True, slots=True)
class Geometry:
    """What is usual of neighbours.

    Attributes:
        size: (labels,) logarithm of a class's height, in that of a digit.
        drop: (labels,) how much lower than its row's middle its own is, in heights of a digit.
        spread: (labels,) how much more variable than usual it is; 0 for classes that nothing is known of.
        mean: (relations, 2) of the logarithm of the ratio of two rows' sizes, and of how much lower the child's is, in
            sizes of the parent's.
        covariance: (relations, 2, 2) of the same.
        usual_mean: (2,) of measures of neighbours of whatever classes and relation.
        usual_covariance: (2, 2) of the same.
    """

    size: np.ndarray
    drop: np.ndarray
    spread: np.ndarray
    mean: np.ndarray
    covariance: np.ndarray
    usual_mean: np.ndarray
    usual_covariance: np.ndarray

    @classmethod
    def load(cls, path: Path) -> Geometry:
        """From a file of the arrays, as :meth:`save` writes it."""
        with np.load(path) as archive:
            return cls(**{name: archive[name].astype(np.float64) for name in archive})

    def save(self, path: Path) -> None:
        """Write the arrays in single precision."""
        np.savez_compressed(path, **{name: getattr(self, name).astype(np.float32) for name in self.__slots__})

    def deviations(self, pairs: Pairs) -> np.ndarray:
        """(n, 2): the measures of rows instead of symbols, less what is usual of their relation."""
        parents, children = pairs.classes.T
        ratio = pairs.measures[:, 0] - (self.size[children] - self.size[parents])
        lower = pairs.measures[:, 1] * np.exp(self.size[parents])
        scale = np.clip(np.exp(ratio), _CLOSEST, _FARTHEST)
        lower = lower - (self.drop[children] * scale - self.drop[parents])
        return np.stack([ratio, lower], 1) - self.mean[pairs.relations]

    def score(self, labels: Sequence[str], tree: LayoutTree, boxes: np.ndarray) -> float:
        """Log probability of a tree's sizes and places given its classes, in excess of what is usual.

        Args:
            labels: of its symbols.
            tree: over them.
            boxes: (n, 4) of the pen's way of each, y down, in any unit.
        """
        pairs = pairs_of(labels, tree, boxes)
        known = (self.spread[pairs.classes] > 0).all(1)
        pairs = Pairs(pairs.classes[known], pairs.relations[known], pairs.measures[known])
        spread = np.sqrt(self.spread[pairs.classes].prod(1))
        covariance = self.covariance[pairs.relations] * spread[:, None, None]
        # Rows are measured in their own sizes, which the densities of symbols' measures are not.
        told = _log_normal(self.deviations(pairs), covariance) + self.size[pairs.classes[:, 0]]
        told -= _log_normal(pairs.measures - self.usual_mean, self.usual_covariance[None])
        return float(np.clip(np.logaddexp(np.log(1 - _ODD) + told, np.log(_ODD)), _LEAST, _MOST).sum())


def _log_normal(deviations: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    """Log density (n,) of deviations (n, 2), but for a constant, by covariances (n or 1, 2, 2)."""
    (a, b), (_, d) = covariance.transpose(1, 2, 0)
    x, y = deviations.T
    determinant = a * d - b * b
    return -0.5 * (d * x * x - 2 * b * x * y + a * y * y) / determinant - 0.5 * np.log(determinant)
