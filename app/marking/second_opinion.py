"""A second opinion on a row: what the line recogniser says of its picture, weighed with the readings of its ink.

Ink that blur or haste ran together is read badly piece by piece; the line recogniser needs no pieces, but knows
nothing of fractions or roots. Both are probabilities, and are multiplied (a product of experts: Hinton, ICANN 1999).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

import numpy as np

from app.marking.misreadings import through_channel
from app.marking.problem import BLANK, Cell, Cells, Version
from app.reading.ctc import Text, align, best_path, likelihoods, likely_texts, restricted
from app.reading.line import CLASS, Strip, Transcribe
from app.reading.reading import Symbol, SymbolAlternative
from models.ink import Box
from models.line_image import CHARACTERS
from models.vocabulary import Kind

_BEAMS = 8
_WEIGHT = 1.0
"""Of the line recogniser, beside 1 for the readings of the ink: less leaves more doubt and as many errors."""
_UNREAD = 1e-3
"""Probability of a text that is none of the ink's readings, before the line recogniser is asked."""
_HOPELESS = 14.0
"""Logarithm of how much likelier the best version is than a text that is not looked at: one in a million, which counts
in no verdict."""
_MISREAD = 12
"""Likeliest readings of the ink that may be something else in truth."""
_BREAKS_GRAMMAR = 1e-3
"""Plausibility of a row at the most that breaks the grammar; one that only lacks a relation has more."""
_BRACKETS = frozenset(CLASS[label] for label in "()")
_PLACES = {".": (0.8, 1.0), ",": (0.75, 1.15), "\\ldots": (0.8, 1.0), "-": (0.45, 0.55), "=": (0.3, 0.7)}
"""Where small characters stand, from the top of a digit to its foot: the line recogniser tells columns alone."""
_DIGIT_WIDTH = 0.6
"""Width of a digit, in its heights."""
_LEAST_DIGIT = 4.0
"""Pixels of the lowest row that is looked at."""
_LONGEST = 60.0
"""Length of a row of arithmetic in digit heights, at the most."""
_STEEPEST = 0.15
_SHARES_OF_PICTURE = (0.3, 0.42, 0.6)
"""Heights of digits that are tried where a picture shows one row, as shares of the picture's."""
_OTHER_HEIGHT = 0.2
"""Logarithm of how far off the height of a row's digits is from the page's where both are tried."""
_OTHER_HEIGHTS = (0.8, 1.25)
"""What digits may be higher by than those that were found, which some are broken or run together."""
_PLAINLY = -0.2
"""Log probability of the likeliest text from which no other picture is tried."""
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
    heights = [digit]
    if abs(np.log(digit / height)) > _OTHER_HEIGHT:
        heights.append(height)
    heights += [digit * factor for factor in _OTHER_HEIGHTS]
    return [Strip(darkness, ends, h, middle, slope) for h in heights]


def strips_of_picture(darkness: np.ndarray, height: float) -> list[Strip]:
    """Pictures of the only row of a picture whose pieces tell nothing of it: of several sizes its digits may have.

    Args:
        darkness: of the picture.
        height: of its pieces, typically.
    """
    high, wide = darkness.shape
    profile = np.clip(darkness, 0, None).sum(1) + 1e-6
    middle = float((profile * (np.arange(high) + 0.5)).sum() / profile.sum())
    digits = sorted({round(d, 1) for d in (height, *(share * high for share in _SHARES_OF_PICTURE))})
    likely = [d for d in digits if d >= max(_LEAST_DIGIT, wide / _LONGEST)]
    return [Strip(darkness, (0.0, float(wide)), d, middle) for d in likely]


def heard(
    strips: Sequence[Strip],
    transcribe: Transcribe,
    alphabet: Collection[str] = CHARACTERS,
    read: Text | None = None,
) -> tuple[Strip, np.ndarray]:
    """The first picture that the line recogniser reads plainly, or as the ink is read, or else the one that it reads
    most surely, and its log probabilities (T, classes).

    Args:
        strips: pictures of one row, the most promising first.
        transcribe: the recogniser.
        alphabet: characters that may stand there.
        read: the likeliest reading of the ink.
    """
    classes = {CLASS[label] for label in alphabet}
    best, surest = None, -np.inf
    for strip in strips:
        frames = restricted(transcribe(strip.image), classes)
        likeliest = best_path(frames)
        sure = float(likelihoods(frames, [likeliest])[0])
        if sure > _PLAINLY or likeliest == read:
            return strip, frames
        if sure > surest:
            best, surest = (strip, frames), sure
    return best


def text_of(cells: Cells) -> Text | None:
    """What the line recogniser would have to say of a row; ``None`` where it has no words for it."""
    labels = [c.label for c in cells if c.label != BLANK]
    if any(c.rows for c in cells) or not all(label in CLASS for label in labels):
        return None
    return tuple(CLASS[label] for label in labels)


def reconsidered(
    versions: Sequence[Version],
    frames: np.ndarray,
    strip: Strip,
    form: Judge,
    misreadings: np.ndarray | None = None,
) -> list[Version]:
    """The ways to read a row, weighed with what the line recogniser says of it.

    Args:
        versions: of the ink, their probabilities sum to 1 at most; none where the ink tells nothing.
        frames: the recogniser's log probabilities (T, 1 + len(CHARACTERS)).
        strip: what it saw.
        form: of rows.
        misreadings: what readings of ink may be in truth, see ``through_channel``; ``None`` if that is not known.

    Returns:
        Versions, the most probable first, the recogniser's own among them; what is missing to a sum of 1 is the
        probability that something else stands there.
    """
    texts = [text_of(v.cells) for v in versions]
    forms = [form(v.cells) for v in versions]
    plausible = {t for t, f in zip(texts, forms, strict=True) if f > _BREAKS_GRAMMAR and t is not None}
    if versions and not any(_BRACKETS & set(t) for t in plausible):
        frames = _without_lone_bracket(frames)
    known = list(dict.fromkeys(t for t in texts if t is not None))
    said = dict(zip(known, likelihoods(frames, known), strict=True))
    own: list[Text] = []
    # Even where it says what the ink says: what else may stand there tells whether an answer can be called wrong.
    if np.log(_UNREAD) + _left_open(said) > -_HOPELESS:
        own = [t for t in likely_texts(frames, _BEAMS) if t not in said]
        said |= dict(zip(own, likelihoods(frames, own), strict=True))
    # What the recogniser has no words for is among what it leaves open.
    rest = _left_open(said)
    ways, scores = list(versions), []
    misread = _misread(versions, texts, forms, said, misreadings)
    for version, text, plausibility in zip(versions, texts, forms, strict=True):
        # The recogniser knows no grammar: what breaks it is believed less once more.
        suggested = version.probability + misread.get(text, 0.0)
        likely = np.log(max(suggested, 1e-30)) + np.log(max(plausibility, 1e-30))
        scores.append(likely + (rest if text is None else _WEIGHT * said[text]))
    like = versions[0].cells if versions else ()
    best = max(scores, default=-np.inf)
    for text in own:
        # What neither the ink suggests nor the form of rows hardly stands there.
        likely = np.log(misread.get(text, 0.0) + _UNREAD) + _WEIGHT * said[text]
        # However well formed it were: finding its places takes its time.
        if likely < best - _HOPELESS:
            continue
        cells = _cells(text, frames, strip, like)
        if _fills_blank(cells):
            continue
        ways.append(Version(cells, 0.0))
        scores.append(likely + 2 * np.log(max(form(cells), 1e-30)))
    total = np.logaddexp.reduce([*scores, np.log(_UNREAD) + rest])
    probabilities = np.exp(np.array(scores) - total)
    order = np.argsort(-probabilities, kind="stable")
    return with_confidences([replace(ways[i], probability=float(probabilities[i])) for i in order])


def _left_open(said: dict[Text, float]) -> float:
    """Weighed log probability of all other texts than those of which it is known."""
    return _WEIGHT * float(np.log(max(1.0 - float(np.exp(list(said.values())).sum()), 1e-12)))


def _misread(
    versions: Sequence[Version],
    texts: Sequence[Text | None],
    forms: Sequence[float],
    said: dict[Text, float],
    misreadings: np.ndarray | None,
) -> dict[Text, float]:
    """How probable it is of each text that it stands there and was misread in the ink, before the line recogniser is
    asked. Nothing where both read the same: how sure the ink is of its digits tells of the hand then."""
    shares = np.array([v.probability * f for v, f in zip(versions, forms, strict=True)])
    order = [i for i in np.argsort(-shares)[:_MISREAD] if texts[i] is not None]
    if misreadings is None or not order or texts[order[0]] == max(said, key=said.__getitem__):
        return {}
    found = shares[order] @ np.exp(through_channel([texts[i] for i in order], list(said), misreadings))
    return dict(zip(said, found.tolist(), strict=True))


def _without_lone_bracket(frames: np.ndarray) -> np.ndarray:
    """The frames without brackets, if the likeliest text has a single one: in some hands 1 is as bent."""
    alone = sum(c in _BRACKETS for c in best_path(frames)) == 1
    return restricted(frames, set(CLASS.values()) - _BRACKETS) if alone else frames


def _cells(text: Text, frames: np.ndarray, strip: Strip, like: Cells) -> Cells:
    """A text as cells, in the boxes of the ink's reading where there is one, with its blanks."""
    boxes = _widened([strip.box(columns) for columns in align(frames, text)])
    middles = np.array([(box[0] + box[2]) / 2 for box in boxes])
    # Ink that ran together is one cell of several characters: they keep their own boxes.
    inked = [c for c in like if c.label != BLANK and ((middles >= c.box[0]) & (middles <= c.box[2])).sum() == 1]
    cells = []
    for c, middle, box in zip(text, middles, boxes, strict=True):
        cell = next((i for i in inked if i.box[0] <= middle <= i.box[2]), None)
        label = CHARACTERS[c - 1]
        place = cell.box if cell else _placed(label, box)
        cells.append(Cell(Symbol(label, place, printed=cell is not None and cell.symbol.printed), {}))
    cells += [c for c in like if c.label == BLANK]
    return tuple(sorted(cells, key=lambda c: c.box[0] + c.box[2]))


def _fills_blank(cells: Cells) -> bool:
    """Whether something is heard where nothing is written: some would see a sign in any gap between two numbers."""
    blanks = [c.box for c in cells if c.label == BLANK]
    return any(b[0] <= (c.box[0] + c.box[2]) / 2 <= b[2] for c in cells if c.label != BLANK for b in blanks)


def _widened(boxes: Sequence[Box]) -> list[Box]:
    """Boxes as wide as digits are, where there is room: the recogniser says a character in a column or two of it."""
    wide = np.array(boxes, np.float64).reshape(-1, 4)
    x0, y0, x1, y1 = wide.T
    x = (x0 + x1) / 2
    apart = np.diff(x, prepend=-np.inf, append=np.inf)
    half = np.minimum(_DIGIT_WIDTH * (y1 - y0), np.minimum(apart[:-1], apart[1:])) / 2
    wide[:, 0], wide[:, 2] = np.minimum(x0, x - half), np.maximum(x1, x + half)
    return [tuple(box) for box in wide.tolist()]


def _placed(label: str, box: Box) -> Box:
    """The part of a digit's box that a character takes up."""
    x0, y0, x1, y1 = box
    top, foot = _PLACES.get(label, (0.0, 1.0))
    return x0, y0 + top * (y1 - y0), x1, y0 + foot * (y1 - y0)


def with_confidences(versions: list[Version]) -> list[Version]:
    """The likeliest versions, the most probable first, with each cell's confidence summed over those that agree on it;
    the others as they are."""
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
