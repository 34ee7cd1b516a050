"""How often one client may ask: bounds a second, a minute or a day, counted in the process's memory."""

from __future__ import annotations

import ipaddress
import math
import time

from limits import parse_many
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from app.api.problems import Problem


class RateLimits:
    """Counts what each client asks for in sliding windows; two numbers a client, forgotten when they are old.

    Args:
        bounds: such as ``5/second;100/minute``, in the notation of the limits library; empty for none.
    """

    def __init__(self, bounds: str) -> None:
        self._bounds = parse_many(bounds) if bounds else []
        self._counter = SlidingWindowCounterRateLimiter(MemoryStorage()) if self._bounds else None

    def count(self, client: str) -> None:
        """Counts one request of a client.

        Raises:
            Problem: ``rate_limited``, with the seconds to wait in ``Retry-After``.
        """
        for bound in self._bounds:
            if not self._counter.hit(bound, client):
                free_again = self._counter.get_window_stats(bound, client).reset_time
                wait = max(1, math.ceil(free_again - time.time()))
                raise Problem("rate_limited", f"At most {bound} are accepted.", {"Retry-After": str(wait)})


def client_of(address: str | None) -> str:
    """Whom an address counts as: itself, or for IPv6 its /64, of which one household or school has all."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return address or "unknown"
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else str(parsed)
