"""Connectionist temporal classification (CTC: Graves et al., ICML 2006): texts and what a recogniser says of a line.

Everything takes ``frames``, log probabilities (T, classes) of T columns of a line; class 0 is CTC's blank. A text is a
tuple of classes from 1.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

import numpy as np

Text = tuple[int, ...]
_LEAST_CLASS = 0.003
"""Probability below which a class is not tried in a column."""
_SCALED = 8
"""Columns after which probabilities are scaled: the product of so many is no less than the least that a float holds."""


def _with_blanks(text: Text) -> list[int]:
    states = [0]
    for c in text:
        states += [c, 0]
    return states


def restricted(frames: np.ndarray, classes: Collection[int]) -> np.ndarray:
    """The same frames where nothing but some classes, and CTC's blank, can stand."""
    out = np.ones(frames.shape[1], bool)
    out[[0, *classes]] = False
    kept = np.where(out, -np.inf, frames)
    return kept - np.logaddexp.reduce(kept, axis=1, keepdims=True)


def likelihoods(frames: np.ndarray, texts: Sequence[Text]) -> np.ndarray:
    """Log probability of each text, float64 (len(texts),), by the forward algorithm, all texts at once."""
    longest = 2 * max(map(len, texts), default=0) + 1
    states = np.zeros((len(texts), longest), int)
    for k, text in enumerate(texts):
        states[k, : 2 * len(text) + 1] = _with_blanks(text)
    # A state may be left out where it is a blank between two different classes.
    skips = np.zeros(states.shape)
    skips[:, 2:] = (states[:, 2:] != 0) & (states[:, 2:] != states[:, :-2])
    emitted = np.exp(frames)[:, states]
    alpha = np.zeros((len(texts), longest + 2))
    alpha[:, 2:4] = emitted[0, :, :2]
    total = np.zeros(len(texts))
    for t, now in enumerate(emitted[1:]):
        if t % _SCALED == 0:
            scale = np.maximum(alpha.sum(1), 1e-300)
            total += np.log(scale)
            alpha /= scale[:, None]
        ways = alpha[:, 2:] + alpha[:, 1:-1]
        ways += skips * alpha[:, :-2]
        np.multiply(ways, now, out=alpha[:, 2:])
    ends = np.array([2 * len(text) for text in texts], int)
    at = np.arange(len(texts))
    last = alpha[at, 2 + ends] + np.where(ends > 0, alpha[at, 1 + ends], 0)
    return total + np.log(np.maximum(last, 1e-300))


def align(frames: np.ndarray, text: Text) -> list[tuple[int, int]]:
    """First and last column of each class of a text, along its likeliest path.

    Raises:
        ValueError: the line has too few columns for the text.
    """
    states = np.array(_with_blanks(text))
    skips = np.zeros(len(states), bool)
    skips[2:] = (states[2:] != 0) & (states[2:] != states[:-2])
    best = np.full(len(states), -np.inf)
    best[:2] = frames[0, states[:2]]
    steps = np.zeros((len(frames), len(states)), np.int8)
    for t in range(1, len(frames)):
        stay = best
        step = np.concatenate([[-np.inf], best[:-1]])
        skip = np.where(skips, np.concatenate([[-np.inf, -np.inf], best[:-2]])[: len(best)], -np.inf)
        ways = np.stack([stay, step, skip])
        steps[t] = ways.argmax(0)
        best = ways.max(0) + frames[t, states]
    state = len(states) - 1
    if len(states) > 1 and best[-2] > best[-1]:
        state -= 1
    if not np.isfinite(best[state]):
        raise ValueError("the line is too short for the text")
    path = []
    for t in range(len(frames) - 1, -1, -1):
        path.append(state)
        state -= int(steps[t, state])
    columns: dict[int, list[int]] = defaultdict(list)
    for t, state in enumerate(reversed(path)):
        if state % 2:
            columns[state // 2].append(t)
    return [(columns[k][0], columns[k][-1]) for k in range(len(text))]


def best_path(frames: np.ndarray) -> Text:
    """The text of the likeliest class of every column, which hardly ever is another than the likeliest text."""
    path = frames.argmax(1)
    starts = np.concatenate([[True], path[1:] != path[:-1]])
    return tuple(path[starts & (path > 0)].tolist())


def likely_texts(frames: np.ndarray, beams: int) -> list[Text]:
    """The likeliest texts, the likeliest first: prefix beam search (Graves and Jaitly, ICML 2014)."""
    # Of each prefix the probability that it ends in a blank, and that it does not.
    prefixes: dict[Text, tuple[float, float]] = {(): (1.0, 0.0)}
    probabilities = np.exp(frames)
    likely = probabilities >= _LEAST_CLASS
    likely[:, 0] = False
    for now, tried in zip(probabilities.tolist(), map(np.flatnonzero, likely), strict=True):
        if not tried.size:
            # No prefix grows, so that none is to be left out.
            prefixes = {p: ((b + o) * now[0], o * now[p[-1]] if p else 0.0) for p, (b, o) in prefixes.items()}
            continue
        found: dict[Text, list[float]] = {}
        classes = tried.tolist()
        for prefix, (blank, other) in prefixes.items():
            ends = found.setdefault(prefix, [0.0, 0.0])
            ends[0] += (blank + other) * now[0]
            if prefix:
                ends[1] += other * now[prefix[-1]]
            for c in classes:
                longer = found.setdefault((*prefix, c), [0.0, 0.0])
                longer[1] += (blank if prefix and c == prefix[-1] else blank + other) * now[c]
        kept = sorted(found.items(), key=lambda item: -sum(item[1]))[:beams]
        total = sum(sum(ends) for _, ends in kept)
        prefixes = {prefix: (blank / total, other / total) for prefix, (blank, other) in kept}
    return sorted(prefixes, key=lambda prefix: -sum(prefixes[prefix]))
