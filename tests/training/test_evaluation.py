"""Expressions drawn as images."""

import numpy as np

from app.reading.page import ink_from_image
from models.ink import Ink, Stroke
from training.evaluation import drawn


def test_taps_of_the_pen_are_drawn():
    line = np.array([[0, 0], [0, 10]], np.float32)
    ink = Ink((Stroke(line), Stroke(np.array([[5, 10]], np.float32)), Stroke(np.array([[9, 10], [9, 10]], np.float32))))
    assert len(ink_from_image(drawn(ink)).pieces) == 3
