"""Every figure of the released weights, printed by one command."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Callable, Iterator
from itertools import islice
from time import perf_counter

import numpy as np

from app.maths.latex import to_latex
from app.reading.network import Network, load_network
from app.reading.reader import Reader
from models.rendering import render
from models.vocabulary import INDEX, LABELS
from training import crohme
from training.batches import load_sources
from training.evaluation import Outcome, read_expressions, read_photos
from training.metrics import expected_calibration_error
from training.sources import Sample, data_directory, image_ink

_DIGITS = [INDEX[d] for d in "0123456789"]
_OPERATORS = [INDEX[o] for o in ("+", "-", "\\times", "\\div", "/", "=")]


def _expressions(archive: str, limit: int | None) -> list[crohme.Expression]:
    return list(islice(crohme.read_archive(data_directory() / archive), limit))


def _calibration(outcomes: list[Outcome]) -> str:
    read = [o for o in outcomes if o.reading]
    confidence = np.array([o.reading.best.confidence for o in read])
    right = np.array([o.right for o in read])
    return f"calibration error {expected_calibration_error(confidence, right):.3f}"


def _crohme(archive: str, as_images: bool) -> Callable[[Reader, int | None], Iterator[str]]:
    def measure(reader: Reader, limit: int | None) -> Iterator[str]:
        outcomes, every, arithmetic = read_expressions(reader, _expressions(archive, limit), as_images)
        yield f"all: {every}"
        yield f"arithmetic: {arithmetic}"
        yield _calibration(outcomes)

    return measure


def _photos(reader: Reader, limit: int | None) -> Iterator[str]:
    outcomes = read_photos(reader)
    for kind in ("canvas", "photo"):
        right = [o.right for o, k in outcomes if k == kind]
        ranked = [o.rank >= 0 for o, k in outcomes if k == kind]
        yield f"{kind}: {sum(right)}/{len(right)} = {np.mean(right):.2%}, with alternatives {np.mean(ranked):.2%}"
    for o, kind in outcomes:
        if not o.right:
            found = to_latex(o.reading.best.tree) if o.reading else "nothing"
            yield f"  {kind} {o.name}: {to_latex(o.truth)} read as {found}"


def _isolated(network: Network, samples: list[Sample], classes: list[int]) -> float:
    """Share of single symbols named right among some classes."""
    right = 0
    for start in range(0, len(samples), 512):
        part = samples[start : start + 512]
        logits = network.classify(np.concatenate([render(s.ink, [s.group]) for s in part])).symbol[:, classes]
        right += sum(classes[k] == s.label for k, s in zip(logits.argmax(1), part, strict=True))
    return right / max(len(samples), 1)


def _mnist_test(limit: int | None) -> list[Sample]:
    with np.load(data_directory() / "mnist.npz") as archive:
        pairs = list(islice(zip(archive["x_test"], archive["y_test"], strict=True), limit))
    return [Sample(ink, (0,), int(label)) for image, label in pairs if (ink := image_ink(image)) is not None]


def _classifiers(reader: Reader, limit: int | None) -> Iterator[str]:
    sources = load_sources(True)
    wanted = set(_DIGITS + _OPERATORS)
    crohme_part = [s for s in sources["symbols"] if s.label in wanted]
    unipen_part = [s for s in sources["unipen"] if s.label in wanted]
    mnist = _mnist_test(limit)
    yield "| classifier | CROHME 2013 all | CROHME 2013 digits and operators | UNIPEN new writers | MNIST test |"
    yield "|---|---|---|---|---|"
    for backbone in (*reader.card["backbones"], None):
        network = load_network(backbone=backbone)
        cells = [
            _isolated(network, sources["symbols"][:limit], list(range(len(LABELS)))),
            _isolated(network, crohme_part[:limit], _DIGITS + _OPERATORS),
            _isolated(network, unipen_part[:limit], _DIGITS + _OPERATORS),
            _isolated(network, mnist, _DIGITS),
        ]
        yield f"| {backbone or 'combined'} | " + " | ".join(f"{c:.2%}" for c in cells) + " |"


def _latency(reader: Reader, limit: int | None) -> Iterator[str]:
    tens = [e for e in _expressions(crohme.VALIDATION, None) if len(e.labels) == 10][:20]
    for e in tens[:3]:
        reader.read(e.ink)
    times = []
    for e in tens:
        start = perf_counter()
        reader.read(e.ink)
        times.append((perf_counter() - start) * 1000)
    machine = f"{platform.machine()}, {os.cpu_count()} cores"
    yield f"{machine}, 10 symbols by strokes: median {statistics.median(times):.0f} ms, worst {max(times):.0f} ms"


SETS: dict[str, Callable[[Reader, int | None], Iterator[str]]] = {
    "validation-strokes": _crohme(crohme.VALIDATION, False),
    "validation-images": _crohme(crohme.VALIDATION, True),
    "test-strokes": _crohme(crohme.TEST, False),
    "test-images": _crohme(crohme.TEST, True),
    "expressions": _photos,
    "classifiers": _classifiers,
    "latency": _latency,
}


def print_figures(names: list[str], limit: int | None = None) -> None:
    """Print figures.

    Args:
        names: keys of :data:`SETS`; all if empty.
        limit: read only so many of each set, for a quick look.

    Raises:
        SystemExit: there is no such set.
    """
    unknown = set(names) - set(SETS)
    if unknown:
        raise SystemExit(f"no such set: {', '.join(sorted(unknown))}; there are {', '.join(SETS)}")
    reader = Reader.load()
    for name in names or SETS:
        print(f"\n## {name}", flush=True)
        for line in SETS[name](reader, limit):
            print(line, flush=True)
