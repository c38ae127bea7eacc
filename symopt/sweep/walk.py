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
from symopt.sweep.history import History
from symopt.sweep.labels import AWAY, CHAOTIC, CLOSING, CYCLE, LEFT, NOWHERE, NUMBER, OPEN, STALLED, STUCK
from symopt.sweep.loop import Loop, Made
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
        open_ = loop.run()
        ends = Ends(loop.word, np.zeros(len(starts), dtype=int), loop.at, loop.steps, loop.x, np.array(lanes(loop.x)))
        if open_.size:
            self._unfinished(made, lanes, loop.history, open_, ends)
        if self.exponents:
            ends.exponent = _exponents(loop.history, ends)
        if self.tails:
            ends.tail = _tails(loop.history, ends)
        return ends

    def _unfinished(self, made: Made, lanes: Lanes, history: History, open_: np.ndarray, ends: Ends) -> None:
        """The words of walks that used all their steps: `judge` after `ended is Outcome.EXHAUSTED`."""
        K, n = self.stop.steps, len(self.window)
        width = float(np.ptp(self.window, axis=1).max())
        scale = reach(self.window, ends.x[open_])
        open_ = open_[history.suspects(open_, K, scale, width, self.memoryless)]
        size = max(1, TOGETHER // ((K + 1) * n))
        for k in range(0, len(open_), size):
            which = open_[k : k + size]
            self._repeating(made, lanes.some(which), history.walks(which, K), which, width, ends)

    def _repeating(self, made: Made, lanes: Lanes, xs: np.ndarray, which: np.ndarray, width: float, ends: Ends) -> None:
        """The words of some walks (m, K+1, n) that used all their steps; which: their numbers, (m,)."""
        scale = reach(self.window, xs[:, -1])
        word = np.full(len(which), NUMBER[OPEN])
        period = np.zeros(len(which), dtype=int)
        word[stalled(xs, scale)] = NUMBER[STALLED]
        if self.memoryless:
            rest = np.flatnonzero(word == NUMBER[OPEN])
            found = cycles(xs[rest], scale[rest])
            word[rest[found > 0]], period[rest] = NUMBER[CYCLE], found
            rest = rest[found == 0]
            found = closing(xs[rest], width)
            sure = rest[found > 0]
            shaken = self._shaken(made(which[sure]), lanes.some(sure), xs[sure], scale[sure])
            word[sure[~shaken]], period[sure[~shaken]] = NUMBER[CLOSING], found[found > 0][~shaken]
            rest = rest[found == 0]
            if xs.shape[1] > 100 and xs.shape[2] <= 2 and rest.size:
                rest = rest[bounded(xs[rest])]
                tops = self._tops(lanes.some(rest), xs[rest])
                rest = rest[tops[:, 1] > 0.5 * tops[:, 0]]
                word[rest[parting(xs[rest])]] = NUMBER[CHAOTIC]
        ends.word[which], ends.period[which] = word, period
        cyclic = np.flatnonzero(period)
        if cyclic.size and not lanes.letters.size:
            ends.at[which[cyclic]] = around(lanes.some(cyclic), xs[cyclic], period[cyclic], scale[cyclic])

    def _tops(self, lanes: Lanes, xs: np.ndarray) -> np.ndarray:
        """The largest ‖∇f‖ in the second and the last quarter of walks (m, K+1, n): (m, 2)."""
        K = xs.shape[1] - 1
        tops = np.zeros((len(xs), 2))
        for column, quarter in enumerate((1, 3)):
            for k in range(K * quarter // 4 + 1, K * (quarter + 1) // 4 + 1):
                np.maximum(tops[:, column], norm(lanes.grad(np.ascontiguousarray(xs[:, k]))), out=tops[:, column])
        return tops

    def _shaken(self, method: Method, lanes: Lanes, xs: np.ndarray, scale: np.ndarray) -> np.ndarray:
        """`judge.repeats.shaken` of walks (m, K+1, n): (m,)."""
        from symopt.judge.repeats import EPS, GROWN, SHAKEN

        if not len(xs):
            return np.zeros(0, dtype=bool)
        m, K, n = len(xs), xs.shape[1] - 1, xs.shape[2]
        shake = 4 * EPS * np.maximum(np.abs(xs[:, 0]), scale[:, None])
        beside = xs[:, 0] + shake * (-1.0) ** np.arange(n)
        late = K - max(K // 4, 2)
        apart, short = np.zeros(m), np.zeros(m, dtype=bool)
        walk = method.iterates(lanes, beside)
        k = 0
        for k, point in enumerate(islice(walk, K), 1):
            if k > late:
                apart = np.maximum(apart, np.abs(point - xs[:, k]).max(axis=1))
        if k < K:
            short[:] = True
        span = np.ptp(xs[:, 1:][:, late:], axis=1).max(axis=1)
        return np.asarray(short | ~(apart <= np.maximum(SHAKEN * span, GROWN * shake.max(axis=1))))


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
