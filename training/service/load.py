"""``python -m training.service.load``: the service under more than it can do, with evaluators killed meanwhile.

Requests come at random times, first at a share of what the service can do, then at a multiple of it, whether
or not it keeps up. Every request must get an answer or a clean refusal, memory must stay flat, and afterwards
the service must answer as it did before. The exit status says whether it was so.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib
import numpy as np
import psutil

from training.service import samples
from training.service.clients import Answer, at_rate, in_turn
from training.service.samples import Request
from training.service.server import ROOT, Server, machine, served

matplotlib.use("Agg")
from matplotlib import pyplot as plt

REPORT = ROOT / "docs" / "report"
_FLAT = 1.1
"""Memory in the last fifth of a phase, over that in its second fifth, at the most."""
_RECOVERED = 1.5
"""Median latency after the load, over that before it, at the most."""


@dataclass(frozen=True)
class Phase:
    """A time under one load.

    Attributes:
        share: of the capacity that is asked for.
        start: seconds from the start of the run.
        end: when the last answer was there.
    """

    share: float
    start: float
    end: float


@dataclass(frozen=True)
class Watched:
    """What was seen of the service at one time.

    Attributes:
        at: seconds from the start of the run.
        memory: resident bytes of its own processes.
        killed: evaluators killed so far.
    """

    at: float
    memory: int
    killed: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the load test, prints and writes the table and the plot."""
    parser = argparse.ArgumentParser("python -m training.service.load", description=__doc__)
    parser.add_argument("--minutes", type=float, nargs="+", default=[15, 15], help="of each phase")
    parser.add_argument("--shares", type=float, nargs="+", default=[0.8, 3.0], help="of capacity, one a phase")
    parser.add_argument("--capacity", type=float, help="requests a second; measured where it is not given")
    parser.add_argument("--kill-every", type=float, default=20, metavar="SECONDS", help="an evaluator is killed")
    parser.add_argument("--out", type=Path, default=REPORT, help="folder for load.md and load.png")
    options = parser.parse_args(arguments)
    if len(options.minutes) != len(options.shares):
        parser.error("--minutes and --shares name as many phases")
    requests = _requests()
    with served() as server:
        in_turn(server.address, requests, 2, 5)
        capacity = options.capacity or _capacity(server, requests)
        print(f"capacity: {capacity:.1f} requests a second", flush=True)
        before = _alone(server)
        phases, answers, watched = asyncio.run(_run(server, requests, capacity, options))
        after = _alone(server)
    lines, faults = _report(capacity, phases, answers, watched, before, after, options)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "load.md").write_text("\n".join(lines) + "\n")
    _plot(phases, answers, watched, options.out / "load.png")
    print(*lines, sep="\n")
    return int(bool(faults))


def _requests() -> list[Request]:
    """Three quarters readings of 5 to 20 symbols, one in four of them by image; a quarter evaluations."""
    strokes = [s for size in (5, 10, 20) for s in samples.inks(size, 8)]
    readings = [samples.by_image(s) if n % 4 == 3 else samples.by_strokes(s) for n, s in enumerate(strokes)]
    return readings + [samples.evaluation(f"\\int_0^{n} x^2 \\sin x dx") for n in range(1, 9)]


def _capacity(server: Server, requests: Sequence[Request]) -> float:
    seconds = 30.0
    return sum(a.status == 200 for a in in_turn(server.address, requests, 8, seconds)) / seconds


def _alone(server: Server) -> list[Answer]:
    """A few readings by one client, who asks for nothing but 10 symbols by strokes."""
    return in_turn(server.address, [samples.by_strokes(s) for s in samples.inks(10, 8)], 1, 10)


async def _run(
    server: Server, requests: Sequence[Request], capacity: float, options: argparse.Namespace
) -> tuple[list[Phase], list[Answer], list[Watched]]:
    start = time.perf_counter()
    phases: list[Phase] = []
    answers: list[Answer] = []
    watched: list[Watched] = []
    watching = asyncio.create_task(_watch(server, start, options.kill_every, watched))
    for share, minutes in zip(options.shares, options.minutes, strict=True):
        began = time.perf_counter() - start
        await at_rate(server.address, requests, share * capacity, minutes * 60, start, answers)
        phases.append(Phase(share, began, time.perf_counter() - start))
    watching.cancel()
    return phases, answers, watched


async def _watch(server: Server, start: float, kill_every: float, watched: list[Watched]) -> None:
    killed, due = 0, kill_every
    while True:
        now = time.perf_counter() - start
        if now >= due:
            due += kill_every
            for evaluator in server.evaluators()[:1]:
                try:
                    evaluator.kill()
                    killed += 1
                except psutil.NoSuchProcess:  # its own time limit was quicker
                    continue
        watched.append(Watched(now, server.memory(), killed))
        await asyncio.sleep(1)


def _report(
    capacity: float,
    phases: Sequence[Phase],
    answers: Sequence[Answer],
    watched: Sequence[Watched],
    before: Sequence[Answer],
    after: Sequence[Answer],
    options: argparse.Namespace,
) -> tuple[list[str], list[str]]:
    """The lines of the report, and what was not as it must be."""
    minutes = " ".join(f"{m:g}" for m in options.minutes)
    lines = [
        "# The service under load",
        "",
        f"By `python -m training.service.load --minutes {minutes}` on {machine()}; {samples.source()}.",
        f"Capacity, by 8 clients in turn: {capacity:.1f} requests a second.",
        f"{watched[-1].killed} evaluators were killed.",
        "",
        "| asked | requests | answered | refused | neither | median ms | 95 % ms | 99 % ms | MB first | MB last |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    faults = []
    for phase in phases:
        sent = [a for a in answers if phase.start <= a.at < phase.end]
        taken = [a.seconds * 1000 for a in sent if a.status == 200] or [float("nan")]
        refused = sum(a.clean and a.status != 200 for a in sent)
        neither = Counter(f"{a.status} {a.code}" for a in sent if not a.clean)
        memory = [w.memory / 1e6 for w in watched if phase.start <= w.at < phase.end]
        fifth = max(len(memory) // 5, 1)
        first, last = statistics.median(memory[fifth : 2 * fifth] or memory), statistics.median(memory[-fifth:])
        lines.append(
            f"| {phase.share:.0%} | {len(sent)} | {len(sent) - refused - neither.total()} | {refused} | "
            f"{neither.total()} | {np.median(taken):.0f} | {np.percentile(taken, 95):.0f} | "
            f"{np.percentile(taken, 99):.0f} | {first:.0f} | {last:.0f} |"
        )
        if neither:
            faults.append(f"at {phase.share:.0%}: neither answered nor cleanly refused: {dict(neither)}")
        if last > _FLAT * first:
            faults.append(f"at {phase.share:.0%}: memory grew from {first:.0f} to {last:.0f} MB")
    ago, now = (statistics.median(a.seconds * 1000 for a in some) for some in (before, after))
    if now > _RECOVERED * ago or any(a.status != 200 for a in after):
        faults.append(f"it did not recover: {ago:.0f} ms before, {now:.0f} ms after")
    lines += ["", f"One client alone waited {ago:.0f} ms for a reading before the load, {now:.0f} ms after it.", ""]
    lines += [f"- **{fault}**" for fault in faults] or [
        "Every request was answered or cleanly refused, memory was flat, and the service recovered by itself."
    ]
    lines += ["", "![latency, refusals and memory over time](load.png)"]
    return lines, faults


def _plot(phases: Sequence[Phase], answers: Sequence[Answer], watched: Sequence[Watched], target: Path) -> None:
    figure, (latency, rates, memory) = plt.subplots(3, 1, figsize=(9, 8), sharex=True)
    taken = [a for a in answers if a.status == 200]
    latency.plot([a.at for a in taken], [a.seconds * 1000 for a in taken], ".", markersize=2, alpha=0.4)
    latency.set(yscale="log", ylabel="answered after, ms")
    width = max(phases[-1].end / 120, 1.0)
    bins = np.arange(0, phases[-1].end + width, width)
    groups = {
        "answered": [a.at for a in taken],
        "refused": [a.at for a in answers if a.clean and a.status != 200],
        "neither": [a.at for a in answers if not a.clean],
    }
    for name, times in groups.items():
        rates.plot(bins[:-1], np.histogram(times, bins)[0] / width, label=name)
    rates.set(ylabel="a second")
    rates.legend()
    memory.plot([w.at for w in watched], [w.memory / 1e6 for w in watched])
    memory.set(ylabel="resident, MB", xlabel="seconds", ylim=(0, None))
    for phase in phases:
        for axes in (latency, rates, memory):
            axes.axvline(phase.start, color="gray", linewidth=0.8)
        latency.text(phase.start, 1.02, f" {phase.share:.0%} of capacity", transform=latency.get_xaxis_transform())
    figure.savefig(target, dpi=110, bbox_inches="tight")
    plt.close(figure)


if __name__ == "__main__":
    sys.exit(main())
