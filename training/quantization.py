"""Eight-bit convolutions for the CPU: about twice as fast, and a quarter of the size.

Weights are int8 with a scale for each output channel, activations uint8 with scales from the ranges that training ink
gives them (post-training static quantisation: Jacob et al., CVPR 2018). All else computes in single precision.
"""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static

from app.reading.candidates import candidate_groups
from models.rendering import Style, render
from training import crohme
from training.lines.picture import line_picture
from training.lines.texts import row
from training.sources import data_directory

_EXPRESSIONS = 400
_CANDIDATES = 6
"""Of each expression."""
_BATCH = 64
_ROWS, _ROW_WIDTH = 512, 224


def calibration_images(seed: int = 0) -> np.ndarray:
    """Candidates of training ink as serving draws them, every other expression as in a photograph.

    Returns:
        uint8 (n, 6, 32, 32).
    """
    rng = np.random.default_rng(seed)
    images = []
    every = crohme.read_archive(data_directory() / crohme.TRAINING)
    for number, e in enumerate(islice(every, 0, None, 8800 // _EXPRESSIONS)):
        groups = candidate_groups(e.ink)
        chosen = [groups[i] for i in rng.permutation(len(groups))[:_CANDIDATES]]
        images.append(render(e.ink, chosen, Style(ways=number % 2 == 0)))
    return np.concatenate(images)


def calibration_rows(seed: int = 0) -> np.ndarray:
    """Made-up rows of training hands, cut or padded to one width: uint8 (n, LINE_HEIGHT, _ROW_WIDTH)."""
    rng = np.random.default_rng(seed)
    images = [line_picture(rng, row(rng)).image[:, :_ROW_WIDTH] for _ in range(_ROWS)]
    return np.stack([np.pad(i, ((0, 0), (0, _ROW_WIDTH - i.shape[1]))) for i in images])


class _Reader(CalibrationDataReader):
    def __init__(self, images: np.ndarray, batch: int) -> None:
        # The last, smaller batch is left out: ranges are collected over batches of one size.
        self.batches = iter([images[k : k + batch] for k in range(0, len(images) - batch + 1, batch)])

    def get_next(self) -> dict[str, np.ndarray] | None:
        batch = next(self.batches, None)
        return None if batch is None else {"images": batch}


def quantise(path: Path, images: np.ndarray, kept: str, batch: int = _BATCH) -> None:
    """Replace the convolutions and linear layers of an ONNX graph by 8-bit ones, in its file.

    Args:
        path: of a graph in single precision with the input ``images`` and all its weights inside.
        images: what activations' ranges are taken from.
        kept: in the names of the weights of the last layers, which stay as they are: they cost nothing, and confidence
            hangs on their logits.
        batch: images a run.
    """
    folded = path.with_suffix(".folded.onnx")
    options = onnxruntime.SessionOptions()
    options.optimized_model_filepath = str(folded)
    # Batch normalisation is folded into the convolutions before these are quantised.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    heads = [n.name for n in onnx.load(str(folded)).graph.node if any(kept in name for name in n.input)]
    quantize_static(
        str(folded), str(path), _Reader(images, batch), quant_format=QuantFormat.QDQ, per_channel=True,
        activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8, calibrate_method=CalibrationMethod.MinMax,
        op_types_to_quantize=["Conv", "Gemm"], nodes_to_exclude=heads,
    )  # fmt: skip
    folded.unlink()
