"""Doodling in a real browser on the real service: what is drawn is read, valued, corrected and kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Locator, Page, Route, expect

from tests.doodles import draw as picture
from tests.doodles import write
from tests.page.hand import draw, zigzag


def readings(page: Page) -> Locator:
    """The cards of the paper's lines."""
    return page.locator("#lines .card")


def latex(card: Locator) -> Locator:
    return card.locator(".typeset")


def expect_reading(card: Locator, pattern: str) -> None:
    """Waits until a card shows a finished reading whose LaTeX, without spaces, matches."""
    spaced = r"\s*".join(pattern.split(" "))
    expect(card).to_have_attribute("aria-busy", "false")
    expect(latex(card)).to_have_attribute("data-latex", re.compile(f"^{spaced}$"))


def test_a_drawn_expression_is_read_and_evaluated(page: Page) -> None:
    draw(page, write("12 + 7 × 3"), 60, 60)
    expect_reading(readings(page).first, r"12 \+ 7 \\times 3")
    expect(readings(page).first.locator(".value")).to_have_text("=33")
    expect(page.locator("#announcer")).to_contain_text("33")


def test_after_an_equals_sign_the_answer_stands_in_the_inks_row(page: Page) -> None:
    draw(page, write("8 - 5 ="), 60, 60)
    answer = page.locator(".ink-answer")
    expect(answer).to_have_text("3")
    ink, paper = answer.bounding_box(), page.locator("#paper").bounding_box()
    assert 60 + 20 < ink["y"] - paper["y"] + ink["height"] / 2 < 60 + 80
    draw(page, write("3"), 400, 60)
    expect(answer).to_have_count(0)


def test_each_line_is_an_expression_of_its_own(page: Page) -> None:
    draw(page, write("4 + 5"), 60, 40)
    draw(page, write("6 × 7"), 60, 220)
    expect(readings(page)).to_have_count(2)
    expect_reading(readings(page).nth(0), r"4 \+ 5")
    expect_reading(readings(page).nth(1), r"6 \\times 7")
    expect(readings(page).nth(1).locator(".value")).to_have_text("=42")


def test_undo_redo_and_clear(page: Page) -> None:
    draw(page, write("4 + 5"), 60, 60)
    expect(readings(page).first.locator(".value")).to_have_text("=9")
    page.click("#undo")
    page.click("#undo")  # a five has two strokes
    expect_reading(readings(page).first, r"4 \+")
    page.click("#redo")
    page.click("#redo")
    expect(readings(page).first.locator(".value")).to_have_text("=9")
    page.click("#clear")
    expect(readings(page)).to_have_count(0)
    expect(page.locator("#hint")).to_be_visible()
    page.click("#undo")
    expect(readings(page).first.locator(".value")).to_have_text("=9")


def test_a_correction_survives_further_writing(page: Page) -> None:
    draw(page, write("4 + 5"), 60, 60)
    expect_reading(readings(page).first, r"4 \+ 5")
    page.click("#lines .glyph >> nth=-1")
    card = page.locator("#symbol-card")
    expect(card).to_be_visible()
    card.get_by_text("Another symbol").click()
    card.locator(".symbol-grid").get_by_role("button", name="6", exact=True).click()
    expect_reading(readings(page).first, r"4 \+ 6")
    expect(readings(page).first.locator(".value")).to_have_text("=10")
    draw(page, write("+ 3"), 320, 60)
    expect_reading(readings(page).first, r"4 \+ 6 \+ 3")
    expect(readings(page).first.locator(".value")).to_have_text("=13")


def test_another_reading_of_the_whole_line_can_be_taken(page: Page) -> None:
    def with_another(route: Route) -> None:
        other = {"latex": "4\\times5", "text": "4 × 5", "confidence": 0.2}
        route.fulfill(json=route.fetch().json() | {"alternatives": [other]})

    page.route("**/v1/read", with_another)
    draw(page, write("4 + 5"), 60, 60)
    expect_reading(readings(page).first, r"4 \+ 5")
    page.click("#lines .glyph >> nth=0")
    page.locator("#symbol-card .reading-offer").click()
    expect_reading(readings(page).first, r"4 \\times 5")
    expect(readings(page).first.locator(".value")).to_have_text("=20")


def test_a_tap_on_ink_asks_about_the_symbol_and_draws_nothing(page: Page) -> None:
    draw(page, write("4 + 5"), 60, 60)
    expect_reading(readings(page).first, r"4 \+ 5")
    page.wait_for_timeout(1000)
    box = page.locator("#paper").bounding_box()
    five = write("4 + 5")[-2]
    page.mouse.click(box["x"] + 60 + five[20][0], box["y"] + 60 + five[20][1])
    expect(page.locator("#symbol-card .offer").first).to_have_attribute("aria-label", re.compile("^5"))
    page.keyboard.press("Escape")
    expect(page.locator("#symbol-card")).to_be_hidden()
    expect_reading(readings(page).first, r"4 \+ 5")


def test_hovering_over_ink_shows_the_symbols_box(page: Page) -> None:
    draw(page, write("4 + 5"), 60, 60)
    expect_reading(readings(page).first, r"4 \+ 5")
    page.locator("#paper").hover(position={"x": 60 + 20 + 20, "y": 60 + 20 + 38})
    expect(page.locator(".symbol-box .symbol-name")).to_have_text("4")


def test_scratching_out_removes_what_lies_under_it(page: Page) -> None:
    draw(page, write("4 + 5"), 60, 60)
    expect_reading(readings(page).first, r"4 \+ 5")
    five = np.concatenate([np.array(stroke) for stroke in write("4 + 5")[-2:]])
    draw(page, zigzag(*(five.min(axis=0) - 8), *(five.max(axis=0) + 8)), 60, 60)
    expect_reading(readings(page).first, r"4 \+")
    page.click("#undo")
    expect_reading(readings(page).first, r"4 \+ 5")


def test_the_eraser_takes_whole_strokes(page: Page) -> None:
    draw(page, write("4 + 5"), 60, 60)
    expect_reading(readings(page).first, r"4 \+ 5")
    page.click("button[data-tool=eraser]")
    right = max(x for stroke in write("4 + 5") for x, _ in stroke)
    draw(page, [[[right - 8, 0], [right - 12, 60], [right - 16, 115]]], 60, 60)
    expect_reading(readings(page).first, r"4 \+")


def test_letters_get_their_values_from_lines_above(page: Page) -> None:
    cross = [[[0, 20], [8, 24], [16, 38], [26, 58], [36, 62]], [[36, 20], [26, 30], [14, 50], [0, 62]]]
    draw(page, [[[x + 20, y + 5] for x, y in stroke] for stroke in cross], 60, 60)
    draw(page, write("= 5"), 130, 60)
    draw(page, [[[x + 20, y + 5] for x, y in stroke] for stroke in cross], 60, 240)
    draw(page, write("+ 3"), 130, 240)
    for card in readings(page).all():
        expect(card).to_have_attribute("aria-busy", "false")
    for card in (readings(page).nth(0), readings(page).nth(1)):
        # An x that looks like a times sign or a capital is a doubt that a person settles.
        if not (latex(card).get_attribute("data-latex") or "").startswith("x"):
            card.locator(".glyph").first.click()
            page.locator("#symbol-card").get_by_text("Another symbol").click()
            page.locator(".symbol-grid").get_by_role("button", name="x", exact=True).click()
            expect(card).to_have_attribute("aria-busy", "false")
    expect_reading(readings(page).nth(1), r"x \+ 3")
    expect(readings(page).nth(1)).to_contain_text("with x = 5")
    expect(readings(page).nth(1).locator(".value")).to_have_text("=8")


def test_a_picture_is_read_with_boxes_on_it(page: Page) -> None:
    file = {"name": "sum.png", "mimeType": "image/png", "buffer": _png(write("12 + 7"))}
    page.set_input_files("#picture-file", [file])
    card = page.locator("#pictures .card")
    expect(card.locator(".value")).to_have_text("=19")
    boxes = card.locator(".picture-box")
    expect(boxes).to_have_count(4)
    frame = card.locator("img").bounding_box()
    for box in boxes.all():
        inside = box.bounding_box()
        assert frame["x"] - 1 <= inside["x"] and inside["x"] + inside["width"] <= frame["x"] + frame["width"] + 1


def test_a_card_of_three_cells_keeps_its_notation_when_a_digit_is_corrected(page: Page) -> None:
    strokes = [
        [[x + 128 * k, y] for x, y, *_ in stroke] for k, sign in enumerate("-84") for stroke in write(sign, 80, 25, 22)
    ]
    image = Image.new("L", (384, 128), 255)
    for stroke in strokes:
        ImageDraw.Draw(image).line([tuple(point) for point in stroke], 0, 6)
    file = BytesIO()
    image.save(file, "PNG")
    page.set_input_files("#picture-file", [{"name": "card.png", "mimeType": "image/png", "buffer": file.getvalue()}])
    card = page.locator("#pictures .card")
    expect(card.locator(".value")).to_have_text("=4")
    expect(card).to_contain_text("in prefix notation")
    card.locator(".picture-box").nth(1).click()
    page.locator("#symbol-card").get_by_text("Another symbol").click()
    page.locator("#symbol-card .symbol-grid").get_by_role("button", name="9", exact=True).click()
    expect(card.locator(".value")).to_have_text("=5")


def _png(strokes: list[list[list[float]]]) -> bytes:
    file = BytesIO()
    picture(strokes).save(file, "PNG")
    return file.getvalue()


def test_typed_mathematics_is_evaluated(page: Page) -> None:
    page.fill("#typed", "3+4×2")
    page.press("#typed", "Enter")
    card = page.locator("#pictures .card").first
    expect(card.locator(".value")).to_have_text("=11")
    card.get_by_text("Steps").click()
    expect(card.locator(".steps li")).to_have_text(["3+4×2", "3+8", "11"])


def test_a_function_is_plotted(page: Page) -> None:
    page.fill("#typed", "y = x^2 - 2")
    page.press("#typed", "Enter")
    card = page.locator("#pictures .card").first
    card.get_by_text("Plot").click()
    curve = card.locator(".plot-curve").get_attribute("d")
    heights = [float(point.split()[1]) for point in re.findall(r"[-\d.]+ [-\d.]+", curve)]
    lowest = heights.index(max(heights))  # y runs downwards on screen
    assert lowest == pytest.approx(len(heights) / 2, abs=6)
    assert heights[0] == pytest.approx(heights[-1], abs=0.5)


def test_the_steps_follow_the_order_of_operations(page: Page) -> None:
    draw(page, write("12 + 7 × 3"), 60, 60)
    expect(readings(page).first.locator(".value")).to_have_text("=33")
    page.get_by_role("button", name="Steps").click()
    expect(readings(page).first.locator(".steps li")).to_have_text(["12+7×3", "12+21", "33"])


def test_the_lasso_moves_what_it_encloses(page: Page) -> None:
    draw(page, write("4 + 5"), 60, 60)
    draw(page, write("6"), 60, 240)
    expect(readings(page)).to_have_count(2)
    page.click("button[data-tool=lasso]")
    draw(page, [[[60, 230], [180, 230], [180, 350], [60, 350], [60, 235]]])
    expect(page.locator(".selection-box")).to_be_visible()
    draw(page, [[[95, 290], [200, 200], [330, 110]]])
    expect(readings(page)).to_have_count(1)
    expect_reading(readings(page).first, r"4 \+ 5 6")
    page.click("#undo")
    expect(readings(page)).to_have_count(2)


def selection_left(page: Page) -> float:
    return page.evaluate("document.querySelector('.selection-box').getBoundingClientRect().left")


def test_everything_by_keyboard(page: Page) -> None:
    draw(page, write("4 + 5"), 60, 60)
    expect_reading(readings(page).first, r"4 \+ 5")
    page.focus("#paper")
    page.keyboard.press("Control+a")
    before = selection_left(page)
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    assert selection_left(page) == pytest.approx(before + 24, abs=0.5)
    page.keyboard.press("Control+z")
    assert selection_left(page) == pytest.approx(before + 16, abs=0.5)
    page.keyboard.press("Delete")
    expect(readings(page)).to_have_count(0)
    page.keyboard.press("Control+z")
    expect_reading(readings(page).first, r"4 \+ 5")
    page.keyboard.press("e")
    expect(page.locator("button[data-tool=eraser]")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("p")
    expect(page.locator("button[data-tool=pen]")).to_have_attribute("aria-pressed", "true")


def test_the_toolbar_is_one_stop_and_arrow_keys_walk_it(page: Page) -> None:
    def focused() -> str:
        return page.evaluate("document.activeElement.ariaLabel")

    page.focus("#paper")
    page.keyboard.press("Tab")
    assert focused() == "Pen"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("button[data-tool=eraser]")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("End")
    assert focused() == "Show all ink"
    page.keyboard.press("ArrowLeft")
    assert focused() == "Read a picture"
    # Undo, redo and clear have nothing to do yet.
    page.keyboard.press("ArrowLeft")
    assert focused() == "Lasso"
    page.keyboard.press("Home")
    page.keyboard.press("ArrowLeft")
    assert focused() == "Show all ink"
    page.keyboard.press("Tab")
    assert not page.evaluate("document.activeElement.closest('.toolbar')")
    page.keyboard.press("Shift+Tab")
    assert focused() == "Show all ink"


def test_a_tool_that_goes_dead_hands_the_focus_on(page: Page) -> None:
    draw(page, write("1"), 60, 60)
    page.focus("#undo")
    page.keyboard.press("Enter")
    expect(page.locator("#undo")).to_be_disabled()
    expect(page.get_by_role("button", name="Lasso")).to_be_focused()
    page.focus("#redo")
    page.keyboard.press("Enter")
    expect(page.locator("#undo")).to_be_focused()


def test_a_link_and_the_device_bring_the_drawing_back(page: Page, open_page: Callable[..., Page]) -> None:
    draw(page, write("4 + 5"), 60, 60)
    expect_reading(readings(page).first, r"4 \+ 5")
    link = page.evaluate(
        """async () => {
          const { toLink } = await import('./js/share.js');
          const { Ink } = await import('./js/ink.js');
          const { loadDraft, restore } = await import('./js/history.js');
          const ink = new Ink();
          dispatchEvent(new Event('pagehide'));
          restore(loadDraft(), ink, { corrections: new Map() });
          return toLink(ink.strokes);
        }"""
    )
    page.reload()
    expect_reading(readings(page).first, r"4 \+ 5")
    other = open_page("/" + link[link.index("#") :])
    expect_reading(readings(other).first, r"4 \+ 5")


def test_a_cleared_drawing_is_kept_until_it_is_deleted(page: Page) -> None:
    draw(page, write("4 + 5"), 60, 60)
    expect_reading(readings(page).first, r"4 \+ 5")
    page.click("#clear")
    page.click("#open-history")
    page.locator(".drawing-open").first.click()
    expect_reading(readings(page).first, r"4 \+ 5")
    page.click("#open-history")
    page.get_by_role("button", name="Delete 4").click()
    expect(page.locator("#history-dialog")).to_contain_text("None yet")


def test_the_drawing_leaves_as_a_file(page: Page) -> None:
    draw(page, write("4 + 5"), 60, 60)
    expect_reading(readings(page).first, r"4 \+ 5")
    page.click("#open-share")
    for name, start in (("PNG", b"\x89PNG"), ("SVG", b"<svg"), ("InkML", b"<?xml")):
        with page.expect_download() as download:
            page.get_by_role("button", name=name, exact=True).click()
        content = download.value.path().read_bytes()
        assert content.startswith(start)
        if name == "InkML":
            assert content.count(b"<trace id=") == len(write("4 + 5"))
