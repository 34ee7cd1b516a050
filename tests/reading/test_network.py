"""The released weights: the same answers on every runtime."""

import json

import numpy as np
import pytest

from app.reading.network import WEIGHTS, Network, TorchNetwork, checksum, load_network
from models.ink import Ink, Stroke
from models.rendering import render
from tests.doodles import write

torch = pytest.importorskip("torch", reason="PyTorch is not installed")


@pytest.fixture(scope="module")
def images():
    strokes = [np.asarray(s, np.float32)[:, :2] for s in write("12+7×3=33")]
    ink = Ink(tuple(Stroke(s) for s in strokes))
    return render(ink, [(i,) for i in range(len(ink.pieces))])


def assert_alike(a: Network, b: Network, images: np.ndarray, tolerance: float) -> None:
    ours, theirs = a.classify(images), b.classify(images)
    assert (ours.symbol.argmax(1) == theirs.symbol.argmax(1)).all()
    assert np.allclose(ours.symbol, theirs.symbol, atol=tolerance)
    assert np.allclose(ours.whole, theirs.whole, atol=tolerance)


def test_onnx_and_torch_agree(images):
    card = json.loads((WEIGHTS / "card.json").read_text())
    assert_alike(load_network(), TorchNetwork(WEIGHTS, card, "cpu", None), images, 5e-3)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA GPU here")
def test_gpu_and_cpu_agree(images):
    assert_alike(load_network(), load_network(device="cuda"), images, 2e-2)


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
