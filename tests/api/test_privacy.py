"""Ink, pictures and what was read are neither logged nor stored."""

from __future__ import annotations

import builtins
import json
import logging
import os
import tempfile
from collections.abc import Callable
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient

from tests.doodles import draw, inkml, write

ODD = 7919.25
"""A coordinate that nothing else in a log is likely to contain."""


def requests(client: TestClient) -> list:
    strokes = write("12+7", x=ODD, y=ODD)
    picture = BytesIO()
    draw(write("12+7")).save(picture, "PNG")
    return [
        client.post("/v1/read", json={"strokes": strokes}),
        client.post("/v1/read", json={"strokes": [[[ODD, "7919.25"]]]}),
        client.post("/v1/read?notation=secret7919", json={"strokes": strokes}),
        client.post("/v1/read", content=inkml(strokes), headers={"Content-Type": "application/inkml+xml"}),
        client.post("/v1/read", files={"file": ("name7919.png", picture.getvalue())}),
        client.post("/v1/read", files={"file": ("name7919.png", b"7919")}),
        client.post("/v1/correct", json={"symbols": [{"label": "7919", "box": [ODD, ODD, ODD, ODD]}]}),
        client.post("/v1/evaluate", json={"text": "7919+1"}),
        client.post("/v1/evaluate", json={"text": "7919§"}),
        client.get("/pupil-7919"),
    ]


def test_logs_hold_no_ink(client_with: Callable[..., TestClient], capsys: pytest.CaptureFixture[str]) -> None:
    client = client_with(log_level="debug")
    everything = logging.StreamHandler()
    logging.getLogger().addHandler(everything)
    try:
        replies = requests(client)
    finally:
        logging.getLogger().removeHandler(everything)
    captured = capsys.readouterr()
    written = captured.err + captured.out
    assert "7919" not in written
    lines = [json.loads(line) for line in written.splitlines() if line.startswith("{")]
    logged = [line for line in lines if line["event"] == "request"]
    assert [line["status"] for line in logged] == [reply.status_code for reply in replies]
    assert all(line["request_id"] == r.headers["X-Request-ID"] for line, r in zip(logged, replies, strict=True))
    assert logged[0]["symbols"] == 4
    assert logged[0]["body_bytes"] > 100
    assert logged[0]["stages"]["classify"] > 0
    for label in ("12+7", "\\\\times", "<math"):
        assert label not in written


def test_uploads_touch_no_file(client_with: Callable[..., TestClient], monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_with()
    noise = np.random.default_rng(0).integers(0, 256, (1200, 1200), dtype=np.uint8)
    large = BytesIO()
    Image.fromarray(noise).save(large, "PNG")
    assert len(large.getvalue()) > 2**20  # beyond what form parsers usually keep in memory
    written: list[object] = []
    real_open, real_os_open, real_temporary = builtins.open, os.open, tempfile.TemporaryFile

    def watched_open(file, mode="r", *arguments, **options):
        if set(mode) & set("wax+"):
            written.append(file)
        return real_open(file, mode, *arguments, **options)

    def watched_os_open(path, flags, *arguments, **options):
        if flags & (os.O_WRONLY | os.O_RDWR):
            written.append(path)
        return real_os_open(path, flags, *arguments, **options)

    def watched_temporary(*arguments, **options):
        written.append("a temporary file")
        return real_temporary(*arguments, **options)

    with monkeypatch.context() as watch:
        watch.setattr(builtins, "open", watched_open)
        watch.setattr(os, "open", watched_os_open)
        watch.setattr(tempfile, "TemporaryFile", watched_temporary)
        reply = client.post("/v1/read", files={"file": large.getvalue()})
    assert reply.status_code in (200, 422)  # noise may or may not look like ink
    assert written == []
