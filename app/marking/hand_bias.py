"""What a hand makes of a digit: the same all over a page, however sure or unsure each reading of it is alone.

Who writes 1 with a long flag has each of them taken for a 7, or nearly; yet they are nearer to one another than to the
sevens of that page. What speaks for one and against the other of two digits lies around a mean of the hand for each of
them (styles of writers as hidden variables: Sarkar and Nagy, IEEE PAMI 27(1), 2005), and the probability of each digit
is averaged over all means. What the problems come to plays no part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.marking.found import Found
from app.marking.look_alikes import ALIKE
from app.marking.same_hand import SeenDigits, weighed
from app.reading.scoring import log_sigmoid

_USUAL, _BETWEEN, _WITHIN = 16.0, 9.0, 4.0
"""What speaks for either of two digits, as a logarithm of odds: its mean over all hands, and standard deviations of
hands' means and of the digits of one hand."""
_STRAY = 0.01
"""Share of digits that are like none of their hand."""
_SURE = 20.0
"""Greatest logarithm of odds: there is none to be had where all ways to read a row have the same digit."""
_MEANS = np.linspace(-_SURE, _SURE, 29)
_IN_DOUBT = 9.0
"""Logarithm of odds below which a digit is in doubt: whatever reads rows agrees mostly in 12 and more."""
_LEAST_IN_DOUBT = 3
"""Digits in doubt between the same two, below which nothing can be said of the hand."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A handwritten digit: in which of the problems, what it is in each of its versions, how probable each digit is."""

    problem: int
    read: tuple[str | None, ...]
    shares: np.ndarray


def without_hand_bias(found: Sequence[Found]) -> list[Found]:
    """The problems of a page, weighed with how its hand writes digits.

    Args:
        found: in any order; the readings of those whose digits were not seen stay as they are.

    Returns:
        The problems with what the hand confuses, where any digit is read as another one now.
    """
    places = [place for k, f in enumerate(found) for row in f.digits for place in _places(k, f, row)]
    if not places:
        return list(found)
    shares = np.stack([p.shares for p in places])  # places x digits
    logs = np.log(shares + np.exp(-_SURE))
    gains: dict[int, np.ndarray] = {}
    confused: set[str] = set()
    for a, b in ALIKE:
        one, other = int(a), int(b)
        both = np.flatnonzero(shares[:, one] + shares[:, other] > 0.5)
        odds = np.clip(logs[both, one] - logs[both, other], -_SURE, _SURE)
        if (np.abs(odds) < _IN_DOUBT).sum() < _LEAST_IN_DOUBT:
            continue
        after = _adapted(odds)
        if (np.sign(after) != np.sign(odds)).any():
            confused.add(a + b)
        for_a, for_b = log_sigmoid(after) - log_sigmoid(odds), log_sigmoid(-after) - log_sigmoid(-odds)
        for place, gain_of_a, gain_of_b in zip([places[k] for k in both], for_a, for_b, strict=True):
            gain = {a: gain_of_a, b: gain_of_b}
            gained = np.array([gain.get(label, 0.0) for label in place.read])
            gains[place.problem] = gains.get(place.problem, 0.0) + gained
    again = [replace(f, confused=frozenset(confused)) for f in found] if confused else list(found)
    for k, gained in gains.items():
        again[k] = replace(again[k], versions=tuple(weighed(found[k].versions, gained)))
    return again


def _places(problem: int, f: Found, row: SeenDigits) -> list[_Place]:
    """The handwritten digits of a row of a problem."""
    cells = [row.read_as(version.cells) for version in f.versions]
    places = []
    for likeliest, *others in zip(*cells, strict=True):
        if likeliest is None or likeliest.symbol.printed:
            continue
        read = tuple(cell.label if cell else None for cell in (likeliest, *others))
        shares = np.zeros(10)
        for label, version in zip(read, f.versions, strict=True):
            if label:
                shares[int(label)] += version.probability
        places.append(_Place(problem, read, shares))
    return places


def _adapted(odds: np.ndarray) -> np.ndarray:
    """Logarithms of odds, (n,), by the likely means of the hand for the one digit and the other."""
    # means x n
    near = np.exp(-((odds - _MEANS[:, None]) ** 2) / (2 * _WITHIN**2)) / (np.sqrt(2 * np.pi) * _WITHIN)
    near = (1 - _STRAY) * near + _STRAY / (2 * _SURE)
    prior = -((_MEANS[:, None] - _USUAL) ** 2 + (_MEANS + _USUAL) ** 2) / (2 * _BETWEEN**2)
    prior[_MEANS[:, None] <= _MEANS] = -np.inf
    # means of the one x means of the other x n
    either = near[:, None] + near[None]
    likely = prior + np.log(either).sum(-1)
    likely = np.exp(likely - likely.max())
    share = (likely[..., None] * near[:, None] / either).sum((0, 1)) / likely.sum()
    adapted = np.log(share) - np.log1p(-share)
    # That a digit looks like the others of its hand makes none less sure.
    return np.where(
        np.sign(adapted) == np.sign(odds), np.sign(odds) * np.maximum(np.abs(adapted), np.abs(odds)), adapted
    )
