"""The line recogniser: a picture of a row of arithmetic to its characters, without finding the symbols first.

A small convolutional network with connectionist temporal classification (CTC: Graves et al., ICML 2006; with a
convolutional body Shi et al., TPAMI 39(11), 2017), here without any recurrence: what it sees of a row at once is
some five characters wide, so that it cannot calculate what an answer should be.
"""

from __future__ import annotations

import torch
from torch import nn

from models.line_image import CHARACTERS


def _convolution(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)
    )


class _Deeper(nn.Module):
    """Two convolutions beside an identity (He et al., CVPR 2016)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.step = nn.Sequential(
            _convolution(channels, channels),
            nn.Conv2d(channels, channels, 3, padding=1, bias=False), nn.BatchNorm2d(channels),
        )  # fmt: skip
        # It begins as the identity, so that weights from before it was there can be gone on from.
        nn.init.zeros_(self.step[-1].weight)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(x + self.step(x))


class _Along(nn.Module):
    """A residual step along the line: depthwise, then pointwise (after Chollet, CVPR 2017)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.step = nn.Sequential(
            nn.Conv1d(channels, channels, 5, padding=2, groups=channels, bias=False), nn.BatchNorm1d(channels),
            nn.Conv1d(channels, channels, 1, bias=False), nn.BatchNorm1d(channels), nn.ReLU(inplace=True),
        )  # fmt: skip

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.step(x)


class LineRecogniser(nn.Module):
    """Rows of arithmetic as characters.

    Args:
        channels: of the last layers.
        dropout: before the classes.
    """

    def __init__(self, channels: int = 224, dropout: float = 0.2) -> None:
        super().__init__()
        self.body = nn.Sequential(
            _convolution(1, 32), nn.MaxPool2d(2),
            _convolution(32, 64), nn.MaxPool2d((2, 1)),
            _convolution(64, 96), _convolution(96, 96), nn.MaxPool2d((3, 1)),
            _convolution(96, 192), _Deeper(192), _Deeper(192),
        )  # fmt: skip
        self.collapse = nn.Sequential(
            nn.Conv2d(192, channels, (3, 1), bias=False), nn.BatchNorm2d(channels), nn.ReLU(inplace=True)
        )
        self.along = nn.Sequential(_Along(channels), _Along(channels), _Along(channels))
        self.classes = nn.Sequential(nn.Dropout(dropout), nn.Conv1d(channels, 1 + len(CHARACTERS), 1))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """uint8 images (B, LINE_HEIGHT, W) → log probabilities (B, W // STRIDE, 1 + len(CHARACTERS))."""
        x = self.body(images[:, None].float() / 255)
        x = self.along(self.collapse(x)[:, :, 0])
        return self.classes(x).float().log_softmax(1).transpose(1, 2)
