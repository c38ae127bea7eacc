"""Somebody else's path: its points are theirs, f and ∇f are evaluated here, and the judge has the last word."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from symopt.errors import DataError, StartError, named, public
from symopt.judge import MOST, Flat, Outcome, Recorder, Thinned, judge
from symopt.loss import Loss
from symopt.methods.base import is_number
from symopt.methods.linear import norm
from symopt.paths.columns import Points, points
from symopt.paths.method import Given
from symopt.paths.opening import tables
from symopt.paths.values import compared, grain
from symopt.problem import Problem, ProblemLike
from symopt.problem.undefined import refusal
from symopt.trajectory.record import Calls, Trajectory, point

TOGETHER = 2**18  # coordinates of points that are evaluated at once
RADIUS = 1e6
COARSE = 1e-5
"""The share of the half-width up to which rounded points are still believed to lie at a critical point."""


@public
def trajectory(
    problem: ProblemLike,
    xs: Any,
    *,
    name: str | None = None,
    window: Any = None,
    gtol: float = 1e-8,
) -> Trajectory:
    """A path that another optimiser made, judged by the words for our own walks.

    problem: whatever `Problem.of` reads. xs: its points, (k, n) or (k,) for one variable: an array, lists, tensors,
    scipy's `allvecs`, a data frame or dict of columns, or the name of a file, `-` for standard input. Columns belong to
    the variables by name, else in order; a column `f` or `loss` is compared with f. name: what the path is called.
    window, gtol: as in `descend`.

    Raises DataError where the points cannot be read or do not fit the loss, StartError where f is not finite at the
    first.

    >>> path = symopt.trajectory("x**2 - y**2 + y**4", [[1, 0], [0.1, 0.7], [0.1, 0], [0, 0]])
    >>> path.verdict, path.best
    ('SADDLE in 3 steps', 1)
    """
    this = Problem.of(problem, window=window)
    found = tables(xs)
    if len(found) > 1:
        names = ", ".join(each.title for each in found[:6])
        raise DataError(f"{found[0].label} has {len(found)} paths: {names}", "give each of them by itself")
    if name is not None and (not isinstance(name, str) or not name.strip()):
        raise DataError(f"the name of a path is a text, not {named(name)}", "for example name='mine'")
    if not is_number(gtol) or gtol < 0:
        raise StartError(f"gtol is a number that is not negative, not {named(gtol)}", "for example gtol=1e-8")
    file = isinstance(xs, str | os.PathLike) and os.fspath(xs) != "-"
    called = name or (Path(xs).stem if file else "") or "path"
    return judged(this, points(found[0], this.loss), called, gtol)


def judged(problem: Problem, path: Points, name: str, gtol: float = 1e-8) -> Trajectory:
    """The walk over the points of a path, up to the first at which f has no finite value, or from which on they stay
    far outside; what follows is left out.

    The window is the problem's, with the first point as its start unless it has starts.
    """
    this = problem if problem.given else Problem.of(problem, start=path.xs[0])
    loss, box, method = this.loss, this.window, Given(" ".join(name.split())[:60] or "path", path.asked)
    xs, notes = path.xs, [f"{path.label}: {len(path.xs):,} points", *path.notes]
    finite = np.isfinite(xs).all(axis=1)
    count = len(xs) if finite.all() else int(finite.argmin())
    outcome = Outcome.EXHAUSTED if count == len(xs) else Outcome.NO_STEP
    center, half = box.mean(axis=1), (box[:, 1] - box[:, 0]) / 2
    with np.errstate(all="ignore"):
        far = (np.abs(xs[:count] - center) > RADIUS * half).any(axis=1)
    begin = max(1, int(np.flatnonzero(~far).max(initial=-1)) + 1)  # all are far from there on
    if far[-1] and begin < count:
        count, outcome = begin + 1, Outcome.RAN_AWAY
    fs, grads = _evaluated(loss, xs[:count])
    if not np.isfinite(fs[0]):
        where = f"{path.where(0)}: f is not defined at the first point {point(xs[0])}, or overflows there"
        raise refusal(loss, xs[0], StartError(where, "is it the loss that was descended?"))
    if not np.isfinite(fs).all():
        count, outcome = int(np.isfinite(fs).argmin()) + 1, Outcome.LEFT_DOMAIN
    xs, fs, grads = xs[:count], fs[:count], grads[:count]
    if count < len(path.xs):
        left = len(path.xs) - count
        notes.append(
            f"{left:,} point{'s' * (left != 1)} behind step {count - 1} {'are' if left > 1 else 'is'} left out"
        )
    slopes = norm(grads)
    place = None
    if outcome is Outcome.EXHAUSTED:
        off = float(grain(xs).max(initial=0.0)) / float(half.max())
        if gtol < off <= COARSE:
            notes.append(f"its points have few digits: they are known to about {off * float(half.max()):.0e}")
            gtol = off if gtol else 0.0
        flat = Flat(loss, box, gtol, 1, xs[0], float(slopes[0]))
        if flat.ended(xs[-1], slopes):
            outcome, place = Outcome.FLAT, flat.place
    values = path.values
    if values is not None and (sentence := compared(path.values_of, values[:count], fs)):
        notes.append(f"warning: {sentence}")
    thinned: Thinned | None = None
    if xs.size > MOST:
        points = Recorder(loss, MOST)
        for each, f, g in zip(xs, fs.tolist(), grads, strict=True):
            points.add(each, f, g)
        xs, grads, thinned = points.made(box)

    def again(x: np.ndarray) -> Iterator[np.ndarray]:
        return iter(())

    judgement = judge(loss, method, box, xs, fs, grads, outcome, again, place, thinned)
    asked = "".join(path.asked[: len(fs)])
    calls = Calls(**{letter: asked.count(letter) for letter in "fgh"}) if path.asked else Calls(*[math.nan] * 4)
    return Trajectory(loss, method, box, xs, fs, grads, judgement, calls, thinned, tuple(notes))


def _evaluated(loss: Loss, xs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """f and ∇f at all points, (k,) and (k, n), some at a time."""
    fs, grads = np.empty(len(xs)), np.empty(xs.shape)
    some = max(1, TOGETHER // loss.n)
    with np.errstate(all="ignore"):
        for k in range(0, len(xs), some):
            part = slice(k, k + some)
            fs[part], grads[part] = loss(xs[part]), loss.grad(xs[part])
    return fs, grads
