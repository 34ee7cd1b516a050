"""Computer algebra in processes of its own, under a hard limit of wall-clock time.

SymPy may run for hours on a short input and cannot be interrupted from another thread. So it runs in worker
processes, which stay warm between calls and are killed when a call takes too long. They start on first use
(SymPy takes most of a second to import), and the service itself never imports SymPy.

The protocol on a worker's pipes is a length (four bytes, big endian) and a pickle, both ways; both ends are
this program. Run as ``python -m app.maths.worker``.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import signal
import struct
import subprocess
import sys
import threading
import time
from typing import IO, Any

TIME_LIMIT_S = 3.0
"""The longest that one computation may take."""
START_LIMIT_S = 30.0
"""The longest that a worker may take to start."""
MEMORY_LIMIT = 1 << 30
"""Bytes of address space a worker may use, where the system can limit it."""


class TimeLimitError(Exception):
    """A computation took too long, or its worker ended under it (out of memory)."""


class Worker:
    """One process, used by one thread at a time; it starts on first use and again after being killed."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process, if it does not run, and wait until it is ready.

        Raises:
            TimeLimitError: it was not ready in ``START_LIMIT_S``.
        """
        if self._process is not None and self._process.poll() is None:
            return
        paths = os.pathsep.join(p or os.getcwd() for p in sys.path)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "app.maths.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": paths},
        )
        self._exchange(None, START_LIMIT_S)

    def call(self, expression: Any, limit_s: float) -> Any:
        """What ``symbolic.compute`` makes of an expression.

        Raises:
            TimeLimitError: it took longer than ``limit_s``, apart from starting.
        """
        self.start()
        return self._exchange(expression, limit_s)

    def stop(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                with contextlib.suppress(OSError):
                    pipe.close()
            self._process = None

    def _exchange(self, message: Any, limit_s: float) -> Any:
        # Killing the process ends the blocking read, on every system and from any thread.
        process = self._process
        timer = threading.Timer(limit_s, process.kill)
        timer.daemon = True
        timer.start()
        try:
            _send(process.stdin, (limit_s, message))
            return _receive(process.stdout)
        except (OSError, EOFError) as error:
            self.stop()
            raise TimeLimitError from error
        finally:
            timer.cancel()


class WorkerPool:
    """Workers shared by the threads of a service.

    Args:
        size: how many computations run at the same time; further ones wait.
    """

    def __init__(self, size: int = 2) -> None:
        self._idle: queue.LifoQueue[Worker] = queue.LifoQueue()
        self._workers = [Worker() for _ in range(size)]
        for worker in reversed(self._workers):
            self._idle.put(worker)

    def call(self, expression: Any, limit_s: float = TIME_LIMIT_S) -> Any:
        """What ``symbolic.compute`` makes of an expression.

        Raises:
            TimeLimitError: waiting for a worker and computing took longer than ``limit_s``.
        """
        deadline = time.monotonic() + limit_s
        try:
            worker = self._idle.get(timeout=limit_s)
        except queue.Empty:
            raise TimeLimitError from None
        try:
            return worker.call(expression, max(deadline - time.monotonic(), 0.05))
        finally:
            self._idle.put(worker)

    def start(self) -> None:
        """Start one worker, so that the first computation does not wait for it.

        Raises:
            TimeLimitError: it was not ready in ``START_LIMIT_S``.
        """
        worker = self._idle.get()
        try:
            worker.start()
        finally:
            self._idle.put(worker)

    def stop(self) -> None:
        """End all processes; a later call starts them again."""
        for worker in self._workers:
            worker.stop()


def _send(pipe: IO[bytes], message: Any) -> None:
    body = pickle.dumps(message)
    pipe.write(struct.pack(">I", len(body)) + body)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> Any:
    header = pipe.read(4)
    if len(header) < 4:
        raise EOFError
    (length,) = struct.unpack(">I", header)
    body = pipe.read(length)
    if len(body) < length:
        raise EOFError
    return pickle.loads(body)


def main() -> None:
    """Answer expressions from standard input on standard output until the input ends."""
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    sys.stdout = sys.stderr  # nothing that is printed may come between the replies
    from app.maths.symbolic import compute

    try:
        import resource
    except ImportError:  # not on Windows
        pass
    else:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    while True:
        try:
            limit_s, expression = _receive(sys.stdin.buffer)
        except EOFError:
            return
        if hasattr(signal, "setitimer"):
            # Should the service die in the middle, the default action of the alarm ends this process too.
            signal.setitimer(signal.ITIMER_REAL, limit_s + 1)
        _send(replies, None if expression is None else compute(expression))
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, 0)


if __name__ == "__main__":
    main()
