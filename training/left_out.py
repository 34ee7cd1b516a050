"""Arithmetic of CROHME's training set, read by classifiers that had left it out.

CROHME 2013 holds 45 arithmetic expressions, too few to choose by; here are 721. The classifiers are the weaker ones of
two folds (see ``training.folds``). The context parsers learned from all of it: what is chosen here must not be about
them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from app.reading.network import WEIGHTS, TorchNetwork
from app.reading.reader import Reader
from models.loading import load_weights
from models.network import Classifier
from models.trace_classifier import TraceClassifier
from training import crohme
from training.evaluation import Outcome, read_expressions
from training.folds import fold_of, weights_of_fold
from training.sources import data_directory


class _Fold(TorchNetwork):
    """The released networks with the classifiers of one fold in place of theirs."""

    def __init__(self, backbone: str, fold: int) -> None:
        super().__init__(WEIGHTS, json.loads((WEIGHTS / "card.json").read_text()), "cpu", backbone)
        path, traces = weights_of_fold(backbone, fold)
        self._first = self._classifier = load_weights(Classifier(backbone), path).eval()
        self._traces = load_weights(TraceClassifier(), traces).eval()


def left_out(backbone: str, folds: int, errors: bool = False) -> Iterator[str]:
    """Lines of a table: how many of the expressions are read right, by strokes and as images, told that they are
    arithmetic or not.

    Args:
        backbone: of the runs ``BACKBONE-fold0`` …, beside ``traces-fold0`` ….
        folds: how many there are.
        errors: whether what was misread is told, too.
    """
    written = [e for e in crohme.read_archive(data_directory() / crohme.TRAINING) if e.tree and e.arithmetic]
    written = [e for e in written if len(e.labels) > 1]
    readers = [Reader(_Fold(backbone, fold)) for fold in range(folds)]
    for as_images in (False, True):
        for symbols in ("auto", "arithmetic"):
            outcomes: list[Outcome] = []
            for fold, reader in enumerate(readers):
                part = [e for e in written if fold_of(e.ink, folds) == fold]
                outcomes += read_expressions(reader, part, as_images, symbols=symbols)[0]
            right, ranked = sum(o.right for o in outcomes), sum(o.rank >= 0 for o in outcomes)
            kind = f"{'images' if as_images else 'strokes'}, {symbols}"
            yield f"{kind}: {right}/{len(outcomes)} = {right / len(outcomes):.2%}, with alternatives {ranked}"
            for o in outcomes if errors else ():
                if not o.right:
                    yield f"  {o.cause} {o}"
