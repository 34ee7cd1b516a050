"""GET /healthz and /readyz: for whoever starts, stops and watches the service."""

from __future__ import annotations

from fastapi import APIRouter

from app.api.dependencies import ReaderDep
from app.api.problems import documented

router = APIRouter(tags=["service"])


@router.get("/healthz", summary="Is the process up?")
async def healthz() -> dict[str, str]:
    """Answers whenever the process can answer at all."""
    return {"status": "up"}


@router.get("/readyz", summary="Can it read?", responses=documented("not_ready"))
async def readyz(_: ReaderDep) -> dict[str, str]:
    """Answers 200 once the weights are loaded and one reading is done, 503 before."""
    return {"status": "ready"}
