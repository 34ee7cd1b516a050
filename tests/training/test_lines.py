"""Made-up rows, and a line recogniser that learns from them: in seconds, without any data set."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import pandas as pd
import pytest
import torch
from safetensors.torch import load_file

from models.line_image import CHARACTERS, LINE_HEIGHT, STRIDE
from models.line_recogniser import LineRecogniser
from models.vocabulary import INDEX
from tests.training.made_up import LABELS, ink_of
from training.export import export_lines
from training.lines import picture, train
from training.lines.picture import line_picture
from training.lines.texts import Part, row
from training.lines.train import LinesConfiguration, MadeRows, greedy, train_lines
from training.sources import Sample

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
    monkeypatch.setattr(picture, "glyphs", lambda validation: samples)
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
    export_lines(model, tmp_path)
    session = onnxruntime.InferenceSession(tmp_path / "lines.onnx", providers=["CPUExecutionProvider"])
    for width in (9, 200):
        image = np.random.default_rng(width).integers(0, 256, (1, LINE_HEIGHT, width), np.uint8)
        (frames,) = session.run(None, {"images": image})
        assert frames.shape == (1, width // STRIDE, 1 + len(CHARACTERS))
        with torch.inference_mode():
            np.testing.assert_allclose(frames, model(torch.from_numpy(image)), atol=1e-4)


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
