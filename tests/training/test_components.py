"""Readers that lack one part each: they read all the same."""

from __future__ import annotations

import pytest

from app.maths import to_text
from app.reading.ink import ink_from_strokes
from app.reading.loading import load_network
from tests.doodles import write
from training.components import component_readers


@pytest.fixture(scope="module")
def readers():
    return component_readers(load_network())


def test_without_any_one_part_a_plain_sum_is_read(readers):
    ink = ink_from_strokes(write("3+4=7"))
    read = {name: to_text(reader.read(ink).best.tree) for name, reader in readers.items()}
    assert len(read) > 10
    assert set(read.values()) == {"3 + 4 = 7"}, read
