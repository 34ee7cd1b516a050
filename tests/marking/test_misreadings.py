"""What a reading of ink may be in truth, and how often that is so."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.marking.misreadings import NOTHING, through_channel
from app.reading.ctc import Text
from app.reading.line import CLASS
from models.line_image import CHARACTERS
from training.lines.misreadings import aligned, likeliest, misreadings

_CLASSES = 1 + len(CHARACTERS)
TEXTS = st.lists(st.integers(1, 5), max_size=5).map(tuple)


def channel(seed: int) -> np.ndarray:
    """Any table of log probabilities."""
    shares = np.random.default_rng(seed).dirichlet(np.ones(_CLASSES), _CLASSES)
    return np.log(shares)


def one_by_one(read: Text, text: Text, logs: np.ndarray) -> float:
    """The probability of a text by its definition."""

    @cache
    def rest(i: int, j: int) -> float:
        if i == len(read) and j == len(text):
            return 1.0
        found = 0.0
        if i < len(read) and j < len(text):
            found += np.exp(logs[read[i], text[j]]) * rest(i + 1, j + 1)
        if i < len(read):
            found += np.exp(logs[read[i], NOTHING]) * rest(i + 1, j)
        if j < len(text):
            found += np.exp(logs[NOTHING, text[j]]) * rest(i, j + 1)
        return found

    return rest(0, 0)


@given(st.lists(TEXTS, min_size=1, max_size=4), st.lists(TEXTS, min_size=1, max_size=4), st.integers(0, 99))
def test_every_way_to_misread_is_counted_once(read: list[Text], texts: list[Text], seed: int):
    logs = channel(seed)
    expected = [[one_by_one(a, b, logs) for b in texts] for a in read]
    assert np.exp(through_channel(read, texts, logs)) == pytest.approx(np.array(expected), rel=1e-6)


@given(TEXTS, TEXTS)
def test_characters_that_belong_together_make_up_both_texts(found: Text, truth: Text):
    pairs = aligned(found, truth)
    assert tuple(a for a, _ in pairs if a != NOTHING) == found
    assert tuple(b for _, b in pairs if b != NOTHING) == truth
    assert sum(a != b for a, b in pairs) <= max(len(found), len(truth))


def test_what_is_often_misread_is_known_by_its_share():
    plus, division, one, two = CLASS["+"], CLASS["\\div"], CLASS["1"], CLASS["2"]
    rows = [((one, plus, two), (one, plus, two))] * 180 + [((one, plus, two), (one, division, two))] * 20
    rows += [((one, two), (one, two, two))] * 10
    logs = misreadings(rows)
    assert np.exp(logs).sum(1) == pytest.approx(np.ones(_CLASSES))
    assert np.exp(logs[plus, division]) == pytest.approx(0.1, abs=0.03)
    assert likeliest(logs)[0][:2] == (plus, division)
    # It was never seen, but it could be.
    assert 0 < np.exp(logs[one, division]) < 0.005


def test_a_row_of_which_little_was_found_says_nothing():
    lost = misreadings([((1, 2), (3, 4, 5, 6, 7, 8))] * 50 + [((1, 2), (1, 2))])
    assert np.exp(lost[1, 3]) == pytest.approx(np.exp(lost[1, 9]))
