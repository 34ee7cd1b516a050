import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from app.reading.layout import best_trees
from models.layout_tree import RELATIONS, Relation


def random_scores(count, seed):
    rng = np.random.default_rng(seed)
    return np.log(rng.dirichlet(np.ones(count + 1), count)), np.log(
        rng.dirichlet(np.ones(len(RELATIONS)), (count, count))
    )


@settings(max_examples=80)
@given(count=st.integers(1, 7), seed=st.integers(0, 10**6))
def test_every_result_is_a_tree_and_scores_fall(count, seed):
    parent, relation = random_scores(count, seed)
    found = []
    for score, tree in best_trees(["x"] * count, parent, relation):
        found.append(score)
        assert len(tree.nodes) == count and sorted(tree.walk()) == list(range(count))
        if len(found) == 4:
            break
    assert found and all(a >= b - 1e-9 for a, b in itertools.pairwise(found))


def test_finds_the_exact_optimum_of_three_symbols():
    from itertools import product

    from models.layout_tree import LayoutTree, Node

    for seed in range(30):
        parent, relation = random_scores(3, seed)
        best = -np.inf
        options = [(p, r) for p in range(3) for r in range(len(RELATIONS))] + [(-1, -1)]
        for choice in product(options, repeat=3):
            try:
                LayoutTree(tuple(Node("x", p, RELATIONS[r] if p >= 0 else None) for p, r in choice))
            except ValueError:
                continue
            score = sum(parent[i, p] + relation[i, p, r] if p >= 0 else parent[i, 3] for i, (p, r) in enumerate(choice))
            best = max(best, score)
        assert np.isclose(next(iter(best_trees(["x"] * 3, parent, relation)))[0], best)


def test_two_symbols_that_want_one_place_share_out():
    parent = np.log(np.array([[0.01, 0.01, 0.01, 0.97], [0.9, 0.02, 0.05, 0.03], [0.6, 0.35, 0.02, 0.03]]))
    relation = np.full((3, 3, len(RELATIONS)), np.log(0.02))
    relation[..., RELATIONS.index(Relation.RIGHT)] = np.log(0.9)
    tree = next(iter(best_trees(["1", "2", "3"], parent, relation)))[1]
    assert tree.baseline(0) == [0, 1, 2]
