"""Verdicts: whether an answer that has been read is right, and what it should be.

The arithmetic is done here, after the reading and apart from it: it says whether the reading holds and
never what the reading is. Where another likely reading would have another verdict, the verdict is ``unsure``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from app.marking.problem import (
    BLANK,
    CALCULATING,
    DIGITS,
    Cell,
    Cells,
    Version,
    at_missing_sign,
    at_relations,
    layout_of,
)
from app.maths import ParseError, evaluate, parse
from app.maths.evaluation import Evaluation, failed
from app.maths.expression import DIVISIONS, Chain, Comparison, Expression, Number, walk
from app.maths.formatting import decimal_places, exact_text, fixed_point
from app.maths.rational import NotRationalError, TooLargeError, UndefinedError, rational
from app.reading.reading import Symbol
from models.layout_tree import Relation
from models.vocabulary import BY_LABEL, Kind

_LEAST_COUNTED = 1e-6
"""Probability of a reading from which it counts in the verdict."""
Verdict = Literal["correct", "wrong", "unanswered", "unsure"]
LEAST_AGREED = 0.55
"""Least probability, summed over the readings that share it, of a verdict that is given."""
LEAST_READ = 0.95
"""Least probability that a row is read right in every symbol for its answer to be called wrong: a misread row
mostly comes out wrong, and hardly ever right, so ✗ needs more than ✓."""
MAY_BE_RIGHT = 3e-5
"""Probability of the readings that would make an answer right from which it is not called wrong. Nine answers in ten
are right, and of the wrong ones hardly any in a hundred is wrong by just what the ink can be taken for: what is left of
a reading that comes out right is some hundred times likelier than the ink alone says."""
LEAST_UNANSWERED = 0.5
"""The same for a question that nobody has answered: what belongs there is told, and ink may be too faint to see."""
LEAST_WITHOUT_RELATION = 0.97
"""The same for a question without a relation: more often than printed so, its equals sign was misread."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is found of one way to read a problem.

    Attributes:
        verdict: whether the answer is right; ``unsure`` where nothing can be computed.
        expected: what the blank should hold, as text; ``None`` where that is not known.
        evaluation: what the row as written comes to.
        agreed: probability, summed over the ways to read the row, of the verdict that the likeliest of them has;
            it stands even where that was too low and the verdict is ``unsure``.
        likeliest: that verdict.
        may_be_right: probability, summed over the ways to read the row, that the answer is right.
    """

    verdict: Verdict
    expected: str | None
    evaluation: Evaluation
    agreed: float = 1.0
    likeliest: Verdict | None = None
    may_be_right: float = 0.0


def judge(versions: Sequence[Version]) -> Finding:
    """The verdict on a problem.

    Args:
        versions: ways to read it, the most probable first; their probabilities sum to at most 1.

    Returns:
        The finding of the first version; its verdict is ``unsure`` where the versions do not agree on it well
        enough, or where the row is not read surely enough for it.
    """
    first = find(versions[0].cells)
    if first.verdict == "unsure":
        return first
    agreed, may_be_right = versions[0].probability, 0.0
    for version in versions[1:]:
        if version.probability > _LEAST_COUNTED:
            verdict = find(version.cells).verdict
            agreed += version.probability * (verdict == first.verdict)
            may_be_right += version.probability * (verdict == "correct")
    read = versions[0].confidence
    if first.verdict == "wrong" and _differs_in_points(versions[0].cells, first.expected):
        # A point or the dots before a remainder are soon lost in a photograph, and then the answer seems wrong.
        return replace(first, verdict="unsure", agreed=agreed)
    related = any(c.kind is Kind.RELATION or c.kind is Kind.BLANK for c in filled_brackets(versions[0].cells))
    given = first.verdict if is_sure(first.verdict, agreed, read, may_be_right, related) else "unsure"
    return replace(first, verdict=given, agreed=agreed, likeliest=first.verdict, may_be_right=may_be_right)


def _differs_in_points(cells: Cells, expected: str | None) -> bool:
    """Whether the last side of a row has the digits of the right answer, and differs in points, dots or zeros alone."""
    relations = at_relations(cells)
    if expected is None or not relations:
        return False
    written = "".join(c.label for c in cells[relations[-1] + 1 :] if c.kind is Kind.DIGIT)
    right = "".join(c for c in expected if c.isdigit())
    pointed = right != expected or any(c.kind is Kind.PUNCTUATION for c in cells[relations[-1] + 1 :])
    return pointed and bool(written) and written.strip("0") == right.strip("0")


def is_sure(
    verdict: Verdict,
    agreed: float,
    read: float,
    may_be_right: float,
    related: bool = True,
    least_agreed: float = LEAST_AGREED,
    least_read: float = LEAST_READ,
) -> bool:
    """Whether a verdict is given.

    Args:
        verdict: of the likeliest reading.
        agreed: probability of the readings that share it.
        read: probability that the likeliest reading is right in every symbol.
        may_be_right: probability of the readings that make the answer right.
        related: whether a relation or a blank was read.
        least_agreed: see :data:`LEAST_AGREED`.
        least_read: see :data:`LEAST_READ`.
    """
    least = {"wrong": least_read, "unanswered": LEAST_UNANSWERED}.get(verdict, 0.0)
    if verdict != "wrong" and not related:
        least = LEAST_WITHOUT_RELATION
    return agreed >= least_agreed and read >= least and not (verdict == "wrong" and may_be_right > MAY_BE_RIGHT)


def find(cells: Cells) -> Finding:
    """Verdict, expected answer and value of one way to read a problem.

    In ``1,250`` a comma parts thousands or decimals, as in ``1.250`` a point does, by where the pupil lives: what is
    right either way is right.
    """
    cells = _improper_added(filled_brackets(cells))
    ways = [cells]
    for separator in (",", "."):
        if without := _without_thousands(cells, separator):
            ways.insert(0 if separator == "," else len(ways), without)
    findings = [_find(way) for way in ways]
    found = next((f for f in findings if f.verdict == "correct"), findings[0])
    if found.expected and any(c.label == "," for c in cells):
        return replace(found, expected=found.expected.replace(".", ","))
    return found


def _improper_added(cells: Cells) -> Cells:
    """A row with a number beside an improper fraction as their sum, on the way to a mixed number as pupils are;
    elsewhere it is a product."""
    result: list[Cell] = []
    for cell in cells:
        start = len(result)
        while start and result[start - 1].label in DIGITS and not result[start - 1].rows:
            start -= 1
        pointed = start and result[start - 1].label in (".", ",")
        if start < len(result) and not pointed and _is_improper(cell):
            signs = [
                Cell(Symbol(label, cell.box, cell.symbol.confidence, printed=cell.symbol.printed), {})
                for label in "(+)"
            ]
            result[start:] = [signs[0], *result[start:], signs[1], cell, signs[2]]
        else:
            result.append(cell)
    return tuple(result)


def _is_improper(cell: Cell) -> bool:
    if not cell.is_fraction or not all(c.label in DIGITS and not c.rows for row in cell.rows.values() for c in row):
        return False
    above, below = ("".join(c.label for c in cell.rows[place]) for place in (Relation.ABOVE, Relation.BELOW))
    return int(above) >= int(below)


def _without_thousands(cells: Cells, separator: str) -> Cells | None:
    """A row without what parts thousands; ``None`` where that is not all that ``separator`` does in it."""
    labels = [c.label for c in cells]
    rows = "".join(label if label in DIGITS or label == separator else " " for label in labels)
    numbers = [number for number in rows.split() if separator in number]
    if not numbers or not all(re.fullmatch(rf"[1-9]\d{{0,2}}({re.escape(separator)}\d{{3}})+", n) for n in numbers):
        return None
    return tuple(c for c in cells if c.label != separator)


def _find(cells: Cells) -> Finding:
    if (at := at_missing_sign(cells)) is not None:
        return _missing_sign(cells, at)
    expression = _parsed(cells)
    if isinstance(expression, ParseError):
        return Finding("unsure", None, failed(str(expression)))
    evaluation = evaluate(expression)
    match evaluation.kind:
        case "incomplete":
            return Finding("unanswered", _expected_of(expression, cells), evaluation)
        case "value" if not isinstance(expression, Comparison):
            # A question without even an equals sign.
            return Finding("unanswered", _written(expression, evaluation.exact), evaluation)
        case "solutions" if len(evaluation.solutions) == 1:
            return Finding("unanswered", _solution(evaluation, expression), evaluation)
        case "equation" | "inequality" if evaluation.holds is not None:
            verdict: Verdict = "correct" if evaluation.holds else "wrong"
            return Finding(verdict, _answer(cells), evaluation)
        case _:
            return Finding("unsure", None, evaluation)


def filled_brackets(cells: Cells) -> Cells:
    """A row with ``( )`` around nothing as the blank that it is."""
    result: list[Cell] = []
    for cell in cells:
        if cell.label == ")" and result and result[-1].label == "(":
            x0, y0, _, _ = result[-1].box
            _, _, x1, y1 = cell.box
            confidence = result.pop().symbol.confidence * cell.symbol.confidence
            result.append(blank((x0, y0, x1, y1), confidence))
        else:
            result.append(cell)
    return tuple(result)


def blank(box: tuple[float, float, float, float], confidence: float = 1.0) -> Cell:
    """An empty place for an answer."""
    return Cell(Symbol(BLANK, box, confidence, printed=True), {}, in_slot=True)


def _parsed(cells: Cells) -> Expression | ParseError:
    symbols, tree = layout_of(cells)
    try:
        return parse(tree, [s.box for s in symbols], notation="infix").expression
    except ParseError as error:
        return error


def _missing_sign(cells: Cells, at: int) -> Finding:
    """Which sign belongs in the circle: ``5 ○ 3``, ``5 ○ 3 = 8``."""
    if at_relations(cells):
        signs = [label for label in CALCULATING if _holds(cells, at, label)]
        # 2 ○ 2 = 4 has two.
        sign = BY_LABEL[signs[0]].text if len(signs) == 1 else None
        return Finding("unanswered", sign, Evaluation("incomplete", exact=sign))
    left, right = (_value(side) for side in (cells[:at], cells[at + 1 :]))
    if left is None or right is None:
        return Finding("unsure", None, failed("a side of the comparison cannot be computed"))
    return Finding("unanswered", _sign(left, right), Evaluation("incomplete", exact=_sign(left, right)))


def _holds(cells: Cells, at: int, label: str) -> bool:
    """Whether a row holds with a sign in its blank."""
    signed = replace(cells[at], symbol=replace(cells[at].symbol, label=label))
    expression = _parsed((*cells[:at], signed, *cells[at + 1 :]))
    return isinstance(expression, Expression) and evaluate(expression).holds is True


def _sign(left: Fraction, right: Fraction) -> str:
    return "<" if left < right else ">" if left > right else "="


def _value(cells: Cells) -> Fraction | None:
    expression = _parsed(cells) if cells else None
    if not isinstance(expression, Expression):
        return None
    try:
        return rational(expression)
    except (NotRationalError, UndefinedError, TooLargeError):
        return None


def _answer(cells: Cells) -> str | None:
    """What the answer of a full row should be, as far as it is plain which part is the answer."""
    relations = at_relations(cells)
    written = [i for i, c in enumerate(cells) if c.in_slot]
    if len(relations) == 1 and (written == relations or cells[relations[0]].label != "="):
        sides = [_value(s) for s in (cells[: relations[0]], cells[relations[0] + 1 :])]
        return None if None in sides else _sign(*sides)
    if not written and relations:
        written = _lone_side(cells, relations)
    if not written or written != list(range(written[0], written[-1] + 1)):
        return None
    place = cells[written[0]].box[:2] + cells[written[-1]].box[2:]
    asked = (*cells[: written[0]], blank(place), *cells[written[-1] + 1 :])
    expression = _parsed(asked)
    if isinstance(expression, ParseError):
        return None
    evaluation = evaluate(expression)
    return _solution(evaluation, expression) if len(evaluation.solutions) == 1 else None


def _lone_side(cells: Cells, relations: Sequence[int]) -> list[int]:
    """The side of an equation that is a number (or quotient and remainder) beside one that calculates; a quotient
    written with a slash is a number too."""
    right = range(relations[-1] + 1, len(cells))
    left = range(relations[0])
    for side, other in ((right, left), (left, right)):
        if side and not _calculates(cells, side) and _calculates(cells, other):
            return list(side)
    return []


def _calculates(cells: Cells, side: range) -> bool:
    # A sign before a number does not.
    return any(cells[i].kind is Kind.OPERATOR and not cells[i].is_fraction and cells[i].label != "/" for i in side[1:])


def _expected_of(expression: Expression, cells: Cells) -> str | None:
    """What belongs after the sign of a row that ends with it (or before one that begins with it)."""
    at = at_relations(cells)[-1]
    question = cells[:at] if at == len(cells) - 1 else cells[1:]
    value = _value(question)
    given = _parsed(question)
    return None if value is None or isinstance(given, ParseError) else _written(given, exact_text(value))


def _solution(evaluation: Evaluation, expression: Expression) -> str | None:
    question = expression
    if isinstance(expression, Comparison) and len(expression.operands) == 2:
        blanks = [not any(isinstance(n, Number) for n in walk(o)) for o in expression.operands]
        if any(blanks):
            question = expression.operands[blanks.index(False)] if False in blanks else expression
    return _written(question, evaluation.solutions[0].exact)


def _written(question: Expression, exact: str | None) -> str | None:
    """A value as a pupil would write it: like the question, with decimals, a remainder or a fraction."""
    if exact is None:
        return None
    try:
        value = Fraction(exact)
    except ValueError:
        return exact
    if value.denominator == 1:
        return exact
    numbers = [n for n in walk(question) if isinstance(n, Number)]
    places = decimal_places(value)
    if places is not None and places <= 6 and any(n.places for n in numbers):
        return fixed_point(value, places)
    match question:
        case Chain((Number(dividend, 0), Number(divisor, 0)), (operator,)) if operator in DIVISIONS - {"/"}:
            quotient, remainder = divmod(dividend, divisor)
            return f"{quotient}…{remainder}"
    return exact
