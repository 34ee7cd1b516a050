"""How sure a reading has to be for a verdict: ``python -m training.worksheets.limits``.

A verdict that is wrong hurts a child, one that is not given only costs a glance. For every limit this prints the
coverage (share of problems with a verdict) and the risk (share of those that are wrong) on made-up pages, and the
lowest limits that keep the risk; then what these do on the photographed samples, which take no part in the choice.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np

from app.marking.marker import Marker
from app.marking.verdicts import LEAST_AGREED, LEAST_READ, Verdict, is_sure
from app.reading.reader import Reader
from training.sources import data_directory
from training.worksheets.evaluate import Item, generated_items, page_items, single_items

_AGREED = (0.3, 0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99)
_READ = (0.0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A problem's verdict before any limit, how sure it was, and the right one."""

    likeliest: Verdict
    right: Verdict
    agreed: float
    read: float
    may_be_right: float = 0.0

    def given(self, least_agreed: float, least_read: float) -> bool:
        """Whether the verdict is given under limits."""
        return is_sure(self.likeliest, self.agreed, self.read, self.may_be_right, True, least_agreed, least_read)


@dataclass(frozen=True, slots=True)
class Point:
    """What limits lead to: share of problems with a verdict, share of those that are wrong, and false ✗ among all."""

    least_agreed: float
    least_read: float
    coverage: float
    risk: float
    false_crosses: int

    def __str__(self) -> str:
        limits = f"agreed ≥ {self.least_agreed:.2f}, read ≥ {self.least_read:.2f} for ✗"
        return f"{limits}: decided {self.coverage:6.1%}, right {1 - self.risk:6.1%}, false ✗ {self.false_crosses}"


def outcomes(items: Iterable[Item]) -> tuple[list[Outcome], int]:
    """The outcomes of the problems that a verdict could be given on, and how many problems there were in all."""
    found, total = [], 0
    for item in items:
        total += 1
        if item.problem is not None and item.problem.finding.likeliest is not None:
            finding = item.problem.finding
            read = item.problem.confidence
            found.append(Outcome(finding.likeliest, item.verdict, finding.agreed, read, finding.may_be_right))
    return found, total


def point(found: Sequence[Outcome], total: int, least_agreed: float, least_read: float) -> Point:
    """What a pair of limits leads to."""
    given = [o for o in found if o.given(least_agreed, least_read)]
    wrong = [o for o in given if o.likeliest != o.right]
    crosses = sum(o.likeliest == "wrong" for o in wrong)
    return Point(least_agreed, least_read, len(given) / max(total, 1), len(wrong) / max(len(given), 1), crosses)


def choose(found: Sequence[Outcome], total: int, most_risk: float) -> Point:
    """The limits with the greatest coverage among those within the risk; the strictest where none are.

    The risk of each is taken one standard error higher than counted, so that luck with few errors does not choose.
    """
    points = [point(found, total, *limits) for limits in product(_AGREED, _READ)]

    def careful(p: Point) -> float:
        decided = max(p.coverage * total, 1)
        return p.risk + float(np.sqrt(p.risk * (1 - p.risk) / decided))

    within = [p for p in points if p.coverage and careful(p) <= most_risk]
    return max(within, key=lambda p: (p.coverage, p.least_agreed), default=points[-1])


def main() -> None:
    """Print the curve, the choice, and the check."""
    parser = argparse.ArgumentParser("python -m training.worksheets.limits", description=__doc__)
    parser.add_argument("--weights", type=Path, help="directory of weights, if not the packaged ones")
    parser.add_argument("--pages", type=int, default=60, help="how many pages to make up")
    parser.add_argument("--seed", type=int, default=50_000, help="of the pages; unlike those that are evaluated on")
    parser.add_argument("--risk", type=float, default=0.01, help="greatest share of given verdicts that may be wrong")
    options = parser.parse_args()
    marker = Marker(Reader.load(options.weights))
    found, total = outcomes(generated_items(marker, options.pages, options.seed))
    print(f"{total} problems on made-up pages")
    for least_agreed in _AGREED:
        print(f"  {point(found, total, least_agreed, LEAST_READ)}")
    chosen = choose(found, total, options.risk)
    print(f"now:    {point(found, total, LEAST_AGREED, LEAST_READ)}")
    print(f"choice: {chosen}")
    folder = data_directory()
    samples = {
        "pages": page_items(marker),
        "lines": single_items(marker, folder / "worksheets" / "lines"),
        "columns": single_items(marker, folder / "columns"),
    }
    for name, items in samples.items():
        seen, count = outcomes(items)
        print(f"{name}, now:    {point(seen, count, LEAST_AGREED, LEAST_READ)}")
        print(f"{name}, choice: {point(seen, count, chosen.least_agreed, chosen.least_read)}")


if __name__ == "__main__":
    main()
