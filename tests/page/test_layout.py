"""Nothing overlaps and nothing is cut off, in every mode and state, at all widths, text sizes and hands."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.doodles import fraction, write
from tests.page.hand import draw
from tests.page.sheet import CHOOSE, photo, reply

MISFITS = (Path(__file__).parent / "misfits.js").read_text()
SIZES = [(320, 568), (375, 740), (768, 1024), (740, 360), (1280, 800), (1920, 1080), (2560, 1440)]
PREPARE = """([draft, lefty, text]) => {
  localStorage.setItem('mathdoodle.settings', JSON.stringify({ lefty }));
  if (!localStorage.getItem('mathdoodle.draft')) localStorage.setItem('mathdoodle.draft', draft);
  document.addEventListener('DOMContentLoaded', () => { document.documentElement.style.fontSize = text; });
}"""


@pytest.fixture(scope="module")
def drawing(browser: object, url: str) -> tuple[str, dict[int, dict]]:
    """Three lines as the page keeps them, and the service's replies to them by their numbers of strokes."""
    replies = {}
    page = browser.new_page(service_workers="block")

    def keep(route: Route) -> None:
        answer = route.fetch()
        replies[len(route.request.post_data_json["strokes"])] = answer.json()
        route.fulfill(response=answer)

    page.route("**/v1/read", keep)
    page.goto(url)
    draw(page, write("12 + 7 × 3", size=28), 5, 5)
    draw(page, write("84 ÷ 6 =", size=28), 5, 75)
    draw(page, fraction("1", "3", size=24, x=20, y=150))
    expect(page.locator("#lines .card[aria-busy=false] .value")).to_have_count(3)
    page.evaluate("() => dispatchEvent(new Event('pagehide'))")
    draft = page.evaluate("() => localStorage.getItem('mathdoodle.draft')")
    page.close()
    for answer in replies.values():
        answer["symbols"][0]["confidence"] = 0.5  # a doubt in each line
    return draft, replies


def states(page: Page) -> Iterator[str]:
    """Walks through what the page can show, and names each state while it is on screen."""
    expect(page.locator("#lines .card[aria-busy=false] .value")).to_have_count(3)
    yield "readings"
    page.locator("#lines .glyph").first.click()
    yield "symbol card"
    page.locator("#symbol-card summary").click()
    yield "all symbols"
    page.keyboard.press("Escape")
    page.get_by_role("button", name="More for line 1").click()
    yield "menu"
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Steps").first.click()
    expect(page.locator(".steps li")).to_have_count(3)
    yield "steps"
    page.get_by_role("button", name="Steps").first.click()
    page.fill("#typed", "y = x^2 - 2")
    page.press("#typed", "Enter")
    page.locator("#pictures summary").click()
    yield "plot"
    page.get_by_role("button", name="Remove typed").click()
    for name in ("share", "history", "settings", "help"):
        page.click(f"#open-{name}")
        yield name
        page.keyboard.press("Escape")
    page.click("#clear")
    yield "empty"
    page.route("**/v1/read", lambda route: route.fulfill(status=503, json={"code": "overloaded"}))
    page.click("#undo")
    expect(page.locator("#lines .message").first).to_contain_text("busy")
    yield "failure"
    page.click("[data-mode=practice]")
    expect(page.locator(".problem")).to_contain_text("=")
    yield "practice"
    page.fill(".practice-typed input", "99")
    page.keyboard.press("Enter")
    yield "wrong answer"
    page.unroute("**/v1/read")
    doubtful = {"text": "71", "latex": "71", "mathml": "<math><mn>71</mn></math>", "confidence": 0.4, "symbols": []}
    others = [{"text": text, "latex": text, "confidence": 0.1} for text in ("11", "77")]
    page.route("**/v1/read", lambda route: route.fulfill(json=doubtful | {"alternatives": others}))
    page.get_by_role("button", name="Try again").click()
    page.locator("#practice .paper").scroll_into_view_if_needed()
    draw(page, [[[10, 10], [12, 40]]], 20, 10, "#practice .paper")
    page.click("text=Check")
    expect(page.locator(".feedback")).to_contain_text("not sure")
    yield "unsure answer"
    for skill, within in (("fractions", "100"), ("multiply", "1000"), ("count", "1000")):
        page.select_option("[name=skill]", skill)
        page.select_option("[name=within]", within)
        yield skill
    page.click("[data-mode=worksheet]")
    expect(page.get_by_role("button", name="Choose a photo")).to_be_visible()
    yield "worksheet"
    page.set_input_files(CHOOSE, [photo()])
    expect(page.locator(".score")).to_be_visible()
    yield "marked"
    page.locator(".finding").nth(1).click()
    yield "problem"
    page.locator(".problem-dialog .glyph").first.click()
    yield "symbol of a problem"


@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size[0]))
@pytest.mark.parametrize("text", ["100%", "200%"])
@pytest.mark.parametrize("lefty", [False, True], ids=["right", "left"])
def test_nothing_is_cut_or_covered(
    open_page: Callable[..., Page], drawing: tuple[str, dict], size: tuple[int, int], text: str, lefty: bool
) -> None:
    draft, replies = drawing

    def prepare(page: Page) -> None:
        page.add_init_script(f"({PREPARE})({json.dumps([draft, lefty, text])})")
        page.route(
            "**/v1/read", lambda route: route.fulfill(json=replies[len(route.request.post_data_json["strokes"])])
        )
        page.route("**/v1/worksheet", lambda route: route.fulfill(json=reply()))

    page = open_page(viewport=dict(zip(("width", "height"), size, strict=True)), before=prepare)
    wrong = {state: found for state in states(page) if (found := page.evaluate(MISFITS))}
    assert wrong == {}
