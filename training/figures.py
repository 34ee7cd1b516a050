"""Every figure of the released weights, printed by one command."""

from __future__ import annotations

import operator
import os
import platform
import statistics
from collections import Counter
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import islice
from time import perf_counter

import cv2
import numpy as np

from app.maths import ParseError, evaluate, parse
from app.reading.errors import ReadingError
from app.reading.loading import load_network
from app.reading.network import Network
from app.reading.page import ink_from_image
from app.reading.reader import Reader
from models.ink import Ink
from models.vocabulary import INDEX, LABELS
from training import crohme
from training.batches import load_sources
from training.changes import CHANGES
from training.classified import classify_samples
from training.components import component_table
from training.evaluation import Outcome, drawn, read_expressions, read_photos
from training.metrics import calibration_error_by_chance, expected_calibration_error
from training.sources import Sample, data_directory, expression_samples, image_ink

_DIGITS = [INDEX[d] for d in "0123456789"]
_FOUNDING_SIGNS: dict[str, Callable[[int, int], int | Fraction | None]] = {
    "+": operator.add,
    "-": operator.sub,
    "\\times": operator.mul,
    "\\div": lambda a, b: Fraction(a, b) if b else None,
}
_OPERATORS = [INDEX[o] for o in ("+", "-", "\\times", "\\div", "/", "=")]


def _expressions(archive: str, limit: int | None) -> list[crohme.Expression]:
    return list(islice(crohme.read_archive(data_directory() / archive), limit))


def _calibration(outcomes: list[Outcome]) -> str:
    read = [o for o in outcomes if o.reading]
    confidence = np.array([o.reading.best.confidence for o in read])
    right = np.array([o.right for o in read])
    error, chance = expected_calibration_error(confidence, right), calibration_error_by_chance(confidence)
    return f"calibration error {error:.3f} ({chance:.3f} by chance alone, were every confidence exact)"


def _crohme(archive: str, as_images: bool) -> Callable[[Reader, int | None], Iterator[str]]:
    def measure(reader: Reader, limit: int | None) -> Iterator[str]:
        expressions = _expressions(archive, limit)
        outcomes, every, arithmetic = read_expressions(reader, expressions, as_images)
        yield f"all: {every}"
        yield f"arithmetic: {arithmetic}"
        told = [e for e in expressions if e.arithmetic]
        yield f"arithmetic, when told so: {read_expressions(reader, told, as_images, symbols='arithmetic')[1]}"
        yield _calibration(outcomes)
        causes = Counter(o.cause for o in outcomes if o.cause)
        if causes:
            yield "misread because of: " + ", ".join(f"{cause} {count}" for cause, count in causes.most_common())

    return measure


def _photos(reader: Reader, limit: int | None) -> Iterator[str]:
    outcomes = read_photos(reader)
    for kind in ("canvas", "photo"):
        right = [o.right for o, k in outcomes if k == kind]
        ranked = [o.rank >= 0 for o, k in outcomes if k == kind]
        yield f"{kind}: {sum(right)}/{len(right)} = {np.mean(right):.2%}, with alternatives {np.mean(ranked):.2%}"
    for o, kind in outcomes:
        if not o.right:
            yield f"  {kind} {o}"


def _photos_otherwise(reader: Reader, limit: int | None) -> Iterator[str]:
    """The photographs, but no canvas drawings, as other light, hands, paper and telephones would have shown them."""
    total = right = 0
    for name, change in CHANGES.items():
        ranks = [o.rank for o, kind in read_photos(reader, change=change) if kind == "photo"]
        first = ranks.count(0)
        total, right = total + len(ranks), right + first
        yield f"{name}: {first} of {len(ranks)}, with alternatives {sum(rank >= 0 for rank in ranks)}"
    yield f"all: {right / total:.1%}"


def _isolated(network: Network, samples: list[Sample], classes: list[int], trace: float = 0.0) -> float:
    """Share of single symbols named right among some classes."""
    logits = classify_samples(network, samples, trace).symbol[:, classes]
    return float((np.array(classes)[logits.argmax(1)] == [s.label for s in samples]).mean())


def _mnist_test(limit: int | None) -> list[Sample]:
    with np.load(data_directory() / "mnist.npz") as archive:
        pairs = list(islice(zip(archive["x_test"], archive["y_test"], strict=True), limit))
    return [Sample(ink, (0,), int(label)) for image, label in pairs if (ink := image_ink(image)) is not None]


def classifier_table(reader: Reader, limit: int | None = None) -> Iterator[str]:
    """Shares of single symbols named right, without context, by each backbone and by all: lines of a Markdown table."""
    sources = load_sources(True)
    wanted = set(_DIGITS + _OPERATORS)
    crohme_part = [s for s in sources["symbols"] if s.label in wanted]
    unipen_part = [s for s in sources["unipen"] if s.label in wanted]
    mnist = _mnist_test(limit)
    yield "| classifier | CROHME 2013 all | CROHME 2013 digits and operators | UNIPEN new writers | MNIST test |"
    yield "|---|---|---|---|---|"
    trace = reader.weights["strokes"].trace
    for name, backbone, weight in (
        *((name, name, 0.0) for name in reader.card["backbones"]),
        ("combined", None, 0.0),
        ("with the trace classifier", None, trace),
    ):
        network = load_network(backbone=backbone)
        cells = [
            _isolated(network, sources["symbols"][:limit], list(range(len(LABELS))), weight),
            _isolated(network, crohme_part[:limit], _DIGITS + _OPERATORS, weight),
            _isolated(network, unipen_part[:limit], _DIGITS + _OPERATORS, weight),
        ]
        # Of an image nobody knows the pen's way.
        shares = [f"{c:.2%}" for c in cells] + ["–" if weight else f"{_isolated(network, mnist, _DIGITS):.2%}"]
        yield f"| {name} | " + " | ".join(shares) + " |"


_JUNK = 9161 / 10061
"""Wrong groupings for each symbol in CROHME 2014's task of isolated symbols (Mouchère et al., ICFHR 2014)."""


def _isolated_with_junk(reader: Reader, limit: int | None) -> Iterator[str]:
    """Single symbols of the 2014 test by their true strokes, and as many wrong groupings as the contest's task had."""
    positives, negatives = expression_samples(_expressions(crohme.TEST, limit))
    rng = np.random.default_rng(0)
    junk = [negatives[i] for i in rng.choice(len(negatives), round(_JUNK * len(positives)), replace=False)]
    for where, samples in (("in its expression", positives + junk), ("alone", list(map(_alone, positives + junk)))):
        found = classify_samples(reader.network, samples, reader.weights["strokes"].trace)
        named, whole = found.symbol.argmax(1) == [s.label for s in samples], found.whole > 0
        valid = named[: len(positives)]
        right = np.concatenate([valid & whole[: len(positives)], ~whole[len(positives) :]])
        yield f"seen {where}: valid only {valid.mean():.2%}, with junk {right.mean():.2%} of {len(right)}"


def _alone(sample: Sample) -> Sample:
    pieces = tuple(sample.ink.pieces[i] for i in sample.group)
    return Sample(Ink(pieces), tuple(range(len(pieces))), sample.label)


def _operators() -> dict[str, list[Ink]]:
    """Drawings of + − × ÷ by the writers of CROHME 2013 and 2014, none of them trained on."""
    found: dict[str, list[Ink]] = {sign: [] for sign in _FOUNDING_SIGNS}
    for archive in (crohme.VALIDATION, crohme.TEST):
        for e in _expressions(archive, None):
            for label, group in zip(e.labels, e.groups, strict=True):
                x0, _, x1, _ = e.ink.box_of(group)
                # A minus sign, not a fraction bar.
                if label in found and x1 - x0 < 1.2 * e.ink.reference_size:
                    found[label].append(Ink(tuple(e.ink.pieces[i] for i in group)))
    return found


def founding_images(count: int, seed: int = 0) -> Iterator[tuple[np.ndarray, str, int | Fraction | None]]:
    """The founding task: 384 × 128 images with two digits and an operator in their thirds.

    Digits are MNIST's test digits, operators those of :func:`_operators`; a third each is prefix, infix, postfix.

    Yields:
        The image, dark on light; the notation; the value, ``None`` for a division by zero.
    """
    rng = np.random.default_rng(seed)
    operators = _operators()
    digits = _mnist_test(None)
    for _ in range(count):
        notation = str(rng.choice(["prefix", "infix", "postfix"]))
        a, b = (digits[rng.integers(len(digits))] for _ in range(2))
        sign = str(rng.choice(list(_FOUNDING_SIGNS)))
        pool = operators[sign]
        drawing = pool[rng.integers(len(pool))]
        order = {"prefix": (drawing, a, b), "infix": (a, drawing, b), "postfix": (a, b, drawing)}[notation]
        image = np.zeros((128, 384), np.uint8)
        for third, what in enumerate(order):
            side = int(rng.integers(60, 101) if isinstance(what, Sample) else rng.integers(40, 81))
            if isinstance(what, Sample):
                tile = cv2.resize(
                    what.ink.pieces[0].mask, None, fx=side / 20, fy=side / 20, interpolation=cv2.INTER_CUBIC
                )
                tile = tile[:120, :120]
            else:
                x0, y0, x1, y1 = what.box_of(range(len(what.pieces)))
                size = max(x1 - x0, y1 - y0, 1e-6)
                large = Ink(what.pieces, reference=size)
                tile = 255 - drawn(large, size=side, pen=float(rng.integers(4, 9)))
                tile = tile[14:-14, 14:-14]
            height, width = tile.shape
            x = third * 128 + int(rng.integers(0, max(128 - width, 0) + 1))
            y = int(rng.integers(0, max(128 - height, 0) + 1))
            part = image[y : y + height, x : x + width]
            np.maximum(part, tile[: part.shape[0], : part.shape[1]], out=part)
        yield 255 - image, notation, _FOUNDING_SIGNS[sign](a.label, b.label)


def _founding(reader: Reader, limit: int | None) -> Iterator[str]:
    images = list(founding_images(limit or 1500))
    yield "| classifier | notation right | value right |"
    yield "|---|---|---|"
    for backbone in (*reader.card["backbones"], None):
        one = Reader(load_network(backbone=backbone))
        notations = values = 0
        for image, notation, value in images:
            try:
                reading = one.read(ink_from_image(image), symbols="arithmetic")
                best = reading.best
                parsed = parse(best.tree, [s.box for s in best.symbols], reading.notation)
            except (ReadingError, ParseError):
                continue
            notations += parsed.notation == notation
            found = evaluate(parsed.expression).exact
            values += parsed.notation == notation and found == (None if value is None else str(value))
        yield f"| {backbone or 'combined'} | {notations / len(images):.2%} | {values / len(images):.2%} |"


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
    "expressions-otherwise": _photos_otherwise,
    "classifiers": classifier_table,
    "isolated": _isolated_with_junk,
    "components": lambda reader, limit: component_table(limit),
    "founding": _founding,
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
