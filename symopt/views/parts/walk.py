"""A trajectory as a picture sees it: where it stands at a moment, and whether it has come to its end."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import fields
from functools import cached_property
from typing import Any

import numpy as np

from symopt.judge.sentences import badge
from symopt.language import told
from symopt.methods.base import Method
from symopt.methods.registry import registered
from symopt.methods.rule import Named, Rule
from symopt.trajectory import Trajectory
from symopt.views.notation import formula, parameter, parameters, powers, prose, symbol
from symopt.views.parts.seen import Seen, seen_by
from symopt.views.sheet.colours import identity
from symopt.views.sheet.digits import short
from symopt.views.sheet.picture import Moment
from symopt.views.sheet.sheet import measure


def commonness(method: Method, word: str) -> int:
    """How little a parameter says: 0 where it was given, 1 where it may have been chosen, 2 at its default."""
    entry = registered().get(method.name)
    own: dict[str, Any] = {"seed": 0}
    if isinstance(entry, Named):
        own |= entry.defaults
    elif entry is not None:
        own |= {field.name: field.default for field in fields(entry)}
    if isinstance(own.get(word), str):
        return 1
    return 2 if word in own and method.parameters[word] == own[word] else 0


class Walk:
    """One trajectory in a picture, with its colour, marker and label."""

    def __init__(self, trajectory: Trajectory, colour: str, marker: str, label: str = ""):
        self.trajectory = trajectory
        self.colour, self.marker = colour, marker
        self.label = label or title(trajectory)
        self.xs = np.asarray(trajectory.xs, dtype=float)
        self.fs = np.asarray(trajectory.fs, dtype=float)
        self.grads = np.asarray(trajectory.grads, dtype=float)
        self.n = self.xs.shape[1]
        self.last = trajectory.steps
        self.powers = False

    def step(self, moment: Moment) -> int:
        return min(max(moment.step, 0), self.last)

    def share(self, moment: Moment) -> float:
        return moment.share if 0 <= moment.step < self.last else 0.0

    def row(self, k: int) -> int:
        """The row of xs that holds step k; of a thinned walk that of the last step kept up to it."""
        return k if self.trajectory.thinned is None else int(np.searchsorted(self.trajectory.kept, k, "right")) - 1

    def at(self, moment: Moment) -> np.ndarray:
        """The point (n,) at a moment, straight between two steps."""
        k, share = self.step(moment), self.share(moment)
        if self.trajectory.thinned is not None:
            return self.xs[self.row(k)]
        if not share or not np.isfinite(self.xs[k + 1]).all():
            return self.xs[k]
        return self.xs[k] + share * (self.xs[k + 1] - self.xs[k])

    def last_known(self, moment: Moment) -> float:
        """The last finite x up to a moment, of a walk in one variable; nan if there was none."""
        known = self.xs[: self.step(moment) + 1, 0]
        known = known[np.isfinite(known)]
        return float(known[-1]) if known.size else np.nan

    def ended(self, moment: Moment) -> bool:
        return moment.final or moment.t > self.last

    def value(self, x: np.ndarray, moment: Moment) -> float:
        """f at a point on the way; between the values of both steps where f is undefined there."""
        k, share = self.step(moment), self.share(moment)
        if not share:
            return float(self.fs[k])
        value = float(self.trajectory.loss(x))
        return value if np.isfinite(value) else float((1 - share) * self.fs[k] + share * self.fs[k + 1])

    def up(self, values: Any) -> Any:
        """How high values of f are drawn: themselves, or their powers of ten."""
        return logarithm(values) if self.powers else values

    @property
    def heights(self) -> np.ndarray:
        """How high the walk's values are drawn."""
        return np.asarray(self.up(self.fs))

    @cached_property
    def seen(self) -> Seen | None:
        """What each step looks at, where it is not the whole loss."""
        return seen_by(self.trajectory)

    def believed(self, k: int) -> tuple[float, np.ndarray]:
        """f and ∇f that the step from x[k] goes by: of the whole loss, or of the step's batch; nan of a given path."""
        if self.trajectory.method.given:
            return float(self.fs[k]), np.full(self.n, np.nan)
        if self.seen is None:
            return float(self.fs[k]), self.grads[k]
        return self.seen.believed(k, self.xs[k])

    def bend(self, k: int) -> np.ndarray:
        """∇²f that the step from x[k] may go by."""
        looked: Any = self.trajectory.loss if self.seen is None else self.seen.batch(k)
        return np.asarray(looked.hess(self.xs[k]))

    @cached_property
    def formula(self) -> str:
        return rule_of(self.trajectory)

    def parameters(self, room: float, size: float, besides: Collection[str] = ()) -> str:
        """`lr = 1/64, batch = 4`, without `besides`; what is left at its default goes first where room is short."""
        method = self.trajectory.method
        kept = {word: value for word, value in method.parameters.items() if word not in besides}
        while measure(text := parameters(kept), size) > room and kept:
            del kept[max(reversed(kept), key=lambda word: commonness(method, word))]
        return text

    @property
    def usual(self) -> set[str]:
        """The parameters that are left at their defaults."""
        method = self.trajectory.method
        return {word for word in method.parameters if commonness(method, word) == 2}

    @cached_property
    def verdict(self) -> str:
        """The headline, with the variable as it is written."""
        facts = self.trajectory.facts
        text = powers(badge(facts._replace(letter=symbol(facts.letter))))
        if self.best is None:
            return text
        return text + told(f", best at {f'step {self.best}' if self.best else 'the start'}")

    @cached_property
    def because(self) -> str:
        """Why it ended so, with the variable as it is written."""
        name = self.trajectory.loss.names[0]
        return powers(re.sub(rf"(?<!\w){re.escape(name)} = ", f"{symbol(name)} = ", self.trajectory.because))

    @cached_property
    def best(self) -> int | None:
        """Of a given path that was better elsewhere than at its end, the row of its best point."""
        known = self.trajectory.method.given and self.trajectory.thinned is None and self.trajectory.better
        return self.trajectory.best if known else None


def logarithm(values: Any) -> Any:
    """log₁₀ of values, −∞ of what is not positive."""
    values = np.asarray(values, dtype=float)
    with np.errstate(all="ignore"):
        return np.where(values <= 0, -np.inf, np.log10(values))[()]


def title(trajectory: Trajectory) -> str:
    """A method's name; a formula that has no other name is written as a formula."""
    method = trajectory.method
    if method.name.strip() == method.formula.strip():
        return rule_of(trajectory)
    return NAMES.get(method.name, method.name)


def rule_of(trajectory: Trajectory) -> str:
    """The formula of a method; one by code tells it in words."""
    method, n = trajectory.method, trajectory.xs.shape[1]
    return formula(method.read, n) if isinstance(method, Rule) else prose(told(method.formula), n)


NAMES = {"newton": "Newton", "regularized-newton": "regularized Newton", "saddle-free-newton": "saddle-free Newton"}


def labels(trajectories: Sequence[Trajectory]) -> list[str]:
    """A name for each that tells it from the others: the method, then what differs in parameters and start."""
    names = [title(each) for each in trajectories]
    found = []
    for each, name in zip(trajectories, names, strict=True):
        same = [other for other, its in zip(trajectories, names, strict=True) if its == name]
        own = each.method.parameters
        extra = [
            f"{symbol(key)} = {parameter(own[key])}"
            for key in sorted(own, key=lambda word: commonness(each.method, word))
            if any(other.method.parameters.get(key) != own[key] for other in same)
        ]
        if len({tuple(other.xs[0]) for other in same}) > 1 or len({tuple(t.xs[0]) for t in trajectories}) > 1:
            extra.append("from " + ", ".join(short(x, 3) for x in each.xs[0][:3]))
        found.append(" ".join([name, ", ".join(extra)]).strip())
    return found


FEW = 8
"""Walks that the header names one by one; of more it counts the ends."""


def rows_of(walks: Sequence[Walk]) -> int:
    """How many rows the header has: one for each walk, of many one for each method."""
    return len(walks) if len(walks) <= FEW else len({walk.label for walk in walks})


def walks_of(trajectories: Sequence[Trajectory]) -> list[Walk]:
    """Each with its own colour, marker and label; more than eight share the colours of their methods."""
    if len(trajectories) <= FEW:
        named = zip(trajectories, labels(trajectories), strict=True)
        return [Walk(each, *identity(index), label) for index, (each, label) in enumerate(named)]
    kinds = list(dict.fromkeys(title(each) for each in trajectories))
    return [Walk(each, *identity(kinds.index(title(each)))) for each in trajectories]
