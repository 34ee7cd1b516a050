"""Measures of reading, with their formulas."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from models.layout_tree import LayoutTree


def errors(
    truth_groups: Sequence[tuple[int, ...]], truth: LayoutTree, groups: Sequence[tuple[int, ...]], tree: LayoutTree
) -> int:
    """Number of wrong symbols and relations of a reading, as in CROHME's "≤ 1 error" columns.

    A true symbol that is not grouped, or not named, right is one error; so is a right symbol with a wrong
    parent or relation.
    """
    position = {g: i for i, g in enumerate(groups)}
    wrong = 0
    for group, node in zip(truth_groups, truth.nodes, strict=True):
        i = position.get(group)
        if i is None or tree.nodes[i].label != node.label:
            wrong += 1
            continue
        found = tree.nodes[i]
        parent = groups[found.parent] if found.parent >= 0 else None
        wanted = truth_groups[node.parent] if node.parent >= 0 else None
        wrong += found.relation != node.relation or (parent != wanted and wanted in position)
    return wrong


@dataclass
class ExpressionRate:
    """ExpRate: right expressions / all expressions; and symbols segmented, and named, / true symbols."""

    total: int = 0
    right: int = 0
    at_most: Counter = field(default_factory=Counter)
    within_alternatives: int = 0
    symbols: int = 0
    segmented: int = 0
    named: int = 0
    found: int = 0

    def __str__(self) -> str:
        share = [f"{self.right}/{self.total} = {self.right / max(self.total, 1):.2%}"]
        if self.symbols:
            share += [f"≤{k}: {self.at_most[k] / max(self.total, 1):.2%}" for k in (1, 2)]
            share += [f"symbols segmented {self.segmented / self.symbols:.2%}, named {self.named / self.symbols:.2%}"]
            share += [f"precision {self.segmented / max(self.found, 1):.2%}"]
        share += [f"with alternatives {self.within_alternatives / max(self.total, 1):.2%}"]
        return ", ".join(share)


def expected_calibration_error(confidence: np.ndarray, right: np.ndarray, bins: int = 10) -> float:
    """ECE: mean over equal-width bins of |share right − mean confidence|, weighted by bin size (Guo et al., 2017)."""
    index = np.minimum((confidence * bins).astype(int), bins - 1)
    total = 0.0
    for b in range(bins):
        members = index == b
        if members.any():
            total += members.mean() * abs(right[members].mean() - confidence[members].mean())
    return float(total)


def calibration_error_by_chance(confidence: np.ndarray, draws: int = 200, bins: int = 10) -> float:
    """The calibration error that so many readings would have if each were right with exactly its confidence.

    Consistency resampling (Bröcker and Smith, Weather and Forecasting 22(3), 2007): what is right is drawn anew.
    """
    rng = np.random.default_rng(0)
    drawn = rng.random((draws, len(confidence))) < confidence
    return float(np.mean([expected_calibration_error(confidence, right, bins) for right in drawn]))
