"""How well worksheets are marked: ``python -m training.worksheets.evaluate [SET ...]``.

Real samples from the data directory, and pages made up with hands and fonts that were kept for validation: of one
design with many kinds of problems, and of many designs, which are set by a browser.
"""

from __future__ import annotations

import argparse
import csv
import os
import re
import resource
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

import cv2
import numpy as np

from app.marking.marked_page import MarkedPage, Problem
from app.marking.marker import Marker
from app.marking.verdicts import Verdict
from app.maths import TextError, evaluate, parse, read_text
from app.memory import keep_freed_memory
from app.reading.errors import ReadingError
from app.reading.image import decode_image
from app.reading.reader import Reader
from models.ink import Box
from training.changes import Change, as_it_is
from training.sources import data_directory
from training.worksheets.designs.pages import designed_pages
from training.worksheets.exercises import exercises
from training.worksheets.page import Photograph, make_page, photograph

SCRIBBLE = "涂"
"""Stands in the labels of the lines for what was struck out."""
DOUBTFUL_LABELS = frozenset({"12", "17", "56", "166", "254", "258"})
"""Photographs of sums in columns whose label is not what stands there; the figures are also given without them."""


@dataclass(frozen=True, slots=True)
class Item:
    """A problem that should be found, and the one that was.

    Attributes:
        name: where it stands.
        text: what stands there.
        verdict: the right verdict.
        problem: what was found there, ``None`` if nothing was.
    """

    name: str
    text: str
    verdict: Verdict
    problem: Problem | None

    @property
    def exact(self) -> bool:
        """Whether what was read is what stands there."""
        return self.problem is not None and plain(self.problem.text) == plain(self.text)

    @property
    def decided(self) -> bool:
        """Whether it was given a verdict."""
        return self.problem is not None and self.problem.verdict != "unsure"

    @property
    def right(self) -> bool:
        """Whether that is the right verdict."""
        return self.problem is not None and self.problem.verdict == self.verdict


def plain(text: str) -> str:
    """Text without what two right transcriptions may differ in."""
    text = re.sub(r"\s|\$", "", text).replace("−", "-").replace("*", "×").replace("·", "×").replace("()", "□")
    return re.sub(r"\.{2,}|…+", "…", text)


def right_verdict(text: str) -> Verdict:
    """The verdict on an equation given as text."""
    try:
        tree, boxes = read_text(text)
        found = evaluate(parse(tree, boxes, "infix").expression)
    except (TextError, ValueError) as error:
        raise ValueError(f"{text} is no problem") from error
    if found.kind in ("incomplete", "value", "solutions"):
        return "unanswered"
    return "correct" if found.holds else "wrong"


def _labels(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as table:
        return list(csv.DictReader(table, delimiter="\t"))


def _marked(marker: Marker, path: Path, change: Change) -> MarkedPage | None:
    try:
        return marker.mark(change(decode_image(path.read_bytes())))
    except ReadingError:
        return None


def page_items(marker: Marker, change: Change = as_it_is) -> Iterator[Item]:
    """Every item of the whole pages, whose photographs may be changed first."""
    folder = data_directory() / "worksheets" / "pages"
    pages: dict[str, MarkedPage | None] = {}
    for row in _labels(folder / "labels.tsv"):
        page = pages.setdefault(row["file"], None) or _marked(marker, folder / row["file"], change)
        pages[row["file"]] = page
        place = (int(row["column"]), int(row["row"]))
        found = next((p for p in page.problems if (p.column, p.row) == place), None) if page else None
        verdict: Verdict = "correct" if row["correct"] == "True" else "wrong"
        yield Item(f"{row['file']} {place[0]}.{place[1]}", row["as_written"], verdict, found)


def single_items(marker: Marker, folder: Path, change: Change = as_it_is) -> Iterator[Item]:
    """Every photograph of one problem in a folder with ``labels.tsv``, but for scribbled ones; they may be changed."""
    for row in _labels(folder / "labels.tsv"):
        if SCRIBBLE in row["label"]:
            continue
        page = _marked(marker, folder / row["file"], change)
        found = max(page.problems, key=lambda p: len(p.symbols)) if page and page.problems else None
        yield Item(row["file"], row["label"], right_verdict(row["label"]), found)


def generated_pages(count: int, seed: int = 1000) -> Iterator[Photograph]:
    """Photographs of made-up pages, none of whose hands or fonts was trained on."""
    for k in range(count):
        rng = np.random.default_rng(seed + k)
        columns = 1 + k % 3
        made = make_page(rng, exercises(rng, 12 * columns), columns, printed=k % 4 != 3)
        yield photograph(made, rng)


def generated_items(marker: Marker, count: int, seed: int = 1000) -> Iterator[Item]:
    """Every exercise of made-up pages."""
    for number, picture in enumerate(generated_pages(count, seed)):
        yield from _items(marker, f"page {number}", picture, 0.4)


def designed_items(marker: Marker, count: int, seed: int = 0) -> Iterator[Item]:
    """Every problem of sheets of many designs, and what was taken for a problem where none stands."""
    for k in range(count):
        for name, picture in designed_pages(seed + k):
            yield from _items(marker, name, picture, 0.25, spurious=True)


def _items(
    marker: Marker, name: str, picture: Photograph, least_overlap: float, spurious: bool = False
) -> Iterator[Item]:
    """The problems of a photographed page, with ``spurious`` those as well that were found where none stands."""
    page = marker.mark(picture.gray)
    taken = set()
    for truth in picture.truths:
        found = max(page.problems, key=lambda p: _overlap(p.box, truth.box), default=None)
        if found is not None and _overlap(found.box, truth.box) < least_overlap:
            found = None
        taken.add(id(found))
        yield Item(name, truth.exercise.text, truth.exercise.verdict, found)
    if spurious:
        yield from (Item(name, "", "unsure", p) for p in page.problems if id(p) not in taken)


def _overlap(a: Box, b: Box) -> float:
    """Intersection over union of two boxes."""
    wide, high = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    if wide <= 0 or high <= 0:
        return 0.0
    return wide * high / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - wide * high)


def without_doubtful(items: Iterable[Item]) -> list[Item]:
    """The sums in columns whose labels are not in doubt."""
    return [i for i in items if Path(i.name).stem not in DOUBTFUL_LABELS]


def report_columns(marker: Marker, folder: Path, verbose: bool) -> None:
    """Print the figures of the sums in columns, with and without those whose label is in doubt."""
    items = list(single_items(marker, folder))
    report("columns", items, verbose)
    report("columns but for doubtful labels", without_doubtful(items), False)


def report(title: str, items: Iterable[Item], verbose: bool) -> None:
    """Print the figures of a set, and its errors."""
    everything = list(items)
    total = len(everything)
    found = [i for i in everything if i.problem is not None]
    exact = [i for i in found if i.exact]
    decided = [i for i in found if i.decided]
    right = [i for i in decided if i.right]
    print(f"{title}: {total} problems, found {len(found) / total:.1%}, read exactly {len(exact) / total:.1%}")
    among = f"{len(right) / len(decided):.1%}" if decided else "–"
    print(f"  decided {len(decided) / total:.1%}, right among them {among}, right of all {len(right) / total:.1%}")
    if not verbose:
        return
    for i in everything:
        if i.problem is None:
            print(f"  {i.name}\t{i.text}\tnot found")
        elif not (i.exact and i.right):
            p = i.problem
            least = min((s.confidence for s in p.symbols), default=1.0)
            sure = f"{p.confidence:.2f} {least:.2f}"
            print(f"  {i.name}\t{i.text}\t{plain(p.text)}\t{p.verdict}\t(is {i.verdict})\t{sure}")


def report_designs(marker: Marker, sheets: int, seed: int, verbose: bool) -> None:
    """Print the figures of sheets of many designs, and how many verdicts stand where no problem does."""
    items = list(designed_items(marker, sheets, seed))
    report("many designs", (i for i in items if i.text), verbose)
    spurious = [i for i in items if not i.text]
    print(f"  found where none stands: {len(spurious)}, {sum(i.decided for i in spurious)} of them with a verdict")
    for i in spurious if verbose else []:
        print(f"  {i.name}\tnone\t{plain(i.problem.text) if i.problem else ''}\t{i.problem and i.problem.verdict}")


def measure_time(marker: Marker, runs: int = 5) -> None:
    """Print time and memory for a 12-megapixel photograph of 40 problems."""
    rng = np.random.default_rng(7)
    page = photograph(make_page(rng, exercises(rng, 40, ("plain", "decimal", "blank")), 2), rng)
    height, width = page.gray.shape
    scale = (12e6 / (height * width)) ** 0.5
    gray = cv2.resize(page.gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    _, data = cv2.imencode(".jpg", cv2.merge([gray] * 3))
    times: list[float] = []
    stages: Counter[str] = Counter()
    for _ in range(runs):
        started = perf_counter()
        marked = marker.mark(decode_image(data.tobytes()))
        times.append(perf_counter() - started)
        stages.update(marked.timings)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    shares = ", ".join(f"{stage} {milliseconds / runs:.0f} ms" for stage, milliseconds in stages.items())
    print(f"12 megapixels, {len(marked.problems)} problems: median {median(times):.2f} s ({shares}), {memory:.2f} GiB")


def main() -> None:
    """Measure the sets that are named, or all."""
    parser = argparse.ArgumentParser("python -m training.worksheets.evaluate", description=__doc__)
    parser.add_argument("sets", nargs="*", metavar="SET", help="pages, lines, columns, generated, designs, time")
    parser.add_argument("--weights", type=Path, help="directory of weights, if not the packaged ones")
    parser.add_argument("--pages", type=int, default=12, help="how many pages to make up")
    parser.add_argument("--sheets", type=int, default=3, help="how many sheets of each design")
    parser.add_argument("--seed", type=int, default=0, help="the first of these sheets' seeds")
    parser.add_argument("--errors", action="store_true", help="print every error")
    options = parser.parse_args()
    folder = data_directory()
    sets: dict[str, Callable[[Marker], None]] = {
        # Time is first: memory is the most that the process ever had.
        "time": measure_time,
        "pages": lambda m: report("whole pages", page_items(m), options.errors),
        "lines": lambda m: report("lines", single_items(m, folder / "worksheets" / "lines"), options.errors),
        "columns": lambda m: report_columns(m, folder / "columns", options.errors),
        "designs": lambda m: report_designs(m, options.sheets, options.seed, options.errors),
        "generated": lambda m: report("generated pages", generated_items(m, options.pages), options.errors),
    }
    if unknown := set(options.sets) - set(sets):
        parser.error(f"no set {', '.join(sorted(unknown))}")
    keep_freed_memory()  # as the service and the command do
    marker = Marker(Reader.load(options.weights), os.cpu_count() or 1)
    for name, measure in sets.items():
        if not options.sets or name in options.sets:
            measure(marker)


if __name__ == "__main__":
    main()
