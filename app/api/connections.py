"""Connections that cost little: too many are refused, and one that dawdles is closed.

uvicorn closes connections that idle between requests. It waits without end for the first head of a request,
for a head that trickles in, and for a client that does not take its answer; and what it sends beyond its
limit of connections is no problem+json.
"""

from __future__ import annotations

import asyncio
from functools import cache

import anyio
from starlette.types import Message, Receive, Scope, Send
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from app.api import problems
from app.settings import Settings


@cache
def _settings() -> Settings:
    return Settings()


class Connection(AutoHTTPProtocol):
    """uvicorn's protocol with the settings' ``max_connections``, ``body_seconds`` and ``send_seconds``."""

    def __init__(self, *arguments: object, **options: object) -> None:
        super().__init__(*arguments, **options)
        self._serve = self.app
        self.app = self._admit
        self._impatience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(transport)
        self._wait_for_head()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._wait_for_head()

    def connection_lost(self, error: Exception | None) -> None:
        self._have_head()
        super().connection_lost(error)

    def _wait_for_head(self) -> None:
        if self.cycle is not None and not self.cycle.response_complete:
            self._have_head()
        elif self._impatience is None and not self.transport.is_closing():
            self._impatience = self.loop.call_later(_settings().body_seconds, self.transport.close)

    def _have_head(self) -> None:
        if self._impatience is not None:
            self._impatience.cancel()
            self._impatience = None

    async def _admit(self, scope: Scope, receive: Receive, send: Send) -> None:
        settings = _settings()

        async def send_soon(message: Message) -> None:
            try:
                with anyio.fail_after(settings.send_seconds):
                    await send(message)
            except TimeoutError:
                # Nobody reads the answer; what was written of it would fill memory until they did.
                self.transport.abort()

        if len(self.connections) > settings.max_connections:
            retry = {"Retry-After": str(settings.retry_after_seconds), "Connection": "close"}
            answer = problems.response("overloaded", "There are too many connections.", retry)
            await answer(scope, receive, send_soon)
        else:
            await self._serve(scope, receive, send_soon)
