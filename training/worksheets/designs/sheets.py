"""Designs of worksheets that differ by what is around their problems."""

from __future__ import annotations

from training.worksheets.designs.html import (
    BOX,
    LINE,
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
from training.worksheets.designs.rows import ROUND, SANS, SERIF


def titled_blocks(draw: Draw) -> str:
    """Blocks with titles on dark bars."""

    def block(title: str, signs: str) -> str:
        items = [f"{i + 1}. {equation(draw, signs, 50, LINE + 'width:3em', '□')}" for i in range(10)]
        bar = f'<div style="background:#335;color:#fff;padding:10px 20px;font-size:28px">{title}</div>'
        inner = f'<div style="padding:24px">{grid(items, 1, 30, 30)}</div>'
        return f'<div style="border:2px solid #888;border-radius:8px">{bar}{inner}</div>'

    blocks = block("Part A: add", "+") + block("Part B: subtract", "-")
    beside = f'<div style="display:grid;grid-template-columns:1fr 1fr;gap:40px">{blocks}</div>'
    return page(SANS, heading("Review") + beside)


def dark_cells(draw: Draw) -> str:
    """A table with numbers in dark cells."""
    dark = '<td style="background:#333;color:#fff;padding:12px;text-align:center;border:2px solid #333">{}</td>'
    light = '<td style="border:2px solid #333;padding:12px 24px">{}</td>'
    rows = "".join(
        f"<tr>{''.join(dark.format(k + n) + light.format(equation(draw)) for n in (1, 11))}</tr>" for k in range(10)
    )
    whole = f'<table style="border-collapse:collapse;width:100%;font-size:30px">{rows}</table>'
    return page(SANS, heading("Test 4") + whole)


def bubbles(draw: Draw) -> str:
    """Problems in bubbles."""
    bubble = '<span style="display:inline-block;border:3px solid #555;border-radius:40px;padding:14px 30px">{}</span>'
    items = [bubble.format(equation(draw, "+-")) for _ in range(16)]
    return page(ROUND, heading("Bubbles") + grid(items, 2, 32, 24))


def cards(draw: Draw) -> str:
    """Problems on cards."""
    card = '<div style="border:3px solid #247;border-radius:16px;padding:16px 22px;text-align:center">{}</div>'
    items = [card.format(equation(draw, "+-", 20, "min-width:1.8em")) for _ in range(20)]
    return page("'DejaVu Sans'," + SANS, heading("Flash cards") + grid(items, 4, 26, 24))


def stars(draw: Draw) -> str:
    """Stars on both sides of problems."""
    star = '<span style="color:#c80">{}</span>'
    items = [f"{star.format('★')} {equation(draw, '×÷')} {star.format('☆')}" for _ in range(18)]
    return page("'DejaVu Sans'," + SANS, heading("Star maths") + grid(items, 2, 30, 36))


def marked_before(draw: Draw) -> str:
    """Ticks and crosses that a teacher has left."""
    items = []
    for i in range(20):
        question, value = draw.question()
        written, verdict = draw.answered(value)
        path = "M4 20 L14 32 L40 2" if verdict == "correct" else "M4 4 L30 30 M30 4 L4 30"
        style = f"margin-left:{draw.whole(4, 30)}px;vertical-align:middle"
        line = f'<path d="{path}" fill="none" stroke="#d33" stroke-width="4"/>'
        mark = f'<svg width="46" height="36" style="{style}">{line}</svg>'
        inner = f"{printed(question)} = {answer(written)}"
        items.append(f"{i + 1}. " + problem(inner, f"{question}={written}", verdict) + (mark if written else ""))
    return page(SANS, heading("Marked before") + grid(items, 2, 34, 46))


def squared_code(draw: Draw) -> str:
    """A code of squares to scan, in a corner."""
    cells = "".join(
        f'<rect x="{x * 6}" y="{y * 6}" width="6" height="6"/>'
        for x in range(25)
        for y in range(25)
        if draw.whole(0, 1)
    )
    code = f'<svg width="150" height="150" style="position:absolute;right:80px;top:60px">{cells}</svg>'
    items = [f"{i + 1}) {equation(draw)}" for i in range(20)]
    return page(SANS, code + heading("Scan for the answers") + "<br>" + grid(items, 2, 32, 40))


def punched(draw: Draw) -> str:
    """The holes of a ring binding."""
    hole = "position:absolute;left:24px;width:26px;height:26px;border-radius:50%;background:#222"
    holes = "".join(f'<div style="{hole};top:{120 + k * 60}px"></div>' for k in range(14))
    return page(SANS, holes + heading("Spiral") + grid([equation(draw) for _ in range(20)], 2, 34, 44))


def watermark(draw: Draw) -> str:
    """Large grey letters behind the problems."""
    style = "position:absolute;left:150px;top:380px;font-size:130px;color:#e4e4e4;transform:rotate(-30deg);z-index:-1"
    items = [f"{i + 1}. {equation(draw)}" for i in range(20)]
    behind = f'<div style="{style}">SAMPLE COPY</div>'
    return page(SANS, behind + heading("Practice sheet") + grid(items, 2, 34, 44))


def striped(draw: Draw) -> str:
    """Rows on white and grey in turn."""
    cell, row = '<td style="padding:14px 24px">{}</td>', '<tr style="background:{}">{}</tr>'
    rows = "".join(
        row.format("#e6e6e6" if k % 2 else "#fff", "".join(cell.format(equation(draw)) for _ in range(3)))
        for k in range(9)
    )
    whole = f'<table style="border-collapse:collapse;width:100%;font-size:30px">{rows}</table>'
    return page(SANS, heading("Stripes") + whole)


def instructions(draw: Draw) -> str:
    """Parts with instructions, whose numbers begin anew."""
    body = heading("Weekly test")
    for part, signs in (
        ("A. Calculate and write the answers on the lines.", "+-"),
        ("B. Work these out without a calculator:", "×÷"),
        ("C. Can you find the answers to these?", "+×"),
    ):
        items = [f"{i + 1}) {equation(draw, signs, 60, LINE + 'width:3em', '□')}" for i in range(8)]
        body += f'<p style="font-size:28px"><b>{part}</b></p>' + grid(items, 4, 26, 30)
    return page(SERIF, body)


def counted(draw: Draw) -> str:
    """Pictures to count over each problem."""
    apple = (
        '<svg width="40" height="40" style="vertical-align:middle"><g fill="none" stroke="#222" stroke-width="3">'
        '<circle cx="20" cy="22" r="15"/><path d="M20 8 Q24 0 30 4"/></g></svg>'
    )
    items = []
    for _ in range(8):
        a, b = draw.whole(1, 4), draw.whole(1, 4)
        below = asked(draw, f"{a}+{b}", a + b, BOX, "□")
        items.append(f'<div>{apple * a} &nbsp; {apple * b}</div><div style="padding-top:14px">{below}</div>')
    return page(ROUND, heading("Count and add") + grid(items, 2, 44, 40))


def rounding(draw: Draw) -> str:
    """Numbers to round behind arrows, which are no problems."""
    items = [f"{draw.whole(100, 999)} → {answer(f'{draw.whole(10, 99)}0', LINE)}" for _ in range(14)]
    return page(SANS, heading("Round to the nearest ten") + grid(items, 2, 34, 44))
