"""Training by the clock, where a machine is there for a given time."""

from __future__ import annotations

import time

from fastai.callback.core import Callback, CancelFitException
from fastai.callback.schedule import ParamScheduler


def by_the_clock(seconds: float) -> list[Callback]:
    """The callback that ends training after some seconds; none for 0, any time."""
    return [Deadline(seconds)] if seconds else []


class Deadline(Callback):
    """Runs the whole schedule within a time, however few batches that allows (after Li et al., ICLR 2020).

    Args:
        seconds: from the first batch to the last.
    """

    order = ParamScheduler.order - 1

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def before_fit(self) -> None:
        self.start = time.monotonic()

    def _passed(self) -> float:
        return (time.monotonic() - self.start) / self.seconds

    def before_batch(self) -> None:
        if self.training:
            self.learn.pct_train = min(self._passed(), 1.0)

    def after_batch(self) -> None:
        if self.training and self._passed() >= 1:
            raise CancelFitException
