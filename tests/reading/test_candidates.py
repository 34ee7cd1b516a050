import numpy as np

from app.reading.candidates import MOST_PIECES, candidate_groups
from models.ink import Ink, Stroke
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
