import numpy as np
import pytest

from models.layout_tree import LayoutTree, Node, Relation
from training.metrics import calibration_error_by_chance, errors, expected_calibration_error

R = Relation
TRUTH = LayoutTree((Node("x"), Node("2", 0, R.SUPERSCRIPT), Node("+", 0, R.RIGHT), Node("1", 2, R.RIGHT)))


def test_errors_count_labels_and_relations():
    groups = [(0,), (1,), (2, 3), (4,)]
    assert errors(groups, TRUTH, groups, TRUTH) == 0
    one = LayoutTree((Node("x"), Node("2", 0, R.SUBSCRIPT), Node("+", 0, R.RIGHT), Node("7", 2, R.RIGHT)))
    assert errors(groups, TRUTH, groups, one) == 2


def test_calibration_error_of_known_cases():
    assert expected_calibration_error(np.full(10, 0.75), np.array([1] * 5 + [0] * 5)) == pytest.approx(0.25)
    assert expected_calibration_error(np.array([1.0, 1.0]), np.array([1, 1])) == 0


def test_calibration_error_by_chance_shrinks_with_the_number_of_readings():
    few, many = (calibration_error_by_chance(np.full(n, 0.75)) for n in (50, 5000))
    assert 0 < many < 0.01 < few < 0.1
    assert calibration_error_by_chance(np.ones(5)) == 0
