"""Which symbols are dollar signs: no class of the vocabulary, told by one backbone's features."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True, eq=False)
class Dollars:
    """Logistic regression on looks (``python -m training dollars``).

    Attributes:
        weight: (FEATURES,).
        bias: of the logit.
    """

    weight: np.ndarray
    bias: float

    def __call__(self, looks: np.ndarray) -> np.ndarray:
        """The probability that symbols are dollar signs, (n,).

        Args:
            looks: (n, FEATURES) of length 1, from ``Network.looks``.
        """
        return 1 / (1 + np.exp(-(looks @ self.weight + self.bias)))

    def save(self, path: Path) -> None:
        """Write it to a file."""
        np.savez_compressed(path, weight=self.weight.astype(np.float16), bias=np.float32(self.bias))

    @classmethod
    def load(cls, path: Path) -> Dollars:
        """Read what :meth:`save` wrote.

        Raises:
            FileNotFoundError: there is no such file.
        """
        with np.load(path) as archive:
            return cls(archive["weight"].astype(np.float32), float(archive["bias"]))
