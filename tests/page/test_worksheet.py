"""The worksheet mode: its marks, filters, corrections and files, on replies shaped as the contract says."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Page, Route, expect

from tests.page.sheet import CHOOSE, photo, reply


@pytest.fixture
def marked(page: Page) -> Page:
    """The worksheet mode with a marked page."""
    page.route("**/v1/worksheet", lambda route: route.fulfill(json=reply()))
    page.click("[data-mode=worksheet]")
    page.set_input_files(CHOOSE, [photo()])
    expect(page.locator(".score")).to_have_text("1 of 4 right")
    return page


def test_a_service_without_worksheets_is_named_as_such(page: Page) -> None:
    page.route("**/v1/worksheet", lambda route: route.fulfill(status=404, json={"status": 404, "title": "Not Found"}))
    page.click("[data-mode=worksheet]")
    page.set_input_files(CHOOSE, [photo()])
    expect(page.get_by_role("alert")).to_contain_text("cannot mark worksheets")


def test_a_photo_that_cannot_be_opened_is_named_as_such(page: Page) -> None:
    page.click("[data-mode=worksheet]")
    page.set_input_files(CHOOSE, [{"name": "page.png", "mimeType": "image/png", "buffer": b"no picture"}])
    expect(page.get_by_role("alert")).to_contain_text("cannot be opened")


def test_the_findings_can_be_filtered_by_verdict(marked: Page) -> None:
    expect(marked.locator(".finding")).to_have_count(4)
    expect(marked.locator(".spot")).to_have_count(4)
    marked.get_by_role("button", name="Wrong 1").click()
    expect(marked.locator(".finding")).to_have_count(1)
    expect(marked.locator(".finding")).to_contain_text("should be 5")


def test_a_corrected_reading_is_judged_again(marked: Page) -> None:
    marked.locator(".finding").nth(1).click()
    dialog = marked.locator(".problem-dialog")
    dialog.get_by_role("button", name="6, 98 % sure. Change").click()
    marked.locator("#symbol-card .offer", has_text="5").click()
    # The service itself lays out and evaluates 9 - 4 = 5.
    expect(dialog.locator(".verdict")).to_have_text("Right")
    marked.keyboard.press("Escape")
    expect(marked.locator(".score")).to_have_text("2 of 4 right")


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_turned_page_is_shown_and_corrected_upright(page: Page, rotation: int) -> None:
    page.route("**/v1/worksheet", lambda route: route.fulfill(json=reply(rotation)))
    page.click("[data-mode=worksheet]")
    page.set_input_files(CHOOSE, [photo(rotation)])
    expect(page.locator(".score")).to_have_text("1 of 4 right")
    with page.expect_download() as download:
        page.get_by_role("button", name="Picture", exact=True).click()
    picture = Image.open(download.value.path()).convert("RGB")
    as_made = Image.open(BytesIO(photo()["buffer"])).convert("RGB")
    assert picture.size == as_made.size
    # Where no mark stands, the page looks as it was made.
    assert ImageChops.difference(picture.crop((0, 0, 295, 150)), as_made.crop((0, 0, 295, 150))).getbbox() is None
    spot = page.locator(".spot").nth(1).bounding_box()
    sheet = page.locator(".sheet canvas").bounding_box()
    assert (spot["y"] - sheet["y"]) / sheet["height"] == pytest.approx(210 / 700, abs=0.02)
    page.locator(".finding").nth(1).click()
    dialog = page.locator(".problem-dialog")
    dialog.get_by_role("button", name="6, 98 % sure. Change").click()
    page.locator("#symbol-card .offer", has_text="5").click()
    # The service lays the symbols out by their boxes: as they stand on the photo they would be no row.
    expect(dialog.locator(".verdict")).to_have_text("Right")


def test_the_marked_page_leaves_as_picture_pdf_and_table(marked: Page) -> None:
    for name, start in (("Picture", b"\x89PNG"), ("PDF", b"%PDF-1.4"), ("CSV", b"\xef\xbb\xbfnumber,")):
        with marked.expect_download() as download:
            marked.get_by_role("button", name=name, exact=True).click()
        content = download.value.path().read_bytes()
        assert content.startswith(start)
        if name == "CSV":
            assert content.decode("utf-8-sig").splitlines()[2] == "2,1,0,9 - 4 = 6,wrong,5,0.9"


def test_what_is_sent_is_an_upright_jpeg_of_the_photo(open_page: Callable[..., Page]) -> None:
    sent = []

    def keep(route: Route) -> None:
        sent.append(route.request.post_data_buffer)
        route.fulfill(json={"image": {}, "problems": []})

    page = open_page()
    page.route("**/v1/worksheet", keep)
    page.click("[data-mode=worksheet]")
    lying = BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    Image.open(BytesIO(photo()["buffer"])).save(lying, "JPEG", exif=exif)
    page.set_input_files(CHOOSE, [{"name": "page.jpg", "mimeType": "image/jpeg", "buffer": lying.getvalue()}])
    expect(page.get_by_role("alert")).to_contain_text("No problems")
    body = sent[0]
    jpeg = Image.open(BytesIO(body[body.index(b"\xff\xd8\xff") :]))
    assert jpeg.size == (700, 800)
    assert not jpeg.getexif()
