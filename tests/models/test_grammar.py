"""The grammar learns from layouts what is usual, and says so of others."""

import numpy as np
import pytest

from app.maths.latex import from_latex
from models.grammar import Grammar
from models.layout_tree import LayoutTree, Node, Relation
from models.vocabulary import INDEX
from tests.training.made_up import expressions
from training.grammar import count_pieces, learn_grammar

WRITTEN = [
    r"\frac{1}{2}+x", r"\frac{a+b}{c}", r"\frac{x}{y}-1", r"x_{i}=y_{i+1}", r"x_{n}=3", r"a_{1}=b^{2}", r"(x+1)y=2",
    r"f(x)=x^{2}", r"2(a+b)", r"\sum_{i=1}^{n}x_{i}", r"\sum_{k=0}^{9}k", r"y=a+b",
]  # fmt: skip


@pytest.fixture(scope="module")
def grammar():
    return learn_grammar([from_latex(text) for text in WRITTEN * 20], 0.1, count_pieces(expressions(60)))


def score(grammar, tree):
    if isinstance(tree, str):
        tree = from_latex(tree)
    return grammar.row_score([n.label for n in tree.nodes], tree)


def test_an_equals_sign_stands_under_a_sum_but_not_in_a_subscript(grammar):
    assert score(grammar, r"x_{i}=y_{i+1}") > score(grammar, r"x_{i=y_{i+1}}") + 1
    assert score(grammar, r"\sum_{i=1}^{n}x_{i}") > score(grammar, r"x_{i=1}^{n}x_{i}")


def test_a_fraction_has_both_its_parts(grammar):
    whole = LayoutTree((Node("-"), Node("1", 0, Relation.ABOVE), Node("2", 0, Relation.BELOW)))
    half = LayoutTree((Node("-"), Node("1", 0, Relation.ABOVE), Node("2", 0, Relation.RIGHT)))
    assert score(grammar, whole) > score(grammar, half) + 1


def test_brackets_close_in_the_row_they_open_in(grammar):
    labels = ["2", "(", "a", "+", "b", ")"]
    row = LayoutTree(tuple(Node(x, i - 1, Relation.RIGHT if i else None) for i, x in enumerate(labels)))
    nodes = list(row.nodes)
    nodes[5] = Node(")", 4, Relation.SUPERSCRIPT)
    assert score(grammar, row) > score(grammar, LayoutTree(tuple(nodes))) + 2


def test_symbols_come_in_as_many_pieces_as_people_write(grammar):
    strokes = grammar.piece_scores(np.array([1, 2]), np.zeros(2, bool), online=True)
    connected = grammar.piece_scores(np.array([1, 2, 9]), np.zeros(3, bool), online=False)
    plus, one = INDEX["+"], INDEX["1"]
    assert strokes[1, plus] > strokes[0, plus] + 2 and connected[0, plus] > connected[1, plus] + 2
    assert connected[0, one] > connected[1, one] > connected[2, one] - 0.5
    assert np.allclose(np.exp(grammar.pieces).sum((-2, -1)), 1, atol=1e-5)


def test_a_plus_has_no_dot(grammar):
    without, dotted = grammar.piece_scores(np.array([2, 2]), np.array([False, True]), online=True)
    assert without[INDEX["+"]] > dotted[INDEX["+"]] + 2


def test_saved_tables_say_the_same(grammar, tmp_path):
    grammar.save(tmp_path / "grammar.npz")
    again = Grammar.load(tmp_path / "grammar.npz")
    for text in WRITTEN:
        assert score(again, text) == pytest.approx(score(grammar, text), abs=0.1)
    assert np.isfinite(again.pieces).all() and np.isfinite(again.kinds).all()
