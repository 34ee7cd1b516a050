"""POST /v1/read: what comes in, by every road, and what goes out."""

from __future__ import annotations

import base64
from io import BytesIO

import pytest
from PIL import Image
from starlette.testclient import TestClient

from models.vocabulary import LABELS
from tests.doodles import draw, fraction, inkml, write

URL = "/v1/read"
INKML = {"Content-Type": "application/inkml+xml"}


def png(image: Image.Image) -> bytes:
    buffer = BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def test_strokes_are_read_and_evaluated(client: TestClient) -> None:
    reply = client.post(URL, json={"strokes": write("12+7×3")}).json()
    assert "".join(symbol["label"] for symbol in reply["symbols"]) == "12+7\\times3"
    assert reply["latex"].replace(" ", "") == "12+7\\times3"
    assert reply["text"].replace(" ", "") == "12+7×3"
    assert reply["notation"] == "infix"
    assert reply["evaluation"]["kind"] == "value"
    assert reply["evaluation"]["exact"] == "33"
    assert reply["evaluation"]["exact_latex"] == "33"
    assert reply["mathml"].startswith("<math")


def test_every_field_of_the_contract(client: TestClient) -> None:
    strokes = write("8-5=3", x=100, y=50)
    reply = client.post(URL, json={"strokes": strokes, "alternatives": 2}).json()
    assert set(reply) == {
        *("text", "latex", "mathml", "notation", "confidence", "box", "evaluation", "symbols", "tree"),
        *("alternatives", "model"),
    }
    assert set(reply["evaluation"]) == {"kind", "holds", "exact", "exact_latex", "decimal", "solutions", "message"}
    assert reply["evaluation"]["kind"] == "equation"
    assert reply["evaluation"]["holds"] is True
    assert 0 <= reply["confidence"] <= 1
    xs, ys = zip(*(point for stroke in strokes for point in stroke), strict=True)
    assert reply["box"] == pytest.approx([min(xs), min(ys), max(xs), max(ys)], abs=1)
    assert len(reply["alternatives"]) <= 2
    assert all(set(other) == {"latex", "text", "confidence"} for other in reply["alternatives"])
    assert set(reply["model"]) == {"name", "version"}
    used = []
    for i, symbol in enumerate(reply["symbols"]):
        assert set(symbol) == {"id", "label", "box", "confidence", "strokes", "printed", "alternatives"}
        assert symbol["id"] == i
        assert symbol["label"] in LABELS
        assert all(other["label"] != symbol["label"] for other in symbol["alternatives"])
        used += symbol["strokes"]
    assert sorted(used) == list(range(len(strokes)))
    assert len(reply["tree"]) == len(reply["symbols"])
    assert sum(node["parent"] == -1 for node in reply["tree"]) == 1


def test_fraction_hangs_from_its_bar(client: TestClient) -> None:
    reply = client.post(URL, json={"strokes": fraction("12", "3")}).json()
    assert reply["latex"].replace(" ", "") == "\\frac{12}{3}"
    assert {node["relation"] for node in reply["tree"]} == {None, "Above", "Below", "Right"}
    assert reply["evaluation"]["exact"] == "4"


def test_time_of_the_points_is_accepted(client: TestClient) -> None:
    strokes = [[[x, y, 10 * i] for i, (x, y) in enumerate(stroke)] for stroke in write("4+5")]
    assert client.post(URL, json={"strokes": strokes}).json()["evaluation"]["exact"] == "9"


def test_image_as_a_form(client: TestClient) -> None:
    picture = png(draw(write("12+7")))
    reply = client.post(URL, files={"file": ("sketch.png", picture, "image/png")}).json()
    assert reply["text"].replace(" ", "") == "12+7"
    assert reply["evaluation"]["exact"] == "19"


def test_image_as_a_data_url(client: TestClient) -> None:
    url = "data:image/png;base64," + base64.b64encode(png(draw(write("12+7")))).decode()
    assert client.post(URL, json={"image": url}).json()["evaluation"]["exact"] == "19"


def test_light_ink_on_transparency(client: TestClient) -> None:
    picture = png(draw(write("12+7"), ink=(255, 255, 255, 255), ground=(255, 255, 255, 0), mode="RGBA"))
    reply = client.post(URL, files={"file": picture}).json()
    assert reply["evaluation"]["exact"] == "19"


def test_inkml(client: TestClient) -> None:
    reply = client.post(URL, content=inkml(write("12+7")), headers=INKML).json()
    assert reply["evaluation"]["exact"] == "19"


@pytest.mark.parametrize(
    ("notation", "text", "exact"), [("prefix", "+12", "3"), ("postfix", "12+", "3"), ("infix", "1+2", "3")]
)
def test_notation_is_recognised_and_can_be_forced(client: TestClient, notation: str, text: str, exact: str) -> None:
    for options in ({}, {"notation": notation}):
        reply = client.post(URL, json={"strokes": write(text), **options}).json()
        assert reply["notation"] == notation
        assert reply["evaluation"]["exact"] == exact


def test_forced_notation_that_does_not_parse_is_still_a_reading(client: TestClient) -> None:
    reply = client.post(URL, json={"strokes": write("1+2"), "notation": "postfix"})
    assert reply.status_code == 200
    assert reply.json()["text"].replace(" ", "") == "1+2"
    assert reply.json()["evaluation"]["kind"] == "error"
    assert reply.json()["evaluation"]["message"]


def test_options_as_query_form_and_json(client: TestClient) -> None:
    strokes = write("12+")
    by_query = client.post(URL, params={"notation": "postfix", "alternatives": 0}, json={"strokes": strokes}).json()
    assert (by_query["notation"], by_query["alternatives"]) == ("postfix", [])
    options = {"notation": "postfix", "symbols": "arithmetic", "alternatives": "0"}
    by_form = client.post(URL, files={"file": png(draw(strokes))}, data=options).json()
    assert (by_form["notation"], by_form["alternatives"]) == ("postfix", [])
    by_inkml = client.post(f"{URL}?notation=postfix", content=inkml(strokes), headers=INKML).json()
    assert by_inkml["notation"] == "postfix"


def test_the_body_wins_over_the_query(client: TestClient) -> None:
    reply = client.post(f"{URL}?notation=infix", json={"strokes": write("12+"), "notation": "postfix"}).json()
    assert reply["notation"] == "postfix"


def test_symbols_may_be_restricted_to_arithmetic(client: TestClient) -> None:
    from models.vocabulary import ARITHMETIC_LABELS

    reply = client.post(URL, json={"strokes": write("2×3=6"), "symbols": "arithmetic"}).json()
    assert {symbol["label"] for symbol in reply["symbols"]} <= ARITHMETIC_LABELS


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "request_invalid"),
        ({"strokes": [], "image": "data:image/png;base64,"}, "request_invalid"),
        ({"stroke": []}, "request_invalid"),
        ([], "request_invalid"),
        ({"strokes": []}, "no_ink"),
        ({"strokes": [[], []]}, "no_ink"),
        ({"strokes": None}, "strokes_invalid"),
        ({"strokes": "abc"}, "strokes_invalid"),
        ({"strokes": [[[1]]]}, "strokes_invalid"),
        ({"strokes": [[[1, 2, 3, 4]]]}, "strokes_invalid"),
        ({"strokes": [[1, 2]]}, "strokes_invalid"),
        ({"strokes": [[["1", "2"]]]}, "strokes_invalid"),
        ({"strokes": [[[True, 2]]]}, "strokes_invalid"),
        ({"strokes": [[[1, None]]]}, "strokes_invalid"),
        ({"strokes": [[[1e12, 2]]]}, "strokes_invalid"),
        ({"strokes": [[[1e200, 2]]]}, "strokes_invalid"),
        ({"strokes": write("1"), "notation": "roman"}, "notation_invalid"),
        ({"strokes": write("1"), "symbols": "runes"}, "option_invalid"),
        ({"strokes": write("1"), "alternatives": 11}, "option_invalid"),
        ({"strokes": write("1"), "alternatives": -1}, "option_invalid"),
        ({"image": "https://example.org/a.png"}, "image_unreadable"),
        ({"image": "file:///etc/hostname"}, "image_unreadable"),
        ({"image": "data:image/png;base64,????"}, "image_unreadable"),
        ({"image": "data:image/png;base64,aGVsbG8="}, "image_unreadable"),
    ],
)
def test_bad_json_is_refused(client: TestClient, body: object, code: str) -> None:
    reply = client.post(URL, json=body)
    assert reply.json()["code"] == code
    assert reply.status_code == 422


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "9" * 400])
def test_numbers_beyond_json_are_refused(client: TestClient, number: str) -> None:
    body = f'{{"strokes": [[[{number}, 1], [2, 2]]]}}'
    reply = client.post(URL, content=body, headers={"Content-Type": "application/json"})
    assert (reply.status_code, reply.json()["code"]) == (422, "strokes_invalid")


@pytest.mark.parametrize("body", ["", "{", "[" * 100_000, '{"strokes": [[[1, 2]]]} x', b"\xff\xfe"])
def test_bodies_that_are_not_json(client: TestClient, body: str | bytes) -> None:
    reply = client.post(URL, content=body, headers={"Content-Type": "application/json"})
    assert (reply.status_code, reply.json()["code"]) == (400, "json_invalid")


def test_blank_paper_is_no_ink(client: TestClient) -> None:
    reply = client.post(URL, files={"file": png(Image.new("L", (200, 100), 255))})
    assert (reply.status_code, reply.json()["code"]) == (422, "no_ink")


@pytest.mark.parametrize(
    ("request_parts", "code"),
    [
        ({"data": {"file": "text, not a file"}, "files": {"other": b"x"}}, "form_invalid"),
        ({"files": [("file", b"a"), ("file", b"b")]}, "form_invalid"),
        ({"content": b"--x\r\nbroken", "headers": {"Content-Type": "multipart/form-data; boundary=x"}}, "form_invalid"),
        ({"content": b"", "headers": {"Content-Type": "multipart/form-data"}}, "form_invalid"),
        ({"files": {"file": b""}}, "image_unreadable"),
        ({"files": {"file": b"GIF89a"}}, "image_unreadable"),
        ({"files": {"file": b"x"}, "data": {"notation": "roman"}}, "notation_invalid"),
        ({"files": {"file": b"x"}, "data": {"alternatives": "many"}}, "option_invalid"),
        ({"content": b"<ink><trace>1 2", "headers": INKML}, "inkml_invalid"),
        ({"content": b"<ink/>", "headers": INKML}, "no_ink"),
    ],
)
def test_bad_forms_and_documents_are_refused(client: TestClient, request_parts: dict, code: str) -> None:
    reply = client.post(URL, **request_parts)
    assert reply.json()["code"] == code
    assert 400 <= reply.status_code < 500


@pytest.mark.parametrize("headers", [{"Content-Type": "text/plain"}, {}, {**INKML, "Content-Encoding": "gzip"}])
def test_other_media_types_are_refused(client: TestClient, headers: dict) -> None:
    reply = client.post(URL, content=b"x", headers=headers)
    assert (reply.status_code, reply.json()["code"]) == (415, "unsupported_media_type")
