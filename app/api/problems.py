"""Errors as RFC 9457 problem details, each with a stable code."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from app.reading.errors import ReadingError

MEDIA_TYPE = "application/problem+json"
CLIENT_CLOSED_REQUEST = 499
"""The status that nginx logs for a client that went away; nobody receives it."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem: its HTTP status and what it means."""

    status: int
    title: str


KINDS: dict[str, Kind] = {
    "request_invalid": Kind(422, "A field of the request is missing or wrong"),
    "json_invalid": Kind(400, "The body is not JSON"),
    "form_invalid": Kind(400, "The form is damaged or lacks its file"),
    "notation_invalid": Kind(422, "The notation is not auto, infix, prefix or postfix"),
    "option_invalid": Kind(422, "An option has a value that does not exist"),
    "strokes_invalid": Kind(422, "The strokes are not lists of points, or beyond a limit"),
    "symbols_invalid": Kind(422, "The symbols are not labels with boxes, or beyond a limit"),
    "expression_invalid": Kind(422, "The text is not an expression, or beyond a limit"),
    "inkml_invalid": Kind(422, "The document is not InkML"),
    "image_unreadable": Kind(422, "The file is not a readable image"),
    "image_too_large": Kind(413, "The image has too many pixels"),
    "too_much_ink": Kind(422, "There are more pieces of ink than one expression has"),
    "no_ink": Kind(422, "There is nothing to read"),
    "unauthorized": Kind(401, "A valid API key is needed"),
    "not_found": Kind(404, "There is nothing at this address"),
    "method_not_allowed": Kind(405, "This address does not answer to this method"),
    "request_timeout": Kind(408, "The body took too long to arrive"),
    "payload_too_large": Kind(413, "The body has too many bytes"),
    "unsupported_media_type": Kind(415, "The body has a type that this address does not take"),
    "rate_limited": Kind(429, "Too many requests of one client; wait"),
    "overloaded": Kind(503, "Too much to read at once; try again"),
    "not_ready": Kind(503, "The weights are not loaded yet; try again"),
    "internal_error": Kind(500, "A fault of the service"),
}
"""Every code that the service answers with."""

_CODE_OF_STATUS = {
    400: "json_invalid",
    401: "unauthorized",
    404: "not_found",
    405: "method_not_allowed",
    413: "payload_too_large",
    415: "unsupported_media_type",
}


class ProblemReply(BaseModel):
    """The body of an error, as documented in OpenAPI."""

    type: str = Field(examples=["urn:mathdoodle:problem:no_ink"])
    title: str = Field(examples=["There is nothing to read"])
    status: int = Field(examples=[422])
    detail: str = Field(examples=["The image holds no ink."])
    code: str = Field(examples=["no_ink"], json_schema_extra={"enum": list(KINDS)})
    errors: list[dict] | None = Field(None, description="where a request is wrong, field by field")


class Problem(HTTPException):
    """Raised anywhere while a request is served; answered as problem+json.

    Args:
        code: a key of ``KINDS``.
        detail: one sentence for a person; it never quotes the input.
        headers: further headers of the response.
    """

    def __init__(self, code: str, detail: str | None = None, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(KINDS[code].status, detail or KINDS[code].title + ".", dict(headers or {}))
        self.code = code


def response(
    code: str, detail: str, headers: Mapping[str, str] | None = None, errors: list[dict] | None = None
) -> Response:
    """The problem+json response of a code."""
    kind = KINDS[code]
    body = {
        "type": f"urn:mathdoodle:problem:{code}",
        "title": kind.title,
        "status": kind.status,
        "detail": detail,
        "code": code,
    }
    if errors:
        body["errors"] = errors
    return JSONResponse(body, kind.status, headers, MEDIA_TYPE)


def documented(*codes: str) -> dict[int | str, dict]:
    """OpenAPI's ``responses`` for these codes."""
    by_status: dict[int, list[str]] = {}
    for code in codes:
        by_status.setdefault(KINDS[code].status, []).append(code)
    return {
        status: {
            "description": f"{HTTPStatus(status).phrase}: " + ", ".join(f"`{code}`" for code in of_status),
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemReply"}}},
        }
        for status, of_status in by_status.items()
    }


def install(app: FastAPI) -> None:
    """Makes an application answer all its errors as problem+json."""
    app.add_exception_handler(HTTPException, _of_http_exception)
    app.add_exception_handler(RequestValidationError, _of_validation_error)
    app.add_exception_handler(ReadingError, _of_reading_error)
    app.add_exception_handler(ClientDisconnect, _of_disconnect)


def _noted(request: Request, answer: Response, code: str) -> Response:
    request.state.record.code = code
    return answer


async def _of_http_exception(request: Request, error: HTTPException) -> Response:
    code = getattr(error, "code", None) or _CODE_OF_STATUS.get(error.status_code, "internal_error")
    detail = error.detail if isinstance(error, Problem) else KINDS[code].title + "."
    return _noted(request, response(code, detail, error.headers), code)


async def _of_reading_error(request: Request, error: ReadingError) -> Response:
    return _noted(request, response(error.code, error.detail), error.code)


async def _of_validation_error(request: Request, error: RequestValidationError) -> Response:
    # Pydantic's errors quote the input; only where and why goes back, and nothing of it into a log.
    errors = [
        {"field": ".".join(str(part) for part in e["loc"][:4]), "message": e["msg"], "type": e["type"]}
        for e in error.errors()[:10]
    ]
    code = _code_of(error)
    detail = f"{errors[0]['field']}: {errors[0]['message']}"
    return _noted(request, response(code, detail, errors=errors), code)


def _code_of(error: RequestValidationError) -> str:
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return "json_invalid"
    field = first["loc"][1] if len(first["loc"]) > 1 else ""
    if field == "symbols" and first["type"] == "literal_error":
        return "option_invalid"  # of /v1/read; /v1/correct has a list by that name
    return {
        "notation": "notation_invalid",
        "alternatives": "option_invalid",
        "strokes": "strokes_invalid",
        "symbols": "symbols_invalid",
        "text": "expression_invalid",
        "latex": "expression_invalid",
    }.get(str(field), "request_invalid")


async def _of_disconnect(request: Request, _: ClientDisconnect) -> Response:
    return _noted(request, Response(status_code=CLIENT_CLOSED_REQUEST), "client_gone")


def of_fault(error: Exception, logger: logging.Logger, request_id: str) -> Response:
    """The response to an exception nobody expected.

    Its place is logged and its message is not: messages of failed conversions quote the input.
    """
    frames = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(f"{code.co_filename}:{trace.tb_lineno} {code.co_qualname}")
        trace = trace.tb_next
    logger.error("fault", extra={"fields": {"request_id": request_id, "error": type(error).__name__, "at": frames}})
    return response("internal_error", f"The fault is logged under request id {request_id}.")
