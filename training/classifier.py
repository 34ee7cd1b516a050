"""Training one backbone with its heads, with fastai."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import torch
from fastai.callback.core import Callback
from fastai.callback.progress import CSVLogger
from fastai.callback.schedule import lr_find as _  # noqa: F401  (adds Learner.lr_find, fit_one_cycle, fit_sgdr)
from fastai.callback.tracker import EarlyStoppingCallback, SaveModelCallback
from fastai.data.core import DataLoaders
from fastai.learner import Learner, Metric
from fastai.optimizer import SGD, Adam, RMSProp
from fastai.torch_core import set_seed
from safetensors.torch import load_file, save_file
from torch import nn
from torch.nn import functional as F

from models.backbones import BACKBONES
from models.network import Classifier, Outputs
from training.batches import load_sources, training_loader, validation_loader
from training.configuration import RUNS, TrainingConfiguration
from training.folds import without_fold
from training.precision import mixed_precision
from training.sources import NO_LABEL

_VALIDATION_SOURCES = ("symbols", "groupings")
OPTIMISERS: dict[str, Callable] = {
    "adam": partial(Adam, mom=0.9, sqr_mom=0.99, decouple_wd=True),
    "sgd": partial(SGD, mom=0.9, decouple_wd=True),
    "rmsprop": partial(RMSProp, sqr_mom=0.99, decouple_wd=True),
}


class MultiHeadLoss(nn.Module):
    """Cross entropy of the symbol where there is one, and binary cross entropy of whole and hand."""

    def __init__(self, label_smoothing: float) -> None:
        super().__init__()
        self.label_smoothing = label_smoothing

    def forward(self, out: Outputs, label: torch.Tensor, whole: torch.Tensor, hand: torch.Tensor) -> torch.Tensor:
        symbol = F.cross_entropy(
            out.symbol, label, ignore_index=NO_LABEL, label_smoothing=self.label_smoothing, reduction="sum"
        ) / (label != NO_LABEL).sum().clamp(min=1)
        return (
            symbol
            + F.binary_cross_entropy_with_logits(out.whole, whole)
            + 0.2 * F.binary_cross_entropy_with_logits(out.hand, hand)
        )


def symbol_accuracy(out: Outputs, label: torch.Tensor, whole: torch.Tensor, hand: torch.Tensor) -> torch.Tensor:
    """Share of whole symbols named right."""
    there = label >= 0
    return (out.symbol.argmax(1) == label)[there].float().mean()


def whole_accuracy(out: Outputs, label: torch.Tensor, whole: torch.Tensor, hand: torch.Tensor) -> torch.Tensor:
    """Share of candidates rightly told to be, or not to be, exactly one symbol."""
    return ((out.whole > 0) == (whole > 0.5)).float().mean()


class _Share(Metric):
    """A share over the samples that it applies to (fastai weighs by batch size, but a batch may hold none)."""

    def __init__(self, function: Callable, applies: Callable, of: Callable[[Any], Outputs]) -> None:
        self.function, self.applies, self.of = function, applies, of

    def reset(self) -> None:
        self.total, self.count = 0.0, 0

    def accumulate(self, learn: Learner) -> None:
        count = int(self.applies(*learn.yb).sum())
        if count:
            self.total += float(self.function(self.of(learn.pred), *learn.yb)) * count
            self.count += count

    @property
    def value(self) -> float:
        return self.total / max(self.count, 1)

    @property
    def name(self) -> str:
        return self.function.__name__


def _itself(out: Outputs) -> Outputs:
    return out


def symbol_share(of: Callable[[Any], Outputs] = _itself) -> Metric:
    """:func:`symbol_accuracy` over whole symbols; ``of`` takes a model's outputs to those that are judged."""
    return _Share(symbol_accuracy, lambda label, whole, hand: label != NO_LABEL, of)


def whole_share(of: Callable[[Any], Outputs] = _itself) -> Metric:
    """:func:`whole_accuracy` over all candidates; ``of`` as in :func:`symbol_share`."""
    return _Share(whole_accuracy, lambda label, whole, hand: whole >= 0, of)


class BFloat16(Callback):
    """Forward pass in bfloat16 under autocast, loss in float32; needs no gradient scaling."""

    def before_batch(self) -> None:
        device = next(self.model.parameters()).device.type
        self.context = mixed_precision(device)
        self.context.__enter__()

    def after_pred(self) -> None:
        self.context.__exit__(None, None, None)
        pred = self.learn.pred
        self.learn.pred = pred.float() if isinstance(pred, torch.Tensor) else Outputs(*(p.float() for p in pred))


class _AfterTrainedEpochs:
    """Keeps a callback from acting on the epochs that a resumed run skips; fastai calls it for them too."""

    first_epoch = 0

    def after_epoch(self) -> None:
        if self.epoch >= self.first_epoch:
            super().after_epoch()


class _SaveBest(_AfterTrainedEpochs, SaveModelCallback):
    """Keeps the weights of the epoch that names most symbols right, of those before an interruption too.

    Not those of the least loss: that is the sum of three heads', and is least long before the symbols are.
    """

    def before_fit(self) -> None:
        super().before_fit()
        history = self.learn.path / "history.csv"
        if self.first_epoch and history.exists():
            done = pd.to_numeric(pd.read_csv(history)[self.monitor], errors="coerce")
            self.best = float(done.max())


class _StopEarly(_AfterTrainedEpochs, EarlyStoppingCallback):
    pass


class SaveLast(Callback):
    """Keeps the state of model and optimiser after every epoch, so that a killed run goes on where it was."""

    order = 70
    first_epoch = 0

    def after_epoch(self) -> None:
        if self.epoch >= self.first_epoch:
            self.learn.save("last", with_opt=True)
            (self.learn.path / "epochs_done").write_text(str(self.epoch + 1))


def epochs_done(directory: Path) -> int:
    """Epochs of a run that :class:`SaveLast` has kept."""
    path = directory / "epochs_done"
    return int(path.read_text()) if path.exists() else 0


def fit_the_rest(learner: Learner, epochs: int, lr: float, done: int, bars: bool) -> None:
    """One cycle of the learning rate, or what is left of it after an interruption: see :class:`SaveLast`."""
    if done:
        learner.load("last", with_opt=True, weights_only=False)
    with nullcontext() if bars else learner.no_bar():
        learner.fit_one_cycle(epochs, lr, start_epoch=done)


def save_state(model: nn.Module, path: Path) -> None:
    """Write a model's whole state as safetensors, in the precision it has."""
    save_file({k: v.cpu().contiguous() for k, v in model.state_dict().items()}, path)


def member_state(path: Path, number: int) -> dict[str, torch.Tensor]:
    """Weights, in single precision, of a run, or of one member of a released ensemble, by its number."""
    state = {name: tensor.float() if tensor.is_floating_point() else tensor for name, tensor in load_file(path).items()}
    member = f"members.{number}."
    own = {name.removeprefix(member): tensor for name, tensor in state.items() if name.startswith(member)}
    return own or state


def initial_state(path: Path, backbone: str, model: Classifier) -> dict[str, torch.Tensor]:
    """Weights of :func:`member_state` for a classifier to go on from.

    Input channels that those weights do not know get zero weights: training begins where it ended.
    """
    state = member_state(path, list(BACKBONES).index(backbone))
    for name, wanted in model.state_dict().items():
        if wanted.ndim == 4 and wanted.shape[1] > state[name].shape[1]:
            state[name] = F.pad(state[name], (0, 0, 0, 0, 0, wanted.shape[1] - state[name].shape[1]))
    return state


def build_learner(
    configuration: TrainingConfiguration, directory: Path, sources: tuple[dict, dict], first_epoch: int = 0
) -> Learner:
    """A fastai learner for one classifier.

    Args:
        configuration: what to train.
        directory: where the run keeps its files.
        sources: training and validation samples by source.
        first_epoch: epoch at which an interrupted run goes on.
    """
    c = configuration
    training, validation = sources
    if c.exclude:
        training = {**training, **{n: without_fold(training[n], *c.exclude) for n in _VALIDATION_SOURCES}}
    train = training_loader(training, c)
    train.sampler.epoch = first_epoch
    names = [n for n in _VALIDATION_SOURCES if validation.get(n)] or list(validation)
    valid = validation_loader(validation, names, 2 * c.batch, min(c.workers, 1))
    loaders = DataLoaders(train, valid)
    loaders.n_inp = 1
    model = Classifier(c.backbone, c.dropout).to(memory_format=torch.channels_last)
    if c.initial:
        model.load_state_dict(initial_state(Path(c.initial), c.backbone, model))
    best = _SaveBest(monitor=symbol_accuracy.__name__, fname="best")
    callbacks: list[Callback] = [CSVLogger(append=first_epoch > 0), best, SaveLast()]
    if c.bfloat16:
        callbacks.append(BFloat16())
    if c.patience:
        callbacks.append(_StopEarly(patience=c.patience))
    for callback in callbacks:
        callback.first_epoch = first_epoch
    return Learner(
        loaders, model, MultiHeadLoss(c.label_smoothing), opt_func=OPTIMISERS[c.optimiser], lr=c.lr or 1e-3,
        splitter=lambda m: [list(m.body.parameters()), list(m.heads.parameters())], wd=c.weight_decay,
        metrics=[symbol_share(), whole_share()],
        cbs=callbacks, path=directory, model_dir=".",
    )  # fmt: skip


def train_classifier(
    configuration: TrainingConfiguration, name: str, cache: Path = Path("cache"), bars: bool = True
) -> Path:
    """Train, or go on training, one classifier.

    A run's files are kept in ``runs/NAME``: ``configuration.json``, ``history.csv``, ``best.pth``,
    ``last.pth`` and, at the end, ``weights.safetensors``.

    Returns:
        The path of the weights.
    """
    sources = (load_sources(False, cache / "training.pkl"), load_sources(True, cache / "validation.pkl"))
    return train_on(configuration, RUNS / name, sources, bars)


def train_on(
    configuration: TrainingConfiguration, directory: Path, sources: tuple[dict, dict], bars: bool = True
) -> Path:
    """Like :func:`train_classifier`, on samples that are already there."""
    c = configuration
    directory.mkdir(parents=True, exist_ok=True)
    set_seed(c.seed)
    done = epochs_done(directory)
    learner = build_learner(c, directory, sources, done)
    c.save(directory / "configuration.json")
    if done:
        learner.load("last", with_opt=True, weights_only=False)
    with nullcontext() if bars else learner.no_bar(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*lr_scheduler.*")
        lr = c.lr or learner.lr_find(show_plot=False).valley
        if c.frozen_epochs and not done:
            learner.freeze()
            learner.fit_one_cycle(c.frozen_epochs, lr)
            learner.unfreeze()
        if c.schedule == "one_cycle":
            learner.fit_one_cycle(c.epochs, lr, start_epoch=done)
        elif c.schedule == "warm_restarts":
            learner.fit_sgdr(2, max(c.epochs // 3, 1), lr)
        else:
            learner.fit(c.epochs, lr, start_epoch=done)
    path = directory / "weights.safetensors"
    save_state(learner.model, path)
    return path


def find_rate(configuration: TrainingConfiguration, name: str, cache: Path = Path("cache")) -> float:
    """The learning-rate finder (Smith, WACV 2017): its suggestion, and its curve as ``lr_find.csv`` of the run."""
    sources = (load_sources(False, cache / "training.pkl"), load_sources(True, cache / "validation.pkl"))
    directory = RUNS / name
    directory.mkdir(parents=True, exist_ok=True)
    learner = build_learner(configuration, directory, sources)
    learner.remove_cbs([cb for cb in learner.cbs if isinstance(cb, (SaveLast, SaveModelCallback, CSVLogger))])
    suggestion = learner.lr_find(show_plot=False).valley
    rows = zip(learner.recorder.lrs, learner.recorder.losses, strict=False)
    lines = [f"{lr:.6g},{float(loss):.6g}" for lr, loss in rows]
    (directory / "lr_find.csv").write_text("\n".join(["lr,loss", *lines]) + "\n")
    return float(suggestion)
