import pytest

from models.layout_tree import LayoutTree, Node, Relation

R = Relation


def test_baseline_and_children_of_a_fraction():
    tree = LayoutTree(
        (Node("-"), Node("1", 0, R.ABOVE), Node("2", 0, R.BELOW), Node("+", 0, R.RIGHT), Node("3", 3, R.RIGHT))
    )
    assert tree.root == 0
    assert tree.baseline(0) == [0, 3, 4]
    assert tree.children(0) == {R.ABOVE: 1, R.BELOW: 2, R.RIGHT: 3}
    assert next(iter(tree.walk())) == 0 and sorted(tree.walk()) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("nodes", "reason"),
    [
        ((Node("1"), Node("2")), "roots"),
        ((Node("1"), Node("2", 0, R.RIGHT), Node("3", 0, R.RIGHT)), "two children"),
        ((Node("1"), Node("2", 2, R.RIGHT), Node("3", 1, R.RIGHT)), "cycle"),
        ((Node("1"), Node("2", 5, R.RIGHT)), "hangs from nothing"),
        ((Node("1", -1, R.RIGHT),), "relation"),
    ],
)
def test_what_is_no_tree_is_refused(nodes, reason):
    with pytest.raises(ValueError, match=reason):
        LayoutTree(nodes)


def test_canonical_forgets_the_order_of_nodes_only():
    tree = LayoutTree((Node("x"), Node("2", 0, R.SUPERSCRIPT), Node("+", 0, R.RIGHT), Node("1", 2, R.RIGHT)))
    shuffled = LayoutTree((Node("1", 1, R.RIGHT), Node("+", 3, R.RIGHT), Node("2", 3, R.SUPERSCRIPT), Node("x")))
    assert tree.canonical == shuffled.canonical
    other = LayoutTree((Node("x"), Node("2", 0, R.SUBSCRIPT), Node("+", 0, R.RIGHT), Node("1", 2, R.RIGHT)))
    assert tree.canonical != other.canonical
    assert LayoutTree(()).canonical == ""
