"""A total, compiled: its inputs, and the programs of its term and of the term's derivatives."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from copy import copy
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import sympy
from sympy import Expr, Symbol

from symopt.expression.affine import affine, symbols
from symopt.expression.keep import LINEAR
from symopt.expression.sums import ROW, Names, Slot, Total
from symopt.program.lower import Program
from symopt.program.run import compiled
from symopt.program.sums.domain import Domain, Only, Part, at_values
from symopt.program.sums.inputs import Along, Fixed, Gathered, Inner, Input, Number, Predictor, Strided

if TYPE_CHECKING:
    from symopt.data.columns import Column, Data

Columns = tuple[Any, ...]
Outputs = Callable[[Any], Columns]


class Context:
    """What the terms of a loss have in common: the variables' names, the data, the totals compiled so far.

    given: names that are numbers and not derived by.
    """

    def __init__(self, names: Names, data: Data | None, given: Collection[str] = ()) -> None:
        self.names, self.data, self.given = names, data, given
        self.weight = data.weight if data is not None else 1.0
        self.rows = data.rows if data is not None else 0
        self.totals: dict[Symbol, Term] = {}

    def column(self, name: str) -> Column:
        """The numbers of a column, (rows,)."""
        assert self.data is not None
        return self.data.column(name)

    def at(self, expr: Expr, domain: Domain, part: Part) -> np.ndarray:
        """The value of an index at the tuples of a part, whole numbers (d,)."""
        values = domain.values(part)
        for symbol in expr.free_symbols - values.keys():
            values[symbol] = self.column(symbol.name)[values[ROW]].astype(np.int64)
        return np.asarray(np.broadcast_to(at_values(expr, values), (part[1] - part[0],)))


class Derived:
    """The program of a term and those of its derivatives, made when first asked for."""

    def __init__(self, term: Expr) -> None:
        self.symbols = tuple(sorted(symbols(term), key=lambda symbol: symbol.name))
        self.program = Program(self.symbols)
        self.value_node = self.program.lower(term)
        self.moving: set[int] = set()
        """The inputs that depend on the variables."""

    @cached_property
    def slopes(self) -> dict[int, int]:
        """{input: node of ∂T/∂input}."""
        return self.program.slopes_by(self.value_node, self._bits)

    @cached_property
    def curvatures(self) -> dict[Part, int]:
        """{(a, b): node of ∂²T/∂uₐ∂u_b}, a ≥ b."""
        found = {}
        for a, node in self.slopes.items():
            for b, second in self.program.slopes_by(node, self._bits & ((2 << a) - 1)).items():
                found[a, b] = second
        return found

    @property
    def _bits(self) -> int:
        return sum(1 << k for k in self.moving)

    @cached_property
    def value(self) -> Outputs:
        return compiled(self.program, [self.value_node])

    @cached_property
    def gradient(self) -> Outputs:
        return compiled(self.program, list(self.slopes.values()))

    @cached_property
    def hessian(self) -> Outputs:
        return compiled(self.program, list(self.curvatures.values()))

    @cached_property
    def value_and_slopes(self) -> Outputs:
        """The term, then its slopes."""
        return compiled(self.program, [self.value_node, *self.slopes.values()])

    @cached_property
    def both(self) -> Outputs:
        """The slopes, then the curvatures."""
        return compiled(self.program, [*self.slopes.values(), *self.curvatures.values()])

    @cached_property
    def rounding(self) -> Outputs:
        """(the rounding of the term's operations, the term) at each tuple."""
        return compiled(self.program, [self.program.rounding(self.value_node), self.value_node])


class Term:
    """One total, compiled: its index set, its inputs there, and its programs, which those over fewer tuples share.

    moved: whether its value depends on the point. steady: whether it is kept, once it is known.
    """

    def __init__(self, total: Total, context: Context) -> None:
        self.total = total
        self.domain = Domain(total.indices, context.rows)
        self.outer = Domain(total.indices[: total.outer], context.rows)
        self.weight = context.weight if total.rows else 1.0
        term, slots, predictors = _predicted(total, context)
        self.slots = {slot.symbol: slot for slot in slots}
        self.derived = Derived(term)
        self.inputs = [predictors.get(s) or self._input(s, context) for s in self.derived.symbols]
        for u, symbol in zip(self.inputs, self.derived.symbols, strict=True):
            if symbol.name in context.given:
                u.moves = False
        self.derived.moving.update(k for k, u in enumerate(self.inputs) if u.moves)
        self.moved: bool = any(
            context.totals[u.symbol].moved if isinstance(u, Inner) else not isinstance(u, Number) for u in self.inputs
        )
        each = any(index.rows for index in total.indices[: total.outer])
        self.steady = not (self.moved or each)

    @property
    def program(self) -> Program:
        return self.derived.program

    @property
    def value_node(self) -> int:
        return self.derived.value_node

    @property
    def moving(self) -> set[int]:
        """The inputs that depend on the variables."""
        return self.derived.moving

    @property
    def slopes(self) -> dict[int, int]:
        """{input: node of ∂T/∂input}."""
        return self.derived.slopes

    @property
    def curvatures(self) -> dict[Part, int]:
        """{(a, b): node of ∂²T/∂uₐ∂u_b}, a ≥ b."""
        return self.derived.curvatures

    def total_of(self, sums: list[np.ndarray], lanes: int) -> np.ndarray:
        """The total of the whole loss from the sums of its parts, each (lanes,): (lanes, 1)."""
        return np.asarray(np.sum(np.array(sums).reshape(-1, lanes), axis=0)[:, None] * self.weight)

    def over(self, only: Only, share: float) -> Term:
        """The same total over some values of an index, each of which stands for so many where it is summed over."""
        found = copy(self)
        found.steady = False
        found.domain, found.outer = self.domain.restricted(only), self.outer.restricted(only)
        if any(index.symbol == only.index for index in self.total.indices[self.total.outer :]):
            found.weight = self.weight * share
        found.inputs = [u.over(found.domain) for u in self.inputs]
        return found

    def _input(self, symbol: Symbol, context: Context) -> Input:
        slot = self.slots.get(symbol)
        moving = {symbol} if slot is None else {s if s.is_integer else ROW
                                                for s in slot.at.free_symbols}  # fmt: skip
        for axis, index in enumerate(self.total.indices if self.domain.grid else ()):
            if moving == {index.symbol}:
                alone = replace(self.total, indices=(index,), outer=0)
                return Along(self._over(symbol, slot, context, alone, self.domain.along(axis)), axis, self.domain)
        return self._over(symbol, slot, context, self.total, self.domain)

    def _over(self, symbol: Symbol, slot: Slot | None, context: Context, total: Total, domain: Domain) -> Input:
        if slot is not None and slot.names:
            where = np.array([context.names.index(name) for name in slot.names])
            return Gathered(lambda own, part: where[own.numbers(part)], domain)
        if slot is not None and slot.numbers:
            numbers = np.array(slot.numbers)
            return Number(lambda own, part: numbers[own.numbers(part)], domain)
        if slot is not None and slot.column:
            column = context.column(slot.base)
            if slot.at == ROW and len(total.indices) == 1:
                return Number(lambda own, part: column[own.numbers(part)], domain)
            return Number(lambda own, part: column[context.at(slot.at, own, part)], domain)
        if slot is not None:
            begin, indices = context.names.family(slot.base)
            place = None if slot.clipped else indices.place(slot.at, total.indices)
            alone = len(total.indices) == 1 and not total.rows and slot.at.free_symbols == {total.indices[0].symbol}
            if place is not None and alone:
                known, index = affine(place), total.indices[0].symbol
                assert known is not None
                stride = known.factors[index]
                return Strided(begin + known.constant + stride * domain.first, stride)
            if place is not None:
                return Gathered(lambda own, part: begin + context.at(place, own, part), domain)
            return Gathered(lambda own, part: begin + indices.places(context.at(slot.at, own, part)), domain)
        if (inner := context.totals.get(symbol)) is not None:
            found = Inner(symbol, domain, inner.total.outer)
            found.moves = inner.moved
            return found
        if any(index.symbol == symbol for index in total.indices):
            return Number(lambda own, part: own.values(part)[symbol].astype(float), domain)
        return Fixed(context.names.index(symbol.name))


def _predicted(total: Total, context: Context) -> tuple[Expr, Sequence[Slot], dict[Symbol, Input]]:
    """(the term with its linear predictors Σ c·column·parameter as symbols, what moves in it, what these are)."""
    packed = [slot for slot in total.moving if slot.products]
    if not total.rows or context.data is None or len(total.indices) > 1:
        return total.term, total.slots, {}
    found: dict[Symbol, Input] = {}
    for slot in packed:
        order = {name: k for k, name in enumerate(context.data.names)}
        products = sorted(slot.products, key=lambda product: order[product[1]])
        places = [context.names.index(parameter) for parameter, _ in products]
        matrix = context.data.columns([column for _, column in products])
        found[slot.symbol] = Predictor(matrix, places, [1.0] * len(places))
    columns = {s.symbol: s.base for s in total.moving if s.base and s.column and s.at == ROW}
    if len(columns) < LINEAR:
        return total.compact, total.moving, found
    return _typed(total.compact, columns, context, found), total.moving, found


def _typed(term: Expr, columns: Mapping[Symbol, str], context: Context, found: dict[Symbol, Input]) -> Expr:
    """The term with a symbol for each linear predictor that was typed product by product, found."""

    def parameter(part: Expr) -> tuple[Symbol, Symbol, float] | None:
        """(parameter, column, factor) of a product of just these."""
        factor, rest = part.as_coeff_Mul()
        factors = sympy.Mul.make_args(rest)
        if len(factors) != 2:
            return None
        column, other = sorted(factors, key=lambda s: s not in columns)
        fixed = isinstance(other, Symbol) and other.name in context.names and other not in columns
        return (other, column, float(factor)) if column in columns and fixed and factor.is_number else None

    def replaced(expr: sympy.Basic) -> sympy.Basic:
        if not expr.args:
            return expr
        if isinstance(expr, sympy.Add):
            known = [(part, parameter(part)) for part in expr.args]
            linear = [p for _, p in known if p is not None]
            if len({p[0] for p in linear}) == len(linear) >= LINEAR:
                linear.sort(key=lambda p: context.data.names.index(columns[p[1]]))  # type: ignore[union-attr]
                u = Symbol(f"η{len(found) + 1}′", real=True)
                matrix = context.data.columns([columns[c] for _, c, _ in linear])  # type: ignore[union-attr]
                found[u] = Predictor(
                    matrix, [context.names.index(p.name) for p, _, _ in linear], [c for *_, c in linear]
                )
                return sympy.Add(u, *(replaced(part) for part, p in known if p is None))
        args = [replaced(part) for part in expr.args]
        same = all(made is part for made, part in zip(args, expr.args, strict=True))
        return expr if same else expr.func(*args)

    return cast("Expr", replaced(term))
