"""A second look at a row: its picture to the line recogniser, and both readings weighed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from app.marking.problem import BLANK, Cells, Version, spans, walk
from app.marking.rows_of_page import RowsOfPage
from app.marking.second_opinion import Judge, heard, reconsidered, strips_of, text_of
from app.reading.network import Network
from models.layout_tree import Relation
from models.line_image import CHARACTERS

_MARGIN_OF_BLANK = 0.08
"""Room around an empty place for an answer that belongs to its frame, in symbol heights."""
_FAINT = 0.5
"""Darkness of a row's faintest symbol beside its darkest, below which pencil is so faint that its ink is broken: of 43
such rows of photographs that ink and line recogniser read otherwise, and one of them right, it never was the ink."""
_NEAR = 4.0
"""How far above and below a row its picture reaches, in symbol heights, at the most."""


def look_again(
    network: Network,
    versions: Sequence[Version],
    page: RowsOfPage,
    ends: tuple[float, float],
    form: Judge,
    alphabet: Collection[str] = CHARACTERS,
    thorough: bool = False,
) -> list[Version]:
    """The ways to read a row, weighed with what the line recogniser says of its picture.

    Args:
        network: has the line recogniser.
        versions: of the row's ink, the most probable first.
        page: that it stands on.
        ends: left and right end of its picture.
        form: of rows.
        alphabet: characters that may stand there.
        thorough: whether other pictures are tried where both read the same at first sight; a page of many rows has no
            time for that.
    """
    versions = merged(versions)
    if (read := text_of(versions[0].cells)) is None:
        return list(versions)
    darkness = _without_blanks(page.darkness, versions[0].cells, page.height)
    strips = strips_of(darkness, versions[0].cells, ends, page.height)
    if not strips:
        return list(versions)
    strip, frames = heard(strips, network.transcribe, alphabet, None if thorough else read)
    if _contrast(page, versions[0].cells) < _FAINT:
        versions = _less_sure(versions)
    return reconsidered(versions, frames, strip, form, network.misreadings)


def _contrast(page: RowsOfPage, cells: Cells) -> float:
    """How dark the faintest symbol of a row is beside the darkest."""
    darkness = [max(p.darkness for p in pieces) for c in cells if (pieces := page.pieces_in(c.box))]
    return min(darkness) / max(darkness) if darkness else 1.0


def _less_sure(versions: Sequence[Version]) -> list[Version]:
    """The same versions with half the logarithm of their odds, as probable in all."""
    total, roots = sum(v.probability for v in versions), [v.probability**0.5 for v in versions]
    return [replace(v, probability=total * r / sum(roots)) for v, r in zip(versions, roots, strict=True)]


def merged(versions: Sequence[Version]) -> tuple[Version, ...]:
    """The versions with equal ones added up; the most probable *reading* stays first."""
    found: dict[tuple[str, ...], Version] = {}
    for version in versions:
        key = tuple(f"{cell.label} {'^' * (Relation.SUPERSCRIPT in cell.rows)}" for cell in walk(version.cells))
        if key in found:
            found[key] = replace(found[key], probability=found[key].probability + version.probability)
        else:
            found[key] = version
    return tuple(sorted(found.values(), key=lambda v: -v.probability))


def _without_blanks(darkness: np.ndarray, cells: Cells, height: float) -> np.ndarray:
    """A page's picture without a row's empty places: a circle looks like a zero where nothing stands in it."""
    blanks = [c.box for c in cells if c.label == BLANK]
    if not blanks:
        return darkness
    # A page has millions of pixels, of which those near the row are looked at.
    _, highest, _, lowest = spans(cells)
    near = slice(max(round(highest - _NEAR * height), 0), round(lowest + _NEAR * height))
    cleaned = np.zeros_like(darkness)
    cleaned[near] = darkness[near]
    margin = _MARGIN_OF_BLANK * height
    for x0, y0, x1, y1 in blanks:
        top, left = max(round(y0 - margin), 0), max(round(x0 - margin), 0)
        cleaned[top : round(y1 + margin), left : round(x1 + margin)] = 0
    return cleaned
