"""The real service in a process of its own, and a real browser on it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, Playwright, sync_playwright

from tests.page.hand import launch

ROOT = Path(__file__).resolve().parents[2]
STARTUP_SECONDS = 90
URL_VARIABLE = "MATHDOODLE_TEST_URL"


@pytest.fixture(scope="session")
def url() -> Iterator[str]:
    """Address of a service with its real weights; of one that runs already if ``MATHDOODLE_TEST_URL`` names it."""
    if running := os.environ.get(URL_VARIABLE):
        yield running.rstrip("/")
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    service = subprocess.Popen([sys.executable, "-m", "app.cli", "serve", "--port", str(port)], cwd=ROOT)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_ready(service, address)
        yield address
    finally:
        service.terminate()
        service.wait(30)


def _wait_until_ready(service: subprocess.Popen, address: str) -> None:
    deadline = time.monotonic() + STARTUP_SECONDS
    while time.monotonic() < deadline:
        if service.poll() is not None:
            raise RuntimeError(f"the service ended with status {service.returncode}")
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=2) as reply:
                if reply.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            pass
        time.sleep(0.2)
    raise RuntimeError(f"the service was not ready after {STARTUP_SECONDS} s")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    try:
        started = launch(playwright)
    except Error as error:
        pytest.skip(f"no Chromium: {error.message.splitlines()[0]}")
    yield started
    started.close()


@pytest.fixture
def open_page(browser: Browser, url: str) -> Iterator[Callable[..., Page]]:
    """Opens the page in a fresh context; afterwards nothing may have failed in it.

    Whatever the test does, a page raises no script error, breaks no rule of its content security policy, and
    asks no other host for anything. Options are those of ``Browser.new_context``; ``path`` is what to open, and
    ``before`` is called with the page before it is opened. Requests can be caught because no service worker runs,
    unless ``service_workers="allow"``.
    """
    contexts, troubles = [], []

    def open_page(path: str = "/", before: Callable[[Page], None] | None = None, **options: object) -> Page:
        context = browser.new_context(
            **({"viewport": {"width": 1280, "height": 800}, "service_workers": "block"} | options)
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(f"script error: {error}"))
        page.on("console", lambda message: troubles.append(message.text) if _is_trouble(message) else None)
        page.on("request", lambda request: _note_foreign(request.url, url, troubles))
        if before:
            before(page)
        page.goto(url + path)
        page.wait_for_function("document.querySelector('#paper canvas')")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not troubles


def _is_trouble(message: object) -> bool:
    # A reply that is an error is the service's business, and the page's to explain.
    return message.type == "error" and "Failed to load resource" not in message.text


def _note_foreign(requested: str, url: str, troubles: list[str]) -> None:
    if not requested.startswith((url, "blob:", "data:")):
        troubles.append(f"asked another host: {requested}")


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """The page at 1280 × 800."""
    return open_page()
