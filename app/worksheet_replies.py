"""What a marked worksheet is answered with: by REST, and by ``mathdoodle mark --json``."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from app.marking.marked_page import MarkedPage, Problem
from app.maths import to_latex, to_mathml
from app.replies import BoxReply, EvaluationReply, SymbolReply, symbol_reply


class ImageReply(BaseModel):
    """The photograph."""

    width: int = Field(description="in pixels, upright as its EXIF data says", examples=[3000])
    height: int = Field(examples=[4000])
    rotation: int = Field(description="degrees clockwise that bring the writing upright: 0, 90, 180 or 270")


class ProblemReply(BaseModel):
    """One problem of the page."""

    id: int = Field(description="its place in `problems`", examples=[0])
    box: BoxReply = Field(description="around question and answer")
    row: int = Field(description="from the top of its column, from 1")
    column: int = Field(description="from the left, from 1")
    text: str = Field(description="as written, right or wrong", examples=["7×8 = 54"])
    latex: str = Field(examples=["7\\times 8=54"])
    mathml: str
    symbols: list[SymbolReply]
    confidence: float = Field(ge=0, le=1, description="probability that every symbol is right")
    evaluation: EvaluationReply
    verdict: Literal["correct", "wrong", "unanswered", "unsure"]
    expected: str | None = Field(description="what the blank should hold", examples=["56"])


class ScoreReply(BaseModel):
    """How many problems have each verdict."""

    correct: int
    wrong: int
    unanswered: int
    unsure: int
    total: int


class WorksheetReply(BaseModel):
    """A marked page."""

    image: ImageReply
    problems: list[ProblemReply]
    score: ScoreReply


def worksheet_reply(page: MarkedPage) -> WorksheetReply:
    """The reply to a marked page."""
    return WorksheetReply(
        image=ImageReply(width=page.width, height=page.height, rotation=page.rotation),
        problems=[_problem_reply(i, problem) for i, problem in enumerate(page.problems)],
        score=ScoreReply(**page.score),
    )


def _problem_reply(index: int, problem: Problem) -> ProblemReply:
    return ProblemReply(
        id=index,
        box=problem.box,
        row=problem.row,
        column=problem.column,
        text=problem.text,
        latex=to_latex(problem.tree),
        mathml=to_mathml(problem.tree),
        symbols=[symbol_reply(i, symbol) for i, symbol in enumerate(problem.symbols)],
        confidence=problem.confidence,
        evaluation=EvaluationReply.model_validate(problem.evaluation),
        verdict=problem.verdict,
        expected=problem.finding.expected,
    )
