"""The report: how training went and where the classifier errs, as one Markdown file with pictures.

Pictures that show handwriting of the data sets (``mistakes.png``) are for the reader of the report on this
machine; the data's licences do not let them be committed.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import matplotlib
import numpy as np

matplotlib.use("Agg")
from fastai.callback.schedule import combined_cos
from matplotlib import pyplot as plt

from app.reading.loading import load_network
from app.reading.network import Network
from app.reading.reader import Reader
from models.rendering import render
from models.vocabulary import LABELS
from training import crohme
from training.ablation import ablation_table, base_settings
from training.classified import classify_samples
from training.components import component_table
from training.configuration import RUNS
from training.evaluation import read_expressions
from training.figures import classifier_table
from training.reliability import plot_reliability
from training.sources import Sample, data_directory, expression_samples

_WORST = 60
_CONFUSED = 24
_FEW = 300
"""Expressions on which the parts are measured, each of them anew."""


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open() as lines:
        return [row for row in csv.DictReader(lines) if next(iter(row.values())) not in ("epoch", None)]


def _plot_rate_finder(runs: list[Path], target: Path) -> bool:
    found = [r for r in runs if (r / "lr_find.csv").exists()]
    if not found:
        return False
    figure, axes = plt.subplots(figsize=(6, 3.5))
    for run in found:
        rows = _rows(run / "lr_find.csv")
        axes.plot([float(r["lr"]) for r in rows], [float(r["loss"]) for r in rows], label=run.name)
    axes.set(xscale="log", xlabel="learning rate", ylabel="loss", title="Learning-rate finder")
    axes.legend()
    figure.savefig(target, dpi=110, bbox_inches="tight")
    plt.close(figure)
    return True


def _plot_schedule(runs: list[Path], target: Path) -> None:
    """The one-cycle schedule of fastai's ``fit_one_cycle``: a quarter up from lr/25, the rest down to lr/100,000."""
    figure, axes = plt.subplots(figsize=(6, 3))
    for run in runs:
        c = json.loads((run / "configuration.json").read_text())
        schedule = combined_cos(0.25, c["lr"] / 25, c["lr"], c["lr"] / 1e5)
        share = np.linspace(0, 1, 200)
        axes.plot(share * c["epochs"], [float(schedule(s)) for s in share], label=run.name)
    axes.set(xlabel="epoch", ylabel="learning rate", title="One-cycle schedule")
    axes.legend()
    figure.savefig(target, dpi=110, bbox_inches="tight")
    plt.close(figure)


def _plot_losses(runs: list[Path], target: Path) -> None:
    figure, axes = plt.subplots(1, 2, figsize=(11, 3.5))
    for run in runs:
        rows = _rows(run / "history.csv")
        epochs = range(1, len(rows) + 1)
        (line,) = axes[0].plot(epochs, [float(r["train_loss"]) for r in rows], "--", alpha=0.6)
        axes[0].plot(epochs, [float(r["valid_loss"]) for r in rows], color=line.get_color(), label=run.name)
        name = next(n for n in ("symbol_accuracy", "all_right") if n in rows[0])
        axes[1].plot(epochs, [float(r[name]) for r in rows], color=line.get_color(), label=f"{run.name}: {name}")
    axes[0].set(xlabel="epoch", ylabel="loss", title="Training (dashed) and validation loss")
    axes[1].set(xlabel="epoch", title="Validation accuracy")
    for a in axes:
        a.legend(fontsize=7)
    figure.savefig(target, dpi=110, bbox_inches="tight")
    plt.close(figure)


def _classified(network: Network) -> tuple[list[Sample], np.ndarray]:
    positives, _ = expression_samples(list(crohme.read_archive(data_directory() / crohme.VALIDATION)))
    return positives, classify_samples(network, positives, network.card["reader"]["strokes"]["trace"]).symbol


def _plot_confusion(samples: list[Sample], logits: np.ndarray, target: Path) -> list[tuple[str, int]]:
    """Matrix of the classes that are most often confused; returns the pairs."""
    found = logits.argmax(1)
    pairs = Counter((s.label, int(k)) for s, k in zip(samples, found, strict=True) if s.label != k)
    busiest = Counter()
    for (truth, guess), count in pairs.items():
        busiest[truth] += count
        busiest[guess] += count
    classes = sorted(c for c, _ in busiest.most_common(_CONFUSED))
    matrix = np.zeros((len(classes), len(classes)))
    for s, k in zip(samples, found, strict=True):
        if s.label in classes and k in classes:
            matrix[classes.index(s.label), classes.index(int(k))] += 1
    matrix /= np.maximum(matrix.sum(1, keepdims=True), 1)
    names = [LABELS[c] for c in classes]
    figure, axes = plt.subplots(figsize=(8, 7))
    axes.imshow(matrix, cmap="magma_r", vmax=0.5)
    axes.set_xticks(range(len(names)), [n.replace("\\", "") for n in names], rotation=90)
    axes.set_yticks(range(len(names)), [n.replace("\\", "") for n in names])
    axes.set(xlabel="read as", ylabel="written", title="Most confused classes (isolated, CROHME 2013)")
    figure.savefig(target, dpi=110, bbox_inches="tight")
    plt.close(figure)
    return [(f"{LABELS[t]} read as {LABELS[g]}", n) for (t, g), n in pairs.most_common(20)]


def _plot_mistakes(samples: list[Sample], logits: np.ndarray, target: Path) -> None:
    """The most confident mistakes, with what was written and what was read."""
    wrong = [i for i, s in enumerate(samples) if logits[i].argmax() != s.label]
    worst = sorted(wrong, key=lambda i: logits[i][samples[i].label] - logits[i].max())[:_WORST]
    figure, grid = plt.subplots(-(-len(worst) // 10), 10, figsize=(12, 8))
    for axes, i in zip(grid.flat, worst, strict=False):
        image = render(samples[i].ink, [samples[i].group])[0]
        axes.imshow(255 - image[:3].transpose(1, 2, 0))
        axes.set_title(f"{LABELS[samples[i].label]} → {LABELS[logits[i].argmax()]}".replace("\\", ""), fontsize=7)
    for axes in grid.flat:
        axes.axis("off")
    figure.savefig(target, dpi=90, bbox_inches="tight")
    plt.close(figure)


def _calibration(reader: Reader, directory: Path) -> list[str]:
    """Reliability diagrams of CROHME 2013, and why expressions were misread."""
    expressions = list(crohme.read_archive(data_directory() / crohme.VALIDATION))
    strokes, _, _ = read_expressions(reader, expressions)
    images, _, _ = read_expressions(reader, expressions, as_images=True)
    plot_reliability({"strokes": strokes, "images": images}, directory / "reliability.png")
    causes = Counter(o.cause for o in strokes if o.cause)
    return [
        "![Reliability diagrams](reliability.png)",
        "",
        "Misread expressions of CROHME 2013 by cause: " + ", ".join(f"{c} {n}" for c, n in causes.most_common()) + ".",
        "",
    ]


def write_report(directory: Path) -> Path:
    """Write ``training.md`` and its pictures.

    Args:
        directory: where to; made if it is not there.

    Returns:
        The path of the Markdown file.
    """
    directory.mkdir(parents=True, exist_ok=True)
    network = load_network()
    runs = [RUNS / b for b in network.card["backbones"] if (RUNS / b / "history.csv").exists()]
    text = [
        "# Training report",
        "",
        "Written by `python -m training report` from the runs and the released weights.",
        "",
    ]
    if _plot_rate_finder(runs, directory / "rate_finder.png"):
        text += ["![Learning-rate finder](rate_finder.png)", ""]
    if runs:
        _plot_schedule(runs, directory / "schedule.png")
        _plot_losses(
            [*runs, *(r for r in [RUNS / "context"] if (r / "history.csv").exists())], directory / "losses.png"
        )
        text += ["![One-cycle schedule](schedule.png)", "", "![Losses](losses.png)", ""]
    samples, logits = _classified(network)
    pairs = _plot_confusion(samples, logits, directory / "confusion.png")
    _plot_mistakes(samples, logits, directory / "mistakes.png")
    text += [
        "![Confusion](confusion.png)",
        "",
        "| most frequent confusions, true grouping, without context | times |",
        "|---|---|",
    ]
    text += [f"| {name.replace('|', 'bar')} | {count} |" for name, count in pairs]
    reader = Reader.load()
    text += ["", "Single symbols named right, without context (`python -m training evaluate classifiers`):", ""]
    text += [
        *classifier_table(reader),
        "",
        f"What each part adds (`python -m training evaluate components --limit {_FEW}`):",
        "",
    ]
    text += [
        *component_table(_FEW),
        "",
        f"What each choice of the training adds (`python -m training ablation`), base {base_settings()}:",
    ]
    text += ["", *ablation_table(), "", *_calibration(reader, directory)]
    text += ["[What was tried, and what it did](tried.md)", ""]
    text += ["The most confident mistakes as pictures: `mistakes.png` beside this file after running the command."]
    path = directory / "training.md"
    path.write_text("\n".join(text) + "\n")
    return path
