"""POST /v1/read: one expression, from strokes, an image or an InkML document."""

from __future__ import annotations

import base64
import binascii
import re
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from app.api.body import form_of, media_type
from app.api.dependencies import MetricsDep, ReaderDep, RecordDep, SettingsDep, WorkDep
from app.api.observation import Record
from app.api.problems import documented
from app.api.schemas import STROKES_EXAMPLE, Options, ReadRequest
from app.reading.errors import ReadingError
from app.reading.image import decode_image
from app.reading.ink import ink_from_strokes
from app.reading.inkml import strokes_from_inkml
from app.reading.page import ink_from_image
from app.reading.progress import checkpoint
from app.reading.reader import Reader
from app.replies import ModelReply, ReadReply, read_reply
from app.settings import Settings
from models.ink import Ink

router = APIRouter(prefix="/v1", tags=["reading"])

_JSON, _FORM, _INKML = "application/json", "multipart/form-data", "application/inkml+xml"
_DATA_URL = re.compile(r"data:image/[a-z0-9.+-]{1,40};base64,", re.IGNORECASE)

_OPTION_PROPERTIES: dict[str, Any] = {
    name: {k: v for k, v in schema.items() if k != "title"}
    for name, schema in Options.model_json_schema()["properties"].items()
}
_INKML_EXAMPLE = (
    '<ink xmlns="http://www.w3.org/2003/InkML">'
    + "".join(f"<trace>{', '.join(f'{x} {y}' for x, y in stroke)}</trace>" for stroke in STROKES_EXAMPLE)
    + "</ink>"
)
_BODY = {
    "required": True,
    "content": {
        _JSON: {"schema": {"$ref": "#/components/schemas/ReadRequest"}, "example": {"strokes": STROKES_EXAMPLE}},
        _FORM: {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {
                    "file": {
                        "type": "string",
                        "format": "binary",
                        "description": "PNG, JPEG, WebP, BMP or TIFF",
                    },
                    **_OPTION_PROPERTIES,
                },
            },
            "example": {"file": "(the bytes of sketch.png)", "notation": "auto"},
        },
        _INKML: {"schema": {"type": "string"}, "example": _INKML_EXAMPLE},
    },
}


@router.post(
    "/read",
    summary="Read one expression",
    openapi_extra={"requestBody": _BODY},
    responses=documented(
        *("request_invalid", "json_invalid", "form_invalid", "notation_invalid", "option_invalid"),
        *("strokes_invalid", "inkml_invalid", "image_unreadable", "image_too_large"),
        *("no_ink", "too_much_ink"),
        *("payload_too_large", "unsupported_media_type", "request_timeout", "unauthorized"),
        *("rate_limited", "overloaded", "not_ready"),
    ),
)
async def read(
    request: Request,
    options: Annotated[Options, Query()],
    reader: ReaderDep,
    settings: SettingsDep,
    work: WorkDep,
    record: RecordDep,
    metrics: MetricsDep,
) -> ReadReply:
    """Reads strokes (`application/json`), a picture (`multipart/form-data`, or a data URL in JSON) or InkML.

    The reading comes with its layout, its value, how sure it is, and what else the ink may say.
    """
    kind = media_type(request, _JSON, _FORM, _INKML)
    with record.stage("body"):
        body = await request.body()
        fields: dict[str, str] = {}
        if kind == _FORM:
            body, fields = await form_of(request, settings)
    reply = await work.run(request, partial(_read, kind, body, fields, options, reader, settings, record))
    metrics.observe_reading(reply.confidence, len(reply.symbols), reply.evaluation.kind)
    return reply


def _read(
    kind: str,
    body: bytes,
    fields: dict[str, str],
    options: Options,
    reader: Reader,
    settings: Settings,
    record: Record,
) -> ReadReply:
    """Everything that takes time, in a worker thread."""
    with record.stage("decode"):
        if kind == _JSON:
            ink, options = _ink_of_json(body, options, settings)
        elif kind == _FORM:
            options = _validated(Options, options.model_dump() | fields)
            ink = _ink_of_image(body, settings)
        else:
            ink = ink_from_strokes(strokes_from_inkml(body, settings.max_strokes, settings.max_points))
    reading = reader.read(ink, symbols=options.symbols, alternatives=options.alternatives)
    record.stages.update(reading.timings)
    record.facts.update(input=kind, pieces=len(ink.pieces), symbols=len(reading.best.symbols))
    checkpoint()
    with record.stage("maths"):
        return read_reply(reading, options.notation, ModelReply(**reader.card))


def _validated(model: type, data: dict) -> Any:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise _request_error(error) from error


def _request_error(error: ValidationError) -> RequestValidationError:
    """FastAPI's error for a body that was validated outside FastAPI."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    return RequestValidationError([{**e, "loc": ("body", *e["loc"])} for e in found])


def _ink_of_json(body: bytes, options: Options, settings: Settings) -> tuple[Ink, Options]:
    try:
        wanted = ReadRequest.model_validate_json(body)
    except ValidationError as error:
        raise _request_error(error) from error
    options = options.model_copy(update=wanted.model_dump(include=set(Options.model_fields), exclude_none=True))
    if "image" in wanted.model_fields_set:
        return _ink_of_image(_bytes_of_data_url(wanted.image), settings), options
    if len(wanted.strokes) > settings.max_strokes or sum(map(len, wanted.strokes)) > settings.max_points:
        raise ReadingError(
            "strokes_invalid",
            f"At most {settings.max_strokes} strokes and {settings.max_points} points are accepted.",
        )
    return ink_from_strokes(wanted.strokes), options


def _ink_of_image(data: bytes, settings: Settings) -> Ink:
    return ink_from_image(decode_image(data, settings.max_pixels), settings.max_strokes)


def _bytes_of_data_url(url: str) -> bytes:
    header = _DATA_URL.match(url)
    if not header:
        raise ReadingError("image_unreadable", "The image is not a data URL such as data:image/png;base64,….")
    try:
        return base64.b64decode(url[header.end() :], validate=True)
    except (binascii.Error, ValueError) as error:
        raise ReadingError("image_unreadable", "The image's base64 is damaged.") from error
