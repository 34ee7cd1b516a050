"""The symbol lattice: candidates with their scores, and the best ways to cover all ink with them.

A grouping takes disjoint candidates that cover every piece once. The best ones are found by a beam search
over pieces in order: a state is the set of covered pieces, its next candidate must hold the first
uncovered piece. For strokes in time order that is Viterbi over the segmentation graph; for pieces of a
photograph it is the same search over neighbourhoods.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Grouping:
    """One way to cover the ink.

    Attributes:
        candidates: indices of the chosen candidates, by first piece.
        score: sum of their log scores.
    """

    candidates: tuple[int, ...]
    score: float


def best_groupings(
    groups: Sequence[tuple[int, ...]],
    scores: np.ndarray,
    count: int,
    *,
    most: int = 8,
    beam: int = 24,
    margin: float = 12.0,
) -> list[Grouping]:
    """The best coverings of pieces 0 … count − 1 by candidates.

    Args:
        groups: pieces of each candidate, sorted; every single piece must be among them.
        scores: log score of each candidate, shape (len(groups),).
        count: number of pieces.
        most: how many groupings to return at the most.
        beam: states kept for each first uncovered piece.
        margin: groupings this much worse than the best are dropped.

    Returns:
        Groupings, best first.
    """
    by_first: list[list[tuple[int, int, float]]] = [[] for _ in range(count)]
    for index, group in enumerate(groups):
        mask = sum(1 << piece for piece in group)
        by_first[group[0]].append((index, mask, float(scores[index])))
    full = (1 << count) - 1
    # states[p]: partial coverings whose first uncovered piece is p, as mask → n-best (score, chosen).
    states: list[dict[int, list[tuple[float, tuple[int, ...]]]]] = [{} for _ in range(count + 1)]
    states[0][0] = [(0.0, ())]
    for first in range(count):
        kept = heapq.nlargest(beam, states[first].items(), key=lambda item: item[1][0][0])
        for mask, partials in kept:
            for index, group_mask, score in by_first[first]:
                if mask & group_mask:
                    continue
                covered = mask | group_mask
                missing = ~covered & full
                following = (missing & -missing).bit_length() - 1 if missing else count
                bucket = states[following].setdefault(covered, [])
                bucket += [(total + score, (*chosen, index)) for total, chosen in partials]
                bucket.sort(key=lambda item: -item[0])
                del bucket[most:]
        states[first] = {}
    finished = states[count].get(full, [])
    best = finished[0][0] if finished else 0.0
    return [Grouping(chosen, score) for score, chosen in finished[:most] if score >= best - margin]
