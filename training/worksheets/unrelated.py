"""Files that are damaged, hostile, or show something else than a worksheet: what the marker must have an answer to."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from struct import pack

import cv2
import numpy as np
from matplotlib import font_manager
from PIL import Image, ImageDraw, ImageFont

from training.worksheets.exercises import exercises
from training.worksheets.page import book_fonts, make_page, photograph

Rng = np.random.Generator
_WORDS = ("the", "of", "and", "which", "one", "that", "with", "said", "their", "it", "when", "about", "there", "not")


def _encoded(pixels: np.ndarray | Image.Image, kind: str = "PNG", **options: object) -> bytes:
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    data = io.BytesIO()
    image.save(data, kind, **options)
    return data.getvalue()


def worksheet(rng: Rng, hardness: float = 1.0) -> np.ndarray:
    """A photographed page of exercises, (height, width) uint8."""
    columns = int(rng.integers(1, 4))
    made = make_page(rng, exercises(rng, 8 * columns), columns, size=float(rng.uniform(24, 44)))
    return photograph(made, rng, hardness).gray


# Damaged files.


def truncated(rng: Rng) -> bytes:
    """A photograph of which only the first part arrived."""
    data = _encoded(worksheet(rng), str(rng.choice(["JPEG", "PNG", "WEBP"])))
    return data[: int(rng.uniform(0.001, 0.97) * len(data))]


def flipped_bytes(rng: Rng) -> bytes:
    """A photograph with bytes that are wrong."""
    data = np.frombuffer(_encoded(worksheet(rng), str(rng.choice(["JPEG", "PNG", "BMP"]))), np.uint8).copy()
    data[rng.integers(0, len(data), int(rng.integers(1, 60)))] = rng.integers(0, 256)
    return data.tobytes()


def no_image(rng: Rng) -> bytes:
    """Bytes that are nothing, text, a web page, or chance."""
    samples = [b"", b"7x8=56\n", b"<html><body>404</body></html>", b"%PDF-1.7\n", b"\xff\xd8\xff", rng.bytes(5000)]
    return samples[int(rng.integers(len(samples)))]


def hundred_megapixels(rng: Rng) -> bytes:
    """A picture of 100 megapixels in a small file: as greys, or as the bits of a bomb that unfolds."""
    side = int(rng.integers(10_000, 12_000))
    if rng.random() < 0.5:
        return _encoded(Image.new("1", (side, side), 1))

    def chunk(kind: bytes, body: bytes) -> bytes:
        return pack(">I", len(body)) + kind + body + pack(">I", zlib.crc32(kind + body))

    head = pack(">IIBBBBB", 65_000, 65_000, 8, 0, 0, 0, 0)
    body = zlib.compress(bytes(1_000_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


# Pictures without a problem.


def tiny(rng: Rng) -> bytes:
    """A pixel, or a handful."""
    return _encoded(rng.integers(0, 256, tuple(rng.integers(1, 14, 2)), dtype=np.uint8))


def one_pixel(rng: Rng) -> bytes:
    """1 × 1."""
    return _encoded(np.full((1, 1), int(rng.integers(256)), np.uint8))


def ribbon(rng: Rng) -> bytes:
    """A picture some pixels wide and thousands long."""
    shape = [int(rng.integers(1, 40)), int(rng.integers(5_000, 30_000))]
    rng.shuffle(shape)
    return _encoded(rng.integers(0, 256, shape, dtype=np.uint8))


def flat(rng: Rng) -> bytes:
    """All black, all white, or one grey or colour."""
    colour = [(0, 0, 0), (255, 255, 255), tuple(int(v) for v in rng.integers(0, 256, 3))][int(rng.integers(3))]
    return _encoded(Image.new("RGB", (int(rng.integers(300, 4000)), int(rng.integers(300, 4000))), colour))


def noise(rng: Rng) -> bytes:
    """Pure noise, up to the largest picture that is accepted."""
    side = int(rng.choice([400, 1500, 4900]))
    picture = rng.integers(0, 256, (side, side), dtype=np.uint8)
    if rng.random() < 0.5:
        picture = np.where(picture > rng.integers(180, 254), 0, 255).astype(np.uint8)  # pepper
    return _encoded(picture, "BMP")


def _clouds(rng: Rng, height: int, width: int, roughness: float) -> np.ndarray:
    """Noise of every scale, 0 … 1, float32 (height, width)."""
    total = np.zeros((height, width), np.float32)
    for octave in range(1, 9):
        grid = rng.random((2**octave + 1, 2**octave + 1)).astype(np.float32)
        total += roughness**octave * cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC)
    return (total - total.min()) / np.ptp(total)


def landscape(rng: Rng) -> bytes:
    """A sky over hills, with texture."""
    height, width = (int(v) for v in rng.integers(600, 3200, 2))
    sky = _clouds(rng, height, width, 0.5)[..., None] * (70, 60, 20) + (150, 180, 225)
    ground = _clouds(rng, height, width, 0.8)[..., None] * (90, 140, 60)
    skyline = height * (0.4 + 0.2 * _clouds(rng, 2, width, 0.5)[0])
    picture = np.where((np.arange(height)[:, None] < skyline)[..., None], sky, ground)
    return _encoded(np.clip(picture, 0, 255).astype(np.uint8), "JPEG")


def gradient(rng: Rng) -> bytes:
    """Light that falls off, with or without bands."""
    height, width = (int(v) for v in rng.integers(200, 2500, 2))
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    values = x * rng.normal() + y * rng.normal()
    values = (values - values.min()) / np.ptp(values)
    steps = int(rng.choice([256, 6]))
    return _encoded((np.floor(values * (steps - 1)) * 255 / (steps - 1)).astype(np.uint8))


def pattern(rng: Rng) -> bytes:
    """Stripes, a chessboard, squared paper, or dots in thousands."""
    height, width = (int(v) for v in rng.integers(700, 2600, 2))
    y, x = np.mgrid[:height, :width]
    step = int(rng.integers(6, 60))
    dots = ((x % step - step // 2) ** 2 + (y % step - step // 2) ** 2 < (step / 4) ** 2) * 1
    choices = [x // step % 2, (x // step + y // step) % 2, 1 - ((x % step < 2) | (y % step < 2)), 1 - dots]
    return _encoded((choices[int(rng.integers(4))] * 200 + 30).astype(np.uint8))


def latin_prose(rng: Rng) -> bytes:
    """A page of a book."""
    size = int(rng.integers(14, 48))
    fonts = book_fonts(validation=True)
    font = ImageFont.truetype(fonts[int(rng.integers(len(fonts)))], size)
    page = Image.new("L", (1500, 2000), 240)
    canvas = ImageDraw.Draw(page)
    for top in range(60, 1900, round(1.5 * size)):
        line = ""
        while font.getlength(line) < 1250:
            line += str(rng.choice(_WORDS)) + (", " if rng.random() < 0.1 else " ")
        canvas.text((80, top), line, 25, font)
    return _encoded(page, "JPEG")


@cache
def _chinese_font() -> str | None:
    """A font of this machine with Chinese characters, if there is one."""
    for path in sorted(font_manager.findSystemFonts()):
        try:
            font = ImageFont.truetype(path, 24)
            glyphs = {bytes(font.getmask(c)) for c in "的一是不了\U0010fffd"}
        except OSError:
            continue
        if len(glyphs) == 6:
            return path
    return None


def _drawn_character(canvas: np.ndarray, rng: Rng, x: float, y: float, size: float) -> None:
    """Strokes in a square, as a Chinese character has them, for machines without such a font."""
    pen = max(round(size / 14), 1)
    for _ in range(int(rng.integers(3, 12))):
        a, b = np.sort(rng.uniform(0.05, 0.95, 2))
        c, d = rng.uniform(0.05, 0.95, 2)
        ends = [((a, c), (b, c)), ((c, a), (c, b)), ((b, a), (a, min(b, a + 0.5))), ((c, d), (c + 0.1, d + 0.1))]
        start, end = ends[int(rng.choice(4, p=[0.4, 0.3, 0.2, 0.1]))]
        points = [(round(x + size * px), round(y + size * py)) for px, py in (start, end)]
        cv2.line(canvas, *points, 30, pen, cv2.LINE_AA)


def chinese_prose(rng: Rng) -> bytes:
    """A page in Chinese."""
    size = int(rng.integers(22, 52))
    page = np.full((2000, 1500), 238, np.uint8)
    path = _chinese_font()
    image = Image.fromarray(page)
    font = ImageFont.truetype(path, size) if path else None
    for y in range(80, 1880, round(1.6 * size)):
        for x in range(90, 1390, round(1.08 * size)):
            if font:
                character = chr(int(rng.integers(0x4E00, 0x9FA0)))
                ImageDraw.Draw(image).text((x, y), character, 30, font)
            else:
                _drawn_character(page, rng, x, y, size)
    return _encoded(image if font else page, "JPEG")


def doodle(rng: Rng) -> bytes:
    """Curves that a child might draw."""
    page = np.full((1400, 1000), 245, np.uint8)
    for _ in range(int(rng.integers(3, 25))):
        start, steps = rng.uniform(100, 900, 2), rng.normal(0, 25, (40, 2))
        points = start + np.cumsum(cv2.blur(steps, (1, 7)), 0)
        cv2.polylines(page, [np.round(points).astype(np.int32)], bool(rng.random() < 0.3), 40, 4, cv2.LINE_AA)
    return _encoded(page)


# Worksheets that come in another way than as a plain photograph.


def exif(rng: Rng) -> bytes:
    """A photograph that its EXIF data turns."""
    picture = Image.fromarray(worksheet(rng))
    data = Image.Exif()
    data[0x0112] = int(rng.integers(0, 10))
    return _encoded(picture, "JPEG", exif=data)


def other_mode(rng: Rng) -> bytes:
    """CMYK, 16 bits, floats, a palette, one bit, transparency."""
    gray = worksheet(rng)
    image = Image.fromarray(gray)
    kinds: list[Callable[[], bytes]] = [
        lambda: _encoded(image.convert("CMYK"), "JPEG"),
        lambda: _encoded(Image.fromarray(gray.astype(np.uint16) * 257)),
        lambda: _encoded(Image.fromarray(gray.astype(np.float32) / 255), "TIFF"),
        lambda: _encoded(image.convert("P")),
        lambda: _encoded(image.convert("1")),
        lambda: _encoded(np.dstack([np.zeros((*gray.shape, 3), np.uint8), 255 - gray])),
        lambda: _encoded(255 - gray),
    ]
    return kinds[int(rng.integers(len(kinds)))]()


def animated(rng: Rng) -> bytes:
    """An animation: WebP, PNG, a TIFF of several pages; or a GIF, which is no accepted format."""
    first, second = (Image.fromarray(worksheet(rng)).convert("RGB") for _ in range(2))
    kind = str(rng.choice(["WEBP", "PNG", "TIFF", "GIF"]))
    return _encoded(first, kind, save_all=True, append_images=[second.resize(first.size)])


def hard_photograph(rng: Rng) -> bytes:
    """Out of focus, in the dark, at a slant, tiny or large, overexposed."""
    gray = worksheet(rng, 2.0)
    match int(rng.integers(6)):
        case 0:
            gray = cv2.GaussianBlur(gray, (0, 0), float(rng.uniform(2, 12)))
        case 1:
            gray = (gray * rng.uniform(0.03, 0.2)).astype(np.uint8)
        case 2:
            middle = (gray.shape[1] / 2, gray.shape[0] / 2)
            turn = cv2.getRotationMatrix2D(middle, float(rng.uniform(15, 345)), 1)
            gray = cv2.warpAffine(gray, turn, gray.shape[::-1], borderValue=90)
        case 3:
            gray = cv2.resize(gray, None, fx=0.12, fy=0.12, interpolation=cv2.INTER_AREA)
        case 4:
            scale = (24e6 / gray.size) ** 0.5
            gray = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
        case _:
            gray = np.clip(gray.astype(np.int32) + 120, 0, 255).astype(np.uint8)
    return _encoded(gray, "JPEG", quality=int(rng.integers(8, 95)))


DAMAGED = (truncated, flipped_bytes, no_image, hundred_megapixels)
UNRELATED = (
    tiny, one_pixel, ribbon, flat, noise, landscape, gradient, pattern, latin_prose, chinese_prose, doodle,
)  # fmt: skip
UNUSUAL = (exif, other_mode, animated, hard_photograph)


def files(count: int, seed: int = 0) -> Iterator[tuple[str, bytes]]:
    """Files of every kind in turn, each from its own seed: the kind's name and number, and the bytes.

    Args:
        count: how many.
        seed: of the first.
    """
    kinds = (*DAMAGED, *UNRELATED, *UNUSUAL)
    for k in range(count):
        make = kinds[k % len(kinds)]
        yield f"{make.__name__} {k // len(kinds) + 1}", make(np.random.default_rng(seed + k))
