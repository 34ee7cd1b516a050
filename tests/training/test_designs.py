"""Worksheets of many designs are set with right verdicts, and every design holds what it says."""

from __future__ import annotations

import re
from html import unescape

import numpy as np
import pytest

from training.worksheets.designs.html import Draw
from training.worksheets.designs.pages import DESIGNS
from training.worksheets.evaluate import right_verdict

_PROBLEM = re.compile(r'data-truth="([^"]*)" data-verdict="([^"]*)"')
_WITHOUT_PROBLEMS = {"times_grid", "sequences", "rounding", "choices", "unknowns", "long_divisions"}


def as_calculated(text: str, name: str) -> str:
    """A problem as the evaluator reads it: without commas between thousands, mixed numbers as sums."""
    text = text.replace("R", "…").replace("□…□", "")
    if name == "thousands":
        text = text.replace(",", "")
    return re.sub(r"(\d+) (\d+/\d+)", r"(\1+\2)", text)


@pytest.mark.parametrize("name", DESIGNS)
def test_verdicts_are_those_of_what_is_written(name: str):
    sheets = [DESIGNS[name](Draw(np.random.default_rng(seed))) for seed in range(5)]
    problems = [found for sheet in sheets for found in _PROBLEM.findall(sheet)]
    assert bool(problems) == (name not in _WITHOUT_PROBLEMS)
    for text, verdict in problems:
        if re.fullmatch(r"\d+□\d+(=\d+)?", text):
            assert verdict == "unanswered"
        else:
            assert right_verdict(as_calculated(unescape(text), name)) == verdict, text


@pytest.mark.parametrize("name", DESIGNS)
def test_sheets_are_the_same_for_the_same_seed_and_differ_otherwise(name: str):
    sheets = [DESIGNS[name](Draw(np.random.default_rng(seed))) for seed in (1, 1, 2)]
    assert sheets[0] == sheets[1] != sheets[2] or name == "times_grid"
