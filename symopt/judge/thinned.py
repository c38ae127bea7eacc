"""What is kept of a walk whose points do not all fit into memory: some of them, and of every step what a judge asks."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from symopt.judge.unfinished import Steps
from symopt.loss import Loss
from symopt.methods.linear import dot, norm

MOST = 2**25
"""Numbers of all points of a walk, (K + 1)·n, up to which all are kept."""
TAIL = 13
TRACED, BLOCKS = 32, 32
EPS = float(np.finfo(float).eps)
NEARLY, MOVED = 100.0, 4.0


@dataclass(frozen=True, eq=False)
class Thinned:
    """A walk of K steps, of which M points are kept.

    ks: (M,), their steps: even ones, and the last. tail: the last points, at most thirteen. slopes: ‖∇f‖, (K+1,).
    directions: (K,), 1 where f rose, −1 where it fell. traced: (K+1, m), of each point some coordinates, the first
    among them, and the means of blocks of them. steps: what else is known of each step. window: (m, 2), of what is
    traced.
    """

    ks: np.ndarray
    tail: np.ndarray
    slopes: np.ndarray
    directions: np.ndarray
    traced: np.ndarray
    steps: Steps
    window: np.ndarray


class Recorder:
    """Takes the points of a walk one by one, and keeps so many that MOST numbers suffice."""

    def __init__(self, loss: Loss, most: int) -> None:
        self.loss = loss
        self.room = max(4, most // (2 * loss.n))
        self.every = 1
        self.ks: list[int] = []
        self.xs: list[np.ndarray] = []
        self.grads: list[np.ndarray] = []
        self.tail: list[np.ndarray] = []
        self.fs: list[float] = []
        self.slopes: list[float] = []
        self.traced: list[np.ndarray] = []
        self.moves: list[tuple[float, float, float, float]] = []  # ‖s‖, ∇f·s ahead and behind, s·s before
        self.directions: list[int] = []
        first = np.arange(min(4, loss.n))
        self.places = np.unique(np.append(first, np.linspace(0, loss.n - 1, TRACED - 4).astype(int)))
        self.edges = np.linspace(0, loss.n, min(BLOCKS, loss.n) + 1).astype(int)
        self._noise = (math.nan, math.nan)  # of f, and f where it was asked for

    def sketch(self, x: np.ndarray) -> np.ndarray:
        """Some coordinates, and the means of blocks of them: (n,) → (m,)."""
        return np.concatenate([x[self.places], np.add.reduceat(x, self.edges[:-1]) / np.diff(self.edges)])

    def add(self, x: np.ndarray, f: float, g: np.ndarray) -> None:
        """The next point."""
        k = len(self.fs)
        with np.errstate(all="ignore"):
            if k:
                self._step(x, f, g)
            self.fs.append(f)
            self.slopes.append(float(norm(g)))
            self.traced.append(self.sketch(x))
        if k % self.every == 0:
            if len(self.xs) == self.room:
                self.ks, self.xs, self.grads = self.ks[::2], self.xs[::2], self.grads[::2]
                self.every *= 2
            if k % self.every == 0:
                self.ks.append(k)
                self.xs.append(x)
                self.grads.append(g)
        self.tail = [*self.tail[1 - TAIL :], x]
        self._last = (x, g)

    def _step(self, x: np.ndarray, f: float, g: np.ndarray) -> None:
        before, slope = self._last
        step = x - before
        ahead, along = float(dot(g, step)), float(dot(slope, step))
        turned = float(dot(step, before - self.tail[-2])) if len(self.tail) > 1 else 0.0
        self.moves.append((float(norm(step)), ahead, along, turned))
        rise = f - self.fs[-1]
        sign = int(np.sign(rise)) if not math.isnan(rise) else 0
        if step.any() and abs(rise) <= NEARLY * self._known(x, f):
            noise = 2 * self._rounding(x, f)
            if abs(rise) <= noise:  # by both slopes, as exact as for a parabola; less than a last place is nothing
                slopes = (ahead + along) / 2
                sign = int(np.sign(slopes)) if EPS * abs(f) < abs(slopes) < np.inf else 0
        self.directions.append(sign)

    def _known(self, x: np.ndarray, f: float) -> float:
        """About how far rounding moves f: as far as where it was last asked for, if f was about as large there."""
        noise, there = self._noise
        if math.isnan(noise) or not abs(there) / MOVED <= abs(f) <= MOVED * abs(there):
            return self._rounding(x, f)
        return noise

    def _rounding(self, x: np.ndarray, f: float) -> float:
        self._noise = max(float(self.loss.rounding(x)), EPS * abs(f)), f
        return self._noise[0]

    def made(self, window: np.ndarray) -> tuple[np.ndarray, np.ndarray, Thinned]:
        """(xs, grads of the points that were kept, the rest)."""
        K = len(self.fs) - 1
        if self.ks[-1] != K:
            self.ks.append(K)
            self.xs.append(self._last[0])
            self.grads.append(self._last[1])
        fs, slopes, traced = np.array(self.fs), np.array(self.slopes), np.array(self.traced)
        moves = np.array(self.moves).reshape(-1, 4).T
        change = np.diff(fs)
        rounding = 4 * EPS * np.maximum(np.abs(fs[1:]), np.abs(fs[:-1]))
        steps = Steps(
            np.diff(traced, axis=0), moves[0], slopes[1:], change > rounding, change < -rounding, moves[1], moves[2],
            moves[3][1:],
        )  # fmt: skip
        sides = np.stack([self.sketch(window[:, 0]), self.sketch(window[:, 1])], axis=1)
        ks, xs, grads = np.array(self.ks), np.array(self.xs), np.array(self.grads)
        self.xs, self.grads = [], []
        directions = np.array(self.directions, dtype=int)
        return xs, grads, Thinned(ks, np.array(self.tail), slopes, directions, traced, steps, sides)
