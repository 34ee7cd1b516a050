"""Grain, and pictures without it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.reading.grain import grain_of, without_grain
from tests.marking.pages import draw_page


def grainy(sigma: float, seed: int = 0) -> np.ndarray:
    page = draw_page([("12+34", 60, 60)], 500, 200, ink=120).astype(np.float32) * 0.8
    return np.clip(page + np.random.default_rng(seed).normal(0, sigma, page.shape), 0, 255).astype(np.uint8)


@settings(max_examples=20)
@given(sigma=st.floats(3, 20), seed=st.integers(0, 99))
def test_grain_is_measured_beside_writing(sigma, seed):
    assert grain_of(grainy(sigma, seed)) == pytest.approx(sigma, rel=0.15, abs=0.5)


def test_coarse_grain_goes_and_writing_stays():
    clean, seen = grainy(0), without_grain(grainy(15))
    assert grain_of(seen) < 0.4 * grain_of(grainy(15))
    inked, paper = clean < 110, clean == clean.max()
    assert seen[inked].mean() < seen[paper].mean() - 60
    assert seen[paper].std() < 0.5 * grainy(15)[paper].std()


@pytest.mark.parametrize("picture", [grainy(0), grainy(1.5), np.zeros((1, 1), np.uint8), np.zeros((1, 40), np.uint8)])
def test_pictures_without_coarse_grain_stay_as_they_are(picture):
    assert without_grain(picture) is picture


def test_large_pictures_stay_as_they_are():
    large = np.random.default_rng(0).integers(0, 256, (2100, 2000), dtype=np.uint8)
    assert without_grain(large) is large
