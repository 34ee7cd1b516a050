"""Designs of worksheets with places for answers of many kinds."""

from __future__ import annotations

from training.worksheets.designs.html import (
    BOX,
    LINE,
    RING,
    Draw,
    answer,
    asked,
    equation,
    grid,
    heading,
    page,
    printed,
    problem,
)
from training.worksheets.designs.rows import ROUND, SANS, SERIF


def leading(draw: Draw) -> str:
    """A bracket to fill in first, numbers in brackets before it."""
    items = []
    for i in range(20):
        a, b = draw.whole(2, 9), draw.whole(2, 9)
        question, value = [
            (f"{{}}×{b}={a * b}", a),
            (f"{{}}÷{b}={a}", a * b),
            (f"{{}}+{b}={a + b}", a),
            (f"{a}×{{}}={a * b}", b),
        ][draw.whole(0, 3)]
        written, verdict = draw.answered(value)
        place = f"( {answer(written, 'min-width:1.6em')} )"
        inner = printed(question).replace("=", " = ").format(place)
        items.append(f"({i + 1}) " + problem(inner, question.format(f"({written})" if written else "□"), verdict))
    return page(SERIF, heading("Fill in the brackets") + grid(items, 3, 30, 40))


def missing_signs(draw: Draw) -> str:
    """A circle for the sign between two numbers."""
    items = []
    for _ in range(18):
        a = draw.whole(3, 10)
        b = draw.whole(2, a - 1)
        values = {"+": a + b, "-": a - b, "×": a * b}
        sign = draw.one_of(values)
        fate = draw.rng.random()
        written = "" if fate < 0.1 else sign if fate > 0.25 else draw.one_of(s for s in values if s != sign)
        verdict = "unanswered" if not written else "correct" if values[written] == values[sign] else "wrong"
        inner = f"{a}{answer(written, RING)}{b} = {values[sign]}"
        items.append(problem(inner, f"{a}{written or '□'}{b}={values[sign]}", verdict))
    return page(SANS, heading("Write +, − or ×") + grid(items, 3, 36, 50))


def turned_around(draw: Draw) -> str:
    """The answer before the question."""
    items = []
    for _ in range(16):
        question, value = draw.question()
        written, verdict = draw.answered(value)
        inner = f"{answer(written, LINE + 'width:3em')} = {printed(question)}"
        items.append(problem(inner, f"{written or '□'}={question}", verdict))
    return page(SANS, heading("Turned around") + grid(items, 2, 34, 50))


def typed_dots(draw: Draw) -> str:
    """Full stops to write on, numbers close to the problems."""
    items = []
    for i in range(20):
        question, value = draw.question()
        written, verdict = draw.answered(value)
        over = f'<span style="position:absolute;left:.3em;bottom:.15em">{answer(written)}</span>'
        dots = f'<span style="position:relative">............{over}</span>'
        items.append(f"{i + 1}. " + problem(f"{printed(question)} = {dots}", f"{question}={written or '□'}", verdict))
    return page(SERIF, heading("Exercises") + grid(items, 2, 32, 46))


def boxed_digits(draw: Draw) -> str:
    """A box for each digit."""
    items = []
    for i in range(16):
        question, value = draw.question("+-×")
        written, verdict = draw.answered(value)
        cell = BOX + "width:1.2em;margin-left:-2px"
        cells = "".join(answer(digit, cell) for digit in (written or [""] * len(str(value))))
        inner = f"{printed(question)} = {cells}"
        items.append(f"{i + 1}) " + problem(inner, f"{question}={written or '□'}", verdict))
    return page(SANS, heading("One digit in each box") + grid(items, 2, 34, 50))


def wide_boxes(draw: Draw) -> str:
    """Boxes of four digits' width under one another, equals signs in a column."""
    rows = ""
    for i in range(12):
        question, value = draw.question()
        written, verdict = draw.answered(value)
        asked = f'<span style="display:inline-block;width:6em;text-align:right">{printed(question)} =</span>'
        place = answer(written, BOX + "width:4em;margin-left:.4em")
        row = problem(f"{asked} {place}", f"{question}={written or '□'}", verdict)
        rows += f'<div style="padding:8px 0">{i + 1}. {row}</div>'
    return page(SANS, heading("Boxes") + f'<div style="font-size:34px">{rows}</div>')


def light_lines(draw: Draw) -> str:
    """Grey print, hairlines to write on."""
    style = "border-bottom:1px solid #999;width:3em"
    items = [f"{i + 1}. {equation(draw, style=style, blank='□')}" for i in range(24)]
    return page(SANS, heading("Light print") + f'<div style="color:#777">{grid(items, 3, 26, 34)}</div>')


def answers_in_brackets(draw: Draw) -> str:
    """Brackets behind the equals sign."""
    items = []
    for _ in range(24):
        question, value = draw.question()
        written, verdict = draw.answered(value)
        inner = f"{printed(question)} = ({answer(written, 'min-width:2em')})"
        items.append(problem(inner, f"{question}=({written})" if written else f"{question}=□", verdict))
    return page(SERIF, heading("Answers in brackets") + grid(items, 3, 30, 40))


def large(draw: Draw) -> str:
    """Few large problems in a bold font, for the youngest."""
    items = [f"<b>{equation(draw, '+-', 10, BOX, '□')}</b>" for _ in range(8)]
    return page(ROUND, heading("For little ones", 60) + grid(items, 1, 72, 50))


def families(draw: Draw) -> str:
    """Two problems beside one another that belong together."""
    items = []
    for _ in range(12):
        a, b = draw.whole(2, 9), draw.whole(2, 9)
        pair = []
        for question, value in ((f"{a}×{b}", a * b), (f"{a * b}÷{a}", b)):
            pair.append(asked(draw, question, value, "min-width:2em"))
        items.append(" &emsp; ".join(pair))
    return page(SANS, heading("Families") + grid(items, 1, 36, 40))
