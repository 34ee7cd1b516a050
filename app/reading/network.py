"""What the trained networks say at run time, whatever runs them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from app.reading.batching import Batcher
from app.reading.dollars import Dollars
from app.reading.onnx_session import session
from app.reading.progress import checkpoint
from models.context_input import NODE_FEATURES, PAIR_FEATURES, ContextInput
from models.geometry import Geometry
from models.grammar import Grammar

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


def to_looks(features: np.ndarray) -> np.ndarray:
    """A backbone's features, (n, FEATURES), as looks: of length 1."""
    return features / np.maximum(np.linalg.norm(features, axis=1, keepdims=True), 1e-6)


def _dollars(directory: Path) -> Dollars | None:
    """What tells a release's dollar signs, which is learned when it can look."""
    path = directory / "dollars.npz"
    return Dollars.load(path) if path.exists() else None


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
        dollars: tells dollar signs by their looks; ``None`` where nobody learned that.
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
        self.dollars = _dollars(directory)
        self.observer: Callable[[int, int], None] | None = None
        self._classify_joined = Batcher(self._classify_calls, len, self.batch)
        self._parse_joined = Batcher(self._parse_calls, len, _HYPOTHESES)
        # A row is little work, and there is one at a time: a GPU would not be faster. Its frames depend on many layers
        # of eight bits: cut off, every 40th had another likeliest character. The backbones' logits hardly change.
        self._lines = session(directory / "lines.onnx", 1, arena=False, saturates=False)

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
