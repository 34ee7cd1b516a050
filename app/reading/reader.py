"""The reader: ink in, reading out. One road for strokes and photographs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Any, Literal

import numpy as np

from app.reading.alike import SYMBOLS, alike
from app.reading.candidates import WIDEST, candidate_groups
from app.reading.cells import as_calculations, notation_of
from app.reading.classifying import classify
from app.reading.cutting import cut
from app.reading.errors import ReadingError
from app.reading.hypothesis import Hypothesis, Weights
from app.reading.lattice import Grouping, best_groupings
from app.reading.layout import best_trees
from app.reading.levelling import levelled, with_boxes_of
from app.reading.loading import Device, load_network
from app.reading.network import Classified, Network, Parsed, to_looks
from app.reading.ranking import interpretations
from app.reading.reading import Interpretation, Reading, Symbol
from app.reading.scoring import ARITHMETIC, FORBIDDEN, grouping_scores, log_sigmoid, log_softmax
from app.reading.segments import segments
from models.context_input import CONFIRMED_WHOLE, confirmed, context_input
from models.ink import Ink, parted, typical_size
from models.rendering import render
from models.vocabulary import INDEX, LABELS

Symbols = Literal["auto", "arithmetic", "all"]
_SIEVED, _SIEVED_MARGIN = 12, 6.0
"""Groupings of one backbone whose candidates all three classify: how many, and how much worse than the best."""
_GROUPINGS_MARGIN = 3.0
"""How much worse than the best a grouping is that the parser looks at."""
_CALCULATED = 1.0
"""What being well formed weighs more where the caller says that it is arithmetic."""
_PLAIN_IF_WIDE = 4.5
"""Logit of being one symbol from which what is as wide as two holds no two: two zeros that touch are an infinity."""
_WIDE = 0.62
"""Least width of two symbols, in heights."""
_TALL = 0.5
"""Their least height, in reference sizes."""
_WIDE_CLASSES = frozenset(("-", "=", "+", "\\times", "\\div", "\\sqrt", "\\rightarrow", "\\sum"))
_SURE = 0.9
"""Confidence of a reading from which it is not asked whether the ink would be read otherwise if it were level."""
_PARTING = 3
"""How many more groupings are looked for, and how much worse ones, where only those that part a piece are wanted."""


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked at of an ink.

    Attributes:
        widest: greatest side of a symbol of several pieces, in reference sizes.
        apart: greatest gap from left to right within one, in reference sizes; ``None`` for any.
        groupings: that are parsed at the most.
        trees: layout trees of each grouping.
        alike: whether it is asked which symbols look alike.
        plain: logit of being one symbol from which a piece of a photograph holds no two; single ones mostly have 6 to
            11.
        columns: whether pieces that may hold two are parted into segments, too, and not into the lines they are drawn
            with alone; and wide ones sooner.
    """

    widest: float = WIDEST
    apart: float | None = None
    groupings: int = 8
    trees: int = 6
    alike: bool = True
    plain: float = 2.0
    columns: bool = True


EXPRESSION = Search()


@dataclass(frozen=True, slots=True)
class _Scope:
    """Which classes may stand there, and how what is said of them by themselves is weighed: see :class:`Weights`."""

    allowed: np.ndarray
    trace: float
    temperature: float

    def logits(self, classified: Classified) -> np.ndarray:
        """The logits of the classes that are allowed, calibrated."""
        return np.where(self.allowed, classified.symbol / self.temperature, FORBIDDEN)


@dataclass(frozen=True, slots=True)
class _Lattice:
    """All candidates of an ink as classified, with their looks where those are asked for, and the best coverings."""

    groups: list[tuple[int, ...]]
    logits: np.ndarray
    looks: np.ndarray | None
    classified: Classified
    groupings: list[Grouping]

    def doubtful(self, ink: Ink, search: Search) -> set[int]:
        """Pieces that may hold two symbols, of the symbols of the best grouping that are not plainly one."""
        found: set[int] = set()
        for i in self.groupings[0].candidates:
            whole, pieces = self.classified.whole[i], np.array(self.groups[i])
            wide_class = LABELS[int(self.logits[i].argmax())] in _WIDE_CLASSES
            if whole < search.plain:
                found.update(pieces.tolist())
            elif search.columns and whole < _PLAIN_IF_WIDE and not wide_class:
                boxes = ink.boxes[pieces]
                width, height = (boxes[:, 2:] - boxes[:, :2]).T
                found.update(pieces[(width > _WIDE * height) & (height > _TALL * ink.reference_size)].tolist())
        return found


class Reader:
    """Reads ink. Stateless between calls and safe to share between threads.

    Args:
        network: the trained networks.
        weights: how scores are added up; by default those that were fitted to the network.
    """

    def __init__(self, network: Network, weights: dict[str, Weights] | None = None) -> None:
        self.network = network
        self.weights = weights or {kind: Weights(**values) for kind, values in network.card["reader"].items()}

    def weights_for(self, ink: Ink) -> Weights:
        """How scores of an ink are added up: strokes and photographs have different doubts."""
        return self.weights["strokes" if ink.online else "images"]

    @classmethod
    def load(cls, directory: Path | None = None, threads: int | None = 1, device: Device = "cpu") -> Reader:
        """A reader with trained weights; arguments and errors are those of :func:`load_network`."""
        return cls(load_network(directory, threads, device))

    @property
    def card(self) -> dict[str, Any]:
        """What the weights are: vocabulary, backbones, figures, licences."""
        return self.network.card

    def read(self, ink: Ink, symbols: Symbols = "auto", alternatives: int = 3) -> Reading:
        """Read one expression.

        Args:
            ink: the drawing.
            symbols: ``arithmetic`` allows only digits and what children calculate with, ``auto`` leans to them,
                ``all`` does not.
            alternatives: how many other readings to give at the most.
        """
        reading = self._read(ink, symbols, alternatives)
        if reading.best.confidence >= _SURE or (level := levelled(ink)) is None:
            return reading
        other = self._read(level, symbols, alternatives)
        timings = {stage: t + other.timings.get(stage, 0.0) for stage, t in reading.timings.items()}
        if other.best.confidence > reading.best.confidence:
            best, *others = (with_boxes_of(ink, r) for r in (other.best, *other.alternatives))
            reading = replace(reading, best=best, alternatives=tuple(others), notation=other.notation)
        return replace(reading, timings=timings)

    def _read(self, ink: Ink, symbols: Symbols, alternatives: int) -> Reading:
        """The reading of an ink as it lies."""
        clock = _Clock()
        weights = self.weights_for(ink)
        if symbols == "all":
            weights = replace(weights, arithmetic=0.0, sound=0.0)
        elif symbols == "arithmetic":
            weights = replace(weights, sound=weights.sound + _CALCULATED)
        calculations = as_calculations(self._in_cells(ink, symbols, clock)) if ink.cells and symbols != "all" else []
        if calculations:
            # They differ in nothing but the classes of their symbols.
            weights = replace(weights, symbol=weights.flip_symbol)
        hypotheses = calculations or self.hypotheses(ink, symbols, clock)
        readings = interpretations(hypotheses, alternatives + 1, weights, self.network.grammar, self.network.geometry)
        clock.stop("layout")
        box = ink.input_box(ink.box_of(range(len(ink.pieces))))
        notation = notation_of(tuple(s.label for s in readings[0].symbols)) if calculations else "auto"
        return Reading(readings[0], tuple(readings[1:]), box, notation, clock.milliseconds)

    def hypotheses(
        self, ink: Ink, symbols: Symbols = "auto", clock: _Clock | None = None, search: Search = EXPRESSION
    ) -> list[Hypothesis]:
        """The likely groupings of an ink, each parsed; then those that part pieces which may hold two symbols."""
        clock = clock or _Clock()
        scope = self._scope(ink, symbols)
        lattice = self._lattice(ink, scope, clock, search)
        found = self._parsed(ink, lattice, scope, clock, search)
        doubtful = set() if ink.online else lattice.doubtful(ink, search)
        if not doubtful:
            return found
        for part in (cut, segments) if search.columns else (cut,):
            with_parts = parted(ink, doubtful, part, in_order=part is segments)
            if with_parts.siblings:
                parts = self._lattice(with_parts, scope, clock, search, parting=True)
                # Where nothing is parted they say what is known already.
                found += [h for h in self._parsed(with_parts, parts, scope, clock, search) if h.parted]
        return found

    def _in_cells(self, ink: Ink, symbols: Symbols, clock: _Clock) -> Hypothesis:
        """The ink with each of its cells one symbol."""
        scope = self._scope(ink, symbols)
        groups = list(ink.cells)
        clock.stop("candidates")
        classified = classify(self.network, ink, groups, scope.trace)
        clock.stop("classify")
        # Who fills in cards may write each its way: it is not asked which look alike.
        logits = scope.logits(classified)
        lattice = _Lattice(groups, logits, None, classified, [Grouping((0, 1, 2), 0.0)])
        return self._parsed(ink, lattice, scope, clock)[0]

    def _parsed(
        self, ink: Ink, lattice: _Lattice, scope: _Scope, clock: _Clock, search: Search = EXPRESSION
    ) -> list[Hypothesis]:
        groups, logits, classified, found = lattice.groups, lattice.logits, lattice.classified, lattice.groupings
        log_probabilities = log_softmax(logits)
        ratios = (
            alike(lattice.looks, np.exp(log_probabilities), SYMBOLS)
            if lattice.looks is not None
            else np.zeros((len(groups), len(groups), 2))
        )
        inputs = []
        for grouping in found:
            members = list(grouping.candidates)
            boxes = np.array([ink.box_of(groups[i]) for i in members])
            times = np.array([groups[i][0] for i in members], float) if ink.online else None
            inputs.append(
                context_input(log_probabilities[members], classified.whole[members], boxes, ink.reference_size, times)
            )
        hypotheses = []
        for grouping, parsed in zip(found, self.network.parse(inputs), strict=True):
            members = list(grouping.candidates)
            balanced = parsed.symbol - self.weights_for(ink).balance * self.network.grammar.classes
            symbol = log_softmax(np.where(scope.allowed, balanced, FORBIDDEN))
            labels = [LABELS[k] for k in symbol.argmax(1)]
            chosen = [groups[i] for i in members]
            sizes = ink.connected(chosen)
            pieces = self.network.grammar.piece_scores(sizes, ink.dotted(chosen), ink.online)
            hypotheses.append(
                Hypothesis(
                    ink=ink,
                    groups=tuple(chosen),
                    grouping=grouping.score,
                    whole=float((log_sigmoid(parsed.whole) * sizes).sum()),
                    symbol=symbol,
                    shape=log_probabilities[members],
                    hand=classified.hand[members],
                    pieces=pieces,
                    alike=ratios[np.ix_(members, members)],
                    trees=tuple(islice(best_trees(labels, *_layout_scores(parsed)), search.trees)),
                )
            )
        clock.stop("parse")
        return hypotheses

    def _lattice(self, ink: Ink, scope: _Scope, clock: _Clock, search: Search, parting: bool = False) -> _Lattice:
        groups = candidate_groups(ink, search.widest, search.apart)
        images = render(ink, groups)
        clock.stop("candidates")
        if self.network.sieve:
            # Most candidates are in no likely grouping: one backbone can tell, and only the rest is all three's work.
            sifted = self.network.sift(images)
            _, found = _groupings(ink, groups, sifted, scope, _SIEVED, _SIEVED_MARGIN, parting)
            kept = sorted({i for grouping in found for i in grouping.candidates})
            groups = [groups[i] for i in kept]
            classified = classify(self.network, ink, groups, scope.trace, images[kept], sifted.features[kept])
            looks = to_looks(sifted.features[kept]) if search.alike else None
        else:
            classified = classify(self.network, ink, groups, scope.trace, images)
            looks = self.network.looks(images) if search.alike else None
        clock.stop("classify")
        logits, groupings = _groupings(ink, groups, classified, scope, search.groupings, _GROUPINGS_MARGIN, parting)
        clock.stop("lattice")
        return _Lattice(groups, logits, looks, classified, groupings)

    def _scope(self, ink: Ink, symbols: Symbols) -> _Scope:
        weights = self.weights_for(ink)
        allowed = ARITHMETIC if symbols == "arithmetic" else np.ones(len(LABELS), bool)
        return _Scope(allowed, weights.trace, weights.temperature)

    def layout(self, symbols: Sequence[Symbol], alternatives: int = 3) -> Reading:
        """Lay out symbols that are already known.

        Args:
            symbols: labels and boxes; labels are kept as they are.
            alternatives: how many other layouts to give at the most.

        Raises:
            ReadingError: ``no_ink`` without symbols.
        """
        if not symbols:
            raise ReadingError("no_ink", "There are no symbols to lay out.")
        clock = _Clock()
        boxes = np.array([s.box for s in symbols], np.float64)
        reference = typical_size(boxes)
        sure = np.stack([confirmed(INDEX[s.label]) for s in symbols])
        whole = np.full(len(symbols), CONFIRMED_WHOLE)
        parsed = self.network.parse([context_input(sure, whole, boxes, reference, None)])[0]
        trees = best_trees([s.label for s in symbols], *_layout_scores(parsed))
        best = list(islice(trees, alternatives + 1))
        odds = np.exp(self.weights["strokes"].flip_layout * (np.array([t[0] for t in best]) - best[0][0]))
        readings = [
            Interpretation(tuple(symbols), tree, float(p)) for (_, tree), p in zip(best, odds / odds.sum(), strict=True)
        ]
        clock.stop("layout")
        box = (*boxes[:, :2].min(0).tolist(), *boxes[:, 2:].max(0).tolist())
        return Reading(readings[0], tuple(readings[1:]), box, "auto", clock.milliseconds)


def _groupings(
    ink: Ink,
    groups: list[tuple[int, ...]],
    classified: Classified,
    scope: _Scope,
    most: int,
    margin: float,
    parting: bool,
) -> tuple[np.ndarray, list[Grouping]]:
    """The logits that are allowed, calibrated, and the best groupings by them, or the best that part a piece."""
    logits = scope.logits(classified)
    scores = grouping_scores(logits, classified.whole, ink.connected(groups))
    if not parting:
        return logits, best_groupings(groups, scores, len(ink.pieces), most=most, margin=margin)
    found = best_groupings(groups, scores, len(ink.pieces), most=_PARTING * most, margin=_PARTING * margin)
    found = [g for g in found if ink.parts([groups[i] for i in g.candidates])] or found
    return logits, found[:most]


def _layout_scores(parsed: Parsed) -> tuple[np.ndarray, np.ndarray]:
    return log_softmax(parsed.parent.astype(np.float64)), log_softmax(parsed.relation.astype(np.float64))


class _Clock:
    def __init__(self) -> None:
        self.milliseconds: dict[str, float] = {}
        self._last = perf_counter()

    def stop(self, stage: str) -> None:
        now = perf_counter()
        self.milliseconds[stage] = self.milliseconds.get(stage, 0.0) + (now - self._last) * 1000
        self._last = now
