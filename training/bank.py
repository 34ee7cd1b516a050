"""The bank: what classifiers say of whole expressions that they have never seen.

The context parser must learn from honest doubts. A classifier is far too sure of ink it was trained on, so
each training expression is classified by a network whose training left its fold out (cross-fitting, as in
stacked generalisation: Wolpert, 1992).
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch.utils.data import Dataset
from tqdm import tqdm

from app.reading.candidates import candidate_groups
from app.reading.lattice import best_groupings
from app.reading.scoring import grouping_scores
from models.layout_tree import LayoutTree
from models.loading import load_weights
from models.network import Classifier
from models.rendering import render
from models.trace import paths_of, trace_input
from models.trace_classifier import TraceClassifier
from models.vocabulary import INDEX
from training import crohme
from training.augmentation import Augmentation, draw, with_neighbours
from training.batches import drawn_by
from training.folds import fold_of
from training.precision import mixed_precision
from training.sources import NO_LABEL, Sample, data_directory, detexify, mdas, unipen
from training.traces import TracesConfiguration, varied
from training.tuning import fit_temperature, fit_trace

Classify = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]
"""uint8 images (n, 6, 32, 32) → symbol logits (n, classes), whole logits (n,)."""
Trace = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""Ways (n, POINTS, 3) of :func:`models.trace.paths_of` and how many strokes each has (n,) → class log probabilities."""


class Fold(NamedTuple):
    """Classifiers whose training left one fold of the expressions out."""

    classify: Classify
    trace: Trace


@dataclass(frozen=True, eq=False)
class BankExpression:
    """One expression with all that the context parser learns from.

    Attributes:
        groups: candidates: the true symbols first, then others that occur in likely groupings.
        boxes: (n, 4) of the candidates.
        times: (n,) index of the first stroke.
        reference: the ink's reference size.
        tree: layout over the true symbols.
        labels: label index of the true symbols.
        groupings: likely groupings as candidate indices, best first; the truth may be among them.
        logits: (variants, n, classes) symbol logits, float16; variant 0 is drawn as serving draws, every other one
            (the odd ones) as a photograph shows it, without the pen's way.
        traces: (variants, n, classes) log probabilities by the pen's way, float16; 0 where it is not known.
        whole: (variants, n) whole logits.
    """

    groups: tuple[tuple[int, ...], ...]
    boxes: np.ndarray
    times: np.ndarray
    reference: float
    tree: LayoutTree
    labels: np.ndarray
    groupings: tuple[tuple[int, ...], ...]
    logits: np.ndarray
    traces: np.ndarray
    whole: np.ndarray


def load_classifier(path: Path, backbone: str) -> Classify:
    """A trained classifier as a function on arrays."""
    model = load_weights(Classifier(backbone), path).to(memory_format=torch.channels_last)

    def classify(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        with torch.inference_mode(), mixed_precision("cpu"):
            outputs = model(torch.from_numpy(images))
        return outputs.symbol.float().numpy(), outputs.whole.float().numpy()

    return classify


def load_trace_classifier(path: Path) -> Trace:
    """A trained trace classifier as a function on arrays."""
    model = load_weights(TraceClassifier(), path)

    def trace(paths: np.ndarray, strokes: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            return model(*(torch.from_numpy(a) for a in trace_input(paths, strokes))).numpy()

    return trace


def is_photograph(variant: int) -> bool:
    """Whether a bank's variant is drawn as a photograph shows it."""
    return variant % 2 == 1


def bank_expression(
    e: crohme.Expression, fold: Fold, variants: int, rng: np.random.Generator, most: int = 6
) -> BankExpression | None:
    """Classify one annotated expression; ``None`` if it has no layout tree."""
    if e.tree is None or len(set(e.groups)) != len(e.groups):
        return None
    groups = list(dict.fromkeys((*e.groups, *candidate_groups(e.ink))))
    logits, whole = fold.classify(render(e.ink, groups))
    ordered = sorted(range(len(groups)), key=lambda i: groups[i])
    scores = grouping_scores(logits, whole, e.ink.connected(groups))
    found = best_groupings([groups[i] for i in ordered], scores[ordered], len(e.ink.pieces), most=most, margin=10)
    groupings = [tuple(ordered[i] for i in g.candidates) for g in found]
    used = list(dict.fromkeys([*range(len(e.groups)), *(i for g in groupings for i in g)]))
    position = {i: k for k, i in enumerate(used)}
    kept = tuple(groups[i] for i in used)
    paths, strokes = paths_of(e.ink, kept), np.array([len(g) for g in kept])
    seen = [(logits[used], fold.trace(paths, strokes), whole[used])]
    for k in range(1, variants):
        images = np.stack([draw(Sample(e.ink, g, NO_LABEL), Augmentation(), rng, is_photograph(k)) for g in kept])
        logits, whole = fold.classify(images)
        hidden = is_photograph(k)
        traces = np.zeros_like(logits) if hidden else fold.trace(varied(paths, TracesConfiguration(), rng), strokes)
        seen.append((logits, traces, whole))
    all_logits, all_traces, all_whole = (np.stack(column).astype(np.float16) for column in zip(*seen, strict=True))
    return BankExpression(
        groups=kept,
        boxes=np.array([e.ink.box_of(g) for g in kept], np.float32),
        times=np.array([g[0] for g in kept]),
        reference=e.ink.reference_size,
        tree=e.tree,
        labels=np.array([INDEX[label] for label in e.labels]),
        groupings=tuple(tuple(position[i] for i in g) for g in groupings),
        logits=all_logits,
        traces=all_traces,
        whole=all_whole,
    )


def calibrated(bank: Sequence[BankExpression]) -> tuple[list[BankExpression], float]:
    """A bank whose logits are calibrated, the pen's way counted in where it is known, as the reader does both.

    Returns:
        The bank, without traces of its own, and the temperature of logits without them.
    """
    labels = np.concatenate([e.labels for e in bank])
    seen = np.concatenate([e.logits[0][: len(e.labels)] for e in bank]).astype(np.float32)
    traces = np.concatenate([e.traces[0][: len(e.labels)] for e in bank]).astype(np.float32)
    weight, temperature = fit_trace(seen, traces, labels)
    of_photographs = fit_temperature(seen, labels)
    print(f"bank: trace {weight:.2f}, temperature {temperature:.2f}, of photographs {of_photographs:.2f}")

    def logits(e: BankExpression) -> np.ndarray:
        divisors = np.where(is_photograph(np.arange(len(e.logits))), of_photographs, temperature)[:, None, None]
        return ((e.logits + weight * e.traces.astype(np.float32)) / divisors).astype(np.float16)

    return [replace(e, logits=logits(e), traces=np.empty(0, np.float16)) for e in bank], of_photographs


@dataclass(frozen=True, eq=False)
class Look:
    """One symbol as a classifier sees it, to be placed anywhere.

    Attributes:
        label: label index.
        logits: (classes,) symbol logits.
        whole: whole logit.
        size: (width, height) in reference sizes of a row of digits.
    """

    label: int
    logits: np.ndarray
    whole: float
    size: tuple[float, float]


_SCHOOL_HEIGHTS = {
    "*": 0.5, ":": 0.5, "%": 1.0, "\\cdot": 0.12, "\\approx": 0.35, "?": 1.0, "\\square": 1.0, "\\circ": 0.3,
}  # fmt: skip
"""Usual heights, in heights of a digit, of the symbols that CROHME's expressions do not have."""


def school_looks(path: Path, classify: Classify, temperature: float, most: int = 250, seed: int = 0) -> list[Look]:
    """Looks of the vocabulary's symbols that occur in no CROHME expression, from the sets of single symbols.

    Args:
        path: a file that keeps the result; if it exists it is read instead.
        classify: a classifier.
        temperature: divides its logits.
        most: drawings of each label.
        seed: of what is drawn how.
    """
    if path.exists():
        return pickle.loads(path.read_bytes())
    rng = np.random.default_rng(seed)
    samples = [s for read in (unipen, detexify, mdas) for validation in (False, True) for s in read(validation)]
    looks = []
    for name, height in _SCHOOL_HEIGHTS.items():
        pool = [s for s in samples if s.label == INDEX[name]]
        for _ in range(most if pool else 0):
            sample = pool[rng.integers(len(pool))]
            others = [samples[i] for i in rng.integers(len(samples), size=2)]
            image = draw(with_neighbours(sample, others, rng), Augmentation(), rng)
            logits, whole = classify(image[None])
            x0, y0, x1, y1 = sample.ink.box_of(sample.group)
            tall = height * float(np.exp(rng.normal(0, 0.2)))
            wide = tall * min((x1 - x0) / max(y1 - y0, 1e-6), 3.0)
            looks.append(
                Look(sample.label, (logits[0] / temperature).astype(np.float16), float(whole[0]), (wide, tall))
            )
    path.write_bytes(pickle.dumps(looks))
    return looks


def build_bank(
    path: Path, archive: str, folds: Sequence[Fold], variants: int, seed: int = 0, workers: int = 2
) -> list[BankExpression]:
    """Classify an archive's expressions and keep the result in a file.

    Args:
        path: the file; if it exists it is read instead.
        archive: name of the CROHME archive.
        folds: those of number *k* must not have seen fold *k* of as many folds as there are.
        variants: how many drawings of each candidate to classify, the first without augmentation.
        seed: of what is drawn how.
        workers: processes.
    """
    if path.exists():
        return pickle.loads(path.read_bytes())
    entries = _Entries(list(crohme.read_archive(data_directory() / archive)), folds, variants, seed)
    numbers = range(len(entries.expressions))
    found = tqdm(drawn_by(workers, entries, numbers), archive, len(numbers), mininterval=5)
    bank = [entry for entry in found if entry is not None]
    path.write_bytes(pickle.dumps(bank))
    return bank


class _Entries(Dataset):
    """Item = number of an expression → its entry of the bank, or ``None``."""

    def __init__(self, expressions: Sequence[crohme.Expression], folds: Sequence[Fold], variants: int, seed: int):
        self.expressions, self.folds, self.variants, self.seed = expressions, folds, variants, seed

    def __getitem__(self, number: int) -> BankExpression | None:
        e = self.expressions[number]
        fold = self.folds[fold_of(e.ink, len(self.folds))]
        return bank_expression(e, fold, self.variants, np.random.default_rng((self.seed, number)))
