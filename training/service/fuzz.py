"""``python -m training.service.fuzz``: odd requests by the thousand, to a real server, whose memory is watched.

The same requests as in the tests, with a larger budget: hypothesis on strokes, InkML, expressions, symbols and
damaged pictures, schemathesis on the OpenAPI document, then many ordinary readings. Nothing may be answered with a
5xx, nothing may hang, and memory must not grow. The exit status says whether it was so.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from collections.abc import Callable, Sequence

import httpx2 as httpx
import numpy as np
import schemathesis
from hypothesis import HealthCheck, given, settings

from training.service import samples
from training.service.odd_requests import CALLS, check
from training.service.openapi_fuzz import operations_of
from training.service.server import Server, served

_PATIENCE_S = 60.0
_GROWTH = 1000.0
"""Bytes a request that memory may grow by, on average over the second half of the requests: noise of the allocator."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Fuzzes the service of this checkout and prints what was found."""
    parser = argparse.ArgumentParser("python -m training.service.fuzz", description=__doc__)
    parser.add_argument("--examples", type=int, default=2000, help="of each kind of odd request, and each operation")
    parser.add_argument("--requests", type=int, default=10_000, help="readings over which memory is measured")
    options = parser.parse_args(arguments)
    budget = settings(
        max_examples=options.examples, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    faults = 0
    with served() as server:
        documented = operations_of(schemathesis.openapi.from_url(server.address + "/openapi.json"))
        jobs: list[tuple[str, Callable[[settings], None]]] = [(kind, _sending(server, kind)) for kind in CALLS]
        for name, fuzz in [*jobs, *documented]:
            started = time.monotonic()
            try:
                fuzz(budget)
                outcome = "nothing found"
            except Exception:  # whatever hypothesis and schemathesis make of a finding
                faults += 1
                outcome = traceback.format_exc(limit=0)
            print(f"{name}: {outcome} in {time.monotonic() - started:.0f} s, {_megabytes(server)}", flush=True)
        growth = _growth(server, options.requests)
        faults += growth > _GROWTH
        print(f"memory: {growth:+.0f} bytes a request over {options.requests} requests, {_megabytes(server)}")
    return int(faults > 0)


def _sending(server: Server, kind: str) -> Callable[[settings], None]:
    def fuzz(budget: settings) -> None:
        with httpx.Client(base_url=server.address, timeout=_PATIENCE_S, trust_env=False) as client:

            @budget
            @given(CALLS[kind])
            def answered(call: dict) -> None:
                check(client.request(**call))

            answered()

    return fuzz


def _megabytes(server: Server) -> str:
    return f"{server.memory() / 1e6:.0f} MB"


def _growth(server: Server, requests: int) -> float:
    """Bytes that resident memory grows by a request, by a line through the second half of some thousand readings."""
    small = [make(s) for s in samples.inks(5, 12) for make in (samples.by_strokes, samples.by_image)]
    at, resident = [], []
    with httpx.Client(base_url=server.address, timeout=_PATIENCE_S, trust_env=False) as client:
        for number in range(requests):
            request = small[number % len(small)]
            client.post(request.path, **request.options).raise_for_status()
            if number >= requests / 2 and number % max(requests // 200, 1) == 0:
                at.append(number)
                resident.append(server.memory())
    return float(np.polyfit(at, resident, 1)[0])


if __name__ == "__main__":
    sys.exit(main())
