"""From a symbol layout tree to an operator tree, in infix, prefix or postfix notation.

With ``notation="auto"`` a layout is infix if it parses as infix, with one exception: a sign before nothing
but operands. ``+12`` reads as prefix 1 + 2, as nobody writes a plus before a lone number. ``-12`` is the
negative number unless boxes show its digits standing apart. With boxes, ``+ 12 34`` and ``- 12 34`` are two
numbers each. Where infix fails, prefix is tried if an operator stands first, postfix if one stands last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.maths.expression import DIVISIONS, Comparison, Expression, Missing
from app.maths.infix import Blanks, ParseError, RowParser
from app.maths.numerals import DIGITS, SEPARATORS
from app.maths.polish import (
    WIDE_GAP,
    Box,
    digit_gaps,
    is_operator,
    number_starts,
    parse_postfix,
    parse_prefix,
)
from app.maths.rows import Row, TooDeepError, items_of, rows_of
from models.layout_tree import LayoutTree
from models.vocabulary import BY_LABEL, Kind

NOTATIONS = ("auto", "infix", "prefix", "postfix")
MAX_SYMBOLS = 1000
"""The most symbols that are parsed; a page of writing has fewer."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a layout means, and the notation it was read in: ``infix``, ``prefix`` or ``postfix``."""

    expression: Expression
    notation: str


def parse(tree: LayoutTree, boxes: Sequence[Box] | None = None, notation: str = "auto") -> Parsed:
    """Parse a symbol layout tree.

    Args:
        tree: the layout; its labels are of ``models.vocabulary.LABELS``.
        boxes: (x0, y0, x1, y1) of each node in one unit, y down; they part numbers in prefix and postfix.
        notation: one of ``NOTATIONS``.

    Raises:
        ParseError: the layout means nothing we know, or not in the notation asked for.
        ValueError: an unknown notation, or not one box for each node.
    """
    if notation not in NOTATIONS:
        raise ValueError(f"notation is one of {', '.join(NOTATIONS)}, not {notation}")
    if boxes is not None and len(boxes) != len(tree.nodes):
        raise ValueError(f"{len(boxes)} boxes for {len(tree.nodes)} nodes")
    if len(tree.nodes) > MAX_SYMBOLS:
        raise ParseError(f"more than {MAX_SYMBOLS} symbols")
    try:
        row = rows_of(tree)
    except TooDeepError as error:
        raise ParseError(str(error)) from None
    for item in items_of(row):
        if item.label not in BY_LABEL:
            raise ParseError(f"unknown symbol {item.label}", item.node)
    row = _with_remainder(_without_full_stop(row))
    if notation == "infix":
        return Parsed(_infix(row), "infix")
    if notation != "auto":
        return Parsed(_polish(row, boxes, notation), notation)
    if _sign_before_operands(row, boxes):
        return Parsed(_polish(row, boxes, "prefix"), "prefix")
    try:
        return Parsed(_infix(row), "infix")
    except ParseError as failure:
        sides = [side for side, _ in _sides(row)]
        guesses = []
        if any(side and is_operator(side[0]) for side in sides):
            guesses.append("prefix")
        if any(side and is_operator(side[-1]) for side in sides):
            guesses.append("postfix")
        for guess in guesses:
            try:
                return Parsed(_polish(row, boxes, guess), guess)
            except ParseError:
                continue
        raise failure


def is_sound(tree: LayoutTree, boxes: Sequence[Box] | None = None) -> bool:
    """Whether a layout means something in some notation; arguments are those of :func:`parse`.

    What is left to be filled in stands beside an equals sign: a row that ends in ``>`` is more likely misread.
    """
    try:
        expression = parse(tree, boxes).expression
    except ParseError:
        return False
    if isinstance(expression, Comparison) and any(isinstance(o, Missing) for o in expression.operands):
        return set(expression.relations) == {"="}
    return True


def _without_full_stop(row: Row) -> Row:
    """The row without a stop or comma that ends the sentence it stands in."""
    if len(row) > 1 and row[-1].label in SEPARATORS and not row[-1].rows and row[-2].label not in SEPARATORS:
        return row[:-1]
    return row


def _with_remainder(row: Row) -> Row:
    """The row with dots for the R between digits that parts the quotient of a division from its remainder: 17÷5=3R2."""
    divided = False
    for k, item in enumerate(row):
        divided = divided or item.label in DIVISIONS
        digits = 0 < k < len(row) - 1 and row[k - 1].label in DIGITS and row[k + 1].label in DIGITS
        if divided and digits and item.label in ("R", "r") and not item.rows:
            return [*row[:k], replace(item, label="\\ldots"), *row[k + 1 :]]
    return row


def _infix(row: Row) -> Expression:
    return RowParser(row, Blanks()).comparison()


def _sides(row: Row) -> list[tuple[Row, str | None]]:
    """The row cut at its relations: each side with the relation after it, ``None`` after the last."""
    sides: list[tuple[Row, str | None]] = []
    start = 0
    for k, item in enumerate(row):
        if BY_LABEL[item.label].kind is Kind.RELATION:
            if item.rows:
                raise ParseError("a relation cannot carry other symbols", item.node)
            sides.append((row[start:k], item.label))
            start = k + 1
    sides.append((row[start:], None))
    return sides


def _polish(row: Row, boxes: Sequence[Box] | None, notation: str) -> Expression:
    """The row in prefix or postfix notation, each side of a relation by itself.

    Raises:
        ParseError: it does not fit the notation; the message names it.
    """
    parse_side = parse_prefix if notation == "prefix" else parse_postfix
    blanks = Blanks()
    operands: list[Expression] = []
    sides = _sides(row)
    for k, (side, _) in enumerate(sides):
        if not side and len(sides) > 1 and k in (0, len(sides) - 1):
            operands.append(Missing())
            continue
        failure = ParseError("nothing is written")
        # A side without operators is one operand, however long: the 12 of ×34=12.
        ways = number_starts(side, boxes) if any(is_operator(i) for i in side) else [frozenset()]
        for starts in ways:
            try:
                operands.append(parse_side(side, starts, blanks))
                break
            except ParseError as error:
                failure = error
        else:
            raise ParseError(f"not in {notation} notation: {failure.message}", failure.node)
    if all(isinstance(o, Missing) for o in operands):
        raise ParseError("an operand is missing", row[0].node if row else None)
    relations = tuple(relation for _, relation in sides if relation is not None)
    return Comparison(tuple(operands), relations) if relations else operands[0]


def _sign_before_operands(row: Row, boxes: Sequence[Box] | None) -> bool:
    """Whether a row that parses as a signed number is rather a prefix sum or difference of two numbers."""
    if len(row) < 3 or row[0].label not in ("+", "-") or any(i.rows for i in row):
        return False
    digits = row[1:]
    if any(i.label not in DIGITS | SEPARATORS for i in digits):
        return False
    starts = number_starts(digits, boxes)[0]
    if len(starts) != 1:
        return False
    if row[0].label == "+" and all(i.label in DIGITS for i in digits):
        return True
    return boxes is not None and all(digit_gaps(digits, boxes)[k] >= WIDE_GAP for k in starts)
