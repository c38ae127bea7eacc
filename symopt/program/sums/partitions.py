"""The numbers of a loss over rows that lie in partitions elsewhere, from what each partition answers.

With 𝓛(x, s) = F + Σ λ_k G_k (stages.py), λ the totals' adjoints and Z = [1; ds/dx],

    ∇f = ∂𝓛/∂x,      ∇²f = Zᵀ ∇²𝓛 Z,

and each part of 𝓛 is a sum over the partitions. They are added in the order of the partitions, whoever answers first.

Source: A. Griewank, A. Walther, Evaluating Derivatives, 2nd ed., SIAM 2008, section 5.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import cached_property, reduce
from operator import add
from typing import TYPE_CHECKING, Any

import numpy as np

from symopt.errors import DerivativeError
from symopt.expression.sums import Names, Sums
from symopt.program.evaluate import as_points
from symopt.program.sums.matrices import DenseHessian
from symopt.program.sums.numbers import DENSEST, SumNumbers
from symopt.program.sums.stages import Stage, Stages, staged
from symopt.program.sums.threads import alone
from symopt.program.sums.totals import LANES

if TYPE_CHECKING:
    from symopt.data.cluster import Far
    from symopt.data.columns import Data

FEW = 500  # rows that stand for all where only kinds of functions are asked for
ENTRIES = 10**6  # of Hessians that a partition answers with at once


@dataclass(eq=False)
class Share:
    """A loss cut into stages over the rows of one partition."""

    data: Data | None
    stages: Stages

    @cached_property
    def numbers(self) -> list[SumNumbers]:
        it = self.stages
        return [SumNumbers(stage.sums, it.names, self.data, given=it.given) for stage in it.stages]

    def __getstate__(self) -> dict[str, Any]:
        """What is sent along: not the compiled programs."""
        return {part.name: getattr(self, part.name) for part in fields(self)}


def answer(share: Share, place: int, what: str, z: np.ndarray, v: np.ndarray | None = None) -> Any:
    """What one partition says of one stage at points (L, N)."""
    with alone():
        return ANSWERS[what](share.numbers[place], share.stages.stages[place], z, v)


def _totals(numbers: SumNumbers, stage: Stage, z: np.ndarray, v: Any) -> np.ndarray:
    known = numbers.known(z)
    return np.concatenate([known[symbol] for symbol in stage.totals], axis=1)


def _jacobians(numbers: SumNumbers, stage: Stage, z: np.ndarray, v: Any) -> np.ndarray:
    """∂G/∂(x, s, λ), (L, totals, N)."""

    def at(point: np.ndarray) -> np.ndarray:
        values = numbers.before_root(point)
        found: dict[Any, Any] = {}
        for symbol, term in numbers.totals.items():
            if term is not numbers.root:
                found[symbol] = numbers.jacobian(term, point, values, found)
        rows = [found[symbol] for symbol in stage.totals]
        return np.concatenate([row[None] if isinstance(row, np.ndarray) else row.toarray() for row in rows])

    with np.errstate(all="ignore"):
        return np.array([at(point[None]) for point in z])


def _hessians(numbers: SumNumbers, z: np.ndarray) -> np.ndarray:
    return np.array([numbers.assembled(point[None], DenseHessian(numbers.n)).full() for point in z])


ANSWERS: dict[str, Callable[[SumNumbers, Stage, np.ndarray, Any], Any]] = {
    "totals": _totals,
    "jacobians": _jacobians,
    "grad": lambda numbers, stage, z, v: numbers.grad(z),
    "hess": lambda numbers, stage, z, v: _hessians(numbers, z),
    "parts": lambda numbers, stage, z, v: numbers.parts(z[0]),
    "hessp": lambda numbers, stage, z, v: numbers.hessp(z[0], v),
    "rounding": lambda numbers, stage, z, v: numbers.rounding(z),
}


class PartitionedNumbers:
    """f, ∇f, ∇²f and products with it, of a loss over rows that lie in partitions."""

    def __init__(self, sums: Sums, names: Names, data: Far) -> None:
        self.sums, self.names, self.data = sums, names, data
        self.n = len(names)
        self.cut = staged(sums, names)
        self.here = Share(None, replace(self.cut, stages=tuple(s for s in self.cut.stages if not s.far)))
        self.last = SumNumbers(self.cut.last, self.cut.names)
        self.there = data.each(Share, replace(self.cut, stages=tuple(s for s in self.cut.stages if s.far)))
        self.own = slice(self.n, self.n + self.cut.m)
        self.linear = self.cut.linear
        self._seen: tuple[bytes, Any] = b"", None
        self._known: tuple[bytes, np.ndarray] = b"", np.zeros((0, 0))

    @cached_property
    def some(self) -> SumNumbers:
        """The same loss over a few rows."""
        return self.batch(np.linspace(0, self.data.rows - 1, min(self.data.rows, FEW)).astype(int))

    @property
    def kinks(self) -> tuple[str, ...]:
        """The functions whose derivatives jump somewhere."""
        return self.some.kinks

    @property
    def nesting(self) -> int:
        """How deep functions stand inside functions, at most."""
        return self.some.nesting

    @property
    def operations(self) -> int:
        """How many operations f takes."""
        assert self.some.data is not None
        return self.some.operations_of(self.data.rows // self.some.data.rows)

    def batch(self, rows: np.ndarray) -> SumNumbers:
        """The same loss over some rows only, each standing for as many as there are: an estimate without bias."""
        return SumNumbers(self.sums, self.names, self.data.take(rows))

    # what the partitions, and the stages without rows, say

    def answers(self, stage: Stage, what: str, z: np.ndarray, v: np.ndarray | None = None) -> list[Any]:
        """What is to be added up."""
        if stage.far:
            place = [s for s in self.cut.stages if s.far].index(stage)
            return self.data.ask(self.there, answer, place, what, z, v)
        return [answer(self.here, self.here.stages.stages.index(stage), what, z, v)]

    def sum(self, stage: Stage, what: str, z: np.ndarray, v: np.ndarray | None = None) -> Any:
        return reduce(add, self.answers(stage, what, z, v))

    def forward(self, x: np.ndarray) -> np.ndarray:
        """(x, s, λ = 0) at points (L, n): (L, N); those of the last points are kept."""
        if self._known[0] == (key := x.tobytes()):
            return self._known[1].copy()
        z = np.zeros((len(x), len(self.cut.names)))
        z[:, : self.n] = x
        for stage in self.cut.stages:
            z[:, stage.own] = self.sum(stage, "totals", z)
        self._known = key, z.copy()
        return z

    def backward(self, x: np.ndarray, whole: bool) -> tuple[np.ndarray, np.ndarray]:
        """((x, s, λ), ∂𝓛/∂(x, s)) at points (L, n); whole: by x too, and not only what the λ are made of."""
        z = self.forward(x) if not self.linear else np.pad(x, [(0, 0), (0, 2 * self.cut.m)])
        g = self.last.grad(z)
        for stage in reversed(self.cut.stages):
            z[:, stage.weights] = g[:, stage.own]
            if whole or stage.depth > 1:
                g = g + self.sum(stage, "grad", z)
        return z, g

    def value(self, x: Any) -> Any:
        return self._each(x, lambda points: self.last.value(self.forward(points)), (), LANES)

    def grad(self, x: Any) -> np.ndarray:
        return np.asarray(self._each(x, lambda points: self.backward(points, True)[1][:, : self.n], (self.n,), LANES))

    def value_and_grad(self, x: Any) -> tuple[Any, np.ndarray]:
        return self.value(x), self.grad(x)

    def rounding(self, x: Any) -> Any:
        def moved(points: np.ndarray) -> np.ndarray:
            z, _ = self.backward(points, False)
            if self.linear:
                z[:, self.own] = self.forward(points)[:, self.own]
            return self.last.rounding(z) + sum(self.sum(stage, "rounding", z) for stage in self.cut.stages)

        return self._each(x, moved, (), LANES)

    def slopes(self, z: np.ndarray) -> np.ndarray:
        """ds/dx at points, (L, m, n)."""
        n, found = self.n, np.zeros((len(z), self.cut.m, self.n))
        for stage in self.cut.stages:
            own = self.sum(stage, "jacobians", z)
            total = own[..., :n] + (own[..., self.own] @ found if stage.depth > 1 else 0.0)
            found[:, stage.own.start - n : stage.own.stop - n] = total
        return found

    def hess(self, x: Any) -> np.ndarray:
        n, size = self.n, len(self.cut.names)
        if n > DENSEST:
            raise DerivativeError(f"a full Hessian of {n:,} variables has {n**2:,} entries",
                                  "loss.sparse_hess(x), or loss.hessp(x, v) for products with it")  # fmt: skip

        def full(points: np.ndarray) -> np.ndarray:
            z, _ = self.backward(points, False)
            curved = _hessians(self.last, z) + sum(self.sum(stage, "hess", z) for stage in self.cut.stages)
            whole = curved[:, :n, :n]
            if not self.linear:
                slopes = self.slopes(z)
                mixed = curved[:, :n, self.own] @ slopes
                bent = slopes.transpose(0, 2, 1) @ curved[:, self.own, self.own] @ slopes
                whole = whole + mixed + mixed.transpose(0, 2, 1) + bent
            return (whole + whole.transpose(0, 2, 1)) / 2

        return np.asarray(self._each(x, full, (n, n), max(1, min(LANES, ENTRIES // size**2))))

    def point(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
        """((x, s, λ), ds/dx where ∇²f asks for it) at one point (1, n); that of the last one is kept."""
        if self._seen[0] != (key := x.tobytes()):
            z, _ = self.backward(x, False)
            self._seen = key, (z, None if self.linear else self.slopes(z)[0])
        found: tuple[np.ndarray, np.ndarray | None] = self._seen[1]
        return found

    def parts(self, x: Any) -> tuple[Any, np.ndarray, np.ndarray]:
        """(S, U, C) with ∇²f = S + U·C·Uᵀ at one point: S sparse (n, n), U (n, r), C (r, r)."""
        from scipy.linalg import block_diag

        z, slopes = self.point(as_points(x, self.n).reshape(1, self.n))
        pieces = [self.last.parts(z[0])]
        for stage in self.cut.stages:
            pieces += self.answers(stage, "parts", z)
        whole = reduce(add, [S if S.format == "dia" and len(pieces) == 1 else S.tocsr() for S, _, _ in pieces])
        factors = np.concatenate([U for _, U, _ in pieces], axis=1)
        middle = block_diag(*[C for _, _, C in pieces]).reshape(factors.shape[1], factors.shape[1])
        sparse, left = whole[: self.n, : self.n], factors[: self.n]
        if slopes is None:
            return sparse, left, middle
        left = left + slopes.T @ factors[self.own]
        mixed, bent = whole[: self.n, self.own].toarray(), whole[self.own, self.own].toarray()
        own = np.concatenate([slopes.T, mixed], axis=1)
        eye = np.eye(self.cut.m)
        return sparse, np.concatenate([left, own], axis=1), block_diag(middle, np.block([[bent, eye], [eye, 0 * eye]]))

    def hessp(self, x: Any, v: Any) -> np.ndarray:
        """∇²f(x)·v at one point: (n,), (n,) → (n,)."""
        z, slopes = self.point(as_points(x, self.n).reshape(1, self.n))
        along = np.zeros(len(self.cut.names))
        along[: self.n] = as_points(v, self.n).reshape(self.n)
        if slopes is not None:
            along[self.own] = slopes @ along[: self.n]
        turned = self.last.hessp(z[0], along) + sum(self.sum(stage, "hessp", z, along) for stage in self.cut.stages)
        found = turned[: self.n] + (0.0 if slopes is None else slopes.T @ turned[self.own])
        return np.asarray(found)

    def _each(self, x: Any, function: Callable[[np.ndarray], Any], tail: tuple[int, ...], lanes: int) -> Any:
        points = as_points(x, self.n)
        rows = points.reshape(-1, self.n)
        if len(rows) == 0:
            return np.empty((*points.shape[:-1], *tail))
        with np.errstate(all="ignore"):
            results = [function(rows[k : k + lanes]) for k in range(0, len(rows), lanes)]
        result = np.concatenate(results).reshape((*points.shape[:-1], *tail))
        return result[()] if result.ndim == 0 else result
