"""Which readings of the hypotheses are looked at, how they are weighed, and how sure the best of them is."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.maths import is_sound
from app.reading.alike import agreement
from app.reading.hypothesis import Hypothesis, Weights
from app.reading.reading import Interpretation, Symbol, SymbolAlternative
from app.reading.scoring import ARITHMETIC
from app.reading.stray import stray_points, without
from models.geometry import Geometry
from models.grammar import Grammar
from models.layout_tree import LayoutTree, Node
from models.vocabulary import ARITHMETIC_LABELS, CASES, INDEX, LABELS

_CASES = [(INDEX[small], INDEX[large]) for small, large in CASES]
_SYMBOL_ALTERNATIVES = 5
_DRAWN = 32
"""Readings among which the grammar chooses and probabilities are shared out."""
_LEAST_ALTERNATIVE = 0.002
_MOSTLY = 0.7
"""Share of arithmetic symbols from which a reading with letters may be a calculation misread."""
_ARITHMETIC = 9
"""Where :class:`Drawn` has the feature of being arithmetic throughout."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One reading among those that were looked at.

    Attributes:
        hypothesis: its grouping.
        labels: of its symbols.
        tree: over its symbols.
        features: (15,) what :class:`Weights` weigh.
    """

    hypothesis: Hypothesis
    labels: tuple[str, ...]
    tree: LayoutTree
    features: np.ndarray


def draw_readings(
    hypotheses: Sequence[Hypothesis], most: int, w: Weights, grammar: Grammar, geometry: Geometry
) -> list[Drawn]:
    """The readings that score best before the grammar, geometry and arithmetic are asked, best first.

    Args:
        hypotheses: in any order.
        most: how many.
        w: how scores are added up.
        grammar: how plausible layouts are.
        geometry: how plausible sizes and places are.
    """
    swept = [clean for h in hypotheses if (clean := _swept(h))]
    hypotheses = sorted([*hypotheses, *swept], key=lambda h: -h.score(w))
    # A heap of changes to each hypothesis: (loss, number, flips of single symbols by rank, tree).
    heap: list[tuple[float, int, tuple[int, ...], int]] = []
    scores = [h.score(w) for h in hypotheses]
    losses = [scores[0] - score for score in scores]
    for number, h in enumerate(hypotheses):
        heapq.heappush(heap, (losses[number], number, (0,) * len(h.groups), 0))
    orders = [_classes(h) for h in hypotheses]
    for number, (h, order) in enumerate(zip(hypotheses, orders, strict=True)):
        rows = np.arange(len(order))
        # Readings that differ in many symbols at once would hardly be reached one symbol at a time.
        for ranks in (*(_arithmetic(order) if w.arithmetic else ()), *_unmixed(order)):
            loss = float((h.symbol[rows, order[:, 0]] - h.symbol[rows, order[rows, list(ranks)]]).sum())
            heapq.heappush(heap, (losses[number] + w.flip_symbol * loss, number, ranks, 0))
    drawn: list[Drawn] = []
    seen = set()
    while heap and len(drawn) < most:
        loss, number, ranks, tree = heapq.heappop(heap)
        if (number, ranks, tree) in seen:
            continue
        seen.add((number, ranks, tree))
        h, order = hypotheses[number], orders[number]
        drawn.append(_drawn(h, order, ranks, tree, grammar, geometry))
        for i, rank in enumerate(ranks):
            if rank + 1 < order.shape[1]:
                step = h.symbol[i, order[i, rank]] - h.symbol[i, order[i, rank + 1]]
                changed = (*ranks[:i], rank + 1, *ranks[i + 1 :])
                heapq.heappush(heap, (loss + w.flip_symbol * float(step), number, changed, tree))
        if tree + 1 < len(h.trees):
            step = h.trees[tree][0] - h.trees[tree + 1][0]
            heapq.heappush(heap, (loss + w.flip_layout * step, number, ranks, tree + 1))
    if w.arithmetic and (calculation := _calculation(hypotheses[0], orders[0])) and (0, calculation, 0) not in seen:
        drawn.append(_drawn(hypotheses[0], orders[0], calculation, 0, grammar, geometry))
    return drawn


def _swept(h: Hypothesis) -> Hypothesis | None:
    """A hypothesis without its stray points, ``None`` where it has none; what has a cell of its own is none."""
    if h.in_cells:
        return None
    tree = h.trees[0][1]
    points = [i for i in stray_points(tree, h.boxes) if h.ink.dots.issuperset(h.groups[i])]
    return without(h, points) if points else None


def _classes(h: Hypothesis) -> np.ndarray:
    """(N, ranks) the likeliest classes of each symbol, best first; the last is arithmetic if no other one is."""
    order = np.argsort(-h.symbol, 1)[:, :_SYMBOL_ALTERNATIVES]
    none = ~ARITHMETIC[order].any(1)
    order[none, -1] = np.where(ARITHMETIC, h.symbol[none], -np.inf).argmax(1)
    return order


def _calculation(h: Hypothesis, order: np.ndarray) -> tuple[int, ...] | None:
    """Ranks of the arithmetic that an ink most likely is, where most of its symbols are arithmetic but not all."""
    if ARITHMETIC[order[:, 0]].mean() < _MOSTLY or not np.array([LABELS[k].isdigit() for k in order[:, 0]]).any():
        return None
    return next(iter(_arithmetic(order)), None)


def _arithmetic(order: np.ndarray) -> list[tuple[int, ...]]:
    """Ranks of the best classes of a hypothesis that are arithmetic, where those of all are not and could be.

    Args:
        order: (N, ranks) classes of each symbol, best first.
    """
    allowed = ARITHMETIC[order]
    if not allowed.any(1).all() or allowed[:, 0].all():
        return []
    return [tuple(allowed.argmax(1).tolist())]


def _unmixed(order: np.ndarray) -> list[tuple[int, ...]]:
    """Ranks of the classes of a hypothesis with a letter that stands in both cases in one of them only.

    Args:
        order: (N, ranks) classes of each symbol, best first.
    """
    found = []
    for pair in _CASES:
        places = np.flatnonzero(np.isin(order[:, 0], pair))
        if len(set(order[places, 0].tolist())) < 2:
            continue
        for case in pair:
            known = order[places] == case
            if known.any(1).all():
                ranks = np.zeros(len(order), int)
                ranks[places] = known.argmax(1)
                found.append(tuple(ranks.tolist()))
    return found


def _drawn(
    h: Hypothesis, order: np.ndarray, ranks: Sequence[int], tree: int, grammar: Grammar, geometry: Geometry
) -> Drawn:
    rows = np.arange(len(order))
    chosen = order[rows, list(ranks)]
    labels = tuple(LABELS[k] for k in chosen)
    score, layout = h.trees[tree]
    if labels != tuple(n.label for n in layout.nodes):
        layout = LayoutTree(tuple(replace(n, label=x) for n, x in zip(layout.nodes, labels, strict=True)))
    arithmetic = _is_arithmetic(labels)
    sound = arithmetic and is_sound(layout, h.boxes)
    mixed = sum(small in labels and large in labels for small, large in CASES)
    best = float(h.symbol.max(1).sum())
    places = 0.0 if h.in_cells else geometry.score(labels, layout, h.way_boxes)
    features = [
        h.grouping, best, h.whole, h.trees[0][0], -float(h.parted),
        float(h.pieces[rows, chosen].sum()), float(h.symbol[rows, chosen].sum()) - best, score - h.trees[0][0],
        grammar.row_score(labels, layout), float(arithmetic), float(sound), -float(mixed), agreement(h.alike, labels),
        -float(len(stray_points(layout, h.boxes))), places,
    ]  # fmt: skip
    return Drawn(h, labels, layout, np.array(features))


def interpretations(
    hypotheses: Sequence[Hypothesis], most: int, w: Weights, grammar: Grammar, geometry: Geometry
) -> list[Interpretation]:
    """The best readings over groupings, classes and trees, with their probabilities.

    Args:
        hypotheses: in any order.
        most: readings to return at the most.
        w: how scores are added up.
        grammar: how plausible layouts are.
        geometry: how plausible sizes and places are.
    """
    # More are drawn than asked for, so that the probabilities have their share of the rest.
    drawn = draw_readings(hypotheses, max(most, _DRAWN), w, grammar, geometry)
    scores = np.stack([d.features for d in drawn]) @ w.of_features()
    missing = scores[0] + w.missing + w.missing_symbol * len(drawn[0].labels)
    odds = np.exp(scores - max(scores.max(), missing))
    odds /= odds.sum() + np.exp(missing - max(scores.max(), missing))
    odds, ranking = _merged(drawn, odds)
    ranking = _shown(drawn, ranking, most) if w.arithmetic else ranking[:most]
    odds = _calibrated(odds, int(ranking[0]), w)
    readings = []
    for k in ranking:
        d = drawn[k]
        symbols = tuple(_symbol(d.hypothesis, i, label) for i, label in enumerate(d.labels))
        readings.append(_by_position(Interpretation(symbols, d.tree, float(odds[k]))))
    return readings


def _merged(drawn: Sequence[Drawn], odds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Readings that say the same by other groupings as the likeliest of them.

    Returns:
        Probabilities, of which each such reading has those of all, and the numbers of the readings that are left,
        the most probable first.
    """
    likeliest: dict[str, int] = {}
    owners = np.zeros(len(drawn), int)
    for k in np.argsort(-odds, kind="stable").tolist():
        owners[k] = likeliest.setdefault(drawn[k].tree.canonical, k)
    total = np.bincount(owners, odds, len(drawn))
    left = np.unique(owners)
    return total, left[np.argsort(-total[left], kind="stable")]


def _shown(drawn: Sequence[Drawn], ranking: np.ndarray, most: int) -> np.ndarray:
    """The readings to show, best first: where a calculation was drawn beside what has letters, the last is it."""
    shown = ranking[:most]
    arithmetic = [k for k in ranking if drawn[k].features[_ARITHMETIC]]
    mostly = ARITHMETIC[[INDEX[label] for label in drawn[ranking[0]].labels]].mean() >= _MOSTLY
    if most > 1 and arithmetic and mostly and not np.isin(shown, arithmetic).any():
        shown = np.append(shown[: most - 1], arithmetic[0])
    return shown


def _calibrated(probabilities: np.ndarray, best: int, w: Weights) -> np.ndarray:
    """Probabilities with that of the best reading calibrated; the others share what it leaves, at the most."""
    p = float(np.clip(probabilities[best], 1e-6, 1 - 1e-6))
    q = 1 / (1 + np.exp(-(w.slope * np.log(p / (1 - p)) + w.offset)))
    found = probabilities * min(q / p, (1 - q) / (1 - p))
    found[best] = q
    return found


def _is_arithmetic(labels: Sequence[str]) -> bool:
    return ARITHMETIC_LABELS.issuperset(labels) and any(label.isdigit() for label in labels)


def _symbol(h: Hypothesis, i: int, label: str) -> Symbol:
    ink = h.ink
    probabilities = np.exp(h.symbol[i])
    pieces = (*h.groups[i], *(piece for piece, owner in h.strays if owner == i))
    others = [
        SymbolAlternative(LABELS[k], float(probabilities[k]))
        for k in np.argsort(-probabilities)[: _SYMBOL_ALTERNATIVES + 1]
        if LABELS[k] != label and probabilities[k] >= _LEAST_ALTERNATIVE
    ]
    return Symbol(
        label=label,
        box=ink.input_box(h.boxes[i]),
        confidence=float(probabilities[INDEX[label]]),
        strokes=tuple(sorted(ink.numbers[k] if ink.numbers else k for k in pieces)),
        printed=bool(h.hand[i] < 0),
        alternatives=tuple(others[:_SYMBOL_ALTERNATIVES]),
    )


def _by_position(reading: Interpretation) -> Interpretation:
    """The same reading with its symbols in the order in which one reads them: parents first, rows left to right."""
    order = list(reading.tree.walk())
    position = {old: new for new, old in enumerate(order)}
    nodes = tuple(Node(n.label, position.get(n.parent, -1), n.relation) for n in (reading.tree.nodes[i] for i in order))
    return Interpretation(tuple(reading.symbols[i] for i in order), LayoutTree(nodes), reading.confidence)
