"""Readings that are told to stop, and that tell what they cost."""

from __future__ import annotations

import contextvars

import pytest

from app.reading.ink import ink_from_strokes
from app.reading.progress import PROGRESS, Progress, StoppedError
from app.reading.reader import Reader
from tests.doodles import write


def reading(reader: Reader, progress: Progress):
    context = contextvars.copy_context()
    context.run(PROGRESS.set, progress)
    return context.run(reader.read, ink_from_strokes(write("12+7")))


def test_candidates_are_counted(reader: Reader) -> None:
    progress = Progress()
    reading(reader, progress)
    assert progress.candidates >= 5
    assert PROGRESS.get() is None


def test_a_stopped_reading_classifies_nothing(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    progress = Progress()
    progress.stop()
    monkeypatch.setattr(reader.network, "_bodies", None)
    with pytest.raises(StoppedError):
        reading(reader, progress)


def test_a_reading_stops_between_its_steps(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    progress = Progress()
    sift = reader.network.sift

    def sift_and_stop(images):
        progress.stop()
        return sift(images)

    monkeypatch.setattr(reader.network, "sift", sift_and_stop)
    monkeypatch.setattr(reader.network, "_classify_sifted", None)
    monkeypatch.setattr(reader.network, "_parse", None)
    with pytest.raises(StoppedError):
        reading(reader, progress)
