"""Where the number of a class stands on a map: in the middle of its widest area, and of another apart from it."""

from __future__ import annotations

import numpy as np

CELLS = 200
"""Along each side, of which depths are told."""
ROOM, MORE, FAR = 8.0, 16.0, 140.0
"""Pixels around a number at least; around a second one of a class; and from the first to it."""


def places(number: np.ndarray, size: tuple[int, int]) -> list[tuple[int, float, float]]:
    """(class, x, y) for each number that has room, x and y as shares of the map. number: (y, x); size: its pixels."""
    tall, wide = number.shape
    rows, columns = (np.arange(min(side, CELLS)) * side // min(side, CELLS) for side in (tall, wide))
    cells = number[np.ix_(rows, columns)]
    unit = np.array(size) / cells.shape
    deep = depths(cells, unit)
    y, x = np.indices(cells.shape)
    found = []
    for each in np.unique(cells).tolist():
        own = np.where(cells == each, deep, -1.0)
        first: tuple[int, int] | None = None
        for least in (ROOM, MORE):
            row, column = map(int, np.unravel_index(int(np.argmax(own)), own.shape))
            if own[row, column] < least or (first and _joined(cells, first, (row, column))):
                break
            found.append((each, (column + 0.5) / cells.shape[1], (row + 0.5) / cells.shape[0]))
            first = row, column
            own[np.hypot((y - row) * unit[0], (x - column) * unit[1]) < FAR] = -1.0
    return found


def _joined(cells: np.ndarray, one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether a straight line from cell to cell stays within their class."""
    row, column = (np.linspace(a, b, 2 * CELLS).round().astype(int) for a, b in zip(one, other, strict=True))
    return bool((cells[row, column] == cells[one]).all())


def depths(cells: np.ndarray, unit: np.ndarray) -> np.ndarray:
    """How many pixels each cell (y, x) is away from another class or from the border of the map, along an axis."""
    rows, columns = cells.shape
    shifts = [(slice(a, a + rows), slice(b, b + columns)) for a in range(3) for b in range(3)]
    around = np.pad(cells, 1, constant_values=-1)
    inside = np.all([around[shift] == cells for shift in shifts], axis=0)
    deep = np.zeros(cells.shape)
    while inside.any():
        deep += inside * float(unit.min())
        around = np.pad(inside, 1)
        inside = np.all([around[shift] for shift in shifts], axis=0)
    return deep


__all__ = ["depths", "places"]
