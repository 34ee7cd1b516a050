"""A real server: connections that dawdle, that are too many, that hang up, and readings that nobody awaits."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx2 as httpx
import pytest

from tests.doodles import write

BODY = json.dumps({"strokes": write("1+1")}).encode()
HEAD = b"POST /v1/read HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


@contextmanager
def served(**settings: object) -> Iterator[tuple[int, Callable[[str], float]]]:
    """Port of a server process with these settings, and what reads one of its metrics."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    environment = {f"MATHDOODLE_{name.upper()}": str(value) for name, value in settings.items()}
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli", "serve", "--port", str(port)],
        cwd=Path(__file__).parents[2],
        env=os.environ | environment,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 120
        while True:
            try:
                if httpx.get(address + "/readyz").status_code == 200:
                    break
            except httpx.TransportError:
                pass
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.2)

        def metric(sample: str) -> float:
            lines = httpx.get(address + "/metrics").text.splitlines()
            return sum(float(line.split()[-1]) for line in lines if line.startswith(sample))

        yield port, metric
    finally:
        process.terminate()
        process.wait(180)


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture(scope="module")
def server():
    with served(body_seconds=1, max_connections=8, reading_threads=1) as running:
        yield running


def rest_of(connection: socket.socket) -> bytes:
    connection.settimeout(30)
    received = b""
    while part := connection.recv(65536):
        received += part
    return received


@pytest.mark.parametrize("said", [b"", b"GET /healthz HT", b"GET /healthz HTTP/1.1\r\nHost: x\r\n"])
def test_a_head_that_never_ends_is_not_awaited(server, said: bytes) -> None:
    with socket.create_connection(("127.0.0.1", server[0])) as connection:
        connection.sendall(said)
        assert rest_of(connection) == b""


def test_a_head_that_trickles_is_not_awaited(server) -> None:
    with socket.create_connection(("127.0.0.1", server[0])) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n")
        with pytest.raises(OSError):
            for _ in range(300):
                connection.sendall(b"X: y\r\n")
                time.sleep(0.1)


def test_a_body_that_never_ends_is_answered(server) -> None:
    with socket.create_connection(("127.0.0.1", server[0])) as connection:
        connection.sendall(HEAD + b"Connection: close\r\nContent-Length: 100\r\n\r\n{")
        assert b'"code":"request_timeout"' in rest_of(connection)


def test_too_many_connections_are_refused_as_a_problem_and_come_free_again(server) -> None:
    connections = [socket.create_connection(("127.0.0.1", server[0])) for _ in range(9)]
    try:
        reply = httpx.get(f"http://127.0.0.1:{server[0]}/healthz")
        assert (reply.status_code, reply.json()["code"]) == (503, "overloaded")
        assert int(reply.headers["Retry-After"]) >= 1
        # They say nothing: after their second they are closed, and the next client is served.
        assert all(rest_of(connection) == b"" for connection in connections)
        assert httpx.get(f"http://127.0.0.1:{server[0]}/healthz").status_code == 200
    finally:
        for connection in connections:
            connection.close()


def test_several_requests_of_one_connection(server) -> None:
    with httpx.Client() as client:
        for _ in range(3):
            assert client.get(f"http://127.0.0.1:{server[0]}/healthz").status_code == 200
            time.sleep(0.6)  # longer together than body_seconds


def test_clients_that_hang_up_take_no_thread(server) -> None:
    port, metric = server
    gone = metric('mathdoodle_requests_total{method="POST",route="/v1/read",status="499"}')
    many = json.dumps({"strokes": write("123456789+" * 30)}).encode()  # takes a while
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(HEAD + b"Content-Length: %d\r\n\r\n" % len(many) + many)
            until(lambda: metric("mathdoodle_working ") == 1)
    until(lambda: metric("mathdoodle_working ") == metric("mathdoodle_waiting ") == 0)
    answered = metric('mathdoodle_requests_total{method="POST",route="/v1/read",status="499"}') - gone
    assert answered >= 1  # all of them, unless the machine is quick
    reply = httpx.post(f"http://127.0.0.1:{port}/v1/read", content=BODY, headers={"Content-Type": "application/json"})
    assert reply.status_code == 200


def test_requests_in_progress_end_before_the_server_does() -> None:
    assert answered_while_stopping(shutdown_seconds=150, symbols=100).startswith(b"HTTP/1.1 200")


def test_requests_that_outlast_the_shutdown_are_refused() -> None:
    answer = answered_while_stopping(shutdown_seconds=0, symbols=300)
    assert answer.startswith(b"HTTP/1.1 503")
    assert b'"code":"overloaded"' in answer


def answered_while_stopping(shutdown_seconds: int, symbols: int) -> bytes:
    """What a reading is answered that is in progress when the server is told to stop."""
    with served(shutdown_seconds=shutdown_seconds) as (port, metric):
        connection = socket.create_connection(("127.0.0.1", port))
        many = json.dumps({"strokes": write(("123456789+" * 40)[:symbols])}).encode()
        connection.sendall(HEAD + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(many) + many)
        until(lambda: metric("mathdoodle_working ") == 1)
    with connection:
        return rest_of(connection)
