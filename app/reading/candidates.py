"""Symbol candidates: small groups of pieces that may be one symbol each.

Strokes of one symbol are nearly always consecutive in time (99.5 % of CROHME's symbols) and always near
each other; pieces of a photograph have no time, only neighbourhood. Either way the number of candidates
grows linearly with the number of pieces: each is joined to its nearest neighbours only.
"""

from __future__ import annotations

import numpy as np

from models.ink import Ink

MOST_PIECES = 5
"""No class needs more pieces in practice."""
_MOST_GROWN = 4
"""Pieces of a symbol whose strokes are not consecutive."""
_NEIGHBOURS = 4
_NEAR = 0.6
"""Greatest distance between pieces of one symbol, in reference sizes."""
_TOUCHING = 0.35
"""Distance below which two pieces may be one symbol however large."""
_LATE = 0.1
"""Greatest distance at which a third piece out of order is joined, in reference sizes."""
_DOT = 0.3
"""Greatest side of a dot, in reference sizes."""
_DOT_NEAR = 1.8
"""How far a dot may stand from the stroke before or after it: over an i, in an ellipsis; in reference sizes."""
_OVER = 1.2
"""How far a dot in a photograph may stand over what it belongs to, in reference sizes."""
_BESIDE = 0.3
"""How far it may stand beside it, in reference sizes."""
WIDEST = 4.5
"""Greatest side of a candidate of several pieces, in reference sizes, unless it is two that touch: a long root."""


def box_gaps(boxes: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Euclidean gaps between boxes, 0 where they overlap.

    Args:
        boxes: float array of shape (n, 4).
        others: float array of shape (m, 4).

    Returns:
        Float array of shape (n, m).
    """
    apart = np.maximum(boxes[:, None, :2] - others[None, :, 2:], others[None, :, :2] - boxes[:, None, 2:])
    return np.hypot(*np.maximum(apart, 0).transpose(2, 0, 1))


def _contour_gap(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.sqrt(((a[:, None] - b[None]) ** 2).sum(-1).min()))


def piece_gaps(ink: Ink) -> np.ndarray:
    """Distances between pieces in reference sizes, (n, n); exact only where boxes are near."""
    gaps = box_gaps(ink.boxes, ink.boxes) / ink.reference_size
    for i, j in zip(*np.nonzero(np.triu(gaps < _NEAR, 1)), strict=True):
        gaps[i, j] = gaps[j, i] = _contour_gap(ink.pieces[i].contour, ink.pieces[j].contour) / ink.reference_size
    return gaps


def candidate_groups(ink: Ink, widest: float = WIDEST, apart: float | None = None) -> list[tuple[int, ...]]:
    """All groups worth classifying, each sorted, singles included.

    Args:
        ink: strokes or blobs.
        widest: greatest side of a group, in reference sizes, unless it is two pieces that touch.
        apart: greatest gap from left to right within a group, in reference sizes, but between the dots of an ellipsis;
            ``None`` for any.

    Returns:
        Tuples of piece indices, without duplicates, ordered by first piece.
    """
    count = len(ink.pieces)
    gaps = piece_gaps(ink)

    def fits(group: tuple[int, ...]) -> bool:
        if not _fits(ink, group, gaps, widest):
            return False
        return apart is None or _widest_gap(ink.boxes[list(group)]) <= apart * ink.reference_size

    near = gaps < _NEAR
    np.fill_diagonal(near, False)
    neighbours = []
    for i in range(count):
        closest = [int(j) for j in np.argsort(gaps[i], kind="stable") if near[i, j]][:_NEIGHBOURS]
        neighbours.append(set(closest))
    for i, closest in enumerate(list(map(set, neighbours))):
        for j in closest:
            neighbours[j].add(i)
    groups: set[tuple[int, ...]] = {(i,) for i in range(count)} | _runs(ink)
    if ink.online:
        sides = np.maximum(ink.boxes[:, 2] - ink.boxes[:, 0], ink.boxes[:, 3] - ink.boxes[:, 1])
        dots = sides < _DOT * ink.reference_size
        reached = (gaps < 1.5 * _NEAR) | ((dots[:, None] | dots[None]) & (gaps < _DOT_NEAR))
        for start in range(count):
            for size in range(2, MOST_PIECES + 1):
                run = range(start, start + size)
                # Every stroke of a run must be near some other one of it.
                if run.stop > count or not all(any(reached[a, b] for b in run if b != a) for a in run):
                    continue
                if fits(tuple(run)):
                    groups.add(tuple(run))
    else:
        above, ellipses = _dots(ink, gaps)
        groups |= ellipses
        for i, j in above:
            neighbours[i].add(j)
            neighbours[j].add(i)
    # Connected groups grown over the neighbour graph, for pieces out of order.
    frontier = {(i,) for i in range(count)}
    for _ in range(_MOST_GROWN - 1):
        grown = set()
        for group in frontier:
            for j in set().union(*(neighbours[i] for i in group)) - set(group):
                # A stroke that comes late, like the bar that closes a letter, touches what it belongs to.
                if ink.online and len(group) > 1 and gaps[list(group), j].min() > _LATE:
                    continue
                bigger = tuple(sorted((*group, j)))
                if bigger not in groups and fits(bigger):
                    grown.add(bigger)
        groups |= grown
        frontier = grown
    if ink.in_order:
        return sorted(group for group in groups if _in_order(ink, group))
    return sorted(groups)


def _runs(ink: Ink) -> set[tuple[int, ...]]:
    """All runs of siblings that may be one symbol: the whole family, and where they have an order each part of it."""
    if not ink.in_order:
        return {tuple(sorted(family)) for family in ink.siblings}
    return {
        tuple(sorted(family[start:stop]))
        for family in ink.siblings
        for start in range(len(family))
        for stop in range(start + 2, len(family) + 1)
    }


def _in_order(ink: Ink, group: tuple[int, ...]) -> bool:
    """Whether the siblings of a group follow one another."""
    for family in ink.siblings:
        places = [k for k, piece in enumerate(family) if piece in group]
        if places and places[-1] - places[0] + 1 != len(places):
            return False
    return True


def _dots(ink: Ink, gaps: np.ndarray) -> tuple[list[tuple[int, int]], set[tuple[int, ...]]]:
    """Dots of a photograph that belong to what stands away from them.

    Returns:
        Pairs of a dot and the nearest piece below it, as over an i; groups of three dots in a row, an ellipsis.
    """
    x0, y0, x1, y1 = ink.boxes.T
    reference = ink.reference_size
    dots = np.flatnonzero(np.maximum(x1 - x0, y1 - y0) < _DOT * reference)
    middle = (y0 + y1) / 2
    above = []
    for i in dots.tolist():
        below = (x0 < x1[i] + _BESIDE * reference) & (x1 > x0[i] - _BESIDE * reference) & (y0 > middle[i])
        below &= (gaps[i] < _OVER) & (y1 - y0 > 2 * (y1[i] - y0[i]))
        if below.any():
            above.append((i, int(np.flatnonzero(below)[gaps[i][below].argmin()])))
    apart = gaps[np.ix_(dots, dots)]
    level = (x0[dots][None] >= x1[dots][:, None]) & (apart < _DOT_NEAR)
    level &= np.abs(middle[dots][None] - middle[dots][:, None]) < _DOT * reference
    nearest = np.where(level, apart, np.inf)
    following = {int(dots[k]): int(dots[nearest[k].argmin()]) for k in np.flatnonzero(level.any(1))}
    threes = [(i, following[i], following.get(following[i])) for i in following]
    return above, {tuple(sorted(t)) for t in threes if t[2] is not None}


def _fits(ink: Ink, group: tuple[int, ...], gaps: np.ndarray, widest: float) -> bool:
    if len(group) == 2 and gaps[group] < _TOUCHING:
        return True
    x0, y0, x1, y1 = ink.box_of(group)
    return max(x1 - x0, y1 - y0) <= widest * ink.reference_size


def _widest_gap(boxes: np.ndarray) -> float:
    """The widest gap from left to right between some boxes, 0 where there is none."""
    boxes = boxes[np.argsort(boxes[:, 0])]
    return float((boxes[1:, 0] - np.maximum.accumulate(boxes[:, 2])[:-1]).max(initial=0.0))
