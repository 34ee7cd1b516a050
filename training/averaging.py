"""The mean of two runs' weights, which generalises better than either where one went on from the other.

Wortsman et al., Model soups, ICML 2022.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import nn

from models.backbones import BACKBONES
from models.loading import load_weights, save_weights
from models.network import Classifier, Ensemble
from training.batches import load_sources, training_loader
from training.configuration import TrainingConfiguration


def average(first: Path, second: Path, share: float, path: Path) -> None:
    """Write the weighted mean of two files of weights of one shape.

    Args:
        first: safetensors.
        second: safetensors.
        share: weight of the second, 0 … 1.
        path: where to; counters are taken from the second.

    Raises:
        ValueError: they are not weights of the same network.
    """
    a, b = load_file(first), load_file(second)
    if {k: t.shape for k, t in a.items()} != {k: t.shape for k, t in b.items()}:
        raise ValueError(f"{first} and {second} are not of the same network")
    mean = {k: ((1 - share) * a[k].float() + share * t.float() if t.is_floating_point() else t) for k, t in b.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file({k: t.contiguous() for k, t in mean.items()}, path)


def renew_statistics(model: nn.Module, images: Iterable[torch.Tensor]) -> None:
    """Measure the means and variances of batch normalisation anew, in place; the mean of two networks' is not its own.

    After Izmailov et al. (UAI 2018), but without dropout, which is not there when the statistics are used.

    Args:
        model: it is left in evaluation mode.
        images: batches of its input, as it is trained on.
    """
    model.eval()
    for module in model.modules():
        if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
            module.reset_running_stats()
            # Every batch counts the same.
            module.momentum = None
            module.train()
    with torch.inference_mode():
        for batch in images:
            model(batch)
    model.eval()


def renew_classifier(path: Path, batches: int = 40) -> None:
    """:func:`renew_statistics` of a fused classifier, in its file, on samples as it is trained on."""
    c = TrainingConfiguration()
    sources = load_sources(False, Path("cache") / "training.pkl")
    loader = training_loader(sources, replace(c, images=batches * c.batch))
    ensemble = load_weights(Ensemble([Classifier(b) for b in BACKBONES]), path)
    renew_statistics(ensemble, (images for images, *_ in loader))
    save_weights(ensemble, path)
