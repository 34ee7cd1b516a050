"""The pen's way as the trace classifier sees it, and learning from it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file

from app.reading.classifying import classify, traced
from app.reading.ink import ink_from_strokes
from app.reading.loading import load_network
from models.ink import Ink, Stroke
from models.trace import CHANNELS, POINTS, SIZES, paths_of, trace_input
from models.trace_classifier import TraceClassifier
from models.vocabulary import INDEX, LABELS
from tests.doodles import write
from training.traces import Epochs, Traces, TracesConfiguration, train_on, varied

RING = np.stack([np.cos(np.linspace(0, 6, 40)), np.sin(np.linspace(0, 6, 40))], 1)
DASH = np.array([[0.0, 0.0], [1.0, 0.0]])
DOT = np.array([[3.0, 3.0]])


def ink(*strokes: np.ndarray) -> Ink:
    return Ink(tuple(Stroke(s.astype(np.float32)) for s in strokes))


def seen(drawing: Ink, group: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    return trace_input(paths_of(drawing, [group]), np.array([len(group)]))


@given(st.floats(0.01, 1000), st.floats(-100, 100), st.sampled_from([(0,), (1,), (2,), (0, 1), (0, 1, 2)]))
def test_neither_place_nor_scale_matters(scale: float, shift: float, group: tuple[int, ...]):
    moved = ink(*(scale * (s + shift) for s in (RING, DASH, DOT)))
    for a, b in zip(seen(ink(RING, DASH, DOT), group), seen(moved, group), strict=True):
        assert np.allclose(a, b, atol=0.02)


@pytest.mark.parametrize("group", [(0,), (2,), (0, 1), (0, 1, 2)])
def test_every_candidate_is_seen_at_one_size(group: tuple[int, ...]):
    points, sizes = seen(ink(RING, DASH, DOT), group)
    assert points.shape == (1, CHANNELS, POINTS) and sizes.shape == (1, SIZES)
    assert points.dtype == sizes.dtype == np.float32
    assert np.isfinite(points).all() and np.isfinite(sizes).all()
    assert np.abs(points[:, :2]).max() <= 1.001


def test_the_pen_is_in_the_air_between_strokes_only():
    assert not paths_of(ink(RING), [(0,)])[..., 2].any()
    in_air = paths_of(ink(RING, DASH, RING + 4), [(0, 1, 2)])[0, :, 2]
    assert np.count_nonzero(np.diff(in_air) == 1) == 2
    assert 0 < in_air.mean() < 0.5


def test_the_direction_of_writing_is_seen():
    there, back = (seen(ink(s), (0,))[0] for s in (RING, RING[::-1]))
    assert np.abs(there[0, 2:4] - back[0, 2:4]).max() > 0.5


def test_varied_ways_are_others_and_stay_what_they_are():
    paths = np.repeat(paths_of(ink(RING, DASH), [(0, 1)]), 50, 0)
    other = varied(paths, TracesConfiguration(), np.random.default_rng(0))
    assert other.shape == paths.shape and np.array_equal(other[..., 2], paths[..., 2])
    centred = paths[..., :2] - (paths[..., :2].max(1, keepdims=True) + paths[..., :2].min(1, keepdims=True)) / 2
    off = np.linalg.norm(other[..., :2] - centred, axis=2).mean(1)
    assert (off > 1e-3).all() and np.median(off) < 0.3
    nothing = TracesConfiguration(rotation=0, shear=0, stretch=0, reference=0, wobble=0, tremor=0)
    assert np.allclose(varied(paths, nothing, np.random.default_rng(0))[..., :2], centred, atol=1e-5)


def written(text: str, copies: int, seed: int) -> Traces:
    """Copies of the characters of a text, each drawn a little otherwise."""
    rng = np.random.default_rng(seed)
    paths, strokes, labels = [], [], []
    for character in text:
        ways = [np.asarray(s, float)[:, :2] for s in write(character)]
        for _ in range(copies):
            drawn = ink(*(way + rng.normal(0, 0.5, way.shape) for way in ways))
            paths.append(paths_of(drawn, [tuple(range(len(ways)))])[0])
            strokes.append(len(ways))
            labels.append(INDEX[character])
    return Traces(np.array(paths, np.float16), np.array(strokes), np.array(labels), np.zeros(len(labels), int))


TINY = TracesConfiguration(epochs=3, traces=1024, batch=32, lr=3e-3)


def test_it_learns_goes_on_and_reloads(tmp_path):
    training, validation = written("0123456789", 20, 0), written("0123456789", 5, 1)
    path = train_on(TINY, tmp_path, training, validation, bars=False)
    history = pd.read_csv(tmp_path / "history.csv")
    assert history["accuracy"].astype(float).iloc[-1] > 0.9
    (tmp_path / "epochs_done").write_text("2")
    train_on(TINY, tmp_path, training, validation, bars=False)
    model = TraceClassifier()
    model.load_state_dict(load_file(path))
    points, sizes = trace_input(validation.paths.astype(np.float32), validation.strokes)
    with torch.inference_mode():
        found = model.eval()(torch.from_numpy(points), torch.from_numpy(sizes)).argmax(1).numpy()
    assert (found == validation.labels).mean() > 0.9


def test_rare_classes_and_sources_get_their_share():
    few, many = written("1", 2, 0), written("2", 60, 0)
    fields = ("paths", "strokes", "labels")
    both = Traces(*(np.concatenate([getattr(few, k), getattr(many, k)]) for k in fields), np.repeat([0, 1], [2, 60]))
    batches = Epochs(both, replace(TINY, traces=2048), 0, torch.device("cpu"))
    labels = np.concatenate([b[2].numpy() for b in batches])
    assert 0.6 < (labels == INDEX["1"]).mean() < 0.85


def test_the_released_trace_classifier_reads_drawn_symbols_and_is_weighed():
    network, text = load_network(), "0123456789+"
    drawing = ink_from_strokes(write(text))
    groups, first = [], 0
    for character in text:
        groups.append(tuple(range(first, first + len(write(character)))))
        first += len(write(character))
    logs = traced(network, drawing, groups)
    assert np.allclose(np.exp(logs).sum(1), 1, atol=1e-4)
    right = [LABELS[k] == character for k, character in zip(logs.argmax(1), text, strict=True)]
    assert sum(right) >= len(text) - 2
    without, with_it = (classify(network, drawing, groups, weight).symbol for weight in (0.0, 0.5))
    assert np.allclose(with_it - without, 0.5 * logs, atol=1e-4)
