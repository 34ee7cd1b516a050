from models.vocabulary import ARITHMETIC_LABELS, BY_LABEL, CROHME_LABELS, INDEX, LABELS, SYMBOLS


def test_labels_are_unique_and_hold_crohmes_101_classes():
    assert len(set(LABELS)) == len(LABELS) == len(SYMBOLS)
    assert len(CROHME_LABELS) == 101
    assert set(LABELS) >= ARITHMETIC_LABELS
    assert all(LABELS[INDEX[label]] == label == BY_LABEL[label].label for label in LABELS)


def test_school_symbols_are_there():
    assert {"%", "\\cdot", "\\approx", "?"} <= set(LABELS) - CROHME_LABELS
