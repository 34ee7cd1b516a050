"""Calls of several threads that run as one."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.reading.batching import Batcher


class Runner:
    """Doubles what is in each list; the first run waits until it is let go."""

    def __init__(self) -> None:
        self.runs: list[list[list[int]]] = []
        self.began = threading.Event()
        self.go_on = threading.Event()

    def __call__(self, calls):
        self.runs.append(list(calls))
        self.began.set()
        assert self.go_on.wait(10)
        if any(0 in call for call in calls):
            raise ZeroDivisionError
        return [[2 * n for n in call] for call in calls]


def together(calls: list[list[int]], most: int):
    """The runner, and the futures of calls that all came while the first was under way, in their order."""
    runner = Runner()
    batcher = Batcher(runner, len, most)
    with ThreadPoolExecutor(len(calls)) as threads:
        futures = []
        for number, call in enumerate(calls):
            futures.append(threads.submit(batcher, call))
            assert runner.began.wait(10)
            while number and len(batcher._waiting) < number:
                pass
        runner.go_on.set()
        return runner, [(f.exception(10) or f.result()) for f in futures]


def test_calls_that_come_meanwhile_share_the_next_run():
    runner, results = together([[1], [2, 3], [4], [5]], most=100)
    assert results == [[2], [4, 6], [8], [10]]
    assert runner.runs == [[[1]], [[2, 3], [4], [5]]]


def test_runs_are_bounded_and_a_large_call_runs_alone():
    runner, results = together([[1], [2], [3], [4] * 9, [5]], most=2)
    assert results == [[2], [4], [6], [8] * 9, [10]]
    assert runner.runs == [[[1]], [[2], [3]], [[4] * 9], [[5]]]


def test_a_fault_is_only_its_own_call_s():
    _, results = together([[1], [2], [0], [3]], most=100)
    assert isinstance(results.pop(2), ZeroDivisionError)
    assert results == [[2], [4], [6]]


def test_many_threads_get_their_own_results():
    runner = Runner()
    runner.go_on.set()
    batcher = Batcher(runner, len, 8)
    with ThreadPoolExecutor(8) as threads:
        calls = [[n] * (n % 5 + 1) for n in range(1, 400)]
        assert list(threads.map(batcher, calls)) == [[2 * n for n in call] for call in calls]
    assert sum(len(run) for run in runner.runs) == len(calls)
    assert all(sum(map(len, run)) <= 8 for run in runner.runs)


@pytest.mark.parametrize("waiting", [1, 3])
def test_nobody_waits_for_a_run_that_is_not_theirs(waiting: int):
    """A call whose result is there returns, though another run has begun."""
    gates = [threading.Event() for _ in range(2)]
    began = [threading.Event() for _ in range(2)]
    count = iter(range(2))

    def run(calls):
        turn = next(count)
        began[turn].set()
        assert gates[turn].wait(10)
        return list(calls)

    batcher = Batcher(run, lambda _: 1, 100)
    with ThreadPoolExecutor(waiting + 1) as threads:
        first = threads.submit(batcher, "first")
        assert began[0].wait(10)
        others = [threads.submit(batcher, n) for n in range(waiting)]
        while len(batcher._waiting) < waiting:
            pass
        gates[0].set()
        assert began[1].wait(10)
        assert first.result(10) == "first"
        gates[1].set()
        assert [o.result(10) for o in others] == list(range(waiting))
