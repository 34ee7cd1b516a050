"""Made-up rows, and a line recogniser that learns from them: in seconds, without any data set."""

from __future__ import annotations

import json
import signal
from dataclasses import replace
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import onnx
import onnxruntime
import pandas as pd
import pytest
import torch
from safetensors.torch import load_file, save_file

from app.reading.line import CLASS
from app.reading.loading import checksum
from app.reading.reader import Reader
from models.line_image import CHARACTERS, LINE_HEIGHT, STRIDE
from models.line_recogniser import LineRecogniser
from models.vocabulary import INDEX
from tests.training.made_up import LABELS, ink_of
from training import release
from training.export import export_lines
from training.lines import canvas, train
from training.lines.initial import go_on_from
from training.lines.misreadings import read_rows
from training.lines.picture import line_picture, row_photograph
from training.lines.texts import Part, row
from training.lines.train import Epochs, LinesConfiguration, MadeRows, greedy, train_lines
from training.sources import Sample

ROWS = np.random.default_rng(2).integers(0, 256, (16, LINE_HEIGHT, 64), np.uint8)
TINY = LinesConfiguration(epochs=2, lines=128, batch=8, workers=0)


@pytest.fixture(autouse=True)
def made_up_hands(monkeypatch: pytest.MonkeyPatch) -> None:
    """Characters drawn by a program, every label by the shape of one of a few."""
    rng = np.random.default_rng(0)
    signs = list(LABELS)
    samples = {}
    for k, label in enumerate(CHARACTERS):
        ink = ink_of(signs[k % len(signs)], rng)
        samples[label] = ([[Sample(ink, tuple(range(len(ink.pieces))), INDEX[label])]], np.ones(1))
    monkeypatch.setattr(canvas, "glyphs", lambda validation: samples)
    monkeypatch.setattr(train, "glyphs", lambda validation: samples)


def test_a_row_is_the_same_for_the_same_seed():
    parts = row(np.random.default_rng(3))
    first, second = (line_picture(np.random.default_rng(5), parts) for _ in range(2))
    assert np.array_equal(first.image, second.image)
    assert first.labels == second.labels == tuple(label for part in parts for label in part.labels)


@pytest.mark.parametrize("seed", range(40))
def test_rows_are_pictures_of_characters_that_are_known(seed: int):
    rng = np.random.default_rng(seed)
    made = line_picture(rng, row(rng))
    assert made.image.shape[0] == LINE_HEIGHT and made.image.dtype == np.uint8
    assert made.image.max() > made.image.min()
    assert made.labels and set(made.labels) <= set(CHARACTERS)


def test_answers_are_as_often_right_as_by_chance():
    """A recogniser that could learn what answers are right would read wrong ones as right."""
    rng = np.random.default_rng(0)
    right = total = 0
    for _ in range(4000):
        text = "".join(label for part in row(rng) for label in part.labels)
        question, _, answer = text.partition("=")
        a, plus, b = question.partition("+")
        if plus and a.isdigit() and b.isdigit() and answer.isdigit():
            total += 1
            right += int(a) + int(b) == int(answer)
    assert total > 100
    assert right <= 0.1 * total


@pytest.mark.parametrize("slant", [-0.3, 0.0, 0.4])
def test_strokes_and_pictures_of_symbols_lean_alike(slant: float):
    made = canvas.Canvas(np.random.default_rng(0), False)
    made.slant = slant
    bar = np.full((30, 3), 255, np.uint8)
    leaning, shift = made._slanted(bar, made.foot - 30)
    # Its middle line goes through where it stood at the foot, and leans to the right above it.
    columns = np.arange(leaning.shape[1]) + 0.5
    middles = [(row * columns).sum() / row.sum() + shift for row in (leaning[0], leaning[-1])]
    assert middles[0] - middles[1] == pytest.approx(29 * slant, abs=0.3)
    assert middles[1] == pytest.approx(1.5 + slant, abs=0.5)
    assert int(leaning.sum()) == pytest.approx(int(bar.sum()), rel=0.05)


def test_a_row_is_photographed_dark_on_light():
    photo = row_photograph(np.random.default_rng(0), [Part(("7", "+", "4", "="))])
    assert photo.dtype == np.uint8 and photo.shape[0] < photo.shape[1]
    assert np.median(photo) > 150 > photo.min()


def test_ink_is_read_without_the_line_recogniser(reader: Reader, monkeypatch: pytest.MonkeyPatch):
    """What it is misread as is to be told from what the line recogniser says."""
    monkeypatch.setattr(type(reader.network), "transcribe", lambda *_: pytest.fail("it was asked"))
    rows = list(read_rows(reader, 12, seed=3))
    assert rows
    for found, truth in rows:
        assert found and truth and {*found, *truth} <= set(CLASS.values())


def test_an_empty_frame_or_line_is_no_character():
    part = Part(("7",), True, "box")
    assert line_picture(np.random.default_rng(0), [part]).labels == ("7",)


def test_batches_hold_what_stands_on_the_rows():
    for images, classes, lengths in MadeRows(4, 1, False)[0]:
        assert images.shape[:2] == (4, LINE_HEIGHT)
        assert classes.shape == (4, int(lengths.max()))
        assert all((c[:n] > 0).all() and not c[n:].any() for c, n in zip(classes, lengths, strict=True))


def test_repetitions_count_only_behind_a_blank():
    path = torch.zeros(1, 6, 3)
    path[0, range(6), [1, 1, 0, 1, 2, 2]] = 1
    assert greedy(path) == [[1, 1, 2]]


def test_loss_falls_and_the_exported_graph_says_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(train, "RUNS", tmp_path)
    path = train_lines(TINY, "tiny", bars=False)
    history = pd.read_csv(tmp_path / "tiny" / "history.csv")
    assert history["train_loss"].iloc[-1] < 0.8 * history["train_loss"].iloc[0]
    model = LineRecogniser().eval()
    model.load_state_dict(load_file(path))
    export_lines(model, tmp_path, ROWS)
    session = onnxruntime.InferenceSession(tmp_path / "lines.onnx", providers=["CPUExecutionProvider"])
    for width in (9, 200):
        image = np.random.default_rng(width).integers(0, 256, (1, LINE_HEIGHT, width), np.uint8)
        (frames,) = session.run(None, {"images": image})
        assert frames.shape == (1, width // STRIDE, 1 + len(CHARACTERS))
        with torch.inference_mode():
            meant = model(torch.from_numpy(image)).exp().numpy()
        # Eight bits an activation.
        assert np.abs(np.exp(frames) - meant).mean() < 0.1 * meant.std()


def test_a_released_graph_is_where_training_goes_on(tmp_path: Path):
    """Its normalisation is folded into the convolutions: unfolded, it computes the same."""
    rng = np.random.default_rng(0)
    model = LineRecogniser()
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm1d | torch.nn.BatchNorm2d):
            for values, low in ((module.running_mean, -1), (module.running_var, 0.5), (module.weight.data, 0.5)):
                values.copy_(torch.from_numpy(rng.uniform(low, low + 1.5, values.shape)))
    export_lines(model.eval(), tmp_path, ROWS)
    images = [line_picture(rng, row(rng)).image for _ in range(8)]
    other = LineRecogniser()
    go_on_from(other, tmp_path / "lines.onnx", images)
    assert other.training
    with torch.inference_mode():
        for image in images:
            x = torch.from_numpy(image[None])
            # Its weights have eight bits.
            assert (other.eval()(x).exp() - model(x).exp()).abs().mean() < 0.05 * model(x).exp().std()
        # What training will see of a batch is what was measured.
        norm = other.body[0][1]
        assert not np.allclose(norm.running_mean, 0)


def test_a_class_that_came_later_starts_anew(tmp_path: Path):
    model = LineRecogniser()
    export_lines(model.eval(), tmp_path, ROWS)
    graph = onnx.load(str(tmp_path / "lines.onnx"))
    for initializer in graph.graph.initializer:
        if initializer.name.startswith("classes.1"):
            values = onnx.numpy_helper.to_array(initializer)[:-1]
            initializer.CopyFrom(onnx.numpy_helper.from_array(values, initializer.name))
    onnx.save(graph, str(tmp_path / "old.onnx"))
    other = LineRecogniser()
    own = other.classes[1].weight[-1].clone()
    go_on_from(other, tmp_path / "old.onnx", [line_picture(np.random.default_rng(0), [Part(("7",))]).image])
    assert torch.equal(other.classes[1].weight[-1], own)
    assert torch.equal(other.classes[1].weight[:-1], model.classes[1].weight[:-1])


def test_another_line_recogniser_leaves_the_rest_of_a_release_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(release, "RUNS", tmp_path)
    monkeypatch.setattr(release, "calibration_rows", lambda: ROWS)
    (tmp_path / "other").mkdir()
    save_file(LineRecogniser().state_dict(), tmp_path / "other" / "weights.safetensors")
    directory = tmp_path / "weights"
    directory.mkdir()
    (directory / "heads.npz").write_bytes(b"heads")
    before = {
        "version": "0.0.1", "checksums": {"lines.onnx": "old"}, "backbones": ["vgg"], "reader": {"strokes": {}},
        "measured": {"some": 0.5},
    }  # fmt: skip
    (directory / "card.json").write_text(json.dumps(before))
    release.release(directory, lines="other")
    card = json.loads((directory / "card.json").read_text())
    kept = ("backbones", "reader", "measured")
    assert {k: card[k] for k in kept} == {k: before[k] for k in kept}
    assert card["version"] == release.VERSION
    assert card["checksums"] == {name: checksum(directory / name) for name in ("heads.npz", "lines.onnx")}
    assert (directory / "heads.npz").read_bytes() == b"heads"


def test_workers_draw_though_the_process_they_copy_drew_before():
    """OpenCV's threads do not live on in a copy: one that waits for them would wait for ever."""

    def give_up(*_: object) -> None:
        raise TimeoutError("the worker draws nothing")

    before = cv2.getNumThreads(), signal.signal(signal.SIGALRM, give_up)
    cv2.setNumThreads(4)
    cv2.GaussianBlur(np.zeros((2000, 2000), np.float32), (0, 0), 3)
    signal.alarm(60)
    try:
        batches = list(Epochs(MadeRows(2, 1, False), 1, 0, 1))
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before[1])
        cv2.setNumThreads(before[0])
    assert len(batches) == len(Epochs(MadeRows(2, 1, False), 1, 0, 1))


def test_training_ends_with_its_time_and_a_whole_cycle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(train, "RUNS", tmp_path)
    seconds = count()
    monkeypatch.setattr("training.deadline.time", SimpleNamespace(monotonic=lambda: next(seconds)))
    rates = []

    def note(self: train.SaveLast) -> None:
        if self.training:
            rates.append(self.opt.hypers[-1]["lr"])

    monkeypatch.setattr(train.SaveLast, "after_batch", note, raising=False)
    train_lines(replace(TINY, epochs=10_000, lines=64, seconds=60, again=1, kept=4), "short", bars=False)
    # The clock is asked twice a batch.
    assert len(rates) == pytest.approx(30, abs=2)
    top = int(np.argmax(rates))
    # Up to the greatest rate, and down again to next to nothing.
    assert 0 < top < len(rates) - 1
    assert rates[-1] < 0.05 * max(rates) and rates[0] < 0.2 * max(rates)


def test_a_killed_run_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(train, "RUNS", tmp_path)

    class Killed(Exception):
        pass

    def kill(self: train.SaveLast) -> None:
        original(self)
        raise Killed("between two epochs")

    original = train.SaveLast.after_epoch
    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(train.SaveLast, "after_epoch", kill)
        train_lines(TINY, "tiny", bars=False)
    before = pd.read_csv(tmp_path / "tiny" / "history.csv")
    train_lines(TINY, "tiny", bars=False)
    after = pd.read_csv(tmp_path / "tiny" / "history.csv")
    assert list(before["epoch"]) == [0]
    # fastai writes a row without figures for each epoch that a resumed run skips.
    losses = pd.to_numeric(after["train_loss"], errors="coerce").dropna()
    assert len(losses) == 2
    assert losses.iloc[-1] < before["train_loss"].iloc[0]
