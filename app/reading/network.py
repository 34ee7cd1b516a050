"""The trained networks at run time: in ONNX Runtime on a CPU, or in PyTorch on a GPU, with the same weights."""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from safetensors.numpy import load_file
from threadpoolctl import threadpool_limits

from app.reading.batching import Batcher
from app.reading.progress import checkpoint
from models.context_input import NODE_FEATURES, PAIR_FEATURES, ContextInput
from models.geometry import Geometry
from models.grammar import Grammar
from models.vocabulary import LABELS

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

WEIGHTS = Path(__file__).parents[2] / "models" / "weights"
Device = Literal["auto", "cpu", "cuda"]
_HYPOTHESES = 64
"""Most hypotheses of several requests that are parsed as one batch: all are padded to the longest."""


@dataclass(frozen=True, slots=True)
class Classified:
    """Logits for n candidates: ``symbol`` (n, classes), ``whole`` (n,), ``hand`` (n,); where one backbone has sifted
    them, also its ``features`` (n, FEATURES)."""

    symbol: np.ndarray
    whole: np.ndarray
    hand: np.ndarray
    features: np.ndarray | None = None


@dataclass(frozen=True, slots=True)
class Parsed:
    """The context parser's logits for N symbols: ``symbol`` (N, classes), ``whole`` (N,), ``parent`` (N, N + 1),
    ``relation`` (N, N, relations)."""

    symbol: np.ndarray
    whole: np.ndarray
    parent: np.ndarray
    relation: np.ndarray


def _session(
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


def _given(directory: Path, name: str) -> dict[str, np.ndarray]:
    """The large weights of a graph that holds none: they are stored once, for PyTorch and for us."""
    taken = json.loads((directory / f"{name}.json").read_text())
    tensors = load_file(directory / f"{name}.safetensors")
    values = [np.ascontiguousarray(tensors[t].T if transposed else tensors[t]) for t, transposed in taken.values()]
    return dict(zip(taken, values, strict=True))


def to_looks(features: np.ndarray) -> np.ndarray:
    """A backbone's features, (n, FEATURES), as looks: of length 1."""
    return features / np.maximum(np.linalg.norm(features, axis=1, keepdims=True), 1e-6)


def _misreadings(directory: Path) -> np.ndarray | None:
    """The misreadings of a release, which are counted when it can read: see ``training.lines.misreadings``."""
    path = directory / "misreadings.npz"
    if not path.exists():
        return None
    with np.load(path) as archive:
        return archive["logs"].astype(np.float32)


class Network(ABC):
    """Classifier and context parser, whatever runs them. Safe to share between threads.

    Attributes:
        card: what the weights are, from ``card.json``.
        grammar: how plausible layouts are.
        geometry: how plausible sizes and places are.
        misreadings: (1 + characters, 1 + characters) log probabilities of what the line recogniser's characters, or
            nothing, are in truth where the ink of a row is read as them; ``None`` where nobody counted.
        device: what they run on.
        joined: whether calls that come at the same time run as one. It pays on a GPU, which is faster by far with
            many candidates at once.
        observer: called after each run of the classifier with its candidates and the calls that it was for.
    """

    batch: int
    """Candidates a run, at the most."""
    device: str
    joined = False

    def __init__(self, directory: Path, card: dict[str, Any]) -> None:
        self.card = card
        self.grammar = Grammar.load(directory / "grammar.npz")
        self.geometry = Geometry.load(directory / "geometry.npz")
        self.misreadings = _misreadings(directory)
        self.observer: Callable[[int, int], None] | None = None
        self._classify_joined = Batcher(self._classify_calls, len, self.batch)
        self._parse_joined = Batcher(self._parse_calls, len, _HYPOTHESES)
        # A row is little work, and there is one at a time: a GPU would not be faster. Its frames depend on many layers
        # of eight bits: cut off, every 40th had another likeliest character. The backbones' logits hardly change.
        self._lines = _session(directory / "lines.onnx", 1, arena=False, saturates=False)

    @abstractmethod
    def _classify(self, images: np.ndarray) -> Sequence[np.ndarray]:
        """uint8 (n, 6, 32, 32) → symbol, whole and hand logits."""

    @abstractmethod
    def _parse(self, nodes: np.ndarray, pairs: np.ndarray, mask: np.ndarray) -> Sequence[np.ndarray]:
        """Padded float32 batch → symbol, whole, parent and relation logits."""

    def classify(self, images: np.ndarray, features: np.ndarray | None = None) -> Classified:
        """Classify drawn candidates.

        Args:
            images: uint8 (n, 6, 32, 32), n ≥ 1.
            features: what ``sift`` found of them, so that it need not be found again.

        Raises:
            StoppedError: the reading in progress is to stop.
        """
        parts = []
        for start in range(0, len(images), self.batch):
            part = images[start : start + self.batch]
            # What was sifted has been counted.
            checkpoint(0 if features is not None else len(part))
            if features is not None:
                parts.append(self._classify_sifted(part, features[start : start + self.batch]))
            else:
                parts.append(self._classify_joined(part) if self.joined else self._classify_calls([part])[0])
        return Classified(*(np.concatenate(column) for column in zip(*parts, strict=True)))

    @property
    def sieve(self) -> bool:
        """Whether it can ``sift``, and that saves time."""
        return False

    def sift(self, images: np.ndarray) -> Classified:
        """What one backbone says of candidates, with its features: to tell which are worth the others' time.

        Raises:
            StoppedError: the reading in progress is to stop.
        """
        raise NotImplementedError

    def glance(self, images: np.ndarray) -> Classified:
        """What :meth:`sift` says of candidates where it saves time, and :meth:`classify` elsewhere.

        Raises:
            StoppedError: the reading in progress is to stop.
        """
        return self.sift(images) if self.sieve else self.classify(images)

    def _classify_sifted(self, images: np.ndarray, features: np.ndarray) -> Sequence[np.ndarray]:
        return self._classify(images)

    @abstractmethod
    def _features(self, images: np.ndarray) -> np.ndarray:
        """uint8 (n, 6, 32, 32) → one backbone's features (n, FEATURES), always the same one's."""

    def looks(self, images: np.ndarray) -> np.ndarray:
        """How drawn symbols look to one backbone: the more alike, the greater the product of two of them.

        Args:
            images: uint8 (n, 6, 32, 32), few.

        Returns:
            float32 (n, FEATURES), each of length 1.

        Raises:
            StoppedError: the reading in progress is to stop.
        """
        checkpoint()
        return to_looks(self._features(images))

    def _classify_calls(self, calls: Sequence[np.ndarray]) -> list[Sequence[np.ndarray]]:
        """The logits of each call's images, from one run."""
        outputs = self._classify(np.concatenate(calls) if calls[1:] else calls[0])
        ends = np.cumsum([len(images) for images in calls])
        if self.observer:
            self.observer(int(ends[-1]), len(calls))
        return list(zip(*(np.split(o, ends[:-1]) for o in outputs), strict=True))

    def parse(self, inputs: Sequence[ContextInput]) -> list[Parsed]:
        """Parse several hypotheses, each of any number of symbols, in one batch.

        Raises:
            StoppedError: the reading in progress is to stop.
        """
        checkpoint()
        return self._parse_joined(inputs) if self.joined else self._parse_together(inputs)

    def trace(self, points: np.ndarray, sizes: np.ndarray) -> np.ndarray:
        """What the trace classifier says of candidates made of strokes.

        Args:
            points: float32 (n, CHANNELS, POINTS), from ``models.trace.trace_input``.
            sizes: float32 (n, SIZES), from there too.

        Returns:
            Class log probabilities, float32 (n, len(LABELS)).

        Raises:
            StoppedError: the reading in progress is to stop.
        """
        checkpoint()
        return self._trace(points, sizes)

    @abstractmethod
    def _trace(self, points: np.ndarray, sizes: np.ndarray) -> np.ndarray:
        """What :meth:`trace` says."""

    def transcribe(self, image: np.ndarray) -> np.ndarray:
        """What the line recogniser says of a row.

        Args:
            image: uint8 (LINE_HEIGHT, width), from ``models.line_image``.

        Returns:
            Log probabilities of CTC's blank and ``CHARACTERS``, float32 (width // STRIDE, 1 + len(CHARACTERS)).

        Raises:
            StoppedError: the reading in progress is to stop.
        """
        checkpoint()
        (frames,) = self._lines.run(None, {"images": image[None]})
        return frames[0]

    def _parse_calls(self, calls: Sequence[Sequence[ContextInput]]) -> list[list[Parsed]]:
        parsed = iter(self._parse_together([i for inputs in calls for i in inputs]))
        return [[next(parsed) for _ in inputs] for inputs in calls]

    def _parse_together(self, inputs: Sequence[ContextInput]) -> list[Parsed]:
        longest = max(len(i.nodes) for i in inputs)
        nodes = np.zeros((len(inputs), longest, NODE_FEATURES), np.float32)
        pairs = np.zeros((len(inputs), longest, longest, PAIR_FEATURES), np.float32)
        mask = np.zeros((len(inputs), longest), np.float32)
        for row, i in enumerate(inputs):
            count = len(i.nodes)
            nodes[row, :count], pairs[row, :count, :count], mask[row, :count] = i.nodes, i.pairs, 1
        symbol, whole, parent, relation = self._parse(nodes, pairs, mask)
        parsed = []
        for row, i in enumerate(inputs):
            n = len(i.nodes)
            arcs = np.concatenate([parent[row, :n, :n], parent[row, :n, -1:]], 1)
            parsed.append(Parsed(symbol[row, :n], whole[row, :n], arcs, relation[row, :n, :n]))
        return parsed


class OnnxNetwork(Network):
    """The networks in ONNX Runtime on a CPU. From the first on, NumPy multiplies in one thread.

    Args:
        directory: holds 8-bit ONNX graphs of the backbones, ``heads.npz``, ``context.onnx`` and ``trace.onnx`` whose
            weights are those of the safetensors beside them, ``grammar.npz``,
            ``geometry.npz`` and ``misreadings.npz``.
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
        self._bodies = {name: _session(directory / f"{name}.onnx", threads) for name in names}
        self._context = _session(directory / "context.onnx", threads, _given(directory, "context"))
        self._traces = _session(directory / "trace.onnx", threads, _given(directory, "trace"))
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


class TorchNetwork(Network):
    """The networks in PyTorch; on a GPU calls are joined, and the classifier computes in half precision.

    Its logits are off by less than a hundredth then, which changes no reading that was not a toss-up. The
    parser, whose log probabilities are added up over all symbols, is small and keeps single precision.

    Args:
        directory: holds ``classifier.safetensors``, ``context.safetensors``, ``trace.safetensors``, ``grammar.npz``,
            ``geometry.npz`` and ``misreadings.npz``.
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
