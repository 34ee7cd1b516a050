"""Whether every file has a clear answer in time: ``python -m training.worksheets.robustness``.

Damaged files, unrelated pictures and unusual photographs are made from seeds. Each is marked in a process of its
own, which is ended when its time is up; a clear answer is a marked page, or an error that says what is wrong.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
from collections import Counter
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from time import perf_counter

from tqdm import tqdm

from app.marking.marker import Marker
from app.memory import keep_freed_memory
from app.reading.errors import ReadingError
from app.reading.image import decode_image
from app.reading.reader import Reader
from training.worksheets.unrelated import UNRELATED, files


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a file: whether that is a clear answer, in words, and after how many seconds.

    ``decided`` counts the problems that were given another verdict than ``unsure``.
    """

    clear: bool
    text: str
    seconds: float
    decided: int = 0


def _serve(pipe: Connection, weights: Path | None) -> None:
    """Answer files until the other side has no more."""
    keep_freed_memory()  # as the service does, whose memory is told
    marker = Marker(Reader.load(weights))
    pipe.send("ready")
    while True:
        try:
            data = pipe.recv_bytes()
        except EOFError:
            return
        started = perf_counter()
        decided = 0
        try:
            page = marker.mark(decode_image(data))
        except ReadingError as error:
            clear, text = True, error.code
        except Exception as error:
            clear, text = False, f"crashed: {error!r}"
        else:
            decided = page.score["total"] - page.score["unsure"]
            clear, text = True, f"{page.score['total']} problems, {decided} with a verdict"
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        pipe.send((Answer(clear, text, perf_counter() - started, decided), memory))


class _Worker:
    """A process that marks files, and another one after it had to be ended."""

    def __init__(self, weights: Path | None) -> None:
        self.weights = weights
        self.memory = 0.0
        self._start()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, self.weights), daemon=True)
        self.process.start()
        theirs.close()
        self.pipe.recv()

    def answer(self, data: bytes, limit: float) -> Answer:
        self.pipe.send_bytes(data)
        try:
            if self.pipe.poll(limit):
                answer, memory = self.pipe.recv()
                self.memory = max(self.memory, memory)
                return answer
            text = f"no answer after {limit:g} s"
        except EOFError:
            text = "the process died"
        self.process.kill()
        self.process.join()
        self._start()
        return Answer(False, text, limit)


def main() -> None:
    """Mark the files and print how many got a clear answer, and each that did not."""
    parser = argparse.ArgumentParser("python -m training.worksheets.robustness", description=__doc__)
    parser.add_argument("--count", type=int, default=200, help="how many files")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--limit", type=float, default=10.0, help="seconds that a file may take")
    parser.add_argument("--weights", type=Path, help="directory of weights, if not the packaged ones")
    parser.add_argument("--verbose", action="store_true", help="print every answer")
    options = parser.parse_args()
    worker = _Worker(options.weights)
    clear = 0
    believed: Counter[str] = Counter()
    slowest = (0.0, "")
    for name, data in tqdm(files(options.count, options.seed), total=options.count):
        answer = worker.answer(data, options.limit)
        clear += answer.clear
        slowest = max(slowest, (answer.seconds, name))
        if name.split()[0] in {kind.__name__ for kind in UNRELATED} and answer.decided:
            believed[name] = answer.decided
        if options.verbose or not answer.clear:
            tqdm.write(f"{name}: {answer.text} ({answer.seconds:.1f} s)")
    print(f"{clear} of {options.count} have a clear answer; slowest {slowest[0]:.1f} s ({slowest[1]})")
    print(f"peak memory {worker.memory:.2f} GiB")
    print(f"verdicts given on pictures without a problem: {believed.total()} {dict(believed) or ''}")


if __name__ == "__main__":
    main()
