"""What a reading in progress is told (stop) and tells (what it cost), past all the functions between.

A thread cannot be stopped from outside. So whoever starts a reading puts a ``Progress`` into the context, and
the dear steps of the reading look at it before they begin.
"""

from __future__ import annotations

import threading
from contextvars import ContextVar


class StoppedError(Exception):
    """Nobody waits any longer for what is being read."""


class Progress:
    """One reading, or one page, in progress; ``stop`` may be called from any thread.

    Attributes:
        candidates: candidates that it had classified so far.
    """

    def __init__(self) -> None:
        self.candidates = 0
        self._stopped = threading.Event()
        self._lock = threading.Lock()

    def stop(self) -> None:
        """Make the next ``checkpoint`` raise."""
        self._stopped.set()

    def count(self, candidates: int) -> None:
        """Add candidates, from whichever thread."""
        with self._lock:
            self.candidates += candidates

    @property
    def stopped(self) -> bool:
        """Whether it is to stop."""
        return self._stopped.is_set()


PROGRESS: ContextVar[Progress | None] = ContextVar("PROGRESS", default=None)
"""That of the reading which runs in this context; ``None`` where nobody watches."""


def checkpoint(candidates: int = 0) -> None:
    """Called before a dear step; ``candidates`` are those it is about to classify.

    Raises:
        StoppedError: the reading is to stop.
    """
    progress = PROGRESS.get()
    if progress is None:
        return
    if progress.stopped:
        raise StoppedError
    progress.count(candidates)
