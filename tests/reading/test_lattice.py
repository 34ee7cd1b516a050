from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from app.reading.lattice import best_groupings


def every_grouping(groups, scores, count):
    """All exact covers by brute force, best first."""
    found = []
    for size in range(1, count + 1):
        for chosen in combinations(range(len(groups)), size):
            pieces = sorted(p for i in chosen for p in groups[i])
            if pieces == list(range(count)):
                found.append((sum(scores[i] for i in chosen), frozenset(chosen)))
    return sorted(found, key=lambda f: -f[0])


@settings(max_examples=60)
@given(st.data())
def test_finds_the_best_coverings_that_brute_force_finds(data):
    count = data.draw(st.integers(1, 5))
    singles = [(i,) for i in range(count)]
    larger = [g for n in (2, 3) for g in combinations(range(count), n)]
    extra = data.draw(st.lists(st.sampled_from(larger), unique=True, max_size=5)) if larger else []
    groups = sorted(singles + extra)
    scores = np.array(data.draw(st.lists(st.floats(-6, 0), min_size=len(groups), max_size=len(groups))))
    found = best_groupings(groups, scores, count, most=4, beam=64, margin=1e9)
    expected = every_grouping(groups, scores, count)
    assert np.allclose([g.score for g in found], [score for score, _ in expected[: len(found)]])
    assert len(found) == min(4, len(expected))
    for g in found:
        assert sorted(p for i in g.candidates for p in groups[i]) == list(range(count))


def test_groupings_far_worse_than_the_best_are_dropped():
    found = best_groupings([(0,), (0, 1), (1,)], np.array([-9.0, 0.0, -9.0]), 2, margin=5)
    assert [g.candidates for g in found] == [(1,)]
