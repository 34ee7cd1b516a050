"""The real worksheets photographed otherwise: ``python -m training.worksheets.otherwise [pages lines columns]``.

There are few real photographs, by few telephones. Each is read again as other light, hands and telephones would have
shown it, which tells more of what other pages will bring than one item more or less of the photographs as they are.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from app.marking.marker import Marker
from app.reading.reader import Reader
from training.changes import CHANGES, Change
from training.sources import data_directory
from training.worksheets.evaluate import Item, page_items, single_items, without_doubtful


def sets(marker: Marker, names: list[str], change: Change) -> Iterator[tuple[str, list[Item]]]:
    """The items of each set that is named, photographed otherwise; sums in columns without doubtful labels."""
    folder = data_directory()
    if "pages" in names:
        yield "pages", list(page_items(marker, change))
    if "lines" in names:
        yield "lines", list(single_items(marker, folder / "worksheets" / "lines", change))
    if "columns" in names:
        yield "columns", without_doubtful(single_items(marker, folder / "columns", change))


def main() -> None:
    """Print of each change and set what is read exactly, decided, and decided wrongly."""
    parser = argparse.ArgumentParser("python -m training.worksheets.otherwise", description=__doc__)
    parser.add_argument("sets", nargs="*", metavar="SET", help="pages, lines, columns")
    parser.add_argument("--weights", type=Path, help="directory of weights, if not the packaged ones")
    options = parser.parse_args()
    marker = Marker(Reader.load(options.weights), os.cpu_count() or 1)
    names = options.sets or ["pages", "lines", "columns"]
    if unknown := set(names) - {"pages", "lines", "columns"}:
        parser.error(f"no set {', '.join(sorted(unknown))}")
    totals = {name: np.zeros(4, int) for name in names}
    for title, change in CHANGES.items():
        for name, items in sets(marker, names, change):
            given = [i for i in items if i.decided]
            exact = sum(i.exact for i in items)
            wrong = sum(not i.right for i in given)
            totals[name] += (len(items), exact, len(given), wrong)
            print(f"{title}, {name}: read {exact} of {len(items)}, decided {len(given)}, wrongly {wrong}", flush=True)
    for name, (count, exact, given, wrong) in totals.items():
        shares = f"read {exact / count:.1%}, decided {given / count:.1%}, wrongly {wrong / max(given, 1):.2%} of those"
        print(f"all, {name}: {shares}")


if __name__ == "__main__":
    main()
