"""Small linear algebra, exactly: norms, determinants, inverses, powers; and the matrices of scipy.sparse, dense."""

from __future__ import annotations

import math
from functools import reduce
from typing import Any

import numpy as np
import sympy
from sympy import Expr, S

from symopt.reading.exact.arrays import Exact, Matrix, array, as_kind, cast, width, wrap
from symopt.reading.exact.chosen import Chosen
from symopt.reading.exact.doubles import Rounding, lost, plain
from symopt.reading.exact.values import expression, is_scalar, whole
from symopt.reading.packages.calls import sized
from symopt.reading.packages.objects import items
from symopt.reading.source import Unreadable

NEAR_SINGULAR = 1e-10  # of a determinant, relative to Hadamard's bound: rounding of 8 rows changes it by less


def _square(a: Any) -> sympy.Matrix:
    a = array(a)
    if a.ndim != 2 or a.shape[0] != a.shape[1] or a.shape[0] > 8:
        raise Unreadable(f"this of an array of shape {a.shape}, which is no small square matrix")
    return sympy.Matrix([[plain(entry) for entry in row] for row in cast(a, "f").plain])


def det(a: Any) -> Any:
    return lost(_square(a).det(method="berkowitz"))


def inverse(a: Any) -> Any:
    """The adjugate over the determinant: exact for every entry, undefined where the determinant is 0."""
    found = _square(a)
    divisor = found.det(method="berkowitz")
    if divisor == 0:
        raise Unreadable("the inverse of a singular matrix")
    entries = [[lost(entry / divisor) for entry in row] for row in found.adjugate().tolist()]
    return wrap(np.array(entries, dtype=object), "f", isinstance(a, Matrix))


def sign_of(d: Any, a: Any) -> Any:
    """The sign of the determinant of a matrix; of a known one where doubles cannot take it for another."""
    if not is_scalar(d) or not expression(d).is_number:
        return np.sign(array(d))
    most = math.prod(math.sqrt(sum(float(plain(entry)) ** 2 for entry in row)) for row in cast(array(a), "f").plain)
    if abs(float(plain(d))) <= NEAR_SINGULAR * most:
        raise Rounding("the sign of a determinant near 0")
    return S.One if plain(d) > 0 else S.NegativeOne


def solve(a: Any, b: Any) -> Any:
    return inverse(a) @ array(b)


def matrix_power(a: Any, n: Any) -> Any:
    count, base = whole(n), array(a)
    if abs(count) > 50:
        raise Unreadable("a matrix to a high power")
    if count == 1:
        return base  # as numpy has it
    base = inverse(base) if count < 0 else base
    result = sized("eye")(base.shape[0], dtype=width(base.kind))
    for _ in range(abs(count)):
        result = result @ base
    return result


def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: Any = False) -> Any:
    x = x.filled() if isinstance(x, Chosen) and axis is None and ord in (None, 1, 2) else array(x)
    across = tuple(axis) if isinstance(axis, (tuple, list)) else (axis,) if isinstance(axis, int) else None
    if across is None and (x.ndim == 1 or ord is None):
        across = tuple(range(x.ndim))
    elif across is None:
        across = (0, 1)
    if len(across) == 2 and ord not in (None, "fro"):
        rows, columns = (k % x.ndim for k in across)
        return _norm_of_matrix(x, ord, rows, columns, keepdims)
    if len(across) == 1 and ord == "fro":
        raise ValueError("the Frobenius norm of a vector")
    along: dict[str, Any] = {"axis": across, "keepdims": keepdims}
    if ord in (None, "fro", 2):
        return np.sqrt(array(np.sum(array(x * x), **along)))
    if ord in (1, S.Infinity, S.NegativeInfinity):
        return (np.sum if ord == 1 else np.max if ord is S.Infinity else np.min)(array(np.abs(x)), **along)
    if isinstance(ord, (int, Expr)) and ord != 0:
        return array(np.sum(array(np.abs(x) ** array(ord)), **along)) ** (S.One / expression(ord))
    raise Unreadable(f"the norm of order {ord}")


def _norm_of_matrix(x: Any, ord: Any, rows: int, columns: int, keepdims: Any) -> Any:
    """The largest (smallest) sum of a column or row."""
    if ord not in (1, -1, S.Infinity, S.NegativeInfinity):
        raise Unreadable(f"the norm of order {ord} of a matrix, which asks for singular values")
    inner, outer = (rows, columns) if ord in (1, -1) else (columns, rows)
    sums = array(np.sum(array(np.abs(x)), axis=inner, keepdims=True))
    found = (np.max if ord in (1, S.Infinity) else np.min)(sums, axis=outer, keepdims=True)
    return found if keepdims else np.squeeze(found, axis=(rows, columns))[()]


LINALG: dict[str, Any] = {
    "norm": norm, "det": det, "inv": inverse, "solve": solve, "matrix_power": matrix_power,
    "multi_dot": lambda parts: reduce(np.matmul, map(array, parts)),
}  # fmt: skip


def _zeros(shape: Any) -> Exact:
    made: Exact = sized("zeros")(tuple(map(whole, shape)))
    return made


def from_places(value: Any, shape: Any = None, dtype: Any = None) -> Any:
    """coo, csr and csc: of an array, of a shape, or of entries at places, where equal places add up."""
    if not isinstance(value, tuple):
        return array(value).copy()
    if len(value) == 2 and all(isinstance(n, int) for n in value):
        return _zeros(value)
    if len(value) != 2 or not isinstance(value[1], (tuple, list)) or shape is None:
        raise Unreadable("a sparse matrix that is not (entries, (rows, columns)) with its shape=")
    found = _zeros(shape)
    np.add.at(found, tuple(array(part) for part in value[1]), array(value[0]))
    return found if dtype is None else cast(found, as_kind(dtype))


def from_diagonals(diagonals: Any, offsets: Any = 0, shape: Any = None, **options: Any) -> Any:
    """diags: each diagonal by its distance from the middle one, a number for all of it."""
    if set(options) - {"format", "dtype"}:
        raise Unreadable(f"diags with {sorted(options)[0]}=")
    rows, places = (diagonals, offsets) if np.ndim(offsets) else ([diagonals], [offsets])
    if shape is None:
        shape = (max(len(array(row)) + abs(whole(k)) for row, k in zip(rows, places, strict=True)),) * 2
    found = _zeros(shape)
    for row, k in zip(map(array, items(rows)), map(whole, items(places)), strict=True):
        count = min(found.shape[0] + min(k, 0), found.shape[1] - max(k, 0))
        if row.ndim and len(row) not in (1, count):
            raise Unreadable("a diagonal of another length than its place")
        at = array(list(range(count)))
        found[at + max(-k, 0), at + max(k, 0)] = row
    return found


SPARSE: dict[str, Any] = {
    **{f"{name}_array": from_places for name in ("coo", "csr", "csc")}, "diags_array": from_diagonals,
    "eye_array": sized("eye"),
}  # fmt: skip
"""The arrays of scipy.sparse alone: of its matrices, such as `diags`, * is the matrix product."""
