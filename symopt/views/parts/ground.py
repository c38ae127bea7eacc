"""f at the many places of a picture, whatever it costs: from some of the rows of its data where all would take long.

Rows are drawn one from each of m equal stretches of the data. What they give is multiplied by f(x) over theirs, known
at a few places and put straight between them: so the landscape lies where the walks on all rows are.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from symopt.expression.sums import Sums, overrows
from symopt.language import told
from symopt.loss import Loss

WORK, SPARE = 5e8, 5e8
"""Operations of the places of a picture, and of those where all rows are looked at."""
ROWS = 1_000
"""At least so many rows stand for all."""
BENDS = 1_600
"""Places at which a Hessian of sums is looked at."""
KNOTS = {1: (9, 65), 2: (4, 13)}
"""Places along a side where all rows are looked at, at least and at most."""


class Ground:
    """A loss in a box (n, 2), of one or two variables, to be asked at so many places."""

    def __init__(self, loss: Loss, box: np.ndarray, places: int) -> None:
        self.loss, self.box = loss, np.asarray(box, dtype=float)
        self.places, self.rows = places, 0
        data = loss.data
        if data is None or not isinstance(loss.read, Sums) or not overrows(loss.read):
            return
        enough = max(ROWS, int(WORK / max(places * loss.operations / data.rows, 1)))
        if enough < data.rows:
            self.rows = enough

    @property
    def note(self) -> str:
        """What to say of it in the picture; empty where f itself is seen."""
        assert self.loss.data is not None or not self.rows
        if self.loss.data is None or not self.rows:
            return ""
        return told(f"drawn from {self.rows:,} of {self.loss.data.rows:,} rows")

    @cached_property
    def few(self) -> Any:
        """The numbers over some rows."""
        if not self.rows or self.loss.data is None or self.loss.sums is None:
            return self.loss
        edges = np.linspace(0, self.loss.data.rows, self.rows + 1).astype(int)
        return self.loss.sums.batch(np.random.default_rng(0).integers(edges[:-1], edges[1:]))

    def side(self, most: int) -> int:
        """Places along a side of a grid: fewer where f cannot be made cheap."""
        if self.rows or self.loss.operations * most ** len(self.box) <= 2 * WORK:
            return most
        return max(21, int((2 * WORK / self.loss.operations) ** (1 / len(self.box))))

    def __call__(self, points: np.ndarray) -> np.ndarray:
        """f, or nearly f: (…, n) → (…)."""
        if not self.rows:
            return np.asarray(self.loss(points), dtype=float)
        with np.errstate(all="ignore"):
            return np.asarray(self.few.value(points) * np.exp(self._between(points)))

    def hess(self, points: np.ndarray) -> np.ndarray:
        """Its Hessian: (…, n) → (…, n, n)."""
        return np.asarray(self.few.hess(points))

    @property
    def bends(self) -> int:
        """Places along a side at which the Hessian may be asked for: of a sum it takes a while."""
        return int(BENDS ** (1 / len(self.box))) if isinstance(self.loss.read, Sums) else 10**9

    @cached_property
    def _knots(self) -> tuple[list[np.ndarray], np.ndarray]:
        """Places on each axis, and the logarithm of f over the value of some rows at all of their pairs."""
        n = len(self.box)
        least, most = KNOTS[n]
        count = int(np.clip((SPARE / self.loss.operations) ** (1 / n), least, most))
        axes = [np.linspace(low, high, count) for low, high in self.box]
        places = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
        with np.errstate(all="ignore"):
            ratio = np.asarray(self.loss(places)) / np.asarray(self.few.value(places))
            logs = np.log(ratio)
        return axes, np.where(np.isfinite(logs), logs, 0.0)

    def _between(self, points: np.ndarray) -> np.ndarray:
        """The logarithm of the ratio at points, straight between the knots along each axis."""
        axes, logs = self._knots
        cells, shares = [], []
        for k, axis in enumerate(axes):
            at = np.nan_to_num((points[..., k] - axis[0]) / (axis[-1] - axis[0])) * (len(axis) - 1)
            at = np.clip(at, 0, len(axis) - 1 - 1e-9)
            cells.append(at.astype(int))
            shares.append(at % 1)
        if len(axes) == 1:
            (i,), (u,) = cells, shares
            return np.asarray((1 - u) * logs[i] + u * logs[i + 1])
        (i, j), (u, v) = cells, shares
        left = (1 - v) * logs[i, j] + v * logs[i, j + 1]
        return np.asarray((1 - u) * left + u * ((1 - v) * logs[i + 1, j] + v * logs[i + 1, j + 1]))
