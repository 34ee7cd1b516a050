"""The rows of a page to the problems they are: lines, and a picture's only row."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from app.marking.found import Found
from app.marking.layout import Glyph, Line, around
from app.marking.lost_answers import is_partly_read, is_unread
from app.marking.problem import (
    CALCULATING,
    COMPARING,
    Cell,
    Cells,
    Version,
    at_relations,
    confidence_of,
    contains,
    is_problem,
    layout_of,
    spans,
    without_numbering,
)
from app.marking.rows import (
    FindsHypotheses,
    is_wellformed,
    plausibility,
    read_row,
    row_ink,
    stands_low,
)
from app.marking.rows_of_page import RowsOfPage
from app.marking.same_hand import seen_digits
from app.marking.second_look import look_again, merged
from app.marking.second_opinion import heard, reconsidered, strips_of_picture
from app.marking.slots import Slot
from app.marking.steps import as_step, with_steps
from app.marking.struck_out import without_struck_out
from app.marking.verdicts import blank
from app.reading.network import Network
from app.reading.reading import Symbol
from app.reading.touching import part_touching
from models.ink import Box, Ink
from models.vocabulary import Kind

_LOOKED_AT = 8
"""Ways to read a line of which one has to be a problem, where nothing looks like a sign of arithmetic."""
MOST_PIECES = 40
"""Pieces of ink on a line of arithmetic at the most: more are another script."""
_ONE_ROW = 4.5
"""Height of a picture that shows one row, in symbol heights at the most."""
_LEAST_WIDE = 1.5
"""Its width in its own heights, at the least."""
_ANSWER, _REST_OF_ANSWER = 5.0, 2.5
"""Room looked at behind an equals sign, and behind an answer, in symbol heights."""
_SIGN_GAP = 0.5
"""Space between the sign of a negative number and its digits, in symbol heights, at the most."""
_DIGIT = 0.7
"""Height of a digit in symbol heights, at the least."""
_NUMBERED = 0.5
"""Share of the ways to read a row that have a number before it, from which it has one."""
_LEAST_CONFIDENCE = 0.35
"""Least typical confidence of the symbols of a problem; below it the line is another script or a picture."""
_LEAST_MALFORMED = 0.6
"""The same of a line that breaks the grammar of arithmetic."""
_LEAST_CONFIDENCE_ALONE = 0.75
"""The same of a line without a relation, which could be a date or a telephone number."""


def read_line(reader: FindsHypotheses, line: Line, page: RowsOfPage, second_look: bool = True) -> list[Found]:
    """The problems that stand on a line; mostly one or none. With ``second_look`` the line recogniser is asked, too."""
    parts, ink = _ways(reader, line, page, second_look)
    # What stands below scribbles is no step of theirs; and a page of words has many lines.
    if not parts or _typical_confidence(parts[-1][0].cells) < _LEAST_CONFIDENCE:
        return _found(parts, ink, page)
    steps, others = [], []
    for step in line.steps:
        ways = _ways(reader, step, page, second_look)[0]
        if not others and len(ways) == 1 and (versions := as_step(ways[0])):
            steps.append(versions)
        else:
            others += read_line(reader, step, page, second_look)
    if not steps:
        return [*_found(parts, ink, page), *others]
    *before, last = parts
    return [*_found(before, ink, page), *_found([with_steps(last, steps)], None, page), *others]


def _found(parts: Sequence[Sequence[Version]], ink: Ink | None, page: RowsOfPage) -> list[Found]:
    """The problems that parts of a line are, with the looks of their digits where all their ink is given."""
    problems = [problem for part in parts if (problem := _problem(part, page))]
    return [replace(p, digits=(seen_digits(p.versions[0].cells, ink),)) if ink else p for p in problems]


def _ways(
    reader: FindsHypotheses, line: Line, page: RowsOfPage, second_look: bool
) -> tuple[list[list[Version]], Ink | None]:
    """The ways to read each part of a line, and its ink; none where there is too little of it."""
    clean = _without_specks(line, page.height)
    kept = without_struck_out(clean, page.pieces, page.pen)
    members = [i for g in kept.glyphs for i in g.pieces]
    if len(members) < 2:
        return [], None
    empty = [blank(g.box) for g in kept.glyphs if not g.pieces]
    ink = part_touching(row_ink([page.pieces[i] for i in members], page.pen))
    versions = []
    signs = [*_place_of_sign(kept, page.slots, page.height), *_remainders(kept, page)]
    for version in read_row(reader, ink, signs=signs):
        cells = with_dots(version.cells)
        cells = tuple(sorted((*cells, *empty), key=lambda c: c.box[0] + c.box[2]))
        versions.append(Version(cells, version.probability))
    parts = _split(versions, page.height)
    # Prose is not worth a second look, and what was struck out is in the picture still.
    likely = line.signs > 0 or any(is_problem(v.cells) for v in versions[:_LOOKED_AT])
    if second_look and likely and len(kept.glyphs) == len(clean.glyphs):
        parts = [_unnumbered(part, page.height) for part in parts]
        first = min(c.box[0] for c in parts[0][0].cells)
        whole = [g.box for g in kept.glyphs if g.box[2] > first] if len(parts) == 1 else []
        parts = [
            look_again(reader.network, part, page, _ends(part[0].cells, whole, page), plausibility) for part in parts
        ]
        parts = [_with_signs(part, signs) for part in parts]
    return parts, ink


def read_only_row(network: Network, page: RowsOfPage, pieces: int) -> list[Found]:
    """The problem that a cut-out line shows, by its picture alone: in few or blurred pixels symbols run together
    with one another and with what is drawn around them, and no piece of ink is one symbol."""
    high, wide = page.darkness.shape
    if high > _ONE_ROW * page.height or wide < _LEAST_WIDE * high or pieces > MOST_PIECES:
        return []
    strips = strips_of_picture(page.darkness, page.height)
    if not strips:
        return []
    strip, frames = heard(strips, network.transcribe)
    versions = reconsidered((), frames, strip, plausibility)
    problem = _problem(versions, page) if versions else None
    return [problem] if problem and at_relations(problem.versions[0].cells) else []


def _unnumbered(versions: Sequence[Version], height: float) -> list[Version]:
    """The ways to read a row, without the number of its problem where most have one in brackets: what is known to be
    none of it needs no second opinion. One with a point behind it could be a decimal."""
    shorter = [Version(without_numbering(v.cells, height), v.probability) for v in versions]
    numbered = [
        short
        for short, v in zip(shorter, versions, strict=True)
        if len(short.cells) < len(v.cells) and v.cells[-len(short.cells) - 1].kind is Kind.CLOSE
    ]
    share = sum(v.probability for v in numbered)
    if share < _NUMBERED * sum(v.probability for v in versions):
        return list(versions)
    kept = merged(numbered)
    return [replace(v, probability=v.probability / share) for v in kept]


def _problem(versions: Sequence[Version], page: RowsOfPage) -> Found | None:
    """The problem that a part of a line is, if it is one."""
    versions = merged(
        [
            Version(without_numbering(tuple(_in_slot(c, page.slots) for c in v.cells), page.height), v.probability)
            for v in versions
        ]
    )
    cells = versions[0].cells
    least = _LEAST_CONFIDENCE if at_relations(cells) else _LEAST_CONFIDENCE_ALONE
    # What breaks the grammar is a problem only where its symbols are plain: else it is words, or a picture.
    least = least if is_wellformed(cells) else max(least, _LEAST_MALFORMED)
    if not is_problem(cells) or _typical_confidence(cells) < least:
        return None
    held = [s for s in page.slots if any(contains(s.box, c.box) for c in cells)]
    box = around([spans(cells), *(s.box for s in held)])
    unread = any(s.is_touched for s in held) or page.is_doubtful(box) or is_unread(page, cells)
    unread |= is_partly_read(cells, page.slots)
    return Found(versions, box, is_unread=unread)


def _ends(cells: Cells, glyphs: Sequence[Box], page: RowsOfPage) -> tuple[float, float]:
    """Left and right end of a row: of its cells and glyphs, and of some room behind them, where pencil may be too
    faint to be found as ink; of more where there is no answer yet."""
    boxes = [*(c.box for c in cells), *glyphs]
    left, right = min(box[0] for box in boxes), max(box[2] for box in boxes)
    _, top, _, bottom = spans(cells)
    room = page.room_behind((left, top, right, bottom))
    longest = _ANSWER if cells[-1].kind is Kind.RELATION else _REST_OF_ANSWER
    return left, max(right, min(room, right + longest * page.height))


def _in_slot(cell: Cell, slots: Sequence[Slot]) -> Cell:
    return replace(cell, in_slot=True) if any(contains(s.box, cell.box) for s in slots) else cell


def _place_of_sign(line: Line, slots: Sequence[Slot], height: float) -> list[tuple[Box, frozenset[str]]]:
    """The circle on a line in which a sign is written, and what it may be: of comparison where no equals sign stands
    outside of it, 5 ○ 3, of calculation between two numbers, 5 ○ 3 = 8."""
    circles = [s.box for s in slots if s.shape == "circle" and any(contains(s.box, g.box) for g in line.glyphs)]
    if len(circles) != 1:
        return []
    outside = [g for g in line.glyphs if not contains(circles[0], g.box)]
    if not any(g.is_equals for g in outside):
        return [(circles[0], COMPARING)]
    x0, _, x1, _ = circles[0]
    beside = [[g for g in outside if g.box[2] <= x0][-1:], [g for g in outside if g.box[0] >= x1][:1]]
    if all(side and side[0].box[3] - side[0].box[1] > _DIGIT * height for side in beside):
        return [(circles[0], CALCULATING)]
    return []


def _remainders(line: Line, page: RowsOfPage) -> list[tuple[Box, frozenset[str]]]:
    """The letters before remainders on a line, and what they are."""
    return [(box, frozenset("R")) for box in page.remainders if any(contains(box, g.box) for g in line.glyphs)]


def _with_signs(versions: Sequence[Version], signs: Sequence[tuple[Box, Collection[str]]]) -> list[Version]:
    """The ways to read a row in which nothing but a sign stands where one has to, as probable as all were; all if there
    are none."""
    fitting = [v for v in versions if all(_stands_in(v.cells, box, labels) for box, labels in signs)]
    if not fitting:
        return list(versions)
    more = sum(v.probability for v in versions) / sum(v.probability for v in fitting)
    return [replace(v, probability=v.probability * more) for v in fitting]


def _stands_in(cells: Cells, place: Box, labels: Collection[str]) -> bool:
    """Whether there is something in a place, and nothing else than some labels."""
    inside = [c.label in labels for c in cells if contains(place, c.box)]
    return bool(inside) and all(inside)


def _without_specks(line: Line, height: float) -> Line:
    """A line without what is too small for a symbol and stands where no decimal point or dots would."""
    glyphs = list(line.glyphs)

    def tiny(g: Glyph) -> bool:
        return bool(g.pieces) and max(g.box[2] - g.box[0], g.box[3] - g.box[1]) < 0.3 * height

    while glyphs and tiny(glyphs[0]):
        glyphs.pop(0)
    while glyphs and tiny(glyphs[-1]):
        glyphs.pop()
    kept = []
    for k, g in enumerate(glyphs):
        if tiny(g):
            before, after = glyphs[k - 1], glyphs[k + 1]
            dots = tiny(before) or tiny(after)
            low = g.middle > (before.middle + after.middle) / 2 + 0.15 * height
            numbers = k <= 3 and before.box[3] - before.box[1] > 0.5 * height  # 12. before a problem
            if not dots and not (low and (numbers or after.box[0] - before.box[2] < 1.2 * height)):
                continue
        kept.append(g)
    return Line(kept)


def with_dots(cells: Sequence[Cell]) -> Cells:
    """A row with two or more dots in a row as the one sign that parts quotient and remainder, and no sign of
    multiplication where a point stands."""
    result: list[Cell] = []
    run: list[Cell] = []
    for before, cell in zip((None, *cells), (*cells, None), strict=True):
        if cell and cell.label == "\\cdot" and before and before.kind is Kind.DIGIT and stands_low(cell, before):
            cell = replace(cell, symbol=replace(cell.symbol, label="."))
        if cell is not None and cell.label in (".", "\\cdot"):
            run.append(cell)
            continue
        if len(run) > 1:
            box, printed = around([c.box for c in run]), run[0].symbol.printed
            result.append(Cell(Symbol("\\ldots", box, confidence_of(run), printed=printed), {}))
        else:
            result += run
        run = []
        if cell is not None:
            result.append(cell)
    return tuple(result)


def _split(versions: Sequence[Version], height: float) -> list[list[Version]]:
    """The ways to read a line, parted where one problem ends and the next begins."""
    cells = versions[0].cells
    if len(at_relations(cells)) < 2:
        return [list(versions)]
    for k in range(len(cells) - 1, 0, -1):
        gap = cells[k].box[0] - cells[k - 1].box[2]
        if gap > height and is_problem(cells[:k]) and is_problem(cells[k:]) and _begins(cells[k:], height):
            x = (cells[k].box[0] + cells[k - 1].box[2]) / 2
            left = [Version(tuple(c for c in v.cells if c.box[0] < x), v.probability) for v in versions]
            right = [Version(tuple(c for c in v.cells if c.box[0] >= x), v.probability) for v in versions]
            return [*_split(left, height), right]
    return [list(versions)]


def _begins(cells: Cells, height: float) -> bool:
    """Whether a problem may begin like this; the sign of a negative number stands close to it."""
    first, after = cells[0], cells[1] if len(cells) > 1 else None
    if first.label == "-" and after and not first.is_fraction:
        return after.kind is Kind.DIGIT and after.box[0] - first.box[2] < _SIGN_GAP * height
    return first.kind in (Kind.DIGIT, Kind.OPEN, Kind.BLANK) or first.is_fraction


def _typical_confidence(cells: Cells) -> float:
    """Geometric mean of the symbols' confidences."""
    return confidence_of(cells) ** (1 / max(len(layout_of(cells)[0]), 1))
