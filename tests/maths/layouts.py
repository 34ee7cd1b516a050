"""Random layout trees and random arithmetic for the tests of this room."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from hypothesis import strategies as st

from app.maths.rows import Item, Row, tree_of
from models.layout_tree import LayoutTree, Relation
from models.vocabulary import BY_LABEL, LABELS, Kind

_BARE = [label for label in LABELS if BY_LABEL[label].kind is not Kind.ROOT]
_SCRIPTED = [label for label in LABELS if BY_LABEL[label].kind in (Kind.LETTER, Kind.DIGIT, Kind.CLOSE, Kind.FUNCTION)]


def rows(depth: int = 2) -> st.SearchStrategy[Row]:
    """Rows of any symbols, with scripts, fractions, roots and bounds nested ``depth`` deep."""
    return st.lists(items(depth), min_size=1, max_size=4)


def items(depth: int) -> st.SearchStrategy[Item]:
    bare = st.sampled_from(_BARE).map(Item)
    if depth == 0:
        return bare
    below = rows(depth - 1)
    optional = st.none() | below

    def carrying(labels: list[str], *places: Relation) -> st.SearchStrategy[Item]:
        return st.tuples(st.sampled_from(labels), *(optional for _ in places)).map(
            lambda drawn: Item(drawn[0], rows={p: r for p, r in zip(places, drawn[1:], strict=True) if r is not None})
        )

    fraction = st.tuples(below, below, optional).map(
        lambda drawn: Item(
            "-",
            rows={Relation.ABOVE: drawn[0], Relation.BELOW: drawn[1]}
            | ({Relation.SUPERSCRIPT: drawn[2]} if drawn[2] else {}),
        )
    )
    return st.one_of(
        bare,
        fraction,
        carrying(_SCRIPTED, Relation.SUBSCRIPT, Relation.SUPERSCRIPT),
        carrying(["\\sqrt"], Relation.ABOVE, Relation.INSIDE, Relation.SUPERSCRIPT),
        carrying(["\\sum", "\\int", "\\lim"], Relation.BELOW, Relation.ABOVE),
        carrying(["\\sum", "\\int", "\\lim"], Relation.SUBSCRIPT, Relation.SUPERSCRIPT),
    )


def shape(tree: LayoutTree) -> tuple:
    """Labels and relations of a tree, whatever the order of its nodes."""

    def of(index: int) -> tuple:
        return tree.nodes[index].label, tuple(sorted((r.value, of(c)) for r, c in tree.children(index).items()))

    return of(tree.root)


@dataclass(frozen=True)
class Operation:
    """A binary operation of the reference evaluator."""

    label: str
    compute: Callable[[Fraction, Fraction], Fraction]
    rank: int


OPERATIONS = (
    Operation("+", lambda a, b: a + b, 1),
    Operation("-", lambda a, b: a - b, 1),
    Operation("\\times", lambda a, b: a * b, 2),
    Operation("\\div", lambda a, b: a / b, 2),
)

Arithmetic = int | tuple[Operation, "Arithmetic", "Arithmetic"]
"""A number, or an operation on two of these."""


def arithmetic(highest: int) -> st.SearchStrategy[Arithmetic]:
    """Random binary operator trees over whole numbers from 0 to ``highest``."""
    return st.recursive(
        st.integers(0, highest),
        lambda part: st.tuples(st.sampled_from(OPERATIONS), part, part),
        max_leaves=8,
    )


def reference_value(tree: Arithmetic) -> Fraction | None:
    """The value of an operator tree, ``None`` if it divides by zero."""
    if isinstance(tree, int):
        return Fraction(tree)
    operation, left, right = tree
    a, b = reference_value(left), reference_value(right)
    if a is None or b is None or (operation.label == "\\div" and b == 0):
        return None
    return operation.compute(a, b)


def digits(number: int) -> Row:
    return [Item(c) for c in str(number)]


def infix_row(tree: Arithmetic) -> Row:
    """An operator tree in infix notation, with brackets wherever ranks ask for them."""
    if isinstance(tree, int):
        return digits(tree)
    operation, left, right = tree

    def side(part: Arithmetic, lowest: int) -> Row:
        row = infix_row(part)
        bare = isinstance(part, int) or part[0].rank >= lowest
        return row if bare else [Item("("), *row, Item(")")]

    return [*side(left, operation.rank), Item(operation.label), *side(right, operation.rank + 1)]


def fraction_row(tree: Arithmetic) -> Row:
    """As ``infix_row``, with fraction bars for divisions."""
    if isinstance(tree, int):
        return digits(tree)
    operation, left, right = tree
    if operation.label == "\\div":
        return [Item("-", rows={Relation.ABOVE: fraction_row(left), Relation.BELOW: fraction_row(right)})]
    bracketed = [
        row if isinstance(part, int) else [Item("("), *row, Item(")")]
        for part, row in ((left, fraction_row(left)), (right, fraction_row(right)))
    ]
    return [*bracketed[0], Item(operation.label), *bracketed[1]]


def prefix_row(tree: Arithmetic) -> list[str | int]:
    """Operators and numbers in prefix order."""
    if isinstance(tree, int):
        return [tree]
    return [tree[0].label, *prefix_row(tree[1]), *prefix_row(tree[2])]


def postfix_row(tree: Arithmetic) -> list[str | int]:
    """Operators and numbers in postfix order."""
    if isinstance(tree, int):
        return [tree]
    return [*postfix_row(tree[1]), *postfix_row(tree[2]), tree[0].label]


def spaced(tokens: list[str | int]) -> tuple[LayoutTree, list[tuple[float, float, float, float]]]:
    """Operators and numbers on a line: symbols 10 wide and 20 high, 3 apart in a number and 16 between."""
    row: Row = []
    boxes = []
    x = 0.0
    for token in tokens:
        labels = list(str(token)) if isinstance(token, int) else [token]
        for label in labels:
            row.append(Item(label))
            boxes.append((x, 0.0, x + 10, 20.0))
            x += 13
        x += 13
    return tree_of(row), boxes
