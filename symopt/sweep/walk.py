"""Walks in lanes: the loop of `symopt.descent`, over many walks at once, and the judge's words for how each ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from symopt.descent import Stop
from symopt.loss import Loss
from symopt.methods.base import Method
from symopt.methods.linear import norm
from symopt.sweep.around import around
from symopt.sweep.flat import reach
from symopt.sweep.formula import Formula, Lanes
from symopt.sweep.history import SUSPECTED, History
from symopt.sweep.labels import AWAY, CHAOTIC, CLOSING, CYCLE, LEFT, NOWHERE, NUMBER, OPEN, STALLED, STUCK
from symopt.sweep.loop import PERIODS, Loop, Made
from symopt.sweep.repeats import bounded, closing, cycles, exponents, parting, stalled

TOGETHER = 2**20
"""Numbers of whole walks that are looked at together."""
TAIL = 128
"""Iterates of each walk that an orbit diagram shows."""


@dataclass(eq=False)
class Ends:
    """What N walks came to: word (N,), numbers of `labels.WORDS`, period, steps, f (N,), at, x (N, n).

    exponent: (N,), where it was asked for. tail: (N, TAIL) last iterates of the first variable, nan before the walk.
    """

    word: np.ndarray
    period: np.ndarray
    at: np.ndarray
    steps: np.ndarray
    x: np.ndarray
    f: np.ndarray
    exponent: np.ndarray | None = None
    tail: np.ndarray | None = None


@dataclass(frozen=True, eq=False)
class Walker:
    """How chunks are walked. exact: the loss with letters at some values, for what needs the judge itself."""

    formula: Formula
    window: np.ndarray
    stop: Stop
    memoryless: bool
    descends: bool
    exact: Callable[[Sequence[float]], Loss]
    exponents: bool = False
    tails: bool = False

    @np.errstate(all="ignore")
    def walk(self, made: Made, letters: np.ndarray, starts: np.ndarray) -> Ends:
        """Walks from starts (N, n) with letters (k, N)."""
        lanes = Lanes(self.formula, letters)
        loop = Loop(made, Lanes(self.formula, letters), starts, self.window, self.stop, self.exact)
        open_, periodic = loop.run()
        ends = Ends(loop.word, np.zeros(len(starts), dtype=int), loop.at, loop.steps, loop.x, np.array(lanes(loop.x)))
        if open_.size:
            self._unfinished(made, lanes, loop.history, open_, ends)
        if periodic.size:
            self._periodic(made, lanes, loop.history, periodic, ends)
        if self.exponents:
            ends.exponent = _exponents(loop.history, ends)
        if self.tails:
            ends.tail = _tails(loop.history, ends)
        return ends

    def _unfinished(self, made: Made, lanes: Lanes, history: History, open_: np.ndarray, ends: Ends) -> None:
        """The words of walks that used all their steps: `judge` after `ended is Outcome.EXHAUSTED`."""
        scale = reach(self.window, ends.x[open_])
        still, may = history.suspects(open_, self.stop.steps, scale, self._width, self.memoryless)
        ends.word[open_[still]] = NUMBER[STALLED]
        any_ = np.flatnonzero(np.any(list(may.values()), axis=0))
        self._looked_at(made, lanes, history, open_[any_], {what: each[any_] for what, each in may.items()}, ends)

    def _periodic(self, made: Made, lanes: Lanes, history: History, which: np.ndarray, ends: Ends) -> None:
        """The words of walks that repeat themselves to the last bit: of those that long do by their last points."""
        K, last, known = self.stop.steps, 3 * max(PERIODS) + 8, np.zeros(len(which), dtype=bool)
        since = K - history.until[which] + history.period[which]
        long = np.flatnonzero((since >= last) & (2 * since >= K + 3))
        if long.size:
            own = which[long]
            xs, scale = history.tails(own, K, last), reach(self.window, ends.x[own])
            still = stalled(xs, scale)
            found = np.where(still, 0, cycles(xs, scale, history.largest(own)))
            back = np.take_along_axis(xs, (last - 1 - found)[:, None, None], axis=1)[:, 0]
            known[long] = still | ((found > 0) & (back == xs[:, -1]).all(axis=1))
            sure = known[long]
            ends.word[own[sure]] = np.where(still, NUMBER[STALLED], NUMBER[CYCLE])[sure]
            ends.period[own[sure]] = found[sure]
            cyclic = sure & ~still
            self._around(lanes, xs[cyclic], own[cyclic], scale[cyclic], ends)
        rest = which[~known]
        self._looked_at(made, lanes, history, rest, dict.fromkeys(SUSPECTED, np.ones(len(rest), dtype=bool)), ends)

    def _looked_at(
        self, made: Made, lanes: Lanes, history: History, which: np.ndarray, may: dict[str, np.ndarray], ends: Ends
    ) -> None:
        """The words of some walks, by number, that used all their steps; may: what they may be, (m,) each."""
        K, sure = self.stop.steps, [np.empty(0, dtype=int)]
        size = max(1, TOGETHER // ((K + 1) * len(self.window)))
        for k in range(0, len(which), size):
            own, some = which[k : k + size], {what: each[k : k + size] for what, each in may.items()}
            sure.append(self._repeating(lanes.some(own), history.walks(own, K), own, some, ends))
        if (closes := np.concatenate(sure)).size:
            scale, late = reach(self.window, ends.x[closes]), history.walks(closes, K, max(K // 4, 2) + 1)
            starts = history.walks(closes, 0)[:, 0]
            away = self._shaken(made(closes), lanes.some(closes), starts, late, scale)
            ends.word[closes[away]], ends.period[closes[away]] = NUMBER[OPEN], 0
            self._around(lanes, late[~away], closes[~away], scale[~away], ends)

    @property
    def _width(self) -> float:
        return float(np.ptp(self.window, axis=1).max())

    def _repeating(
        self, lanes: Lanes, xs: np.ndarray, which: np.ndarray, may: dict[str, np.ndarray], ends: Ends
    ) -> np.ndarray:
        """The words of some walks (m, K+1, n); returns those that close in on a cycle unless they are shaken."""
        scale = reach(self.window, xs[:, -1])
        word = np.full(len(which), NUMBER[OPEN])
        period = np.zeros(len(which), dtype=int)
        word[stalled(xs, scale)] = NUMBER[STALLED]

        def left(what: str) -> np.ndarray:
            return np.flatnonzero(may[what] & (word == NUMBER[OPEN]))

        if self.memoryless:
            rest = left("cycles")
            found = cycles(_of(xs, rest), scale[rest])
            word[rest[found > 0]], period[rest] = NUMBER[CYCLE], found
            rest = left("closing")
            found = closing(_of(xs, rest), self._width)
            word[rest[found > 0]], period[rest] = NUMBER[CLOSING], found
            rest = left("bounded")
            if xs.shape[1] > 100 and xs.shape[2] <= 2 and rest.size:
                rest = rest[bounded(_of(xs, rest))]
                tops = self._tops(lanes.some(rest), _of(xs, rest))
                rest = rest[tops[:, 1] > 0.5 * tops[:, 0]]
                word[rest[parting(_of(xs, rest))]] = NUMBER[CHAOTIC]
        ends.word[which], ends.period[which] = word, period
        cyclic = np.flatnonzero(word == NUMBER[CYCLE])
        self._around(lanes, xs[cyclic], which[cyclic], scale[cyclic], ends)
        return which[word == NUMBER[CLOSING]]

    def _around(self, lanes: Lanes, xs: np.ndarray, which: np.ndarray, scale: np.ndarray, ends: Ends) -> None:
        """The minimum that cycles go around, whose last points are these."""
        if which.size and not lanes.letters.size:
            ends.at[which] = around(lanes, xs, ends.period[which], scale)

    def _tops(self, lanes: Lanes, xs: np.ndarray) -> np.ndarray:
        """The largest ‖∇f‖ in the second and the last quarter of walks (m, K+1, n): (m, 2)."""
        K = xs.shape[1] - 1
        tops = np.zeros((len(xs), 2))
        every = Lanes(lanes.formula, lanes.letters[:, :, None])
        for column, quarter in enumerate((1, 3)):
            slopes = every.grad(xs[:, K * quarter // 4 + 1 : K * (quarter + 1) // 4 + 1])
            tops[:, column] = (np.abs(slopes[..., 0]) if xs.shape[2] == 1 else norm(slopes)).max(axis=1)
        return tops

    def _shaken(
        self, method: Method, lanes: Lanes, starts: np.ndarray, late: np.ndarray, scale: np.ndarray
    ) -> np.ndarray:
        """`judge.repeats.shaken` of walks from starts (m, n) whose last quarter is (m, K/4+1, n): (m,)."""
        from symopt.judge.repeats import EPS, GROWN, SHAKEN

        m, n = starts.shape
        K, quarter = self.stop.steps, late.shape[1] - 1
        shake = 4 * EPS * np.maximum(np.abs(starts), scale[:, None])
        beside = starts + shake * (-1.0) ** np.arange(n)
        apart, k = np.zeros(m), 0
        for k, point in enumerate(islice(method.iterates(lanes, beside), K), 1):
            if k > K - quarter:
                apart = np.maximum(apart, np.abs(point - late[:, k - K - 1]).max(axis=1))
        span = np.ptp(late[:, 1:], axis=1).max(axis=1)
        return np.asarray((k < K) | ~(apart <= np.maximum(SHAKEN * span, GROWN * shake.max(axis=1))))


def _of(xs: np.ndarray, which: np.ndarray) -> np.ndarray:
    """Some of walks; without a copy where they are all."""
    return xs if len(which) == len(xs) else xs[which]


def _exponents(history: History, ends: Ends) -> np.ndarray:
    """Of cycles nan: their nearest neighbours are one point but for rounding, and part as rounding does."""
    found = np.full(len(ends.word), np.nan)
    cyclic = np.isin(ends.word, [NUMBER[CYCLE], NUMBER[CLOSING]])
    for steps in np.unique(ends.steps).tolist():
        which = np.flatnonzero((ends.steps == steps) & ~cyclic)
        if steps >= 3 and which.size:
            found[which] = exponents(history.walks(which, steps))
    return found


def _tails(history: History, ends: Ends) -> np.ndarray:
    """The last iterates (N, TAIL) of the first variable; of one that ended flat the last alone, of a lost one none."""
    made = np.full((len(ends.word), TAIL), np.nan)
    lost = np.isin(ends.word, [NUMBER[AWAY], NUMBER[LEFT], NUMBER[STUCK], NUMBER[NOWHERE]])
    made[~lost, -1] = ends.x[~lost, 0]
    wandering = np.flatnonzero(np.isin(ends.word, [NUMBER[CYCLE], NUMBER[CLOSING], NUMBER[CHAOTIC], NUMBER[OPEN]]))
    if wandering.size:
        steps = int(ends.steps[wandering[0]])  # all that there are
        length = min(TAIL, steps // 2 + 1)
        made[wandering, -length:] = history.walks(wandering, steps)[:, -length:, 0]
    return made
