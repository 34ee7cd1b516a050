"""Sheets with letters among the numbers: units, marks, choices, unknowns."""

from __future__ import annotations

from training.worksheets.designs.html import (
    LINE,
    SIGNS,
    Draw,
    answer,
    equation,
    grid,
    heading,
    laid_out,
    page,
    printed,
    problem,
)

_FONT = "Arial, Liberation Sans, sans-serif"


def units(draw: Draw) -> str:
    """One unit all along each row."""
    items = []
    for number in range(1, 17):
        unit, sign = draw.one_of(["cm", "kg", "km", "ml"]), draw.one_of("+-")
        second, first = sorted((draw.whole(5, 60), draw.whole(2, 40)))
        written, verdict = draw.answered(first + second if sign == "+" else first - second)
        inner = f"{number}. {first} {unit}{SIGNS[sign]}{second} {unit} = {answer(written, LINE)} {unit}"
        items.append(problem(inner, f"{first}{sign}{second}={written}", verdict))
    return page(_FONT, heading("Length and mass") + grid(items, 2, 30, 46))


def units_in_brackets(draw: Draw) -> str:
    """A unit in brackets behind each answer."""

    def lay(question: str, written: str) -> str:
        return f"{question} = {answer(written, LINE)} ({draw.one_of(['kg', 'cm', 'eggs', 'days'])})"

    items = (laid_out(draw, *draw.question("+-×÷", 60), lay) for _ in range(12))
    return page(_FONT, heading("How many?") + grid(items, 2, 32, 44))


def marks(draw: Draw) -> str:
    """How many marks there are, behind some problems."""
    items = []
    for number in range(1, 15):
        small = ' <span style="font-size:20px;color:#555">(2 marks)</span>' if number % 2 else ""
        items.append(f"{number}.&nbsp; {equation(draw, '+-×÷', 60, LINE)}{small}")
    return page(
        "Times New Roman, Liberation Serif, serif", heading("Test 3 &nbsp; Score: __ / 28") + grid(items, 1, 32, 36)
    )


def lettered_numbers(draw: Draw) -> str:
    """``1a.``, ``1b.`` before problems."""
    items = (f"{1 + k // 4}{'abcd'[k % 4]}. &nbsp;{equation(draw, '+-×÷', 99, LINE)}" for k in range(16))
    return page(_FONT, heading("Exercise 7B") + grid(items, 2, 32, 44))


def choices(draw: Draw) -> str:
    """Answers to choose from, which are no problems, below questions with a question mark."""
    out = []
    for number in range(1, 11):
        question, value = draw.question("+-×÷", 60)
        offered = [value, value + 1, value + 10, abs(value - 2)]
        draw.rng.shuffle(offered)
        listed = " &nbsp; ".join(f"{letter}) {o}" for letter, o in zip("ABCD", offered, strict=True))
        out.append(
            f"<div>{number}. {printed(question)} = ?</div>"
            f'<div style="font-size:26px;margin:6px 0 26px 40px">{listed}</div>'
        )
    return page(
        _FONT, heading("Choose the right answer") + f'<div style="font-size:30px;columns:2">{"".join(out)}</div>'
    )


def unknowns(draw: Draw) -> str:
    """Equations for x, which are no problems."""
    out = []
    for number in range(1, 11):
        known, wanted = draw.whole(2, 20), draw.whole(2, 20)
        written, _ = draw.answered(wanted)
        out.append(f"{number}. x + {known} = {known + wanted} &nbsp;&nbsp;&nbsp; x = {answer(written, LINE)}")
    return page("Georgia, DejaVu Serif, serif", heading("Solve for x") + grid(out, 2, 30, 50))


def long_divisions(draw: Draw) -> str:
    """Long divisions, which are not read, their quotients on top."""
    house = "border-left:2.5px solid #222;border-top:2.5px solid #222;padding:2px 8px;margin-left:6px"
    items = []
    for _ in range(12):
        divisor, quotient = draw.whole(3, 9), draw.whole(12, 140)
        written, _ = draw.answered(quotient)
        over = f'<span style="display:block;padding-left:1.4em">{answer(written)}</span>'
        under = f'{divisor}<span style="display:inline-block;{house}">{divisor * quotient}</span>'
        items.append(f'<span style="display:inline-block">{over}{under}</span>')
    return page(_FONT, heading("Long division") + grid(items, 3, 36, 150))
