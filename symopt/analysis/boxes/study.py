"""`analyze` in two and three variables: search, kinds, bounds, and what is left, put together."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import sympy

from symopt.analysis.boxes.classify import classified
from symopt.analysis.boxes.curvature import constants, jumps
from symopt.analysis.boxes.enclose import Box, System, middles, undecided, within
from symopt.analysis.boxes.inertia import DEGENERATE, MINIMUM, UNDECIDED
from symopt.analysis.boxes.krawczyk import FINE
from symopt.analysis.boxes.least import Least, least
from symopt.analysis.boxes.rays import empty, isolated
from symopt.analysis.boxes.report import BoxAnalysis, close
from symopt.analysis.boxes.search import Found, search
from symopt.analysis.boxes.sets import apart
from symopt.analysis.boxes.typed import Typed
from symopt.analysis.records import CriticalPoint, Interval, Place
from symopt.analysis.window import Side
from symopt.analysis.words import KINDS, boxed, listed
from symopt.balls.series import working
from symopt.balls.tape import UNDEFINED, Refused, Tape
from symopt.balls.work import allowed, over
from symopt.errors import SymoptError
from symopt.expression import deep
from symopt.loss import Loss
from symopt.problem import Problem

MOST = 3
A_SECOND = 2_000
"""Boxes for a second of the budget: work is counted, so that the same is said on every machine."""
BOUNDS, MOMENT = 0.4, 0.25
"""Of the budget, what the bounds of the eigenvalues and the least value may take each; what they always may."""
SMALL = 1e-4
"""Widths, in those of the window, up to which what is left is asked whether a degenerate point lies there."""
MOST_IN_VAIN, MOST_TOLD = 20, 60
"""Places of which nothing is told, and of which something is, after which of no more it is asked what lies there."""
MOST_CUT = 300
"""Boxes in which it is tried to show that atan2 does not meet its cut."""
CROWD, GRID = 400, 24
"""Boxes from which on those in a cell are taken together, and cells along a side of the window."""
BORDERS = {2: ("inside", "side", "corner"), 3: ("inside", "face", "edge", "corner")}


def study(problem: Problem, budget: float) -> BoxAnalysis:
    """Everything that is known of a loss of two or three variables.

    Raises SymoptError for a function without an interval version, and a sum that is too long to be written out.
    """
    began = time.monotonic()
    loss = problem.loss
    with proving(loss):
        system, sides, whole, found, points, left = searched(problem, budget)
        inner = [side.inner for side in sides]
        with allowed(max(BOUNDS * budget, MOMENT)):
            known_, convex = constants(system, whole, inner)
        bottom = next((p for p in points if convex and p.kind == MINIMUM and p.proved and not p.edge), None)
        if bottom is not None:  # strict, and f is convex: larger everywhere else, and nowhere else critical
            lowest, left = Least(bottom.value, (whole.around(bottom.enclosure),), False, False), []
        else:
            with allowed(max(BOUNDS * budget, MOMENT)):
                lowest = least(system, whole, sides, points)
            if convex and left:  # what is critical is a place of the least value
                left = [box for box in left if not system.floor(box) > lowest.value[1]]
        with allowed(MOMENT):
            torn = jumps(system, whole)
    points = ordered(points)
    places = clusters([box.ends[: system.n] for box in lowest.boxes], whole)
    narrow = not lowest.cut_short or close(lowest.value)
    said = warnings(system, found, torn, left, lowest.partial, not narrow, points)
    at = tuple(place(hull, points, whole, inner) for hull in places)
    if convex:  # whatever is critical is a minimum, perhaps one of many
        points = ordered([replace(p, kind=MINIMUM) if p.kind == UNDECIDED and p.proved else p for p in points])
    return BoxAnalysis(
        loss=loss, window=problem.window, status="incomplete" if left or torn else "complete",
        critical_points=tuple(points), minimum=(lowest.value[0] + 0.0, lowest.value[1] + 0.0),
        at=at, highest=known_.highest, mu=known_.lowest, L=known_.L, convex=convex, **known_.steps,
        left=tuple(left), sets=tuple(found.sets), boxes=found.boxes,
        warnings=tuple(said), seconds=time.monotonic() - began,
    )  # fmt: skip


def located(problem: Problem, budget: float) -> tuple[list[CriticalPoint], bool]:
    """The critical points alone, and whether these are shown to be all. Raises as `study`."""
    with proving(problem.loss):
        system, _, whole, found, points, left = searched(problem, budget)
        return ordered(points), not (left or found.sets or jumps(system, whole))


def ordered(points: Sequence[CriticalPoint]) -> list[CriticalPoint]:
    """By kind, value and place."""
    return sorted(points, key=lambda point: (KINDS.index(point.kind), point.f, point.x))


@contextmanager
def proving(loss: Loss) -> Iterator[None]:
    """What has no proof in several variables, said in words."""
    if loss.unwritten:
        raise SymoptError("a sum of too many terms for a proof in several variables", "give fewer rows or terms")
    try:
        with deep():
            yield
    except Refused as refused:
        raise SymoptError(
            f"{refused} has no interval version here, so that nothing can be proved in {loss.n} variables",
            "run, animate and derive do without",
        ) from None


def searched(
    problem: Problem, budget: float
) -> tuple[Typed, list[Side], Box, Found, list[CriticalPoint], list[tuple[Interval, ...]]]:
    """The equations, the window exactly and as a box, what a search of so much counted work finds in it, and leaves.

    Raises SymoptError.
    """
    sides = [Side(*ends) for ends in problem.exact]
    uncut(problem.loss, sides)
    system = Typed(problem.loss)
    whole = system.whole([side.ends for side in sides])
    most = max(1, int(min(budget, 1e6) * A_SECOND))
    with allowed(budget):
        found, points, left = _searched(system, whole, sides, most)
    return system, sides, whole, found, points, left


def _searched(
    system: Typed, whole: Box, sides: list[Side], most: int
) -> tuple[Found, list[CriticalPoint], list[tuple[Interval, ...]]]:
    """What is found, the points with their kinds, and the boxes that are left."""
    found = search(system, whole, most)
    if (found.thick or found.cut_short) and not system.asks:
        looked, tried = found.boxes, apart(system, whole, sides, most)
        found = tried or found
        found.boxes += looked if tried else 0
    points = system.kept(classified(system, zero, sides) for zero in found.zeros)
    left: list[tuple[Interval, ...]] = []
    alone: list[CriticalPoint] = []
    vain = told = 0
    for ends in clusters([box.ends[: system.n] for box in found.left], whole):
        if _known(ends, alone) or system.steep(ends):
            continue
        asked = vain < MOST_IN_VAIN and told < MOST_TOLD and not over()
        point = isolated(system, ends, sides) if asked else None
        if point is None and asked and empty(system, ends):
            told += 1
            continue
        vain, told = vain + (point is None), told + (point is not None)
        alone += system.kept([point])
        left.append(ends)
    for point in points:
        if point.kind == UNDECIDED and not over() and not _known(point.enclosure, alone):
            other = isolated(system, point.enclosure, sides)
            alone += system.kept([other]) if other and other.proved else []
    left = [ends for ends in left if not _known(ends, alone)]
    return found, [p for p in points if not _known(p.enclosure, alone)] + alone, left


def _known(box: Sequence[Interval], alone: Sequence[CriticalPoint]) -> bool:
    """Whether a box has no other critical point than one of these."""
    return any(point.proved and within(box, point.region) for point in alone)


def uncut(loss: Loss, sides: Sequence[Side]) -> None:
    """Raises SymoptError unless atan2 is shown not to meet its cut, over which it jumps though its slopes do not."""
    for y, x in (node.args for node in loss.expr.atoms(sympy.atan2)):
        tape = Tape([y, x], loss.variables)

        def told(box: Box, tape: Tape = tape) -> bool:
            up, along = tape.at(box.balls)
            return up is UNDEFINED or along is UNDEFINED or bool(up != 0 or along > 0)

        with working(FINE, 1):
            if any(undecided(told, Box(tuple(side.ends for side in sides)), len(sides), MOST_CUT)):
                raise SymoptError(
                    f"atan2 may jump where {y} = 0 and {x} ≤ 0: nothing is proved there in several variables",
                    "choose a window without such points",
                )


def clusters(boxes: Sequence[tuple[Interval, ...]], whole: Box) -> list[tuple[Interval, ...]]:
    """The hulls of boxes that touch, the smallest first; hulls that touch are one."""
    if not boxes:
        return []
    lows, highs = np.array(boxes)[..., 0], np.array(boxes)[..., 1]
    widths = np.array([(high - low) or 1.0 for low, high in whole.ends[: lows.shape[1]]])
    if len(lows) > CROWD:
        # of a crowd the boxes in a cell of a coarse grid are one
        start = np.array([low for low, _ in whole.ends[: lows.shape[1]]])
        cells = np.floor(((lows + highs) / 2 - start) / widths * GRID).astype(int)
        _, group = np.unique(cells, axis=0, return_inverse=True)
        order = np.argsort(group.ravel(), kind="stable")
        first = np.flatnonzero(np.diff(group.ravel()[order], prepend=-1))
        lows, highs = np.minimum.reduceat(lows[order], first), np.maximum.reduceat(highs[order], first)
    found = []
    while len(lows):
        low, high = lows[0], highs[0]
        while True:
            near = ((lows <= high + 1e-9 * widths) & (highs >= low - 1e-9 * widths)).all(axis=1)
            wider = lows[near].min(axis=0), highs[near].max(axis=0)
            if (wider[0] == low).all() and (wider[1] == high).all():
                break
            low, high = wider
        found.append(tuple((float(a), float(b)) for a, b in zip(low, high, strict=True)))
        lows, highs = lows[~near], highs[~near]
    return sorted(found, key=lambda hull: max(high - low for low, high in hull))


def place(hull: tuple[Interval, ...], points: Sequence[CriticalPoint], whole: Box, inner: Sequence[Interval]) -> Place:
    """Where a hull of the least value lies: at a point that is known, if there is one in it or beside it."""
    n = len(hull)
    on = [low == high and low in ends for (low, high), ends in zip(hull, whole.ends, strict=False)]
    fixed = sum(on)
    where = BORDERS[n][fixed]
    # a side lies between the floats around it
    hull = tuple(
        (min(c, inside[ends.index(c)]), max(c, inside[ends.index(c)])) if side else (c, d)
        for side, (c, d), ends, inside in zip(on, hull, whole.ends, inner, strict=False)
    )
    for point in points:
        if fixed == 0 and all(
            low - 1e-7 * (b - a) <= c <= high + 1e-7 * (b - a)
            for c, (low, high), (a, b) in zip(point.x, hull, whole.ends, strict=False)
        ):
            narrow = all(d - c <= 1e-9 * (b - a) for (c, d), (a, b) in zip(hull, whole.ends, strict=False))
            narrow = narrow or (
                point.lowest and bool(point.region) and within(hull, point.region)
            )  # f is larger around it
            return Place(point.x, hull, where, narrow)
    return Place(tuple(middles(hull)), hull, where, fixed == n)


def warnings(
    system: System, found: Found, torn: Sequence[int], left: Sequence[tuple[Interval, ...]], partial: bool,
    cut_short: bool, points: Sequence[CriticalPoint],
) -> list[str]:  # fmt: skip
    """True sentences on what is missing."""
    said = []
    if left:
        said.append(f"not decided: what lies in {listed([boxed(hull) for hull in left], 3)}")
    if found.thick and left:
        said.append("critical points there look not isolated, as on a curve: the search ended early")
    if found.cut_short and left:
        said.append(f"the search ended after {found.boxes:,} boxes: a larger --budget looks at more")
    said += [f"f may jump where {system.typed(j)} = 0: minima there are not looked for" for j in torn]
    for point in points:
        if point.kind == DEGENERATE and not point.proved:
            at = ", ".join(f"{c:g}".replace("-", "−") for c in point.x)
            said.append(f"at ({at}) ∇f = 0 exactly, and H is singular: how many points lie there is not decided")
    if any(point.edge and not point.proved for point in points):
        said.append("a point on the window's border to all digits may lie just beyond it")
    if partial:
        said.append(
            "f is not defined, or not shown to be, on a part of the window: minima on that part's border are not told"
        )
    if cut_short:
        said.append("the enclosure of the least value is as narrow as the limit of boxes allowed")
    return said
