"""Answers that were not read, or not to their end, though something stands there, too faint for ink or taken for
something else: who answered must not be told that nothing is there, or that half of it is wrong."""

from __future__ import annotations

import cv2
import numpy as np

from app.marking.layout import around
from app.marking.problem import Cells, spans
from app.marking.rows_of_page import RowsOfPage
from models.ink import Box
from models.vocabulary import Kind

_ANSWER = 5.0
"""Room for an answer behind a relation, in symbol heights."""
_APART = 0.3
"""The first part of it is left out: the relation's ink may reach into it."""
_ROOM = 0.6
"""Width of a place that could hold a digit, in symbol heights, at the least."""
_NEXT_DIGIT = (0.2, 1.2)
"""Where the next digit of an answer would stand behind its last, in symbol heights."""
_PART_OF_DIGIT = 0.4
"""Width in which a part of it would be seen, likewise."""
_RESULT = 1.5
"""Room for a result under a rule, likewise."""
_FRAME = 0.33
"""Of a blank this share of its smaller side is left out all around, for its frame may not be straight."""
_FAINT = 0.08
"""Darkness that is something, relative to that of the question's ink. Of 89 made-up places where nothing stood none had
more than 0.03; of five photographs whose pencil drowned in grain none had less than 0.15."""
_COVERED = 0.02
"""Share of the place that has to be as dark."""
_PAPER = 0.25
"""Share of it that is no ink, however full it is."""


def is_unread(page: RowsOfPage, cells: Cells) -> bool:
    """Whether something may stand where a row's answer seems to be missing, or to end.

    Args:
        page: that it stands on.
        cells: of the row.
    """
    if cells[-1].kind is Kind.RELATION or any(c.kind is Kind.BLANK for c in cells):
        return _may_be_answered(page, cells)
    if cells[-1].kind is not Kind.DIGIT:
        return False
    row = spans(cells)
    _, top, right, bottom = cells[-1].box
    left, end = (right + share * page.height for share in _NEXT_DIGIT)
    end = min(page.room_behind(row), end)
    return end - left > _PART_OF_DIGIT * page.height and _has_ink(page, (left, top, end, bottom), row)


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
    return _has_ink(page, (left, top, min(room, left + _ANSWER * page.height), bottom), question)


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
    written, here = _cut(page.darkness, question), _cut(page.darkness, place)
    if not here.size or not written.size:
        return False
    # A pen's width together: grain is finer than that.
    smooth = cv2.GaussianBlur(here, (0, 0), max(page.pen / 2, 0.7))
    darkest, paper = np.percentile(smooth, (100 * (1 - _COVERED), 100 * _PAPER))
    return bool(darkest - paper > _FAINT * np.percentile(written, 97))


def _cut(darkness: np.ndarray, box: Box) -> np.ndarray:
    x0, y0, x1, y1 = (max(round(v), 0) for v in box)
    return darkness[y0:y1, x0:x1]
