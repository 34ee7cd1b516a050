"""The command line: ``mathdoodle serve``, ``read``, ``mark``, ``evaluate`` and ``config``."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from app.reading.errors import ReadingError
from app.settings import CONFIG_VARIABLE, Settings

if TYPE_CHECKING:
    from app.replies import EvaluationReply, SolutionReply

NOTATIONS = ("auto", "infix", "prefix", "postfix")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command.

    Returns:
        The exit status: 0, 1 where something could not be read or evaluated, 2 for wrong settings.
    """
    options = _parser().parse_args(arguments)
    if options.config:
        os.environ[CONFIG_VARIABLE] = str(options.config)
    try:
        settings = Settings()
    except ValidationError as error:
        for wrong in error.errors():
            print(f"{'.'.join(map(str, wrong['loc']))}: {wrong['msg']}", file=sys.stderr)
        return 2
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    return options.command(options, settings)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("mathdoodle", description="Reads handwritten mathematics and evaluates it.")
    parser.add_argument("--config", type=Path, help="a TOML file of settings")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    serve = commands.add_parser("serve", help="serve the page and the REST endpoint")
    serve.add_argument("--host", help="address to listen on")
    serve.add_argument("--port", type=int, help="TCP port to listen on")
    serve.add_argument("--workers", type=int, help="processes")
    serve.set_defaults(command=_serve)

    read = commands.add_parser("read", help="read images and InkML files: name, reading and value, a line a file")
    read.add_argument("files", nargs="+", type=Path, metavar="FILE", help="PNG, JPEG, WebP, BMP, TIFF or InkML")
    read.add_argument("--json", action="store_true", help="the REST reply, one object a line")
    read.add_argument("--notation", choices=NOTATIONS, default="auto")
    read.add_argument("--symbols", choices=("auto", "arithmetic", "all"), default="auto")
    read.add_argument("--alternatives", type=int, choices=range(11), default=3, metavar="0..10")
    read.set_defaults(command=_read)

    mark = commands.add_parser("mark", help="mark photographed worksheets: a table, or a folder of marked pictures")
    mark.add_argument("files", nargs="+", type=Path, metavar="FILE", help="PNG, JPEG, WebP, BMP or TIFF")
    mark.add_argument("--out", type=Path, metavar="FOLDER", help="save marked pictures, a PDF and CSV tables there")
    mark.add_argument("--json", action="store_true", help="the REST reply, one object a line")
    mark.set_defaults(command=_mark)

    evaluate = commands.add_parser("evaluate", help="evaluate an expression given as text")
    evaluate.add_argument("text")
    evaluate.add_argument("--latex", action="store_true", help="the text is LaTeX")
    evaluate.add_argument("--json", action="store_true", help="the REST reply")
    evaluate.add_argument("--notation", choices=NOTATIONS, default="auto")
    evaluate.set_defaults(command=_evaluate)

    config = commands.add_parser("config", help="print the settings in force, as a TOML file")
    config.set_defaults(command=_config)
    return parser


def _serve(options: argparse.Namespace, settings: Settings) -> int:
    import uvicorn

    from app.api import logs

    workers = options.workers or settings.workers
    logs.configure(settings)
    with ExitStack() as stack:
        if workers > 1 and "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
            # The processes add their metrics up through files.
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = stack.enter_context(tempfile.TemporaryDirectory())
        uvicorn.run(
            "app.api.main:create_app",
            factory=True,
            host=options.host or settings.host,
            port=settings.port if options.port is None else options.port,
            workers=workers,
            log_config=None,
            access_log=False,
            server_header=False,
            http="app.api.connections:Connection",
            forwarded_allow_ips=list(settings.trusted_proxies),
            timeout_graceful_shutdown=settings.shutdown_seconds,
        )
    return 0


def _read(options: argparse.Namespace, settings: Settings) -> int:
    from app.reading.image import decode_image
    from app.reading.ink import ink_from_strokes
    from app.reading.inkml import strokes_from_inkml
    from app.reading.page import ink_from_image
    from app.reading.reader import Reader
    from app.replies import ModelReply, read_reply

    try:
        reader = Reader.load(settings.weights_directory, settings.model_threads, settings.device)
    except (OSError, ValueError) as error:
        print(f"The weights cannot be loaded: {error}", file=sys.stderr)
        return 2
    status = 0
    for file in options.files:
        try:
            data = file.read_bytes()
            if file.suffix.lower() == ".inkml":
                ink = ink_from_strokes(strokes_from_inkml(data, settings.max_strokes, settings.max_points))
            else:
                ink = ink_from_image(decode_image(data, settings.max_pixels), settings.max_strokes)
            reading = reader.read(ink, symbols=options.symbols, alternatives=options.alternatives)
        except (OSError, ReadingError) as error:
            reason = error.detail if isinstance(error, ReadingError) else error.strerror
            print(f"{file}: {reason}", file=sys.stderr)
            status = 1
            continue
        reply = read_reply(reading, options.notation, ModelReply(**reader.card))
        if options.json:
            print(json.dumps({"file": str(file), **reply.model_dump(mode="json")}, ensure_ascii=False))
        else:
            print(file, reply.text, in_words(reply.evaluation), sep="\t")
    return status


def _mark(options: argparse.Namespace, settings: Settings) -> int:
    from app.marking.marker import Marker
    from app.marking.report import mark_files, show_progress, write_report
    from app.memory import keep_freed_memory
    from app.reading.reader import Reader
    from app.worksheet_replies import worksheet_reply

    keep_freed_memory()
    try:
        reader = Reader.load(settings.weights_directory, settings.model_threads, settings.device)
        marker = Marker(reader, settings.reading_threads)
        if options.out:
            options.out.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    results = []
    for result in mark_files(marker, options.files, settings.max_pixels, options.out):
        results.append(result)
        show_progress(len(results), len(options.files), result.file, sys.stderr)
        if result.page is None:
            print(f"{result.file}: {result.message}", file=sys.stderr)
        elif options.json:
            reply = worksheet_reply(result.page).model_dump(mode="json")
            print(json.dumps({"file": str(result.file), **reply}, ensure_ascii=False))
        elif options.out:
            print(result.file, f"{result.page.score['correct']}/{result.page.score['total']}", sep="\t")
        else:
            for p in result.page.problems:
                print(result.file, p.column, p.row, p.text, p.verdict, p.finding.expected or "", sep="\t")
    if options.out:
        write_report(results, options.out)
    return int(any(r.page is None for r in results))


def _evaluate(options: argparse.Namespace, settings: Settings) -> int:
    from app.replies import typeset_and_evaluated

    try:
        reply = typeset_and_evaluated(options.text, options.latex, options.notation)
    except ReadingError as error:
        print(error.detail, file=sys.stderr)
        return 1
    failed = reply.kind == "error"
    if options.json:
        print(json.dumps(reply.model_dump(mode="json"), ensure_ascii=False))
    else:
        print(in_words(reply), file=sys.stderr if failed else sys.stdout)
    return int(failed)


def _config(_: argparse.Namespace, settings: Settings) -> int:
    print(settings.as_toml())
    return 0


def in_words(evaluation: EvaluationReply) -> str:
    """An evaluation as a few words for a terminal."""
    match evaluation.kind:
        case "equation" | "inequality":
            return "unknown" if evaluation.holds is None else str(evaluation.holds).lower()
        case "solutions":
            return ", ".join(_solution_in_words(s) for s in evaluation.solutions) or evaluation.message or "no solution"
        case "value" | "incomplete":
            return evaluation.exact or evaluation.decimal or ""
        case _:
            return evaluation.message or ""


def _solution_in_words(solution: SolutionReply) -> str:
    if solution.decimal is None:
        return solution.exact or ""  # a condition names its unknown itself
    return f"{solution.variable} = {solution.exact or solution.decimal}"


if __name__ == "__main__":
    sys.exit(main())
