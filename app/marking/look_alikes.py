"""A hand that writes one digit like another does so all over the page, and each answer with it would seem wrong.

Two answers on a page that one and the same swap of digits would make right are hardly wrong by chance: no verdict is
given then on what that swap explains, nor on what a swap explains of two digits that the hand is known to confuse. The
reading stays what it was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import combinations

from app.marking.problem import DIGITS, Cells
from app.marking.verdicts import Finding, find

ALIKE = ("17", "49", "06", "35", "56", "38", "27", "79", "58", "68", "08")
"""Digits that some hands write alike."""
_MOST_PLACES = 3
"""Places of a digit in a row that are looked at."""
_LEAST_ROWS = 2
"""Rows that a swap has to explain."""

_Swap = tuple[str, str]


def without_look_alikes(
    rows: Sequence[Cells], findings: Sequence[Finding], confused: Collection[str] = ()
) -> list[Finding]:
    """The findings of a page; what would be wrong by nothing but a look-alike digit of its hand is unsure.

    Args:
        rows: the likeliest reading of each problem.
        findings: of each.
        confused: pairs of digits of which the page has shown that its hand writes one like the other.
    """
    wrong = [k for k, f in enumerate(findings) if f.likeliest == "wrong"]
    kept = list(findings)
    if len(wrong) < _LEAST_ROWS and not confused:
        return kept
    swaps = {k: set(_explaining(rows[k])) for k in wrong}
    counts = Counter(swap for k in wrong for swap in swaps[k])
    known = {swap for a, b in confused for swap in ((a, b), (b, a))}
    systematic = {swap for swap, count in counts.items() if count >= _LEAST_ROWS or swap in known}
    for k in wrong:
        if swaps[k] & systematic:
            kept[k] = replace(findings[k], verdict="unsure")
    return kept


def _explaining(cells: Cells) -> Iterator[_Swap]:
    """Swaps (what was read, what may be meant) of handwritten digits that make a row right."""
    handwritten = [i for i, c in enumerate(cells) if c.label in DIGITS and not c.symbol.printed]
    for pair in ALIKE:
        for read, meant in (pair, pair[::-1]):
            places = [i for i in handwritten if cells[i].label == read][-_MOST_PLACES:]
            chosen = (some for count in range(1, len(places) + 1) for some in combinations(places, count))
            if any(find(_swapped(cells, some, meant)).verdict == "correct" for some in chosen):
                yield read, meant


def _swapped(cells: Cells, places: Sequence[int], meant: str) -> Cells:
    return tuple(replace(c, symbol=replace(c.symbol, label=meant)) if i in places else c for i, c in enumerate(cells))
