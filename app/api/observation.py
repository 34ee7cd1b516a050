"""What is known of each request: its id, its stages' times, its outcome; told to the client, the log and the metrics.

Never the ink, the picture or what was read: sizes, times and codes only.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api import problems
from app.api.metrics import Metrics

logger = logging.getLogger("mathdoodle.request")
_ACCEPTABLE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


@dataclass(slots=True)
class Record:
    """One request.

    Attributes:
        request_id: the client's ``X-Request-ID`` where it is short and plain, else a new one.
        stages: milliseconds by stage, in the order they ended.
        body_bytes: bytes of the body that arrived.
        code: of the problem that was answered, ``None`` for none.
        facts: further numbers for the log, such as how many strokes there were.
    """

    request_id: str
    stages: dict[str, float] = field(default_factory=dict)
    body_bytes: int = 0
    code: str | None = None
    facts: dict[str, float | str] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Measures the stage that the ``with`` block is."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.stages[name] = self.stages.get(name, 0.0) + (time.perf_counter() - started) * 1000


class Observation:
    """ASGI middleware: a ``Record`` as ``request.state.record``, two headers, one log line, the metrics."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        started = time.perf_counter()
        given = Headers(scope=scope).get("x-request-id", "")
        record = Record(given if _ACCEPTABLE_ID.fullmatch(given) else uuid.uuid4().hex)
        scope.setdefault("state", {})["record"] = record
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = record.request_id
                total = (time.perf_counter() - started) * 1000
                stages = {**record.stages, "total": total}
                headers["Server-Timing"] = ", ".join(f"{name};dur={ms:.1f}" for name, ms in stages.items())
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        except asyncio.CancelledError:
            # The server stops, and this took longer than it waits.
            record.code = "overloaded"
            if status == 0:
                answer = problems.response("overloaded", "The service is shutting down.", {"Retry-After": "5"})
                await answer(scope, receive, send_with_headers)
            raise
        except Exception as error:
            record.code = "internal_error"
            answer = problems.of_fault(error, logger, record.request_id)
            if status == 0:
                await answer(scope, receive, send_with_headers)
        finally:
            seconds = time.perf_counter() - started
            # The route's pattern, not the path that was asked for: that is the client's own text.
            route = getattr(scope.get("route"), "path", None) or "other"
            self.metrics.observe_request(scope["method"], route, status, seconds, record.stages, record.code)
            fields = {
                "request_id": record.request_id,
                "method": scope["method"],
                "route": route,
                "status": status,
                "code": record.code,
                "ms": round(seconds * 1000, 1),
                "body_bytes": record.body_bytes,
                "stages": {name: round(ms, 1) for name, ms in record.stages.items()},
                **record.facts,
            }
            logger.info("request", extra={"fields": fields})
