"""What is sent to the service when it is measured, and what is made of the answers."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from app.reading.image import decode_image
from app.reading.page import ink_from_image
from training.service import samples
from training.service.capacity import NEEDS, capacity_table
from training.service.clients import Answer
from training.service.load import Phase, Watched, _report


@pytest.fixture(params=["real", "made up"])
def source(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Ink from the data set where it is here, and ink without it."""
    if request.param == "made up":
        monkeypatch.setattr(samples, "data_directory", lambda: tmp_path)
    elif samples.source() == "made-up handwriting":
        pytest.skip("no data set here")
    samples._expressions.cache_clear()
    yield
    samples._expressions.cache_clear()


@pytest.mark.parametrize("symbols", [5, 40])
def test_there_is_ink_of_every_size(source, symbols: int) -> None:
    inks = samples.inks(symbols, 4)
    assert len(inks) == 4
    # A symbol has one to four strokes or so.
    assert all(symbols <= len(ink) <= 4 * symbols for ink in inks)
    assert inks == samples.inks(symbols, 4)


def test_the_same_ink_by_strokes_and_by_image(source) -> None:
    ink = samples.inks(5, 1)[0]
    sent = json.loads(samples.by_strokes(ink).options["content"])["strokes"]
    assert [len(stroke) for stroke in sent] == [len(stroke) for stroke in ink]
    _, png, kind = samples.by_image(ink).options["files"]["file"]
    assert kind == "image/png"
    assert 1 <= len(ink_from_image(decode_image(png)).pieces) <= len(ink)


def test_capacity_follows_from_what_was_measured() -> None:
    def machines(per_second: float, cores: int, device: str = "cpu") -> list[int]:
        rows = [line.split("|") for line in capacity_table(per_second, cores, device) if line.startswith("| a")]
        return [int(row[4]) for row in rows]

    assert len(machines(50, 2)) == len(NEEDS)
    assert all(need.peak > need.readings / 86_400 for need in NEEDS)
    # What is needed can read the peak at 60 %, and one core fewer cannot.
    for need, cores in zip(NEEDS, machines(50, 2), strict=True):
        assert (cores - 1) * 25 * 0.6 < need.peak <= cores * 25 * 0.6
    assert machines(50, 4) >= machines(50, 2)
    assert machines(1000, 16, "cuda") < machines(1000, 16)


def report(answers: list[Answer], memory: list[int], after: list[Answer]) -> list[str]:
    watched = [Watched(at, megabytes * 10**6, 1) for at, megabytes in enumerate(memory)]
    options = argparse.Namespace(minutes=[1, 1])
    return _report(10, [Phase(3, 0, len(memory))], answers, watched, [ANSWERED], after, options)[1]


ANSWERED = Answer(0, 0.1, 200, "", {}, True)
REFUSED = Answer(1, 0.01, 503, "overloaded", {}, True)
FLAT = [300] * 20


def test_refusals_are_no_faults() -> None:
    assert report([ANSWERED, REFUSED] * 5, FLAT, [ANSWERED]) == []


@pytest.mark.parametrize(
    ("answers", "memory", "after", "found"),
    [
        ([ANSWERED, Answer(2, 1, 500, "internal_error", {}, False)], FLAT, [ANSWERED], "500 internal_error"),
        ([ANSWERED, Answer(2, 120, 0, "ReadTimeout", {}, False)], FLAT, [ANSWERED], "ReadTimeout"),
        ([ANSWERED], list(range(300, 400, 5)), [ANSWERED], "memory grew"),
        ([ANSWERED], FLAT, [Answer(9, 0.2, 200, "", {}, True)], "did not recover"),
        ([ANSWERED], FLAT, [ANSWERED, REFUSED], "did not recover"),
    ],
)
def test_what_must_not_be_is_found(answers: list, memory: list, after: list, found: str) -> None:
    faults = report(answers, memory, after)
    assert len(faults) == 1
    assert found in faults[0]
