"""Where the problems of a page stand: pieces of ink joined to symbols, symbols to lines.

Lines are grown from neighbour to neighbour, nearest first, so they may slope, curve towards a book's spine
and stand in columns of any width. Every length is measured in the page's own symbol height.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from app.marking.page_ink import PageInk, Piece
from models.ink import Box

_WIDEST_GAP = 2.6
"""Greatest space inside a problem, in symbol heights."""
_ANSWER_GAP = 3.8
"""Greatest space after an equals sign, and in empty brackets: some leave much room for the answer."""
LEAST_NUMBERED = 3
"""Glyphs of a problem that has a number before it, at the least."""
_BRACKET = (1.08, 2.0, 0.5)
"""Least and greatest height of a bracket, in symbol heights, and its width in its own height, at the most."""
_SPECK = 0.3
"""Larger side of what is no symbol but a point, in symbol heights."""
_THICKEST_BAR = 0.55
"""Thickness of a bar of an equals sign in its length, at the most: a felt pen's are thick."""
_ROOF, _TALLEST = 0.3, 1.7
"""Space between a character's topmost stroke and its body, and height of the character, in symbol heights, at the
most."""
_SAME_ROW = 6.0
"""Space between the bars of two fractions of one row, in symbol heights, at the most."""
_PICTURE = 6.0
"""Height of what is no symbol, in symbol heights: a picture, or the frame of a page."""
_SIDESTEP = 0.8
"""Greatest vertical step from one symbol to the next: answers are written larger, and above or below the print."""


def around(boxes: Sequence[Box]) -> Box:
    """The bounding box of boxes."""
    array = np.asarray(boxes)
    return (*array[:, :2].min(0).tolist(), *array[:, 2:].max(0).tolist())


@dataclass(frozen=True, eq=False)
class Glyph:
    """Pieces that stand over one another and are no further apart than the parts of a symbol or fraction.

    Attributes:
        pieces: indices into the page's pieces.
        box: around them.
        is_equals: whether they look like two bars of an equals sign.
    """

    pieces: tuple[int, ...]
    box: Box
    is_equals: bool = False

    @property
    def middle(self) -> float:
        """Its vertical centre."""
        return (self.box[1] + self.box[3]) / 2


@dataclass(eq=False)
class Line:
    """Symbols in a row, from left to right, and the lines below that go on with it.

    Attributes:
        glyphs: of the row.
        steps: the lines below.
        number: around what numbers or marks the problem, which is none of the row; ``None`` where nothing was told.
    """

    glyphs: list[Glyph] = field(default_factory=list)
    steps: list[Line] = field(default_factory=list)
    number: Box | None = None

    @property
    def box(self) -> Box:
        """Around all of it."""
        return around([g.box for g in self.glyphs])

    @property
    def middle(self) -> float:
        """Its vertical centre."""
        return (self.box[1] + self.box[3]) / 2

    @property
    def pieces(self) -> tuple[int, ...]:
        """Indices into the page's pieces."""
        return tuple(i for g in self.glyphs for i in g.pieces)

    @property
    def answer(self) -> list[Glyph]:
        """What stands behind its last equals sign; nothing where it has none."""
        equals = max((k for k, g in enumerate(self.glyphs) if g.is_equals), default=len(self.glyphs))
        return self.glyphs[equals + 1 :]

    @property
    def signs(self) -> int:
        """How many equals signs and empty places for an answer it seems to have."""
        return sum(g.is_equals or not g.pieces for row in (self, *self.steps) for g in row.glyphs)


def numbered(line: Line, end: int) -> Line:
    """A line of which the first ``end`` glyphs number the problem."""
    return Line(line.glyphs[end:], line.steps, around([g.box for g in line.glyphs[:end]]))


def symbol_height(ink: PageInk) -> float:
    """Typical height of a symbol of the page in pixels, from pieces that are neither bars nor dots nor pictures."""
    boxes = boxes_of(ink.pieces)
    heights, widths = boxes[:, 3] - boxes[:, 1], boxes[:, 2] - boxes[:, 0]
    tall = (heights > 2.5 * ink.pen) & (heights < 40 * ink.pen) & (widths < 3 * heights) & (heights < 8 * widths)
    if not tall.any():
        return float(heights.max(initial=1.0))
    chosen = heights[tall]
    return float(np.median(chosen[chosen >= 0.5 * np.median(chosen)]))


def boxes_of(pieces: Sequence[Piece]) -> np.ndarray:
    """(n, 4) float64 boxes of pieces."""
    return np.array([p.blob.box for p in pieces], np.float64).reshape(-1, 4)


def find_glyphs(boxes: np.ndarray, members: Sequence[int], height: float) -> list[Glyph]:
    """Join pieces that stand over one another: the parts of = ÷ : i, of broken digits, and fractions. Pictures and
    frames around a whole page are left out.

    Args:
        boxes: (n, 4) boxes of all pieces.
        members: the pieces to join.
        height: the page's symbol height.
    """
    members = [i for i in members if boxes[i, 3] - boxes[i, 1] <= _PICTURE * height]
    chosen = boxes[members]
    parent = list(range(len(chosen)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    x0, y0, x1, y1 = chosen.T
    for i, j in _near_pairs(chosen, height):
        overlap = min(x1[i], x1[j]) - max(x0[i], x0[j])
        narrow = max(min(x1[i] - x0[i], x1[j] - x0[j]), 1)
        apart = max(y0[i], y0[j]) - min(y1[i], y1[j])
        joint = max(y1[i], y1[j]) - min(y0[i], y0[j])
        small = min(y1[i] - y0[i], y1[j] - y0[j]) < 0.5 * height
        larger = max(y1[i] - y0[i], y1[j] - y0[j])
        feet = _is_foot(chosen[i], chosen[j]) or _is_foot(chosen[j], chosen[i])
        roofed = _is_roof(chosen[i], chosen[j], height) or _is_roof(chosen[j], chosen[i], height)
        stems = _is_stem(chosen[i], chosen[j], height) or _is_stem(chosen[j], chosen[i], height)
        joins = feet or joint < (_TALLEST if roofed else 1.3) * height or joint < 1.12 * larger
        if stems or (overlap >= 0.5 * narrow and apart < 0.45 * height and small and joins):
            parent[root(i)] = root(j)
    for bar in range(len(chosen)):
        for i in fraction_parts(chosen, bar, height):
            parent[root(i)] = root(bar)
    groups: dict[int, list[int]] = {}
    for i in range(len(chosen)):
        groups.setdefault(root(i), []).append(i)
    return [
        Glyph(tuple(members[i] for i in group), around(chosen[group]), _is_equals(chosen[group], height))
        for group in groups.values()
    ]


def _near_pairs(boxes: np.ndarray, height: float) -> list[tuple[int, int]]:
    """Pairs of boxes that overlap once each is grown by a quarter of a symbol."""
    order = np.argsort(boxes[:, 0])
    pairs = []
    for k, i in enumerate(order):
        for j in order[k + 1 :]:
            if boxes[j, 0] > boxes[i, 2]:
                break
            if boxes[j, 1] - boxes[i, 3] < 0.5 * height and boxes[i, 1] - boxes[j, 3] < 0.5 * height:
                pairs.append((int(i), int(j)))
    return pairs


def _is_bar(box: np.ndarray, height: float) -> bool:
    return box[2] - box[0] >= 0.4 * height and _is_flat(box)


def _is_flat(box: np.ndarray) -> bool:
    return box[3] - box[1] <= 0.4 * (box[2] - box[0])


def _is_foot(bar: np.ndarray, one: np.ndarray) -> bool:
    """Whether a bar is the foot that a 1 stands on."""
    wide, tall = one[2] - one[0], one[3] - one[1]
    below = _is_flat(bar) and bar[2] - bar[0] < 1.5 * tall
    return below and wide < 0.6 * tall and bar[0] < one[0] and abs(bar[1] + bar[3] - 2 * one[3]) < 0.5 * tall


def _is_roof(bar: np.ndarray, body: np.ndarray, height: float) -> bool:
    """Whether a bar is the topmost stroke of a character, which may be higher than digits are: 元."""
    above = 0 <= body[1] - bar[3] < _ROOF * height and _is_bar(bar, height)
    return above and bar[0] > body[0] - 0.1 * height and bar[2] < body[2] + 0.1 * height


def _is_stem(stem: np.ndarray, roof: np.ndarray, height: float) -> bool:
    """Whether an upright stroke stands in the middle under what spreads over it, as in 个."""
    wide, high = roof[2] - roof[0], stem[3] - stem[1]
    inner = 0.25 * wide
    under = roof[1] + 0.1 * height < stem[1] < roof[3] < stem[3] - 0.3 * height
    upright = stem[2] - stem[0] < 0.3 * height < 0.5 * wide and high >= 0.5 * height
    amid = roof[0] + inner < stem[0] and stem[2] < roof[2] - inner
    return bool(under and upright and amid and stem[3] - roof[1] < _TALLEST * height)


def _is_equals(boxes: np.ndarray, height: float) -> bool:
    alike = np.ptp(boxes[:, 2] - boxes[:, 0]) < 0.5 * height
    thick = boxes[:, 3] - boxes[:, 1] > _THICKEST_BAR * (boxes[:, 2] - boxes[:, 0])
    return len(boxes) == 2 and bool(alike) and not thick.any() and min(boxes[:, 2] - boxes[:, 0]) >= 0.4 * height


def fraction_parts(boxes: np.ndarray, bar: int, height: float) -> list[int]:
    """The pieces over and under a fraction's bar; none if either side has no digit.

    Args:
        boxes: (n, 4) boxes of pieces.
        bar: which of them may be the bar.
        height: the page's symbol height.
    """
    if not _is_bar(boxes[bar], height) or boxes[bar, 2] - boxes[bar, 0] > 5 * height:
        return []
    x0, y0, x1, y1 = boxes[bar]
    middle = (boxes[:, 0] + boxes[:, 2]) / 2
    digits = boxes[:, 3] - boxes[:, 1] > 0.45 * height
    over_it = digits & (middle > x0 - 0.1 * height) & (middle < x1 + 0.1 * height)
    inside = over_it & (boxes[:, 0] > x0 - 0.5 * height) & (boxes[:, 2] < x1 + 0.5 * height)
    above = inside & (boxes[:, 3] <= y0 + 0.3 * height) & (y0 - boxes[:, 3] < 0.5 * height)
    below = inside & (boxes[:, 1] >= y1 - 0.3 * height) & (boxes[:, 1] - y1 < 0.5 * height)
    above[bar] = below[bar] = False
    return np.nonzero(above | below)[0].tolist() if above.any() and below.any() else []


def has_fraction(boxes: np.ndarray, height: float) -> bool:
    """Whether some pieces are two numbers and the bar between them; arguments as of :func:`fraction_parts`."""
    return any(fraction_parts(boxes, bar, height) for bar in range(len(boxes)))


def are_level(bar: Box | np.ndarray, other: Box | np.ndarray, height: float) -> bool:
    """Whether two bars may be those of two fractions of one row; ``height`` is the page's symbol height."""
    apart = max(bar[0] - other[2], other[0] - bar[2])
    return bool(abs(bar[1] + bar[3] - other[1] - other[3]) < height and 0 < apart < _SAME_ROW * height)


def find_lines(glyphs: Sequence[Glyph], height: float, frames: Sequence[Box] = ()) -> list[Line]:
    """Lines of glyphs, each glyph in one but for specks that are nothing; nearest neighbours are joined first.

    Args:
        glyphs: from any number of lines.
        height: the page's symbol height.
        frames: places for answers, which begin and end where their frames do, however little is written in them.
    """
    rooms = _rooms(glyphs, frames)
    widest = max((room for room, _ in rooms), default=0.0)
    specks = _high_specks(np.array([g.box for g in glyphs]).reshape(-1, 4), height)
    order = sorted(set(range(len(glyphs))) - specks, key=lambda i: glyphs[i].box[0])
    links = []
    for k, i in enumerate(order):
        left = glyphs[i]
        opens = may_be_bracket(left.box, height)
        for j in order[k + 1 :]:
            right = glyphs[j]
            apart = right.box[0] - left.box[2]
            gap = apart - (rooms[i][1] + rooms[j][0] if apart > rooms[i][1] + rooms[j][0] else 0.0)
            far = left.is_equals or right.is_equals or (opens and may_be_bracket(right.box, height))
            if gap > (_ANSWER_GAP if far else _WIDEST_GAP) * height:
                if apart > rooms[i][1] + widest + _ANSWER_GAP * height:
                    break
                continue
            if right.box[1] - left.box[3] > height or left.box[1] - right.box[3] > height:
                continue
            step = _step(left.box, right.box, height)
            # Answers may be written much larger than the question is printed.
            tall = max(height, min(left.box[3] - left.box[1], right.box[3] - right.box[1]))
            if (
                step <= _SIDESTEP * tall
                and gap > -max(0.7 * height, 0.5 * tall)
                and right.box[2] > left.box[2] - 0.2 * height
            ):
                links.append((max(gap, 0) + 2.5 * step, i, j))
    after: dict[int, int] = {}
    before: dict[int, int] = {}
    for _, i, j in sorted(links):
        if i not in after and j not in before:
            after[i], before[j] = j, i
    lines = []
    for i in order:
        if i in before:
            continue
        line = Line([glyphs[i]])
        while i in after:
            i = after[i]
            line.glyphs.append(glyphs[i])
        lines.append(line)
    return lines


def _rooms(glyphs: Sequence[Glyph], frames: Sequence[Box]) -> list[tuple[float, float]]:
    """Space left and right of each glyph that belongs to the frame it is in; none where it is in none."""
    rooms = []
    for x0, y0, x1, y1 in (g.box for g in glyphs):
        x, y = (x0 + x1) / 2, (y0 + y1) / 2
        inside = next((f for f in frames if f[0] < x < f[2] and f[1] < y < f[3]), (x0, y0, x1, y1))
        rooms.append((max(x0 - inside[0], 0.0), max(inside[2] - x1, 0.0)))
    return rooms


def may_be_bracket(box: Box, height: float) -> bool:
    """Whether what has this box is as high and narrow as a bracket; ``height`` is the page's symbol height."""
    wide, tall = box[2] - box[0], box[3] - box[1]
    least, most, narrow = _BRACKET
    return least * height <= tall <= most * height and wide <= narrow * tall


def _high_specks(boxes: np.ndarray, height: float) -> set[int]:
    """Specks that stand where no point or dot does, by the top of what is left of them, with nothing above or below
    them as the parts of ÷ have: dots may come after them on the line, and would not be found from there."""
    x0, y0, x1, y1 = boxes.T
    high = set()
    for i in np.flatnonzero(np.maximum(x1 - x0, y1 - y0) < _SPECK * height).tolist():
        over = (x0 < x1[i]) & (x1 > x0[i]) & (y0 < y1[i] + height) & (y1 > y0[i] - height)
        gap, tall = x0[i] - x1, y1 - y0
        before = (gap >= 0) & (gap < 0.6 * height) & (tall >= 0.6 * height)
        middle = (y0[i] + y1[i]) / 2
        if over.sum() == 1 and (before & (middle < y0 + 0.25 * tall) & (middle > y0 - 0.5 * height)).any():
            high.add(i)
    return high


def _step(left: Box, right: Box, height: float) -> float:
    """How far a symbol stands above or below its left neighbour: between centres, less where one holds the other;
    of points and signs, which stand low or high of themselves, how far outside the neighbour's height."""
    (_, top, _, bottom), (_, other_top, _, other_bottom) = left, right
    between = abs(top + bottom - other_top - other_bottom) / 2
    held = max(top, other_top) - min(bottom, other_bottom)  # negative: they overlap by this much
    shorter = min(bottom - top, other_bottom - other_top)
    if shorter < 0.5 * height <= max(bottom - top, other_bottom - other_top):
        return max(held + 0.5 * shorter, 0.0) + 0.1 * between
    return 0.5 * between if held <= -0.9 * shorter else between
