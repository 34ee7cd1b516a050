"""A browser, and a hand that moves its mouse along strokes."""

from __future__ import annotations

import shutil

from playwright.sync_api import Browser, Page, Playwright

PAPER = "#paper"


def launch(playwright: Playwright) -> Browser:
    """Chromium: the system's, or Playwright's own.

    Raises:
        playwright.sync_api.Error: there is none.
    """
    system = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    arguments = ["--no-sandbox", "--disable-background-networking", "--disable-gpu"]
    return playwright.chromium.launch(executable_path=system, args=arguments)


def draw(page: Page, strokes: list[list[list[float]]], x: float = 0, y: float = 0, paper: str = PAPER) -> None:
    """Draws strokes on a paper, ``x`` and ``y`` CSS pixels from its top left corner."""
    box = page.locator(paper).bounding_box()
    left, top = box["x"] + x, box["y"] + y
    for stroke in strokes:
        page.mouse.move(left + stroke[0][0], top + stroke[0][1])
        page.mouse.down()
        for px, py in stroke[1:]:
            page.mouse.move(left + px, top + py)
        page.mouse.up()


def zigzag(x0: float, y0: float, x1: float, y1: float, legs: int = 8) -> list[list[list[float]]]:
    """One stroke that scratches over a box."""
    steps = 6
    points = []
    for leg in range(legs):
        a, b = (x0, x1) if leg % 2 == 0 else (x1, x0)
        for step in range(steps):
            share = (leg + step / steps) / legs
            points.append([a + (b - a) * step / steps, y0 + (y1 - y0) * share])
    return [points]
