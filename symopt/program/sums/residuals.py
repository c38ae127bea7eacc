"""The residuals of sums of squares, f = c + ‖r‖², and their Jacobian J = ∂r/∂x, from one term's program.

∇f = 2Jᵀr, and ∇²f is about 2JᵀJ where the residuals are small or nearly linear.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from sympy import S, Symbol

from symopt.expression.squares import Squares
from symopt.expression.sums import Names, Sums
from symopt.program.evaluate import as_points
from symopt.program.sums.inputs import Fixed, Inner, Predictor
from symopt.program.sums.numbers import SumNumbers
from symopt.program.sums.term import Term
from symopt.program.sums.totals import CHUNK

if TYPE_CHECKING:
    from symopt.data.columns import Data


class Residuals:
    """r and J at points: (…, n) → (…, m) and (…, m, n), m the number of residuals."""

    def __init__(self, squares: Squares, names: Names, data: Data | None = None) -> None:
        totals = (*squares.sums.totals, *squares.residuals)
        sums = Sums(S.Zero, totals, squares.sums.families, squares.sums.single, squares.sums.columns)
        self.numbers = SumNumbers(sums, names, data)
        self.n = len(names)
        self.terms = [self.numbers.totals[total.symbol] for total in squares.residuals]
        self.m = sum(term.domain.size for term in self.terms)

    @classmethod
    def of(cls, squares: Squares | None, names: Names, data: Data | None = None) -> Residuals | None:
        """The residuals that an expression has; None where it has none, or a square's weight is negative somewhere."""
        if squares is None:
            return None
        sums = squares.sums
        weights = SumNumbers(Sums(S.Zero, (*sums.totals, *squares.weights), sums.families, sums.single), names, data)
        known = weights.known(np.zeros((1, len(names)))) if squares.weights else {}
        if any(not (known[w.symbol] >= 0).all() for w in squares.weights):
            return None
        return cls(squares, names, data)

    @cached_property
    def inner(self) -> list[Term]:
        """The totals that residuals read, and those that these read."""
        return [t for t in self.numbers.totals.values() if t not in self.terms and t is not self.numbers.root]

    def value(self, x: Any) -> np.ndarray:
        """r: (…, n) → (…, m). Raises DerivativeError for a wrong last axis."""

        def residuals(points: np.ndarray) -> np.ndarray:
            values = self._read(points)
            rows = [
                out for term in self.terms for _, (out,) in self.numbers.sweep(term, points, term.derived.value, values)
            ]
            return np.concatenate(rows, axis=1)

        return np.asarray(self.numbers.each(x, residuals, (self.m,)))

    def jacobian(self, x: Any) -> np.ndarray:
        """∂r/∂x: (…, n) → (…, m, n). Raises DerivativeError for a wrong last axis."""

        def full(points: np.ndarray) -> np.ndarray:
            return np.concatenate([J for _, J in self.parts(points)], axis=1)

        return np.asarray(self.numbers.each(x, full, (self.m, self.n)))

    def triangle(self, x: Any) -> np.ndarray:
        """R of J and r side by side, [J r] = Q·R: (…, n) → (…, n + 1, n + 1), upper triangular.

        Part by part, so that J is never held as a whole: Rᵀ·R has JᵀJ, Jᵀr and ‖r‖² in it, to the rounding of J.
        G. Golub, C. Van Loan, Matrix Computations, 4th ed., 2013, section 5.2 and (updating) section 6.5.
        """
        n = self.n

        def triangles(points: np.ndarray) -> np.ndarray:
            waiting, rows = [np.zeros((len(points), n + 1, n + 1))], n + 1
            for r, J in self.parts(points):
                waiting.append(np.concatenate([J, r[..., None]], axis=-1))
                rows += r.shape[-1]
                if rows * len(points) > CHUNK:
                    waiting, rows = [_upper(waiting)], n + 1
            return _upper(waiting)

        return np.asarray(self.numbers.each(x, triangles, (n + 1, n + 1)))

    def parts(self, x: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """(r, J) part by part: (L, n) → (L, d), (L, d, n)."""
        if len(x) > 1 and self.inner:
            for parts in zip(*(self.parts(point[None]) for point in x), strict=True):
                yield np.concatenate([r for r, _ in parts]), np.concatenate([J for _, J in parts])
            return
        values = self._read(x)
        jacobians = self._jacobians(x, values)
        for term in self.terms:
            values_and_slopes = term.derived.value_and_slopes
            for part, (r, *slopes) in self.numbers.sweep(term, x, values_and_slopes, values):
                count = part[1] - part[0]
                J = np.zeros((len(x), count, self.n))
                for k, out in zip(term.slopes, slopes, strict=True):
                    u = term.inputs[k]
                    if isinstance(u, Predictor):
                        J[:, :, u.variables] += out[:, :, None] * u.dense(part)
                    elif isinstance(u, Inner):
                        own = jacobians[u.symbol]
                        rows = own if u.length == 0 else own[u.places(part)].toarray()
                        J[0] += out[0][:, None] * rows
                    elif isinstance(u, Fixed):
                        J[:, :, u.place] += out
                    else:
                        J[:, np.arange(count), u.places(part)] += out
                yield np.asarray(r), J

    def sparse(self, x: Any) -> tuple[np.ndarray, Any]:
        """(r, J) at one point, J a sparse array of scipy's: (n,) → (m,), (m, n)."""
        from scipy.sparse import csr_array, vstack

        point = as_points(x, self.n).reshape(1, self.n)
        values = self._read(point)
        jacobians = self._jacobians(point, values)
        rows, blocks = [], []
        for term in self.terms:
            for part, (r, *slopes) in self.numbers.sweep(term, point, term.derived.value_and_slopes, values):
                block: Any = csr_array((part[1] - part[0], self.n))
                for k, out in zip(term.slopes, slopes, strict=True):
                    u = term.inputs[k]
                    if not isinstance(u, Inner):
                        own = u.matrix(part, self.n)
                    elif u.length:
                        own = jacobians[u.symbol][u.places(part)]
                    else:
                        own = csr_array(np.tile(jacobians[u.symbol], (part[1] - part[0], 1)))
                    block = block + own.multiply(out[0][:, None])
                rows.append(r[0])
                blocks.append(block)
        return np.concatenate(rows), vstack(blocks, format="csr")

    def _read(self, x: np.ndarray) -> dict[Symbol, np.ndarray]:
        values: dict[Symbol, np.ndarray] = {}
        for term in self.inner:
            values[term.total.symbol] = self.numbers.reduced(term, x, values)
        return values

    def _jacobians(self, x: np.ndarray, values: dict[Symbol, np.ndarray]) -> dict[Symbol, Any]:
        found: dict[Symbol, Any] = {}
        for term in self.inner:
            found[term.total.symbol] = self.numbers.jacobian(term, x, values, found)
        return found


def _upper(blocks: list[np.ndarray]) -> np.ndarray:
    """R of the QR factorisation of blocks one above the other."""
    R: Any = np.linalg.qr(np.concatenate(blocks, axis=-2), mode="r")
    return np.asarray(R)
