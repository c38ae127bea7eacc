"""The loop of `symopt.descent` over many walks at once: block by block, each block judged when it has been walked.

What a block's points are asked is asked of all its lanes together, and of few of them in detail. Where a walk ends
within a block, the step is found again among its points: steps, words and last bits are those of a single walk.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from symopt.descent import Stop
from symopt.loss import Loss
from symopt.methods.base import Method
from symopt.methods.linear import steepness
from symopt.sweep.flat import Exact, Flat, Found, steepest
from symopt.sweep.formula import ROWS, Lanes
from symopt.sweep.history import Block, History
from symopt.sweep.labels import AWAY, LEFT, NOWHERE, NUMBER, OPEN, STALLED, STUCK
from symopt.sweep.steps import Columns, steps

LEAST, MOST, SHARE = 4, 32, 4
"""Steps of a block: this share of those before, within limits."""
PERIODS = (24, 12, 8, 6, 4, 2)
"""Steps after which it is looked whether a walk is where it was: of these the largest that fits a block."""
KEPT = 0.75
"""The share of lanes still walking below which the others are left out."""

Made = Callable[[np.ndarray | None], Method]
"""The method of some lanes, by number, each with its own parameters; None for all."""


class Loop:
    """Walks from starts (N, n) until each has ended. word, steps (N,), x, at (N, n): what is known of each then.

    exact: the loss with letters at some values, for what needs the judge itself.
    """

    def __init__(
        self, made: Made, lanes: Lanes, starts: np.ndarray, window: np.ndarray, stop: Stop,
        exact: Callable[[Sequence[float]], Loss],
    ) -> None:  # fmt: skip
        N, n = starts.shape
        self.made, self.lanes, self.stop, self.exact = made, lanes, stop, exact
        self.method = method = made(None)
        self.ids = np.arange(N)  # lanes that are walked, among which `alive` have not ended
        self.word, self.steps = np.full(N, NUMBER[OPEN]), np.zeros(N, dtype=int)
        self.x, self.at = starts.copy(), np.full((N, n), np.nan)
        self.history = History(N, n, stop.steps + 1)
        self.open: list[np.ndarray] = []
        center, half = window.mean(axis=1), (window[:, 1] - window[:, 0]) / 2
        self.low, self.high = center - stop.radius * half, center + stop.radius * half
        sides = [*zip(self.low.tolist(), self.high.tolist(), strict=True)]
        sides += [(float(row.min()), float(row.max())) for row in lanes.letters]
        self.valued = not lanes.formula.finite(tuple(sides))
        here = np.asfortranarray(starts) if n <= ROWS else starts
        f, g = lanes.see(here, True)
        assert f is not None
        self.alive = np.isfinite(f)
        self.word[~self.alive] = NUMBER[NOWHERE]
        slope = steepness(g)
        lanes.reach = float(np.ptp(window, axis=1).max()) / 20
        lanes.first = np.where((slope > 0) & (slope < np.inf), lanes.reach / slope, 1.0)
        needed = 1 if method.memoryless or method.descends else 1 + method.epoch(lanes)
        self.flat = Flat(window, stop.gtol, needed, lanes, f, slope)
        self.k = np.full(N, -1)  # steps of each lane of a method that descends: one that rests has taken fewer
        self.rested = np.zeros(N, dtype=bool)
        self.first = here.T, f, g.T

    def run(self) -> tuple[np.ndarray, np.ndarray]:
        """The lanes that used all their steps and are flat nowhere, by number; those that repeat themselves apart."""
        f: np.ndarray | None
        g: Columns
        x, f, g = self.first
        walk = steps(self.method, self.lanes, x, g)
        begun, ended = False, False
        while True:
            rows = self.history.room(self._size(), *x.shape)
            low, high = np.full(x.shape, np.inf), np.full(x.shape, -np.inf)
            near, size, mask = np.zeros(x.shape[1], dtype=bool), np.empty(x.shape[1]), np.empty(x.shape[1], dtype=bool)
            fs: list[np.ndarray | None] = []
            gs: list[Columns] = []
            for row in rows:
                if begun:
                    if ended := not walk.to(row, self.valued):
                        break
                    f, g = walk.f, walk.g
                else:
                    row[...], begun = x, True
                np.minimum(low, row, out=low)
                np.maximum(high, row, out=high)
                near |= np.less_equal(np.abs(g[0], out=size), self.flat.limit, out=mask)
                fs.append(f)
                gs.append(g)
            if gs:
                block = self.history.put(self.ids, rows[: len(gs)], low, high, self.method.descends)
                self._judge(block, fs, gs, near)
                x = block.rows[-1]
            if ended:
                left = np.flatnonzero(self.alive)
                self._end(left, STUCK, x[:, left].T, self.k[left] if self.method.descends else self.history.rows - 1)
            if not (walking := np.count_nonzero(self.alive)):
                break
            if self.method.memoryless and walking < KEPT * len(self.alive):
                x, g = self._keep(np.flatnonzero(self.alive), x, g)
                walk = steps(self.method, self.lanes, x, g)
        left = np.sort(np.concatenate(self.open)) if self.open else np.empty(0, dtype=int)
        periodic = self.history.period[left] > 0
        return left[~periodic], left[periodic]

    def _size(self) -> int:
        """Steps of the next block. An eighth and a half of the walk are borders, for what is asked of them later."""
        done, K = self.history.rows, self.stop.steps
        size = min(max(done // SHARE, LEAST), MOST)
        return min([size, *(mark - done for mark in (K // 8, K // 2, K + 1) if mark > done)])

    def _keep(self, kept: np.ndarray, x: np.ndarray, g: Columns) -> tuple[np.ndarray, Columns]:
        """Walks only some of the lanes on, from x, (n, M)."""
        self.ids, self.k, self.rested, self.alive = (each[kept] for each in (self.ids, self.k, self.rested, self.alive))
        self.lanes = self.lanes.some(kept)
        self.flat.some(kept)
        self.method = self.made(self.ids)
        return x[:, kept], [column[kept] for column in g]

    def _judge(self, block: Block, fs: list[np.ndarray | None], gs: list[Columns], near: np.ndarray) -> None:
        """Ends the walks that end within a block. near: (M,), where the slope of the first coordinate was low."""
        b, M, K = len(block.rows), len(self.ids), self.stop.steps
        if block.still is None:
            fresh, rest = None, np.full(M, b)
            k = np.broadcast_to(np.arange(block.begin, block.begin + b)[:, None], (b, M))
            last = np.full(M, min(K - block.begin, b))
        else:
            fresh = ~block.still
            k = self.k + np.cumsum(fresh, axis=0)
            last = _first(fresh & (k == K))
            rest = _first(block.still & np.concatenate([self.rested[None], block.still[:-1]]))
        gone = self._gone(block, fs)
        self._flats(block, gs, near, k, fresh, np.minimum(np.minimum(gone, rest) - 1, last))
        if block.still is not None:
            self.k, self.rested = k[-1], block.still[-1]
        which = np.flatnonzero(self.alive & (np.minimum(np.minimum(gone, rest), last) < b))
        if which.size:
            first, by_rest = np.minimum(gone[which], rest[which]), rest[which] < gone[which]
            ended = first <= last[which]
            self._lose(block, k, which[ended & ~by_rest], first[ended & ~by_rest])
            self._rest(block, k, which[ended & by_rest], first[ended & by_rest])
            self._last(block, gs, which[~ended], last[which[~ended]])
        if self.method.memoryless and block.still is None:
            self._repeat(block, gs)

    def _repeat(self, block: Block, gs: list[Columns]) -> None:
        """Ends walks that come to the same point again: from there on they do as they did."""
        b, left = len(block.rows), self.stop.steps - self.history.rows + 1
        period = next((p for p in PERIODS if p < b), 0)
        if period and left > 0:
            again = np.flatnonzero(self.alive & (block.rows[-1] == block.rows[-1 - period]).all(axis=0))
            if again.size:
                self.history.repeat(self.ids[again], period)
                self._last(block, gs, again, np.full(len(again), b - period + (left - 1) % period))

    def _gone(self, block: Block, fs: list[np.ndarray | None]) -> np.ndarray:
        """The first row of a block in which walks are too far away, or f has no value: (M,)."""
        b = len(block.rows)
        gone = np.full(len(self.ids), b)
        near = ((block.low >= self.low[:, None]) & (block.high <= self.high[:, None])).all(axis=0)
        far = np.flatnonzero(self.alive & ~near)
        if far.size:
            rows = block.rows[:, :, far]
            out = ~((rows >= self.low[:, None]) & (rows <= self.high[:, None])).all(axis=1)
            out[0] &= block.begin > 0  # a start may lie anywhere
            gone[far] = _first(out)
        for j, f in enumerate(fs):
            if f is not None and not (fine := np.isfinite(f)).all():
                gone = np.where(fine, gone, np.minimum(gone, j))
        return gone

    def _flats(
        self, block: Block, gs: list[Columns], near: np.ndarray, k: np.ndarray, fresh: np.ndarray | None,
        upto: np.ndarray,
    ) -> None:  # fmt: skip
        """Ends walks where they are flat, in rows of a block up to one of each lane."""
        flat = self.flat
        which = flat.touched(near & self.alive)
        if not which.size:
            return
        lanes, j, slopes = flat.asks(which, gs, upto[which], None if fresh is None else fresh[:, which])
        if not lanes.size:
            return
        x = block.rows[j, :, lanes]
        found = flat.ends(lanes, x, slopes, self.lanes.some(lanes), self._exact(lanes))
        over = np.flatnonzero(found.ends)
        over = over[np.unique(lanes[over], return_index=True)[1]]  # of a lane the first that ends it counts
        self._put(found, over, lanes, x, k[j, lanes])

    def _lose(self, block: Block, k: np.ndarray, which: np.ndarray, j: np.ndarray) -> None:
        """Ends walks that are gone in row j of a block."""
        if not which.size:
            return
        x = block.rows[j, :, which]
        known = np.isfinite(x).all(axis=1)
        defined = np.isfinite(self.lanes.some(which)(x))
        for word, own in ((LEFT, known & ~defined), (AWAY, known & defined)):
            self._end(which[own], word, x[own], k[j[own], which[own]])
        if (stuck := which[~known]).size:
            j = j[~known]
            before = self.history.blocks[-2] if (j == 0).any() else None
            x = np.empty((len(stuck), block.rows.shape[1]))
            x[j > 0] = block.rows[j[j > 0] - 1, :, stuck[j > 0]]
            if before is not None:
                x[j == 0] = before.rows[-1][:, np.searchsorted(before.ids, self.ids[stuck[j == 0]])].T
            self._end(stuck, STUCK, x, k[j, stuck] - 1)

    def _rest(self, block: Block, k: np.ndarray, which: np.ndarray, j: np.ndarray) -> None:
        """Ends walks that find nothing better any more, in row j of a block."""
        if which.size:
            x, steps = block.rows[j, :, which], k[j, which]
            found = self.flat.at_rest(x, self.lanes.some(which), self._exact(which))
            self._put(found, np.flatnonzero(found.ends), which, x, steps)
            over = np.flatnonzero(~found.ends)
            self._end(which[over], STALLED, x[over], steps[over])

    def _last(self, block: Block, gs: list[Columns], which: np.ndarray, j: np.ndarray) -> None:
        """Ends walks that have used all their steps, in row j of a block."""
        if not which.size:
            return
        K, tolerance = self.stop.steps, self.flat.tolerance
        x, steps = block.rows[j, :, which], np.full(len(which), K)
        slopes = np.empty(len(which))
        for row in np.unique(j).tolist():
            slopes[j == row] = steepest(gs[row], which[j == row])
        about = np.flatnonzero(slopes <= tolerance[which])
        about = about[self._level(which[about], self.flat.needed)] if self.flat.needed > 1 else about
        if about.size:
            lanes = which[about]
            found = self.flat.at_last(
                x[about], lambda some: self._level(lanes[some], K // 2 + 1), self.lanes.some(lanes), self._exact(lanes)
            )
            self._put(found, np.flatnonzero(found.ends), lanes, x[about], steps[about])
        over = np.flatnonzero(self.alive[which])
        self._end(which[over], OPEN, x[over], steps[over])
        self.open.append(self.ids[which[over]])

    def _level(self, which: np.ndarray, count: int) -> np.ndarray:
        """Whether at each of the last so many points of walks that used all their steps it was flat: (m,)."""
        if not which.size or count > self.stop.steps + 1:
            return np.zeros(len(which), dtype=bool)
        xs, lanes = self.history.walks(self.ids[which], self.stop.steps, count), self.lanes.some(which)
        found = np.ones(len(which), dtype=bool)
        for k in range(count):
            found &= steepness(lanes.grad(np.ascontiguousarray(xs[:, k]))) <= self.flat.tolerance[which]
        return found

    def _put(self, found: Found, over: np.ndarray, which: np.ndarray, x: np.ndarray, steps: np.ndarray) -> None:
        self.at[self.ids[which[over]]] = found.at[over]
        self._end(which[over], found.word[over], x[over], steps[over])

    def _end(self, which: np.ndarray, word: str | np.ndarray, x: np.ndarray, steps: np.ndarray | int) -> None:
        lane = self.ids[which]
        self.word[lane] = NUMBER[word] if isinstance(word, str) else word
        self.x[lane], self.steps[lane] = x, steps
        self.alive[which] = False

    def _exact(self, which: np.ndarray) -> Exact:
        return lambda i: self.exact(self.lanes.letters[:, which[i]].tolist())


def _first(found: np.ndarray) -> np.ndarray:
    """The first row where something is found, (b, M) → (M,); b where it is not."""
    return np.where(found.any(axis=0), found.argmax(axis=0), len(found))
