"""Requests as the messages that a server gives an application: for bodies that stall and clients that vanish."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable

Messages = Callable[[], AsyncIterator[dict]]


async def answer(app, messages: Messages) -> tuple[int, dict | None]:
    """Status and JSON of what an application answers a POST to /v1/read with, its body in these messages."""
    source = messages()
    statuses: list[int] = []
    body = b""

    async def receive() -> dict:
        return await anext(source)

    async def send(message: dict) -> None:
        nonlocal body
        if message["type"] == "http.response.start":
            statuses.append(message["status"])
        body += message.get("body", b"")

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/v1/read",
        "raw_path": b"/v1/read",
        "query_string": b"",
        "root_path": "",
        "headers": [(b"content-type", b"application/json")],
        "client": ("test", 1),
        "server": ("test", 80),
    }
    await app(scope, receive, send)
    return statuses[0], json.loads(body) if body else None
