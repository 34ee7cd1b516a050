"""Rows in threads: the same results in the same order, and no more work than was asked for."""

from __future__ import annotations

import threading
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.marking.threads import in_threads
from app.reading.progress import PROGRESS, Progress, StoppedError, checkpoint


@given(items=st.lists(st.integers(), max_size=20), threads=st.integers(1, 5))
def test_results_come_in_order(items, threads):
    assert list(in_threads(lambda x: x * x, items, threads)) == [x * x for x in items]


@pytest.mark.parametrize("threads", [2, 4])
def test_several_are_worked_on_at_once(threads):
    together = threading.Barrier(threads, timeout=20)
    assert len(list(in_threads(lambda _: together.wait(), range(2 * threads), threads))) == 2 * threads


@pytest.mark.parametrize("threads", [1, 3])
def test_who_stops_asking_pays_for_a_few_only(threads):
    begun = []
    with closing(in_threads(begun.append, range(100), threads)) as results:
        for _ in range(5):
            next(results)
    assert len(begun) <= 5 + 2 * threads


@pytest.mark.parametrize("threads", [1, 2])
def test_a_stop_reaches_every_thread(threads):
    progress = Progress()
    token = PROGRESS.set(progress)
    try:
        results = in_threads(lambda _: checkpoint(1), range(9), threads)
        next(results)
        progress.stop()
        with pytest.raises(StoppedError):
            list(results)
        assert 1 <= progress.candidates <= 1 + 2 * threads
    finally:
        PROGRESS.reset(token)
