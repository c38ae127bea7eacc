"""The totals of a loss that is sums, swept over part by part: f, ∇f, and how much each total weighs in f."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from sympy import Symbol

from symopt.expression.sums import Names, Sums, Total
from symopt.program.evaluate import EPS, as_points
from symopt.program.sums.domain import Part
from symopt.program.sums.inputs import Along, Inner, Input, gather
from symopt.program.sums.term import Columns, Context, Term
from symopt.program.sums.threads import in_order

if TYPE_CHECKING:
    from symopt.data.columns import Data

CHUNK = 32_768  # terms at a time, over all points: what a program keeps of them fits the cache
SHARED = 2 * CHUNK  # terms from which on the processors share the work
LANES = 1_024  # points at a time
EXACT = 10**6  # terms up to which what no variable moves is summed up exactly
WHOLE = Symbol("Σ", real=True)  # stands for the loss itself


class Totals:
    """The totals of a loss that is an expression of sums: f, ∇f and the adjoints λ from one sweep over each."""

    def __init__(self, sums: Sums, names: Names, data: Data | None = None, given: Collection[str] = ()) -> None:
        self.sums, self.names, self.data = sums, names, data
        self.n = len(names)
        context = Context(names, data, given)
        self.totals = context.totals
        for total in (*sums.totals, Total(WHOLE, (), 0, sums.expr, ())):
            self.totals[total.symbol] = Term(total, context)
        self.root = self.totals[WHOLE]
        self.steady: dict[Symbol, np.ndarray] = {}
        """The totals such as mean(y), once they are known: (1, number of outer tuples)."""

    @cached_property
    def kinks(self) -> tuple[str, ...]:
        """The functions whose derivatives jump somewhere."""
        return tuple(sorted(set().union(*(t.program.kinks for t in self.totals.values() if t.slopes or not t.moving))))

    @property
    def operations(self) -> int:
        """How many operations f takes."""
        return self.operations_of(1)

    def operations_of(self, rows: int) -> int:
        """How many f would take with each row so often."""
        counts = {t: t.domain.size * (rows if t.total.over_rows else 1) for t in self.totals.values()}
        return sum(len(t.program.reachable([t.value_node])) * count for t, count in counts.items())

    @property
    def nesting(self) -> int:
        """How deep functions stand inside functions, at most."""
        return sum(t.program.nesting(t.value_node) for t in self.totals.values())

    @cached_property
    def curved(self) -> set[Symbol]:
        """The totals whose own derivative is a part of ∇²f: those that a term is curved in, and what they read."""
        found: set[Symbol] = set()
        for symbol, term in reversed(self.totals.items()):
            inner = [u.symbol for u in term.inputs if isinstance(u, Inner)]
            if symbol in found:
                found.update(inner)
            bent = {k for pair in term.curvatures for k in pair}
            found.update(u.symbol for k in bent if isinstance(u := term.inputs[k], Inner))
        return found

    @cached_property
    def read(self) -> set[Symbol]:
        """The totals whose value the derivatives of others ask for."""
        found: set[Symbol] = set()
        for term in self.totals.values():
            asked = term.program.reachable(list(term.slopes.values()))
            found |= {u.symbol for k, u in enumerate(term.inputs) if isinstance(u, Inner) and k in asked}
        return found

    # one sweep over the tuples of a total

    def sweep(
        self,
        term: Term,
        x: np.ndarray,
        program: Callable[[Any], Columns],
        values: dict[Symbol, np.ndarray],
        then: Callable[[Part, list[np.ndarray]], Any] = lambda part, outputs: outputs,
    ) -> Iterator[tuple[Part, Any]]:
        """The outputs of a program at the tuples of a total, part by part, in order: each (L, d).

        then: what is made of the outputs at a part, by whoever has computed them.
        """
        lanes = len(x)
        length, grid = max(CHUNK // lanes, 64), term.domain.grid

        def run(part: Part) -> tuple[Part, Any]:
            columns = []
            for u in term.inputs:
                if isinstance(u, Inner):
                    inner = values[u.symbol]
                    column = inner if u.length == 0 else inner[:, u.places(part)]
                else:
                    column = u.take(x, part)
                if grid and not isinstance(u, Along):
                    column = on_grid(column, grid)
                columns.append(column)
            shape = (lanes, part[1] - part[0])
            full = (lanes, shape[1] // grid, grid) if grid else shape
            with np.errstate(all="ignore"):
                outputs = program(columns)
                whole = [(o if np.shape(o) == full else np.broadcast_to(o, full)).reshape(shape) for o in outputs]
                return part, then(part, whole)

        parts = list(term.domain.parts(length))
        swept = in_order(run, parts) if term.domain.size * lanes >= SHARED else map(run, parts)
        yield from self.data.read(swept) if self.data is not None and term.total.rows else swept

    def reduced(self, term: Term, x: np.ndarray, values: dict[Symbol, np.ndarray]) -> np.ndarray:
        """The total, (L, number of outer tuples)."""
        with np.errstate(all="ignore"):
            if not term.steady or not len(x):
                return self._summed(term, x, values)
            symbol = term.total.symbol
            if symbol not in self.steady:
                self.steady[symbol] = self._constant(term, x[:1], {s: v[:1] for s, v in values.items()})
            return np.repeat(self.steady[symbol], len(x), axis=0)

    def _constant(self, term: Term, x: np.ndarray, values: dict[Symbol, np.ndarray]) -> np.ndarray:
        """A total that no variable moves: of terms that are not too many the correctly rounded sum."""
        if term.total.outer or term.domain.size > EXACT:
            return self._summed(term, x, values)
        terms = np.concatenate([out[0] for _, (out,) in self.sweep(term, x, term.derived.value, values)])
        exact = math.fsum(terms) if np.isfinite(terms).all() else terms.sum()
        return np.array([[exact * term.weight]])

    def _summed(self, term: Term, x: np.ndarray, values: dict[Symbol, np.ndarray]) -> np.ndarray:
        if term.total.outer == 0:
            swept = self.sweep(term, x, term.derived.value, values, lambda part, outputs: outputs[0].sum(axis=-1))
            return term.total_of([out for _, out in swept], len(x))
        result = np.zeros((len(x), term.outer.size))
        for part, (out,) in self.sweep(term, x, term.derived.value, values):
            gather(result, out, term.domain.prefix(part, term.total.outer))
        return result * term.weight

    def known(self, x: np.ndarray) -> dict[Symbol, np.ndarray]:
        """All totals at points (L, n), the whole loss last."""
        values: dict[Symbol, np.ndarray] = {}
        for symbol, term in self.totals.items():
            values[symbol] = self.reduced(term, x, values)
        return values

    def adjoints(
        self,
        x: np.ndarray,
        values: dict[Symbol, np.ndarray],
        g: np.ndarray | None = None,
        late: Collection[Symbol] = (),
    ) -> Iterator[tuple[Term, np.ndarray]]:
        """The totals from the last to the first with λ = ∂f/∂total (L, outer tuples); ∇f is added to g (L, n).

        late: totals of the whole loss whose values are not known yet, and are put there in the same sweep.
        """
        lanes = len(x)
        found = {symbol: np.zeros((lanes, t.outer.size)) for symbol, t in self.totals.items()}
        found[self.root.total.symbol][...] = 1.0
        for symbol, term in reversed(self.totals.items()):
            adjoint = found[symbol] * term.weight
            yield term, adjoint
            inputs = [term.inputs[k] for k in term.slopes]
            wanted = [g is not None or isinstance(u, Inner) for u in inputs]
            if not any(wanted):
                continue

            factors = spread(term, adjoint)

            def collected(
                part: Part,
                outputs: list[np.ndarray],
                factors: Callable[[Part], Any] = factors,
                inputs: list[Input] = inputs,
                wanted: list[bool] = wanted,
            ) -> tuple[Any, list[np.ndarray | None]]:
                factor = factors(part)
                slopes = outputs[-len(inputs) :]
                weighted = slopes if factor is None else [out * factor for out in slopes]
                value = outputs[0].sum(axis=-1) if len(outputs) > len(inputs) else None
                return value, [
                    u.collected(out, part) if w else None for u, out, w in zip(inputs, weighted, wanted, strict=True)
                ]

            program = term.derived.value_and_slopes if symbol in late else term.derived.gradient
            sums = []
            for part, (value, made) in self.sweep(term, x, program, values, collected):
                sums.append(value)
                for u, own in zip(inputs, made, strict=True):
                    into = found[u.symbol] if isinstance(u, Inner) else g
                    if own is not None and into is not None:
                        u.put(into, own, part)
            if symbol in late:
                values[symbol] = term.total_of(sums, len(x))

    # the loss's numbers

    def value(self, x: Any) -> Any:
        return self.each(x, lambda points: self.known(points)[self.root.total.symbol][:, 0], ())

    def grad(self, x: Any) -> np.ndarray:
        def gradient(points: np.ndarray) -> np.ndarray:
            g = np.zeros(points.shape)
            with np.errstate(all="ignore"):
                for _ in self.adjoints(points, self.before_root(points), g):
                    pass
            return g

        return np.asarray(self.each(x, gradient, (self.n,)))

    def value_and_grad(self, x: Any) -> tuple[Any, np.ndarray]:
        """(f, ∇f), the same numbers as apart, with one sweep over each sum that f is linear in."""

        found: list[np.ndarray] = []

        def gradient(points: np.ndarray) -> np.ndarray:
            g, values = np.zeros(points.shape), self.before_root(points, self.totals.keys() - self.late)
            with np.errstate(all="ignore"):
                for _ in self.adjoints(points, values, g, self.late):
                    pass
            found.append(self.reduced(self.root, points, values)[:, 0])
            return g

        g = np.asarray(self.each(x, gradient, (self.n,)))
        return np.concatenate([*found, []]).reshape(g.shape[:-1])[()], g

    @cached_property
    def late(self) -> set[Symbol]:
        """The totals whose values only f itself asks for, and at the end: ∇f can be had before them."""
        inner = {u.symbol for t in self.totals.values() if t is not self.root for u in t.inputs if isinstance(u, Inner)}
        some = {u.symbol for u in self.root.inputs if isinstance(u, Inner)} - inner - self.read
        return {symbol for symbol in some if self.totals[symbol].slopes and not self.totals[symbol].total.outer}

    def before_root(self, x: np.ndarray, wanted: Collection[Symbol] | None = None) -> dict[Symbol, np.ndarray]:
        """The totals that are wanted: those that the loss's derivatives ask for; 0 for the others."""
        values: dict[Symbol, np.ndarray] = {}
        for symbol, term in self.totals.items():
            if term is not self.root:
                unread = symbol not in (self.read if wanted is None else wanted)
                values[symbol] = np.zeros((len(x), term.outer.size)) if unread else self.reduced(term, x, values)
        return values

    def rounding(self, x: Any) -> Any:
        def moved(points: np.ndarray) -> np.ndarray:
            values, total = self.known(points), np.zeros(len(points))
            with np.errstate(all="ignore"):
                for term, adjoint in self.adjoints(points, values):
                    halvings = math.log2(max(term.domain.size, 1))
                    factors = spread(term, adjoint)
                    for part, (own, value) in self.sweep(term, points, term.derived.rounding, values):
                        summed = own + np.abs(value) * halvings
                        factor = factors(part)
                        total += (summed if factor is None else summed * np.abs(factor)).sum(axis=-1)
                return EPS * total

        return self.each(x, moved, ())

    def each(self, x: Any, function: Callable[[np.ndarray], np.ndarray], tail: tuple[int, ...]) -> Any:
        """A function of points (L, n) → (L, …tail) at points of any shape: (…, n) → (…, …tail)."""
        points = as_points(x, self.n)
        lanes = points.shape[:-1]
        rows = points.reshape(-1, self.n)
        if len(rows) == 0:
            return np.empty((*lanes, *tail))
        results = [function(rows[k : k + LANES]) for k in range(0, len(rows), LANES)]
        result = (results[0] if len(results) == 1 else np.concatenate(results)).reshape((*lanes, *tail))
        return result[()] if not tail and not lanes else result


def on_grid(column: Any, width: int) -> Any:
    """What is (L, d) or has one number for all of d as (L, d/width, width)."""
    if np.ndim(column) == 0:
        return column
    return column[..., None] if np.shape(column)[-1] == 1 else column.reshape(*column.shape[:-1], -1, width)


def spread(term: Term, adjoint: np.ndarray) -> Callable[[Part], Any]:
    """The adjoint of a total at the tuples of a part: (L, 1) or (L, d); None where it is 1 everywhere."""
    if term.total.outer:
        return lambda part: adjoint[:, term.domain.prefix(part, term.total.outer)]
    whole = None if (adjoint == 1).all() else adjoint
    return lambda part: whole
