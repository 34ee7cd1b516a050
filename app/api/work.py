"""Worker threads behind a bounded queue: what cannot be done soon is refused at once, what nobody awaits is stopped."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import anyio
import anyio.to_thread
from starlette.requests import ClientDisconnect, Request

from app.api.metrics import Metrics
from app.api.problems import Problem
from app.reading.progress import PROGRESS, Progress, StoppedError
from app.settings import Settings

T = TypeVar("T")


class WorkQueue:
    """Runs blocking work in a fixed number of threads, with a fixed number of requests waiting."""

    def __init__(self, settings: Settings, metrics: Metrics) -> None:
        self._limiter = anyio.CapacityLimiter(settings.reading_threads)
        self._places = settings.reading_threads + settings.queue_length
        self._seconds = settings.queue_seconds
        self._headers = {"Retry-After": str(settings.retry_after_seconds)}
        self._present = 0
        self._metrics = metrics

    async def run(self, request: Request, work: Callable[[], T]) -> T:
        """The result of ``work()``, run in a thread.

        A client that goes away while it waits gives its place up; one that goes away later stops the work at
        its next checkpoint, until which the thread counts as busy.

        Raises:
            Problem: ``overloaded``, where the queue is full or a thread does not come free in time.
            ClientDisconnect: the client went away before the work was done.
            Exception: whatever ``work`` raises.
        """
        if self._present >= self._places:
            raise Problem("overloaded", headers=self._headers)
        self._present += 1
        try:
            with request.state.record.stage("queue"), self._metrics.waiting.track_inprogress():
                await self._wait_for_thread(request)
            try:
                with self._metrics.working.track_inprogress():
                    return await self._in_thread(request, work)
            finally:
                self._limiter.release_on_behalf_of(request)
        finally:
            self._present -= 1

    async def _wait_for_thread(self, request: Request) -> None:
        """Returns with a token of the limiter borrowed on behalf of the request."""
        try:
            return self._limiter.acquire_on_behalf_of_nowait(request)
        except anyio.WouldBlock:
            pass
        outcome: Exception | None = Problem("overloaded", headers=self._headers)

        async def watch() -> None:
            nonlocal outcome
            await _disconnect(request)
            outcome = ClientDisconnect()
            waiting.cancel_scope.cancel()

        async with anyio.create_task_group() as waiting:
            waiting.start_soon(watch)
            with anyio.move_on_after(self._seconds):
                await self._limiter.acquire_on_behalf_of(request)
                outcome = None
            waiting.cancel_scope.cancel()
        if outcome:
            raise outcome

    async def _in_thread(self, request: Request, work: Callable[[], T]) -> T:
        progress = Progress()
        error: Exception | None = None
        result = None

        async def watch() -> None:
            await _disconnect(request)
            progress.stop()

        token = PROGRESS.set(progress)  # the thread gets a copy of this context
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(watch)
                try:
                    # The token is held already, hence a limiter of its own for the thread.
                    result = await anyio.to_thread.run_sync(work, limiter=anyio.CapacityLimiter(1))
                except StoppedError:
                    error = ClientDisconnect()
                except Exception as raised:  # out of the group, which would wrap it
                    error = raised
                tasks.cancel_scope.cancel()
        finally:
            progress.stop()  # should the server itself have ended this
            PROGRESS.reset(token)
            if progress.candidates:
                request.state.record.facts["candidates"] = progress.candidates
                self._metrics.candidates.observe(progress.candidates)
        if error:
            raise error
        return result


async def _disconnect(request: Request) -> None:
    """Returns when the client goes away."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
