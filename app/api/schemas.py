"""What requests may hold. Bounds that settings change are checked where the settings are known."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AllowInfNan, BaseModel, ConfigDict, FailFast, Field, Strict, model_validator

from app.replies import LabelReply, Notation

MAX_COORDINATE = 1e7
MAX_NUMBER = 1e15

Number = Annotated[float, Strict(), AllowInfNan(False), Field(ge=-MAX_NUMBER, le=MAX_NUMBER)]
Coordinate = Annotated[float, Strict(), AllowInfNan(False), Field(ge=-MAX_COORDINATE, le=MAX_COORDINATE)]
Share = Annotated[float, Field(ge=0, le=1)]
# One wrong number is enough to know: without FailFast, ten megabytes of them become gigabytes of errors.
Point = Annotated[list[Number], Field(min_length=2, max_length=3), FailFast()]
Stroke = Annotated[list[Point], FailFast()]
Alternatives = Annotated[int, Field(ge=0, le=10, description="how many other readings to return at most")]
SymbolSet = Literal["auto", "arithmetic", "all"]

STROKES_EXAMPLE = [
    [[20, 20], [20, 80]],
    [[45, 50], [75, 50]],
    [[60, 35], [60, 65]],
    [[95, 30], [105, 20], [120, 22], [122, 38], [95, 80], [128, 80]],
]
"""1+2, for the documentation."""


class Options(BaseModel):
    """How to read; each may stand in the body or in the query, and the body wins."""

    model_config = ConfigDict(extra="ignore")

    notation: Notation = Field("auto", description="which notation to parse by; `auto` recognises it")
    symbols: SymbolSet = Field("auto", description="which symbols to look for")
    alternatives: Alternatives = 3


class ReadRequest(BaseModel):
    """Strokes, or an image, to read."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"strokes": STROKES_EXAMPLE, "notation": "auto", "alternatives": 3}]},
    )

    strokes: Annotated[list[Stroke], FailFast()] = Field(
        [], description="a list of strokes, each a list of [x, y] or [x, y, milliseconds], y down"
    )
    image: str = Field("", description="the file as a data URL: `data:image/png;base64,…`")
    notation: Notation | None = None
    symbols: SymbolSet | None = None
    alternatives: Alternatives | None = None

    @model_validator(mode="after")
    def _one_input(self) -> ReadRequest:
        if len(self.model_fields_set & {"strokes", "image"}) != 1:
            raise ValueError("give either strokes or image")
        return self


class SymbolInput(BaseModel):
    """A symbol as ``/v1/read`` returned it, perhaps with another label."""

    model_config = ConfigDict(extra="ignore")

    label: str = Field(max_length=32, examples=["1"])
    box: tuple[Coordinate, Coordinate, Coordinate, Coordinate] = Field(examples=[(12, 8, 20, 40)])
    confidence: Share = 1.0
    strokes: list[Annotated[int, Field(ge=0)]] = Field(default_factory=list, max_length=1000)
    printed: bool = False
    alternatives: list[LabelReply] = Field(default_factory=list, max_length=20)


class CorrectRequest(BaseModel):
    """The symbols of a reading, some relabelled."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "symbols": [
                        {"label": "7", "box": [12, 8, 20, 40]},
                        {"label": "+", "box": [30, 14, 50, 34]},
                        {"label": "2", "box": [60, 8, 80, 40]},
                    ],
                    "notation": "infix",
                }
            ]
        }
    )

    symbols: Annotated[list[SymbolInput], FailFast()] = Field(min_length=1)
    notation: Notation = "auto"
    alternatives: Alternatives = 3


class EvaluateRequest(BaseModel):
    """An expression as text or as LaTeX."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"text": "3+4×2", "notation": "infix"}]})

    text: str | None = Field(None, description="plain text, `3+4×2`")
    latex: str | None = Field(None, description="LaTeX, `\\frac{1}{3}`")
    notation: Notation = "auto"
    steps: bool = Field(False, description="whether to say how it is worked out")

    @model_validator(mode="after")
    def _one_input(self) -> EvaluateRequest:
        if (self.text is None) == (self.latex is None):
            raise ValueError("give either text or latex")
        return self
