"""A second opinion on a row: what the line recogniser says of its picture, weighed with the readings of its ink.

Ink that blur or haste ran together is read badly piece by piece; the line recogniser needs no pieces, but knows
nothing of fractions or roots. Both are probabilities, and are multiplied (a product of experts: Hinton, ICANN 1999).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from app.marking.problem import BLANK, Cell, Cells, Version
from app.reading.ctc import Text, align, likelihoods, likely_texts
from app.reading.line import CLASS, Strip, Transcribe
from app.reading.reading import Symbol, SymbolAlternative
from models.line_image import CHARACTERS
from models.vocabulary import Kind

_BEAMS = 8
_EXPLAINED = 0.5
"""Share of what the line recogniser says that the ink's readings explain, from which no other text is looked for."""
_WEIGHT = 1.0
"""Of the line recogniser, beside 1 for the readings of the ink: less leaves more doubt and as many errors."""
_UNREAD = 1e-3
"""Probability of a text that is none of the ink's readings, before the line recogniser is asked."""
_LEAST_DIGIT = 4.0
"""Pixels of the lowest row that is looked at."""
_LONGEST = 60.0
"""Length of a row of arithmetic in digit heights, at the most."""
_STEEPEST = 0.15
_OTHER_HEIGHT = 0.2
"""Logarithm of how far off the height of a row's digits is from the page's where both are tried."""
_LEAST_SHOWN = 0.002
"""Probability below which a symbol is no alternative."""
_LEAST_COUNTED = 1e-4
"""Probability of a version from which it counts in the confidences of symbols."""
_WEIGHED = 3
"""Versions whose symbols' confidences are found anew: one of them is the reading."""

Judge = Callable[[Cells], float]
"""How plausible a row is by its form, 0 … 1."""


def strips_of(darkness: np.ndarray, cells: Cells, ends: tuple[float, float], height: float) -> list[Strip]:
    """Pictures of a row, the one its cells suggest first; where they were misread another may be the right one.

    None of a row too long for arithmetic.

    Args:
        darkness: of the page.
        cells: of the row.
        ends: left and right end of the row.
        height: of the page's digits.
    """
    boxes = np.array([c.box for c in cells if c.kind is Kind.DIGIT] or [c.box for c in cells])
    x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    digit = max(float(np.median(boxes[:, 3] - boxes[:, 1])), _LEAST_DIGIT)
    if ends[1] - ends[0] > _LONGEST * digit:
        return []
    far = np.abs(x[:, None] - x) > 3 * digit
    # The median of the slopes between any two of them (Theil, 1950; Sen, JASA 63, 1968).
    slopes = ((y[:, None] - y)[far]) / ((x[:, None] - x)[far])
    slope = float(np.clip(np.median(slopes), -_STEEPEST, _STEEPEST)) if len(slopes) > 4 else 0.0
    half_way = (ends[0] + ends[1]) / 2
    middle = float(np.median(y - slope * (x - half_way)))
    strips = [Strip(darkness, ends, digit, middle, slope)]
    if abs(np.log(digit / height)) > _OTHER_HEIGHT:
        strips.append(Strip(darkness, ends, height, middle, slope))
    return strips


def heard(strips: Sequence[Strip], transcribe: Transcribe) -> tuple[Strip, np.ndarray]:
    """The picture that the line recogniser understands best, and its log probabilities (T, classes)."""
    found = [(strip, transcribe(strip.image)) for strip in strips]
    # How sure it is of its likeliest path says how plainly it sees a row.
    return max(found, key=lambda pair: float(pair[1].max(1).mean()))


def text_of(cells: Cells) -> Text | None:
    """What the line recogniser would have to say of a row; ``None`` where it has no words for it."""
    labels = [c.label for c in cells if c.label != BLANK]
    if any(c.rows for c in cells) or not all(label in CLASS for label in labels):
        return None
    return tuple(CLASS[label] for label in labels)


def reconsidered(versions: Sequence[Version], frames: np.ndarray, strip: Strip, form: Judge) -> list[Version]:
    """The ways to read a row, weighed with what the line recogniser says of it.

    Args:
        versions: of the ink, their probabilities sum to 1 at most.
        frames: the recogniser's log probabilities (T, 1 + len(CHARACTERS)).
        strip: what it saw.
        form: of rows that the ink did not suggest.

    Returns:
        Versions, the most probable first, the recogniser's own among them; what is missing to a sum of 1 is the
        probability that something else stands there.
    """
    texts = [text_of(v.cells) for v in versions]
    known = list(dict.fromkeys(t for t in texts if t is not None))
    said = dict(zip(known, likelihoods(frames, known), strict=True))
    own: list[Text] = []
    if float(np.exp(list(said.values())).sum()) < _EXPLAINED:
        own = [t for t in likely_texts(frames, _BEAMS) if t not in said]
        said |= dict(zip(own, likelihoods(frames, own), strict=True))
    # What the recogniser has no words for is among what it leaves open.
    rest = _WEIGHT * np.log(max(1.0 - float(np.exp(list(said.values())).sum()), 1e-12))
    ways, scores = list(versions), []
    for version, text in zip(versions, texts, strict=True):
        scores.append(np.log(max(version.probability, 1e-30)) + (rest if text is None else _WEIGHT * said[text]))
    blanks = tuple(c for c in versions[0].cells if c.label == BLANK)
    for text in own:
        cells = _cells(text, frames, strip, blanks, versions[0].cells)
        ways.append(Version(cells, 0.0))
        scores.append(np.log(_UNREAD * max(form(cells), 1e-30)) + _WEIGHT * said[text])
    total = np.logaddexp.reduce([*scores, np.log(_UNREAD) + rest])
    probabilities = np.exp(np.array(scores) - total)
    order = np.argsort(-probabilities, kind="stable")
    return _with_confidences([replace(ways[i], probability=float(probabilities[i])) for i in order])


def _cells(text: Text, frames: np.ndarray, strip: Strip, blanks: Cells, like: Cells) -> Cells:
    """A text as cells, in the boxes of the ink's reading where there is one."""
    boxes = [strip.box(columns) for columns in align(frames, text)]
    middles = np.array([(box[0] + box[2]) / 2 for box in boxes])
    # Ink that ran together is one cell of several characters: they keep their own boxes.
    inked = [c for c in like if c.label != BLANK and ((middles >= c.box[0]) & (middles <= c.box[2])).sum() == 1]
    cells = []
    for c, middle, box in zip(text, middles, boxes, strict=True):
        cell = next((i for i in inked if i.box[0] <= middle <= i.box[2]), None)
        symbol = Symbol(CHARACTERS[c - 1], cell.box if cell else box, printed=cell is not None and cell.symbol.printed)
        cells.append(Cell(symbol, {}))
    return tuple(sorted((*cells, *blanks), key=lambda c: c.box[0] + c.box[2]))


def _with_confidences(versions: list[Version]) -> list[Version]:
    """The likeliest versions with each cell's confidence summed over the versions that agree on it."""
    likely = [v for v in versions if v.probability > _LEAST_COUNTED]
    places = [(v.probability, [((c.box[0] + c.box[2]) / 2, c.label) for c in v.cells]) for v in likely]

    def weighed(cell: Cell) -> Cell:
        if cell.label == BLANK:
            return cell
        shares: dict[str, float] = {}
        for probability, labels in places:
            for label in {label for x, label in labels if cell.box[0] <= x <= cell.box[2]}:
                shares[label] = shares.get(label, 0.0) + probability
        own = min(shares.pop(cell.label, 0.0), 1.0)
        others = sorted(shares.items(), key=lambda item: -item[1])
        alternatives = tuple(SymbolAlternative(a, min(p, 1.0)) for a, p in others if p > _LEAST_SHOWN)
        return replace(cell, symbol=replace(cell.symbol, confidence=own, alternatives=alternatives))

    likeliest = [replace(v, cells=tuple(map(weighed, v.cells))) for v in versions[:_WEIGHED]]
    return [*likeliest, *versions[_WEIGHED:]]
