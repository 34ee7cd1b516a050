"""Changes of samples before the network learns from them."""

from __future__ import annotations

import numpy as np
import pytest

from models.ink import Blob, Ink
from models.rendering import SIZE
from models.vocabulary import INDEX
from training.augmentation import NONE, Augmentation, draw
from training.sources import Sample, image_ink

UNCHANGED = Augmentation(0, 0, 0, 0, 0, 0, 0, 0)


@pytest.mark.parametrize("side", [12, 28, 120])
def test_ink_of_few_pixels_is_drawn_as_large_as_that_of_many(side: int):
    """A warp needs room around the ink; what is learned from must not be smaller for it than what is read."""
    gray = np.zeros((side, side), np.uint8)
    gray[side // 6 : -side // 6, side // 6 : -side // 6] = 255
    ink = image_ink(gray)
    assert ink is not None
    sample = Sample(ink, (0,), INDEX["\\square"])
    picture = draw(sample, UNCHANGED, np.random.default_rng(0), photograph=True)[0]
    served = draw(sample, NONE, np.random.default_rng(0))[0]
    assert abs(np.ptp(np.flatnonzero((picture > 128).any(0))) - np.ptp(np.flatnonzero((served > 128).any(0)))) <= 1
    assert np.abs(picture.astype(int) - served).mean() < 0.04 * 255


def test_a_warp_that_leaves_nothing_is_still_drawn():
    faint = Ink((Blob(np.full((9, 9), 30, np.uint8), (0.0, 0.0)),), 2.0)
    picture = draw(Sample(faint, (0,), 0), UNCHANGED, np.random.default_rng(0))
    assert picture.shape[1:] == (SIZE, SIZE)
