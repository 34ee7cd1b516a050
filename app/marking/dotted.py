"""Dotted and dashed lines: borders, lines to cut along, and lines to write on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import cv2
import numpy as np

from app.marking.layout import boxes_of, symbol_height
from app.marking.page_ink import PageInk, Piece, together

_LONGEST, _THICKEST = 0.8, 0.3
"""Sides of a dash, and the space to the next along it, in symbol heights, at the most …"""
_LONGEST_PENS, _THICKEST_PENS = 5.0, 2.0
"""… or in pen widths, for the symbol height is less where many dashes stand upright."""
_LEAST_DOTS, _LEAST_DASHES = 8, 5
"""Dots of a level line, dashes of any, at the least: a remainder has six dots, and nothing has them in a column."""
_LEAST_LIKE_OTHERS = 3
"""Dots of a level line where there are others on the page as far apart."""
_DASH = 1.5
"""Length of a dash in its thickness, at the least."""
_CORNER = 0.6
"""Side of the corner of a dashed frame, in symbol heights, at the most."""
_LEAST_LENGTH = 2.5
"""Length of a line in symbol heights."""
_LINE_TO_WRITE_ON = 9.0
"""Length of a line to write on, in symbol heights, at the most: longer ones are borders."""
_LEVEL = 0.12
"""How far a dash stands off the one before, in symbol heights, at the most."""
_ALIKE = 2.0
"""Ratio of the lengths of two dashes, and of their thicknesses, at the most."""
_ACROSS = 3.0
"""How far it is from a dash of a line to the next, across what is written there, in symbol heights, at the most."""
_REGULAR = 0.3
"""Greatest deviation of the distance from dash to dash, in such distances."""
_LONE, _SIGN = 2.0, 0.6
"""Space between the lower dot of a sign and a dotted line beside it, in the distances of its dots, at the least; and
space between the parts of a sign, and height of one, in symbol heights, at the most."""


def join_dotted_lines(ink: PageInk) -> tuple[PageInk, list[Piece]]:
    """Each dotted line that may be written on made one piece, and the other ones taken out.

    Args:
        ink: of a page.

    Returns:
        The ink that is left, its pieces from left to right, and all dashes that there were.
    """
    pieces, boxes, unit = ink.pieces, boxes_of(ink.pieces), _Unit(symbol_height(ink), ink.pen)
    level = _runs(boxes, unit, _LEAST_DOTS, _ACROSS * unit.height)
    level += _like_others(boxes, unit, level)
    upright = _runs(boxes[:, [1, 0, 3, 2]], unit, _LEAST_DASHES)
    found = {i for run in (*level, *upright) for i in run}
    if not found:
        return ink, []
    # Upright dashes may have passed for symbols.
    rest = replace(ink, pieces=tuple(piece for i, piece in enumerate(pieces) if i not in found))
    height = symbol_height(rest) if rest.pieces else unit.height
    level = _joint([_whole(run, boxes, height) for run in level], boxes)
    written_on = [run for run in level if boxes[run[-1], 2] - boxes[run[0], 0] <= _LINE_TO_WRITE_ON * height]
    joined = {i for run in written_on for i in run}
    out = {i for run in (*level, *upright) for i in run} - joined
    out |= {i for run in upright for i in _corners(run, boxes, height)} - joined
    kept = [piece for i, piece in enumerate(pieces) if i not in joined | out]
    kept += [_joined([pieces[i] for i in run], boxes[run]) for run in written_on]
    left = tuple(sorted(kept, key=lambda p: p.blob.box[0]))
    # Of a line to write on the dots are no points either.
    return replace(ink, pieces=left), [pieces[i] for i in sorted(out | joined)]


@dataclass(frozen=True, slots=True)
class _Unit:
    """What dashes are measured in: the page's symbol height, and its pen where dashes passed for symbols."""

    height: float
    pen: float

    @property
    def longest(self) -> float:
        """Length of a dash at the most."""
        return max(_LONGEST * self.height, _LONGEST_PENS * self.pen)

    @property
    def thickest(self) -> float:
        """Its thickness at the most."""
        return max(_THICKEST * self.height, _THICKEST_PENS * self.pen)


def _runs(boxes: np.ndarray, unit: _Unit, dots: int, across: float = 0.0) -> list[list[int]]:
    """Dashes in a row from left to right, as alike and as far apart, but for those missing ``across`` what is written
    on the line: so many pixels at the most."""
    long, thick = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    dashes = np.flatnonzero((long <= unit.longest) & (thick <= unit.thickest))
    order = dashes[np.argsort(boxes[dashes, 0], kind="stable")]
    middles = (boxes[:, 1] + boxes[:, 3]) / 2
    after: dict[int, int] = {}
    before: set[int] = set()
    for k, i in enumerate(order):
        for j in order[k + 1 :]:
            gap = boxes[j, 0] - boxes[i, 2]
            if gap > max(unit.longest, across):
                break
            alike = _ratio(long[i], long[j]) <= _ALIKE and _ratio(thick[i], thick[j]) <= _ALIKE
            if j not in before and gap > 0 and alike and abs(middles[i] - middles[j]) <= _LEVEL * unit.height:
                after[int(i)] = int(j)
                before.add(int(j))
                break
    runs = []
    for i in map(int, order):
        if i in before:
            continue
        run = [i]
        while run[-1] in after:
            run.append(after[run[-1]])
        runs += _regular(run, boxes, unit.height, dots)
    return runs


def _like_others(boxes: np.ndarray, unit: _Unit, lines: Sequence[Sequence[int]]) -> list[list[int]]:
    """Dots of which less is left than of the dotted lines elsewhere, but as large and as far apart."""
    steps = [_step(boxes, run) for run in lines if _is_dotted(boxes, run)]
    if not steps:
        return []
    step, taken = float(np.median(steps)), {i for run in lines for i in run}
    rest = np.array([i for i in range(len(boxes)) if i not in taken], int)
    sizes = np.median(np.concatenate([boxes[run, 2:] - boxes[run, :2] for run in lines]), axis=0)
    sides = boxes[rest, 2:] - boxes[rest, :2]
    rest = rest[(np.maximum(sides / sizes, sizes / sides) <= _ALIKE).all(1)]
    found = [[int(rest[k]) for k in run] for run in _runs(boxes[rest], unit, _LEAST_LIKE_OTHERS, _ACROSS * unit.height)]
    return [run for run in found if abs(_step(boxes, run) - step) < _REGULAR * step]


def _is_dotted(boxes: np.ndarray, run: Sequence[int]) -> bool:
    long, thick = np.median(boxes[run, 2:] - boxes[run, :2], axis=0)
    return bool(long < _DASH * thick)


def _step(boxes: np.ndarray, run: Sequence[int]) -> float:
    """Distance from dash to dash of a row, some of which are missing."""
    steps = np.diff((boxes[run, 0] + boxes[run, 2]) / 2)
    near = steps[np.abs(steps - np.median(steps)) <= _REGULAR * np.median(steps)]
    return float(near.mean() if near.size else np.median(steps))


def _without_signs(run: list[int], boxes: np.ndarray, height: float) -> list[int]:
    """A row without single dashes far from the others at its ends that are the lower dots of signs: of ÷ or a colon."""
    if len(run) < 3:
        return run
    far = _LONE * _step(boxes, run)

    def is_of_sign(i: int, nearest: int) -> bool:
        x = (boxes[i, 0] + boxes[i, 2]) / 2
        apart = max(boxes[i, 0] - boxes[nearest, 2], boxes[nearest, 0] - boxes[i, 2])
        above = (boxes[:, 0] < x) & (boxes[:, 2] > x) & (boxes[:, 3] <= boxes[i, 1])
        near = (boxes[i, 1] - boxes[:, 3] < _SIGN * height) & (boxes[:, 3] - boxes[:, 1] < _SIGN * height)
        return bool(apart > far and (above & near).any())

    while len(run) > 2 and is_of_sign(run[0], run[1]):
        run = run[1:]
    while len(run) > 2 and is_of_sign(run[-1], run[-2]):
        run = run[:-1]
    return run


def _ratio(a: float, b: float) -> float:
    return max(a, b) / max(min(a, b), 1e-6)


def _regular(run: Sequence[int], boxes: np.ndarray, height: float, dots: int) -> list[list[int]]:
    """The parts of a row of dashes in which they are as far apart, of those that are long enough."""
    if len(run) < min(_LEAST_DASHES, dots):
        return []
    usual = _step(boxes, run)
    space = usual - float(np.median(boxes[run, 2] - boxes[run, 0]))
    parts: list[list[int]] = [[run[0]]]
    for a, b in pairwise(run):
        # Some have run together, and where something is written across the line some are missing.
        missing = (boxes[b, 0] - boxes[a, 2] - space) / usual
        if abs(missing - max(round(missing), 0)) > _REGULAR:
            parts.append([])
        parts[-1].append(b)
    found = []
    for part in parts:
        part = _without_signs(part, boxes, height)
        least = dots if _is_dotted(boxes, part) else _LEAST_DASHES
        long_enough = _LEAST_LENGTH * height if dots > _LEAST_LIKE_OTHERS else 0.0
        if len(part) >= least and boxes[part[-1], 2] - boxes[part[0], 0] >= long_enough:
            found.append(part)
    return found


def _whole(run: Sequence[int], boxes: np.ndarray, height: float) -> list[int]:
    """The dashes of a level line and of its parts beyond what is written across it."""
    line = boxes[list(run)]
    y = float(np.median(line[:, 1] + line[:, 3])) / 2
    long, thick = np.median(line[:, 2:] - line[:, :2], axis=0)
    sides = boxes[:, 2:] - boxes[:, :2]
    alike = (sides[:, 0] <= _ALIKE * long) & (sides[:, 1] <= _ALIKE * thick)
    on_line = np.abs((boxes[:, 1] + boxes[:, 3]) / 2 - y) <= _LEVEL * height
    near = (boxes[:, 2] > line[:, 0].min() - _ACROSS * height) & (boxes[:, 0] < line[:, 2].max() + _ACROSS * height)
    found = np.flatnonzero(alike & on_line & near)
    whole = sorted({*run, *found.tolist()}, key=lambda i: boxes[i, 0])
    return _without_signs(whole, boxes, height)


def _joint(lines: Sequence[list[int]], boxes: np.ndarray) -> list[list[int]]:
    """The lines, but those that share a dash as one."""
    found: list[list[int]] = []
    for line in lines:
        shared = [other for other in found if not set(other).isdisjoint(line)]
        found = [other for other in found if other not in shared]
        found.append(sorted({i for part in (line, *shared) for i in part}, key=lambda i: boxes[i, 0]))
    return found


def _corners(upright: Sequence[int], boxes: np.ndarray, height: float) -> list[int]:
    """Small pieces where an upright line ends: of a frame's corners."""
    line = boxes[list(upright)]
    top, foot, x = line[:, 1].min(), line[:, 3].max(), float(np.median(line[:, 0] + line[:, 2])) / 2
    space = 1.2 * float(np.median(np.diff(line[:, 1])))
    small = np.max(boxes[:, 2:] - boxes[:, :2], axis=1) <= _CORNER * height
    on_line = (boxes[:, 0] < x + 0.2 * height) & (boxes[:, 2] > x - 0.2 * height)
    over = (boxes[:, 1] < top) & (boxes[:, 1] > top - space)
    under = (boxes[:, 3] > foot) & (boxes[:, 3] < foot + space)
    return np.flatnonzero(small & on_line & (over | under)).tolist()


def _joined(pieces: Sequence[Piece], boxes: np.ndarray) -> Piece:
    """One piece of the dashes of a line and of what is between them."""
    whole = together(pieces)
    widest = int(max(b[0] - a[2] for a, b in pairwise(boxes))) + 2
    closing = np.ones((3, 2 * widest + 1), np.uint8)
    mask = cv2.morphologyEx(whole.blob.mask, cv2.MORPH_CLOSE, closing, borderValue=0)
    return replace(whole, blob=replace(whole.blob, mask=mask))
