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

from app.reading.reader import Reader
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


async def _status(app, messages: Callable[[], AsyncIterator[dict]]) -> int:
    """The status that an application answers a POST to /v1/read with, its body in these messages."""
    source = messages()
    statuses: list[int] = []

    async def receive() -> dict:
        return await anext(source)

    async def send(message: dict) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": READ,
        "raw_path": READ.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"content-type", b"application/json")],
        "client": ("test", 1),
        "server": ("test", 80),
    }
    await app(scope, receive, send)
    return statuses[0]


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
