"""``python -m training.service.benchmark``: how fast the service is on this machine, as a Markdown report.

Settings come from the environment as they do for the service: ``MATHDOODLE_DEVICE=cuda`` measures a GPU.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import numpy as np
from packaging.requirements import Requirement

from app.reading.ink import ink_from_strokes
from app.reading.loading import load_network
from app.settings import Settings
from training.service import samples
from training.service.capacity import capacity_table
from training.service.clients import Answer, in_turn
from training.service.samples import Request
from training.service.server import ROOT, Server, machine, served

SIZES = (5, 10, 20, 40)
CLIENTS = (1, 8, 64)
STAGES = ("decode", "queue", "candidates", "classify", "lattice", "parse", "layout", "maths", "total")
REPORT = ROOT / "docs" / "report" / "service.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures, prints and writes the report."""
    parser = argparse.ArgumentParser("python -m training.service.benchmark", description=__doc__)
    parser.add_argument("--repeats", type=int, default=40, help="readings of each size, after the warm-up")
    parser.add_argument("--seconds", type=float, default=30, help="of each measure of throughput")
    parser.add_argument("--out", type=Path, default=REPORT, help="the report")
    options = parser.parse_args(arguments)
    lines = []
    for line in report(options.repeats, options.seconds):
        print(line, flush=True)
        lines.append(line)
    options.out.write_text("\n".join(lines) + "\n")
    return 0


def report(repeats: int, seconds: float) -> Iterator[str]:
    """The lines of the report, as they are measured."""
    device = Settings().device
    yield "# The service, measured"
    yield ""
    yield f"By `python -m training.service.benchmark` on {machine()}; networks on {device}; {samples.source()};"
    yield f"{repeats} readings a row after a warm-up, through HTTP, client and service on the same machine."
    yield ""
    with served() as server:
        yield from _latency(server, repeats)
        cold = server.memory()
        speed = _readings_a_second(server, 8, seconds)
        yield from _size(server, cold)
    yield from _throughput(seconds)
    yield from _classifier(device)
    yield "## What it takes"
    yield ""
    yield from capacity_table(speed, _cores(), device)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _latency(server: Server, repeats: int) -> Iterator[str]:
    yield "## Latency"
    yield ""
    yield "Milliseconds, median (95th percentile), by stage as the service says; `answered` is the client's wait."
    yield ""
    yield "| symbols | by | candidates | answered | " + " | ".join(STAGES) + " |"
    yield "|---" * (len(STAGES) + 4) + "|"
    growth = []
    for by, make in (("strokes", samples.by_strokes), ("image", samples.by_image)):
        for size in SIZES:
            requests = [make(strokes) for strokes in samples.inks(size, min(repeats, 20))]
            _ask(server, requests, len(requests))  # warm-up: every size and shape once
            before = server.samples()
            answers = _ask(server, requests, repeats)
            after = server.samples()
            each = (after["mathdoodle_candidates_sum"] - before["mathdoodle_candidates_sum"]) / repeats
            cells = [_spread([a.seconds * 1000 for a in answers])]
            cells += [_spread([a.stages.get(stage, 0.0) for a in answers]) for stage in STAGES]
            growth.append((by, size, each, statistics.median(a.stages["total"] for a in answers)))
            yield f"| {size} | {by} | {each:.0f} | " + " | ".join(cells) + " |"
    yield ""
    yield from _growth(growth)


def _ask(server: Server, requests: Sequence[Request], count: int) -> list[Answer]:
    import httpx2 as httpx

    answers = []
    with httpx.Client(base_url=server.address, timeout=120, trust_env=False) as client:
        for number in range(count):
            request = requests[number % len(requests)]
            sent = time.perf_counter()
            reply = client.post(request.path, **request.options)
            waited = time.perf_counter() - sent
            reply.raise_for_status()
            timing = [part.strip().split(";dur=") for part in reply.headers["Server-Timing"].split(",")]
            answers.append(Answer(0, waited, reply.status_code, "", {k: float(v) for k, v in timing}, True))
    return answers


def _spread(values: Sequence[float]) -> str:
    return f"{statistics.median(values):.1f} ({np.percentile(values, 95):.1f})"


def _growth(rows: Sequence[tuple[str, int, float, float]]) -> Iterator[str]:
    """Exponents of growth: 1 is linear, 2 quadratic."""
    for by in ("strokes", "image"):
        sizes, candidates, times = (np.log([row[k] for row in rows if row[0] == by]) for k in (1, 2, 3))
        yield (
            f"By {by}, candidates grow as (number of symbols)^{np.polyfit(sizes, candidates, 1)[0]:.2f}, "
            f"the time as ^{np.polyfit(sizes, times, 1)[0]:.2f}."
        )
    yield ""


def _readings_a_second(server: Server, clients: int, seconds: float) -> float:
    requests = [samples.by_strokes(s) for s in samples.inks(10, 16)]
    in_turn(server.address, requests, clients, min(3.0, seconds))
    return sum(a.status == 200 for a in in_turn(server.address, requests, clients, seconds)) / seconds


def _size(server: Server, cold: int) -> Iterator[str]:
    yield "## Size"
    yield ""
    yield "| what | how much |"
    yield "|---|---|"
    yield f"| from start to ready | {server.ready_seconds:.2f} s |"
    yield f"| resident, after single readings | {cold / 1e6:.0f} MB |"
    yield f"| resident, after {CLIENTS[1]} clients at once | {server.memory() / 1e6:.0f} MB |"
    evaluators = server.evaluators()
    algebra = sum(p.memory_info().rss for p in evaluators)
    yield f"| computer algebra, {len(evaluators)} process apart | {algebra / 1e6:.0f} MB |"
    yield f"| installed, with all that it needs | {_installed() / 1e6:.0f} MB |"
    yield f"| of that the weights | {_bytes_of(ROOT / 'models' / 'weights') / 1e6:.1f} MB |"
    yield ""


def _bytes_of(folder: Path) -> int:
    return sum(f.stat().st_size for f in folder.rglob("*") if f.is_file())


def _installed() -> int:
    """Bytes of the service's own files and of the distributions that it needs, without their compiled caches."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    total = sum(_bytes_of(ROOT / folder) for folder in ("app", "models", "static"))
    waiting, seen = list(project["dependencies"]), set()
    while waiting:
        requirement = Requirement(waiting.pop())
        if requirement.name.lower() in seen or (requirement.marker and not requirement.marker.evaluate({"extra": ""})):
            continue
        seen.add(requirement.name.lower())
        try:
            found = distribution(requirement.name)
        except PackageNotFoundError:
            continue
        total += sum(p.stat().st_size for f in found.files or () if (p := Path(f.locate())).is_file())
        waiting += found.requires or ()
    return total


def _throughput(seconds: float) -> Iterator[str]:
    yield "## Throughput"
    yield ""
    yield f"Readings a second over {seconds:g} s, 10 symbols by strokes; with the networks' runs shared between"
    yield "requests in flight, and not shared. Refused: the answer is 503, since the queue is full."
    yield ""
    yield "| clients | shared | threads a run | readings a second | median ms | 95 % ms | refused | requests a run |"
    yield "|---|---|---|---|---|---|---|---|"
    requests = [samples.by_strokes(s) for s in samples.inks(10, 16)]
    for batching, threads in (("off", _cores()), ("off", 1), ("on", _cores())):
        with served(batching=batching, model_threads=threads) as server:
            in_turn(server.address, requests, 2, min(3.0, seconds))
            for clients in CLIENTS:
                before = server.samples()
                answers = in_turn(server.address, requests, clients, seconds)
                after = server.samples()
                taken = [a.seconds * 1000 for a in answers if a.status == 200]
                refused = sum(a.status != 200 for a in answers)
                runs, shared = (
                    after[f"mathdoodle_batch_requests_{k}"] - before[f"mathdoodle_batch_requests_{k}"]
                    for k in ("count", "sum")
                )
                yield (
                    f"| {clients} | {batching} | {threads} | {len(taken) / seconds:.1f} | "
                    f"{statistics.median(taken):.0f} | {np.percentile(taken, 95):.0f} | "
                    f"{refused} | {shared / max(runs, 1):.2f} |"
                )
    yield ""


def _classifier(device: str) -> Iterator[str]:
    from app.reading.candidates import candidate_groups
    from models.rendering import render

    yield "## The classifier alone"
    yield ""
    inks = [ink_from_strokes(s) for s in samples.inks(10, 16)]
    images = np.concatenate([render(ink, candidate_groups(ink)) for ink in inks])
    network = load_network(threads=Settings().model_threads, device=device)
    images = np.resize(images, (max(network.batch, 256), *images.shape[1:]))
    rate = len(images) / _seconds_of(lambda: network.classify(images))
    yield f"{rate:,.0f} candidates a second on {network.device}, {len(images)} at a time."
    yield ""


def _seconds_of(work: Callable[[], object], at_least: float = 3.0) -> float:
    """Median seconds of a call, over some seconds of calls, after a warm-up."""
    work()
    taken: list[float] = []
    while sum(taken) < at_least:
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


if __name__ == "__main__":
    sys.exit(main())
