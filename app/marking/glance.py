"""A first look at pieces of ink, each by itself, before a row is read."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.marking.rows import ALPHABET
from app.reading.network import Classified, Network
from app.reading.scoring import log_softmax
from models.ink import Blob, Ink
from models.rendering import render
from models.vocabulary import LABELS

OF_ARITHMETIC = np.array([label in ALPHABET for label in LABELS])
"""Which labels stand on worksheets."""


def glance(symbols: Sequence[Sequence[Blob]], height: float, pen: float, network: Network) -> np.ndarray:
    """The probabilities of :func:`look_at`, (n, labels)."""
    return np.exp(log_softmax(look_at(symbols, height, pen, network).symbol))


def look_at(symbols: Sequence[Sequence[Blob]], height: float, pen: float, network: Network) -> Classified:
    """What each symbol looks like by itself.

    Args:
        symbols: the pieces of each.
        height: the page's symbol height in pixels.
        pen: its pen width in pixels.
        network: tells symbols.
    """
    if not symbols:
        return Classified(np.zeros((0, len(LABELS))), np.zeros(0), np.zeros(0))
    images = [render(Ink(tuple(blobs), pen, height), [tuple(range(len(blobs)))]) for blobs in symbols]
    return network.glance(np.concatenate(images))
