"""Walks in lanes: the loop of `symopt.descent`, over many walks at once, and the judge's words for how each ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np

from symopt.descent import Stop
from symopt.loss import Loss
from symopt.methods.base import Method
from symopt.methods.linear import norm, steepness
from symopt.sweep.around import around
from symopt.sweep.flat import Flat, Found, reach
from symopt.sweep.formula import Formula, Lanes
from symopt.sweep.labels import AWAY, CHAOTIC, CLOSING, CYCLE, LEFT, NOWHERE, NUMBER, OPEN, STALLED, STUCK
from symopt.sweep.repeats import bounded, closing, cycles, exponents, parting, stalled

KEPT = 0.75
"""The share of lanes still walking below which the others are left out."""
LEAST, SHARE, PATIENCE = 64, 8, 40
"""Points are judged once so many wait, or that share of the lanes, or one for so many steps."""
TAIL = 128
"""Iterates of each walk that an orbit diagram shows."""

Made = Callable[[np.ndarray | None], Method]
"""The method of some lanes, by number, each with its own parameters; None for all."""


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
    f: np.ndarray = field(default_factory=lambda: np.empty(0))
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
        N, n = starts.shape
        K = self.stop.steps
        ends = Ends(np.full(N, NUMBER[OPEN]), np.zeros(N, dtype=int), np.full((N, n), np.nan), np.zeros(N, dtype=int),
                    starts.copy())  # fmt: skip
        path = np.empty((K + 1, N, n))
        open_ = self._loop(made, Lanes(self.formula, letters), starts, ends, path)
        if open_.size:
            self._unfinished(made, Lanes(self.formula, letters), path, open_, ends)
        ends.f = np.array(Lanes(self.formula, letters)(ends.x))
        if self.exponents:
            ends.exponent = self._exponents(path, ends)
        if self.tails:
            ends.tail = _tails(path[:, :, 0], ends)
        return ends

    def _loop(self, made: Made, lanes: Lanes, x: np.ndarray, ends: Ends, path: np.ndarray) -> np.ndarray:
        """Walks until all lanes have ended; returns those that used all their steps, and are flat nowhere."""
        K, n = self.stop.steps, x.shape[1]
        center, half = self.window.mean(axis=1), (self.window[:, 1] - self.window[:, 0]) / 2
        low, high = center - self.stop.radius * half, center + self.stop.radius * half
        sides = [*zip(low.tolist(), high.tolist(), strict=True)]
        sides += [(float(row.min()), float(row.max())) for row in lanes.letters]
        valued = not self.formula.finite(tuple(sides))
        method = made(None)
        ids = np.arange(len(x))  # lanes that are walked, among which `alive` have not ended
        f, g = lanes.see(x, True)
        assert f is not None
        alive = np.isfinite(f)
        ends.word[~alive] = NUMBER[NOWHERE]
        slope = steepness(g)
        lanes.reach = float(np.ptp(self.window, axis=1).max()) / 20
        lanes.first = np.where((slope > 0) & (slope < np.inf), lanes.reach / slope, 1.0)
        needed = 1 if self.memoryless or self.descends else 1 + method.epoch(lanes)
        flat = Flat(self.window, self.stop.gtol, needed, lanes, f, slope)
        walk = method.iterates(lanes, x)
        k = np.zeros(len(x), dtype=int)  # of each lane: one that rests has taken a step less
        rested = np.zeros(len(x), dtype=bool)
        left: list[np.ndarray] = []
        near = np.ones(len(x), dtype=bool)
        fresh = alive  # lanes at a point that has not been looked at
        time = since = waiting = 0
        pending: list[tuple[np.ndarray, ...]] = []  # points that the judge is asked about together

        def end(which: np.ndarray, word: str) -> None:
            lane = ids[which]
            ends.word[lane], ends.steps[lane], ends.x[lane] = NUMBER[word], k[which], x[which]
            alive[which] = False

        def put(found: Found, which: np.ndarray) -> None:
            which, lane = which[found.ends], ids[which[found.ends]]
            ends.word[lane], ends.at[lane] = found.word[found.ends], found.at[found.ends]
            ends.steps[lane], ends.x[lane] = k[which], x[which]
            alive[which] = False

        def exact(which: np.ndarray) -> Callable[[int], Loss]:
            return lambda i: self.exact(lanes.letters[:, which[i]].tolist())

        def answer() -> None:
            """Judges the points that wait; of a lane the first that ends it counts, whatever it did after."""
            nonlocal waiting
            if not pending:
                return
            which, at, points, slopes = (np.concatenate(parts) for parts in zip(*pending, strict=True))
            found = flat.ends(which, points, slopes, lanes.some(which), exact(which))
            over = np.flatnonzero(found.ends)
            over = over[np.unique(which[over], return_index=True)[1]]
            lane = ids[which[over]]
            ends.word[lane], ends.at[lane] = found.word[over], found.at[over]
            ends.steps[lane], ends.x[lane] = at[over], points[over]
            alive[which[over]] = False
            pending.clear()
            waiting = 0

        while True:
            if self.descends:
                path[k[fresh], ids[fresh]] = x[fresh]
            elif len(ids) == path.shape[1]:
                path[time] = x
            else:
                path[time, ids] = x
            if f is not None and (bad := fresh & ~np.isfinite(f)).any():
                end(np.flatnonzero(bad), LEFT)
            elif f is None and not near.all():
                gone = np.flatnonzero(~near & fresh)
                end(gone[~np.isfinite(lanes.some(gone)(x[gone]))], LEFT)
            if not near.all() and (gone := np.flatnonzero(~near & alive & fresh)).size:
                end(gone, AWAY)
            wanted = self._fresh(flat, slope, fresh) if self.descends else flat.ask(slope)
            if wanted.size and (wanted := wanted[alive[wanted]]).size:
                if self.descends:
                    put(flat.ends(wanted, x[wanted], slope[wanted], lanes.some(wanted), exact(wanted)), wanted)
                else:
                    pending.append((wanted, k[wanted], x[wanted], slope[wanted]))
                    waiting += len(wanted)
            if pending and (waiting >= max(LEAST, int(np.count_nonzero(alive)) // SHARE) or time >= since + PATIENCE or
                            time == K):  # fmt: skip
                answer()
            since = since if pending else time
            last = np.flatnonzero(alive & fresh & (k == K)) if self.descends or time == K else np.empty(0, dtype=int)
            if last.size:
                about = last[flat.below[last] >= flat.needed]
                if about.size:
                    put(flat.at_last(K, x[about], about, lanes.some(about), exact(about)), about)
                over = last[alive[last]]
                end(over, OPEN)
                left.append(ids[over])
            if not (left_over := np.count_nonzero(alive)):
                break
            if self.memoryless and left_over < KEPT * len(alive):
                answer()
                kept = np.flatnonzero(alive)
                ids, x, k, rested, slope = ids[kept], x[kept], k[kept], rested[kept], slope[kept]
                g, alive = g[kept], alive[kept]
                lanes = lanes.some(kept)
                flat.some(kept)
                method = made(ids)
                lanes.keep(x, g)
                walk = method.iterates(lanes, x)
            following = next(walk, None)
            if following is None:
                answer()
                end(np.flatnonzero(alive), STUCK)
                break
            inside = (following[:, 0] >= low[0]) & (following[:, 0] <= high[0])
            for i in range(1, n):
                inside &= (following[:, i] >= low[i]) & (following[:, i] <= high[i])
            near = inside
            fresh = alive
            if self.descends:
                still = alive & (following == x).all(axis=1)
                stop = still & rested
                rested = still & ~rested
                if stop.any():
                    which = np.flatnonzero(stop)
                    put(flat.at_rest(x[which], lanes.some(which), exact(which)), which)
                    end(which[alive[which]], STALLED)
                fresh = alive & ~still
            if not near.all():
                lost = fresh & ~near & ~np.isfinite(following).all(axis=1)
                if lost.any():
                    end(np.flatnonzero(lost), STUCK)
                    fresh = fresh & alive
            if not alive.any():
                answer()
                break
            if self.descends:
                k = k + fresh
            else:
                k, time = k + 1, time + 1
            x = following
            f, g = lanes.see(x, valued)
            slope = steepness(g)
        return np.sort(np.concatenate(left)) if left else np.empty(0, dtype=int)

    @staticmethod
    def _fresh(flat: Flat, slope: np.ndarray, fresh: np.ndarray) -> np.ndarray:
        """As `Flat.ask` in lanes that have moved; the state of the others stays."""
        before = flat.run.copy(), flat.below.copy()
        wanted = flat.ask(np.where(fresh, slope, np.nan))
        flat.run, flat.below = np.where(fresh, flat.run, before[0]), np.where(fresh, flat.below, before[1])
        flat.any = bool(flat.run.any() or flat.below.any())
        return wanted

    def _unfinished(self, made: Made, lanes: Lanes, path: np.ndarray, open_: np.ndarray, ends: Ends) -> None:
        """The words of walks that used all their steps: `judge` after `ended is Outcome.EXHAUSTED`."""
        K = self.stop.steps
        xs = np.ascontiguousarray(path[:, open_].transpose(1, 2, 0)).transpose(0, 2, 1)  # each coordinate in a row
        scale = reach(self.window, xs[:, -1])
        word = np.full(len(open_), NUMBER[OPEN])
        period = np.zeros(len(open_), dtype=int)
        word[stalled(xs, scale)] = NUMBER[STALLED]
        if self.memoryless:
            rest = np.flatnonzero(word == NUMBER[OPEN])
            found = cycles(xs[rest], scale[rest])
            word[rest[found > 0]], period[rest] = NUMBER[CYCLE], found
            rest = rest[found == 0]
            found = closing(xs[rest], float(np.ptp(self.window, axis=1).max()))
            sure = rest[found > 0]
            shaken = self._shaken(made, lanes, xs[sure], open_[sure], scale[sure])
            word[sure[~shaken]], period[sure[~shaken]] = NUMBER[CLOSING], found[found > 0][~shaken]
            rest = rest[found == 0]
            if K >= 100 and xs.shape[2] <= 2 and rest.size:
                rest = rest[bounded(xs[rest])]
                tops = self._tops(lanes.some(open_[rest]), xs[rest])
                rest = rest[tops[:, 1] > 0.5 * tops[:, 0]]
                word[rest[parting(xs[rest])]] = NUMBER[CHAOTIC]
        ends.word[open_], ends.period[open_] = word, period
        cyclic = np.flatnonzero(period)
        if cyclic.size and not lanes.letters.size:
            ends.at[open_[cyclic]] = around(lanes.some(open_[cyclic]), xs[cyclic], period[cyclic], scale[cyclic])

    def _tops(self, lanes: Lanes, xs: np.ndarray) -> np.ndarray:
        """The largest ‖∇f‖ in the second and the last quarter of walks (m, K+1, n): (m, 2)."""
        K = xs.shape[1] - 1
        tops = np.zeros((len(xs), 2))
        for column, quarter in enumerate((1, 3)):
            for k in range(K * quarter // 4 + 1, K * (quarter + 1) // 4 + 1):
                np.maximum(tops[:, column], norm(lanes.grad(np.ascontiguousarray(xs[:, k]))), out=tops[:, column])
        return tops

    def _shaken(self, made: Made, lanes: Lanes, xs: np.ndarray, which: np.ndarray, scale: np.ndarray) -> np.ndarray:
        """`judge.repeats.shaken` of walks (m, K+1, n): (m,)."""
        from symopt.judge.repeats import EPS, GROWN, SHAKEN

        if not len(xs):
            return np.zeros(0, dtype=bool)
        m, K, n = len(xs), xs.shape[1] - 1, xs.shape[2]
        shake = 4 * EPS * np.maximum(np.abs(xs[:, 0]), scale[:, None])
        beside = xs[:, 0] + shake * (-1.0) ** np.arange(n)
        late = K - max(K // 4, 2)
        apart, short = np.zeros(m), np.zeros(m, dtype=bool)
        walk = made(which).iterates(lanes.some(which), beside)
        k = 0
        for k, point in enumerate(islice(walk, K), 1):
            if k > late:
                apart = np.maximum(apart, np.abs(point - xs[:, k]).max(axis=1))
        if k < K:
            short[:] = True
        span = np.ptp(xs[:, 1:][:, late:], axis=1).max(axis=1)
        return np.asarray(short | ~(apart <= np.maximum(SHAKEN * span, GROWN * shake.max(axis=1))))

    def _exponents(self, path: np.ndarray, ends: Ends) -> np.ndarray:
        """Of cycles nan: their nearest neighbours are one point but for rounding, and part as rounding does."""
        found = np.full(path.shape[1], np.nan)
        cyclic = np.isin(ends.word, [NUMBER[CYCLE], NUMBER[CLOSING]])
        for steps in np.unique(ends.steps).tolist():
            which = np.flatnonzero((ends.steps == steps) & ~cyclic)
            if steps >= 3 and which.size:
                found[which] = exponents(path[: steps + 1, which].transpose(1, 0, 2))
        return found


def _tails(path: np.ndarray, ends: Ends) -> np.ndarray:
    """The last iterates (N, TAIL) of walks (K+1, N); of one that ended flat the last alone, of a lost one none."""
    N = path.shape[1]
    made = np.full((N, TAIL), np.nan)
    lost = np.isin(ends.word, [NUMBER[AWAY], NUMBER[LEFT], NUMBER[STUCK], NUMBER[NOWHERE]])
    wandering = np.isin(ends.word, [NUMBER[CYCLE], NUMBER[CLOSING], NUMBER[CHAOTIC], NUMBER[OPEN]])
    for lane in np.flatnonzero(~lost):
        k = int(ends.steps[lane])
        length = min(TAIL, k // 2 + 1) if wandering[lane] else 1
        made[lane, -length:] = path[k - length + 1 : k + 1, lane]
    return made
