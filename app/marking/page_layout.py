"""Where everything stands on a sheet before it is read: sums in columns, lines, places for answers, and the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from app.marking.broken_lines import join_broken_lines
from app.marking.columns import Block, find_blocks
from app.marking.dotted import join_dotted_lines
from app.marking.dust import without_dust
from app.marking.far_answers import answered_below, join_far_answers
from app.marking.layout import Glyph, Line, boxes_of, find_glyphs, find_lines, symbol_height
from app.marking.numbering import take_circled_numbers
from app.marking.outlines import take_outlines
from app.marking.page_ink import PageInk, Piece
from app.marking.powers import join_exponents
from app.marking.problem import contains
from app.marking.row_reader import MOST_PIECES
from app.marking.rows_apart import rows_apart
from app.marking.slots import Slot, misleading, take_frames, take_lines
from app.marking.steps import join_steps
from app.marking.underlines import find_underlines
from models.ink import Box

_LONGEST_LINE = 32
"""Glyphs of a line of arithmetic at the most: longer ones are prose."""
_SCRAP = 2
"""Glyphs of what is no line."""
_FILLED_SIDE, _FILLED_HIGH, _FILLED = 4.0, 0.9, 3.5
"""Width and thickness in symbol heights, and thickness in pen widths, of what is filled, at the least: digits that run
together are as wide and thick, but not as thick as high."""
_CUT_SPECK = 0.3
"""Height of what may be the tip of something that the picture cuts off, in symbol heights at the most."""


@dataclass(frozen=True, eq=False)
class PageLayout:
    """What stands where on a sheet.

    Attributes:
        height: of its symbols, in pixels.
        pieces: of ink that blocks and lines are made of.
        blocks: sums in columns.
        lines: rows of symbols that may be arithmetic.
        slots: places for answers.
        taken_out: ink that is none of any problem: borders, numbers in circles, dust.
        scraps: what stands in no row: lines too short for arithmetic.
        answered_below: around the lines whose answer may stand below them.
    """

    height: float
    pieces: Sequence[Piece]
    blocks: Sequence[Block]
    lines: Sequence[Line]
    slots: Sequence[Slot]
    taken_out: Sequence[Piece]
    scraps: Sequence[Line]
    answered_below: Sequence[Box]


def lay_out(ink: PageInk) -> PageLayout:
    """Find what stands where on a sheet.

    Args:
        ink: of the sheet, with one piece at least.
    """
    ink, dotted = join_dotted_lines(ink)
    height, pen = symbol_height(ink), ink.pen
    pieces, numbers = take_circled_numbers(ink.pieces, height)
    pieces = [p for p in pieces if not _is_filled(p, height, pen)]
    pieces, hairlines = join_broken_lines(pieces, height)
    pieces, frames = take_frames(pieces, height, pen)
    pieces, outlines = take_outlines(pieces, height, pen)
    pieces = _without_cut_specks(rows_apart(pieces, height, pen), height, ink.darkness.shape)
    pieces, dust = without_dust(pieces, height, pen)
    boxes = boxes_of(pieces)
    blocks = find_blocks(boxes, height)
    taken = {i for block in blocks for i in block.pieces}
    members = [i for i in range(len(pieces)) if i not in taken]
    written_on, on_lines = take_lines(boxes, members, height)
    members = [i for i in members if i not in set(written_on)]
    # What looks like a box on a line to write on is a large 0.
    zeros = [s for s in frames if s.frame and any(contains(line.box, s.box) for line in on_lines)]
    frames = [s for s in frames if s not in zeros]
    members += range(len(pieces), len(pieces) + len(zeros))
    pieces += [s.frame for s in zeros if s.frame]
    boxes = boxes_of(pieces)
    underlines = find_underlines(boxes, members, height)
    members = [i for i in members if i not in underlines]
    slots = [*frames, *on_lines]
    glyphs = find_glyphs(boxes, members, height)
    glyphs += [Glyph((), slot.box) for slot in slots if not any(contains(slot.box, box) for box in boxes[members])]
    found = join_exponents(find_lines(glyphs, height, [slot.box for slot in frames]), height)
    lines = join_steps(join_far_answers(found, [slot.box for slot in on_lines], height), height)
    return PageLayout(
        height=height,
        pieces=pieces,
        blocks=blocks,
        lines=[line for line in lines if _may_be_arithmetic(line)],
        slots=slots,
        taken_out=[*dotted, *numbers, *hairlines, *outlines, *dust, *misleading(slots)],
        scraps=[line for line in lines if len(line.glyphs) <= _SCRAP],
        answered_below=answered_below(lines, height),
    )


def _is_filled(piece: Piece, height: float, pen: float) -> bool:
    """Whether a piece is a dark bar behind a heading, or a picture's: wider than any symbol and nowhere a stroke."""
    x0, y0, x1, y1 = piece.blob.box
    if x1 - x0 < _FILLED_SIDE * height or y1 - y0 < _FILLED_HIGH * height:
        return False
    mask = np.pad((piece.blob.mask > 0).astype(np.uint8), 1)
    return 2 * float(cv2.distanceTransform(mask, cv2.DIST_L2, 3).max()) > max(_FILLED * pen, _FILLED_HIGH * height)


def _without_cut_specks(pieces: Sequence[Piece], height: float, shape: tuple[int, ...]) -> list[Piece]:
    """The pieces without the tips of what the picture's upper and lower edge cut off."""
    boxes = boxes_of(pieces)
    at_edge = (boxes[:, 1] <= 0) | (boxes[:, 3] >= shape[0])
    cut = at_edge & (boxes[:, 3] - boxes[:, 1] < _CUT_SPECK * height)
    return [piece for piece, is_cut in zip(pieces, cut, strict=True) if not is_cut]


def _may_be_arithmetic(line: Line) -> bool:
    """Whether a line is neither too short nor too long."""
    return _SCRAP < len(line.glyphs) <= _LONGEST_LINE and len(line.pieces) <= MOST_PIECES
