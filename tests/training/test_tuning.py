"""Choosing how the reader weighs its scores."""

from __future__ import annotations

import numpy as np
import pytest

from app.reading.scoring import log_softmax
from training.tuning import fit_temperature, fit_trace, smoothed_best

VALUES = np.arange(0, 0.65, 0.05).round(2)


def test_one_lucky_value_does_not_win_over_a_plateau():
    shares = np.full(13, 0.60)
    shares[2:7] = 0.65
    shares[11] = 0.66
    assert smoothed_best(VALUES, shares) == VALUES[4]


def test_a_lucky_value_at_an_end_counts_once():
    shares = np.full(13, 0.60)
    shares[3:8] = 0.65
    shares[0] = 0.69
    assert smoothed_best(VALUES, shares) == VALUES[5]


@pytest.mark.parametrize("best", [0, 12])
def test_the_best_may_be_at_either_end(best: int):
    assert smoothed_best(VALUES, -np.abs(np.arange(13.0) - best)) == VALUES[best]


def test_experts_weigh_as_much_as_they_know_and_the_temperature_goes_with_it():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 5, 4000)
    truth = 3.0 * np.eye(5)[labels]
    own, other, nothing = (truth + rng.normal(0, s, truth.shape) for s in (1.5, 1.5, 1e6))
    trace, temperature = fit_trace(own, log_softmax(other), labels)
    assert trace == pytest.approx(1, abs=0.15)
    fitted = log_softmax((own + trace * log_softmax(other)) / temperature)
    assert fit_temperature(fitted, labels) == pytest.approx(1, abs=0.05)
    assert abs(fit_trace(own, log_softmax(nothing / 1e6), labels)[0]) < 0.2
