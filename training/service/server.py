"""A server process to measure: started, watched and ended from outside, as an operator would."""

from __future__ import annotations

import os
import platform
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2 as httpx
import psutil
from prometheus_client.parser import text_string_to_metric_families

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Server:
    """A running service.

    Attributes:
        address: such as ``http://127.0.0.1:8000``.
        ready_seconds: from the start of the process to the first 200 of ``/readyz``.
        process: the first of its processes.
    """

    address: str
    ready_seconds: float
    process: psutil.Process

    def memory(self) -> int:
        """Resident bytes of the service's own processes, without the evaluation's."""
        apart = self.evaluators()
        return sum(p.memory_info().rss for p in self._family() if p not in apart)

    def evaluators(self) -> list[psutil.Process]:
        """The processes in which expressions are evaluated."""
        found = []
        for process in self._family():
            try:
                if "app.maths.worker" in process.cmdline():
                    found.append(process)
            except psutil.Error:  # it has just ended
                continue
        return found

    def _family(self) -> list[psutil.Process]:
        return [self.process, *self.process.children(recursive=True)]

    def samples(self) -> dict[str, float]:
        """The metrics that have no labels, by name."""
        text = httpx.get(self.address + "/metrics").text
        families = text_string_to_metric_families(text)
        return {s.name: s.value for family in families for s in family.samples if not s.labels}


@contextmanager
def served(**settings: object) -> Iterator[Server]:
    """The service of this checkout in a process of its own, with these settings.

    Raises:
        RuntimeError: it ended before it was ready.
    """
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    given = {f"MATHDOODLE_{name.upper()}": str(value) for name, value in settings.items()}
    command = [sys.executable, "-m", "app.cli", "serve", "--host", "127.0.0.1", "--port", str(port)]
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | {"MATHDOODLE_LOG_LEVEL": "error"} | given)
    address = f"http://127.0.0.1:{port}"
    try:
        while not _is_ready(address):
            if process.poll() is not None:
                raise RuntimeError(f"the service ended with status {process.returncode}")
            time.sleep(0.01)
        yield Server(address, time.perf_counter() - started, psutil.Process(process.pid))
    finally:
        process.terminate()
        process.wait(60)


def _is_ready(address: str) -> bool:
    try:
        return httpx.get(address + "/readyz", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def machine() -> str:
    """Processor, cores, memory, system and versions, in a line."""
    model = platform.processor() or platform.machine()
    information = Path("/proc/cpuinfo")
    if information.exists():
        names = [
            line.partition(":")[2].strip() for line in information.read_text().splitlines() if "model name" in line
        ]
        model = names[0] if names else model
    memory = psutil.virtual_memory().total / 2**30
    cores = len(psutil.Process().cpu_affinity()) if hasattr(psutil.Process, "cpu_affinity") else os.cpu_count()
    return f"{model}, {cores} cores, {memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}"
