"""The numbers of a loss: its compiled programs over any number of points."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from symopt.errors import DerivativeError, named
from symopt.program.lower import Program
from symopt.program.run import compiled

EPS = float(np.finfo(float).eps)
CHUNK = 8192  # points at a time: what a program keeps for them fits the cache


class Evaluation:
    """f, ∇f and ∇²f of a program with n inputs, compiled when first asked for."""

    def __init__(
        self,
        n: int,
        program: Program,
        value: int,
        gradient: dict[int, int],
        hessian: Callable[[], dict[Any, int]] | None,
    ) -> None:
        self.n = n
        self.program = program
        self.value_node = value
        self.gradient_nodes = gradient
        self.hessian_nodes = hessian

    @cached_property
    def _value(self) -> Callable[[Any], tuple[Any, ...]]:
        return compiled(self.program, [self.value_node])

    @cached_property
    def _gradient(self) -> Callable[[Any], tuple[Any, ...]]:
        return compiled(self.program, list(self.gradient_nodes.values()))

    @cached_property
    def _hessian(self) -> tuple[list[tuple[int, int]], Callable[[Any], tuple[Any, ...]]]:
        assert self.hessian_nodes is not None
        nodes = self.hessian_nodes()
        return list(nodes), compiled(self.program, list(nodes.values()))

    @cached_property
    def _rows(self) -> tuple[list[int], Callable[[Any], tuple[Any, ...]]]:
        """Whole rows of a dense Hessian: the gradient's derivatives along all unit vectors at once."""
        program = self.program
        seeds = [program.node("input", datum=self.n + i) for i in range(self.n)]
        rows = program.tangents(list(self.gradient_nodes.values()), seeds)
        return list(self.gradient_nodes), compiled(program, rows)

    @cached_property
    def _rounding(self) -> Callable[[Any], tuple[Any, ...]]:
        return compiled(self.program, [self.program.rounding(self.value_node)])

    def value(self, x: Any) -> Any:
        return self._number(self._value, x)

    def rounding(self, x: Any) -> Any:
        return EPS * self._number(self._rounding, x)

    def _number(self, program: Callable[[Any], tuple[Any, ...]], x: Any) -> Any:
        points = as_points(x, self.n)
        if points.ndim == 1:
            with np.errstate(all="ignore"):
                return np.float64(program(points)[0])
        result = np.empty(points.shape[:-1])
        for part, out in _chunks(points, result):
            with np.errstate(all="ignore"):
                (out[...],) = program(part)
        return result

    def grad(self, x: Any) -> np.ndarray:
        points = as_points(x, self.n)
        result = np.zeros(points.shape)
        for part, out in _chunks(points, result):
            with np.errstate(all="ignore"):
                values = self._gradient(part)
            for i, value in zip(self.gradient_nodes, values, strict=True):
                out[..., i] = value
        return result

    def value_and_grad(self, x: Any) -> tuple[Any, np.ndarray]:
        return self.value(x), self.grad(x)

    def hess(self, x: Any) -> np.ndarray:
        points = as_points(x, self.n)
        if self.hessian_nodes is None:
            return self.dense(points)
        places, program = self._hessian
        result = np.zeros((*points.shape, self.n))
        for part, out in _chunks(points, result):
            with np.errstate(all="ignore"):
                values = program(part)
            for (i, j), value in zip(places, values, strict=True):
                out[..., i, j] = value
                if i != j:
                    out[..., j, i] = value
        return result

    def hessp(self, x: Any, v: Any) -> np.ndarray:
        """∇²f·v: (…, n), (…, n) → (…, n)."""
        points, along = np.broadcast_arrays(as_points(x, self.n), as_points(v, self.n))
        places, program = self._rows
        result = np.zeros(points.shape)
        with np.errstate(all="ignore"):
            values = program([*np.moveaxis(points, -1, 0), *np.moveaxis(along, -1, 0)])
        for i, value in zip(places, values, strict=True):
            result[..., i] = value
        return result

    def parts(self, x: Any) -> tuple[Any, np.ndarray, np.ndarray]:
        """(S, U, C) with ∇²f = S + U·C·Uᵀ at one point: here all of it is in S, sparse (n, n)."""
        from scipy.sparse import coo_array, csr_array

        point = as_points(x, self.n)
        if self.hessian_nodes is None:
            return csr_array(self.dense(point)), np.zeros((self.n, 0)), np.zeros((0, 0))
        places, program = self._hessian
        with np.errstate(all="ignore"):
            values = np.array(program(point), dtype=float)
        pairs = [(i, j, k) for k, (i, j) in enumerate(places)]
        pairs += [(j, i, k) for i, j, k in pairs if i != j]
        rows, columns, which = np.array(pairs, dtype=int).reshape(-1, 3).T
        whole = coo_array((values[which], (rows, columns)), shape=(self.n, self.n)).tocsr()
        return whole, np.zeros((self.n, 0)), np.zeros((0, 0))

    def dense(self, points: np.ndarray) -> np.ndarray:
        places, program = self._rows
        columns = [points[..., i, None] for i in range(self.n)]
        result = np.zeros((*points.shape, self.n))
        with np.errstate(all="ignore"):
            values = program([*columns, *np.eye(self.n)])
        for i, value in zip(places, values, strict=True):
            result[..., i, :] = value
        lower = np.tril(result)
        return lower + np.swapaxes(np.tril(result, -1), -1, -2)


def as_points(x: Any, n: int) -> np.ndarray:
    """x as points (…, n); a bare number is one in one variable."""
    try:
        points = np.asarray(x, dtype=float)
    except (TypeError, ValueError, OverflowError):
        raise DerivativeError(f"these are no points: {named(x)}", f"an array of numbers (…, {n})") from None
    if x is None:
        raise DerivativeError("these are no points: None", f"an array of numbers (…, {n})")
    if points.ndim == 0 and n == 1:
        points = points.reshape(1)
    if points.ndim == 0 or points.shape[-1] != n:
        hint = "x[..., None] makes points out of plain numbers" if n == 1 else f"points are (…, {n})"
        raise DerivativeError(
            f"points of shape {points.shape} for a loss of {n} variable{'s' * (n > 1)}: the last axis must be {n}",
            hint,
        )
    return points


def _chunks(points: np.ndarray, result: np.ndarray) -> Sequence[tuple[Any, np.ndarray]]:
    """(one array per variable, the part of the result) for so many points at a time as fit the cache."""
    if points.ndim == 1:
        return [(points, result)]
    lanes = points.shape[:-1]
    count = math.prod(lanes)
    if count <= CHUNK:
        return [(np.moveaxis(points, -1, 0), result)]
    rows = points.reshape(count, -1)
    out = result.reshape(count, *result.shape[len(lanes) :])
    return [(rows[k : k + CHUNK].T, out[k : k + CHUNK]) for k in range(0, count, CHUNK)]
