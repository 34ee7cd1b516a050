"""Weights for the line recogniser to go on from: of a run, or of a released graph."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from safetensors.torch import load_file
from torch import nn

from models.line_recogniser import LineRecogniser


def go_on_from(model: LineRecogniser, path: Path, images: Sequence[np.ndarray]) -> None:
    """Give a model the weights of a file, in place.

    Args:
        model: what the file does not know of it stays as it is, such as further classes.
        path: ``weights.safetensors`` of a run, or a released ``lines.onnx``.
        images: uint8 (LINE_HEIGHT, width) inputs to measure normalisation with, which a graph holds no more.
    """
    if path.suffix != ".onnx":
        model.load_state_dict(load_file(path))
        return
    given = _weights(onnx.load(str(path)))
    state = model.state_dict()
    for name, values in given.items():
        # A graph without a class that was added later: the first ones are the same.
        if name in state and state[name].shape[1:] == values.shape[1:]:
            state[name][: len(values)] = values
    model.load_state_dict(state)
    _unfold(model, given, images)


def _weights(graph: onnx.ModelProto) -> dict[str, torch.Tensor]:
    """The weights of a graph by their names, those of eight bits times their scales."""
    stored = {i.name: torch.from_numpy(numpy_helper.to_array(i).copy()) for i in graph.graph.initializer}
    given = dict(stored)
    for name, values in stored.items():
        if name.endswith("_quantized"):
            whole = name.removesuffix("_quantized")
            scale = stored[f"{name}_scale" if f"{name}_scale" in stored else f"{whole}_scale"]
            given[whole] = values.float() * scale.reshape(-1, *[1] * (values.ndim - 1))
    return given


def _unfold(model: LineRecogniser, given: dict[str, torch.Tensor], images: Sequence[np.ndarray]) -> None:
    """Give back to each batch normalisation what was folded into the convolution before it.

    What it computes stays the same, but its mean and variance are those of what it sees, as training will have them.
    """
    hooks = []
    modules = dict(model.named_modules())
    for name, module in modules.items():
        folded = given.get(f"{name}.weight_bias")
        *parent, last = name.rpartition(".")
        norm = modules.get(f"{parent[0]}.{int(last) + 1}") if last.isdigit() else None
        if folded is not None and isinstance(norm, nn.BatchNorm1d | nn.BatchNorm2d):
            hooks.append(module.register_forward_hook(_measures(norm, folded)))
    model.eval()
    widest = max(image.shape[1] for image in images)
    batch = np.stack([np.pad(image, ((0, 0), (0, widest - image.shape[1]))) for image in images])
    with torch.no_grad():
        model(torch.from_numpy(batch))
    for hook in hooks:
        hook.remove()
    model.train()


def _measures(norm: nn.BatchNorm1d | nn.BatchNorm2d, folded: torch.Tensor):
    def measure(module: nn.Module, inputs: tuple, output: torch.Tensor) -> None:
        # All axes but that of the channels.
        axes = [0, *range(2, output.ndim)]
        mean, variance = output.mean(axes), output.var(axes, correction=0)
        norm.running_mean.copy_(mean)
        norm.running_var.copy_(variance)
        norm.weight.data.copy_((variance + norm.eps).sqrt())
        norm.bias.data.copy_(folded + mean)

    return measure
