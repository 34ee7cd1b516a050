"""The mean of two runs' weights."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from training.averaging import average, renew_statistics


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


def test_normalisation_is_measured_on_what_comes_in():
    model = torch.nn.Sequential(torch.nn.Dropout(0.9), torch.nn.BatchNorm1d(2))
    batches = [torch.randn(64, 2) * torch.tensor([2.0, 0.5]) + torch.tensor([5.0, -1.0]) for _ in range(20)]
    renew_statistics(model, batches)
    assert not model.training
    seen = torch.cat(batches)
    assert torch.allclose(model[1].running_mean, seen.mean(0), atol=1e-4)
    assert torch.allclose(model[1].running_var, seen.var(0), rtol=0.05)
