"""Photographs changed as other light, hands, paper and telephones would change them."""

from __future__ import annotations

import numpy as np
import pytest

from tests.marking.pages import draw_page
from training.changes import CHANGES


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_shows_the_same_writing_otherwise(name: str):
    page = draw_page([("12+34", 60, 60)], 500, 200)
    kept = page.copy()
    seen = CHANGES[name](page)
    assert (page == kept).all()
    assert seen.dtype == np.uint8
    assert seen.ndim == 2
    assert (seen.shape == page.shape and (seen == page).all()) == (name == "as they are")
    assert np.percentile(seen, 99) - np.percentile(seen, 1) > 60
    assert (CHANGES[name](page) == seen).all()
