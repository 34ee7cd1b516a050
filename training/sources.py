"""The data sets, each with its own label map, as samples of one shape.

Nothing is copied into the project: files are read where ``MATHDOODLE_DATA`` (or ``../shared/data``) has them.
"""

from __future__ import annotations

import json
import lzma
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from app.reading.candidates import candidate_groups
from app.reading.page import pen_width
from models.ink import Blob, Ink, Stroke
from models.vocabulary import INDEX
from training import crohme
from training.printed import printed_samples

NO_LABEL = -1
"""Label of a candidate that is not exactly one symbol."""


@dataclass(frozen=True, eq=False)
class Sample:
    """One candidate with its truth.

    Attributes:
        ink: the drawing it stands in.
        group: indices of its pieces.
        label: index into ``models.vocabulary.LABELS``, or :data:`NO_LABEL`.
        hand: handwritten rather than printed.
    """

    ink: Ink
    group: tuple[int, ...]
    label: int
    hand: bool = True

    @property
    def whole(self) -> bool:
        """Whether the candidate is exactly one symbol."""
        return self.label != NO_LABEL


def data_directory() -> Path:
    """Where the data sets lie: ``MATHDOODLE_DATA``, else ``../shared/data``."""
    return Path(os.environ.get("MATHDOODLE_DATA", "../shared/data"))


def json_rows(file: str) -> Iterator[dict[str, Any]]:
    """What each line of a packed file of JSON lines of the data sets holds."""
    with lzma.open(data_directory() / file, "rt") as lines:
        yield from map(json.loads, lines)


def held_out(writer: str, share: float = 0.1) -> bool:
    """Whether a writer belongs to the validation split: by a hash of the name, the same in every run."""
    return zlib.crc32(writer.encode()) % 1000 < 1000 * share


def expression_samples(expressions: list[crohme.Expression]) -> tuple[list[Sample], list[Sample]]:
    """Symbols of whole expressions, and wrong groupings of their strokes."""
    positives, negatives = [], []
    for e in expressions:
        truth = dict(zip(e.groups, e.labels, strict=True))
        positives += [Sample(e.ink, group, INDEX[label]) for group, label in truth.items()]
        negatives += [Sample(e.ink, g, NO_LABEL) for g in candidate_groups(e.ink) if g not in truth]
    return positives, negatives


_UNIPEN = {"<": "\\lt", ">": "\\gt", "{": "\\{", "}": "\\}", "'": "\\prime"}


def unipen(validation: bool) -> Iterator[Sample]:
    """UNIPEN isolated characters (Guyon et al., ICPR 1994), split by writer."""
    return (sample for _, sample in unipen_by_writer(validation))


def unipen_by_writer(validation: bool) -> Iterator[tuple[str, Sample]]:
    """The same, each with who wrote it."""
    for row in json_rows("unipen_isolated.jsonl.xz"):
        label = INDEX.get(_UNIPEN.get(row["label"], row["label"]))
        writer = f"{row['src']}/{row['writer']}"
        if label is None or held_out(writer) != validation:
            continue
        strokes = [Stroke(np.array(s, np.float32)[:, :2]) for s in row["strokes"] if s]
        if strokes:
            yield writer, Sample(Ink(tuple(strokes)), tuple(range(len(strokes))), label)


_DETEXIFY = {
    "\\cdotp": "\\cdot", "\\centerdot": "\\cdot", "\\sqrt{}": "\\sqrt", "\\surd": "\\sqrt", "\\dots": "\\ldots",
    "\\mathellipsis": "\\ldots", "\\leqslant": "\\leq", "\\geqslant": "\\geq", "\\ast": "*", "\\colon": ":",
    "\\%": "%", "\\degree": "\\circ", "\\Square": "\\square", "\\Box": "\\square", "\\mid": "|", "\\varphi": "\\phi",
    "\\upalpha": "\\alpha", "\\upbeta": "\\beta", "\\upgamma": "\\gamma", "\\uptheta": "\\theta", "\\uppi": "\\pi",
    "\\upmu": "\\mu", "\\upsigma": "\\sigma", "\\longrightarrow": "\\rightarrow", "\\thickapprox": "\\approx",
}  # fmt: skip
_DETEXIFY_FOREIGN = {
    "\\Rightarrow", "\\Leftarrow", "\\leftarrow", "\\uparrow", "\\downarrow", "\\Psi", "\\Omega", "\\aleph",
    "\\angle", "\\bigstar", "\\bowtie", "\\cap", "\\cup", "\\checkmark", "\\clubsuit", "\\heartsuit",
    "\\spadesuit", "\\diamondsuit", "\\otimes", "\\oplus", "\\odot", "\\nabla", "\\natural", "\\sharp",
    "\\flat", "\\wp", "\\xi", "\\zeta", "\\equiv", "\\cong", "\\leftrightarrow", "\\smiley", "\\frownie",
    "\\Sun", "\\sun", "\\perp", "\\models", "\\boxtimes", "\\circlearrowleft", "\\hookrightarrow", "\\ohm",
    "\\ss", "\\lightning", "\\phone", "\\skull", "\\star", "\\&", "\\S", "\\copyright",
}  # fmt: skip
"""Shapes that no class of the vocabulary looks like."""


def detexify(validation: bool) -> Iterator[Sample]:
    """Detexify strokes of LaTeX symbols; symbols far from the vocabulary are negatives. Split by sample id."""
    for row in json_rows("detexify_strokes.jsonl.xz"):
        name = _DETEXIFY.get(row["label"], row["label"])
        label = INDEX.get(name, NO_LABEL)
        if (label == NO_LABEL and name not in _DETEXIFY_FOREIGN) or held_out(row["id"]) != validation:
            continue
        strokes = [Stroke(np.array(s, np.float32)[:, :2] * 100) for s in row["strokes"] if s]
        if strokes:
            yield Sample(Ink(tuple(strokes)), tuple(range(len(strokes))), label)


LEAST_INK = 64
"""Coverage, of 255, above which a pixel of an image belongs to the ink."""


def image_ink(gray: np.ndarray) -> Ink | None:
    """The ink of one small image of one symbol (uint8, white on black), cropped; ``None`` if it is empty."""
    ys, xs = np.nonzero(gray > LEAST_INK)
    if not len(ys):
        return None
    crop = np.ascontiguousarray(gray[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1])
    return Ink((Blob(crop, (float(xs.min()), float(ys.min()))),), pen_width(crop))


def _image_sample(gray: np.ndarray, label: str) -> Iterator[Sample]:
    ink = image_ink(gray)
    if ink is not None:
        yield Sample(ink, (0,), INDEX[label])


def mnist(validation: bool) -> Iterator[Sample]:
    """MNIST training digits (LeCun et al., 1998); the last 5,000 validate. The test digits are never read here."""
    with np.load(data_directory() / "mnist.npz") as archive:
        images, labels = archive["x_train"], archive["y_train"]
    part = slice(55_000, None) if validation else slice(0, 55_000)
    for image, label in zip(images[part], labels[part], strict=True):
        yield from _image_sample(image, str(label))


def _decode(data: bytes) -> np.ndarray:
    """A PNG as white ink on black, its own contrast stretched."""
    gray = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    if np.median(gray) > 127:
        gray = 255 - gray
    return cv2.normalize(gray, None, 0, 255, cv2.NORM_MINMAX)


_BHMSDS = {"plus": "+", "minus": "-", "slash": "/", "w": "w", "x": "x", "y": "y", "z": "z"} | {
    d: d for d in "0123456789"
}
"""Its ``dot`` fills the frame like any other symbol and says nothing of which dot it is."""


def bhmsds(validation: bool) -> Iterator[Sample]:
    """Basic Handwritten Math Symbols (photographed); the last tenth of each class validates."""
    with zipfile.ZipFile(data_directory() / "bhmsds.zip") as archive:
        for name in sorted(archive.namelist()):
            symbol, _, number = Path(name).stem.rpartition("-")
            if symbol in _BHMSDS and (int(number) >= 1350) == validation:
                yield from _image_sample(_decode(archive.read(name)), _BHMSDS[symbol])


_MDAS = {
    "addition_plus": "+", "subtraction_minus": "-", "multiplication_cross": "\\times",
    "multiplication_dot": "\\cdot", "division_obelus": "\\div", "division_slash": "/",
}  # fmt: skip


def mdas(validation: bool) -> Iterator[Sample]:
    """MDAS operators, by the archive's own split; its test part is never read here."""
    with zipfile.ZipFile(data_directory() / "mdas_symbols.zip") as archive:
        for name in sorted(archive.namelist()):
            parts = name.split("/")
            if name.endswith(".png") and parts[1] == ("val" if validation else "train"):
                gray = _decode(archive.read(name))
                scale = 64 / max(gray.shape)
                if scale < 1:
                    gray = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
                yield from _image_sample(gray, _MDAS[parts[2]])


def printed(validation: bool) -> Iterator[Sample]:
    """Print: every symbol in the fonts found on this machine, split by font."""
    for gray, label, font in printed_samples():
        if held_out(font, 0.2) == validation:
            ink = image_ink(gray)
            if ink is not None:
                yield Sample(ink, (0,), INDEX[label], hand=False)


ISOLATED: dict[str, Callable[[bool], Iterator[Sample]]] = {
    "unipen": unipen, "detexify": detexify, "mnist": mnist, "bhmsds": bhmsds, "mdas": mdas, "printed": printed,
}  # fmt: skip
"""Sources of single symbols by name: called with whether the validation part is wanted."""
