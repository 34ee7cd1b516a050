"""Practice in a real browser: the answer is shown as read, judged kindly, and asked about where it is unsure."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction

import pytest
from playwright.sync_api import Page, Route, expect

from tests.doodles import write
from tests.page.hand import draw

PAPER = "#practice .paper"


@pytest.fixture
def practice(open_page: Callable[..., Page]) -> Page:
    """The practice mode on a phone, adding within 20."""
    page = open_page(viewport={"width": 390, "height": 800})
    page.click("[data-mode=practice]")
    expect(page.locator(".problem")).to_contain_text("+")
    return page


def right_answer(page: Page) -> int:
    a, b = map(int, re.findall(r"\d+", page.locator(".problem").inner_text()))
    return a + b


def another_answer(page: Page) -> str:
    """A wrong answer that the right one does not begin with."""
    return "3" if str(right_answer(page))[0] != "3" else "4"


def test_a_right_answer_is_shown_praised_and_followed_by_the_next_problem(practice: Page) -> None:
    answer = right_answer(practice)
    before = practice.locator(".problem").inner_text()
    draw(practice, write(str(answer), size=80), 60, 40, PAPER)
    expect(practice.locator(".feedback .i-read")).to_contain_text(str(answer))
    # A reading that is not sure enough asks; the child says yes.
    sure = practice.locator(".praise")
    asked = practice.locator(".feedback .buttons .button", has_text=re.compile(f"^{answer}$"))
    expect(sure.or_(asked).first).to_be_visible(timeout=10_000)
    if asked.count():
        asked.click()
    expect(sure).to_be_visible()
    expect(practice.locator(".blank")).to_have_text(str(answer))
    expect(practice.locator(".practice-progress")).to_contain_text("In a row 1")
    expect(practice.locator(".problem")).not_to_have_text(before, timeout=10_000)


def test_a_wrong_answer_is_shown_first_and_gets_another_go(practice: Page) -> None:
    wrong = another_answer(practice)
    draw(practice, write(wrong, size=80), 60, 40, PAPER)
    expect(practice.locator(".feedback .i-read")).to_contain_text(wrong)
    practice.click("text=Check")
    expect(practice.locator(".feedback")).to_contain_text("Have another go")
    practice.get_by_role("button", name="Show me").click()
    expect(practice.locator(".feedback strong")).to_have_text(str(right_answer(practice)))


def test_an_unsure_reading_asks_instead_of_judging(practice: Page) -> None:
    def with_doubt(route: Route) -> None:
        reply = route.fetch().json()
        route.fulfill(json=reply | {"confidence": 0.4})

    practice.route("**/v1/read", with_doubt)
    wrong = another_answer(practice)
    draw(practice, write(wrong, size=80), 60, 40, PAPER)
    expect(practice.locator(".feedback")).to_contain_text("I am not sure")
    expect(practice.locator(".practice-progress")).to_contain_text("In a row 0")
    practice.locator(".feedback .button", has_text=re.compile(f"^{wrong}$")).click()
    expect(practice.locator(".feedback")).to_contain_text("Have another go")


def test_a_typed_answer_counts_too(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.click("[data-mode=practice]")
    page.get_by_role("textbox", name="Type the answer").fill(str(right_answer(page)))
    page.keyboard.press("Enter")
    expect(page.locator(".praise")).to_be_visible()


@pytest.mark.parametrize("skill", ["count", "add", "subtract", "multiply", "divide", "fractions", "compare"])
def test_problems_stay_within_their_range_and_have_true_answers(page: Page, skill: str) -> None:
    made = page.evaluate(
        """async (skill) => {
          const { problem, written, RANGES } = await import('./js/problems.js');
          return RANGES.flatMap((within) => Array.from({ length: 60 }, () => {
            const { type, answer } = problem(skill, within);
            return { within, type, answer: written(answer) };
          }));
        }""",
        skill,
    )
    for each in made:
        assert_true(skill, **each)


def assert_true(skill: str, within: int, type: list, answer: str) -> None:
    if skill == "count":
        assert type[0]["dots"] == int(answer) <= within
        return
    if skill == "compare":
        a, b = int(type[0]), int(type[2])
        assert {"<": a < b, ">": a > b, "=": a == b}[answer] and max(a, b) <= within
        return
    a, b = (Fraction(f"{x['above']}/{x['below']}" if isinstance(x, dict) else x) for x in (type[0], type[2]))
    value = {"+": a + b, "−": a - b, "×": a * b, "÷": a / b}[type[1]]
    assert value == Fraction(answer) >= 0
    assert max(a, b, value) <= within
