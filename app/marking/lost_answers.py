"""Answers that were not read, or not all of them, though something stands there, too faint for ink or taken for
something else: who answered must not be told that nothing is there, or that half of it is wrong."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from app.marking.layout import around
from app.marking.problem import BLANK, Cells, at_relations, spans
from app.marking.rows_of_page import RowsOfPage
from app.marking.slots import Slot
from app.marking.verdicts import filled_brackets
from models.ink import Box
from models.vocabulary import Kind

_ANSWER = 5.0
"""Room for an answer behind a relation, in symbol heights."""
_APART = 0.3
"""The first part of it is left out: the relation's ink may reach into it."""
_ROOM = 0.6
"""Width of a place that could hold a digit, in symbol heights, at the least."""
_AROUND = (0.15, 0.1, 1.2)
"""Room left of an answer, above and below it, and behind it, where more of it would stand, likewise."""
_LEFT = 2.0
"""Ink that is more than a speck, in squares of the pen's width."""
_RESULT = 1.5
"""Room for a result under a rule, likewise."""
_TALL, _OVER = 0.5, 0.4
"""Least height of a digit over or under a symbol, and space between them at the most, likewise."""
_LONG = 2.2
"""Length of a line that is no stroke of a digit, in symbol heights."""
_FRAME = 0.33
"""Of a blank this share of its smaller side is left out all around, for its frame may not be straight."""
_FAINT = 0.08
"""Darkness that is something, relative to that of the question's ink. Of 89 made-up places where nothing stood none had
more than 0.03, and as little was left beside 150 answers; of five photographs whose pencil drowned in grain none had
less than 0.15."""
_COVERED = 0.02
"""Share of the place that has to be as dark."""
_PAPER = 0.25
"""Share of it that is no ink, however full it is."""


def is_unread(page: RowsOfPage, cells: Cells) -> bool:
    """Whether something may stand where a row's answer seems to be missing, or beside it.

    Args:
        page: that it stands on.
        cells: of the row.
    """
    cells = filled_brackets(cells)
    if cells[-1].kind is Kind.RELATION or any(c.kind is Kind.BLANK for c in cells):
        return _may_be_answered(page, cells)
    relations = at_relations(cells)
    if not relations or cells[-1].kind not in (Kind.DIGIT, Kind.CLOSE):
        return False
    row = spans(cells)
    if any(_has_scrap_over(page, spans((cell,))) for cell in cells) or _has_scrap_behind(page, spans(cells)):
        return True
    x0, y0, x1, y1 = spans(cells[relations[-1] + 1 :])
    left, beside, behind = (share * page.height for share in _AROUND)
    return _has_more_ink(page, (x0 - left, y0 - beside, min(page.room_behind(row), x1 + behind), y1 + beside), row)


def is_partly_read(cells: Cells, slots: Sequence[Slot]) -> bool:
    """Whether an answer has digits, and among them what looks like an empty place though no box is printed there, for
    a large 0 looks like a circle to write in, or ends with the letter before a remainder.

    Args:
        cells: of the row.
        slots: places for answers of the page.
    """
    relations = at_relations(cells)
    answer = cells[relations[-1] + 1 :] if relations else ()
    places = {tuple(s.box) for s in slots if s.shape != "circle"}
    stray = any(c.label == BLANK and tuple(c.box) not in places for c in answer)
    ends = [c.label for c in answer if c.kind is not Kind.CLOSE][-1:]
    return (stray or ends == ["R"]) and any(c.kind is Kind.DIGIT for c in answer)


def _has_scrap_over(page: RowsOfPage, cell: Box) -> bool:
    """Whether a digit that is in no row stands right over or under a symbol: it may be half of a fraction."""
    scraps = _tall_scraps(page)
    middles = (scraps[:, 0] + scraps[:, 2]) / 2
    apart = np.maximum(scraps[:, 1] - cell[3], cell[1] - scraps[:, 3])
    return bool(((cell[0] < middles) & (middles < cell[2]) & (apart < _OVER * page.height)).any())


def _has_scrap_behind(page: RowsOfPage, row: Box) -> bool:
    """Whether a symbol that is in no row stands behind one, as a remainder may."""
    scraps = _tall_scraps(page)
    middles = (scraps[:, 1] + scraps[:, 3]) / 2
    ends_behind = scraps[:, 2] > row[2] + _APART * page.height
    near = ends_behind & (scraps[:, 0] - row[2] < _ANSWER * page.height)
    return bool(((row[1] < middles) & (middles < row[3]) & near).any())


def _tall_scraps(page: RowsOfPage) -> np.ndarray:
    return page.scraps[page.scraps[:, 3] - page.scraps[:, 1] > _TALL * page.height]


def _has_more_ink(page: RowsOfPage, place: Box, row: Box) -> bool:
    """Whether a place is darker than paper where no piece of ink is, relative to the ink of its row."""
    here = _without_lines(page, place)
    if not here.size:
        return False
    high, wide = here.shape
    x0, y0 = (max(round(v), 0) for v in place[:2])
    inked = np.zeros(here.shape, np.uint8)
    for piece in page.ink_in((x0, y0, x0 + wide, y0 + high)):
        left, top = (int(v) - start for v, start in zip(piece.blob.origin, (x0, y0), strict=True))
        own = piece.blob.mask[max(-top, 0) : high - top, max(-left, 0) : wide - left] > 0
        inked[max(top, 0) :, max(left, 0) :][: own.shape[0], : own.shape[1]] |= own
    # Edges are soft: a pen's width around ink is no paper either.
    side = 2 * round(page.pen) + 1
    smooth = cv2.GaussianBlur(here, (0, 0), max(page.pen / 3, 0.7))
    rest = smooth[cv2.dilate(inked, np.ones((side, side), np.uint8)) == 0]
    least = round(_LEFT * page.pen * page.pen)
    if rest.size < 2 * least:
        return False
    return _stands_out(page, np.partition(rest, -least)[-least], np.percentile(rest, 100 * _PAPER), row)


def _may_be_answered(page: RowsOfPage, cells: Cells) -> bool:
    question = spans(cells)
    blanks = [c.box for c in cells if c.kind is Kind.BLANK]
    if blanks:
        return any(_has_ink(page, _inside(blank), question) for blank in blanks)
    _, top, right, bottom = question
    left = right + _APART * page.height
    room = page.room_behind(question)
    if room - left < _ROOM * page.height:
        # Questions are cut out of pages without room for answers; what stands as near as that is none of another row.
        return room < page.darkness.shape[1]
    place = (left, top, min(room, left + _ANSWER * page.height), bottom)
    return _has_scrap_in(page, place) or _has_ink(page, place, question)


def _has_scrap_in(page: RowsOfPage, place: Box) -> bool:
    """Whether a symbol that is in no row reaches into a place: an answer may stand high in its box."""
    scraps = _tall_scraps(page)
    middles = (scraps[:, 0] + scraps[:, 2]) / 2
    reaches = np.minimum(scraps[:, 3], place[3]) - np.maximum(scraps[:, 1], place[1])
    return bool(((place[0] < middles) & (middles < place[2]) & (reaches > 0)).any())


def is_result_unread(page: RowsOfPage, numbers: np.ndarray, rule: Box) -> bool:
    """Whether something may stand under the rule of a sum in columns that seems to have no result.

    Args:
        page: that it stands on.
        numbers: (n, 4) boxes of the ink above the rule.
        rule: its box.
    """
    top = rule[3] + _APART * page.height
    return _has_ink(page, (rule[0], top, rule[2], top + _RESULT * page.height), around(numbers))


def _inside(blank: Box) -> Box:
    """What is inside a frame, well away from its sides."""
    x0, y0, x1, y1 = blank
    margin = _FRAME * min(x1 - x0, y1 - y0)
    return x0 + margin, y0 + margin, x1 - margin, y1 - margin


def _has_ink(page: RowsOfPage, place: Box, question: Box) -> bool:
    """Whether a place is darker than paper anywhere, relative to the ink of its question."""
    here = _without_lines(page, place)
    if not here.size:
        return False
    # A pen's width together: grain is finer than that.
    smooth = cv2.GaussianBlur(here, (0, 0), max(page.pen / 2, 0.7))
    return _stands_out(page, *np.percentile(smooth, (100 * (1 - _COVERED), 100 * _PAPER)), question)


def _stands_out(page: RowsOfPage, darkest: float, paper: float, row: Box) -> bool:
    """Whether what is darkest is darker than paper, relative to the ink of a row."""
    written = _cut(page.darkness, row)
    return bool(written.size and darkest - paper > _FAINT * np.percentile(written, 97))


def _without_lines(page: RowsOfPage, place: Box) -> np.ndarray:
    """The darkness of a place without lines longer than any stroke of a digit: of frames too faint for ink."""
    length = round(_LONG * page.height)
    x0, y0, x1, y1 = (max(round(v), 0) for v in place)
    left, top = max(x0 - length, 0), max(y0 - length, 0)
    around = page.darkness[top : y1 + length, left : x1 + length]
    here = around[y0 - top : y1 - top, x0 - left : x1 - left]
    if not here.size:
        return here
    # A line may slope by some pixels in its length.
    wider = cv2.dilate(around, np.ones((3, 3), np.uint8))
    along, down = (cv2.morphologyEx(wider, cv2.MORPH_OPEN, np.ones(shape)) for shape in ((1, length), (length, 1)))
    lines = np.maximum(along, down)[y0 - top : y1 - top, x0 - left : x1 - left]
    return np.where(lines > 0.5 * here, np.maximum(here - lines, 0), here).astype(np.float32)


def _cut(darkness: np.ndarray, box: Box) -> np.ndarray:
    x0, y0, x1, y1 = (max(round(v), 0) for v in box)
    return darkness[y0:y1, x0:x1]
