"""The trained networks in PyTorch, on a GPU."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from app.reading.network import Network


class TorchNetwork(Network):
    """The networks in PyTorch; on a GPU calls are joined, and the classifier computes in half precision.

    Its logits are off by less than a hundredth then, which changes no reading that was not a toss-up. The
    parser, whose log probabilities are added up over all symbols, is small and keeps single precision.

    Args:
        directory: holds ``classifier.safetensors``, ``context.safetensors``, ``trace.safetensors``, ``grammar.npz``,
            ``geometry.npz``, ``dollars.npz`` and ``misreadings.npz``.
        card: of the weights.
        device: a PyTorch device, such as ``cuda``.
        backbone: name of one backbone to classify with it alone; ``None`` for all, fused.
    """

    batch = 4096

    def __init__(self, directory: Path, card: dict[str, Any], device: str, backbone: str | None) -> None:
        import torch

        from models.loading import load_classifier, load_context, load_trace

        super().__init__(directory, card)
        self.device = device
        self._torch = torch
        ensemble = load_classifier(directory, card["backbones"])
        self._first = ensemble.members[card["backbones"].index(backbone or card.get("sieve", card["backbones"][0]))]
        self._classifier = self._first if backbone else ensemble
        self._classifier.to(device, memory_format=torch.channels_last)
        self._context = load_context(directory, card["context"]).to(device)
        self._traces = load_trace(directory).to(device, memory_format=torch.channels_last)
        self._half = self.joined = device.startswith("cuda")

    def _run(self, model: Any, *arrays: np.ndarray) -> Sequence[np.ndarray]:
        with self._torch.inference_mode():
            outputs = model(*(self._torch.from_numpy(a).to(self.device) for a in arrays))
        return [o.float().cpu().numpy() for o in outputs]

    def _classify(self, images: np.ndarray) -> Sequence[np.ndarray]:
        with self._torch.autocast(self._torch.device(self.device).type, self._torch.float16, enabled=self._half):
            return self._run(self._classifier, images)

    def _features(self, images: np.ndarray) -> np.ndarray:
        return self._run(lambda seen: [self._first.features(seen)], images)[0]

    def _parse(self, nodes: np.ndarray, pairs: np.ndarray, mask: np.ndarray) -> Sequence[np.ndarray]:
        return self._run(self._context, nodes, pairs, mask)

    def _trace(self, points: np.ndarray, sizes: np.ndarray) -> np.ndarray:
        return self._run(lambda *inputs: [self._traces(*inputs)], points, sizes)[0]
