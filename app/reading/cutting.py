"""Cutting a connected piece of ink into the lines it is drawn with.

Where two symbols touch in a photograph, one connected piece holds both. Its middle lines are parted at their
junctions, and lines that run straight through a junction are joined again, as a pen would have drawn them; the
lattice may then deal them out to different symbols.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from models.ink import Blob

_MOST_PIECES = 10
_STRAIGHT = np.cos(np.deg2rad(50))
"""Least cosine between two lines that go on through a junction."""
_INK = 90


def thin(mask: np.ndarray) -> np.ndarray:
    """Middle lines one pixel wide, by the parallel thinning of Guo and Hall (CACM 32(3), 1989).

    Args:
        mask: (height, width), non-zero where there is ink.

    Returns:
        bool (height, width).
    """
    image = np.pad(mask > 0, 1)
    changed = True
    while changed:
        changed = False
        for step in (0, 1):
            p2, p3, p4 = image[:-2, 1:-1], image[:-2, 2:], image[1:-1, 2:]
            p5, p6, p7 = image[2:, 2:], image[2:, 1:-1], image[2:, :-2]
            p8, p9 = image[1:-1, :-2], image[:-2, :-2]
            crossings = (~p2 & (p3 | p4)).astype(np.uint8) + (~p4 & (p5 | p6)) + (~p6 & (p7 | p8)) + (~p8 & (p9 | p2))
            one = (p9 | p2).astype(np.uint8) + (p3 | p4) + (p5 | p6) + (p7 | p8)
            two = (p2 | p3).astype(np.uint8) + (p4 | p5) + (p6 | p7) + (p8 | p9)
            least = np.minimum(one, two)
            edge = ((p6 | p7 | ~p9) & p8) if step == 0 else ((p2 | p3 | ~p5) & p4)
            remove = image[1:-1, 1:-1] & (crossings == 1) & (least >= 2) & (least <= 3) & ~edge
            if remove.any():
                image[1:-1, 1:-1] &= ~remove
                changed = True
    return image[1:-1, 1:-1]


@dataclass(frozen=True, slots=True)
class _Branch:
    """A line between junctions or ends: its pixels (x, y), in no order."""

    pixels: np.ndarray

    def direction_from(self, point: np.ndarray, reach: float) -> np.ndarray:
        """Unit vector in which the line leaves a point."""
        away = self.pixels - point
        near = away[(away**2).sum(1) <= reach * reach]
        mean = (near if len(near) else away).mean(0)
        return mean / max(float(np.hypot(*mean)), 1e-6)


def cut(blob: Blob, pen: float) -> list[Blob]:
    """Part a blob into its lines.

    Args:
        blob: connected ink.
        pen: line width in pixels.

    Returns:
        Overlapping blobs from left to right that together cover the blob, or the blob alone if it is one line or
        too tangled.
    """
    ink = (blob.mask > _INK).astype(np.uint8)
    skeleton = thin(ink).astype(np.uint8)
    around = cv2.filter2D(skeleton, -1, np.ones((3, 3), np.uint8), borderType=cv2.BORDER_CONSTANT) - 1
    junctions = ((skeleton > 0) & (around >= 3) & (around < 255)).astype(np.uint8)
    zone = cv2.dilate(junctions, np.ones((3, 3), np.uint8))
    count, labels = cv2.connectedComponents(skeleton & (1 - zone), connectivity=8)
    branches = []
    for i in range(1, count):
        ys, xs = np.nonzero(labels == i)
        branches.append(_Branch(np.column_stack([xs, ys]).astype(float)))
    if len(branches) < 2 or len(branches) > 3 * _MOST_PIECES:
        return [blob]
    owner = list(range(len(branches)))

    def root(i: int) -> int:
        while owner[i] != i:
            i = owner[i]
        return i

    crossings, centres = cv2.connectedComponents(zone, connectivity=8)
    links: list[tuple[np.ndarray, int]] = []
    for j in range(1, crossings):
        ys, xs = np.nonzero(centres == j)
        point = np.array([xs.mean(), ys.mean()])
        reach = float(np.hypot(np.ptp(xs), np.ptp(ys))) / 2 + 2.5
        incident = [i for i, b in enumerate(branches) if np.hypot(*(b.pixels - point).T).min() <= reach]
        links += [(point, i) for i in incident]
        pairs = []
        for a, i in enumerate(incident):
            for k in incident[a + 1 :]:
                directions = [branches[n].direction_from(point, 3 * pen + reach) for n in (i, k)]
                pairs.append((-float(directions[0] @ directions[1]), i, k))
        taken: set[int] = set()
        for straightness, i, k in sorted(pairs, reverse=True):
            short = min(len(branches[i].pixels), len(branches[k].pixels)) < pen
            if (straightness >= _STRAIGHT or short) and i not in taken and k not in taken:
                taken |= {i, k}
                owner[root(i)] = root(k)
    pieces = sorted({root(i) for i in range(len(branches))})
    if len(pieces) < 2 or len(pieces) > _MOST_PIECES:
        return [blob]
    lines = np.zeros((len(pieces), *ink.shape), np.uint8)
    for i, branch in enumerate(branches):
        line = lines[pieces.index(root(i))]
        xs, ys = branch.pixels.astype(int).T
        line[ys, xs] = 1
    for point, i in links:
        nearest = branches[i].pixels[np.hypot(*(branches[i].pixels - point).T).argmin()]
        cv2.line(lines[pieces.index(root(i))], tuple(map(int, nearest)), tuple(map(round, map(float, point))), 1, 1)
    return _grown(blob, lines, pen)


def _grown(blob: Blob, lines: np.ndarray, pen: float) -> list[Blob]:
    """Give each line the ink that is nearest to it, and what lies within half a pen of it."""
    distances = np.stack([cv2.distanceTransform(1 - line, cv2.DIST_L2, 3) for line in lines])
    nearest = distances.argmin(0)
    parts = []
    for k, distance in enumerate(distances):
        inked = ((nearest == k) | (distance <= pen / 2)) & (blob.mask > 0)
        if inked.any():
            parts.append(blob.part(inked))
    return sorted(parts, key=lambda b: b.box[0])
