"""Designs of worksheets whose problems stand in columns, among words, or in steps, and of sheets without problems."""

from __future__ import annotations

from training.worksheets.designs.html import LINE, Draw, answer, grid, heading, page, problem, stacked
from training.worksheets.designs.rows import ROUND, SANS, SERIF


def drills(draw: Draw) -> str:
    """Sums in columns, a line for name, date and score."""
    head = '<h1 style="text-align:center;font-size:40px">Two-Digit Addition with Regrouping (A)</h1>'
    name = "Name: ______________________ &nbsp; Date: _______________ &nbsp; Score: ____/20"
    items = [stacked(draw, *draw.question("+")) for _ in range(20)]
    return page(SERIF, f'{head}<p style="font-size:26px">{name}</p><br>' + grid(items, 5, 44, 60))


def numbered_columns(draw: Draw) -> str:
    """Differences in columns, a number beside each."""
    items = []
    for i in range(16):
        a, b = sorted((draw.whole(100, 999), draw.whole(11, 999)), reverse=True)
        number = f'<span style="font-size:24px">{i + 1})</span>'
        items.append(f'<div style="display:flex;gap:20px">{number}{stacked(draw, f"{a}-{b}", a - b)}</div>')
    return page("Roboto," + SANS, heading("Subtraction within 1000") + grid(items, 4, 40, 70))


def products(draw: Draw) -> str:
    """Products in columns."""
    items = []
    for _ in range(12):
        a, b = draw.whole(12, 99), draw.whole(2, 9)
        items.append(stacked(draw, f"{a}×{b}", a * b))
    return page("Carlito," + SANS, heading("Multiply.") + grid(items, 4, 42, 70))


def word_problems(draw: Draw) -> str:
    """Words, and below them an equation by hand."""
    body = heading("Word problems")
    for i, name in enumerate(("Sam", "Mia", "Tom", "Ada", "Ben", "Zoe")):
        a, b = draw.whole(3, 40), draw.whole(3, 40)
        written, verdict = draw.answered(a + b)
        body += (
            f'<p style="font-size:30px;line-height:1.5">{i + 1}. {name} has {a} apples and buys {b} more at the market '
            f"on Monday. How many apples does {name} have now?</p>"
        )
        text = f"{a}+{b}={written}"
        place = problem(answer(text, kind="wide"), text, verdict) if written else ""
        body += f'<div style="font-size:36px;height:80px;padding-left:60px">{place}</div>'
    return page("'Open Sans'," + SANS, body)


def notebook(draw: Draw) -> str:
    """Nothing but handwriting, on lines."""
    body = ""
    for _ in range(12):
        question, value = draw.question()
        written, verdict = draw.answered(value)
        text = f"{question}={written}"
        place = problem(answer(text, "min-width:10em;height:1.6em;vertical-align:-.7em", "wide"), text, verdict)
        body += f'<div style="height:74px;border-bottom:1px solid #8ac;padding-left:40px;font-size:36px">{place}</div>'
    return page(SANS, body)


def steps(draw: Draw) -> str:
    """Working in steps below each question."""
    items = []
    for i in range(6):
        p, q, r = draw.whole(2, 20), draw.whole(2, 9), draw.whole(2, 9)
        rest = q * r
        written, verdict = (p + rest, "correct") if draw.rng.random() < 0.8 else (p + rest + draw.whole(1, 5), "wrong")
        rows = "".join(
            f'<div style="height:2em">{answer(text, "min-width:6em", "wide")}</div>'
            for text in (f"={p}+{rest}", f"={written}")
        )
        text = f"{p}+{q}×{r}={p}+{rest}={written}"
        block = problem(f"{p} + {q} × {r}{rows}", text, verdict, "display:inline-block;vertical-align:top")
        items.append(f"{i + 1}. &nbsp; {block}")
    return page("Carlito," + SANS, heading("Show your working", 34) + grid(items, 2, 34, 30))


def fractions(draw: Draw) -> str:
    """Fractions, their answers written over and under a printed bar."""
    items = []
    part = '<span style="display:inline-block;text-align:center;vertical-align:middle;line-height:1.1">{}</span>'
    for i in range(12):
        below = draw.whole(3, 9)
        a = draw.whole(1, below - 2)
        b = draw.whole(1, below - a)
        wrong = draw.rng.random() < 0.2
        above = (a + b) % 9 + 1 if wrong else a + b

        def printed(n: int, below: int = below) -> str:
            return part.format(f'<span style="display:block;{LINE}padding:0 .2em">{n}</span>{below}')

        place = "min-width:0;width:1.2em;height:1.3em;display:block;"
        written = part.format(answer(str(above), place + LINE) + answer(str(below), place))
        inner = f"{printed(a)} + {printed(b)} = {written}"
        text = f"{a}/{below}+{b}/{below}={above}/{below}"
        items.append(f"{i + 1}. " + problem(inner, text, "wrong" if wrong else "correct"))
    return page(SERIF, heading("Add the fractions") + grid(items, 2, 34, 50))


def times_grid(draw: Draw) -> str:
    """A table of products, none of which is a problem by itself."""
    cell = '<td style="border:2px solid #333;width:80px;height:70px;text-align:center">{}</td>'

    def held(i: int, j: int) -> str:
        if i and j:
            return answer(str(i * j), "min-width:0;width:1.5em")
        return str(i or j) if i or j else "×"

    rows = "".join(f"<tr>{''.join(cell.format(held(i, j)) for j in range(9))}</tr>" for i in range(9))
    whole = f'<table style="border-collapse:collapse;font-size:34px">{rows}</table>'
    return page("Roboto," + SANS, heading("Fill in the grid") + whole)


def sequences(draw: Draw) -> str:
    """Patterns to go on with, which are no problems."""
    place = LINE + "min-width:0;width:2em"
    items = []
    for i in range(8):
        a, d = draw.whole(1, 20), draw.whole(2, 9)
        shown = [str(a + k * d) if k not in (3, 5) else answer(str(a + k * d), place) for k in range(6)]
        items.append(f"{i + 1}) &nbsp; {', '.join(shown)}")
    return page(ROUND, heading("Continue the pattern") + grid(items, 1, 36, 40))
