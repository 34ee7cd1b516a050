"""Digits and separators in a row read as one number."""

from __future__ import annotations

import re
from fractions import Fraction

from app.maths.expression import Number
from app.maths.rows import Row

DIGITS = frozenset("0123456789")
SEPARATORS = frozenset(".,")


class NumeralError(ValueError):
    """Digits and separators that are no number."""


def numeral_length(row: Row, start: int, commas: bool = True) -> int:
    """How many items from ``start`` write one number: digits, and separators with a digit after them.

    An item that carries rows of its own (an exponent) ends the number.

    Args:
        row: the row.
        start: index of the first item.
        commas: whether a comma may be part of a number; it may not between arguments.
    """
    end = start
    while end < len(row):
        label = row[end].label
        if label in SEPARATORS:
            joins = end + 1 < len(row) and row[end + 1].label in DIGITS and (commas or label == ".")
            if not joins or row[end].rows:
                break
        elif label not in DIGITS:
            break
        end += 1
        if row[end - 1].rows:
            break
    return end - start


def read_numeral(text: str) -> Number:
    """The number that digits and separators write.

    A lone point or comma is the decimal sign. Where both occur, or one occurs several times, the separators
    before the last kind group thousands and must leave groups of three: ``1,234,567`` and ``1.234,5``.

    Raises:
        NumeralError: the separators make no number, as in ``1.2.3``.
    """
    for group, decimal in ((",", "."), (".", ",")):
        if re.fullmatch(rf"[0-9]*(\{decimal}[0-9]+)?", text):
            whole, _, part = text.partition(decimal)
            return _number(whole, part)
        if re.fullmatch(
            rf"[0-9]{{1,3}}(\{group}[0-9]{{3}}){{2,}}|[0-9]{{1,3}}(\{group}[0-9]{{3}})+\{decimal}[0-9]+", text
        ):
            whole, _, part = text.replace(group, "").partition(decimal)
            return _number(whole, part)
    raise NumeralError(f"{text} is not a number")


def _number(whole: str, part: str) -> Number:
    return Number(Fraction(int(whole + part or "0"), 10 ** len(part)), len(part))
