"""Exercises as a school book sets them, with answers that are right, wrong or missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from app.marking.verdicts import Verdict

Style = Literal["print", "hand", "box", "circle", "bracket"]


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of an exercise: printed or handwritten text, or a printed place with what is written in it."""

    style: Style
    text: str


@dataclass(frozen=True, slots=True)
class Exercise:
    """An exercise with its answer.

    Attributes:
        segments: from left to right; of a sum in columns the rows from the top, its result last.
        verdict: whether the answer is right, wrong or missing.
        in_columns: whether the numbers stand under one another.
    """

    segments: tuple[Segment, ...]
    verdict: Verdict
    in_columns: bool = False

    @property
    def text(self) -> str:
        """What stands there, a blank as ``□``."""
        if self.in_columns:
            *rows, result = (s.text for s in self.segments)
            return "".join(rows) + "=" + result
        return "".join(_spelled(s) for s in self.segments)


def _spelled(segment: Segment) -> str:
    if segment.style == "bracket":
        return f"({segment.text})" if segment.text else "□"
    return segment.text or ("□" if segment.style in ("box", "circle") else "")


def _answered(right: str, rng: np.random.Generator) -> tuple[str, Verdict]:
    """An answer: mostly right, sometimes off by a digit, sometimes missing."""
    fate = rng.random()
    if fate < 0.08:
        return "", "unanswered"
    if fate > 0.25:
        return right, "correct"
    places = [i for i, c in enumerate(right) if c.isdigit()]
    at = int(rng.choice(places))
    digit = str((int(right[at]) + int(rng.integers(1, 10))) % 10)
    wrong = right[:at] + digit + right[at + 1 :]
    # A zero in front leaves the number as it was.
    return (wrong, "wrong") if not _same(wrong, right) else (right, "correct")


def _same(a: str, b: str) -> bool:
    return a.replace("…", ".").lstrip("0") == b.replace("…", ".").lstrip("0")


def _calculation(rng: np.random.Generator, largest: int = 100) -> tuple[str, int]:
    """A calculation of two or three whole numbers and its value, neither negative nor broken."""
    kind = int(rng.integers(6))
    a, b, c = (int(v) for v in rng.integers(2, largest, 3))
    p, q, r = (int(v) for v in rng.integers(2, 10, 3))
    match kind:
        case 0:
            return f"{a}+{b}", a + b
        case 1:
            return f"{max(a, b)}-{min(a, b)}", abs(a - b)
        case 2:
            return f"{p}×{q}", p * q
        case 3:
            return f"{p * q}÷{p}", q
        case 4:
            return f"{p}×{q}+{c}", p * q + c
        case _:
            return f"{p}×({q}+{r})", p * (q + r)


def plain(rng: np.random.Generator) -> Exercise:
    """``7×8=56``."""
    question, value = _calculation(rng)
    answer, verdict = _answered(str(value), rng)
    return Exercise((Segment("print", f"{question}="), Segment("hand", answer)), verdict)


def decimal(rng: np.random.Generator) -> Exercise:
    """``0.35+0.4=0.75``."""
    a, b = (int(v) for v in rng.integers(2, 500, 2))
    answer, verdict = _answered(f"{(a + b) / 100:g}", rng)
    return Exercise((Segment("print", f"{a / 100:g}+{b / 100:g}="), Segment("hand", answer)), verdict)


def division(rng: np.random.Generator) -> Exercise:
    """``17÷5=3…2``."""
    divisor = int(rng.integers(3, 10))
    quotient, remainder = int(rng.integers(2, 10)), int(rng.integers(1, divisor))
    answer, verdict = _answered(f"{quotient}…{remainder}", rng)
    question = f"{divisor * quotient + remainder}÷{divisor}="
    return Exercise((Segment("print", question), Segment("hand", answer)), verdict)


def blank_inside(rng: np.random.Generator) -> Exercise:
    """``3+□=7`` with a box or brackets."""
    a, b = (int(v) for v in rng.integers(2, 50, 2))
    answer, verdict = _answered(str(b), rng)
    style: Style = "box" if rng.random() < 0.6 else "bracket"
    return Exercise((Segment("print", f"{a}+"), Segment(style, answer), Segment("print", f"={a + b}")), verdict)


def comparison(rng: np.random.Generator) -> Exercise:
    """``5○3``."""
    question, value = _calculation(rng, 50)
    other = max(value + int(rng.integers(-3, 4)), 0)
    right = "<" if value < other else ">" if value > other else "="
    fate = rng.random()
    sign = "" if fate < 0.1 else right if fate > 0.3 else str(rng.choice([s for s in "<>=" if s != right]))
    verdict: Verdict = "unanswered" if not sign else "correct" if sign == right else "wrong"
    return Exercise((Segment("print", question), Segment("circle", sign), Segment("print", str(other))), verdict)


def column(rng: np.random.Generator) -> Exercise:
    """A sum or difference in columns."""
    a, b = sorted((int(v) for v in rng.integers(11, 999, 2)), reverse=True)
    operator = "+-"[int(rng.integers(2))]
    answer, verdict = _answered(str(a + b if operator == "+" else a - b), rng)
    segments = (Segment("print", str(a)), Segment("print", f"{operator}{b}"), Segment("hand", answer))
    return Exercise(segments, verdict, in_columns=True)


KINDS: dict[str, Callable[[np.random.Generator], Exercise]] = {
    "plain": plain, "decimal": decimal, "division": division, "blank": blank_inside,
    "comparison": comparison, "column": column,
}  # fmt: skip


def exercises(rng: np.random.Generator, count: int, kinds: tuple[str, ...] = tuple(KINDS)) -> list[Exercise]:
    """Exercises of several kinds, mostly plain ones."""
    weights = np.array([4.0 if k == "plain" else 1.0 for k in kinds])
    return [KINDS[str(k)](rng) for k in rng.choice(kinds, count, p=weights / weights.sum())]
