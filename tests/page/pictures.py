"""Makes the README's pictures: the page in a real browser, on the real service.

Run by hand: ``python -m tests.page.pictures http://localhost:8000``.
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from tests.doodles import draw as picture
from tests.doodles import fraction, write
from tests.page.hand import draw, launch
from tests.page.sheet import CHOOSE

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
HOMEWORK = (
    ("3 + 5 = 8", "12 - 4 = 8"),
    ("9 + 4 = 13", "15 - 6 = 8"),
    ("6 × 7 = 42", "18 ÷ 3 = 6"),
    ("5 × 8 = 45", "20 ÷ 4 ="),
    ("14 + 7 = 21", "31 - 9 = 22"),
)


def main(url: str) -> None:
    """Writes the modes, with and without light, wide and on a phone, from a service at ``url``."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = launch(playwright)

        def open_page(width: int, height: int, scheme: str = "light") -> Page:
            page = browser.new_page(
                viewport={"width": width, "height": height}, color_scheme=scheme, device_scale_factor=2
            )
            page.goto(url)
            return page

        for name, scheme in (("doodle", "light"), ("doodle-dark", "dark")):
            page = open_page(1180, 720, scheme)
            doodle(page)
            page.screenshot(path=PICTURES / f"{name}.png")
        page = open_page(1180, 720)
        worksheet(page)
        page.screenshot(path=PICTURES / "worksheet.png")
        page = open_page(390, 780)
        draw(page, write("12 + 7 × 3 =", size=34), 0, 40)
        expect(page.locator(".ink-answer")).to_have_text("33")
        page.screenshot(path=PICTURES / "phone.png")
        page.click("[data-mode=practice]")
        page.select_option("[name=skill]", "multiply")
        a, b = (int(part) for part in page.locator(".problem").inner_text().split() if part.isdigit())
        draw(page, write(str(a * b), size=90), 80, 60, "#practice .paper")
        expect(page.locator(".feedback .praise")).to_be_visible(timeout=30_000)
        expect(page.locator(".feedback .i-read")).to_contain_text(str(a * b))
        page.screenshot(path=PICTURES / "practice.png")
        browser.close()


def doodle(page: Page) -> None:
    """Three lines: a value, an answer in the ink's own row, a sum of fractions."""
    draw(page, write("12 + 7 × 3", size=66), 40, 20)
    draw(page, write("84 ÷ 6 =", size=66), 40, 170)
    draw(page, fraction("1", "3", size=60, x=60, y=340))
    draw(page, write("+", size=60), 130, 358)
    draw(page, fraction("2", "5", size=60, x=240, y=340))
    expect(page.locator("#lines .value")).to_have_count(3)
    for card in page.locator("#lines .card").all():
        expect(card).to_have_attribute("aria-busy", "false")
    page.mouse.move(5, 5)


def worksheet(page: Page) -> None:
    """A page of problems, some wrong and one not answered, as the service reads and marks it."""
    sheet = Image.new("RGB", (1240, 1000), "white")
    for row, problems in enumerate(HOMEWORK):
        for column, text in enumerate(problems):
            sheet.paste(picture(write(text, size=56)), (90 + 580 * column, 70 + 180 * row))
    file = BytesIO()
    sheet.save(file, "PNG")
    page.click("[data-mode=worksheet]")
    page.set_input_files(CHOOSE, [{"name": "page.png", "mimeType": "image/png", "buffer": file.getvalue()}])
    expect(page.locator(".score")).to_be_visible(timeout=60_000)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8000")
