"""The order of operations, one operation a line."""

from __future__ import annotations

from dataclasses import fields, replace
from fractions import Fraction

from app.maths import expression as tree
from app.maths.evaluation import evaluate
from app.maths.expression import Expression
from app.maths.expression_latex import expression_latex
from app.maths.formatting import decimal_places
from app.maths.rational import NotRationalError, TooLargeError, UndefinedError, combine, rational

MAX_STEPS = 60
"""The most lines; longer calculations break off."""


def steps(expression: Expression) -> list[str]:
    """The lines, in LaTeX, on which an expression is worked out; the first is the expression itself.

    Each line does one operation: what stands in brackets, exponents and fractions first, products before
    sums, from left to right. Where arithmetic ends before the answer (irrational values, an unknown), the
    answer makes the last lines. A line that cannot be gone on from, such as a division by zero, is the last.
    """
    current: Expression | None = _without_missing(expression)
    lines: list[str] = []
    last = current
    while current is not None and len(lines) < MAX_STEPS:
        lines.append(expression_latex(current))
        last = current
        current = _reduced(current)
    if current is not None or _number(last) is not None:
        return lines
    answer = evaluate(last)
    if answer.kind == "value" and answer.exact_latex not in (None, lines[-1]):
        lines.append(answer.exact_latex)
    for solution in answer.solutions:
        is_condition = solution.decimal is None
        if solution.exact_latex is not None:
            name = _unknown_latex(expression)
            lines.append(solution.exact_latex if is_condition else f"{name}={solution.exact_latex}")
    return list(dict.fromkeys(lines))


def _without_missing(expression: Expression) -> Expression:
    """Of ``3+4=``, what stands before the sign."""
    if isinstance(expression, tree.Comparison):
        given = [o for o in expression.operands if not isinstance(o, tree.Missing)]
        if len(given) == 1:
            return given[0]
    return expression


def _unknown_latex(expression: Expression) -> str:
    (unknown,) = tree.unknowns(expression)
    return expression_latex(unknown)


def _number(expression: Expression) -> tree.Number | None:
    """The number an expression writes without anything left to work out, ``None`` if it is none."""
    match expression:
        case tree.Number():
            return expression
        case tree.Sign("-", tree.Number(value, places)):
            return tree.Number(-value, places)
        case tree.Quotient(tree.Number(above, 0), tree.Number(below, 0)):
            if below > 1 and above.denominator == below.denominator == 1 and (above / below).denominator == below:
                return tree.Number(above / below)
    return None


def _reduced(expression: Expression) -> Expression | None:
    """The expression after its next operation, ``None`` if arithmetic has none left."""
    if _number(expression) is not None:
        return None
    for field in fields(expression):
        value = getattr(expression, field.name)
        if isinstance(value, Expression):
            reduced = _reduced(value)
            if reduced is not None:
                return replace(expression, **{field.name: reduced})
        elif isinstance(value, tuple):
            for k, item in enumerate(value):
                reduced = _reduced(item) if isinstance(item, Expression) else None
                if reduced is not None:
                    return replace(expression, **{field.name: (*value[:k], reduced, *value[k + 1 :])})
    try:
        return _operated(expression)
    except (NotRationalError, UndefinedError, TooLargeError):
        return None


def _operated(expression: Expression) -> Expression:
    """The expression after its own operation; of a chain, after its first.

    Raises:
        NotRationalError: its operands are not numbers, or the result is none that is rational.
        UndefinedError, TooLargeError: the operation has no result.
    """
    if isinstance(expression, tree.Chain):
        left, right, *rest = expression.operands
        first, second = _number(left), _number(right)
        if first is None or second is None:
            raise NotRationalError
        result = _result(combine(first.value, expression.operators[0], second.value), first, second)
        return tree.Chain((result, *rest), expression.operators[1:]) if rest else result
    operands = [_number(child) for child in tree.children(expression)]
    return _result(rational(expression), *(o for o in operands if o is not None))


def _result(value: Fraction, *operands: tree.Number) -> tree.Number:
    """A result as a decimal if an operand was written as one and the result ends, else as a fraction."""
    places = decimal_places(value) if any(o.places for o in operands) else 0
    return tree.Number(value, places or 0)
