"""Mixed precision, where it saves time."""

from __future__ import annotations

import torch


def mixed_precision(device: str) -> torch.autocast:
    """Autocast to bfloat16, which needs no gradient scaling; without effect on CPUs that only emulate it, a dozen times
    slower than single precision.

    Args:
        device: a type of device: ``cpu``, ``cuda``.
    """
    computes = device != "cpu" or torch.ops.mkldnn._is_mkldnn_bf16_supported()
    return torch.autocast(device, torch.bfloat16, enabled=computes)
