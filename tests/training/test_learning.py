"""Training really learns: on a tiny made-up set, in seconds, for every backbone and for the context parser."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from safetensors.torch import load_file, save_file

from app.reading.loading import load_network
from app.reading.scoring import log_softmax
from app.reading.torch_network import TorchNetwork
from models.backbones import BACKBONES, CHALLENGERS, TUTOR
from models.context import ContextEnsemble
from models.context_input import context_input
from models.line_image import LINE_HEIGHT
from models.line_recogniser import LineRecogniser
from models.network import Classifier, Ensemble, Outputs
from models.rendering import render
from models.trace import CHANNELS, POINTS, SIZES
from models.trace_classifier import TraceClassifier
from models.vocabulary import INDEX, LABELS
from tests.training.made_up import expressions, samples
from training.bank import (
    BankExpression,
    Fold,
    bank_expression,
    calibrated,
    is_photograph,
    load_classifier,
    load_trace_classifier,
)
from training.classifier import initial_state, train_on
from training.configuration import TrainingConfiguration
from training.context import train_context
from training.context_items import ContextConfiguration, is_plain
from training.export import export_classifier, export_context, export_lines, export_traces
from training.geometry import learn_geometry
from training.grammar import count_pieces, learn_grammar
from training.rows import cell_boxes, row_boxes, row_labels
from training.together import TogetherConfiguration, TogetherLoss, TogetherOutputs, train_together

TINY = TrainingConfiguration(
    epochs=3, images=400, batch=16, lr=3e-3, shares={"symbols": 0.7, "groupings": 0.3}, workers=0, bfloat16=False
)


@pytest.fixture(scope="module")
def sources():
    return samples(60), samples(24, seed=1)


def train(configuration, directory, sources):
    path = train_on(configuration, directory, sources, bars=False)
    return path, pd.read_csv(directory / "history.csv")


@pytest.mark.parametrize("backbone", [*BACKBONES, *CHALLENGERS])
def test_loss_falls_and_saved_weights_answer_the_same(backbone, tmp_path, sources):
    # The tutor is never served, and slow.
    size = {"epochs": 2, "images": 320} if backbone == TUTOR else {}
    path, history = train(replace(TINY, backbone=backbone, **size), tmp_path, sources)
    assert history["train_loss"].iloc[-1] < 0.7 * history["train_loss"].iloc[0]
    assert TrainingConfiguration.load(tmp_path / "configuration.json").backbone == backbone
    images = torch.from_numpy(np.concatenate([render(s.ink, [s.group]) for s in sources[1]["symbols"]]))
    twice = []
    for _ in range(2):
        model = Classifier(backbone)
        model.load_state_dict(load_file(path))
        with torch.inference_mode():
            twice.append(model.eval()(images))
    assert torch.equal(twice[0].symbol, twice[1].symbol)
    labels = torch.tensor([s.label for s in sources[1]["symbols"]])
    assert (twice[0].symbol.argmax(1) == labels).float().mean() > 0.7


def test_a_killed_run_goes_on_where_it_was(tmp_path, sources):
    class Killed(Exception):
        pass

    from training import classifier

    original = classifier.SaveLast.after_epoch

    def kill(self):
        original(self)
        if self.epoch == 0:
            raise Killed("between two epochs")

    classifier.SaveLast.after_epoch = kill
    try:
        with pytest.raises(Killed):
            train(TINY, tmp_path, sources)
    finally:
        classifier.SaveLast.after_epoch = original
    assert (tmp_path / "epochs_done").read_text() == "1"
    _, history = train(TINY, tmp_path, sources)
    assert [int(e) for e in history["epoch"] if str(e).isdigit()][-2:] == [1, 2]


@pytest.mark.parametrize(
    "choices",
    [{"optimiser": "sgd", "schedule": "warm_restarts"}, {"optimiser": "rmsprop", "schedule": "constant", "lr": 5e-4}],
)
def test_other_optimisers_and_schedules_learn_too(choices, tmp_path, sources):
    _, history = train(replace(TINY, backbone="vgg", **choices), tmp_path, sources)
    assert history["train_loss"].iloc[-1] < 0.9 * history["train_loss"].iloc[0]


def test_transfer_starts_from_other_weights(tmp_path, sources):
    first, _ = train(replace(TINY, backbone="vgg"), tmp_path / "first", sources)
    moved = replace(TINY, backbone="vgg", initial=str(first), frozen_epochs=1, epochs=1)
    path, _ = train(moved, tmp_path / "second", sources)
    images = torch.from_numpy(np.concatenate([render(s.ink, [s.group]) for s in sources[1]["symbols"]]))
    model = Classifier("vgg")
    model.load_state_dict(load_file(path))
    labels = torch.tensor([s.label for s in sources[1]["symbols"]])
    assert (model.eval()(images).symbol.argmax(1) == labels).float().mean() > 0.8


def test_weights_for_fewer_channels_answer_the_same_in_a_wider_net(tmp_path):
    wide = Classifier("resnet").eval()
    state = wide.state_dict()
    first = next(name for name, tensor in state.items() if tensor.ndim == 4)
    narrow = {f"members.0.{k}": v.contiguous() for k, v in {**state, first: state[first][:, :3]}.items()}
    save_file({**narrow, "members.1.other": torch.zeros(2)}, tmp_path / "ensemble.safetensors")
    wide.load_state_dict(initial_state(tmp_path / "ensemble.safetensors", "resnet", wide))
    images = torch.randint(0, 256, (4, 6, 32, 32), dtype=torch.uint8)
    others = torch.cat([images[:, :3], torch.randint(0, 256, (4, 3, 32, 32), dtype=torch.uint8)], 1)
    assert torch.allclose(wide(images).symbol, wide(others).symbol, atol=1e-5)


def test_backbones_that_learn_together_all_learn(tmp_path, sources, monkeypatch):
    monkeypatch.setattr("training.together.RUNS", tmp_path)
    monkeypatch.setattr("training.together.load_sources", lambda validation, cache: sources[validation])
    c = TogetherConfiguration(
        epochs=2, images=320, batch=16, shares=TINY.shares, workers=0, again=1, kept=8, advice=0.5, lr=3e-3
    )
    images = torch.from_numpy(np.concatenate([render(s.ink, [s.group]) for s in sources[1]["symbols"]]))
    labels = torch.tensor([s.label for s in sources[1]["symbols"]])
    for backbone, path in zip(BACKBONES, train_together(c, bars=False), strict=True):
        assert path == tmp_path / backbone / "weights.safetensors"
        model = Classifier(backbone)
        model.load_state_dict(load_file(path))
        with torch.inference_mode():
            assert (model.eval()(images).symbol.argmax(1) == labels).float().mean() > 0.7


def test_only_a_tutor_who_is_right_is_heard():
    loss = TogetherLoss(TogetherConfiguration(label_smoothing=0.0))
    count = len(LABELS)
    label, whole, hand = torch.tensor([3]), torch.ones(1), torch.ones(1)

    def said(best: int, second: int) -> Outputs:
        symbol = torch.zeros(1, count)
        symbol[0, best], symbol[0, second] = 8.0, 6.0
        return Outputs(symbol, torch.zeros(1), torch.zeros(1))

    def told(tutor: Outputs, member: Outputs) -> float:
        return float(loss(TogetherOutputs(tutor, (member,)), label, whole, hand)) - float(
            loss(TogetherOutputs(tutor, ()), label, whole, hand)
        )

    alike, other = said(3, 5), said(3, 7)
    assert told(said(3, 5), alike) < told(said(3, 5), other)
    assert told(said(5, 3), alike) == pytest.approx(told(said(5, 3), other), abs=1e-5)


def test_context_parser_learns_and_goes_on(tmp_path, sources, monkeypatch):
    monkeypatch.setattr("training.context.RUNS", tmp_path)
    classifier, _ = train(replace(TINY, backbone="vgg"), tmp_path / "vgg", sources)
    torch.manual_seed(0)
    save_file(TraceClassifier().state_dict(), tmp_path / "traces.safetensors")
    fold = Fold(load_classifier(classifier, "vgg"), load_trace_classifier(tmp_path / "traces.safetensors"))
    rng = np.random.default_rng(0)
    bank, _ = calibrated([b for e in expressions(40) if (b := bank_expression(e, fold, 2, rng))])
    c = ContextConfiguration(epochs=4, batch=8, width=48, layers=2, heads=2, workers=0, swap=0.0, averaging=0.7)
    path = train_context(c, bank[:32], bank[32:], "context", bars=False)
    history = pd.read_csv(tmp_path / "context" / "history.csv")
    assert history["valid_loss"].iloc[-1] < 0.8 * history["valid_loss"].iloc[0]
    train_context(replace(c, epochs=1, lr=1e-5, initial=str(path)), bank[:32], bank[32:], "again", bars=False)
    again = pd.read_csv(tmp_path / "again" / "history.csv")["valid_loss"].iloc[0]
    # The best epoch's weights are what is kept.
    assert again == pytest.approx(history["valid_loss"].min(), rel=0.05)


@pytest.mark.parametrize(("strokes", "plain"), [((1,), False), ((1, 2, 3), True)])
def test_a_slash_that_is_called_a_division_sign_is_not_learned_from(strokes: tuple[int, ...], plain: bool):
    groups = ((0,), strokes, (4,), (0, 1))
    none = np.zeros((0, 0))
    labels = np.array([INDEX[label] for label in ("5", "\\div", "2")])
    e = BankExpression(groups, none, none, 1.0, expressions(1)[0].tree, labels, (), none, none, none)
    assert is_plain(e) is plain


def test_a_bank_counts_the_pens_way_in_where_it_is_known_and_useful(tmp_path, sources):
    classifier, _ = train(replace(TINY, backbone="vgg"), tmp_path / "vgg", sources)
    labels = np.zeros(0, int)

    def knows(paths: np.ndarray, strokes: np.ndarray) -> np.ndarray:
        # Right of the true symbols, which come first, and undecided about the rest.
        told = np.full((len(paths), len(LABELS)), -4.0, np.float32)
        told[np.arange(len(labels)), labels] = -0.5
        return told

    bank = []
    for e in expressions(20):
        labels = np.array([INDEX[label] for label in e.labels])
        entry = bank_expression(e, Fold(load_classifier(classifier, "vgg"), knows), 3, np.random.default_rng(0))
        assert entry is not None
        assert [bool(traces.any()) for traces in entry.traces] == [not is_photograph(k) for k in range(3)]
        bank.append(entry)

    def loss(entries: list, variant: int) -> float:
        logs = [log_softmax(e.logits[variant, : len(e.labels)].astype(np.float32)) for e in entries]
        return float(
            -np.mean(np.concatenate([a[np.arange(len(a)), e.labels] for a, e in zip(logs, entries, strict=True)]))
        )

    after, temperature = calibrated(bank)
    assert loss(after, 0) < 0.7 * loss(bank, 0)
    for before, e in zip(bank, after, strict=True):
        assert np.allclose(e.logits[1], before.logits[1] / temperature, rtol=0.01, atol=0.01)


@pytest.mark.parametrize("backbone", [None, *BACKBONES])
def test_exported_onnx_answers_as_exported_torch(backbone, exported):
    images = np.random.default_rng(0).integers(0, 256, (9, 6, 32, 32), dtype=np.uint8)
    onnx = load_network(exported, backbone=backbone).classify(images)
    card = json.loads((exported / "card.json").read_text())
    torch_ = TorchNetwork(exported, card, "cpu", backbone).classify(images)
    # Eight bits an activation: the graphs' logits are off by a small part of how far logits lie apart.
    for field in ("symbol", "whole", "hand"):
        told, meant = getattr(onnx, field), getattr(torch_, field)
        assert np.abs(told - meant).mean() < 0.1 * torch_.symbol.std()
    assert not np.allclose(onnx.symbol, torch_.symbol, atol=1e-6)


def test_exported_traces_are_read_as_by_torch(exported):
    rng = np.random.default_rng(0)
    points, sizes = (rng.normal(size=(9, *shape)).astype(np.float32) for shape in ((CHANNELS, POINTS), (SIZES,)))
    onnx = load_network(exported).trace(points, sizes)
    card = json.loads((exported / "card.json").read_text())
    assert onnx.shape == (9, len(LABELS))
    assert np.allclose(onnx, TorchNetwork(exported, card, "cpu", None).trace(points, sizes), atol=1e-4)


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """Weights of an untrained ensemble and parser, exported."""
    directory = tmp_path_factory.mktemp("exported")
    torch.manual_seed(0)
    images = np.random.default_rng(1).integers(0, 256, (128, 6, 32, 32), dtype=np.uint8)
    export_classifier(Ensemble([Classifier(b) for b in BACKBONES]).eval(), list(BACKBONES), directory, images)
    written = expressions(20)
    learn_grammar([e.tree for e in written], 0.1, count_pieces(written)).save(directory / "grammar.npz")
    learn_geometry(written).save(directory / "geometry.npz")
    shape = {"members": 2, "width": 48, "layers": 2, "heads": 2}
    export_context(ContextEnsemble(**shape).eval(), directory)
    rows = np.random.default_rng(2).integers(0, 256, (16, LINE_HEIGHT, 64), dtype=np.uint8)
    export_lines(LineRecogniser().eval(), directory, rows)
    export_traces(TraceClassifier().eval(), directory)
    card = {"vocabulary": LABELS, "backbones": list(BACKBONES), "sieve": "vgg", "context": shape}
    (directory / "card.json").write_text(json.dumps(card))
    return directory


def test_the_sieve_answers_as_its_backbone(exported):
    images = np.random.default_rng(0).integers(0, 256, (70, 6, 32, 32), dtype=np.uint8)
    network = load_network(exported)
    assert network.sieve
    sifted, alone = network.sift(images), load_network(exported, backbone="vgg").classify(images)
    assert np.allclose(sifted.symbol, alone.symbol, atol=1e-5) and np.allclose(sifted.whole, alone.whole, atol=1e-5)
    fused = network.classify(images).symbol
    assert not np.allclose(sifted.symbol, fused, atol=1e-3)
    assert np.allclose(network.classify(images[5:], sifted.features[5:]).symbol, fused[5:], atol=1e-4)


def test_a_hypothesis_is_parsed_alike_alone_and_in_a_batch(exported):
    rng = np.random.default_rng(1)
    inputs = [
        context_input(
            rng.normal(-4, 1, (n, len(LABELS))), rng.normal(0, 1, n), np.sort(rng.random((n, 4)) * 9), 1.0, None
        )
        for n in (1, 5, 3)
    ]
    onnx = load_network(exported)
    torch_ = TorchNetwork(exported, json.loads((exported / "card.json").read_text()), "cpu", None)
    for network in (onnx, torch_):
        for together, i in zip(onnx.parse(inputs), inputs, strict=True):
            (alone,) = network.parse([i])
            for field in ("symbol", "whole", "parent", "relation"):
                assert np.allclose(getattr(together, field), getattr(alone, field), atol=1e-3)


def test_made_up_rows_stand_in_one_line():
    rng = np.random.default_rng(0)
    for _ in range(50):
        labels = row_labels(rng)
        boxes = row_boxes(labels, rng.uniform(0.3, 1.2, (len(labels), 2)), rng)
        assert (boxes[1:, 0] > boxes[:-1, 0]).all() and (boxes[:, 2:] > boxes[:, :2]).all()
        digits = boxes[[label.isdigit() for label in labels]]
        assert np.ptp(digits[:, 3]) < 1.5


def test_symbols_of_cells_stay_in_their_cells():
    rng = np.random.default_rng(0)
    for _ in range(50):
        boxes = cell_boxes(["+", "3", "4"], rng.uniform(0.1, 1.5, (3, 2)), rng)
        assert (boxes[:, 0] >= np.arange(3) - 1e-9).all() and (boxes[:, 2] <= np.arange(3) + 1 + 1e-9).all()
        assert (boxes[:, 1] >= 0).all() and (boxes[:, 3] <= 1 + 1e-9).all()
        assert (boxes[:, 2:] > boxes[:, :2]).all()
