"""Trained weights on disk: safetensors, large tensors in half precision, computed with in single precision."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import torch
from safetensors.torch import load_file, save_file
from torch import nn

from models.context import ContextEnsemble
from models.network import Classifier, Ensemble
from models.trace_classifier import TraceClassifier

SMALL = 256
"""Tensors below this many numbers are kept in single precision: biases and statistics cost nothing."""

Model = TypeVar("Model", bound=nn.Module)


def round_to_half(model: nn.Module) -> None:
    """Round large weights to half precision, in place."""
    with torch.no_grad():
        for p in model.state_dict().values():
            if p.is_floating_point() and p.numel() >= SMALL:
                p.copy_(p.half().float())


def save_weights(model: nn.Module, path: Path) -> None:
    """Write a model's state as safetensors, large tensors in half precision."""
    state = {
        k: (v.half() if v.is_floating_point() and v.numel() >= SMALL else v).contiguous()
        for k, v in model.state_dict().items()
    }
    save_file(state, path)
    path.chmod(0o644)


def load_weights(model: Model, path: Path) -> Model:
    """Load what :func:`save_weights` wrote, in single precision; the model comes back ready to be asked."""
    model.load_state_dict({k: v.float() if v.is_floating_point() else v for k, v in load_file(path).items()})
    return model.eval()


def load_classifier(directory: Path, backbones: Sequence[str]) -> Ensemble:
    """The ensemble of a release directory."""
    return load_weights(Ensemble([Classifier(b) for b in backbones]), directory / "classifier.safetensors")


def load_context(directory: Path, shape: dict[str, int]) -> ContextEnsemble:
    """The context parsers of a release directory; ``shape`` holds their number, width, layers and heads."""
    return load_weights(ContextEnsemble(**shape), directory / "context.safetensors")


def load_trace(directory: Path) -> TraceClassifier:
    """The trace classifier of a release directory."""
    return load_weights(TraceClassifier(), directory / "trace.safetensors")
