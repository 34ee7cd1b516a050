"""``python -m training COMMAND``: everything that makes the recogniser, one command a step."""

from __future__ import annotations

import argparse
import dataclasses
import json
from pathlib import Path

from training.configuration import TrainingConfiguration


def _backbone(arguments: argparse.Namespace) -> None:
    from training.classifier import train_classifier

    base = TrainingConfiguration.load(arguments.config) if arguments.config else TrainingConfiguration()
    values = dataclasses.asdict(base) | {"backbone": arguments.backbone}
    for setting in arguments.set:
        key, _, value = setting.partition("=")
        values[key] = json.loads(value)
    configuration = TrainingConfiguration.from_dict(values)
    print(train_classifier(configuration, arguments.name or arguments.backbone, bars=not arguments.no_bars))


def main() -> None:
    """Parse the command line and run one step."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    backbone = commands.add_parser("backbone", help="train one backbone with its heads")
    backbone.add_argument("backbone", choices=["resnet", "densenet", "vgg"])
    backbone.add_argument("--name", help="name of the run (default: the backbone's)")
    backbone.add_argument("--config", type=Path, help="a configuration.json of an earlier run")
    backbone.add_argument("--set", action="append", default=[], metavar="KEY=JSON", help="change one setting")
    backbone.add_argument("--no-bars", action="store_true", help="no progress bars, one line an epoch")
    backbone.set_defaults(run=_backbone)

    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
