"""What a walk leaves behind: its points, and the words for how it ended."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from symopt.judge import Judgement, Outcome, Thinned, above, directions
from symopt.judge.flat import reach
from symopt.judge.reasons import because
from symopt.judge.sentences import Facts, badge, remark, sentence
from symopt.methods.linear import norm
from symopt.notebook import clipped, table

ELSEWHERE = 1e-6
"""The share of what is looked at that lies between places which are told apart."""

if TYPE_CHECKING:
    from symopt.loss import Loss
    from symopt.methods.base import Method


@dataclass(frozen=True)
class Calls:
    """Evaluations that the method asked for: values, gradients, Hessians, and products of Hessians with vectors.

    One over b of the N terms of a loss counts as b/N; what comes out is rounded to four decimals. nan is not known.
    """

    f: float = 0
    g: float = 0
    h: float = 0
    hv: float = 0

    @classmethod
    def of(cls, counts: Mapping[str, Fraction | int]) -> Calls:
        return cls(**{what: _tidy(many) for what, many in counts.items()})

    @property
    def known(self) -> bool:
        return not math.isnan(self.f)

    @property
    def total(self) -> float:
        return _tidy(self.f + self.g + self.h + self.hv)

    @property
    def listed(self) -> str:
        """`3 f, 4 g, 2 h`; products only where there are some."""
        return f"{self.f} f, {self.g} g, {self.h} h" + f", {self.hv} hv" * (self.hv > 0)


@dataclass(frozen=True, eq=False)
class Trajectory:
    """A walk of K steps: K + 1 points, start and last included.

    loss, method: what was walked on and by what, every parameter resolved.
    window: the box looked at, (n, 2).
    xs, fs, grads: points (K+1, n), values (K+1,), gradients (K+1, n); where the walk left the
        domain, the last row is the first point at which f is not finite.
    judgement: how it ended, in the judge's words; `outcome`, `kind`, `period` and `remark` are its parts.
    calls: evaluations the method asked for, not known of a path of which there are only points.
    thinned: of a walk with more than 2²⁵ numbers, (K+1)·n, what is known of the points that are not kept: xs and grads
        are (M, n) then, those of the steps `thinned.ks`; fs and slopes are those of all.
    notes: of a path that somebody brought, what they should know of it; a warning begins with `warning: `.
    asked: whether the window was given or is known, so that pictures show all of it, and not only chosen by rule.

    >>> walk = symopt.descend("x**2", "gd:lr=1/4", 1.0, steps=3)
    >>> walk.xs[:, 0], walk.fs
    (array([1.   , 0.5  , 0.25 , 0.125]), array([1.      , 0.25    , 0.0625  , 0.015625]))
    >>> walk.verdict
    '3 steps used, closing in'
    """

    loss: Loss
    method: Method
    window: np.ndarray
    xs: np.ndarray
    fs: np.ndarray
    grads: np.ndarray
    judgement: Judgement
    calls: Calls
    thinned: Thinned | None = None
    notes: tuple[str, ...] = ()
    asked: bool = True

    @property
    def outcome(self) -> Outcome:
        """How the walk ended."""
        return self.judgement.outcome

    @property
    def kind(self) -> str | None:
        """What the flat point is: `minimum`, `maximum`, `saddle`, `inflection`, `degenerate`, `plateau`; else None."""
        return self.judgement.kind

    @property
    def lowest(self) -> bool:
        """Whether the walk ended at a minimum: a plain one, one at a kink, or a degenerate one."""
        return "minimum" in (self.kind, self.judgement.reason)

    @property
    def highest(self) -> bool:
        """Whether the walk ended at a maximum of any sort."""
        return "maximum" in (self.kind, self.judgement.reason)

    @property
    def period(self) -> int | None:
        """The period of a CYCLE, else None."""
        return self.judgement.period

    @property
    def remark(self) -> str:
        """What else is worth saying, e.g. `still descending` of an EXHAUSTED walk."""
        return remark(self.judgement.remark, self.judgement.more)

    @property
    def n(self) -> int:
        return self.xs.shape[1]

    @property
    def steps(self) -> int:
        """K, the number of steps taken."""
        return len(self.fs) - 1

    @cached_property
    def slopes(self) -> np.ndarray:
        """‖∇f‖ at each point, (K+1,)."""
        return norm(self.grads) if self.thinned is None else self.thinned.slopes

    @property
    def kept(self) -> np.ndarray:
        """The steps whose points are in `xs` and `grads`: all, unless there are too many, (M,)."""
        return np.arange(self.steps + 1) if self.thinned is None else self.thinned.ks

    def first(self, k: int) -> np.ndarray:
        """The first coordinates of the point after k steps, at most four."""
        return self.xs[k, :4] if self.thinned is None else self.thinned.traced[k, :4]

    @cached_property
    def directions(self) -> np.ndarray:
        """What each step did to f, (K,): 1 where it rose, −1 where it fell, else 0."""
        if self.thinned is not None:
            return self.thinned.directions
        return directions(self.loss, self.xs, self.fs, self.grads)

    @property
    def rose(self) -> np.ndarray:
        """In which steps f rose, (K,) of bool."""
        return np.asarray(self.directions > 0)

    @property
    def rises(self) -> int:
        """In how many steps f rose."""
        return int(self.rose.sum())

    def mark(self, k: int) -> str:
        """▲ where step k raised f, ▼ where it lowered it."""
        return ("", "▲", "▼")[self.directions[k - 1]] if 0 < k <= self.steps else ""

    @property
    def climbed(self) -> bool:
        """Whether f ended above where it began, beyond rounding."""
        return self.steps > 0 and above(self.loss, self.xs[[0, -1]], self.fs[[0, -1]])

    @cached_property
    def best(self) -> int:
        """The step at which f was least, the first of them."""
        return int(np.argmin(np.where(np.isfinite(self.fs), self.fs, np.inf)))

    @property
    def better(self) -> bool:
        """Whether f was lower at the best step than at the end, beyond rounding, and elsewhere."""
        k = self.best
        if k == self.steps:
            return False
        if not math.isfinite(self.fs[-1]):
            return True
        seen, box = (self.xs, self.window) if self.thinned is None else (self.thinned.traced, self.thinned.window)
        pair, scale = seen[[k, -1]], reach(box, seen[-1])
        if not np.abs(pair[1] - pair[0]).max() > ELSEWHERE * scale:
            return False
        if self.thinned is None:
            return above(self.loss, pair, self.fs[[k, -1]])
        return bool(self.fs[-1] - self.fs[k] > 64 * np.finfo(float).eps * np.abs(self.fs[[k, -1]]).max())

    @property
    def verdict(self) -> str:
        """The headline: what the walk came to, where, and in how many steps."""
        return badge(self.facts)

    @property
    def message(self) -> str:
        """A sentence that says how the walk ended, and in how many steps f rose."""
        return sentence(self.facts)

    @property
    def because(self) -> str:
        """Why it ended so, in a short line; empty where the mathematics of the method does not tell.

        >>> symopt.descend("x**2", "gd:lr=1.05", 1.0, steps=30).because
        'lr·f″ = 2.1 > 2 at the minimum x = 0: beside it steps grow'
        """
        return because(
            self.loss, self.method, self.judgement, self.window, self.xs, self.grads, self.directions, self.thinned,
            self.facts.x if self.n > 1 else f"{self.facts.letter} = {self.facts.x}",
        )  # fmt: skip

    @cached_property
    def facts(self) -> Facts:
        """What the sentences are filled with, in any language."""
        judged = self.judgement
        more = dict(judged.more)
        if judged.period is not None:
            more["period"] = str(judged.period)
        if self.better:
            more |= {"best": str(self.best), "least": number(self.fs[self.best])}
        slope = f"{self.slopes[-1]:.3g}".replace("-", "−")
        letter = self.loss.names[0]
        return Facts(
            judged.word, self.n, self.steps, letter, self._end(), self.climbed, self.rises, slope, judged.remark, more
        )

    def _end(self) -> str:
        """The critical point found, as far as its digits are known, else the last point; of many variables four."""
        place = self.judgement.place
        if place is None or place.at is None or place.error is None:
            shown = [number(value) for value in self.xs[-1][:4]]
        else:
            shown = [number(value, off) for value, off in zip(place.at[:4], place.error[:4], strict=True)]
        return shown[0] if self.n == 1 else f"({', '.join(shown)}{', …' if self.n > 4 else ''})"

    def __repr__(self) -> str:
        return f"<walk of {clipped(self.method.name)} on {clipped(self.loss.text)}: {self.verdict}>"

    def _repr_html_(self) -> str:
        from html import escape

        last = [(k, x, self.fs[k], self.slopes[k]) for k, x in zip(self.kept, self.xs, strict=True)][-10:]
        rows = [(str(k), point(x), f"{f:.6g}", f"{slope:.3g}") for k, x, f, slope in last]
        walk = f"<b>{escape(self.method.name)}</b> on <code>{escape(self.loss.text)}</code>"
        notes = f"<p>{escape('; '.join(self.notes))}</p>" if self.notes else ""
        return f"<p>{walk}: {escape(self.message)}</p>{notes}{table(rows, ('k', letters(self.loss), 'f', '‖∇f‖'))}"


def _tidy(many: Fraction | float) -> float:
    """A whole number where it is one, else to four decimals."""
    return int(many) if math.isfinite(many) and many == int(many) else round(float(many), 4)


def number(value: float, error: float = 0.0) -> str:
    """A number in a sentence: six digits, or as many as an error leaves, 0 if it leaves none; a real minus sign."""
    if not abs(value) > error:
        return "0"
    digits = 6 if not error else min(6, max(1, int(math.log10(abs(value) / error))))
    return f"{float(value):.{digits}g}".replace("-", "−")


def point(x: np.ndarray) -> str:
    """A point for a person: a number in one variable, (a, b, …) in more, at most four of them."""
    parts = [f"{value:.6g}" for value in x[:4]]
    return parts[0] if len(x) == 1 else f"({', '.join(parts)}{', …' if len(x) > 4 else ''})"


def letters(loss: Loss) -> str:
    """What stands over points in a table: the variable, or (a, b, …), at most four of them."""
    names = loss.names[:4]
    return names[0] if loss.n == 1 else f"({', '.join(names)}{', …' if loss.n > 4 else ''})"


def count(k: int, word: str) -> str:
    return f"{k} {word}" + ("" if k == 1 else "s")
