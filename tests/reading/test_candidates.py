from dataclasses import replace

import numpy as np

from app.reading.candidates import MOST_PIECES, candidate_groups
from models.ink import Blob, Ink, Stroke
from tests.doodles import write


def ink_of(text):
    return Ink(tuple(Stroke(np.asarray(s, np.float32)[:, :2]) for s in write(text)))


def test_singles_and_the_write_a_symbol_are_candidates():
    ink = ink_of("7÷2")
    groups = candidate_groups(ink)
    assert {(i,) for i in range(len(ink.pieces))} <= set(groups)
    assert (1, 2, 3) in groups, "the three strokes of ÷"
    assert all(1 <= len(g) <= MOST_PIECES and list(g) == sorted(set(g)) for g in groups)


def test_candidates_grow_linearly_with_strokes():
    few, many = ink_of("12+7×3"), ink_of("12+7×3" * 4)
    per_stroke = [len(candidate_groups(i)) / len(i.pieces) for i in (few, many)]
    assert per_stroke[1] < 1.5 * per_stroke[0]


def photograph(*boxes: tuple[int, int, int, int]) -> Ink:
    """Solid pieces at x0, y0, x1, y1, left to right."""
    blobs = [Blob(np.full((y1 - y0, x1 - x0), 255, np.uint8), (float(x0), float(y0))) for x0, y0, x1, y1 in boxes]
    return Ink(tuple(blobs), pen=4.0)


def test_dots_in_a_row_of_a_photograph_may_be_an_ellipsis():
    ink = photograph((0, 0, 30, 50), (60, 44, 66, 50), (110, 44, 116, 50), (160, 44, 166, 50), (200, 0, 230, 50))
    assert ink.reference_size == 50
    assert (1, 2, 3) in candidate_groups(ink)


def test_a_dot_may_stand_high_over_what_it_belongs_to():
    ink = photograph((0, 0, 40, 60), (70, 20, 74, 60), (71, -30, 77, -24), (120, 0, 150, 60))
    groups = candidate_groups(ink)
    assert (1, 2) in groups and (0, 2) not in groups


def test_what_stands_side_by_side_in_a_row_is_no_candidate():
    bars = (40, 10, 70, 16), (42, 30, 71, 36)
    ink = photograph((0, 0, 30, 50), *bars, (80, 0, 110, 50))
    everything, groups = set(candidate_groups(ink)), set(candidate_groups(ink, apart=0.15))
    assert (1, 2) in groups, "the bars of an equals sign"
    assert {g for g in everything if {0, 1} <= set(g) or {2, 3} <= set(g)}
    assert groups == {(0,), (1,), (2,), (3,), (1, 2)}


def test_segments_of_a_piece_are_candidates_in_runs_of_neighbours():
    ink = photograph((0, 0, 30, 50), (40, 0, 50, 50), (50, 0, 60, 50), (60, 0, 70, 50), (70, 0, 80, 50))
    groups = set(candidate_groups(replace(ink, siblings=((1, 2, 3, 4),), in_order=True)))
    assert {(1, 2), (2, 3), (3, 4), (1, 2, 3), (2, 3, 4), (1, 2, 3, 4)} <= groups
    assert not groups & {(1, 3), (1, 4), (2, 4), (1, 2, 4), (1, 3, 4)}
