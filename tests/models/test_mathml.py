from xml.etree.ElementTree import fromstring

import pytest

from models.layout_tree import Relation
from models.mathml import layout_from_mathml, normalise_label


def read(inner):
    return layout_from_mathml(fromstring(f'<math xmlns="http://www.w3.org/1998/Math/MathML">{inner}</math>'))[0]


def test_fraction_hangs_above_and_below_its_bar():
    tree = read("<mfrac><mn>1</mn><mrow><mi>x</mi><mo>+</mo><mn>2</mn></mrow></mfrac><mo>=</mo><mn>3</mn>")
    labels = {n.label: n for n in tree.nodes}
    bar = tree.root
    assert tree.nodes[bar].label == "-"
    assert labels["1"].relation is Relation.ABOVE and labels["x"].relation is Relation.BELOW
    assert labels["="].parent == bar and labels["="].relation is Relation.RIGHT


@pytest.mark.parametrize(
    ("markup", "relations"),
    [
        ("<msup><mi>x</mi><mn>2</mn></msup>", {"2": Relation.SUPERSCRIPT}),
        ("<msub><mi>x</mi><mn>2</mn></msub>", {"2": Relation.SUBSCRIPT}),
        ("<msubsup><mi>x</mi><mn>1</mn><mn>2</mn></msubsup>", {"1": Relation.SUBSCRIPT, "2": Relation.SUPERSCRIPT}),
        ("<mroot><mn>8</mn><mn>3</mn></mroot>", {"8": Relation.INSIDE, "3": Relation.ABOVE}),
        ("<munderover><mo>∑</mo><mi>i</mi><mi>n</mi></munderover>", {"i": Relation.BELOW, "n": Relation.ABOVE}),
    ],
)
def test_every_relation(markup, relations):
    tree = read(markup)
    assert {n.label: n.relation for n in tree.nodes if n.relation} == relations


def test_numbers_of_several_digits_are_several_symbols():
    tree = read("<mn>120</mn>")
    assert [n.label for n in tree.nodes] == ["1", "2", "0"]


def test_tables_have_no_layout_tree():
    with pytest.raises(ValueError, match="mtable"):
        read("<mtable><mtr><mtd><mn>1</mn></mtd></mtr></mtable>")


@pytest.mark.parametrize(
    ("text", "label"), [("<", "\\lt"), ("−", "-"), ("×", "\\times"), ("COMMA", ","), ("∞", "\\infty")]
)
def test_other_spellings_are_known(text, label):
    assert normalise_label(text) == label


def test_a_second_subscript_hangs_from_the_first():
    tree = read("<msub><msub><mi>e</mi><mi>f</mi></msub><mi>g</mi></msub>")
    labels = [n.label for n in tree.nodes]
    assert [(labels[n.parent], n.relation) for n in tree.nodes if n.label == "g"] == [("f", Relation.SUBSCRIPT)]
