"""HTML of worksheets: problems, places for answers, and what chooses the numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape

import numpy as np

from app.marking.verdicts import Verdict

SIGNS = {"+": " + ", "-": " − ", "×": " × ", "÷": " ÷ "}
LINE = "border-bottom:2px solid #333;"
BOX = "border:2px solid #222;width:2.4em;min-width:0;height:1.5em;vertical-align:-.4em;"
RING = BOX + "border-radius:50%;width:1.5em;margin:0 .4em;"


class Draw:
    """Draws numbers, questions and answers."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng

    def whole(self, least: int, most: int) -> int:
        """A number from ``least`` to ``most``."""
        return int(self.rng.integers(least, most + 1))

    def one_of(self, choices: Iterable[str]) -> str:
        """One of the choices."""
        return str(self.rng.choice(list(choices)))

    def question(self, signs: str = "+-×÷", most: int = 99) -> tuple[str, int]:
        """A calculation of two numbers and what it comes to."""
        a, b, p, q = self.whole(2, most), self.whole(2, most), self.whole(2, 9), self.whole(2, 9)
        match self.one_of(signs):
            case "+":
                return f"{a}+{b}", a + b
            case "-":
                return f"{max(a, b) + 1}-{min(a, b)}", max(a, b) + 1 - min(a, b)
            case "×":
                return f"{p}×{q}", p * q
            case _:
                return f"{p * q}÷{p}", q

    def answered(self, value: str | int) -> tuple[str, Verdict]:
        """What a child writes: mostly right, sometimes off by a digit, sometimes nothing."""
        right = str(value)
        fate = self.rng.random()
        if fate < 0.08:
            return "", "unanswered"
        if fate > 0.22:
            return right, "correct"
        at = int(self.rng.choice([i for i, c in enumerate(right) if c.isdigit()]))
        digit = (int(right[at]) + self.whole(1, 9)) % 10
        if at == 0 and digit == 0:
            digit = 1 if right[0] != "1" else 2
        return f"{right[:at]}{digit}{right[at + 1 :]}", "wrong"


def printed(question: str) -> str:
    """A question with signs as print spaces them."""
    return "".join(SIGNS.get(c, c) for c in question)


def answer(text: str, style: str = "", kind: str = "line") -> str:
    """A place with what is written there; ``kind`` is ``digits`` where each stands in a column of its own."""
    return f'<span class="answer" data-kind="{kind}" data-text="{escape(text)}" style="{style}"></span>'


def problem(inner: str, text: str, verdict: Verdict, style: str = "") -> str:
    """A problem as it is set, what stands there, and its verdict."""
    return f'<span class="problem" data-truth="{escape(text)}" data-verdict="{verdict}" style="{style}">{inner}</span>'


def equation(draw: Draw, signs: str = "+-×÷", most: int = 99, style: str = "", blank: str = "") -> str:
    """``7 × 8 = 56``; ``blank`` is what stands for an empty place that is printed as one."""
    return asked(draw, *draw.question(signs, most), style, blank)


def asked(
    draw: Draw, question: str, value: int | str, style: str = "", blank: str = "", shown: str | None = None
) -> str:
    """A question and its answer behind an equals sign; ``shown`` is how the question is set, if otherwise than print
    spaces it."""
    return laid_out(draw, question, value, lambda q, a: f"{shown or q} = {answer(a, style)}", blank=blank)


def laid_out(
    draw: Draw, question: str, value: int | str, lay: Callable[[str, str], str], style: str = "", blank: str = ""
) -> str:
    """A question and its answer, set as ``lay`` sets the printed one and the written other."""
    written, verdict = draw.answered(value)
    return problem(lay(printed(question), written), f"{question}={written or blank}", verdict, style)


def in_cells(text: str) -> str:
    """A row of a sum in columns, each character in a cell, to the right."""
    cell = '<span style="display:inline-block;width:.75em;text-align:center">{}</span>'
    cells = "".join(cell.format(c.replace(" ", "&nbsp;")) for c in text)
    return f'<div style="text-align:right;line-height:1.15">{cells}</div>'


def under_rule(inner: str, height: float = 1.5) -> str:
    """A rule and what is written under it."""
    return f'<div style="border-top:2px solid #222;height:{height}em;position:relative">{inner}</div>'


def of_digits(places: int, shift: int = 0) -> str:
    """The style of a place for so many digits under one another, so many columns to the left."""
    return f"position:absolute;right:{0.75 * shift}em;top:.15em;height:1.2em;width:{0.75 * places}em"


def stacked(draw: Draw, question: str, value: int | str) -> str:
    """A sum in columns over its rule."""
    sign = next(c for c in "+-×" if c in question)
    upper, lower = question.split(sign)
    written, verdict = draw.answered(value)
    places = max(len(upper), len(lower), len(str(value)))
    space = "" if len(lower) == places else " "
    signed = in_cells(SIGNS[sign].strip() + space + lower)
    inner = in_cells(upper) + signed + under_rule(answer(written, of_digits(places), "digits"))
    return problem(inner, f"{question}={written}", verdict, "display:inline-block")


def grid(items: Iterable[str], columns: int, size: int, gap: int = 44) -> str:
    """Items in columns, set in ``size`` pixels."""
    cells = "".join(f"<div>{item}</div>" for item in items)
    style = f"grid-template-columns:repeat({columns},1fr);row-gap:{gap}px;font-size:{size}px"
    return f'<div style="display:grid;justify-items:start;{style}">{cells}</div>'


def page(font: str, body: str) -> str:
    """A sheet of A4 at 150 dots an inch, as high as it needs."""
    css = (
        "body{margin:0;width:1240px;background:#fff;color:#111}"
        ".page{padding:70px 80px;position:relative;font-family:" + font + "}"
        ".problem{white-space:nowrap}"
        ".answer{display:inline-block;height:1.1em;vertical-align:-.15em;min-width:3em}"
    )
    head = f'<head><meta charset="utf-8"><style>{css}</style></head>'
    return f'<html>{head}<body><div class="page">{body}</div></body></html>'


def heading(text: str, size: int = 36) -> str:
    """A heading."""
    return f'<h2 style="font-size:{size}px">{text}</h2>'
