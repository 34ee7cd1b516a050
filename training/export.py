"""From training runs to the weights that the package ships: safetensors, and ONNX graphs.

The safetensors, in half precision, are what PyTorch computes with. The classifier's graphs hold 8-bit copies of them
for the CPU; the graphs of parser and trace classifier hold no weights of their own and take them from the safetensors.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, numpy_helper
from torch import nn

from models.context import ContextEnsemble, ContextOutputs
from models.context_input import NODE_FEATURES, PAIR_FEATURES
from models.line_image import LINE_HEIGHT
from models.line_recogniser import LineRecogniser
from models.loading import SMALL, round_to_half, save_weights
from models.network import Ensemble, Outputs
from models.rendering import CHANNELS, SIZE
from models.trace import CHANNELS as TRACE_CHANNELS
from models.trace import POINTS, SIZES
from models.trace_classifier import TraceClassifier
from training.quantization import quantise


def _write(model: onnx.ModelProto, path: Path) -> None:
    """Write a graph without the exporter's notes of which source lines, by their full paths, each node came from."""
    graph = model.graph
    for part in (model, graph, *graph.node, *graph.value_info, *graph.input, *graph.output):
        del part.metadata_props[:]
        part.doc_string = ""
    path.write_bytes(model.SerializeToString())


def _export(
    model: nn.Module,
    example: tuple,
    path: Path,
    inputs: Sequence[str],
    outputs: Sequence[str],
    shapes: tuple,
    folded: bool = True,
) -> None:
    """Write a graph; ``folded`` has normalisation folded into the convolutions, whose weights then are others."""
    model.eval()
    program = torch.onnx.export(
        model, example, input_names=list(inputs), output_names=list(outputs), dynamic_shapes=shapes,
        dynamo=True, external_data=False, verbose=False, optimize=folded,
    )  # fmt: skip
    if folded:
        program.optimize()
    program.save(str(path))


def _share(model: onnx.ModelProto, state: dict[str, torch.Tensor]) -> dict[str, tuple[str, bool]]:
    """Take the large initializers out of a graph that are tensors of a state, or their transposes.

    Returns:
        For each of them the tensor's name, and whether it is transposed.
    """
    known = {name: tensor.numpy() for name, tensor in state.items() if tensor.numel() >= SMALL}
    shared: dict[str, tuple[str, bool]] = {}
    for initializer in model.graph.initializer:
        if initializer.data_type != TensorProto.FLOAT or np.prod(initializer.dims) < SMALL:
            continue
        values = numpy_helper.to_array(initializer)
        for name, tensor in known.items():
            transposed = tensor.ndim == 2 and tensor.T.shape == values.shape and np.array_equal(tensor.T, values)
            if transposed or np.array_equal(tensor, values):
                shared[initializer.name] = (name, transposed)
                initializer.ClearField("raw_data")
                initializer.ClearField("float_data")
                initializer.data_location = TensorProto.EXTERNAL
                initializer.external_data.add(key="location", value="given when the graph is loaded")
                break
    return shared


class _Member(nn.Module):
    """One backbone: its features, and behind them what its own heads say, so that it can be served alone."""

    def __init__(self, classifier: nn.Module) -> None:
        super().__init__()
        self.classifier = classifier

    def forward(self, images: torch.Tensor) -> tuple[torch.Tensor, ...]:
        features = self.classifier.features(images)
        return features, *self.classifier.heads(features)


def export_classifier(ensemble: Ensemble, names: Sequence[str], directory: Path, images: np.ndarray) -> None:
    """Write ``classifier.safetensors``, one 8-bit ONNX graph a backbone, and the fused heads as ``heads.npz``.

    Args:
        ensemble: of one member or more.
        names: of its members, and of their files.
        directory: where to.
        images: what the 8-bit graphs take the ranges of their activations from.
    """
    round_to_half(ensemble)
    save_weights(ensemble, directory / "classifier.safetensors")
    batch = torch.export.Dim("batch", min=1)
    example = torch.zeros(2, CHANNELS, SIZE, SIZE, dtype=torch.uint8)
    for name, member in zip(names, ensemble.members, strict=True):
        outputs, path = ["features", *Outputs._fields], directory / f"{name}.onnx"
        _export(_Member(member), (example,), path, ["images"], outputs, ({0: batch},))
        quantise(path, images, ".heads.")
        _write(onnx.load(str(path)), path)
    heads = [getattr(ensemble.heads, field) for field in Outputs._fields]
    np.savez(
        directory / "heads.npz",
        weight=torch.cat([h.weight for h in heads]).detach().half().numpy(),
        bias=torch.cat([h.bias for h in heads]).detach().numpy(),
    )


def _export_shared(
    model: nn.Module,
    name: str,
    directory: Path,
    example: tuple,
    inputs: Sequence[str],
    outputs: Sequence[str],
    shapes: tuple,
    folded: bool = True,
) -> None:
    """Write ``NAME.safetensors``, ``NAME.onnx``, and as ``NAME.json`` what the graph takes from the former."""
    round_to_half(model)
    save_weights(model, directory / f"{name}.safetensors")
    path = directory / f"{name}.onnx"
    _export(model, example, path, inputs, outputs, shapes, folded)
    graph = onnx.load(str(path))
    shared = _share(graph, model.state_dict())
    (directory / f"{name}.json").write_text(json.dumps(shared, indent=1) + "\n")
    _write(graph, path)


def export_context(model: ContextEnsemble, directory: Path) -> None:
    """Write the context parsers: ``context.safetensors``, ``.onnx`` and ``.json``."""
    batch, count = torch.export.Dim("batch", min=1), torch.export.Dim("count", min=1)
    example = torch.zeros(2, 3, NODE_FEATURES), torch.zeros(2, 3, 3, PAIR_FEATURES), torch.ones(2, 3)
    shapes = ({0: batch, 1: count}, {0: batch, 1: count, 2: count}, {0: batch, 1: count})
    _export_shared(model, "context", directory, example, ["nodes", "pairs", "mask"], ContextOutputs._fields, shapes)


def export_traces(model: TraceClassifier, directory: Path) -> None:
    """Write the trace classifier: ``trace.safetensors``, ``.onnx`` and ``.json``."""
    batch = torch.export.Dim("batch", min=1)
    example = torch.zeros(2, TRACE_CHANNELS, POINTS), torch.zeros(2, SIZES)
    shapes = ({0: batch}, {0: batch})
    _export_shared(model, "trace", directory, example, ["points", "sizes"], ["logs"], shapes, folded=False)


def export_lines(model: LineRecogniser, directory: Path, images: np.ndarray) -> None:
    """Write ``lines.onnx``, an 8-bit graph: one row of any width, as uint8, to its log probabilities.

    Args:
        model: to export.
        directory: where to.
        images: rows that the ranges of its activations are taken from.
    """
    path = directory / "lines.onnx"
    example = torch.zeros(1, LINE_HEIGHT, 64, dtype=torch.uint8)
    width = torch.export.Dim("width", min=8, max=1 << 16)
    _export(model, (example,), path, ["images"], ["frames"], ({2: width},))
    quantise(path, images, "classes.", batch=1)
    _write(onnx.load(str(path)), path)
