"""The real worksheets photographed otherwise: ``python -m training.worksheets.otherwise [pages lines columns]``.

There are few real photographs, by few telephones. Each is read again as other light, hands and telephones would have
shown it, which tells more of what other pages will bring than one item more or less of the photographs as they are.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from app.marking.marker import Marker
from app.reading.reader import Reader
from training.sources import data_directory
from training.worksheets.evaluate import Change, Item, as_it_is, page_items, single_items, without_doubtful


def _scaled(factor: float) -> Change:
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return lambda gray: cv2.resize(gray, None, fx=factor, fy=factor, interpolation=how)


def _warped(matrix: np.ndarray, gray: np.ndarray) -> np.ndarray:
    return cv2.warpPerspective(gray, matrix, gray.shape[::-1], borderMode=cv2.BORDER_REPLICATE)


def _turned(degrees: float) -> Change:
    def turned(gray: np.ndarray) -> np.ndarray:
        height, width = gray.shape
        return _warped(np.vstack([cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1), [0, 0, 1]]), gray)

    return turned


def _aslant(share: float) -> Change:
    """Seen from a corner."""

    def aslant(gray: np.ndarray) -> np.ndarray:
        height, width = gray.shape
        flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
        moved = np.array([[share, 0.4 * share], [-0.5 * share, 0], [0, -0.3 * share], [0, 0]]) * (width, height)
        return _warped(cv2.getPerspectiveTransform(flat, (flat + moved).astype(np.float32)), gray)

    return aslant


def _grainy(sigma: float, brightness: float = 1.0) -> Change:
    def grainy(gray: np.ndarray) -> np.ndarray:
        noise = np.random.default_rng(1).normal(0, sigma, gray.shape)
        return np.clip(gray * brightness + noise, 0, 255).astype(np.uint8)

    return grainy


def _compressed(quality: int) -> Change:
    def compressed(gray: np.ndarray) -> np.ndarray:
        _, data = cv2.imencode(".jpg", gray, [cv2.IMWRITE_JPEG_QUALITY, quality])
        return cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)

    return compressed


def _exposed(gamma: float) -> Change:
    return lambda gray: (255 * (gray / 255) ** gamma).astype(np.uint8)


def _in_shadow(gray: np.ndarray) -> np.ndarray:
    """The telephone's own shadow over a corner."""
    height, width = gray.shape
    y, x = np.mgrid[:height, :width]
    shadow = (x / width + 0.6 * y / height > 0.9).astype(np.float32)
    return (gray * (1 - 0.45 * cv2.GaussianBlur(shadow, (0, 0), max(height, width) / 150))).astype(np.uint8)


def _on_paper(step: float, dark: float, squared: bool = True) -> Change:
    """On ruled or squared paper with a line every ``step`` of the longer side, darker than it by ``dark``."""

    def on_paper(gray: np.ndarray) -> np.ndarray:
        height, width = gray.shape
        longer = max(height, width)
        apart, thick = max(8, int(step * longer)), max(1, round(longer / 500))
        lines = np.zeros((height, width), np.float32)
        for y in range(apart // 2, height, apart):
            cv2.line(lines, (0, y), (width, y + height // 100), 1, thick, cv2.LINE_AA)
        for x in range(apart // 3, width, apart) if squared else ():
            cv2.line(lines, (x, 0), (x - width // 100, height), 1, thick, cv2.LINE_AA)
        return (gray * (1 - dark * lines)).astype(np.uint8)

    return on_paper


CHANGES: dict[str, Change] = {
    "as they are": as_it_is,
    "at 0.75 of their size": _scaled(0.75),
    "at 1.5 of their size": _scaled(1.5),
    "turned by 2°": _turned(-2),
    "turned by 5°": _turned(5),
    "turned by -7°": _turned(-7),
    "seen aslant": _aslant(0.06),
    "seen more aslant": _aslant(0.12),
    "blurred": lambda gray: cv2.GaussianBlur(gray, (0, 0), 0.7),
    "compressed": _compressed(40),
    "lighter": _exposed(0.6),
    "darker": _exposed(1.6),
    "far darker": _exposed(2.2),
    "washed out": lambda gray: (0.35 * gray + 140).astype(np.uint8),
    "half in shadow": _in_shadow,
    "grainy": _grainy(10),
    "grainier": _grainy(20),
    "in dim light": _grainy(5, 0.35),
    "on squared paper": _on_paper(0.06, 0.2),
    "on large squares": _on_paper(0.14, 0.25),
    "on ruled paper": _on_paper(0.12, 0.25, squared=False),
}
"""What is done to every photograph, by name."""


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
