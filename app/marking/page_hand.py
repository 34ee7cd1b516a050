"""Rows in doubt, weighed with how their digits look beside those of the page's other rows, all of one hand.

What they come to plays no part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from app.marking.found import Found
from app.marking.glance import at_once
from app.marking.problem import Version
from app.marking.same_hand import digit_ratios, weighed
from app.reading.network import Network, to_looks

_PLAIN = 0.9
"""Probability of a row's likeliest reading from which its digits are examples for others."""
_IN_DOUBT = 0.99
"""Probability of a row's likeliest reading below which it is weighed anew."""
_LEAST_EXAMPLES = 5
_LEAST_COUNTED = 1e-4
"""Probability of a version from which it is weighed."""


def weighed_by_hand(found: Sequence[Found], network: Network, threads: int = 1) -> list[Found]:
    """The problems of a page, those in doubt weighed with the looks of their digits.

    Args:
        found: in any order; those whose digits were not seen stay as they are.
        network: tells how digits look.
        threads: in which they are looked at.
    """
    places = [sum(len(row.groups) for row in f.digits) for f in found]
    sure = [f.versions[0].probability for f in found]
    doubtful = [k for k, count in enumerate(places) if count and sure[k] < _IN_DOUBT]
    plain = [k for k, count in enumerate(places) if count and sure[k] >= _PLAIN]
    again = list(found)
    if not doubtful or not plain:
        return again
    used = sorted({*doubtful, *plain})
    of_problem = np.repeat(used, [places[k] for k in used])
    labels = np.array([label or "" for k in used for label in _labels(found[k], found[k].versions[0])])
    images = [row.images for k in used for row in found[k].digits if len(row.groups)]
    ratios, handwritten = _looks(np.concatenate(images), network, threads)
    example = handwritten & (labels != "") & np.isin(of_problem, plain)
    for k in doubtful:
        own, others = of_problem == k, example & (of_problem != k)
        if others.sum() >= _LEAST_EXAMPLES:
            said = ratios[np.ix_(own, others)] * handwritten[own, None, None]
            again[k] = replace(found[k], versions=_weighed(found[k], said, labels[others]))
    return again


def _labels(found: Found, version: Version) -> list[str | None]:
    """What the digits of a problem are in one way to read it."""
    return [label for row in found.digits if len(row.groups) for label in row.labels(version.cells)]


def _looks(images: np.ndarray, network: Network, threads: int) -> tuple[np.ndarray, np.ndarray]:
    """How much likelier looks make it that any two are the same, (n, n, 2), and which of them are handwritten."""
    seen = at_once(network.glance, images, threads)
    looks = to_looks(seen.features) if seen.features is not None else network.looks(images)
    return digit_ratios(seen.symbol, looks), seen.hand > 0


def _weighed(found: Found, said: np.ndarray, labels: np.ndarray) -> tuple[Version, ...]:
    """Ways to read a problem, weighed with what examples, of known labels, say of its digits: (n, examples, 2)."""

    def agreement(version: Version) -> float:
        if version.probability < _LEAST_COUNTED:
            return 0.0
        read = _labels(found, version)
        return sum(_evidence(ratios, labels == label) for ratios, label in zip(said, read, strict=True) if label)

    return tuple(weighed(found.versions, [agreement(v) for v in found.versions]))


def _evidence(ratios: np.ndarray, same: np.ndarray) -> float:
    """What examples, (n, 2), say of a digit: the one most like it of its class, and the one of any other. Pairs are not
    independent of each other, so all the rest says nothing."""
    return 0.5 * float(ratios[same, 1].max(initial=0.0) + ratios[~same, 0].min(initial=0.0))
