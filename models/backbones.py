"""Three convolutional bodies for 32×32 candidates, from torchvision's own building blocks.

All end in a feature vector of :data:`FEATURES` numbers a candidate. They are sized for two CPU cores
(about a million parameters each), not for ImageNet, and differ in how they carry information forward, so
that their errors differ: by identity shortcuts (He et al., CVPR 2016), by concatenation (Huang et al.,
CVPR 2017), and in a plain stack that keeps positions (Simonyan and Zisserman, ICLR 2015).
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import torch
from torch import nn
from torchvision.models import densenet, vgg
from torchvision.models.efficientnet import MBConv, MBConvConfig
from torchvision.models.resnet import BasicBlock

from models.rendering import CHANNELS

FEATURES = 192


def _residual_stage(inputs: int, outputs: int, blocks: int, stride: int) -> list[nn.Module]:
    shortcut = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))
    first = BasicBlock(inputs, outputs, stride, shortcut)
    return [first, *(BasicBlock(outputs, outputs) for _ in range(blocks - 1))]


def resnet() -> nn.Module:
    """Residual net: three stages of two basic blocks, globally pooled."""
    widths = (32, 48, 96, FEATURES)
    stem = [nn.Conv2d(CHANNELS, widths[0], 3, padding=1, bias=False), nn.BatchNorm2d(widths[0]), nn.ReLU(inplace=True)]
    stages = [block for i, o in pairwise(widths) for block in _residual_stage(i, o, 2, 2)]
    # B x 6 x 32 x 32 --> B x 48 x 16 x 16 --> B x 96 x 8 x 8 --> B x 192 x 4 x 4 --> B x 192
    return nn.Sequential(*stem, *stages, nn.AdaptiveAvgPool2d(1), nn.Flatten())


class _DenseNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        net = densenet.DenseNet(growth_rate=24, block_config=(4, 6, 8), num_init_features=32, bn_size=2)
        self.features = net.features
        # torchvision's stem is made for 224×224 and halves twice; small symbols can afford to be halved once.
        self.features.conv0 = nn.Conv2d(CHANNELS, 32, 3, padding=1, bias=False)
        self.features.pool0 = nn.MaxPool2d(2)
        self.project = nn.Linear(net.classifier.in_features, FEATURES)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.relu(self.features(x))  # B x 6 x 32 x 32 --> B x C x 4 x 4
        return self.project(x.mean((2, 3)))


def vgg_net() -> nn.Module:
    """Plain stack with batch norm that keeps the 4×4 positions until a fully connected layer."""
    layers = vgg.make_layers([40, "M", 80, 80, "M", 128, 128, "M", 160, 160], batch_norm=True)
    layers[0] = nn.Conv2d(CHANNELS, 40, 3, padding=1)  # torchvision's takes three channels
    # B x 6 x 32 x 32 --> B x 160 x 4 x 4 --> B x 2560 --> B x 192
    return nn.Sequential(
        layers,
        nn.Flatten(),
        nn.Dropout(0.3),
        nn.Linear(160 * 16, FEATURES),
        nn.BatchNorm1d(FEATURES),
        nn.ReLU(inplace=True),
    )


def efficientnet() -> nn.Module:
    """Inverted bottlenecks with squeeze and excitation (Tan and Le, ICML 2019), globally pooled."""
    # expansion, kernel, stride, inputs, outputs, blocks
    stages = ((1, 3, 1, 32, 24, 1), (4, 3, 2, 24, 40, 2), (4, 5, 2, 40, 80, 3), (4, 3, 2, 80, 128, 3))
    stem = [nn.Conv2d(CHANNELS, 32, 3, padding=1, bias=False), nn.BatchNorm2d(32), nn.SiLU(inplace=True)]
    blocks = []
    for expansion, kernel, stride, inputs, outputs, count in stages:
        first = MBConvConfig(expansion, kernel, stride, inputs, outputs, 1, 1.0, 1.0)
        other = MBConvConfig(expansion, kernel, 1, outputs, outputs, 1, 1.0, 1.0)
        blocks += [MBConv(c, 0.0, nn.BatchNorm2d) for c in (first, *[other] * (count - 1))]
    head = [nn.Conv2d(128, FEATURES, 1, bias=False), nn.BatchNorm2d(FEATURES), nn.SiLU(inplace=True)]
    # B x 6 x 32 x 32 --> B x 40 x 16 x 16 --> B x 80 x 8 x 8 --> B x 128 x 4 x 4 --> B x 192
    return nn.Sequential(*stem, *blocks, *head, nn.AdaptiveAvgPool2d(1), nn.Flatten())


def wide() -> nn.Module:
    """Residual net of seven million parameters, too slow for a laptop: it only teaches the others."""
    widths = (64, 128, 256, 448)
    stem = [nn.Conv2d(CHANNELS, widths[0], 3, padding=1, bias=False), nn.BatchNorm2d(widths[0]), nn.ReLU(inplace=True)]
    stages = [block for i, o in pairwise(widths) for block in _residual_stage(i, o, 2, 2)]
    return nn.Sequential(*stem, *stages, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(widths[-1], FEATURES))


BACKBONES: dict[str, Callable[[], nn.Module]] = {"resnet": resnet, "densenet": _DenseNet, "vgg": vgg_net}
"""The bodies of the ensemble."""
TUTOR = "wide"
CHALLENGERS: dict[str, Callable[[], nn.Module]] = {"efficientnet": efficientnet, TUTOR: wide}
"""Bodies that are trained beside the ensemble's: one to be measured with them, one to teach them."""
