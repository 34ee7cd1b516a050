"""Worksheets about money: dollars before numbers, other scripts' units behind them; and equations with two sides."""

from __future__ import annotations

from training.worksheets.designs.html import (
    LINE,
    Draw,
    answer,
    grid,
    heading,
    in_cells,
    laid_out,
    of_digits,
    page,
    printed,
    problem,
    under_rule,
)


def _cents(number: int) -> str:
    return f"{number // 100}.{number % 100:02d}"


def _prices(draw: Draw) -> tuple[str, str, str, str]:
    """Two prices, the sign between them, and what they come to."""
    first, second = sorted((draw.whole(105, 990), draw.whole(105, 990)), reverse=True)
    sign = draw.one_of("+-")
    return _cents(first), _cents(second), sign, _cents(first + second if sign == "+" else first - second)


def prices(draw: Draw) -> str:
    """``$4.11 + $3.03 = $7.14``."""
    items = []
    for _ in range(16):
        first, second, sign, value = _prices(draw)
        shown = f"${first}{printed(sign)}${second}"
        items.append(
            laid_out(draw, f"{first}{sign}{second}", value, lambda _, a, shown=shown: f"{shown} = ${answer(a, LINE)}")
        )
    return page("Georgia, DejaVu Serif, serif", heading("At the shop") + grid(items, 2, 32, 44))


def prices_in_columns(draw: Draw) -> str:
    """Sums in columns with a dollar sign before the upper number."""
    items = []
    for _ in range(9):
        cents = [draw.whole(100, 899) for _ in range(2)]
        first, second = map(_cents, cents)
        written, verdict = draw.answered(_cents(sum(cents)))
        rows = in_cells(f"${first}") + in_cells(f"+ {second}") + under_rule(answer(written, of_digits(5), "digits"))
        items.append(problem(rows, f"{first}+{second}={written}", verdict, "display:inline-block"))
    return page("Arial, Liberation Sans, sans-serif", heading("Money sums") + grid(items, 3, 44, 50))


def leva(draw: Draw) -> str:
    """``25 лв + 30 лв = 55 лв``, in Bulgarian."""
    items = []
    for _ in range(16):
        question, value = draw.question("+-", 90)
        sign = "+" if "+" in question else "-"
        shown = printed(sign).join(f"{number} лв" for number in question.split(sign))
        items.append(laid_out(draw, question, value, lambda _, a, shown=shown: f"{shown} = {answer(a, LINE)} лв"))
    return page("DejaVu Sans, sans-serif", heading("В магазина") + grid(items, 2, 32, 44))


def balanced(draw: Draw) -> str:
    """``8 + 5 = __ + 6``: equations that calculate on both sides."""
    items = []
    for _ in range(14):
        first, second = draw.whole(3, 30), draw.whole(3, 30)
        other = draw.whole(1, first + second - 1)
        written, verdict = draw.answered(first + second - other)
        shown = f"{first} + {second} = {answer(written, LINE)} + {other}"
        items.append(problem(shown, f"{first}+{second}={written or '□'}+{other}", verdict))
    return page("Comic Neue, DejaVu Sans, sans-serif", heading("Make both sides equal") + grid(items, 2, 34, 50))
