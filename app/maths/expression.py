"""The operator tree: what an expression means, free of how it was written.

Every node is a small frozen dataclass over other nodes. A run of operators of one rank (``1+2-3``,
``6÷2×3``) is one flat :class:`Chain` read from left to right, so the depth of a tree is the depth of its
brackets and not the length of its rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from fractions import Fraction

SUMS = frozenset({"+", "-", "\\pm"})
IMPLICIT = ""
"""The operator between factors that stand side by side."""
TIMES = frozenset({"\\times", "\\cdot", "*", IMPLICIT})
DIVISIONS = frozenset({"\\div", "/", ":"})
PRODUCTS = TIMES | DIVISIONS

EQUALITIES = frozenset({"=", "\\approx"})
ORDERS = frozenset({"\\lt", "\\gt", "\\leq", "\\geq", "\\neq"})
MAPPINGS = frozenset({"\\in", "\\rightarrow"})
RELATIONS = EQUALITIES | ORDERS | MAPPINGS


@dataclass(frozen=True, slots=True)
class Expression:
    """A node of an operator tree."""


@dataclass(frozen=True, slots=True)
class Number(Expression):
    """An exact number; ``places`` counts the digits written after its decimal point."""

    value: Fraction
    places: int = 0


@dataclass(frozen=True, slots=True)
class MixedNumber(Expression):
    """A whole number and a proper fraction side by side: 2½."""

    whole: Number
    numerator: Number
    denominator: Number


@dataclass(frozen=True, slots=True)
class Symbol(Expression):
    """A variable, named by its LaTeX: ``x``, ``\\alpha``, ``x_{1}``."""

    name: str


@dataclass(frozen=True, slots=True)
class Constant(Expression):
    """``pi``, ``e`` or ``infinity``."""

    name: str


@dataclass(frozen=True, slots=True)
class Blank(Expression):
    """A place left for an answer; ``index`` tells the blanks of one expression apart."""

    index: int
    label: str = "\\square"


@dataclass(frozen=True, slots=True)
class Missing(Expression):
    """Nothing was written where an operand belongs, as after the sign of ``3+4=``."""


@dataclass(frozen=True, slots=True)
class Sign(Expression):
    """A sign before an operand: ``+``, ``-`` or ``\\pm``."""

    operator: str
    operand: Expression


@dataclass(frozen=True, slots=True)
class Chain(Expression):
    """Operands joined by operators of one rank, all in ``SUMS`` or all in ``PRODUCTS``, from left to right.

    There is one operator fewer than operands.
    """

    operands: tuple[Expression, ...]
    operators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quotient(Expression):
    """A fraction written with a bar."""

    numerator: Expression
    denominator: Expression


@dataclass(frozen=True, slots=True)
class Power(Expression):
    """``base`` raised to ``exponent``."""

    base: Expression
    exponent: Expression


@dataclass(frozen=True, slots=True)
class Root(Expression):
    """A root; ``index`` is ``None`` where none is written (a square root)."""

    radicand: Expression
    index: Expression | None = None


@dataclass(frozen=True, slots=True)
class Factorial(Expression):
    """``n!`` with ``step`` 1, the double factorial ``n!!`` with ``step`` 2."""

    operand: Expression
    step: int = 1


@dataclass(frozen=True, slots=True)
class Percent(Expression):
    """An operand over one hundred."""

    operand: Expression


@dataclass(frozen=True, slots=True)
class Degrees(Expression):
    """An angle in degrees."""

    operand: Expression


@dataclass(frozen=True, slots=True)
class Absolute(Expression):
    """``|x|``."""

    operand: Expression


@dataclass(frozen=True, slots=True)
class Function(Expression):
    """A named function (``sin``, ``log``, ``max``) of one or more arguments; ``base`` is a logarithm's."""

    name: str
    arguments: tuple[Expression, ...]
    base: Expression | None = None


@dataclass(frozen=True, slots=True)
class Sum(Expression):
    """A sum of ``body`` over whole ``variable``; what was not written is ``None``."""

    body: Expression
    variable: Symbol | None
    lower: Expression | None
    upper: Expression | None


@dataclass(frozen=True, slots=True)
class Integral(Expression):
    """An integral, indefinite without bounds; ``variable`` is ``None`` where no ``dx`` was written."""

    body: Expression
    variable: Symbol | None
    lower: Expression | None
    upper: Expression | None


@dataclass(frozen=True, slots=True)
class Limit(Expression):
    """A limit; ``side`` is ``+`` from above, ``-`` from below, empty from both."""

    body: Expression
    variable: Symbol | None
    target: Expression | None
    side: str = ""


@dataclass(frozen=True, slots=True)
class Derivative(Expression):
    """d/dx of ``body``."""

    body: Expression
    variable: Symbol


@dataclass(frozen=True, slots=True)
class Remainder(Expression):
    """A division's whole quotient and what is left: ``39…4``."""

    quotient: Expression
    remainder: Expression


@dataclass(frozen=True, slots=True)
class Comparison(Expression):
    """Operands joined by relations, one relation fewer than operands: ``0 < x = y``."""

    operands: tuple[Expression, ...]
    relations: tuple[str, ...]


def children(expression: Expression) -> Iterator[Expression]:
    """The nodes directly below a node, in reading order."""
    for field in fields(expression):
        value = getattr(expression, field.name)
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, Expression):
                yield item


def walk(expression: Expression) -> Iterator[Expression]:
    """A node and every node below it."""
    stack = [expression]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(children(node))


def unknowns(expression: Expression) -> frozenset[Symbol | Blank]:
    """The free variables and the blanks of an expression; a sum's own variable is not free in its body."""
    if isinstance(expression, Symbol | Blank):
        return frozenset((expression,))
    if isinstance(expression, Sum | Limit) or (isinstance(expression, Integral) and expression.lower is not None):
        outside = frozenset().union(
            *(unknowns(c) for c in children(expression) if c is not expression.variable and c is not expression.body)
        )
        return outside | (unknowns(expression.body) - {expression.variable})
    return frozenset().union(*(unknowns(c) for c in children(expression)))


def rebuilt(expression: Expression, change: Callable[[Expression], Expression]) -> Expression:
    """The expression with ``change`` applied to every node, the lowest first."""
    values = {}
    for field in fields(expression):
        value = getattr(expression, field.name)
        if isinstance(value, tuple):
            value = tuple(rebuilt(v, change) if isinstance(v, Expression) else v for v in value)
        elif isinstance(value, Expression):
            value = rebuilt(value, change)
        values[field.name] = value
    return change(type(expression)(**values))
