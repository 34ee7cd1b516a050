"""Designs of worksheets with sums in columns of many kinds."""

from __future__ import annotations

from training.worksheets.designs.html import (
    Draw,
    answer,
    grid,
    heading,
    in_cells,
    of_digits,
    page,
    problem,
    stacked,
    under_rule,
)
from training.worksheets.designs.rows import SANS, SERIF

_SQUARES = (
    '<div style="position:absolute;inset:0;z-index:-1;background-size:30px 30px;background-image:'
    'linear-gradient(#cde 1px,transparent 1px),linear-gradient(90deg,#cde 1px,transparent 1px)"></div>'
)


def small_sums(draw: Draw) -> str:
    """Many small sums."""
    items = []
    for _ in range(35):
        b, a = sorted((draw.whole(1, 12), draw.whole(1, 12)))
        sign = draw.one_of("+-×")
        items.append(stacked(draw, f"{a}{sign}{b}", {"+": a + b, "-": a - b, "×": a * b}[sign]))
    return page(SANS, heading("One-minute drill") + grid(items, 7, 34, 40))


def large_sums(draw: Draw) -> str:
    """Five digits."""
    items = []
    for _ in range(9):
        a, b = draw.whole(10000, 99999), draw.whole(1000, 9999)
        sign = draw.one_of("+-")
        items.append(stacked(draw, f"{a}{sign}{b}", a + b if sign == "+" else a - b))
    return page(SERIF, heading("Large sums") + grid(items, 3, 40, 60))


def decimal_sums(draw: Draw) -> str:
    """Decimals."""
    items = []
    for _ in range(12):
        a, b = draw.whole(100, 999), draw.whole(100, 999)
        items.append(stacked(draw, f"{a / 10:.1f}+{b / 10:.1f}", f"{(a + b) / 10:.1f}"))
    return page(SERIF, heading("Add the decimals") + grid(items, 4, 40, 60))


def three_numbers(draw: Draw) -> str:
    """Three numbers over one rule."""
    items = []
    for _ in range(12):
        numbers = [draw.whole(11, 99) for _ in range(3)]
        written, verdict = draw.answered(sum(numbers))
        rows = [str(numbers[0]), str(numbers[1]), f"+ {numbers[2]}"]
        inner = "".join(in_cells(row) for row in rows) + under_rule(answer(written, of_digits(3), "digits"))
        items.append(problem(inner, "+".join(map(str, numbers)) + f"={written}", verdict, "display:inline-block"))
    return page(SANS, heading("Three addends") + grid(items, 4, 40, 60))


def long_products(draw: Draw) -> str:
    """Products of two digits by two, partial products by hand."""
    items = []
    for _ in range(6):
        a, b = draw.whole(12, 98), draw.whole(12, 98)
        written, verdict = draw.answered(a * b)
        row = '<div style="height:1.3em;position:relative">{}</div>'
        partial = [
            row.format(answer(str(a * (b % 10)), of_digits(4), "digits")),
            row.format(answer(str(a * (b // 10)), of_digits(4, 1), "digits")),
        ]
        inner = in_cells(str(a)) + in_cells(f"× {b}") + under_rule("", 0) + "".join(partial)
        inner += under_rule(answer(written, of_digits(4), "digits"))
        items.append(problem(inner, f"{a}×{b}={written}", verdict, "display:inline-block"))
    return page(SANS, heading("Long multiplication") + grid(items, 3, 40, 60))


def sums_on_squares(draw: Draw) -> str:
    """Sums on squared paper."""
    items = []
    for _ in range(12):
        a, b = draw.whole(100, 899), draw.whole(100, 899)
        items.append(stacked(draw, f"{a}+{b}", a + b))
    return page(SANS, _SQUARES + heading("On squares") + grid(items, 4, 40, 60))
