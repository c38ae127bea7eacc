"""A box cut by the mean value form of equations, in balls; of many boxes at once `waves` does the same in arrays."""

from __future__ import annotations

import math

from flint import arb

from symopt.analysis.boxes.enclose import Ball, Box, ends, hull, signed
from symopt.analysis.boxes.waves import FINEST, GAP
from symopt.balls.series import above, below


class Narrowing:
    """A box cut by the mean value form r + A·(x − c) = 0, an unknown from an equation at a time."""

    def __init__(self, box: Box, unknowns: list[int], at: list[Ball], sizes: list[float]) -> None:
        self.before, self.unknowns, self.at = box, unknowns, at
        # at least the next float, else a side without width is no unknown any more
        self.pads = [max(FINEST * (sizes[k] or 2.0), 2 * math.ulp(max(map(abs, box.ends[k])))) for k in unknowns]
        self.ends = [box.ends[k] for k in unknowns]
        self.steps = [hull(*box.ends[k]) - at[k] for k in unknowns]
        self.gap = GAP, -1, 0.0, 0.0

    def by(self, matrix: list[list[Ball]], right: list[Ball], diagonal: bool = False) -> bool:
        """Narrows by all equations; whether they leave nothing. diagonal: each for its own unknown only."""
        for i, row in enumerate(matrix):
            terms = [entry * step for entry, step in zip(row, self.steps, strict=True)]
            if signed(right[i] + sum(terms, arb(0))):
                return True
            for j in (i,) if diagonal else range(len(row)):
                rest = sum((term for k, term in enumerate(terms) if k != j), right[i])
                before, at = self.ends[j], self.at[self.unknowns[j]]
                if not row[j].contains(0):
                    low, high = ends(at - rest / row[j])
                    low, high = max(low - self.pads[j], before[0]), min(high + self.pads[j], before[1])
                elif rest.contains(0):
                    continue
                else:
                    low, high = self.around(j, rest, row[j])
                if low > high:
                    return True
                if (low, high) != before:
                    self.ends[j] = low, high
                    self.steps[j] = hull(low, high) - at
                    terms[j] = row[j] * self.steps[j]
        return False

    def around(self, j: int, rest: Ball, entry: Ball) -> tuple[float, float]:
        """What is left of an unknown by rest + entry·(x − c) = 0, 0 in `entry` and not in `rest`: not the middle."""
        before, at = self.ends[j], self.at[self.unknowns[j]]
        least = -rest.upper() if rest < 0 else -rest.lower()
        sides = (entry.lower(), entry.upper()) if least > 0 else (entry.upper(), entry.lower())
        left, right = (math.inf if side.is_zero() else None for side in sides)
        low = -math.inf if left else above(at + least / sides[0]) + self.pads[j]
        high = math.inf if right else below(at + least / sides[1]) - self.pads[j]
        if before[0] > low:
            return max(high, before[0]), before[1]
        if before[1] < high:
            return before[0], min(low, before[1])
        if high - low > self.gap[0] * (before[1] - before[0]):
            self.gap = (high - low) / (before[1] - before[0]), j, low, high
        return before

    @property
    def share(self) -> float:
        """What is left of the unknown that was cut most."""
        pairs = zip(self.ends, self.unknowns, strict=True)
        return min((high - low) / (self.before.ends[k][1] - self.before.ends[k][0]) for (low, high), k in pairs)

    def box(self) -> Box:
        box = self.before
        for (low, high), k in zip(self.ends, self.unknowns, strict=True):
            box = box.with_ends(k, low, high)
        return box
