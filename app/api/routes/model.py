"""GET /v1/model: what reads, and how well."""

from __future__ import annotations

from fastapi import APIRouter

from app.api.dependencies import ReaderDep
from app.api.problems import documented

router = APIRouter(prefix="/v1", tags=["service"])


@router.get("/model", summary="The model card", responses=documented("unauthorized", "rate_limited", "not_ready"))
async def model(reader: ReaderDep) -> dict:
    """Vocabulary, backbones, heads, versions, checksums, measured accuracies and licences of the weights."""
    return reader.card
