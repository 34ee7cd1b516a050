"""Schemathesis on the service's own OpenAPI document: what it promises is sent, and what comes back compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import schemathesis
from hypothesis import given, settings
from schemathesis import checks
from schemathesis.schemas import BaseSchema

from training.handwriting import inkml, write

LENIENT = [
    # What the schema cannot say, a limit of the settings or ink that cannot be read, is refused with a 422 of its own.
    checks.positive_data_acceptance,
    # Unknown query parameters and fields that do not apply are ignored.
    checks.negative_data_rejection,
    # Files of the page are served at other addresses than the documented ones, for GET alone.
    checks.unsupported_method,
]
"""Checks that are left out, each for its reason."""


@schemathesis.serializer("application/inkml+xml")
def _inkml(_: Any, value: Any) -> bytes:
    return value.encode() if isinstance(value, str) else inkml(write("1+2"))


def operations_of(schema: BaseSchema) -> Iterator[tuple[str, Callable[[settings], None]]]:
    """Name of each documented operation, and what sends many requests to it and checks each answer.

    The function raises what schemathesis found, an exception or a group of them.
    """
    for result in schema.get_all_operations():
        operation = result.ok()

        def fuzz(budget: settings, operation: Any = operation) -> None:
            @budget
            @given(operation.as_strategy())
            def answered(case: schemathesis.Case) -> None:
                case.call_and_validate(excluded_checks=LENIENT)

            answered()

        yield f"{operation.method.upper()} {operation.path}", fuzz
