"""Sums that stay sums, built once however many terms they have, and columns of data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sympy
from sympy import Expr, Integer, Rational, S, Symbol

from symopt.errors import DataError
from symopt.expression.affine import affine, extremes, symbols
from symopt.expression.build import MANY, MAX_NODES, Builder, Value, letter, size, total, unreal
from symopt.expression.families import MOST, Indices, reached
from symopt.expression.suggest import unknown
from symopt.expression.sums import ROW, Check, Columns, Index, Slot, Sums, Total, natural
from symopt.expression.syntax import Node
from symopt.expression.tokens import VARIABLE
from symopt.expression.words import CONSTANTS
from symopt.forms import real
from symopt.functions import Function

CONDITIONAL = re.compile("[<>≤≥⩽⩾≶]|where|Piecewise")
LINEAR = 3  # products from which on a linear predictor is one with a matrix of data
KEPT = 16  # terms from which on a sum stays one
FEWEST = 64  # terms at an end of a sum that a condition may leave out
MOST_COLUMNS = 100_000  # of a sum of products of columns and parameters
MOST_VARIABLES, MOST_TERMS = 10**8, 10**9  # of sums that stay sums: beyond it a computer has no room, or takes minutes


class WrittenOut(Exception):
    """A sum over one of these indices can only be written out, term by term."""

    def __init__(self, indices: Iterable[Symbol]) -> None:
        self.indices = frozenset(indices)


@dataclass
class Keeper(Builder):
    """A builder that keeps sums of many terms: they stand in the expression as symbols, and `sums` gives all of it.

    whole: whether sums are kept; else they are written out. data: columns that names may mean; sums of one argument run
    over their rows.
    """

    whole: bool = True
    data: Columns | None = None

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

    def entry(self, node: Node, at: Expr) -> Value | None:
        if node.word in self.columns or (not at.is_Integer and at.free_symbols and at.free_symbols <= self.moving):
            return self.slot(node, node.word, at)
        return None

    def terms(self, node: Node) -> list[Value]:
        grouped = self.whole and not self.open and len(node.parts) >= KEPT
        alike, rest = self.alike(node.parts) if grouped else ([], list(node.parts))
        return [*(self.listed(group) for group in alike), *(self.value(part) for part in rest)]

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

    def moves(self, *bounds: Node) -> bool:
        return any(b.kind == "name" and b.word in self.columns for b in bounds) or super().moves(*bounds)

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

    def predictor(self, node: Node) -> list[Value] | None:
        """The terms of Σ w[j]*x[j] over columns x0, x1 … and parameters, made without reading each; None of others.

        One symbol stands for all of them where each predictor of a term keeps to itself.
        """
        body, index, first, last = node.parts
        in_a_row = self.row is None and any(i.rows for i in self.open)
        if not (in_a_row and body.kind == "multiply" and len(body.parts) == 2):
            return None
        if not all(part.kind == "indexed" and part.parts[0][:2] == ("name", index.word) for part in body.parts):
            return None
        if any(part.word in self.columns for part in body.parts):
            return None  # single entries of a column
        begin, end = self.bound_of(body, first), self.bound_of(body, last)
        names = [[f"{part.word}{j}" for j in range(max(begin, 0), min(end, MOST_COLUMNS) + 1)] for part in body.parts]
        known = {*self.columns}
        if names[0] and names[0][0] in known:
            names.reverse()
        parameters, columns = names
        own = parameters[:1] and parameters[0] not in known and VARIABLE.fullmatch(parameters[0])
        if self.variables is not None or not own or not columns or not known.issuperset(columns):
            return None
        if len(columns) != end - begin + 1 or not {*parameters}.isdisjoint({*known, *self.constants}):
            return None
        self.counted.add(index.word)
        self.taken.update(columns)
        self.seen |= {parameter: letter(parameter) for parameter in parameters}
        products = tuple(zip(parameters, columns, strict=True))
        if self.packing and node.word != "prod" and len(products) >= LINEAR:
            if products not in self.predictors:
                symbol = self.predictors[products] = letter(f"η{parameters[0]}·{columns[0]}·{len(products)}")
                self.slots[symbol] = Slot(symbol, "", ROW, column=True, products=products)
            return [Value(self.predictors[products])]
        terms = []
        for parameter, column in products:
            x = letter(column)
            self.slots[x] = Slot(x, column, ROW, column=True)
            terms.append(Value(self.seen[parameter] * x))
        return terms

    def power(self, node: Node, base: Value, exponent: Value) -> Expr:
        self.mixed |= bool(self.predictors) and self.scaled(base.expr)
        return super().power(node, base, exponent)

    def product(self, node: Node, factors: list[Value]) -> Value:
        self.mixed |= bool(self.predictors) and any(self.scaled(factor.expr) for factor in factors)
        return super().product(node, factors)

    def applied(self, node: Node, known: Function, name: str, arguments: Sequence[Value]) -> Value:
        if self.predictors and name != "exp":
            self.mixed |= any(self.scaled(argument.expr) for argument in arguments)
        return super().applied(node, known, name, arguments)

    def scaled(self, expr: Expr) -> bool:
        """Whether an expression is a predictor times a number."""
        return expr.is_Mul and len(expr.args) == 2 and self.predicts(expr.args[1])

    def predicts(self, expr: Expr) -> bool:
        """Whether an expression is a predictor."""
        return expr.is_Symbol and expr in self.slots and bool(self.slots[expr].products)

    def apart(self, term: Expr) -> bool:
        """Whether each predictor keeps to itself: one in each sum, with no number but a sign, and none elsewhere."""
        waiting: list[tuple[Expr, Any]] = [(term, sympy.Add)]
        while waiting:
            expr, around = waiting.pop()
            if self.scaled(expr) and not (around in (sympy.Add, sympy.exp) and expr.args[0] is S.NegativeOne):
                return False
            found = [part for part in expr.args if self.one_with(part)] if expr.is_Add else []
            if len(found) > 1 and any(self.scaled(part) or self.predicts(part) for part in found):
                return False
            waiting.extend((part, expr.func) for part in expr.args if part.args)
        return True

    def one_with(self, part: Expr) -> bool:
        """Whether a summand is a predictor, or a column times a letter, which would be one with it."""
        named = [s for s in sympy.Mul.make_args(part) if not s.is_number]
        return self.predicts(named[0]) if len(named) == 1 else len(named) == 2 and any(
            s.is_Symbol and s in self.slots and self.slots[s].column for s in named
        )  # fmt: skip

    def watch(self, node: Node, expr: Expr) -> None:
        """Remembers what depends on indices alone: whether it has a value at each of them is looked at later."""
        if node.kind not in ("number", "name", "group", "add", "negative") and not expr.is_Atom:
            if other_than(expr, {index.symbol for index in self.open}):
                return
            indices = [index for index in self.open if index.symbol in expr.free_symbols]
            if indices and affine(expr) is None:
                ends = [_narrowed(index, self.within) for index in self.open]
                if all(end is not None for end in ends):
                    narrowed = [Index(i.symbol, *end, i.rows) for i, end in zip(self.open, ends, strict=True) if end]
                    self.checks.append(Check(expr, tuple(narrowed), node.start, node.end))

    @property
    def moving(self) -> set[Symbol]:
        """The indices of the sums around, and the columns and entries that move with them."""
        return {index.symbol for index in self.open} | (set(self.slots) if self.open else set())

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
        elif (terms := int(end) - int(begin) + 1) < KEPT:
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

    def alike(self, parts: Sequence[Node]) -> tuple[list[list[Node]], list[Node]]:
        """Terms of the same shape, if there are many of many variables, and the others: (groups, rest)."""
        groups: dict[Any, list[Node]] = {}
        for part in parts:
            groups.setdefault(self.shape(part), []).append(part)
        many = [g for g in groups.values() if len(g) >= KEPT and len({*self.leaves(g)}) >= KEPT]
        grouped = {id(part) for group in many for part in group}
        return many, [part for part in parts if id(part) not in grouped]

    def leaves(self, nodes: Iterable[Node]) -> Iterator[str]:
        """The variables in trees, each time that they stand there."""
        for node in nodes:
            if self.is_variable(node):
                yield self.typed(node)
            yield from self.leaves(node.parts)

    def is_variable(self, node: Node) -> bool:
        """Whether a piece is a variable: no constant, and no entry at a place that is to be computed."""
        if node.kind == "indexed":
            return node.parts[0].kind == "number" and f"{node.word}{node.parts[0].word}" not in self.constants
        return node.kind == "name" and node.word not in self.constants and node.word not in CONSTANTS

    def shape(self, node: Node) -> Any:
        """What a tree is but for its variables and its plain numbers."""
        if self.is_variable(node):
            return "variable"
        if node.kind == "number" and float(node.word):
            return "number"
        constant = not any(True for _ in self.leaves([node]))
        if constant and not (node.kind == "negative" and node.parts[0].kind == "number"):
            return self.typed(node)
        kept = node.kind not in ("add", "multiply", "negative", "group")  # there a number is not like any other
        parts = [
            self.typed(part) if kept and not any(True for _ in self.leaves([part])) else self.shape(part)
            for part in node.parts
        ]
        return node.kind, node.word, *parts

    def listed(self, group: list[Node]) -> Value:
        """The sum of terms of one shape, as a total over their number; what differs among them is looked up."""

        def ends(node: Node) -> Iterator[Node]:
            if self.is_variable(node) or node.kind == "number":
                yield node
            elif node.kind != "indexed":
                for part in node.parts:
                    yield from ends(part)

        index = Index(Symbol("#", integer=True), S.Zero, Integer(len(group) - 1))
        for k, column in enumerate(zip(*(ends(node) for node in group), strict=True)):
            values = [self.value(node) for node in column]
            if len({v.expr for v in values}) > 1:
                symbol = Symbol(f"#{len(self.slots)}.{k}", real=True)
                names = tuple(v.expr.name for v in values) if values[0].number is None else ()
                numbers = () if names else tuple(float(v.number or 0.0) for v in values)
                self.slots[symbol] = Slot(symbol, "", index.symbol, bool(numbers), names=names, numbers=numbers)
                self.standing[id(column[0])] = Value(symbol)
        self.open.append(index)
        try:
            term = real(self.value(group[0]).expr)
        finally:
            self.open.pop()
            self.standing.clear()
        return self.summed(group[0], group[0], term, index)

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
                found |= self.slots[symbol].at.free_symbols
                found |= {i for s in self.slots[symbol].at.free_symbols if s in self.slots for i in self.indices(s)}
            elif symbol in self.totals:
                found |= {index.symbol for index in self.totals[symbol].indices[: self.totals[symbol].outer]}
            elif symbol.is_integer:
                found.add(symbol)
        return found

    def column(self, node: Node, name: str) -> Value | None:
        if name not in self.columns:
            family = self.entries(node.word) if node.kind == "indexed" and self.variables is None else []
            if family:
                listed = ", ".join(family[:8]) + (" are" if family[1:] else " is")
                self.fail(node, f"{name} is no column of the data, though {listed}",
                          "other bounds may leave it out; variables have another letter")  # fmt: skip
            return None
        known = self.columned.get(name)
        if known is not None and known.expr in self.slots and self.row is None and any(i.rows for i in self.open):
            return known
        if name in CONSTANTS:
            self.fail(node, f"{name} is a column of the data, and the constant {float(CONSTANTS[name][1]):.6g}",
                      "give the column another name")  # fmt: skip
        if self.row is not None and self.data is not None:
            return self.known(self.data.entry(name, self.row))
        if not any(index.rows for index in self.open):
            self.fail(
                node, f"{name} is a column of data: it stands inside sum(…) or mean(…)", f"for example mean({name})"
            )
        self.taken.add(name)
        symbol = letter(name)
        self.slots[symbol] = Slot(symbol, name, ROW, column=True)
        self.columned[name] = Value(symbol)
        return self.columned[name]

    def entries(self, base: str) -> list[str]:
        """The columns that are called as entries of a family, x0, x1 …"""
        if base not in self.bases:
            self.bases[base] = [c for c in self.columns if _entry(base, c) is not None]
        return self.bases[base]

    def known(self, number: float) -> Value:
        """A number of data, exactly as it is printed."""
        return Value(Rational(repr(number)), number)

    def slot(self, node: Node, base: str, at: Expr) -> Value:
        """An indexed name whose index moves: a variable, or an entry of a column."""
        if (base, at) in self.placed and not self.within:
            return Value(self.placed[base, at])
        free = at.free_symbols
        symbol = letter(f"{base}[{_index_text(at)}]")
        data = [self.slots[s] for s in free if s in self.slots]
        if placed := {i for each in data for i in each.at.free_symbols} - {ROW}:
            raise WrittenOut(placed)  # w[g[i]]: only the row of a sum itself is looked up
        if data and free <= set(self.slots) and affine(at) is None:
            self.fail(node.parts[0], "an index is a sum of columns times whole numbers",
                      "for example w[2*g+h]; what else is wanted can be a column of its own, as gh = g*h: w[gh]"
                      )  # fmt: skip
        if affine(at) is None:
            if not free:
                self.fail(node.parts[0], "an index must be a whole number", "for example sum(x[i]**2, i, 0, 9)")
            raise WrittenOut(free)
        if base in self.columns:
            if not sympy.sympify(self.rows).is_Integer:
                raise DataError(f"{symbol} asks for single rows: only data says how many there are",
                                "data=… brings them", shell="--data FILE brings them")  # fmt: skip
            if self.data is not None and at.is_Integer and 0 <= at < self.rows:
                self.taken.add(base)
                return self.known(self.data.entry(base, int(at)))
            low, high = self.extent(node, at)
            if low < 0 or high >= self.rows:
                asked, own = low if low < 0 else high, ", ".join(sorted({slot.base for slot in data}))
                hint = (
                    f"here {own} {'have' if ',' in own else 'has'} to count rows, from 0 on"
                    if own
                    else "bounds from 0 on fit"
                )
                self.fail(node, f"{base} has the entries 0 to {self.rows - 1}, and {symbol} asks for {asked}", hint)
            self.taken.add(base)
            self.slots[symbol] = Slot(symbol, base, at, column=True)
            return Value(symbol)
        families = any(re.fullmatch(rf"{re.escape(base)}\d+", name) for name in (*self.constants, *self.columns))
        if families or not free - set(self.slots) <= {i.symbol for i in self.open}:
            raise WrittenOut(free)
        if self.variables is None and not VARIABLE.fullmatch(f"{base}0"):
            raise unknown(self, node, base)
        low, high = self.extent(node, at)
        if high >= MOST_VARIABLES:
            self.fail(node, f"more than {MOST_VARIABLES:,} variables", "use smaller bounds")
        if data:
            pieces = self.met(node, at, data)
        elif low < 0:
            raise WrittenOut(free)
        else:
            pieces = self.values(at, (low, high))
        if low <= high:  # else in a branch that is never taken
            self.reach.setdefault(base, []).extend(pieces)
        elif base not in self.reach:
            raise WrittenOut(free)
        clipped = False
        if self.within:
            outside, self.within = self.within, []
            clipped = (low, high) != self.extent(node, at)
            self.within = outside
        before = self.slots.get(symbol)
        self.slots[symbol] = Slot(symbol, base, at, clipped=clipped or (before is not None and before.clipped))
        if not (self.within or data):
            self.placed[base, at] = symbol
        return Value(symbol)

    def met(self, node: Node, at: Expr, data: Sequence[Slot]) -> list[range]:
        """The values that an affine index of columns takes in some row; refuses one below 0."""
        assert self.data is not None
        constant, moving = at.as_coeff_Add()
        factors = {slot.base: int(moving.coeff(slot.symbol)) for slot in data}
        rest = moving - sum(factors[slot.base] * slot.symbol for slot in data)
        low, high = self.extent(node, rest + constant)
        found = self.data.met(factors, 0)
        if (least := found[0][0] + low) < 0:
            self.fail(node, f"{self.typed(node)} asks for {node.word}[{least}] in "
                            f"{self.data.told(factors, found[0][0])}", "indices begin at 0")  # fmt: skip
        others = self.values(rest + constant, (low, high))
        if sum(map(len, found)) * len(others) > MOST or not any(other.step > 1 for other in others):
            return [range(piece.start + other[0], piece.stop + other[-1]) for piece in found for other in others]
        return [
            range(v + other.start, v + other.stop, other.step) for piece in found for v in piece for other in others
        ]

    @property
    def conditions(self) -> list[sympy.Basic]:
        """What holds wherever what is read now counts: the conditions around it, and that inner sums have terms."""
        inner = [i for i in self.open if not i.rows and (i.first.free_symbols or i.last.free_symbols)]
        return [*self.within, *(sympy.Ge(i.last - i.first, 0) for i in inner)]

    def extent(self, node: Node, at: Expr) -> tuple[int, int]:
        """The least and the greatest value of an affine index, at the corners of its index set or of its column.

        (0, −1) where the conditions around it never hold.
        """
        bounds = []
        for symbol in [s for s in at.free_symbols if s in self.slots]:
            slot = self.slots[symbol]
            whole = self.data.ends(slot.base) if self.data is not None and slot.column else None
            if whole is None:
                what = f"the column {symbol} has other than whole numbers" if slot.column else f"{symbol} is a variable"
                self.fail(node.parts[0], f"{what}: it cannot be an index", "an index is a whole number")
            bounds.append((symbol, *map(Integer, whole or ())))
        conditions = self.conditions
        for index in reversed(self.open):
            ends = _narrowed(index, conditions)
            if ends is None:
                return 0, -1
            bounds.append((index.symbol, *ends))
        known = affine(at)
        found = None if known is None else extremes(known, bounds)
        if found is None:
            self.fail(node.parts[0], "an index must be a whole number", "for example sum(x[i]**2, i, 0, 9)")
        assert found is not None
        return found

    def values(self, at: Expr, ends: tuple[int, int]) -> list[range]:
        """The values of an affine index, as progressions; all between these ends where they are too many to be told."""
        boxes: dict[Symbol, tuple[int, int]] = {}
        for index in reversed(self.open):
            factor = at.coeff(index.symbol)
            if factor == 0:
                continue
            first, last = _narrowed(index, self.conditions) or (index.first, index.last)
            if not (width := sympy.expand(last - first)).is_Integer:
                return _varying(at, Index(index.symbol, first, last), self.open, ends) if not boxes else [_all(ends)]
            if not first.is_Integer:  # j from 3*i to 3*i+1 is 3*i + j′, j′ from 0 to 1
                at, first, last = sympy.expand(at.subs(index.symbol, index.symbol + first)), S.Zero, width
            boxes[index.symbol] = int(first), int(last)
            if len(boxes) == len(at.free_symbols) == 1:
                return [range(ends[0], ends[1] + 1, abs(int(factor)))]
        found = reached(at, boxes)
        return [_all(ends)] if found is None else found

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
            pieces += [range(i, i + 1) for name in single if (i := _entry(base, name)) is not None]
            joined = Indices.of(pieces)
            if joined is None:
                return None
            families[base] = joined
            single -= {name for name in single if _entry(base, name) is not None}
        columns = tuple(sorted(self.taken))
        return Sums(expr, order, families, tuple(sorted(single, key=natural)), columns, tuple(self.checks))


def _numbered(node: Node) -> bool:
    """Whether the bounds of a sum are typed as numbers."""
    return node.parts[2].kind == "number" == node.parts[3].kind


def _narrowed(index: Index, conditions: list[sympy.Basic]) -> tuple[Expr, Expr] | None:
    """The ends of an index under conditions on it alone, such as i > 0; None where they never hold."""
    first, last = index.first, index.last
    for condition in conditions:
        for part in condition.args if isinstance(condition, sympy.And) else (condition,):
            if not isinstance(part, sympy.Rel) or part.free_symbols != {index.symbol}:
                continue
            low = first.is_Integer and not bool(part.subs(index.symbol, first))
            high = last.is_Integer and not bool(part.subs(index.symbol, last))
            while low and first <= last and not bool(part.subs(index.symbol, first)) and first - index.first < FEWEST:
                first += 1
            while high and first <= last and not bool(part.subs(index.symbol, last)) and index.last - last < FEWEST:
                last -= 1
    return (first, last) if not (first.is_Integer and last.is_Integer) or first <= last else None


def _all(ends: tuple[int, int]) -> range:
    return range(ends[0], ends[1] + 1)


def _varying(at: Expr, inner: Index, outer: Sequence[Index], ends: tuple[int, int]) -> list[range]:
    """The values of an index that moves with an inner one, whose bounds depend on an outer one."""
    step = abs(int(at.coeff(inner.symbol)))
    begin, end = (sympy.expand(at.subs(inner.symbol, bound)) for bound in (inner.first, inner.last))
    free = begin.free_symbols | end.free_symbols
    index = next((i for i in outer if free == {i.symbol}), None)
    if index is None or not (index.first.is_Integer and index.last.is_Integer):
        return [_all(ends)]
    moves = [int(bound.coeff(index.symbol)) for bound in (begin, end)]
    if all(abs(move) in (0, step) for move in moves):  # the next one overlaps, or touches
        return [range(ends[0], ends[1] + 1, step)]
    if index.last - index.first >= MOST:
        return [_all(ends)]
    starts = [int(bound.subs(index.symbol, 0)) for bound in (begin, end)]
    found = []
    for k in range(int(index.first), int(index.last) + 1):
        low, high = sorted(start + move * k for start, move in zip(starts, moves, strict=True))
        found.append(range(low, high + 1, step))
    return found


def other_than(expr: Expr, symbols: set[Symbol]) -> bool:
    """Whether an expression has a symbol that is none of these."""
    stack: list[sympy.Basic] = [expr]
    while stack:
        part = stack.pop()
        if part.is_Symbol and part not in symbols:
            return True
        stack.extend(part.args)
    return False


def _name(named: Symbol | Slot) -> str:
    return named.name if isinstance(named, Symbol) else named.symbol.name


def _index_text(at: Expr) -> str:
    """An index as it is typed: i, i+1, 2*i-j."""
    if isinstance(at, Symbol):
        return at.name
    if at.is_Add and len(at.args) == 2 and at.args[0].is_Integer and isinstance(at.args[1], Symbol):
        return f"{at.args[1].name}{int(at.args[0]):+d}"
    return str(at).replace(" ", "")


def _entry(base: str, name: str) -> int | None:
    """The index of an entry of a family, as 7 of x7."""
    digits = name.removeprefix(base)
    return int(digits) if name.startswith(base) and digits.isdigit() and str(int(digits)) == digits else None
