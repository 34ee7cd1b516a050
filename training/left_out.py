"""Arithmetic of CROHME's training set, read by networks that had left it out.

CROHME 2013 holds 45 arithmetic expressions, too few to choose by; here are 721. The classifiers are the weaker ones of
two folds (see ``training.folds``). The released context parsers learned from all of it and know its formulas by heart:
what they read on their own is told by a parser whose training left a fold of the formulas out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from app.reading.loading import WEIGHTS
from app.reading.reader import Reader
from app.reading.torch_network import TorchNetwork
from models.context import ContextParser
from models.loading import load_weights
from models.network import Classifier
from models.trace_classifier import TraceClassifier
from training import crohme
from training.configuration import RUNS
from training.evaluation import Outcome, read_expressions
from training.folds import fold_of, formula_fold, weights_of_fold
from training.sources import data_directory


class _Fold(TorchNetwork):
    """The released networks with the classifiers of one fold, and a parser, in place of theirs."""

    def __init__(self, backbone: str, fold: int, parser: ContextParser | None) -> None:
        super().__init__(WEIGHTS, json.loads((WEIGHTS / "card.json").read_text()), "cpu", backbone)
        path, traces = weights_of_fold(backbone, fold)
        self._first = self._classifier = load_weights(Classifier(backbone), path).eval()
        self._traces = load_weights(TraceClassifier(), traces).eval()
        self._context = parser or self._context


def _parser(run: str) -> tuple[ContextParser, tuple[int, int]]:
    """The parser of a run, and the fold of formulas that its training left out."""
    shape = json.loads((RUNS / run / "configuration.json").read_text())
    if not shape["exclude"]:
        raise SystemExit(f"{run} left no formulas out: train it with --set exclude=[0,2]")
    parser = ContextParser(shape["width"], shape["layers"], shape["heads"])
    return load_weights(parser, RUNS / run / "weights.safetensors"), tuple(shape["exclude"])


def left_out(backbone: str, folds: int, errors: bool = False, parser: str = "") -> Iterator[str]:
    """Lines of a table: how many of the expressions are read right, by strokes and as images, told that they are
    arithmetic or not.

    Args:
        backbone: of the runs ``BACKBONE-fold0`` …, beside ``traces-fold0`` ….
        folds: how many there are.
        errors: whether what was misread is told, too.
        parser: run of a context parser that left formulas out, which alone are read then; the released ones otherwise.
    """
    written = [e for e in crohme.read_archive(data_directory() / crohme.TRAINING) if e.tree and e.arithmetic]
    written = [e for e in written if len(e.labels) > 1]
    own = None
    if parser:
        own, (left, of) = _parser(parser)
        written = [e for e in written if formula_fold(e.tree, of) == left]
    readers = [Reader(_Fold(backbone, fold, own)) for fold in range(folds)]
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
