"""What the networks say of candidates by themselves: their picture to the classifier, their pen's way to another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from app.reading.network import Classified, Network
from models.ink import Ink
from models.rendering import render
from models.trace import paths_of, trace_input


def classify(
    network: Network,
    ink: Ink,
    groups: Sequence[tuple[int, ...]],
    trace: float,
    images: np.ndarray | None = None,
    features: np.ndarray | None = None,
) -> Classified:
    """Classify candidates of an ink.

    Args:
        network: the trained networks.
        ink: strokes or blobs.
        groups: pieces of each candidate, one at least.
        trace: weight of the trace classifier, which only strokes are shown to, beside 1 for the classifier: a product
            of experts (Hinton, ICANN 1999).
        images: the candidates as drawn, so that they need not be drawn again.
        features: what ``Network.sift`` found of them.

    Raises:
        StoppedError: the reading in progress is to stop.
    """
    found = network.classify(render(ink, groups) if images is None else images, features)
    return replace(found, symbol=found.symbol + trace * traced(network, ink, groups)) if trace and ink.online else found


def traced(network: Network, ink: Ink, groups: Sequence[tuple[int, ...]]) -> np.ndarray:
    """Class log probabilities of candidates of strokes, (len(groups), classes), by the pen's way alone."""
    return network.trace(*trace_input(paths_of(ink, groups), np.array([len(group) for group in groups])))
