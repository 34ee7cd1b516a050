"""POST /v1/correct: one tap on a symbol."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from tests.doodles import write

URL = "/v1/correct"
ONE_PLUS_TWO = [
    {"label": "1", "box": [0, 0, 10, 40]},
    {"label": "+", "box": [20, 10, 40, 30]},
    {"label": "2", "box": [50, 0, 70, 40]},
]


def test_a_reading_comes_back_as_it_was(client: TestClient) -> None:
    read = client.post("/v1/read", json={"strokes": write("12+7")}).json()
    corrected = client.post(URL, json={"symbols": read["symbols"], "notation": read["notation"]}).json()
    assert set(corrected) == set(read)
    for name in ("latex", "text", "evaluation", "tree", "notation"):
        assert corrected[name] == read[name]
    assert [s["strokes"] for s in corrected["symbols"]] == [s["strokes"] for s in read["symbols"]]


def test_a_changed_label_changes_the_value(client: TestClient) -> None:
    symbols = client.post("/v1/read", json={"strokes": write("12+7")}).json()["symbols"]
    symbols[-1]["label"] = "1"
    corrected = client.post(URL, json={"symbols": symbols}).json()
    assert corrected["symbols"][-1]["label"] == "1"
    assert corrected["evaluation"]["exact"] == "13"


def test_label_and_box_are_enough(client: TestClient) -> None:
    assert client.post(URL, json={"symbols": ONE_PLUS_TWO}).json()["evaluation"]["exact"] == "3"


def test_notation_can_be_forced(client: TestClient) -> None:
    reply = client.post(URL, json={"symbols": ONE_PLUS_TWO, "notation": "prefix"}).json()
    assert reply["evaluation"]["kind"] == "error"


def changed(**fields: object) -> list[dict]:
    return [{**ONE_PLUS_TWO[0], **fields}, *ONE_PLUS_TWO[1:]]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "symbols_invalid"),
        ({"symbols": []}, "symbols_invalid"),
        ({"symbols": "12"}, "symbols_invalid"),
        ({"symbols": [{"label": "1"}]}, "symbols_invalid"),
        ({"symbols": changed(label="no such label")}, "symbols_invalid"),
        ({"symbols": changed(label="x" * 1000)}, "symbols_invalid"),
        ({"symbols": changed(box=[0, 0, 10])}, "symbols_invalid"),
        ({"symbols": changed(box=[10, 0, 0, 40])}, "symbols_invalid"),
        ({"symbols": changed(box=[0, 0, 10, 1e300])}, "symbols_invalid"),
        ({"symbols": changed(box=[0, 0, 10, "40"])}, "symbols_invalid"),
        ({"symbols": changed(confidence=2)}, "symbols_invalid"),
        ({"symbols": changed(strokes=[-1])}, "symbols_invalid"),
        ({"symbols": ONE_PLUS_TWO, "notation": "roman"}, "notation_invalid"),
        ({"symbols": ONE_PLUS_TWO, "alternatives": 99}, "option_invalid"),
        ([], "request_invalid"),
    ],
)
def test_bad_symbols_are_refused(client: TestClient, body: object, code: str) -> None:
    reply = client.post(URL, json=body)
    assert (reply.status_code, reply.json()["code"]) == (422, code)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999"])
def test_boxes_of_no_size_are_refused(client: TestClient, number: str) -> None:
    body = f'{{"symbols": [{{"label": "1", "box": [0, 0, {number}, 1]}}]}}'
    reply = client.post(URL, content=body, headers={"Content-Type": "application/json"})
    assert (reply.status_code, reply.json()["code"]) == (422, "symbols_invalid")


def test_only_json_is_taken(client: TestClient) -> None:
    assert client.post(URL, content=b"<ink/>", headers={"Content-Type": "text/xml"}).status_code == 415
    broken = client.post(URL, content=b"{", headers={"Content-Type": "application/json"})
    assert (broken.status_code, broken.json()["code"]) == (400, "json_invalid")
