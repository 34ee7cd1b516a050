"""Measuring the whole road: strokes or images in, readings compared with what was written."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.maths.latex import from_latex, to_latex
from app.reading.candidates import candidate_groups
from app.reading.errors import ReadingError
from app.reading.image import decode_image
from app.reading.page import ink_from_image
from app.reading.reader import Reader, Symbols
from app.reading.reading import Reading
from models.ink import Ink
from models.layout_tree import LayoutTree
from training import crohme
from training.changes import Change, as_it_is
from training.metrics import ExpressionRate, errors
from training.pen import SHIFT, draw_stroke
from training.sources import data_directory


@dataclass(frozen=True)
class Outcome:
    """One expression and its reading.

    Attributes:
        name: of the expression.
        truth: its layout tree.
        reading: ``None`` if reading failed.
        right: the best reading is the truth.
        rank: position of the truth among the readings, −1 if it is not there.
        cause: of a misreading from strokes: ``candidate`` (a symbol was never a candidate), ``grouping``, ``symbol``
            or ``relation``.
    """

    name: str
    truth: LayoutTree
    reading: Reading | None
    right: bool
    rank: int
    cause: str = ""

    def __str__(self) -> str:
        """What was written, and what it was read as."""
        found = to_latex(self.reading.best.tree) if self.reading else "nothing"
        return f"{self.name}: {to_latex(self.truth)} read as {found}"


def drawn(ink: Ink, size: float = 60.0, pen: float = 4.0) -> np.ndarray:
    """An image of strokes, black on white, without any trace of their order.

    Args:
        ink: strokes.
        size: pixels that the ink's reference size becomes.
        pen: line width in pixels.
    """
    scale = size / ink.reference_size
    x0, y0, x1, y1 = ink.box_of(range(len(ink.pieces)))
    scale = min(scale, 6000 / max(x1 - x0, y1 - y0, 1e-6))
    margin = 20.0
    width, height = int((x1 - x0) * scale + 2 * margin), int((y1 - y0) * scale + 2 * margin)
    image = np.full((height, width), 255, np.uint8)
    for piece in ink.pieces:
        points = (((piece.points - (x0, y0)) * scale + margin) * (1 << SHIFT)).astype(np.int32)
        draw_stroke(image, points, 0, round(pen))
    return image


def read_expressions(
    reader: Reader,
    expressions: Iterable[crohme.Expression],
    as_images: bool = False,
    alternatives: int = 5,
    symbols: Symbols = "auto",
) -> tuple[list[Outcome], ExpressionRate, ExpressionRate]:
    """Read annotated expressions; arguments of :meth:`Reader.read` are passed on.

    Returns:
        Outcomes, the rates of all, the rates of the arithmetic subset.
    """
    outcomes, every, arithmetic = [], ExpressionRate(), ExpressionRate()
    for e in expressions:
        rates = [every, arithmetic] if e.arithmetic else [every]
        try:
            ink = ink_from_image(drawn(e.ink)) if as_images else e.ink
            reading = reader.read(ink, symbols, alternatives)
        except ReadingError:
            reading = None
        truth = e.tree.canonical if e.tree else None
        found = [r.tree.canonical for r in (reading.best, *reading.alternatives)] if reading else []
        rank = found.index(truth) if truth in found else -1
        for rate in rates:
            rate.total += 1
            rate.right += rank == 0
            rate.within_alternatives += rank >= 0
            if reading and not as_images:
                _count(rate, e, reading)
        if e.tree:
            cause = _cause(e, reading) if reading and rank != 0 and not as_images else ""
            outcomes.append(Outcome(e.name, e.tree, reading, rank == 0, rank, cause))
    return outcomes, every, arithmetic


def _cause(e: crohme.Expression, reading: Reading) -> str:
    found = {s.strokes: s.label for s in reading.best.symbols}
    if found.keys() != set(e.groups):
        return "grouping" if set(e.groups) <= set(candidate_groups(e.ink)) else "candidate"
    right = all(found[g] == label for g, label in zip(e.groups, e.labels, strict=True))
    return "relation" if right else "symbol"


def _count(rate: ExpressionRate, e: crohme.Expression, reading: Reading) -> None:
    groups = [s.strokes for s in reading.best.symbols]
    labels = dict(zip(groups, (s.label for s in reading.best.symbols), strict=True))
    rate.symbols += len(e.groups)
    rate.found += len(groups)
    rate.segmented += sum(g in labels for g in e.groups)
    rate.named += sum(labels.get(g) == label for g, label in zip(e.groups, e.labels, strict=True))
    if e.tree:
        count = errors(e.groups, e.tree, groups, reading.best.tree)
        for k in (1, 2):
            rate.at_most[k] += count <= k


def labelled_images(folder: Path) -> Iterator[tuple[Path, dict[str, str]]]:
    """Images of a folder with the rows of its ``labels.tsv``."""
    with (folder / "labels.tsv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            yield folder / row["file"], row


_AS_LATEX = {"×": "\\times ", "÷": "\\div "}


def label_tree(label: str) -> LayoutTree:
    """The layout tree of a label as the image sets write it."""
    for sign, latex in _AS_LATEX.items():
        label = label.replace(sign, latex)
    return from_latex(label)


def read_photos(
    reader: Reader, folder: Path | None = None, alternatives: int = 5, change: Change = as_it_is
) -> list[tuple[Outcome, str]]:
    """Read the development photographs and canvas drawings, which may be changed first: outcomes with their kind."""
    outcomes = []
    for path, row in labelled_images(folder or data_directory() / "expressions"):
        truth = label_tree(row["label"])
        try:
            reading = reader.read(ink_from_image(change(decode_image(path.read_bytes()))), alternatives=alternatives)
        except ReadingError:
            reading = None
        found = [r.tree.canonical for r in (reading.best, *reading.alternatives)] if reading else []
        rank = found.index(truth.canonical) if truth.canonical in found else -1
        outcomes.append((Outcome(path.name, truth, reading, rank == 0, rank), row["kind"]))
    return outcomes
