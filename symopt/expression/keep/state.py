"""What a builder that keeps sums remembers: indices, slots and totals."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import sympy
from sympy import Expr, Symbol

from symopt.expression.affine import symbols
from symopt.expression.builder import Builder
from symopt.expression.builder.values import Value
from symopt.expression.sums import ROW, Check, Columns, Index, Slot, Total

CONDITIONAL = re.compile("[<>≤≥⩽⩾≶]|where|Piecewise")


class WrittenOut(Exception):
    """A sum over one of these indices can only be written out, term by term."""

    def __init__(self, indices: Iterable[Symbol]) -> None:
        self.indices = frozenset(indices)


@dataclass
class State(Builder):
    """The indices of sums that are open, the slots that move with them, and the totals that stand for sums.

    whole: whether sums are kept; else they are written out. data: columns that names may mean; sums of one argument run
    over their rows. wide: whether x[j] is an entry of columns x0, x1 … too, so that sums over columns stay sums: for
    formulas with a general index, not for numbers.
    """

    whole: bool = True
    data: Columns | None = None
    wide: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        self.columns = () if self.data is None else self.data.names
        self.rows = 0 if self.data is None else self.data.rows
        self.bases: dict[str, list[str]] = {}
        self.taken: set[str] = set()  # the columns that are read
        self.columned: dict[str, Value] = {}  # what they stand for in a row
        self.symbols_in: dict[Expr, set[Symbol]] = {}
        self.row: int | None = None  # where a sum over rows is written out
        self.over_rows: dict[int, Value] = {}
        self.open: list[Index] = []
        self.checks: list[Check] = []
        self.placed: dict[tuple[str, Expr], Symbol] = {}
        self.standing: dict[int, Value] = {}  # what pieces stand for while a term is read for many alike
        self.slots: dict[Symbol, Slot] = {}
        self.packing = self.whole and not CONDITIONAL.search(self.text)  # whether a linear predictor is one symbol
        self.predictors: dict[tuple[tuple[str, str], ...], Symbol] = {}
        self.mixed = False  # a number or a sign of its own stands at a predictor where sympy would move it elsewhere
        self.totals: dict[Symbol, Total] = {}
        self.reach: dict[str, list[range]] = {}

    @property
    def moving(self) -> set[Symbol]:
        """The indices of the sums around, and the columns and entries that move with them."""
        return {index.symbol for index in self.open} | (set(self.slots) if self.open else set())

    @property
    def conditions(self) -> list[sympy.Basic]:
        """What holds wherever what is read now counts: the conditions around it, and that inner sums have terms."""
        inner = [i for i in self.open if not i.rows and (i.first.free_symbols or i.last.free_symbols)]
        return [*self.within, *(sympy.Ge(i.last - i.first, 0) for i in inner)]

    def symbols(self, expr: Expr) -> set[Symbol]:
        """The symbols of an expression, looked for once."""
        if expr not in self.symbols_in:
            self.symbols_in[expr] = symbols(expr)
        return self.symbols_in[expr]

    def indices(self, expr: Expr) -> set[Symbol]:
        """The indices that an expression moves with."""
        found: set[Symbol] = set()
        for symbol in self.symbols(expr):
            if symbol in self.slots:
                found |= self.slots[symbol].at.free_symbols | ({ROW} if self.slots[symbol].across else set())
                found |= {i for s in self.slots[symbol].at.free_symbols if s in self.slots for i in self.indices(s)}
            elif symbol in self.totals:
                found |= {index.symbol for index in self.totals[symbol].indices[: self.totals[symbol].outer]}
            elif symbol.is_integer:
                found.add(symbol)
        return found
