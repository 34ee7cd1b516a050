"""The marker: a photographed page in, its problems with their verdicts out."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from time import perf_counter

import numpy as np

from app.marking.aligned import without_aligned
from app.marking.dollars import sums_without_dollars, without_dollars
from app.marking.enumeration import without_enumeration
from app.marking.found import Found
from app.marking.glance import Glances
from app.marking.hand_bias import without_hand_bias
from app.marking.letters import without_letters
from app.marking.look_alikes import without_look_alikes
from app.marking.marked_page import MarkedPage, Problem
from app.marking.orientation import rotations
from app.marking.page_hand import weighed_by_hand
from app.marking.page_ink import erased
from app.marking.page_layout import lay_out
from app.marking.places import in_columns
from app.marking.problem import layout_of
from app.marking.prose import without_prose
from app.marking.remainders import find_remainders
from app.marking.row_reader import read_line, read_only_row
from app.marking.rows import FindsHypotheses
from app.marking.rows_of_page import RowsOfPage
from app.marking.sequence import without_sequence
from app.marking.sheet import Sheet, straighten
from app.marking.sum_reader import read_sum
from app.marking.threads import in_threads
from app.marking.ticks import without_ticks
from app.marking.units_beside import with_units
from app.marking.verdicts import Finding, judge
from app.reading.errors import ReadingError
from app.reading.grain import without_grain

_LEAST_SIDE = 12
"""Pixels across a picture that could hold a digit."""
_MOST_LINES = 150
_LINES_BEFORE_JUDGING = 6
"""So many lines are read before a page may be taken for something else than a worksheet …"""
_LEAST_SHARE = 0.3
"""… where fewer of the lines than this are problems."""
_LEAST_PLAUSIBLE = 0.05
"""Least confidence of a problem that counts there."""
_LINES_UNSIGNED = 3
"""The same of a page where nothing looks like an equals sign or a place for an answer."""
_LINES_TURNED = 3
"""Lines read of a page that is tried sideways or upside down."""
_MOST_ON_PAGE = 2500
"""Pieces of ink of a worksheet at the most; more are grain, or words."""


class Marker:
    """Marks pages. Stateless between calls and safe to share between threads if its reader is.

    Args:
        reader: reads rows of ink.
        threads: in which the rows of a page are read.
        second_look: whether the line recogniser is asked, too; without it rows are what their ink is read as.
    """

    def __init__(self, reader: FindsHypotheses, threads: int = 1, second_look: bool = True) -> None:
        self.reader, self.threads, self.second_look = reader, threads, second_look

    def mark(self, photo: np.ndarray) -> MarkedPage:
        """Mark a photographed page.

        Args:
            photo: (height, width) uint8, dark ink on a light ground.

        Returns:
            The marked page; without problems where there are none to be found.

        Raises:
            ReadingError: ``no_ink``.
        """
        started = perf_counter()
        photo = without_grain(photo)
        lying = straighten(photo) if min(photo.shape) >= _LEAST_SIDE else None
        if lying is None or not lying.ink.pieces:
            raise ReadingError("no_ink", "There is no ink to read.")
        first, *others = rotations(lying.ink, self.reader.network)
        sheet = _turned(photo, lying, first)
        inked = perf_counter()
        found = self._read(sheet)
        if not found and 4 < len(sheet.ink.pieces) <= _MOST_ON_PAGE:
            for rotation in others:
                turned = _turned(photo, lying, rotation)
                if turned.ink.pieces and any(map(_is_plausible, self._read(turned, probe=True))):
                    sheet, found = turned, self._read(turned)
                    break
        read = perf_counter()
        problems = self._problems(sheet, found)
        timings = {"ink": inked - started, "reading": read - inked, "marking": perf_counter() - read}
        return MarkedPage(
            width=photo.shape[1],
            height=photo.shape[0],
            rotation=sheet.rotation if found else 0,
            problems=problems,
            timings={stage: 1000 * seconds for stage, seconds in timings.items()},
        )

    def _read(self, sheet: Sheet, probe: bool = False) -> list[Found]:
        """The problems of a sheet, in no order; with ``probe`` those of a few promising lines."""
        if len(sheet.ink.pieces) > _MOST_ON_PAGE:
            return []
        layout = lay_out(sheet.ink)
        pieces, pen = layout.pieces, sheet.ink.pen
        # Those that look most like arithmetic first: if none is, nothing is.
        glances = Glances(pieces, layout.height, pen, self.reader.network, self.threads)
        blocks, prices = sums_without_dollars(layout.blocks, glances)
        remainders = find_remainders(layout.lines, glances)
        unpriced = without_dollars(layout.lines, glances)
        unlettered = without_letters(unpriced.lines, glances)
        lines = without_sequence(without_prose(unlettered.lines, glances), glances)
        lines = [without_enumeration(line, glances) for line in lines]
        lines = without_aligned(lines, layout.height)
        lines, scraps, ticks = without_ticks(lines, layout.scraps, glances)
        if probe:
            lines = [line for line in lines if line.signs][:_LINES_TURNED]
        rows = [row for line in lines for row in (line, *line.steps)]
        others = np.array([*(g.box for row in rows for g in row.glyphs), *(block.box for block in blocks)])
        no_symbols = [*ticks, *unlettered.ink, *unpriced.ink, *prices]
        left_out = set(map(id, no_symbols))
        kept = [piece for piece in pieces if id(piece) not in left_out]
        alone = (g for scrap in scraps for g in scrap.glyphs)
        left_over = [g.box for g in alone if not g.pieces or any(id(pieces[i]) not in left_out for i in g.pieces)]
        darkness = erased(sheet.ink.darkness, [*layout.taken_out, *no_symbols], pen, kept)
        doubtful = [*unlettered.doubtful, *unpriced.doubtful, *remainders.doubtful, *layout.answered_below]
        page = RowsOfPage(
            pieces,
            others.reshape(-1, 4),
            layout.slots,
            layout.height,
            pen,
            darkness,
            np.array(left_over).reshape(-1, 4),
            np.array(doubtful).reshape(-1, 4),
            remainders.letters,
        )
        again = self.second_look
        in_blocks = in_threads(lambda block: read_sum(self.reader, block, page, again), blocks, self.threads)
        sums = [problem for problem in in_blocks if problem]
        found = list(sums)
        patience = _LINES_BEFORE_JUDGING if any(line.signs for line in lines) else _LINES_UNSIGNED
        chosen = lines[:_MOST_LINES]
        read = in_threads(lambda line: read_line(self.reader, line, page, again and not probe), chosen, self.threads)
        with closing(read):
            for number, problems in enumerate(read):
                if number >= patience and sum(map(_is_plausible, found)) < _LEAST_SHARE * number:
                    # Prose and pictures have a likeness of arithmetic here and there; a worksheet's lines come first.
                    return sums
                found += problems
        found = weighed_by_hand(without_hand_bias(found), self.reader.network, self.threads)
        found = with_units(found, [piece.blob.box for piece in unlettered.ink], layout.height)
        return found or (read_only_row(self.reader.network, page, len(pieces)) if again and not probe else [])

    def _problems(self, sheet: Sheet, found: Sequence[Found]) -> tuple[Problem, ...]:
        places = in_columns([f.box for f in found])
        confused = {pair for f in found for pair in f.confused}
        rows = [f.versions[0].cells for f in found]
        findings = without_look_alikes(rows, [_judged(f) for f in found], confused)
        problems = []
        for f, finding, (column, row) in zip(found, findings, places, strict=True):
            symbols, tree = layout_of(f.versions[0].cells)
            problems.append(
                Problem(
                    box=sheet.photo_box(f.box),
                    row=row,
                    column=column,
                    symbols=tuple(replace(s, box=sheet.photo_box(s.box)) for s in symbols),
                    tree=tree,
                    confidence=f.versions[0].confidence,
                    finding=finding,
                )
            )
        return tuple(sorted(problems, key=lambda p: (p.column, p.row)))


def _turned(photo: np.ndarray, lying: Sheet, rotation: int) -> Sheet:
    """The sheet of a photograph another way up, by degrees clockwise from how it lies."""
    return straighten(photo, rotation) if rotation else lying


def _judged(found: Found) -> Finding:
    """The verdict on a problem; nobody is told that an answer is missing or wrong of which something was not read."""
    finding = judge(found.versions)
    if finding.verdict in ("unanswered", "wrong") and found.is_unread:
        return replace(finding, verdict="unsure")
    return finding


def _is_plausible(found: Found) -> bool:
    """Whether a problem was read with some confidence: words that pass for one are not."""
    return found.versions[0].confidence >= _LEAST_PLAUSIBLE
