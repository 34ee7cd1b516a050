"""Ablation: what each choice of the training adds, every one trained on the same small budget.

A variation differs from the base in one setting. All are trained with the same seed on as many samples and judged on
the same part of the validation data, so that a row can be compared with the base and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pandas as pd

from training.batches import load_sources
from training.classifier import train_on
from training.configuration import RUNS, TrainingConfiguration

BASE = TrainingConfiguration(backbone="resnet", epochs=3, images=9_216, seed=7, workers=1)
_RELEASED = "models/weights/classifier.safetensors"
VARIATIONS: dict[str, dict[str, Any]] = {
    "base: ResNet, Adam, one-cycle, from scratch": {},
    "SGD with momentum": {"optimiser": "sgd", "lr": 0.1},
    "RMSProp": {"optimiser": "rmsprop", "lr": 1e-3},
    "constant rate": {"schedule": "constant", "lr": 1e-3},
    "warm restarts": {"schedule": "warm_restarts", "epochs": 3},
    "without augmentation": {"augmentation": None},
    "without dropout": {"dropout": 0.0},
    "without weight decay": {"weight_decay": 0.0},
    "without label smoothing": {"label_smoothing": 0.0},
    "natural class frequencies": {"power": 1.0},
    "CROHME only": {"shares": {"symbols": 0.68, "groupings": 0.32}},
    "transferred from the released weights": {"initial": _RELEASED, "lr": 1e-3},
    "transferred, body frozen for one epoch": {"initial": _RELEASED, "lr": 1e-3, "frozen_epochs": 1, "epochs": 2},
    "DenseNet": {"backbone": "densenet"},
    "VGG": {"backbone": "vgg"},
    "EfficientNet-style (MBConv)": {"backbone": "efficientnet"},
}


def _directory(name: str) -> Path:
    return RUNS / "ablation" / "".join(c if c.isalnum() else "-" for c in name)


def run_ablation(cache: Path = Path("cache")) -> None:
    """Train every variation that has not been trained yet; a killed run goes on with the first that is missing."""
    training, validation = load_sources(False, cache / "training.pkl"), load_sources(True, cache / "validation.pkl")
    part = {"symbols": validation["symbols"][::2], "groupings": validation["groupings"][::8]}
    for name, changes in VARIATIONS.items():
        directory = _directory(name)
        if not (directory / "weights.safetensors").exists():
            train_on(replace(BASE, **changes), directory, (training, part), bars=False)


def ablation_table() -> Iterator[str]:
    """Lines of a Markdown table of the variations that have been trained."""
    yield "| variation | symbols named right | whole symbols told from parts | validation loss |"
    yield "|---|---|---|---|"
    for name in VARIATIONS:
        path = _directory(name) / "history.csv"
        if (path.parent / "weights.safetensors").exists():
            last = pd.read_csv(path).iloc[-1]
            symbol, whole, loss = (float(last[k]) for k in ("symbol_accuracy", "whole_accuracy", "valid_loss"))
            yield f"| {name} | {symbol:.2%} | {whole:.2%} | {loss:.3f} |"


def base_settings() -> str:
    """The base's settings, as JSON."""
    return json.dumps({k: v for k, v in asdict(BASE).items() if k not in ("augmentation", "shares")})
