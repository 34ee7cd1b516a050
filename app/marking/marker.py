"""The marker: a photographed page in, its problems with their verdicts out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from time import perf_counter

import numpy as np

from app.marking.columns import Block, find_blocks
from app.marking.layout import Glyph, Line, around, boxes_of, find_glyphs, find_lines, symbol_height
from app.marking.page_ink import Piece
from app.marking.problem import (
    DIGITS,
    Cell,
    Cells,
    Version,
    at_relations,
    confidence_of,
    contains,
    is_problem,
    layout_of,
    spans,
    walk,
    without_numbering,
)
from app.marking.rows import FindsHypotheses, is_wellformed, plausibility, read_row, row_ink
from app.marking.second_opinion import Judge, heard, reconsidered, strips_of, text_of
from app.marking.sheet import Sheet, straighten
from app.marking.slots import Slot, take_frames, take_lines
from app.marking.struck_out import without_struck_out
from app.marking.threads import in_threads
from app.marking.touching import part_rows, part_touching
from app.marking.underlines import find_underlines
from app.marking.verdicts import Finding, Verdict, blank, judge
from app.maths import Evaluation, to_text
from app.reading.errors import ReadingError
from app.reading.reading import Symbol
from models.ink import Box
from models.layout_tree import LayoutTree
from models.vocabulary import Kind

VERDICTS: tuple[Verdict, ...] = ("correct", "wrong", "unanswered", "unsure")
_NUMERALS = DIGITS | {".", ","}
_SIGNS = frozenset(("+", "-", "\\times"))
_COLUMN_VERSIONS = 3
"""Ways to read each row of a sum in columns that the verdict looks at."""
_LEAST_SIDE = 12
"""Pixels across a picture that could hold a digit."""
_LOOKED_AT = 8
"""Ways to read a line of which one has to be a problem, where nothing looks like a sign of arithmetic."""
_LONGEST_LINE = 32
"""Glyphs of a line of arithmetic at the most: longer ones are prose."""
_MOST_PIECES = 40
"""Pieces of ink on a line of arithmetic at the most: more are another script."""
_MOST_LINES = 150
_MOST_IN_ROW = 14
"""Pieces of ink in a row of a sum in columns at the most."""
_LINES_BEFORE_JUDGING = 6
"""So many lines are read before a page may be taken for something else than a worksheet …"""
_LEAST_SHARE = 0.3
"""… where fewer of the lines than this are problems."""
_LEAST_PLAUSIBLE = 0.05
"""Least confidence of a problem that counts there."""
_LINES_UNSIGNED = 3
"""The same of a page where nothing looks like an equals sign or a place for an answer."""
_LINES_TURNED = 3
"""Lines read of a page that is tried sideways or upside down."""
_MOST_ON_PAGE = 2500
"""Pieces of ink of a worksheet at the most; more are grain, or words."""
_TWO_ROWS = 1.7
"""Least height of ink that may belong to two rows, in symbol heights."""
_WIDER_THAN_DIGIT = 1.4
"""Width of what may be two digits of a sum in columns, in widths of its typical digit."""
_CLEARANCE = 0.6
"""Least room between an answer and what comes next on its line, in symbol heights."""
_ANSWER, _REST_OF_ANSWER = 5.0, 2.5
"""Room looked at behind an equals sign, and behind an answer, in symbol heights."""
_LEAST_CONFIDENCE = 0.35
"""Least typical confidence of the symbols of a problem; below it the line is another script or a picture."""
_LEAST_MALFORMED = 0.6
"""The same of a line that breaks the grammar of arithmetic."""
_LEAST_CONFIDENCE_ALONE = 0.75
"""The same of a line without a relation, which could be a date or a telephone number."""


@dataclass(frozen=True, eq=False)
class Problem:
    """A problem of a page.

    Attributes:
        box: around question and answer, in the photograph's pixels.
        row: its place from the top in its column, from 1.
        column: its column from the left, from 1.
        symbols: what was read, boxes in the photograph's pixels.
        tree: the layout tree over the symbols.
        confidence: probability that every symbol is right.
        finding: verdict, expected answer and value.
    """

    box: Box
    row: int
    column: int
    symbols: tuple[Symbol, ...]
    tree: LayoutTree
    confidence: float
    finding: Finding

    @property
    def text(self) -> str:
        """The problem as one line of text."""
        return to_text(self.tree)

    @property
    def verdict(self) -> Verdict:
        """Whether its answer is right."""
        return self.finding.verdict

    @property
    def evaluation(self) -> Evaluation:
        """What the row as written comes to."""
        return self.finding.evaluation


@dataclass(frozen=True, eq=False)
class MarkedPage:
    """A page with its problems.

    Attributes:
        width: of the photograph in pixels.
        height: of the photograph in pixels.
        rotation: by how many degrees the photograph had to be turned clockwise.
        problems: by column, then row.
        timings: milliseconds by stage.
    """

    width: int
    height: int
    rotation: int
    problems: tuple[Problem, ...]
    timings: dict[str, float]

    @property
    def score(self) -> dict[str, int]:
        """How many problems have each verdict, and ``total``."""
        counts = Counter(p.verdict for p in self.problems)
        return {**{v: counts[v] for v in VERDICTS}, "total": len(self.problems)}


@dataclass(frozen=True, eq=False)
class _Found:
    """A problem before it has its place: ways to read it, and where it is on the sheet."""

    versions: tuple[Version, ...]
    box: Box


@dataclass(frozen=True, eq=False)
class _Page:
    """What the rows of a sheet are read from: its ink, where rows and sums are, its places for answers, how high its
    digits are, its picture."""

    pieces: Sequence[Piece]
    others: np.ndarray
    slots: Sequence[Slot]
    height: float
    pen: float
    darkness: np.ndarray

    def room_behind(self, box: Box) -> float:
        """How far right of a box no other row or sum begins at its height."""
        b = self.others
        beside = (b[:, 0] >= box[2]) & (b[:, 1] < box[3]) & (b[:, 3] > box[1])
        return float(b[beside, 0].min(initial=self.darkness.shape[1]))


class Marker:
    """Marks pages. Stateless between calls and safe to share between threads if its reader is.

    Args:
        reader: reads rows of ink.
        threads: in which the rows of a page are read.
    """

    def __init__(self, reader: FindsHypotheses, threads: int = 1) -> None:
        self.reader, self.threads = reader, threads

    def mark(self, photo: np.ndarray) -> MarkedPage:
        """Mark a photographed page.

        Args:
            photo: (height, width) uint8, dark ink on a light ground.

        Returns:
            The marked page; without problems where there are none to be found.

        Raises:
            ReadingError: ``no_ink``.
        """
        started = perf_counter()
        sheet = straighten(photo) if min(photo.shape) >= _LEAST_SIDE else None
        if sheet is None or not sheet.ink.pieces:
            raise ReadingError("no_ink", "There is no ink to read.")
        inked = perf_counter()
        found = self._read(sheet)
        if not found and 4 < len(sheet.ink.pieces) <= _MOST_ON_PAGE:
            for rotation in (90, 270, 180):
                turned = straighten(photo, rotation)
                if turned.ink.pieces and any(map(_is_plausible, self._read(turned, probe=True))):
                    sheet, found = turned, self._read(turned)
                    break
        read = perf_counter()
        problems = self._problems(sheet, found)
        timings = {"ink": inked - started, "reading": read - inked, "marking": perf_counter() - read}
        return MarkedPage(
            width=photo.shape[1],
            height=photo.shape[0],
            rotation=sheet.rotation,
            problems=problems,
            timings={stage: 1000 * seconds for stage, seconds in timings.items()},
        )

    def _read(self, sheet: Sheet, probe: bool = False) -> list[_Found]:
        """The problems of a sheet, in no order; with ``probe`` those of a few promising lines."""
        if len(sheet.ink.pieces) > _MOST_ON_PAGE:
            return []
        height = symbol_height(sheet.ink)
        pieces, slots = take_frames(sheet.ink.pieces, height, sheet.ink.pen)
        pieces = _rows_apart(pieces, height, sheet.ink.pen)
        boxes = boxes_of(pieces)
        blocks = find_blocks(boxes, height)
        taken = {i for block in blocks for i in block.pieces}
        members = [i for i in range(len(pieces)) if i not in taken]
        lines_to_write_on, on_lines = take_lines(boxes, members, height)
        members = [i for i in members if i not in set(lines_to_write_on)]
        underlines = find_underlines(boxes, members, height)
        members = [i for i in members if i not in underlines]
        slots = [*slots, *on_lines]
        glyphs = find_glyphs(boxes, members, height)
        glyphs += [Glyph((), slot.box) for slot in slots if not any(contains(slot.box, box) for box in boxes[members])]
        lines = [line for line in find_lines(glyphs, height) if _may_be_arithmetic(line)]
        # Those with an equals sign or a place for an answer first: if none is arithmetic, nothing is.
        lines.sort(key=lambda line: -_signs_of_arithmetic(line))
        if probe:
            lines = [line for line in lines if _signs_of_arithmetic(line)][:_LINES_TURNED]
        others = np.array([*(g.box for line in lines for g in line.glyphs), *(block.box for block in blocks)])
        page = _Page(pieces, others.reshape(-1, 4), slots, height, sheet.ink.pen, sheet.ink.darkness)
        in_blocks = in_threads(lambda block: self._block(block, page), blocks, self.threads)
        sums = [problem for problem in in_blocks if problem]
        found = list(sums)
        patience = _LINES_BEFORE_JUDGING if any(map(_signs_of_arithmetic, lines)) else _LINES_UNSIGNED
        read = in_threads(lambda line: self._line(line, page), lines[:_MOST_LINES], self.threads)
        with closing(read):
            for number, problems in enumerate(read):
                if number >= patience and sum(map(_is_plausible, found)) < _LEAST_SHARE * number:
                    # Prose and pictures have a likeness of arithmetic here and there; a worksheet's lines come first.
                    return sums
                found += problems
        return found

    def _block(self, block: Block, page: _Page) -> _Found | None:
        """A sum in columns as one row: ``a+b=c``."""
        if max(map(len, (*block.rows, block.result))) > _MOST_IN_ROW:
            return None
        boxes = boxes_of([page.pieces[i] for row in (*block.rows, block.result) for i in row])
        tall = boxes[boxes[:, 3] - boxes[:, 1] > 4 * page.pen]
        usual = float(np.median(tall[:, 2] - tall[:, 0])) if len(tall) else 0.0
        rows = []
        for k, row in enumerate((*block.rows, block.result)):
            if not row:
                continue
            operator = k == len(block.rows) - 1
            ink = part_touching(row_ink([page.pieces[i] for i in row], page.pen), _WIDER_THAN_DIGIT * usual)
            numerals = _NUMERALS if block.has_points else DIGITS
            versions = read_row(self.reader, ink, numerals, _SIGNS if operator else DIGITS, shape=1.0)
            fits = partial(_fits_column, operator=operator)
            ends = min(p.box[0] for p in ink.pieces), max(p.box[2] for p in ink.pieces)
            versions = self._reconsidered(versions, page, ends, fits)
            rows.append([v for v in versions if fits(v.cells)][:_COLUMN_VERSIONS])
        equals = Cell(Symbol("=", page.pieces[block.rule].blob.box, printed=True), {})
        versions = []
        for choice in product(*rows):
            parts = [v.cells for v in choice]
            cells = (*(c for part in parts[: len(block.rows)] for c in part), equals)
            cells += tuple(replace(c, in_slot=True) for part in parts[len(block.rows) :] for c in part)
            versions.append(Version(cells, float(np.prod([v.probability for v in choice]))))
        versions.sort(key=lambda v: -v.probability)
        if not versions or not is_problem(versions[0].cells):
            return None
        return _Found(_merged(versions), block.box)

    def _line(self, line: Line, page: _Page) -> list[_Found]:
        """The problems that stand on a line; mostly one or none."""
        clean = _without_specks(line, page.height)
        kept = without_struck_out(clean, page.pieces, page.pen)
        members = [i for g in kept.glyphs for i in g.pieces]
        if len(members) < 2:
            return []
        empty = [blank(g.box) for g in kept.glyphs if not g.pieces]
        ink = part_touching(row_ink([page.pieces[i] for i in members], page.pen))
        versions = []
        for version in read_row(self.reader, ink, compared=_place_of_comparison(kept, page.slots)):
            cells = with_dots(version.cells)
            cells = tuple(sorted((*cells, *empty), key=lambda c: c.box[0] + c.box[2]))
            versions.append(Version(cells, version.probability))
        parts = _split(versions, page.height)
        # Prose is not worth a second look, and what was struck out is in the picture still.
        likely = _signs_of_arithmetic(line) > 0 or any(is_problem(v.cells) for v in versions[:_LOOKED_AT])
        if likely and len(kept.glyphs) == len(clean.glyphs):
            whole = [g.box for g in kept.glyphs] if len(parts) == 1 else []
            parts = [self._reconsidered(part, page, _ends(part[0].cells, whole, page), plausibility) for part in parts]
        return [problem for part in parts if (problem := _problem(part, page))]

    def _reconsidered(
        self, versions: Sequence[Version], page: _Page, ends: tuple[float, float], form: Judge
    ) -> list[Version]:
        """The ways to read a row, weighed with what the line recogniser says of its picture between its ends."""
        if text_of(versions[0].cells) is None:
            return list(versions)
        strips = strips_of(page.darkness, versions[0].cells, ends, page.height)
        if not strips:
            return list(versions)
        strip, frames = heard(strips, self.reader.network.transcribe)
        return reconsidered(versions, frames, strip, form)

    def _problems(self, sheet: Sheet, found: Sequence[_Found]) -> tuple[Problem, ...]:
        places = in_columns([f.box for f in found])
        problems = []
        for f, (column, row) in zip(found, places, strict=True):
            symbols, tree = layout_of(f.versions[0].cells)
            problems.append(
                Problem(
                    box=sheet.photo_box(f.box),
                    row=row,
                    column=column,
                    symbols=tuple(replace(s, box=sheet.photo_box(s.box)) for s in symbols),
                    tree=tree,
                    confidence=f.versions[0].confidence,
                    finding=judge(f.versions),
                )
            )
        return tuple(sorted(problems, key=lambda p: (p.column, p.row)))


def _problem(versions: Sequence[Version], page: _Page) -> _Found | None:
    """The problem that a part of a line is, if it is one."""
    merged = _merged(
        [
            Version(without_numbering(tuple(_in_slot(c, page.slots) for c in v.cells), page.height), v.probability)
            for v in versions
        ]
    )
    cells = merged[0].cells
    least = _LEAST_CONFIDENCE if at_relations(cells) else _LEAST_CONFIDENCE_ALONE
    # What breaks the grammar is a problem only where its symbols are plain: else it is words, or a picture.
    least = least if is_wellformed(cells) else max(least, _LEAST_MALFORMED)
    if not is_problem(cells) or _typical_confidence(cells) < least:
        return None
    held = [s.box for s in page.slots if any(contains(s.box, c.box) for c in cells)]
    return _Found(merged, around([spans(cells), *held]))


def _ends(cells: Cells, glyphs: Sequence[Box], page: _Page) -> tuple[float, float]:
    """Left and right end of a row: of its cells and glyphs, and of some room behind them, where pencil may be too
    faint to be found as ink; of more where there is no answer yet."""
    boxes = [*(c.box for c in cells), *glyphs]
    left, right = min(box[0] for box in boxes), max(box[2] for box in boxes)
    _, top, _, bottom = spans(cells)
    room = page.room_behind((left, top, right, bottom)) - _CLEARANCE * page.height
    longest = _ANSWER if cells[-1].kind is Kind.RELATION else _REST_OF_ANSWER
    return left, max(right, min(room, right + longest * page.height))


def _rows_apart(pieces: Sequence[Piece], height: float, pen: float) -> list[Piece]:
    """The pieces, those parted that stand behind the equals signs of two rows at once: answers that touch."""
    boxes = boxes_of(pieces)
    tall = (boxes[:, 3] - boxes[:, 1] >= _TWO_ROWS * height) & (boxes[:, 2] - boxes[:, 0] <= 4 * height)
    if not tall.any():
        return list(pieces)
    signs = np.array([g.box for g in find_glyphs(boxes, range(len(pieces)), height) if g.is_equals]).reshape(-1, 4)
    middles = (signs[:, 1] + signs[:, 3]) / 2
    result: list[Piece] = []
    for piece, (x0, y0, _, y1), is_tall in zip(pieces, boxes, tall, strict=True):
        result.append(piece)
        if not is_tall:
            continue
        gap = x0 - signs[:, 2]
        before = (gap > -0.5 * height) & (gap < 2.5 * height)
        rows = np.sort(middles[before & (middles > y0 + 0.1 * height) & (middles < y1 - 0.1 * height)])
        if len(rows) != 2 or rows[1] - rows[0] < height:
            continue
        margin = 0.2 * (rows[1] - rows[0])
        if halves := part_rows(piece.blob, pen, rows[0] + margin, rows[1] - margin):
            result[-1:] = [replace(piece, blob=half) for half in halves]
    return sorted(result, key=lambda p: p.blob.box[0])


def _is_plausible(found: _Found) -> bool:
    """Whether a problem was read with some confidence: words that pass for one are not."""
    return found.versions[0].confidence >= _LEAST_PLAUSIBLE


def _signs_of_arithmetic(line: Line) -> int:
    """How many equals signs and empty places for an answer a line seems to have."""
    return sum(g.is_equals or not g.pieces for g in line.glyphs)


def _may_be_arithmetic(line: Line) -> bool:
    """Whether a line is neither too short nor too long."""
    return 2 < len(line.glyphs) <= _LONGEST_LINE and len(line.pieces) <= _MOST_PIECES


def _in_slot(cell: Cell, slots: Sequence[Slot]) -> Cell:
    return replace(cell, in_slot=True) if any(contains(s.box, cell.box) for s in slots) else cell


def _place_of_comparison(line: Line, slots: Sequence[Slot]) -> list[Box]:
    """The circle on a line that has no equals sign outside of it: a sign of comparison is written in it, 5 ○ 3."""
    circles = [s.box for s in slots if s.shape == "circle" and any(contains(s.box, g.box) for g in line.glyphs)]
    if len(circles) != 1 or any(g.is_equals and not contains(circles[0], g.box) for g in line.glyphs):
        return []
    return circles


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
    """A row with two or more dots in a row as the one sign that parts quotient and remainder."""
    result: list[Cell] = []
    run: list[Cell] = []
    for cell in (*cells, None):
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


def _fits_column(cells: Cells, operator: bool) -> bool:
    """Whether a row of a sum in columns is a number, with a sign before it where there has to be one."""
    numerals = cells[1:] if operator and cells and cells[0].label in _SIGNS else cells
    return bool(numerals) and all(c.label in _NUMERALS for c in numerals) and (not operator or numerals is not cells)


def _split(versions: Sequence[Version], height: float) -> list[list[Version]]:
    """The ways to read a line, parted where one problem ends and the next begins."""
    cells = versions[0].cells
    if len(at_relations(cells)) < 2:
        return [list(versions)]
    for k in range(len(cells) - 1, 0, -1):
        gap = cells[k].box[0] - cells[k - 1].box[2]
        if gap > height and is_problem(cells[:k]) and is_problem(cells[k:]) and _begins(cells[k]):
            x = (cells[k].box[0] + cells[k - 1].box[2]) / 2
            left = [Version(tuple(c for c in v.cells if c.box[0] < x), v.probability) for v in versions]
            right = [Version(tuple(c for c in v.cells if c.box[0] >= x), v.probability) for v in versions]
            return [*_split(left, height), right]
    return [list(versions)]


def _begins(cell: Cell) -> bool:
    return cell.kind in (Kind.DIGIT, Kind.OPEN, Kind.BLANK) or cell.is_fraction


def _merged(versions: Sequence[Version]) -> tuple[Version, ...]:
    """The versions with equal ones added up; the most probable *reading* stays first."""
    merged: dict[tuple[str, ...], Version] = {}
    for version in versions:
        key = tuple(cell.label for cell in walk(version.cells))
        if key in merged:
            merged[key] = replace(merged[key], probability=merged[key].probability + version.probability)
        else:
            merged[key] = version
    return tuple(sorted(merged.values(), key=lambda v: -v.probability))


def _typical_confidence(cells: Cells) -> float:
    """Geometric mean of the symbols' confidences."""
    return confidence_of(cells) ** (1 / max(len(layout_of(cells)[0]), 1))


def in_columns(boxes: Sequence[Box]) -> list[tuple[int, int]]:
    """(column, row) of each box, both from 1: columns of boxes that stand under one another, from the left."""
    parent = list(range(len(boxes)))

    def root(i: int) -> int:
        while parent[i] != i:
            i = parent[i]
        return i

    for i, (x0, y0, x1, _) in enumerate(boxes):
        under = []
        for j, (left, top, right, _) in enumerate(boxes):
            if top > y0 and min(x1, right) - max(x0, left) > 0.5 * min(x1 - x0, right - left):
                under.append((top, j))
        if under:
            parent[root(min(under)[1])] = root(i)
    columns: dict[int, list[int]] = {}
    for i in range(len(boxes)):
        columns.setdefault(root(i), []).append(i)
    ordered = sorted(columns.values(), key=lambda members: np.mean([boxes[i][0] for i in members]))
    places = [(0, 0)] * len(boxes)
    for column, members in enumerate(ordered, 1):
        for row, i in enumerate(sorted(members, key=lambda i: boxes[i][1]), 1):
            places[i] = (column, row)
    return places
