"""From training runs to the weights that the package ships: safetensors for PyTorch, ONNX for a CPU.

Both are stored in half precision and computed with in single precision: ONNX is exported from the rounded
weights, so that the two give the same answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from models.context import ContextEnsemble, ContextOutputs
from models.context_input import NODE_FEATURES, PAIR_FEATURES
from models.loading import SMALL, round_to_half, save_weights
from models.network import Ensemble, Outputs
from models.rendering import CHANNELS, SIZE


def _halve_initializers(path: Path) -> None:
    """Store large initializers in half precision behind a cast, which the runtime folds away when it loads."""
    model = onnx.load(str(path))
    graph, casts = model.graph, []
    for tensor in list(graph.initializer):
        if tensor.data_type != TensorProto.FLOAT or np.prod(tensor.dims) < SMALL:
            continue
        name = tensor.name
        half = numpy_helper.from_array(numpy_helper.to_array(tensor).astype(np.float16), name + "_half")
        graph.initializer.remove(tensor)
        graph.initializer.append(half)
        casts.append(helper.make_node("Cast", [half.name], [name], to=TensorProto.FLOAT, name=name + "_cast"))
    # The exporter notes which source lines, by their full paths, each node came from.
    for part in (model, graph, *graph.node, *graph.value_info, *graph.input, *graph.output):
        del part.metadata_props[:]
        part.doc_string = ""
    nodes = casts + list(graph.node)
    del graph.node[:]
    graph.node.extend(nodes)
    onnx.checker.check_model(model)
    path.with_suffix(".onnx.data").unlink(missing_ok=True)
    onnx.save(model, str(path))


def _export(
    model: nn.Module, example: tuple, path: Path, inputs: Sequence[str], outputs: Sequence[str], shapes: tuple
) -> None:
    model.eval()
    program = torch.onnx.export(
        model, example, input_names=list(inputs), output_names=list(outputs), dynamic_shapes=shapes,
        dynamo=True, external_data=False, verbose=False,
    )  # fmt: skip
    program.optimize()
    program.save(str(path))
    _halve_initializers(path)


class _Member(nn.Module):
    """One backbone: its features, and behind them what its own heads say, so that it can be served alone."""

    def __init__(self, classifier: nn.Module) -> None:
        super().__init__()
        self.classifier = classifier

    def forward(self, images: torch.Tensor) -> tuple[torch.Tensor, ...]:
        features = self.classifier.features(images)
        return features, *self.classifier.heads(features)


def export_classifier(ensemble: Ensemble, names: Sequence[str], directory: Path) -> None:
    """Write ``classifier.safetensors``, one ONNX file a backbone, and the fused heads as ``heads.npz``.

    Args:
        ensemble: of one member or more.
        names: of its members, and of their files.
        directory: where to.
    """
    round_to_half(ensemble)
    save_weights(ensemble, directory / "classifier.safetensors")
    batch = torch.export.Dim("batch", min=1)
    images = torch.zeros(2, CHANNELS, SIZE, SIZE, dtype=torch.uint8)
    for name, member in zip(names, ensemble.members, strict=True):
        outputs = ["features", *Outputs._fields]
        _export(_Member(member), (images,), directory / f"{name}.onnx", ["images"], outputs, ({0: batch},))
    heads = [getattr(ensemble.heads, field) for field in Outputs._fields]
    np.savez(
        directory / "heads.npz",
        weight=torch.cat([h.weight for h in heads]).detach().half().numpy(),
        bias=torch.cat([h.bias for h in heads]).detach().numpy(),
    )


def export_context(model: ContextEnsemble, directory: Path) -> None:
    """Write ``context.safetensors`` and ``context.onnx``."""
    round_to_half(model)
    save_weights(model, directory / "context.safetensors")
    batch, count = torch.export.Dim("batch", min=1), torch.export.Dim("count", min=1)
    example = torch.zeros(2, 3, NODE_FEATURES), torch.zeros(2, 3, 3, PAIR_FEATURES), torch.ones(2, 3)
    shapes = ({0: batch, 1: count}, {0: batch, 1: count, 2: count}, {0: batch, 1: count})
    _export(model, example, directory / "context.onnx", ["nodes", "pairs", "mask"], ContextOutputs._fields, shapes)
