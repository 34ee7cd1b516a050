"""Digits that look alike are rather the same; what they come to plays no part."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from app.marking.page_ink import page_ink
from app.marking.problem import Cells
from app.marking.rows import row_ink
from app.marking.same_hand import Hand, seen_digits
from app.reading.loading import WEIGHTS, load_network
from app.reading.reader import Reader
from app.reading.torch_network import TorchNetwork
from models.ink import Ink
from tests.marking.pages import cells, draw_page


def row(text: str) -> tuple[Ink, list[tuple[float, ...]]]:
    """The ink of a number, and the boxes of its digits."""
    ink = page_ink(draw_page([(text, 60, 80)], 400, 240, size=70))
    return row_ink(ink.pieces, ink.pen), [p.blob.box for p in ink.pieces]


def reading(text: str, boxes: list[tuple[float, ...]]) -> Cells:
    """A number in given boxes."""
    return tuple(replace(c, symbol=replace(c.symbol, box=box)) for c, box in zip(cells(text), boxes, strict=True))


@pytest.fixture(scope="module")
def seven(reader: Reader):
    """The same digit in two rows, beside another one: what is said of readings of both rows."""
    upper, lower = row("47"), row("74")
    seen = [seen_digits(reading(text, boxes), ink) for text, (ink, boxes) in (("47", upper), ("74", lower))]
    hand = Hand(seen, reader.network)
    return lambda a, b: hand.agreement([reading(a, upper[1]), reading(b, lower[1])])


def test_what_looks_the_same_is_rather_the_same(seven):
    for other in "1239":
        assert seven("47", "74") > seven("47", f"{other}4") + 1
        # Which of the two is misread does not matter.
        assert seven("47", f"{other}4") == pytest.approx(seven(f"4{other}", "74"), abs=1)


def test_what_looks_different_is_rather_not_the_same(seven):
    assert seven("47", "74") > seven("44", "74") + 1


def test_what_all_are_is_not_said(seven):
    """Looks tell whether digits are the same, not which they are."""
    assert seven("47", "74") == pytest.approx(seven("19", "91"))


def test_a_single_digit_says_nothing(reader: Reader):
    ink, boxes = row("8")
    hand = Hand([seen_digits(reading("8", boxes), ink)], reader.network)
    assert hand.agreement([reading("8", boxes)]) == hand.agreement([reading("3", boxes)]) == 0


def test_both_devices_see_the_same_looks():
    images = np.random.default_rng(0).integers(0, 256, (4, 6, 32, 32), np.uint8)
    quick = load_network().looks(images)
    assert np.linalg.norm(quick, axis=1) == pytest.approx(np.ones(4))
    pytest.importorskip("torch")
    exact = TorchNetwork(WEIGHTS, json.loads((WEIGHTS / "card.json").read_text()), "cpu", None).looks(images)
    # Eight bits against thirty-two.
    assert (quick * exact).sum(1).min() > 0.97
