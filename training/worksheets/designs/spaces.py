"""Sheets with much room between question and answer, or lines around both."""

from __future__ import annotations

from training.worksheets.designs.html import (
    LINE,
    Draw,
    answer,
    grid,
    heading,
    laid_out,
    page,
    printed,
    problem,
    stacked,
)

_FONT = "Arial, Liberation Sans, sans-serif"


def at_the_margin(draw: Draw) -> str:
    """Answers at the end of the line, on lines of their own."""

    def lay(question: str, written: str) -> str:
        place = answer(written, LINE + "min-width:4em")
        return f'<span>{question} =</span><span style="flex:1"></span>{place}'

    items = (laid_out(draw, *draw.question("+-×÷", 99), lay, "display:flex;width:520px") for _ in range(14))
    return page("Georgia, DejaVu Serif, serif", heading("Revision") + grid(items, 2, 30, 40))


def on_the_next_line(draw: Draw) -> str:
    """Answers below their questions, which are not read."""

    def lay(question: str, written: str) -> str:
        return f'<div>{question} =</div><div style="margin-top:8px">{answer(written, LINE)}</div>'

    items = (laid_out(draw, *draw.question("+-×÷", 99), lay, "display:inline-block") for _ in range(9))
    return page(_FONT, heading("Work it out") + grid(items, 3, 34, 70))


def table_of_two_columns(draw: Draw) -> str:
    """A table with questions in one column, answers in the other."""
    rows = []
    for _ in range(14):
        question, value = draw.question("+-×÷", 99)
        written, verdict = draw.answered(value)
        asked = problem(f"{printed(question)} =", f"{question}={written}", verdict)
        rows.append(f"<tr><td>{asked}</td><td>{answer(written, 'min-width:4em')}</td></tr>")
    style = "<style>td{border:2px solid #333;height:1.6em;padding:0 .6em}</style>"
    table = f"<table style='border-collapse:collapse;font-size:32px'>{''.join(rows)}</table>"
    return page(_FONT, style + heading("Speed test") + table)


def sums_in_boxes(draw: Draw) -> str:
    """Sums in columns, a box around each."""
    box = "border:2px solid #555;padding:14px 34px"
    items = (f"<div style='{box}'>{stacked(draw, *draw.question('+', 999))}</div>" for _ in range(12))
    return page(_FONT, heading("Add") + grid(items, 4, 36, 40))
