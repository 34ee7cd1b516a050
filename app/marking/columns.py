"""Column arithmetic: numbers under one another over a rule, the result under it, carries in between.

Carries and borrowed digits are told from the numbers by size and place alone, so what they say cannot
change what the numbers are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np

from app.marking.layout import around
from models.ink import Box

_LARGEST_CARRY = 0.75
"""Height of a carry, in heights of the block's digits, at the most."""
_RAISED = 0.27
"""How far the middle of a carry stands above the middle of a row of digits, in their heights, at the least."""
_SMALL_CARRY, _HARDLY_RAISED = 0.5, 0.1
"""What is no taller than half a digit is a carry if it is raised at all."""
_SMALLEST = 0.22
"""Larger side of what is no speck, in heights of the block's digits."""
_THICK_POINT = 0.32
"""The same of a thick or blurred point, at the most."""
_NUMBER_APART = 0.9
"""Least space between the number of a problem and its digits, in heights of the block's digits."""
_BEFORE_ANSWER = 2.5
"""Space between an equals sign and an answer, in heights of its digits, at the most."""
_GOES_ON = 0.8
"""Space between a line and what goes on beside it, in heights of the block's digits, at the most."""
_WORKING, _PARTIAL = 8.0, 0.7
"""How far below the first rule a second one stands, and space over a row of partial products, in heights of the block's
digits, at the most: the next sum stands farther down."""
_NEXT_ROW = 1.9
"""Greatest space between rows, in heights of the block's digits."""


@dataclass(frozen=True, slots=True)
class Block:
    """One sum set out in columns; all fields but the box hold indices of pieces.

    Attributes:
        rows: the numbers over the rule, from the top; the operator stands in the last.
        rule: the line under them.
        result: the row under the rule; empty where nothing is written.
        carries: small digits above and between the rows, and partial products.
        box: around all of it.
        has_points: whether decimal points stand in its rows.
        goes_on: whether another row stands right under the result, as partial products do.
    """

    rows: tuple[tuple[int, ...], ...]
    rule: int
    result: tuple[int, ...]
    carries: tuple[int, ...]
    box: Box
    has_points: bool = False
    goes_on: bool = False

    @property
    def pieces(self) -> tuple[int, ...]:
        """All its pieces."""
        return (*(i for row in self.rows for i in row), self.rule, *self.result, *self.carries)


def rules(boxes: np.ndarray, height: float) -> list[int]:
    """Pieces that are long and flat: rules of columns, underlines, bars of long fractions.

    Args:
        boxes: (n, 4) boxes of pieces.
        height: the page's symbol height.
    """
    widths, heights = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    return np.nonzero((widths > 1.5 * height) & (heights < 0.22 * widths) & (heights < 0.8 * height))[0].tolist()


def find_blocks(boxes: np.ndarray, height: float) -> list[Block]:
    """The sums in columns of a page.

    Args:
        boxes: (n, 4) boxes of pieces.
        height: the page's symbol height.
    """
    blocks: list[Block] = []
    flat = rules(boxes, height)
    taken: set[int] = set()
    for rule in sorted(flat, key=lambda i: boxes[i, 1]):
        if rule in taken:
            continue
        others = [i for i in range(len(boxes)) if i not in taken and i not in flat]
        block = _block(boxes, rule, others, flat)
        if block is not None:
            blocks.append(block)
            taken.update(block.pieces)
    return blocks


def _block(boxes: np.ndarray, rule: int, others: Sequence[int], flat: Sequence[int]) -> Block | None:
    """The sum over and under a rule; ``None`` if there are not two rows of digits over it."""
    x0, y0, x1, y1 = boxes[rule]
    length = x1 - x0
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    heights = boxes[:, 3] - boxes[:, 1]
    others = [i for i in others if not _is_part_of_rule(boxes[i], boxes[rule])]
    beside = [i for i in others if x0 - 0.45 * length < middles[i, 0] < x1 + 0.15 * length]
    ceiling = _line_above(boxes, rule, flat)
    above = [i for i in beside if ceiling < middles[i, 1] < y0 + 0.3 * (y1 - y0) and y0 - boxes[i, 3] < 2.5 * length]
    near = [i for i in above if y0 - boxes[i, 3] < 1.2 * heights[i]]
    if not near:
        return None
    digit = float(np.median([heights[i] for i in near if heights[i] >= 0.5 * max(heights[near])]))
    if length > 12 * digit or length < 1.2 * digit:
        return None
    tall = [i for i in above if _LARGEST_CARRY * digit < heights[i] < 2 * digit]
    rows = _with_operators(_rows(tall, boxes, y0, digit), boxes)
    numbered = {i for row in rows[1:] for i in _number_of_problem(row, boxes, rule, digit)}
    if numbered:
        ends = float(boxes[list(numbered), 2].max())
        above = [i for i in above if boxes[i, 2] > ends or i in rows[0]]
        rows = [left for row in rows if (left := [i for i in row if i not in numbered])]
    rows = rows[: _connected(rows, boxes, digit)][::-1]
    if len(rows) < 2 or _goes_on(rows, boxes, rule, others, digit):
        return None
    if _is_after_equals([i for row in rows for i in row], boxes, rule, others, digit):
        return None
    digit = float(np.median([heights[i] for row in rows for i in row]))
    top = min(boxes[i, 1] for i in rows[0]) - 0.9 * digit
    carries, points = [], []
    for i in above:
        if heights[i] > 2 * digit or middles[i, 1] < top or any(i in row for row in rows):
            continue
        middle, row = min(((float(np.median(middles[r, 1])), r) for r in rows), key=lambda m: abs(m[0] - middles[i, 1]))
        if row is not rows[-1] and boxes[i, 2] < min(x0, boxes[row, 0].min() - _NUMBER_APART * digit):
            continue  # a small number of the problem
        raised = _RAISED if heights[i] > _SMALL_CARRY * digit or _is_operator(i, row, boxes, digit) else _HARDLY_RAISED
        if _may_be_point(i, row, boxes, digit):
            points.append((row, i))
        elif (
            -raised * digit < middles[i, 1] - middle < 0.7 * digit
            or _is_stroke_of(i, row, boxes)
            or (row is rows[-1] and _is_operator(i, row, boxes, digit) and middles[i, 1] > middle - 0.6 * digit)
        ):
            row.append(i)
        elif heights[i] <= _LARGEST_CARRY * digit:
            carries.append(i)
    under = [i for i in beside if middles[i, 1] > y1 - 0.3 * (y1 - y0) and i not in above]
    foot, partial = _last_rule(boxes, rule, under, flat, digit)
    under = [i for i in under if middles[i, 1] > foot - 0.3 * (y1 - y0) and i not in partial]
    found = _rows([i for i in under if heights[i] > 0.5 * digit], boxes, foot, digit)
    result = found[0] if found and boxes[found[0], 1].min() - foot < _NEXT_ROW * digit else []
    goes_on = len(found) > 1 and bool(boxes[found[1], 1].min() - boxes[found[0], 3].max() < _PARTIAL * digit)
    for i in [i for i in under if result and i not in result]:
        middle = float(np.median(boxes[result, 1] + boxes[result, 3])) / 2
        if _may_be_point(i, result, boxes, digit):
            points.append((result, i))
        elif abs(middles[i, 1] - middle) < 0.5 * digit:
            result.append(i)
    points = [(row, i) for row, i in points if _is_point(i, row, boxes, digit)]
    # A lone one is a speck: decimals stand under decimals.
    points = [
        (row, i)
        for row, i in points
        if any(other is not row and abs(middles[j, 0] - middles[i, 0]) < 0.6 * digit for other, j in points)
    ]
    for row, i in points:
        row.append(i)
    ordered = tuple(tuple(sorted(row, key=lambda i: boxes[i, 0])) for row in rows)
    carries += partial
    members = [*(i for row in rows for i in row), rule, *result, *carries]
    return Block(
        ordered,
        rule,
        tuple(sorted(result, key=lambda i: boxes[i, 0])),
        tuple(carries),
        around(boxes[members]),
        bool(points),
        goes_on,
    )


def _last_rule(
    boxes: np.ndarray, rule: int, under: Sequence[int], flat: Sequence[int], digit: float
) -> tuple[float, list[int]]:
    """The foot of the rule that the result stands under, and what stands between it and the first: two rows or more of
    partial products, and the second rule itself."""
    x0, _, x1, y1 = boxes[rule]
    below = [i for i in flat if y1 < boxes[i, 1] < y1 + _WORKING * digit]
    below = [i for i in below if min(x1, boxes[i, 2]) - max(x0, boxes[i, 0]) > 0.5 * (x1 - x0)]
    for second in sorted(below, key=lambda i: boxes[i, 1]):
        between = [i for i in under if boxes[i, 1] + boxes[i, 3] < 2 * boxes[second, 1]]
        tall = [i for i in between if boxes[i, 3] - boxes[i, 1] > 0.5 * digit]
        rows = _rows(tall, boxes, y1, digit)
        feet = [y1, *(boxes[row, 3].max() for row in rows)]
        if len(rows) > 1 and all(boxes[r, 1].min() - y < _PARTIAL * digit for r, y in zip(rows, feet, strict=False)):
            return float(boxes[second, 3]), [*between, second]
    return float(y1), []


def _is_part_of_rule(box: np.ndarray, rule: np.ndarray) -> bool:
    """Whether a piece is a scrap that a wavy rule was broken into: flat, and on it."""
    x = (box[0] + box[2]) / 2
    y = (box[1] + box[3]) / 2
    reach = max(0.5 * (rule[3] - rule[1]), 1.0)
    flat = box[3] - box[1] <= max(rule[3] - rule[1], 0.5 * (box[2] - box[0]))
    return bool(flat and rule[0] <= x <= rule[2] and rule[1] - reach <= y <= rule[3] + reach)


def _line_above(boxes: np.ndarray, rule: int, flat: Sequence[int]) -> float:
    """The foot of the next line over a rule that covers half of it, minus infinity where there is none: answers on
    lines that stand under one another are no sum."""
    x0, y0, x1, _ = boxes[rule]
    return max(
        (
            float(boxes[i, 3])
            for i in flat
            if boxes[i, 3] < y0 and min(x1, boxes[i, 2]) - max(x0, boxes[i, 0]) > 0.5 * (x1 - x0)
        ),
        default=-np.inf,
    )


def _number_of_problem(row: Sequence[int], boxes: np.ndarray, rule: int, digit: float) -> list[int]:
    """What stands left of the rule and far from the digits of a row over the one with the operator."""
    ordered = sorted(row, key=lambda i: boxes[i, 0])
    gaps = [boxes[b, 0] - boxes[a, 2] for a, b in pairwise(ordered)]
    left = [boxes[i, 0] + boxes[i, 2] < 2 * boxes[rule, 0] for i in ordered]
    if all(left):
        return ordered
    for k in range(len(gaps), 0, -1):
        if left[k - 1] and gaps[k - 1] > _NUMBER_APART * digit and gaps[k - 1] > 2 * max(gaps[k:], default=0.0):
            return ordered[:k]
    return []


def _is_after_equals(numbers: Sequence[int], boxes: np.ndarray, rule: int, others: Sequence[int], digit: float) -> bool:
    """Whether an equals sign stands before what is over a line: then it is an answer, or a fraction's numerator."""
    left, top, foot = boxes[numbers, 0].min(), boxes[numbers, 1].min(), boxes[rule, 3] + 0.5 * digit
    bars = boxes[[i for i in others if boxes[i, 3] - boxes[i, 1] < 0.5 * (boxes[i, 2] - boxes[i, 0])]]
    bars = bars[(bars[:, 0] < left + 0.3 * digit) & (bars[:, 2] > left - _BEFORE_ANSWER * digit)]
    bars = bars[(bars[:, 1] > top) & (bars[:, 3] < foot)]
    return any(
        abs(a[0] - b[0]) < 0.3 * digit and abs(a[2] - b[2]) < 0.3 * digit and abs(a[1] - b[1]) < 0.7 * digit
        for a, b in combinations(bars, 2)
    )


def _rows(members: Sequence[int], boxes: np.ndarray, start: float, digit: float) -> list[list[int]]:
    """Pieces parted into rows, beginning with the one next to height ``start``."""
    middle = (boxes[:, 1] + boxes[:, 3]) / 2
    order = sorted(members, key=lambda i: abs(middle[i] - start))
    rows: list[list[int]] = []
    for i in order:
        if rows and abs(middle[i] - np.mean(middle[rows[-1]])) < 0.6 * digit:
            rows[-1].append(i)
        else:
            rows.append([i])
    return rows


def _with_operators(rows: Sequence[list[int]], boxes: np.ndarray) -> list[list[int]]:
    """The rows, counted from the rule, without those that hold nothing but a sign: it may stand half-way between two
    numbers, and belongs to the lower."""
    alone = [_is_beside(row, [i for other in rows if other is not row for i in other], boxes) for row in rows]
    numbers = [row for row, is_sign in zip(rows, alone, strict=True) if not is_sign]
    if not numbers:
        return list(rows)
    # What stands higher than the next number is no sign of this sum.
    highest = boxes[numbers[1], 1].min() if len(numbers) > 1 else -np.inf
    signs = [i for row, is_sign in zip(rows, alone, strict=True) if is_sign for i in row if boxes[i, 3] > highest]
    return [[*numbers[0], *signs], *numbers[1:]]


def _is_beside(row: Sequence[int], others: Sequence[int], boxes: np.ndarray) -> bool:
    """Whether a row is one piece to the left of all others."""
    return len(row) == 1 and bool(others) and bool(boxes[row[0], 2] < boxes[list(others), 0].min())


def _connected(rows: Sequence[Sequence[int]], boxes: np.ndarray, digit: float) -> int:
    """How many rows, counted from the rule, belong together: two, and more where they follow as closely."""
    gaps = [boxes[below, 1].min() - boxes[above, 3].max() for below, above in pairwise(rows)]
    if not gaps or gaps[0] > _NEXT_ROW * digit:
        return 1
    close = max(1.3 * gaps[0], 0.25 * digit)
    return next((k + 1 for k, gap in enumerate(gaps) if k and (gap > close or gap > 0.7 * digit)), len(rows))


def _goes_on(rows: Sequence[Sequence[int]], boxes: np.ndarray, rule: int, others: Sequence[int], digit: float) -> bool:
    """Whether a row goes on beside the rule, as lines of text do over an underline."""
    for row in rows:
        top, bottom = boxes[row, 1].min(), boxes[row, 3].max()
        left, right = boxes[row, 0].min(), boxes[row, 2].max()
        for i in others:
            y = (boxes[i, 1] + boxes[i, 3]) / 2
            if i in row or not top < y < bottom or max(boxes[i, 2:] - boxes[i, :2]) < _SMALLEST * digit:
                continue
            after = boxes[i, 0] - boxes[rule, 2]
            after = after > 0 and (after < _GOES_ON * digit or 0 <= boxes[i, 0] - right < 1.2 * digit)
            before = 0 <= left - boxes[i, 2] < 0.8 * digit and boxes[i, 2] < boxes[rule, 0] - 0.8 * digit
            if after or before:
                return True
    return False


def _may_be_point(i: int, row: Sequence[int], boxes: np.ndarray, digit: float) -> bool:
    """Whether a piece is a speck, or somewhat larger where a point stands."""
    largest = max(boxes[i, 2:] - boxes[i, :2])
    return bool(largest < _SMALLEST * digit or (largest < _THICK_POINT * digit and _is_point(i, row, boxes, digit)))


def _is_point(i: int, row: Sequence[int], boxes: np.ndarray, digit: float) -> bool:
    """Whether a dot stands where a decimal point does: low, between digits."""
    x, y = (boxes[i, 0] + boxes[i, 2]) / 2, (boxes[i, 1] + boxes[i, 3]) / 2
    low = abs(y - np.median(boxes[list(row), 3])) < 0.3 * digit
    between = boxes[list(row), 0].min() < x < boxes[list(row), 2].max()
    return bool(low and between and max(boxes[i, 2:] - boxes[i, :2]) > 0.08 * digit)


def _is_stroke_of(i: int, row: Sequence[int], boxes: np.ndarray) -> bool:
    """Whether a small piece is the stroke on top of a digit of the row, as a 5 has."""
    width, height = boxes[i, 2] - boxes[i, 0], boxes[i, 3] - boxes[i, 1]
    overlaps = np.minimum(boxes[i, 2], boxes[list(row), 2]) - np.maximum(boxes[i, 0], boxes[list(row), 0])
    return bool(width > 1.8 * height and ((overlaps > 0.5 * width) & (boxes[i, 3] > boxes[list(row), 1])).any())


def _is_operator(i: int, row: Sequence[int], boxes: np.ndarray, digit: float) -> bool:
    """Whether a piece stands left of a row and is too wide for a borrowed 1."""
    width, height = boxes[i, 2] - boxes[i, 0], boxes[i, 3] - boxes[i, 1]
    return bool(width > 0.7 * height and width > 0.3 * digit and boxes[i, 0] < boxes[list(row), 0].min())
