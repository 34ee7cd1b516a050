"""Fingers, pens and palms: who draws, who moves the paper."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import CDPSession, Page

STROKES = "import('./js/history.js').then(({ loadDraft }) => dispatchEvent(new Event('pagehide')) && loadDraft())"


@pytest.fixture
def touchscreen(open_page: Callable[..., Page]) -> Page:
    page = open_page(viewport={"width": 800, "height": 900}, has_touch=True)
    page.route("**/v1/read", lambda route: route.abort())
    return page


def touch(session: CDPSession, kind: str, *points: tuple[float, float]) -> None:
    touches = [{"x": x, "y": y, "id": i, "radiusX": 5, "radiusY": 5} for i, (x, y) in enumerate(points)]
    session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})


def pen(session: CDPSession, kind: str, x: float, y: float) -> None:
    session.send(
        "Input.dispatchMouseEvent",
        {"type": kind, "x": x, "y": y, "button": "left", "buttons": 1, "pointerType": "pen", "force": 0.6},
    )


def swipe(session: CDPSession) -> None:
    touch(session, "touchStart", (200, 400))
    for step in range(1, 10):
        touch(session, "touchMove", (200 + 12 * step, 400))
    touch(session, "touchEnd")


def has_ink(page: Page) -> bool:
    return page.evaluate(STROKES) is not None


def background(page: Page) -> tuple[str, str]:
    """Size and place of the paper's dots, which follow the view."""
    return tuple(
        page.evaluate("(name) => document.querySelector('#paper').style[name]", name)
        for name in ("backgroundSize", "backgroundPosition")
    )


def test_a_finger_draws(touchscreen: Page) -> None:
    swipe(touchscreen.context.new_cdp_session(touchscreen))
    assert has_ink(touchscreen)


def test_two_fingers_zoom_and_draw_nothing(touchscreen: Page) -> None:
    session = touchscreen.context.new_cdp_session(touchscreen)
    touch(session, "touchStart", (200, 400))
    touch(session, "touchStart", (200, 400), (300, 400))
    for step in range(1, 11):
        touch(session, "touchMove", (200 - 5 * step, 400), (300 + 5 * step, 400))
    touch(session, "touchEnd")
    size, _ = background(touchscreen)
    assert float(size.split("px")[0]) == pytest.approx(64, rel=0.03)
    assert not has_ink(touchscreen)


def test_once_a_pen_is_in_use_a_finger_moves_the_paper(touchscreen: Page) -> None:
    session = touchscreen.context.new_cdp_session(touchscreen)
    pen(session, "mousePressed", 300, 500)
    for step in range(1, 10):
        pen(session, "mouseMoved", 300 + 8 * step, 500)
    pen(session, "mouseReleased", 372, 500)
    drawn = touchscreen.evaluate(STROKES)
    assert drawn is not None
    before = background(touchscreen)
    swipe(session)
    assert background(touchscreen) != before
    assert touchscreen.evaluate(STROKES)["ink"] == drawn["ink"]


def test_a_palm_that_lands_before_the_pen_leaves_no_ink(touchscreen: Page) -> None:
    session = touchscreen.context.new_cdp_session(touchscreen)
    touch(session, "touchStart", (500, 700))
    touch(session, "touchMove", (505, 702))
    pen(session, "mousePressed", 300, 500)
    pen(session, "mouseMoved", 340, 500)
    pen(session, "mouseReleased", 340, 500)
    touch(session, "touchEnd")
    one_stroke = touchscreen.evaluate(
        """async () => {
          const { loadDraft } = await import('./js/history.js');
          const { fromText, unpack } = await import('./js/codec.js');
          dispatchEvent(new Event('pagehide'));
          return unpack(fromText(loadDraft().ink));
        }"""
    )
    assert len(one_stroke) == 1
    assert max(y for _, y, *_ in one_stroke[0]) < 600
