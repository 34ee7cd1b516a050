"""How the page behaves as a page: it is small, stays still under the hand, and is accessible."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from models.vocabulary import SYMBOLS
from tests.doodles import write
from tests.page import sheet
from tests.page.benchmark import STATIC, compressed_bytes
from tests.page.hand import draw


def test_the_paper_never_moves_under_the_hand(open_page: Callable[..., Page]) -> None:
    page = open_page(viewport={"width": 360, "height": 740})
    before = page.locator("#paper").bounding_box()
    draw(page, write("4 + 5", size=40), 10, 20)
    draw(page, write("6 + 7", size=40), 10, 140)
    expect(page.locator("#lines .value")).to_have_count(2)
    assert page.locator("#paper").bounding_box() == before


def test_the_first_load_is_small() -> None:
    """Everything the page can load, compressed: at most 120 kB."""
    assert compressed_bytes() <= 120_000


def test_all_modules_of_the_first_mode_are_asked_for_at_once() -> None:
    """Each module that the start needs is preloaded: none waits until another one has come and named it."""
    needed, waiting = set(), ["app.js"]
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            waiting += re.findall(r"^import .*from '\./(.+)';$", (STATIC / "js" / name).read_text(), re.MULTILINE)
    preloaded = re.findall(r'rel="modulepreload" href="js/(.+?)"', (STATIC / "index.html").read_text())
    assert sorted(preloaded) == sorted(needed - {"app.js"})


def test_reduced_motion_is_respected(open_page: Callable[..., Page]) -> None:
    page = open_page(reduced_motion="reduce")
    assert page.evaluate("parseFloat(getComputedStyle(document.querySelector('.tool')).animationDuration)") < 0.001


def plot(page: Page) -> None:
    page.fill("#typed", "y = x^2 - 2")
    page.press("#typed", "Enter")
    page.locator("#pictures summary").click()


def fail(page: Page) -> None:
    page.route("**/v1/read", lambda route: route.fulfill(status=422, json={"code": "no_ink"}))
    draw(page, write("1"), 60, 300)
    expect(page.locator(".message-failed")).to_be_visible()


def answer_wrongly(page: Page) -> None:
    page.get_by_role("textbox", name="Type the answer").fill("9999")
    page.keyboard.press("Enter")
    expect(page.locator(".feedback")).to_contain_text("Have another go")


def mark(page: Page) -> None:
    page.route("**/v1/worksheet", lambda route: route.fulfill(json=sheet.reply()))
    page.set_input_files(sheet.CHOOSE, [sheet.photo()])
    expect(page.locator(".score")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(open_page: Callable[..., Page], scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    page = open_page(color_scheme=scheme, bypass_csp=True)
    draw(page, write("4 + 5 ="), 60, 60)
    expect(page.locator(".ink-answer")).to_be_visible()
    states = {
        "reading": lambda: None,
        "symbol card": lambda: page.locator("#lines .glyph").first.click(),
        "menu": lambda: page.get_by_role("button", name="More for line 1").click(),
        "steps": lambda: page.get_by_role("button", name="Steps").click(),
        "plot": lambda: plot(page),
        "share": lambda: page.click("#open-share"),
        "history": lambda: page.click("#open-history"),
        "settings": lambda: page.click("#open-settings"),
        "help": lambda: page.click("#open-help"),
        "failure": lambda: fail(page),
        "practice": lambda: page.click("[data-mode=practice]"),
        "wrong answer": lambda: answer_wrongly(page),
        "worksheet": lambda: page.click("[data-mode=worksheet]"),
        "marked": lambda: mark(page),
        "problem": lambda: page.locator(".finding").nth(1).click(),
    }
    for name, enter in states.items():
        enter()
        results = axe.Axe().run(page)
        assert results.violations_count == 0, f"{name}: {results.generate_report()}"
        page.keyboard.press("Escape")


def test_the_page_knows_the_vocabulary(page: Page) -> None:
    shown = page.evaluate(
        """async () => {
          const { LABELS, shown } = await import('./js/labels.js');
          return LABELS.map((label) => [label, shown(label)]);
        }"""
    )
    assert {label: text.replace("−", "-") for label, text in shown} == {s.label: s.text for s in SYMBOLS}
