"""The context parser: a small transformer over the symbols of one expression.

It looks at all symbols at once (class probabilities, sizes, places) and says anew what each one is, which
symbol it hangs from, and how: graph-based dependency parsing with learned arc and relation scores (after Dozat
and Manning, ICLR 2017), with the geometry of each pair as a bias of attention (after Shaw et al., NAACL 2018).
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import nn

from models.context_input import NODE_FEATURES, PAIR_FEATURES, class_log_probabilities
from models.layout_tree import RELATIONS
from models.vocabulary import LABELS

_MASKED = -1e4


class ContextOutputs(NamedTuple):
    """Logits for B expressions of up to N symbols.

    Attributes:
        symbol: (B, N, len(LABELS)): class of each symbol.
        whole: (B, N): whether it is exactly one symbol.
        parent: (B, N, N + 1): what it hangs from; the last column is "nothing: it is the root".
        relation: (B, N, N, len(RELATIONS)): how symbol i would hang from symbol j.
    """

    symbol: torch.Tensor
    whole: torch.Tensor
    parent: torch.Tensor
    relation: torch.Tensor


class _Layer(nn.Module):
    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.attention_norm = nn.LayerNorm(width)
        self.queries_keys_values = nn.Linear(width, 3 * width)
        self.mix = nn.Linear(width, width)
        self.forward_norm = nn.LayerNorm(width)
        self.feed_forward = nn.Sequential(
            nn.Linear(width, 3 * width), nn.GELU(), nn.Dropout(dropout), nn.Linear(3 * width, width)
        )
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
        batch, count, width = x.shape
        qkv = self.queries_keys_values(self.attention_norm(x))
        # B x N x 3W --> 3 x B x H x N x W/H
        q, k, v = qkv.reshape(batch, count, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        weights = (q @ k.transpose(-1, -2) * (width // self.heads) ** -0.5 + bias).softmax(-1)
        mixed = (weights @ v).transpose(1, 2).reshape(batch, count, width)
        x = x + self.dropout(self.mix(mixed))
        return x + self.dropout(self.feed_forward(self.forward_norm(x)))


class ContextParser(nn.Module):
    """The network.

    Args:
        width: size of a symbol's state.
        layers: number of transformer layers.
        heads: attention heads a layer.
        dropout: on states and feed-forward layers.
    """

    def __init__(self, width: int = 192, layers: int = 4, heads: int = 6, dropout: float = 0.15) -> None:
        super().__init__()
        self.read = nn.Sequential(
            nn.Linear(NODE_FEATURES, width), nn.GELU(), nn.Dropout(dropout), nn.Linear(width, width)
        )
        self.see = nn.Sequential(nn.Linear(PAIR_FEATURES, 64), nn.GELU(), nn.Linear(64, 64), nn.GELU())
        self.bias = nn.Linear(64, layers * heads)
        self.layers = nn.ModuleList(_Layer(width, heads, dropout) for _ in range(layers))
        self.heads = heads
        self.norm = nn.LayerNorm(width)
        self.symbol = nn.Linear(width, len(LABELS))
        self.trust = nn.Parameter(torch.ones(()))
        self.whole = nn.Linear(width, 1)
        self.root = nn.Linear(width, 1)
        self.child = nn.Linear(width, 96)
        self.parent = nn.Linear(width, 96)
        self.pair = nn.Linear(64, 96)
        self.arc = nn.Linear(96, 1)
        self.relation = nn.Linear(96, len(RELATIONS))

    def forward(self, nodes: torch.Tensor, pairs: torch.Tensor, mask: torch.Tensor) -> ContextOutputs:
        """
        Args:
            nodes: (B, N, NODE_FEATURES).
            pairs: (B, N, N, PAIR_FEATURES).
            mask: (B, N), 1 for a symbol, 0 for padding.
        """
        absent = (1 - mask) * _MASKED
        seen = self.see(pairs)  # B x N x N x 64
        biases = self.bias(seen).permute(0, 3, 1, 2)  # B x LH x N x N
        x = self.read(nodes)
        for number, layer in enumerate(self.layers):
            bias = biases[:, number * self.heads : (number + 1) * self.heads]
            x = layer(x, bias + absent[:, None, None, :])
        x = self.norm(x)
        # B x N x 1 x 96 + B x 1 x N x 96 + B x N x N x 96
        joint = torch.relu(self.child(x)[:, :, None] + self.parent(x)[:, None] + self.pair(seen))
        itself = torch.eye(x.shape[1], device=x.device)[None] * _MASKED
        arcs = self.arc(joint)[..., 0] + absent[:, None, :] + itself
        # What the classifier saw stands; the parser learns what to add to it.
        seen_alone = class_log_probabilities(nodes)
        return ContextOutputs(
            self.symbol(x) + self.trust * seen_alone,
            self.whole(x)[..., 0],
            torch.cat([arcs, self.root(x)], -1),
            self.relation(joint),
        )


class ContextEnsemble(nn.Module):
    """Parsers that were trained from different beginnings, their logits averaged.

    Args:
        members: how many.
        shape: arguments of each :class:`ContextParser`.
    """

    def __init__(self, members: int = 1, **shape: int) -> None:
        super().__init__()
        self.members = nn.ModuleList(ContextParser(**shape) for _ in range(members))

    def forward(self, nodes: torch.Tensor, pairs: torch.Tensor, mask: torch.Tensor) -> ContextOutputs:
        """Arguments and result of :meth:`ContextParser.forward`."""
        found = [member(nodes, pairs, mask) for member in self.members]
        return ContextOutputs(*(torch.stack(field).mean(0) for field in zip(*found, strict=True)))
