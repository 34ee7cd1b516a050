"""Layout trees as nested rows: the form in which writers and parsers walk them.

A row is what stands on one baseline, from left to right; each of its items may carry further rows
(above it, below it, as its superscript …).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from models.layout_tree import LayoutTree, Node, Relation

MAX_DEPTH = 50
"""How deep rows and brackets may nest: ample for writing, and safe for recursion on any thread."""


@dataclass(slots=True)
class Item:
    """A symbol of a row.

    Attributes:
        label: its class.
        node: its node in the layout tree; where there is no tree yet, its place in the source, or −1.
        rows: the rows it carries, by relation; never one at ``RIGHT``.
    """

    label: str
    node: int = -1
    rows: dict[Relation, Row] = field(default_factory=dict)

    @property
    def is_fraction(self) -> bool:
        """Whether the symbol is a fraction's bar."""
        return self.label == "-" and Relation.ABOVE in self.rows and Relation.BELOW in self.rows


Row = list[Item]


class TooDeepError(ValueError):
    """Rows nested deeper than ``MAX_DEPTH``."""


def rows_of(tree: LayoutTree) -> Row:
    """The top row of a layout tree; empty for an empty tree.

    Raises:
        TooDeepError: rows nest deeper than ``MAX_DEPTH``.
    """
    if not tree.nodes:
        return []
    below: list[dict[Relation, int]] = [{} for _ in tree.nodes]
    for i, node in enumerate(tree.nodes):
        if node.relation is not None:
            below[node.parent][node.relation] = i

    def row(index: int | None, depth: int) -> Row:
        if depth > MAX_DEPTH:
            raise TooDeepError("nested too deep")
        items: Row = []
        while index is not None:
            rows = {r: row(c, depth + 1) for r, c in below[index].items() if r is not Relation.RIGHT}
            items.append(Item(tree.nodes[index].label, index, rows))
            index = below[index].get(Relation.RIGHT)
        return items

    return row(tree.root, 0)


def tree_of(row: Row) -> LayoutTree:
    """The layout tree of a row, its nodes in reading order (a symbol, its own rows, the next symbol)."""
    nodes: list[Node] = []

    def add(items: Row, parent: int, relation: Relation | None) -> None:
        for item in items:
            nodes.append(Node(item.label, parent, relation))
            parent, relation = len(nodes) - 1, Relation.RIGHT
            here = parent
            for place, below in item.rows.items():
                if below:
                    add(below, here, place)

    add(row, -1, None)
    return LayoutTree(tuple(nodes))


def items_of(row: Row) -> Iterator[Item]:
    """Every item of a row and of the rows it carries."""
    for item in row:
        yield item
        for below in item.rows.values():
            yield from items_of(below)
