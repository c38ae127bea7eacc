"""Sums that stay sums, built once however many terms they have."""

from __future__ import annotations

import sympy
from sympy import Expr, S, Symbol

from symopt.expression.affine import affine
from symopt.expression.builder.values import MANY, MAX_NODES, Value, size, total
from symopt.expression.keep.alike import KEPT, Alike
from symopt.expression.keep.places import ends_under
from symopt.expression.keep.state import WrittenOut
from symopt.expression.sums import ROW, Check, Index
from symopt.expression.syntax import Node

MOST_TERMS = 10**9  # of a sum that stays one: beyond it a computer takes minutes


class Keeper(Alike):
    """A builder that keeps sums of many terms: they stand in the expression as symbols, and `sums` gives all of it."""

    def build(self, node: Node) -> Expr:
        self.built = super().build(node)
        return self.built

    def value(self, node: Node) -> Value:
        if self.standing and id(node) in self.standing:
            return self.standing[id(node)]
        built = super().value(node)
        if self.open and built.number is None:
            self.watch(node, built.expr)
        return built

    def watch(self, node: Node, expr: Expr) -> None:
        """Remembers what depends on indices alone: whether it has a value at each of them is looked at later."""
        if node.kind not in ("number", "name", "group", "add", "negative") and not expr.is_Atom:
            if other_than(expr, {index.symbol for index in self.open}):
                return
            indices = [index for index in self.open if index.symbol in expr.free_symbols]
            if indices and affine(expr) is None:
                ends = [ends_under(index, self.within) for index in self.open]
                if all(end is not None for end in ends):
                    narrowed = [Index(i.symbol, *end, i.rows) for i, end in zip(self.open, ends, strict=True) if end]
                    self.checks.append(Check(expr, tuple(narrowed), node.start, node.end))

    def call_sum(self, node: Node) -> Value:
        node = self.within_columns(node, "0")
        kept = self.kept(node)
        return super().call_sum(node) if kept is None else kept

    def call_prod(self, node: Node) -> Value:
        """A product; of many positive factors the exponential of the sum of their logarithms."""
        node = self.within_columns(node, "1")
        kept = self.kept(node) if len(node.parts) == 4 else None
        return super().call_prod(node) if kept is None else Value(sympy.exp(kept.expr))

    def within_columns(self, node: Node, nothing: str) -> Node:
        """A sum whose bounds are columns as one up to their greatest values, with `nothing` beyond those of the row."""
        if len(node.parts) != 4 or self.row is not None or self.data is None or _numbered(node):
            return node
        body, index, first, last = node.parts
        ends: list[Node] = []
        beside: list[Node] = []
        for place, bound in enumerate((first, last)):
            expr = self.value(bound).expr
            if not any(s in self.slots and self.slots[s].column for s in expr.free_symbols):
                ends.append(bound)
                continue
            if affine(expr) is None or not expr.free_symbols <= set(self.slots):
                self.fail(bound, f"{self.typed(bound)} cannot be a bound here: it is no sum of whole multiples",
                          "what else is wanted can be a column of its own")  # fmt: skip
            end = self.extent(node._replace(parts=(bound,)), expr)[place]
            number = bound._replace(kind="number", word=str(abs(end)), parts=(), depth=1)
            ends.append(number if end >= 0 else bound._replace(kind="negative", word="", parts=(number,)))
            sides = (bound, index) if place == 0 else (index, bound)
            beside.append(bound._replace(kind="compare", word="<=", parts=sides))
        if not beside:
            return node
        if int(self.value(ends[1]).expr) < int(self.value(ends[0]).expr):
            self.fail(node, f"{node.word} has no terms in any row", "the last bound is below the first")
        where = beside[0] if len(beside) == 1 else body._replace(kind="both", word="", parts=tuple(beside))
        zero = body._replace(kind="number", word=nothing, parts=())
        chosen = body._replace(kind="call", word="where", parts=(where, body, zero))
        return node._replace(parts=(chosen, index, *ends))

    def count(self, node: Node) -> Expr:
        if len(node.parts) == 1:
            return sympy.sympify(self.rows)
        count = super().count(node)
        if count.free_symbols and count.free_symbols <= self.moving and self.extent(node, count)[0] < 1:
            columns = any(s in self.slots for s in count.free_symbols)
            where = "in some row" if columns else "at an end of the sum around it"
            self.fail(node, f"a mean of no terms has no value, as here {where}",
                      "for example sum(mean(x[j], j, 0, i), i, 0, 8)")  # fmt: skip
        return count

    def expand(self, node: Node) -> list[Value]:
        if len(node.parts) == 4:
            if not _numbered(node):
                free = self.value(node.parts[2]).expr.free_symbols | self.value(node.parts[3]).expr.free_symbols
                if free & self.moving:
                    raise WrittenOut(free & self.moving)
            if (terms := self.predictor(node)) is not None:
                return terms
        return super().expand(node)

    def kept(self, node: Node) -> Value | None:
        """A sum of many terms as a symbol that stands for it; None for one that is to be written out."""
        if len(node.parts) == 1 and self.rows:
            if not self.whole:
                return self.each_row(node)
            if any(index.rows for index in self.open):
                outside, self.open = self.open, []
            else:
                outside = self.open
            try:
                last = sympy.sympify(self.rows - 1)
                return self.over(node, node.parts[0], Index(ROW, S.Zero, last, rows=True))
            finally:
                self.open = outside
        if not self.whole or len(node.parts) != 4 or node.parts[1].kind != "name":
            return None
        body, index, first, last = node.parts
        self.counted.add(index.word)
        begin, end = self.value(first).expr, self.value(last).expr
        if not (begin.is_Integer and end.is_Integer):
            inner = {i.symbol for i in self.open}
            if not ((begin.free_symbols | end.free_symbols) <= inner and affine(begin) and affine(end)):
                return None
            low, high = self.extent(node, end - begin + 1)
            if low < 0 and (low, high) != (0, -1):
                return None  # written out, what runs backwards is nothing
        elif (terms := int(end) - int(begin) + 1) < (1 if self.wide else KEPT):
            return None
        elif terms > MOST_TERMS:
            self.fail(node, f"more than {MOST_TERMS:,} terms", "use smaller bounds")
        symbol = Symbol(index.word, integer=True)
        if any(i.symbol == symbol for i in self.open):
            return None
        outer = self.bound.get(index.word)
        self.bound[index.word] = symbol
        before = dict(self.reach), dict(self.slots), dict(self.totals), dict(self.seen)
        try:
            return self.over(node, body, Index(symbol, begin, end))
        except WrittenOut as trouble:
            if symbol not in trouble.indices or not (begin.is_Integer and end.is_Integer):
                raise
            self.reach, self.slots, self.totals, self.seen = before
            return None
        finally:
            self.bound.pop(index.word, None)
            if outer is not None:
                self.bound[index.word] = outer

    def each_row(self, node: Node) -> Value:
        """A sum over the rows of data, written out; it is the same in each row of another."""
        if id(node) not in self.over_rows:
            body, before = node.parts[0], (self.row, self.many)
            if self.nodes + self.rows * size(body) > MAX_NODES:
                self.fail(node, f"{self.rows:,} rows are too many terms to be written out",
                          "the first rows may do: head -n 200 data.csv > few.csv")  # fmt: skip
            self.many = self.many or self.rows >= MANY
            try:
                terms = []
                for row in range(self.rows):
                    self.row = row
                    terms.append(self.plain(body, node.word))
            finally:
                self.row, self.many = before
            number = None if any(t.number is None for t in terms) else float(sum(t.number for t in terms))  # type: ignore[misc]
            self.over_rows[id(node)] = Value(total([t.expr for t in terms]), number)
        return self.over_rows[id(node)]


def _numbered(node: Node) -> bool:
    """Whether the bounds of a sum are typed as numbers."""
    return node.parts[2].kind == "number" == node.parts[3].kind


def other_than(expr: Expr, symbols: set[Symbol]) -> bool:
    """Whether an expression has a symbol that is none of these."""
    stack: list[sympy.Basic] = [expr]
    while stack:
        part = stack.pop()
        if part.is_Symbol and part not in symbols:
            return True
        stack.extend(part.args)
    return False
