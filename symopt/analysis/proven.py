"""The critical points of a window that are proved at little cost: for a sentence behind walks, a picture, a page."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from symopt.analysis.line.numerical import seen, turned
from symopt.analysis.records import CriticalPoint
from symopt.analysis.words import KINDS, counted, digits, named
from symopt.errors import SymoptError

if TYPE_CHECKING:
    from symopt.problem import Problem, ProblemLike
    from symopt.trajectory import Trajectory

SENTENCE, LONG, PICTURE = {1: 0.2, 2: 0.4, 3: 0.4}, 60, 2.0
"""The counted work that a sentence is worth in so many variables, operations up to which a loss is short, and the work
for a picture.
"""
NEAR = 1e-6
"""How near, in sides of the window, a walk ends to the point it is said to have ended at."""
SAME = 1e-4
"""How near, in sides of the window, a point seen in samples is to the proven one that it is."""
FEW = 3
NONE = "no critical point exists in the window (proved)"


@dataclass(frozen=True)
class Proven:
    """Critical points of a window, degenerate ones of the kind that they are by signs; complete: there is no other."""

    points: tuple[CriticalPoint, ...]
    complete: bool


def proven(problem: Problem, seconds: float, longest: float = math.inf) -> Proven | None:
    """What is proved in so much counted work; None for a loss that is longer, or beyond what is proved.

    So it is above three variables, for sums that stay sums, functions without an interval version, and where f is
    constant on an interval, or has a hole where a critical point would be.
    """
    loss = problem.loss
    if loss.n > 3 or loss.unwritten or problem.letters:
        return None
    import sympy

    from symopt.balls.tape import Refused

    if longest < math.inf and int(sympy.count_ops(loss.expr)) > longest:
        return None
    try:
        found: tuple[Sequence[Any], bool]
        if loss.n == 1:
            from symopt.analysis.line.study import located as along

            found = along(problem, seconds)
        else:
            from symopt.analysis.boxes.study import located

            found = located(problem, seconds)
    except (SymoptError, Refused):
        return None
    points, complete = found
    if any(point.flat or point.continued for point in points):
        return None
    complete = complete and not (loss.n > 1 and any(point.edge and not point.proved for point in points))
    marks = [replace(p, kind=p.turn or p.kind) for p in points if p.proved]
    return Proven(tuple(sorted(marks, key=lambda mark: KINDS.index(mark.kind))), complete)


def sentences(problem: Problem, walks: Sequence[Trajectory]) -> list[str]:
    """What a proof adds to the walks on a short loss: the points that there are, and whether those reached are lowest.

    Nothing where it takes more than a moment.
    """
    if problem.loss.data is not None or not problem.loss.readable or problem.n not in SENTENCE:
        return []
    found = proven(problem, SENTENCE[problem.n], LONG)
    if found is None or not found.complete or any(mark.kind == "undecided" for mark in found.points):
        return []
    if not found.points:
        return [NONE]
    return [f"{_inventory(problem, found)} (proved)", *_ends(problem, found, walks)]


def marks(loss: ProblemLike, window: Any = None) -> list[tuple[Any, str]]:
    """(x, kind) of the critical points on the window, for a picture; x is (n,): see `marked`."""
    from symopt.problem import Problem

    return sorted(marked(Problem.of(loss, window=window))[0], key=lambda mark: tuple(mark[0]))


def marked(problem: Problem) -> tuple[list[tuple[Any, str]], str]:
    """(x, kind) of critical points for a picture, and in words whether they are proved: others come from samples."""
    found = proven(problem, PICTURE)
    known = [] if found is None else [(np.array(mark.x), mark.kind) for mark in found.points]
    if found is not None and found.complete:
        return known, f"{listed(found)}, and no other critical point (proved)" if known else NONE
    sides = np.ptp(problem.window, axis=1)
    others = [
        (x, turned(place) or place.kind)
        for x, place in seen(problem.loss, problem.window)
        if not any((np.abs(x - other) <= SAME * sides).all() for other, _ in known)
    ]
    told = [f"{len(known)} proved"] * bool(known) + [f"{len(others)} seen in samples, not proved"] * bool(others)
    return [*known, *others], f"{', '.join(told) or 'none found'}; there may be others"


def listed(found: Proven) -> str:
    """`2 minima and 1 maximum`."""
    kinds = Counter(mark.kind for mark in found.points)
    first, _, last = counted({kind: kinds[kind] for kind in KINDS}).rpartition(", ")
    return f"{first} and {last}" if first else last


def _inventory(problem: Problem, found: Proven) -> str:
    if len(found.points) == 1:
        (mark,) = found.points
        return f"the only critical point in the window is the {mark.kind} {_at(problem, mark)}"
    if len(found.points) > FEW:
        return f"the window holds {listed(found)}, and no other critical point"
    told = []
    for kind in KINDS:
        places = [_at(problem, mark) for mark in found.points if mark.kind == kind]
        if places:
            told.append(f"{named(kind, len(places))} {', '.join(places)}")
    return f"the critical points in the window are: {'; '.join(told)}"


def _ends(problem: Problem, found: Proven, walks: Sequence[Trajectory]) -> list[str]:
    """Of walks that ended at a proven point: whether there is a minimum at which f is lower."""
    minima = [mark for mark in found.points if mark.kind == "minimum"]
    if not minima or len(found.points) == 1:
        return []
    lowest = min(minima, key=lambda mark: mark.value[1])
    ended: dict[CriticalPoint, list[str]] = {}
    for walk in walks:
        mark = _ended(problem, found, walk)
        if mark is not None and walk.method.name not in ended.setdefault(mark, []):
            ended[mark].append(walk.method.name)
    said = []
    for mark, names in ended.items():
        here = f"{_listed(names)} ended at the {mark.kind} {_at(problem, mark)}"
        if lowest.value[1] < mark.value[0]:
            said.append(f"{here}; f is lower at the minimum {_at(problem, lowest)} (proved)")
        elif (
            mark.kind == "minimum" and len(minima) > 1 and all(mark.value[1] < m.value[0] for m in minima if m != mark)
        ):
            said.append(f"{here}, the lowest of the {len(minima)} minima in the window (proved)")
    return said


def _ended(problem: Problem, found: Proven, walk: Trajectory) -> CriticalPoint | None:
    """The one proven point at which a walk ended."""
    if walk.kind is None:
        return None
    sides = np.ptp(problem.window, axis=1)
    near = [mark for mark in found.points if (np.abs(np.array(mark.x) - walk.xs[-1]) <= NEAR * sides).all()]
    return near[0] if len(near) == 1 else None


def _at(problem: Problem, mark: CriticalPoint) -> str:
    if len(mark.x) == 1:
        return f"{problem.loss.names[0]} = {digits(mark.x[0])}"
    return f"({', '.join(digits(c) for c in mark.x)})"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


__all__ = ["Proven", "counted", "marked", "marks", "proven", "sentences"]
