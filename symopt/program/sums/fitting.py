"""The numbers of a fit: some rows of the data, what the model says there, and its curve between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import sympy
from sympy import Expr, S, Symbol

from symopt.data.columns import Data
from symopt.expression.fitted import Reads, fits, overdata
from symopt.expression.sums import ROW, Index, Names, Slot, Sums, Total, natural
from symopt.expression.written import text
from symopt.program.sums.domain import Domain, at_values
from symopt.program.sums.numbers import SumNumbers

Function = Callable[[Any], np.ndarray]
SHOWN = 600
"""Rows at most."""
TRIED = 5
"""Points at which a loss is looked at for the probabilities of two classes."""


@dataclass(frozen=True)
class Fitted:
    """A response and its model over some rows.

    name: of the response. inputs: the columns that the model reads, {name: numbers (m,)}. steps: those of them that are
    whole numbers by need. response: (m,). rows: of the data in all. classes: the two values of a response that the
    model gives the probability of: of the second one. numbers: of the model.
    """

    name: str
    inputs: dict[str, np.ndarray]
    steps: frozenset[str]
    response: np.ndarray
    rows: int
    numbers: Model
    classes: tuple[float, float] | None = None

    @property
    def predicted(self) -> Function:
        """The model at the rows shown: (…, n) → (…, m)."""
        return self.numbers.over(self.numbers.data)

    def along(self, grid: Mapping[str, np.ndarray]) -> Function:
        """The model at other values of its inputs, {name: (d,)}: (…, n) → (…, d)."""
        return self.numbers.over(table(grid))


@dataclass(frozen=True)
class Model:
    """An expression at each row: the totals it reads, itself, and the rows shown. free: it takes any rows."""

    sums: Sums
    names: Names
    data: Data
    free: bool

    def over(self, data: Data) -> Function:
        """Its numbers at rows: (…, n) → (…, rows)."""
        numbers, result = SumNumbers(self.sums, self.names, data), self.sums.totals[-1].symbol

        def values(x: Any) -> np.ndarray:
            points = np.asarray(x, dtype=float)
            with np.errstate(all="ignore"):
                known = numbers.known(points.reshape(-1, points.shape[-1]))
            return np.asarray(known[result]).reshape(*points.shape[:-1], data.rows)

        return values


def table(columns: Mapping[str, np.ndarray]) -> Data:
    """Columns of equal length as data."""
    arrays = [np.asarray(values, dtype=float).reshape(-1, 1) for values in columns.values()]
    return Data(tuple(columns), tuple(arrays), len(arrays[0]))


def fitted(read: Any, names: Any, data: Data | None) -> Fitted | str:
    """The fit of a loss; a text that says why it has none to be shown."""
    if not isinstance(read, Sums) or data is None:
        return "this loss reads no data"
    found = fits(read)
    if len(found) > 1:
        return "this loss has more than one residual over data: " + " and ".join(
            f"{text(fit.response) or 'a response'} beside {text(fit.model) or 'a model'}" for fit in found[:2]
        )
    for total in [found[0].total] if found else overdata(read):
        table = _Table(read, names, data, total)
        if why := table.whole:
            return why
        made = table.fit(found[0].response, found[0].model) if found else table.classes()
        if made is not None:
            return made
    return "no column stands alone in this loss, as y does in (y - model)**2 or abs(y - model)"


class _Table:
    """Some rows of what a total reads, as columns of their own."""

    def __init__(self, sums: Sums, names: Names, data: Data, total: Total) -> None:
        self.sums, self.names, self.total = sums, names, total
        self.reads = Reads(sums, total)
        domain = Domain(total.indices, data.rows)
        self.rows = domain.size
        picked = np.arange(self.rows)
        if self.rows > SHOWN:
            picked = np.sort(np.random.default_rng(0).choice(self.rows, SHOWN, replace=False))
        self.index = total.indices[0].symbol
        places = domain.at(picked)
        self.columns: dict[str, np.ndarray] = {}

        def column(name: str, at: Any) -> np.ndarray:
            return np.asarray(data.take(np.asarray(at)).column(name)[:], dtype=float)

        def index_at(expr: Expr) -> np.ndarray:
            values = dict(places)
            for symbol in expr.free_symbols - values.keys():
                self.columns[symbol.name] = column(symbol.name, values[self.index])
                values[symbol] = self.columns[symbol.name].astype(np.int64)
            return np.broadcast_to(at_values(expr, values), (len(picked),))

        for slot in total.slots:
            at = index_at(slot.at) if slot.column or not slot.numbers else None
            if slot.column:
                self.columns[slot.symbol.name] = column(slot.base, at)
            elif slot.numbers:
                self.columns[slot.symbol.name] = np.array(slot.numbers)[picked]
        if self.index != ROW:
            self.columns[self.index.name] = np.asarray(places[self.index], dtype=float)
        self.inner = self._inner(total.term)
        self.taken = data.take(picked) if self.inner and total.rows else None
        self.known = self._known(data)

    def _inner(self, expr: Expr) -> list[Total]:
        """The totals for each row that an expression reads, and those that these read."""
        own = [t for t in self.sums.totals if t.symbol in expr.free_symbols and t.outer]
        return [each for t in own for each in (*self._inner(t.term), t)]

    def _known(self, data: Data) -> dict[Symbol, sympy.Float]:
        """The totals over all rows that the term reads, where no variable moves them."""
        read = set(self.total.term.free_symbols).union(*(t.term.free_symbols for t in self.inner))
        still = [
            t.symbol
            for t in self.sums.totals
            if t.symbol in read and not t.outer and not Reads(self.sums, t).moves(t.term)
        ]
        if not still:
            return {}
        if not data.blocks:
            return {}  # its rows are elsewhere
        numbers = SumNumbers(self.sums, self.names, data).known(np.zeros((1, len(self.names))))
        return {symbol: sympy.Float(float(numbers[symbol][0, 0])) for symbol in still}

    @property
    def whole(self) -> str:
        """Why single rows of the total cannot be looked at; empty if they can."""
        read = set(self.total.term.free_symbols).union(*(t.term.free_symbols for t in self.inner))
        unknown = [t for t in self.sums.totals if t.symbol in read and not t.outer and t.symbol not in self.known]
        if unknown:
            moves = any(Reads(self.sums, t).moves(t.term) for t in unknown)
            return f"the model reads a sum over all rows{' that moves with it' if moves else ', which are elsewhere'}"
        if self.inner and self.taken is None:
            return "the model is a sum inside a sum over an index, not over rows"
        return ""

    def model(self, expr: Expr) -> Model:
        """An expression of the term as numbers at each row."""
        expr = expr.xreplace(self.known)
        result = Symbol("model", real=True)
        if self.inner:
            inner = tuple(replace(t, compact=t.term.xreplace(self.known), moving=t.slots) for t in self.inner)
            total = Total(result, self.total.indices, 1, expr, self.total.slots)
            sums = replace(self.sums, expr=S.Zero, totals=(*dict.fromkeys(inner), total), checks=())
            assert self.taken is not None
            own = [slot for t in (*self._inner(expr), total) for slot in t.slots if slot.symbol in self._read(expr)]
            free = all(slot.at == ROW if slot.column else not slot.numbers for slot in own)
            return Model(sums, self.names, self.taken, free and not self.steps(own))
        slots = []
        for slot in self.total.slots:
            if slot.column or slot.numbers:
                slots.append(Slot(slot.symbol, slot.symbol.name, ROW, column=True))
            else:
                slots.append(slot)
        if self.index in expr.free_symbols and self.index != ROW:
            slots.append(Slot(self.index, self.index.name, ROW, column=True))
        index = Index(ROW, sympy.Integer(0), sympy.Integer(0), rows=True)
        total = Total(result, (index,), 1, expr, tuple(slots))
        sums = replace(self.sums, expr=S.Zero, totals=(total,), checks=())
        return Model(sums, self.names, table(self.columns), True)

    def inputs(self, expr: Expr, but: str = "") -> dict[str, np.ndarray]:
        """The columns that an expression reads, in natural order."""
        found = {symbol.name: self.columns[symbol.name] for symbol in self._read(expr) if symbol.name in self.columns}
        for t in self._inner(expr):
            for slot in t.slots:
                if slot.column and slot.symbol in t.term.free_symbols and self.taken is not None:
                    place = slot.base if slot.at == ROW else slot.symbol.name
                    found[place] = np.asarray(self.taken.column(slot.base)[:]) if slot.at == ROW else np.empty(0)
        slots = [slot for slot in self.total.slots if slot.symbol in expr.free_symbols]
        found |= {name: self.columns[name] for name in self.steps(slots)}
        return {name: found[name] for name in sorted(found, key=natural) if name != but}

    def _read(self, expr: Expr) -> set[Any]:
        """The symbols of an expression and of the totals for each row that it reads."""
        return set(expr.free_symbols).union(*(t.term.free_symbols for t in self._inner(expr)))

    def steps(self, slots: Sequence[Slot]) -> frozenset[str]:
        """The columns whose numbers are indices of variables."""
        at = [symbol.name for slot in slots if not slot.column for symbol in slot.at.free_symbols]
        return frozenset(name for name in at if name in self.columns)

    def fit(self, response: Expr, model: Expr) -> Fitted:
        values = self.model(response)
        shown = values.over(values.data)(np.zeros(len(self.names)))
        name = text(response.xreplace({k: sympy.Float(v, 4) for k, v in self.known.items()})) or "response"
        return Fitted(name, self.inputs(model), self.steps(self.total.slots), shown, self.rows, self.model(model))

    def classes(self) -> Fitted | None:
        """The response of two values lo, hi whose terms L have exp(−L(lo)) + exp(−L(hi)) = 1: its probabilities."""
        parts = sympy.Add.make_args(self.total.term)
        term = sympy.Add(*(part for part in parts if part.free_symbols & self.reads.columns))
        term = term.as_independent(*(s for s in term.free_symbols if self.reads.moves(s)), as_Add=False)[1]
        for slot in self.total.slots:
            name = slot.symbol.name
            if not slot.column or self.inner or len(pair := np.unique(self.columns[name])) != 2:
                continue
            low, high = (term.subs(slot.symbol, sympy.nsimplify(float(value))) for value in pair)
            x = np.random.default_rng(0).normal(size=(TRIED, len(self.names)))
            chances = [self.model(sympy.exp(-each)) for each in (low, high)]
            off = np.abs(sum(each.over(each.data)(x) for each in chances) - 1)
            if np.isfinite(off).any() and np.nanmax(off) < 1e-9:
                inputs, steps = self.inputs(term, but=name), self.steps(self.total.slots)
                values = float(pair[0]), float(pair[1])
                return Fitted(name, inputs, steps, self.columns[name], self.rows, chances[1], values)
        return None
