"""Training the context parser on the bank, with fastai."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import torch
from fastai.callback.core import Callback
from fastai.callback.progress import CSVLogger
from fastai.callback.tracker import SaveModelCallback
from fastai.data.core import DataLoaders
from fastai.learner import AvgMetric, Learner
from fastai.optimizer import Adam
from fastai.torch_core import set_seed
from torch import nn
from torch.nn import functional as F
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from models.context import ContextOutputs, ContextParser
from models.layout_tree import RELATIONS
from training.bank import BankExpression, Look
from training.batches import drawn_by
from training.classifier import fit_the_rest, member_state, save_state
from training.configuration import RUNS
from training.context_items import IGNORED, ByLength, ContextConfiguration, ContextItems, is_left_out, is_plain


class ContextLoss(nn.Module):
    """Cross entropies of class, parent, relation to the true parent, and of being one symbol, summed."""

    def __init__(self, label_smoothing: float) -> None:
        super().__init__()
        self.label_smoothing = label_smoothing

    def forward(self, out: ContextOutputs, labels, whole, parents, relations) -> torch.Tensor:
        known = whole != IGNORED
        related = relations != IGNORED
        at_parent = out.relation[related].gather(1, parents[related][:, None, None].expand(-1, 1, len(RELATIONS)))[:, 0]
        return (
            F.cross_entropy(
                out.symbol.flatten(0, 1), labels.flatten(), ignore_index=IGNORED, label_smoothing=self.label_smoothing
            )
            + F.cross_entropy(out.parent.flatten(0, 1), parents.flatten(), ignore_index=IGNORED)
            + F.cross_entropy(at_parent, relations[related])
            + F.binary_cross_entropy_with_logits(out.whole[known], whole[known])
        )


def symbols_right(out: ContextOutputs, labels, whole, parents, relations) -> torch.Tensor:
    """Share of expressions with every symbol named right."""
    return ((out.symbol.argmax(-1) == labels) | (labels == IGNORED)).all(1).float().mean()


def layout_right(out: ContextOutputs, labels, whole, parents, relations) -> torch.Tensor:
    """Share of expressions with every parent and relation right."""
    return _layout(out, parents, relations).all(1).float().mean()


def all_right(out: ContextOutputs, labels, whole, parents, relations) -> torch.Tensor:
    """Share of expressions read entirely right, given the true grouping."""
    named = (out.symbol.argmax(-1) == labels) | (labels == IGNORED)
    return (named & _layout(out, parents, relations)).all(1).float().mean()


def _layout(out: ContextOutputs, parents: torch.Tensor, relations: torch.Tensor) -> torch.Tensor:
    attached = (out.parent.argmax(-1) == parents) | (parents == IGNORED)
    safe = parents.clamp(0, out.relation.shape[2] - 1)
    at_parent = out.relation.gather(2, safe[..., None, None].expand(-1, -1, 1, len(RELATIONS)))[:, :, 0]
    return attached & ((at_parent.argmax(-1) == relations) | (relations == IGNORED))


class _Average(Callback):
    """A running average of the weights (Polyak and Juditsky, 1992), in their place while validated and saved."""

    def __init__(self, decay: float) -> None:
        self.decay = decay
        self.swapped = False

    def before_fit(self) -> None:
        self.average = AveragedModel(self.model, multi_avg_fn=get_ema_multi_avg_fn(self.decay))

    def after_step(self) -> None:
        self.average.update_parameters(self.model)

    def before_validate(self) -> None:
        self._swap()

    def before_train(self) -> None:
        # Not sooner: what saves the best weights does so after validation.
        if self.swapped:
            self._swap()

    def _swap(self) -> None:
        for own, averaged in zip(self.model.parameters(), self.average.module.parameters(), strict=True):
            own.data, averaged.data = averaged.data, own.data
        self.swapped = not self.swapped


class _Clip(Callback):
    def before_step(self) -> None:
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)


def train_context(
    c: ContextConfiguration, training: Sequence[BankExpression], validation: Sequence[BankExpression],
    name: str = "context", *, looks: Sequence[Look] = (), bars: bool = True,
) -> Path:  # fmt: skip
    """Train the context parser.

    Args:
        c: what to train.
        training: bank of expressions classified by networks that have not seen them, calibrated.
        validation: bank of other writers' expressions, likewise.
        name: of the run, kept in ``runs/NAME``.
        looks: of symbols that the bank does not have, for made-up rows.

    Returns:
        The path of the weights.
    """
    directory = RUNS / name
    directory.mkdir(parents=True, exist_ok=True)
    set_seed(c.seed)
    training = [e for e in training if is_plain(e) and not is_left_out(e, c.exclude)]
    (directory / "configuration.json").write_text(json.dumps(asdict(c), indent=2) + "\n")
    train = drawn_by(
        c.workers, ContextItems(training, c, True, looks),
        ByLength([len(e.labels) for e in training], c.batch, c.seed, True), stay=True,
    )  # fmt: skip
    valid = drawn_by(
        0, ContextItems(validation, c, False), ByLength([len(e.labels) for e in validation], c.batch, c.seed, False)
    )
    loaders = DataLoaders(train, valid)
    loaders.n_inp = 3
    model = ContextParser(c.width, c.layers, c.heads, c.dropout)
    if c.initial:
        model.load_state_dict(member_state(Path(c.initial), c.member))
    averaging = [_Average(c.averaging)] if c.averaging else []
    learner = Learner(
        loaders, model, ContextLoss(c.label_smoothing), opt_func=Adam, wd=c.weight_decay, path=directory, model_dir=".",
        metrics=[AvgMetric(symbols_right), AvgMetric(layout_right), AvgMetric(all_right)],
        cbs=[CSVLogger(), SaveModelCallback(fname="best"), _Clip(), *averaging],
    )  # fmt: skip
    fit_the_rest(learner, c.epochs, c.lr, 0, bars)
    path = directory / "weights.safetensors"
    save_state(learner.model, path)
    return path
