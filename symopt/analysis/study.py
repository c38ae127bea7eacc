"""`analyze`: everything that is known of a loss of one variable on a window, each word of it meant."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from symopt.analysis.before import too_long
from symopt.analysis.numerical import estimate
from symopt.analysis.records import CriticalPoint, Interval, Rate
from symopt.analysis.report import Analysis
from symopt.analysis.words import apart, digits, exactly, interval
from symopt.auto import resolve
from symopt.errors import StartError, SymoptError, public
from symopt.expression import deep
from symopt.loss import Loss
from symopt.methods import method
from symopt.problem import Problem, ProblemLike
from symopt.problem.points import read_number

if TYPE_CHECKING:
    from symopt.analysis.along.report import LetterAnalysis
    from symopt.analysis.along.steps import StepAnalysis
    from symopt.analysis.boxes.report import BoxAnalysis

BUDGET = 10.0
MOST = 3


@public
def analyze(
    loss: ProblemLike,
    window: Any = None,
    *,
    start: Any = None,
    lr: float | tuple[float, float] | None = None,
    alpha: float | None = None,
    gtol: float = 1e-8,
    budget: float = BUDGET,
    letters: Any = None,
) -> Analysis | BoxAnalysis | LetterAnalysis | StepAnalysis:
    """Explains a loss of one, two or three variables on a window and proves what it says.

    loss, window, start: as in `Problem.of`; the start is for the rates and for the question whether the
    bounds hold; chosen as for a walk if None. lr, alpha: for the rates; `auto` if None. gtol: a flat slope. budget:
    seconds; when they are used up the status is `incomplete` and what was found is there. With a
    function that has no interval version, or a sum too long to be written out, the status is `estimated`.

    In two and three variables there are no rates, so that start, lr and alpha are refused; the budget is counted in
    boxes, 2,000 for a second, and nothing is estimated: such functions and sums are refused.

    lr of two ends, (0.01, 2): then the fixed points of gradient descent are told, and the lr at which they cease to
    attract.

    letters: ends of one letter left open, {"a": (-1, 1)}: then the critical points of a loss of one variable are
    followed along it, from bifurcation to bifurcation; what is said of several variables holds here too.
    Raises SymoptError for a loss of more variables.

    >>> made = symopt.analyze("-cos(pi*x/20)", (-20, 20))
    >>> made.status, round(made.safe_lr, 9), round(made.direction_alpha, 12)
    ('complete', 81.056946914, 0.024674011003)
    """
    began = time.monotonic()
    problem = Problem.of(loss, window=window, start=start, letters=letters)
    read = problem.loss
    if read.n > MOST:
        names = ", ".join(read.arguments)
        raise SymoptError(
            f"analyze explains losses of one, two or three variables, this one has {read.n}: {names}",
            f"give the others a value: Loss.parse(text, constants={{{read.names[-1]!r}: 0}})",
            shell=f"give the others a value with --set, for example --set {read.names[-1]}=0",
        )
    gtol = read_number("gtol", gtol, example="for example gtol=1e-8")
    budget = read_number("budget", budget, -math.inf, example="for example budget=10")
    if budget <= 0:
        raise StartError("the budget is a number of seconds above 0", "for example budget=10",
                         shell="for example --budget 10")  # fmt: skip
    if isinstance(lr, list | tuple):
        from symopt.analysis.along.steps import steps

        return steps(problem, lr, partial(located, problem, budget))
    given = [name for name, value in (("lr", lr), ("alpha", alpha), ("start", start)) if value is not None]
    if problem.letters:
        from symopt.analysis.along.study import study as followed

        if given:
            raise StartError(f"rates, and with them {given[0]}, are for losses without open letters", "leave it out")
        return followed(problem, budget)
    if read.n > 1:
        from symopt.analysis.boxes.study import study

        if given:
            raise StartError(f"rates, and with them {given[0]}, are for losses of one variable", "leave it out")
        return study(problem, budget)
    box, first = problem.window, _start(problem)
    rate = _resolved("gd", "lr", read, box, first) if lr is None else _given("lr", lr)
    shift = _resolved("regularized-newton", "alpha", read, box, first) if alpha is None else _given("alpha", alpha)
    if read.unwritten:
        return _estimated(problem, first, "a sum of too many terms, so nothing is proved", began)
    from symopt.balls.tape import Refused

    try:
        with deep():
            return _proved(problem, first, rate, shift, gtol, budget, began)
    except Refused as refused:
        return _estimated(problem, first, f"{refused} has no interval version here, so nothing is proved", began)


def _estimated(problem: Problem, start: float | None, why: str, began: float) -> Analysis:
    made = estimate(problem.loss, problem.window, (why,), start)
    return replace(made, ends=_typed(problem), seconds=time.monotonic() - began)


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


def _resolved(name: str, parameter: str, loss: Loss, box: np.ndarray, start: float | None) -> float | None:
    """The parameter that `auto` takes; None where there is none in floating point."""
    place = box.mean(axis=1) if start is None else np.array([start])
    try:
        value = float(resolve(method(name), loss, box, place).parameters[parameter])
    except SymoptError:
        return None
    return value if math.isfinite(value) else None


def located(problem: Problem, budget: float) -> tuple[list[CriticalPoint], bool]:
    """The critical points of a loss of one variable alone, and whether these are shown to be all. Raises Refused."""
    from symopt.analysis.critical import critical_points
    from symopt.analysis.landscape import Landscape

    with deep():
        land = Landscape(problem.loss, problem.exact[0], budget)
        points = critical_points(land)
        for edge in land.unknown:
            land.doubt(edge)
        found = [replace(point, balls=None) for point in points]
        return found, not land.undecided and all(p.proved or p.continued for p in points)


def _proved(
    problem: Problem, start: float | None, lr: float | None, alpha: float | None, gtol: float, budget: float,
    began: float,
) -> Analysis:  # fmt: skip
    from symopt.analysis.constants import constants, contained, global_minimum, kinks
    from symopt.analysis.critical import critical_points
    from symopt.analysis.landscape import Landscape
    from symopt.analysis.rates import cycles, rates

    loss, box = problem.loss, problem.window
    land = Landscape(loss, problem.exact[0], budget)
    points = critical_points(land)
    for edge in land.unknown:
        land.doubt(edge)
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
        ends=_typed(problem), least=least.words,
    )  # fmt: skip
    warnings = _warnings(made, land, jumps, unclear if not complete else [], lr)
    return replace(made, warnings=tuple(warnings), seconds=time.monotonic() - began)


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
    from symopt.analysis.critical import digits_of

    warnings: list[str] = []
    if made.left:
        warnings.append(f"not decided: {listed([interval(*box) for box in made.left])}")
    if unclear and not made.left:
        warnings.append(f"the sign of f″ is not decided on {listed([interval(*box) for box in unclear])}")
    name = made.loss.names[0]
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
        warnings.append(f"f has no value at {name} = {listed([digits(x) for x in apart_])}")
    if land.unknown:
        places = [digits(float(e.ball.mid())) for e in land.unknown]
        warnings.append(f"not shown: whether f has a value at {name} = {listed(places)}")
    warnings += [
        f"continued to x = {p.place}, f would have a {p.kind} there: it is in the list, not as proved"
        for p in made.critical_points
        if p.continued
    ]
    jumps = [x for x in jumps if x not in holes]
    if jumps:
        warnings.append(
            f"f′ jumps, or is not shown to be continuous, at x = {listed([digits(x) for x in jumps])}: "
            "no lr is safe by 2/L"
        )
    if made.minimum[0] == -math.inf:
        warnings.append("f is not bounded below on the window, or no bound is shown")
    if made.L[1] == math.inf:
        warnings.append("f″ is not bounded on the window, or no bound is shown: there is no lr that 2/L makes safe")
    if made.start is not None and made.safe_lr is not None and made.contained is None:
        warnings.append(
            f"not shown for the start {digits(made.start)}: that the part of {{f ≤ f(start)}} around it lies inside "
            "the window, so that a path may leave the window and the bounds with it"
        )
    if made.safe_lr is not None and made.start is not None and lr is not None:
        warnings += too_long(made.loss, lr, made.window, np.array([made.start]))
    warnings += [
        f"x = {p.place if not p.flat else digits(p.x[0])}: {_degenerate(p)}"
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


def listed(words: list[str], most: int = 4) -> str:
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more
