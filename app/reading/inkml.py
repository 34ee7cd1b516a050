"""InkML to strokes: the files that other people's tools write.

Source: Ink Markup Language (InkML), W3C Recommendation, 20 September 2011. What is read: traces in any
nesting of trace groups, with any or no namespace; trace formats given in place, in a context or by
reference; explicit values and first and second differences; continued traces. What is left out: every
channel but X and Y, and pen-up traces, since neither is ink.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

import numpy as np
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from app.reading.errors import ReadingError

MAX_ELEMENTS = 50_000
MAX_DEPTH = 40
MAX_COORDINATE = 1e7

_VALUE = re.compile(
    r"\s*(?P<order>[!'\"])?\s*"
    r"(?P<value>[-+]?\s*(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|#[0-9A-Fa-f]+|[TF*?])"
)


def strokes_from_inkml(data: bytes, max_strokes: int = 400, max_points: int = 100_000) -> list[np.ndarray]:
    """The strokes of an InkML document, in writing order.

    Args:
        data: the document, in any encoding that its XML declaration names.
        max_strokes: most traces with points that are accepted.
        max_points: most points over all traces that are accepted.

    Returns:
        One (n, 2) float64 array a stroke, n ≥ 1: x to the right and y down, in the document's own units.

    Raises:
        ReadingError: ``inkml_invalid`` (not XML, entities, not InkML, or a value that is no number),
            ``no_ink`` (no trace holds a point) or ``strokes_invalid`` (beyond a limit).
    """
    root = _parse(data)
    formats = _Formats(root)
    strokes: list[np.ndarray] = []
    index_of: dict[str, int] = {}
    points_left = max_points
    found = _name(root) == "ink"
    for trace, trace_format in _traces(root, formats):
        found = True
        text = "".join(trace.itertext())
        points_left -= text.count(",") + 1 if text.strip() else 0
        if points_left < 0:
            raise ReadingError("strokes_invalid", f"The ink has more than {max_points} points.")
        points = _points(text, trace_format)
        prior = index_of.get(_reference(trace.get("priorRef")))
        if trace.get("continuation") in ("middle", "end") and prior is not None:
            strokes[prior] = np.concatenate([strokes[prior], points])
            index_of[_identity(trace)] = prior
        elif len(points):
            if len(strokes) == max_strokes:
                raise ReadingError("strokes_invalid", f"The ink has more than {max_strokes} strokes.")
            index_of[_identity(trace)] = len(strokes)
            strokes.append(points)
    if not found:
        raise ReadingError("inkml_invalid", "The document is XML, but not InkML.")
    if not strokes:
        raise ReadingError("no_ink", "The InkML document has no trace with points.")
    return strokes


class _BoundedTreeBuilder(TreeBuilder):
    """Stops a document of a few megabytes from becoming a tree of a few hundred."""

    def __init__(self) -> None:
        super().__init__()
        self.elements = 0
        self.depth = 0

    def start(self, tag, attrs):  # type: ignore[no-untyped-def]
        self.elements += 1
        self.depth += 1
        if self.elements > MAX_ELEMENTS or self.depth > MAX_DEPTH:
            raise ReadingError("inkml_invalid", "The document has too many elements or nests too deeply.")
        return super().start(tag, attrs)

    def end(self, tag):  # type: ignore[no-untyped-def]
        self.depth -= 1
        return super().end(tag)


def _parse(data: bytes) -> Element:
    parser = DefusedXMLParser(target=_BoundedTreeBuilder())
    try:
        parser.feed(data)
        return parser.close()
    except DefusedXmlException as error:
        raise ReadingError("inkml_invalid", "XML entities are not accepted.") from error
    except (ParseError, ValueError, LookupError) as error:
        raise ReadingError("inkml_invalid", "The document is not well-formed XML.") from error


def _name(element: Element) -> str:
    """The element's name without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _identity(element: Element) -> str:
    return element.get("{http://www.w3.org/XML/1998/namespace}id") or element.get("id") or ""


def _reference(value: str | None) -> str:
    """The id that ``#id``, ``file#id`` or a bare ``id`` points at; ``None`` never matches one."""
    return (value or "\0").rpartition("#")[2]


@dataclass(frozen=True, slots=True)
class _TraceFormat:
    """Which column of a point is x and which is y, and which way each grows (+1 or −1)."""

    x: int = 0
    y: int = 1
    x_sign: int = 1
    y_sign: int = 1

    @classmethod
    def of(cls, element: Element) -> _TraceFormat | None:
        """The format that a ``traceFormat`` element declares; ``None`` where it lacks X or Y."""
        # Intermittent channels come after the regular ones in a point, whatever their place in the format.
        regular = [c for c in element if _name(c) == "channel"]
        names = [(c.get("name") or "").upper() for c in regular]
        if "X" not in names or "Y" not in names:
            return None
        x, y = names.index("X"), names.index("Y")
        signs = [-1 if (regular[i].get("orientation") or "").startswith("-") else 1 for i in (x, y)]
        return cls(x, y, *signs)


class _Formats:
    """The trace formats of a document, by the ids of the elements that carry or name them."""

    def __init__(self, root: Element) -> None:
        self._by_id = {_identity(e): e for e in root.iter() if _identity(e)}
        # Tools that declare one format and forget to refer to it mean it all the same.
        declared = (_TraceFormat.of(e) for e in root.iter() if _name(e) == "traceFormat")
        self.default = next((f for f in declared if f), _TraceFormat())

    def named(self, reference: str | None, depth: int = 0) -> _TraceFormat | None:
        """The format behind a reference to a trace format, an ink source or a context."""
        element = self._by_id.get(_reference(reference))
        return self.within(element, depth + 1) if element is not None and depth < MAX_DEPTH else None

    def within(self, element: Element, depth: int = 0) -> _TraceFormat | None:
        """The format that an element is, contains or refers to."""
        if _name(element) == "traceFormat":
            return _TraceFormat.of(element)
        for child in element:
            if _name(child) in ("traceFormat", "inkSource") and (found := self.within(child, depth + 1)):
                return found
        for attribute in ("traceFormatRef", "inkSourceRef", "contextRef"):
            if found := self.named(element.get(attribute), depth):
                return found
        return None


def _traces(element: Element, formats: _Formats, current: _TraceFormat | None = None) -> Iterator:
    """(trace, its format) in document order; the nesting is bounded by ``MAX_DEPTH``."""
    current = current or formats.default
    for child in element:
        name = _name(child)
        if name in ("traceFormat", "context"):
            current = formats.within(child) or current
        elif name == "trace":
            if child.get("type") not in ("penUp", "indeterminate"):
                yield child, formats.named(child.get("contextRef")) or current
        elif name not in ("definitions", "annotationXML"):
            yield from _traces(child, formats, formats.named(child.get("contextRef")) or current)
    if _name(element) == "trace":
        yield element, current


def _points(text: str, trace_format: _TraceFormat) -> np.ndarray:
    """The (n, 2) points of one trace's text."""
    columns = max(trace_format.x, trace_format.y) + 1
    decoders = [_Channel() for _ in range(columns)]
    points = []
    for number, chunk in enumerate(text.split(",")):
        values = _values(chunk)
        if not values and number:
            continue  # a trailing comma
        if not values:
            return np.empty((0, 2))
        if len(values) < columns:
            raise ReadingError("inkml_invalid", "A point of a trace has fewer values than its format has channels.")
        decoded = [decoder.next(*value) for decoder, value in zip(decoders, values, strict=False)]
        points.append((decoded[trace_format.x], decoded[trace_format.y]))
    xy = np.array(points, dtype=np.float64).reshape(-1, 2)
    xy = xy[~np.isnan(xy).any(axis=1)]  # "?": the device had no value there
    if np.abs(xy).max(initial=0.0) > MAX_COORDINATE:
        raise ReadingError("inkml_invalid", "A coordinate is too large.")
    return xy * (trace_format.x_sign, trace_format.y_sign)


def _values(chunk: str) -> list[tuple[str, str]]:
    """(order of difference or "", value) of each value in one point."""
    values, end = [], 0
    chunk = chunk.strip()
    while end < len(chunk):
        match = _VALUE.match(chunk, end)
        if not match:
            raise ReadingError("inkml_invalid", "A trace holds something that is not a number.")
        values.append((match["order"] or "", match["value"]))
        end = match.end()
    return values


class _Channel:
    """Decodes one channel of one trace: explicit values, first (') and second (") differences."""

    def __init__(self) -> None:
        self._order = "!"
        self._position = 0.0
        self._velocity = 0.0

    def next(self, order: str, text: str) -> float:
        """The channel's value at the next point; NaN where the device gave none."""
        if text == "?":
            return float("nan")
        if text == "*":
            return self._position
        self._order = order or self._order
        value = self._number(text)
        previous = self._position
        if self._order == "!":
            self._position = value
        elif self._order == "'":
            self._position += value
        else:
            self._position += self._velocity + value
        self._velocity = self._position - previous
        return self._position

    @staticmethod
    def _number(text: str) -> float:
        if text in "TF":
            return float(text == "T")
        if text.startswith("#"):
            return float(int(text[1:], 16)) if len(text) <= 16 else float("inf")
        return float(re.sub(r"\s", "", text))
