"""What a reading of ink may be in truth: readings as what comes out of a noisy channel (Kernighan, Church and Gale,
COLING 1990), which takes some characters for others, misses some and sees some that are none.

Blur leaves of a division sign what looks like a plus to whoever sees its ink alone, and is sure of it. How often that
happens is counted on made-up photographs: see ``training.lines.misreadings``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.reading.ctc import Text

NOTHING = 0
"""In place of a character that is missed, or seen where there is none."""


def through_channel(read: Sequence[Text], texts: Sequence[Text], logs: np.ndarray) -> np.ndarray:
    """How likely texts are to be read as others, over all ways in which their characters may go together.

    Args:
        read: n ways to read some ink.
        texts: m texts that may stand there.
        logs: (1 + characters, 1 + characters) log probability that the first of two, where it is read, is in truth the
            second; either may be ``NOTHING``.

    Returns:
        (n, m) log probabilities that ``texts`` stand where ``read`` is read.
    """
    first, n = _padded(read)
    second, m = _padded(texts)
    away, added = logs[first, NOTHING], logs[NOTHING, second]
    # The table of all pairs of beginnings (Wagner and Fischer, JACM 21(1), 1974), of all pairs of texts at once.
    start = np.concatenate([np.zeros((1, len(texts))), np.cumsum(added, 1).T])
    row = np.repeat(start[:, None], len(read), 1)
    found = np.empty((len(read), len(texts)))
    for i in range(first.shape[1] + 1):
        if i:
            above, row = row, np.empty_like(row)
            row[0] = above[0] + away[:, i - 1, None]
            for j in range(1, len(row)):
                same = above[j - 1] + logs[first[:, i - 1, None], second[None, :, j - 1]]
                row[j] = np.logaddexp.reduce([same, above[j] + away[:, i - 1, None], row[j - 1] + added[:, j - 1]])
        ends = np.flatnonzero(n == i)
        found[ends] = row[m[None], ends[:, None], np.arange(len(texts))[None]]
    return found


def _padded(texts: Sequence[Text]) -> tuple[np.ndarray, np.ndarray]:
    """Texts as rows of one length, and how long each is."""
    lengths = np.array([len(text) for text in texts], int)
    rows = np.zeros((len(texts), int(lengths.max(initial=0))), int)
    for row, text in zip(rows, texts, strict=True):
        row[: len(text)] = text
    return rows, lengths
