"""POST /v1/worksheet: a photographed page of arithmetic, marked."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request

from app.api.body import form_of, media_type
from app.api.dependencies import MetricsDep, ReaderDep, RecordDep, SettingsDep, WorkDep
from app.api.observation import Record
from app.api.problems import documented
from app.marking.marker import Marker
from app.reading.image import decode_image
from app.reading.reader import Reader
from app.settings import Settings
from app.worksheet_replies import WorksheetReply, worksheet_reply

router = APIRouter(prefix="/v1", tags=["marking"])

_FORM = "multipart/form-data"
_BODY = {
    "required": True,
    "content": {
        _FORM: {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {
                    "file": {"type": "string", "format": "binary", "description": "PNG, JPEG, WebP, BMP or TIFF"}
                },
            },
            "example": {"file": "(the bytes of homework.jpg)"},
        },
    },
}


@router.post(
    "/worksheet",
    summary="Mark a photographed worksheet",
    openapi_extra={"requestBody": _BODY},
    responses=documented(
        *("form_invalid", "image_unreadable", "image_too_large", "no_ink"),
        *("payload_too_large", "unsupported_media_type", "request_timeout", "unauthorized"),
        *("rate_limited", "overloaded", "not_ready"),
    ),
)
async def worksheet(
    request: Request,
    reader: ReaderDep,
    settings: SettingsDep,
    work: WorkDep,
    record: RecordDep,
    metrics: MetricsDep,
) -> WorksheetReply:
    """Finds every problem of a page, reads question and answer as they are written, and says which are right.

    What the arithmetic comes to never changes the reading; where a reading is in doubt the verdict is `unsure`.
    A page without problems is answered with an empty list.
    """
    media_type(request, _FORM)
    with record.stage("body"):
        body, _ = await form_of(request, settings)
    reply = await work.run(request, partial(_mark, body, reader, settings, record))
    metrics.observe_verdicts(problem.verdict for problem in reply.problems)
    return reply


def _mark(body: bytes, reader: Reader, settings: Settings, record: Record) -> WorksheetReply:
    """Everything that takes time, in a worker thread."""
    with record.stage("decode"):
        photo = decode_image(body, settings.max_pixels)
    page = Marker(reader, settings.reading_threads).mark(photo)
    record.stages.update(page.timings)
    record.facts.update(problems=len(page.problems))
    with record.stage("reply"):
        return worksheet_reply(page)
