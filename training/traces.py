"""Training the trace classifier, with fastai."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from fastai.callback.progress import CSVLogger
from fastai.callback.schedule import lr_find as _lr_find  # noqa: F401  (adds Learner.fit_one_cycle)
from fastai.data.core import DataLoaders
from fastai.learner import Learner
from fastai.metrics import accuracy
from fastai.optimizer import Adam
from fastai.torch_core import default_device, set_seed
from torch.nn import functional as F

from models.trace import paths_of, trace_input
from models.trace_classifier import TraceClassifier
from training import crohme
from training.batches import balanced
from training.classifier import SaveLast, epochs_done, fit_the_rest, save_state
from training.configuration import RUNS
from training.deadline import by_the_clock
from training.folds import without_fold
from training.sources import data_directory, detexify, expression_samples, unipen

_SHARES = (0.55, 0.2, 0.25)
"""Of CROHME, UNIPEN and Detexify in training."""


@dataclass(frozen=True)
class TracesConfiguration:
    """Everything that decides how the trace classifier is trained.

    Attributes:
        epochs: passes; one pass draws ``traces`` samples.
        batch: samples a step.
        lr: greatest learning rate of the cycle.
        power: balance of classes inside a source, 1 natural … 0 uniform.
        rotation: standard deviation, radians.
        shear: standard deviation, tangent of the slant.
        stretch: standard deviation of the logarithm of width over height.
        reference: standard deviation of the logarithm of the reference size.
        wobble: standard deviation of the amplitude of smooth displacement, in candidate sizes.
        tremor: greatest standard deviation of points, in candidate sizes.
        seconds: that training may take, whatever ``epochs`` says; 0 for any time.
        exclude: fold of CROHME's training expressions to leave out, as [fold, folds]; empty for none.
    """

    epochs: int = 24
    traces: int = 200_000
    batch: int = 256
    lr: float = 4e-3
    weight_decay: float = 0.02
    label_smoothing: float = 0.05
    dropout: float = 0.2
    power: float = 0.6
    rotation: float = 0.1
    shear: float = 0.12
    stretch: float = 0.13
    reference: float = 0.15
    wobble: float = 0.03
    tremor: float = 0.012
    seed: int = 1
    seconds: float = 0
    exclude: Sequence[int] = ()


@dataclass(frozen=True, eq=False)
class Traces:
    """Written symbols.

    Attributes:
        paths: float16 (n, POINTS, 3), of ``models.trace.paths_of``.
        strokes: (n,) how many each has.
        labels: (n,) indices into ``models.vocabulary.LABELS``.
        sources: (n,) 0 for CROHME, 1 for UNIPEN, 2 for Detexify.
    """

    paths: np.ndarray
    strokes: np.ndarray
    labels: np.ndarray
    sources: np.ndarray


def load_traces(validation: bool, cache: Path | None = None, exclude: Sequence[int] = ()) -> Traces:
    """Every written symbol of the sets that have the pen's way.

    Args:
        validation: the held-out part (CROHME 2013, held-out writers) instead of the training part.
        cache: a file that keeps them from run to run.
        exclude: fold of CROHME's expressions to leave out, as [fold, folds]; empty for none.
    """
    if cache is not None and cache.exists():
        return pickle.loads(cache.read_bytes())
    archive = crohme.VALIDATION if validation else crohme.TRAINING
    written, _ = expression_samples(list(crohme.read_archive(data_directory() / archive)))
    if exclude:
        written = without_fold(written, *exclude)
    sources = [written, list(unipen(validation)), [s for s in detexify(validation) if s.whole]]
    samples = [s for source in sources for s in source]
    traces = Traces(
        np.concatenate([paths_of(s.ink, [s.group]).astype(np.float16) for s in samples]),
        np.array([len(s.group) for s in samples]),
        np.array([s.label for s in samples]),
        np.repeat(np.arange(len(sources)), [len(source) for source in sources]),
    )
    if cache is not None:
        cache.parent.mkdir(parents=True, exist_ok=True)
        cache.write_bytes(pickle.dumps(traces))
    return traces


def varied(paths: np.ndarray, c: TracesConfiguration, rng: np.random.Generator) -> np.ndarray:
    """Ways, float32 (n, POINTS, 3), each turned, slanted, stretched and with a hand's tremor, other ones each time."""
    count = len(paths)
    places = paths[..., :2] - (paths[..., :2].min(1, keepdims=True) + paths[..., :2].max(1, keepdims=True)) / 2
    size = np.maximum(np.abs(places).max((1, 2)) * 2, 0.3)[:, None, None]
    # Two slow sine waves an axis, as ``training.augmentation`` moves what is drawn.
    waves = np.sin(places @ (rng.normal(0, 4, (count, 2, 4)) / size) + rng.uniform(0, 2 * np.pi, (count, 1, 4)))
    moved = places + waves.reshape(count, -1, 2, 2).sum(3) * rng.normal(0, c.wobble, (count, 1, 1)) * size
    moved += rng.normal(size=moved.shape) * rng.uniform(0, c.tremor, (count, 1, 1)) * size
    angle, slant = rng.normal(0, c.rotation, count), rng.normal(0, c.shear, count)
    stretch, scale = np.exp(rng.normal(0, c.stretch / 2, count)), np.exp(rng.normal(0, c.reference, count))
    cos, sin, zero, one = np.cos(angle), np.sin(angle), np.zeros(count), np.ones(count)

    def matrices(a: np.ndarray, b: np.ndarray, d: np.ndarray, e: np.ndarray) -> np.ndarray:
        return np.stack([np.stack([a, b], 1), np.stack([d, e], 1)], 1)

    matrix = matrices(cos, -sin, sin, cos) @ matrices(one, slant, zero, one)
    matrix = matrix @ matrices(scale * stretch, zero, zero, scale / stretch)
    return np.concatenate([moved @ matrix.transpose(0, 2, 1), paths[..., 2:]], 2).astype(np.float32)


Batch = tuple[torch.Tensor, torch.Tensor, torch.Tensor]
"""Points and sizes of ``models.trace.trace_input``; labels int64 (B,)."""


def _batch(paths: np.ndarray, strokes: np.ndarray, labels: np.ndarray, device: torch.device) -> Batch:
    points, sizes = trace_input(paths, strokes)
    return tuple(torch.from_numpy(a).to(device) for a in (points, sizes, labels.astype(np.int64)))


class Epochs:
    """Batches of varied traces, balanced over sources and classes, other ones in each epoch.

    Args:
        traces: to draw from.
        c: how.
        first: epoch to begin with.
        device: where batches are wanted.
    """

    def __init__(self, traces: Traces, c: TracesConfiguration, first: int, device: torch.device) -> None:
        self.traces, self.c, self.epoch, self.device = traces, c, first, device
        weights = np.zeros(len(traces.labels))
        for source, share in enumerate(_SHARES):
            own = traces.sources == source
            if own.any():
                weights[own] = share * balanced(traces.labels[own], c.power)
        self.cumulative = np.cumsum(weights) / weights.sum()

    def __len__(self) -> int:
        return self.c.traces // self.c.batch

    def __iter__(self) -> Iterator[Batch]:
        rng = np.random.default_rng((self.c.seed, self.epoch))
        for _ in range(len(self)):
            chosen = np.minimum(np.searchsorted(self.cumulative, rng.random(self.c.batch)), len(self.cumulative) - 1)
            paths = varied(self.traces.paths[chosen].astype(np.float32), self.c, rng)
            yield _batch(paths, self.traces.strokes[chosen], self.traces.labels[chosen], self.device)
        self.epoch += 1


def validation_batches(traces: Traces, batch: int, device: torch.device) -> list[Batch]:
    """The symbols of CROHME among traces, as they are."""
    own = np.flatnonzero(traces.sources == 0)
    parts = np.split(own, np.arange(batch, len(own), batch))
    return [
        _batch(traces.paths[p].astype(np.float32), traces.strokes[p], traces.labels[p], device) for p in parts if len(p)
    ]


def train_traces(
    configuration: TracesConfiguration, name: str = "traces", cache: Path = Path("cache"), bars: bool = True
) -> Path:
    """Train, or go on training, the trace classifier; ``runs/NAME`` holds its files.

    Returns:
        The path of the weights.
    """
    part = "-without-{}-of-{}".format(*configuration.exclude) if configuration.exclude else ""
    training = load_traces(False, cache / f"traces-train{part}.pkl", configuration.exclude)
    validation = load_traces(True, cache / "traces-valid.pkl")
    return train_on(configuration, RUNS / name, training, validation, bars=bars)


def train_on(
    configuration: TracesConfiguration, directory: Path, training: Traces, validation: Traces, bars: bool = True
) -> Path:
    """Like :func:`train_traces`, on traces that are already there."""
    c = configuration
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "configuration.json").write_text(json.dumps(asdict(c), indent=2) + "\n")
    set_seed(c.seed)
    done, device = epochs_done(directory), default_device()
    loaders = DataLoaders(Epochs(training, c, done, device), validation_batches(validation, 2 * c.batch, device))
    loaders.n_inp = 2
    model = TraceClassifier(c.dropout).to(device, memory_format=torch.channels_last)
    save = SaveLast()
    save.first_epoch = done
    learner = Learner(
        loaders, model, lambda logs, labels: F.cross_entropy(logs, labels, label_smoothing=c.label_smoothing),
        opt_func=Adam, lr=c.lr, wd=c.weight_decay, metrics=[accuracy],
        cbs=[CSVLogger(append=done > 0), save, *by_the_clock(c.seconds)], path=directory, model_dir=".",
    )  # fmt: skip
    fit_the_rest(learner, c.epochs, c.lr, done, bars)
    path = directory / "weights.safetensors"
    save_state(learner.model, path)
    return path
