"""The pen's way over a candidate as the trace classifier sees it. Training and serving both call this."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.ink import Ink

POINTS = 56
"""Points of a way, evenly spaced along it."""
CHANNELS = 7
"""Of a point: place, direction, whether the pen is up, how far along the way, distance from the point before."""
SIZES = 8
"""Of a way: logarithms of width, height and greater side, and one of five for the number of strokes."""
_JUMP = 0.35
"""Length of a way in the air, in lengths of one on paper: it says where strokes are, not what they are."""
_LEAST_SIDE = 0.25
"""Side of what a way is scaled by at the least, in reference sizes: a dot stays small."""
_LEAST_SIZE = 0.02
"""Width and height that are told apart at the least, in reference sizes."""
_MOST_STROKES = 5


def paths_of(ink: Ink, groups: Sequence[Sequence[int]]) -> np.ndarray:
    """The pen's ways over candidates, stroke after stroke, with the jumps between them.

    Args:
        ink: strokes.
        groups: for each candidate the indices of its strokes.

    Returns:
        float32 (len(groups), POINTS, 3): x and y in reference sizes, and 1 where the pen is in the air.
    """
    scale = 1 / ink.reference_size
    return np.stack([_path([ink.pieces[i].points for i in sorted(group)], scale) for group in groups])


def _path(strokes: Sequence[np.ndarray], scale: float) -> np.ndarray:
    points = np.concatenate(strokes).astype(np.float64) * scale
    starts = np.cumsum([len(s) for s in strokes])[:-1]
    in_air = np.zeros(max(len(points) - 1, 1))
    in_air[starts - 1] = 1
    steps = np.hypot(*np.diff(points, axis=0).T) if len(points) > 1 else np.zeros(1)
    # A step of no length would leave several points at one place on the way.
    along = np.concatenate([[0], np.cumsum(steps * np.where(in_air > 0, _JUMP, 1.0) + 1e-6)])[: len(points)]
    at = np.linspace(0, along[-1], POINTS)
    step = np.clip(np.searchsorted(along, at, side="right") - 1, 0, len(in_air) - 1)
    return np.stack([np.interp(at, along, points[:, 0]), np.interp(at, along, points[:, 1]), in_air[step]], 1).astype(
        np.float32
    )


def trace_input(paths: np.ndarray, strokes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What the trace classifier sees of ways.

    Args:
        paths: (n, POINTS, 3) from :func:`paths_of`.
        strokes: (n,) how many strokes each has.

    Returns:
        float32 (n, CHANNELS, POINTS) of the points, float32 (n, SIZES) of the ways.
    """
    places, in_air = paths[..., :2], paths[..., 2:]
    low, high = places.min(1), places.max(1)
    extent = high - low
    side = np.maximum(extent.max(1), _LEAST_SIDE)[:, None, None]
    centred = (places - ((low + high) / 2)[:, None]) / side
    steps = np.diff(centred, axis=1, prepend=centred[:, :1])
    length = np.linalg.norm(steps, axis=2, keepdims=True)
    along = np.broadcast_to(np.linspace(0, 1, paths.shape[1])[:, None], in_air.shape)
    points = np.concatenate(
        [2 * centred, steps / (length + 1e-3), in_air, along, np.minimum(10 * length, 4)], 2, dtype=np.float32
    )
    number = np.eye(_MOST_STROKES, dtype=np.float32)[np.clip(strokes, 1, _MOST_STROKES) - 1]
    sizes = np.log(np.concatenate([np.maximum(extent, _LEAST_SIZE), side[:, 0]], 1))
    sizes = np.concatenate([sizes, number], 1, dtype=np.float32)
    return np.ascontiguousarray(points.transpose(0, 2, 1)), sizes
