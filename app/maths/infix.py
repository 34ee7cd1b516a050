"""Infix notation: recursive descent over the rows of a symbol layout tree.

Ranks, from loose to tight: relations; ``+ - ±``; ``× · * ÷ / :`` and a bracket beside a factor; factors side
by side (``2x``, ``2\\pi r``), so ``1/2x`` is 1/(2x) but ``6÷2(1+2)`` is 9; signs; powers and ``! % °``.
A sum or limit governs the product that follows it, an integral everything up to its ``dx``, and a function
without brackets the factors beside it (``\\sin 2x``).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction

from app.maths import expression as tree
from app.maths.expression import IMPLICIT, Expression
from app.maths.latex import latex_of_row
from app.maths.numerals import DIGITS, SEPARATORS, NumeralError, numeral_length, read_numeral
from app.maths.rows import MAX_DEPTH, Item, Row
from models.layout_tree import Relation
from models.vocabulary import BY_LABEL, Kind

CLOSING = {"(": ")", "[": "]", "\\{": "\\}"}
SPELLED_FUNCTIONS = (
    "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "sin", "cos", "tan", "cot", "sec", "csc",
    "log", "exp", "max", "min", "gcd", "lcm", "lim", "ln", "lg",
)  # fmt: skip
"""Functions that letters in a row may spell; a name comes before the names it starts with."""
SEVERAL_ARGUMENTS = frozenset(("max", "min", "gcd", "lcm"))
INVERSES = {"sin": "arcsin", "cos": "arccos", "tan": "arctan"}
SIGNS = frozenset(("+", "-", "\\pm"))


class ParseError(ValueError):
    """A layout that means nothing we know.

    Attributes:
        message: what is wrong, for people.
        node: the layout node where it shows, ``None`` where no one symbol is to blame.
    """

    def __init__(self, message: str, node: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.node = node


class Blanks:
    """Numbers the blanks of one expression as they are met."""

    def __init__(self) -> None:
        self.count = 0

    def next(self, label: str) -> tree.Blank:
        """A blank unlike all before it."""
        self.count += 1
        return tree.Blank(self.count - 1, label)


def parse_sum(row: Row, blanks: Blanks, depth: int = 0) -> Expression:
    """The meaning of a row without relations.

    Raises:
        ParseError: it has none.
    """
    return RowParser(row, blanks, depth).whole()


class RowParser:
    """Parses one row; ``position`` is the next item to read.

    Args:
        row: the items; their labels are in the vocabulary.
        blanks: numbers the blanks across all rows of an expression.
        depth: how many rows and brackets enclose this one.
    """

    def __init__(self, row: Row, blanks: Blanks, depth: int = 0) -> None:
        self.row = row
        self.blanks = blanks
        self.depth = depth
        self.position = 0
        self.bars = 0  # open |
        self.commas = True  # whether a comma is a decimal sign here
        self.differentials: list[tree.Symbol | None] = []  # of the open integrals, innermost last

    # --- looking ahead

    def item(self, ahead: int = 0) -> Item | None:
        """The item ``ahead`` of the position, ``None`` past the end."""
        index = self.position + ahead
        return self.row[index] if index < len(self.row) else None

    def kind(self) -> Kind | None:
        """The kind of the next item, ``None`` at the end."""
        item = self.item()
        return None if item is None else BY_LABEL[item.label].kind

    def fail(self, message: str) -> ParseError:
        """An error at the position."""
        item = self.item()
        last = self.row[-1].node if self.row else None
        return ParseError(message, item.node if item else last)

    @contextmanager
    def nested(self) -> Iterator[None]:
        """One level deeper.

        Raises:
            ParseError: too deep.
        """
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.fail("nested too deep")
        yield
        self.depth -= 1

    def below(self, item: Item, place: Relation) -> Expression | None:
        """The meaning of a row that an item carries, ``None`` where it carries none there."""
        if place not in item.rows:
            return None
        with self.nested():
            return parse_sum(item.rows[place], self.blanks, self.depth)

    def only(self, item: Item, *places: Relation) -> None:
        """Refuse rows of an item at any other place."""
        for place, row in item.rows.items():
            if place not in places:
                where = {"Sup": "a superscript", "Sub": "a subscript", "Inside": "something inside"}
                what = where.get(place.value, f"something {place.value.lower()}")
                raise ParseError(f"{BY_LABEL[item.label].text} cannot have {what}", row[0].node)

    # --- rows

    def whole(self) -> Expression:
        """The row as one expression without relations."""
        value = self.sum()
        if self.item() is not None:
            raise self.unexpected()
        return value

    def comparison(self) -> Expression:
        """The row as operands joined by relations; an operand missing at either end is ``Missing``."""
        operands: list[Expression] = []
        relations: list[str] = []
        while True:
            at_edge = self.kind() in (None, Kind.RELATION)
            between = bool(relations) and self.kind() is not None
            if at_edge and (between or not self.row):
                raise self.fail("an operand is missing" if self.row else "nothing is written")
            operands.append(tree.Missing() if at_edge else self.remainder())
            if self.kind() is None:
                break
            if self.kind() is not Kind.RELATION:
                raise self.unexpected()
            item = self.take()
            self.only(item)
            relations.append(item.label)
        if all(isinstance(o, tree.Missing) for o in operands):
            raise ParseError("an operand is missing", self.row[0].node)
        return tree.Comparison(tuple(operands), tuple(relations)) if relations else operands[0]

    def remainder(self) -> Expression:
        """A sum, or a quotient and a remainder with dots between them."""
        value = self.sum()
        item = self.item()
        if item is not None and item.label == "\\ldots" and self.item(1) is not None:
            self.only(self.take())
            return tree.Remainder(value, self.sum())
        return value

    def take(self) -> Item:
        """The next item, which is passed."""
        item = self.row[self.position]
        self.position += 1
        return item

    def unexpected(self) -> ParseError:
        """The error for an item that cannot stand at the position."""
        item = self.item()
        if item is None:
            return self.fail("an operand is missing")
        closing = BY_LABEL[item.label].kind is Kind.CLOSE
        text = BY_LABEL[item.label].text
        return self.fail(f"{text} closes nothing" if closing else f"unexpected {text}")

    # --- ranks

    def sum(self) -> Expression:
        """Products joined by + - ±."""
        operands = [self.product()]
        operators: list[str] = []
        while (item := self.item()) is not None and item.label in SIGNS and not item.is_fraction:
            self.only(self.take())
            operators.append(item.label)
            operands.append(self.product())
        return tree.Chain(tuple(operands), tuple(operators)) if operators else operands[0]

    def product(self) -> Expression:
        """Signed factors joined by × ÷, or by standing beside a bracket."""
        operands = [self.signed()]
        operators: list[str] = []
        while (item := self.item()) is not None:
            if item.label in tree.PRODUCTS:
                self.only(self.take())
                operators.append(item.label)
                operands.append(self.signed())
            elif BY_LABEL[item.label].kind is Kind.OPEN:
                operators.append(IMPLICIT)
                operands.append(self.beside())
            else:
                break
        return tree.Chain(tuple(operands), tuple(operators)) if operators else operands[0]

    def signed(self) -> Expression:
        """Factors side by side, with at most one sign before them."""
        item = self.item()
        if item is not None and item.label in SIGNS and not item.is_fraction:
            self.only(self.take())
            return tree.Sign(item.label, self.beside())
        return self.beside()

    def beside(self) -> Expression:
        """Factors side by side, without brackets after the first."""
        operands = [self.number_or_factor()]
        while self.starts_factor():
            operands.append(self.factor())
        return tree.Chain(tuple(operands), (IMPLICIT,) * (len(operands) - 1)) if operands[1:] else operands[0]

    def starts_factor(self) -> bool:
        """Whether the next item starts a factor that may stand beside another, brackets apart."""
        item = self.item()
        if item is None or self.at_differential():
            return False
        kind = self.kind()
        if kind is Kind.BLANK:
            raise self.fail("a blank beside another symbol, with no operator between them")
        if kind is Kind.FENCE:
            return self.bars == 0
        return item.is_fraction or kind in (
            Kind.DIGIT, Kind.LETTER, Kind.CONSTANT, Kind.FUNCTION, Kind.LARGE_OPERATOR, Kind.ROOT,
        )  # fmt: skip

    def number_or_factor(self) -> Expression:
        """A factor, or a mixed number: whole digits beside a proper fraction of digits."""
        start = self.position
        value = self.factor()
        item = self.item()
        if not isinstance(value, tree.Number) or item is None or not item.is_fraction:
            return value
        if value.places or not all(i.label in DIGITS and not i.rows for i in self.row[start : self.position]):
            return value
        parts = [item.rows[Relation.ABOVE], item.rows[Relation.BELOW]]
        if not all(i.label in DIGITS and not i.rows for part in parts for i in part):
            return value
        above, below = (read_numeral("".join(i.label for i in part)) for part in parts)
        if above.value >= below.value:
            return value
        self.take()
        mixed = tree.MixedNumber(value, above, below)
        return self.marks(self.scripts(mixed, item, Relation.ABOVE, Relation.BELOW))

    def factor(self) -> Expression:
        """One operand with its powers and the marks after it."""
        item, value, places = self.operand()
        return self.marks(self.scripts(value, item, *places))

    def marks(self, value: Expression) -> Expression:
        """An operand with the marks that follow it and their powers."""
        while self.kind() is Kind.POSTFIX:
            mark = self.take()
            value = self.scripts(self.marked(value, mark), mark)
        return value

    def marked(self, value: Expression, mark: Item) -> Expression:
        """An operand with a mark after it."""
        if mark.label == "%":
            return tree.Percent(value)
        if mark.label == "\\circ":
            return tree.Degrees(value)
        if mark.label == "\\prime":
            if not isinstance(value, tree.Symbol):
                raise ParseError("a prime after something that has no name", mark.node)
            return tree.Symbol(value.name + "'")
        nxt = self.item()
        if nxt is not None and nxt.label == "!" and not mark.rows:
            self.take()
            self.only(nxt, Relation.SUPERSCRIPT)
            value = tree.Factorial(value, 2)
            third = self.item()
            if third is not None and third.label == "!":
                raise ParseError("more than two factorial signs in a row", third.node)
            return self.scripts(value, nxt)
        return tree.Factorial(value)

    def scripts(self, value: Expression, item: Item, *places: Relation) -> Expression:
        """``value`` to the power of an item's superscript, if it has one.

        Args:
            value: what the item, or the operand that ends with it, means.
            item: the item the superscript hangs from.
            places: further places whose rows have been read already.
        """
        self.only(item, Relation.SUPERSCRIPT, *places)
        if Relation.SUPERSCRIPT not in item.rows:
            return value
        row = item.rows[Relation.SUPERSCRIPT]
        if all(i.label in ("\\prime", "\\circ") and not i.rows for i in row):
            for mark in row:
                value = self.marked(value, mark)
            return value
        return tree.Power(value, self.below(item, Relation.SUPERSCRIPT))

    # --- operands

    def operand(self) -> tuple[Item, Expression, tuple[Relation, ...]]:
        """One operand: its last item, its meaning, and the places of that item that were read for it."""
        item = self.item()
        if item is None:
            raise self.fail("an operand is missing")
        kind = self.kind()
        if item.is_fraction:
            self.take()
            return item, self.fraction(item), (Relation.ABOVE, Relation.BELOW)
        if kind is Kind.DIGIT or item.label in SEPARATORS:
            return self.number()
        if kind in (Kind.LETTER, Kind.CONSTANT):
            name = self.spelled_function()
            if name is not None:
                return self.function(name, len(name))
            return self.letter()
        if kind is Kind.FUNCTION:
            return self.function(item.label[1:], 1)
        if kind is Kind.LARGE_OPERATOR:
            self.take()
            value = self.integral(item) if item.label == "\\int" else self.large_sum(item)
            return Item(item.label, item.node), value, ()
        if kind is Kind.ROOT:
            self.take()
            radicand = self.below(item, Relation.INSIDE)
            if radicand is None:
                raise ParseError("nothing is written under the root", item.node)
            return item, tree.Root(radicand, self.below(item, Relation.ABOVE)), (Relation.INSIDE, Relation.ABOVE)
        if kind is Kind.OPEN:
            closing, (value,) = self.bracket(several=False)
            return closing, value, ()
        if kind is Kind.FENCE:
            return self.absolute()
        if kind is Kind.BLANK:
            self.take()
            following = self.item()
            if following is not None and following.label in DIGITS:
                raise self.fail("a blank beside a digit, with no operator between them")
            return item, self.blanks.next(item.label), ()
        raise self.unexpected()

    def number(self) -> tuple[Item, Expression, tuple[Relation, ...]]:
        """Digits in a row."""
        length = numeral_length(self.row, self.position, self.commas)
        if length == 0:
            raise self.unexpected()
        items = self.row[self.position : self.position + length]
        self.position += length
        try:
            return items[-1], read_numeral("".join(i.label for i in items)), ()
        except NumeralError as error:
            raise ParseError(str(error), items[0].node) from None

    def letter(self) -> tuple[Item, Expression, tuple[Relation, ...]]:
        """A variable with its subscript, or a constant."""
        item = self.take()
        places = (Relation.SUBSCRIPT,)
        if Relation.SUBSCRIPT in item.rows:
            return item, tree.Symbol(f"{item.label}_{{{_name(item.rows[Relation.SUBSCRIPT])}}}"), places
        constants = {"\\pi": "pi", "\\infty": "infinity", "e": "e"}
        if item.label in constants:
            return item, tree.Constant(constants[item.label]), places
        return item, tree.Symbol(item.label), places

    def fraction(self, item: Item) -> Expression:
        """A fraction, or the derivative that d/dx before a factor means."""
        above, below = item.rows[Relation.ABOVE], item.rows[Relation.BELOW]
        if (
            len(above) <= 2
            and len(below) == 2
            and above[0].label == below[0].label == "d"
            and not (above[0].rows or below[0].rows or above[-1].rows)
        ):
            variable = _variable(below[1])
            if variable is not None and len(above) == 2:
                return tree.Symbol(f"\\frac{{d{above[1].label}}}{{d{below[1].label}}}")
            if variable is not None:
                with self.nested():
                    return tree.Derivative(self.governed(), variable)
        if self.differentials and self.differentials[-1] is None and len(above) >= 2 and above[-2].label == "d":
            variable = None if above[-2].rows else _variable(above[-1])
            if variable is not None:
                self.differentials[-1] = variable
                with self.nested():
                    rest = above[:-2]
                    numerator = parse_sum(rest, self.blanks, self.depth) if rest else tree.Number(Fraction(1))
                return tree.Quotient(numerator, self.below(item, Relation.BELOW))
        return tree.Quotient(self.below(item, Relation.ABOVE), self.below(item, Relation.BELOW))

    def bracket(self, several: bool) -> tuple[Item, tuple[Expression, ...]]:
        """What stands in brackets: the closing bracket, and the values that commas part if ``several``."""
        opening = self.take()
        self.only(opening)
        held = self.bars, self.commas, self.differentials
        self.bars, self.commas, self.differentials = 0, not several, []
        with self.nested():
            values = [self.sum()]
            while several and (item := self.item()) is not None and item.label == ",":
                self.only(self.take())
                values.append(self.sum())
        self.bars, self.commas, self.differentials = held
        closing = self.item()
        if closing is None:
            raise ParseError(f"{BY_LABEL[opening.label].text} is not closed", opening.node)
        if closing.label != CLOSING[opening.label]:
            raise self.unexpected()
        return self.take(), tuple(values)

    def absolute(self) -> tuple[Item, Expression, tuple[Relation, ...]]:
        """An absolute value; a bar after an operand closes, a bar in its place opens."""
        opening = self.take()
        self.only(opening)
        held = self.differentials
        self.differentials = []
        self.bars += 1
        with self.nested():
            value = self.sum()
        self.bars -= 1
        self.differentials = held
        closing = self.item()
        if closing is None or closing.label != "|":
            raise ParseError("| is not closed", opening.node)
        return self.take(), tree.Absolute(value), ()

    # --- functions and large operators

    def spelled_function(self) -> str | None:
        """The function that the next letters spell with something to apply it to, ``None`` if they do not."""
        letters = []
        for item in self.row[self.position : self.position + 6]:
            letters.append(item.label if len(item.label) == 1 else " ")
            if item.rows:
                break
        word = "".join(letters)
        name = next((n for n in SPELLED_FUNCTIONS if word.startswith(n)), None)
        if name is None:
            return None
        held = self.position
        self.position += len(name)
        item = self.item()
        applies = item is not None and (
            item.label in CLOSING or item.label == "|" or self.kind() is Kind.BLANK or self.starts_factor()
        )
        self.position = held
        return name if applies else None

    def function(self, name: str, length: int) -> tuple[Item, Expression, tuple[Relation, ...]]:
        """A function of ``length`` items with its argument; a power on its name is a power of its value."""
        self.position += length
        item = self.row[self.position - 1]
        if name == "lim":
            with self.nested():
                return Item(item.label, item.node), self.limit(item), ()
        self.only(item, Relation.SUPERSCRIPT, Relation.SUBSCRIPT)
        exponent = self.below(item, Relation.SUPERSCRIPT)
        base = self.below(item, Relation.SUBSCRIPT)
        if base is not None and name != "log":
            raise ParseError(f"{name} has no base", item.node)
        if exponent == tree.Sign("-", tree.Number(Fraction(1))) and name in INVERSES:
            name, exponent = INVERSES[name], None
        following = self.item()
        if following is not None and following.label in CLOSING:
            closing, arguments = self.bracket(several=name in SEVERAL_ARGUMENTS)
        else:
            closing, arguments = Item(item.label, item.node), (self.argument(),)
        value = applied(name, arguments, base)
        return closing, value if exponent is None else tree.Power(value, exponent), ()

    def argument(self) -> Expression:
        """The factors that a function without brackets is applied to; another function ends them."""
        with self.nested():
            item = self.item()
            if item is not None and item.label in SIGNS and not item.is_fraction:
                self.only(self.take())
                return tree.Sign(item.label, self.argument())
            operands = [self.number_or_factor()]
            while True:
                item = self.item()
                plain = all(isinstance(o, tree.Number | tree.Constant) for o in operands)
                if item is None or not (self.starts_factor() or (plain and item.label in CLOSING)):
                    break
                if self.kind() is Kind.FUNCTION or self.spelled_function() is not None:
                    break
                operands.append(self.factor())
        return tree.Chain(tuple(operands), (IMPLICIT,) * (len(operands) - 1)) if operands[1:] else operands[0]

    def governed(self) -> Expression:
        """The product that a sum, a limit or a derivative governs."""
        held = self.differentials
        self.differentials = []
        value = self.product()
        self.differentials = held
        return value

    def bounds(self, item: Item) -> tuple[Row | None, Row | None]:
        """A large operator's lower and upper rows, beside it or below and above it."""
        rows = item.rows
        self.only(item, Relation.ABOVE, Relation.BELOW, Relation.SUPERSCRIPT, Relation.SUBSCRIPT)
        if {Relation.ABOVE, Relation.SUPERSCRIPT} <= rows.keys() or {Relation.BELOW, Relation.SUBSCRIPT} <= rows.keys():
            raise ParseError(f"{BY_LABEL[item.label].text} has two bounds in one place", item.node)
        return (
            rows.get(Relation.BELOW, rows.get(Relation.SUBSCRIPT)),
            rows.get(Relation.ABOVE, rows.get(Relation.SUPERSCRIPT)),
        )

    def large_sum(self, item: Item) -> Expression:
        """A sum with bounds; without ``k=…`` below it nothing says what is summed over."""
        lower_row, upper_row = self.bounds(item)
        variable, lower, upper = None, None, None
        with self.nested():
            if lower_row and len(lower_row) > 2 and lower_row[1].label == "=" and not lower_row[1].rows:
                variable = _variable(lower_row[0])
            if variable is not None:
                lower = parse_sum(lower_row[2:], self.blanks, self.depth)
                upper = parse_sum(upper_row, self.blanks, self.depth) if upper_row else None
            body = self.governed()
        return tree.Sum(body, variable if upper is not None else None, lower, upper)

    def integral(self, item: Item) -> Expression:
        """An integral: its bounds, and everything up to ``dx``; the ``dx`` may stand in a numerator."""
        lower_row, upper_row = self.bounds(item)
        self.differentials.append(None)
        with self.nested():
            lower = parse_sum(lower_row, self.blanks, self.depth) if lower_row else None
            upper = parse_sum(upper_row, self.blanks, self.depth) if upper_row else None
            body = tree.Number(Fraction(1)) if self.at_differential() else self.sum()
        variable = self.differentials.pop()
        if variable is None and self.at_differential(innermost=True):
            self.take()
            variable = _variable(self.take())
        if (lower is None) != (upper is None):
            variable = None
        return tree.Integral(body, variable, lower, upper)

    def at_differential(self, innermost: bool = False) -> bool:
        """Whether ``dx`` stands next and an integral waits for it."""
        item, following = self.item(), self.item(1)
        waiting = innermost or (bool(self.differentials) and self.differentials[-1] is None)
        if not waiting or item is None or following is None or item.label != "d" or item.rows:
            return False
        return _variable(following) is not None

    def limit(self, item: Item) -> Expression:
        """A limit with its target below it or as its subscript: ``x → 0``, ``x → 0^+``."""
        row = item.rows.get(Relation.BELOW, item.rows.get(Relation.SUBSCRIPT))
        self.only(item, Relation.BELOW, Relation.SUBSCRIPT)
        variable, target, side = None, None, ""
        if row and len(row) > 2 and row[1].label == "\\rightarrow" and not row[1].rows:
            variable = _variable(row[0])
        if variable is not None:
            last = row[-1]
            mark = last.rows.get(Relation.SUPERSCRIPT, [])
            end = row[2:]
            if len(mark) == 1 and mark[0].label in ("+", "-") and not mark[0].rows:
                side = mark[0].label
                end = [*row[2:-1], Item(last.label, last.node)]
            target = parse_sum(end, self.blanks, self.depth)
        return tree.Limit(self.governed(), variable, target, side)


def applied(name: str, arguments: tuple[Expression, ...], base: Expression | None) -> Expression:
    """A named function applied: ``exp`` is a power of e, ``lg`` the logarithm to base ten."""
    if name == "exp":
        return tree.Power(tree.Constant("e"), arguments[0])
    return tree.Function("log" if name == "lg" else name, arguments, base)


def _variable(item: Item) -> tree.Symbol | None:
    """The variable an item writes, ``None`` if it writes none."""
    if set(item.rows) - {Relation.SUBSCRIPT} or BY_LABEL[item.label].kind is not Kind.LETTER:
        return None
    if Relation.SUBSCRIPT in item.rows:
        return tree.Symbol(f"{item.label}_{{{_name(item.rows[Relation.SUBSCRIPT])}}}")
    return tree.Symbol(item.label)


def _name(row: Row) -> str:
    """A subscript as LaTeX, to tell variables apart by it."""
    return latex_of_row(row)
