"""A made-up worksheet: its photo, and a reply to it shaped as the contract says."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

from tests.doodles import draw, write

CHOOSE = "#worksheet input[type=file] >> nth=0"
ROWS = (
    ("7 + 5 = 12", "correct", "12"),
    ("9 - 4 = 6", "wrong", "5"),
    ("3 × 3 =", "unanswered", "9"),
    ("8 ÷ 2 = 1", "unsure", "4"),
)
SIZE = (800, 700)
LABELS = {"×": "\\times", "÷": "\\div"}


def photo(rotation: int = 0) -> dict:
    """The page as a file to choose, lying so that it has to be turned clockwise by some degrees."""
    page = Image.new("RGB", SIZE, "white")
    for number, (text, _, _) in enumerate(ROWS):
        page.paste(draw(write(text, size=50)), (40, 40 + 150 * number))
    file = BytesIO()
    page.rotate(rotation, expand=True).save(file, "PNG")
    return {"name": "page.png", "mimeType": "image/png", "buffer": file.getvalue()}


def reply(rotation: int = 0) -> dict:
    """What the service may say to it."""
    width, height = SIZE
    problems = [problem(i) for i in range(len(ROWS))]
    for thing in [*problems, *(symbol for p in problems for symbol in p["symbols"])]:
        x0, y0, x1, y1 = thing["box"]
        thing["box"] = {
            0: [x0, y0, x1, y1],
            90: [y0, width - x1, y1, width - x0],
            180: [width - x1, height - y1, width - x0, height - y0],
            270: [height - y1, x0, height - y0, x1],
        }[rotation]
    if rotation % 180:
        width, height = height, width
    return {"image": {"width": width, "height": height, "rotation": rotation}, "problems": problems}


def problem(number: int) -> dict:
    """A problem of the page, one box a character."""
    text, verdict, expected = ROWS[number]
    top = 60 + 150 * number
    symbols = [
        {"id": i, "label": LABELS.get(c, c), "box": [60 + 40 * i, top, 90 + 40 * i, top + 50], "confidence": 0.98,
         "strokes": [], "printed": False, "alternatives": [{"label": "5", "confidence": 0.01}] if c == "6" else []}
        for i, c in enumerate(text.replace(" ", ""))
    ]  # fmt: skip
    tokens = "".join(f"<mn>{c}</mn>" if c.isdigit() else f"<mo>{c}</mo>" for c in text.replace(" ", ""))
    return {
        "id": number, "box": [60, top, symbols[-1]["box"][2], top + 50], "row": number, "column": 0, "text": text,
        "latex": text, "mathml": f"<math><mrow>{tokens}</mrow></math>", "symbols": symbols, "confidence": 0.9,
        "evaluation": {"kind": "equation"}, "verdict": verdict, "expected": expected,
    }  # fmt: skip
