"""What theory says along an axis, drawn into pictures: where minima begin to repel, where periods double, 1/L.

Of gradient descent, x − lr·∇f: a minimum x* attracts while lr·λ < 2, λ the largest eigenvalue of ∇²f(x*). A p-cycle
doubles where the product of 1 − lr·f″ along it is −1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from symopt.analysis.along.steps import born
from symopt.auto import steepest
from symopt.methods import Rule
from symopt.sweep.axes import LETTER, METHOD, START, Axis
from symopt.sweep.formula import Lanes
from symopt.sweep.labels import Label

if TYPE_CHECKING:
    from symopt.sweep.plan import Plan

GRADIENT = "x - lr*g"
DOUBLED = (1, 2, 4, 8, 16)
SAME = 1e-9
PROVED, SOLVED, ESTIMATED = "proved", "solved", "estimated"


@dataclass(frozen=True)
class Tick:
    """A value of an axis, what is there, and how it is known: proved, solved in floats, or estimated from samples."""

    axis: str
    value: float
    text: str
    known: str


def join(plan: Plan, labels: tuple[Label, ...]) -> tuple[Label, ...]:
    """The labels, those proved at whose critical points exactly one is proved to be."""
    if not any(label.at for label in labels) or (found := plan.proven) is None:
        return labels
    width = np.ptp(plan.problem.window, axis=1)

    def known(label: Label) -> bool:
        near = [mark for mark in found.points if label.at is not None
                and (np.abs(np.subtract(mark.x, label.at)) <= 1e-9 * width).all()]  # fmt: skip
        return len(near) == 1 and near[0].kind in label.word

    return tuple(replace(label, proved=known(label)) for label in labels)


def ticks(plan: Plan, labels: tuple[Label, ...], period: np.ndarray, x: np.ndarray) -> tuple[Tick, ...]:
    """What is known along the axes. period, x: of the pixels, (…), (…, n)."""
    method = plan.method
    if not isinstance(method, Rule) or method.formula.replace(" ", "") != GRADIENT.replace(" ", ""):
        return ()
    found: list[Tick] = []
    rate = next((axis for axis in plan.axes if axis.role == METHOD and axis.name == "lr"), None)
    if rate is not None and plan.placed:
        found += _repelling(plan, labels, rate)
        if not plan.swept[START]:
            found += _first(plan, rate)
    if len(plan.axes) == 1 and plan.problem.n == 1 and plan.axes[0].role in (METHOD, LETTER):
        found += _doublings(plan, plan.axes[0], period, x[..., 0], found)
    return tuple(sorted(found, key=lambda tick: tick.value))


def _within(axis: Axis, value: float) -> bool:
    return axis.ends[0] <= value <= axis.ends[1]


def _repelling(plan: Plan, labels: tuple[Label, ...], axis: Axis) -> list[Tick]:
    """2/f″(x*), or 2/λ, of each minimum that walks end at, or that is proved."""
    loss = plan.problem.loss
    values: dict[float, list[tuple[Label, str]]] = {}
    minima = [label for label in labels if label.word == "minimum" and label.at is not None]
    width = np.ptp(plan.problem.window, axis=1)
    for mark in plan.proven.points if plan.proven is not None else ():
        apart = (np.abs(np.subtract(mark.x, label.at or mark.x)).max() for label in minima)
        if mark.kind == "minimum" and all(gap > 1e-9 * width.max() for gap in apart):
            minima.append(Label("minimum", at=mark.x, proved=True))
    for label in minima:
        hessian = loss.hess(np.array(label.at))
        bend = float(np.linalg.eigvalsh(hessian)[-1]) if np.isfinite(hessian).all() else 0.0
        if not bend > 0:
            continue
        value = 2 / bend
        same = next((other for other in values if abs(other - value) <= SAME * value), value)
        values.setdefault(same, []).append((label, _born(plan, label) if plan.problem.n == 1 else ""))
    name = "2/f″" if plan.problem.n == 1 else "2/λ"
    made = []
    for value, those in values.items():
        if not _within(axis, value):
            continue
        born = those[0][1] if len(values) == 1 else ""
        place = "" if len(values) == 1 else _where([label for label, _ in those])
        known = PROVED if all(label.proved for label, _ in those) else SOLVED
        made.append(Tick(axis.name, value, f"{name}{place}{born}", known))
    return made


def _where(minima: list[Label]) -> str:
    """`(±6.039)`, the first variable of minima that share a rate; how many they are where that is no such pair."""
    x = [label.at[0] for label in minima if label.at is not None]
    if len(x) == 1:
        return f"({x[0]:.4g})".replace("-", "−")
    return f"(±{abs(x[0]):.4g})" if len(x) == 2 and abs(x[0] + x[1]) <= 1e-6 * abs(x[0]) else f" of {len(x)} minima"


def _born(plan: Plan, label: Label) -> str:
    """Whether a stable 2-cycle is born at lr = 2/f″."""
    assert label.at is not None
    width = SAME * float(np.ptp(plan.problem.window))
    return ": a 2-cycle is born" * (born(plan.problem.loss, label.at[0], width) > 0)


def _first(plan: Plan, axis: Axis) -> list[Tick]:
    """1/L below the start, an estimate; and the rates at which the first step comes to a maximum, beyond which it may
    go down on the other side.
    """
    loss, start = plan.problem.loss, plan.problem.start
    largest = steepest(loss, plan.problem.window, start)
    found = []
    if 0 < largest < np.inf and _within(axis, 1 / largest):
        found.append(Tick(axis.name, 1 / largest, "default lr, 1/L", ESTIMATED))
    slope = float(loss.grad(start)[0])
    for mark in plan.proven.points if plan.proven is not None and plan.problem.n == 1 and slope else ():
        value = (float(start[0]) - float(mark.x[0])) / slope
        if mark.kind == "maximum" and value > 0 and _within(axis, value):
            place = f"{mark.x[0]:.4g}".replace("-", "−")
            found.append(Tick(axis.name, value, f"step 1 lands on the maximum {place}", SOLVED))
    return found


def _doublings(plan: Plan, axis: Axis, period: np.ndarray, x: np.ndarray, known: list[Tick]) -> list[Tick]:
    """Where periods double between neighbours of one axis, solved in floats from the pixel beside."""
    made: list[Tick] = []
    seen = np.flatnonzero(period > 0)
    far = max(3, len(period) // 20)
    for i, j in zip(seen[:-1].tolist(), seen[1:].tolist(), strict=True):
        for one, two in ((i, j), (j, i)):
            p = int(period[one])
            if p not in DOUBLED or period[two] != 2 * p or abs(one - two) > far:
                continue
            value = _solved(plan, axis, p, float(x[one]), float(axis.values[one]))
            room = abs(float(axis.values[two]) - float(axis.values[one])) * 2 + 1e-12
            if value is None or abs(value - float(axis.values[one])) > room or not _within(axis, value):
                continue
            if any(abs(tick.value - value) <= 1e-7 * abs(value) for tick in (*known, *made)):
                continue
            made.append(Tick(axis.name, value, f"period {p} becomes {2 * p}", SOLVED))
    return made


def _solved(plan: Plan, axis: Axis, p: int, x: float, mu: float) -> float | None:
    """The μ at which the p-cycle through x has multiplier −1, by Newton's method from (x, μ); None where it fails."""
    step = _map(plan, axis)

    def gap(x: float, mu: float) -> np.ndarray:
        there, multiplier = step(p, x, mu)
        return np.array([there - x, multiplier + 1])

    u = np.array([x, mu])
    unit = np.array([float(np.ptp(plan.problem.window)), float(np.ptp(axis.values))])
    for _ in range(40):
        h = 1e-6 * unit
        with np.errstate(all="ignore"):
            here = gap(*u)
            slopes = np.stack([(gap(*(u + e)) - gap(*(u - e))) / (2 * e.sum()) for e in np.diag(h)], axis=1)
        if not (np.isfinite(here).all() and np.isfinite(slopes).all()) or abs(np.linalg.det(slopes)) < 1e-300:
            return None
        move = np.linalg.solve(slopes, here)
        u = u - move
        if (np.abs(move) <= 1e-13 * unit).all():
            return float(u[1])
    return float(u[1]) if (np.abs(move) <= 1e-10 * unit).all() else None


def _map(plan: Plan, axis: Axis) -> Callable[[int, float, float], tuple[float, float]]:
    """(p, x, μ) → (the point p steps on, the product of 1 − lr·f″ on the way)."""
    rate = None if axis.role == METHOD else float(plan.method.parameters["lr"])

    def step(p: int, x: float, mu: float) -> tuple[float, float]:
        lanes = Lanes(plan.formula, np.array([[mu]]) if axis.role == LETTER else np.empty((0, 1)))
        lr, product = (mu if rate is None else rate), 1.0
        for _ in range(p):
            point = np.array([[x]])
            product *= 1 - lr * float(lanes.hess(point)[0, 0, 0])
            x -= lr * float(lanes.grad(point)[0, 0])
        return x, product

    return step
