"""Plain Unicode text of a symbol layout tree (``1/3 + 2/3 = 1``), and a layout tree from text.

Text has one line, so fractions become ``/`` and brackets are added where the line would else mean something
different: reading the text again gives the same value, though not always the same layout.
"""

from __future__ import annotations

import re

from app.maths.numerals import DIGITS, SEPARATORS
from app.maths.rows import MAX_DEPTH, Item, Row, items_of, rows_of, tree_of
from models.layout_tree import LayoutTree, Relation
from models.vocabulary import BY_LABEL, LABELS, SYMBOLS, Kind

MAX_LENGTH = 1000
"""The most characters of text that are read."""

# --- writing

_SPACED = frozenset(("+", "-", "\\pm", "\\times", "\\div", "\\cdot", "*", ":"))
_TIGHT_DIVISIONS = frozenset(("\\div", "/", ":"))
_OPERAND_KINDS = frozenset(
    (Kind.DIGIT, Kind.LETTER, Kind.CONSTANT, Kind.FUNCTION, Kind.LARGE_OPERATOR, Kind.ROOT, Kind.OPEN, Kind.FENCE)
)


def to_text(tree: LayoutTree) -> str:
    """One line of text for a layout tree; empty for an empty tree.

    Raises:
        TooDeepError: rows nest deeper than ``rows.MAX_DEPTH``.
    """
    return text_of_row(rows_of(tree))


def text_of_row(row: Row) -> str:
    """One line of text for a row."""
    text = ""
    for k, item in enumerate(row):
        before = row[k - 1] if k else None
        after = row[k + 1] if k + 1 < len(row) else None
        piece = _piece(item, before, after)
        kind = _kind(item)
        binary = item.label in _SPACED and not item.is_fraction and before is not None and _ends_operand(before)
        if kind is Kind.RELATION or binary:
            text = f"{text.rstrip()} {piece} ".lstrip()
        elif kind in (Kind.FUNCTION, Kind.LARGE_OPERATOR):
            text += (" " if text[-1:].isalnum() else "") + piece + ("" if _opens(after) else " ")
        elif _is_mixed(before, item):
            text += " " + piece
        else:
            text += piece
    return text.strip()


def _kind(item: Item) -> Kind | None:
    return BY_LABEL[item.label].kind if item.label in BY_LABEL and not item.is_fraction else None


def _opens(item: Item | None) -> bool:
    return item is not None and _kind(item) is Kind.OPEN


def _ends_operand(item: Item) -> bool:
    return item.is_fraction or _kind(item) not in (Kind.OPERATOR, Kind.RELATION, Kind.OPEN)


def _is_mixed(before: Item | None, item: Item) -> bool:
    """Whether a fraction of digits stands beside a digit, as in 2½."""
    if before is None or before.label not in DIGITS or before.rows or not item.is_fraction:
        return False
    parts = [item.rows[Relation.ABOVE], item.rows[Relation.BELOW]]
    return len(item.rows) == 2 and all(i.label in DIGITS and not i.rows for part in parts for i in part)


def _piece(item: Item, before: Item | None, after: Item | None) -> str:
    """One item with the rows it carries."""
    rows = dict(item.rows)
    if item.is_fraction:
        text = f"{_operand(rows.pop(Relation.ABOVE))}/{_operand(rows.pop(Relation.BELOW))}"
        touches = before is not None and (before.label in _TIGHT_DIVISIONS or _ends_operand(before))
        touches = touches and not _is_mixed(before, item)
        follows = after is not None and (after.is_fraction or _kind(after) in _OPERAND_KINDS | {Kind.POSTFIX})
        if rows or touches or follows:
            text = f"({text})"
    elif item.label == "\\sqrt":
        index = f"[{text_of_row(rows.pop(Relation.ABOVE))}]" if Relation.ABOVE in rows else ""
        text = f"{'root' if index else 'sqrt'}{index}({text_of_row(rows.pop(Relation.INSIDE, []))})"
    else:
        text = {"\\sum": "sum", "\\int": "int"}.get(item.label) or (
            BY_LABEL[item.label].text if item.label in BY_LABEL else item.label
        )
        if Relation.INSIDE in rows:
            text += f"({text_of_row(rows.pop(Relation.INSIDE))})"
    for place, mark in (
        (Relation.BELOW, "_"), (Relation.SUBSCRIPT, "_"), (Relation.ABOVE, "^"), (Relation.SUPERSCRIPT, "^"),
    ):  # fmt: skip
        if place in rows and all(i.label in ("\\circ", "\\prime") and not i.rows for i in rows[place]):
            text += text_of_row(rows[place])
        elif place in rows:
            text += mark + _operand(rows[place])
    return text


def _operand(row: Row) -> str:
    """A row's text, in brackets unless it is one number or one symbol."""
    text = text_of_row(row)
    digits = all(i.label in DIGITS | SEPARATORS for i in row) and not any(i.rows for i in row)
    single = len(row) == 1 and not row[0].rows and _kind(row[0]) in (Kind.LETTER, Kind.CONSTANT, Kind.BLANK)
    rooted = len(row) == 1 and row[0].label == "\\sqrt" and set(row[0].rows) <= {Relation.INSIDE, Relation.ABOVE}
    return text if row and (digits or single or rooted) else f"({text})"


# --- reading


class TextError(ValueError):
    """Text that no layout of the vocabulary corresponds to.

    Attributes:
        message: what is wrong, for people.
        position: index of the character where it shows.
    """

    def __init__(self, message: str, position: int) -> None:
        super().__init__(f"{message} (at character {position + 1})")
        self.message = message
        self.position = position


_WORDS = {label[1:]: label for label in LABELS if re.fullmatch(r"\\[A-Za-z]{2,}", label)}
_WORDS = {w: s for w, s in _WORDS.items() if w not in ("in", "lt", "gt", "leq", "geq", "neq", "div", "pm")}
_WORDS |= {"infinity": "\\infty", "inf": "\\infty", "root": "\\sqrt"}
_SIGNS = {s.text: s.label for s in SYMBOLS if len(s.text) == 1} | {
    "<=": "\\leq", ">=": "\\geq", "!=": "\\neq", "->": "\\rightarrow", "...": "\\ldots", "−": "-", "–": "-",
    "∶": ":", "⋅": "\\cdot", "∙": "\\cdot", "•": "\\cdot", "∗": "*", "＋": "+", "＝": "=", "（": "(", "）": ")",
    "∕": "/", "⁄": "/", "φ": "\\phi", "'": "\\prime", "⩽": "\\leq", "⩾": "\\geq", "Σ": "\\sum", "☐": "\\square",
}  # fmt: skip
_RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ", "0123456789+-=()ni", strict=True))
_LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₙₖₓᵢ", "0123456789+-=()nkxi", strict=True))
_TOKEN = re.compile(r"\*\*|<=|>=|!=(?!=)|->|\.\.\.|[A-Za-z]+|\s+|.", re.DOTALL)


Box = tuple[float, float, float, float]


def from_text(text: str) -> LayoutTree:
    """The layout tree of one line of text.

    Raises:
        TextError: see :func:`read_text`.
    """
    return read_text(text)[0]


def read_text(text: str) -> tuple[LayoutTree, list[Box]]:
    """The layout tree of one line of text, and each symbol's place on the line.

    ``^`` (or ``**``, or raised digits) and ``_`` raise and lower the number, symbol or brackets after them,
    whose brackets are not kept; ``/`` stays on the line, but in ``2 1/2`` it writes a mixed number;
    ``sqrt(…)``, ``√…`` and ``root[3](…)`` are roots.

    Returns:
        The tree, and for each node the box (x0, y0, x1, y1) of its first character in a line of characters
        one unit wide and high: spaces part numbers in prefix and postfix notation as gaps in writing do.

    Raises:
        TextError: characters outside the vocabulary, a script that stands at nothing or has nothing in it,
            brackets of a script or root that do not close, nothing to read, more than ``MAX_LENGTH``
            characters, or nesting deeper than ``rows.MAX_DEPTH``.
    """
    if len(text) > MAX_LENGTH:
        raise TextError(f"longer than {MAX_LENGTH} characters", MAX_LENGTH)
    reader = _Reader(text)
    row = reader.row(())
    if not row:
        raise TextError("nothing is written", 0)
    places = [item.node for item in items_of(row)]
    return tree_of(row), [(float(x), 0.0, x + 1.0, 1.0) for x in places]


def _tokens(text: str) -> list[tuple[str, int]]:
    """(text, position) of every sign, word, letter and run of spaces."""
    tokens: list[tuple[str, int]] = []
    for match in _TOKEN.finditer(text):
        token, start = match.group(), match.start()
        if not (token.isascii() and token.isalpha()):
            tokens.append((token, start))
            continue
        while token:
            word = next((w for w in sorted(_WORDS, key=len, reverse=True) if token.startswith(w)), token[0])
            tokens.append((word, start))
            token, start = token[len(word) :], start + len(word)
    return tokens


class _Reader:
    """Recursive descent over the tokens of a line."""

    def __init__(self, text: str) -> None:
        self.tokens = _tokens(text)
        self.length = len(text)
        self.position = 0
        self.depth = 0

    def peek(self, ahead: int = 0) -> str | None:
        index = self.position + ahead
        return self.tokens[index][0] if index < len(self.tokens) else None

    def place(self) -> int:
        """Where in the text the next token starts."""
        return self.tokens[self.position][1] if self.position < len(self.tokens) else self.length

    def skip_spaces(self) -> None:
        while (token := self.peek()) is not None and token.isspace():
            self.position += 1

    def row(self, ends: tuple[str, ...]) -> Row:
        """Items up to one of ``ends`` outside brackets, which is not passed, or to the end of the text."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise TextError("nested too deep", self.place())
        row: Row = []
        open_brackets = 0
        while (token := self.peek()) is not None and (open_brackets or token not in ends):
            if token.isspace():
                self.position += 1
                self.mixed(row)
                continue
            open_brackets += (token in "([") - (token in ")]" and open_brackets > 0)
            self.item(row)
        self.depth -= 1
        return row

    def item(self, row: Row) -> None:
        """Read one symbol, or one script of the last symbol, into a row."""
        token, place = self.peek(), self.place()
        if token in ("^", "**", "_") or token in _RAISED or token in _LOWERED:
            if not row or not _ends_operand(row[-1]):
                raise TextError(f"{token} stands at nothing", place)
            lowered = token == "_" or token in _LOWERED
            relation = _script_place(row[-1], lowered)
            if relation in row[-1].rows:
                raise TextError("two scripts in one place", place)
            row[-1].rows[relation] = self.script(token)
            return
        self.position += 1
        label = _WORDS.get(token) or _SIGNS.get(token)
        if label is None:
            raise TextError(f"{token} is not in the vocabulary", place)
        item = Item(label, place)
        if label == "\\sqrt":
            self.skip_spaces()
            if self.peek() == "[":
                item.rows[Relation.ABOVE] = self.bracketed("[", "]")
            inside = self.argument(place)
            if inside:
                item.rows[Relation.INSIDE] = inside
        row.append(item)

    def script(self, token: str) -> Row:
        """The row that a script mark, or a run of raised or lowered characters, writes."""
        place = self.place()
        for table in (_RAISED, _LOWERED):
            if token in table:
                row: Row = []
                while (mark := self.peek()) in table:
                    row.append(Item(_SIGNS[table[mark]], self.place()))
                    self.position += 1
                return row
        self.position += 1
        row = self.argument(place, powers=token != "_")
        if not row:
            raise TextError(f"{token} has nothing after it", place)
        return row

    def argument(self, place: int, powers: bool = False) -> Row:
        """What a script mark or a root sign takes: brackets, or a signed number or symbol.

        Args:
            place: where in the text the mark stands.
            powers: whether a power of the number or symbol belongs to it: ``2^3^4`` is 2^(3^4).
        """
        self.skip_spaces()
        if self.peek() == "(":
            return self.bracketed("(", ")")
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise TextError("nested too deep", place)
        row: Row = []
        if self.peek() in ("-", "+", "−") and (self.peek(1) or " ")[0].isalnum():
            self.item(row)
        token = self.peek()
        if token is None or token.isspace() or token in (")", "]", "^", "_", "**") or token in _RAISED:
            raise TextError("something is missing", self.place())
        self.item(row)
        while token in DIGITS and (following := self.peek()) is not None:
            point = following in SEPARATORS and (self.peek(1) or " ") in DIGITS
            if following not in DIGITS and not point:
                break
            self.item(row)
        if not _ends_operand(row[-1]):
            raise TextError("something is missing", place + 1)
        if powers and self.peek() in ("^", "**"):
            self.item(row)
        self.depth -= 1
        return row

    def bracketed(self, opening: str, closing: str) -> Row:
        """The row between brackets, without them."""
        place = self.place()
        self.position += 1
        row = self.row((closing,))
        if self.peek() != closing:
            raise TextError(f"{opening} is not closed", place)
        self.position += 1
        return row

    def mixed(self, row: Row) -> None:
        """After a space: digits, ``/`` and digits beside a whole number are its fraction."""
        if not row or row[-1].label not in DIGITS or row[-1].rows:
            return
        start = len(row)
        while start and row[start - 1].label in DIGITS and not row[start - 1].rows:
            start -= 1
        if start and row[start - 1].label in SEPARATORS | {"/"}:
            return
        held = self.position
        above = self.digits()
        slash = self.peek() == "/"
        self.position += slash
        below = self.digits() if slash else []
        if above and below and self.peek() not in (*SEPARATORS, "/", "^", "**"):
            row.append(Item("-", above[0].node, {Relation.ABOVE: above, Relation.BELOW: below}))
        else:
            self.position = held

    def digits(self) -> Row:
        """The digits that stand next."""
        row: Row = []
        while (token := self.peek()) is not None and token in DIGITS:
            row.append(Item(token, self.place()))
            self.position += 1
        return row


def _script_place(item: Item, lowered: bool) -> Relation:
    """Where a script of an item hangs: the bounds of sums and limits below and above them."""
    if item.label in ("\\sum", "\\lim"):
        return Relation.BELOW if lowered else Relation.ABOVE
    return Relation.SUBSCRIPT if lowered else Relation.SUPERSCRIPT
