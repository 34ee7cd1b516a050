"""Each limit is crossed: bytes, pixels, strokes, points, symbols, characters, seconds, work at once."""

from __future__ import annotations

import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import BytesIO

import anyio
import anyio.from_thread
import pytest
from PIL import Image
from starlette.testclient import TestClient

from app.api.rates import client_of
from app.maths import evaluation
from app.maths.rows import MAX_DEPTH
from app.reading.progress import Progress
from app.reading.reader import Reader
from tests.api.messages import Messages, answer
from tests.doodles import draw, write

READ = "/v1/read"


def code(reply) -> tuple[int, str]:
    return reply.status_code, reply.json()["code"]


def test_bytes(client_with: Callable[..., TestClient]) -> None:
    client = client_with(max_body_bytes=2048)
    headers = {"Content-Type": "application/inkml+xml"}
    assert code(client.post(READ, content=b" " * 2048, headers=headers)) == (422, "inkml_invalid")
    assert code(client.post(READ, content=b" " * 2049, headers=headers)) == (413, "payload_too_large")

    def undeclared():
        for _ in range(3):
            yield b" " * 1000

    assert code(client.post(READ, content=undeclared(), headers=headers)) == (413, "payload_too_large")
    json = client.post("/v1/evaluate", content=b" " * 2049, headers={"Content-Type": "application/json"})
    assert code(json) == (413, "payload_too_large")


def test_pixels(client_with: Callable[..., TestClient]) -> None:
    picture = BytesIO()
    Image.new("L", (100, 101), 255).save(picture, "PNG")
    reply = client_with(max_pixels=10_099).post(READ, files={"file": picture.getvalue()})
    assert code(reply) == (413, "image_too_large")


def test_strokes_and_points(client_with: Callable[..., TestClient]) -> None:
    three = [[[0, 0], [0, 9]], [[5, 5], [9, 5]], [[7, 3], [7, 7]]]
    document = b"<ink>" + b"<trace>0 0,0 9</trace>" * 3 + b"</ink>"
    headers = {"Content-Type": "application/inkml+xml"}
    assert client_with(max_strokes=3, max_points=6).post(READ, json={"strokes": three}).status_code == 200
    for limits in ({"max_strokes": 2}, {"max_points": 5}):
        client = client_with(**limits)
        assert code(client.post(READ, json={"strokes": three})) == (422, "strokes_invalid")
        assert code(client.post(READ, content=document, headers=headers)) == (422, "strokes_invalid")


def test_pieces_of_an_image(client_with: Callable[..., TestClient]) -> None:
    picture = BytesIO()
    draw(write("11111")).save(picture, "PNG")
    reply = client_with(max_strokes=4).post(READ, files={"file": picture.getvalue()})
    assert code(reply) == (422, "too_much_ink")


def test_symbols(client_with: Callable[..., TestClient]) -> None:
    symbols = [{"label": "1", "box": [20 * i, 0, 20 * i + 10, 40]} for i in range(3)]
    assert client_with(max_symbols=3).post("/v1/correct", json={"symbols": symbols}).status_code == 200
    assert code(client_with(max_symbols=2).post("/v1/correct", json={"symbols": symbols})) == (422, "symbols_invalid")


def test_sizes_too_small_to_divide_by(client: TestClient) -> None:
    symbols = [{"label": "1", "box": [x, 0, x, 5e-324]} for x in (0, 50)]
    assert client.post("/v1/correct", json={"symbols": symbols}).status_code == 200


def test_characters(client_with: Callable[..., TestClient]) -> None:
    client = client_with(max_text=5)
    assert client.post("/v1/evaluate", json={"text": "12+34"}).status_code == 200
    assert code(client.post("/v1/evaluate", json={"text": "12+345"})) == (422, "expression_invalid")


def test_errors_of_a_huge_wrong_body_are_few(client: TestClient) -> None:
    started = time.perf_counter()
    reply = client.post(READ, json={"strokes": [["x"] * 1000] * 1000})
    assert code(reply) == (422, "strokes_invalid")
    assert len(reply.content) < 2000
    assert time.perf_counter() - started < 5


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch):
    """Readings that take until the event is set; (event, how many began)."""
    release, began = threading.Event(), threading.Semaphore(0)
    read = Reader.read

    def slow(self: Reader, *arguments: object, **options: object):
        began.release()
        assert release.wait(30)
        return read(self, *arguments, **options)

    monkeypatch.setattr(Reader, "read", slow)
    yield release, began
    release.set()


def test_overload_is_refused_at_once(client_with: Callable[..., TestClient], held) -> None:
    release, began = held
    client = client_with(reading_threads=1, queue_length=1, retry_after_seconds=7)
    body = {"json": {"strokes": write("1+1")}}
    with ThreadPoolExecutor(4) as threads, _one_loop(client):
        first = threads.submit(client.post, READ, **body)
        assert began.acquire(timeout=10)
        second = threads.submit(client.post, READ, **body)
        _until(lambda: "mathdoodle_waiting 1.0" in client.get("/metrics").text)
        started = time.perf_counter()
        refused = client.post(READ, **body)
        assert time.perf_counter() - started < 1
        assert code(refused) == (503, "overloaded")
        assert refused.headers["Retry-After"] == "7"
        assert client.get("/healthz").status_code == 200
        release.set()
        assert first.result(30).status_code == second.result(30).status_code == 200
        assert client.post(READ, **body).status_code == 200


def test_waiting_too_long_is_refused(client_with: Callable[..., TestClient], held) -> None:
    release, began = held
    client = client_with(reading_threads=1, queue_length=5, queue_seconds=0.2)
    body = {"json": {"strokes": write("1+1")}}
    with ThreadPoolExecutor(2) as threads, _one_loop(client):
        first = threads.submit(client.post, READ, **body)
        assert began.acquire(timeout=10)
        assert code(client.post(READ, **body)) == (503, "overloaded")
        release.set()
        assert first.result(30).status_code == 200


def test_slow_body_is_given_up(client_with: Callable[..., TestClient]) -> None:
    app = client_with(body_seconds=0.2).app

    async def never() -> AsyncIterator[dict]:
        yield {"type": "http.request", "body": b"{", "more_body": True}
        await anyio.sleep(30)

    assert anyio.run(_status, app, never) == 408


def test_vanished_client_gives_its_place_up(client_with: Callable[..., TestClient], held) -> None:
    release, began = held
    app = client_with(reading_threads=1, queue_length=5).app
    body = b'{"strokes": [[[0, 0], [0, 9]]]}'

    async def patient() -> AsyncIterator[dict]:
        yield {"type": "http.request", "body": body}
        await anyio.sleep(30)

    async def vanishing() -> AsyncIterator[dict]:
        yield {"type": "http.request", "body": body}
        yield {"type": "http.disconnect"}

    statuses: list[int] = []

    async def both() -> None:
        async def first() -> None:
            statuses.append(await _status(app, patient))

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(first)
            while not began.acquire(blocking=False):
                await anyio.sleep(0.01)
            statuses.append(await _status(app, vanishing))
            release.set()

    anyio.run(both)
    assert statuses == [499, 200]
    assert not began.acquire(blocking=False)  # the second reading never began


def test_vanished_client_stops_its_reading(
    client_with: Callable[..., TestClient], held, monkeypatch: pytest.MonkeyPatch
) -> None:
    release, began = held
    client = client_with()
    stop = Progress.stop

    def stop_and_release(self: Progress) -> None:
        stop(self)
        release.set()

    monkeypatch.setattr(Progress, "stop", stop_and_release)

    async def vanishing() -> AsyncIterator[dict]:
        yield {"type": "http.request", "body": b'{"strokes": [[[0, 0], [0, 9]]]}'}
        while not began.acquire(blocking=False):
            await anyio.sleep(0.01)
        yield {"type": "http.disconnect"}

    assert anyio.run(_status, client.app, vanishing) == 499
    metrics = client.get("/metrics").text
    assert "mathdoodle_candidates_count 0.0" in metrics  # nothing was classified
    assert "mathdoodle_working 0.0" in metrics


def test_rate_of_an_address(client_with: Callable[..., TestClient]) -> None:
    client = client_with(rate_limit="2/hour")
    assert [client.get("/v1/model").status_code for _ in range(3)] == [200, 200, 429]
    reply = client.post("/v1/evaluate", json={"text": "1"})
    assert code(reply) == (429, "rate_limited")
    assert 1 <= int(reply.headers["Retry-After"]) <= 3600
    assert client.get("/healthz").status_code == client.get("/").status_code == 200


def test_rate_of_a_key(client_with: Callable[..., TestClient]) -> None:
    client = client_with(rate_limit="1/hour", api_keys=["a", "b"])
    statuses = [client.get("/v1/model", headers={"X-API-Key": key}).status_code for key in ("a", "b", "a", "b", "c")]
    assert statuses == [200, 200, 429, 429, 401]


@pytest.mark.parametrize(
    ("address", "counted"),
    [("10.0.0.7", "10.0.0.7"), ("2001:db8::1:2:3:4", "2001:db8::/64"), ("testclient", "testclient"), (None, "unknown")],
)
def test_addresses_of_one_network_count_as_one(address: str | None, counted: str) -> None:
    assert client_of(address) == counted


def nested(depth: int) -> str:
    return "\\sqrt{" * depth + "4" + "}" * depth


def test_nesting(client: TestClient) -> None:
    assert client.post("/v1/evaluate", json={"latex": nested(2)}).json()["kind"] == "value"
    assert code(client.post("/v1/evaluate", json={"latex": nested(MAX_DEPTH + 1)})) == (422, "expression_invalid")
    brackets = client.post("/v1/evaluate", json={"text": "(" * 400 + "1" + ")" * 400})
    assert brackets.status_code == 200
    assert "deep" in brackets.json()["message"]


def test_nesting_of_json(client: TestClient) -> None:
    headers = {"Content-Type": "application/json"}
    body = b'{"strokes": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    assert client.post(READ, content=body, headers=headers).status_code in (400, 422)


@pytest.mark.parametrize("text", ["9^{9^9}", "99999!", "10^{99999}"])
def test_digits(client: TestClient, text: str) -> None:
    reply = client.post("/v1/evaluate", json={"latex": text}).json()
    assert reply["kind"] == "error"
    assert "large" in reply["message"]


def test_time_of_evaluation(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluation.evaluate, "__defaults__", (0.05,))
    reply = client.post("/v1/evaluate", json={"latex": "\\int \\sin(x^5)\\cos(x^7)\\sqrt{x+1}dx"}).json()
    assert reply["kind"] == "error"
    assert "time" in reply["message"]
    assert client.post("/v1/evaluate", json={"text": "1+2"}).json()["exact"] == "3"


async def _status(app, messages: Messages) -> int:
    return (await answer(app, messages))[0]


@contextmanager
def _one_loop(client: TestClient) -> Iterator[None]:
    """Runs all requests of a client in one event loop, as a server does, without starting the service anew."""
    with anyio.from_thread.start_blocking_portal() as portal:
        client.portal = portal
        try:
            yield
        finally:
            client.portal = None


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
