"""What marking a page comes to: its problems with their verdicts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from app.marking.verdicts import Finding, Verdict
from app.maths import Evaluation, to_text
from app.reading.reading import Symbol
from models.ink import Box
from models.layout_tree import LayoutTree

VERDICTS: tuple[Verdict, ...] = ("correct", "wrong", "unanswered", "unsure")


@dataclass(frozen=True, eq=False)
class Problem:
    """A problem of a page.

    Attributes:
        box: around question and answer, in the photograph's pixels.
        row: its place from the top in its column, from 1.
        column: its column from the left, from 1.
        symbols: what was read, boxes in the photograph's pixels.
        tree: the layout tree over the symbols.
        confidence: probability that every symbol is right.
        finding: verdict, expected answer and value.
    """

    box: Box
    row: int
    column: int
    symbols: tuple[Symbol, ...]
    tree: LayoutTree
    confidence: float
    finding: Finding

    @property
    def text(self) -> str:
        """The problem as one line of text."""
        return to_text(self.tree)

    @property
    def verdict(self) -> Verdict:
        """Whether its answer is right."""
        return self.finding.verdict

    @property
    def evaluation(self) -> Evaluation:
        """What the row as written comes to."""
        return self.finding.evaluation


@dataclass(frozen=True, eq=False)
class MarkedPage:
    """A page with its problems.

    Attributes:
        width: of the photograph in pixels.
        height: of the photograph in pixels.
        rotation: by how many degrees the photograph had to be turned clockwise.
        problems: by column, then row.
        timings: milliseconds by stage.
    """

    width: int
    height: int
    rotation: int
    problems: tuple[Problem, ...]
    timings: dict[str, float]

    @property
    def score(self) -> dict[str, int]:
        """How many problems have each verdict, and ``total``."""
        counts = Counter(p.verdict for p in self.problems)
        return {**{v: counts[v] for v in VERDICTS}, "total": len(self.problems)}
