"""What a reading is answered with: by REST, and by the command line's ``--json``.

The one place where a reading meets the mathematics: its layout becomes text, LaTeX, MathML and a value.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from app.maths import (
    LatexError,
    ParseError,
    TextError,
    evaluate,
    from_latex,
    parse,
    read_text,
    steps,
    to_latex,
    to_mathml,
    to_text,
)
from app.maths.expression import Expression
from app.reading.errors import ReadingError
from app.reading.reading import Notation, Reading, Symbol
from models.layout_tree import LayoutTree, Relation

BoxReply = tuple[float, float, float, float]


class LabelReply(BaseModel):
    """Another label that a symbol may have."""

    label: str = Field(examples=["7"])
    confidence: float = Field(ge=0, le=1, examples=[0.006])


class SymbolReply(BaseModel):
    """One symbol of the reading."""

    id: int = Field(description="its place in `symbols` and in `tree`", examples=[0])
    label: str = Field(description="its class, one of the vocabulary of `/v1/model`", examples=["1"])
    box: BoxReply = Field(examples=[(12, 8, 20, 40)])
    confidence: float = Field(ge=0, le=1, description="probability that the label is right", examples=[0.99])
    strokes: list[int] = Field(description="the strokes, or of an image the connected pieces, it is made of")
    printed: bool = Field(description="print rather than handwriting")
    alternatives: list[LabelReply] = Field(description="other labels, most probable first")


class NodeReply(BaseModel):
    """Where one symbol stands in the layout tree."""

    parent: int = Field(description="`id` of the symbol that this one hangs from; -1 for the root", examples=[-1])
    relation: Relation | None = Field(description="how it stands to its parent; null for the root")


class SolutionReply(BaseModel):
    """A value of the one unknown, or for an inequality the condition on it."""

    model_config = ConfigDict(from_attributes=True)

    variable: str = Field(description="the unknown's name", examples=["x"])
    exact: str | None = Field(description="null where there is no closed form", examples=["sqrt(2)"])
    exact_latex: str | None = Field(examples=["\\sqrt{2}"])
    decimal: str | None = Field(description="null for a condition", examples=["1.41421356237"])


class EvaluationReply(BaseModel):
    """What an expression evaluates to."""

    model_config = ConfigDict(from_attributes=True)

    kind: Literal["value", "equation", "inequality", "solutions", "open", "incomplete", "error"]
    holds: bool | None = Field(None, description="whether an equation or inequality is true")
    exact: str | None = Field(None, description="integer, fraction or closed form", examples=["1/3"])
    exact_latex: str | None = Field(None, description="the same as LaTeX", examples=["\\frac{1}{3}"])
    decimal: str | None = Field(None, description="to 12 significant digits", examples=["0.333333333333"])
    solutions: list[SolutionReply] = Field(default_factory=list)
    message: str | None = Field(None, description="why there is no value")


class StepReply(BaseModel):
    """One line of a calculation."""

    latex: str = Field(examples=["3+8"])
    mathml: str


class EvaluateReply(EvaluationReply):
    """An evaluation, with the expression typeset."""

    latex: str
    mathml: str
    notation: Literal["infix", "prefix", "postfix"]
    steps: list[StepReply] | None = Field(
        None, description="where `steps` was asked for: how it is worked out, one operation a line"
    )


class AlternativeReply(BaseModel):
    """Another way to read the whole ink."""

    latex: str = Field(examples=["\\frac{7}{3}"])
    text: str = Field(examples=["7/3"])
    confidence: float = Field(ge=0, le=1, examples=[0.03])


class ModelReply(BaseModel):
    """Which weights read the ink."""

    name: str = Field(examples=["mathdoodle"])
    version: str = Field(examples=["1"])


class ReadReply(BaseModel):
    """An expression as read, typeset and evaluated."""

    text: str = Field(examples=["1+2=3"])
    latex: str = Field(examples=["1+2=3"])
    mathml: str
    notation: Literal["infix", "prefix", "postfix"]
    confidence: float = Field(ge=0, le=1, description="probability that the reading is entirely right")
    box: BoxReply = Field(description="around all the ink that was read")
    evaluation: EvaluationReply
    symbols: list[SymbolReply]
    tree: list[NodeReply] = Field(description="the symbol layout tree; entry i is symbol i")
    alternatives: list[AlternativeReply]
    model: ModelReply


def read_reply(reading: Reading, notation: Notation, model: ModelReply) -> ReadReply:
    """The reply to a reading.

    Args:
        reading: what was read.
        notation: the notation to parse it by; ``auto`` recognises it.
        model: which weights read it.
    """
    best = reading.best
    if notation == "auto":
        notation = reading.notation
    recognised, evaluation, _ = _evaluated(best.tree, [symbol.box for symbol in best.symbols], notation)
    return ReadReply(
        text=to_text(best.tree),
        latex=to_latex(best.tree),
        mathml=to_mathml(best.tree),
        notation=recognised,
        confidence=best.confidence,
        box=reading.box,
        evaluation=evaluation,
        symbols=[symbol_reply(i, symbol) for i, symbol in enumerate(best.symbols)],
        tree=[NodeReply(parent=node.parent, relation=node.relation) for node in best.tree.nodes],
        alternatives=[
            AlternativeReply(latex=to_latex(other.tree), text=to_text(other.tree), confidence=other.confidence)
            for other in reading.alternatives
        ],
        model=model,
    )


def typeset_and_evaluated(source: str, is_latex: bool, notation: Notation, with_steps: bool = False) -> EvaluateReply:
    """The reply to an expression that is text or LaTeX already.

    Args:
        source: the expression.
        is_latex: whether it is LaTeX, rather than plain text.
        notation: the notation to parse it by; ``auto`` recognises it.
        with_steps: whether to say how it is worked out.

    Raises:
        ReadingError: ``expression_invalid``, where it holds something that no handwriting could.
    """
    try:
        tree, boxes = (from_latex(source), None) if is_latex else read_text(source)
    except (LatexError, TextError) as error:
        raise ReadingError("expression_invalid", str(error)) from error
    recognised, evaluation, expression = _evaluated(tree, boxes, notation)
    return EvaluateReply(
        **evaluation.model_dump(),
        latex=to_latex(tree),
        mathml=to_mathml(tree),
        notation=recognised,
        steps=_steps(expression) if with_steps else None,
    )


def _evaluated(
    tree: LayoutTree, boxes: Sequence[BoxReply] | None, notation: Notation
) -> tuple[Literal["infix", "prefix", "postfix"], EvaluationReply, Expression | None]:
    try:
        parsed = parse(tree, boxes, notation)
    except ParseError as error:
        # A reading that is no expression is still a reading: it is shown, and can be corrected.
        return ("infix" if notation == "auto" else notation), EvaluationReply(kind="error", message=str(error)), None
    return parsed.notation, EvaluationReply.model_validate(evaluate(parsed.expression)), parsed.expression


def _steps(expression: Expression | None) -> list[StepReply]:
    lines = [] if expression is None else steps(expression)
    return [StepReply(latex=line, mathml=to_mathml(from_latex(line))) for line in lines]


def symbol_reply(index: int, symbol: Symbol) -> SymbolReply:
    return SymbolReply(
        id=index,
        label=symbol.label,
        box=symbol.box,
        confidence=symbol.confidence,
        strokes=list(symbol.strokes),
        printed=symbol.printed,
        alternatives=[LabelReply(label=a.label, confidence=a.confidence) for a in symbol.alternatives],
    )
