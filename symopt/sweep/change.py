"""What changes from frame to frame of a movie of sweeps: a letter, a parameter, a start, or the window of a zoom."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from symopt.errors import ExpressionError, StartError, named
from symopt.expression import number, split
from symopt.methods import Method
from symopt.methods import method as read_method
from symopt.problem import Problem
from symopt.sweep.axes import LETTER, METHOD, Axis, Range, read_over, read_range, role_of
from symopt.sweep.labels import Table
from symopt.sweep.plan import Plan, like, read_plan

ZOOM = "zoom"
MOST_FRAMES = 10_000
EXAMPLE = 'for example animate={"a": (0.5, 2, 60)}, or animate={"zoom": (1000, 60)}'
SHELL = "for example --animate a=0.5:2:60, or --animate zoom=1000:60"
FINEST = 64 * float(np.finfo(float).eps)
"""The least distance of pixels, beside their coordinates."""
SHARED = ("formula", "proven")
"""What a plan computes once, and frames of one loss share."""
LOOK, REACH = 25, 2.0
"""Pixels along a side in which a border is looked for anew, and how far, in pixels of the picture before."""


@dataclass(frozen=True, eq=False)
class Change:
    """What changes. role: start, method, letter or zoom. values: (F,) of each frame; of a zoom how many times it is.

    at: of a zoom, its point along the axes (in log₁₀ along those that are spaced by a factor).
    """

    name: str
    role: str
    values: np.ndarray
    log: bool = False
    at: tuple[float, ...] | None = None

    def __len__(self) -> int:
        return len(self.values)

    @property
    def typed(self) -> str:
        """What --animate takes: `a=0.5:2.0:60log`, or `zoom=1000.0:60`."""
        if self.role == ZOOM:
            return f"{ZOOM}={float(self.values[-1])!r}:{len(self)}"
        return Axis(self.name, self.role, self.values, self.log).typed

    def place(self, axes: Sequence[Axis]) -> list[float] | None:
        """The point of a zoom as the axes have it."""
        if self.at is None:
            return None
        return [10.0**c if axis.log else c for axis, c in zip(axes, self.at, strict=True)]

    def record(self) -> dict[str, Any]:
        return {"name": self.name, "role": self.role, "low": float(self.values[0]), "high": float(self.values[-1]),
                "count": len(self), "log": self.log}  # fmt: skip

    def plan(self, first: Plan, k: int) -> Plan:
        """The plan of frame k, from that of the first."""
        value = float(self.values[k])
        if self.role == LETTER:
            return replace(first, problem=_at(first.problem, self.name, value))
        if self.role == ZOOM:
            assert self.at is not None
            made = replace(first, axes=zoomed(first.axes, self.at, value))
        elif self.role == METHOD:
            own = {self.name: like(first.method, self.name, value)}
            made = replace(first, method=first.method.with_parameters(**own))
        else:
            point = first.problem.start.copy()
            point[first.problem.loss.names.index(self.name)] = value
            made = replace(first, problem=replace(first.problem, given=(point,)))
        vars(made).update({name: getattr(first, name) for name in SHARED})  # the loss and its window are the same
        return made


def read_change(
    problem: Any, method: Method | str, over: Any, animate: Any, at: Any = None, **given: Any
) -> tuple[Plan, Change]:
    """(a plan to start from, what changes); given: keywords of `read_plan`.

    animate: {"a": (low, high, frames)}, also with "log", {"zoom": (factor, frames)}, or a text `a=LOW:HIGH:FRAMES`.
    at: the point of a zoom; without one a border is looked for when the first frame was walked.
    """
    name, value = _cut(animate)
    if name == ZOOM and (pair := _pair(value)) is not None:
        plan = read_plan(problem, method, over, **given)
        factor, frames = pair
        values = np.geomspace(1.0, factor, frames)
        point = None if at is None else _point(plan.axes, at)
        return plan, _checked(plan, Change(ZOOM, ZOOM, values, True, point))
    if at is not None:
        raise StartError("a point is given, but nothing is zoomed", "animate={\"zoom\": (1000, 60)}",
                         shell="--at goes with --animate zoom=1000:60")  # fmt: skip
    asked = read_range(name, value, EXAMPLE, SHELL)
    if asked.count > MOST_FRAMES:
        raise StartError(f"{asked.count:,} frames are too many for a movie", f"at most {MOST_FRAMES:,}")
    if name in read_over({} if over is None else over):
        raise StartError(f"{name} is an axis, and is to change from frame to frame", "choose one of the two")
    first = read_plan(problem, method, over, along={name: asked}, **given)
    if any(axis.name == name for axis in first.axes):
        raise StartError(f"{name} is an axis, and is to change from frame to frame", "name the axes with over=",
                         shell="name the axes with --over")  # fmt: skip
    names = first.problem.loss.names
    role = role_of(name, names, tuple(read_method(method).parameters), tuple(first.problem.letters))
    change = Change(name, role, asked.values(), asked.log)
    return first, change


def _cut(animate: Any) -> tuple[str, Any]:
    if isinstance(animate, str):
        name, equals, value = animate.partition("=")
        if equals and name.strip().isidentifier():
            return name.strip(), value
    elif isinstance(animate, Mapping) and len(animate) == 1:
        name, value = next(iter(animate.items()))
        return str(name).strip(), value
    raise StartError(f"{named(animate)} is not NAME=LOW:HIGH:FRAMES", EXAMPLE, shell=SHELL)


def _pair(value: Any) -> tuple[float, int] | None:
    """FACTOR:FRAMES; None for what has three parts, a letter that is called zoom."""
    parts = [part for _, part in split(value, ":")] if isinstance(value, str) else list(value)
    if len(parts) != 2:
        return None
    try:
        factor, frames = (number(part) if isinstance(part, str) else float(part) for part in parts)
    except ExpressionError as error:
        error.hint, error.shell = EXAMPLE, SHELL
        raise
    if not 1 < factor <= 1e15:
        raise StartError(f"a zoom by {factor:g} is none", "the factor is above 1: " + EXAMPLE, shell=SHELL)
    if not 2 <= frames <= MOST_FRAMES or frames != int(frames):
        raise StartError(f"a zoom has a whole number of frames from 2 to {MOST_FRAMES:,}, not {frames:g}", EXAMPLE,
                         shell=SHELL)  # fmt: skip
    return factor, int(frames)


def _at(problem: Problem, name: str, value: float) -> Problem:
    """A problem with one of its open letters at a value."""
    general = problem.general
    assert general is not None
    left = {other: ends for other, ends in problem.letters.items() if other != name}
    others = {other: problem.loss.constants[other] for other in left}
    loss = general.at({**others, name: repr(value)})
    return replace(problem, loss=loss, letters=left, general=general.at({name: repr(value)}) if left else None)


def told(change: Change, k: int, name: str = "") -> str:
    """`a = 0.35`, with as many decimals as its steps need; `× 1,000` of a zoom. name: as it is to be written."""
    value, name = float(change.values[k]), name or change.name
    if change.role == ZOOM:
        return f"× {value:.3g}" if value < 100 else f"× {value:,.0f}" if value < 1e7 else f"× {value:.3g}"
    if change.log:
        return f"{name} = {value:.4g}".replace("-", "−")
    decimals = max(0, 1 - math.floor(math.log10(float(change.values[1] - change.values[0]))))
    return f"{name} = {value + 0.0:.{decimals}f}".replace("-", "−")


# zooms


def scaled(axis: Axis) -> np.ndarray:
    """The values of an axis where its pixels are evenly spaced."""
    return np.log10(axis.values) if axis.log else axis.values


def limits(axis: Axis) -> tuple[float, float]:
    """The ends of an axis whose values stand in the middles of their pixels."""
    values = scaled(axis)
    half = float(values[-1] - values[0]) / (len(values) - 1) / 2
    return float(values[0]) - half, float(values[-1]) + half


def zoomed(axes: Sequence[Axis], at: Sequence[float], times: float) -> tuple[Axis, ...]:
    """The axes so many times as near to a point; the point stays where it is in the picture."""
    if times == 1:
        return tuple(axes)
    made = []
    for axis, point in zip(axes, at, strict=True):
        low, high = (float(end) for end in scaled(axis)[[0, -1]])
        low, high = point - (point - low) / times, point + (high - point) / times
        if axis.log:
            low, high = 10.0**low, 10.0**high
        made.append(replace(axis, values=Range(low, high, len(axis), axis.log).values()))
    return tuple(made)


def _point(axes: Sequence[Axis], at: Any) -> tuple[float, ...]:
    from symopt.expression import point as read_text

    typed = read_text(at) if isinstance(at, str) else at
    listed = [typed] if isinstance(typed, int | float) else list(typed)
    if len(listed) != len(axes):
        example = ",".join(f"{np.mean(axis.ends):.4g}" for axis in axes)
        raise StartError(f"a point of this sweep has {len(axes)} numbers, here are {len(listed)}",
                         f"for example at=({example})", shell=f"for example --at {example}")  # fmt: skip
    found = []
    for axis, value in zip(axes, (float(each) for each in listed), strict=True):
        low, high = axis.ends
        if not low <= value <= high:
            raise StartError(f"{axis.name} = {value:g} lies outside the sweep, {low:g} to {high:g}",
                             "a zoom goes to a point of the first picture")  # fmt: skip
        found.append(float(np.log10(value)) if axis.log else value)
    return tuple(found)


def _checked(plan: Plan, change: Change) -> Change:
    """Raises StartError where neighbouring pixels would be the same number."""
    times = float(change.values[-1])
    most = min(
        float(np.ptp(scaled(axis))) / (len(axis) - 1) / (FINEST * float(np.abs(scaled(axis)).max()))
        for axis in plan.axes
    )
    if times > most:
        raise StartError(f"a zoom by {times:g} goes beyond what doubles tell apart: neighbouring pixels are one number",
                         f"at most {most:.1g} here")  # fmt: skip
    return change


def aimed(plan: Plan, end: np.ndarray, change: Change) -> Change:
    """The zoom with its point, if it has none: where the borders of the first picture meet, looked for ever finer.

    Of the pixels beside another label that with the most labels around it, and of those the one nearest to the middle
    of the picture; then again on a grid around it, until that is finer than the pixels of the last frame.
    Raises StartError where all pixels of the first picture have one label.
    """
    if change.role != ZOOM or change.at is not None:
        return change
    values = [scaled(axis) for axis in plan.axes]
    last = min(float(change.values[-1]), 1e15)
    wanted = [float(np.ptp(v)) / (len(v) - 1) / last for v in values]
    place = _meeting(end)
    if place is None:
        raise StartError("every pixel ends alike, so that there is no border to zoom into", "name a point with at=",
                         shell="name a point with --at")  # fmt: skip
    while True:
        point = [float(v[k]) for v, k in zip(values, place, strict=True)]
        steps = [float(v[1] - v[0]) for v in values]
        if all(step <= least for step, least in zip(steps, wanted, strict=True)):
            return replace(change, at=tuple(point))
        sides = [scaled(axis)[[0, -1]] for axis in plan.axes]
        values = [np.linspace(max(p - REACH * step, low), min(p + REACH * step, high), LOOK)
                  for p, step, (low, high) in zip(point, steps, sides, strict=True)]  # fmt: skip
        place = _meeting(labels_at(plan, values))
        if place is None:
            return replace(change, at=tuple(point))


def labels_at(plan: Plan, values: Sequence[np.ndarray]) -> np.ndarray:
    """Numbers that tell apart the labels at a grid over the axes, in their scaled values."""
    grid = np.meshgrid(*values, indexing="ij")
    flat = [(10.0**each if axis.log else each).reshape(-1) for axis, each in zip(plan.axes, grid, strict=True)]
    columns = {axis.name: values for axis, values in zip(plan.axes, flat, strict=True)}
    ends = plan.ends(columns)
    scale = float(np.ptp(plan.problem.window, axis=1).max()) / 2
    return Table(ends.word, ends.period, ends.at, scale, plan.placed).codes.reshape(grid[0].shape)


def _meeting(end: np.ndarray) -> tuple[int, ...] | None:
    """The pixel at which most labels meet, near the middle; None without a border."""
    around = np.pad(end, 1, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(around, (3,) * end.ndim).reshape(*end.shape, -1)
    ordered = np.sort(windows, axis=-1)
    count = 1 + (ordered[..., 1:] != ordered[..., :-1]).sum(axis=-1)
    most = int(count.max())
    if most == 1:
        return None
    places = np.argwhere(count == most)
    off = (places - (np.array(end.shape) - 1) / 2) / np.array(end.shape)
    best = int(np.argmin((off**2).sum(axis=1)))
    return tuple(int(k) for k in places[best])
