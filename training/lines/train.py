"""Training the line recogniser, with fastai."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from fastai.callback.progress import CSVLogger
from fastai.callback.schedule import lr_find as _lr_find  # noqa: F401  (adds Learner.fit_one_cycle)
from fastai.data.core import DataLoaders
from fastai.learner import AvgMetric, Learner
from fastai.optimizer import Adam
from fastai.torch_core import default_device, set_seed
from torch.nn import functional as F
from torch.utils.data import Dataset

from app.reading.line import CLASS
from models.line_image import LINE_HEIGHT
from models.line_recogniser import LineRecogniser
from training.again import SeenAgain, moved_rows
from training.batches import drawn_by
from training.classifier import BFloat16, SaveLast, epochs_done, fit_the_rest, save_state
from training.configuration import RUNS
from training.deadline import by_the_clock
from training.lines.glyphs import glyphs
from training.lines.initial import go_on_from
from training.lines.picture import LinePicture, line_picture
from training.lines.texts import row

Batch = tuple[torch.Tensor, torch.Tensor, torch.Tensor]
"""Images uint8 (B, LINE_HEIGHT, W); classes int64 (B, longest), 0 behind the end; how many (B,)."""
_SORTED = 8
"""Batches whose rows are sorted by length together, so that little of a batch is padding."""


@dataclass(frozen=True)
class LinesConfiguration:
    """Everything that decides how the line recogniser is trained.

    Attributes:
        epochs: passes; one pass makes ``lines`` rows.
        batch: rows a step.
        lr: greatest learning rate of the cycle.
        initial: weights to go on from, of a run or a released graph.
        again: how many batches seen before, slightly changed, follow a new one.
        kept: batches that are kept to be seen again.
        seconds: that training may take, whatever ``epochs`` says; 0 for any time.
    """

    epochs: int = 12
    lines: int = 32768
    batch: int = 64
    lr: float = 3e-3
    weight_decay: float = 0.02
    dropout: float = 0.2
    initial: str = ""
    seed: int = 1
    again: int = 0
    kept: int = 2000
    seconds: float = 0
    workers: int = 1


class MadeRows(Dataset):
    """Made-up rows, several batches an item, the same for the same seed."""

    def __init__(self, batch: int, seed: int, validation: bool) -> None:
        self.batch, self.seed, self.validation = batch, seed, validation

    def __getitem__(self, item: int) -> list[Batch]:
        rng = np.random.default_rng((self.seed, item))
        pictures = [line_picture(rng, row(rng), self.validation) for _ in range(_SORTED * self.batch)]
        pictures.sort(key=lambda p: p.image.shape[1])
        starts = rng.permutation(_SORTED) * self.batch
        return [_batch(pictures[start : start + self.batch]) for start in starts]


def _batch(pictures: Sequence[LinePicture]) -> Batch:
    images = np.zeros((len(pictures), LINE_HEIGHT, max(p.image.shape[1] for p in pictures)), np.uint8)
    classes = np.zeros((len(pictures), max(len(p.labels) for p in pictures)), np.int64)
    for k, p in enumerate(pictures):
        images[k, :, : p.image.shape[1]] = p.image
        classes[k, : len(p.labels)] = [CLASS[label] for label in p.labels]
    return torch.from_numpy(images), torch.from_numpy(classes), torch.tensor([len(p.labels) for p in pictures])


class Epochs:
    """Batches of rows, other ones in each epoch.

    Args:
        rows: makes them.
        items: of ``rows`` an epoch.
        first: epoch to begin with.
        workers: processes that draw.
    """

    def __init__(self, rows: MadeRows, items: int, first: int, workers: int) -> None:
        self.rows, self.items, self.epoch, self.workers = rows, items, first, workers

    def __len__(self) -> int:
        return self.items * _SORTED

    def __iter__(self) -> Iterator[Batch]:
        start = self.epoch * self.items
        for batches in drawn_by(self.workers, self.rows, range(start, start + self.items)):
            yield from batches
        self.epoch += 1


def ctc_loss(logs: torch.Tensor, classes: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
    """CTC loss a row, of log probabilities (B, T, classes)."""
    steps = torch.full((len(logs),), logs.shape[1])
    loss = F.ctc_loss(logs.transpose(0, 1), classes, steps, lengths, reduction="none", zero_infinity=True)
    return loss.mean()


def greedy(logs: torch.Tensor) -> list[list[int]]:
    """The classes along the best path of each row, repetitions and blanks left out."""
    rows = []
    for path in logs.argmax(-1).tolist():
        rows.append([c for before, c in zip([0, *path], path, strict=False) if c and c != before])
    return rows


def exact(logs: torch.Tensor, classes: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
    """Share of rows read without an error."""
    truth = [row[:n] for row, n in zip(classes.tolist(), lengths.tolist(), strict=True)]
    return torch.tensor([a == b for a, b in zip(greedy(logs), truth, strict=True)]).float().mean()


def train_lines(configuration: LinesConfiguration, name: str = "lines", bars: bool = True) -> Path:
    """Train, or go on training, the line recogniser; ``runs/NAME`` holds its files.

    Returns:
        The path of the weights.
    """
    c = configuration
    directory = RUNS / name
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "configuration.json").write_text(json.dumps(asdict(c), indent=2) + "\n")
    set_seed(c.seed)
    done = epochs_done(directory)
    # Workers get them with the process that they are copies of.
    glyphs(False), glyphs(True)
    items = c.lines // (c.batch * _SORTED)
    device = default_device()
    train = Epochs(MadeRows(c.batch, c.seed, False), items, done, c.workers)
    loaders = DataLoaders(
        SeenAgain(train, c.again, c.kept, moved_rows, device, c.seed),
        # Made once, not every epoch.
        list(Epochs(MadeRows(c.batch, 0, True), 2, 0, c.workers)),
    )
    loaders.n_inp = 1
    model = LineRecogniser(dropout=c.dropout)
    if c.initial:
        rng = np.random.default_rng(c.seed)
        go_on_from(model, Path(c.initial), [line_picture(rng, row(rng)).image for _ in range(128)])
    model.to(device, memory_format=torch.channels_last)
    save = SaveLast()
    save.first_epoch = done
    learner = Learner(
        loaders, model, ctc_loss, opt_func=Adam, lr=c.lr, wd=c.weight_decay, metrics=[AvgMetric(exact)],
        cbs=[CSVLogger(append=done > 0), save, BFloat16(), *by_the_clock(c.seconds)], path=directory, model_dir=".",
    )  # fmt: skip
    fit_the_rest(learner, c.epochs, c.lr, done, bars)
    path = directory / "weights.safetensors"
    save_state(learner.model, path)
    return path
