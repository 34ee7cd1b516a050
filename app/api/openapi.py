"""The OpenAPI document: FastAPI's own, and the schemas that it cannot see from the routes' signatures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI

from app.api.problems import ProblemReply
from app.api.schemas import ReadRequest


def documenting(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """What to put in the place of ``app.openapi``."""
    of_fastapi = app.openapi

    def document() -> dict[str, Any]:
        found = of_fastapi()
        schemas = found["components"]["schemas"]
        for hidden in (ReadRequest, ProblemReply):
            schemas[hidden.__name__] = hidden.model_json_schema(ref_template="#/components/schemas/{model}")
        # Errors are problem+json; these describe a form that is never sent.
        for unused in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unused, None)
        if not app.state.settings.api_keys:
            for route in found["paths"].values():
                for operation in route.values():
                    operation.pop("security", None)
        return found

    return document
