"""Whatever arrives is answered, and never with a fault of the service."""

from __future__ import annotations

import json
from io import BytesIO

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from models.vocabulary import LABELS
from tests.doodles import draw, inkml, write

SMALL = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

number = st.one_of(st.integers(-(10**9), 10**9), st.floats(), st.sampled_from([0, 1, -1, 1e7, 1e-300, 5e-324]))
point = st.lists(number, min_size=1, max_size=4)
strokes = st.lists(st.lists(point, max_size=6), max_size=8)
anything = st.recursive(
    st.none() | st.booleans() | number | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
boxes = st.lists(st.floats(-100, 100), min_size=4, max_size=4)
symbols = st.lists(
    st.fixed_dictionaries(
        {"label": st.sampled_from(LABELS), "box": boxes.map(lambda b: [*b[:2], b[0] + abs(b[2]), b[1] + abs(b[3])])}
    ),
    min_size=1,
    max_size=12,
)


def check(reply) -> None:
    assert reply.status_code < 500, reply.text
    if reply.status_code >= 400:
        assert reply.headers["Content-Type"] == "application/problem+json"
    else:
        assert reply.json()


def send(client: TestClient, path: str, body: object):
    return client.post(path, content=json.dumps(body), headers={"Content-Type": "application/json"})


@given(strokes)
@SMALL
def test_strokes(client: TestClient, body: list) -> None:
    check(send(client, "/v1/read", {"strokes": body}))


@given(st.lists(st.lists(st.tuples(st.floats(-200, 200), st.floats(-200, 200)), min_size=1, max_size=8), max_size=10))
@SMALL
def test_scribbles(client: TestClient, body: list) -> None:
    check(send(client, "/v1/read", {"strokes": body, "notation": "auto", "alternatives": 10}))


@given(anything, st.sampled_from(["/v1/read", "/v1/correct", "/v1/evaluate"]))
@SMALL
def test_any_json(client: TestClient, body: object, path: str) -> None:
    check(send(client, path, body))


@given(symbols, st.sampled_from(["auto", "infix", "prefix", "postfix"]))
@SMALL
def test_any_symbols(client: TestClient, body: list, notation: str) -> None:
    check(send(client, "/v1/correct", {"symbols": body, "notation": notation}))


@given(st.text(alphabet="0123456789+-×÷*/^=<>()[]|!.,x√π% _{}\\", max_size=30), st.sampled_from(["text", "latex"]))
@SMALL
def test_any_expression(client: TestClient, text: str, field: str) -> None:
    check(send(client, "/v1/evaluate", {field: text}))


mutations = st.lists(st.tuples(st.integers(0, 2**16), st.integers(0, 255)), max_size=8)


def mutated(data: bytes, edits: list[tuple[int, int]]) -> bytes:
    changed = bytearray(data)
    for position, value in edits:
        changed[position % len(changed)] = value
    return bytes(changed)


@given(mutations)
@SMALL
def test_damaged_inkml(client: TestClient, edits: list[tuple[int, int]]) -> None:
    document = mutated(inkml(write("1+1")), edits)
    check(client.post("/v1/read", content=document, headers={"Content-Type": "application/inkml+xml"}))


@given(st.sampled_from(["PNG", "JPEG", "WEBP", "BMP", "TIFF"]), mutations)
@SMALL
def test_damaged_images(client: TestClient, file_format: str, edits: list[tuple[int, int]]) -> None:
    buffer = BytesIO()
    draw(write("1+1", size=20), pen=2).save(buffer, file_format)
    check(client.post("/v1/read", files={"file": mutated(buffer.getvalue(), edits)}))


@given(
    st.binary(max_size=200),
    st.sampled_from(["application/json", "application/inkml+xml", "multipart/form-data; boundary=b"]),
)
@SMALL
def test_any_bytes(client: TestClient, body: bytes, media_type: str) -> None:
    check(client.post("/v1/read", content=body, headers={"Content-Type": media_type}))
