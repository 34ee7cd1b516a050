"""One way to group the ink into symbols, what the networks say of it, and how that is weighed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from models.ink import Box, Ink
from models.layout_tree import LayoutTree


@dataclass(frozen=True, slots=True)
class Weights:
    """A log-linear model of readings (Och and Ney, ACL 2002): what a unit of each feature adds to the log odds.

    Fitted on CROHME 2013, so that the probabilities of readings are calibrated.

    Attributes:
        grouping: the classifier's score of the grouping.
        symbol: the parser's log probabilities of the likeliest classes over a grouping.
        whole: of the parser's log probability that each group is one symbol.
        layout: of its best tree.
        parted: for each place where a connected piece of a photograph is parted into two symbols: few touch.
        pieces: of the log probability that such symbols are written in so many pieces: a dot beside a 7 is none of it.
        flip_symbol: what less likely classes lose.
        flip_layout: what a less likely tree loses.
        rows: the grammar's score of rows.
        arithmetic: being arithmetic throughout: people who write 5/6 seldom mean 5/b, and who writes one letter
            writes more.
        sound: being arithmetic that is well formed in some notation, whatever it comes to.
        mixed: for each letter that stands in both its cases, which are of one shape: p and P.
        alike: of how well equal and unequal classes go with the looks of symbols: one hand writes each its way.
        geometry: of how well sizes and places go with the classes and relations of neighbours.
        stray: for each point that stands where none is written: see ``app.reading.stray``.
        missing: log odds of "none of these" against the reading drawn first.
        missing_symbol: what each symbol adds to them.
        slope: of the log odds of the best reading, which make its confidence (Platt, 1999).
        offset: added to them.
        trace: of the trace classifier's log probabilities, beside 1 for the classifier's logits; strokes alone have it.
        temperature: divides the classifier's logits before the parser sees them.
        balance: share of the classes' log frequencies in training that is taken off the parser's logits: capitals
            are rare there, and elsewhere not so rare (logit adjustment: Menon et al., ICLR 2021).
    """

    grouping: float = 1.0
    symbol: float = 0.1
    whole: float = 0.5
    layout: float = 0.2
    parted: float = 1.0
    pieces: float = 0.5
    flip_symbol: float = 1.0
    flip_layout: float = 1.0
    rows: float = 0.15
    arithmetic: float = 1.0
    sound: float = 0.5
    mixed: float = 0.5
    alike: float = 0.7
    geometry: float = 0.3
    stray: float = 2.0
    missing: float = -4.0
    missing_symbol: float = 0.0
    slope: float = 1.0
    offset: float = 0.0
    trace: float = 0.0
    temperature: float = 1.0
    balance: float = 0.0

    def of_features(self) -> np.ndarray:
        """(15,): the weights of the features of :class:`Drawn`, in their order."""
        return np.array(
            [
                self.grouping, self.symbol, self.whole, self.layout, self.parted, self.pieces,
                self.flip_symbol, self.flip_layout, self.rows, self.arithmetic, self.sound, self.mixed,
                self.alike, self.stray, self.geometry,
            ]
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Hypothesis:
    """One grouping of the pieces with what the networks say of it.

    Attributes:
        ink: whose pieces the groups are made of: that which was given, or a photograph's with touching symbols cut.
        groups: pieces of each symbol.
        grouping: the classifier's score of the grouping.
        whole: the parser's log probability that each group is one symbol, counted once a piece.
        symbol: (N, classes) the parser's class log probabilities.
        shape: (N, classes) the classifier's, which sees each symbol by itself.
        hand: (N,) the classifier's logits of being handwritten.
        pieces: (N, classes) log probabilities that symbols are written in as many pieces as these.
        trees: log score and layout tree, best first.
        alike: (N, N, 2) how much likelier looks make it that two symbols are not the same, or the same.
        strays: pieces that are no part of any symbol, each with the symbol that it is counted to.
    """

    ink: Ink
    groups: tuple[tuple[int, ...], ...]
    grouping: float
    whole: float
    symbol: np.ndarray
    shape: np.ndarray
    hand: np.ndarray
    pieces: np.ndarray
    trees: tuple[tuple[float, LayoutTree], ...]
    alike: np.ndarray
    strays: tuple[tuple[int, int], ...] = ()

    @cached_property
    def boxes(self) -> list[Box]:
        """The box of each symbol, in ink units."""
        return [self.ink.box_of(group) for group in self.groups]

    @cached_property
    def way_boxes(self) -> np.ndarray:
        """(N, 4): the box of the pen's way of each symbol, in ink units."""
        boxes = [self.ink.way_boxes[list(group)] for group in self.groups]
        return np.array([[*b[:, :2].min(0), *b[:, 2:].max(0)] for b in boxes], float)

    @property
    def in_cells(self) -> bool:
        """Whether each symbol has a cell of its own, so that none has neighbours."""
        return self.groups == self.ink.cells

    @cached_property
    def parted(self) -> int:
        """In how many places connected pieces are parted."""
        return self.ink.parts(self.groups)

    def score(self, w: Weights) -> float:
        """Weighted sum of its parts, with the best class everywhere and the best tree."""
        likeliest = self.symbol.argmax(1)
        rows = np.arange(len(likeliest))
        symbol, pieces = (float(scores[rows, likeliest].sum()) for scores in (self.symbol, self.pieces))
        seen = w.grouping * self.grouping + w.symbol * symbol + w.whole * self.whole
        return seen + w.layout * self.trees[0][0] - w.parted * self.parted + w.pieces * pieces
