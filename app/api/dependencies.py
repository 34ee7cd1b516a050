"""What routes ask for, as annotated types."""

from __future__ import annotations

import hmac
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyHeader

from app.api.metrics import Metrics
from app.api.observation import Record
from app.api.problems import Problem
from app.api.work import WorkQueue
from app.reading.reader import Reader
from app.settings import Settings


def _settings(request: Request) -> Settings:
    return request.app.state.settings


def _metrics(request: Request) -> Metrics:
    return request.app.state.metrics


def _work(request: Request) -> WorkQueue:
    return request.app.state.work


def _record(request: Request) -> Record:
    return request.state.record


SettingsDep = Annotated[Settings, Depends(_settings)]
MetricsDep = Annotated[Metrics, Depends(_metrics)]
WorkDep = Annotated[WorkQueue, Depends(_work)]
RecordDep = Annotated[Record, Depends(_record)]


def _reader(request: Request, settings: SettingsDep) -> Reader:
    if request.app.state.reader is None:
        raise Problem("not_ready", headers={"Retry-After": str(settings.retry_after_seconds)})
    return request.app.state.reader


ReaderDep = Annotated[Reader, Depends(_reader)]

_key_header = APIKeyHeader(name="X-API-Key", auto_error=False, description="needed where the operator has set keys")


def authorised(settings: SettingsDep, key: Annotated[str | None, Security(_key_header)]) -> None:
    """Lets a request through that carries one of the API keys, or any request where there are none.

    Raises:
        Problem: ``unauthorized``.
    """
    given = (key or "").encode()
    # Every key is compared in full: the time taken tells nothing about any of them.
    matches = [hmac.compare_digest(given, secret.get_secret_value().encode()) for secret in settings.api_keys]
    if settings.api_keys and not any(matches):
        raise Problem("unauthorized", "Send a valid key in X-API-Key.")
