"""Clients that ask at the same time: as fast as they are answered, or at a rate of their own."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass

import httpx2 as httpx

from training.service.samples import Request

PATIENCE_S = 120.0
"""After so long a request counts as never answered."""


@dataclass(frozen=True)
class Answer:
    """What became of one request.

    Attributes:
        at: seconds from the start of the run to the sending.
        seconds: until the answer, or until it was clear that there is none.
        status: HTTP status; 0 for a connection that broke or an answer that never came.
        code: of the problem; the error's name where there is no answer.
        stages: milliseconds by stage, of an answered reading.
        clean: the answer is a success, or a refusal with its code and ``Retry-After``.
    """

    at: float
    seconds: float
    status: int
    code: str
    stages: dict[str, float]
    clean: bool


async def ask(client: httpx.AsyncClient, request: Request, start: float) -> Answer:
    """Sends one request."""
    sent = time.perf_counter()

    def answer(status: int, code: str, stages: dict[str, float], clean: bool) -> Answer:
        return Answer(sent - start, time.perf_counter() - sent, status, code, stages, clean)

    try:
        reply = await client.post(request.path, **request.options)
    except httpx.TransportError as error:
        return answer(0, type(error).__name__, {}, False)
    timing = reply.headers.get("Server-Timing", "")
    stages = {part.partition(";")[0].strip(): float(part.partition("dur=")[2]) for part in timing.split(",") if part}
    if reply.status_code == 200:
        return answer(200, "", stages, True)
    code = reply.json()["code"] if "problem+json" in reply.headers.get("Content-Type", "") else "unknown"
    return answer(reply.status_code, code, {}, reply.status_code == 503 and "Retry-After" in reply.headers)


def _client(address: str, most: int) -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=most, max_keepalive_connections=most, keepalive_expiry=2)
    return httpx.AsyncClient(base_url=address, timeout=PATIENCE_S, limits=limits, trust_env=False)


def in_turn(address: str, requests: Sequence[Request], clients: int, seconds: float) -> list[Answer]:
    """So many clients, each sending its next request when the last is answered; what was answered in the time.

    Sending ends after ``seconds``; the answers still under way then are awaited, and not counted.
    """

    async def run() -> list[Answer]:
        start = time.perf_counter()
        answers: list[Answer] = []
        numbers = iter(range(10**9))

        async def one(client: httpx.AsyncClient) -> None:
            while time.perf_counter() - start < seconds:
                answers.append(await ask(client, requests[next(numbers) % len(requests)], start))

        async with _client(address, clients) as client:
            await asyncio.gather(*(one(client) for _ in range(clients)))
        return [a for a in answers if a.at + a.seconds <= seconds]

    return asyncio.run(run())


async def at_rate(
    address: str, requests: Sequence[Request], rate: float, seconds: float, start: float, answers: list[Answer]
) -> None:
    """Requests at random times, so many a second on average, whether or not earlier ones are answered.

    Args:
        address: of the service.
        requests: to choose from.
        rate: requests a second.
        seconds: how long to send; all answers are awaited after that.
        start: ``time.perf_counter()`` of the run's start.
        answers: appended to as answers come.
    """
    choose = random.Random(0)
    due = time.perf_counter()
    end = due + seconds
    async with _client(address, 5000) as client, asyncio.TaskGroup() as tasks:

        async def one(request: Request) -> None:
            answers.append(await ask(client, request, start))

        while (due := due + choose.expovariate(rate)) < end:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            tasks.create_task(one(choose.choice(requests)))
