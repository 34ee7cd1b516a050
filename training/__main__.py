"""``python -m training COMMAND``: everything that makes the recogniser, one command a step."""

from __future__ import annotations

import argparse
import ctypes
import dataclasses
import json
from pathlib import Path
from typing import Any

_CACHE = Path("cache")
_FOLDS = 2


def _changed(configuration: Any, settings: list[str]) -> Any:
    """A configuration with some settings changed, given as KEY=JSON."""
    values = dataclasses.asdict(configuration)
    for setting in settings:
        key, _, value = setting.partition("=")
        values[key] = json.loads(value)
    make = getattr(type(configuration), "from_dict", lambda v: type(configuration)(**v))
    return make(values)


def _backbone(arguments: argparse.Namespace) -> None:
    from training.classifier import train_classifier
    from training.configuration import TrainingConfiguration

    base = TrainingConfiguration.load(arguments.config) if arguments.config else TrainingConfiguration()
    configuration = _changed(dataclasses.replace(base, backbone=arguments.backbone), arguments.set)
    print(train_classifier(configuration, arguments.name or arguments.backbone, bars=not arguments.no_bars))


def _together(arguments: argparse.Namespace) -> None:
    from training.together import TogetherConfiguration, train_together

    configuration = _changed(TogetherConfiguration(), arguments.set)
    print(*train_together(configuration, arguments.name, bars=not arguments.no_bars), sep="\n")


def _find_rate(arguments: argparse.Namespace) -> None:
    from training.classifier import find_rate
    from training.configuration import TrainingConfiguration

    configuration = _changed(TrainingConfiguration(backbone=arguments.backbone), arguments.set)
    print(find_rate(configuration, arguments.name or arguments.backbone))


def _fusion(arguments: argparse.Namespace) -> None:
    from models.backbones import BACKBONES
    from training.fusion import FUSION, train_fusion

    configuration = _changed(FUSION, arguments.set)
    print(train_fusion(configuration, {b: b for b in BACKBONES}, bars=not arguments.no_bars))


def _average(arguments: argparse.Namespace) -> None:
    from training.averaging import average, renew_classifier
    from training.configuration import RUNS

    first, second, mean = (
        RUNS / n / "weights.safetensors" for n in (arguments.first, arguments.second, arguments.name)
    )
    average(first, second, arguments.share, mean)
    if arguments.classifier:
        renew_classifier(mean)
    print(mean)


def _context(arguments: argparse.Namespace) -> None:
    from training import crohme
    from training.bank import Fold, build_bank, calibrated, load_classifier, load_trace_classifier, school_looks
    from training.context import train_context
    from training.context_items import ContextConfiguration
    from training.folds import weights_of_fold

    backbone = arguments.fold_backbone
    paths = [weights_of_fold(backbone, k) for k in range(_FOLDS)]
    folds = [Fold(load_classifier(path, backbone), load_trace_classifier(traces)) for path, traces in paths]
    training, temperature = calibrated(build_bank(_CACHE / "bank.pkl", crohme.TRAINING, folds, variants=5))
    # None of the folds has seen the validation data, and one of them is as good as those that made the training bank.
    validation, _ = calibrated(build_bank(_CACHE / "bank-validation.pkl", crohme.VALIDATION, folds[:1], variants=1))
    configuration = _changed(ContextConfiguration(), arguments.set)
    looks = school_looks(_CACHE / "looks.pkl", folds[0].classify, temperature)
    print(train_context(configuration, training, validation, arguments.name, looks=looks, bars=not arguments.no_bars))


def _lines(arguments: argparse.Namespace) -> None:
    from training.lines.train import LinesConfiguration, train_lines

    print(train_lines(_changed(LinesConfiguration(), arguments.set), arguments.name, bars=not arguments.no_bars))


def _traces(arguments: argparse.Namespace) -> None:
    from training.traces import TracesConfiguration, train_traces

    print(train_traces(_changed(TracesConfiguration(), arguments.set), arguments.name, bars=not arguments.no_bars))


def _export(arguments: argparse.Namespace) -> None:
    from training.release import release

    if not (arguments.classifier or arguments.context or arguments.lines or arguments.traces):
        raise SystemExit("name what to export: --classifier, --context, --lines or --traces")
    release(arguments.directory, arguments.classifier, arguments.context, arguments.lines, arguments.traces)


def _misreadings(arguments: argparse.Namespace) -> None:
    from models.line_image import CHARACTERS
    from training.lines.misreadings import likeliest
    from training.release import count_misreadings

    names = ("nothing", *CHARACTERS)
    for read, truth, share in likeliest(count_misreadings(arguments.directory, arguments.rows)):
        print(f"{names[read]:8}{names[truth]:8}{share:7.2%}")


def _dollars(arguments: argparse.Namespace) -> None:
    from training.release import learn_dollars

    learn_dollars(arguments.directory)


def _evaluate(arguments: argparse.Namespace) -> None:
    from training.figures import print_figures

    print_figures(arguments.sets, arguments.limit)


def _left_out(arguments: argparse.Namespace) -> None:
    from training.left_out import left_out

    for line in left_out(arguments.fold_backbone, _FOLDS, arguments.errors, arguments.parser):
        print(line, flush=True)


def _alike(arguments: argparse.Namespace) -> None:
    from app.reading.loading import load_network
    from training.alike import fit_likeness

    network = load_network()
    print("of all symbols:", fit_likeness(network))
    print("of digits:", fit_likeness(network, "0123456789"))


def _calibrate(arguments: argparse.Namespace) -> None:
    from training.release import recalibrate

    recalibrate(arguments.directory)


def _ablation(arguments: argparse.Namespace) -> None:
    from training.ablation import ablation_table, run_ablation

    run_ablation()
    print("\n".join(ablation_table()))


def _report(arguments: argparse.Namespace) -> None:
    from training.report import write_report

    print(write_report(arguments.directory))


def _keep_memory() -> None:
    """Let glibc keep freed memory: given back and faulted in anew at every step, it costs a CPU a third of its time."""
    trim_threshold, top_pad, mmap_max = -1, -2, -4
    try:
        mallopt = ctypes.CDLL("libc.so.6").mallopt
    except OSError:
        return
    mallopt(mmap_max, 0)
    mallopt(trim_threshold, 2**31 - 1)
    mallopt(top_pad, 2**28)


def main() -> None:
    """Parse the command line and run one step."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Any, text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, description=text)
        added.set_defaults(run=run)
        return added

    def trains(added: argparse.ArgumentParser) -> None:
        added.add_argument("--set", action="append", default=[], metavar="KEY=JSON", help="change one setting")
        added.add_argument("--no-bars", action="store_true", help="no progress bars, one line an epoch")

    def folded(added: argparse.ArgumentParser) -> None:
        text = "runs BACKBONE-fold0 and fold1, beside traces-fold0 and 1"
        added.add_argument("--fold-backbone", choices=backbones, default="vgg", help=text)

    backbones = ["resnet", "densenet", "vgg", "efficientnet"]
    backbone = command("backbone", _backbone, "train one backbone with its heads, or go on where it was killed")
    backbone.add_argument("backbone", choices=backbones)
    backbone.add_argument("--name", help="name of the run (default: the backbone's)")
    backbone.add_argument("--config", type=Path, help="a configuration.json of an earlier run")
    trains(backbone)

    together = command("together", _together, "train the three backbones on the same batches, beside a larger tutor")
    together.add_argument("--name", default="together")
    trains(together)

    rate = command("find-rate", _find_rate, "run the learning-rate finder and plot its curve")
    rate.add_argument("backbone", choices=backbones)
    rate.add_argument("--name", help="name of the run (default: the backbone's)")
    trains(rate)

    trains(command("fusion", _fusion, "train the fused heads of the three backbones"))

    mean = command("average", _average, "average the weights of two runs, one of which went on from the other")
    mean.add_argument("first")
    mean.add_argument("second")
    mean.add_argument("--share", type=float, default=0.5, help="weight of the second run")
    mean.add_argument("--name", required=True, help="name of the run that holds the mean")
    mean.add_argument(
        "--classifier", action="store_true", help="the runs are of fused classifiers: measure their normalisation anew"
    )

    context = command("context", _context, "train the context parser on cross-fitted classifications")
    context.add_argument("--name", default="context")
    folded(context)
    trains(context)

    lines = command("lines", _lines, "train the line recogniser, which reads rows of worksheets, on made-up rows")
    lines.add_argument("--name", default="lines")
    trains(lines)

    traces = command("traces", _traces, "train the trace classifier, which reads the pen's way")
    traces.add_argument("--name", default="traces")
    trains(traces)

    export = command(
        "export", _export, "export what is named, calibrate, and write the card; the rest stays as it was released"
    )
    export.add_argument("--classifier", help="run of the classifier: fusion or one backbone")
    export.add_argument("--context", nargs="+", default=[], help="runs of context parsers, averaged")
    export.add_argument("--lines", help="run of the line recogniser")
    export.add_argument("--traces", help="run of the trace classifier")
    export.add_argument("--directory", type=Path, default=Path("models/weights"))

    calibrate = command("calibrate", _calibrate, "fit anew how the reader weighs what the released networks say")
    calibrate.add_argument("--directory", type=Path, default=Path("models/weights"))

    misread = command("misreadings", _misreadings, "count what the released networks take characters of rows for")
    misread.add_argument("--rows", type=int, default=4000, help="made-up rows")
    misread.add_argument("--directory", type=Path, default=Path("models/weights"))

    dollars = command("dollars", _dollars, "learn what dollar signs, no class of the networks, look like to them")
    dollars.add_argument("--directory", type=Path, default=Path("models/weights"))

    evaluate = command("evaluate", _evaluate, "print every figure of the exported weights")
    evaluate.add_argument("sets", nargs="*", help="only these (default: all)")
    evaluate.add_argument("--limit", type=int, help="only the first so many of each set")

    unseen = command("left-out", _left_out, "read the training set's arithmetic by classifiers that had left it out")
    unseen.add_argument("--errors", action="store_true", help="tell what was misread")
    unseen.add_argument("--parser", default="", help="run of a context parser that left formulas out, to read those")
    folded(unseen)

    command("alike", _alike, "print how much looking alike says of two symbols of one hand")

    command("ablation", _ablation, "train every variation on a small budget; print a table")

    report = command("report", _report, "plot how training went and where the classifier errs")
    report.add_argument("--directory", type=Path, default=Path("docs/report"))

    arguments = parser.parse_args()
    _keep_memory()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
