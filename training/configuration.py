"""A run's configuration: one readable file, saved with its weights."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from training.augmentation import Augmentation

RUNS = Path("runs")
"""Where runs keep their weights and logs; not part of the repository."""


def _shares() -> dict[str, float]:
    return {
        "symbols": 0.46, "groupings": 0.22, "unipen": 0.12, "detexify": 0.04,
        "mnist": 0.05, "bhmsds": 0.04, "mdas": 0.03, "printed": 0.04,
    }  # fmt: skip


@dataclass(frozen=True)
class TrainingConfiguration:
    """Everything that decides how one classifier is trained.

    Attributes:
        backbone: an entry of ``models.backbones.BACKBONES`` or ``CHALLENGERS``.
        epochs: passes; one pass draws ``images`` samples.
        batch: samples a step.
        optimiser: ``adam``, ``sgd`` (momentum 0.9) or ``rmsprop``.
        schedule: ``one_cycle`` (Smith, 2018), ``warm_restarts`` (Loshchilov and Hutter, 2017) or ``constant``.
        lr: greatest learning rate; 0 asks the learning-rate finder.
        weight_decay: decoupled weight decay.
        label_smoothing: mass given to the other classes.
        dropout: before the heads.
        initial: weights to start from (transfer); the body is frozen for ``frozen_epochs``.
        patience: early stopping after so many epochs without a better validation loss; 0 never.
        power: balance of classes inside a source, 1 natural … 0 uniform.
        shares: probability of each source.
        augmentation: strengths; ``None`` trains without.
        bfloat16: mixed precision.
        exclude: fold of the training writers to leave out, as [fold, folds]; empty for none.
    """

    backbone: str = "resnet"
    epochs: int = 12
    images: int = 150_000
    batch: int = 256
    optimiser: str = "adam"
    schedule: str = "one_cycle"
    lr: float = 4e-3
    weight_decay: float = 0.02
    label_smoothing: float = 0.05
    dropout: float = 0.2
    initial: str = ""
    frozen_epochs: int = 0
    patience: int = 0
    power: float = 0.6
    shares: dict[str, float] = field(default_factory=_shares)
    augmentation: Augmentation | None = field(default_factory=Augmentation)
    bfloat16: bool = True
    exclude: tuple[int, ...] = ()
    seed: int = 1
    workers: int = 2

    def save(self, path: Path) -> None:
        """Write as JSON."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self), indent=2) + "\n")

    @classmethod
    def load(cls, path: Path) -> TrainingConfiguration:
        """Read what :meth:`save` wrote.

        Raises:
            ValueError: the file names a setting that does not exist.
        """
        return cls.from_dict(json.loads(path.read_text()))

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> TrainingConfiguration:
        """Build from plain values; settings left out keep their defaults."""
        unknown = set(values) - {f.name for f in fields(cls)}
        if unknown:
            raise ValueError(f"no such setting: {', '.join(sorted(unknown))}")
        values = dict(values)
        if isinstance(values.get("augmentation"), dict):
            values["augmentation"] = Augmentation(**values["augmentation"])
        if "exclude" in values:
            values["exclude"] = tuple(values["exclude"])
        return cls(**values)
