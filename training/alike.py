"""How much looking alike says of two digits of one hand: ``python -m training alike`` prints what the marker uses.

Each pair of digits within an expression is the same or not. What each is by itself says how likely that is; logistic
regression finds what their looks add (after Sarkar and Nagy, IEEE PAMI 27(1), 2005).
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
from sklearn.linear_model import LogisticRegression

from app.marking.same_hand import expected_same
from app.reading.network import Network
from training import crohme
from training.augmentation import Augmentation, draw
from training.sources import NO_LABEL, Sample, data_directory

_TIMES = 3
"""How often each expression is drawn."""
_DIGITS = frozenset("0123456789")


def fit_alike(network: Network, archive: str = crohme.VALIDATION, seed: int = 0) -> tuple[float, float, float]:
    """Constant, weight of the looks' product, and weight of the expected logit, of the logit that two are the same."""
    rng = np.random.default_rng(seed)
    rows: list[tuple[float, float]] = []
    same: list[bool] = []
    for e in list(crohme.read_archive(data_directory() / archive)) * _TIMES:
        digits = [i for i, label in enumerate(e.labels) if label in _DIGITS]
        if len(digits) < 2:
            continue
        drawn = [draw(Sample(e.ink, e.groups[i], NO_LABEL), Augmentation(), rng, True) for i in digits]
        images = np.stack(drawn)
        looks, expected = network.looks(images), expected_same(images, network)
        for a, b in combinations(range(len(digits)), 2):
            p = expected[a, b]
            rows.append((float(looks[a] @ looks[b]), float(np.log(p / (1 - p)))))
            same.append(e.labels[digits[a]] == e.labels[digits[b]])
    found = LogisticRegression(C=np.inf).fit(np.array(rows), np.array(same))
    return float(found.intercept_[0]), float(found.coef_[0, 0]), float(found.coef_[0, 1])
