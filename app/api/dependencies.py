"""What routes ask for, as annotated types. All are coroutines: FastAPI would run each plain function in a thread."""

from __future__ import annotations

import hmac
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyHeader

from app.api.metrics import Metrics
from app.api.observation import Record
from app.api.problems import Problem
from app.api.rates import client_of
from app.api.work import WorkQueue
from app.reading.reader import Reader
from app.settings import Settings


async def _settings(request: Request) -> Settings:
    return request.app.state.settings


async def _metrics(request: Request) -> Metrics:
    return request.app.state.metrics


async def _work(request: Request) -> WorkQueue:
    return request.app.state.work


async def _record(request: Request) -> Record:
    return request.state.record


SettingsDep = Annotated[Settings, Depends(_settings)]
MetricsDep = Annotated[Metrics, Depends(_metrics)]
WorkDep = Annotated[WorkQueue, Depends(_work)]
RecordDep = Annotated[Record, Depends(_record)]


async def _reader(request: Request, settings: SettingsDep) -> Reader:
    if request.app.state.reader is None:
        raise Problem("not_ready", headers={"Retry-After": str(settings.retry_after_seconds)})
    return request.app.state.reader


ReaderDep = Annotated[Reader, Depends(_reader)]

_key_header = APIKeyHeader(name="X-API-Key", auto_error=False, description="needed where the operator has set keys")


async def admitted(request: Request, settings: SettingsDep, key: Annotated[str | None, Security(_key_header)]) -> None:
    """Lets a request through that carries one of the API keys, or any where there are none, but not too often.

    Raises:
        Problem: ``unauthorized`` or ``rate_limited``.
    """
    given = (key or "").encode()
    # Every key is compared in full: the time taken tells nothing about any of them.
    matches = [hmac.compare_digest(given, secret.get_secret_value().encode()) for secret in settings.api_keys]
    if settings.api_keys and not any(matches):
        raise Problem("unauthorized", "Send a valid key in X-API-Key.")
    address = request.client.host if request.client else None
    request.app.state.rates.count(f"key {matches.index(True)}" if settings.api_keys else client_of(address))
