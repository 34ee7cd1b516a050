"""The application: settings in, routes and middleware wired together."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import anyio.to_thread
from fastapi import Depends, FastAPI
from fastapi.middleware.cors import CORSMiddleware

from app.api import logs, problems
from app.api.body import BoundedBody
from app.api.dependencies import admitted
from app.api.metrics import Metrics
from app.api.observation import Observation
from app.api.openapi import documenting
from app.api.rates import RateLimits
from app.api.routes import correct, evaluate, health, metrics, model, read, worksheet
from app.api.schemas import STROKES_EXAMPLE
from app.api.security import SecurityHeaders
from app.api.work import WorkQueue
from app.maths.evaluation import WORKERS
from app.maths.worker import TimeLimitError
from app.memory import keep_freed_memory
from app.reading.ink import ink_from_strokes
from app.reading.reader import Reader
from app.settings import Settings

_DESCRIPTION = """Reads handwritten mathematics, says where it doubts, and evaluates it.

Errors are `application/problem+json` with a stable `code`:

""" + "\n".join(f"- `{code}` ({kind.status}): {kind.title}" for code, kind in problems.KINDS.items())


def create_app(settings: Settings | None = None) -> FastAPI:
    """The service; it loads the weights when it starts, and refuses to start without them.

    Args:
        settings: those to serve by; from the environment where there are none.

    Raises:
        pydantic.ValidationError: a setting in the environment is wrong.
    """
    settings = settings or Settings()
    keep_freed_memory()
    logs.configure(settings)
    app = FastAPI(
        title="Math Doodle",
        version=_version(),
        description=_DESCRIPTION,
        lifespan=_lifespan,
        # Both pages load scripts from other hosts, which the content security policy forbids.
        docs_url=None,
        redoc_url=None,
    )
    app.state.settings = settings
    app.state.metrics = Metrics()
    app.state.work = WorkQueue(settings, app.state.metrics)
    app.state.rates = RateLimits(settings.rate_limit)
    app.state.reader = None
    problems.install(app)
    for resource in (read, correct, evaluate, worksheet, model):
        app.include_router(resource.router, dependencies=[Depends(admitted)])
    for resource in (health, metrics):
        app.include_router(resource.router)
    app.frontend("/", directory=_static_directory(), fallback=None)
    app.openapi = documenting(app)
    # The last one added is the first one to see a request.
    app.add_middleware(BoundedBody, max_bytes=settings.max_body_bytes, seconds=settings.body_seconds)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["GET", "POST"],
            allow_headers=["Content-Type", "X-API-Key", "X-Request-ID"],
            expose_headers=["X-Request-ID", "Server-Timing", "Retry-After"],
        )
    app.add_middleware(Observation, metrics=app.state.metrics)
    app.add_middleware(SecurityHeaders)
    return app


def _version() -> str:
    try:
        return version("mathdoodle")
    except PackageNotFoundError:
        return "checkout"


def _static_directory() -> Path:
    """The page's files: beside the package in a checkout, inside it where it is installed."""
    app_directory = Path(__file__).resolve().parents[1]
    installed = app_directory / "static"
    return installed if installed.is_dir() else app_directory.parent / "static"


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    reader = await anyio.to_thread.run_sync(_load, settings)
    reader.network.observer = app.state.metrics.observe_run
    app.state.reader = reader
    # Loading SymPy takes a process of its own a while; being ready need not wait for it.
    starting = threading.Thread(target=_start_algebra, daemon=True)
    starting.start()
    yield
    app.state.reader = None
    await anyio.to_thread.run_sync(starting.join)
    WORKERS.stop()


def _load(settings: Settings) -> Reader:
    reader = Reader.load(settings.weights_directory, settings.model_threads, settings.device)
    if settings.batching != "auto":
        reader.network.joined = settings.batching == "on"
    reader.read(ink_from_strokes(STROKES_EXAMPLE))  # the first run of a network is its slowest
    return reader


def _start_algebra() -> None:
    # If it fails now, it is tried again when an expression first needs it, and fails for that one.
    with suppress(TimeLimitError):
        WORKERS.start()
