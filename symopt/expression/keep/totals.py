"""A sum over one more index: the totals that stand for it."""

from __future__ import annotations

import sympy
from sympy import Expr, S, Symbol

from symopt.expression.builder.values import MANY, MAX_NODES, Value, letter, size, unreal
from symopt.expression.families import Indices
from symopt.expression.keep.columns import entry_of
from symopt.expression.keep.predictors import Predictors
from symopt.expression.keep.state import WrittenOut
from symopt.expression.sums import Index, Slot, Sums, Total, natural
from symopt.expression.syntax import Node
from symopt.forms import real


class Totals(Predictors):
    """Symbols that stand for sums, once for each part that is summed up by itself."""

    def over(self, node: Node, body: Node, index: Index) -> Value:
        """Σ body over one more index: symbols of totals, one for each part that is summed up by itself."""
        self.open.append(index)
        self.placed.clear()
        try:
            term = self.term(body, node.word)
        finally:
            self.open.pop()
            self.placed.clear()
        if node.word == "prod":
            if not term.is_positive:
                raise WrittenOut([index.symbol])
            term = sympy.log(term)
        return self.summed(node, body, term, index)

    def term(self, body: Node, word: str) -> Expr:
        """What is summed up, its linear predictors as symbols where that changes nothing else."""
        if not self.packing:
            return real(self.plain(body, word).expr)
        outside, nodes, checks = self.mixed, self.nodes, len(self.checks)
        self.mixed = False
        term = real(self.plain(body, word).expr)
        if self.predictors and (self.mixed or not self.apart(term)):
            self.nodes, self.packing = nodes, False
            del self.checks[checks:]
            try:
                term = real(self.plain(body, word).expr)
            finally:
                self.packing = True
        self.mixed = outside
        return term

    def summed(self, node: Node, body: Node, term: Expr, index: Index) -> Value:
        """Σ term over one more index."""
        if unreal(term):
            self.fail(node, "this has no real value anywhere", "square roots and logarithms need something positive")
        if index.symbol not in self.indices(term):
            return Value(term * (index.last - index.first + 1))
        if not index.rows and not any(s in self.slots or s in self.totals for s in self.symbols(term)):
            count = index.last - index.first + 1
            if count.is_Integer and count <= MANY and self.nodes + count * size(body) < MAX_NODES:
                raise WrittenOut([index.symbol])  # a series of numbers
        rest: list[Expr] = []
        found: list[Expr] = []
        for part in sympy.Add.make_args(term):
            inner = [
                t for s in self.symbols(part) if (t := self.totals.get(s)) is not None and t.outer > len(self.open)
            ]
            factor = part.coeff(inner[0].symbol) if len(inner) == 1 else S.Zero
            if factor != 0 and part == factor * inner[0].symbol and inner[0].symbol not in factor.free_symbols:
                found.append(self.made(inner[0].indices, sympy.Mul(factor, inner[0].term)))
            else:
                rest.append(part)
        if rest:
            found.append(self.made((*self.open, index), sympy.Add(*rest)))
        return Value(sympy.Add(*found))

    def made(self, indices: tuple[Index, ...], term: Expr) -> Symbol:
        """The symbol of Σ term, once for each tuple of the outer indices that it depends on."""
        used = self.indices(term)
        for index in indices[len(self.open) :]:
            used |= index.first.free_symbols | index.last.free_symbols
        outer = max((k + 1 for k, index in enumerate(indices[: len(self.open)]) if index.symbol in used), default=0)
        own = indices[:outer] + indices[len(self.open) :]
        slots = tuple(sorted((s for t in self.symbols(term) if (s := self.slots.get(t)) is not None), key=_name))
        same = (t.symbol for t in self.totals.values() if (t.indices, t.outer, t.compact) == (own, outer, term))
        symbol = next(same, None) or letter(f"Σ{len(self.totals) + 1}")
        self.totals[symbol] = Total(symbol, own, outer, term, slots)
        return symbol

    def ordered(self, expr: Expr) -> tuple[Total, ...]:
        """The totals that an expression reads, each after those that it reads itself."""
        order: dict[Symbol, Total] = {}
        self.order(expr, order)
        return tuple(order.values())

    def order(self, expr: Expr, found: dict[Symbol, Total]) -> None:
        read = [symbol for symbol in self.symbols(expr) if symbol in self.totals]
        for symbol in sorted(read, key=_name):
            if symbol not in found:
                self.order(self.totals[symbol].compact, found)
                found[symbol] = self.totals[symbol]

    def sums(self, expr: Expr) -> Sums | None:
        """The expression with its totals; None where the indices of variables follow no pattern."""
        order = self.ordered(expr)
        slots = {slot.symbol: slot for total in order for slot in total.moving}
        families: dict[str, Indices] = {}
        single = set(self.seen)
        for base in {slot.base for slot in slots.values() if slot.base and not slot.column}:
            pieces = [*self.reach[base]]
            pieces += [range(i, i + 1) for name in single if (i := entry_of(base, name)) is not None]
            joined = Indices.of(pieces)
            if joined is None:
                return None
            families[base] = joined
            single -= {name for name in single if entry_of(base, name) is not None}
        columns = tuple(sorted(self.taken, key=natural))
        return Sums(expr, order, families, tuple(sorted(single, key=natural)), columns, tuple(self.checks))


def _name(named: Symbol | Slot) -> str:
    return named.name if isinstance(named, Symbol) else named.symbol.name
