"""What dollar signs look like is learned from what is known of everything else."""

from __future__ import annotations

import numpy as np
import pytest

from app.reading.loading import load_network
from training import dollars
from training.augmentation import Augmentation, draw


def test_dollars_of_fonts_that_were_not_learned_from_are_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    # Print alone, which needs no data sets.
    monkeypatch.setattr(dollars, "_MOST", {})
    monkeypatch.setattr(dollars, "_of_unipen", dollars._of_fonts)
    monkeypatch.setattr(dollars, "_of_detexify", dollars._of_fonts)
    for name, times in (("_WRITTEN", 1), ("_PRINTED", 2), ("_OTHER_PRINT", 1)):
        monkeypatch.setattr(dollars, name, times)
    network = load_network()
    found = dollars.fit_dollars(network)
    signs = list(dollars._of_fonts(True))
    rng = np.random.default_rng(1)
    looks = network.looks(np.stack([draw(sample, Augmentation(neighbours=0), rng, True) for sample in signs]))
    assert signs and (found(looks) > 0.5).mean() > 0.8
    printed = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in printed] == ["dollars,"] * 3 + ["print"]
    assert float(printed[-1].split()[2].rstrip("%")) < 2


def test_strokes_of_any_size_are_drawn_as_large():
    (small,) = dollars._sample([[[0, 0], [1, 2]]])
    (large,) = dollars._sample([[[0, 0], [100, 200]], []])
    assert small.ink.box_of(small.group) == large.ink.box_of(large.group) == (0.0, 0.0, 50.0, 100.0)
    assert not list(dollars._sample([[]]))
