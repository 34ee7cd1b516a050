"""One run of a network for several requests in flight.

No call waits for company: one that comes while nothing runs starts at once, alone. Those that come meanwhile
run together as soon as the runner is free, so batches grow with the load, and only then.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class _Call(Generic[Item, Result]):
    __slots__ = ("done", "error", "item", "result")

    def __init__(self, item: Item) -> None:
        self.item = item
        self.result: Result | None = None
        self.error: BaseException | None = None
        self.done = False


class Batcher(Generic[Item, Result]):
    """Joins the calls of several threads into runs, one run at a time.

    Args:
        run: from the items of several calls to their results, in the same order.
        size: how large an item is.
        most: the largest sum of sizes of a run of several items.
    """

    def __init__(
        self, run: Callable[[Sequence[Item]], Sequence[Result]], size: Callable[[Item], int], most: int
    ) -> None:
        self._run = run
        self._size = size
        self._most = most
        self._waiting: deque[_Call[Item, Result]] = deque()
        self._busy = False
        self._turn = threading.Condition()

    def __call__(self, item: Item) -> Result:
        """The result of one item; raises whatever the run raises for it."""
        call: _Call[Item, Result] = _Call(item)
        with self._turn:
            self._waiting.append(call)
        while True:
            with self._turn:
                self._turn.wait_for(lambda: call.done or not self._busy)
                if call.done:
                    break
                # This thread runs for all who wait, the longest waiting first.
                self._busy = True
                taken = self._taken()
            try:
                self._run_together(taken)
            finally:
                with self._turn:
                    self._busy = False
                    self._turn.notify_all()
        if call.error is not None:
            raise call.error
        return call.result

    def _taken(self) -> list[_Call[Item, Result]]:
        taken = [self._waiting.popleft()]
        total = self._size(taken[0].item)
        while self._waiting and total + self._size(self._waiting[0].item) <= self._most:
            taken.append(self._waiting.popleft())
            total += self._size(taken[-1].item)
        return taken

    def _run_together(self, calls: Sequence[_Call[Item, Result]]) -> None:
        try:
            for call, result in zip(calls, self._run([c.item for c in calls]), strict=True):
                call.result = result
        except Exception as error:
            if len(calls) > 1:
                # One call's fault (or a batch too large for the memory) is not the fault of the others.
                for call in calls:
                    self._run_together([call])
                return
            calls[0].error = error
        for call in calls:
            call.done = True
