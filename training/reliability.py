"""Reliability diagrams: how often readings are right that say they are right with a probability."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt

from training.evaluation import Outcome
from training.metrics import expected_calibration_error

_BINS = 10


def plot_reliability(sets: Mapping[str, Sequence[Outcome]], target: Path) -> None:
    """Draw one diagram for each set of readings (DeGroot and Fienberg, 1983), with its expected calibration error.

    Args:
        sets: outcomes by name; those without a reading have no confidence and are left out.
        target: file of the picture.
    """
    figure, grid = plt.subplots(1, len(sets), figsize=(4.5 * len(sets), 4), squeeze=False)
    for axes, (name, outcomes) in zip(grid[0], sets.items(), strict=True):
        read = [o for o in outcomes if o.reading]
        confidence = np.array([o.reading.best.confidence for o in read])
        right = np.array([o.right for o in read])
        bins = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
        counts = np.bincount(bins, minlength=_BINS)
        there = np.flatnonzero(counts)
        shares = [right[bins == b].mean() for b in there]
        axes.bar((there + 0.5) / _BINS, shares, 0.9 / _BINS, color="#88aadd")
        axes.plot([0, 1], [0, 1], "k--", linewidth=1)
        for b, share in zip(there, shares, strict=True):
            axes.text((b + 0.5) / _BINS, share, str(counts[b]), ha="center", va="bottom", fontsize=7)
        error = expected_calibration_error(confidence, right)
        axes.set(xlim=(0, 1), ylim=(0, 1.08), xlabel="confidence", ylabel="share right")
        axes.set_title(f"{name}: calibration error {error:.3f}", fontsize=9)
    figure.savefig(target, dpi=110, bbox_inches="tight")
    plt.close(figure)
