"""Characters of many hands by label, to write made-up rows with."""

from __future__ import annotations

import pickle
import zlib
from functools import cache
from pathlib import Path

import numpy as np

from app.reading.loading import load_network
from app.reading.scoring import log_softmax
from models.line_recogniser import CHARACTERS
from models.vocabulary import INDEX, LABELS
from training.batches import load_sources
from training.classified import classify_samples
from training.sources import Sample

_SOURCES = {"symbols": 0.35, "unipen": 0.3, "mnist": 0.15, "bhmsds": 0.12, "mdas": 0.08, "detexify": 0.06}
"""Probability of each set where it has a character."""
_LEAST_LIKELY = 0.02
"""Probability among the characters of a row below which a sample's label is taken for wrong."""
_MOST = 4000
"""Samples of a class and set at the most."""


Glyphs = dict[str, tuple[list[list[Sample]], np.ndarray]]


@cache
def glyphs(validation: bool, cache: Path = Path("cache")) -> Glyphs:
    """Samples of each label as lists, one a set, with the probability of each set; kept in a file from run to run.

    Single characters whose label the classifier thinks hopeless are left out: UNIPEN has wrong ones, and a row that
    nobody could read teaches nothing. Those of whole expressions stay.
    """
    part = "validation" if validation else "training"
    wanted = zlib.crc32(repr((CHARACTERS, _SOURCES, _LEAST_LIKELY, _MOST)).encode())
    kept = cache / f"glyphs-{part}-{wanted:08x}.pkl"
    if not kept.exists():
        kept.write_bytes(pickle.dumps(_chosen(load_sources(validation, cache / f"{part}.pkl"))))
    return pickle.loads(kept.read_bytes())


def _chosen(sources: dict[str, list[Sample]]) -> Glyphs:
    found: dict[str, tuple[list[list[Sample]], list[float]]] = {label: ([], []) for label in CHARACTERS}
    rng = np.random.default_rng(0)
    for name, share in _SOURCES.items():
        by_label: dict[str, list[Sample]] = {}
        for sample in sources[name]:
            if sample.label >= 0 and LABELS[sample.label] in found:
                by_label.setdefault(LABELS[sample.label], []).append(sample)
        for label, samples in by_label.items():
            kept = [samples[i] for i in rng.permutation(len(samples))[:_MOST]]
            if name != "symbols":
                kept = _likely(kept)
            if kept:
                found[label][0].append(kept)
                found[label][1].append(share)
    return {label: (sets, np.array(shares) / sum(shares)) for label, (sets, shares) in found.items() if sets}


def _likely(samples: list[Sample]) -> list[Sample]:
    network = load_network(device="cpu")
    classes = [INDEX[label] for label in CHARACTERS]
    probability = np.exp(log_softmax(classify_samples(network, samples).symbol[:, classes]))
    own = [classes.index(s.label) for s in samples]
    return [s for s, p, i in zip(samples, probability, own, strict=True) if p[i] >= _LEAST_LIKELY]
