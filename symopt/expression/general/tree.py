"""A loss that is sums as one expression: entries x[i+1] and sums Σ are nodes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import sympy
from sympy import Expr, Integer, S, Symbol, Tuple
from sympy.core.symbol import Str

from symopt.expression.sums import ROWS, Slot, Sums

ROW = Symbol(f"·{ROWS}", integer=True)
"""The index that runs over the rows of data."""


class Entry(Expr):
    """The entry of a family or of a column: x[i+1]; of a column at the row at hand just its name.

    row: that of an entry x[j] of columns x0, x1 …; a known one is an entry of its column.
    """

    is_commutative = True
    is_real = True

    def __new__(cls, base: Any, at: Expr, *row: Expr) -> Entry:
        at = sympy.sympify(at)
        if row and at.is_Integer:
            base, at, row = f"{base}{at}", *row, ()
        made: Entry = Expr.__new__(cls, base if isinstance(base, Str) else Str(base), at, *row)
        return made

    @property
    def base(self) -> str:
        return str(self.args[0].name)

    @property
    def at(self) -> Expr:
        return self.args[1]

    def _sympystr(self, printer: Any) -> str:
        return self.base if self.at == ROW else f"{self.base}[{index_text(printer, self.at)}]"

    def _latex(self, printer: Any, exp: Any = None) -> str:
        name = printer._print(Symbol(self.base))
        if self.at != ROW:
            at = str(printer._print(self.at)).replace(" ", "")
            name = f"{name}_{{{at}}}" if "_" not in name else rf"\left({name}\right)_{{{at}}}"
        return name if exp is None else f"{name}^{{{exp}}}"


class Sigma(Expr):
    """Σ term over indices (symbol, first, last), each within those before it, where all conditions hold."""

    is_commutative = True
    is_real = True

    def __new__(cls, term: Expr, indices: Any, conditions: Any = ()) -> Sigma:
        made: Sigma = Expr.__new__(cls, sympy.sympify(term), Tuple(*indices), Tuple(*conditions))
        return made

    @property
    def term(self) -> Expr:
        return self.args[0]

    @property
    def indices(self) -> tuple[Tuple, ...]:
        return tuple(self.args[1])

    @property
    def conditions(self) -> tuple[Any, ...]:
        return tuple(self.args[2])

    @property
    def symbols(self) -> set[Symbol]:
        return {index[0] for index in self.indices}

    @property
    def free_symbols(self) -> set[Any]:
        found = self.term.free_symbols | self.args[2].free_symbols
        for _, first, last in self.indices:
            found |= first.free_symbols | last.free_symbols
        return found - self.symbols

    def _xreplace(self, rule: Any) -> tuple[Any, bool]:
        """Its own indices are bound: they are not replaced from outside."""
        return super()._xreplace({old: new for old, new in rule.items() if old not in self.symbols})

    def _sympystr(self, printer: Any) -> str:
        text = str(printer._print(self.term))
        where = " and ".join(condition_text(printer, c) for c in self.conditions)
        for k, (symbol, first, last) in enumerate(reversed(self.indices)):
            over = "" if symbol == ROW else f", {symbol}, {index_text(printer, first)}, {index_text(printer, last)}"
            text = f"sum({text}{over}{f' where {where}' if where and not k else ''})"
        return text

    def _latex(self, printer: Any, exp: Any = None) -> str:
        text = str(printer._print(self.term))
        if self.term.is_Add:
            text = rf"\left({text}\right)"
        for k, (symbol, first, last) in enumerate(reversed(self.indices)):
            where = [condition_latex(printer, c) for c in self.conditions] if not k else []
            if symbol == ROW:
                below = r",\, ".join([r"\text{rows}", *where])
                text = rf"\sum_{{{below}}} {text}"
                continue
            low, high = (str(printer._print(bound)).replace(" ", "") for bound in (first, last))
            lines = r" \\ ".join([f"{symbol}={low}", *where])
            under = rf"\substack{{{lines}}}" if where else lines
            text = rf"\sum_{{{under}}}^{{{high}}} {text}"
        return text if exp is None else rf"\left({text}\right)^{{{exp}}}"


class Mean(Expr):
    """The mean of a term over the rows of data: for print."""

    is_commutative = True
    is_real = True

    def _sympystr(self, printer: Any) -> str:
        return f"mean({printer._print(self.args[0])})"

    def _latex(self, printer: Any, exp: Any = None) -> str:
        text = rf"\operatorname{{mean}}\left({printer._print(self.args[0])}\right)"
        return text if exp is None else f"{text}^{{{exp}}}"


def index_text(printer: Any, expr: Expr) -> str:
    return str(printer._print(expr)).replace(" ", "")


def condition_text(printer: Any, condition: Any) -> str:
    return f"{printer._print(condition.lhs)} {condition.rel_op} {printer._print(condition.rhs)}"


def condition_latex(printer: Any, condition: Any) -> str:
    sign = {"==": "=", ">=": r"\ge", "<=": r"\le"}[condition.rel_op]
    return f"{printer._print(condition.lhs)} {sign} {printer._print(condition.rhs)}"


def tree(sums: Sums, rows: Expr | int = 0, loose: Mapping[Symbol, Slot] = MappingProxyType({})) -> Expr:
    """f as an expression of single variables, entries and sums; `rows` is how many rows of data there are.

    loose: entries that move with a letter of the whole expression.
    """
    known: dict[Symbol, Expr] = {}
    for total in sums.totals:
        own = [
            (ROW, S.Zero, sympy.sympify(rows) - 1) if index.rows else (index.symbol, index.first, index.last)
            for index in total.indices[total.outer :]
        ]
        slots = {slot.symbol: slot for slot in total.slots}
        known[total.symbol] = Sigma(total.term.xreplace(_names(total.term, sums, slots, known)), own)
    return sums.expr.xreplace(_names(sums.expr, sums, loose, known))


def _names(expr: Expr, sums: Sums, slots: Mapping[Symbol, Slot], known: Mapping[Symbol, Expr]) -> dict[Symbol, Expr]:
    """What the symbols of an expression stand for."""
    found: dict[Symbol, Expr] = {}
    for symbol in expr.free_symbols:
        if symbol in known:
            found[symbol] = known[symbol]
        elif symbol in slots:
            across = [ROW] if slots[symbol].across else []
            found[symbol] = Entry(slots[symbol].base, _moved(slots[symbol].at), *across)
        else:
            for base, indices in sums.families.items():
                digits = symbol.name.removeprefix(base)
                if symbol.name.startswith(base) and digits.isdigit() and int(digits) in indices:
                    found[symbol] = Entry(base, Integer(digits))
    return found


def _moved(at: Expr) -> Expr:
    """An index: columns in it, which unlike indices are no whole numbers by assumption, are entries of theirs."""
    rows = Symbol(ROWS, integer=True)
    found = {s: ROW if s == rows else Entry(s.name, ROW) for s in at.free_symbols if s == rows or not s.is_integer}
    return at.xreplace(found)


def nodes(expr: Any) -> Iterator[Any]:
    """The outermost entries and sums of an expression, each once."""
    seen: set[Any] = set()
    stack = [expr]
    while stack:
        part = stack.pop()
        if part in seen:
            continue
        seen.add(part)
        if isinstance(part, Entry | Sigma):
            yield part
        else:
            stack.extend(part.args)
