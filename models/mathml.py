"""Presentation MathML to a symbol layout tree.

Used to read the layout annotations of InkML files and to check the MathML that the service writes.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from xml.etree.ElementTree import Element

from models.layout_tree import LayoutTree, Node, Relation
from models.vocabulary import SYMBOLS

_FROM_TEXT: dict[str, str] = {}
for _symbol in SYMBOLS:
    for _spelling in (_symbol.label, _symbol.latex, _symbol.text, _symbol.mathml[1]):
        _FROM_TEXT.setdefault(_spelling, _symbol.label)
_FROM_TEXT |= {"−": "-", "<": "\\lt", ">": "\\gt", "COMMA": ",", "'": "\\prime", "\\le": "\\leq", "\\ge": "\\geq"}
_FROM_TEXT |= {"\\to": "\\rightarrow", "\\lbrack": "[", "\\rbrack": "]", "\\dots": "\\ldots", "φ": "\\phi"}

_XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
_INVISIBLE = {"\u2061", "\u2062", "\u2063", "\u2064"}
_TOKENS = {"mi", "mn", "mo", "mtext"}
_ROWS = {"math", "mrow", "mstyle", "mpadded", "mphantom", "semantics"}


def normalise_label(text: str) -> str | None:
    """The vocabulary's label for a symbol as other programs spell it; ``None`` for an unknown one."""
    return _FROM_TEXT.get(text.strip())


def _tag(element: Element) -> str:
    return element.tag.rsplit("}", 1)[-1]


class _Builder:
    def __init__(self) -> None:
        self.labels: list[str] = []
        self.ids: list[str | None] = []
        self.links: list[tuple[int, Relation] | None] = []

    def node(self, label: str, identifier: str | None) -> int:
        self.labels.append(label)
        self.ids.append(identifier)
        self.links.append(None)
        return len(self.labels) - 1

    def hang(self, ends: tuple[int, int] | None, parent: int, relation: Relation) -> None:
        if ends is None:
            return
        # A second subscript of one base, ((e_f)_g), is written under the first: e_{f_g}.
        while (parent, relation) in self.links:
            parent = self.links.index((parent, relation))
        self.links[ends[0]] = (parent, relation)

    def row(self, elements: Iterable[Element]) -> tuple[int, int] | None:
        """First and last node on the baseline of a row; ``None`` for an empty one."""
        first = last = None
        for element in elements:
            ends = self.element(element)
            if ends is None:
                continue
            if last is None:
                first = ends[0]
            else:
                self.hang(ends, last, Relation.RIGHT)
            last = ends[1]
        return None if first is None or last is None else (first, last)

    def token(self, element: Element) -> tuple[int, int] | None:
        text = (element.text or "").strip()
        identifier = element.get(_XML_ID)
        if not text or text in _INVISIBLE:
            return None
        label = normalise_label(text)
        # Only a number is several symbols in one token; any other unknown text is one foreign symbol.
        labels = [label or text] if label or _tag(element) != "mn" else [normalise_label(c) or c for c in text]
        nodes = [self.node(each, identifier) for each in labels]
        for left, right in pairwise(nodes):
            self.links[right] = (left, Relation.RIGHT)
        return nodes[0], nodes[-1]

    def element(self, element: Element) -> tuple[int, int] | None:
        tag, children = _tag(element), list(element)
        if tag in _TOKENS:
            return self.token(element)
        if tag == "mfrac":
            self._expect(tag, children, 2)
            bar = self.node("-", element.get(_XML_ID))
            self.hang(self.row(children[:1]), bar, Relation.ABOVE)
            self.hang(self.row(children[1:]), bar, Relation.BELOW)
            return bar, bar
        if tag in ("msqrt", "mroot"):
            root = self.node("\\sqrt", element.get(_XML_ID))
            if tag == "mroot":
                self._expect(tag, children, 2)
                self.hang(self.row(children[1:]), root, Relation.ABOVE)
                children = children[:1]
            self.hang(self.row(children), root, Relation.INSIDE)
            return root, root
        scripts = {
            "msup": (Relation.SUPERSCRIPT,),
            "msub": (Relation.SUBSCRIPT,),
            "msubsup": (Relation.SUBSCRIPT, Relation.SUPERSCRIPT),
            "munder": (Relation.BELOW,),
            "mover": (Relation.ABOVE,),
            "munderover": (Relation.BELOW, Relation.ABOVE),
        }.get(tag)
        if scripts is not None:
            self._expect(tag, children, 1 + len(scripts))
            base = self.row(children[:1])
            if base is None:
                raise ValueError(f"<{tag}> without a base")
            for child, relation in zip(children[1:], scripts, strict=True):
                self.hang(self.row([child]), base[1], relation)
            return base
        if tag in ("annotation", "annotation-xml", "mspace"):
            return None
        if tag in _ROWS:
            return self.row(children)
        raise ValueError(f"<{tag}> has no place in a layout tree")

    @staticmethod
    def _expect(tag: str, children: list[Element], count: int) -> None:
        if len(children) != count:
            raise ValueError(f"<{tag}> has {len(children)} children instead of {count}")


def layout_from_mathml(math: Element) -> tuple[LayoutTree, list[str | None]]:
    """Convert presentation MathML into a layout tree.

    Args:
        math: a ``<math>`` element (or any presentation element) in any namespace.

    Returns:
        The tree, and for each of its nodes the ``xml:id`` of the element it came from.

    Raises:
        ValueError: the markup has no layout tree (tables, wrong numbers of children, …).
    """
    builder = _Builder()
    builder.element(math)
    nodes = []
    for label, link in zip(builder.labels, builder.links, strict=True):
        parent, relation = link if link is not None else (-1, None)
        nodes.append(Node(label, parent, relation))
    return LayoutTree(tuple(nodes)), builder.ids
