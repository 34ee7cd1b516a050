"""Errors: one form for all of them, and a request that provokes each code."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from app.api import problems
from app.reading.reader import Reader
from tests.doodles import write


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
    "no_ink": ("POST", "/v1/read", {"json": {"strokes": []}}, {}),
    "unauthorized": ("GET", "/v1/model", {}, {"api_keys": ["k"]}),
    "not_found": ("GET", "/v2/read", {}, {}),
    "method_not_allowed": ("GET", "/v1/read", {}, {}),
    "payload_too_large": ("POST", "/v1/read", {"json": {"strokes": write("12345678")}}, {"max_body_bytes": 1024}),
    "unsupported_media_type": ("POST", "/v1/read", {"content": b"x", "headers": {"Content-Type": "text/plain"}}, {}),
}
ELSEWHERE = {"image_too_large", "too_much_ink", "request_timeout", "overloaded", "not_ready", "internal_error"}
"""Codes that need more than one request to provoke; the tests that do are here, in test_limits and test_service."""


@pytest.mark.parametrize("code", PROVOKED)
def test_each_code(client_with: Callable[..., TestClient], code: str) -> None:
    method, path, request, settings = PROVOKED[code]
    check(client_with(**settings).request(method, path, **request), code)


def test_every_code_has_its_test() -> None:
    assert set(PROVOKED) | ELSEWHERE == set(problems.KINDS)


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
