"""From training runs to the weights that the package ships: safetensors, and ONNX graphs that take theirs from there.

They are stored once, in half precision, and computed with in single precision by PyTorch and by ONNX Runtime, so that
the two give the same answers.
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

Shared = tuple[str, bool]
"""Name of a tensor in the safetensors, and whether the graph wants it transposed."""


def _share(path: Path, state: dict[str, torch.Tensor]) -> dict[str, Shared]:
    """Take the large initializers out of a graph that are tensors of a state, or their transposes.

    The others, into which the exporter has folded batch normalisation, are stored in half precision behind a cast.

    Returns:
        For each of them the tensor's name, and whether it is transposed.
    """
    model = onnx.load(str(path))
    known = {name: tensor.numpy() for name, tensor in state.items() if tensor.numel() >= SMALL}
    shared: dict[str, Shared] = {}
    casts = []
    for initializer in list(model.graph.initializer):
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
        else:
            half = numpy_helper.from_array(values.astype(np.float16), f"{initializer.name}_half")
            casts.append(helper.make_node("Cast", [half.name], [initializer.name], to=TensorProto.FLOAT))
            model.graph.initializer.remove(initializer)
            model.graph.initializer.append(half)
    # The exporter notes which source lines, by their full paths, each node came from.
    graph = model.graph
    for part in (model, graph, *graph.node, *graph.value_info, *graph.input, *graph.output):
        del part.metadata_props[:]
        part.doc_string = ""
    nodes = casts + list(graph.node)
    del graph.node[:]
    graph.node.extend(nodes)
    path.with_suffix(".onnx.data").unlink(missing_ok=True)
    path.write_bytes(model.SerializeToString())
    return shared


def _export(
    model: nn.Module,
    example: tuple,
    path: Path,
    inputs: Sequence[str],
    outputs: Sequence[str],
    shapes: tuple,
    state: dict[str, torch.Tensor],
) -> dict[str, Shared]:
    model.eval()
    program = torch.onnx.export(
        model, example, input_names=list(inputs), output_names=list(outputs), dynamic_shapes=shapes,
        dynamo=True, external_data=False, verbose=False,
    )  # fmt: skip
    program.optimize()
    program.save(str(path))
    return _share(path, state)


class _Member(nn.Module):
    """One backbone: its features, and behind them what its own heads say, so that it can be served alone."""

    def __init__(self, classifier: nn.Module) -> None:
        super().__init__()
        self.classifier = classifier

    def forward(self, images: torch.Tensor) -> tuple[torch.Tensor, ...]:
        features = self.classifier.features(images)
        return features, *self.classifier.heads(features)


def export_classifier(ensemble: Ensemble, names: Sequence[str], directory: Path) -> dict[str, dict[str, Shared]]:
    """Write ``classifier.safetensors``, one ONNX graph a backbone, and the fused heads as ``heads.npz``.

    Args:
        ensemble: of one member or more.
        names: of its members, and of their files.
        directory: where to.

    Returns:
        What each backbone's graph takes from the safetensors: initializer → (tensor, whether transposed).
    """
    round_to_half(ensemble)
    save_weights(ensemble, directory / "classifier.safetensors")
    batch = torch.export.Dim("batch", min=1)
    images = torch.zeros(2, CHANNELS, SIZE, SIZE, dtype=torch.uint8)
    shared = {}
    for name, member in zip(names, ensemble.members, strict=True):
        outputs, path = ["features", *Outputs._fields], directory / f"{name}.onnx"
        shared[name] = _export(
            _Member(member), (images,), path, ["images"], outputs, ({0: batch},), ensemble.state_dict()
        )
    heads = [getattr(ensemble.heads, field) for field in Outputs._fields]
    np.savez(
        directory / "heads.npz",
        weight=torch.cat([h.weight for h in heads]).detach().half().numpy(),
        bias=torch.cat([h.bias for h in heads]).detach().numpy(),
    )
    return shared


def export_context(model: ContextEnsemble, directory: Path) -> dict[str, Shared]:
    """Write ``context.safetensors`` and ``context.onnx``; returns what the graph takes from the safetensors."""
    round_to_half(model)
    save_weights(model, directory / "context.safetensors")
    batch, count = torch.export.Dim("batch", min=1), torch.export.Dim("count", min=1)
    example = torch.zeros(2, 3, NODE_FEATURES), torch.zeros(2, 3, 3, PAIR_FEATURES), torch.ones(2, 3)
    shapes = ({0: batch, 1: count}, {0: batch, 1: count, 2: count}, {0: batch, 1: count})
    inputs, path = ["nodes", "pairs", "mask"], directory / "context.onnx"
    return _export(model, example, path, inputs, ContextOutputs._fields, shapes, model.state_dict())
