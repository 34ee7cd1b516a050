"""How many machines a school, a city or a million readings a day need, from what one was measured to read."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

TARGET = 0.6
"""Share of the measured throughput to plan with: beyond it waiting times grow fast."""


@dataclass(frozen=True)
class Need:
    """Who asks, and how often at the busiest.

    Attributes:
        who: in words.
        readings: a day.
        busiest_share: of the day's readings, in the busiest hour.
    """

    who: str
    readings: int
    busiest_share: float

    @property
    def peak(self) -> float:
        """Readings a second at the peak: twice the mean of the busiest hour, since lessons begin together."""
        return 2 * self.readings * self.busiest_share / 3600


NEEDS = (
    Need("a school: 1,000 pupils, 30 readings each", 1_000 * 30, 0.3),
    Need("a city: 100,000 pupils, 30 readings each", 100_000 * 30, 0.3),
    Need("a million readings, all over the world", 1_000_000, 0.1),
)


def capacity_table(per_second: float, cores: int, device: str) -> Iterator[str]:
    """Markdown: what each need comes to.

    Args:
        per_second: readings a second of one process on this machine, as measured.
        cores: of this machine.
        device: that it computes on, ``cpu`` or ``cuda``.
    """
    unit = "GPUs" if device == "cuda" else "cores"
    each = per_second * TARGET / (1 if device == "cuda" else cores)
    yield f"| who | readings a day | a second at the peak | {unit} |"
    yield "|---|---|---|---|"
    for need in NEEDS:
        yield f"| {need.who} | {need.readings:,} | {need.peak:.0f} | {math.ceil(need.peak / each)} |"
    yield ""
    yield (
        f"Planned at {TARGET:.0%} of {per_second:.1f} readings a second, as measured here "
        f"({per_second / cores:.1f} a core); the peak is twice the mean of the busiest hour."
    )
