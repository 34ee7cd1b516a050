"""Loading the trained networks: in ONNX Runtime on a CPU, or in PyTorch on a GPU, with the same weights."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Literal

from app.reading.network import Network
from app.reading.onnx_network import OnnxNetwork
from app.reading.torch_network import TorchNetwork
from models.vocabulary import LABELS

WEIGHTS = Path(__file__).parents[2] / "models" / "weights"
Device = Literal["auto", "cpu", "cuda"]


def _cuda_is_here() -> bool:
    try:
        import torch
    except ImportError:
        return False
    return torch.cuda.is_available()


def load_network(
    directory: Path | None = None, threads: int | None = 1, device: Device = "cpu", backbone: str | None = None
) -> Network:
    """Load the trained networks.

    Args:
        directory: with the weights and ``card.json``; default: those that come with the package.
        threads: threads of one run on a CPU; ``None`` takes every core. The networks are so small that a second thread
            cost more time than it saved wherever it was measured.
        device: ``cpu``, ``cuda``, or ``auto``: a GPU where there are one and PyTorch.
        backbone: name of one backbone to classify with it alone; ``None`` for all, fused.

    Raises:
        FileNotFoundError: a file is missing.
        ValueError: the weights were made for another vocabulary, have no such backbone, or ``cuda`` is asked for
            where there is none.
    """
    directory = directory or WEIGHTS
    card = json.loads((directory / "card.json").read_text())
    if tuple(card["vocabulary"]) != LABELS:
        raise ValueError(f"{directory} holds weights for another vocabulary")
    if backbone is not None and backbone not in card["backbones"]:
        raise ValueError(f"no backbone {backbone!r}; there are {', '.join(card['backbones'])}")
    if device == "cuda" and not _cuda_is_here():
        raise ValueError("device is cuda, but PyTorch with a usable CUDA GPU is not here; set it to cpu or auto")
    if device == "cuda" or (device == "auto" and _cuda_is_here()):
        return TorchNetwork(directory, card, "cuda", backbone)
    return OnnxNetwork(directory, card, threads, backbone)


def checksum(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
