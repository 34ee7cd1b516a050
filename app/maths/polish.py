"""Prefix and postfix notation (Łukasiewicz): ``+12`` and ``12+`` both mean 1 + 2.

Without spacing to go by, every digit is an operand of its own. With the symbols' boxes, digits that stand
close together among others that stand apart are one number: ``+ 12 34``.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from app.maths.expression import PRODUCTS, SUMS, Chain, Expression
from app.maths.infix import Blanks, ParseError, RowParser
from app.maths.numerals import DIGITS, SEPARATORS, NumeralError, numeral_length, read_numeral
from app.maths.rows import MAX_DEPTH, Item, Row

Box = tuple[float, float, float, float]

WIDE_GAP = 0.55
"""How far digits stand apart, in heights of a digit, from which they are two operands. Nine of ten neighbours in
CROHME's numbers stand nearer."""
_UNEVEN = 0.8
"""What standing higher or lower adds to the gap: digits of a number stand on one line."""

OPERATORS = SUMS | PRODUCTS


def is_operator(item: Item) -> bool:
    """Whether an item is a binary operator and not a fraction's bar."""
    return item.label in OPERATORS and not item.is_fraction


def digit_gaps(row: Row, boxes: Sequence[Box]) -> dict[int, float]:
    """How far each item of a row that continues digits stands off, in heights of a digit, by index in the row."""
    digits = [i for i in row if i.label in DIGITS]
    height = median([boxes[i.node][3] - boxes[i.node][1] for i in digits]) if digits else 1.0

    def apart(first: Box, second: Box) -> float:
        uneven = abs(second[1] + second[3] - first[1] - first[3]) / 2
        return (second[0] - first[2] + _UNEVEN * uneven) / max(height, 1e-9)

    return {
        k: apart(boxes[row[k - 1].node], boxes[row[k].node])
        for k in range(1, len(row))
        if row[k].label in DIGITS and row[k - 1].label in DIGITS and not row[k - 1].rows
    }


def number_starts(row: Row, boxes: Sequence[Box] | None) -> list[frozenset[int]]:
    """The ways to part digits into numbers, best first: each the indices where a digit starts a new number."""
    singles = frozenset(k for k in range(1, len(row)) if row[k].label in DIGITS and row[k - 1].label in DIGITS)
    if boxes is None:
        return [singles]
    gaps = digit_gaps(row, boxes)
    wide = frozenset(k for k, gap in gaps.items() if gap >= WIDE_GAP)
    return [wide, singles] if wide and wide != frozenset(gaps) else [singles]


def operand_at(row: Row, position: int, starts: frozenset[int], blanks: Blanks) -> tuple[Expression, int]:
    """The operand that starts at ``position``, and the position after it.

    Raises:
        ParseError: no operand starts there.
    """
    if row[position].label in DIGITS | SEPARATORS:
        length = numeral_length(row, position)
        end = next((k for k in range(position + 1, position + length) if k in starts), position + length)
        items = row[position:end]
        if not items:
            raise ParseError("unexpected separator", row[position].node)
        try:
            number = read_numeral("".join(i.label for i in items))
        except NumeralError as error:
            raise ParseError(str(error), items[0].node) from None
        parser = RowParser(row, blanks)
        parser.position = end
        return parser.marks(parser.scripts(number, items[-1])), parser.position
    parser = RowParser(row, blanks)
    parser.position = position
    return parser.factor(), parser.position


def parse_prefix(row: Row, starts: frozenset[int], blanks: Blanks) -> Expression:
    """The meaning of operators that stand before their two operands.

    Raises:
        ParseError: an operand is missing or left over.
    """
    # Read from the right, prefix is postfix with its operands swapped; but an operand is read from the left.
    items: list[Expression | Item] = []
    position = 0
    while position < len(row):
        if is_operator(row[position]):
            items.append(row[position])
            position += 1
        else:
            operand, position = operand_at(row, position, starts, blanks)
            items.append(operand)
    stack: list[tuple[Expression, int]] = []
    for item in reversed(items):
        if isinstance(item, Item):
            _reduce(stack, item, swapped=True)
        else:
            stack.append((item, 0))
    return _only(stack, row)


def parse_postfix(row: Row, starts: frozenset[int], blanks: Blanks) -> Expression:
    """The meaning of operators that stand after their two operands.

    Raises:
        ParseError: an operand is missing or left over.
    """
    stack: list[tuple[Expression, int]] = []
    position = 0
    while position < len(row):
        if is_operator(row[position]):
            _reduce(stack, row[position], swapped=False)
            position += 1
        else:
            operand, position = operand_at(row, position, starts, blanks)
            stack.append((operand, 0))
    return _only(stack, row)


def _reduce(stack: list[tuple[Expression, int]], operator: Item, swapped: bool) -> None:
    """Replace the two topmost operands by what the operator makes of them."""
    if operator.rows:
        raise ParseError("an operator cannot carry other symbols", operator.node)
    if len(stack) < 2:
        raise ParseError("an operator lacks an operand", operator.node)
    (last, last_depth), (first, first_depth) = stack.pop(), stack.pop()
    if swapped:
        first, last = last, first
    depth = max(first_depth, last_depth) + 1
    if depth > MAX_DEPTH:
        raise ParseError("nested too deep", operator.node)
    stack.append((Chain((first, last), (operator.label,)), depth))


def _only(stack: list[tuple[Expression, int]], row: Row) -> Expression:
    if len(stack) != 1:
        raise ParseError("operands are left over" if stack else "nothing is written", row[0].node if row else None)
    return stack[0][0]
