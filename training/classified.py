"""What the classifier says of many samples, each of a drawing of its own."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.reading.network import Classified, Network
from models.rendering import render
from models.trace import paths_of, trace_input
from training.sources import Sample

_AT_ONCE = 512


def classify_samples(network: Network, samples: Sequence[Sample], trace: float = 0.0) -> Classified:
    """Classify samples.

    Args:
        network: the trained networks.
        samples: one at least.
        trace: weight of the trace classifier, if all samples are strokes.
    """
    parts = []
    for start in range(0, len(samples), _AT_ONCE):
        part = samples[start : start + _AT_ONCE]
        found = network.classify(np.concatenate([render(s.ink, [s.group]) for s in part]))
        symbol = found.symbol
        if trace:
            paths = np.concatenate([paths_of(s.ink, [s.group]) for s in part])
            symbol = symbol + trace * network.trace(*trace_input(paths, np.array([len(s.group) for s in part])))
        parts.append((symbol, found.whole, found.hand))
    return Classified(*(np.concatenate(column) for column in zip(*parts, strict=True)))
