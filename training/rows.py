"""Made-up rows of arithmetic: numbers and signs in one line, as children write them.

CROHME has few; the looks of the symbols come from its ink, their order and places are made up.
"""

from __future__ import annotations

import numpy as np

from models.vocabulary import BY_LABEL, Baseline

_SIGNS = ("+", "-", "\\times", "\\div", "/", "*", ":", "\\cdot")
_SIGN_SHARES = (0.28, 0.26, 0.17, 0.1, 0.07, 0.06, 0.03, 0.03)
_RELATIONS = ("=", "\\lt", "\\gt", "\\approx")
_RELATION_SHARES = (0.8, 0.08, 0.08, 0.04)
_BLANKS = ("?", "\\square")
RAISED = frozenset({"\\circ"})
"""Signs that hang from the symbol before them as a superscript."""


def _sign(rng: np.random.Generator) -> str:
    return str(rng.choice(_SIGNS, p=_SIGN_SHARES))


def _number(rng: np.random.Generator) -> list[str]:
    if rng.random() < 0.03:
        return [str(rng.choice(_BLANKS))]
    digits = [str(rng.integers(10)) for _ in range(rng.choice([1, 2, 3, 4], p=[0.45, 0.3, 0.17, 0.08]))]
    if len(digits) > 1 and rng.random() < 0.1:
        digits.insert(int(rng.integers(1, len(digits))), ".")
    if rng.random() < 0.05:
        digits.append(str(rng.choice(["%", "\\circ"])))
    return digits


def row_labels(rng: np.random.Generator) -> list[str]:
    """Labels of one row: infix mostly, some prefix and postfix, numbers alone, equations and comparisons."""
    kind = rng.random()
    if kind < 0.08:
        return [str(rng.integers(10)) for _ in range(rng.integers(2, 11))]
    if kind < 0.36:
        row = [str(rng.integers(10)) for _ in range(2)]
        row.insert(int(rng.integers(3)), _sign(rng))
        return row
    row = _number(rng)
    for _ in range(rng.integers(1, 5)):
        following = _number(rng)
        if rng.random() < 0.12:
            following = ["(", *following, _sign(rng), *_number(rng), ")"]
        row += [_sign(rng), *following]
    if rng.random() < 0.5:
        row += [str(rng.choice(_RELATIONS, p=_RELATION_SHARES)), *(_number(rng) if rng.random() < 0.8 else [])]
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
        if place is Baseline.HIGH:
            bottom = y - 0.95 + height / 2
        boxes.append((x, bottom - height, x + width, bottom))
        wider = 1.5 if place is Baseline.CENTRED else 1.0
        x += width + max(gap * wider * float(np.exp(rng.normal(0, 0.4))), 0.02)
    return np.array(boxes)


def cell_boxes(labels: list[str], sizes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Boxes of symbols set one each into equal cells, anywhere in its cell: cards, forms, boxes of a test.

    Args:
        labels: of the n symbols.
        sizes: (n, 2) width and height of each symbol in any unit.
        rng: for places and sizes.

    Returns:
        (n, 4), in cells of side 1.
    """
    signs = np.array([not label.isalnum() for label in labels])
    sides = np.where(signs, rng.uniform(0.3, 0.65, len(labels)), rng.uniform(0.33, 0.8, len(labels)))
    sizes = sizes * (sides / np.maximum(sizes.max(1), 1e-3))[:, None]
    places = rng.random((len(labels), 2)) * np.maximum(1 - sizes, 0)
    places[:, 0] += np.arange(len(labels))
    return np.concatenate([places, places + sizes], 1)
