"""Model, health, metrics, documentation, the page, and what every response carries."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from app.api.main import create_app
from app.api.problems import KINDS
from app.settings import Settings
from models.vocabulary import LABELS
from tests.doodles import draw, write


def test_model_card(client: TestClient) -> None:
    card = client.get("/v1/model").json()
    assert card["name"] == "mathdoodle"
    assert card["version"]
    assert set(LABELS) <= {entry if isinstance(entry, str) else entry["label"] for entry in card["vocabulary"]}
    assert {"backbones", "heads"} <= set(card)
    reply = client.post("/v1/read", json={"strokes": write("1")}).json()
    assert reply["model"] == {"name": card["name"], "version": str(card["version"])}


def test_health_before_and_after_the_weights_are_loaded(client: TestClient) -> None:
    unstarted = TestClient(create_app(Settings()))
    assert unstarted.get("/healthz").status_code == 200
    for path in ("/readyz", "/v1/model"):
        reply = unstarted.get(path)
        assert (reply.status_code, reply.json()["code"]) == (503, "not_ready")
        assert int(reply.headers["Retry-After"]) >= 1
    assert unstarted.post("/v1/read", json={"strokes": write("1")}).json()["code"] == "not_ready"
    assert client.get("/healthz").json() == {"status": "up"}
    assert client.get("/readyz").json() == {"status": "ready"}


def _samples(client: TestClient) -> dict[tuple, float]:
    families = text_string_to_metric_families(client.get("/metrics").text)
    return {(s.name, tuple(sorted(s.labels.items()))): s.value for family in families for s in family.samples}


def test_metrics_count_requests_stages_and_readings(client_with: Callable[..., TestClient]) -> None:
    client = client_with()
    client.post("/v1/read", json={"strokes": write("1+1")})
    client.post("/v1/read", json={"strokes": []})
    client.get("/no/such/path")
    client.request("BREW", "/healthz")
    samples = _samples(client)
    read = ("method", "POST"), ("route", "/v1/read")
    assert samples["mathdoodle_requests_total", (*read, ("status", "200"))] == 1
    assert samples["mathdoodle_requests_total", (*read, ("status", "422"))] == 1
    assert samples["mathdoodle_requests_total", (("method", "GET"), ("route", "other"), ("status", "404"))] == 1
    assert samples["mathdoodle_problems_total", (("code", "no_ink"),)] == 1
    assert samples["mathdoodle_confidence_count", ()] == 1
    assert samples["mathdoodle_symbols_sum", ()] == 3
    assert samples["mathdoodle_working", ()] == samples["mathdoodle_waiting", ()] == 0
    stages = {dict(labels)["stage"] for name, labels in samples if name == "mathdoodle_stage_seconds_count"}
    assert {"body", "queue", "decode", "classify", "maths"} <= stages
    assert not any("BREW" in str(labels) for _, labels in samples)
    assert samples["mathdoodle_evaluations_total", (("kind", "value"),)] == 1
    assert samples["mathdoodle_candidates_count", ()] == 1
    assert samples["mathdoodle_candidates_sum", ()] >= 4  # as many as there are strokes, at the least


def test_metrics_count_runs_of_the_network(client: TestClient) -> None:
    before = _samples(client)
    client.post("/v1/read", json={"strokes": write("12+7")})
    after = _samples(client)
    grown = {name: after[name, ()] - before[name, ()] for name, labels in after if not labels}
    assert grown["mathdoodle_batch_candidates_sum"] == grown["mathdoodle_candidates_sum"] > 0
    assert grown["mathdoodle_batch_requests_sum"] == grown["mathdoodle_batch_requests_count"] > 0


def test_metrics_count_verdicts(client_with: Callable[..., TestClient]) -> None:
    client = client_with()
    picture = BytesIO()
    draw(write("2+3=5")).save(picture, "PNG")
    problems = client.post("/v1/worksheet", files={"file": picture.getvalue()}).json()["problems"]
    counted = [v for (name, _), v in _samples(client).items() if name == "mathdoodle_verdicts_total"]
    assert sum(counted) == len(problems) > 0


def test_request_id_and_server_timing(client: TestClient) -> None:
    reply = client.post("/v1/read", json={"strokes": write("1+1")}, headers={"X-Request-ID": "lesson-7.b"})
    assert reply.headers["X-Request-ID"] == "lesson-7.b"
    stages = re.findall(r"([a-z_]+);dur=[\d.]+", reply.headers["Server-Timing"])
    assert {"body", "queue", "decode", "classify", "maths", "total"} <= set(stages)
    assert len(stages) == len(set(stages))
    for strange in ("a b", "x" * 65, "<script>"):
        given = client.get("/healthz", headers={"X-Request-ID": strange}).headers["X-Request-ID"]
        assert re.fullmatch("[0-9a-f]{32}", given)


@pytest.mark.parametrize("path", ["/", "/healthz", "/v1/model", "/openapi.json", "/no/such/path"])
def test_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = dict(rule.split(" ", 1) for rule in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_page_and_its_files(client: TestClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert page.headers["Content-Type"].startswith("text/html")
    scripts = re.findall(r'<(?:script|link)[^>]+(?:src|href)="([^"]+)"', page.text)
    assert scripts
    for address in scripts:
        assert not address.startswith(("http:", "https:", "//"))
        assert client.get("/" + address.lstrip("./")).status_code == 200
    # What the content security policy forbids would be silently dead.
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=", page.text)


@pytest.mark.parametrize("path", ["/../pyproject.toml", "/%2e%2e/pyproject.toml", "/..%2f..%2fetc/hostname", "/%00"])
def test_no_path_leads_out_of_the_page(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_openapi_describes_all_bodies_and_errors(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    content = document["paths"]["/v1/read"]["post"]["requestBody"]["content"]
    assert set(content) == {"application/json", "multipart/form-data", "application/inkml+xml"}
    assert all(body.get("example") for body in content.values())
    for name, route in document["paths"].items():
        for status, reply in next(iter(route.values()))["responses"].items():
            if int(status) >= 400:
                assert list(reply["content"]) == ["application/problem+json"], (name, status)
    assert set(KINDS) == set(document["components"]["schemas"]["ProblemReply"]["properties"]["code"]["enum"])
    references = re.findall(r'"\$ref":\s*"#/components/schemas/(\w+)"', client.get("/openapi.json").text)
    assert set(references) <= set(document["components"]["schemas"])


def test_examples_of_the_documentation_work(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    content = document["paths"]["/v1/read"]["post"]["requestBody"]["content"]
    assert client.post("/v1/read", json=content["application/json"]["example"]).json()["evaluation"]["exact"] == "3"
    document_type = "application/inkml+xml"
    by_inkml = client.post(
        "/v1/read", content=content[document_type]["example"], headers={"Content-Type": document_type}
    )
    assert by_inkml.json()["evaluation"]["exact"] == "3"
    for path, name in (("/v1/correct", "CorrectRequest"), ("/v1/evaluate", "EvaluateRequest")):
        for example in document["components"]["schemas"][name]["examples"]:
            assert client.post(path, json=example).status_code == 200


def test_cross_origin_requests_are_off_unless_configured(client_with: Callable[..., TestClient]) -> None:
    headers = {"Origin": "https://school.example"}
    assert "Access-Control-Allow-Origin" not in client_with().get("/v1/model", headers=headers).headers
    allowing = client_with(cors_origins=["https://school.example"])
    assert allowing.get("/v1/model", headers=headers).headers["Access-Control-Allow-Origin"] == "https://school.example"
    other = allowing.get("/v1/model", headers={"Origin": "https://other.example"})
    assert "Access-Control-Allow-Origin" not in other.headers


def test_documentation_asks_for_a_key_where_one_is_needed(client_with: Callable[..., TestClient]) -> None:
    def secured(client: TestClient) -> set[str]:
        paths = client.get("/openapi.json").json()["paths"]
        return {path for path, route in paths.items() if any("security" in o for o in route.values())}

    assert secured(client_with()) == set()
    assert secured(client_with(api_keys=["k"])) == {
        f"/v1/{name}" for name in ("read", "correct", "evaluate", "worksheet", "model")
    }


def test_api_keys(client_with: Callable[..., TestClient]) -> None:
    client = client_with(api_keys=["first", "zwölf"])
    for headers in ({}, {"X-API-Key": "wrong"}, {"X-API-Key": ""}):
        reply = client.get("/v1/model", headers=headers)
        assert (reply.status_code, reply.json()["code"]) == (401, "unauthorized")
    assert client.get("/v1/model", headers={"X-API-Key": "first"}).status_code == 200
    assert client.get("/healthz").status_code == 200
