"""Evaluation with SymPy. Runs in a worker process only: it may take long, and importing it does.

SymPy's objects are built from our own tree, node by node; no text is ever given to SymPy to read.
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

import sympy
from sympy.core.relational import Relational
from sympy.printing.str import StrPrinter

from app.maths import expression as tree
from app.maths import rational
from app.maths.evaluation import Evaluation, Solution, failed, number_value, relation_kind, tolerance
from app.maths.expression import Expression, unknowns, walk
from app.maths.formatting import decimal_text
from app.maths.rational import MAX_BITS, MAX_DIGITS, NotRationalError, TooLargeError, UndefinedError
from models.vocabulary import BY_LABEL

_FUNCTIONS = {
    "sin": sympy.sin, "cos": sympy.cos, "tan": sympy.tan, "cot": sympy.cot, "sec": sympy.sec, "csc": sympy.csc,
    "arcsin": sympy.asin, "arccos": sympy.acos, "arctan": sympy.atan,
    "sinh": sympy.sinh, "cosh": sympy.cosh, "tanh": sympy.tanh,
    "ln": sympy.log, "max": sympy.Max, "min": sympy.Min, "gcd": sympy.gcd, "lcm": sympy.lcm,
}  # fmt: skip
_RELATIONS = {
    "=": sympy.Eq, "\\neq": sympy.Ne, "\\lt": sympy.Lt, "\\gt": sympy.Gt, "\\leq": sympy.Le, "\\geq": sympy.Ge,
}  # fmt: skip
_SMALL = 40
"""The most operations in a closed form that is simplified."""


def compute(expression: Expression) -> Evaluation:
    """Evaluate an expression with at most one unknown and no ±; failures are evaluations of kind ``error``."""
    try:
        if isinstance(expression, tree.Comparison):
            return _comparison(expression)
        return _value(_simple(build(expression)))
    except (UndefinedError, TooLargeError) as error:
        return failed(str(error))
    except RecursionError:
        return failed("too large to compute")
    except Exception:  # SymPy raises what it likes where it knows no answer; the worker must go on
        return failed("no way to compute this is known")


# --- building


def build(expression: Expression) -> sympy.Expr:
    """The SymPy expression of an operator tree.

    Raises:
        UndefinedError: it has no value.
        TooLargeError: a number on the way is too large; decided before computing it.
    """
    try:
        return _fraction(rational.rational(expression))
    except NotRationalError:
        value = _build(expression)
    if value.has(sympy.nan, sympy.zoo):
        raise UndefinedError("not defined")
    return value


def _fraction(value: Fraction) -> sympy.Rational:
    return sympy.Rational(value.numerator, value.denominator)


def _symbol(unknown: tree.Symbol | tree.Blank) -> sympy.Symbol:
    return sympy.Symbol(unknown.name if isinstance(unknown, tree.Symbol) else unknown.label, real=True)


def _build(expression: Expression) -> sympy.Expr:
    match expression:
        case tree.Symbol() | tree.Blank():
            return _symbol(expression)
        case tree.Constant(name):
            return {"pi": sympy.pi, "e": sympy.E, "infinity": sympy.oo}[name]
        case tree.Sign(operator, operand):
            return -build(operand) if operator == "-" else build(operand)
        case tree.Chain(operands, operators):
            value = build(operands[0])
            for operator, operand in zip(operators, operands[1:], strict=True):
                value = _combine(value, operator, build(operand))
            return value
        case tree.Quotient(numerator, denominator):
            return _combine(build(numerator), "/", build(denominator))
        case tree.Power(base, exponent):
            return _power(build(base), build(exponent))
        case tree.Root(radicand, index):
            degree = sympy.Integer(2) if index is None else build(index)
            return _power(build(radicand), _combine(sympy.Integer(1), "/", degree))
        case tree.Factorial(operand, step):
            return (sympy.factorial if step == 1 else sympy.factorial2)(build(operand))
        case tree.Percent(operand):
            return build(operand) / 100
        case tree.Degrees(operand):
            return build(operand) * sympy.pi / 180
        case tree.Absolute(operand):
            return sympy.Abs(build(operand))
        case tree.Function("log", (argument,), base):
            return sympy.log(build(argument), 10 if base is None else build(base))
        case tree.Function(name, arguments):
            return _FUNCTIONS[name](*(build(a) for a in arguments))
        case tree.Sum(body, variable, lower, upper):
            first, last = build(lower), build(upper)
            return sympy.Sum(build(body), (_symbol(variable), first, last)).doit()
        case tree.Integral(body, variable, None, None):
            return sympy.integrate(build(body), _symbol(variable))
        case tree.Integral(body, variable, lower, upper):
            return sympy.integrate(build(body), (_symbol(variable), build(lower), build(upper)))
        case tree.Derivative(body, variable):
            return sympy.diff(build(body), _symbol(variable))
        case tree.Limit(body, variable, target, side):
            return _limit(build(body), _symbol(variable), build(target), side)
    raise UndefinedError("this has no value")


def _combine(left: sympy.Expr, operator: str, right: sympy.Expr) -> sympy.Expr:
    if operator in tree.TIMES:
        return left * right
    if operator in tree.DIVISIONS:
        if right.is_zero:
            raise UndefinedError("division by zero")
        return left / right
    return left + right if operator == "+" else left - right


def _power(base: sympy.Expr, exponent: sympy.Expr) -> sympy.Expr:
    """A power; of a negative number to a fraction with an odd denominator, the real root."""
    if base.is_Rational and exponent.is_Rational:
        exact = Fraction(int(base.p), int(base.q)), Fraction(int(exponent.p), int(exponent.q))
        try:
            return _fraction(rational.power(*exact))
        except NotRationalError:
            if abs(exact[1]) > MAX_BITS:
                raise TooLargeError from None
        if base < 0 and exponent.q % 2:
            return (-1) ** int(exponent.p) * (-base) ** exponent
    if exponent.is_Rational and abs(exponent) > MAX_BITS:
        raise TooLargeError
    return base**exponent


def _limit(body: sympy.Expr, variable: sympy.Symbol, target: sympy.Expr, side: str) -> sympy.Expr:
    if target.is_infinite or side:
        return sympy.limit(body, variable, target, side or "-")
    above, below = (sympy.limit(body, variable, target, s) for s in "+-")
    if above != below:
        raise UndefinedError("the limits from both sides differ")
    return above


# --- printing


class _TextPrinter(StrPrinter):
    """SymPy's plain text with ``^`` for powers and our names for constants and variables."""

    def _print_Pow(self, expr, rational=False):
        return super()._print_Pow(expr, rational).replace("**", "^")

    def _print_Exp1(self, expr):
        return "e"

    def _print_ImaginaryUnit(self, expr):
        return "i"

    def _print_Infinity(self, expr):
        return "infinity"

    def _print_NegativeInfinity(self, expr):
        return "-infinity"

    def _print_log(self, expr):
        return f"ln({self._print(expr.args[0])})"

    def _print_Symbol(self, expr):
        return symbol_text(expr.name)


def symbol_text(name: str) -> str:
    """A variable's LaTeX name as text: ``α``, ``x_1``."""
    base, _, rest = name.partition("_")
    text = BY_LABEL[base].text if base in BY_LABEL else base
    return text + ("_" + rest.strip("{}") if rest else "")


def _exact(value: sympy.Expr) -> tuple[str | None, str | None]:
    """Text and LaTeX of a value; ``None`` where it has no closed form.

    Raises:
        TooLargeError: they are too long.
    """
    if value.has(sympy.Sum, sympy.Integral, sympy.Limit, sympy.RootOf, sympy.Float):
        return None, None
    text = _TextPrinter({"order": None}).doprint(value)
    if len(text) > MAX_DIGITS:
        raise TooLargeError
    return text, tidy_latex(sympy.latex(value, ln_notation=True, imaginary_unit="i"))


def tidy_latex(latex: str) -> str:
    """SymPy's LaTeX without the braces around arguments, sized brackets, and spaces that set nothing apart."""
    for wide, tight in (("{\\left(", "("), ("\\right)}", ")"), ("\\left", ""), ("\\right", "")):
        latex = latex.replace(wide, tight)
    return re.sub(r"(\\[A-Za-z]+ (?=[A-Za-z]))| ", lambda match: match[1] or "", latex)


def _decimal(value: sympy.Expr) -> str | None:
    """A real number to twelve digits; ``None`` for what is not one."""
    if value.free_symbols or value.is_infinite:
        return None
    number = value.evalf(20)
    if not number.is_Float and not number.is_Rational:
        return None
    return rational_decimal(number)


def rational_decimal(number: sympy.Number) -> str:
    """A SymPy number to twelve significant digits."""
    return decimal_text(Decimal(str(number)) if number.is_Float else Fraction(int(number.p), int(number.q)))


def _simple(value: sympy.Expr) -> sympy.Expr:
    """A shorter closed form of the same number, where one is found cheaply."""
    if value.is_Rational or value.is_infinite or value.count_ops() > _SMALL:
        return value
    shorter = sympy.simplify(sympy.sqrtdenest(value))
    return shorter if shorter.count_ops() <= value.count_ops() else value


def _value(value: sympy.Expr) -> Evaluation:
    if value.is_Rational:
        return number_value(Fraction(int(value.p), int(value.q)))
    exact, latex = _exact(value)
    decimal = _decimal(value)
    if exact is None and decimal is None:
        return failed("no way to compute this is known")
    message = None if exact is not None else "no closed form was found"
    if value.is_real is False:
        message = "not a real number"
    return Evaluation("value", exact=exact, exact_latex=latex, decimal=decimal, message=message)


# --- relations


def _comparison(comparison: tree.Comparison) -> Evaluation:
    free = unknowns(comparison)
    sides = [build(o) for o in comparison.operands]
    if not free:
        holds = all(
            _holds(left, relation, right, comparison.operands[k : k + 2])
            for k, (left, relation, right) in enumerate(zip(sides, comparison.relations, sides[1:], strict=False))
        )
        return Evaluation(relation_kind(comparison), holds=holds)
    (unknown,) = free
    relations = [
        _RELATIONS["=" if relation == "\\approx" else relation](left, right)
        for left, relation, right in zip(sides, comparison.relations, sides[1:], strict=False)
    ]
    return _solve(relations, _symbol(unknown), any(isinstance(n, tree.Blank) for n in walk(comparison)))


def _holds(left: sympy.Expr, relation: str, right: sympy.Expr, written: tuple[Expression, ...]) -> bool:
    """Whether a relation of two numbers is true, to 25 digits: SymPy cannot decide every equality exactly."""
    if left == right:
        return relation in ("=", "\\approx", "\\leq", "\\geq")
    if left.is_infinite or right.is_infinite:
        return relation == "\\neq" or (relation not in ("=", "\\approx") and bool(_RELATIONS[relation](left, right)))
    difference = (left - right).evalf(30)
    if relation == "\\approx":
        size = Fraction(str(abs(right.evalf(20))))
        return bool(abs(difference) <= _fraction(tolerance(*written, size)))
    apart = abs(difference) > sympy.Float("1e-25") * (1 + abs(right.evalf(5)))
    if relation in ("=", "\\neq"):
        return bool(apart) == (relation == "\\neq")
    if not apart:
        return relation in ("\\leq", "\\geq")
    return bool(_RELATIONS[relation](difference, 0))


def _solve(relations: list, unknown: sympy.Symbol, blank: bool) -> Evaluation:
    """Solve relations that must all hold, over the real numbers."""
    answer = sympy.S.Reals
    for relation in relations:
        if relation in (True, False):
            answer = answer if relation else sympy.S.EmptySet
        elif isinstance(relation, sympy.Eq):
            answer = answer.intersect(sympy.solveset(relation.lhs - relation.rhs, unknown, sympy.S.Reals))
        else:
            answer = answer.intersect(sympy.solveset(relation, unknown, sympy.S.Reals))
    message = None
    if answer.has(sympy.ImageSet):
        answer = answer.intersect(sympy.Interval.Ropen(0, 2 * sympy.pi))
        message = "the solutions from 0 up to 2π; they repeat"
    if answer is sympy.S.EmptySet:
        return Evaluation("solutions", message="no real solution")
    if answer == sympy.S.Reals:
        return Evaluation("solutions", message="every number is a solution")
    if isinstance(answer, sympy.FiniteSet):
        found = sorted(answer, key=lambda v: float(v.evalf()) if not v.free_symbols else 0.0)
        return Evaluation("solutions", solutions=tuple(_solution(unknown, _simple(v)) for v in found), message=message)
    if isinstance(answer, sympy.Interval | sympy.Union):
        parts = answer.args if isinstance(answer, sympy.Union) else (answer,)
        conditions = tuple(c for part in parts for c in _conditions(unknown, part))
        return Evaluation("solutions", solutions=conditions, message=message)
    return _numeric_solution(relations, unknown)


def _solution(unknown: sympy.Symbol, value: sympy.Expr) -> Solution:
    exact, latex = _exact(value)
    return Solution(symbol_text(unknown.name), exact, latex, _decimal(value))


def _conditions(unknown: sympy.Symbol, part: sympy.Set) -> list[Solution]:
    """An interval, or single points, as conditions on the unknown."""
    name = symbol_text(unknown.name)
    if isinstance(part, sympy.FiniteSet):
        return [Solution(name, f"{name} = {_exact(v)[0]}", f"{unknown.name}={_exact(v)[1]}", None) for v in part]
    if not isinstance(part, sympy.Interval):
        raise NotImplementedError
    low, high = _exact(part.start), _exact(part.end)
    if None in low + high:
        raise NotImplementedError
    low_sign, high_sign = ("<" if part.left_open else "≤"), ("<" if part.right_open else "≤")
    if part.end is sympy.oo:
        low_sign = ">" if part.left_open else "≥"
        texts = [f"{n} {low_sign} {v}" for n, v in ((name, low[0]), (unknown.name, low[1]))]
    elif part.start is sympy.S.NegativeInfinity:
        texts = [f"{n} {high_sign} {v}" for n, v in ((name, high[0]), (unknown.name, high[1]))]
    else:
        texts = [
            f"{a} {low_sign} {n} {high_sign} {b}"
            for n, a, b in ((name, low[0], high[0]), (unknown.name, low[1], high[1]))
        ]
    latex = texts[1].replace("≤", "\\leq").replace("≥", "\\geq")
    return [Solution(name, texts[0], tidy_latex(latex), None)]


def _numeric_solution(relations: list[Relational], unknown: sympy.Symbol) -> Evaluation:
    """One solution of one equation, by Newton's method from a few starting points."""
    if len(relations) == 1 and isinstance(relations[0], sympy.Eq):
        difference = relations[0].lhs - relations[0].rhs
        for start in (0.5, 1, -1, 2, -2, 5, -5):
            try:
                value = sympy.nsolve(difference, unknown, start)
            except (ValueError, ZeroDivisionError, TypeError):
                continue
            if value.is_real:
                found = Solution(symbol_text(unknown.name), None, None, rational_decimal(value))
                return Evaluation("solutions", solutions=(found,), message="found numerically; there may be others")
    return failed("no way to solve this is known")
