"""What the page does when the service fails: it says so, keeps the ink, and tries again by itself.

The failures are made in the browser's network layer; the readings that follow are the real service's.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.doodles import write
from tests.page.hand import draw

STATIC = Path(__file__).resolve().parents[2] / "static"
CARD = "#lines .card"


def problem(route: Route, status: int, code: str, **headers: str) -> None:
    route.fulfill(
        status=status, content_type="application/problem+json", headers=headers,
        json={"type": "about:blank", "title": code, "status": status, "code": code},
    )  # fmt: skip


def wait_for_copy(page: Page) -> list[str]:
    """The paths that the page has a copy of, once its worker has taken over."""
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    return page.evaluate(
        """async () => {
          const keys = await (await caches.open('page')).keys();
          return keys.map(({ url }) => new URL(url).pathname);
        }"""
    )


def test_the_page_opens_and_writes_without_a_network_and_reads_once_it_is_back(open_page: Callable[..., Page]) -> None:
    page = open_page(service_workers="allow")
    files = {f"/{file.relative_to(STATIC).as_posix()}" for file in STATIC.rglob("*") if file.is_file()}
    assert set(wait_for_copy(page)) == files - {"/index.html", "/sw.js"} | {"/"}
    page.context.set_offline(True)
    page.reload()
    expect(page.locator("#connection")).to_be_visible()
    expect(page.locator("#toast")).to_contain_text("What you write is kept")
    draw(page, write("4 + 5"), 60, 60)
    expect(page.locator(f"{CARD} .message")).to_contain_text("Your ink is safe")
    page.reload()
    expect(page.locator(f"{CARD} .message")).to_contain_text("Your ink is safe")
    page.click("[data-mode=practice]")
    expect(page.locator(".problem")).to_contain_text("=")
    page.click("[data-mode=worksheet]")
    expect(page.get_by_role("button", name="Choose a photo")).to_be_visible()
    page.click("[data-mode=doodle]")
    page.context.set_offline(False)
    expect(page.locator(f"{CARD} .value")).to_have_text("=9", timeout=15_000)
    expect(page.locator("#connection")).to_be_hidden()


def test_a_new_version_of_the_page_is_shown_at_once_and_kept(open_page: Callable[..., Page]) -> None:
    page = open_page(service_workers="allow")
    wait_for_copy(page)
    # A copy of another day.
    page.evaluate(
        """async () => {
          const cache = await caches.open('page');
          for (const path of ['/', '/js/practice.js'])
            await cache.put(path, new Response('<p id="old">old</p>', { headers: { ETag: '"old"' } }));
          await cache.put('/js/gone.js', new Response(''));
        }"""
    )
    page.reload()
    expect(page.locator("#paper canvas").first).to_be_attached()
    page.wait_for_function(
        """async () => {
          const cache = await caches.open('page');
          const old = await Promise.all(['/', '/js/practice.js'].map(async (path) => (await cache.match(path)).text()));
          return !old.some((text) => text.includes('id="old"')) && !(await cache.match('/js/gone.js'));
        }"""
    )


@pytest.mark.parametrize("failure", ["down", "overloaded"])
def test_it_says_what_is_wrong_and_reads_once_that_has_passed(page: Page, failure: str) -> None:
    def fail(route: Route) -> None:
        if failure == "down":
            route.abort("connectionrefused")
        else:
            problem(route, 503, "overloaded", **{"Retry-After": "1"})

    page.route("**/v1/read", fail)
    draw(page, write("4 + 5"), 60, 60)
    message = page.locator(f"{CARD} .message")
    expect(message).to_contain_text("cannot be reached" if failure == "down" else "busy")
    expect(message).to_contain_text("Your ink is safe")
    page.unroute("**/v1/read")
    expect(page.locator(f"{CARD} .value")).to_have_text("=9", timeout=15_000)
    expect(message).to_have_count(0)


def test_offline_is_told_and_ends_when_the_network_is_back(page: Page) -> None:
    page.context.set_offline(True)
    draw(page, write("4 + 5"), 60, 60)
    expect(page.locator(f"{CARD} .message")).to_contain_text("offline")
    page.context.set_offline(False)
    expect(page.locator(f"{CARD} .value")).to_have_text("=9", timeout=15_000)


def test_a_slow_service_is_told_and_waited_for(page: Page) -> None:
    def slowly(route: Route) -> None:
        time.sleep(3)
        route.continue_()

    page.route("**/v1/read", slowly, times=1)
    draw(page, write("7"), 60, 60)
    expect(page.locator(f"{CARD} .message")).to_contain_text("Still reading")
    expect(page.locator(CARD)).to_have_attribute("aria-busy", "false", timeout=10_000)
    expect(page.locator(f"{CARD} .message")).to_have_count(0)


def test_ink_that_cannot_be_read_stays_and_can_be_read_again(page: Page) -> None:
    page.route("**/v1/read", lambda route: problem(route, 422, "no_ink"))
    draw(page, write("4"), 60, 60)
    expect(page.locator(f"{CARD} .message")).to_contain_text("nothing to read")
    page.unroute("**/v1/read")
    page.get_by_role("button", name="Read again").click()
    expect(page.locator(f"{CARD} .typeset")).to_have_attribute("data-latex", "4")


def test_a_reload_in_the_middle_of_a_failure_loses_no_ink(page: Page) -> None:
    page.route("**/v1/read", lambda route: route.abort("connectionrefused"))
    draw(page, write("4 + 5"), 60, 60)
    expect(page.locator(f"{CARD} .message")).to_contain_text("cannot be reached")
    page.unroute("**/v1/read")
    page.reload()
    expect(page.locator(f"{CARD} .value")).to_have_text("=9", timeout=15_000)


def test_a_stale_reading_never_replaces_a_newer_one(page: Page) -> None:
    first = []

    def delay_the_first(route: Route) -> None:
        if not first:
            first.append(route)
        else:
            route.continue_()

    page.route("**/v1/read", delay_the_first)
    draw(page, write("4"), 60, 60)
    page.wait_for_timeout(200)
    draw(page, write("+ 5"), 130, 60)
    expect(page.locator(f"{CARD} .value")).to_have_text("=9")
    old = {"text": "4", "latex": "4", "mathml": "<math><mn>4</mn></math>", "symbols": [], "alternatives": []}
    first[0].fulfill(json=old)
    page.wait_for_timeout(300)
    expect(page.locator(f"{CARD} .value")).to_have_text("=9")
