"""What the line recogniser says of a row, weighed with the readings of its ink."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import pytest

from app.marking.problem import Cells, Version, labels_of, without_numbering
from app.marking.rows import plausibility
from app.marking.second_opinion import Judge, Strip, heard, reconsidered, strips_of, text_of
from app.marking.verdicts import MAY_BE_RIGHT
from models.line_image import CHARACTERS, STRIDE
from tests.marking.test_rows import row

DARKNESS = np.zeros((60, 160), np.float32)


def said(text: str, sure: float, columns: int) -> np.ndarray:
    """Log probabilities of a recogniser that sees a text, each character for two columns behind a blank."""
    labels = {"÷": "\\div", "×": "\\times"}
    logs = np.full((columns, 1 + len(CHARACTERS)), (1 - sure) / len(CHARACTERS))
    logs[:, 0] = sure
    for k, character in enumerate(text):
        at = slice(3 * k + 1, 3 * k + 3)
        logs[at, 0] = (1 - sure) / len(CHARACTERS)
        logs[at, 1 + CHARACTERS.index(labels.get(character, character))] = sure
    return np.log(logs)


def weighed(
    readings: dict[str, float],
    heard: str,
    sure: float,
    rival: str = "",
    form: Judge = lambda cells: 1.0,
    share: float = 0.6,
    misreadings: np.ndarray | None = None,
) -> list[Version]:
    """Readings of ink with their probabilities, and what the line recogniser says: one text, or one of two."""
    versions = [Version(row(text), p) for text, p in readings.items()]
    strip, *_ = strips_of(DARKNESS, versions[0].cells, (0, 130), 20.0)
    frames = said(heard, sure, strip.image.shape[1] // STRIDE)
    if rival:
        other = said(rival, sure, len(frames))
        frames = np.logaddexp(frames + np.log(share), other + np.log(1 - share))
    return reconsidered(versions, frames, strip, form, misreadings)


def text(cells: Cells) -> str:
    """The labels of a row."""
    return "".join(labels_of(cells))


def test_agreement_makes_sure():
    best, *_ = weighed({"3+4=7": 0.6, "3+4=1": 0.4}, "3+4=7", 0.99)
    assert text(best.cells) == "3+4=7"
    assert best.probability > 0.95
    assert min(c.symbol.confidence for c in best.cells) > 0.95


def test_it_decides_between_readings_of_the_ink():
    best, *_ = weighed({"3+4=7": 0.6, "3+4=1": 0.4}, "3+4=1", 0.999, rival="3+4=7")
    assert text(best.cells) == "3+4=1"
    assert best.cells[-1].symbol.alternatives[0].label == "7"


def test_what_the_ink_never_suggested_can_be_heard():
    best, *_ = weighed({"3+4=7": 0.6, "3+4=1": 0.4}, "13+4=17", 0.999)
    assert text(best.cells) == "13+4=17"
    boxes = [c.box for c in best.cells]
    assert boxes == sorted(boxes)


def test_what_may_stand_there_is_counted_even_where_both_read_the_same():
    """A 7 whose bar hardly shows: both read 1, but nobody is to be told that it is wrong."""
    best, *others = weighed({"3+4=1": 1.0}, "3+4=1", 0.999, rival="3+4=7", share=0.8)
    assert text(best.cells) == "3+4=1"
    assert {text(v.cells): v.probability for v in others}["3+4=7"] > MAY_BE_RIGHT


def test_ink_that_is_often_misread_is_believed_less():
    """As sure as it is of a plus: where every tenth is a division sign, it is one if that is what is heard."""
    count = 1 + len(CHARACTERS)
    logs = np.log(np.eye(count) * 0.99 + 0.01 / count)
    sure, sign = {"112+8=": 0.999, "112÷8=": 0.0001}, 1 + CHARACTERS.index("+")
    before, *_ = weighed(sure, "112÷8=", 0.97, "112+8=", share=0.9, misreadings=logs)
    assert text(before.cells) == "112+8="
    logs[sign, 1 + CHARACTERS.index("\\div")] = np.log(0.1)
    after, *_ = weighed(sure, "112÷8=", 0.97, "112+8=", share=0.9, misreadings=logs)
    assert text(after.cells) == "112\\div8="


def test_misreadings_make_nothing_less_sure_that_both_read():
    count = 1 + len(CHARACTERS)
    logs = np.log(np.full((count, count), 1 / count))
    known, unknown = (weighed({"3+4=7": 0.9, "3+4=1": 0.1}, "3+4=7", 0.99, misreadings=m) for m in (logs, None))
    assert known[0].probability == unknown[0].probability


def test_what_breaks_the_grammar_leaves_no_doubt_of_the_rest():
    """Heard ``2)``, of which the ink knows too: that is no row, so the likeliest that is one stands, and surely."""
    best, *_ = weighed({"3×7=20": 0.4, "3×7=21": 0.35, "3×7=2)": 0.25}, "3×7=2)", 0.999, "3×7=21", plausibility, 0.9)
    assert text(best.cells) == "3\\times7=21"
    assert best.probability > 0.9


def test_a_bracket_that_pairs_with_none_is_heard_as_something_else():
    best, *_ = weighed({"3×7=20": 0.5, "3×7=21": 0.3}, "3×7=2)", 0.97, "3×7=21", plausibility)
    assert text(best.cells) == "3\\times7=21"
    assert best.probability > 0.9


def test_a_recogniser_that_hears_nothing_clearly_leaves_doubt():
    versions = weighed({"3+4=7": 1.0}, "3+4=7", 0.12)
    assert versions[0].probability < 0.9


@pytest.mark.parametrize("sure", [0.2, 0.9, 0.999])
@pytest.mark.parametrize("heard", ["3+4=7", "8", "", "3+4=1"])
def test_probabilities_are_some_and_in_order(heard: str, sure: float):
    versions = weighed({"3+4=7": 0.6, "3+4=1": 0.4}, heard, sure)
    probabilities = [v.probability for v in versions]
    assert probabilities == sorted(probabilities, reverse=True)
    assert 0 < sum(probabilities) <= 1 + 1e-9
    assert all(0 <= c.symbol.confidence <= 1 for v in versions for c in v.cells)


def test_a_row_is_pictured_the_same_at_any_size_and_slope():
    page = np.zeros((60, 160), np.uint8)
    cv2.putText(page, "386", (20, 40), cv2.FONT_HERSHEY_SIMPLEX, 1, 100, 2, cv2.LINE_AA)
    turned = cv2.warpAffine(page, np.array([[2, 0, 0], [0.2, 2, 0]], np.float64), (320, 200))
    plain = Strip(page, (20, 85), 22.0, 29.0)
    large = Strip(turned, (40, 170), 44.0, 58 + 0.1 * 105, 0.1)
    width = min(plain.image.shape[1], large.image.shape[1])
    assert abs(plain.image.shape[1] - large.image.shape[1]) <= 2
    assert np.corrcoef(plain.image[:, :width].ravel(), large.image[:, :width].ravel())[0, 1] > 0.9


def test_a_row_is_looked_at_in_the_size_of_the_page_too():
    own, *others = strips_of(DARKNESS, row("88"), (0, 30), 20.0)
    again, of_page, *_ = strips_of(DARKNESS, row("88"), (0, 30), 40.0)
    assert np.array_equal(own.image, again.image)
    # The larger its digits are taken to be, the fewer columns they leave.
    assert of_page.image.shape[1] < own.image.shape[1]
    assert min(o.image.shape[1] for o in others) < own.image.shape[1] < max(o.image.shape[1] for o in others)


def test_other_sizes_are_tried_only_where_a_row_is_not_plain():
    strips = strips_of(DARKNESS, row("3+4=7"), (0, 130), 20.0)
    tried = []

    def transcribe(sure: dict[int, float]):
        def seen(image: np.ndarray) -> np.ndarray:
            tried.append(image.shape[1])
            return said("3+4=7", sure.get(len(tried), 0.6), 40)

        return seen

    assert heard(strips, transcribe({1: 0.999}))[0] is strips[0]
    assert len(tried) == 1
    tried.clear()
    assert heard(strips, transcribe({}), read=text_of(row("3+4=7")))[0] is strips[0]
    assert len(tried) == 1
    tried.clear()
    assert heard(strips, transcribe({3: 0.9}), read=text_of(row("3+4=1")))[0] is strips[2]
    assert len(tried) == len(strips)


def test_what_is_heard_alone_is_as_wide_as_digits():
    """A digit that is said in a column or two is none that stands by itself before the row, as its number would."""
    strip, *_ = strips_of(DARKNESS, row("888888"), (0, 130), 20.0)
    frames = said("308×7=", 0.999, strip.image.shape[1] // STRIDE)
    best, *_ = reconsidered((), frames, strip, plausibility)
    assert text(best.cells) == "308\\times7="
    assert labels_of(without_numbering(best.cells, 20.0)) == labels_of(best.cells)
    boxes = [c.box for c in best.cells]
    assert all(right[0] >= left[2] - 1e-6 for left, right in pairwise(boxes))
    assert all(b[2] - b[0] > 0.25 * (b[3] - b[1]) for b, c in zip(boxes, best.cells, strict=True) if c.label.isdigit())


def test_a_class_that_it_does_not_know_is_not_asked_about():
    assert text_of(row("3+x")) is None
    assert text_of(row("3+4")) is not None
