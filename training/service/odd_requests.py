"""Requests of all kinds that clients should never send, as hypothesis strategies: for tests and for fuzzing."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

from hypothesis import strategies as st

from models.vocabulary import LABELS
from training.handwriting import draw, inkml, write

Call = dict[str, Any]
"""Arguments of an httpx client's ``request``."""

_number = st.one_of(st.integers(-(10**9), 10**9), st.floats(), st.sampled_from([0, 1, -1, 1e7, 1e-300, 5e-324]))
_point = st.lists(_number, min_size=1, max_size=4)
_strokes = st.lists(st.lists(_point, max_size=6), max_size=8)
_pair = st.tuples(st.floats(-200, 200), st.floats(-200, 200))
_scribbles = st.lists(st.lists(_pair, min_size=1, max_size=8), max_size=10)
_anything = st.recursive(
    st.none() | st.booleans() | _number | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
_boxes = st.lists(st.floats(-100, 100), min_size=4, max_size=4)
_symbols = st.lists(
    st.fixed_dictionaries(
        {"label": st.sampled_from(LABELS), "box": _boxes.map(lambda b: [*b[:2], b[0] + abs(b[2]), b[1] + abs(b[3])])}
    ),
    min_size=1,
    max_size=12,
)
_expression = st.text(alphabet="0123456789+-×÷*/^=<>()[]|!.,x√π% _{}\\", max_size=30) | st.lists(
    st.sampled_from(
        ["\\frac{", "\\sqrt{", "\\int", "\\sum_{", "\\lim", "^{", "_{", "}", "1", "x", "+", "=", "\\left("]
    ),
    max_size=20,
).map(" ".join)
_edits = st.lists(st.tuples(st.integers(0, 2**16), st.integers(0, 255)), max_size=8)
_inkml_parts = st.lists(
    st.sampled_from(
        [
            "<ink>", "</ink>", "<trace>", "</trace>", "1 2, 3 4", "'1\"2", "!9,?", "*", "&a;", "&#0;", "1e999 -1e999",
            "<traceFormat>", "</traceFormat>",
            '<channel name="X" type="decimal"/>', "<!DOCTYPE x [<!ENTITY a 'b'>]>"
        ]
    ),
    max_size=12,
).map("".join)  # fmt: skip


def _json(path: str, body: object) -> Call:
    return {
        "method": "POST",
        "url": path,
        "content": json.dumps(body),
        "headers": {"Content-Type": "application/json"},
    }


def _inkml(document: bytes) -> Call:
    return {
        "method": "POST",
        "url": "/v1/read",
        "content": document,
        "headers": {"Content-Type": "application/inkml+xml"},
    }


def _picture(file_format: str) -> bytes:
    buffer = BytesIO()
    draw(write("1+1", size=20), pen=2).save(buffer, file_format)
    return buffer.getvalue()


def _mutated(data: bytes, edits: list[tuple[int, int]]) -> bytes:
    changed = bytearray(data)
    for position, value in edits:
        changed[position % len(changed)] = value
    return bytes(changed)


_PICTURES = {name: _picture(name) for name in ("PNG", "JPEG", "WEBP", "BMP", "TIFF")}
_DOCUMENT = inkml(write("1+1"))

CALLS: dict[str, st.SearchStrategy[Call]] = {
    "strokes": st.builds(lambda s: _json("/v1/read", {"strokes": s}), _strokes),
    "scribbles": st.builds(
        lambda s, n: _json("/v1/read", {"strokes": s, "notation": n, "alternatives": 10}),
        _scribbles,
        st.sampled_from(["auto", "infix", "prefix", "postfix"]),
    ),
    "json": st.builds(_json, st.sampled_from(["/v1/read", "/v1/correct", "/v1/evaluate"]), _anything),
    "symbols": st.builds(
        lambda s, n: _json("/v1/correct", {"symbols": s, "notation": n}),
        _symbols,
        st.sampled_from(["auto", "infix", "prefix", "postfix"]),
    ),
    "expressions": st.builds(
        lambda text, field: _json("/v1/evaluate", {field: text}), _expression, st.sampled_from(["text", "latex"])
    ),
    "damaged InkML": st.builds(lambda e: _inkml(_mutated(_DOCUMENT, e)), _edits),
    "odd InkML": st.builds(lambda parts: _inkml(parts.encode()), _inkml_parts),
    "damaged images": st.builds(
        lambda name, edits, path: {
            "method": "POST",
            "url": path,
            "files": {"file": _mutated(_PICTURES[name], edits)},
        },
        st.sampled_from(sorted(_PICTURES)),
        _edits,
        st.sampled_from(["/v1/read", "/v1/worksheet"]),
    ),
    "bytes": st.builds(
        lambda body, media_type: {
            "method": "POST",
            "url": "/v1/read",
            "content": body,
            "headers": {"Content-Type": media_type},
        },
        st.binary(max_size=200),
        st.sampled_from(["application/json", "application/inkml+xml", "multipart/form-data; boundary=b"]),
    ),
}
"""By what is odd about them."""


def check(reply: Any) -> None:
    """Asserts that a reply is a success, or a problem that is the client's own."""
    assert reply.status_code < 500, reply.text
    if reply.status_code >= 400:
        assert reply.headers["Content-Type"] == "application/problem+json"
        assert reply.json()["code"]
    else:
        assert reply.json() is not None
