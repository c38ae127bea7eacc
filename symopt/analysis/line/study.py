"""`analyze` in one variable: pieces, critical points, bounds, rates and warnings, put together."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import Any

import numpy as np

from symopt.analysis.before import too_long
from symopt.analysis.line.constants import constants, contained, global_minimum, kinks
from symopt.analysis.line.critical import critical_points
from symopt.analysis.line.landscape import Landscape
from symopt.analysis.line.numerical import estimate
from symopt.analysis.line.rates import cycles, rates
from symopt.analysis.line.report import Analysis
from symopt.analysis.records import CriticalPoint, Interval, Rate
from symopt.analysis.words import apart, digits, digits_of, exactly, finer, interval, listed
from symopt.auto import resolve
from symopt.balls.tape import Refused
from symopt.errors import StartError, SymoptError
from symopt.expression import deep
from symopt.methods import method
from symopt.problem import Problem
from symopt.problem.points import read_number


def study(problem: Problem, lr: float | None, alpha: float | None, gtol: float, budget: float) -> Analysis:
    """All that is known of a loss of one variable; lr and alpha: for the rates, `auto` if None."""
    began = time.monotonic()
    start = _start(problem)
    rate = _resolved("gd", "lr", problem, start) if lr is None else _given("lr", lr)
    shift = _resolved("regularized-newton", "alpha", problem, start) if alpha is None else _given("alpha", alpha)
    if problem.loss.unwritten:
        made = _estimated(problem, start, "a sum of too many terms, so nothing is proved")
    else:
        try:
            with deep():
                made = _proved(problem, start, rate, shift, gtol, budget)
        except Refused as refused:
            made = _estimated(problem, start, f"{refused} has no interval version here, so nothing is proved")
    return replace(made, ends=_typed(problem), seconds=time.monotonic() - began)


def _estimated(problem: Problem, start: float | None, why: str) -> Analysis:
    return estimate(problem.loss, problem.window, (why,), start)


def _typed(problem: Problem) -> tuple[str, str]:
    """The ends of the window as people write them."""
    low, high = problem.exact[0]
    return exactly(low), exactly(high)


def _start(problem: Problem) -> float | None:
    try:
        return float(problem.start[0])
    except StartError:
        return None


def _given(name: str, value: Any) -> float:
    return read_number(name, value, -math.inf, example=f"for example {name}=0.1")


def _resolved(name: str, parameter: str, problem: Problem, start: float | None) -> float | None:
    """The parameter that `auto` takes; None where there is none in floating point."""
    box = problem.window
    place = box.mean(axis=1) if start is None else np.array([start])
    try:
        value = float(resolve(method(name), problem.loss, box, place).parameters[parameter])
    except SymoptError:
        return None
    return value if math.isfinite(value) else None


def located(problem: Problem, budget: float) -> tuple[list[CriticalPoint], bool]:
    """The critical points of a loss of one variable alone, and whether these are shown to be all. Raises Refused."""
    with deep():
        land, points = _searched(problem, budget)
        found = [replace(point, balls=None) for point in points]
        return found, not land.undecided and all(p.proved or p.continued for p in points)


def _searched(problem: Problem, budget: float) -> tuple[Landscape, list[CriticalPoint]]:
    land = Landscape(problem.loss, problem.exact[0], budget)
    points = critical_points(land)
    for edge in land.unknown:
        land.doubt(edge)
    return land, points


def _proved(
    problem: Problem, start: float | None, lr: float | None, alpha: float | None, gtol: float, budget: float
) -> Analysis:  # fmt: skip
    loss, box = problem.loss, problem.window
    land, points = _searched(problem, budget)
    jumps, upwards, continuous = kinks(land)
    known = constants(land, not jumps and not land.undefined)
    least = global_minimum(land, points)
    left = land.undecided
    convex, concave = curvature(land)
    unclear = [b for part in land.inside for r in part.curve.undecided if (b := land.covering(r, part))]
    open_curve = sum(b - a for a, b in unclear) > 1e-6 * land.width
    defined = not land.undefined and not land.holes
    rounded = defined and continuous and upwards and not unclear and not left and not _bends(land, -1)
    complete = not left and not open_curve and all(p.proved or p.continued for p in points)
    inside = start is not None and not jumps and contained(land, start)
    laws: list[Rate] = []
    if start is not None and lr is not None and alpha is not None:
        laws = rates(land, points, loss, start, lr, alpha, gtol)
    repeating = () if lr is None else tuple(cycles(land, lr))
    constant = len(land.inside) == 1 and land.inside[0].slope.flat
    made = Analysis(
        loss=loss, window=box, status="complete" if complete else "incomplete",
        critical_points=tuple(replace(p, balls=None) for p in points), minimum=least.value, at=least.at, L=known.L,
        mu=known.lowest, **known.steps, convex=tuple(convex), concave=tuple(concave), rates=tuple(laws),
        left=tuple(left), convex_everywhere=rounded, start=start, contained=True if inside else None,
        cycles=repeating, undefined=tuple((a, b) for a, b, _, _ in land.undefined), constant=constant,
        least=least.words,
    )  # fmt: skip
    warnings = _warnings(made, land, jumps, unclear if not complete else [], lr)
    return replace(made, warnings=tuple(warnings))


def curvature(land: Any) -> tuple[list[Interval], list[Interval]]:
    """Intervals inside which f″ > 0 and inside which f″ < 0."""
    found: dict[int, list[Interval]] = {1: [], -1: []}
    for part in land.inside:
        for region in part.curve.regions:
            box = land.clipped(region, part)
            if region.sign and box is not None:
                found[region.sign].append(box)
    return found[1], found[-1]


def _bends(land: Any, sign: int) -> bool:
    return any(
        region.sign == sign for part in land.inside for region in part.curve.regions if land.covering(region, part)
    )


def _warnings(made: Analysis, land: Any, jumps: list[float], unclear: list[Interval], lr: float | None) -> list[str]:
    """True sentences on what is missing, what jumps, and what the start and the learning rate will meet."""
    warnings: list[str] = []
    if made.left:
        warnings.append(f"not decided: {listed([interval(*box) for box in made.left])}")
    if unclear and not made.left:
        warnings.append(f"the sign of f″ is not decided on {listed([interval(*box) for box in unclear])}")
    name, count = made.loss.names[0], finer(*made.window[0])
    ends = [edge for part in land.inside for edge in part.slope.crowded if land.place(edge.ball, edge.exact) == 0]
    if ends:
        at = listed([f"{name} = {place}" for place in sorted({digits_of(edge.ball, 10) for edge in ends})])
        warnings.append(f"infinitely many critical points accumulate at {at} (proved): near it they are not listed")
    if nowhere := land.undefined:
        warnings.append(f"f is not defined on {listed([_nowhere(*box) for box in nowhere])}")
    if lone := [f"{name} = {digits_of(e.ball, 10)}, where f = {digits_of(land.value(e), 6)}" for e in land.alone]:
        warnings.append(f"f has a value, and none beside, at {listed(lone)}")
    holes = land.holes
    apart_ = [x for x in holes if not any(a <= x <= b for a, b, _, _ in nowhere)]
    if apart_:
        warnings.append(f"f has no value at {name} = {listed([digits(x, count) for x in apart_])}")
    if land.unknown:
        places = [digits(float(e.ball.mid()), count) for e in land.unknown]
        warnings.append(f"not shown: whether f has a value at {name} = {listed(places)}")
    warnings += [
        f"continued to {name} = {p.place}, f would have a {p.kind} there: it is in the list, not as proved"
        for p in made.critical_points
        if p.continued
    ]
    jumps = [x for x in jumps if x not in holes]
    if jumps:
        warnings.append(
            f"f′ jumps, or is not shown to be continuous, at {name} = {listed([digits(x, count) for x in jumps])}: "
            "no lr is safe by 2/L"
        )
    if made.minimum[0] == -math.inf:
        warnings.append("f is not bounded below on the window, or no bound is shown")
    if made.L[1] == math.inf:
        warnings.append("f″ is not bounded on the window, or no bound is shown: there is no lr that 2/L makes safe")
    if made.start is not None and made.safe_lr is not None and made.contained is None:
        warnings.append(
            f"not shown for the start {digits(made.start, count)}: that the part of {{f ≤ f(start)}} around it lies "
            "inside the window, so that a path may leave the window and the bounds with it"
        )
    if made.safe_lr is not None and made.start is not None and lr is not None:
        warnings += too_long(made.loss, lr, made.window, np.array([made.start]))
    warnings += [
        f"{name} = {p.place if not p.flat else digits(p.x[0], count)}: {_degenerate(p)}"
        for p in made.critical_points
        if p.kind == "degenerate"
    ][:4]
    warnings += list(made.cycles)
    return warnings


def _nowhere(low: float, high: float, left: bool, right: bool) -> str:
    """An interval that ends at a point with a value is open there."""
    a, b = apart(low, high, inward=True)
    return f"{'[' if left else '('}{a}, {b}{']' if right else ')'}"


def _degenerate(point: CriticalPoint) -> str:
    if point.flat:
        return f"f is constant inside {point.place}"
    zero = f" and f′ has a zero of multiplicity {point.multiplicity}" if point.multiplicity else ""
    return f"a degenerate {point.turn}: f″ = 0 there{zero}"
