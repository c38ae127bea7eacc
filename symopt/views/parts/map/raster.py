"""Pixels of sweeps as pixels of a picture: colours and their means, patterns, numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.colors import to_rgb

from symopt.views.parts.map.classes import DASHED, DOTS, DOUBLE, FALLING, FINE, RISING, Class

HIGH, WIDE = 500, 640
"""Pixels of the map or diagram on the sheet."""
SCALE = 2
"""Pixels of the picture inside the axes for each of the sheet."""
CLEAR = 3
"""Pixels from a border from which on patterns are drawn."""


@dataclass(frozen=True, eq=False)
class Grid:
    """Classes (y, x), some cells of which are known k times as finely along each side.

    where: (P,), their places in the raveled grid, in order. parts: (P, k, k), (y, x) within each.
    """

    number: np.ndarray
    k: int = 1
    where: np.ndarray | None = None
    parts: np.ndarray | None = None

    @property
    def shape(self) -> tuple[int, int]:
        tall, wide = self.number.shape
        return tall * self.k, wide * self.k

    def rows(self, first: int, last: int) -> np.ndarray:
        """Rows of the finer grid."""
        k = self.k
        if k == 1:
            return self.number[first:last]
        low, high = first // k, -(-last // k)
        made = np.repeat(np.repeat(self.number[low:high], k, axis=0), k, axis=1)
        if self.where is not None and self.parts is not None:
            wide = self.number.shape[1]
            begin, end = np.searchsorted(self.where, (low * wide, high * wide))
            row, column = np.divmod(self.where[begin:end] - low * wide, wide)
            cells = made.reshape(high - low, k, wide, k)
            cells[row, :, column, :] = self.parts[begin:end]
        return made[first - low * k : last - low * k]


def painted(
    grid: Grid | np.ndarray, classes: Sequence[Class], size: tuple[int, int] = (HIGH, WIDE), key: bool = False
) -> np.ndarray:
    """The picture (rows, columns, 3) in uint8 of classes (y, x): where pixels are finer than the picture's, their mean.

    Patterns are drawn where one class fills what they cover; key: up to the border.
    """
    grid = grid if isinstance(grid, Grid) else Grid(grid)
    colours = np.array([to_rgb(each.colour) for each in classes]) * 255
    rows, columns = (side * SCALE for side in size)
    tall, wide = grid.shape
    low = np.arange(columns) * wide // columns
    made = np.empty((rows, columns, 3), dtype=np.uint8)
    one = np.empty((rows, columns), dtype=np.int16)  # the class that fills a pixel, −1 where there are several
    seen: tuple[int, int] | None = None
    for row in range(rows):
        first = row * tall // rows
        last = max(first + 1, (row + 1) * tall // rows)
        if (first, last) == seen:
            made[row], one[row] = made[row - 1], one[row - 1]
            continue
        seen = first, last
        block = grid.rows(first, last)
        if wide > columns or last - first > 1:
            shades = colours[block].mean(axis=0)
            top, least = block.max(axis=0), block.min(axis=0)
            if wide > columns:
                shades = np.add.reduceat(shades, low, axis=0) / np.diff(np.append(low, wide))[:, None]
                top, least = np.maximum.reduceat(top, low), np.minimum.reduceat(least, low)
            else:
                shades, top, least = shades[low], top[low], least[low]
            one[row] = np.where(top == least, top, -1)
        else:
            one[row] = block[0][low]
            shades = colours[one[row]]
        made[row] = np.round(shades)
    _patterned(made, one, np.array([each.pattern for each in classes]), key)
    return made


def _patterned(made: np.ndarray, one: np.ndarray, patterns: np.ndarray, key: bool) -> None:
    """Draws patterns into a picture: darker where it is light, lighter where it is dark."""
    pattern = patterns[np.maximum(one, 0)].astype(np.int8)
    if not key:
        pattern[_mixed(one, CLEAR)] = 0
    y, x = np.arange(len(made))[:, None], np.arange(made.shape[1])[None]
    marks = {
        RISING: (y + x) % 28 < 7, DASHED: ((y + x) % 28 < 7) & ((y - x) % 28 < 15), FINE: (y + x) % 12 < 4,
        DOUBLE: np.isin((y + x) % 34, (*range(5), *range(10, 15))), FALLING: (y - x) % 28 < 7,
        DOTS: (y % 16 < 6) & ((x + 8 * (y // 16 % 2)) % 16 < 6),
    }  # fmt: skip
    for kind in np.unique(pattern).tolist():
        if kind:
            marked = (pattern == kind) & marks[kind]
            shades = made[marked].astype(float)
            dark = shades.mean(axis=1, keepdims=True) < 110
            made[marked] = np.round(np.where(dark, shades * 0.45 + 140, shades * 0.72))


def _mixed(one: np.ndarray, reach: int) -> np.ndarray:
    """Where anything else lies within so many pixels; what lies beyond the picture does not count."""
    found = []
    for join in (np.maximum, np.minimum):
        most = np.pad(one, reach, mode="edge")
        for axis in (0, 1):
            done, wanted = 1, 2 * reach + 1
            while done < wanted:
                step = min(done, wanted - done)
                most = join(most[:-step], most[step:]) if axis == 0 else join(most[:, :-step], most[:, step:])
                done += step
        found.append(most)
    return np.asarray((found[0] != found[1]) | (one < 0))


def averaged(values: np.ndarray, scaled: Callable[[Any], Any]) -> np.ndarray:
    """Scaled numbers (y, x) as pixels of the picture: the mean of those that are finite in each, nan without any."""
    rows, columns = HIGH * SCALE, WIDE * SCALE
    tall, wide = values.shape
    low = np.arange(columns) * wide // columns
    made = np.empty((rows, columns))
    for row in range(rows):
        first = row * tall // rows
        block = np.asarray(values[first : max(first + 1, (row + 1) * tall // rows)], dtype=float)
        with np.errstate(all="ignore"):
            block = scaled(block)
            known = np.isfinite(block)
            total, count = np.where(known, block, 0.0).sum(axis=0), known.sum(axis=0)
            if wide > columns:
                total, count = np.add.reduceat(total, low), np.add.reduceat(count, low)
            else:
                total, count = total[low], count[low]
            made[row] = np.where(count > 0, total / count, np.nan)
    return made


__all__ = ["HIGH", "SCALE", "WIDE", "Grid", "averaged", "painted"]
