"""What an expression comes to: a value, whether it holds, its solutions, or why there is nothing to say.

Rational arithmetic is done here at once; everything else goes to SymPy in a worker process that is killed
when it takes too long (``app.maths.worker``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from app.maths import expression as tree
from app.maths import formatting
from app.maths.expression import Expression, unknowns, walk
from app.maths.rational import NotRationalError, TooLargeError, UndefinedError, rational
from app.maths.worker import TIME_LIMIT_S, TimeLimitError, WorkerPool

WORKERS = WorkerPool()
"""The processes in which SymPy runs; a service may ``start`` them ahead and ``stop`` them at its end."""

_CALCULUS = tree.Sum | tree.Integral | tree.Limit | tree.Derivative


@dataclass(frozen=True, slots=True)
class Solution:
    """A value of the unknown, or for an inequality the condition on it.

    Attributes:
        variable: the unknown's name as text; ``□`` or ``?`` for a blank.
        exact: the value (``2*sqrt(2)``) or the condition (``x < 3``); ``None`` where there is no closed form.
        exact_latex: the same in LaTeX.
        decimal: the value to twelve significant digits; ``None`` for a condition.
    """

    variable: str
    exact: str | None
    exact_latex: str | None
    decimal: str | None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What an expression comes to.

    Attributes:
        kind: ``value``, ``equation``, ``inequality``, ``solutions``, ``open`` (free variables: nothing to
            compute), ``incomplete`` (an operand is missing) or ``error``.
        holds: whether the equation or inequality is true.
        exact: a value as text: integer, fraction or closed form; of ``incomplete``, what belongs after the sign.
        exact_latex: the same in LaTeX.
        decimal: the same to twelve significant digits.
        solutions: of the one unknown.
        message: what went wrong, or a remark on the answer.
    """

    kind: str
    holds: bool | None = None
    exact: str | None = None
    exact_latex: str | None = None
    decimal: str | None = None
    solutions: tuple[Solution, ...] = ()
    message: str | None = None


def failed(message: str) -> Evaluation:
    """The evaluation of what cannot be computed."""
    return Evaluation("error", message=message)


def number_value(value: Fraction, kind: str = "value") -> Evaluation:
    """The evaluation that is a rational number."""
    return Evaluation(
        kind,
        exact=formatting.exact_text(value),
        exact_latex=formatting.exact_latex(value),
        decimal=formatting.decimal_text(value),
    )


def evaluate(expression: Expression, limit_s: float = TIME_LIMIT_S) -> Evaluation:
    """Evaluate an expression, check a relation, or solve it for its one unknown.

    It never raises for what an expression holds: failures are evaluations of kind ``error``.

    Args:
        expression: an operator tree, as ``app.maths.parser`` makes it.
        limit_s: seconds of wall-clock time that computer algebra may take.
    """
    signs = [sign_chosen(expression, sign) for sign in "+-"] if _has_plus_minus(expression) else [expression]
    results = [_evaluate(each, limit_s) for each in signs]
    return results[0] if len(results) == 1 else _either(*results)


def _evaluate(expression: Expression, limit_s: float) -> Evaluation:
    if isinstance(expression, tree.Comparison):
        given = [o for o in expression.operands if not isinstance(o, tree.Missing)]
        if len(given) < len(expression.operands):
            return _incomplete(expression, given, limit_s)
        if any(isinstance(node, tree.Remainder) for node in walk(expression)):
            return _with_remainder(expression)
        if set(expression.relations) & tree.MAPPINGS:
            return Evaluation("open")
    elif isinstance(expression, tree.Remainder):
        return Evaluation("open")
    free = unknowns(expression)
    if not _is_complete(expression) or len(free) > 1:
        return Evaluation("open", message="more than one unknown" if len(free) > 1 else None)
    try:
        if isinstance(expression, tree.Comparison):
            return _arithmetic_comparison(expression)
        return number_value(rational(expression))
    except NotRationalError:
        if free and not isinstance(expression, tree.Comparison) and not _has_calculus(expression):
            return Evaluation("open")
    except (UndefinedError, TooLargeError) as error:
        return failed(str(error))
    try:
        return WORKERS.call(expression, limit_s)
    except TimeLimitError:
        return failed("too large to compute in the time there is")


def _has_calculus(expression: Expression) -> bool:
    return any(isinstance(node, _CALCULUS) for node in walk(expression))


def _is_complete(expression: Expression) -> bool:
    """Whether every sum, integral and limit says over what it goes."""
    bound = (node for node in walk(expression) if isinstance(node, tree.Sum | tree.Integral | tree.Limit))
    return all(node.variable is not None for node in bound)


# --- relations of numbers


def _arithmetic_comparison(comparison: tree.Comparison) -> Evaluation:
    """A relation of rational numbers, or one whose lone blank stands for the other side's value.

    Raises:
        NotRationalError: it is neither.
    """
    operands = comparison.operands
    if comparison.relations == ("=",):
        for blank, other in (operands, operands[::-1]):
            if isinstance(blank, tree.Blank):
                value = number_value(rational(other))
                name = {"\\square": "□"}.get(blank.label, blank.label)
                return Evaluation(
                    "solutions", solutions=(Solution(name, value.exact, value.exact_latex, value.decimal),)
                )
    values = [rational(o) for o in operands]
    holds = all(
        relation_holds(left, relation, right, tolerance(operands[k], operands[k + 1], abs(right)))
        for k, (left, relation, right) in enumerate(zip(values, comparison.relations, values[1:], strict=False))
    )
    return Evaluation(relation_kind(comparison), holds=holds)


def relation_kind(comparison: tree.Comparison) -> str:
    """``inequality`` if any of the relations orders its sides or parts them, else ``equation``."""
    return "inequality" if set(comparison.relations) & tree.ORDERS else "equation"


def relation_holds(left: Fraction, relation: str, right: Fraction, slack: Fraction) -> bool:
    """Whether a relation of two numbers is true; ``slack`` is how far apart ``≈`` lets them be."""
    return {
        "=": left == right,
        "\\neq": left != right,
        "\\lt": left < right,
        "\\gt": left > right,
        "\\leq": left <= right,
        "\\geq": left >= right,
        "\\approx": abs(left - right) <= slack,
    }[relation]


def tolerance(left: Expression, right: Expression, size: Fraction) -> Fraction:
    """How far apart the sides of ``≈`` may be: half a unit in the last digit of a side that is a rounded number.

    The zeros that end a whole number do not count as digits: 98 ≈ 100. Where neither side is a plain number,
    one part in a hundred of ``size``.
    """
    units = []
    for side in (left, right):
        if isinstance(side, tree.Number) and side.value:
            unit = Fraction(1, 10**side.places)
            while side.places == 0 and (side.value / unit) % 10 == 0:
                unit *= 10
            units.append(unit / 2)
    return max(units) if units else size / 100


def _incomplete(comparison: tree.Comparison, given: list[Expression], limit_s: float) -> Evaluation:
    """``3+4=``: what belongs in the missing place."""
    at_end = isinstance(comparison.operands[-1], tree.Missing)
    relation = comparison.relations[-1 if at_end else 0]
    if relation not in tree.EQUALITIES or unknowns(comparison):
        return Evaluation("incomplete")
    value = _evaluate(given[-1 if at_end else 0], limit_s)
    return replace(value, kind="incomplete") if value.kind == "value" else value


def _with_remainder(comparison: tree.Comparison) -> Evaluation:
    """``433÷11=39…4``: whether quotient and remainder are those of the division."""
    match comparison:
        case tree.Comparison(
            (tree.Chain((dividend, divisor), (operator,)), tree.Remainder(quotient, remainder)), ("=",)
        ) if operator in tree.DIVISIONS:
            try:
                whole, part, result, rest = (rational(e) for e in (dividend, divisor, quotient, remainder))
            except NotRationalError:
                return Evaluation("open")
            except (UndefinedError, TooLargeError) as error:
                return failed(str(error))
            if part == 0:
                return failed("division by zero")
            return Evaluation(
                "equation", holds=whole == part * result + rest and 0 <= rest < abs(part) and result.denominator == 1
            )
    return Evaluation("open")


# --- plus or minus


def _has_plus_minus(expression: Expression) -> bool:
    return any(
        (isinstance(n, tree.Sign) and n.operator == "\\pm") or (isinstance(n, tree.Chain) and "\\pm" in n.operators)
        for n in walk(expression)
    )


def sign_chosen(expression: Expression, sign: str) -> Expression:
    """The expression with every ± read as ``sign``; the signs of one expression go together."""
    return tree.rebuilt(
        expression,
        lambda node: (
            replace(node, operator=sign if node.operator == "\\pm" else node.operator)
            if isinstance(node, tree.Sign)
            else replace(node, operators=tuple(sign if o == "\\pm" else o for o in node.operators))
            if isinstance(node, tree.Chain)
            else node
        ),
    )


def _either(upper: Evaluation, lower: Evaluation) -> Evaluation:
    """The evaluations with + and with − for ±, as one."""
    for one in (upper, lower):
        if one.kind == "error":
            return one
    if upper == lower:
        return upper
    if upper.kind in ("value", "incomplete"):
        return replace(
            upper,
            exact=f"{upper.exact} or {lower.exact}",
            exact_latex=f"{upper.exact_latex}\\text{{ or }}{lower.exact_latex}",
            decimal=None,
        )
    if upper.kind == "solutions":
        new = tuple(s for s in lower.solutions if s not in upper.solutions)
        both = sorted(upper.solutions + new, key=lambda s: Decimal(s.decimal) if s.decimal else Decimal(0))
        return replace(upper, solutions=tuple(both), message=upper.message or lower.message)
    return replace(upper, holds=bool(upper.holds and lower.holds))
