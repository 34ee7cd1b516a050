"""POST /v1/evaluate: the value of an expression that is text already."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request

from app.api.body import json_only
from app.api.dependencies import RecordDep, SettingsDep, WorkDep
from app.api.problems import Problem, documented
from app.api.schemas import EvaluateRequest
from app.replies import EvaluateReply, typeset_and_evaluated

router = APIRouter(prefix="/v1", tags=["mathematics"])


@router.post(
    "/evaluate",
    summary="Evaluate an expression",
    dependencies=[Depends(json_only)],
    responses=documented(
        *("request_invalid", "json_invalid", "expression_invalid", "notation_invalid"),
        *("payload_too_large", "unsupported_media_type", "request_timeout", "unauthorized"),
        *("rate_limited", "overloaded"),
    ),
)
async def evaluate(
    wanted: EvaluateRequest, request: Request, settings: SettingsDep, work: WorkDep, record: RecordDep
) -> EvaluateReply:
    """Evaluates text or LaTeX exactly as a reading is evaluated."""
    text = wanted.text if wanted.latex is None else wanted.latex
    if len(text) > settings.max_text:
        raise Problem("expression_invalid", f"At most {settings.max_text} characters are accepted.")

    def compute() -> EvaluateReply:
        with record.stage("maths"):
            return typeset_and_evaluated(text, wanted.latex is not None, wanted.notation, wanted.steps)

    return await work.run(request, compute)
