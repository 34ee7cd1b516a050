"""LaTeX of a symbol layout tree, and a layout tree from LaTeX.

The writer keeps every symbol and relation, so that reading its output gives the same tree. The reader knows
the commands that write a layout of the vocabulary and refuses all others; it expands nothing.
"""

from __future__ import annotations

import re

from app.maths.rows import MAX_DEPTH, Item, Row, rows_of, tree_of
from models.layout_tree import LayoutTree, Relation
from models.vocabulary import BY_LABEL, SYMBOLS

MAX_LENGTH = 4000
"""The most characters of LaTeX that are read."""

_NAMED = (
    "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "cot", "sec", "csc", "exp", "max", "min", "gcd", "ln", "lg",
)  # fmt: skip
"""Functions that LaTeX has a command for and the vocabulary spells in letters."""
_UNNAMED = ("lcm",)
_STACKED = frozenset(("\\sum", "\\lim"))
"""Symbols whose ``_`` and ``^`` LaTeX sets below and above."""
_RAISED = {"\\circ": "{}^{\\circ}", "\\prime": "'"}
"""Signs that stand raised by themselves; bare on the baseline LaTeX would set them as other signs."""
_COMMAND_END = re.compile(r"\\[A-Za-z]+$")
_FUNCTION_END = re.compile(rf"\\(?:{'|'.join((*_NAMED, 'sin', 'cos', 'tan', 'log', 'rightarrow'))})$")

# --- writing


def to_latex(tree: LayoutTree) -> str:
    """LaTeX (maths mode, no delimiters) that typesets a layout tree; empty for an empty tree.

    Raises:
        TooDeepError: rows nest deeper than ``rows.MAX_DEPTH``.
    """
    return latex_of_row(rows_of(tree))


def latex_of_row(row: Row, raised: bool = False) -> str:
    """LaTeX of one row; ``raised`` if it is a superscript."""
    pieces: list[str] = []
    position = 0
    while position < len(row):
        length = _named_length(row, position)
        item = row[position + length - 1]
        if length > 1:
            name = "".join(i.label for i in row[position : position + length])
            symbol = f"\\operatorname{{{name}}}" if name in _UNNAMED else f"\\{name}"
        else:
            symbol = BY_LABEL[item.label].latex if item.label in BY_LABEL else item.label
        if not raised and symbol in _RAISED:
            symbol = _RAISED[symbol]
        pieces.append(_with_rows(item, symbol))
        position += length
    text = ""
    for piece in pieces:
        apart = _COMMAND_END.search(text) if piece[:1].isalpha() else _FUNCTION_END.search(text)
        text += " " + piece if apart and piece[:1].isalnum() else piece
    return text


def _named_length(row: Row, position: int) -> int:
    """How many letters from ``position`` spell a function that LaTeX sets upright; 1 for none."""
    for name in (*_NAMED, *_UNNAMED):
        items = row[position : position + len(name)]
        if "".join(i.label for i in items) == name and not any(i.rows for i in items[:-1]):
            return len(name)
    return 1


def _with_rows(item: Item, symbol: str) -> str:
    """A symbol with the rows it carries."""
    rows = {place: latex_of_row(row, place is Relation.SUPERSCRIPT) for place, row in item.rows.items()}
    text = symbol
    if item.is_fraction:
        text = f"\\frac{{{rows.pop(Relation.ABOVE)}}}{{{rows.pop(Relation.BELOW)}}}"
    elif item.label == "\\sqrt":
        index = rows.pop(Relation.ABOVE, "")
        if index:
            index = f"[{{{index}}}]" if "]" in index else f"[{index}]"  # braces keep its own ] from ending it
        text = f"\\sqrt{index}{{{rows.pop(Relation.INSIDE, '')}}}"
    elif Relation.INSIDE in rows:
        # Nothing but a root holds symbols; a reading that says so is still shown, side by side.
        text = f"{symbol}{{{rows.pop(Relation.INSIDE)}}}"
    stacked = Relation.ABOVE in rows or Relation.BELOW in rows
    beside = Relation.SUPERSCRIPT in rows or Relation.SUBSCRIPT in rows
    if item.label in _STACKED | {"\\int"} and stacked != beside:
        below, above = (Relation.BELOW, Relation.ABOVE) if stacked else (Relation.SUBSCRIPT, Relation.SUPERSCRIPT)
        text += "" if stacked == (item.label in _STACKED) else ("\\limits" if stacked else "\\nolimits")
        return text + _script("_", rows.get(below)) + _script("^", rows.get(above))
    if Relation.ABOVE in rows:
        text = f"\\overset{{{rows[Relation.ABOVE]}}}{{{text}}}"
    if Relation.BELOW in rows:
        text = f"\\underset{{{rows[Relation.BELOW]}}}{{{text}}}"
    if beside and item.label in _STACKED:
        text = f"{{{text}}}"
    return text + _script("_", rows.get(Relation.SUBSCRIPT)) + _script("^", rows.get(Relation.SUPERSCRIPT))


def _script(mark: str, text: str | None) -> str:
    return "" if text is None else f"{mark}{{{text}}}"


# --- reading


class LatexError(ValueError):
    """LaTeX that no layout of the vocabulary corresponds to.

    Attributes:
        message: what is wrong, for people.
        position: index of the character where it shows.
    """

    def __init__(self, message: str, position: int) -> None:
        super().__init__(f"{message} (at character {position + 1})")
        self.message = message
        self.position = position


_COMMANDS: dict[str, str] = {s.latex: s.label for s in SYMBOLS} | {s.label: s.label for s in SYMBOLS}
_COMMANDS |= {s.text: s.label for s in SYMBOLS if s.text not in ("{", "}")}
_COMMANDS |= {
    "\\le": "\\leq", "\\ge": "\\geq", "\\ne": "\\neq", "\\leqslant": "\\leq", "\\geqslant": "\\geq",
    "\\to": "\\rightarrow", "\\longrightarrow": "\\rightarrow", "\\dots": "\\ldots", "\\cdots": "\\ldots",
    "\\varphi": "\\phi", "\\ast": "*", "\\colon": ":", "\\Box": "\\square", "\\degree": "\\circ",
    "\\lbrace": "\\{", "\\rbrace": "\\}", "\\lbrack": "[", "\\rbrack": "]", "\\vert": "|", "\\mid": "|",
    "\\lvert": "|", "\\rvert": "|", "'": "\\prime", "\\infin": "\\infty", "−": "-", "\\slash": "/",
}  # fmt: skip
_IGNORED = frozenset(
    ("\\,", "\\;", "\\:", "\\!", "\\ ", "\\>", "~", "\\quad", "\\qquad", "\\left", "\\right", "\\big", "\\Big",
     "\\bigl", "\\bigr", "\\Bigl", "\\Bigr", "\\displaystyle", "\\textstyle", "\\limits", "\\nolimits", "$")
)  # fmt: skip
_FRACTIONS = frozenset(("\\frac", "\\dfrac", "\\tfrac", "\\cfrac"))
_UPRIGHT = frozenset(("\\operatorname", "\\mathrm", "\\mathit", "\\text", "\\textrm", "\\mathop"))
_FUNCTION_LABELS = frozenset(("\\sin", "\\cos", "\\tan", "\\log", "\\lim"))
_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\s+|.", re.DOTALL)


def from_latex(text: str) -> LayoutTree:
    """The layout tree that LaTeX in maths mode describes.

    Raises:
        LatexError: unknown commands or characters, unmatched braces, doubled scripts, nothing to read,
            more than ``MAX_LENGTH`` characters, or nesting deeper than ``rows.MAX_DEPTH``.
    """
    if len(text) > MAX_LENGTH:
        raise LatexError(f"longer than {MAX_LENGTH} characters", MAX_LENGTH)
    reader = _Reader(text)
    row = reader.row(end=None)
    if not row:
        raise LatexError("nothing is written", 0)
    return tree_of(row)


class _Reader:
    """Recursive descent over the tokens of LaTeX; spaces and spacing commands are no tokens."""

    def __init__(self, text: str) -> None:
        self.tokens = [(m.group(), m.start()) for m in _TOKEN.finditer(text) if not m.group().isspace()]
        self.length = len(text)
        self.position = 0
        self.depth = 0

    def peek(self) -> str | None:
        return self.tokens[self.position][0] if self.position < len(self.tokens) else None

    def take(self) -> str:
        if self.position >= len(self.tokens):
            raise LatexError("something is missing", self.length)
        self.position += 1
        return self.tokens[self.position - 1][0]

    def fail(self, message: str) -> LatexError:
        """An error at the token taken last."""
        return LatexError(message, self.tokens[self.position - 1][1] if self.position else 0)

    def row(self, end: str | None) -> Row:
        """Items up to the token ``end``, which is passed; ``None``: up to the end of the text."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.fail("nested too deep")
        row: Row = []
        opened = self.position
        while (token := self.peek()) != end:
            if token is None:
                raise LatexError(f"{end} is missing", self.tokens[opened - 1][1])
            self.take()
            if token in "^_":
                self.script(row, token)
            elif token == "{":
                self.group(row)
            else:
                row.extend(self.symbols(token))
        if end is not None:
            self.take()
        self.depth -= 1
        return row

    def group(self, row: Row) -> None:
        """Braces inside a row: their items join it. Before a raised ring they hold its place on the baseline."""
        items = self.row("}")
        if not items and [t for t, _ in self.tokens[self.position : self.position + 4]] == ["^", "{", "\\circ", "}"]:
            self.position += 4
            items = [Item("\\circ")]
        if items and items[-1].label in _STACKED and self.peek() in ("_", "^"):
            # Braces around a sum keep its own bounds apart from scripts that follow.
            while self.peek() in ("_", "^"):
                self.attach(items[-1], Relation.SUBSCRIPT if self.take() == "_" else Relation.SUPERSCRIPT)
        row.extend(items)

    def argument(self) -> Row:
        """A braced row, or a single token."""
        token = self.take()
        if token == "{":
            return self.row("}")
        if token in ("}", "^", "_"):
            raise self.fail(f"unexpected {token}")
        row = self.symbols(token)
        return row or self.argument()

    def script(self, row: Row, mark: str) -> None:
        """A superscript or subscript of the last item."""
        if not row:
            raise self.fail(f"{mark} has nothing to stand at")
        item = row[-1]
        limits = [t for t, _ in self.tokens[max(0, self.position - 2) : self.position - 1]]
        stacked = item.label in _STACKED
        if limits and limits[0] in ("\\limits", "\\nolimits"):
            stacked = limits[0] == "\\limits"
        elif Relation.SUBSCRIPT in item.rows or Relation.SUPERSCRIPT in item.rows:
            stacked = False
        elif not item.is_fraction and item.label != "\\sqrt" and item.label in _STACKED | {"\\int"}:
            stacked = stacked or Relation.ABOVE in item.rows or Relation.BELOW in item.rows
        if stacked:
            self.attach(item, Relation.BELOW if mark == "_" else Relation.ABOVE)
        else:
            self.attach(item, Relation.SUBSCRIPT if mark == "_" else Relation.SUPERSCRIPT)

    def attach(self, item: Item, place: Relation) -> None:
        """Hang the argument that follows on an item."""
        if place in item.rows:
            raise self.fail("two scripts in one place")
        row = self.argument()
        if row:
            item.rows[place] = row

    def symbols(self, token: str) -> Row:
        """The items that one token, with its arguments, writes."""
        if token in _FRACTIONS:
            above, below = self.argument(), self.argument()
            if not above or not below:
                raise self.fail("a fraction needs a numerator and a denominator")
            return [Item("-", rows={Relation.ABOVE: above, Relation.BELOW: below})]
        if token == "\\sqrt":
            rows: dict[Relation, Row] = {}
            if self.peek() == "[":
                self.take()
                rows[Relation.ABOVE] = self.row("]")
            rows[Relation.INSIDE] = self.argument()
            return [Item("\\sqrt", rows={place: row for place, row in rows.items() if row})]
        if token in ("\\overset", "\\underset"):
            return self.stacked(Relation.ABOVE if token == "\\overset" else Relation.BELOW)
        if token in _UPRIGHT:
            row = self.argument()
            name = "\\" + "".join(i.label for i in row)
            return [Item(name)] if token != "\\mathit" and name in _FUNCTION_LABELS else row
        if token in _IGNORED:
            if token in ("\\left", "\\right") and self.peek() == ".":
                self.take()
            return []
        if token[1:] in _NAMED and token[0] == "\\":
            return [Item(letter) for letter in token[1:]]
        if token not in _COMMANDS:
            raise self.fail(f"{token} is not in the vocabulary")
        return [Item(_COMMANDS[token])]

    def stacked(self, place: Relation) -> Row:
        """The row of ``\\overset`` and ``\\underset``: their second argument with the first above or below it."""
        row, base = self.argument(), self.argument()
        if not base:
            raise self.fail("nothing stands there to set something above or below")
        if place in base[-1].rows:
            raise self.fail("two rows in one place")
        if row:
            base[-1].rows[place] = row
        return base
