"""Measures the page in a real browser on a running service, and prints a table.

Run by hand, on a machine that has nothing else to do: ``python -m tests.page.benchmark http://localhost:8000``.
"""

from __future__ import annotations

import gzip
import statistics
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.doodles import write
from tests.page.hand import draw, launch

STATIC = Path(__file__).resolve().parents[2] / "static"
LOADS = 15
READY = """() => new Promise((resolve) => {
  // The paper takes ink once its canvas is there; a frame later that is on screen too.
  const look = () => {
    if (document.querySelector('#paper canvas')) resolve(performance.now());
    else requestAnimationFrame(look);
  };
  look();
})"""
FRAMES = """async () => {
  const { Canvas } = await import('./js/canvas.js');
  const { Ink } = await import('./js/ink.js');
  const { Pen } = await import('./js/tools.js');
  const ink = new Ink();
  const canvas = new Canvas(document.querySelector('#paper'), ink);
  const wave = (x, y) => (_, i) => [x + i / 2, y + 20 * Math.sin(i / 4), i * 8, 0.5];
  const curve = (x, y) => Array.from({ length: 40 }, wave(x, y));
  for (let i = 0; i < 300; i++) ink.add(curve(20 + (i % 30) * 28, 30 + Math.floor(i / 30) * 60));
  const pen = new Pen(canvas, ink, () => false);
  const place = (i) => ({ x: 40 + 4 * i, y: 300 + 90 * Math.sin(i / 8) });
  const point = (i) => ({ ...place(i), time: i * 8, pressure: null, type: 'mouse' });
  const times = [];
  await new Promise(requestAnimationFrame);
  pen.down(point(0));
  for (let i = 1; i < 200; i += 2) {
    const start = performance.now();
    pen.move([point(i), point(i + 1)], [point(i + 3)]);
    const handled = performance.now() - start;
    // Callbacks of one frame run in the order they were asked for: this one runs after the canvas's.
    let drawn = 0;
    await new Promise((resolve) => requestAnimationFrame((frameStart) => {
      drawn = performance.now() - frameStart;
      resolve();
    }));
    times.push(handled + drawn);
  }
  pen.up(point(200));
  return times;
}"""
WATCH = """() => {
  window.waits = [];
  let up = 0;
  addEventListener('pointerup', () => { up = performance.now(); }, { capture: true });
  new MutationObserver(() => {
    if (up && document.querySelector('#lines .card[aria-busy=false]')) {
      window.waits.push(performance.now() - up);
      up = 0;
    }
  }).observe(document.querySelector('#lines'), { attributes: true, subtree: true, childList: true });
}"""


def main(url: str) -> None:
    """Prints each measure of the service at ``url`` with its limit."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        loads = [interactive(browser, url) for _ in range(LOADS)]
        frames = frame_times(open_page(browser, url))
        waits = pen_up_to_reading(open_page(browser, url))
        browser.close()
    rows = [
        ("pen-up to reading, 10 symbols, median", f"{statistics.median(waits):.0f} ms", "300 ms"),
        ("frame while drawing over 300 strokes, 95th percentile", f"{statistics.quantiles(frames, n=20)[-1]:.1f} ms",
         "16 ms"),
        ("everything the page loads, compressed", f"{compressed_bytes() / 1000:.1f} kB", "120 kB"),
        ("navigation to a paper that takes ink, median of first visits", f"{statistics.median(loads):.0f} ms",
         "1000 ms"),
    ]  # fmt: skip
    print("| measure | measured | limit |\n|---|---|---|")
    for row in rows:
        print(f"| {' | '.join(row)} |")


def open_page(browser: Browser, url: str) -> Page:
    """The page in a context of its own: nothing of an earlier visit is in its caches."""
    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.goto(url)
    page.wait_for_selector("#paper canvas")
    return page


def interactive(browser: Browser, url: str) -> float:
    """Milliseconds from the start of a first navigation until the paper takes ink."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(url, wait_until="commit")
    ready = page.evaluate(READY)
    context.close()
    return ready


def frame_times(page: Page) -> list[float]:
    """Milliseconds of the page's own work in each frame of a stroke over 300 others.

    Measured as the time of the pointer's handlers and the frame's callbacks: a machine without a screen has no
    frame rate to measure.
    """
    page.route("**/v1/read", lambda route: route.abort())
    return page.evaluate(FRAMES)


def pen_up_to_reading(page: Page) -> list[float]:
    """Milliseconds from pen-up to the reading on screen, for each of nine strokes that complete ten symbols."""
    strokes = write("12 + 34 × 56 - 7")
    draw(page, strokes[:-9], 20, 60)
    page.evaluate(WATCH)
    for i, stroke in enumerate(strokes[-9:], 1):
        draw(page, [stroke], 20, 60)
        page.wait_for_function("(n) => window.waits.length >= n", arg=i)
    return page.evaluate("() => window.waits")


def compressed_bytes() -> int:
    """Bytes of all the page's files, each compressed by itself."""
    return sum(len(gzip.compress(file.read_bytes())) for file in STATIC.rglob("*") if file.is_file())


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8000")
