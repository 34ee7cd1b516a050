"""The mean of two runs' weights."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from training.averaging import average


def test_weights_are_averaged_and_counters_kept(tmp_path: Path):
    for name, value in (("a", 1.0), ("b", 3.0)):
        tensors = {"weight": torch.full((2, 2), value), "seen": torch.tensor(int(value))}
        save_file(tensors, tmp_path / name)
    average(tmp_path / "a", tmp_path / "b", 0.75, tmp_path / "mean" / "weights")
    mean = load_file(tmp_path / "mean" / "weights")
    assert torch.equal(mean["weight"], torch.full((2, 2), 2.5))
    assert mean["seen"] == 3


def test_weights_of_different_networks_are_not(tmp_path: Path):
    save_file({"weight": torch.zeros(2)}, tmp_path / "a")
    save_file({"weight": torch.zeros(3)}, tmp_path / "b")
    with pytest.raises(ValueError, match="same network"):
        average(tmp_path / "a", tmp_path / "b", 0.5, tmp_path / "mean")
