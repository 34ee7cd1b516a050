"""What expressions come to, and that nothing takes long."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.maths.evaluation import WORKERS, Evaluation, evaluate
from app.maths.expression_latex import expression_latex
from app.maths.formatting import decimal_text, fixed_point
from app.maths.latex import from_latex
from app.maths.parser import parse
from app.maths.rational import NotRationalError, rational, root
from app.maths.rows import tree_of
from app.maths.steps import steps
from app.maths.text import from_text
from app.maths.worker import TimeLimitError, WorkerPool
from tests.maths import layouts

QUICK_S = 0.5
"""What needs no computer algebra is done in this time, even on a busy machine."""


@pytest.fixture(scope="module", autouse=True)
def _workers():
    WORKERS.start()
    yield
    WORKERS.stop()


def of(latex: str, limit_s: float = 20.0) -> Evaluation:
    return evaluate(parse(from_latex(latex)).expression, limit_s)


@settings(max_examples=60)
@given(layouts.arithmetic(highest=99))
def test_arithmetic_agrees_with_the_reference(arithmetic):
    expected = layouts.reference_value(arithmetic)
    result = evaluate(parse(tree_of(layouts.infix_row(arithmetic))).expression)
    if expected is None:
        assert (result.kind, result.message) == ("error", "division by zero")
    else:
        assert (result.kind, result.exact) == ("value", str(expected))


@pytest.mark.parametrize(
    ("latex", "exact", "exact_latex", "decimal"),
    [
        ("3+4\\times2", "11", "11", "11"),
        ("\\frac{1}{3}+\\frac{1}{3}", "2/3", "\\frac{2}{3}", "0.666666666667"),
        ("-\\frac{7}{2}", "-7/2", "-\\frac{7}{2}", "-3.5"),
        ("0.1+0.2", "3/10", "\\frac{3}{10}", "0.3"),
        ("10^{20}", "1" + "0" * 20, "1" + "0" * 20, "1e+20"),
        ("\\sqrt{8}", "2*sqrt(2)", "2\\sqrt{2}", "2.82842712475"),
        ("\\sqrt{2}^{2}", "2", "2", "2"),
        ("(\\frac{8}{27})^{\\frac{2}{3}}", "4/9", "\\frac{4}{9}", "0.444444444444"),
        ("\\sqrt[3]{-8}", "-2", "-2", "-2"),
        ("2\\pi", "2*pi", "2\\pi", "6.28318530718"),
        ("\\sin\\frac{\\pi}{6}", "1/2", "\\frac{1}{2}", "0.5"),
        ("\\sin30^{\\circ}", "1/2", "\\frac{1}{2}", "0.5"),
        ("\\log1000", "3", "3", "3"),
        ("\\log_{2}8", "3", "3", "3"),
        ("\\ln e^{2}", "2", "2", "2"),
        ("\\exp(0)", "1", "1", "1"),
        ("\\max(3,\\pi)", "pi", "\\pi", "3.14159265359"),
        ("\\sum_{k=1}^{100}k", "5050", "5050", "5050"),
        ("\\sum_{k=1}^{\\infty}\\frac{1}{k^{2}}", "pi^2/6", "\\frac{\\pi^{2}}{6}", "1.64493406685"),
        ("\\int_{0}^{1}x^{2}dx", "1/3", "\\frac{1}{3}", "0.333333333333"),
        ("\\int_{0}^{1}\\frac{dx}{1+x^{2}}", "pi/4", "\\frac{\\pi}{4}", "0.785398163397"),
        ("\\int x^{2}dx", "x^3/3", "\\frac{x^{3}}{3}", None),
        ("\\frac{d}{dx}x^{3}", "3*x^2", "3x^{2}", None),
        ("\\lim_{x\\to0}\\frac{\\sin x}{x}", "1", "1", "1"),
        ("\\lim_{n\\to\\infty}(1+\\frac{1}{n})^{n}", "e", "e", "2.71828182846"),
        ("5\\pm2", "7 or 3", "7\\text{ or }3", None),
        ("20!", "2432902008176640000", "2432902008176640000", "2.43290200818e+18"),
        ("7!!", "105", "105", "105"),
        ("2\\frac{1}{2}\\%", "1/40", "\\frac{1}{40}", "0.025"),
    ],
)
def test_values(latex, exact, exact_latex, decimal):
    result = of(latex)
    assert (result.kind, result.exact, result.exact_latex, result.decimal) == ("value", exact, exact_latex, decimal)


@pytest.mark.parametrize(
    ("latex", "kind", "holds"),
    [
        ("1+1=2", "equation", True), ("1+1=3", "equation", False), ("1+1=2=3-1", "equation", True),
        ("1=1=2", "equation", False), ("\\frac{1}{3}+\\frac{2}{3}=1", "equation", True),
        ("0.35+0.45=0.8", "equation", True), ("53-6<49", "inequality", True), ("2<1", "inequality", False),
        ("2\\leq2", "inequality", True), ("3\\geq4", "inequality", False), ("3>2>1", "inequality", True),
        ("2\\neq2", "inequality", False), ("\\sqrt{2}^{2}=2", "equation", True), ("\\pi>3", "inequality", True),
        ("\\sin^{2}1+\\cos^{2}1=1", "equation", True), ("\\sqrt{2}=1.41", "equation", False),
        ("\\pi\\neq3", "inequality", True),
        ("\\pi\\leq\\frac{22}{7}", "inequality", True), ("\\sqrt{2}\\sqrt{3}=\\sqrt{6}", "equation", True),
        ("\\pi\\approx3.14", "equation", True), ("\\pi\\approx3.2", "equation", False),
        ("\\frac{2}{3}\\approx0.67", "equation", True), ("98\\approx100", "equation", True),
        ("80\\approx100", "equation", True), ("40\\approx100", "equation", False),
        ("9\\div4=2\\ldots1", "equation", True),
        ("9\\div4=1\\ldots5", "equation", False), ("(7\\pi)^{3}+1=343001", "equation", False),
    ],
)  # fmt: skip
def test_relations_of_numbers(latex, kind, holds):
    result = of(latex)
    assert (result.kind, result.holds) == (kind, holds)


@pytest.mark.parametrize(
    ("latex", "solutions"),
    [
        ("x+1=3", ["2"]), ("x^{2}=2", ["-sqrt(2)", "sqrt(2)"]), ("x^{2}-5x+6=0", ["2", "3"]), ("2^{x}=8", ["3"]),
        ("3+\\square=7", ["4"]), ("3+?=7", ["4"]), ("12\\div\\square=4", ["3"]), ("\\square=5+6", ["11"]),
        ("5+6=?", ["11"]), ("\\square\\div3=4", ["12"]), ("x=5\\pm2", ["3", "7"]), ("|x-1|=3", ["-2", "4"]),
        ("e^{x}=5", ["ln(5)"]), ("\\sin x=0", ["0", "pi"]), ("x^{2}+1=0", []), ("x+1=x", []), ("x+1=x+1", []),
        ("2x+3<7", ["x < 2"]), ("x^{2}\\geq4", ["x ≤ -2", "x ≥ 2"]), ("0<x\\leq5", ["0 < x ≤ 5"]),
        ("x^{2}<2", ["-sqrt(2) < x < sqrt(2)"]), ("x^{5}-x-1=0", [None]), ("\\cos x=x", [None]),
        ("\\frac{d}{dx}x^{2}=6", None),
    ],
)  # fmt: skip
def test_solutions(latex, solutions):
    result = of(latex)
    if solutions is None:
        assert result.kind in ("solutions", "error")
        return
    assert result.kind == "solutions"
    assert [s.exact for s in result.solutions] == solutions
    assert bool(result.message) == (not solutions or None in solutions or "sin" in latex) or latex == "x^{5}-x-1=0"


def test_a_solution_names_its_unknown_and_decimal():
    (solution,) = of("2\\alpha=3").solutions
    assert (solution.variable, solution.exact, solution.exact_latex, solution.decimal) == (
        "α", "3/2", "\\frac{3}{2}", "1.5",
    )  # fmt: skip
    assert of("\\cos x=x").solutions[0].decimal == "0.739085133215"
    assert of("x^{5}-x-1=0").solutions[0].decimal == "1.16730397826"
    assert of("3+\\square=7").solutions[0].variable == "□"


@pytest.mark.parametrize("latex", ["2x+3x", "E=mc^{2}", "x\\in A", "\\sum c_{n}", "\\int f", "\\square+?=3", "x\\to0"])
def test_nothing_to_compute_is_open(latex):
    assert of(latex).kind == "open"


def test_an_incomplete_equation_says_what_belongs_after_the_sign():
    assert of("3+4=") == Evaluation("incomplete", exact="7", exact_latex="7", decimal="7")
    assert of("\\sqrt{2}+\\sqrt{2}=").exact == "2*sqrt(2)"
    assert of("112\\div8=").exact == "14"
    assert of("x+1=") == Evaluation("incomplete")
    assert of("3+4<") == Evaluation("incomplete")
    assert of("1/0=").kind == "error"


@pytest.mark.parametrize(
    "latex",
    [
        "1/0", "\\frac{1}{2-2}", "0^{0}", "0^{-1}", "(-1)!", "1=1/0", "\\sqrt[0]{2}",
        "9^{9^{9^{9}}}", "99999!", "10^{10^{10}}", "2^{10^{10^{10}}}", "((9!)!)!", "9^{9^{9}}+1", "0.1^{99999}",
        "(-2)^{99999}", "\\frac{1}{9^{9^{9}}}", "9^{9^{9}}=1", "\\sqrt{9^{9^{9}}}", "(10^{999})^{999}", "2^{9999999!}",
        "9" * 400 + "^{" + "9" * 400 + "}", "1.000001^{999999999}",
    ],
)  # fmt: skip
def test_undefined_and_huge_arithmetic_is_refused_at_once(latex):
    started = time.perf_counter()
    result = of(latex)
    assert time.perf_counter() - started < QUICK_S
    assert result.kind == "error"
    assert result.message


@pytest.mark.parametrize(
    "latex",
    [
        "(\\sqrt{2})^{10^{10}}", "x^{1000000000}=x+3", "\\sum_{k=1}^{10000000}\\frac{1}{k^{k}}",
        "\\pi^{\\pi^{\\pi^{\\pi}}}!", "e^{e^{e^{e^{e^{9}}}}}", "\\int_{0}^{1}\\sin(x^{x^{x}})^{x}dx=x",
    ],
)  # fmt: skip
def test_slow_mathematics_is_cut_off(latex):
    started = time.perf_counter()
    result = of(latex, limit_s=1.0)
    # A worker that was cut off before starts again first, which is not counted in the limit.
    assert time.perf_counter() - started < 15
    assert isinstance(result, Evaluation)
    assert of("\\sqrt{8}").exact == "2*sqrt(2)"


def test_digits_beyond_the_limit_of_python_are_no_crash():
    assert of("1" * 999).exact == "1" * 999
    assert of("\\sqrt{" + "7" * 900 + "}").kind in ("value", "error")
    assert of("\\sqrt{2}\\times10^{3999}").kind in ("value", "error")


def test_one_slow_caller_does_not_stop_the_others():
    pool = WorkerPool(2)
    slow = parse(from_latex("\\sum_{k=1}^{10000000}\\frac{1}{k^{k}}")).expression
    quick = parse(from_latex("\\sqrt{8}")).expression
    failures = []

    def call_slow():
        try:
            pool.call(slow, 2.0)
        except TimeLimitError as error:
            failures.append(error)

    try:
        pool.start()
        thread = threading.Thread(target=call_slow)
        thread.start()
        results = [pool.call(quick, 20.0).exact for _ in range(3)]
        thread.join(30)
        assert not thread.is_alive()
        assert len(failures) == 1
        assert results == ["2*sqrt(2)"] * 3
    finally:
        pool.stop()


def test_arithmetic_neither_imports_sympy_nor_starts_a_process():
    code = (
        "import sys; from app.maths import *; from app.maths.evaluation import WORKERS\n"
        "assert evaluate(parse(from_text('3+4*2=11')).expression).holds\n"
        "assert 'sympy' not in sys.modules\n"
        "assert all(w._process is None for w in WORKERS._workers)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


@given(st.integers(0, 10**30), st.integers(1, 7))
def test_whole_roots_are_exact(number, degree):
    assert root(Fraction(number**degree), Fraction(degree)) == number
    if degree > 1 and number > 0:
        with pytest.raises(NotRationalError):
            root(Fraction(number**degree + 1), Fraction(degree))


@given(st.fractions())
def test_decimals_have_twelve_significant_digits(number):
    text = decimal_text(number)
    assert abs(Fraction(text) - number) <= abs(number) * Fraction(1, 10**11) / 2
    assert len(text.lstrip("-").split("e")[0].replace(".", "").lstrip("0")) <= 12


def test_fixed_point_keeps_its_places():
    assert fixed_point(Fraction(1, 2), 2) == "0.50"
    assert fixed_point(Fraction(-1, 8), 3) == "-0.125"
    assert fixed_point(Fraction(12), 0) == "12"


@settings(max_examples=60)
@given(layouts.arithmetic(highest=99))
def test_an_expression_written_out_keeps_its_value(arithmetic):
    for row in (layouts.infix_row(arithmetic), layouts.fraction_row(arithmetic)):
        again = parse(from_latex(expression_latex(parse(tree_of(row)).expression))).expression
        assert evaluate(again).exact == evaluate(parse(tree_of(row)).expression).exact


@settings(max_examples=60)
@given(layouts.arithmetic(highest=99))
def test_every_step_keeps_the_value(arithmetic):
    expected = layouts.reference_value(arithmetic)
    expression = parse(tree_of(layouts.infix_row(arithmetic))).expression
    lines = steps(expression)
    assert lines[0] == expression_latex(expression)
    if expected is not None:
        values = {rational(parse(from_latex(line), notation="infix").expression) for line in lines}
        assert values == {expected}


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("2+3×4-6", ["2+3\\times4-6", "2+12-6", "14-6", "8"]),
        ("(1+2)^2", ["(1+2)^{2}", "3^{2}", "9"]),
        ("1/2+1/3", ["1/2+1/3", "\\frac{1}{2}+1/3", "\\frac{1}{2}+\\frac{1}{3}", "\\frac{5}{6}"]),
        ("0.35+0.45", ["0.35+0.45", "0.8"]),
        ("3+4=", ["3+4", "7"]),
        ("3+4=7", ["3+4=7", "7=7"]),
        ("2-5×3", ["2-5\\times3", "2-15", "-13"]),
        ("sqrt(8)", ["\\sqrt{8}", "2\\sqrt{2}"]),
        ("2x+3=7", ["2x+3=7", "x=2"]),
        ("2x+3<7", ["2x+3<7", "x<2"]),
        ("1/0+1", ["1/0+1"]),
        ("5", ["5"]),
    ],
)
def test_steps(text, lines):
    assert steps(parse(from_text(text)).expression) == lines


@pytest.mark.parametrize(
    "latex", ["\\sqrt{8}+\\pi", "\\sqrt[3]{2}", "\\frac{\\ln5}{2}", "e^{3}", "\\frac{1}{3}", "\\sqrt{\\sqrt{2}+1}"]
)
def test_an_exact_value_can_be_read_again(latex):
    result = of(latex)
    for layout in (from_text(result.exact), from_latex(result.exact_latex)):
        again = evaluate(parse(layout).expression, 20.0)
        assert (again.exact, again.decimal) == (result.exact, result.decimal)
