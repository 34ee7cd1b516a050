"""LaTeX of an operator tree, with the brackets that its meaning needs."""

from __future__ import annotations

from app.maths import expression as tree
from app.maths.expression import IMPLICIT, Expression
from app.maths.formatting import exact_latex, fixed_point
from models.vocabulary import BY_LABEL

_SUM, _PRODUCT, _BESIDE, _BASE, _ATOM = range(1, 6)
"""Ranks from loose to tight; an operand looser than its place needs brackets."""
_FUNCTION_NAMES = {"lcm": "\\operatorname{lcm}"}


def expression_latex(expression: Expression) -> str:
    """LaTeX of an expression; reading and parsing it gives an expression of the same value."""
    return _ranked(expression)[0]


def _at(rank: int, expression: Expression) -> str:
    """An operand in a place that takes nothing looser than ``rank``."""
    text, own = _ranked(expression)
    return text if own >= rank else f"({text})"


def _ranked(expression: Expression) -> tuple[str, int]:
    """LaTeX and rank."""
    match expression:
        case tree.Number(value, places):
            if value < 0:
                return "-" + _ranked(tree.Number(-value, places))[0], _SUM
            if places:
                return fixed_point(value, places), _ATOM
            return exact_latex(value), _ATOM if value.denominator == 1 else _BASE
        case tree.MixedNumber(whole, numerator, denominator):
            fraction = _ranked(tree.Quotient(numerator, denominator))[0]
            return _ranked(whole)[0] + fraction, _BASE
        case tree.Symbol(name):
            return name, _ATOM
        case tree.Constant(name):
            return {"pi": "\\pi", "e": "e", "infinity": "\\infty"}[name], _ATOM
        case tree.Blank(_, label):
            return BY_LABEL[label].latex, _ATOM
        case tree.Missing():
            return "", _ATOM
        case tree.Sign(operator, operand):
            return joined(operator, _at(_BESIDE, operand)), _SUM
        case tree.Chain(operands, operators):
            return _chain(operands, operators)
        case tree.Quotient(numerator, denominator):
            return f"\\frac{{{expression_latex(numerator)}}}{{{expression_latex(denominator)}}}", _BASE
        case tree.Power(base, exponent):
            return f"{_at(_ATOM, base)}^{{{expression_latex(exponent)}}}", _BASE
        case tree.Root(radicand, index):
            mark = "" if index is None else f"[{expression_latex(index)}]"
            return f"\\sqrt{mark}{{{expression_latex(radicand)}}}", _ATOM
        case tree.Factorial(operand, step):
            return _at(_ATOM, operand) + "!" * step, _BASE
        case tree.Percent(operand):
            return _at(_ATOM, operand) + "\\%", _BASE
        case tree.Degrees(operand):
            return _at(_ATOM, operand) + "^{\\circ}", _BASE
        case tree.Absolute(operand):
            return f"|{expression_latex(operand)}|", _ATOM
        case tree.Function(name, arguments, base):
            command = _FUNCTION_NAMES.get(name, "\\" + name) + (f"_{{{_bound(base)}}}" if base is not None else "")
            return f"{command}({','.join(expression_latex(a) for a in arguments)})", _BASE
        case tree.Sum(body, variable, lower, upper):
            bounds = "" if variable is None else f"_{{{variable.name}={_bound(lower)}}}^{{{_bound(upper)}}}"
            return joined("\\sum" + bounds, _at(_PRODUCT, body)), _SUM
        case tree.Integral(body, variable, lower, upper):
            bounds = "" if lower is None or upper is None else f"_{{{_bound(lower)}}}^{{{_bound(upper)}}}"
            end = "" if variable is None else "d" + variable.name
            return joined("\\int" + bounds, expression_latex(body)) + end, _SUM
        case tree.Limit(body, variable, target, side):
            below = "" if variable is None else f"_{{{variable.name}\\to {_bound(target)}{side and f'^{{{side}}}'}}}"
            return joined("\\lim" + below, _at(_PRODUCT, body)), _SUM
        case tree.Derivative(body, variable):
            return f"\\frac{{d}}{{d{variable.name}}}{_at(_PRODUCT, body)}", _SUM
        case tree.Remainder(quotient, remainder):
            return joined(joined(expression_latex(quotient), "\\ldots"), expression_latex(remainder)), _SUM
        case tree.Comparison(operands, relations):
            text = expression_latex(operands[0])
            for relation, operand in zip(relations, operands[1:], strict=True):
                text = joined(joined(text, BY_LABEL[relation].latex), expression_latex(operand))
            return text, 0
    raise TypeError(f"{type(expression).__name__} has no LaTeX")


def _bound(expression: Expression | None) -> str:
    return "" if expression is None else expression_latex(expression)


def _chain(operands: tuple[Expression, ...], operators: tuple[str, ...]) -> tuple[str, int]:
    if operators[0] in tree.SUMS:
        text = _at(_SUM, operands[0])
        for operator, operand in zip(operators, operands[1:], strict=True):
            text = joined(joined(text, operator), _at(_PRODUCT, operand))
        return text, _SUM
    beside = all(o == IMPLICIT for o in operators)
    text, rank = _ranked(operands[0])
    # A sign may open a product, another product may not: it would run into this one.
    opens = not beside and (rank > _PRODUCT or isinstance(operands[0], tree.Sign | tree.Number))
    text = text if opens or rank >= _BASE else f"({text})"
    bracketed = False
    for operator, operand in zip(operators, operands[1:], strict=True):
        if operator == IMPLICIT:
            piece = _at(_BASE, operand)
            if piece[0] in "0123456789-" or piece.startswith("\\frac"):
                piece = f"({piece})"
            bracketed |= piece[0] == "("
        else:
            text, piece = joined(text, BY_LABEL[operator].latex), _at(_BESIDE, operand)
        text = joined(text, piece)
    if opens and rank == _SUM:
        return text, _SUM
    return text, _BESIDE if beside and not bracketed else _PRODUCT


def joined(left: str, right: str) -> str:
    """Two pieces of LaTeX side by side, with a space where a command would run into a letter."""
    command = left.rpartition("\\")[2] if "\\" in left else ""
    return f"{left} {right}" if command.isalpha() and right[:1].isalpha() else left + right
