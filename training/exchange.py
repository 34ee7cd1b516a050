"""Expressions of which a part is another expression's: formulas that nobody wrote, laid out as people write.

A parser that sees the same few thousand formulas again and again learns them by heart. Exchanged parts keep what it is
meant to learn, how symbols stand to each other, and change what it is not. After Le, Indurkhya and Nakagawa (Pattern
Recognition Letters 128, 2019), who recombine strokes; here what a classifier saw of them is recombined.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from models.ink import typical_size
from models.layout_tree import RELATIONS, Relation
from models.vocabulary import INDEX
from training.bank import BankExpression

_RIGHT, _SUPER, _ABOVE, _BELOW, _INSIDE = (
    RELATIONS.index(r) for r in (Relation.RIGHT, Relation.SUPERSCRIPT, Relation.ABOVE, Relation.BELOW, Relation.INSIDE)
)
ROOT = -1
"""Parent of what hangs from nothing."""
IGNORED = -100
"""Target of what is not there, or cannot be known of a wrongly grouped symbol."""
_BAR, _ROOT = INDEX["-"], INDEX["\\sqrt"]
_OPENING, _CLOSING = ({INDEX[b] for b in brackets} for brackets in (("(", "[", "\\{"), (")", "]", "\\}")))
_LOW = {INDEX[d] for d in (".", ",", "\\ldots")}
_JOINING = {INDEX[s] for s in ("+", "\\times", "\\div", "=", "\\lt", "\\gt", "\\leq", "\\geq", "\\neq")}
_MOST_SYMBOLS = 45
_SCALES = (0.3, 3.0)
"""By how much a part may grow or shrink to stand among others."""
_SAME_KIND = 0.8
"""How often a part comes from the same kind of row (a superscript from a superscript)."""


@dataclass(frozen=True, eq=False)
class Symbols:
    """Symbols of one expression with its layout.

    Attributes:
        labels: (n,) label indices, :data:`IGNORED` of what is not one symbol.
        logits: (n, classes) of a classifier.
        whole: (n,) logits.
        boxes: (n, 4).
        times: (n,) that grow in the order of writing.
        parents: (n,) indices, :data:`ROOT`, or :data:`IGNORED` where it is not known.
        relations: (n,) indices into :data:`RELATIONS`, :data:`IGNORED` where there is none or it is not known.
    """

    labels: np.ndarray
    logits: np.ndarray
    whole: np.ndarray
    boxes: np.ndarray
    times: np.ndarray
    parents: np.ndarray
    relations: np.ndarray

    def only(self, chosen: Sequence[int], *, cut: bool = False) -> Symbols:
        """Some of the symbols.

        Args:
            chosen: which, in their new order.
            cut: whether what hangs from none of them is their root; otherwise it is not known what it hangs from.
        """
        chosen = np.asarray(chosen, int)
        renumbered = np.full(len(self.labels), ROOT if cut else IGNORED)
        renumbered[chosen] = np.arange(len(chosen))
        hanging = self.parents[chosen]
        parents = np.where(hanging >= 0, renumbered[np.maximum(hanging, 0)], hanging)
        return Symbols(
            self.labels[chosen], self.logits[chosen], self.whole[chosen], self.boxes[chosen], self.times[chosen],
            parents, np.where(parents >= 0, self.relations[chosen], IGNORED),
        )  # fmt: skip


def symbols_of(e: BankExpression, variant: int) -> Symbols:
    """All candidates of an expression of the bank, the true symbols first, as one of its drawings was seen."""
    count, truth = len(e.groups), len(e.labels)

    def known(values: Sequence[int]) -> np.ndarray:
        return np.concatenate([np.array(values, int), np.full(count - truth, IGNORED)])

    return Symbols(
        known(e.labels),
        e.logits[variant].astype(np.float32),
        e.whole[variant].astype(np.float32),
        e.boxes.astype(np.float64),
        e.times.astype(np.float64),
        known([n.parent if n.parent >= 0 else ROOT for n in e.tree.nodes]),
        known([RELATIONS.index(n.relation) if n.relation else IGNORED for n in e.tree.nodes]),
    )


def truth_of(e: BankExpression, variant: int) -> Symbols:
    """The true symbols of an expression of the bank, as one of its drawings was seen."""
    return symbols_of(e, variant).only(range(len(e.labels)))


class Rows:
    """The rows of an expression: what stands on one baseline, and what hangs from it."""

    def __init__(self, s: Symbols) -> None:
        self.s = s
        self.children: list[list[int]] = [[] for _ in s.labels]
        self.right: dict[int, int] = {}
        for i, (parent, relation) in enumerate(zip(s.parents.tolist(), s.relations.tolist(), strict=True)):
            if relation == _RIGHT:
                self.right[parent] = i
            elif parent >= 0:
                self.children[parent].append(i)
        self.heads = [i for i, relation in enumerate(s.relations.tolist()) if relation != _RIGHT]

    def row(self, head: int) -> list[int]:
        """The nodes on a baseline, from its first one rightwards."""
        row = [head]
        while row[-1] in self.right:
            row.append(self.right[row[-1]])
        return row

    def head_of(self, i: int) -> int:
        """The first node on the baseline of a node."""
        while self.s.relations[i] == _RIGHT:
            i = int(self.s.parents[i])
        return i

    def hanging(self, nodes: Sequence[int]) -> list[int]:
        """Some nodes of a row with everything that hangs from them, but not what follows them."""
        found, stack = [], list(nodes)
        while stack:
            i = stack.pop()
            found.append(i)
            for head in self.children[i]:
                stack += self.row(head)
        return found

    def is_bar(self, i: int) -> bool:
        """Whether a symbol is a fraction bar, and no minus sign."""
        return self.s.labels[i] == _BAR and len(self.children[i]) > 0

    def kind(self, head: int) -> tuple[int, bool]:
        """Rows of one kind may stand in each other's place."""
        relation, parent = int(self.s.relations[head]), int(self.s.parents[head])
        of_bar = parent >= 0 and self.is_bar(parent)
        return (_ABOVE if of_bar and relation == _BELOW else relation), of_bar

    def stretch(self, row: Sequence[int], rng: np.random.Generator) -> tuple[int, int] | None:
        """Start and stop of a random part of a row in which every bracket closes."""
        start, stop = sorted(rng.choice(len(row) + 1, 2, replace=False).tolist())
        depth = 0
        for i in row[start:stop]:
            label = int(self.s.labels[i])
            depth += (label in _OPENING) - (label in _CLOSING)
            if depth < 0:
                return None
        return None if depth else (start, stop)

    def size(self, row: Sequence[int]) -> float:
        """Typical size of what stands in a row, of fractions and roots what stands in those."""
        standing = [k for i in row for k in (self.hanging([i])[1:] or [i] if self.is_frame(i) else [i])]
        return typical_size(self.s.boxes[standing])

    def is_frame(self, i: int) -> bool:
        """Whether a symbol is as large as what stands in it makes it."""
        return self.is_bar(i) or self.s.labels[i] == _ROOT

    def joins(self, i: int) -> bool:
        """Whether a symbol needs something on both sides."""
        return int(self.s.labels[i]) in _JOINING or (self.s.labels[i] == _BAR and not self.children[i])


def _middle(s: Symbols, row: Sequence[int]) -> float:
    standing = [i for i in row if int(s.labels[i]) not in _LOW] or list(row)
    return float(np.median((s.boxes[standing, 1] + s.boxes[standing, 3]) / 2))


def _extent(boxes: np.ndarray) -> np.ndarray:
    return np.concatenate([boxes[:, :2].min(0), boxes[:, 2:].max(0)])


def exchanged(a: Symbols, b: Symbols, rng: np.random.Generator) -> Symbols | None:
    """The first expression with a part of one of its rows replaced by a part of a row of the second.

    The new part takes the size and the height of the line of what it replaces; what follows moves on, bars and roots
    grow or shrink, and what stands above, below, raised or lowered keeps its distance.

    Returns:
        The new expression, ``None`` where the parts that chance chose do not fit.
    """
    rows_a, rows_b = Rows(a), Rows(b)
    row = rows_a.row(int(rng.choice(rows_a.heads)))
    kind = rows_a.kind(row[0])
    donors = [h for h in rows_b.heads if rows_b.kind(h) == kind or rng.random() > _SAME_KIND]
    if not donors:
        return None
    donor = rows_b.row(int(rng.choice(donors)))
    out, new = rows_a.stretch(row, rng), rows_b.stretch(donor, rng)
    if out is None or new is None:
        return None
    (start, stop), taken = out, donor[new[0] : new[1]]
    before, after = row[start - 1] if start else None, row[stop] if stop < len(row) else None
    clash_before = before is not None and rows_a.joins(before) and rows_b.joins(taken[0])
    clash_after = after is not None and rows_b.joins(taken[-1]) and rows_a.joins(after)
    if clash_before or clash_after:
        return None
    removed = rows_a.hanging(row[start:stop])
    inserted = rows_b.hanging(taken)
    scale = rows_a.size(row) / rows_b.size(donor)
    if len(a.labels) - len(removed) + len(inserted) > _MOST_SYMBOLS or not _SCALES[0] < scale < _SCALES[1]:
        return None

    count = len(a.labels)
    boxes = np.concatenate([a.boxes, b.boxes[inserted] * scale])
    fresh = list(range(count, count + len(inserted)))
    position = {i: k for k, i in zip(fresh, inserted, strict=True)}
    boxes[fresh, 0::2] += a.boxes[removed, 0].min() - boxes[fresh, 0].min()
    boxes[fresh, 1::2] += _middle(a, row) - scale * _middle(b, taken)
    gone = set(removed)
    _make_room(rows_a, boxes, row, stop, gone, fresh)

    parents = np.concatenate([a.parents, [position.get(int(b.parents[i]), ROOT) for i in inserted]])
    relations = np.concatenate([a.relations, b.relations[inserted]])
    first, last = position[taken[0]], position[taken[-1]]
    parents[first], relations[first] = a.parents[row[start]], a.relations[row[start]]
    if after is not None:
        parents[after] = last
    moment = a.times[removed].min()
    order = np.argsort(np.argsort(b.times[inserted], kind="stable"), kind="stable")
    times = np.concatenate([a.times, moment + (order + 0.5) / (len(inserted) + 1)])
    both = Symbols(
        np.concatenate([a.labels, b.labels[inserted]]),
        np.concatenate([a.logits, b.logits[inserted]]),
        np.concatenate([a.whole, b.whole[inserted]]),
        boxes,
        times,
        parents,
        relations,
    )
    return both.only([i for i in range(count + len(inserted)) if i not in gone])


def _make_room(
    rows: Rows, boxes: np.ndarray, row: Sequence[int], stop: int, removed: set[int], fresh: Sequence[int]
) -> None:
    """Move, in place, all that has to make room for a new part, or may close up, from its row outwards."""
    s, old = rows.s, rows.s.boxes
    unit: Collection[int] = removed

    def now(nodes: Collection[int]) -> np.ndarray:
        present = [i for i in nodes if i not in removed]
        return _extent(boxes[[*present, *fresh]])

    while True:
        following = rows.hanging(row[stop:])
        boxes[following, 0::2] += now(unit)[2] - _extent(old[[*unit]])[2]
        head = row[0]
        parent, relation = int(s.parents[head]), int(s.relations[head])
        if parent < 0:
            return
        whole_row = rows.hanging(row)
        moving = [*(i for i in whole_row if i not in removed), *fresh]
        top, right, bottom = (now(whole_row) - _extent(old[whole_row]))[1:]
        if relation == _INSIDE:
            boxes[parent, 1:] += (top, right, bottom)
        else:
            boxes[moving, 1::2] -= bottom if relation in (_ABOVE, _SUPER) else top
        if rows.is_bar(parent):
            others = rows.hanging([i for h in rows.children[parent] if h != head for i in rows.row(h)])
            end = boxes[parent, 2] + right
            wide = _extent(old[others]) if others else boxes[parent] + (0, 0, right, 0)
            if end - boxes[parent, 0] >= wide[2] - wide[0]:
                boxes[parent, 2] = end
                boxes[others, 0::2] += np.clip(right / 2, boxes[parent, 0] - wide[0], end - wide[2])
            else:
                boxes[moving, 0::2] -= right / 2
        elif relation in (_ABOVE, _BELOW):
            boxes[moving, 0::2] -= right / 2
        unit = rows.hanging([parent])
        row = rows.row(rows.head_of(parent))
        stop = row.index(parent) + 1
