"""Image files to grey pixels: whatever the file's format and colours, dark ink on a light ground."""

from __future__ import annotations

from io import BytesIO

import cv2
import numpy as np
from PIL import Image, ImageOps

from app.reading.errors import ReadingError

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "TIFF")
_NOTICEABLE = 24
"""Grey levels by which ink differs from the ground around it at the least."""


def decode_image(data: bytes, max_pixels: int = 25_000_000) -> np.ndarray:
    """The grey pixels of an image file, turned upright as its EXIF data says.

    Of an animation, the first frame. Transparency is filled so that the ink on it stands out. Light ink
    on a dark ground comes back inverted, and pale coloured ink as dark as its strongest channel.

    Args:
        data: the bytes of a PNG, JPEG, WebP, BMP or TIFF file.
        max_pixels: most pixels (width × height) that are accepted; checked before anything is decoded.

    Returns:
        (height, width) uint8, 0 black: dark ink on a light ground.

    Raises:
        ReadingError: ``image_unreadable`` (not such a file, or damaged) or ``image_too_large``.
    """
    rgb = _decode(data, max_pixels)
    if rgb.ndim == 2:
        return 255 - rgb if _is_light_on_dark(rgb[..., None]) else rgb
    return _grey(255 - rgb if _is_light_on_dark(rgb) else rgb)


def _decode(data: bytes, max_pixels: int) -> np.ndarray:
    """(H, W) or (H, W, 3) uint8 pixels, without transparency."""
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as image:
            if image.width * image.height > max_pixels:
                raise ReadingError(
                    "image_too_large",
                    f"The image has {image.width} × {image.height} pixels; at most {max_pixels} are accepted.",
                )
            ImageOps.exif_transpose(image, in_place=True)
            if image.has_transparency_data:
                return _composed(np.asarray(image.convert("RGBA")))
            if image.mode.startswith(("I", "F")):
                return _to_eight_bits(np.asarray(image))
            mode = "L" if image.mode in ("1", "L") else "RGB"
            return np.asarray(image if image.mode == mode else image.convert(mode))
    except ReadingError:
        raise
    except Image.DecompressionBombError as error:
        raise ReadingError("image_too_large", f"At most {max_pixels} pixels are accepted.") from error
    except Exception as error:
        # Pillow's decoders answer damaged files with nearly every exception there is.
        raise ReadingError("image_unreadable", "The file is not a readable PNG, JPEG, WebP, BMP or TIFF.") from error


def _to_eight_bits(values: np.ndarray) -> np.ndarray:
    """(H, W) uint8 of greys that were stored as 16 or 32 bits or as floats."""
    top = np.nan_to_num(values).max(initial=0)
    # By the nominal range, never by the darkest and lightest pixel: that would turn the noise of blank paper into ink.
    if np.issubdtype(values.dtype, np.floating) and top <= 1:
        top, values = 255, values * 255
    scale = 1.0 if top <= 255 else 1 / 257
    return np.clip(np.nan_to_num(values) * scale, 0, 255).astype(np.uint8)


def _composed(rgba: np.ndarray) -> np.ndarray:
    """(H, W, 3) uint8: the (H, W, 4) pixels on the ground that their ink stands out from."""
    rgb, alpha = rgba[..., :3], rgba[..., 3:].astype(np.float32) / 255
    opaque = alpha[..., 0] > 0.5
    if not opaque.any():
        return np.full_like(rgb, 255)
    ground = 0 if rgb[opaque].mean() > 150 else 255
    if opaque.mean() > 0.5:  # the paper is in the picture; only its edges are not
        ground = np.median(rgb[opaque], axis=0)
    return (rgb * alpha + ground * (1 - alpha) + 0.5).astype(np.uint8)


def _is_light_on_dark(pixels: np.ndarray) -> bool:
    """Whether the ink of (H, W, C) pixels is lighter than the ground around it.

    Ink is what differs from the median of its surroundings. Unlike the picture's mean, this holds for a
    sheet of paper on a dark desk too.
    """
    height, width = pixels.shape[:2]
    step = max(1, max(height, width) // 384)
    # Areas are averaged rather than sampled, or thin strokes would be lost.
    small = cv2.resize(pixels, (max(1, width // step), max(1, height // step)), interpolation=cv2.INTER_AREA)
    small = small.reshape(*small.shape[:2], -1)
    window = max(11, min(small.shape[:2]) // 6 | 1)
    lighter = darker = 0.0
    # The lightest and the darkest channel between them show ink of every colour.
    for channel in (small.max(axis=2), small.min(axis=2)):
        difference = channel.astype(np.float32) - cv2.medianBlur(channel, window)
        lighter += difference[difference > _NOTICEABLE].sum()
        darker -= difference[difference < -_NOTICEABLE].sum()
    return bool(lighter > darker)


def _grey(rgb: np.ndarray) -> np.ndarray:
    """(H, W) uint8 of (H, W, 3) pixels with ink darker than the ground in at least one channel.

    Luminance, as it carries the least noise, unless a good part of the ink is of a colour (yellow, light
    green) that luminance hardly shows: then the darkest channel relative to the ground's colour.
    """
    luminance = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    step = max(1, max(luminance.shape) // 512)
    sample = rgb[::step, ::step].astype(np.float32)
    ground = np.maximum(np.median(sample.reshape(-1, 3), axis=0), 1.0)
    strongest = (sample / ground).min(axis=2)
    weight = luminance[::step, ::step] / max(1.0, float(np.median(luminance[::step, ::step])))
    inked = strongest < 0.7
    faint = inked & (weight > 0.8)
    if faint.sum() <= 0.1 * inked.sum():
        return luminance
    scale = (255.0 / ground).astype(np.float32)
    balanced = [cv2.convertScaleAbs(rgb[..., c], alpha=float(scale[c])) for c in range(3)]
    return np.minimum(np.minimum(balanced[0], balanced[1]), balanced[2])
