"""Expressions of the bank as the context parser learns from them, varied anew each time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch.utils.data import Dataset, Sampler

from app.reading.scoring import ARITHMETIC, FORBIDDEN, log_softmax
from models.context_input import CONFIRMED_WHOLE, ContextInput, confirmed, context_input
from models.ink import typical_size
from models.layout_tree import RELATIONS, Relation
from models.vocabulary import CASES, INDEX, LABELS
from training.bank import BankExpression, Look, is_photograph
from training.exchange import IGNORED, ROOT, Rows, Symbols, exchanged, symbols_of, truth_of
from training.folds import formula_fold
from training.rows import RAISED, cell_boxes, row_boxes, row_labels

_OTHER_CASE = {INDEX[a]: INDEX[b] for pair in CASES for a, b in (pair, pair[::-1])}
_FORMS = (
    (*"acemnorsuvwxz", "\\alpha", "\\pi", "\\sigma"),
    (*"bdhklt", "\\theta", "\\lambda"),
    (*"gpqy", "\\gamma", "\\mu"),
    tuple("ABCEFGHILMNPRSTVXY"),
)
"""Letters that differ in what they are, but not in how high and low they reach."""
_SAME_FORM = {INDEX[a]: [INDEX[b] for b in form if a != b] for form in _FORMS for a in form}
_OBELUS = INDEX["\\div"]
_MOST_TRIES = 6
"""Parts of expressions that are tried until one fits."""


@dataclass(frozen=True)
class ContextConfiguration:
    """Everything that decides how the context parser is trained.

    Attributes:
        wrong_grouping: probability to learn from a likely grouping instead of the true one.
        part: probability to learn from a part of an expression.
        rows: probability to learn from a made-up row of arithmetic.
        swap: probability that a digit becomes another digit (and its look another ink's).
        recase: probability that one letter of an expression becomes its other case, wherever it stands.
        reletter: probability that one letter becomes another of the same form (like x: no ascender, no descender).
        exchange: probability that parts of an expression are those of other ones.
        forget_order: probability to hide the order of writing though the pen's way was seen; where the classifier
            looked at a photograph it is always hidden.
        restyle: probability that a symbol looks as in another ink.
        restrict: probability that nothing but arithmetic is allowed where there is nothing else.
        confirm: probability that some symbols are given, as a person's corrections give them.
        jitter: standard deviation of the places of box corners, in reference sizes.
        averaging: decay a step of the running average of the weights, which is what is kept; 0 keeps the last.
        initial: weights to go on from, of a run or of a release; empty for none.
        member: which of a release's parsers goes on.
        exclude: fold of arithmetic formulas to leave out, as [fold, folds]; empty for none.
    """

    epochs: int = 24
    batch: int = 32
    lr: float = 1.5e-3
    weight_decay: float = 0.05
    width: int = 192
    layers: int = 4
    heads: int = 6
    dropout: float = 0.15
    wrong_grouping: float = 0.3
    part: float = 0.3
    rows: float = 0.16
    swap: float = 0.15
    recase: float = 0.15
    reletter: float = 0.3
    exchange: float = 0.5
    forget_order: float = 0.15
    restyle: float = 0.08
    restrict: float = 0.35
    confirm: float = 0.1
    jitter: float = 0.03
    averaging: float = 0.999
    label_smoothing: float = 0.05
    initial: str = ""
    member: int = 0
    exclude: Sequence[int] = ()
    seed: int = 1
    workers: int = 1


@dataclass(frozen=True)
class _Item:
    input: ContextInput
    labels: np.ndarray
    whole: np.ndarray
    parents: np.ndarray
    relations: np.ndarray


def _part_of(s: Symbols, rng: np.random.Generator) -> Symbols:
    """A random stretch of a random baseline with everything that hangs from it; all where no baseline is long."""
    rows = Rows(s)
    long = [row for row in map(rows.row, rows.heads) if len(row) > 2]
    if not long:
        return s
    row = long[rng.integers(len(long))]
    start = int(rng.integers(0, len(row) - 1))
    stop = int(rng.integers(start + 2, len(row) + 1))
    return s.only(sorted(rows.hanging(row[start:stop])), cut=True)


def _is_arithmetic(e: BankExpression) -> bool:
    return bool(ARITHMETIC[e.labels].all())


def is_plain(e: BankExpression) -> bool:
    """Whether what is called a division sign has its three strokes: some who were asked for one drew a slash, and a
    parser that learns its name takes any slanted 1 between digits for a division sign."""
    return all(label != _OBELUS or len(group) >= 3 for label, group in zip(e.labels.tolist(), e.groups, strict=False))


def is_left_out(e: BankExpression, exclude: Sequence[int]) -> bool:
    """Whether it is arithmetic of a fold of formulas that is left out."""
    return bool(exclude) and _is_arithmetic(e) and formula_fold(e.tree, exclude[1]) == exclude[0]


class ContextItems(Dataset):
    """Expressions as the parser sees them, varied anew each time."""

    def __init__(
        self,
        bank: Sequence[BankExpression],
        c: ContextConfiguration,
        vary: bool,
        looks: Sequence[Look] = (),
    ) -> None:
        self.bank, self.c, self.vary = bank, c, vary
        self.arithmetic = [e for e in bank if _is_arithmetic(e)]
        self.looks: dict[tuple[int, bool], list[Look]] = {}
        if vary:
            for look in looks:
                for photograph in (False, True):
                    self.looks.setdefault((look.label, photograph), []).append(look)
            for e in bank:
                for i, label in enumerate(e.labels.tolist()):
                    size = (e.boxes[i, 2:] - e.boxes[i, :2]) / e.reference
                    for variant, (logits, whole) in enumerate(zip(e.logits, e.whole, strict=True)):
                        look = Look(label, logits[i], float(whole[i]), (float(size[0]), float(size[1])))
                        self.looks.setdefault((label, is_photograph(variant)), []).append(look)
        self.labels = {label for label, photograph in self.looks if (label, not photograph) in self.looks}
        self.digits = [INDEX[d] for d in "0123456789" if INDEX[d] in self.labels]

    def __getitem__(self, item: tuple[int, Sequence[int]]) -> tuple[torch.Tensor, ...]:
        number, members = item
        rng = np.random.default_rng((self.c.seed, number))
        return _collate([self.item(i, rng) for i in members])

    def item(self, index: int, rng: np.random.Generator) -> _Item:
        e, c = self.bank[index], self.c
        if self.vary and rng.random() < c.rows and (row := self._row(rng)) is not None:
            return row
        variant = int(rng.integers(len(e.logits))) if self.vary else 0
        photograph = is_photograph(variant)
        exchange = self.vary and rng.random() < c.exchange
        s = self._exchanged(e, variant, rng) if exchange else self._own(e, variant, rng)
        count = len(s.labels)
        if self.vary:
            s = s.only(rng.permutation(count))
        labels, logits, whole, boxes, reference = s.labels.copy(), s.logits, s.whole, s.boxes, e.reference
        single = (labels != IGNORED).astype(np.float32)
        times: np.ndarray | None = s.times
        if self.vary:
            for k in np.flatnonzero(rng.random(count) < c.swap):
                if labels[k] in self.digits:
                    labels[k] = self.digits[rng.integers(len(self.digits))]
                    look = self._look(int(labels[k]), photograph, rng)
                    logits[k], whole[k] = look.logits, look.whole
            for k in np.flatnonzero((rng.random(count) < c.restyle) & (labels != IGNORED)):
                if int(labels[k]) in self.labels:
                    look = self._look(int(labels[k]), photograph, rng)
                    logits[k], whole[k] = look.logits, look.whole
            if rng.random() < c.reletter:
                self._reletter(labels, logits, whole, photograph, rng)
            if rng.random() < c.recase:
                boxes = self._recase(labels, logits, whole, boxes, photograph, rng)
            reference *= float(np.exp(rng.normal(0, 0.15)))
            boxes = boxes + rng.normal(0, c.jitter * reference, boxes.shape)
            boxes = np.concatenate([np.minimum(boxes[:, :2], boxes[:, 2:]), np.maximum(boxes[:, :2], boxes[:, 2:])], 1)
            boxes[:, 1::2] *= float(np.exp(rng.normal(0, 0.08)))
            boxes[:, 1::2] += boxes[:, 0::2] * rng.normal(0, 0.03)
            if photograph or rng.random() < c.forget_order:
                times = None
        log_probabilities = self._log_probabilities(logits, labels, rng)
        if self.vary and rng.random() < c.confirm:
            for k in np.flatnonzero((rng.random(count) < rng.random()) & (labels != IGNORED)):
                log_probabilities[k], whole[k] = confirmed(int(labels[k])), CONFIRMED_WHOLE
                labels[k] = IGNORED
        features = context_input(log_probabilities, whole, boxes, reference, times)
        return _Item(features, labels, single, np.where(s.parents == ROOT, count, s.parents), s.relations)

    def _own(self, e: BankExpression, variant: int, rng: np.random.Generator) -> Symbols:
        """An expression as it is, or a part of it, or with symbols wrongly grouped."""
        if self.vary and e.groupings and rng.random() < self.c.wrong_grouping:
            return symbols_of(e, variant).only(e.groupings[rng.integers(len(e.groupings))])
        truth = truth_of(e, variant)
        return _part_of(truth, rng) if self.vary and rng.random() < self.c.part else truth

    def _exchanged(self, e: BankExpression, variant: int, rng: np.random.Generator) -> Symbols:
        """An expression of which parts come from others that were seen as it was; arithmetic stays arithmetic."""
        symbols = truth_of(e, variant)
        others = self.arithmetic if _is_arithmetic(e) else self.bank
        for _ in range(_MOST_TRIES):
            other = others[rng.integers(len(others))]
            found = exchanged(symbols, truth_of(other, variant), rng)
            if found is not None:
                symbols = found
                if rng.random() < 0.5:
                    break
        return symbols

    def _reletter(
        self, labels: np.ndarray, logits: np.ndarray, whole: np.ndarray, photograph: bool, rng: np.random.Generator
    ) -> None:
        """Make a letter another one of its form everywhere, in place; frequent letters are chosen more often."""
        forms = {k: [o for o in _SAME_FORM.get(k, ()) if o in self.labels] for k in np.unique(labels).tolist()}
        letters = [k for k, others in forms.items() if others]
        if not letters:
            return
        old = letters[rng.integers(len(letters))]
        others = forms[old]
        shares = np.sqrt([len(self.looks[k, photograph]) for k in others])
        new = int(rng.choice(others, p=shares / shares.sum()))
        for k in np.flatnonzero(labels == old):
            look = self._look(new, photograph, rng)
            labels[k], logits[k], whole[k] = new, look.logits, look.whole

    def _recase(
        self,
        labels: np.ndarray,
        logits: np.ndarray,
        whole: np.ndarray,
        boxes: np.ndarray,
        photograph: bool,
        rng: np.random.Generator,
    ) -> np.ndarray:
        """Make a letter a capital, or small, everywhere: labels, logits and whole in place; returns the boxes."""
        letters = [k for k in np.unique(labels) if k in _OTHER_CASE and _OTHER_CASE[k] in self.labels]
        if not letters:
            return boxes
        old = int(letters[rng.integers(len(letters))])
        new, boxes = _OTHER_CASE[old], boxes.copy()
        growth = float(np.exp(rng.normal(np.log(1.5), 0.15)))
        for k in np.flatnonzero(labels == old):
            look = self._look(new, photograph, rng)
            labels[k], logits[k], whole[k] = new, look.logits, look.whole
            x0, y0, x1, y1 = boxes[k]
            small = min(old, new, key=lambda i: LABELS[i].isupper())
            if LABELS[small] in "py":
                # As tall as its capital, but a third of it hangs below the line.
                shift = (y1 - y0) * (-0.33 if new != small else 0.33)
                boxes[k, 1::2] += shift
            else:
                factor = growth if new != small else 1 / growth
                boxes[k] = (
                    (x0 + x1) / 2 - factor * (x1 - x0) / 2, y1 - factor * (y1 - y0),
                    (x0 + x1) / 2 + factor * (x1 - x0) / 2, y1,
                )  # fmt: skip
        return boxes

    def _row(self, rng: np.random.Generator) -> _Item | None:
        """A made-up row of arithmetic; ``None`` if the bank lacks one of its symbols."""
        names = row_labels(rng)
        labels = np.array([INDEX[n] for n in names])
        if any(label not in self.labels for label in labels.tolist()):
            return None
        photograph = bool(rng.random() < 0.5)
        looks = [self._look(k, photograph, rng) for k in labels.tolist()]
        logits = np.stack([look.logits for look in looks]).astype(np.float32)
        whole = np.array([look.whole for look in looks], np.float32)
        sizes = np.array([look.size for look in looks])
        scattered = len(names) == 3 and rng.random() < 0.7
        boxes = cell_boxes(names, sizes, rng) if scattered else row_boxes(names, sizes, rng)
        reference = typical_size(boxes)
        count = len(names)
        times = None if photograph or rng.random() < self.c.forget_order else np.arange(count, dtype=float)
        features = context_input(self._log_probabilities(logits, labels, rng), whole, boxes, reference, times)
        parents, relations = np.full(count, count), np.full(count, IGNORED)
        before = 0
        for k in range(1, count):
            parents[k] = before
            relations[k] = RELATIONS.index(Relation.SUPERSCRIPT if names[k] in RAISED else Relation.RIGHT)
            before = before if names[k] in RAISED else k
        return _Item(features, labels, np.ones(count, np.float32), parents, relations)

    def _log_probabilities(self, logits: np.ndarray, labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """What the parser is given, sometimes as when a caller allows nothing but arithmetic."""
        known = labels[labels != IGNORED]
        if self.vary and len(known) and ARITHMETIC[known].all() and rng.random() < self.c.restrict:
            logits = np.where(ARITHMETIC, logits, FORBIDDEN)
        return log_softmax(logits)

    def _look(self, label: int, photograph: bool, rng: np.random.Generator) -> Look:
        looks = self.looks[label, photograph]
        return looks[rng.integers(len(looks))]


def _collate(items: list[_Item]) -> tuple[torch.Tensor, ...]:
    longest = max(len(i.labels) for i in items)

    def padded(arrays: list[np.ndarray], axes: int, fill: float) -> torch.Tensor:
        shape = (len(arrays), *([longest] * axes), *arrays[0].shape[axes:])
        out = np.full(shape, fill, arrays[0].dtype)
        for row, a in zip(out, arrays, strict=True):
            row[tuple(slice(0, n) for n in a.shape)] = a
        return torch.from_numpy(out)

    # The root's column stands behind all others, wherever padding ends.
    parents = [np.where(i.parents == len(i.parents), longest, i.parents) for i in items]
    return (
        padded([i.input.nodes for i in items], 1, 0), padded([i.input.pairs for i in items], 2, 0),
        padded([np.ones(len(i.labels), np.float32) for i in items], 1, 0),
        padded([i.labels for i in items], 1, IGNORED), padded([i.whole for i in items], 1, IGNORED),
        padded(parents, 1, IGNORED), padded([i.relations for i in items], 1, IGNORED),
    )  # fmt: skip


class ByLength(Sampler):
    """Batches of expressions of like length, so that little is padded."""

    def __init__(self, lengths: Sequence[int], batch: int, seed: int, shuffle: bool) -> None:
        self.lengths, self.batch, self.seed, self.shuffle, self.epoch = np.array(lengths), batch, seed, shuffle, 0

    def __len__(self) -> int:
        return -(-len(self.lengths) // self.batch)

    def __iter__(self) -> Iterator[tuple[int, list[int]]]:
        rng = np.random.default_rng((self.seed, self.epoch))
        noise = rng.normal(0, 2, len(self.lengths)) if self.shuffle else 0
        order = np.argsort(self.lengths + noise, kind="stable")
        batches = [order[i : i + self.batch] for i in range(0, len(order), self.batch)]
        for k in rng.permutation(len(batches)) if self.shuffle else range(len(batches)):
            yield self.epoch * len(batches) + int(k), [int(i) for i in batches[k]]
        if self.shuffle:
            self.epoch += 1
