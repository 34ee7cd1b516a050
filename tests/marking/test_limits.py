"""The choice of limits for verdicts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from training.worksheets.limits import Outcome, choose, point

outcome = st.builds(
    Outcome,
    likeliest=st.sampled_from(["correct", "wrong", "unanswered"]),
    right=st.sampled_from(["correct", "wrong", "unanswered"]),
    agreed=st.floats(0, 1),
    read=st.floats(0, 1),
    may_be_right=st.floats(0, 1e-4),
)


@given(st.lists(outcome, min_size=1, max_size=30), st.floats(0, 1), st.floats(0, 0.3))
def test_a_higher_limit_never_decides_more(found: list[Outcome], limit: float, more: float):
    low, high = point(found, len(found), limit, limit), point(found, len(found), limit + more, limit + more)
    assert high.coverage <= low.coverage


@given(st.lists(outcome, min_size=1, max_size=30))
def test_the_choice_keeps_the_risk_or_decides_nothing_it_could_keep(found: list[Outcome]):
    chosen = choose(found, len(found), 0.01)
    strictest = point(found, len(found), 0.99, 0.95)
    assert chosen.risk <= 0.01 or chosen == strictest


def test_errors_among_doubtful_readings_are_left_out():
    sure = [Outcome("correct", "correct", 0.9, 0.9)] * 50
    doubtful = [Outcome("wrong", "correct", 0.6, 0.6)] * 10
    chosen = choose([*sure, *doubtful], 60, 0.01)
    assert chosen.risk == 0 and chosen.coverage == 50 / 60
