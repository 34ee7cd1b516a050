"""How much looking alike says of two symbols of one hand, for :mod:`app.reading.alike`."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from sklearn.linear_model import LogisticRegression

from app.reading.alike import Likeness, expected_same
from app.reading.network import Network
from app.reading.scoring import log_softmax
from models.vocabulary import INDEX, LABELS
from training import crohme
from training.augmentation import Augmentation, draw
from training.sources import NO_LABEL, Sample, data_directory

_TIMES = 3
"""How often each expression is drawn."""


def fit_likeness(network: Network, labels: Sequence[str] = LABELS, seed: int = 0) -> Likeness:
    """Logistic regression on all pairs of symbols with some labels within each expression of CROHME 2013.

    They are drawn as photographs and, every other time, as strokes.
    """
    rng = np.random.default_rng(seed)
    classes = [INDEX[label] for label in labels]
    rows: list[tuple[float, float]] = []
    same: list[bool] = []
    for number, e in enumerate(list(crohme.read_archive(data_directory() / crohme.VALIDATION)) * _TIMES):
        chosen = [i for i, label in enumerate(e.labels) if label in labels]
        if len(chosen) < 2:
            continue
        samples = [Sample(e.ink, e.groups[i], NO_LABEL) for i in chosen]
        images = np.stack([draw(sample, Augmentation(), rng, number % 2 == 0) for sample in samples])
        looks = network.looks(images)
        expected = expected_same(np.exp(log_softmax(network.classify(images).symbol[:, classes])))
        for a, b in combinations(range(len(chosen)), 2):
            rows.append((float(looks[a] @ looks[b]), float(np.log(expected[a, b] / (1 - expected[a, b])))))
            same.append(e.labels[chosen[a]] == e.labels[chosen[b]])
    found = LogisticRegression(C=np.inf).fit(np.array(rows), np.array(same))
    return Likeness(float(found.intercept_[0]), float(found.coef_[0, 0]), float(found.coef_[0, 1]))
