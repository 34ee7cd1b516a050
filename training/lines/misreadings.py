"""How often the ink of a row is misread, and as what: counted on made-up photographs, without the line recogniser.

The hands are those of training: of new ones the classifier takes more for others, of which the smoothing makes up for
some.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from app.marking.marker import Marker
from app.marking.misreadings import NOTHING
from app.reading.ctc import Text
from app.reading.errors import ReadingError
from app.reading.line import CLASS
from app.reading.reader import Reader
from models.line_image import CHARACTERS
from training.lines.picture import row_photograph
from training.lines.texts import row

_CLASSES = 1 + len(CHARACTERS)
_MOST_WRONG = 4
"""Misread characters of a row, above which it was not found whole, or something else was read with it."""
_SUBSTITUTION = 1.2
"""Cost of a substitution beside 1 for what is missed or added: a 1 and a 0 for a 10 are no two substitutions."""
_ASSUMED = 30
"""Characters that each class is taken to have been seen besides, misread as often as all are together."""


def misreadings(read: Sequence[tuple[Text, Text]]) -> np.ndarray:
    """Log probabilities that what is read as one character is another in truth.

    Args:
        read: what was read and what stands there, of each row.

    Returns:
        (1 + characters, 1 + characters): read, in truth; ``NOTHING`` where a character was missed or added.
    """
    counts = np.zeros((_CLASSES, _CLASSES))
    for found, truth in read:
        pairs = aligned(found, truth)
        if sum(a != b for a, b in pairs) > _MOST_WRONG:
            continue
        np.add.at(counts, tuple(np.array(pairs, int).reshape(-1, 2).T), 1)
        # Nothing was read in each gap, and mostly nothing is there.
        counts[NOTHING, NOTHING] += len(found) + 1
    wrong = (counts.sum() - np.trace(counts) + 1) / (counts.sum() + 1)
    usual = np.full(counts.shape, wrong / (_CLASSES - 1))
    np.fill_diagonal(usual, 1 - wrong)
    return np.log((counts + _ASSUMED * usual) / (counts.sum(1, keepdims=True) + _ASSUMED))


def aligned(found: Text, truth: Text) -> list[tuple[int, int]]:
    """The characters of two texts that belong together at the least cost (Wagner and Fischer, JACM 21(1), 1974)."""
    cost = np.zeros((len(found) + 1, len(truth) + 1))
    cost[:, 0], cost[0] = np.arange(len(found) + 1), np.arange(len(truth) + 1)
    for i, a in enumerate(found, 1):
        for j, b in enumerate(truth, 1):
            cost[i, j] = min(cost[i - 1, j - 1] + _SUBSTITUTION * (a != b), cost[i - 1, j] + 1, cost[i, j - 1] + 1)
    pairs, i, j = [], len(found), len(truth)
    while i or j:
        if i and j and np.isclose(cost[i, j], cost[i - 1, j - 1] + _SUBSTITUTION * (found[i - 1] != truth[j - 1])):
            i, j = i - 1, j - 1
            pairs.append((found[i], truth[j]))
        elif i and np.isclose(cost[i, j], cost[i - 1, j] + 1):
            i -= 1
            pairs.append((found[i], NOTHING))
        else:
            j -= 1
            pairs.append((NOTHING, truth[j]))
    return pairs[::-1]


def read_rows(reader: Reader, count: int, seed: int = 1) -> Iterator[tuple[Text, Text]]:
    """What the ink of made-up rows is read as, and what stands there; of those in which a problem is found.

    Args:
        reader: reads them.
        count: rows to make.
        seed: of what they are.
    """
    marker = Marker(reader, second_look=False)
    for number in range(count):
        rng = np.random.default_rng((seed, number))
        parts = row(rng)
        try:
            page = marker.mark(row_photograph(rng, parts))
        except ReadingError:
            continue
        for problem in page.problems[:1]:
            symbols = sorted(problem.symbols, key=lambda s: s.box[0] + s.box[2])
            if all(s.label in CLASS for s in symbols):
                yield tuple(CLASS[s.label] for s in symbols), tuple(CLASS[x] for part in parts for x in part.labels)


def likeliest(logs: np.ndarray, most: int = 20) -> list[tuple[int, int, float]]:
    """The likeliest misreadings: what is read, what is there, and how probable that is."""
    shares = np.exp(logs)
    np.fill_diagonal(shares, 0)
    order = np.argsort(-shares, axis=None)[:most]
    return [(int(a), int(b), float(shares[a, b])) for a, b in zip(*np.unravel_index(order, shares.shape), strict=True)]
