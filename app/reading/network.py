"""The trained networks at run time, in ONNX Runtime on a CPU."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from models.context_input import NODE_FEATURES, PAIR_FEATURES, ContextInput
from models.rendering import SIZE
from models.vocabulary import LABELS

WEIGHTS = Path(__file__).parents[2] / "models" / "weights"
_BATCH = 64
"""Candidates a run: enough to fill the cores, little enough to stay in the cache."""


@dataclass(frozen=True, slots=True)
class Classified:
    """Logits for n candidates: ``symbol`` (n, classes), ``whole`` (n,), ``hand`` (n,)."""

    symbol: np.ndarray
    whole: np.ndarray
    hand: np.ndarray


@dataclass(frozen=True, slots=True)
class Parsed:
    """The context parser's logits for N symbols: ``symbol`` (N, classes), ``whole`` (N,), ``parent`` (N, N + 1),
    ``relation`` (N, N, relations)."""

    symbol: np.ndarray
    whole: np.ndarray
    parent: np.ndarray
    relation: np.ndarray


class Network:
    """Classifier and context parser.

    Args:
        directory: holds ``classifier.onnx``, ``context.onnx`` and ``card.json``.
        threads: threads of one run; ``None`` takes every core.
        backbone: name of one backbone to classify with it alone; ``None`` for all, fused.

    Raises:
        FileNotFoundError: a file is missing.
        ValueError: the weights were made for another vocabulary, or have no such backbone.
    """

    def __init__(self, directory: Path = WEIGHTS, threads: int | None = None, backbone: str | None = None) -> None:
        self.card: dict[str, Any] = json.loads((directory / "card.json").read_text())
        if tuple(self.card["vocabulary"]) != LABELS:
            raise ValueError(f"{directory} holds weights for another vocabulary")
        if backbone is not None and backbone not in self.card["backbones"]:
            raise ValueError(f"no backbone {backbone!r} in {directory}")
        prefix = f"{backbone}_" if backbone else ""
        self._outputs = [prefix + name for name in ("symbol", "whole", "hand")]
        self._run = onnxruntime.RunOptions()
        self._run.only_execute_path_to_fetches = True
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads or 0
        options.inter_op_num_threads = 1
        options.log_severity_level = 3

        def session(name: str) -> onnxruntime.InferenceSession:
            return onnxruntime.InferenceSession(str(directory / name), options, providers=["CPUExecutionProvider"])

        self._classifier, self._context = session("classifier.onnx"), session("context.onnx")

    def classify(self, images: np.ndarray) -> Classified:
        """Classify drawn candidates, uint8 (n, 3, SIZE, SIZE)."""
        parts = [
            self._classifier.run(self._outputs, {"images": images[start : start + _BATCH]}, self._run)
            for start in range(0, len(images), _BATCH)
        ] or [[np.zeros((0, len(LABELS))), np.zeros(0), np.zeros(0)]]
        return Classified(*(np.concatenate(column) for column in zip(*parts, strict=True)))

    def parse(self, inputs: list[ContextInput]) -> list[Parsed]:
        """Parse several hypotheses, each of any number of symbols, in one batch."""
        longest = max(len(i.nodes) for i in inputs)
        nodes = np.zeros((len(inputs), longest, NODE_FEATURES), np.float32)
        pairs = np.zeros((len(inputs), longest, longest, PAIR_FEATURES), np.float32)
        mask = np.zeros((len(inputs), longest), np.float32)
        for row, i in enumerate(inputs):
            count = len(i.nodes)
            nodes[row, :count], pairs[row, :count, :count], mask[row, :count] = i.nodes, i.pairs, 1
        symbol, whole, parent, relation = self._context.run(None, {"nodes": nodes, "pairs": pairs, "mask": mask})
        parsed = []
        for row, i in enumerate(inputs):
            n = len(i.nodes)
            arcs = np.concatenate([parent[row, :n, :n], parent[row, :n, -1:]], 1)
            parsed.append(Parsed(symbol[row, :n], whole[row, :n], arcs, relation[row, :n, :n]))
        return parsed

    def warm_up(self) -> None:
        """Run once, so that the first request finds everything allocated."""
        self.classify(np.zeros((1, 3, SIZE, SIZE), np.uint8))


def checksum(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
