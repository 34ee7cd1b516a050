"""What operators are given is true: the table of limits, the dashboard, what Prometheus and Grafana are set to."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

from starlette.testclient import TestClient

from app.api import problems
from app.settings import Settings

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| `(\w+)` \| ([^|]+) \| [^|]+ \| ([^|]+) \|$", re.MULTILINE)


def test_limits_are_documented_as_they_are() -> None:
    rows = ROW.findall((ROOT / "docs" / "operations.md").read_text())
    documented = {name: default for name, default, _ in rows}
    fields = Settings.model_fields
    for name, default in documented.items():
        if default[0].isdigit():
            assert float(default) == fields[name].default, name
    bounding = {name for name in fields if name.startswith(("max_", "queue_"))} | {"body_seconds", "send_seconds"}
    assert bounding <= set(documented)
    codes = {code for *_, beyond in rows for code in re.findall("`([a-z_]+)`", beyond)}
    assert codes
    assert codes <= set(problems.KINDS)


def test_dashboard_shows_metrics_that_there_are(client_with: Callable[..., TestClient]) -> None:
    folder = ROOT / "docs" / "operations" / "grafana" / "dashboards"
    panels = json.loads((folder / "mathdoodle.json").read_text())["panels"]
    shown = set(re.findall(r"mathdoodle_\w+", json.dumps(panels)))
    kinds = dict(re.findall(r"^# TYPE (\w+) (\w+)$", client_with().get("/metrics").text, re.MULTILINE))
    suffixes = {"histogram": ("_bucket", "_sum", "_count"), "counter": ("",), "gauge": ("",)}
    there = {name + suffix for name, kind in kinds.items() for suffix in suffixes[kind]}
    assert len(shown) > 10
    assert shown <= there
