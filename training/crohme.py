"""CROHME: whole handwritten expressions with their symbols and layout.

Mouchère, Viard-Gaudin, Zanibbi, Garain: ICFHR 2014 Competition on Recognition of On-line Handwritten
Mathematical Expressions. InkML; a ``traceGroup`` is a symbol, ``annotationXML`` holds the layout.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

import numpy as np
from defusedxml.ElementTree import fromstring

from models.ink import Ink, Stroke
from models.layout_tree import LayoutTree, Node
from models.mathml import layout_from_mathml, normalise_label
from models.vocabulary import ARITHMETIC_LABELS

_XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
TRAINING, VALIDATION, TEST = "crohme2014_train.zip", "crohme2013_test.zip", "crohme2014_test.zip"

_ARITHMETIC_SUBSET = ARITHMETIC_LABELS - {"*", ":", "%", "\\cdot", "\\leq", "\\geq", "\\neq", "R"}
"""Symbols of the arithmetic subset: digits, + - × ÷ / = ( ) [ ] . , ! | < >, √ and π."""


@dataclass(frozen=True)
class Expression:
    """One annotated expression.

    Attributes:
        name: file name without directories and suffix.
        ink: its strokes in writing order.
        labels: class of each symbol.
        groups: for each symbol the indices of its strokes.
        tree: layout; node *i* is symbol *i*. ``None`` where the annotation has no clean layout tree.
    """

    name: str
    ink: Ink
    labels: tuple[str, ...]
    groups: tuple[tuple[int, ...], ...]
    tree: LayoutTree | None

    @property
    def arithmetic(self) -> bool:
        """Whether the expression is in the arithmetic subset."""
        return set(self.labels) <= _ARITHMETIC_SUBSET


def _tag(element: Element) -> str:
    return element.tag.rsplit("}", 1)[-1]


def _points(text: str) -> np.ndarray:
    rows = [point.split()[:2] for point in text.split(",") if point.strip()]
    return np.array(rows, np.float32).reshape(-1, 2)


def _truth(element: Element) -> str | None:
    for child in element:
        if _tag(child) == "annotation" and child.get("type") == "truth":
            return child.text
    return None


def _tree(math: Element | None, labels: list[str], hrefs: list[str | None]) -> LayoutTree | None:
    if math is None:
        return None
    try:
        tree, ids = layout_from_mathml(math)
    except ValueError:
        return None
    position = {href: i for i, href in enumerate(hrefs) if href is not None}
    if None in ids or sorted(map(str, ids)) != sorted(map(str, position)) or len(position) != len(labels):
        return None
    to_symbol = [position[i] for i in ids]
    nodes: list[Node | None] = [None] * len(labels)
    for i, node in enumerate(tree.nodes):
        parent = to_symbol[node.parent] if node.parent >= 0 else -1
        nodes[to_symbol[i]] = Node(labels[to_symbol[i]], parent, node.relation)
    return LayoutTree(tuple(n for n in nodes if n is not None))


def parse(name: str, data: bytes) -> Expression:
    """Read one annotated InkML file.

    Raises:
        ValueError: the XML is broken, or a symbol has an unknown label or no strokes.
    """
    try:
        root = fromstring(data)
    except ParseError as error:
        raise ValueError(f"{name}: {error}") from error
    traces: dict[str, np.ndarray] = {}
    math = group_root = None
    for element in root:
        tag = _tag(element)
        if tag == "trace":
            traces[element.get("id", str(len(traces)))] = _points(element.text or "")
        elif tag == "annotationXML" and math is None:
            math = next((e for e in element if _tag(e) == "math"), None)
        elif tag == "traceGroup":
            group_root = element
    order = {identifier: i for i, identifier in enumerate(k for k, p in traces.items() if len(p))}
    ink = Ink(tuple(Stroke(p) for p in traces.values() if len(p)))
    labels, groups, hrefs = [], [], []
    for group in group_root if group_root is not None else ():
        if _tag(group) != "traceGroup":
            continue
        label = normalise_label(_truth(group) or "")
        views = [e.get("traceDataRef", "") for e in group if _tag(e) == "traceView"]
        members = tuple(sorted({order[v] for v in views if v in order}))
        if label is None or not members:
            raise ValueError(f"{name}: a symbol {_truth(group)!r} of {len(members)} strokes")
        labels.append(label)
        groups.append(members)
        hrefs.append(next((e.get("href") for e in group if _tag(e) == "annotationXML"), None))
    if not labels:
        raise ValueError(f"{name}: no symbols")
    return Expression(name, ink, tuple(labels), tuple(groups), _tree(math, labels, hrefs))


def read_archive(path: Path) -> Iterator[Expression]:
    """Every readable expression of a CROHME archive, in the order of file names; broken files are left out."""
    with zipfile.ZipFile(path) as archive:
        for member in sorted(archive.namelist()):
            if not member.endswith(".inkml"):
                continue
            try:
                yield parse(Path(member).stem, archive.read(member))
            except ValueError:
                continue
