"""The multi-head classifier: a body, three heads, and the fusion of three bodies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import nn

from models.backbones import BACKBONES, CHALLENGERS, FEATURES
from models.vocabulary import LABELS


class Outputs(NamedTuple):
    """What the network says of a batch of B candidates, as logits.

    Attributes:
        symbol: (B, len(LABELS)): which class it is, provided that it is one symbol.
        whole: (B,): whether it is exactly one symbol.
        hand: (B,): whether it is handwritten rather than printed.
    """

    symbol: torch.Tensor
    whole: torch.Tensor
    hand: torch.Tensor


class Heads(nn.Module):
    """Linear heads for symbol, whole and hand on one feature vector."""

    def __init__(self, features: int, dropout: float = 0.2) -> None:
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.symbol = nn.Linear(features, len(LABELS))
        self.whole = nn.Linear(features, 1)
        self.hand = nn.Linear(features, 1)

    def forward(self, features: torch.Tensor) -> Outputs:
        features = self.dropout(features)
        return Outputs(self.symbol(features), self.whole(features)[:, 0], self.hand(features)[:, 0])


def _to_float(images: torch.Tensor) -> torch.Tensor:
    return images.float() / 255


class Classifier(nn.Module):
    """One backbone with its heads.

    Args:
        backbone: name of an entry of ``models.backbones.BACKBONES`` or ``CHALLENGERS``.
        dropout: before the heads.
    """

    def __init__(self, backbone: str, dropout: float = 0.2) -> None:
        super().__init__()
        self.body = (BACKBONES | CHALLENGERS)[backbone]()
        self.heads = Heads(FEATURES, dropout)

    def features(self, images: torch.Tensor) -> torch.Tensor:
        """uint8 images (B, 6, 32, 32) → features (B, FEATURES)."""
        return self.body(_to_float(images).contiguous(memory_format=torch.channels_last))

    def forward(self, images: torch.Tensor) -> Outputs:
        """uint8 images (B, 6, 32, 32) → logits."""
        return self.heads(self.features(images))


class Ensemble(nn.Module):
    """Several classifiers with one set of heads on their concatenated features.

    The fused heads start as the average of the members' own, so that fusion begins at plain averaging
    of logits and training can only move on from there.
    """

    def __init__(self, members: Sequence[Classifier]) -> None:
        super().__init__()
        self.members = nn.ModuleList(members)
        self.heads = Heads(FEATURES * len(members))
        with torch.no_grad():
            for name in Outputs._fields:
                own = [getattr(m.heads, name) for m in members]
                fused = getattr(self.heads, name)
                fused.weight.copy_(torch.cat([layer.weight for layer in own], 1) / len(own))
                fused.bias.copy_(torch.stack([layer.bias for layer in own]).mean(0))

    def forward(self, images: torch.Tensor) -> Outputs:
        """uint8 images (B, 6, 32, 32) → logits."""
        return self.heads(torch.cat([m.features(images) for m in self.members], 1))
