"""Training the three backbones together: every drawn batch teaches all of them, and a larger tutor beside them.

Drawing samples costs more than learning from them where there is an accelerator, so all networks share them. The
tutor, a residual net too slow to be served, learns at the same time, and each backbone learns from its doubts as well
as from the truth (online distillation: Anil et al., ICLR 2018; soft targets: Hinton et al., 2015).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

import torch
from fastai.callback.progress import CSVLogger
from fastai.data.core import DataLoaders
from fastai.learner import Learner
from fastai.optimizer import OptimWrapper
from fastai.torch_core import default_device, set_seed
from torch import nn

from models.backbones import BACKBONES, TUTOR
from models.network import Classifier, Outputs
from training.again import SeenAgain, moved
from training.batches import load_sources, training_loader, validation_loader
from training.classifier import (
    MultiHeadLoss,
    SaveLast,
    epochs_done,
    fit_the_rest,
    initial_state,
    save_state,
    symbol_share,
    whole_share,
)
from training.configuration import RUNS, TrainingConfiguration
from training.deadline import by_the_clock
from training.precision import mixed_precision
from training.sources import NO_LABEL


@dataclass(frozen=True)
class TogetherConfiguration(TrainingConfiguration):
    """What is trained together; ``backbone`` is not used.

    Attributes:
        advice: weight of the tutor's opinion in a backbone's loss of the symbol, beside 1 for the truth.
        softness: temperature of that opinion.
        again: how many batches seen before, slightly moved, follow a new one.
        kept: batches that are kept to be seen again.
        seconds: that training may take, whatever ``epochs`` says; 0 for any time.
    """

    backbone: str = "together"
    batch: int = 1024
    lr: float = 3e-3
    advice: float = 0.5
    softness: float = 2.0
    again: int = 1
    kept: int = 400
    seconds: float = 0


class TogetherOutputs(NamedTuple):
    """What the tutor says of a batch, and each backbone in the order of ``BACKBONES``."""

    tutor: Outputs
    members: tuple[Outputs, ...]

    def mean(self) -> Outputs:
        """Plain averaging of the backbones."""
        return Outputs(*(torch.stack(f).mean(0) for f in zip(*self.members, strict=True)))


class Together(nn.Module):
    """The tutor and the backbones side by side.

    Args:
        dropout: before the heads.
    """

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.tutor = Classifier(TUTOR, dropout)
        self.members = nn.ModuleList(Classifier(b, dropout) for b in BACKBONES)

    def forward(self, images: torch.Tensor) -> TogetherOutputs:
        """uint8 images (B, 6, 32, 32) → logits of all."""
        with mixed_precision(images.device.type):
            said = [net(images) for net in (self.tutor, *self.members)]
        tutor, *members = (Outputs(*(field.float() for field in out)) for out in said)
        return TogetherOutputs(tutor, tuple(members))


class TogetherLoss(nn.Module):
    """The sum of all networks' losses; the backbones' from the truth and from the tutor's softened probabilities."""

    def __init__(self, c: TogetherConfiguration) -> None:
        super().__init__()
        self.truth = MultiHeadLoss(c.label_smoothing)
        self.advice, self.softness = c.advice, c.softness

    def forward(self, out: TogetherOutputs, label: torch.Tensor, whole: torch.Tensor, hand: torch.Tensor):
        # An adviser who is wrong is not heard; at first that is most of the time.
        heard = (out.tutor.symbol.argmax(1) == label).float()
        soft = (out.tutor.symbol.detach() / self.softness).softmax(1)
        loss = self.truth(out.tutor, label, whole, hand)
        for member in out.members:
            away = -(soft * (member.symbol / self.softness).log_softmax(1)).sum(1)
            # Gradients of softened logits are smaller by the square of the temperature.
            advice = self.softness**2 * (heard * away).sum() / (label != NO_LABEL).sum().clamp(min=1)
            loss = loss + self.truth(member, label, whole, hand) + self.advice * advice
        return loss


def _learner(c: TogetherConfiguration, directory: Path, sources: tuple[dict, dict], done: int) -> Learner:
    training, validation = sources
    device = default_device()
    train = training_loader(training, c)
    train.sampler.epoch = done
    # Drawn once, not every epoch.
    valid = list(validation_loader(validation, ("symbols", "groupings"), 2 * c.batch, c.workers))
    loaders = DataLoaders(SeenAgain(train, c.again, c.kept, moved, device, c.seed), valid)
    loaders.n_inp = 1
    model = Together(c.dropout).to(device, memory_format=torch.channels_last)
    if c.initial:
        for name, member in zip(BACKBONES, model.members, strict=True):
            member.load_state_dict(initial_state(Path(c.initial), name, member))
    save = SaveLast()
    save.first_epoch = done
    optimiser = partial(OptimWrapper, opt=partial(torch.optim.AdamW, fused=device.type == "cuda"))
    return Learner(
        loaders, model, TogetherLoss(c), opt_func=optimiser, wd=c.weight_decay,
        metrics=[symbol_share(TogetherOutputs.mean), whole_share(TogetherOutputs.mean)],
        cbs=[CSVLogger(append=done > 0), save, *by_the_clock(c.seconds)], path=directory, model_dir=".",
    )  # fmt: skip


def train_together(c: TogetherConfiguration, name: str = "together", bars: bool = True) -> list[Path]:
    """Train, or go on training, all backbones; ``runs/NAME`` holds the state, ``runs/BACKBONE`` each one's weights.

    Returns:
        The paths of the weights.
    """
    cache, directory = Path("cache"), RUNS / name
    directory.mkdir(parents=True, exist_ok=True)
    c.save(directory / "configuration.json")
    set_seed(c.seed)
    torch.backends.cudnn.benchmark = True
    sources = load_sources(False, cache / "training.pkl"), load_sources(True, cache / "validation.pkl")
    done = epochs_done(directory)
    learner = _learner(c, directory, sources, done)
    fit_the_rest(learner, c.epochs, c.lr, done, bars)
    paths = []
    for backbone, member in zip(BACKBONES, learner.model.members, strict=True):
        path = RUNS / backbone / "weights.safetensors"
        path.parent.mkdir(parents=True, exist_ok=True)
        save_state(member, path)
        paths.append(path)
    return paths
