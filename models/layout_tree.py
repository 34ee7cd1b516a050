"""Symbol layout trees: which symbol stands where relative to which.

A symbol layout tree (Zanibbi, Blostein and Cordy, TPAMI 2002) has one node a symbol. Every symbol but
the root hangs from one parent by one relation. ``RIGHT`` links the neighbours on one baseline; the
other relations link a symbol to the *first* (leftmost) symbol of the sub-expression in that place: a
fraction bar has ``ABOVE`` and ``BELOW``, a root ``INSIDE`` (and its index ``ABOVE``), a base
``SUPERSCRIPT`` and ``SUBSCRIPT``, a sum its bounds ``ABOVE`` and ``BELOW``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Relation(StrEnum):
    """How a symbol stands to its parent; the names are those of CROHME's label graphs."""

    RIGHT = "Right"
    SUPERSCRIPT = "Sup"
    SUBSCRIPT = "Sub"
    ABOVE = "Above"
    BELOW = "Below"
    INSIDE = "Inside"


RELATIONS: tuple[Relation, ...] = tuple(Relation)
"""In the order of the context parser's outputs."""


@dataclass(frozen=True, slots=True)
class Node:
    """One symbol of a layout tree.

    Attributes:
        label: its class, one of ``models.vocabulary.LABELS``.
        parent: index of the parent node, −1 for the root.
        relation: relation to the parent, ``None`` for the root.
    """

    label: str
    parent: int = -1
    relation: Relation | None = None


@dataclass(frozen=True, slots=True)
class LayoutTree:
    """A symbol layout tree; node *i* describes symbol *i* of the reading it belongs to.

    Raises:
        ValueError: not exactly one root, a parent that does not exist, two children in one place,
            or a cycle.
    """

    nodes: tuple[Node, ...]

    def __post_init__(self) -> None:
        taken: set[tuple[int, Relation]] = set()
        roots = 0
        for i, node in enumerate(self.nodes):
            if node.parent < 0:
                if node.relation is not None:
                    raise ValueError(f"root {i} has a relation")
                roots += 1
                continue
            if node.parent >= len(self.nodes) or node.relation is None:
                raise ValueError(f"node {i} hangs from nothing")
            place = (node.parent, node.relation)
            if place in taken:
                raise ValueError(f"two children of node {node.parent} at {node.relation}")
            taken.add(place)
        if self.nodes and roots != 1:
            raise ValueError(f"{roots} roots")
        if sum(1 for _ in self.walk()) != len(self.nodes):
            raise ValueError("the nodes form a cycle")

    @property
    def root(self) -> int:
        """Index of the root node.

        Raises:
            ValueError: the tree is empty.
        """
        for i, node in enumerate(self.nodes):
            if node.parent < 0:
                return i
        raise ValueError("an empty layout tree has no root")

    def children(self, index: int) -> dict[Relation, int]:
        """The children of a node by relation."""
        return {n.relation: i for i, n in enumerate(self.nodes) if n.parent == index and n.relation}

    def child(self, index: int, relation: Relation) -> int | None:
        """The child of a node at one relation, ``None`` where there is none."""
        return self.children(index).get(relation)

    def baseline(self, index: int) -> list[int]:
        """The nodes on one baseline, from ``index`` rightwards."""
        right = {n.parent: i for i, n in enumerate(self.nodes) if n.relation is Relation.RIGHT}
        row = [index]
        while row[-1] in right:
            row.append(right[row[-1]])
        return row

    def _below(self) -> dict[int, list[int]]:
        """The children of each node that has some, and the root below -1."""
        below: dict[int, list[int]] = {}
        for i, node in enumerate(self.nodes):
            below.setdefault(node.parent, []).append(i)
        return below

    def walk(self) -> Iterator[int]:
        """Every node reachable from the root, parents before children."""
        below = self._below()
        stack = below.get(-1, [])[:1]
        while stack:
            i = stack.pop()
            yield i
            stack.extend(reversed(below.get(i, [])))

    @property
    def canonical(self) -> str:
        """A string that two layout trees share exactly if they have the same labels and relations."""
        below = self._below()
        # Without recursion: a long row is a deep tree.
        text: dict[int, str] = {}
        for i in reversed(list(self.walk())):
            parts = sorted(f"{self.nodes[c].relation}({text[c]})" for c in below.get(i, []))
            text[i] = " ".join([self.nodes[i].label, *parts])
        return text[self.root] if self.nodes else ""
