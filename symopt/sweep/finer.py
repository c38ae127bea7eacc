"""Pixels at borders walked again, k × k times each: for pictures only, the arrays of a sweep stay as they are."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

import numpy as np

from symopt.errors import RenderError, StartError, named
from symopt.sweep.change import limits, scaled
from symopt.sweep.jobs import run
from symopt.sweep.labels import SAME, WORDS, Label
from symopt.sweep.plan import Plan

MOST = 8
TOGETHER = 2**14
"""Walks of one task."""


@dataclass(frozen=True, eq=False)
class Finer:
    """The pixels of a map that have another label beside them, each as k × k walks.

    where: (P,), their places in the raveled arrays. end: (P, k, k), labels, along the axes. labels: those of the
    sweep, behind them those that occur between its pixels only. share: of all pixels that were walked again.
    """

    k: int
    where: np.ndarray
    end: np.ndarray
    labels: tuple[Label, ...]
    share: float


def borders(end: np.ndarray) -> np.ndarray:
    """Which pixels have another label beside them, corners included: bool, the shape of `end`."""
    around = np.pad(end, 1, mode="edge")
    middle = tuple(slice(1, -1) for _ in end.shape)
    found = np.zeros(end.shape, dtype=bool)
    for step in np.ndindex(*(3,) * end.ndim):
        found |= around[tuple(slice(s, s + size) for s, size in zip(step, end.shape, strict=True))] != around[middle]
    return found


def read_finer(k: object, show: str) -> int:
    """How many walks along a side of a pixel at a border. Raises RenderError."""
    if isinstance(k, bool) or not isinstance(k, int | np.integer) or not 1 <= k <= MOST:
        raise RenderError(f"supersample is a whole number from 1 to {MOST}, not {named(k)}", "for example 3")
    if k > 1 and show != "end":
        raise RenderError("borders are those of endings, not of numbers", 'leave show="end"',
                          shell="leave --show, or --supersample, out")  # fmt: skip
    return int(k)


def finer(plan: Plan, labels: Sequence[Label], end: np.ndarray, k: int) -> Finer:
    """Walks the borders of a map with these labels. Raises StartError for a sweep of one axis."""
    if end.ndim != 2:
        raise StartError("borders are walked again in maps of two axes, here is one", "sweep over two")
    where = np.flatnonzero(borders(end))
    pixels = np.unravel_index(where, end.shape)
    offsets = (np.arange(k) + 0.5) / k - 0.5
    columns = {}
    for place, (axis, index) in enumerate(zip(plan.axes, pixels, strict=True)):
        low, high = limits(axis)
        step = (high - low) / len(axis)
        along = (np.repeat(offsets, k) if place == 0 else np.tile(offsets, k)) * step
        values = np.clip(scaled(axis)[index][:, None] + along, *scaled(axis)[[0, -1]]).reshape(-1)
        columns[axis.name] = 10.0**values if axis.log else values
    count = len(where) * k * k
    tasks = [{name: c[at : at + TOGETHER] for name, c in columns.items()} for at in range(0, count, TOGETHER)]
    number = {id(task): place for place, task in enumerate(tasks)}
    with closing(run([(plan, task) for task in tasks], count * plan.operations)) as done:
        tables = {number[id(task)]: table for (_, task), table in done}
    known, found = list(labels), []
    for table in (tables[place] for place in range(len(tasks))):
        found.append(np.array([_known(plan, known, row) for row in table.rows], dtype=np.int32)[table.codes])
    ends = np.concatenate([np.empty(0, dtype=np.int32), *found])
    return Finer(k, where, ends.reshape(-1, k, k), tuple(known), len(where) / max(end.size, 1))


def _known(plan: Plan, labels: list[Label], row: np.ndarray) -> int:
    """The number of the label of a row of a table; one that is new is put behind the others."""
    word, period, at = WORDS[int(row[0])], int(row[1]), row[2:]
    alike = [k for k, label in enumerate(labels) if (label.word, label.period) == (word, period)]
    if np.isfinite(at).all():
        width = np.ptp(plan.problem.window, axis=1).max() / 2
        placed = [k for k in alike if labels[k].at is not None]
        off = [float(np.abs(np.subtract(labels[k].at, at)).max()) for k in placed]  # type: ignore[arg-type]
        if off and min(off) <= 8 * SAME * width:
            return placed[int(np.argmin(off))]
        out = bool(((at < plan.problem.window[:, 0]) | (at > plan.problem.window[:, 1])).any())
        many = [k for k in alike if labels[k].at is None and (labels[k].outside <= out)]
        if many:
            return max(many, key=lambda k: labels[k].outside)
        labels.append(Label(word, period, tuple(float(c) + 0.0 for c in at)))
        return len(labels) - 1
    if alike := [k for k in alike if labels[k].at is None]:
        return alike[0]
    labels.append(Label(word, period))
    return len(labels) - 1


__known_: Sequence[str] = ["Finer", "borders", "finer"]
