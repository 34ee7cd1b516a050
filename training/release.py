"""Releasing weights: assemble, round, calibrate on CROHME 2013, export, and write their card."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from app.reading.classifying import traced
from app.reading.hypothesis import Weights
from app.reading.loading import checksum, load_network
from app.reading.reader import Reader
from models.backbones import BACKBONES
from models.context import ContextEnsemble
from models.line_recogniser import LineRecogniser
from models.loading import load_weights
from models.network import Classifier, Ensemble
from models.rendering import render
from models.trace_classifier import TraceClassifier
from models.vocabulary import INDEX, LABELS
from training import crohme
from training.configuration import RUNS
from training.context_items import ContextConfiguration
from training.dollars import fit_dollars
from training.export import export_classifier, export_context, export_lines, export_traces
from training.geometry import learn_geometry
from training.grammar import count_pieces, learn_grammar
from training.lines.misreadings import misreadings, read_rows
from training.quantization import calibration_images, calibration_rows
from training.sources import data_directory
from training.tuning import cases, choose_balance, fit_temperature, fit_trace, fit_weights

VERSION = "1.15.0"
SIEVE = "vgg"
"""The backbone that sorts out which candidates all classify."""
LICENCES = {
    "CROHME 2013 and 2014": "CC BY-NC-SA 3.0",
    "UNIPEN isolated characters": "CC BY 4.0",
    "Detexify": "ODbL 1.0",
    "MNIST": "CC BY-SA 3.0",
    "BHMSDS": "MIT",
    "MDAS": "MIT",
}


def _ensemble(run: str) -> tuple[Ensemble, list[str]]:
    """The fused ensemble of a run, or one backbone as an ensemble of one."""
    path = RUNS / run / "weights.safetensors"
    if run in BACKBONES:
        return Ensemble([load_weights(Classifier(run), path)]).eval(), [run]
    return load_weights(Ensemble([Classifier(b) for b in BACKBONES]), path), list(BACKBONES)


def _context(runs: Sequence[str]) -> tuple[ContextEnsemble, dict[str, int]]:
    """The context parsers of some runs, all of one shape."""
    shapes = [json.loads((RUNS / run / "configuration.json").read_text()) for run in runs]
    shape = {"members": len(runs), **{name: shapes[0][name] for name in ("width", "layers", "heads")}}
    ensemble = ContextEnsemble(**shape)
    for member, run in zip(ensemble.members, runs, strict=True):
        load_weights(member, RUNS / run / "weights.safetensors")
    return ensemble.eval(), shape


def _write(card: dict[str, Any], directory: Path) -> None:
    (directory / "card.json").write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n")


def _edition(directory: Path) -> dict[str, Any]:
    """What the card says of when and what was released."""
    return {
        "version": VERSION,
        "date": datetime.now(UTC).date().isoformat(),
        "checksums": {p.name: checksum(p) for p in sorted(directory.iterdir()) if p.name != "card.json"},
    }


def _write_edition(directory: Path) -> None:
    """Bring a release's card up to date with its files."""
    card: dict[str, Any] = json.loads((directory / "card.json").read_text())
    _write(card | _edition(directory), directory)


def release(
    directory: Path,
    classifier: str | None = None,
    contexts: Sequence[str] = (),
    lines: str | None = None,
    traces: str | None = None,
) -> dict[str, Any]:
    """Export the networks of some runs, and calibrate the reader that uses them; what is not named stays as released.

    Args:
        directory: where the weights go; of a release, if not all networks are named.
        classifier: run ``fusion`` or the run of one backbone.
        contexts: runs of context parsers of one shape; their logits are averaged.
        lines: run of the line recogniser.
        traces: run of the trace classifier.

    Returns:
        The card, as written to ``card.json``.
    """
    directory.mkdir(parents=True, exist_ok=True)
    file = directory / "card.json"
    card: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}
    if lines:
        model = load_weights(LineRecogniser(), RUNS / lines / "weights.safetensors")
        export_lines(model.eval(), directory, calibration_rows())
    if traces:
        export_traces(load_weights(TraceClassifier(), RUNS / traces / "weights.safetensors"), directory)
    if classifier:
        ensemble, names = _ensemble(classifier)
        export_classifier(ensemble, names, directory, calibration_images())
        card |= {"backbones": names, "fused": len(names) > 1}
    if contexts:
        parser, card["context"] = _context(contexts)
        export_context(parser, directory)
    if classifier or contexts:
        written = list(crohme.read_archive(data_directory() / crohme.TRAINING))
        trees = [e.tree for e in written if e.tree]
        learn_grammar(trees, ContextConfiguration().rows, count_pieces(written)).save(directory / "grammar.npz")
        learn_geometry(written).save(directory / "geometry.npz")
    card |= {
        "name": "mathdoodle",
        **_edition(directory),
        "vocabulary": LABELS,
        "sieve": SIEVE,
        "heads": ["symbol", "whole", "hand"],
        "licences": LICENCES,
    }
    if classifier or contexts or traces:
        card |= _calibration(card, directory)
    _write(card, directory)
    print(json.dumps({k: card[k] for k in ("backbones", "reader", "measured")}, indent=1))
    if classifier:
        learn_dollars(directory)
        card |= _edition(directory)
    return card


def recalibrate(directory: Path) -> dict[str, Any]:
    """Fit anew how the reader weighs what the networks of a release say; they stay as they are.

    Returns:
        The card, as written to ``card.json``.
    """
    card: dict[str, Any] = json.loads((directory / "card.json").read_text())
    card |= _edition(directory)
    card |= _calibration(card, directory)
    _write(card, directory)
    print(json.dumps({k: card[k] for k in ("reader", "measured")}, indent=1))
    return card


def count_misreadings(directory: Path, rows: int) -> np.ndarray:
    """Count anew what a release takes characters of rows for, in so many made-up ones; see ``misreadings``.

    Returns:
        What is written to ``misreadings.npz``.
    """
    logs = misreadings(list(read_rows(Reader.load(directory), rows)))
    np.savez_compressed(directory / "misreadings.npz", logs=logs.astype(np.float16))
    _write_edition(directory)
    return logs


def learn_dollars(directory: Path) -> None:
    """Learn anew what dollar signs look like to a release, and write it to ``dollars.npz``."""
    fit_dollars(load_network(directory)).save(directory / "dollars.npz")
    _write_edition(directory)


def _calibration(card: dict[str, Any], directory: Path) -> dict[str, Any]:
    """The entries of a card that say how to weigh what the networks say, and what that gives, on CROHME 2013."""
    _write(card | {"reader": {"strokes": asdict(Weights()), "images": asdict(Weights())}}, directory)
    expressions = list(crohme.read_archive(data_directory() / crohme.VALIDATION))
    network = load_network(directory)
    logits = np.concatenate([network.classify(render(e.ink, e.groups)).symbol for e in expressions])
    labels = np.array([INDEX[label] for e in expressions for label in e.labels])
    traces = np.concatenate([traced(network, e.ink, e.groups) for e in expressions])
    trace, temperature = fit_trace(logits, traces, labels)
    starts = {
        "strokes": Weights(trace=trace, temperature=temperature),
        "images": Weights(temperature=fit_temperature(logits, labels)),
    }
    named = (logits + trace * traces).argmax(1) == labels
    # It is the parser's, whatever shape the ink has.
    balance = choose_balance(network, starts["strokes"], expressions)
    starts = {kind: replace(start, balance=balance) for kind, start in starts.items()}
    reader = Reader(network, starts)
    found, shares = {}, {}
    for kind, start in starts.items():
        read = cases(reader, expressions, kind == "images")
        weights, shares[kind] = fit_weights(start, read, network)
        found[kind] = asdict(weights)
    measured = {
        "CROHME 2013 (validation), symbols named right, true grouping": float(named.mean()),
        **{f"CROHME 2013 (validation), expressions read right, {kind}": share for kind, share in shares.items()},
    }
    return {"reader": found, "measured": measured}
