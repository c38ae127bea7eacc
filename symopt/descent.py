"""The one loop: walks a method until it is flat, leaves, or all steps are used; the judge says what it came to."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from symopt.auto import resolve
from symopt.errors import StartError, named, public
from symopt.judge import MOST, Flat, Outcome, Recorder, judge
from symopt.loss import Loss
from symopt.methods import Method
from symopt.methods import method as read_method
from symopt.methods.base import is_number
from symopt.methods.linear import steepness
from symopt.problem import Problem, ProblemLike
from symopt.problem.domain import CROWD
from symopt.problem.points import read_steps
from symopt.problem.problem import RULE
from symopt.problem.undefined import refusal
from symopt.trajectory import Calls, Trajectory, point

if TYPE_CHECKING:
    from symopt.program.sums import Batch, Items, Residuals, Rows


@dataclass(frozen=True)
class Stop:
    """When a walk ends: after `steps`, where f is flat, or beyond `radius` half-widths of the window.

    gtol: the share of the walk's own slope that counts as flat, and of the half-width within which a critical point
    must lie; no unit. With 0 a walk ends only where the slope is exactly zero, or a method that descends finds nothing
    better any more.

    >>> symopt.descend("x**2", "gd:lr=1/64", 1.0, steps=5).steps
    5
    >>> symopt.Stop(steps=5).gtol
    1e-08
    """

    steps: int = 100
    gtol: float = 1e-8
    radius: float = 1e6

    def __post_init__(self) -> None:
        read_steps(self.steps)
        for name in ("gtol", "radius"):
            value = getattr(self, name)
            if not is_number(value) and not (isinstance(value, float) and value == math.inf):
                raise StartError(f"{name} is a number, not {named(value)}", "for example Stop(steps=50, gtol=1e-8)")
        if not self.gtol >= 0 or not self.radius > 0:
            raise StartError(f"{self} ends before it begins", "gtol is not negative, radius is positive")


class Counted:
    """A loss that counts what a method asks for, and answers twice for the same point at the price of once.

    One point may come as (n,) and as (1, n), as line searches have it.

    reach: how far a first step may lead, in units of x. first: the length that leads so far at the start, in units of
    x² per unit of f.
    """

    def __init__(self, loss: Loss, reach: float = 1.0, first: float = 1.0) -> None:
        self.loss, self.reach, self.first = loss, reach, first
        self.counts: dict[str, Fraction | int] = {"f": 0, "g": 0, "h": 0, "hv": 0}
        self._point: np.ndarray | None = None
        self._seen: np.ndarray | None = None  # the point as it came
        self._answers: dict[str, Any] = {}

    def __call__(self, x: np.ndarray) -> Any:
        self.counts["f"] += 1
        return self.ask("f", x)

    def grad(self, x: np.ndarray) -> np.ndarray:
        self.counts["g"] += 1
        return self.ask("g", x)

    def hess(self, x: np.ndarray) -> np.ndarray:
        self.counts["h"] += 1
        return self.ask("h", x)

    def hess_parts(self, x: np.ndarray) -> Any:
        self.counts["h"] += 1
        return self.loss.hess_parts(x)

    def hessp(self, x: np.ndarray, v: np.ndarray) -> np.ndarray:
        self.counts["hv"] += 1
        return self.loss.hessp(x, v)

    @cached_property
    def sampling(self) -> CountedSampling:
        """What batches are drawn from; a gradient over b of N items counts as b/N of one."""
        return CountedSampling(self.loss.sampling, self.counts)

    @cached_property
    def residuals(self) -> CountedResiduals | None:
        """The residuals of the loss; their Jacobian counts as a gradient."""
        found = self.loss.residuals
        return None if found is None else CountedResiduals(found, self.counts)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.loss, name)

    def ask(self, what: str, x: np.ndarray) -> Any:
        """The answer without counting; for the judge."""
        if x.size != self.loss.n:
            return self._answer(what, x)
        point = self._at(x)
        if what not in self._answers:
            self._keep(what, self._answer(what, point))
        answer = self._answers[what]
        return answer if x.ndim == 1 else answer.reshape(*x.shape[:-1], *answer.shape)

    def both(self, x: np.ndarray) -> tuple[Any, np.ndarray]:
        """f and ∇f at one point (n,), without counting."""
        point = self._at(x)
        if not self._answers.keys() & {"f", "g"}:
            for what, answer in zip("fg", self.loss.value_and_grad(point), strict=True):
                self._keep(what, answer)
            return self._answers["f"], self._answers["g"]
        return self.ask("f", x), self.ask("g", x)

    def _answer(self, what: str, x: np.ndarray) -> Any:
        ask: dict[str, Callable[[Any], Any]] = {"f": self.loss, "g": self.loss.grad, "h": self.loss.hess}
        return ask[what](x)

    def _at(self, x: np.ndarray) -> np.ndarray:
        """A point as (n,); what is known of any other is forgotten."""
        if self._point is None or x is not self._seen:
            point = x.reshape(-1)
            if self._point is None or not same(point, self._point):
                self._point, self._answers = point, {}
            self._seen = x
        return self._point

    def _keep(self, what: str, answer: Any) -> None:
        if isinstance(answer, np.ndarray):
            answer.flags.writeable = False
        self._answers[what] = answer


def same(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether two points (n,) have the same bits: f may tell 0 from −0."""
    return a.tobytes() == b.tobytes() if a.size <= CROWD else np.array_equal(a.view(np.int64), b.view(np.int64))


class CountedResiduals:
    """The residuals of a counted loss."""

    def __init__(self, residuals: Residuals, counts: dict[str, Fraction | int]) -> None:
        self.residuals, self.counts, self.m = residuals, counts, residuals.m

    def triangle(self, x: np.ndarray) -> np.ndarray:
        self.counts["g"] += 1
        return self.residuals.triangle(x)

    def sparse(self, x: np.ndarray) -> tuple[np.ndarray, Any]:
        self.counts["g"] += 1
        return self.residuals.sparse(x)


class CountedSampling:
    """What batches of a counted loss are drawn from."""

    def __init__(self, sampling: Rows | Items, counts: dict[str, Fraction | int]) -> None:
        self.sampling, self.counts, self.count = sampling, counts, sampling.count

    def batch(self, which: np.ndarray) -> CountedBatch:
        return CountedBatch(self.sampling.batch(which), self.counts)


class CountedBatch:
    """A counted loss over some of its items."""

    def __init__(self, batch: Batch, counts: dict[str, Fraction | int]) -> None:
        self.batch, self.counts, self.share = batch, counts, Fraction(*batch.share)

    def __call__(self, x: np.ndarray) -> Any:
        self.counts["f"] += self.share
        return self.batch(x)

    def grad(self, x: np.ndarray) -> np.ndarray:
        self.counts["g"] += self.share
        return self.batch.grad(x)

    def hess(self, x: np.ndarray) -> np.ndarray:
        self.counts["h"] += self.share
        return self.batch.hess(x)

    def hess_parts(self, x: np.ndarray) -> Any:
        self.counts["h"] += self.share
        return self.batch.hess_parts(x)


@public
def descend(
    problem: ProblemLike,
    method: Method | str,
    start: Any = None,
    steps: int | Stop | None = None,
    window: Any = None,
    *,
    gtol: float | None = None,
) -> Trajectory:
    """Walks a method on a loss from a start, and says how it ended.

    problem: whatever `Problem.of` reads: a text, a name of the gallery, a sympy expression, a Loss, a Problem.
    start, window: as there; known or chosen unless given. steps: the most steps, 100 in one variable and 1000 in more
    unless known or given, or a `Stop`. gtol: the share of a usual slope that counts as flat, 1e-8 unless
    given.

    Raises ExpressionError for a loss that cannot be read, StartError where the start does not fit or f is not finite
    there, MethodError where the method does not fit the loss.

    >>> walk = symopt.descend("-cos(pi*x/20)", "newton", -15.0)
    >>> walk.verdict
    'MAXIMUM x = −20, climbed in 3 steps'
    """
    if isinstance(steps, Stop):
        stop, steps = steps, steps.steps
        if gtol is not None:
            raise StartError("gtol is given twice: in Stop and by itself", "leave one of them out")
    else:
        stop = None
    this = Problem.of(problem, start=start, steps=steps, window=window)
    stop = replace(stop, steps=this.steps) if stop else Stop(this.steps, 1e-8 if gtol is None else gtol)
    loss, box, x = this.loss, this.window, this.start
    walker = resolve(read_method(method), loss, box, x, stop.steps)
    counted = Counted(loss)
    f, g = counted.both(x)
    reach, slope = float(np.ptp(box, axis=1).max()) / 20, length(g)
    first = reach / slope if 0 < slope < math.inf else 1.0
    counted.reach, counted.first = reach, first

    if not np.isfinite(f):
        nowhere = StartError(
            f"f is not defined at the start {point(x)}, or overflows there", "choose a start inside the domain of f"
        )
        raise refusal(loss, x, nowhere)
    center, half = box.mean(axis=1), (box[:, 1] - box[:, 0]) / 2
    low, high = center - stop.radius * half, center + stop.radius * half
    walk = walker.iterates(counted, x)
    # a method with momentum may pass through flat points, and one that looks at a few terms rest there for a while
    needed = 1 if walker.memoryless or walker.descends else 1 + walker.epoch(counted)
    slope = length(g)
    flat = Flat(loss, box, stop.gtol, needed, x, slope)
    points = Recorder(loss, MOST) if (stop.steps + 1) * loss.n > MOST else None
    xs, fs, grads = [], [], []
    outcome, near = Outcome.EXHAUSTED, True
    for k in range(stop.steps + 1):
        if points is not None:
            points.add(x, f, g)
        else:
            xs.append(x)
            grads.append(g)
        fs.append(f)
        if not math.isfinite(f):
            outcome = Outcome.LEFT_DOMAIN
            break
        if not near:
            outcome = Outcome.RAN_AWAY
            break
        if flat.ends(x, slope):
            outcome = Outcome.FLAT
            break
        if k == stop.steps:
            outcome = Outcome.FLAT if flat.at_last(x, stop.steps) else Outcome.EXHAUSTED
            break
        following = next(walk, None)
        if walker.descends and resting(x, following) and resting(x, following := next(walk, None)):
            outcome = Outcome.FLAT if flat.at_rest(x) else Outcome.STALLED
            break  # twice, since a method may begin anew
        near = following is not None and bool(((following >= low) & (following <= high)).all())
        if following is None or not (near or np.isfinite(following).all()):
            outcome = Outcome.NO_STEP
            break
        x = following
        f, g = counted.both(x)
        slope = length(g)
    values = np.array(fs)
    path, slopes, thinned = points.made(box) if points is not None else (np.array(xs), np.array(grads), None)

    def again(x: np.ndarray) -> Iterator[np.ndarray]:
        return walker.iterates(Counted(loss, reach, first), x)

    judgement = judge(loss, walker, box, path, values, slopes, outcome, again, flat.place, thinned)
    calls, asked = Calls.of(counted.counts), this.origin["window"] != RULE
    return Trajectory(loss, walker, box, path, values, slopes, judgement, calls, thinned, asked=asked)


def resting(x: np.ndarray, following: np.ndarray | None) -> bool:
    """Whether a method stays where it is."""
    return following is not None and np.array_equal(following, x)


def length(g: np.ndarray) -> float:
    """`methods.linear.steepness` of one gradient, (n,); sooner where it is short."""
    if len(g) == 1:
        return abs(float(g[0]))
    return float(np.hypot(g[0], g[1])) if len(g) == 2 else float(steepness(g))
