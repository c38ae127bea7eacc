"""Losses that are sums as code over whole arrays: as many lines at every number of terms.

A term is an expression of slices (`x[1:20] - x[0:19]**2`), of gathers by arrays of indices, and of columns of data. An
index is an axis; where a bound depends on another index (j from i+1) the tuples are numbered one behind the other.
df goes back through the sums, ∂f/∂total first. ddf is what the sums allow: a dense matrix of few letters, a sparse
one, one plus a part of low rank where f is a function of sums, or else the product ∇²f(x)·v.

Source: A. Griewank, A. Walther, Evaluating Derivatives, 2nd ed., SIAM 2008, chapters 3 and 5.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sympy
from sympy import Dummy, Expr, S, Symbol

from symopt.codegen.writer import WIDE, Writer, one_line, shared
from symopt.expression.sums import COUNT, ROWS, Sums, Total, Variables
from symopt.loss import Loss
from symopt.program.stable import is_constant, rebuilt
from symopt.program.symbolic import Symbolic, product

ROW = Symbol(ROWS, integer=True)
WORD = re.compile(r"(?<![\w.])[A-Za-z_]\w*")
WHOLE = re.compile(r"[\w.]+(\([^()]*\)|\[[^\[\]]*\])?")  # needs no parentheses
BANDS = 12  # diagonals from which on a sparse matrix is one of entries
LINEAR = 3  # products of letters and columns from which on they are one with a matrix

ASSEMBLED = '''def assembled(n, *blocks):
    """The sparse matrix that is the sum of w at (i, j) over the blocks (i, j, w)."""
    blocks = [[np.ravel(part) for part in np.broadcast_arrays(*block)] for block in blocks]
    i, j, w = (np.concatenate(parts) for parts in zip(*blocks))
    return sparse.coo_array((w, (i, j)), shape=(n, n)).tocsr()'''

HESSIANS = {
    "dense": "∇²f({x}), a matrix (n, n)",
    "bands": "∇²f({x}), a sparse array (n, n) of its diagonals",
    "entries": "∇²f({x}), a sparse array (n, n)",
    "parts": "S, U, C with ∇²f({x}) = S + U @ C @ U.T: S a sparse array (n, n), U (n, r), C (r, r)",
    "product": "∇²f({x}) @ {v}, (n,)",
}


@dataclass(frozen=True)
class Line:
    """A line of code, and the name that it makes or changes; "" of what is always needed."""

    target: str
    text: str


@dataclass(frozen=True)
class Place:
    """Where an input of a term is read: the text of its index in the point, and the axes that it moves along.

    run: (first, step) of a slice. inner: the total that it is. letters: the names of a product of columns and letters.
    """

    text: str = ""
    axes: tuple[int, ...] = ()
    run: tuple[int, int] | None = None
    inner: Symbol | None = None
    matrix: str = ""


@dataclass
class Term:
    """One total in one function: its value, slopes and curvatures as expressions of named parts."""

    total: Total
    axes: int
    places: dict[Symbol, Place] = field(default_factory=dict)
    value: Expr = S.Zero
    slopes: dict[Symbol, Expr] = field(default_factory=dict)
    curvatures: dict[tuple[Symbol, Symbol], Expr] = field(default_factory=dict)


class ArraysCode:
    """The code of one loss in numpy or what follows its words."""

    def __init__(self, writer: Writer, loss: Loss) -> None:
        self.writer, self.loss = writer, loss.for_any_data()
        assert isinstance(self.loss.read, Sums)
        self.sums, self.means = averaged(self.loss.read)
        names = {index.symbol.name for total in self.sums.totals for index in total.indices} - {ROWS}
        self.reserved = writer.taken() - {"g", "h"} | {"sparse", "assembled", "len", "int", "float", "range"}
        self.taken = self.reserved | names
        self.columns = {name: self.free(name) for name in self.sums.columns}
        self.taken |= set(self.columns.values())
        self.x, self.v = self.free("x", "p", "point"), self.free("v", "along", "along_")
        self.g, self.h = self.free("g", "gradient"), self.free("h", "product")
        self.rows, self.row = self.free("rows", "rows_"), self.free("row", "row_")
        made = self.loss.variables
        self.names = (made if isinstance(made, Variables) else Variables(self.sums.single, self.sums.families)).names
        self.n = len(self.names)
        self.root = Total(Symbol("Σ", real=True), (), 0, self.sums.expr, ())
        self.totals = {total.symbol: total for total in (*self.sums.totals, self.root)}
        # an axis for each index, or one for all where a bound depends on another index
        self.flat = any((i.first.free_symbols | i.last.free_symbols) - {COUNT} for t in self.totals.values()
                        for i in t.indices if not i.rows)  # fmt: skip
        self.letters = {name: self.free(name) for name in self.sums.single}
        self.kept = frozenset(self.taken)
        self.given = self.kept - (names - self.reserved) - {self.row}

    def free(self, *wanted: str) -> str:
        name = next((w for w in wanted if w not in self.taken), wanted[-1])
        while name in self.taken:
            name += "_"
        self.taken.add(name)
        return name

    def new(self, letter: str) -> str:
        self.counts[letter] += 1
        return self.free(f"{letter}{self.counts[letter]}")

    def say(self, target: str, text: str) -> str:
        self.lines.append(Line(target, text))
        return target

    def let(self, target: str, text: str) -> str:
        return self.say(target, f"{target} = {text}")

    def named(self, text: str, axes: Sequence[int] = (), integer: bool = False, positive: bool | None = None) -> Dummy:
        """A symbol that is printed as some text, and moves along some axes."""
        symbol = Dummy("u", real=True, integer=integer or None, positive=positive)
        self.writer.names[symbol] = text
        self.moving[symbol] = frozenset(axes)
        return symbol

    def along(self, expr: Expr) -> set[int]:
        return set().union(*(self.moving.get(s, frozenset()) for s in expr.free_symbols))

    def print(self, expr: Expr) -> str:
        return str(self.writer.doprint(expr))

    # index sets

    def first_said(self, key: Any, target: str, text: str) -> str:
        """What is told once, before all else."""
        if key not in self.told:
            self.told[key] = target
            self.prelude.append(Line(target, f"{target} = {text}"))
        return self.told[key]

    def count(self) -> str:
        return self.first_said("rows", self.rows, f"len({next(iter(self.columns.values()))})")

    def number(self, expr: Expr) -> str:
        """A bound that is a number, or that of the rows."""
        if expr.has(COUNT):
            self.count()
        return str(expr).replace(str(COUNT), self.rows)

    def size(self, total: Total, axis: int) -> str:
        if self.one_axis(total):
            return f"len({self.tuples(total, len(total.indices))[0]})"
        index = total.indices[axis]
        return self.count() if index.rows else str(index.last - index.first + 1)

    def one_axis(self, total: Total) -> bool:
        return self.flat and len(total.indices) > 1

    def tuples(self, total: Total, length: int) -> tuple[str, ...]:
        """Of the tuples of the first `length` indices one behind the other: the index at each."""
        indices = total.indices[:length]
        if indices in self.told:
            return self.told[indices]
        index = indices[-1]
        name = self.row if index.rows else index.symbol.name
        first = "0" if index.rows else self.number(index.first)
        if length == 1:
            end = self.count() if index.rows else self.number(index.last + 1)
            own = self.fresh(name)
            self.prelude.append(Line(own, f"{own} = np.arange({first}, {end})"))
            self.told[indices] = (own,)
            return (own,)
        outer = self.tuples(total, length - 1)
        texts = {i.symbol: Symbol(text) for i, text in zip(indices, outer, strict=False)}
        start = index.first.xreplace(texts)
        counts = sympy.expand(index.last.xreplace(texts) - start + 1) if not index.rows else Symbol(self.count())
        runs, own = self.fresh("runs"), self.fresh(name)
        many = f"np.full(len({outer[0]}), {counts})" if not counts.free_symbols & set(texts.values()) else \
            f"np.maximum({counts}, 0)"  # fmt: skip
        self.prelude.append(Line(runs, f"{runs} = {many}"))
        repeated = tuple(self.fresh(text) for text in outer)
        for text, made in zip(outer, repeated, strict=True):
            self.prelude.append(Line(made, f"{made} = np.repeat({text}, {runs})"))
        moved = sympy.expand(index.first.xreplace(dict(zip(texts, map(Symbol, repeated), strict=True)))) \
            if not index.rows else S.Zero  # fmt: skip
        ahead = f" + {self.number(moved)}" if moved != 0 else ""
        begin = f"np.repeat(np.cumsum({runs}) - {runs}, {runs})"
        self.prelude.append(Line(own, f"{own} = np.arange(len({repeated[0]})) - {begin}{ahead}"))
        self.told[indices] = (*repeated, own)
        self.told["runs", indices] = runs
        return self.told[indices]

    def fresh(self, name: str) -> str:
        made = name
        while made in self.used_indices:
            made += "_"
        self.used_indices.add(made)
        return made

    def prefix(self, total: Total, length: int) -> str:
        """For each tuple of a total the number of that of its first `length` indices."""
        key = ("prefix", total.indices, length)
        if key not in self.told:
            self.tuples(total, len(total.indices))
            outer = self.tuples(total, length)[0]
            text = f"np.arange(len({outer}))"
            for k in range(length + 1, len(total.indices) + 1):
                text = f"np.repeat({text}, {self.told['runs', total.indices[:k]]})"
            self.first_said(key, self.fresh("at"), text)
        return str(self.told[key])

    def index(self, total: Total, symbol: Symbol) -> tuple[str, tuple[int, ...]]:
        """The whole numbers of an index, aligned with the axes of its total."""
        k = next(k for k, index in enumerate(total.indices) if index.symbol == symbol)
        if self.one_axis(total):
            return self.tuples(total, len(total.indices))[k], (0,)
        own = self.tuples(replace(total, indices=(total.indices[k],)), 1)[0]
        return aligned(own, (k,), range(len(total.indices))), (k,)

    def at(self, total: Total, expr: Expr) -> tuple[str, tuple[int, ...]]:
        """An index that is affine in others and in columns."""
        texts, axes = {}, set()
        for symbol in expr.free_symbols:
            if any(index.symbol == symbol for index in total.indices):
                text, own = self.index(total, symbol)
            else:
                column = self.columns[symbol.name]
                whole = self.first_said(("int", column), self.fresh(f"{column}_at"), f"{column}.astype(int)")
                text, own = self.at_row(total, whole)
            texts[symbol] = Symbol(text)
            axes |= set(own)
        return str(sympy.expand(expr).xreplace(texts)), tuple(sorted(axes))

    def at_row(self, total: Total, column: str) -> tuple[str, tuple[int, ...]]:
        """A column at the row at hand."""
        k = next(k for k, index in enumerate(total.indices) if index.rows)
        if self.one_axis(total):
            return f"{column}[{self.tuples(total, len(total.indices))[k]}]", (0,)
        return aligned(column, (k,), range(len(total.indices))), (k,)

    def run(self, total: Total, place: Expr) -> tuple[str, tuple[int, ...], tuple[int, int]] | None:
        """(the slice, its axis, (first, step)) of a place that is affine in one index whose bounds are numbers."""
        if self.one_axis(total) or len(place.free_symbols) != 1:
            return None
        (symbol,) = place.free_symbols
        k = next((k for k, i in enumerate(total.indices) if i.symbol == symbol and not i.rows), None)
        if k is None:
            return None
        index, step = total.indices[k], place.coeff(symbol)
        if not (step.is_Integer and index.first.is_Integer and index.last.is_Integer):
            return None
        first, last = int(place.subs(symbol, index.first)), int(place.subs(symbol, index.last))
        end = last + (1 if step > 0 else -1)
        text = f"{first}:{end if end >= 0 else ''}" + (f":{step}" if step != 1 else "")
        return text, (k,), (first, int(step))

    # inputs of a term

    def place(self, total: Total, symbol: Symbol) -> tuple[Dummy, Place | None]:
        """What stands for a symbol of a term, and where it is read; None where it does not move."""
        axes = range(1 if self.one_axis(total) else len(total.indices))
        if (slot := next((s for s in total.slots if s.symbol == symbol), None)) is not None:
            if slot.column:
                column = self.columns[slot.base]
                if slot.at == ROW:
                    return self.named(*self.at_row(total, column)), None
                if (found := self.run(total, slot.at)) is not None:
                    return self.named(aligned(f"{column}[{found[0]}]", found[1], axes), found[1]), None
                text, own = self.at(total, slot.at)
                return self.named(f"{column}[{text}]", own), None
            where = self.variable(total, slot)
            read = f"{self.x}[{where.text}]"
            if where.run is None:
                read = self.let(self.new("u"), read)
                return self.named(read, where.axes), where
            return self.named(aligned(read, where.axes, axes), where.axes), where
        if symbol in self.totals:
            inner = self.totals[symbol]
            return self.named(*self.read(total, inner, self.values[symbol])), Place(inner=symbol,
                              axes=self.inner_axes(total, inner))  # fmt: skip
        if any(index.symbol == symbol for index in total.indices):
            text, own = self.index(total, symbol)
            return self.named(f"(1.0*{text})", own), None
        if symbol == COUNT:
            return self.named(self.count(), positive=True), None
        k = self.names.index(symbol.name)
        name = self.letters.get(symbol.name)
        text = self.first_said(("letter", k), name, f"{self.x}[{k}]") if name else f"{self.x}[{k}]"
        return self.named(text), Place(str(k))

    def variable(self, total: Total, slot: Any) -> Place:
        begin, indices = self.names.family(slot.base)
        place = sympy.expand(begin + (slot.at - indices.start) / indices.step)
        if not slot.clipped and (found := self.run(total, place)) is not None:
            return Place(*found)
        whole = all(place.coeff(s).is_Integer for s in place.free_symbols)
        if whole and not slot.clipped:
            return Place(*self.at(total, place))
        text, axes = self.at(total, slot.at - indices.start)
        text = text if indices.step == 1 else f"({text})//{indices.step}"
        text = f"np.clip({text}, 0, {len(indices) - 1})" if slot.clipped else text
        return Place(f"{text} + {begin}" if begin else text, axes)

    def inner_axes(self, total: Total, inner: Total) -> tuple[int, ...]:
        return tuple(range(min(inner.outer, 1) if self.one_axis(total) else inner.outer))

    def read(self, total: Total, inner: Total, known: tuple[str, frozenset[int]]) -> tuple[str, Sequence[int]]:
        """A number of each outer tuple of an inner total, at the tuples of a total."""
        text, own = known
        if inner.outer == 0 or not own:
            return text, ()
        if self.one_axis(total):
            return (text if inner.outer == len(total.indices) else f"{text}[{self.prefix(total, inner.outer)}]"), (0,)
        return aligned(text, sorted(own), range(len(total.indices))), sorted(own)

    # terms

    def term(self, total: Total, orders: int) -> Term:
        """A total's value, slopes and curvatures up to an order, what they share said before."""
        made = Term(total, 1 if self.one_axis(total) else len(total.indices))
        stands: dict[Expr, Symbol] = {}
        term = self.with_matrices(made, stands)
        for symbol in sorted(term.free_symbols - set(made.places), key=lambda s: s.name):
            if symbol in self.moving:
                continue
            stands[symbol], where = self.place(total, symbol)
            if where is not None:
                made.places[stands[symbol]] = where
        typed = term.xreplace(stands)
        inputs = sorted(typed.free_symbols, key=lambda s: s.dummy_index)
        program = Symbolic(inputs)
        value = program.lower(typed)
        nodes: dict[Any, int] = {(): value}
        if orders:
            slopes = {inputs[k]: node for k, node in program.gradient(value).items() if inputs[k] in made.places}
            nodes |= {(s,): node for s, node in slopes.items()}
            if orders > 1:
                for s, node in slopes.items():
                    found = program.gradient(node, upto=inputs.index(s))
                    nodes |= {(s, inputs[k]): second for k, second in found.items() if inputs[k] in made.places}
        wanted = [key for key in nodes if key or orders == 0 or total.symbol in self.read_values]
        formulas = [squared(made) for made in program.formulas([nodes[key] for key in wanted])]
        steps, left = shared(formulas, self.temporaries())
        for symbol, expr in steps:
            self.moving[symbol] = frozenset(self.along(expr))
            self.let(self.writer.names[symbol], self.print(expr))
        for key, expr in zip(wanted, left, strict=True):
            if len(key) == 0:
                made.value = expr
            elif len(key) == 1:
                made.slopes[key[0]] = expr
            else:
                made.curvatures[key] = expr
        return made

    def temporaries(self) -> Iterator[Dummy]:
        while True:
            yield self.named(self.new("t"))

    def with_matrices(self, made: Term, stands: dict[Expr, Symbol]) -> Expr:
        """The term with Σ c·column·letter as products of a matrix with letters."""
        total = made.total
        columns = {s.symbol: s.base for s in total.slots if s.column and s.at == ROW}
        if len(total.indices) != 1 or not columns:
            return total.term

        def letter(part: Expr) -> tuple[int, str] | None:
            factors = sympy.Mul.make_args(part)
            if len(factors) != 2:
                return None
            column, other = sorted(factors, key=lambda s: s not in columns)
            fixed = column in columns and isinstance(other, Symbol) and other not in columns
            other_kind = {*self.totals, COUNT, ROW, *(slot.symbol for slot in total.slots)}
            if not fixed or other in other_kind:
                return None
            return self.names.index(other.name), self.columns[columns[column]]

        def replaced(expr: Any) -> Any:
            if not expr.args or not expr.free_symbols & columns.keys():
                return expr
            if isinstance(expr, sympy.Add):
                known = [(part, letter(part)) for part in expr.args]
                linear = sorted(p for _, p in known if p is not None)
                if len({k for k, _ in linear}) == len(linear) >= LINEAR:
                    at = [k for k, _ in linear]
                    where = f"{at[0]}:{at[-1] + 1}" if at == list(range(at[0], at[-1] + 1)) else str(at)
                    listed = ", ".join(column for _, column in linear)
                    matrix = self.first_said(("matrix", listed), self.fresh_name("X"), f"np.stack(({listed})).T")
                    u = self.named(self.let(self.new("u"), f"{matrix} @ {self.x}[{where}]"), (0,))
                    made.places[u] = Place(where, (0,), matrix=matrix)
                    return sympy.Add(u, *(replaced(part) for part, p in known if p is None))
            return expr.func(*(replaced(part) for part in expr.args))

        return replaced(total.term)

    def fresh_name(self, name: str) -> str:
        return self.new(name) if name in self.taken else self.free(name)

    def weighted(self, *factors: Expr) -> Expr:
        return product(*(f for f in factors if f != 1)) if any(f != 1 for f in factors) else S.One

    def vector(self, term: Term, expr: Expr) -> tuple[str, str]:
        """The rows' weights of a matrix of data, and what divides the product."""
        text = self.print(expr)
        if not self.along(expr):
            text = f"np.full({self.size(term.total, 0)}, {text})"
        return whole(text), f"/{self.count()}" if term.total.symbol in self.means else ""

    def reduced(self, term: Term, expr: Expr, keep: Sequence[int]) -> tuple[str, frozenset[int]]:
        """Σ of an expression over the axes of its term but some, and the axes along which that still moves."""
        own = self.along(expr)
        gone = [axis for axis in range(term.axes) if axis not in keep]
        text = self.print(expr)
        mean = term.total.symbol in self.means
        if expr == 0:
            return "0.0", frozenset()
        dims = range(min(own), term.axes) if own else ()
        drop = [axis for axis in dims if axis in gone or axis not in own]
        if own and len(drop) == len(dims):
            text = f"{whole(text)}.{'mean' if mean else 'sum'}()"
        elif drop:
            where = [axis - term.axes for axis in drop]
            text = f"{whole(text)}.sum(axis={where[0] if len(where) == 1 else tuple(where)})"
        sizes = [self.size(term.total, axis) for axis in gone if axis not in own and not mean]
        if sizes and text == "1":
            text = "*".join(sizes)
        elif sizes:
            text = f"{'*'.join(sizes)}*{whole(text)}"
        if mean and not gone:
            text = f"{whole(text)}/{self.count()}"
        return text, frozenset(own & set(keep))

    def summed(self, term: Term, expr: Expr) -> tuple[str, frozenset[int]]:
        """Σ over the term's own indices: a number for each outer tuple."""
        outer = term.total.outer
        if outer and self.one_axis(term.total):
            if outer == len(term.total.indices):
                return self.print(expr), frozenset(self.along(expr))
            return self.counted(term.total, outer, expr), frozenset({0})
        return self.reduced(term, expr, range(outer))

    def counted(self, total: Total, length: int, expr: Expr) -> str:
        text = self.print(expr)
        if not self.along(expr):
            text = f"np.full({self.size(total, 0)}, {text})"
        outer = self.tuples(total, length)[0]
        return f"np.bincount({self.prefix(total, length)}, {text}, len({outer}))"

    def scaled(self, weight: Expr, term: Term, expr: Expr, keep: Sequence[int]) -> tuple[str, frozenset[int]]:
        """As `reduced`, of a weight that may stand before the sum."""
        if self.along(weight) or weight == 1:
            return self.reduced(term, self.weighted(expr, weight), keep)
        if not self.along(expr) or all(axis in keep for axis in range(term.axes)):
            return self.reduced(term, self.weighted(weight, expr), keep)
        text, axes = self.reduced(term, expr, keep)
        return f"{self.print(weight)}*{whole(text)}", axes

    def add(self, target: str, term: Term, place: Place, weight: Expr, expr: Expr) -> None:
        """target += Jᵀ·(weight·expr) for an input that is no total."""
        if place.matrix:
            text, many = self.vector(term, self.weighted(weight, expr))
            self.say(target, f"{target}[{place.text}] += {place.matrix}.T @ {text}{many}")
            return
        text, axes = self.scaled(weight, term, expr, place.axes)
        if place.axes and place.run is None:
            text = aligned(whole(text) if len(axes) < len(place.axes) else text, sorted(axes), place.axes)
            self.say(target, f"np.add.at({target}, {place.text}, {text})")
        else:
            self.say(target, f"{target}[{place.text}] += {text}")

    # functions

    def reset(self) -> None:
        self.taken = set(self.kept)
        self.used_indices = set(self.given)
        self.counts: Counter[str] = Counter()
        self.lines: list[Line] = []
        self.prelude: list[Line] = []
        self.told: dict[Any, Any] = {}
        self.moving: dict[Symbol, frozenset[int]] = {}
        self.values: dict[Symbol, tuple[str, frozenset[int]]] = {}
        self.read_values: set[Symbol] = set(self.totals)

    def forward(self, orders: int) -> dict[Symbol, Term]:
        terms = {}
        for symbol, total in self.totals.items():
            if total is self.root and orders == 0:
                continue
            terms[symbol] = term = self.term(total, orders)
            if total is not self.root:
                text, axes = self.summed(term, term.value)
                self.values[symbol] = self.let(self.new("s"), text), axes
        return terms

    def f(self) -> list[str]:
        self.reset()
        self.forward(0)
        root = self.term(self.root, 0)
        return self.body(self.print(root.value))

    def adjoints(self, terms: dict[Symbol, Term]) -> Iterator[tuple[Term, Expr]]:
        """The totals from the last to the first, each with ∂f/∂total; those without one left out."""
        found: dict[Symbol, list[tuple[str, frozenset[int]]]] = {self.root.symbol: [("1", frozenset())]}
        for symbol, term in reversed(terms.items()):
            if symbol not in found:
                continue
            weight = self.joined(term, found[symbol], "a")
            yield term, weight
            for u, slope in term.slopes.items():
                inner = term.places[u].inner
                if inner is not None:
                    found.setdefault(inner, []).append(self.towards(term, inner, weight, slope))

    def joined(self, term: Term, parts: Sequence[tuple[str, frozenset[int]]], letter: str) -> Expr:
        """What was gathered of a total, as its tuples read it."""
        if [text for text, _ in parts] == ["1"]:
            return S.One
        outer = range(term.total.outer if not self.one_axis(term.total) else min(term.total.outer, 1))
        axes = frozenset().union(*(own for _, own in parts))
        several = len(parts) > 1
        texts = [aligned(whole(text) if own and own != axes else text, sorted(own), sorted(axes))
                 for text, own in parts]  # fmt: skip
        name = " + ".join(f"({t})" if several and " " in t else t for t in texts)
        name = name if name.isidentifier() else self.let(self.new(letter), name)
        assert axes <= set(outer)
        return self.named(*self.read(term.total, term.total, (name, axes)))

    def towards(self, term: Term, inner: Symbol, weight: Expr, slope: Expr) -> tuple[str, frozenset[int]]:
        """Σ weight·slope over what an inner total does not depend on."""
        outer = self.totals[inner].outer
        if outer and self.one_axis(term.total):
            expr = self.weighted(weight, slope)
            if outer == len(term.total.indices):
                return self.print(expr), frozenset(self.along(expr))
            return self.counted(term.total, outer, expr), frozenset({0})
        return self.scaled(weight, term, slope, range(outer))

    def df(self) -> list[str]:
        self.reset()
        terms = self.forward(1)
        self.let(self.g, f"np.zeros({self.n})")
        for term, weight in self.adjoints(terms):
            for u, slope in term.slopes.items():
                if term.places[u].inner is None:
                    self.add(self.g, term, term.places[u], weight, slope)
        return self.body(self.g)

    # the Hessian

    def form(self, terms: dict[Symbol, Term]) -> str:
        """What ddf gives: a key of HESSIANS."""
        places = {u: p for term in terms.values() for u, p in term.places.items()}
        pairs = [(term, places[a], places[b]) for term in terms.values() for a, b in term.curvatures]
        whole = all(self.totals[s].outer == 0 for s in self.curved(terms))
        if not whole:
            return "product"
        if all(p.inner is not None or not p.axes or p.matrix for p in places.values()):
            return "dense"
        if any(p.matrix for _, a, b in pairs for p in (a, b)):
            return "product"
        if self.curved(terms):
            return "parts"
        return self.sparsity([(t, a, b) for t, a, b in pairs])

    def sparsity(self, pairs: Sequence[tuple[Term, Place, Place]]) -> str:
        offsets = set()
        for term, a, b in pairs:
            if a.inner or b.inner:
                continue
            if term.axes > 1 or (offset := banded(a, b)) is None:
                return "entries"
            offsets.add(abs(offset))
        return "bands" if len(offsets) <= BANDS else "entries"

    def curved(self, terms: dict[Symbol, Term]) -> list[Symbol]:
        """The totals whose own slope is a part of ∇²f, in their order."""
        found: set[Symbol] = set()
        for symbol, term in reversed(terms.items()):
            inner = {u: p.inner for u, p in term.places.items() if p.inner is not None}
            if symbol in found:
                found |= {inner[u] for u in term.slopes if u in inner}
            found |= {inner[u] for pair in term.curvatures for u in pair if u in inner}
        return [s for s in terms if s in found]

    def ddf(self) -> list[str]:
        self.reset()
        terms = self.forward(2)
        self.kind = self.form(terms)
        if self.kind == "product":
            return self.product(terms)
        slopes = self.jacobians(terms)
        if self.kind == "dense":
            self.let(self.h, f"np.zeros(({self.n}, {self.n}))")
        pairs = [(t, t.places[a], t.places[b]) for t in terms.values() for a, b in t.curvatures]
        sparse = self.sparsity(pairs) if self.kind == "parts" else self.kind
        self.blocks: list[str] = []
        self.bands: dict[int, str] = {}
        self.factors: list[str] = []
        self.middle: Counter[Any] = Counter()
        self.cores: dict[tuple[str, str], list[str]] = {}
        for term, weight in self.adjoints(terms):
            for (a, b), expr in term.curvatures.items():
                one, other = term.places[a], term.places[b]
                if one.inner is not None or other.inner is not None:
                    self.low_rank(term, one, other, a == b, weight, expr, slopes)
                elif self.kind == "dense":
                    self.dense(term, one, other, a == b, weight, expr)
                elif sparse == "bands":
                    self.band(term, one, other, a == b, weight, expr)
                else:
                    self.entries(term, one, other, a == b, weight, expr)
        return self.body(self.h if self.kind == "dense" else self.sparse(sparse))

    def sparse(self, sparse: str) -> str:
        """The sparse part, and that of low rank, as text."""
        shape = f"({self.n}, {self.n})"
        if sparse == "bands":
            both = {}
            for offset, name in sorted(self.bands.items()):
                both[offset] = name
                if offset:
                    both[-offset] = name
            made = f"sparse.diags_array([{', '.join(both.values())}], offsets={list(both)}, shape={shape})"
        else:
            made = f"assembled({self.n}, {', '.join(self.blocks)})"
            self.writer.used.add("assembled")
        if not (self.bands if sparse == "bands" else self.blocks):
            made = f"sparse.coo_array({shape})"
        self.writer.used.add("sparse.")
        if self.kind != "parts":
            return made
        matrix = self.let(self.free("S"), made)
        u = self.let(self.free("U"), f"np.stack([{', '.join(self.factors)}]).T")
        size = len(self.factors)
        c = self.let(self.free("C"), f"np.zeros(({size}, {size}))")
        for (one, other), texts in self.cores.items():
            i, j = self.factors.index(one), self.factors.index(other)
            entry = f"{c}[{i}, {j}] = " + (f"{c}[{j}, {i}] = " if i != j else "")
            self.say(c, entry + " + ".join(f"({t})" if len(texts) > 1 and t[0] == "-" else t for t in texts))
        return f"{matrix}, {u}, {c}"

    def jacobians(self, terms: dict[Symbol, Term]) -> dict[Symbol, str]:
        found: dict[Symbol, str] = {}
        for symbol in self.curved(terms):
            term = terms[symbol]
            name = found[symbol] = self.let(self.new("j"), f"np.zeros({self.n})")
            for u, slope in term.slopes.items():
                self.steep(name, term, term.places[u], S.One, slope, found)
        return found

    def steep(self, target: str, term: Term, place: Place, weight: Expr, expr: Expr, slopes: dict[Symbol, str]) -> None:
        """target += the derivative of an input, weighted, whatever that is."""
        if place.inner is None:
            self.add(target, term, place, weight, expr)
        else:
            text, _ = self.scaled(weight, term, expr, ())
            self.say(target, f"{target} += {whole(text)}*{slopes[place.inner]}")

    def low_rank(
        self, term: Term, one: Place, other: Place, same: bool, weight: Expr, expr: Expr, slopes: dict[Symbol, str]
    ) -> None:
        if one.inner is not None and other.inner is not None:
            left, right = slopes[one.inner], slopes[other.inner]
            core, _ = self.scaled(weight, term, expr, ())
        else:
            inner, rest = (one, other) if one.inner is not None else (other, one)
            assert inner.inner is not None
            left, right, core = self.let(self.new("r"), f"np.zeros({self.n})"), slopes[inner.inner], "1"
            self.add(left, term, rest, weight, expr)
        if self.kind == "dense":
            scale = "" if core == "1" else f"{whole(core)}*"
            both = f"np.outer({left}, {right})"
            self.say(self.h, f"{self.h} += {scale}{both}" if same else
                     f"{self.h} += {scale}({both} + np.outer({right}, {left}))")  # fmt: skip
            return
        for name in (left, right):
            if name not in self.factors:
                self.factors.append(name)
        key = (left, right) if (right, left) not in self.cores else (right, left)
        twice = left == right and not same
        self.cores.setdefault(key, []).append(f"2*{whole(core)}" if twice else core)

    def dense(self, term: Term, one: Place, other: Place, same: bool, weight: Expr, expr: Expr) -> None:
        if other.matrix and not one.matrix:
            one, other = other, one
        h = self.h
        if one.matrix:
            text, many = self.vector(term, self.weighted(weight, expr))
            if other.matrix:
                core = f"{one.matrix}.T @ ({text}[:, None]*{other.matrix}){many}"
                self.say(h, f"{h}[{crossed(one, other)}] += {core}")
                if not same:
                    self.say(h, f"{h}[{crossed(other, one)}] += ({core}).T")
                return
            name = self.let(self.new("w"), f"{one.matrix}.T @ {text}{many}")
            self.say(h, f"{h}[{one.text}, {other.text}] += {name}")
            self.say(h, f"{h}[{other.text}, {one.text}] += {name}")
            return
        text, _ = self.scaled(weight, term, expr, ())
        if same:
            self.say(h, f"{h}[{one.text}, {one.text}] += {text}")
            return
        name = self.let(self.new("w"), text)
        self.say(h, f"{h}[{one.text}, {other.text}] += {name}")
        self.say(h, f"{h}[{other.text}, {one.text}] += {name}")

    def band(self, term: Term, one: Place, other: Place, same: bool, weight: Expr, expr: Expr) -> None:
        offset = banded(one, other)
        assert offset is not None
        if abs(offset) not in self.bands:
            name = self.bands[abs(offset)] = self.free(f"d{abs(offset)}")
            self.let(name, f"np.zeros({self.n - abs(offset)})")
        scale = 2 if offset == 0 and not same else 1
        text, _ = self.scaled(weight, term, sympy.Mul(scale, expr, evaluate=False) if scale > 1 else expr, one.axes)
        least = one if offset >= 0 else other
        name = self.bands[abs(offset)]
        self.say(name, f"{name}[{least.text}] += {text}")

    def entries(self, term: Term, one: Place, other: Place, same: bool, weight: Expr, expr: Expr) -> None:
        keep = sorted({*one.axes, *other.axes})
        text, axes = self.scaled(weight, term, expr, keep)
        w = self.let(self.new("w"), aligned(whole(text) if axes and list(axes) != keep else text, sorted(axes), keep))
        i, j = (self.positions(term, place, keep) for place in (one, other))
        self.blocks += [f"({i}, {j}, {w})"] if same else [f"({i}, {j}, {w})", f"({j}, {i}, {w})"]

    def positions(self, term: Term, place: Place, keep: Sequence[int]) -> str:
        if place.run is None:
            if not place.axes:
                return place.text
            text = self.first_said(("places", term.total.indices, place.text), self.new("k"), place.text) \
                if not WORD.fullmatch(place.text) else place.text  # fmt: skip
            return text
        first, step = place.run
        index = term.total.indices[place.axes[0]]
        count = int(index.last - index.first) + 1
        if step < 0:
            text = f"np.arange({first}, {first + step * count}, {step})"
        else:
            text = f"np.arange({first}, {first + step * (count - 1) + 1}{f', {step}' if step != 1 else ''})"
        return aligned(text, place.axes, keep)

    def product(self, terms: dict[Symbol, Term]) -> list[str]:
        """∇²f·v: the tangent along v of the sweep back."""
        moved: dict[Symbol, tuple[str, frozenset[int]]] = {}
        tangents: dict[tuple[Symbol, Symbol], Expr] = {}
        for symbol, term in terms.items():
            parts = []
            for u, place in term.places.items():
                tangents[symbol, u] = self.tangent(term, place, moved)
                if u in term.slopes:
                    parts.append(self.weighted(term.slopes[u], tangents[symbol, u]))
            if symbol is not self.root.symbol:
                expr = sympy.Add(*parts, evaluate=False) if len(parts) > 1 else sympy.Add(*parts)
                text, axes = self.summed(term, expr)
                moved[symbol] = self.let(self.new("m"), text), axes
        self.let(self.h, f"np.zeros({self.n})")
        second: dict[Symbol, list[tuple[str, frozenset[int]]]] = {}
        for term, weight in self.adjoints(terms):
            symbol = term.total.symbol
            turned = self.joined(term, second[symbol], "b") if symbol in second else S.Zero
            change: dict[Symbol, list[Expr]] = {}
            for u, slope in term.slopes.items():
                if turned != 0:
                    change.setdefault(u, []).append(self.weighted(turned, slope))
            for (a, b), expr in term.curvatures.items():
                change.setdefault(a, []).append(self.weighted(weight, expr, tangents[symbol, b]))
                if a != b:
                    change.setdefault(b, []).append(self.weighted(weight, expr, tangents[symbol, a]))
            for u, parts in change.items():
                made = sympy.Add(*parts, evaluate=False) if len(parts) > 1 else parts[0]
                place = term.places[u]
                if place.inner is None:
                    self.add(self.h, term, place, S.One, made)
                else:
                    second.setdefault(place.inner, []).append(self.towards(term, place.inner, S.One, made))
        return self.body(self.h)

    def tangent(self, term: Term, place: Place, moved: dict[Symbol, tuple[str, frozenset[int]]]) -> Expr:
        axes = range(term.axes)
        if place.inner is not None:
            return self.named(*self.read(term.total, self.totals[place.inner], moved[place.inner]))
        text = f"{self.v}[{place.text}]"
        if place.matrix:
            return self.named(self.let(self.new("q"), f"{place.matrix} @ {text}"), place.axes)
        if place.axes and place.run is None:
            return self.named(self.let(self.new("q"), text), place.axes)
        return self.named(aligned(text, place.axes, axes), place.axes)

    # text

    def body(self, result: str) -> list[str]:
        """The lines that the result needs, and what it is."""
        live, kept = set(WORD.findall(result)), []
        for line in reversed([*self.prelude, *self.lines]):
            if line.target in live:
                live |= set(WORD.findall(line.text))
                kept.append(line)
        if kept and kept[0].text.startswith(f"{result} = "):
            result = kept.pop(0).text.removeprefix(f"{result} = ")
        return [*(line.text for line in reversed(kept)), *wrapped_call(result)]

    def source(self) -> str:
        """f, df and ddf as text."""
        bodies = {"f": self.f(), "df": self.df(), "ddf": self.ddf()}
        told = {"f": "f at one point (n,)", "df": f"∇f({self.x}), (n,)",
                "ddf": HESSIANS[self.kind].format(x=self.x, v=self.v)}  # fmt: skip
        functions = []
        for name, body in bodies.items():
            points = [self.x, self.v] if name == "ddf" and self.kind == "product" else [self.x]
            given = [*points, *self.columns.values()]
            listed = ", ".join(given)
            many = f"({listed})" if len(given) > 1 else f"({listed},)"
            opened = f"    {listed} = (np.asarray(u, dtype=float) for u in {many})" if len(given) > 1 else \
                f"    {listed} = np.asarray({listed}, dtype=float)"  # fmt: skip
            functions += ["", "", f"def {name}({listed}):", f'    """{told[name]}."""', opened]
            functions += [f"    {line}" for line in body]
        used = self.writer.used
        helpers = [*self.writer.needed_helpers(), *([ASSEMBLED] if "assembled" in used else [])]
        head = [
            self.writer.comment.format(f"f = {one_line(self.loss)}, its gradient and its Hessian"),
            self.writer.comment.format(f"{self.x} holds ({', '.join(self.loss.arguments)}): {self.n:,} variables"),
            *(["import math"] if "math." in used else []),
            "import numpy as np",
        ]
        modules = [module for module in ("sparse", "special") if f"{module}." in used]
        head += [f"from scipy import {', '.join(modules)}"] if modules else []
        return "\n".join([*head, *(line for text in helpers for line in ("", "", text)), *functions]) + "\n"


def averaged(sums: Sums) -> tuple[Sums, frozenset[Symbol]]:
    """Sums over the rows that are divided by their number as means: the sums, and which of them are means."""
    means = set()
    for total in sums.totals:
        if total.outer or len(total.indices) != 1 or not total.rows:
            continue
        mean = {total.symbol: COUNT * total.symbol}
        readers = [e for e in (sums.expr, *(t.term for t in sums.totals)) if e.has(total.symbol)]
        if readers and all(e.has(COUNT) and not e.xreplace(mean).has(COUNT) for e in readers):
            means.add(total.symbol)
            sums = replace(sums, expr=sums.expr.xreplace(mean),
                           totals=tuple(replace(t, term=t.term.xreplace(mean)) for t in sums.totals))  # fmt: skip
    return sums, frozenset(means)


def squared(expr: Any) -> Any:
    """Whole powers from the third on as products of squares: numpy's own are 30 times as slow."""
    if not expr.args:
        return expr
    made = rebuilt(expr, tuple(map(squared, expr.args)))
    if not (isinstance(made, sympy.Pow) and made.exp.is_Integer and 2 < abs(made.exp) <= 16) or is_constant(made):
        return made
    bits, parts, power = int(abs(made.exp)), [], made.base
    while bits:
        if bits & 1:
            parts.append(power)
        bits >>= 1
        power = sympy.Pow(power, 2, evaluate=False)
    product_ = parts[0] if len(parts) == 1 else sympy.Mul(*parts, evaluate=False)
    return product_ if made.exp > 0 else sympy.Pow(product_, -1, evaluate=False)


def aligned(text: str, own: Sequence[int], axes: Sequence[int]) -> str:
    """An array along some axes, as it is broadcast along them all."""
    axes = list(axes)
    if not own or len(axes) <= 1:
        return text
    after = axes[axes.index(own[0]) :]
    marks = [":" if axis in own else "None" for axis in after]
    return text if "None" not in marks else f"{text}[{', '.join(marks)}]"


def whole(text: str) -> str:
    """A text as a factor."""
    return text if WHOLE.fullmatch(text) else f"({text})"


def wrapped_call(result: str) -> list[str]:
    """The end of a function; a call with many arguments over several lines."""
    name, brackets, rest = result.partition("(")
    if len(result) < WIDE or name != "assembled":
        return [f"return {result}"]
    return [f"return {name}(", *(f"    {part}," for part in re.split(r", (?=\()", rest[:-1]) if brackets), ")"]


def banded(one: Place, other: Place) -> int | None:
    """How far the other variable stands behind the one, the same at every tuple; None where it is not."""
    if one.run is not None and other.run is not None:
        return other.run[0] - one.run[0] if one.run[1] == other.run[1] and one.axes == other.axes else None
    if one.axes or other.axes or one.matrix or other.matrix:
        return None
    return int(other.text) - int(one.text)


def crossed(one: Place, other: Place) -> str:
    """Rows and columns of a block."""
    texts = [p.text for p in (one, other)]
    if any("[" in text for text in texts):
        listed = [text if "[" in text else f"range({text.replace(':', ', ')})" for text in texts]
        return f"np.ix_({', '.join(listed)})"
    return ", ".join(texts)


def stays(loss: Loss) -> bool:
    """Whether the loss is written over whole arrays."""
    return loss.general is not None and isinstance(loss.read, Sums)
