"""The command line, as it is typed."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from app.cli import main
from tests.doodles import draw, inkml, write


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    found = {name: tmp_path / name for name in ("sum.png", "difference.JPG", "ink.inkml", "blank.png", "broken.png")}
    draw(write("12+7")).save(found["sum.png"])
    draw(write("9-5")).save(found["difference.JPG"], "JPEG")
    found["ink.inkml"].write_bytes(inkml(write("2×3=6")))
    draw([[[0.0, 0.0], [99.0, 99.0]]], ink=255).save(found["blank.png"])
    found["broken.png"].write_bytes(b"no picture")
    return found


def test_read_prints_a_line_a_file(files: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", *(str(files[n]) for n in ("sum.png", "difference.JPG", "ink.inkml"))]) == 0
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert [(Path(name).name, text.replace(" ", ""), value) for name, text, value in lines] == [
        ("sum.png", "12+7", "19"),
        ("difference.JPG", "9-5", "4"),
        ("ink.inkml", "2×3=6", "true"),
    ]


def test_read_goes_on_after_what_it_cannot_read(files: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    missing = files["sum.png"].with_name("missing.png")
    names = [files["broken.png"], missing, files["blank.png"], files["sum.png"]]
    assert main(["read", *map(str, names)]) == 1
    captured = capsys.readouterr()
    assert [Path(line.partition("\t")[0]).name for line in captured.out.splitlines()] == ["sum.png"]
    complaints = captured.err.splitlines()
    assert [Path(line.partition(": ")[0]).name for line in complaints] == ["broken.png", "missing.png", "blank.png"]


def test_read_json_is_the_rest_reply(files: dict[str, Path], capsys: pytest.CaptureFixture[str], client) -> None:
    assert main(["read", "--json", "--notation", "infix", str(files["ink.inkml"])]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed.pop("file") == str(files["ink.inkml"])
    headers = {"Content-Type": "application/inkml+xml"}
    assert printed == client.post("/v1/read", content=files["ink.inkml"].read_bytes(), headers=headers).json()


@pytest.mark.parametrize(
    ("arguments", "printed"),
    [
        (["3+4×2"], "11"),
        (["--latex", "\\frac{1}{3}+\\frac{1}{3}"], "2/3"),
        (["1+2=4"], "false"),
        (["3+4="], "7"),
        (["2x=6"], "x = 3"),
        (["--notation", "prefix", "--", "-93"], "6"),
    ],
)
def test_evaluate(arguments: list[str], printed: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", *arguments]) == 0
    assert capsys.readouterr().out.strip() == printed


@pytest.mark.parametrize("text", ["1/0", "§", "3+×"])
def test_evaluate_says_what_is_wrong(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", text]) == 1
    captured = capsys.readouterr()
    assert captured.err.strip()
    assert not captured.out


def test_evaluate_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "--json", "1+1"]) == 0
    assert json.loads(capsys.readouterr().out)["exact"] == "2"


def test_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "mathdoodle.toml"
    file.write_text("queue_length = 5\n")
    monkeypatch.setenv("MATHDOODLE_CONFIG", "to be put back after the test")
    assert main(["--config", str(file), "config"]) == 0
    assert tomllib.loads(capsys.readouterr().out)["queue_length"] == 5
    monkeypatch.setenv("MATHDOODLE_PORT", "many")
    assert main(["config"]) == 2
    assert "port" in capsys.readouterr().err


def test_missing_weights_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MATHDOODLE_WEIGHTS_DIRECTORY", str(tmp_path))
    assert main(["read", "any.png"]) == 2
    assert str(tmp_path) in capsys.readouterr().err


@pytest.mark.parametrize("workers", [1, 2])
def test_serve_answers_and_stops(workers: int) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "app.cli", "serve", "--port", str(port), "--workers", str(workers)]
    server = subprocess.Popen(command, cwd=Path(__file__).parents[1], env=os.environ, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as ready:
                    assert ready.status == 200
                break
            except (urllib.error.URLError, ConnectionError):
                assert server.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.1)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as metrics:
            assert b"mathdoodle_requests_total" in metrics.read()
    finally:
        server.terminate()
        assert server.wait(30) in (0, -15)
