"""Seeing what was drawn again, a little changed: drawing costs more than learning where there is an accelerator."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from typing import Protocol

import numpy as np
import torch
from torch.nn import functional as F

from models.rendering import BACKGROUND

Batch = tuple[torch.Tensor, ...]
"""Images first, then their truth."""


class Batches(Iterable[Batch], Sized, Protocol):
    """What can be iterated once an epoch, and knows how many batches that gives."""


class SeenAgain:
    """Every new batch, and after it some of those seen before, changed.

    Args:
        batches: the new ones.
        times: how many old ones follow a new one.
        kept: how many are kept, the latest.
        changed: changes the images of an old one.
        device: where they are kept, and given.
        seed: of which come again.
    """

    def __init__(
        self,
        batches: Batches,
        times: int,
        kept: int,
        changed: Callable[[torch.Tensor], torch.Tensor],
        device: torch.device,
        seed: int = 0,
    ) -> None:
        self.batches, self.times, self.changed, self.device = batches, times, changed, device
        self.rng = np.random.default_rng(seed)
        self.store: deque[Batch] = deque(maxlen=kept)

    def __len__(self) -> int:
        return (1 + self.times) * len(self.batches)

    def __iter__(self) -> Iterator[Batch]:
        for batch in self.batches:
            new = tuple(t.to(self.device, non_blocking=True) for t in batch)
            yield new
            if self.times:
                self.store.append(new)
            for _ in range(self.times):
                images, *truth = self.store[self.rng.integers(len(self.store))]
                yield self.changed(images), *truth


def moved(images: torch.Tensor) -> torch.Tensor:
    """The classifier's inputs, uint8 (B, CHANNELS, SIZE, SIZE), turned, slanted, stretched and shifted a little."""
    return _resampled(images, torch.eye(2, 3) + 0.05 * torch.randn(len(images), 2, 3), BACKGROUND)


def moved_rows(images: torch.Tensor) -> torch.Tensor:
    """uint8 rows (B, H, W), each slanted, stretched, shifted up or down, made fainter or stronger, and with noise."""
    count, height, width = images.shape
    matrix = torch.eye(2, 3).repeat(count, 1, 1)
    # Never so that the end of a row is pushed out of its picture.
    matrix[:, 0, 0] += 0.1 * torch.rand(count)
    matrix[:, 0, 2] = matrix[:, 0, 0] - 1
    matrix[:, 0, 1] = 0.1 * torch.randn(count) * height / width
    matrix[:, 1, 1] += 0.06 * torch.randn(count)
    matrix[:, 1, 2] = 0.04 * torch.randn(count)
    rows = _resampled(images[:, None], matrix, (0,))[:, 0].float() / 255
    power = torch.exp(0.25 * torch.randn(count, 1, 1)).to(rows.device)
    noise = 0.05 * torch.rand(count, 1, 1).to(rows.device) * torch.randn_like(rows)
    return (255 * (rows**power + noise)).round().clamp(0, 255).byte()


def _resampled(images: torch.Tensor, matrix: torch.Tensor, background: Sequence[int]) -> torch.Tensor:
    grid = F.affine_grid(matrix.to(images.device), list(images.shape), align_corners=False)
    ground = torch.tensor(background, dtype=torch.float32, device=images.device)[:, None, None]
    changed = F.grid_sample(images.float() - ground, grid, align_corners=False) + ground
    return changed.round().clamp(0, 255).byte()
