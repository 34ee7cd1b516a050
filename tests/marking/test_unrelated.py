"""The files that the robustness of marking is measured on."""

from __future__ import annotations

import numpy as np
import pytest

from app.marking.sheet import straighten
from app.reading.errors import ReadingError
from app.reading.image import decode_image
from training.worksheets.unrelated import flat, gradient, hundred_megapixels, no_image, pattern, ribbon, tiny


@pytest.mark.parametrize("seed", range(6))
def test_no_image_and_too_large_a_one_are_told_apart(seed: int):
    with pytest.raises(ReadingError, match="image_unreadable"):
        decode_image(no_image(np.random.default_rng(seed)))
    with pytest.raises(ReadingError, match="image_too_large"):
        decode_image(hundred_megapixels(np.random.default_rng(seed)))


@pytest.mark.parametrize("make", [tiny, ribbon, flat, gradient, pattern])
@pytest.mark.parametrize("seed", range(3))
def test_pictures_of_any_shape_become_a_sheet(make, seed: int):
    photo = decode_image(make(np.random.default_rng(seed)))
    if min(photo.shape) >= 12:
        sheet = straighten(photo)
        assert sheet.gray.ndim == 2


def test_the_same_seed_makes_the_same_file():
    assert pattern(np.random.default_rng(3)) == pattern(np.random.default_rng(3))
