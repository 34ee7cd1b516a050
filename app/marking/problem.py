"""A problem as it was read: its symbols in a row, where its answer stands, and how likely each reading is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.maths.rows import Item, Row, rows_of, tree_of
from app.reading.reading import Interpretation, Symbol
from models.ink import Box
from models.layout_tree import LayoutTree, Relation
from models.vocabulary import BY_LABEL, Kind

BLANK = "\\square"
DIGITS = frozenset("0123456789")
_UPRIGHT = 0.2
"""Width of an upright line, in its height, at the most."""
COMPARING, CALCULATING = frozenset({"=", "\\lt", "\\gt"}), frozenset({"+", "-", "\\times", "\\div"})
"""Labels of what stands between the sides of a comparison, and between two numbers."""


@dataclass(frozen=True, eq=False)
class Cell:
    """A symbol in a row of a problem.

    Attributes:
        symbol: what was read, with its box in the pixels of the page's ink.
        rows: the cells it carries: above and below a fraction's bar, under a root.
        in_slot: whether it stands in a printed place for an answer.
    """

    symbol: Symbol
    rows: dict[Relation, tuple[Cell, ...]]
    in_slot: bool = False

    @property
    def label(self) -> str:
        """The symbol's class."""
        return self.symbol.label

    @property
    def is_fraction(self) -> bool:
        """Whether it is a fraction's bar."""
        return self.label == "-" and Relation.ABOVE in self.rows and Relation.BELOW in self.rows

    @property
    def kind(self) -> Kind:
        """What it does in an expression."""
        return BY_LABEL[self.label].kind

    @property
    def box(self) -> Box:
        """Where its own ink is."""
        return self.symbol.box


Cells = tuple[Cell, ...]


@dataclass(frozen=True, eq=False)
class Version:
    """One way to read a problem.

    Attributes:
        cells: the symbols from left to right.
        probability: that this is what stands there.
    """

    cells: Cells
    probability: float

    @property
    def confidence(self) -> float:
        """Probability that it stands there with every symbol right."""
        return min(self.probability, confidence_of(self.cells))


def cells_of(reading: Interpretation) -> Cells:
    """A reading as one row. Answers are written higher or lower than the print, which is no superscript here:
    only fractions and roots keep what stands above, below and inside them."""

    def straightened(row: Row) -> list[Cell]:
        cells: list[Cell] = []
        for item in row:
            places = (Relation.ABOVE, Relation.BELOW) if item.is_fraction else (Relation.INSIDE,)
            kept = {r: tuple(straightened(below)) for r, below in item.rows.items() if r in places}
            cells.append(Cell(reading.symbols[item.node], kept))
            for relation, below in item.rows.items():
                if relation not in places:
                    cells += straightened(below)
        return cells

    cells = straightened(rows_of(reading.tree))
    return tuple(sorted(cells, key=lambda c: c.box[0] + c.box[2]))


def layout_of(cells: Cells) -> tuple[list[Symbol], LayoutTree]:
    """The symbols of a row and the layout tree over them."""

    def row(some: Cells) -> Row:
        return [Item(c.label, rows={r: row(below) for r, below in c.rows.items()}) for c in some]

    return [c.symbol for c in walk(cells)], tree_of(row(cells))


def walk(cells: Cells) -> Iterator[Cell]:
    """Every cell of a row and of the rows that its cells carry, as a layout tree has them."""
    for cell in cells:
        yield cell
        for below in cell.rows.values():
            yield from walk(below)


def labels_of(cells: Cells) -> list[str]:
    """The labels of a row."""
    return [c.label for c in cells]


def without_numbering(cells: Cells, height: float) -> Cells:
    """A row without the number of the problem before it: ``3.``, ``3)``, ``(3)``.

    A number is told from the problem by what closes it and the space after that; ``1.5`` has no such space.

    Args:
        cells: the row.
        height: the page's symbol height.
    """
    labels = labels_of(cells)
    start = 1 if labels[:1] in (["("], ["["]) else 0
    end = start
    # Numbers do not begin with a zero and a digit: it is the letter of Q12.
    longest = 3 if labels[start : start + 1] == ["0"] and labels[start + 1 : start + 2] != ["."] else 2
    while end < len(labels) and labels[end] in DIGITS and end - start < longest:
        end += 1
    if end == start or end + 1 >= len(labels):
        return cells
    if not start:
        for k in range(1, end + 1):  # a number without a sign after it: the digits of one number stand closer
            if labels[k] in (*DIGITS, "(") and cells[k].box[0] - cells[k - 1].box[2] > 0.75 * height:
                return cells[k:]
    closes = labels[end] in ((")", "]") if start else (")", "]", ".", ",", ":"))
    follows = cells[end + 1].kind in (Kind.DIGIT, Kind.OPEN, Kind.BLANK) or cells[end + 1].is_fraction
    if not closes or not follows:
        return cells
    space = cells[end + 1].box[0] - cells[end].box[2]
    points = [(p, a) for p, a in pairwise(cells[end + 1 :]) if {p.label, labels[end]} <= {".", ","}]
    if any(after.label in DIGITS and after.box[0] - point.box[2] > 0.6 * space for point, after in points):
        return cells  # a decimal point, set as wide as the others of the row
    inside = [cells[i + 1].box[0] - cells[i].box[2] for i in range(end)]
    # Print sets a point as near to the next digit as to the last; a hand may not.
    printed = all(c.symbol.printed for c in cells[start : end + 2] if c.kind is Kind.DIGIT)
    least, most_inside = (0.3, 2.0) if printed else (0.45, 1.5)
    wide = space > least * height and space > most_inside * max(inside, default=0)
    # But to number a problem nobody closes a bracket that was never opened, or puts brackets right before a digit.
    numbered = labels[end] in (")", "]") and (not start or labels[end + 1] in DIGITS)
    # Nor has a decimal a fraction behind its point, or a zero and a digit before it.
    numbered |= cells[end + 1].is_fraction or (longest == 3 and end - start > 1)
    return cells[end + 1 :] if wide or numbered else cells


def spans(cells: Cells) -> Box:
    """The box around the cells."""
    boxes = [c.box for c in walk(cells)]
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    return min(x0), min(y0), max(x1), max(y1)


def contains(place: Box, box: Box) -> bool:
    """Whether the centre of a box lies in a place."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return place[0] < x < place[2] and place[1] < y < place[3]


def meet(a: Box, b: Box) -> bool:
    """Whether two boxes overlap."""
    return a[0] < b[2] and a[2] > b[0] and a[1] < b[3] and a[3] > b[1]


def is_problem(cells: Cells) -> bool:
    """Whether a row looks like arithmetic rather than a heading, a page number or another script's words."""
    kinds = [c.kind for c in cells]
    labels = labels_of(cells)
    digits = sum(c.label in DIGITS for c in walk(cells))
    if Kind.RELATION in kinds:
        at = kinds.index(Kind.RELATION)
        before, after = cells[:at], cells[at + 1 :]
        calculates = any(k is Kind.OPERATOR for k in kinds) or any(c.is_fraction for c in cells)
        calculates |= at_missing_sign(cells) is not None
        orders = labels[at] != "=" or cells[at].in_slot
        sides = [any(c.label in DIGITS or c.kind is Kind.BLANK for c in walk(side)) for side in (before, after)]
        if orders:
            # Rows of circles and pictures pass for noughts.
            return digits >= 2 and all(sides) and not re.search(r"(^|[^0-9.,])0[0-9]", "".join(labels))
        return digits >= 2 and calculates and any(sides)
    if Kind.BLANK in kinds:
        at = kinds.index(Kind.BLANK)
        return 0 < at < len(cells) - 1 and all(
            any(d.label in DIGITS for d in walk(s)) for s in (cells[:at], cells[at + 1 :])
        )
    operators = [i for i, c in enumerate(cells) if c.kind is Kind.OPERATOR and not c.is_fraction]
    # A slash leans; an upright line is a wall, or what a long division is set out with.
    if any(cells[i].label == "/" and _is_upright(cells[i].box) for i in operators):
        return False
    return bool(operators) and all(
        0 < i < len(cells) - 1 and cells[i - 1].kind in (Kind.DIGIT, Kind.CLOSE) for i in operators
    )


def _is_upright(box: Box) -> bool:
    return box[2] - box[0] < _UPRIGHT * (box[3] - box[1])


def at_relations(cells: Cells) -> list[int]:
    """Where the relations of a row stand."""
    return [i for i, c in enumerate(cells) if c.kind is Kind.RELATION]


def at_missing_sign(cells: Cells) -> int | None:
    """Where a blank stands in the place of a sign: between two operands."""
    ends = (Kind.DIGIT, Kind.CLOSE, Kind.POSTFIX)
    for i in range(1, len(cells) - 1):
        before, after = cells[i - 1], cells[i + 1]
        after_operand = before.kind in ends or before.is_fraction
        before_operand = after.kind in (Kind.DIGIT, Kind.OPEN) or after.is_fraction
        if cells[i].kind is Kind.BLANK and after_operand and before_operand:
            return i
    return None


def confidence_of(cells: Sequence[Cell]) -> float:
    """Probability that every symbol is right, taken as independent."""
    product = 1.0
    for cell in walk(tuple(cells)):
        product *= cell.symbol.confidence
    return product
