"""Sheets of every design, set by Chromium, answered by hand, photographed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import cv2
import numpy as np

from models.ink import Box
from training.worksheets.designs import (
    figures,
    letters,
    numbers,
    others,
    places,
    prices,
    rows,
    sheets,
    spaces,
    sums,
    words,
)
from training.worksheets.designs.html import Draw
from training.worksheets.exercises import Exercise, Segment
from training.worksheets.handwriting import Hand, draw, hands, write
from training.worksheets.page import Page, Photograph, Truth, photograph

DESIGNS: dict[str, Callable[[Draw], str]] = {
    design.__name__: design
    for design in (
        rows.numbered_lines, rows.table, rows.missing, rows.underscores, rows.two_boxes, rows.comparisons, rows.chinese,
        rows.circled_numbers, rows.lettered_decimals, rows.order, rows.remainders, rows.quiz, rows.letter_for_times,
        rows.dotted_lines, rows.bullets, rows.dashed_frames, rows.pictures, rows.coloured, rows.hundred, others.drills,
        others.numbered_columns, others.products, others.word_problems, others.notebook, others.steps,
        others.fractions, others.times_grid, others.sequences, places.leading, places.missing_signs,
        places.turned_around, places.typed_dots, places.boxed_digits, places.wide_boxes, places.light_lines,
        places.answers_in_brackets, places.large, places.families, numbers.thousands, numbers.many_terms,
        numbers.negatives, numbers.decimal_commas, numbers.colons, numbers.mixed_numbers,
        numbers.fraction_comparisons, numbers.slashes, numbers.powers, sums.small_sums, sums.large_sums,
        sums.decimal_sums, sums.three_numbers, sums.long_products, sums.sums_on_squares, sheets.titled_blocks,
        sheets.dark_cells, sheets.bubbles, sheets.cards, sheets.stars, sheets.marked_before, sheets.squared_code,
        sheets.punched, sheets.watermark, sheets.striped, sheets.instructions, sheets.counted, sheets.rounding,
        figures.hearts, figures.clouds, figures.apples, figures.leaves, figures.hollow_stars, figures.triangles,
        figures.circle_answers, words.units, words.units_in_brackets, words.marks, words.lettered_numbers,
        words.choices, words.unknowns, words.long_divisions, spaces.at_the_margin, spaces.on_the_next_line,
        spaces.table_of_two_columns, spaces.sums_in_boxes, letters.answered_with_units, letters.units_behind_answers,
        letters.rows_with_words, letters.remainders_with_letters, prices.prices, prices.prices_in_columns, prices.leva,
        prices.balanced,
    )
}  # fmt: skip
"""Each design by its name."""
_PLACES = """() => {
    const box = e => { const r = e.getBoundingClientRect(); return [r.left, r.top, r.right, r.bottom] }
    const all = (name, of) => [...document.querySelectorAll(name)].map(e => ({...e.dataset, box: box(e), ...of(e)}))
    return {
        answers: all('.answer', e => ({size: parseFloat(getComputedStyle(e).fontSize)})),
        problems: all('.problem', e => ({})),
    }
}"""
_WIDE = 0.12
"""Additional space between the characters of whole equations, in their heights."""


def designed_pages(seed: int = 0, hardness: float = 0.8) -> Iterator[tuple[str, Photograph]]:
    """A photograph of a sheet of each design, answered by hands that were kept for tests.

    Args:
        seed: chooses numbers, hands, light.
        hardness: see :func:`~training.worksheets.page.photograph`.

    Raises:
        RuntimeError: there is no Chromium, or no Playwright (of the ``test`` extra).
    """
    # Nothing else of training needs a browser.
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise RuntimeError("worksheets are set by Playwright, which is not installed") from error
    if (browser := shutil.which("chromium") or shutil.which("google-chrome")) is None:
        raise RuntimeError("worksheets are set by Chromium, which is not installed")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=browser, args=["--no-sandbox", "--disable-background-networking"]
        )
        window = chromium.new_page(viewport={"width": 1240, "height": 800})
        for number, (name, design) in enumerate(DESIGNS.items()):
            rng = np.random.default_rng([seed, number])
            window.set_content(design(Draw(rng)))
            pixels = np.frombuffer(window.screenshot(full_page=True), np.uint8)
            gray = cv2.imdecode(pixels, cv2.IMREAD_GRAYSCALE)
            places = window.evaluate(_PLACES)
            truths = [
                Truth(Exercise((Segment("print", p["truth"]),), p["verdict"]), tuple(p["box"]))
                for p in places["problems"]
            ]
            yield name, photograph(Page(_answered(gray, places["answers"], rng), tuple(truths)), rng, hardness)
        chromium.close()


def _answered(gray: np.ndarray, answers: list[dict[str, Any]], rng: np.random.Generator) -> np.ndarray:
    """A sheet with its answers written by one hand."""
    every = hands(validation=True)
    hand, space = every[int(rng.integers(len(every)))], rng.uniform(0, 0.15)
    pen, ink = rng.uniform(2.2, 4.5), rng.uniform(20, 120)
    strokes: list[np.ndarray] = []
    for place in answers:
        if place["text"]:
            strokes += _written(place["text"], place["kind"], tuple(place["box"]), place["size"], rng, hand, space)
    written = gray.copy()
    draw(written, strokes, pen, ink)
    return written


def _written(
    text: str, kind: str, box: Box, size: float, rng: np.random.Generator, hand: Hand, space: float
) -> list[np.ndarray]:
    """Strokes of what stands in a place, whose print is ``size`` pixels high."""
    x0, y0, x1, y1 = box
    if kind == "digits":
        cell, tall = 0.75 * size, 0.8 * size
        placed = []
        for k, character in enumerate(text):
            strokes, width = write(character, tall, rng, hand)
            middle = x1 - (len(text) - k - 0.5) * cell
            placed += [s + np.array([middle - width / 2, y0 + size]) for s in strokes]
        return placed
    tall = min(size * rng.uniform(0.7, 0.95), 0.8 * (y1 - y0))
    strokes, x = [], 0.0
    for character in text:
        drawn, width = write(character, tall, rng, hand)
        strokes += [s + np.array([x, 0.0]) for s in drawn]
        x += width + (space + (_WIDE if kind == "wide" else 0.0)) * tall
    start = x0 + (max((x1 - x0 - x) / 2, 2.0) if x1 - x0 < 4 * size else 8.0)
    foot = (y0 + y1) / 2 + 0.4 * tall + rng.normal(0, 0.03) * tall
    return [s + np.array([start, foot]) for s in strokes]
