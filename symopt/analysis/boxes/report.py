"""An analysis in two or three variables: its fields, its JSON, and itself on one screen."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from symopt.analysis.records import CriticalPoint, CriticalSet, Interval, Place, fields, plain
from symopt.analysis.screen import OnScreen, aligned, labelled
from symopt.analysis.steps import STEPS, steps
from symopt.analysis.words import KINDS, boxed, counted, digits, interval, known, listed
from symopt.notebook import clipped

MOST_POINTS = 12
SCHEMA = "symopt.analyze-n/1"
NOUGHT = 1e-30
"""Share of f at the window's corners: a least value that is enclosed so closely around 0 is told as 0."""
SETS = {1: "a curve", 2: "a surface"}


@dataclass(frozen=True, eq=False, repr=False)
class BoxAnalysis(OnScreen):
    """Everything known of a loss of two or three variables on a window.

    status: `complete`, or `incomplete`: `left` are boxes (n, 2) in which critical points may lie that are not among
    `critical_points`, or f may jump. minimum: enclosure of the least value on the closed window, faces, edges and
    corners included; at: the places where it may be taken, and nowhere else. highest, mu: enclosures of the sup and
    the inf of the eigenvalues of H where f is smooth; L: of the larger of their sizes. convex: whether f is convex on
    the window, None if neither is shown. safe_lr … descent_alpha: as in `Analysis`. sets: curves, surfaces and
    regions on which every point is critical, so that none of these is among `critical_points`. boxes: looked at in the
    search. warnings: true sentences.
    """

    loss: Any
    window: np.ndarray
    status: str
    critical_points: tuple[CriticalPoint, ...]
    minimum: Interval
    at: tuple[Place, ...]
    highest: Interval
    mu: Interval
    L: Interval
    convex: bool | None
    safe_lr: float | None
    best_lr: float | None
    direction_alpha: float | None
    descent_alpha: float | None
    left: tuple[tuple[Interval, ...], ...] = ()
    sets: tuple[CriticalSet, ...] = ()
    boxes: int = 0
    warnings: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def counts(self) -> dict[str, int]:
        """How many points there are of each kind."""
        found = Counter(point.kind for point in self.critical_points)
        return {kind: found[kind] for kind in KINDS if found[kind]}

    def least(self, count: int) -> str:
        """The least value in the digits that are enclosed, so many at most; 0 where it is none beside f elsewhere."""
        low, high = self.minimum
        corners = np.stack(np.meshgrid(*self.window), axis=-1).reshape(-1, self.loss.n)
        sizes = np.abs(self.loss(corners))
        nothing = low <= 0 <= high and high - low <= NOUGHT * sizes[np.isfinite(sizes)].max(initial=0.0)
        return "0" if nothing else known(Decimal(low), Decimal(high), count)

    def record(self) -> dict[str, Any]:
        """The JSON object of schema symopt.analyze-n/1; nan and inf are null."""
        point = ("x", "enclosure", "f", "kind", "turn", "index", "eigenvalues", "kink", "edge", "proved")
        return {
            "schema": SCHEMA,
            "variables": list(self.loss.names),
            **fields(self, "window", "status"),
            "critical_points": [fields(p, *point) for p in self.critical_points],
            "counts": self.counts,
            "global_minimum": {
                "f": plain(self.minimum),
                "at": [fields(p, "x", "enclosure", "where") for p in self.at],
            },
            "convex": self.convex,
            "largest_eigenvalue": plain(self.highest),
            **fields(self, "L", "mu", *STEPS, "left"),
            "sets": [fields(each, "equations", "dimension", "x", "enclosure", "level") for each in self.sets],
            **fields(self, "boxes", "warnings"),
        }

    def lines(self) -> list[str]:
        names = ", ".join(self.loss.names)
        box = boxed(self.window.tolist(), inward=True)
        lines = [f"f({names}) = {clipped(self.loss.text)}   on {box}", headline(self), ""]
        lines += _points(self) if self.critical_points else [] if self.sets else ["  no critical point found"]
        lines += [_whole(each) for each in self.sets]
        lines += labelled("least f", [_least(self)])
        lines += labelled("curvature", _curvature(self))
        lines += labelled("steps", steps(self, "H"))
        return lines + labelled("note", list(self.warnings))


def headline(made: BoxAnalysis) -> str:
    """How many points of which kind, and whether these are all."""
    beyond = sum(point.edge and not point.proved for point in made.critical_points)
    count = len(made.critical_points) - beyond * (made.status == "complete")
    points = f"{count} critical point{'s' * (count != 1)}"
    told = f": {counted(made.counts)}" if made.counts else ""
    points = f"{points} beside the sets below" if made.sets else points
    if made.status == "complete":
        perhaps = f" but perhaps {beyond} on its border" if beyond else ""
        return f"COMPLETE: {points} in the window, and no other{perhaps} (proved){told}"
    return f"INCOMPLETE: {points} found{told}; where others may lie is named below, elsewhere there is none (proved)"


def _points(made: BoxAnalysis) -> list[str]:
    head = [*made.loss.names, "f", "kind", "eigenvalues of H"]
    rows = [[*(_near(c, pair, 10) for c, pair in zip(p.x, p.enclosure, strict=True)), _near(p.f, p.value, 8),
             f"{p.kind} {p.turn}".strip(), _remark(p)] for p in made.critical_points]  # fmt: skip
    return aligned([head, *rows], 1 + MOST_POINTS)


def _near(value: float, enclosure: Interval, count: int) -> str:
    """So many digits of a number, fewer where its enclosure tells fewer."""
    low, high = enclosure
    narrow = close(enclosure) or digits(low, count) == digits(high, count)
    return digits(value, count) if narrow else known(Decimal(low), Decimal(high), count)


def _whole(each: CriticalSet) -> str:
    """A set of critical points in a line."""
    level = f", f = {each.level}" if each.level else ""
    if not each.equations:
        return f"  every point of the window is critical{level}"
    place = ", ".join(digits(c, 6) for c in each.x)
    kind = SETS[each.dimension] if each.dimension < len(each.x) else "a region"
    return f"  every point where {', '.join(each.equations)} is critical: {kind} through ({place}){level}"


def _remark(point: CriticalPoint) -> str:
    """The eigenvalues, and what else is to be known of a point."""
    if point.kink:
        told = f"kink of {point.active} switches" if point.active > 1 else "kink"
    else:
        told = ", ".join(_enclosed(value) for value in point.eigenvalues)
    edge = f"on the window's border{'' if point.proved else ' to all digits'}" if point.edge else ""
    return "; ".join(part for part in (told, edge) if part)


def _enclosed(value: Interval) -> str:
    """The digits of a number that an enclosure of it allows."""
    low, high = value
    for count in range(5, 0, -1):
        if digits(low, count) == digits(high, count):
            return digits(low, count)
    return interval(low, high)


def _least(made: BoxAnalysis) -> str:
    low, high = made.minimum
    if math.isnan(low):
        return "none: f has no value on the window"
    if low == -math.inf:
        return f"not bounded below, or no bound is shown; f ≤ {digits(high, 6, 1)} is taken"
    value = made.least(12) if close(made.minimum) else f"between {interval(low, high)[1:-1]}".replace(", ", " and ")
    if not made.at:
        return f"{value}, taken nowhere that is shown"
    around = {tuple(digits(c, 4) for c in place.x) for place in made.at if not place.known}
    apart = [p for p in made.at if not p.known or tuple(digits(c, 4) for c in p.x) not in around]
    places = list(dict.fromkeys(_place(made, place) for place in apart))
    return f"{value}: {listed(places)}, and nowhere else"


def close(value: Interval) -> bool:
    """Whether an enclosure tells a number to twelve digits, or that it is 0 to as many places."""
    low, high = value
    return high - low <= 1e-12 * (1.0 if low <= 0 <= high else max(abs(low), abs(high)))


def _place(made: BoxAnalysis, place: Place) -> str:
    if place.known:
        text = f"({', '.join(digits(c, 6) for c in place.x)})"
    elif max(high - low for low, high in place.enclosure) <= 1e-5 * float(np.ptp(made.window, axis=1).max()):
        text = f"near ({', '.join(digits(c, 4) for c in place.x)})"
    else:
        text = f"in {boxed(place.enclosure)}"
    return text if place.where == "inside" else f"{text} on the window's {place.where}"


def _curvature(made: BoxAnalysis) -> list[str]:
    low, high = made.mu[0], made.highest[1]
    words = {True: "convex on the window (proved)", False: "not convex on the window (proved)",
             None: "convex or not: not decided"}  # fmt: skip
    lines = [words[made.convex]]
    if math.isfinite(low) and math.isfinite(high):
        lines.append(
            f"{digits(low, 6, -1)} ≤ eigenvalues of H ≤ {digits(high, 6, 1)}, so that L ≤ {digits(made.L[1], 6, 1)}, "
            f"mu ≥ {digits(low, 6, -1)}"
        )
    elif math.isfinite(made.L[0]):
        lines.append(
            f"the eigenvalues of H are not bounded on the window, or no bound is shown: L ≥ {digits(made.L[0], 3, -1)}"
        )
    return lines
