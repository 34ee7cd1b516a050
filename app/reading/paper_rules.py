"""Ruled and squared paper: its lines taken out of the ink, with the strokes that cross them left whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from app.reading.darkness import shrunk

_LEAST_SPAN = 0.4
"""Length of a printed line, as a share of the page's side: rules of sums and underlines are shorter, or few."""
_LEAST_DRAWN = 0.7
"""Share of its length that is drawn: of lines drawn over photographs the least was 0.82, of what is flat in a row of
print or writing in few pixels 0.6 at the most."""
_LEAST_LINES = 4
"""Fewer long lines are no ruled paper …"""
_THROUGH = 0.97
"""… but for those that go from edge to edge, of this length likewise, …"""
_FAINTER = 1.2
"""… and are fainter than the ink by this factor at the least."""
_PRINTED = 1.6
"""Lines nearer to the ink's darkness than by this factor are those of a table …"""
_INSIDE = 0.04
"""… if they end as far from either side of the picture, as a share of that; …"""
_GAP, _BARE, _GRAIN = 0.008, 0.2, 9
"""… and of boxes in a row, however dark, if there is a gap as wide, likewise, in which no more of them are drawn than
such a share; of each what is less than so many pixels is grain."""
_LEAST_SIDE = 0.5
"""Length of a picture's side, as a share of its longer one, up to which it may show a single row whose strokes are as
long."""
_LIKE = 1.4
"""By what factor the lines of squared paper differ in darkness at the most."""
_DARKER = 1.5
"""How much darker than the lines a pen is, at the least, for what it wrote on one to be told from it."""
_HAIR = 0.6
"""Width in pens up to which what is left of ruled paper is no stroke."""
_NEAR = 4
"""Pixels from a line within which such bits are looked for, or a pen's width if that is more."""
_THICKEST = 9
"""Pixels that a line is thick, at the most, …"""
_THIN = 0.012
"""… or on the average, as a share of the picture's longer side, if that is more."""
_LARGEST_SAG = 0.05
"""How far a line may bend or slope, as a share of its length."""
_STEEPEST, _STEP = 0.18, 0.01
"""Slopes of the paper's lines that are tried either way."""
_LEAST_SLOPE, _SHARPER = 0.02, 1.2
"""Slope from which the picture is sheared until lines are level, if that makes their profile sharper by this factor."""
_PROFILE_SIDE = 400
"""Longer side in pixels of the picture whose profile is looked at."""


@dataclass(frozen=True, eq=False)
class PaperRules:
    """The lines that paper has.

    Attributes:
        across: (height, width) uint8, 1 on lines from left to right.
        down: the same of lines from top to bottom.
        darkness: of these lines, typically.
        skew: by how many degrees they fall to the right.
    """

    across: np.ndarray
    down: np.ndarray
    darkness: float
    skew: float


def find_paper_rules(darkness: np.ndarray, floor: float, strong: float, of_rows: bool = True) -> PaperRules | None:
    """The lines of ruled or squared paper; ``None`` where there are none.

    Several long lines of one direction are the paper's, and a single one if it is fainter than the ink and goes from
    edge to edge of the picture, which may show little of the paper.

    Args:
        darkness: (height, width) float32, 0 paper … 255 black. Lines are sought in it rather than in the ink: beside
            dark ink they are too faint for that.
        floor: darkness that the paper's grain does not reach.
        strong: typical darkness of the ink.
        of_rows: whether the picture is of many rows, in which no stroke is as long as a line however dark it is.
    """
    levels = np.clip(darkness, 0, 255).astype(np.uint8)
    faint = strong / _FAINTER
    # In a picture of one row a stroke may be as long as it is high: what stands upright there are lines where others
    # as dark cross them.
    upright = levels.shape[0] > levels.shape[1]
    turned = np.ascontiguousarray(levels.T)
    first, second = (turned, levels) if upright else (levels, turned)
    dark = strong / _PRINTED
    along = _sloping_lines(first, floor, (0.0, faint), of_rows, dark)
    if second.shape[1] < _LEAST_SIDE * second.shape[0]:
        likely = (along.darkness / _LIKE, min(along.darkness * _LIKE, faint)) if along else (0.0, 0.0)
        beside = _sloping_lines(second, floor, likely, False, dark) if along else None
    else:
        beside = _sloping_lines(second, floor, (0.0, faint), of_rows, dark)
    found = [kind for kind in (along, beside) if kind]
    if not found:
        return None
    across, down = (beside, along) if upright else (along, beside)
    return PaperRules(
        across.pixels if across else np.zeros_like(levels),
        down.pixels.T if down else np.zeros_like(levels),
        max(kind.darkness for kind in found),
        float(np.degrees(np.arctan(across.slope if across else -down.slope))),
    )


def without_paper_rules(
    mask: np.ndarray, darkness: np.ndarray, rules: PaperRules | None, pen: float = 0.0
) -> np.ndarray:
    """Ink without the lines that the paper has.

    Args:
        mask: (height, width) uint8, 1 where there is ink.
        darkness: of the same pixels: a pen is darker than the lines, so that a bar written on one stays.
        rules: the lines.
        pen: typical width of its lines in pixels, by which bits of the paper's are told from strokes; 0 if unknown.

    Returns:
        The mask itself where the paper has no lines.
    """
    if rules is None:
        return mask
    across, down = rules.across, rules.down
    written = mask & (darkness > _DARKER * rules.darkness).astype(np.uint8)
    result = mask & ~_removable(mask & ~_grown(down, 3, 3), across, written)
    result &= ~_removable((mask & ~_grown(across, 3, 3)).T, down.T, written.T).T
    if not pen:
        return result
    # Away from the lines, what is thin was written with a thin pen.
    side = 2 * round(max(_NEAR, pen)) + 1
    return np.where(_grown(across | down, side, side), without_hairs(result, pen), result)


def without_hairs(mask: np.ndarray, pen: float) -> np.ndarray:
    """Ink without what is thinner by far than the pen and no end of its strokes: bits of lines that were broken by it.

    Args:
        mask: (height, width) uint8, 1 where there is ink.
        pen: typical width of its lines in pixels.
    """
    side = int(_HAIR * pen)
    if side < 2:
        return mask
    strokes = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((side, side), np.uint8))
    return mask & _grown(strokes, 2 * side + 1, 2 * side + 1)


@dataclass(frozen=True, eq=False)
class _Lines:
    """Lines from left to right: their pixels, uint8 (height, width), how dark they typically are, and how steeply they
    fall, as a share of their length."""

    pixels: np.ndarray
    darkness: float
    slope: float = 0.0


def _sloping_lines(
    darkness: np.ndarray, floor: float, likely: tuple[float, float], of_rows: bool, dark: float
) -> _Lines | None:
    """Long lines from left to right, as :func:`_lines` finds them, of paper that need not lie straight."""
    slope = _slope(darkness, floor)
    if slope and (lines := _lines(_sheared(darkness, slope), floor, likely, of_rows, dark)):
        return _Lines(_sheared_back(lines.pixels, slope, darkness.shape[0]), lines.darkness, slope)
    return _lines(darkness, floor, likely, of_rows, dark)


def _slope(darkness: np.ndarray, floor: float) -> float:
    """How steeply lines fall to the right, by the profile of rows that they are sharpest in (Postl, ICPR 1986); 0 where
    they are nearly level or not much sharper than that. Dark ink counts as little as faint lines."""
    small = np.minimum(shrunk(darkness, min(_PROFILE_SIDE / max(darkness.shape), 1.0)), min(int(2 * floor) + 1, 255))
    slopes = np.arange(-_STEEPEST, _STEEPEST + _STEP / 2, _STEP)
    profiles = [cv2.reduce(_sheared(small, slope), 1, cv2.REDUCE_SUM, dtype=cv2.CV_32F) for slope in slopes]
    sharpness = np.array([float((np.diff(p[:, 0]) ** 2).sum()) for p in profiles])
    best = int(sharpness.argmax())
    plainly = sharpness[best] >= _SHARPER * sharpness[len(slopes) // 2]
    return float(slopes[best]) if plainly and abs(slopes[best]) >= _LEAST_SLOPE else 0.0


def _moved(slope: float, width: int) -> tuple[np.ndarray, int]:
    """The map (2, 3) that moves columns down until what falls by ``slope`` is level, and how far they move at the
    most."""
    most = slope * (width - 1)
    return np.array([[1, 0, 0], [-slope, 1, max(most, 0)]]), int(np.ceil(abs(most)))


def _sheared(picture: np.ndarray, slope: float) -> np.ndarray:
    """A picture with what falls by ``slope`` level, and paper where it showed nothing."""
    height, width = picture.shape
    moved, most = _moved(slope, width)
    return cv2.warpAffine(picture, moved, (width, height + most), flags=cv2.INTER_NEAREST)


def _sheared_back(mask: np.ndarray, slope: float, height: int) -> np.ndarray:
    moved, _ = _moved(slope, mask.shape[1])
    return cv2.warpAffine(mask, moved, (mask.shape[1], height), flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP)


def _lines(
    darkness: np.ndarray, floor: float, likely: tuple[float, float], of_rows: bool, dark: float
) -> _Lines | None:
    """Long lines from left to right; ``None`` where there are few. They are as dark as is likely, but for several in a
    picture of rows; but those darker than ``dark`` that end within the picture are a table's."""
    width, longer = darkness.shape[1], max(darkness.shape)
    length = max(round(width / 45), 16)
    flat = cv2.morphologyEx(darkness, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    flat = (flat > floor).astype(np.uint8)
    # Dark margins, which lines run into, are higher than a line.
    flat &= ~cv2.morphologyEx(flat, cv2.MORPH_OPEN, np.ones((max(longer // 200, _THICKEST) + 1, 1), np.uint8))
    joined = cv2.morphologyEx(flat, cv2.MORPH_CLOSE, np.ones((3, 2 * length + 1), np.uint8))
    if _widest(joined) < _LEAST_SPAN * width:
        return None
    labels, wide, thin = _thin_pieces(joined)
    long = [int(k) for k in np.flatnonzero(thin & (wide >= _LEAST_SPAN * width))]
    if not long:
        return None
    y, x = np.nonzero(flat)
    own = labels[y, x]
    pixels = {k: (x[own == k], y[own == k]) for k in long}
    long = [k for k in long if len(np.unique(pixels[k][0])) >= _LEAST_DRAWN * wide[k]]
    if not long:
        return None
    typical = {k: _middle_darkness(columns, darkness[rows, columns]) for k, (columns, rows) in pixels.items()}
    if not of_rows or len(long) < _LEAST_LINES:
        long = [k for k in long if likely[0] <= typical[k] < likely[1]]
    if len(long) < _LEAST_LINES:
        long = [k for k in long if wide[k] >= _THROUGH * width]
    if not long:
        return None
    like_them = float(np.median([typical[k] for k in long]))
    left, right = np.median([(pixels[k][0].min(), pixels[k][0].max()) for k in long], axis=0)
    ends_inside = left > _INSIDE * width and right < (1 - _INSIDE) * width
    if ends_inside and (like_them > dark or _have_gap([pixels[k][0] for k in long], int(left), int(right), width)):
        return None
    # Where the paper is ruled, shorter pieces are what a dark pen beside the line left of it; joined they may have met
    # writing that stands on the line.
    found = (flat & (thin & (wide >= 3 * length))[labels]).astype(np.uint8)
    apart, wide, thin = _thin_pieces(flat)
    found |= (thin & (wide >= 3 * length))[apart].astype(np.uint8)
    if not of_rows or len(long) < _LEAST_LINES:
        # A stroke may be as long as such a piece, and a rule under numbers no line of the paper.
        found &= (darkness < _DARKER * like_them).astype(np.uint8)
    drawn = np.zeros_like(flat)
    for k in long:
        _draw_through(drawn, *pixels[k])
    return _Lines(found | drawn, like_them)


def _have_gap(lines: Sequence[np.ndarray], left: int, right: int, width: int) -> bool:
    """Whether lines are broken at the same place, as the sides of boxes in a row are.

    Args:
        lines: the columns in which each has pixels.
        left, right: where they typically begin and end.
        width: of the picture.
    """
    if len(lines) < _LEAST_LINES:
        return False
    drawn = np.zeros((len(lines), width), np.uint8)
    for line, columns in zip(drawn, lines, strict=True):
        line[columns] = 1
    drawn = cv2.morphologyEx(drawn, cv2.MORPH_CLOSE, np.ones((1, _GRAIN), np.uint8))
    bare = np.pad((drawn[:, left:right].mean(0) < _BARE).astype(np.int8), 1)
    starts, ends = np.flatnonzero(np.diff(bare) > 0), np.flatnonzero(np.diff(bare) < 0)
    return bool((ends - starts >= max(_GAP * width, _GRAIN)).any())


def _widest(mask: np.ndarray) -> int:
    """How wide the widest connected piece of a mask is at the most: of the mask at a fourth of its size, in which no
    pixel is lost, for that takes a tenth of the time."""
    small = (shrunk(255 * mask, 0.25) > 0).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(small, connectivity=8)
    return 4 * int(stats[1:, cv2.CC_STAT_WIDTH].max(initial=0)) + 4


def _middle_darkness(x: np.ndarray, darkness: np.ndarray) -> float:
    """How dark a line is along its middle, of its pixels' columns and darkness: its edges are soft."""
    middle = np.zeros(x.max() + 1, darkness.dtype)
    np.maximum.at(middle, x, darkness)
    return float(np.median(middle[middle > 0]))


def _thin_pieces(mask: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The connected pieces of a mask by number, how wide each is, and whether it is no higher than a line may bend."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    wide, high, area = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_AREA]
    thin = (high <= _LARGEST_SAG * wide + _THICKEST) & (area < max(_THIN * max(mask.shape), _THICKEST) * wide)
    thin[0] = False
    return labels, wide, thin


def _draw_through(drawn: np.ndarray, x: np.ndarray, y: np.ndarray) -> None:
    """Draw a line into a mask from side to side, as a parabola through its pixels."""
    along = np.linspace(0, drawn.shape[1] - 1, 64)
    points = np.stack([along, np.polyval(np.polyfit(x, y, 2), along)], 1)
    cv2.polylines(drawn, [np.round(points * 8).astype(np.int32)], False, 1, 2, cv2.LINE_8, 3)


def _removable(mask: np.ndarray, across: np.ndarray, written: np.ndarray) -> np.ndarray:
    """The pixels of lines from left to right but for those in thicker ink, which is a stroke that crosses them."""
    inked = across.any(0)
    if not inked.any():
        return across
    thick = float(np.median(across.sum(0)[inked] / np.maximum(_runs(across)[inked], 1)))
    stroke = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((round(thick) + 4, 1), np.uint8))
    return _grown(across, 3, 1) & ~stroke & ~written


def _grown(mask: np.ndarray, high: int, wide: int) -> np.ndarray:
    return cv2.dilate(mask, np.ones((high, wide), np.uint8))


def _runs(mask: np.ndarray) -> np.ndarray:
    """How many separate runs of ink each column has."""
    return (mask[1:] > mask[:-1]).sum(0) + mask[0]
