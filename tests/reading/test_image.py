"""Image files of every kind come out as the same grey ink on a light ground."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from app.reading.errors import ReadingError
from app.reading.image import decode_image
from tests.doodles import draw, write

STROKES = write("12+7", size=50)


def encoded(image: Image.Image, file_format: str = "PNG", **options: object) -> bytes:
    buffer = BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


def ink_of(grey: np.ndarray) -> np.ndarray:
    """Where there is ink: well below the ground."""
    return grey < np.median(grey) - 60


INK = ink_of(np.asarray(draw(STROKES)))


def agreement(grey: np.ndarray) -> float:
    """Intersection over union of the ink found with the ink drawn."""
    found = ink_of(grey)
    return float((found & INK).sum() / (found | INK).sum())


@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "WEBP", "BMP", "TIFF"])
def test_formats(file_format: str) -> None:
    grey = decode_image(encoded(draw(STROKES), file_format))
    assert grey.dtype == np.uint8
    assert grey.shape == INK.shape
    assert agreement(grey) > 0.9


@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ((0, 0, 0), (255, 255, 255)),
        ((255, 255, 255), (0, 0, 0)),
        ((230, 230, 220), (30, 60, 40)),  # chalk on a blackboard
        ((30, 60, 200), (250, 250, 245)),
        ((220, 30, 30), (255, 255, 255)),
        ((250, 240, 40), (255, 255, 255)),  # yellow: luminance hardly shows it
        ((40, 60, 255), (0, 0, 0)),  # blue on black: nor that
        ((20, 20, 20), (245, 225, 120)),  # a yellow note
        ((255, 255, 255), (20, 60, 190)),
    ],
)
def test_colours(ink: tuple, ground: tuple) -> None:
    grey = decode_image(encoded(draw(STROKES, ink=ink, ground=ground, mode="RGB")))
    assert agreement(grey) > 0.9
    assert np.median(grey) > 128 or np.median(grey) - grey.min() > 100


def test_ink_of_two_colours() -> None:
    image = draw(STROKES, ink=(250, 235, 30), ground=(255, 255, 255), mode="RGB")
    blue = draw(STROKES, ink=(20, 40, 160), ground=(255, 255, 255), mode="RGB")
    half = image.width // 2
    image.paste(blue.crop((0, 0, half, image.height)), (0, 0))
    assert agreement(decode_image(encoded(image))) > 0.9


@pytest.mark.parametrize(("ink", "mode"), [((0, 0, 0, 255), "RGBA"), ((255, 255, 255, 255), "RGBA"), ((0, 255), "LA")])
def test_transparent_ground(ink: tuple, mode: str) -> None:
    ground = (*ink[:-1], 0)  # the colour under the transparency is the ink's own, and must not matter
    assert agreement(decode_image(encoded(draw(STROKES, ink=ink, ground=ground, mode=mode)))) > 0.9


def test_opaque_alpha_changes_nothing() -> None:
    image = draw(STROKES, ink=(255, 255, 255, 255), ground=(0, 0, 0, 255), mode="RGBA")
    assert agreement(decode_image(encoded(image))) > 0.9


def test_fully_transparent_image_is_blank() -> None:
    assert (decode_image(encoded(Image.new("RGBA", (30, 20), (0, 0, 0, 0)))) == 255).all()


@pytest.mark.parametrize("mode", ["1", "P", "CMYK", "I;16", "I", "F"])
def test_modes(mode: str) -> None:
    image = draw(STROKES)
    if mode == "I;16":
        image = Image.fromarray(np.asarray(image).astype(np.uint16) * 257)
    else:
        image = image.convert("RGB" if mode == "CMYK" else "L").convert(mode)
    assert agreement(decode_image(encoded(image, "TIFF" if mode in ("CMYK", "F", "I") else "PNG"))) > 0.9


def test_palette_with_a_transparent_colour() -> None:
    image = draw(STROKES).convert("P")
    assert agreement(decode_image(encoded(image, transparency=255))) > 0.9


def test_noise_of_sixteen_bit_paper_stays_noise() -> None:
    paper = np.random.default_rng(0).integers(60_000, 61_000, (40, 60)).astype(np.uint16)
    assert np.ptp(decode_image(encoded(Image.fromarray(paper))).astype(int)) <= 5


def test_exif_rotation() -> None:
    turned = draw(STROKES).transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90° clockwise to view
    assert agreement(decode_image(encoded(turned, "JPEG", exif=exif))) > 0.9


def test_first_frame_of_an_animation() -> None:
    frames = [draw(STROKES), Image.new("L", INK.shape[::-1], 255)]
    animated = encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    assert agreement(decode_image(animated)) > 0.9


def test_sheet_of_paper_on_a_dark_desk_is_not_inverted() -> None:
    sheet = draw(STROKES, pen=5, ground=235)
    desk = Image.new("L", (sheet.width * 2, sheet.height * 3), 40)
    desk.paste(sheet, (sheet.width // 2, sheet.height))
    assert decode_image(encoded(desk))[0, 0] < 100


def _code(data: bytes, max_pixels: int = 10_000_000) -> str:
    with pytest.raises(ReadingError) as caught:
        decode_image(data, max_pixels)
    return caught.value.code


def test_too_many_pixels() -> None:
    image = encoded(Image.new("L", (100, 101), 255))
    assert decode_image(image, max_pixels=10_100).shape == (101, 100)
    assert _code(image, max_pixels=10_099) == "image_too_large"


@pytest.mark.parametrize("side", [20_000, 60_000])
def test_decompression_bomb_is_refused_by_its_header(side: int) -> None:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0))
    assert _code(b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", b"x") + chunk(b"IEND", b"")) == "image_too_large"


@pytest.mark.parametrize("data", [b"", b"hello", b"\x89PNG\r\n\x1a\n", encoded(Image.new("L", (9, 9)), "GIF")])
def test_unreadable(data: bytes) -> None:
    assert _code(data) == "image_unreadable"


def test_truncated() -> None:
    data = encoded(draw(STROKES))
    assert _code(data[: len(data) // 2]) == "image_unreadable"


@given(
    st.sampled_from(["PNG", "JPEG", "WEBP", "BMP", "TIFF"]),
    st.lists(st.tuples(st.integers(0, 2**16), st.integers(0, 255)), min_size=1, max_size=12),
    st.integers(0, 400),
)
@settings(max_examples=60)
def test_damaged_files_are_read_or_refused(file_format: str, edits: list[tuple[int, int]], cut: int) -> None:
    data = bytearray(encoded(draw(write("7", size=20), pen=2), file_format))
    for position, value in edits:
        data[position % len(data)] = value
    try:
        grey = decode_image(bytes(data[: len(data) - cut % len(data)]), max_pixels=1_000_000)
    except ReadingError as error:
        assert error.code in ("image_unreadable", "image_too_large")
    else:
        assert grey.dtype == np.uint8
        assert grey.ndim == 2
