"""The handwriting that tests read."""

from training.handwriting import GLYPHS, draw, fraction, inkml, write

__all__ = ["GLYPHS", "draw", "fraction", "inkml", "write"]
