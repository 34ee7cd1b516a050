"""Connectionist temporal classification: what it says of texts adds up."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reading.ctc import align, best_path, likelihoods, likely_texts, restricted


def frames(columns: int, classes: int, seed: int) -> np.ndarray:
    """Log probabilities of columns."""
    return np.log(np.random.default_rng(seed).dirichlet(np.ones(classes), columns))


def all_texts(columns: int, classes: int) -> list[tuple[int, ...]]:
    """Every text that so many columns can hold."""
    return [t for n in range(columns + 1) for t in product(range(1, classes), repeat=n)]


@given(st.integers(1, 5), st.integers(2, 4), st.integers(0, 999))
def test_the_probabilities_of_all_texts_sum_to_one(columns: int, classes: int, seed: int):
    said = likelihoods(frames(columns, classes, seed), all_texts(columns, classes))
    assert np.exp(said).sum() == pytest.approx(1)


def test_of_no_text_there_is_nothing_to_say():
    assert likelihoods(frames(4, 3, 0), []).shape == (0,)


@given(st.integers(2, 30), st.lists(st.integers(1, 5), max_size=6), st.integers(0, 999))
def test_likelihoods_are_those_of_pytorch(columns: int, text: list[int], seed: int):
    torch = pytest.importorskip("torch")
    logs = frames(columns, 6, seed)
    loss = torch.nn.functional.ctc_loss(
        torch.tensor(logs)[:, None], torch.tensor([text], dtype=torch.long).reshape(1, -1),
        torch.tensor([columns]), torch.tensor([len(text)]), reduction="sum",
    )  # fmt: skip
    (said,) = likelihoods(logs, [tuple(text)])
    if loss.isfinite():
        assert said == pytest.approx(-float(loss))
    else:
        assert said < -600, "the line is too short for it"


@given(st.integers(1, 5), st.integers(0, 999))
def test_wide_search_finds_the_likeliest_text(columns: int, seed: int):
    logs = frames(columns, 3, seed)
    texts = all_texts(columns, 3)
    said = likelihoods(logs, texts)
    found = likely_texts(logs, 64)
    assert len(found) == len(set(found))
    assert likelihoods(logs, found[:1])[0] == pytest.approx(said.max(), abs=0.05)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=20), st.integers(0, 999))
def test_the_best_path_of_plain_frames_is_the_likeliest_text(path: list[int], seed: int):
    plain = np.log(0.96 * np.eye(6)[path] + 0.04 * np.exp(frames(len(path), 6, seed)))
    assert best_path(plain) == tuple(c for c, before in zip(path, [0, *path], strict=False) if c and c != before)
    assert best_path(plain) == likely_texts(plain, 8)[0]


@given(st.lists(st.integers(1, 5), min_size=1, max_size=8), st.integers(0, 999))
def test_classes_are_aligned_in_their_order(text: list[int], seed: int):
    logs = frames(20, 6, seed)
    spans = align(logs, tuple(text))
    assert len(spans) == len(text)
    ends = [x for span in spans for x in span]
    assert ends == sorted(ends)
    assert all(a[1] < b[0] for a, b in pairwise(spans))


def test_classes_are_aligned_to_where_they_are_seen():
    logs = np.full((12, 3), 0.05)
    logs[:, 0] = 0.9
    logs[3:5] = [0.05, 0.9, 0.05]
    logs[9] = [0.05, 0.05, 0.9]
    assert align(np.log(logs), (1, 2)) == [(3, 4), (9, 9)]


def test_a_text_longer_than_the_line_has_no_place():
    with pytest.raises(ValueError, match="too short"):
        align(frames(3, 4, 0), (1, 1, 1))


@given(st.integers(1, 5), st.integers(0, 999))
def test_what_cannot_stand_there_has_no_share(columns: int, seed: int):
    logs = restricted(frames(columns, 4, seed), {1, 3})
    texts = [t for t in all_texts(columns, 4) if 2 not in t]
    assert np.exp(likelihoods(logs, texts)).sum() == pytest.approx(1)
    assert not any(2 in t for t in likely_texts(logs, 8))
