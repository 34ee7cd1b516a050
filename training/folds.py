"""Leaving a fold of expressions out, so that a classifier can be asked about ink it has never seen; or a fold of
formulas, so that a context parser can be asked about what it has never read."""

from __future__ import annotations

import zlib
from pathlib import Path

from app.maths.latex import to_latex
from models.ink import Ink
from models.layout_tree import LayoutTree
from training.configuration import RUNS
from training.sources import Sample


def fold_of(ink: Ink, folds: int) -> int:
    """The fold of a drawing: by a hash of its first stroke's points, the same in every run."""
    return zlib.crc32(ink.pieces[0].points.tobytes()) % folds


def formula_fold(tree: LayoutTree, folds: int) -> int:
    """The fold of a formula: by a hash of its LaTeX, so that all drawings of it are in one."""
    return zlib.crc32(to_latex(tree).encode()) % folds


def without_fold(samples: list[Sample], fold: int, folds: int) -> list[Sample]:
    """Samples whose drawing is not in one fold."""
    known: dict[int, bool] = {}
    for s in samples:
        if id(s.ink) not in known:
            known[id(s.ink)] = fold_of(s.ink, folds) != fold
    return [s for s in samples if known[id(s.ink)]]


def weights_of_fold(backbone: str, fold: int) -> tuple[Path, Path]:
    """The weights of the classifier of one backbone, and of the trace classifier, whose training left a fold out."""
    return RUNS / f"{backbone}-fold{fold}" / "weights.safetensors", RUNS / f"traces-fold{fold}" / "weights.safetensors"
