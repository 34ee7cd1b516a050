"""Operator trees from layout trees, against a reference evaluator and by construction."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings

from app.maths import expression as tree
from app.maths.expression_latex import expression_latex
from app.maths.infix import ParseError
from app.maths.latex import from_latex
from app.maths.parser import MAX_SYMBOLS, is_sound, parse
from app.maths.rational import UndefinedError, rational
from app.maths.rows import Item, tree_of
from models.layout_tree import LayoutTree, Node, Relation
from tests.maths import layouts

X, Y = tree.Symbol("x"), tree.Symbol("y")


def n(value: int | str) -> tree.Number:
    return tree.Number(Fraction(value))


def meaning(latex: str) -> tree.Expression:
    return parse(from_latex(latex)).expression


def value(expression: tree.Expression) -> Fraction | None:
    try:
        return rational(expression)
    except UndefinedError:
        return None


@settings(max_examples=60)
@given(layouts.arithmetic(highest=999))
def test_infix_agrees_with_the_reference(arithmetic):
    parsed = parse(tree_of(layouts.infix_row(arithmetic)))
    assert parsed.notation == "infix"
    assert value(parsed.expression) == layouts.reference_value(arithmetic)


@settings(max_examples=60)
@given(layouts.arithmetic(highest=99))
def test_fraction_bars_agree_with_the_reference(arithmetic):
    assert value(meaning_of_row(layouts.fraction_row(arithmetic))) == layouts.reference_value(arithmetic)


def meaning_of_row(row):
    return parse(tree_of(row), notation="infix").expression


@settings(max_examples=60)
@given(layouts.arithmetic(highest=9))
def test_single_digits_in_prefix_and_postfix_agree_with_the_reference(arithmetic):
    for order, notation in ((layouts.prefix_row, "prefix"), (layouts.postfix_row, "postfix")):
        layout = tree_of([Item(str(t)) for t in order(arithmetic)])
        assert value(parse(layout, notation=notation).expression) == layouts.reference_value(arithmetic)


@settings(max_examples=60)
@given(layouts.arithmetic(highest=999))
def test_spacing_parts_numbers_in_prefix_and_postfix(arithmetic):
    for order, notation in ((layouts.prefix_row, "prefix"), (layouts.postfix_row, "postfix")):
        tokens = order(arithmetic)
        numbers = [str(t) for t in tokens if isinstance(t, int)]
        beside = any(isinstance(a, int) and isinstance(b, int) for a, b in pairwise(tokens))
        if all(len(t) > 1 for t in numbers) and beside:
            layout, boxes = layouts.spaced(tokens)
            assert value(parse(layout, boxes, notation).expression) == layouts.reference_value(arithmetic)


@pytest.mark.parametrize(
    ("latex", "notation", "expected"),
    [
        ("+12", "prefix", 3), ("12+", "postfix", 3), ("1+2", "infix", 3),
        ("-12", "infix", -12), ("-5", "infix", -5), ("+5", "infix", 5), ("+123", "infix", 123),
        ("12-", "postfix", -1), ("\\times3+12", "prefix", 9), ("12+3\\times", "postfix", 9),
        ("/82", "prefix", 4), ("82\\div", "postfix", 4), ("++123", "prefix", 6), ("-+123", "prefix", 0),
        ("+1-23", "infix", -22), ("*\\frac{1}{2}6", "prefix", 3), ("2^{3}1+", "postfix", 9),
    ],
)  # fmt: skip
def test_notation_is_recognised(latex, notation, expected):
    parsed = parse(from_latex(latex))
    assert parsed.notation == notation
    assert rational(parsed.expression) == expected


def boxes_at(*lefts: float) -> list[tuple[float, float, float, float]]:
    return [(x, 0.0, x + 10.0, 20.0) for x in lefts]


def test_digits_standing_apart_make_a_minus_prefix():
    layout = from_latex("-12")
    assert parse(layout, boxes_at(0, 28, 56)).notation == "prefix"
    assert rational(parse(layout, boxes_at(0, 28, 56)).expression) == -1
    assert rational(parse(layout, boxes_at(0, 15, 28)).expression) == -12


def test_digits_close_together_after_a_plus_are_still_two_operands():
    assert rational(parse(from_latex("+12"), boxes_at(0, 13, 26)).expression) == 3


def test_gaps_make_longer_numbers():
    parsed = parse(from_latex("+1234"), boxes_at(0, 25, 37, 62, 74))
    assert (parsed.notation, rational(parsed.expression)) == ("prefix", 46)
    parsed = parse(from_latex("123+"), boxes_at(0, 12, 40, 60))
    assert (parsed.notation, rational(parsed.expression)) == ("postfix", 15)


@pytest.mark.parametrize(
    ("latex", "notation"),
    [
        ("1+2", "prefix"), ("1+2", "postfix"), ("12+", "infix"), ("+12", "postfix"), ("+1", "prefix"),
        ("123+", "postfix"),
    ],
)  # fmt: skip
def test_a_forced_notation_that_does_not_fit_is_refused(latex, notation):
    with pytest.raises(ParseError) as caught:
        parse(from_latex(latex), notation=notation)
    assert caught.value.message


def test_relations_part_the_sides_of_prefix_and_postfix():
    parsed = parse(from_latex("\\times34=12"))
    assert parsed.notation == "prefix"
    assert parsed.expression.relations == ("=",)
    assert [rational(o) for o in parsed.expression.operands] == [12, 12]
    assert isinstance(parse(from_latex("12+=")).expression.operands[1], tree.Missing)


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        ("6\\div2(1+2)", 9), ("-2^{2}", -4), ("(-2)^{2}", 4), ("3\\times-2", -6), ("3--2", 5), ("2^{3^{2}}", 512),
        ("12^{2}", 144), ("2^{3}4", 32), ("0.5+.5", 1), ("1,5+2,5", 4), ("1,234,567", 1234567), ("1.234,5", "1234.5"),
        ("2\\frac{1}{2}", "5/2"), ("2\\frac{3}{2}", 3), ("2\\frac{1}{2}\\times2", 5), ("50\\%", "1/2"), ("3!", 6),
        ("5!!", 15), ("|2-5|", 3), ("|1-|2-5||", 2), ("2|3|4", 24), ("\\sqrt{16}", 4), ("\\sqrt[3]{27}", 3),
        ("\\sqrt{9}^{2}", 9), ("\\{2\\times[1+(1+1)]\\}", 6), ("2+3.", 5), ("\\frac{\\frac{1}{2}}{3}", "1/6"),
        ("\\frac{1}{2}^{2}", "1/4"), ("\\max(1,2,3)-\\min(4,5)", -1), ("\\gcd(12,18)", 6), ("10:4", "5/2"),
    ],
)  # fmt: skip
def test_arithmetic_means_what_is_written(latex, expected):
    assert rational(meaning(latex)) == Fraction(expected)


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        ("2x", tree.Chain((n(2), X), ("",))),
        ("1/2x", tree.Chain((n(1), tree.Chain((n(2), X), ("",))), ("/",))),
        ("x_{1}", tree.Symbol("x_{1}")),
        ("x_{1}^{2}", tree.Power(tree.Symbol("x_{1}"), n(2))),
        ("f'", tree.Symbol("f'")),
        ("\\pi", tree.Constant("pi")),
        ("\\sin x", tree.Function("sin", (X,))),
        ("sinx", tree.Function("sin", (X,))),
        ("\\ln x", tree.Function("ln", (X,))),
        ("ln", tree.Chain((tree.Symbol("l"), tree.Symbol("n")), ("",))),
        ("\\sin^{2}x", tree.Power(tree.Function("sin", (X,)), n(2))),
        ("\\sin^{-1}x", tree.Function("arcsin", (X,))),
        ("\\sin(x)y", tree.Chain((tree.Function("sin", (X,)), Y), ("",))),
        ("\\sin2x", tree.Function("sin", (tree.Chain((n(2), X), ("",)),))),
        ("\\sin x\\cos y", tree.Chain((tree.Function("sin", (X,)), tree.Function("cos", (Y,))), ("",))),
        ("\\log_{2}8", tree.Function("log", (n(8),), n(2))),
        ("90^{\\circ}", tree.Degrees(n(90))),
        ("\\sqrt[3]{x}", tree.Root(X, n(3))),
        ("\\sum_{k=1}^{5}k", tree.Sum(tree.Symbol("k"), tree.Symbol("k"), n(1), n(5))),
        ("\\sum\\nolimits_{k=1}^{5}k", tree.Sum(tree.Symbol("k"), tree.Symbol("k"), n(1), n(5))),
        ("\\int_{0}^{1}xdx", tree.Integral(X, X, n(0), n(1))),
        ("\\int\\limits_{0}^{1}dx", tree.Integral(n(1), X, n(0), n(1))),
        ("\\int\\frac{dx}{x}", tree.Integral(tree.Quotient(n(1), X), X, None, None)),
        ("\\int\\int xdxdy", tree.Integral(tree.Integral(X, X, None, None), Y, None, None)),
        ("\\lim_{x\\to0^{+}}x", tree.Limit(X, X, n(0), "+")),
        ("\\frac{d}{dx}x", tree.Derivative(X, X)),
        ("3+4=", tree.Comparison((tree.Chain((n(3), n(4)), ("+",)), tree.Missing()), ("=",))),
        ("3+?=7", tree.Comparison((tree.Chain((n(3), tree.Blank(0, "?")), ("+",)), n(7)), ("=",))),
        ("0<x\\leq1", tree.Comparison((n(0), X, n(1)), ("\\lt", "\\leq"))),
        ("2\\ldots1", tree.Remainder(n(2), n(1))),
        ("1\\pm2", tree.Chain((n(1), n(2)), ("\\pm",))),
    ],
)  # fmt: skip
def test_structure(latex, expected):
    assert meaning(latex) == expected


@pytest.mark.parametrize(
    ("latex", "node"),
    [
        ("1+", 1), ("(1+2", 0), ("1+2)", 3), ("(1]", 2), ("1==2", 2), ("=", 0), ("|1", 0), ("1.2.3", 0),
        ("\\sqrt{}", 0), ("1++-2", 3), ("()", 1), ("3?=7", 1), ("1_{2}", 1), ("!", 0), ("\\exists x", 0),
        ("\\log", 0), ("3!!!", 3),
    ],
)  # fmt: skip
def test_what_means_nothing_is_refused_where_it_shows(latex, node):
    with pytest.raises(ParseError) as caught:
        parse(from_latex(latex))
    assert caught.value.node == node


def test_empty_and_unknown_layouts_are_refused():
    with pytest.raises(ParseError):
        parse(LayoutTree(()))
    with pytest.raises(ParseError, match="unknown symbol"):
        parse(LayoutTree((Node("\\foo"),)))
    with pytest.raises(ValueError, match="notation"):
        parse(from_latex("1"), notation="polish")
    with pytest.raises(ValueError, match="boxes"):
        parse(from_latex("12"), [(0, 0, 1, 1)])


def test_long_and_deep_layouts_are_refused_or_parsed_without_a_crash():
    with pytest.raises(ParseError):
        parse(tree_of([Item("1")] * (MAX_SYMBOLS + 1)))
    for labels in [*("(" * 900, "|" * 900, "-" * 900, "3" + "!" * 900, "+" * 400 + "1" * 401), ["\\int"] * 900]:
        with pytest.raises(ParseError):
            parse(tree_of([Item(label) for label in labels]))
    row = [Item("1")]
    for _ in range(200):
        row = [Item("2", rows={Relation.SUPERSCRIPT: row})]
    with pytest.raises(ParseError, match="deep"):
        parse(tree_of(row))
    assert rational(parse(tree_of([Item(c) for c in "1+" * 400 + "1"])).expression) == 401


@settings(max_examples=200)
@given(layouts.rows())
def test_any_layout_is_parsed_or_refused(row):
    layout = tree_of(row)
    try:
        parsed = parse(layout)
    except ParseError as error:
        assert error.message
        assert error.node is None or 0 <= error.node < len(layout.nodes)
    else:
        assert parsed.notation in ("infix", "prefix", "postfix")
        assert expression_latex(parsed.expression)


@pytest.mark.parametrize(
    ("latex", "sound"),
    [("91\\div", True), ("9)\\div", False), ("+34", True), ("5\\div/", False), ("3+4=", True), ("3+4>", False)],
)
def test_a_layout_is_sound_in_any_notation(latex, sound):
    assert is_sound(from_latex(latex)) is sound


@pytest.mark.parametrize(("lift", "notation"), [(0.0, "infix"), (6.0, "prefix")])
def test_digits_on_different_lines_are_two_numbers(lift, notation):
    boxes = [(0, 4, 8, 6), (12, 0, 20, 10), (24, lift, 32, 10 + lift)]
    assert parse(from_latex("-48"), boxes).notation == notation
