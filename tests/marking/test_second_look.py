"""A second look at a row: how much its ink is believed."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from app.marking.page_ink import Piece
from app.marking.problem import Version, labels_of
from app.marking.rows_of_page import RowsOfPage
from app.marking.second_look import look_again
from models.ink import Blob
from tests.marking.test_rows import row
from tests.marking.test_second_opinion import said


def page_of(text: str, darkness: dict[int, float]) -> RowsOfPage:
    """A page with a blob in the place of each symbol, as dark as print or as is said."""
    boxes = [c.box for c in row(text)]
    pieces = [
        Piece(Blob(np.full((20, 10), 255, np.uint8), box[:2]), darkness.get(k, 200.0)) for k, box in enumerate(boxes)
    ]
    picture = np.zeros((60, 160), np.float32)
    return RowsOfPage(pieces, np.zeros((0, 4)), [], 20.0, 3.0, picture)


@pytest.mark.parametrize(("faint", "read"), [(150.0, "45+2=77"), (60.0, "45+2=97")])
def test_faint_ink_is_believed_less(faint: float, read: str):
    versions = [Version(row("45+2=77"), 0.994), Version(row("45+2=97"), 0.004)]
    hears = 0.06 * np.exp(said("45+2=77", 0.99, 60)) + 0.94 * np.exp(said("45+2=97", 0.99, 60))
    network = SimpleNamespace(transcribe=lambda image: np.log(hears), misreadings=None)
    page = page_of("45+2=77", {5: faint})
    again = look_again(network, versions, page, (0, 84), lambda cells: 1.0, thorough=True)
    assert "".join(labels_of(again[0].cells)) == read
    assert sum(v.probability for v in again) <= 1 + 1e-9
