"""The trained networks in ONNX Runtime, on a CPU."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from app.reading.network import Classified, Network
from app.reading.onnx_session import session, shared_weights
from app.reading.progress import checkpoint
from models.vocabulary import LABELS


class OnnxNetwork(Network):
    """The networks in ONNX Runtime on a CPU. From the first on, NumPy multiplies in one thread.

    Args:
        directory: holds 8-bit ONNX graphs of the backbones, ``heads.npz``, ``context.onnx`` and ``trace.onnx`` whose
            weights are those of the safetensors beside them, ``grammar.npz``,
            ``geometry.npz``, ``dollars.npz`` and ``misreadings.npz``.
        card: of the weights.
        threads: threads of one run; ``None`` takes every core.
        backbone: name of one backbone to classify with it alone; ``None`` for all, fused.
    """

    batch = 64  # enough to fill the cores, little enough to stay in the cache
    device = "cpu"

    def __init__(self, directory: Path, card: dict[str, Any], threads: int | None, backbone: str | None) -> None:
        super().__init__(directory, card)
        # Heads and looks are small products: threads cost more than they save, above all beside other readings.
        threadpool_limits(1, user_api="blas")
        names = [backbone] if backbone else card["backbones"]
        self._bodies = {name: session(directory / f"{name}.onnx", threads) for name in names}
        self._context = session(directory / "context.onnx", threads, shared_weights(directory, "context"))
        self._traces = session(directory / "trace.onnx", threads, shared_weights(directory, "trace"))
        with np.load(directory / "heads.npz") as archive:
            self._weight, self._bias = archive["weight"].astype(np.float32), archive["bias"].astype(np.float32)
        self._first = card.get("sieve") if len(names) > 1 else None

    def _classify(self, images: np.ndarray) -> Sequence[np.ndarray]:
        if len(self._bodies) == 1:
            (body,) = self._bodies.values()
            return body.run(["symbol", "whole", "hand"], {"images": images})
        return self._fused({}, images)

    def _fused(self, known: dict[str, np.ndarray], images: np.ndarray) -> Sequence[np.ndarray]:
        """Fused logits; the features of some backbones may be known."""
        features = [
            known[name] if name in known else body.run(["features"], {"images": images})[0]
            for name, body in self._bodies.items()
        ]
        logits = np.concatenate(features, 1) @ self._weight.T + self._bias
        return logits[:, : len(LABELS)], logits[:, -2], logits[:, -1]

    def _features(self, images: np.ndarray) -> np.ndarray:
        body = self._bodies[self._first or next(iter(self._bodies))]
        return body.run(["features"], {"images": images})[0]

    @property
    def sieve(self) -> bool:
        # Calls in flight that are joined would have to wait for one another twice.
        return self._first is not None and not self.joined

    def _classify_sifted(self, images: np.ndarray, features: np.ndarray) -> Sequence[np.ndarray]:
        return self._fused({self._first: features}, images)

    def sift(self, images: np.ndarray) -> Classified:
        parts = []
        for start in range(0, len(images), self.batch):
            part = images[start : start + self.batch]
            checkpoint(len(part))
            parts.append(self._bodies[self._first].run(["symbol", "whole", "hand", "features"], {"images": part}))
            if self.observer:
                self.observer(len(part), 1)
        return Classified(*(np.concatenate(column) for column in zip(*parts, strict=True)))

    def _parse(self, nodes: np.ndarray, pairs: np.ndarray, mask: np.ndarray) -> Sequence[np.ndarray]:
        return self._context.run(None, {"nodes": nodes, "pairs": pairs, "mask": mask})

    def _trace(self, points: np.ndarray, sizes: np.ndarray) -> np.ndarray:
        (logs,) = self._traces.run(None, {"points": points, "sizes": sizes})
        return logs
