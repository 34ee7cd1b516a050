"""The dollar sign, which is no class of the vocabulary: told by one backbone's features, for worksheets about money.

Logistic regression on what :meth:`app.reading.network.Network.looks` says of handwritten and printed dollar signs, and
of everything that is in the vocabulary.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import numpy as np
from PIL import ImageFont
from sklearn.linear_model import LogisticRegression

from app.reading.dollars import Dollars
from app.reading.network import Network
from models.ink import Ink, Stroke
from training.augmentation import Augmentation, draw
from training.printed import PIXELS, font_files, glyph, has_character
from training.sources import (
    NO_LABEL,
    Sample,
    bhmsds,
    detexify,
    held_out,
    image_ink,
    json_rows,
    mnist,
    printed,
    unipen,
)

_NAMES = frozenset(("\\$", "\\mathdollar", "\\textdollar", "\\textdollaroldstyle"))
_BATCH = 256
_SAID = (0.5, 0.9)
"""Probabilities from which a sign is told, or is plainly one, when it is measured."""
_INVERSE_PENALTY = 100.0
_WRITTEN, _PRINTED, _OTHER_PRINT = 8, 40, 4
"""How often each sign of a hand, each of a font, and each other one of a font is drawn."""
_MOST = {unipen: 30_000, mnist: 10_000, bhmsds: 5_000, detexify: 4_000}
"""Other samples of each source, drawn once."""


def fit_dollars(network: Network, seed: int = 0) -> Dollars:
    """What tells dollar signs in photographs; prints how many of held-out writers and fonts it tells, and of other
    symbols takes for one."""
    rng = np.random.default_rng(seed)
    signs, others = _looks(network, False, rng)
    looks = np.concatenate([*signs.values(), *others.values()])
    is_sign = np.arange(len(looks)) < sum(map(len, signs.values()))
    found = LogisticRegression(C=_INVERSE_PENALTY, max_iter=2000).fit(looks, is_sign)
    dollars = Dollars(found.coef_[0].astype(np.float32), float(found.intercept_[0]))
    for kind in _looks(network, True, rng):
        for name, seen in kind.items():
            shares = ", ".join(f"{(dollars(seen) > least).mean():.2%} over {least}" for least in _SAID)
            print(f"{name:30}{len(seen):6} {shares}")
    return dollars


def _looks(
    network: Network, validation: bool, rng: np.random.Generator
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """The looks of dollar signs, and of other symbols, by source."""

    def seen(samples: Iterable[Sample], times: int = 1) -> np.ndarray:
        images = (draw(sample, Augmentation(neighbours=0), rng, True) for sample in samples for _ in range(times))
        parts = []
        while batch := list(islice(images, _BATCH)):
            parts.append(network.looks(np.stack(batch)))
        return np.concatenate(parts)

    signs = {
        "dollars, UNIPEN": seen(_of_unipen(validation), _WRITTEN),
        "dollars, Detexify": seen(_of_detexify(validation), _WRITTEN),
        "dollars, print": seen(_of_fonts(validation), _PRINTED),
    }
    others = {name.__name__: seen(_some(list(name(validation)), most, rng)) for name, most in _MOST.items()}
    return signs, others | {"print": seen(printed(validation), _OTHER_PRINT)}


def _some(samples: Sequence[Sample], most: int, rng: np.random.Generator) -> list[Sample]:
    return [samples[i] for i in rng.permutation(len(samples))[:most]]


def _of_unipen(validation: bool) -> Iterator[Sample]:
    for row in json_rows("unipen_isolated.jsonl.xz"):
        if row["label"] == "$" and held_out(f"{row['src']}/{row['writer']}") == validation:
            yield from _sample(row["strokes"])


def _of_detexify(validation: bool) -> Iterator[Sample]:
    for row in json_rows("detexify_strokes.jsonl.xz"):
        if row["label"] in _NAMES and held_out(row["id"]) == validation:
            yield from _sample(row["strokes"])


def _sample(strokes: Sequence[Sequence[Sequence[float]]]) -> Iterator[Sample]:
    """A sign, in units of which a hundred are about its size."""
    points = [np.array(stroke, np.float32)[:, :2] for stroke in strokes if stroke]
    if points:
        scale = 100 / max(float(np.ptp(np.concatenate(points), axis=0).max()), 1e-6)
        ink = Ink(tuple(Stroke(p * scale) for p in points))
        yield Sample(ink, tuple(range(len(points))), NO_LABEL)


def _of_fonts(validation: bool) -> Iterator[Sample]:
    for path in font_files():
        if has_character(str(path), "$") and held_out(path.name, 0.2) == validation:
            ink = image_ink(glyph(ImageFont.truetype(str(path), PIXELS), "$"))
            if ink is not None:
                yield Sample(ink, (0,), NO_LABEL, hand=False)
