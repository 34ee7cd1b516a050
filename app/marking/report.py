"""Many pages marked into a folder: a picture a page, one PDF, a table of problems and a summary."""

from __future__ import annotations

import csv
import io
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from PIL import Image, ImageOps

from app.marking.drawing import draw_marks
from app.marking.marked_page import VERDICTS, MarkedPage
from app.marking.marker import Marker
from app.reading.errors import ReadingError
from app.reading.image import decode_image

_log = logging.getLogger(__name__)
_PDF_WIDTH = 1240
"""Pixels across a page of the PDF: A4 at 150 to the inch."""
_DPI = 150
_PROBLEM_FIELDS = ("file", "column", "row", "text", "verdict", "expected", "confidence")
_SUMMARY_FIELDS = ("file", *VERDICTS, "total", "message")


@dataclass(frozen=True, eq=False)
class Result:
    """What became of one file: a marked page, or a message why there is none."""

    file: Path
    page: MarkedPage | None
    message: str = ""


def mark_files(marker: Marker, files: Sequence[Path], max_pixels: int, out: Path | None = None) -> Iterator[Result]:
    """Mark files one by one; the failure of one is its result and does not stop the rest.

    Args:
        marker: marks each.
        files: photographs.
        max_pixels: largest photograph that is accepted, width × height.
        out: an existing folder that each marked photograph is saved to as PNG; ``None`` for no pictures.
    """
    for number, file in enumerate(files):
        try:
            data = file.read_bytes()
            page = marker.mark(decode_image(data, max_pixels))
            if out is not None:
                with Image.open(io.BytesIO(data)) as photo:
                    draw_marks(ImageOps.exif_transpose(photo), page).save(out / picture_name(files, number))
        except OSError as error:
            yield Result(file, None, error.strerror or "The file cannot be read.")
        except ReadingError as error:
            yield Result(file, None, error.detail)
        except Exception as error:  # whatever one page does, the others are marked
            _log.exception("marking %s failed", file)
            yield Result(file, None, f"The page cannot be marked: {error!r}")
        else:
            yield Result(file, page)


def picture_name(files: Sequence[Path], number: int) -> str:
    """The name of a file's marked picture, unlike that of every other file."""
    stem = files[number].stem
    before = sum(f.stem == stem for f in files[:number])
    return f"{stem}-{before + 1}.png" if before else f"{stem}.png"


def problems_csv(results: Sequence[Result]) -> str:
    """A table with a line a problem."""
    rows = [
        {
            "file": result.file.name,
            "column": problem.column,
            "row": problem.row,
            "text": problem.text,
            "verdict": problem.verdict,
            "expected": problem.finding.expected or "",
            "confidence": f"{problem.confidence:.3f}",
        }
        for result in results
        if result.page
        for problem in result.page.problems
    ]
    return _csv(_PROBLEM_FIELDS, rows)


def summary_csv(results: Sequence[Result]) -> str:
    """A table with a line a page, and the sums in the last line."""
    rows = [
        {"file": r.file.name, **(r.page.score if r.page else {}), "message": r.message or _remark(r.page)}
        for r in results
    ]
    sums = {key: sum(r.page.score[key] for r in results if r.page) for key in (*VERDICTS, "total")}
    return _csv(_SUMMARY_FIELDS, [*rows, {"file": "all", **sums, "message": ""}])


def _remark(page: MarkedPage | None) -> str:
    return "No problems were found." if page and not page.problems else ""


def _csv(fields: Sequence[str], rows: Sequence[dict[str, object]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, fields, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({key: _as_text(value) for key, value in row.items()} for row in rows)
    return text.getvalue()


def _as_text(value: object) -> object:
    """A table's value; an apostrophe keeps a spreadsheet from running what begins like a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@") else value


def save_pdf(pictures: Sequence[Path], target: Path) -> None:
    """Pictures as the pages of one PDF; one picture is in memory at a time."""

    def pages() -> Iterator[Image.Image]:
        for path in pictures:
            with Image.open(path) as picture:
                picture.thumbnail((_PDF_WIDTH, 2 * _PDF_WIDTH))
                yield picture.convert("RGB")

    each = pages()
    first = next(each, None)
    if first is not None:
        first.save(target, "PDF", save_all=True, append_images=each, resolution=_DPI)


def write_report(results: Sequence[Result], out: Path) -> None:
    """The tables and the PDF of a folder that :func:`mark_files` saved its pictures to."""
    files = [r.file for r in results]
    (out / "problems.csv").write_text(problems_csv(results), encoding="utf-8-sig", newline="")
    (out / "summary.csv").write_text(summary_csv(results), encoding="utf-8-sig", newline="")
    save_pdf([out / picture_name(files, i) for i, r in enumerate(results) if r.page], out / "marked.pdf")


def show_progress(done: int, total: int, file: Path, stream: TextIO) -> None:
    """One line that tells how far the marking is; it overwrites itself on a terminal, and is not shown elsewhere."""
    if not stream.isatty():
        return
    filled = round(24 * done / total)
    stream.write(f"\r\x1b[K[{'#' * filled}{'.' * (24 - filled)}] {done}/{total} {file.name[:40]}")
    if done == total:
        stream.write("\n")
    stream.flush()
