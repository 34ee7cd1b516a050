"""The symbol vocabulary: what the classifier can answer, written down once.

The first 101 labels are the symbol classes of CROHME 2014 (Mouchère et al., ICFHR 2014), spelled as in
its InkML files; the rest is what school work needs besides. The order is the order of the network's
outputs: new labels go to the end, so that old weights keep their meaning.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a symbol does in an expression."""

    DIGIT = "digit"
    LETTER = "letter"
    CONSTANT = "constant"  # \pi, \infty
    OPERATOR = "operator"  # binary and prefix: + - × ÷ / ± *
    RELATION = "relation"
    POSTFIX = "postfix"  # ! % ' °
    OPEN = "open"
    CLOSE = "close"
    FENCE = "fence"  # | opens and closes
    FUNCTION = "function"  # \sin, \log, \lim
    LARGE_OPERATOR = "large_operator"  # \sum, \int
    ROOT = "root"
    PUNCTUATION = "punctuation"
    BLANK = "blank"  # an answer box
    LOGIC = "logic"  # quantifiers


class Baseline(StrEnum):
    """Where a symbol's ink stands between the writing lines; it decides where its baseline and its
    superscript threshold lie (after Zanibbi, Blostein and Cordy, TPAMI 2002)."""

    ASCENDER = "ascender"  # b, 3, A: from the baseline to cap height
    DESCENDER = "descender"  # g, y: from below the baseline to x-height
    X_HEIGHT = "x_height"  # a, x: from the baseline to x-height
    CENTRED = "centred"  # +, =, \cdot: on the mathematical axis
    TALL = "tall"  # (, \int, \sqrt: beyond both lines
    LOW = "low"  # . and ,: on the baseline
    HIGH = "high"  # ' and °: hanging from cap height


@dataclass(frozen=True, slots=True)
class SymbolClass:
    """One class of symbol: how it is named, written and placed.

    Attributes:
        label: the class name; unique.
        latex: LaTeX that typesets it.
        mathml: (element, text) of its MathML token.
        text: plain Unicode text.
        kind: its part in an expression.
        baseline: its vertical placement.
    """

    label: str
    latex: str
    mathml: tuple[str, str]
    text: str
    kind: Kind
    baseline: Baseline


_ASCENDING_LETTERS = set("bdfhiklt" + "ABCEFGHILMNPRSTVXY")
_DESCENDING_LETTERS = set("gjpqy")


def _letter(label: str) -> SymbolClass:
    if label in _ASCENDING_LETTERS:
        baseline = Baseline.ASCENDER
    elif label in _DESCENDING_LETTERS:
        baseline = Baseline.DESCENDER
    else:
        baseline = Baseline.X_HEIGHT
    return SymbolClass(label, label, ("mi", label), label, Kind.LETTER, baseline)


def _digit(label: str) -> SymbolClass:
    return SymbolClass(label, label, ("mn", label), label, Kind.DIGIT, Baseline.ASCENDER)


def _greek(name: str, text: str, baseline: Baseline, kind: Kind = Kind.LETTER) -> SymbolClass:
    return SymbolClass(name, name, ("mi", text), text, kind, baseline)


def _operator(label: str, text: str, kind: Kind, baseline: Baseline = Baseline.CENTRED, latex: str | None = None):
    return SymbolClass(label, latex or label, ("mo", text), text, kind, baseline)


def _function(label: str) -> SymbolClass:
    return SymbolClass(label, label, ("mi", label[1:]), label[1:], Kind.FUNCTION, Baseline.ASCENDER)


_CROHME: tuple[SymbolClass, ...] = (
    *(_digit(d) for d in "0123456789"),
    *(_letter(c) for c in "abcdefghijklmnopqrstuvwxyz"),
    *(_letter(c) for c in "ABCEFGHILMNPRSTVXY"),
    _operator("!", "!", Kind.POSTFIX, Baseline.ASCENDER),
    _operator("(", "(", Kind.OPEN, Baseline.TALL),
    _operator(")", ")", Kind.CLOSE, Baseline.TALL),
    _operator("+", "+", Kind.OPERATOR),
    _operator("-", "-", Kind.OPERATOR),
    _operator(".", ".", Kind.PUNCTUATION, Baseline.LOW),
    _operator("/", "/", Kind.OPERATOR, Baseline.TALL),
    _operator("=", "=", Kind.RELATION),
    _operator(",", ",", Kind.PUNCTUATION, Baseline.LOW),
    _operator("[", "[", Kind.OPEN, Baseline.TALL),
    _operator("]", "]", Kind.CLOSE, Baseline.TALL),
    _operator("|", "|", Kind.FENCE, Baseline.TALL),
    _operator("\\{", "{", Kind.OPEN, Baseline.TALL),
    _operator("\\}", "}", Kind.CLOSE, Baseline.TALL),
    _greek("\\Delta", "Δ", Baseline.ASCENDER),
    _greek("\\alpha", "α", Baseline.X_HEIGHT),
    _greek("\\beta", "β", Baseline.DESCENDER),
    _greek("\\gamma", "γ", Baseline.DESCENDER),
    _greek("\\theta", "θ", Baseline.ASCENDER),
    _greek("\\lambda", "λ", Baseline.ASCENDER),
    _greek("\\mu", "μ", Baseline.DESCENDER),
    _greek("\\phi", "ϕ", Baseline.DESCENDER),
    _greek("\\sigma", "σ", Baseline.X_HEIGHT),
    _greek("\\pi", "π", Baseline.X_HEIGHT, Kind.CONSTANT),
    _greek("\\infty", "∞", Baseline.CENTRED, Kind.CONSTANT),
    _function("\\cos"),
    _function("\\lim"),
    _function("\\log"),
    _function("\\sin"),
    _function("\\tan"),
    _operator("\\div", "÷", Kind.OPERATOR),
    _operator("\\times", "×", Kind.OPERATOR),
    _operator("\\pm", "±", Kind.OPERATOR),
    _operator("\\geq", "≥", Kind.RELATION),
    _operator("\\gt", ">", Kind.RELATION, latex=">"),
    _operator("\\leq", "≤", Kind.RELATION),
    _operator("\\lt", "<", Kind.RELATION, latex="<"),
    _operator("\\neq", "≠", Kind.RELATION),
    _operator("\\in", "∈", Kind.RELATION),
    _operator("\\rightarrow", "→", Kind.RELATION),
    _operator("\\exists", "∃", Kind.LOGIC, Baseline.ASCENDER),
    _operator("\\forall", "∀", Kind.LOGIC, Baseline.ASCENDER),
    _operator("\\ldots", "…", Kind.PUNCTUATION, Baseline.LOW),
    _operator("\\prime", "′", Kind.POSTFIX, Baseline.HIGH),
    _operator("\\int", "∫", Kind.LARGE_OPERATOR, Baseline.TALL),
    _operator("\\sum", "∑", Kind.LARGE_OPERATOR, Baseline.TALL),
    _operator("\\sqrt", "√", Kind.ROOT, Baseline.TALL),
)

_SCHOOL: tuple[SymbolClass, ...] = (
    _operator("%", "%", Kind.POSTFIX, Baseline.ASCENDER, latex="\\%"),
    _operator("\\cdot", "·", Kind.OPERATOR),
    _operator("\\approx", "≈", Kind.RELATION),
    _operator("?", "?", Kind.BLANK, Baseline.ASCENDER),
    _operator("*", "*", Kind.OPERATOR),
    _operator(":", ":", Kind.OPERATOR),
    _operator("\\square", "□", Kind.BLANK, Baseline.ASCENDER),
    _operator("\\circ", "°", Kind.POSTFIX, Baseline.HIGH),
)

SYMBOLS: tuple[SymbolClass, ...] = _CROHME + _SCHOOL
LABELS: tuple[str, ...] = tuple(s.label for s in SYMBOLS)
CROHME_LABELS: frozenset[str] = frozenset(s.label for s in _CROHME)
INDEX: dict[str, int] = {label: i for i, label in enumerate(LABELS)}
BY_LABEL: dict[str, SymbolClass] = {s.label: s for s in SYMBOLS}

ARITHMETIC_LABELS: frozenset[str] = frozenset("0123456789+-/=()[].,!|*:%") | {
    "\\times",
    "\\div",
    "\\cdot",
    "\\lt",
    "\\gt",
    "\\leq",
    "\\geq",
    "\\neq",
    "\\sqrt",
    "\\pi",
    "R",
}
"""The labels that ``symbols="arithmetic"`` allows; R parts a quotient from its remainder."""

CASES = (("c", "C"), ("p", "P"), ("s", "S"), ("v", "V"), ("x", "X"), ("y", "Y"))
"""Letters that are written alike, small and large."""
