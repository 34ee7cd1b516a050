"""POST /v1/worksheet and ``mathdoodle mark``."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from PIL import Image
from starlette.testclient import TestClient

from app.cli import main
from tests.marking.pages import draw_page

TEXTS = [("4+3=7", 90.0, 90.0), ("8-6=5", 90.0, 200.0)]


@pytest.fixture
def photo() -> bytes:
    data = io.BytesIO()
    Image.fromarray(draw_page(TEXTS, 600, 400)).save(data, "PNG")
    return data.getvalue()


def test_a_page_is_marked(client: TestClient, photo: bytes):
    answer = client.post("/v1/worksheet", files={"file": ("page.png", photo, "image/png")})
    assert answer.status_code == 200
    reply = answer.json()
    assert reply["image"] == {"width": 600, "height": 400, "rotation": 0}
    assert [(p["id"], p["column"], p["row"]) for p in reply["problems"]] == [(0, 1, 1), (1, 1, 2)]
    assert reply["score"]["total"] == 2 == sum(v for k, v in reply["score"].items() if k != "total")
    for problem in reply["problems"]:
        x0, y0, x1, y1 = problem["box"]
        assert 0 <= x0 < x1 <= 600 and 0 <= y0 < y1 <= 400
        assert problem["mathml"].startswith("<math") and problem["symbols"]
        assert set(problem) == {
            "id", "box", "row", "column", "text", "latex", "mathml", "symbols", "confidence", "evaluation", "verdict",
            "expected",
        }  # fmt: skip
    assert "reading;dur=" in answer.headers["Server-Timing"]


def blank() -> bytes:
    data = io.BytesIO()
    Image.new("L", (300, 300), 230).save(data, "PNG")
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "status", "code"), [(b"not a picture", 422, "image_unreadable"), (blank(), 422, "no_ink")]
)
def test_what_cannot_be_marked_is_a_problem(client: TestClient, data: bytes, status: int, code: str):
    answer = client.post("/v1/worksheet", files={"file": ("page.png", data)})
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_only_forms_are_taken(client: TestClient):
    assert client.post("/v1/worksheet", json={}).json()["code"] == "unsupported_media_type"
    assert client.post("/v1/worksheet", data={"a": "b"}, files={"x": b"y"}).json()["code"] == "form_invalid"


def test_a_folder_of_pages_is_marked(tmp_path: Path, photo: bytes, capsys: pytest.CaptureFixture[str]):
    good, bad, out = tmp_path / "good.png", tmp_path / "bad.png", tmp_path / "report"
    good.write_bytes(photo)
    bad.write_bytes(b"nothing")
    assert main(["mark", str(bad), str(good), "--out", str(out)]) == 1
    assert sorted(p.name for p in out.iterdir()) == ["good.png", "marked.pdf", "problems.csv", "summary.csv"]
    assert Image.open(out / "good.png").size == (600, 400)
    printed = capsys.readouterr()
    assert str(good) in printed.out and str(bad) in printed.err


def test_the_reply_is_printed_as_json(tmp_path: Path, photo: bytes, capsys: pytest.CaptureFixture[str]):
    good = tmp_path / "good.png"
    good.write_bytes(photo)
    assert main(["mark", str(good), "--json"]) == 0
    reply = json.loads(capsys.readouterr().out)
    assert reply["file"] == str(good) and len(reply["problems"]) == 2
