"""Fusing three trained classifiers: heads on their joint features, the bodies left as they are."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

from fastai.callback.progress import CSVLogger
from fastai.data.core import DataLoaders
from fastai.learner import Learner
from torch import nn

from models.backbones import BACKBONES
from models.loading import load_weights
from models.network import Classifier, Ensemble
from training.augmentation import Augmentation
from training.batches import load_sources, training_loader, validation_loader
from training.classifier import OPTIMISERS, BFloat16, MultiHeadLoss, save_state, symbol_share, whole_share
from training.configuration import RUNS, TrainingConfiguration


class _FrozenBodies(nn.Module):
    """An ensemble whose members stay in evaluation mode: batch statistics and dropout of the bodies are fixed."""

    def __init__(self, ensemble: Ensemble) -> None:
        super().__init__()
        self.ensemble = ensemble
        ensemble.members.requires_grad_(False)

    def train(self, mode: bool = True) -> _FrozenBodies:
        super().train(mode)
        self.ensemble.members.eval()
        return self

    def forward(self, images):
        return self.ensemble(images)


def train_fusion(
    configuration: TrainingConfiguration, members: dict[str, str], name: str = "fusion", bars: bool = True
) -> Path:
    """Train the fused heads.

    Args:
        configuration: data and schedule; ``backbone`` is not used.
        members: run name of each backbone.
        name: of the run.

    Returns:
        The path of the ensemble's weights.
    """
    c = configuration
    cache, directory = Path("cache"), RUNS / name
    directory.mkdir(parents=True, exist_ok=True)
    c.save(directory / "configuration.json")
    training, validation = load_sources(False, cache / "training.pkl"), load_sources(True, cache / "validation.pkl")
    ensemble = Ensemble([load_weights(Classifier(b), RUNS / members[b] / "weights.safetensors") for b in BACKBONES])
    train = training_loader(training, replace(c, augmentation=c.augmentation or Augmentation()))
    loaders = DataLoaders(train, validation_loader(validation, ("symbols", "groupings"), 2 * c.batch, 0))
    loaders.n_inp = 1
    learner = Learner(
        loaders, _FrozenBodies(ensemble), MultiHeadLoss(c.label_smoothing),
        opt_func=OPTIMISERS[c.optimiser], wd=c.weight_decay, metrics=[symbol_share(), whole_share()],
        cbs=[CSVLogger(), BFloat16()], path=directory, model_dir=".",
    )  # fmt: skip
    with nullcontext() if bars else learner.no_bar():
        print("plain averaging:", learner.validate())
        learner.fit_one_cycle(c.epochs, c.lr)
    path = directory / "weights.safetensors"
    save_state(ensemble, path)
    return path


FUSION = replace(TrainingConfiguration(), backbone="fusion", epochs=2, images=50_000, lr=3e-4)
"""A short schedule: the heads start at plain averaging and move little."""
