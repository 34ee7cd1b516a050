"""The mean of two runs' weights, which generalises better than either where one went on from the other.

Wortsman et al., Model soups, ICML 2022.
"""

from __future__ import annotations

from pathlib import Path

from safetensors.torch import load_file, save_file


def average(first: Path, second: Path, share: float, path: Path) -> None:
    """Write the weighted mean of two files of weights of one shape.

    Args:
        first: safetensors.
        second: safetensors.
        share: weight of the second, 0 … 1.
        path: where to; counters are taken from the second.

    Raises:
        ValueError: they are not weights of the same network.
    """
    a, b = load_file(first), load_file(second)
    if {k: t.shape for k, t in a.items()} != {k: t.shape for k, t in b.items()}:
        raise ValueError(f"{first} and {second} are not of the same network")
    mean = {k: ((1 - share) * a[k].float() + share * t.float() if t.is_floating_point() else t) for k, t in b.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file({k: t.contiguous() for k, t in mean.items()}, path)
