"""Fixtures that several rooms share: the service with its real weights, loaded once."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator

# Tests run in as many processes as there are cores: threads within each would wait for one another.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest
from hypothesis import HealthCheck, settings
from starlette.testclient import TestClient

from app.api.main import create_app
from app.reading.reader import Reader
from app.settings import Settings

# How long an example takes depends on what else the machine does.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def client() -> Iterator[TestClient]:
    """A client of the service as it starts by default."""
    with TestClient(create_app(Settings())) as started:
        yield started


@pytest.fixture(scope="session")
def reader(client: TestClient) -> Reader:
    """The reader that ``client``'s service has loaded."""
    return client.app.state.reader


@pytest.fixture
def client_with(reader: Reader) -> Callable[..., TestClient]:
    """Makes a client of a service with other settings, and the weights that are loaded already."""

    def make(**settings: object) -> TestClient:
        app = create_app(Settings(**settings))
        app.state.reader = reader
        return TestClient(app)

    return make


@pytest.fixture
def log_lines(capsys: pytest.CaptureFixture[str]) -> Callable[[], list[dict]]:
    """The service's log lines since the test began, for services that the test itself makes."""
    return lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
