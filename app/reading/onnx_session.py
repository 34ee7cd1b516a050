"""A graph in ONNX Runtime, with the weights that it shares with PyTorch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from safetensors.numpy import load_file

if TYPE_CHECKING:
    from onnxruntime import InferenceSession


def session(
    path: Path,
    threads: int | None,
    given: dict[str, np.ndarray] | None = None,
    arena: bool = True,
    saturates: bool = True,
) -> InferenceSession:
    """A graph in ONNX Runtime on the CPU, with the weights that it does not hold itself.

    Args:
        path: of the graph.
        threads: of one run; ``None`` takes every core.
        given: the weights.
        arena: whether memory is kept from run to run: inputs of ever other sizes would make it grow.
        saturates: whether sums of two products of eight bits may be cut off at 16 bits, as CPUs without VNNI do unless
            they are asked to take half as long again.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or 0
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_cpu_mem_arena = arena
    if not saturates:
        options.add_session_config_entry("session.x64quantprecision", "1")
    if given:
        values = [onnxruntime.OrtValue.ortvalue_from_numpy(v.astype(np.float32)) for v in given.values()]
        options.add_external_initializers(list(given), values)
    return onnxruntime.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])


def shared_weights(directory: Path, name: str) -> dict[str, np.ndarray]:
    """The large weights of a graph that holds none: they are stored once, for PyTorch and for us."""
    taken = json.loads((directory / f"{name}.json").read_text())
    tensors = load_file(directory / f"{name}.safetensors")
    values = [np.ascontiguousarray(tensors[t].T if transposed else tensors[t]) for t, transposed in taken.values()]
    return dict(zip(taken, values, strict=True))
