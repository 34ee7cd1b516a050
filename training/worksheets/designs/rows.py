"""Designs of worksheets whose problems stand in rows."""

from __future__ import annotations

from training.worksheets.designs.html import (
    BOX,
    LINE,
    RING,
    Draw,
    answer,
    asked,
    equation,
    grid,
    heading,
    page,
    printed,
    problem,
)

SERIF, SANS = "'Liberation Serif','Times New Roman',serif", "'Liberation Sans',Arial,sans-serif"
ROUND, MONO = "'Comic Neue','Comic Sans MS',cursive", "'Liberation Mono','Courier New',monospace"
CHINESE = "'Noto Serif CJK SC','Songti SC',serif"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩"


def numbered_lines(draw: Draw) -> str:
    """Numbers with points, lines to write on, a logo, a footer."""
    logo = '<span style="background:#3a7;color:#fff;border-radius:20px;font-size:34px;padding:14px 24px">M3</span>'
    items = [f"{i + 1}. &nbsp;&nbsp; {equation(draw, '+', style=LINE + 'width:4em', blank='□')}" for i in range(20)]
    foot = '<p style="margin-top:60px;font-size:20px">Reading and arithmetic at home © example.com</p>'
    return page("Lato," + SANS, logo + heading("Adding whole numbers") + "<hr><br>" + grid(items, 2, 34) + foot)


def table(draw: Draw) -> str:
    """A problem in each cell of a table."""
    cell = '<td style="border:2px solid #555;padding:16px 20px;height:60px">{}</td>'
    rows = "".join(f"<tr>{''.join(cell.format(equation(draw, '×÷')) for _ in range(3))}</tr>" for _ in range(9))
    whole = f'<table style="border-collapse:collapse;width:100%;font-size:34px">{rows}</table>'
    return page("'Open Sans'," + SANS, heading("Multiplication &amp; division") + whole)


def missing(draw: Draw, style: str = BOX + "border-radius:10px") -> str:
    """A place for one of three numbers."""
    items = []
    for _ in range(18):
        question, value = draw.question("+-")
        sign = "+" if "+" in question else "-"
        numbers = [*question.split(sign), str(value)]
        at = draw.whole(0, 2)
        written, verdict = draw.answered(numbers[at])
        shown, true = list(numbers), list(numbers)
        shown[at], true[at] = answer(written, style), written or "□"
        inner = f"{shown[0]}{printed(sign)}{shown[1]} = {shown[2]}"
        items.append(problem(inner, f"{true[0]}{sign}{true[1]}={true[2]}", verdict))
    return page(ROUND, heading("Fill in the missing numbers!") + grid(items, 2, 36, 50))


def underscores(draw: Draw) -> str:
    """The same on lines."""
    return missing(draw, "border-bottom:3px solid #222;width:2.2em;min-width:0")


def two_boxes(draw: Draw) -> str:
    """Two places in each problem, both to fill in."""
    items = []
    for _ in range(14):
        total = 10 * draw.whole(1, 2)
        first = draw.whole(1, total - 1)
        written, verdict = draw.answered(total - first)
        inner = f"{answer(str(first), BOX)} + {answer(written, BOX)} = {total}"
        items.append(problem(inner, f"{first}+{written or '□'}={total}", verdict))
    return page(ROUND, heading("Make ten, make twenty") + grid(items, 2, 36, 50))


def comparisons(draw: Draw) -> str:
    """Signs in circles, numbers of problems in brackets."""
    items = []
    for i in range(16):
        a, b = draw.whole(1, 120), draw.whole(1, 120)
        b = a if draw.rng.random() < 0.2 else b
        right = "<" if a < b else ">" if a > b else "="
        fate = draw.rng.random()
        sign = "" if fate < 0.1 else right if fate > 0.3 else draw.one_of(s for s in "<>=" if s != right)
        verdict = "unanswered" if not sign else "correct" if sign == right else "wrong"
        items.append(f"({i + 1}) " + problem(f"{a}{answer(sign, RING)}{b}", f"{a}{sign or '□'}{b}", verdict))
    return page("Quicksand," + SANS, heading("Compare: write &lt;, &gt; or =") + grid(items, 2, 38, 56))


def chinese(draw: Draw) -> str:
    """Headings in Chinese, brackets to write in, four columns."""
    items = [equation(draw, style="min-width:2.4em") for _ in range(28)]
    blanks = []
    for _ in range(9):
        question, value = draw.question("+", 40)
        first, second = question.split("+")
        written, verdict = draw.answered(second)
        place = f"({answer(written, 'width:2em;min-width:0;margin:0 .2em')})"
        true = f"{first}+({written})={value}" if written else f"{first}+□={value}"
        blanks.append(problem(f"{first} + {place} = {value}", true, verdict))
    head = heading("二年级数学口算练习题") + '<p style="font-size:30px">一、直接写出得数。</p>'
    between = '<p style="font-size:30px">二、在括号里填上合适的数。</p>'
    return page(CHINESE, head + grid(items, 4, 30, 34) + between + grid(blanks, 3, 30, 34))


def circled_numbers(draw: Draw) -> str:
    """Numbers of problems in circles."""
    items = [f"{number} {equation(draw)}" for number in _CIRCLED for _ in range(2)]
    return page("'DejaVu Sans'," + SANS, heading("Practice") + grid(items, 2, 32, 40))


def lettered_decimals(draw: Draw) -> str:
    """Letters before decimals."""
    items = []
    for i in range(18):
        a, b = draw.whole(1, 99) / 10, draw.whole(1, 999) / 100
        sign = draw.one_of("+-")
        a, b = (max(a, b), min(a, b)) if sign == "-" else (a, b)
        value = f"{round(a + b if sign == '+' else a - b, 2):g}"
        items.append(f"<b>{chr(97 + i)})</b> " + asked(draw, f"{a:g}{sign}{b:g}", value))
    return page(SANS, heading("Decimals") + grid(items, 2, 34))


def order(draw: Draw) -> str:
    """Order of operations, numbers with brackets behind them."""
    items = []
    for i in range(16):
        p, q, r = (draw.whole(2, 12) for _ in range(3))
        question, value = [
            (f"({p}+{q})×{r}", (p + q) * r),
            (f"{p}+{q}×{r}", p + q * r),
            (f"{p * q}÷{p}+{r}", q + r),
            (f"{p}×{q}-{min(r, p)}", p * q - min(r, p)),
        ][draw.whole(0, 3)]
        items.append(f"{i + 1}) " + asked(draw, question, value))
    return page(SERIF, heading("Order of operations") + grid(items, 2, 32, 46))


def remainders(draw: Draw) -> str:
    """Quotient and remainder on lines."""
    items = []
    line = LINE + "width:2em;min-width:0"
    for _ in range(14):
        divisor, quotient = draw.whole(3, 9), draw.whole(2, 9)
        rest = draw.whole(1, divisor - 1)
        written, verdict = draw.answered(quotient)
        left = str(rest) if written else ""
        inner = f"{divisor * quotient + rest} ÷ {divisor} = {answer(written, line)} R {answer(left, line)}"
        true = f"{divisor * quotient + rest}÷{divisor}={written or '□'}R{left or '□'}"
        items.append(problem(inner, true, verdict))
    return page("'EB Garamond'," + SERIF, heading("Division with remainders") + grid(items, 2, 36, 50))


def quiz(draw: Draw) -> str:
    """A typewriter's font, ``Q1.``, a slash for division, a date and a telephone number."""
    items = []
    for i in range(18):
        question, value = draw.question()
        shown = printed(question).replace("÷", "/")
        items.append(f"Q{i + 1}. " + asked(draw, question.replace("÷", "/"), value, shown=shown))
    head = heading("Quick quiz 12/05/2024 - Tel. 555-1234", 34) + '<p style="font-size:26px">Time: 3:45 min</p>'
    return page(MONO, head + grid(items, 2, 30, 40) + '<p style="text-align:center;font-size:22px">- 7 -</p>')


def letter_for_times(draw: Draw) -> str:
    """An x for ×."""
    items = []
    for _ in range(24):
        p, q = draw.whole(2, 12), draw.whole(2, 12)
        items.append(asked(draw, f"{p}×{q}", p * q, "min-width:2.2em", shown=f"{p} x {q}"))
    return page(SANS, heading("Times tables") + grid(items, 3, 32, 40))


def dotted_lines(draw: Draw) -> str:
    """Dotted lines to write on, numbers without a point."""
    style = "border-bottom:3px dotted #333;width:4em"
    items = [f"<b>{i + 1}</b>&nbsp;&nbsp;&nbsp; {equation(draw, style=style, blank='□')}" for i in range(16)]
    return page(SANS, heading("Mental arithmetic test", 34) + grid(items, 2, 32))


def bullets(draw: Draw) -> str:
    """Bullets before problems."""
    items = [f"{'•■★–○▶'[i % 6]} &nbsp; {equation(draw)}" for i in range(18)]
    return page("'DejaVu Sans'," + SANS, heading("Warm-up") + grid(items, 2, 34, 40))


def dashed_frames(draw: Draw) -> str:
    """Dashed frames to cut along, boxes for answers."""
    frame = '<div style="border:2px dashed #888;padding:14px">{}</div>'
    items = [frame.format(equation(draw, style=BOX, blank="□")) for _ in range(32)]
    return page("Lato," + SANS, heading("Mental maths – 5 minutes") + grid(items, 4, 28, 20))


def pictures(draw: Draw) -> str:
    """A border around the page, pictures, a bold round font."""
    border = '<div style="position:absolute;inset:20px;border:10px double #d60;border-radius:30px"></div>'
    face = (
        '<svg width="160" height="160" style="position:absolute;left:70px;top:60px">'
        '<circle cx="80" cy="80" r="60" fill="#fd5" stroke="#333" stroke-width="4"/><circle cx="60" cy="65" r="8"/>'
        '<circle cx="100" cy="65" r="8"/><path d="M50 95 Q80 125 110 95" fill="none" stroke="#333" stroke-width="5"/>'
        "</svg>"
    )
    title = '<h1 style="text-align:center;font-size:56px;color:#c22">★ Math Fun! ★</h1><br>'
    items = [f"<b>{equation(draw, '+-', 20, 'min-width:2em')}</b>" for _ in range(24)]
    return page(ROUND, border + face + title + grid(items, 3, 38, 50))


def coloured(draw: Draw) -> str:
    """Coloured boxes with white places for answers."""
    place = "background:#fff;border:1px solid #999;width:3.4em;height:1.5em;vertical-align:-.4em"
    items = []
    for _ in range(16):
        ground = draw.one_of(("#fff3cc", "#e8ffe0", "#ffe6ee", "#eee"))
        box = f"background:{ground};padding:20px;border-radius:12px;color:#024"
        items.append(f'<div style="{box}">{equation(draw, "+-", 900, place)}</div>')
    return page("Quicksand," + SANS, heading("Plus and minus up to 1000", 40) + grid(items, 2, 34, 24))


def hundred(draw: Draw) -> str:
    """A hundred small problems."""
    items = [equation(draw, "+-×", 20, "min-width:2.2em") for _ in range(100)]
    return page(SANS, heading("100 problems in 5 minutes", 24) + grid(items, 5, 21, 22))
