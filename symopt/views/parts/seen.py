"""What a step of a walk with batches looks at: some rows of the data, or terms of the sum."""

from __future__ import annotations

from typing import Any

import numpy as np

from symopt.methods.rule import Rule
from symopt.program.sums.sampling import Batch, Rows
from symopt.trajectory import Trajectory

WORK = 3e7
"""Operations for the landscape of one batch: it is drawn anew in each frame."""


class Seen:
    """The batches of a walk, in the order in which its method draws them."""

    def __init__(self, trajectory: Trajectory, rule: Rule) -> None:
        self.sampling, self.rule = trajectory.loss.sampling, rule
        self.count = self.sampling.count
        self.small = 0 < rule.batch < self.count
        self._begin()

    def _begin(self) -> None:
        self._drawn, self._next = self.rule.drawn(self.count), 0

    def batch(self, k: int) -> Batch:
        """The loss over what the step from x[k] to x[k+1] looks at."""
        if k < self._next - 1:
            self._begin()
        while self._next <= k:
            which, _ = next(self._drawn)
            self._next += 1
            if self._next == k + 1:
                assert which is not None
                self._batch = self.sampling.batch(which)
        return self._batch

    def values(self, k: int, points: np.ndarray) -> np.ndarray:
        """Its f at points (…, n) → (…)."""
        with np.errstate(all="ignore"):
            return np.asarray(self.batch(k)(points), dtype=float)

    def slopes(self, k: int, points: np.ndarray) -> np.ndarray:
        """Its f′ at points (…, 1) → (…)."""
        with np.errstate(all="ignore"):
            return self.batch(k).grad(points)[..., 0]

    def believed(self, k: int, x: np.ndarray) -> tuple[float, np.ndarray]:
        """f and ∇f that a step from x (n,) goes by."""
        with np.errstate(all="ignore"):
            return float(self.batch(k)(x)), self.batch(k).grad(x)

    def side(self, n: int, least: int, most: int) -> int:
        """Places along a side of its landscape; 0 where that would take long."""
        places = int((WORK / max(self.batch(0).operations, 1)) ** (1 / n))
        return min(places, most) if places >= least else 0

    @property
    def words(self) -> str:
        """How much of all a step sees: `4 of 40 rows`."""
        what = "rows" if isinstance(self.sampling, Rows) else "terms"
        return f"{self.rule.batch:,} of {self.count:,} {what}"


def seen_by(trajectory: Trajectory) -> Seen | None:
    """What the steps of a walk look at; None where it is the whole loss."""
    method: Any = trajectory.method
    if not isinstance(method, Rule) or not method.batch or trajectory.thinned is not None:
        return None
    found = Seen(trajectory, method)
    return found if found.small else None
