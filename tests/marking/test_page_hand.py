"""Rows in doubt are weighed with how the page's other digits look."""

from __future__ import annotations

import numpy as np
import pytest

from app.marking.found import Found
from app.marking.page_hand import weighed_by_hand
from app.marking.problem import Version, labels_of
from app.marking.same_hand import seen_digits
from app.reading.reader import Reader
from tests.marking.test_same_hand import reading, row


@pytest.fixture(scope="module")
def plain() -> list[Found]:
    """Numbers that are read without doubt."""
    return [found([(text, 0.99)], text) for text in ("47", "74", "35", "53")]


def found(readings: list[tuple[str, float]], written: str) -> Found:
    """A number as it was read, the first reading the likeliest."""
    ink, boxes = row(written)
    versions = tuple(Version(reading(text, boxes), p) for text, p in readings)
    return Found(versions, (0, 0, 1, 1), (seen_digits(versions[0].cells, ink),))


def said(problem: Found) -> dict[str, float]:
    return {"".join(labels_of(v.cells)): v.probability for v in problem.versions}


def test_a_digit_in_doubt_is_rather_what_looks_like_it_elsewhere(reader: Reader, plain: list[Found]):
    doubtful = found([("31", 0.5), ("37", 0.4)], "37")
    *others, weighed = weighed_by_hand([*plain, doubtful], reader.network)
    assert others == plain
    assert next(iter(said(weighed))) == "37" and said(weighed)["37"] > 0.7
    assert sum(said(weighed).values()) == pytest.approx(0.9)


def test_where_two_other_digits_look_alike_it_is_rather_neither(reader: Reader, plain: list[Found]):
    doubtful = found([("35", 0.45), ("37", 0.45)], "35")
    assert said(weighed_by_hand([*plain, doubtful], reader.network)[-1])["35"] > 0.7


def test_rows_without_doubt_or_without_examples_stay_as_they_are(reader: Reader, plain: list[Found]):
    assert weighed_by_hand(plain, reader.network) == plain
    doubtful = found([("31", 0.5), ("37", 0.4)], "37")
    assert weighed_by_hand([doubtful], reader.network) == [doubtful]
    unseen = Found(doubtful.versions, doubtful.box)
    assert weighed_by_hand([*plain, unseen], reader.network)[-1] == unseen


def test_print_says_nothing_of_handwriting(reader: Reader, plain: list[Found], monkeypatch: pytest.MonkeyPatch):
    doubtful = found([("31", 0.5), ("37", 0.4)], "37")
    network = reader.network
    sift = network.sift

    def as_print(images: np.ndarray):
        seen = sift(images)
        return type(seen)(seen.symbol, seen.whole, -np.abs(seen.hand), seen.features)

    monkeypatch.setattr(network, "sift", as_print)
    assert said(weighed_by_hand([*plain, doubtful], network)[-1]) == said(doubtful)
