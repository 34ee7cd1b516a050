"""Sheets on which letters are written by hand: units, words, what stands before a remainder."""

from __future__ import annotations

from itertools import cycle

from training.worksheets.designs.html import LINE, Draw, answer, grid, heading, laid_out, page, printed, problem

_FONT = "Arial, Liberation Sans, sans-serif"
_WIDE = "min-width:4.4em;" + LINE


def answered_with_units(draw: Draw) -> str:
    """Units printed in the questions, and written behind the answers."""
    items = []
    for _ in range(16):
        unit, first, second = draw.one_of(["cm", "m", "kg", "km", "g"]), draw.whole(5, 60), draw.whole(2, 40)
        written, verdict = draw.answered(first + second)
        by_hand = f"{written} {unit}" if written else ""
        inner = f"{first} {unit} + {second} {unit} = {answer(by_hand, _WIDE)}"
        items.append(problem(inner, f"{first}+{second}={written}", verdict))
    return page(_FONT, heading("Add the lengths and masses") + grid(items, 2, 30, 46))


def units_behind_answers(draw: Draw) -> str:
    """Units written behind answers, near to them or not."""
    spaces = cycle(("", " ", "  "))

    def lay(question: str, written: str) -> str:
        space = next(spaces)
        by_hand = f"{written}{space}{draw.one_of(['cm', 'm', 'kg', 'km', 'g'])}" if written else ""
        return f"{question} = {answer(by_hand, _WIDE)}"

    items = [laid_out(draw, *draw.question("+-×÷", 60), lay) for _ in range(16)]
    return page("Comic Neue, DejaVu Sans, sans-serif", heading("Solve. Write the unit.") + grid(items, 2, 32, 46))


def rows_with_words(draw: Draw) -> str:
    """Rows all by hand with a unit or a word behind them."""
    items = []
    for _ in range(14):
        question, value = draw.question("+-×÷", 60)
        written, verdict = draw.answered(value)
        if not written:
            written, verdict = str(value), "correct"
        word = draw.one_of(["cm", "m", "kg", "g", "apples", "cars"])
        row = answer(f"{question}={written}  {word}", "min-width:9em")
        items.append(problem(row, f"{question}={written}", verdict))
    return page(_FONT, grid(items, 2, 40, 60))


def remainders_with_letters(draw: Draw) -> str:
    """``3 r 2``, ``3R2`` written behind divisions."""
    items = []
    for _ in range(16):
        divisor, quotient = draw.whole(3, 9), draw.whole(2, 9)
        remainder = draw.whole(1, divisor - 1)
        written, verdict = draw.answered(remainder)
        by_hand = f"{quotient}{draw.one_of([' r ', 'r', ' R ', 'R'])}{written}" if written else ""
        question = f"{divisor * quotient + remainder}÷{divisor}"
        truth = f"{question}={quotient}R{written}" if written else f"{question}="
        items.append(problem(f"{printed(question)} = {answer(by_hand, _WIDE)}", truth, verdict))
    return page(_FONT, heading("Division with remainders") + grid(items, 2, 32, 46))
