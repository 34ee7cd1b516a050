"""LaTeX, MathML and text: what is written reads back as the same layout, or in text as the same value."""

from __future__ import annotations

from fractions import Fraction
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given, settings

from app.maths.latex import MAX_LENGTH as MAX_LATEX
from app.maths.latex import LatexError, from_latex, to_latex
from app.maths.mathml import NAMESPACE, to_mathml
from app.maths.parser import parse
from app.maths.rational import UndefinedError, rational
from app.maths.rows import Item, tree_of
from app.maths.text import MAX_LENGTH as MAX_TEXT
from app.maths.text import TextError, from_text, read_text, to_text
from models.layout_tree import LayoutTree, Relation
from models.mathml import layout_from_mathml
from models.vocabulary import LABELS
from tests.maths import layouts


@settings(max_examples=150)
@given(layouts.rows())
def test_latex_reads_back_as_the_same_layout(row):
    layout = tree_of(row)
    assert layouts.shape(from_latex(to_latex(layout))) == layouts.shape(layout)


@settings(max_examples=150)
@given(layouts.rows())
def test_mathml_reads_back_as_the_same_layout(row):
    layout = tree_of(row)
    math = fromstring(to_mathml(layout))
    assert math.tag == f"{{{NAMESPACE}}}math"
    assert layouts.shape(layout_from_mathml(math)[0]) == layouts.shape(layout)


@pytest.mark.parametrize("label", LABELS)
def test_every_symbol_survives_each_form(label):
    layout = tree_of([Item("x"), Item(label), Item("y")])
    assert from_latex(to_latex(layout)) == layout
    assert layout_from_mathml(fromstring(to_mathml(layout)))[0] == layout
    if label != "\\sqrt":  # in text a root always takes what follows it
        assert layouts.shape(from_text(to_text(layout))) == layouts.shape(layout)


@pytest.mark.parametrize("relation", [r for r in Relation if r is not Relation.RIGHT])
def test_every_relation_is_shown(relation):
    base = {"Inside": "\\sqrt", "Above": "\\sum", "Below": "\\lim"}.get(relation.value, "x")
    layout = tree_of([Item(base, rows={relation: [Item("y"), Item("+"), Item("1")]}), Item("z")])
    assert from_latex(to_latex(layout)) == layout
    assert layout_from_mathml(fromstring(to_mathml(layout)))[0] == layout
    assert layouts.shape(from_text(to_text(layout))) == layouts.shape(layout)


def value(layout: LayoutTree) -> Fraction | None:
    try:
        return rational(parse(layout, notation="infix").expression)
    except UndefinedError:
        return None


@settings(max_examples=80)
@given(layouts.arithmetic(highest=99))
def test_text_of_fractions_keeps_the_value(arithmetic):
    layout = tree_of(layouts.fraction_row(arithmetic))
    assert value(from_text(to_text(layout))) == layouts.reference_value(arithmetic)


@settings(max_examples=80)
@given(layouts.arithmetic(highest=99))
def test_text_of_a_line_keeps_the_layout(arithmetic):
    layout = tree_of(layouts.infix_row(arithmetic))
    assert from_text(to_text(layout)) == layout


@settings(max_examples=80)
@given(layouts.rows())
def test_any_layout_has_text(row):
    assert to_text(tree_of(row)).strip()


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        ("\\frac{1}{3}+\\frac{2}{3}=1", "1/3 + 2/3 = 1"),
        ("\\frac{x+1}{2}", "(x + 1)/2"),
        ("6\\div\\frac{1}{2}", "6 ÷ (1/2)"),
        ("2\\frac{1}{2}", "2 1/2"),
        ("\\frac{1}{2}^{2}", "(1/2)^2"),
        ("-5\\times(-3)", "-5 × (-3)"),
        ("x^{n+1}", "x^(n + 1)"),
        ("\\sqrt[3]{8}", "root[3](8)"),
        ("\\sin x", "sin x"),
        ("\\sin^{2}x", "sin^2 x"),
        ("30^{\\circ}", "30°"),
        ("\\int_{0}^{1}xdx", "int_0^1 xdx"),
        ("3+4=", "3 + 4 ="),
    ],
)
def test_text_is_readable(latex, text):
    assert to_text(from_latex(latex)) == text


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("3+4×2", "3+4\\times2"), ("2^10", "2^{10}"), ("2**10", "2^{10}"), ("2¹⁰", "2^{10}"), ("x₁²", "x_{1}^{2}"),
        ("sqrt(2)", "\\sqrt{2}"), ("√2", "\\sqrt{2}"), ("√(x+1)", "\\sqrt{x+1}"), ("1/3", "1/3"), ("x<=3", "x\\leq3"),
        ("x != 3", "x\\neq3"), ("2pi", "2\\pi"), ("2π", "2\\pi"), ("2^3^2", "2^{3^{2}}"), ("2^-1", "2^{-1}"),
        ("(1+2)^(3+4)", "(1+2)^{3+4}"), ("int_0^1 x dx", "\\int_{0}^{1}xdx"), ("2 1/2", "2\\frac{1}{2}"),
        ("sum_(k=1)^n k", "\\sum_{k=1}^{n}k"), ("lim_(x->0) x", "\\lim_{x\\rightarrow0}x"), ("5−3", "5-3"),
        ("3 + □ = 7", "3+\\square=7"), ("log_2 8", "\\log_{2}8"), ("sin(x)", "\\sin(x)"), ("7...1", "7\\ldots1"),
    ],
)  # fmt: skip
def test_text_is_read(text, latex):
    assert layouts.shape(from_text(text)) == layouts.shape(from_latex(latex))


def test_spaces_part_numbers_in_text():
    layout, boxes = read_text("12 3 +")
    assert rational(parse(layout, boxes).expression) == 15
    layout, boxes = read_text("+ 12 34")
    assert rational(parse(layout, boxes).expression) == 46


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("^", 0), ("_", 0), ("2^", 2), ("3+_=7", 2), ("a$b", 1), ("2+D", 2), ("", 0), ("  ", 0), ("2^(1", 2),
        ("sqrt", 4), ("x^2^", 4), ("x²²³^4", 4), ("2^+", 2), ("1" * (MAX_TEXT + 1), MAX_TEXT), ("2^=", 2),
    ],
)  # fmt: skip
def test_bad_text_is_refused_where_it_shows(text, position):
    with pytest.raises(TextError) as caught:
        from_text(text)
    assert abs(caught.value.position - position) <= 1
    assert str(caught.value.position + 1) in str(caught.value)


@pytest.mark.parametrize(
    ("latex", "tidy"),
    [
        ("\\dfrac12", "\\frac{1}{2}"), ("\\left( x \\right)", "(x)"), ("\\left.x\\right|", "x|"),
        ("x^2_1", "x_{1}^{2}"),
        ("a\\le b\\ge c\\ne d", "a\\leq b\\geq c\\neq d"), ("\\operatorname{lcm}(4,6)", "\\operatorname{lcm}(4,6)"),
        ("\\mathrm{d}x", "dx"), ("\\operatorname{sin}x", "\\sin x"), ("$x\\,y$", "xy"), ("\\sin\\, x", "\\sin x"),
        ("\\sqrt[ 3 ]x", "\\sqrt[3]{x}"), ("f'", "f'"), ("90^\\circ", "90^{\\circ}"), ("\\ln x", "\\ln x"),
        ("x \\to 0", "x\\rightarrow 0"), ("\\sum\\limits_{k=1}^n k", "\\sum_{k=1}^{n}k"),
        ("\\int\\limits_0^1", "\\int\\limits_{0}^{1}"), ("{x}^{2}", "x^{2}"), ("5\\%", "5\\%"), ("π≤4", "\\pi\\leq4"),
    ],
)  # fmt: skip
def test_latex_is_read_and_tidied(latex, tidy):
    assert to_latex(from_latex(latex)) == tidy


@pytest.mark.parametrize(
    ("latex", "position"),
    [
        ("\\foo", 0), ("1+\\foo", 2), ("\\frac{1}", 8), ("{1", 0), ("1}", 1), ("x^2^3", 3), ("^2", 0), ("", 0),
        ("\\sqrt[3", 5), ("2+Ж", 2), ("x^", 2), ("{" * 200, 49), ("1" * (MAX_LATEX + 1), MAX_LATEX), ("a&b", 1),
        ("\\frac{}{2}", 9), ("\\input{x}", 0),
    ],
)  # fmt: skip
def test_bad_latex_is_refused_where_it_shows(latex, position):
    with pytest.raises(LatexError) as caught:
        from_latex(latex)
    assert abs(caught.value.position - position) <= 1


def test_mathml_joins_digits_and_says_itself_in_text():
    mathml = to_mathml(from_latex("12.5<\\frac{x}{2}"))
    assert "<mn>12.5</mn>" in mathml
    assert 'alttext="12.5 &lt; x/2"' in mathml
    assert "<mfrac><mi>x</mi><mn>2</mn></mfrac>" in mathml


def test_an_empty_layout_is_written_as_nothing():
    assert to_latex(LayoutTree(())) == to_text(LayoutTree(())) == ""
    assert list(fromstring(to_mathml(LayoutTree(())))[0]) == []
