"""A first look at pieces of ink, each symbol by itself, before a row is read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from app.marking.page_ink import Piece
from app.marking.rows import ALPHABET
from app.marking.threads import in_threads
from app.reading.network import Classified, Network, to_looks
from app.reading.scoring import log_softmax
from models.ink import Ink
from models.rendering import render
from models.vocabulary import LABELS

OF_ARITHMETIC = np.array([label in ALPHABET for label in LABELS])
"""Which labels stand on worksheets."""
_AT_ONCE = 32
"""Symbols that a thread looks at before it takes the next."""

_Symbol = TypeVar("_Symbol")
_Said = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray | None]


@dataclass(frozen=True, eq=False)
class Glances:
    """First looks at what stands on a page. What was looked at once is not again.

    Attributes:
        pieces: of the page.
        height: its symbol height in pixels.
        pen: its pen width in pixels.
        network: tells symbols.
        threads: in which they are looked at.
    """

    pieces: Sequence[Piece]
    height: float
    pen: float
    network: Network
    threads: int = 1
    _known: dict[tuple[int, ...], _Said] = field(default_factory=dict, init=False)

    def at(self, symbols: Sequence[tuple[int, ...]]) -> Classified:
        """What each symbol looks like by itself.

        Args:
            symbols: the pieces of each.
        """
        known = self._looked_at(symbols)
        if not symbols:
            return Classified(np.zeros((0, len(LABELS))), np.zeros(0), np.zeros(0))
        return Classified(*(np.array(column) for column in list(zip(*known, strict=True))[:3]))

    def shares(self, symbols: Sequence[tuple[int, ...]]) -> np.ndarray:
        """The probabilities of every label for each symbol, (n, labels)."""
        return np.exp(log_softmax(self.at(symbols).symbol))

    def dollars(self, symbols: Sequence[tuple[int, ...]]) -> np.ndarray:
        """The probability of each symbol that it is a dollar sign; 0 where the network tells none."""
        if self.network.dollars is None or not symbols:
            return np.zeros(len(symbols))
        features = [said[3] for said in self._looked_at(symbols)]
        if any(f is None for f in features):
            return self.network.dollars(self.network.looks(self._drawn(symbols)))
        return self.network.dollars(to_looks(np.array(features)))

    def _looked_at(self, symbols: Sequence[tuple[int, ...]]) -> list[_Said]:
        """What is known of symbols, having looked at those that were not known."""
        unknown = list(dict.fromkeys(symbol for symbol in symbols if symbol not in self._known))
        if unknown:
            seen = at_once(self._look, unknown, self.threads)
            features = [None] * len(unknown) if seen.features is None else seen.features
            said = zip(seen.symbol, seen.whole, seen.hand, features, strict=True)
            self._known.update(zip(unknown, said, strict=True))
        return [self._known[symbol] for symbol in symbols]

    def _look(self, symbols: Sequence[tuple[int, ...]]) -> Classified:
        return self.network.glance(self._drawn(symbols))

    def _drawn(self, symbols: Sequence[tuple[int, ...]]) -> np.ndarray:
        inks = (Ink(tuple(self.pieces[i].blob for i in symbol), self.pen, self.height) for symbol in symbols)
        return np.concatenate([render(ink, [tuple(range(len(ink.pieces)))]) for ink in inks])


def at_once(look: Callable[[Sequence[_Symbol]], Classified], symbols: Sequence[_Symbol], threads: int) -> Classified:
    """What a look at symbols, one at least, tells; a few at a time in each of some threads."""
    parts = [symbols[start : start + _AT_ONCE] for start in range(0, len(symbols), _AT_ONCE)]
    found = list(in_threads(look, parts, threads))
    columns = zip(*((c.symbol, c.whole, c.hand, c.features) for c in found), strict=True)
    return Classified(*(None if column[0] is None else np.concatenate(column) for column in columns))
