"""Lines drawn under a part of a row, to mark what is worked out first, and what is noted below them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.marking.layout import are_level, fraction_parts

_LEAST_LENGTH = 1.2
_MOST_HEIGHT = 0.35
_TALL = 0.5
_NEAR = 0.5
"""Distance of a line from the feet above it at the most, in symbol heights."""
_LEVEL = 0.3
"""How far off the middle of the rest of the row the middle of what is above the line may be: a fraction's numerator
stands half its height higher."""
_NOTE = 1.2
"""How far below the line a note reaches."""
_BESIDE = 4.0


def find_underlines(boxes: np.ndarray, members: Sequence[int], height: float) -> set[int]:
    """Pieces that are underlines and the notes below them.

    Args:
        boxes: (n, 4) of all pieces.
        members: pieces of rows.
        height: of the page's symbols.
    """
    b = boxes[list(members)]
    wide, high = b[:, 2] - b[:, 0], b[:, 3] - b[:, 1]
    x, y = (b[:, 0] + b[:, 2]) / 2, (b[:, 1] + b[:, 3]) / 2
    tall = high >= _TALL * height
    found: set[int] = set()
    flat = high <= _MOST_HEIGHT * height
    bars = [int(k) for k in np.flatnonzero(flat) if fraction_parts(b, int(k), height)]
    for k in np.flatnonzero(flat & (wide >= _LEAST_LENGTH * height)):
        x0, y0, x1, y1 = b[k]
        # Where there is one fraction in a row there are others.
        if k in bars and any(j != k and are_level(b[j], b[k], height) for j in bars):
            continue
        inside = (x > x0) & (x < x1)
        above = inside & tall & (y < y0) & (b[:, 3] > y0 - _NEAR * height) & (b[:, 3] < y1 + 0.3 * height)
        if not above.any():
            continue
        level = float(np.median(y[above]))
        outside = (b[:, 2] < x0 + 0.3 * height) | (b[:, 0] > x1 - 0.3 * height)
        near = outside & (b[:, 2] > x0 - _BESIDE * height) & (b[:, 0] < x1 + _BESIDE * height)
        rest = near & tall & (np.abs(y - level) < 1.2 * height)
        if not rest.any() or abs(float(np.median(y[rest])) - level) > _LEVEL * height:
            continue
        below = inside & (y > y1) & (b[:, 3] < y1 + _NOTE * height)
        # A row of its own goes on beside what is below the line.
        row_below = near & tall & (y > y1) & (b[:, 1] < y1 + _NOTE * height)
        found.add(members[k])
        if not row_below.any():
            found.update(members[i] for i in np.flatnonzero(below))
    return found
