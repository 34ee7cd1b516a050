"""Which way up a page is: the way its symbols look most like digits.

A page on its side or on its head has rows too, and some of them pass for problems, so that reading it does not tell.
Single symbols do: of the ten digits only 0, 1, 6, 8 and 9 are digits on their heads, and hardly one is on its side.
"""

from __future__ import annotations

import numpy as np

from app.marking.layout import boxes_of
from app.marking.page_ink import PageInk
from app.reading.network import Network
from app.reading.scoring import DIGITS, log_softmax
from models.ink import Blob, Ink, typical_size
from models.rendering import render

_MOST_ASKED = 48
"""Pieces that are looked at: more tell nothing more."""
_SIZES = (0.5, 1.7)
"""Larger side of what may be a digit, in typical sizes …"""
_LEAST_SHARE = 0.25
"""… and its smaller side at least, for bars and ones look alike on their sides."""
_PLAIN = 0.9
"""Probability of being a digit from which a piece counts as one."""
_UPRIGHT = 0.45
"""Share of pieces that are plainly digits, which no worksheet has the wrong way up, …"""
_ENOUGH = 20
"""… if they are so many."""
_READABLE = 0.3
"""Least share of a way up that is tried: prose has less, and less still in other scripts."""
_LEAST_LEAD = 0.15
"""By how much more of its pieces a way up has to be digits than as the page lies to be tried first, …"""
_SURE = 3
"""… and by how many pieces."""


def rotations(ink: PageInk, network: Network) -> list[int]:
    """Ways up that a page may be read, the first of them first and the others if nothing is found.

    Args:
        ink: of the page as it lies.
        network: tells digits.

    Returns:
        Degrees clockwise to turn the page by; 0 is always among them.
    """
    size = typical_size(boxes_of(ink.pieces), ink.pen)
    masks = _masks(ink, size)
    if not masks:
        return [0]

    def digits(rotation: int) -> float:
        """The share of pieces that, turned, are plainly digits."""
        turned = [Blob(np.ascontiguousarray(np.rot90(mask, -rotation // 90)), (0.0, 0.0)) for mask in masks]
        images = np.concatenate([render(Ink((blob,), ink.pen, size), [(0,)]) for blob in turned])
        return float((np.exp(log_softmax(network.glance(images).symbol))[:, DIGITS].sum(1) >= _PLAIN).mean())

    lying = digits(0)
    if lying >= _UPRIGHT and len(masks) >= _ENOUGH:
        return [0]
    seen = {rotation: digits(rotation) for rotation in (90, 180, 270)}
    likely = sorted((r for r in seen if seen[r] >= max(_READABLE, lying)), key=lambda r: -seen[r])
    lead = seen[likely[0]] - lying if likely else 0.0
    return [likely[0], 0] if lead >= _LEAST_LEAD and lead * len(masks) >= _SURE else [0, *likely]


def _masks(ink: PageInk, size: float) -> list[np.ndarray]:
    """Pieces that may be digits, whichever way up the page is; of many some from all over it."""
    boxes = boxes_of(ink.pieces)
    sides = np.sort(boxes[:, 2:] - boxes[:, :2], axis=1) / size
    may_be = np.flatnonzero((sides[:, 1] >= _SIZES[0]) & (sides[:, 1] <= _SIZES[1]) & (sides[:, 0] >= _LEAST_SHARE))
    chosen = np.linspace(0, len(may_be) - 1, min(len(may_be), _MOST_ASKED)).round().astype(int)
    return [ink.pieces[i].blob.mask for i in may_be[chosen]]
