"""The trace classifier: the pen's way over a candidate to its class.

A residual network along the way (one-dimensional convolutions: Wang, Yan and Oates, IJCNN 2017). It sees what a picture
does not show (where strokes begin, cross and double back), so that its errors are others than the bodies'.
"""

from __future__ import annotations

import torch
from torch import nn

from models.trace import CHANNELS, SIZES
from models.vocabulary import LABELS

_WIDTHS = (64, 112, 192)
_FEATURES = 256


def _along(inputs: int, outputs: int, length: int = 3, stride: int = 1) -> nn.Sequential:
    # In two dimensions, of which one is 1: on a CPU twice as fast, channels last.
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, (1, length), (1, stride), (0, length // 2), bias=False), nn.BatchNorm2d(outputs)
    )


class _Step(nn.Module):
    """Two convolutions beside an identity (He et al., CVPR 2016)."""

    def __init__(self, inputs: int, outputs: int, stride: int = 1) -> None:
        super().__init__()
        self.step = nn.Sequential(_along(inputs, outputs, 3, stride), nn.ReLU(inplace=True), _along(outputs, outputs))
        self.beside = nn.Identity() if inputs == outputs else _along(inputs, outputs, 1, stride)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.beside(x) + self.step(x))


class TraceClassifier(nn.Module):
    """The network.

    Args:
        dropout: before the classes.
    """

    def __init__(self, dropout: float = 0.2) -> None:
        super().__init__()
        first, second, third = _WIDTHS
        self.body = nn.Sequential(
            _along(CHANNELS, first, 7, 2), nn.ReLU(inplace=True), _Step(first, first),
            _Step(first, second, 2), _Step(second, second), _Step(second, third, 2), _Step(third, third),
        )  # fmt: skip
        self.join = nn.Sequential(nn.Linear(2 * third + SIZES, _FEATURES), nn.ReLU(inplace=True), nn.Dropout(dropout))
        self.classes = nn.Linear(_FEATURES, len(LABELS))

    def forward(self, points: torch.Tensor, sizes: torch.Tensor) -> torch.Tensor:
        """Points (B, CHANNELS, POINTS) and sizes (B, SIZES) → class log probabilities (B, len(LABELS))."""
        x = self.body(points[:, :, None].contiguous(memory_format=torch.channels_last))[:, :, 0]
        return self.classes(self.join(torch.cat([x.mean(2), x.amax(2), sizes], 1))).log_softmax(1)
