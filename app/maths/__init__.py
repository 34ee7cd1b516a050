"""Mathematics: operator trees, notations, evaluation, and LaTeX, MathML and text of layouts.

What is used most; the modules have the rest. Importing this does not import SymPy.
"""

from app.maths.evaluation import Evaluation, Solution, evaluate
from app.maths.infix import ParseError
from app.maths.latex import LatexError, from_latex, to_latex
from app.maths.mathml import to_mathml
from app.maths.parser import NOTATIONS, Parsed, is_sound, parse
from app.maths.steps import steps
from app.maths.text import TextError, from_text, read_text, to_text

__all__ = [
    "NOTATIONS", "Evaluation", "LatexError", "ParseError", "Parsed", "Solution", "TextError", "evaluate",
    "from_latex", "from_text", "is_sound", "parse", "read_text", "steps", "to_latex", "to_mathml", "to_text",
]  # fmt: skip
