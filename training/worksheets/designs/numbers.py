"""Designs of worksheets with numbers of many kinds."""

from __future__ import annotations

from training.worksheets.designs.html import LINE, RING, Draw, answer, asked, grid, heading, page, problem
from training.worksheets.designs.rows import SANS, SERIF

_PART = (
    '<span style="display:inline-block;text-align:center;vertical-align:middle;line-height:1.1;font-size:.8em;{}">'
    "{}</span>"
)
_PLACE = "min-width:0;width:1.6em;height:1.3em;display:block;"


def _fraction(above: str | int, below: str | int) -> str:
    """A printed fraction."""
    return _PART.format("margin:0 .12em", f'<span style="display:block;{LINE}padding:0 .2em">{above}</span>{below}')


def thousands(draw: Draw) -> str:
    """Commas between thousands in the questions."""
    items = []
    for i in range(18):
        a, b = draw.whole(1000, 9999), draw.whole(100, 9999)
        sign = draw.one_of("+-")
        a, b = (max(a, b), min(a, b)) if sign == "-" else (a, b)
        value = a + b if sign == "+" else a - b
        items.append(f"{i + 1}. " + asked(draw, f"{a:,}{sign}{b:,}", value, LINE + "width:5em", "□"))
    return page(SANS, heading("Large numbers") + grid(items, 2, 32, 40))


def many_terms(draw: Draw) -> str:
    """Four numbers to add up, three to take away."""
    items = []
    for i in range(14):
        a, b, c, d = (draw.whole(2, 60) for _ in range(4))
        question, value = (f"{a}+{b}+{c}+{d}", a + b + c + d) if i % 2 else (f"{a + b + c}-{b}-{c}", a)
        items.append(f"{i + 1}) " + asked(draw, question, value))
    return page(SANS, heading("Long ones") + grid(items, 1, 32, 34))


def negatives(draw: Draw) -> str:
    """Negative numbers, some in brackets."""
    items = []
    for _ in range(18):
        a, b = draw.whole(-12, 12), draw.whole(1, 12)
        c = -abs(a) - 1
        shown, question, value = [
            (f"{a} + {b}", f"{a}+{b}", a + b),
            (f"{a} − {b}", f"{a}-{b}", a - b),
            (f"({c}) × (−{b})", f"({c})×(-{b})", -c * b),
        ][draw.whole(0, 2)]
        items.append(asked(draw, question, value, LINE + "width:3em", "□", shown.replace("-", "−")))
    return page(SANS, heading("Integers") + grid(items, 3, 32, 46))


def decimal_commas(draw: Draw) -> str:
    """Decimals with commas, letters before them."""
    items = []
    for i in range(18):
        a, b = draw.whole(11, 99) / 10, draw.whole(101, 999) / 100
        value = f"{a + b:.2f}".rstrip("0").replace(".", ",")
        items.append(f"{chr(97 + i)}) " + asked(draw, f"{a:.1f}+{b:.2f}".replace(".", ","), value))
    return page(SERIF, heading("Dezimalzahlen") + grid(items, 2, 34, 40))


def colons(draw: Draw) -> str:
    """A colon for division, a dot for multiplication."""
    items = []
    for i in range(20):
        p, q = draw.whole(2, 12), draw.whole(2, 12)
        question, value = (f"{p * q}:{p}", q) if draw.rng.random() < 0.5 else (f"{p}·{q}", p * q)
        shown = question.replace(":", " : ").replace("·", " · ")
        items.append(f"{chr(97 + i)}) " + asked(draw, question, value, shown=shown))
    return page(SANS, heading("Rechne im Kopf") + grid(items, 2, 34, 40))


def mixed_numbers(draw: Draw) -> str:
    """Mixed numbers, some on the way to one."""
    items = []
    for i in range(10):
        below = draw.whole(3, 9)
        a, b, p, q = draw.whole(1, below - 1), draw.whole(1, below - 1), draw.whole(1, 5), draw.whole(1, 5)
        parts = answer(str(a + b), _PLACE + LINE) + answer(str(below), _PLACE)
        written = answer(str(p + q), "min-width:1.2em") + _PART.format("", parts)
        text = f"{p} {a}/{below}+{q} {b}/{below}={p + q} {a + b}/{below}"
        inner = f"{p}{_fraction(a, below)} + {q}{_fraction(b, below)} = {written}"
        items.append(f"{i + 1}. " + problem(inner, text, "correct"))
    return page(SERIF, heading("Mixed numbers") + grid(items, 2, 38, 50))


def fraction_comparisons(draw: Draw) -> str:
    """A circle between two fractions."""
    items = []
    for _ in range(12):
        a, b, c, d = draw.whole(1, 8), draw.whole(2, 9), draw.whole(1, 8), draw.whole(2, 9)
        right = "<" if a * d < c * b else ">" if a * d > c * b else "="
        sign = right if draw.rng.random() < 0.75 else draw.one_of(s for s in "<>=" if s != right)
        inner = f"{_fraction(a, b)}{answer(sign, RING)}{_fraction(c, d)}"
        items.append(problem(inner, f"{a}/{b}{sign}{c}/{d}", "correct" if sign == right else "wrong"))
    return page(SERIF, heading("Which is larger?") + grid(items, 3, 40, 50))


def slashes(draw: Draw) -> str:
    """Fractions on a line."""
    items = []
    for _ in range(18):
        below = draw.whole(3, 9)
        a = draw.whole(1, below - 2)
        b = draw.whole(1, below - a)
        wrong = draw.rng.random() < 0.2
        written = f"{(a + b) % 9 + 1 if wrong else a + b}/{below}"
        inner = f"{a}/{below} + {b}/{below} = {answer(written)}"
        items.append(problem(inner, f"{a}/{below}+{b}/{below}={written}", "wrong" if wrong else "correct"))
    return page(SANS, heading("Fractions on a line") + grid(items, 3, 34, 46))


def powers(draw: Draw) -> str:
    """Squares."""
    items = []
    for _ in range(18):
        a, b = draw.whole(2, 9), draw.whole(1, 9)
        first = draw.rng.random() < 0.6
        question = f"{a}^2+{b}" if first else f"{b}+{a}^2"
        shown = f"{a}<sup>2</sup> + {b}" if first else f"{b} + {a}<sup>2</sup>"
        items.append(asked(draw, question, a * a + b, shown=shown))
    return page(SERIF, heading("Powers") + grid(items, 3, 36, 50))
