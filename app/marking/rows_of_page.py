"""What the rows of a sheet are read from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from app.marking.layout import boxes_of
from app.marking.page_ink import Piece
from app.marking.problem import meet
from app.marking.slots import Slot
from models.ink import Box

_BESIDE = 2.0
"""How far beside a row something may be that was left out of it, in symbol heights."""
_CLEARANCE = 0.6
"""Least room between an answer and what comes next on its line, in symbol heights."""


@dataclass(frozen=True, eq=False)
class RowsOfPage:
    """What the rows of a sheet are read from: its ink, where rows and sums are, its places for answers, how high its
    digits are, its picture, what stands in no row, what was left out of rows though it may matter, and the letters
    before remainders."""

    pieces: Sequence[Piece]
    others: np.ndarray
    slots: Sequence[Slot]
    height: float
    pen: float
    darkness: np.ndarray
    scraps: np.ndarray = field(default_factory=lambda: np.zeros((0, 4)))
    doubtful: np.ndarray = field(default_factory=lambda: np.zeros((0, 4)))
    remainders: Sequence[Box] = ()

    @cached_property
    def boxes(self) -> np.ndarray:
        """(n, 4) boxes of the pieces."""
        return boxes_of(self.pieces)

    def ink_in(self, box: Box) -> list[Piece]:
        """The pieces whose boxes meet a box, and the frames of places for answers that do."""
        frames = [s.frame for s in self.slots if s.frame and meet(s.box, box)]
        return [*self.pieces_in(box), *frames]

    def pieces_in(self, box: Box) -> list[Piece]:
        """The pieces whose boxes meet a box."""
        b = self.boxes
        meet = (b[:, 0] < box[2]) & (b[:, 2] > box[0]) & (b[:, 1] < box[3]) & (b[:, 3] > box[1])
        return [self.pieces[i] for i in np.flatnonzero(meet)]

    def is_doubtful(self, box: Box) -> bool:
        """Whether something was left out of the row around a box that may matter."""
        b = self.doubtful
        beside = np.maximum(b[:, 0] - box[2], box[0] - b[:, 2]) < _BESIDE * self.height
        return bool((beside & (b[:, 1] < box[3]) & (b[:, 3] > box[1])).any())

    def room_behind(self, box: Box) -> float:
        """How far right of a box no other row or sum begins at its height, with some room before that, or the picture
        ends."""
        b = self.others
        beside = (b[:, 0] >= box[2]) & (b[:, 1] < box[3]) & (b[:, 3] > box[1])
        return float(min(b[beside, 0].min(initial=np.inf) - _CLEARANCE * self.height, self.darkness.shape[1]))
