"""What stands on made-up rows: of the form of exercises, but with any numbers, so that nothing can be calculated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

Frame = Literal["", "box", "circle", "line"]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a row.

    Attributes:
        labels: of its characters, from left to right.
        hand: whether it is written by hand.
        frame: the printed place it stands in.
    """

    labels: tuple[str, ...]
    hand: bool = False
    frame: Frame = ""


_OPERATORS = ("+", "-", "\\times", "\\div")


def _digits(rng: np.random.Generator, longest: int = 5) -> list[str]:
    count = 1 + int(min(rng.geometric(0.45) - 1, longest - 1))
    # Every digit is as likely as another, so that the row tells nothing of it.
    return [str(d) for d in rng.integers(0, 10, count)]


def _number(rng: np.random.Generator) -> list[str]:
    number = _digits(rng)
    if rng.random() < 0.14:
        number = [*number[:3], "." if rng.random() < 0.9 else ",", *_digits(rng, 3)]
    return number


def _side(rng: np.random.Generator, operators: int) -> list[str]:
    side = _number(rng)
    for _ in range(operators):
        sign = str(rng.choice(_OPERATORS)) if rng.random() < 0.93 else str(rng.choice(["/", ":", "*"]))
        side += [sign, *_number(rng)]
    if operators and rng.random() < 0.1:
        at = max(i for i, c in enumerate(side) if not (c.isdigit() or c in ".,"))
        if rng.random() < 0.4:
            return ["(", *side, ")"]
        side = [*side[: at + 1], "(", *side[at + 1 :], "+", *_digits(rng, 2), ")"]
    return side


def _answer(rng: np.random.Generator) -> list[str]:
    answer = _number(rng)
    if rng.random() < 0.1:
        answer += [str(rng.choice(["\\ldots", "\\ldots", "R"])), *_digits(rng, 2)]
    if rng.random() < 0.02:
        answer = ["-", *answer]
    return answer


def row(rng: np.random.Generator) -> list[Part]:
    """A row of arithmetic as a worksheet has it, or a number by itself."""
    hand = bool(rng.random() < 0.3)
    kind = rng.random()
    if kind < 0.12:
        text = _number(rng)
        if rng.random() < 0.3:
            text = [str(rng.choice(_OPERATORS)), *text]
        return [Part(tuple(text), hand or bool(rng.random() < 0.7))]
    operators = int(rng.choice([1, 1, 1, 2, 2, 3]))
    if kind < 0.24:
        sign = str(rng.choice(["\\lt", "\\gt", "="]))
        frame: Frame = "circle" if rng.random() < 0.8 else ""
        question, other = _side(rng, operators - 1), _side(rng, int(rng.integers(2)))
        return [Part(tuple(question), hand), Part((sign,), True, frame), Part(tuple(other), hand)]
    if kind < 0.36:
        question = _side(rng, operators)
        starts = [i for i, c in enumerate(question) if c.isdigit() and (i == 0 or question[i - 1] in _OPERATORS)]
        at = int(rng.choice(starts)) if starts else 0
        end = at
        while end < len(question) and question[end].isdigit():
            end += 1
        frame = str(rng.choice(["box", "box", "circle", "line"]))  # type: ignore[assignment]
        parts = [
            Part(tuple(question[:at]), hand), Part(tuple(question[at:end]), True, frame),
            Part((*question[end:], "=", *_number(rng)), hand),
        ]  # fmt: skip
        return [p for p in parts if p.labels]
    question = [*_side(rng, operators), "="]
    if rng.random() < 0.06:
        return [Part(tuple(question), hand)]
    if rng.random() < 0.12:
        question += [*_side(rng, operators - 1), "="]
    frame = str(rng.choice(["", "", "", "", "line", "box"]))  # type: ignore[assignment]
    return [Part(tuple(question), hand), Part(tuple(_answer(rng)), True, frame)]
