"""Whatever arrives is answered, and never with a fault of the service."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from starlette.testclient import TestClient

from training.service.odd_requests import CALLS, check
from training.service.openapi_fuzz import operations_of

BUDGET = settings(max_examples=40, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("kind", CALLS)
def test_odd_requests(client: TestClient, kind: str) -> None:
    @BUDGET
    @given(CALLS[kind])
    def answered(call: dict) -> None:
        check(client.request(**call))

    answered()


def test_requests_made_from_the_documentation(client_with: Callable[..., TestClient]) -> None:
    operations = dict(operations_of(schemathesis.openapi.from_asgi("/openapi.json", client_with().app)))
    assert {f"POST /v1/{name}" for name in ("read", "correct", "evaluate", "worksheet")} <= set(operations)
    for fuzz in operations.values():
        fuzz(settings(BUDGET, max_examples=15))
