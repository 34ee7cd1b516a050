"""POST /v1/correct: a reading again, with some of its labels changed by a person."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request

from app.api.body import json_only
from app.api.dependencies import ReaderDep, RecordDep, SettingsDep, WorkDep
from app.api.problems import Problem, documented
from app.api.schemas import CorrectRequest, SymbolInput
from app.reading.reading import Symbol, SymbolAlternative
from app.replies import ModelReply, ReadReply, read_reply
from models.vocabulary import BY_LABEL

router = APIRouter(prefix="/v1", tags=["reading"])


@router.post(
    "/correct",
    summary="Lay out corrected symbols",
    dependencies=[Depends(json_only)],
    responses=documented(
        *("request_invalid", "json_invalid", "symbols_invalid", "notation_invalid", "option_invalid"),
        *("payload_too_large", "unsupported_media_type", "request_timeout", "unauthorized"),
        *("rate_limited", "overloaded", "not_ready"),
    ),
)
async def correct(
    correction: CorrectRequest,
    request: Request,
    reader: ReaderDep,
    settings: SettingsDep,
    work: WorkDep,
    record: RecordDep,
) -> ReadReply:
    """Lays out, parses and evaluates symbols as they are labelled, without reading their ink again."""
    if len(correction.symbols) > settings.max_symbols:
        raise Problem("symbols_invalid", f"At most {settings.max_symbols} symbols are accepted.")
    symbols = [_symbol(given) for given in correction.symbols]

    def lay_out() -> ReadReply:
        reading = reader.layout(symbols, alternatives=correction.alternatives)
        record.stages.update(reading.timings)
        record.facts.update(symbols=len(symbols))
        with record.stage("maths"):
            return read_reply(reading, correction.notation, ModelReply(**reader.card))

    return await work.run(request, lay_out)


def _symbol(given: SymbolInput) -> Symbol:
    x0, y0, x1, y1 = given.box
    if given.label not in BY_LABEL or x1 < x0 or y1 < y0:
        raise Problem("symbols_invalid", "A symbol has a label outside the vocabulary or a box turned inside out.")
    return Symbol(
        label=given.label,
        # Sizes are divided by: one of a millionth of a unit is none.
        box=tuple(round(side, 6) for side in given.box),
        confidence=given.confidence,
        strokes=tuple(given.strokes),
        printed=given.printed,
        alternatives=tuple(SymbolAlternative(a.label, a.confidence) for a in given.alternatives),
    )
