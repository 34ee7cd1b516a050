"""What looks of symbols say of whether they are the same."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.reading.alike import SYMBOLS, agreement, alike


def ratios(seed: int, count: int = 5) -> np.ndarray:
    """Of symbols with any looks, and any classes."""
    rng = np.random.default_rng(seed)
    looks = np.abs(rng.normal(size=(count, 8)))
    probabilities = rng.dirichlet(np.full(6, 0.3), count)
    return alike(looks / np.linalg.norm(looks, axis=1, keepdims=True), probabilities, SYMBOLS)


@given(seed=st.integers(0, 10_000))
def test_what_speaks_for_being_the_same_speaks_against_the_contrary(seed: int):
    found = ratios(seed)
    assert np.allclose(found, found.transpose(1, 0, 2))
    assert (found[..., 0] * found[..., 1] <= 1e-12).all()
    assert not found[np.diag_indices(5)].any()


@given(seed=st.integers(0, 10_000), labels=st.lists(st.sampled_from("xyz2"), min_size=5, max_size=5))
def test_only_which_labels_are_equal_counts(seed: int, labels: list[str]):
    found = ratios(seed)
    other = [{"x": "7", "y": "a", "z": "+", "2": "="}[label] for label in labels]
    assert agreement(found, labels) == agreement(found, other)


def test_the_more_alike_two_symbols_look_the_rather_they_are_the_same():
    probabilities = np.full((2, 4), 0.25)
    said = []
    for turn in (0.0, 0.4, 0.8, 1.5):
        looks = np.array([[1.0, 0.0], [np.cos(turn), np.sin(turn)]])
        found = alike(looks, probabilities, SYMBOLS)
        said.append(agreement(found, ["x", "x"]) - agreement(found, ["x", "y"]))
    assert said == sorted(said, reverse=True)
    assert said[0] > 0 > said[-1]


def test_no_symbols_agree_with_anything():
    assert agreement(np.zeros((0, 0, 2)), []) == 0
