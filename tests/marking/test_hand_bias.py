"""What a hand makes of a digit is the same all over its page."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.marking.found import Found
from app.marking.hand_bias import without_hand_bias
from app.marking.problem import Cell, Version
from app.marking.same_hand import SeenDigits
from app.reading.reading import Symbol
from models.ink import Ink
from tests.marking.test_page_hand import said

BOX = (0.0, 0.0, 20.0, 30.0)


def digit(odds: float, a: str = "1", b: str = "7", printed: bool = False) -> Found:
    """A digit that is a rather than b by a logarithm of odds; the likelier one is the reading."""
    share = 1 / (1 + np.exp(-odds))
    versions = [
        Version((Cell(Symbol(label, BOX, 1.0, printed=printed), {}),), p) for label, p in ((a, share), (b, 1 - share))
    ]
    versions.sort(key=lambda v: -v.probability)
    seen = SeenDigits(Ink(()), [(0,)], np.array([[10.0, 15.0]]), np.array([20.0]))
    return Found(tuple(versions), BOX, (seen,))


def read(problems: list[Found]) -> str:
    return "".join(max(said(p), key=said(p).get) for p in problems)


def test_ones_that_all_look_like_sevens_are_ones_beside_plain_sevens():
    ones = [digit(odds) for odds in (-2.5, -2, -1.5, -1, 0, 0.5)]
    sevens = [digit(odds) for odds in (-14, -13, -12, -11)]
    found = without_hand_bias([*ones, *sevens])
    assert read(found) == "111111" + "7777"
    assert all(f.confused == {"17"} for f in found)


def test_so_are_sevens_that_look_like_ones():
    problems = [digit(odds) for odds in (3, 1, 0.5, 0, -1, 12, 13, 14)]
    assert read(without_hand_bias(problems)) == "77777" + "111"


@given(odds=st.floats(-3.5, 3.5), plain=st.lists(st.sampled_from([-14.0, 14.0]), max_size=20))
def test_one_digit_in_doubt_says_nothing_of_its_hand(odds: float, plain: list[float]):
    problems = [digit(odds), *map(digit, plain)]
    assert without_hand_bias(problems) == problems


@given(st.lists(st.floats(8, 18).flatmap(lambda o: st.sampled_from([o, -o])), min_size=1, max_size=20))
def test_what_is_plain_stays_what_it_is(odds: list[float]):
    problems = [digit(o) for o in (*odds, 0.5, -0.5)]
    assert read(without_hand_bias(problems))[: len(odds)] == read(problems)[: len(odds)]


def test_print_and_what_was_not_seen_in_pieces_stay_as_they_are():
    printed = [digit(odds, printed=True) for odds in (-2.5, -2, -1, 0.5)]
    unseen = [Found(p.versions, p.box) for p in printed]
    sevens = [digit(odds) for odds in (-14, -13, -12, -11)]
    assert without_hand_bias([*printed, *unseen, *sevens]) == [*printed, *unseen, *sevens]


def test_probability_moves_between_readings_only():
    problems = [digit(odds) for odds in (-2.5, -2, -1.5, -1, -14, -13)]
    for problem in without_hand_bias(problems):
        assert sum(said(problem).values()) == pytest.approx(1)
