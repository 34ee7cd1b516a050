"""GET /metrics: for Prometheus."""

from __future__ import annotations

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST

from app.api.dependencies import MetricsDep

router = APIRouter(tags=["service"])


@router.get("/metrics", summary="Prometheus metrics", response_class=Response)
async def metrics(collected: MetricsDep) -> Response:
    """Counters and histograms in Prometheus' text format."""
    return Response(collected.text(), media_type=CONTENT_TYPE_LATEST)
