"""Folds of formulas: all drawings of one are on the same side, and what is no arithmetic is never left out."""

from __future__ import annotations

import numpy as np
import pytest

from app.maths.latex import from_latex
from models.layout_tree import LayoutTree
from models.vocabulary import INDEX
from tests.training.made_up import expressions
from training.bank import BankExpression
from training.context_items import is_left_out
from training.folds import formula_fold


def in_bank(tree: LayoutTree) -> BankExpression:
    none = np.zeros((0, 0))
    labels = np.array([INDEX[n.label] for n in tree.nodes])
    return BankExpression((), none, none, 1.0, tree, labels, (), none, none, none)


def test_every_formula_is_in_one_fold_whoever_wrote_it():
    written = expressions(60)
    sides = {"".join(e.labels): formula_fold(e.tree, 2) for e in written}
    assert all(formula_fold(e.tree, 2) == sides["".join(e.labels)] for e in written)
    assert set(sides.values()) == {0, 1}


@pytest.mark.parametrize("text", ["1+7", "7+1", r"\frac{1}{7}"])
def test_arithmetic_is_left_out_of_one_fold_alone(text: str):
    e = in_bank(from_latex(text))
    assert is_left_out(e, (0, 2)) is not is_left_out(e, (1, 2))
    assert not is_left_out(e, ())


@pytest.mark.parametrize("text", ["x+7", "a_{1}", r"\frac{1}{x}"])
def test_letters_are_always_learned_from(text: str):
    assert not any(is_left_out(in_bank(from_latex(text)), (k, 2)) for k in range(2))
