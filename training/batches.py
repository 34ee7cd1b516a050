"""Mixed, class-balanced batches from many sources, drawn while training runs."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset, Sampler

from training import crohme
from training.augmentation import NONE, Augmentation, draw, with_neighbours
from training.configuration import TrainingConfiguration
from training.sources import ISOLATED, NO_LABEL, Sample, data_directory, expression_samples

Batch = tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]
"""Images uint8 (B, 6, 32, 32); label int64 (B,), −1 for none; whole and hand float32 (B,)."""


def load_sources(validation: bool, cache: Path | None = None) -> dict[str, list[Sample]]:
    """All samples by source: ``symbols`` and ``groupings`` of CROHME, and the isolated sets.

    Args:
        validation: the held-out part (CROHME 2013, held-out writers) instead of the training part.
        cache: a file that keeps the parsed samples from run to run.
    """
    if cache is not None and cache.exists():
        return pickle.loads(cache.read_bytes())
    archive = crohme.VALIDATION if validation else crohme.TRAINING
    positives, negatives = expression_samples(list(crohme.read_archive(data_directory() / archive)))
    sources = {"symbols": positives, "groupings": negatives}
    sources |= {name: list(read(validation)) for name, read in ISOLATED.items()}
    if cache is not None:
        cache.parent.mkdir(parents=True, exist_ok=True)
        cache.write_bytes(pickle.dumps(sources))
    return sources


class DrawnBatches(Dataset):
    """Whole batches: item = list of (source number, sample number) → :data:`Batch`."""

    def __init__(
        self, sources: Sequence[Sequence[Sample]], augmentation: Augmentation, isolated: Sequence[bool], seed: int
    ) -> None:
        self.sources = sources
        self.augmentation = augmentation
        self.isolated = isolated
        self.seed = seed

    def __getitem__(self, item: tuple[int, list[tuple[int, int]]]) -> Batch:
        number, members = item
        rng = np.random.default_rng((self.seed, number))
        images, samples = [], []
        for source, index in members:
            sample = self.sources[source][index]
            if self.isolated[source] and rng.random() < self.augmentation.neighbours:
                pool = self.sources[source]
                others = [pool[i] for i in rng.integers(len(pool), size=rng.integers(1, 4))]
                sample = with_neighbours(sample, others, rng)
            images.append(draw(sample, self.augmentation, rng))
            samples.append(sample)
        return (
            torch.from_numpy(np.stack(images)),
            torch.tensor([s.label for s in samples]),
            torch.tensor([float(s.whole) for s in samples]),
            torch.tensor([float(s.hand) for s in samples]),
        )


def balanced(labels: np.ndarray, power: float) -> np.ndarray:
    """Probability of each sample of a source, so that its classes are drawn by count^power.

    Args:
        labels: (n,) of the samples, :data:`NO_LABEL` for none.
        power: 1 keeps the natural frequencies of classes, 0 makes all classes equally frequent.
    """
    weights = np.bincount(labels - NO_LABEL)[labels - NO_LABEL].astype(float) ** (power - 1)
    return weights / weights.sum()


class BalancedSampler(Sampler):
    """Draws sources by their shares and, inside a source, classes by count^power.

    Args:
        sources: samples by source.
        shares: probability of each source.
        power: 1 keeps the natural frequencies of classes, 0 makes all classes equally frequent.
        images: how many samples an epoch has.
    """

    def __init__(
        self,
        sources: Sequence[Sequence[Sample]],
        shares: Sequence[float],
        power: float,
        images: int,
        batch: int,
        seed: int,
    ) -> None:
        self.batches = images // batch
        self.batch, self.seed, self.epoch = batch, seed, 0
        weights, pairs = [], []
        for number, (samples, share) in enumerate(zip(sources, shares, strict=True)):
            weights.append(share * balanced(np.array([s.label for s in samples]), power))
            pairs += [(number, i) for i in range(len(samples))]
        self.cumulative = np.cumsum(np.concatenate(weights))
        self.pairs = pairs

    def __len__(self) -> int:
        return self.batches

    def __iter__(self) -> Iterator[tuple[int, list[tuple[int, int]]]]:
        rng = np.random.default_rng((self.seed, self.epoch))
        for number in range(self.batches):
            picks = np.searchsorted(self.cumulative, rng.random(self.batch) * self.cumulative[-1])
            yield self.epoch * self.batches + number, [self.pairs[i] for i in picks]
        self.epoch += 1


class InOrder(Sampler):
    """All samples of all sources once, in order."""

    def __init__(self, sources: Sequence[Sequence[Sample]], batch: int) -> None:
        pairs = [(n, i) for n, samples in enumerate(sources) for i in range(len(samples))]
        self.batches = [(k, pairs[start : start + batch]) for k, start in enumerate(range(0, len(pairs), batch))]

    def __len__(self) -> int:
        return len(self.batches)

    def __iter__(self) -> Iterator[tuple[int, list[tuple[int, int]]]]:
        return iter(self.batches)


def drawn_by(workers: int, dataset: Dataset, items: Iterable, stay: bool = False) -> DataLoader:
    """What a dataset draws of some items, by so many processes; 0 for this one.

    Args:
        workers: processes.
        dataset: draws whole batches.
        items: in their order.
        stay: whether the processes stay for another pass.
    """
    if workers:
        # As many processes as cores draw already. Set before they begin: OpenCV's threads do not live on in a copy of
        # this process, which would wait for them for ever.
        cv2.setNumThreads(1)
    return DataLoader(
        dataset, batch_size=None, sampler=items, num_workers=workers, persistent_workers=stay and workers > 0
    )


def training_loader(sources: dict[str, list[Sample]], c: TrainingConfiguration) -> DataLoader:
    """Endless variety: every epoch draws ``images`` samples anew, as a configuration says."""
    names = [n for n in c.shares if sources.get(n)]
    chosen = [sources[n] for n in names]
    sampler = BalancedSampler(chosen, [c.shares[n] for n in names], c.power, c.images, c.batch, c.seed)
    dataset = DrawnBatches(chosen, c.augmentation or NONE, [n in ISOLATED for n in names], c.seed)
    return drawn_by(c.workers, dataset, sampler, stay=True)


def validation_loader(sources: dict[str, list[Sample]], names: Sequence[str], batch: int, workers: int) -> DataLoader:
    """The named sources once, without augmentation."""
    chosen = [sources[n] for n in names]
    return drawn_by(workers, DrawnBatches(chosen, NONE, [False] * len(names), 0), InOrder(chosen, batch), stay=True)
