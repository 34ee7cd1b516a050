"""Errors: one form for all of them, and a request that provokes each code."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import anyio
import pytest
from starlette.testclient import TestClient

from app.api import problems
from app.reading.errors import ReadingError
from app.reading.reader import Reader
from tests.api.messages import answer
from tests.doodles import draw, write


def picture(text: str) -> bytes:
    buffer = BytesIO()
    draw(write(text)).save(buffer, "PNG")
    return buffer.getvalue()


def check(reply, code: str) -> None:
    kind = problems.KINDS[code]
    assert reply.headers["Content-Type"] == "application/problem+json"
    body = reply.json()
    assert body["code"] == code
    assert body["status"] == reply.status_code == kind.status
    assert body["title"] == kind.title
    assert body["type"] == f"urn:mathdoodle:problem:{code}"
    assert body["detail"]
    assert "Traceback" not in reply.text


INKML = {"Content-Type": "application/inkml+xml"}
JSON = {"Content-Type": "application/json"}
PROVOKED: dict[str, tuple[str, str, dict, dict]] = {
    # code: method, path, request, settings
    "request_invalid": ("POST", "/v1/read", {"json": {}}, {}),
    "json_invalid": ("POST", "/v1/read", {"content": b"{", "headers": JSON}, {}),
    "form_invalid": ("POST", "/v1/read", {"files": {"other": b"x"}}, {}),
    "notation_invalid": ("POST", "/v1/evaluate", {"json": {"text": "1", "notation": "x"}}, {}),
    "option_invalid": ("POST", "/v1/read?symbols=runes", {"json": {"strokes": write("1")}}, {}),
    "strokes_invalid": ("POST", "/v1/read", {"json": {"strokes": [[1, 2]]}}, {}),
    "symbols_invalid": ("POST", "/v1/correct", {"json": {"symbols": []}}, {}),
    "expression_invalid": ("POST", "/v1/evaluate", {"json": {"text": "§"}}, {}),
    "inkml_invalid": ("POST", "/v1/read", {"content": b"x", "headers": INKML}, {}),
    "image_unreadable": ("POST", "/v1/read", {"files": {"file": b"x"}}, {}),
    "image_too_large": ("POST", "/v1/read", {"files": {"file": picture("1")}}, {"max_pixels": 99}),
    "too_much_ink": ("POST", "/v1/read", {"files": {"file": picture("11111")}}, {"max_strokes": 4}),
    "no_ink": ("POST", "/v1/read", {"json": {"strokes": []}}, {}),
    "unauthorized": ("GET", "/v1/model", {}, {"api_keys": ["k"]}),
    "not_found": ("GET", "/v2/read", {}, {}),
    "method_not_allowed": ("GET", "/v1/read", {}, {}),
    "payload_too_large": ("POST", "/v1/read", {"json": {"strokes": write("12345678")}}, {"max_body_bytes": 1024}),
    "unsupported_media_type": ("POST", "/v1/read", {"content": b"x", "headers": {"Content-Type": "text/plain"}}, {}),
}


def rate_limited(client: TestClient, _: pytest.MonkeyPatch) -> None:
    check(next(r for r in (client.get("/v1/model") for _ in range(9)) if r.status_code != 200), "rate_limited")


def not_ready(client: TestClient, _: pytest.MonkeyPatch) -> None:
    client.app.state.reader = None
    check(client.get("/readyz"), "not_ready")


def overloaded(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = []

    def read_while_reading(*_: object, **__: object) -> None:
        # The only thread is busy with this very request.
        inner.append(anyio.run(answer, client.app, body_of(b'{"strokes": [[[0, 0], [0, 9]]]}')))
        raise ReadingError("no_ink", "Enough.")

    monkeypatch.setattr(Reader, "read", read_while_reading)
    check(client.post("/v1/read", json={"strokes": write("1")}), "no_ink")
    status, body = inner[0]
    assert (status, body["code"]) == (503, "overloaded")


def body_of(*parts: bytes, then_wait: float = 0):
    async def messages():
        for part in parts:
            yield {"type": "http.request", "body": part, "more_body": bool(then_wait)}
        await anyio.sleep(then_wait)

    return messages


def request_timeout(client: TestClient, _: pytest.MonkeyPatch) -> None:
    status, body = anyio.run(answer, client.app, body_of(b"{", then_wait=60))
    assert (status, body["code"]) == (408, "request_timeout")


def internal_error(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Reader, "read", None)
    check(client.post("/v1/read", json={"strokes": write("1")}), "internal_error")


CIRCUMSTANCES: dict[str, tuple[Callable[[TestClient, pytest.MonkeyPatch], None], dict]] = {
    "rate_limited": (rate_limited, {"rate_limit": "2/hour"}),
    "not_ready": (not_ready, {}),
    "overloaded": (overloaded, {"reading_threads": 1, "queue_length": 0}),
    "request_timeout": (request_timeout, {"body_seconds": 0.1}),
    "internal_error": (internal_error, {}),
}
"""Codes that no single request provokes by itself: what does, and settings."""


@pytest.mark.parametrize("code", problems.KINDS)
def test_each_code(client_with: Callable[..., TestClient], monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    if code in CIRCUMSTANCES:
        provoke, settings = CIRCUMSTANCES[code]
        return provoke(client_with(**settings), monkeypatch)
    method, path, request, settings = PROVOKED[code]
    check(client_with(**settings).request(method, path, **request), code)


def test_every_code_of_the_source_is_known_and_provoked() -> None:
    in_source = {
        node.value
        for file in Path(problems.__file__).parents[1].rglob("*.py")
        for node in ast.walk(raising(ast.parse(file.read_text())))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch("[a-z_]+", node.value)
    }
    mapped = set(problems._CODE_OF_STATUS.values()) | {"notation_invalid", "option_invalid", "request_invalid"}
    assert in_source | mapped == set(problems.KINDS) == set(PROVOKED) | set(CIRCUMSTANCES)


def raising(module: ast.Module) -> ast.Module:
    """The first arguments of all that makes a problem."""
    calls = [n for n in ast.walk(module) if isinstance(n, ast.Call) and n.args]
    named = [c.args[0] for c in calls if getattr(c.func, "id", getattr(c.func, "attr", "")) in MAKERS]
    return ast.Module([ast.Expr(argument) for argument in named], [])


MAKERS = {"Problem", "ReadingError", "response"}


def test_internal_error_tells_nothing_but_the_request_id(
    client_with: Callable[..., TestClient],
    monkeypatch: pytest.MonkeyPatch,
    log_lines: Callable[[], list[dict]],
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ValueError("could not convert string to float: '271.828'")

    client = client_with()
    monkeypatch.setattr(Reader, "read", fails)
    reply = client.post("/v1/read", json={"strokes": write("1")}, headers={"X-Request-ID": "id-7"})
    check(reply, "internal_error")
    assert "id-7" in reply.json()["detail"]
    assert "271" not in reply.text
    lines = log_lines()
    fault = next(line for line in lines if line["event"] == "fault")
    assert fault["error"] == "ValueError"
    assert any("fails" in place for place in fault["at"])
    assert "271" not in str(lines)


def test_405_says_what_is_allowed(client: TestClient) -> None:
    assert "POST" in client.get("/v1/read").headers["Allow"]
