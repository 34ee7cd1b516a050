"""What each part of the released recogniser adds: readings of CROHME 2013 with one part taken away at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from app.reading.loading import load_network
from app.reading.network import Classified, Network, Parsed
from app.reading.reader import Reader
from models.context_input import ContextInput, class_log_probabilities
from training import crohme
from training.evaluation import read_expressions
from training.sources import data_directory


class _Changed:
    """A network with another way to classify or to parse; all else is the network's own."""

    def __init__(
        self,
        network: Network,
        classify: Callable[[np.ndarray], Classified] | None = None,
        parse: Callable[[Sequence[ContextInput]], list[Parsed]] | None = None,
    ) -> None:
        # Without a sieve there are no features of it to go on from.
        self.classify = lambda images, features=None: (classify or network.classify)(images)
        self.parse = parse or network.parse
        self.card, self.grammar, self.geometry = network.card, network.grammar, network.geometry
        self.looks, self.trace = network.looks, network.trace
        self.sieve = False


def _without_channels(network: Network, neutral: dict[int, int]) -> _Changed:
    def classify(images: np.ndarray) -> Classified:
        images = images.copy()
        for channel, value in neutral.items():
            images[:, channel] = value
        return network.classify(images)

    return _Changed(network, classify)


_SHIFTS = ((0, 0), (0, 1), (0, -1), (1, 0), (-1, 0))


def _shifted(network: Network) -> _Changed:
    """Test-time augmentation: the mean over images shifted by a pixel."""

    def classify(images: np.ndarray) -> Classified:
        found = [network.classify(np.roll(images, shift, (2, 3))) for shift in _SHIFTS]
        return _mean(found)

    return _Changed(network, classify)


def _mean(found: Sequence[Classified]) -> Classified:
    return Classified(*(np.mean([getattr(f, k) for f in found], 0) for k in ("symbol", "whole", "hand")))


def _averaged(network: Network) -> _Changed:
    members = [load_network(backbone=name) for name in network.card["backbones"]]

    def classify(images: np.ndarray) -> Classified:
        return _mean([m.classify(images) for m in members])

    return _Changed(network, classify)


def _classifier_names(network: Network) -> _Changed:
    def parse(inputs: Sequence[ContextInput]) -> list[Parsed]:
        parsed = network.parse(inputs)
        return [replace(p, symbol=class_log_probabilities(i.nodes)) for p, i in zip(parsed, inputs, strict=True)]

    return _Changed(network, parse=parse)


class _FirstGrouping(Reader):
    def hypotheses(self, *arguments, **named):
        return super().hypotheses(*arguments, **named)[:1]


def component_readers(network: Network) -> dict[str, Reader]:
    """Readers that lack or change one part each, by what that is; the first has all."""
    whole = Reader(network)

    def changed(**values: float) -> Reader:
        return Reader(network, {kind: replace(w, **values) for kind, w in whole.weights.items()})

    return {
        "all parts": whole,
        **{f"{name} alone": Reader(load_network(backbone=name)) for name in network.card["backbones"]},
        "plain averaging of the three instead of learned fusion": Reader(_averaged(network)),
        "with test-time augmentation (five shifts by a pixel)": Reader(_shifted(network)),
        "without the pen's way (channels 3–5)": Reader(_without_channels(network, {3: 128, 4: 128, 5: 0})),
        "without the trace classifier": changed(trace=0.0),
        "without the neighbours (channel 2)": Reader(_without_channels(network, {2: 0})),
        "all candidates classified by all three": Reader(_Changed(network)),
        "one grouping instead of a lattice": _FirstGrouping(network),
        "without the head `whole` of the parser": changed(whole=0.0),
        "names by the classifier alone, layout by the parser": Reader(_classifier_names(network)),
        "without balance of rare classes": changed(balance=0.0),
        "without the numbers of pieces": changed(pieces=0.0, parted=0.0),
        "without the grammar's rows": changed(rows=0.0),
        "without sizes and places of neighbours": changed(geometry=0.0),
        "without the looks of one hand": changed(alike=0.0),
        "without leaning to arithmetic": changed(arithmetic=0.0),
    }


def component_table(limit: int | None = None) -> Iterator[str]:
    """Lines of a Markdown table.

    Args:
        limit: read only so many expressions.
    """
    expressions = list(crohme.read_archive(data_directory() / crohme.VALIDATION))
    # Spread over all writers: the arithmetic ones stand together.
    expressions = expressions[:: max(len(expressions) // limit, 1)][:limit] if limit else expressions
    yield "| CROHME 2013 (validation) by strokes | read right | arithmetic | right among 6 readings |"
    yield "|---|---|---|---|"
    for name, reader in component_readers(load_network()).items():
        _, every, arithmetic = read_expressions(reader, expressions)
        shares = (r / max(n, 1) for r, n in (
            (every.right, every.total), (arithmetic.right, arithmetic.total), (every.within_alternatives, every.total)
        ))  # fmt: skip
        yield f"| {name} | " + " | ".join(f"{s:.1%}" for s in shares) + " |"
