"""The sweep forward through the sums of a loss and back: f and its gradient over whole arrays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import sympy
from sympy import Dummy, Expr, S, Symbol

from symopt.codegen.arrays.places import ROW, Place, Places, aligned, whole
from symopt.codegen.writer import shared
from symopt.expression.sums import COUNT, Total
from symopt.program.stable import is_constant, rebuilt
from symopt.program.symbolic import Symbolic, product

LINEAR = 3  # products of letters and columns from which on they are one with a matrix


@dataclass
class Term:
    """One total in one function: its value, slopes and curvatures as expressions of named parts."""

    total: Total
    axes: int
    places: dict[Symbol, Place] = field(default_factory=dict)
    value: Expr = S.Zero
    slopes: dict[Symbol, Expr] = field(default_factory=dict)
    curvatures: dict[tuple[Symbol, Symbol], Expr] = field(default_factory=dict)


class Sweep(Places):
    """The terms of a loss in one function, f and df.

    module: what holds the functions of arrays that move with the variables or with the data.
    """

    module = "np"

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
                    where = f"{at[0]}:{at[-1] + 1}" if at == list(range(at[0], at[-1] + 1)) else f"np.array({at})"
                    listed = ", ".join(column for _, column in linear)
                    matrix = self.first_said(
                        ("matrix", listed), self.fresh_name("X"), f"{self.module}.stack(({listed})).T"
                    )
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
