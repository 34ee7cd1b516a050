"""Presentation MathML of a symbol layout tree."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from app.maths.numerals import DIGITS
from app.maths.rows import Item, Row, rows_of
from app.maths.text import text_of_row
from models.layout_tree import LayoutTree, Relation
from models.vocabulary import BY_LABEL

NAMESPACE = "http://www.w3.org/1998/Math/MathML"


def to_mathml(tree: LayoutTree) -> str:
    """A ``<math>`` element, in its namespace, that typesets a layout tree.

    Its ``alttext`` is the plain text, for readers that speak it.

    Raises:
        TooDeepError: rows nest deeper than ``rows.MAX_DEPTH``.
    """
    row = rows_of(tree)
    return f'<math xmlns="{NAMESPACE}" display="block" alttext={quoteattr(text_of_row(row))}>{_row(row)}</math>'


def _row(row: Row) -> str:
    """A row as exactly one element."""
    elements = []
    position = 0
    while position < len(row):
        end = _number_end(row, position)
        text = "".join(i.label for i in row[position:end])
        elements.append(_element(row[end - 1], f"<mn>{text}</mn>" if end > position + 1 else None))
        position = end
    return elements[0] if len(elements) == 1 else f"<mrow>{''.join(elements)}</mrow>"


def _number_end(row: Row, start: int) -> int:
    """The end of the digits, with a decimal point between, that one ``<mn>`` holds; at least ``start + 1``."""
    end = start
    while end < len(row) and not (end > start and row[end - 1].rows):
        point = row[end].label == "." and not row[end].rows and start < end < len(row) - 1
        if row[end].label not in DIGITS and not (point and row[end + 1].label in DIGITS):
            break
        end += 1
    return max(end, start + 1)


def _element(item: Item, token: str | None) -> str:
    """A symbol with the rows it carries as one element; ``token`` replaces the symbol's own."""
    rows = {place: _row(row) for place, row in item.rows.items()}
    if token is None:
        tag, text = BY_LABEL[item.label].mathml if item.label in BY_LABEL else ("mtext", item.label)
        token = f"<{tag}>{escape(text)}</{tag}>"
    if item.is_fraction:
        token = f"<mfrac>{rows.pop(Relation.ABOVE)}{rows.pop(Relation.BELOW)}</mfrac>"
    elif item.label == "\\sqrt":
        inside = rows.pop(Relation.INSIDE, "<mrow></mrow>")
        index = rows.pop(Relation.ABOVE, None)
        token = f"<msqrt>{inside}</msqrt>" if index is None else f"<mroot>{inside}{index}</mroot>"
    elif Relation.INSIDE in rows:
        # Nothing but a root holds symbols; a reading that says so is still shown, side by side.
        token = f"<mrow>{token}{rows.pop(Relation.INSIDE)}</mrow>"
    token = _scripted(token, "munder", rows.get(Relation.BELOW), "mover", rows.get(Relation.ABOVE))
    return _scripted(token, "msub", rows.get(Relation.SUBSCRIPT), "msup", rows.get(Relation.SUPERSCRIPT))


def _scripted(base: str, low_tag: str, low: str | None, high_tag: str, high: str | None) -> str:
    """A base with what hangs low and high at it: ``msub``, ``msup``, ``msubsup`` or their ``munder`` kin."""
    if low is not None and high is not None:
        tag = "msubsup" if low_tag == "msub" else "munderover"
        return f"<{tag}>{base}{low}{high}</{tag}>"
    if low is not None:
        return f"<{low_tag}>{base}{low}</{low_tag}>"
    return base if high is None else f"<{high_tag}>{base}{high}</{high_tag}>"
