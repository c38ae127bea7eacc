"""Gradient descent along its lr: at which minima it settles, and the 2-cycles that are born where it ceases to.

x ↦ x − lr·f′(x) has the critical points for fixed points, with the multiplier 1 − lr·f″: a minimum attracts for
lr < 2/f″. At lr = 2/f″ the multiplier is −1 and falls, so that a 2-cycle splits off: a stable one above if
3·f‴² > f″·f⁗, an unstable one below if 3·f‴² < f″·f⁗.

Source: Y. A. Kuznetsov, Elements of Applied Bifurcation Theory, 3rd ed., 2004, section 4.5 (flip), whose coefficient is
½·(m″)² + ⅓·m‴ of the map m.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from flint import arb

from symopt.analysis.interval import Jets
from symopt.analysis.records import CriticalPoint, Interval, fields, plain
from symopt.analysis.screen import OnScreen, aligned, labelled
from symopt.analysis.words import digits, interval
from symopt.balls.series import above, ball_power, below, signum, working
from symopt.balls.tape import Refused
from symopt.errors import StartError, SymoptError
from symopt.loss import Loss
from symopt.notebook import clipped
from symopt.problem import Problem

SCHEMA = "symopt.analyze-lr/1"
BITS = 160
BORN = {1: "a stable 2-cycle is born", -1: "an unstable 2-cycle ends there", 0: "not shown"}


@dataclass(frozen=True)
class Flip:
    """A fixed point of the map: its kind, an enclosure of f″ there, of lr = 2/f″ at a minimum, and what happens there.

    born: 1 for a stable 2-cycle above, −1 for an unstable one below, 0 where neither is shown.
    """

    point: CriticalPoint
    curvature: Interval | None
    lr: Interval | None
    born: int = 0


@dataclass(frozen=True, eq=False)
class StepAnalysis(OnScreen):
    """The fixed points of gradient descent on a window, and the lr of a range at which they cease to attract.

    status: `complete` if there is no other fixed point in the window, and of each minimum f″ > 0 is shown.
    """

    loss: Any
    window: np.ndarray
    range: Interval
    status: str
    flips: tuple[Flip, ...]
    warnings: tuple[str, ...] = ()
    seconds: float = 0.0

    def record(self) -> dict[str, Any]:
        """The JSON object of schema symopt.analyze-lr/1; nan and inf are null."""
        return {
            "schema": SCHEMA,
            "variable": self.loss.names[0],
            **fields(self, "window", "range", "status"),
            "fixed_points": [
                {
                    **fields(flip.point, "x", "enclosure", "kind", "proved"), "curvature": plain(flip.curvature),
                    "lr": plain(flip.lr), "two_cycle": {1: "stable above", -1: "unstable below", 0: None}[flip.born],
                }
                for flip in self.flips
            ],
            "warnings": list(self.warnings),
        }  # fmt: skip

    def lines(self) -> list[str]:
        name, (low, high) = self.loss.names[0], self.range
        box = interval(float(self.window[0, 0]), float(self.window[0, 1]), inward=True)
        count = len(self.flips)
        points = f"{count} fixed point{'s' * (count != 1)}"
        head = (
            f"COMPLETE: {points} in the window, and no other (proved)"
            if self.status == "complete"
            else f"INCOMPLETE: {points} found"
        )
        told = [
            f"f({name}) = {clipped(self.loss.text)}   on {box}, gd with lr from {digits(low)} to {digits(high)}",
            head, "",
        ]  # fmt: skip
        rows = [
            [self._place(f), f.point.kind, self._settles(f), BORN[f.born] if self._inside(f) else ""]
            for f in self.flips
        ]
        told += aligned([[name, "kind", "gd settles there for", "at that lr"], *rows]) if rows else ["  no fixed point"]
        return told + labelled("note", list(self.warnings))

    def _place(self, flip: Flip) -> str:
        return flip.point.place or digits(flip.point.x[0], 10)

    def _inside(self, flip: Flip) -> bool:
        return flip.lr is not None and flip.lr[1] >= self.range[0] and flip.lr[0] <= self.range[1]

    def _settles(self, flip: Flip) -> str:
        if flip.point.kind == "maximum" or (flip.curvature is not None and flip.curvature[1] < 0):
            return "no lr: it repels"
        if flip.lr is None:
            return "not told by f″"
        if flip.lr[0] > self.range[1]:
            return f"all of them: 2/f″ = {digits(flip.lr[0], 6, -1)}"
        if flip.lr[1] < self.range[0]:
            return f"none of them: 2/f″ = {digits(flip.lr[1], 6, 1)}"
        return f"lr < {digits(flip.lr[0], 8, -1)}"


def steps(problem: Problem, ends: Any, located: Callable[[], tuple[list[CriticalPoint], bool]]) -> StepAnalysis:
    """What becomes of gradient descent on a loss of one variable as its lr goes from one end to another.

    located: finds the critical points and tells whether these are shown to be all. Kinks are no fixed points.
    Raises SymoptError for more variables, ends that are no range of positive numbers, and without interval versions.
    """
    began = time.monotonic()
    loss = problem.loss
    if loss.n != 1 or problem.letters or loss.unwritten:
        raise SymoptError("a range of lr is for losses of one variable without open letters", "give lr one value")
    try:
        low, high = map(float, ends)
    except (TypeError, ValueError):
        raise StartError(
            "a range of lr has two ends", "for example lr=(0.01, 2)", shell="for example --lr 0.01:2"
        ) from None
    if not 0 < low < high < np.inf:
        raise StartError("a range of lr begins above 0, and below its end", "for example lr=(0.01, 2)",
                         shell="for example --lr 0.01:2")  # fmt: skip
    try:
        points, complete = located()
        jets = Jets(loss.expr, loss.variables[0])
        flips = tuple(_flip(jets, point) for point in points if not (point.continued or point.kink))
    except Refused as refused:
        raise SymoptError(f"{refused} has no interval version here, so that nothing can be proved") from None
    sure = complete and not any(flip.point.kind == "minimum" and flip.lr is None for flip in flips)
    said = ["gd settles from starts nearby; cycles that are born elsewhere are not looked for"]
    if any(point.kink for point in points):
        said.append("kinks are no fixed points: gd goes to and fro beside them")
    if not sure:
        said.insert(0, "others may be there, or what is listed is not decided by f″")
    return StepAnalysis(
        loss, problem.window, (low, high), "complete" if sure else "incomplete", flips, tuple(said),
        time.monotonic() - began,
    )  # fmt: skip


def _flip(jets: Jets, point: CriticalPoint) -> Flip:
    if point.kink is not False or point.flat or not point.proved:
        return Flip(point, None, None)
    with working(BITS, 1):
        second, third, fourth = (jets.enclose(k, *point.enclosure[0]) for k in (2, 3, 4))
        if second is None:
            return Flip(point, None, None)
        curvature = below(second), above(second)
        if not second > 0:
            return Flip(point, curvature, None)
        lr = arb(2) / second
        return Flip(point, curvature, (below(lr), above(lr)), _born(second, third, fourth))


def _born(second: Any, third: Any, fourth: Any) -> int:
    """The sign of 3·f‴² − f″·f⁗, 0 where none is shown."""
    if second is None or third is None or fourth is None:
        return 0
    return signum(3 * ball_power(third, 2) - second * fourth)


def born(loss: Loss, x: float, width: float) -> int:
    """1 if a stable 2-cycle is born at lr = 2/f″ from every minimum within a width of x, −1 if an unstable one ends
    there, 0 where neither is shown.
    """
    try:
        jets = Jets(loss.expr, loss.variables[0])
        with working(BITS, 1):
            return _born(*(jets.enclose(k, x - width, x + width) for k in (2, 3, 4)))
    except (Refused, SymoptError):
        return 0


__all__ = ["Flip", "StepAnalysis", "born", "steps"]
