"""The released weights: the same answers on every runtime."""

import json
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest
from onnxruntime import GraphOptimizationLevel, InferenceSession, SessionOptions

from app.reading.ink import ink_from_strokes
from app.reading.line import Strip
from app.reading.loading import WEIGHTS, checksum, load_network
from app.reading.network import Network
from app.reading.reader import Reader
from app.reading.torch_network import TorchNetwork
from models.ink import Ink, Stroke
from models.rendering import render
from tests.doodles import write

torch = pytest.importorskip("torch", reason="PyTorch is not installed")


@pytest.fixture(scope="module")
def images():
    strokes = [np.asarray(s, np.float32)[:, :2] for s in write("12+7×3=33")]
    ink = Ink(tuple(Stroke(s) for s in strokes))
    return render(ink, [(i,) for i in range(len(ink.pieces))])


TEXTS = ["12+7×3=33", "8÷4", "(5-2)×9", "46+13=59", "7", "3×(1+2)", "90-81", "6"]


def labels(reading) -> list[str]:
    return [s.label for s in reading.best.symbols]


def assert_same_readings(a: Reader, b: Reader, tolerance: float) -> None:
    for text in TEXTS:
        ink = ink_from_strokes(write(text))
        ours, theirs = a.read(ink), b.read(ink)
        assert labels(ours) == labels(theirs)
        assert ours.best.confidence == pytest.approx(theirs.best.confidence, abs=tolerance)


def assert_alike(a: Network, b: Network, images: np.ndarray, tolerance: float) -> None:
    ours, theirs = a.classify(images), b.classify(images)
    # The class that one takes for the best is within the tolerance of the other's best: a toss-up may fall either way.
    chosen = np.take_along_axis(theirs.symbol, ours.symbol.argmax(1)[:, None], 1)[:, 0]
    assert (theirs.symbol.max(1) - chosen <= tolerance).all()
    assert np.allclose(ours.symbol, theirs.symbol, atol=tolerance)
    assert np.allclose(ours.whole, theirs.whole, atol=tolerance)


EIGHT_BITS = 1.0
"""By how much logits, which differ by ten and more, may be off in the 8-bit graphs."""


@pytest.fixture(scope="module")
def full():
    """The networks in PyTorch, in single precision."""
    return TorchNetwork(WEIGHTS, json.loads((WEIGHTS / "card.json").read_text()), "cpu", None)


def test_onnx_and_torch_agree(images, full):
    assert_alike(load_network(), full, images, EIGHT_BITS)
    assert_same_readings(Reader(load_network()), Reader(full), 0.1)


def test_half_precision_changes_no_reading(full):
    """PyTorch can compute in half precision on a CPU too: that nothing is lost is known without a GPU."""
    half = TorchNetwork(WEIGHTS, full.card, "cpu", None)
    half._half = True
    assert_same_readings(Reader(full), Reader(half), 0.02)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA GPU here")
def test_gpu_and_cpu_agree(images):
    gpu = load_network(device="cuda")
    assert gpu.joined
    assert_alike(load_network(), gpu, images, EIGHT_BITS)
    assert_same_readings(Reader(load_network()), Reader(gpu), 0.1)


@pytest.mark.parametrize("joined", [False, True])
def test_requests_at_once_read_what_they_read_alone(joined):
    network = load_network(threads=1)
    network.joined = joined
    runs = []
    network.observer = lambda candidates, requests: runs.append((candidates, requests))
    reader = Reader(network)
    inks = [ink_from_strokes(write(text)) for text in TEXTS]
    alone = [reader.read(ink) for ink in inks]
    candidates = sum(n for n, _ in runs)
    runs.clear()
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(reader.read, inks))
    assert sum(n for n, _ in runs) == candidates
    assert joined or all(requests == 1 for _, requests in runs)
    for a, b in zip(alone, together, strict=True):
        assert labels(a) == labels(b)
        assert a.best.confidence == pytest.approx(b.best.confidence, abs=1e-3)


def test_rows_are_read_as_the_graph_is_meant_on_any_cpu():
    plain = SessionOptions()
    plain.graph_optimization_level = GraphOptimizationLevel.ORT_DISABLE_ALL  # eight bits, but added up exactly
    meant = InferenceSession(str(WEIGHTS / "lines.onnx"), plain, providers=["CPUExecutionProvider"])
    network = load_network()
    for text in ("12+7=19", "8×9=72", "90-81=9", "35÷5=7"):
        darkness = np.zeros((200, 900), np.uint8)
        for stroke in write(text):
            points = np.round(np.asarray(stroke)[:, :2] + 50).astype(np.int32)
            cv2.polylines(darkness, [points.reshape(-1, 1, 2)], False, 255, 6, cv2.LINE_AA)
        image = Strip(darkness, (50.0, 750.0), 60.0, 100.0).image
        (frames,) = meant.run(None, {"images": image[None]})[0]
        assert np.abs(np.exp(network.transcribe(image)) - np.exp(frames)).max() < 0.05


@pytest.mark.skipif(torch.cuda.is_available(), reason="a CUDA GPU is here")
def test_asking_for_a_gpu_that_is_not_there_says_so():
    with pytest.raises(ValueError, match="cuda"):
        load_network(device="cuda")


def test_files_are_those_that_the_card_names():
    card = load_network().card
    assert {n: checksum(WEIGHTS / n) for n in card["checksums"]} == card["checksums"]


def test_weights_for_another_vocabulary_are_refused(tmp_path):
    (tmp_path / "card.json").write_text(json.dumps({"vocabulary": ["a"], "backbones": []}))
    with pytest.raises(ValueError, match="vocabulary"):
        load_network(tmp_path)
