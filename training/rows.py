"""Made-up rows of arithmetic: numbers and signs in one line, as children write them.

CROHME has few; the looks of the symbols come from its ink, their order and places are made up.
"""

from __future__ import annotations

import numpy as np

from models.vocabulary import BY_LABEL, Baseline

_SIGNS = ("+", "-", "\\times", "\\div", "/")
_RELATIONS = ("=", "=", "=", "\\lt", "\\gt")


def _number(rng: np.random.Generator) -> list[str]:
    digits = [str(rng.integers(10)) for _ in range(rng.choice([1, 2, 3, 4], p=[0.45, 0.3, 0.17, 0.08]))]
    if len(digits) > 1 and rng.random() < 0.1:
        digits.insert(int(rng.integers(1, len(digits))), ".")
    return digits


def row_labels(rng: np.random.Generator) -> list[str]:
    """Labels of one row: infix mostly, some prefix and postfix, numbers alone, equations and comparisons."""
    kind = rng.random()
    if kind < 0.08:
        return [str(rng.integers(10)) for _ in range(rng.integers(2, 11))]
    if kind < 0.2:
        operands, sign = [str(rng.integers(10)) for _ in range(2)], str(rng.choice(_SIGNS))
        return [sign, *operands] if rng.random() < 0.5 else [*operands, sign]
    row = _number(rng)
    for _ in range(rng.integers(1, 5)):
        following = _number(rng)
        if rng.random() < 0.12:
            following = ["(", *following, str(rng.choice(_SIGNS)), *_number(rng), ")"]
        row += [str(rng.choice(_SIGNS)), *following]
    if rng.random() < 0.5:
        row += [str(rng.choice(_RELATIONS)), *(_number(rng) if rng.random() < 0.8 else [])]
    return row


def row_boxes(labels: list[str], sizes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Boxes of symbols set in one row, digits about one unit high.

    Args:
        labels: of the n symbols.
        sizes: (n, 2) width and height of each symbol in reference sizes of the ink it comes from.
        rng: for uneven baselines, sizes and gaps.

    Returns:
        (n, 4).
    """
    # A digit may come from an exponent or a headline: here all are of one height, more or less.
    digits = np.array([label.isdigit() for label in labels])
    sizes = np.where(digits[:, None], sizes / np.maximum(sizes[:, 1:], 0.1), sizes)
    sizes = sizes * np.exp(rng.normal(0, 0.12, (len(labels), 1)))
    gap = rng.uniform(0.08, 0.9)
    slope, x = rng.normal(0, 0.02), 0.0
    boxes = []
    for label, (width, height) in zip(labels, sizes, strict=True):
        place = BY_LABEL[label].baseline
        y = rng.normal(0, 0.05) + slope * x
        bottom = y - 0.5 + height / 2 if place in (Baseline.CENTRED, Baseline.TALL) else y
        boxes.append((x, bottom - height, x + width, bottom))
        wider = 1.5 if place is Baseline.CENTRED else 1.0
        x += width + max(gap * wider * float(np.exp(rng.normal(0, 0.4))), 0.02)
    return np.array(boxes)
