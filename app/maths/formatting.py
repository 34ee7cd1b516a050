"""Numbers as people write them: exact text, exact LaTeX, and decimals to twelve significant digits."""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction

SIGNIFICANT_DIGITS = 12
_CONTEXT = Context(prec=SIGNIFICANT_DIGITS, Emax=10**15, Emin=-(10**15))


def exact_text(value: Fraction) -> str:
    """``7`` or ``-7/3``."""
    return str(value)


def exact_latex(value: Fraction) -> str:
    """``7`` or ``-\\frac{7}{3}``."""
    if value.denominator == 1:
        return str(value)
    return f"{'-' if value < 0 else ''}\\frac{{{abs(value.numerator)}}}{{{value.denominator}}}"


def decimal_text(value: Fraction | Decimal) -> str:
    """A number rounded to twelve significant digits, with an exponent (``1.5e+20``) where it has more places."""
    if isinstance(value, Fraction):
        rounded = _CONTEXT.divide(Decimal(value.numerator), Decimal(value.denominator))
    else:
        rounded = _CONTEXT.plus(value)
    if rounded == 0:
        return "0"
    rounded = _CONTEXT.normalize(rounded)
    if -7 <= rounded.adjusted() < SIGNIFICANT_DIGITS:
        return format(rounded, "f")
    return format(rounded, "e")


def decimal_places(value: Fraction) -> int | None:
    """How many digits after the point write a number exactly; ``None`` if none do, as for 1/3."""
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None


def fixed_point(value: Fraction, places: int) -> str:
    """A number with exactly ``places`` digits after the point; it must need no more."""
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    text = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return f"-{text}" if value < 0 else text
