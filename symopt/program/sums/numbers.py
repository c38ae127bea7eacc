"""The numbers of losses that are sums: f, ∇f, ∇²f and ∇²f·v from the program of one term.

A total is Σ T(u₁ … uₘ) over an index set; each input u is a linear function J·x of the variables (an entry that moves
along, one that stands still, a row of data times parameters) or another total. So

    ∇f  = Σ Jₐᵀ (λ ∘ ∂T/∂uₐ),      ∇²f = Σ Jₐᵀ diag(λ ∘ ∂²T/∂uₐ∂u_b) J_b,

with λ the total's adjoint, and J of a total its own derivative: what a function of a sum adds is of low rank. Nothing
here grows with the number of terms but the arrays themselves, and they are taken in parts that fit the cache.

Sources: A. Griewank, Ph. Toint, On the unconstrained optimization of partially separable functions, in M. Powell
(ed.), Nonlinear Optimization 1981, 1982; S. Shin, M. Anitescu, F. Pacaud, Accelerating optimal power flow with GPUs:
SIMD abstraction of nonlinear programs, Electric Power Systems Research 236, 2024 (the term is derived once).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from functools import cached_property
from typing import Any, Self

import numpy as np
from sympy import Symbol

from symopt.errors import DerivativeError
from symopt.expression.sums import ROW
from symopt.program.evaluate import as_points
from symopt.program.sums.domain import Only, Part
from symopt.program.sums.inputs import Along, Fixed, Inner, Input, Predictor, Strided, block, gather, sparse
from symopt.program.sums.matrices import DenseHessian, SparseHessian
from symopt.program.sums.term import Term
from symopt.program.sums.totals import Totals, spread

DENSEST = 5_000  # variables up to which a Hessian is ever written out in full


class SumNumbers(Totals):
    """f, ∇f, ∇²f and products with it, of a loss that is an expression of sums."""

    def batch(self, rows: np.ndarray) -> Self:
        """The same loss over some rows only, each standing for as many as there are; programs are shared.

        Totals such as mean(y), that no variable moves, stay those of all rows. Where f is linear in the others this is
        an estimate of f and its derivatives without bias.
        """
        assert self.data is not None
        only = Only(ROW, np.asarray(rows))
        over = [s for s, t in self.totals.items() if t.total.over_rows and not t.steady]
        return self.over(dict.fromkeys(over, only), self.data.rows / max(len(rows), 1))

    def over(self, some: Mapping[Symbol, Only], share: float) -> Self:
        """The same loss with some totals over a few values of an index, each of which stands for so many."""
        _ = self.read, self.curved, self.together, self.kinks, self._settled  # which are the same for all
        found = copy(self)
        found.totals = {s: t.over(some[s], share) if s in some else t for s, t in self.totals.items()}
        found.root = found.totals[self.root.total.symbol]
        return found

    @cached_property
    def _settled(self) -> bool:
        """What no variable moves is computed while all of it can be seen."""
        point, values = np.zeros((1, self.n)), dict[Symbol, np.ndarray]()
        for symbol, term in self.totals.items():
            if not term.moved:
                values[symbol] = self.reduced(term, point, values)
        return True

    def hess(self, x: Any) -> np.ndarray:
        if self.n > DENSEST:
            raise DerivativeError(f"a full Hessian of {self.n:,} variables has {self.n**2:,} entries",
                                  "loss.sparse_hess(x), or loss.hessp(x, v) for products with it",
                                  shell="newton, newton-cg, trust-region and l-bfgs do without it")  # fmt: skip

        def full(points: np.ndarray) -> np.ndarray:
            if self.together and len(points) > 1:
                return self._lanes(points)
            return np.array([self.assembled(point[None], DenseHessian(self.n)).full() for point in points])

        return np.asarray(self.each(x, full, (self.n, self.n)))

    @cached_property
    def together(self) -> bool:
        """Whether Hessians at many points can be summed up together: nothing moves with an index of the variables."""
        inputs = [t.inputs[k] for t in self.totals.values() for pair in t.curvatures for k in pair]
        whole = all(t.total.outer == 0 for t in self.totals.values())
        return whole and not self.curved and all(isinstance(u, Fixed | Predictor) for u in inputs)

    def _lanes(self, x: np.ndarray) -> np.ndarray:
        """∇²f at points (L, n) → (L, n, n), of a loss of which `together` holds."""
        hessian, values = np.zeros((len(x), self.n, self.n)), self.before_root(x)
        with np.errstate(all="ignore"):
            for term, adjoint in self.adjoints(x, values):
                if term.curvatures:
                    self._blocks(term, x, adjoint, values, hessian)
        return hessian

    def _blocks(
        self, term: Term, x: np.ndarray, adjoint: np.ndarray, values: dict[Symbol, np.ndarray], hessian: np.ndarray
    ) -> None:
        pairs = [(term.inputs[a], term.inputs[b]) for a, b in term.curvatures]

        def collected(part: Part, outputs: list[np.ndarray]) -> list[Any]:
            return [block(a, b, out * adjoint, part) for (a, b), out in zip(pairs, outputs, strict=True)]

        for _, blocks in self.sweep(term, x, term.derived.hessian, values, collected):
            for (a, b), own in zip(pairs, blocks, strict=True):
                assert isinstance(a, Fixed | Predictor)
                assert isinstance(b, Fixed | Predictor)
                hessian[:, a.variables[:, None], b.variables] += own
                if a is not b:
                    hessian[:, b.variables[:, None], a.variables] += own.swapaxes(1, 2)

    def parts(self, x: Any) -> tuple[Any, np.ndarray, np.ndarray]:
        """(S, U, C) with ∇²f = S + U·C·Uᵀ at one point: S sparse (n, n), U (n, r), C (r, r)."""
        point = as_points(x, self.n).reshape(1, self.n)
        return self.assembled(point, SparseHessian(self.n, self.offsets)).parts()

    @cached_property
    def offsets(self) -> set[int]:
        """How far from the diagonal the bands of ∇²f lie."""
        pairs = [(t.inputs[a], t.inputs[b]) for t in self.totals.values() for a, b in t.curvatures]
        several = [(a.alone, b.alone) for a, b in pairs if isinstance(a, Along) and isinstance(b, Along)]
        return {abs(a.start - b.start) for a, b in [*pairs, *several]
                if isinstance(a, Strided) and isinstance(b, Strided) and a.stride == b.stride}  # fmt: skip

    def assembled(self, x: np.ndarray, into: Any) -> Any:
        values = self.before_root(x)
        jacobians: dict[Symbol, Any] = {}
        for symbol, term in self.totals.items():
            if symbol in self.curved:
                jacobians[symbol] = self.jacobian(term, x, values, jacobians)
        with np.errstate(all="ignore"):
            for term, adjoint in self.adjoints(x, values):
                pairs = [(term.inputs[a], term.inputs[b], a == b) for a, b in term.curvatures]
                steep: dict[int, np.ndarray] = {}  # of what totals of the whole loss are paired with

                factors = spread(term, adjoint)

                def collected(
                    part: Part,
                    outputs: list[np.ndarray],
                    factors: Callable[[Part], Any] = factors,
                    pairs: list[tuple[Input, Input, bool]] = pairs,
                ) -> list[tuple[np.ndarray | None, Any]]:
                    factor = factors(part)
                    weighted = outputs if factor is None else [out * factor for out in outputs]
                    made = [block(a, b, w, part) for (a, b, _), w in zip(pairs, weighted, strict=True)]
                    return [(own, None if own is not None else w[0]) for own, w in zip(made, weighted, strict=True)]

                for part, made in self.sweep(term, x, term.derived.hessian, values, collected) if pairs else ():
                    for k, ((a, b, same), (own, w)) in enumerate(zip(pairs, made, strict=True)):
                        if own is not None:
                            into.block(a.variables, b.variables, own[0], same)  # type: ignore[attr-defined]
                        elif isinstance(other := other_than_whole(a, b), Input):
                            row = steep.setdefault(k, np.zeros((1, self.n)))
                            if not isinstance(other, Inner):
                                other.add(row, w[None], part)
                            elif other.length:
                                row[0] += jacobians[other.symbol][other.places(part)].T @ w
                            else:
                                row[0] += jacobians[other.symbol] * w.sum()
                        else:
                            self.pair(into, a, b, same, w, part, jacobians)
                for k, row in steep.items():
                    a, b, same = pairs[k]
                    whole = b if isinstance(b, Inner) and b.length == 0 else a
                    assert isinstance(whole, Inner)
                    into.low_rank(row[0], jacobians[whole.symbol], 1.0, same)
        return into

    def pair(
        self, into: Any, a: Input, b: Input, same: bool, w: np.ndarray, part: Part, jacobians: dict[Symbol, Any]
    ) -> None:
        """Adds Jₐᵀ diag(w) J_b, and its mirror image where a and b are two."""
        if isinstance(a, Along) and isinstance(b, Along) and a.axis == b.axis:
            self.pair(into, a.alone, b.alone, same, a.summed(w, part), a.part(part), jacobians)
        elif isinstance(a, Strided) and isinstance(b, Strided) and a.stride == b.stride:
            into.diagonal(a, b, w, part, same)
        elif isinstance(a, Predictor | Inner) or isinstance(b, Predictor | Inner):
            into.matrix(self._product(a, b, w, part, jacobians), same)
        else:
            into.entries(a.places(part), b.places(part), w, same)

    def _product(self, a: Input, b: Input, w: np.ndarray, part: Part, jacobians: dict[Symbol, Any]) -> Any:
        left, right = (
            jacobians[u.symbol][u.places(part)] if isinstance(u, Inner) else u.matrix(part, self.n) for u in (a, b)
        )
        return left.T @ right.multiply(w[:, None])

    def jacobian(self, term: Term, x: np.ndarray, values: dict[Symbol, np.ndarray], known: dict[Symbol, Any]) -> Any:
        """The derivative of a total: (n,), or (outer tuples, n) sparse."""
        n = self.n
        if term.total.outer == 0:
            row = np.zeros((1, n))
            for part, outputs in self.sweep(term, x, term.derived.gradient, values):
                for k, out in zip(term.slopes, outputs, strict=True):
                    u = term.inputs[k]
                    if isinstance(u, Inner):
                        inner = known[u.symbol]
                        row[0] += inner * out.sum() if u.length == 0 else inner[u.places(part)].T @ out[0]
                    else:
                        u.add(row, out, part)
            return row[0] * term.weight
        from scipy.sparse import csr_array

        whole = csr_array((term.outer.size, n))
        for part, outputs in self.sweep(term, x, term.derived.gradient, values):
            rows = term.domain.prefix(part, term.total.outer)
            summed = sparse(np.ones(len(rows)), rows, np.arange(len(rows)), (term.outer.size, len(rows)))
            for k, out in zip(term.slopes, outputs, strict=True):
                u = term.inputs[k]
                if isinstance(u, Inner):
                    inner = known[u.symbol]
                    own = csr_array(np.tile(inner, (len(rows), 1))) if u.length == 0 else inner[u.places(part)]
                else:
                    own = u.matrix(part, n)
                whole = whole + summed @ own.multiply(out[0][:, None])
        return (whole * term.weight).tocsr()

    def hessp(self, x: Any, v: Any) -> np.ndarray:
        """∇²f(x)·v at one point: (n,), (n,) → (n,)."""
        point, along = as_points(x, self.n).reshape(1, -1), as_points(v, self.n).reshape(1, -1)
        values = self.before_root(point)
        moved: dict[Symbol, np.ndarray] = {}
        with np.errstate(all="ignore"):
            for symbol, term in self.totals.items():
                moved[symbol] = self._tangent(term, point, along, values, moved)
            result = np.zeros((1, self.n))
            found = {symbol: np.zeros((1, t.outer.size)) for symbol, t in self.totals.items()}
            for term, adjoint in self.adjoints(point, values):
                second = found[term.total.symbol] * term.weight  # how its adjoint moves along v
                still = not second.any()  # as of a total that f is linear in
                if still and not term.curvatures:
                    continue
                program = term.derived.hessian if still else term.derived.both
                factors, turned = spread(term, adjoint), spread(term, second)
                for part, outputs in self.sweep(term, point, program, values):
                    factor = factors(part)
                    change: dict[int, Any] = {}
                    if not still:
                        moves = turned(part)
                        change = {k: out if moves is None else out * moves
                                  for k, out in zip(term.slopes, outputs, strict=False)}  # fmt: skip
                    bends = outputs if still else outputs[len(term.slopes) :]
                    for (a, b), out in zip(term.curvatures, bends, strict=True):
                        w = out if factor is None else out * factor
                        change[a] = change.get(a, 0.0) + w * self._along(term.inputs[b], along, moved, part)
                        if a != b:
                            change[b] = change.get(b, 0.0) + w * self._along(term.inputs[a], along, moved, part)
                    for k, out in change.items():
                        u = term.inputs[k]
                        out = np.broadcast_to(out, (1, part[1] - part[0]))
                        u.add(found[u.symbol] if isinstance(u, Inner) else result, out, part)
        return np.asarray(result[0])

    def _along(self, u: Input, v: np.ndarray, moved: dict[Symbol, np.ndarray], part: Part) -> Any:
        if isinstance(u, Inner):
            return moved[u.symbol] if u.length == 0 else moved[u.symbol][:, u.places(part)]
        return u.flat(v, part)

    def _tangent(
        self, term: Term, x: np.ndarray, v: np.ndarray, values: dict[Symbol, np.ndarray], moved: dict[Symbol, Any]
    ) -> np.ndarray:
        result = np.zeros((1, term.outer.size))
        if term.total.symbol not in self.curved:
            return result
        for part, outputs in self.sweep(term, x, term.derived.gradient, values):
            change: Any = 0.0
            for k, out in zip(term.slopes, outputs, strict=True):
                change = change + out * self._along(term.inputs[k], v, moved, part)
            change = np.broadcast_to(change, (1, part[1] - part[0]))
            if term.total.outer:
                gather(result, change, term.domain.prefix(part, term.total.outer))
            else:
                result += change.sum(axis=-1, keepdims=True)
        return result * term.weight


def other_than_whole(a: Input, b: Input) -> Input | None:
    """Of two inputs one of which is a total of the whole loss the other one; None where neither is."""
    if isinstance(b, Inner) and b.length == 0:
        return a
    return b if isinstance(a, Inner) and a.length == 0 else None
