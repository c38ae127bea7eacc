"""What the names of scipy.sparse stand for: the same matrices, dense."""

from __future__ import annotations

from typing import Any

import numpy as np

from symopt.checking.source.arrays import Exact, array, as_kind, cast
from symopt.checking.source.packages.calls import sized
from symopt.checking.source.packages.objects import items
from symopt.checking.source.reading import Unreadable
from symopt.checking.source.values import whole


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
