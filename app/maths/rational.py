"""Exact arithmetic on rational numbers, with every result bounded before it is computed."""

from __future__ import annotations

import math
from fractions import Fraction

from app.maths import expression as tree
from app.maths.expression import Expression

MAX_DIGITS = 4000
"""The most digits of a result's numerator or denominator."""
MAX_BITS = int(MAX_DIGITS / math.log10(2))


class NotRationalError(Exception):
    """The expression has no rational value, or none that this module finds."""


class UndefinedError(ArithmeticError):
    """The expression has no value: a division by zero, 0^0, the factorial of −1."""


class TooLargeError(ArithmeticError):
    """A number on the way has more than ``MAX_DIGITS`` digits."""

    def __init__(self) -> None:
        super().__init__("too large to compute")


def rational(expression: Expression) -> Fraction:
    """The value of an expression of numbers, exactly.

    Raises:
        NotRationalError: it has variables, blanks, irrational parts, or signs ± to be chosen.
        UndefinedError: it has no value.
        TooLargeError: a number on the way is too large.
    """
    match expression:
        case tree.Number(value):
            return _bounded(value)
        case tree.MixedNumber(whole, numerator, denominator):
            return _bounded(whole.value + divide(numerator.value, denominator.value))
        case tree.Sign("-", operand):
            return -rational(operand)
        case tree.Sign("+", operand):
            return rational(operand)
        case tree.Chain(operands, operators):
            value = rational(operands[0])
            for operator, operand in zip(operators, operands[1:], strict=True):
                value = combine(value, operator, rational(operand))
            return value
        case tree.Quotient(numerator, denominator):
            return divide(rational(numerator), rational(denominator))
        case tree.Power(base, exponent):
            return power(rational(base), rational(exponent))
        case tree.Root(radicand, index):
            return root(rational(radicand), Fraction(2) if index is None else rational(index))
        case tree.Factorial(operand, step):
            return factorial(rational(operand), step)
        case tree.Percent(operand):
            return _bounded(rational(operand) / 100)
        case tree.Absolute(operand):
            return abs(rational(operand))
        case tree.Function("max" | "min" | "gcd" | "lcm" as name, arguments):
            return _several(name, [rational(a) for a in arguments])
    raise NotRationalError


def combine(left: Fraction, operator: str, right: Fraction) -> Fraction:
    """Two numbers joined by a written operator.

    Raises:
        NotRationalError: ±, which has two values.
        UndefinedError: a division by zero.
        TooLargeError: the result is too large.
    """
    if operator in tree.TIMES:
        return _bounded(left * right)
    if operator in tree.DIVISIONS:
        return divide(left, right)
    if operator == "+":
        return _bounded(left + right)
    if operator == "-":
        return _bounded(left - right)
    raise NotRationalError


def divide(left: Fraction, right: Fraction) -> Fraction:
    """``left`` over ``right``.

    Raises:
        UndefinedError: a division by zero.
        TooLargeError: the result is too large.
    """
    if right == 0:
        raise UndefinedError("division by zero")
    return _bounded(left / right)


def power(base: Fraction, exponent: Fraction) -> Fraction:
    """``base`` to the power of ``exponent``; a fractional exponent takes the real root.

    Raises:
        NotRationalError: the root is irrational or not real.
        UndefinedError: 0^0, or zero to a negative power.
        TooLargeError: the result is too large; decided before computing it.
    """
    if base == 0:
        if exponent == 0:
            raise UndefinedError("0^0 is not defined")
        if exponent < 0:
            raise UndefinedError("division by zero")
        return base
    if exponent.denominator != 1:
        if exponent.denominator > MAX_BITS:
            raise NotRationalError
        base, exponent = root(base, Fraction(exponent.denominator)), Fraction(exponent.numerator)
    if base in (1, -1):
        return base if exponent % 2 else Fraction(1)
    bits = max(abs(base.numerator), base.denominator).bit_length() - 1
    if max(bits, 0.5) * abs(exponent) > MAX_BITS:
        raise TooLargeError
    return _bounded(base ** int(exponent))


def root(radicand: Fraction, index: Fraction) -> Fraction:
    """The real root of a number, where it is rational.

    Raises:
        NotRationalError: it is irrational or not real, or the index no whole number above one.
        UndefinedError: the zeroth root.
    """
    if index == 0:
        raise UndefinedError("there is no zeroth root")
    if index.denominator != 1 or index < 1 or index > MAX_BITS:
        raise NotRationalError
    degree = int(index)
    if radicand < 0 and degree % 2 == 0:
        raise NotRationalError
    parts = [_whole_root(n, degree) for n in (abs(radicand.numerator), radicand.denominator)]
    if None in parts:
        raise NotRationalError
    value = Fraction(*parts)
    return -value if radicand < 0 else value


def _whole_root(number: int, degree: int) -> int | None:
    """The whole ``degree``-th root of a whole number ≥ 0, ``None`` if it has none (Newton's iteration)."""
    if number < 2 or degree == 1:
        return number
    guess = 1 << -(-number.bit_length() // degree)
    while True:
        closer = ((degree - 1) * guess + number // guess ** (degree - 1)) // degree
        if closer >= guess:
            return guess if guess**degree == number else None
        guess = closer


def factorial(number: Fraction, step: int = 1) -> Fraction:
    """``n!``, or with ``step`` 2 the double factorial ``n!!``.

    Raises:
        NotRationalError: of a number that is not whole.
        UndefinedError: of a negative whole number.
        TooLargeError: the result is too large; decided before computing it.
    """
    if number.denominator != 1:
        raise NotRationalError
    if number < 0:
        raise UndefinedError("a negative number has no factorial")
    if number > MAX_DIGITS or math.lgamma(float(number) + 1) / step > MAX_BITS * math.log(2):
        raise TooLargeError
    return _bounded(Fraction(math.prod(range(int(number), 0, -step))))


def _several(name: str, values: list[Fraction]) -> Fraction:
    """Maximum, minimum, greatest common divisor or least common multiple."""
    if name in ("max", "min"):
        return max(values) if name == "max" else min(values)
    if any(v.denominator != 1 for v in values):
        raise UndefinedError(f"{name} is of whole numbers")
    whole = [int(v) for v in values]
    return _bounded(Fraction(math.gcd(*whole) if name == "gcd" else math.lcm(*whole)))


def _bounded(value: Fraction) -> Fraction:
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > MAX_BITS:
        raise TooLargeError
    return value
