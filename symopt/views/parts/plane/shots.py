"""The landscape as a camera sees it: levels that stay where they are from view to view, in colours that follow.

Levels get finer towards the value at the end, c: |f − c| falls from each to the next by a factor, so that every view
has about as many. The colours of a view go from the least to the greatest height that it shows,

    arsinh((f − c)/δ),   δ: what all but a small share of the view is farther than from c,

and both, and δ, are known at some views and put straight between them: nothing jumps.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from symopt.judge import Outcome
from symopt.views.film.camera import Camera
from symopt.views.parts.plane.landscape import LEVELS, NEAR, Landscape, rounded
from symopt.views.parts.walk import Walk
from symopt.views.sheet.digits import short
from symopt.views.sheet.ranges import clean

KNOTS, COARSE = 9, 61
"""Views at which heights are looked at, and places along a side there."""
TOP, PLAIN, MOST = 0.995, 8, 200
"""The share of a view that colours tell apart, letters of a value that is written as it is, and levels at most."""


class Shot(Landscape):
    """The landscape of one view; kept: numbers of the levels of `shots` that it shows."""

    def __init__(self, shots: Shots, view: float) -> None:
        self.loss, self.shots = shots.whole.loss, shots
        self.xlim, self.ylim = ((float(low), float(high)) for low, high in shots.camera.limits(view))
        self.flat, self.valley, self.least = None, True, shots.centre
        self._sample(len(shots.whole.xs))
        self.bent = shots.centre, float(np.exp(np.interp(view, shots.views, shots.near)))
        low, high = (float(np.interp(view, shots.views, ends)) for ends in shots.ends)
        self.range = low, high
        up = self._towards(shots.levels)
        seen = (up > self.range[0]) & (up < self.range[1]) & (np.abs(shots.levels - shots.centre) >= self.bent[1])
        self.kept = np.flatnonzero(seen)
        if len(self.kept) and self.kept[0] % 2:  # of each second one the value is told: always of the same ones
            self.kept = self.kept[1:]

    @property
    def heights(self) -> np.ndarray:
        return self._towards(self.f)

    @property
    def levelled(self) -> list[tuple[float, float]]:
        values = self.shots.levels[self.kept]
        return list(zip(self._towards(values), values, strict=True)) if len(values) > 1 else []

    @property
    def span(self) -> tuple[float, float]:
        return self.range

    @property
    def edges(self) -> np.ndarray:
        (low, high), up = self.range, np.array([level for level, _ in self.levelled])
        return np.concatenate([[0.0], (up - low) / (high - low), [1.0]])

    @property
    def shades(self) -> np.ndarray:
        return (self.edges[1:] + self.edges[:-1]) / 2

    @property
    def named(self) -> list[tuple[int, str]]:
        return [(rank, self.shots.words[k]) for rank, k in enumerate(self.kept, 1)]

    @property
    def title(self) -> str:
        return super().title if self.shots.plain else f"f − ({short(self.shots.centre, 6)})"


class Shots:
    """What the views of a camera have in common: the value at the end, the levels, and how colours follow."""

    def __init__(self, walks: Sequence[Walk], whole: Landscape, known: Sequence[np.ndarray]) -> None:
        self.whole = whole
        box = np.array([whole.xlim, whole.ylim])
        self.camera = Camera([walk.trajectory for walk in walks], box, known)
        if self.camera.zoom == 1:
            return
        self.views = np.linspace(0, 1, KNOTS)
        looks = [clean(whole.ground.loss(_grid(self.camera.limits(view)))) for view in self.views]
        self.centre = self._centre(walks, looks[-1], known)
        away = [np.abs(f[np.isfinite(f)] - self.centre) for f in looks]
        least = 1e-13 * max(abs(self.centre), 1e-280)
        deltas = [max(float(np.quantile(a, NEAR)) if a.size else 1.0, least) for a in away]
        deltas = list(np.maximum.accumulate(deltas[::-1])[::-1])  # nearer views never see less
        self.near = np.log(deltas)
        ends = []
        for f, delta in zip(looks, deltas, strict=True):
            up = np.arcsinh((f[np.isfinite(f)] - self.centre) / delta)
            low, high = np.quantile(up, (1 - TOP, TOP)) if up.size else (0.0, 1.0)
            ends.append((min(float(low), 0.0) if low < 0 else 0.0, float(max(high, low + 1e-6, 1e-6))))
        self.ends = np.array(ends).T
        steps = self._ladder(deltas)
        self.levels = rounded(self.centre + steps)
        self.words = [short(value, 6) for value in self.levels]
        self.plain = max(map(len, self.words), default=0) <= PLAIN and len({*self.words}) == len(self.words)
        if not self.plain:
            steps = rounded(steps)
            self.levels, self.words = self.centre + steps, [short(float(f"{step:.2g}"), 3) for step in steps]

    def _centre(self, walks: Sequence[Walk], end: np.ndarray, known: Sequence[np.ndarray]) -> float:
        """The value at the end: the least there is in the last view, but of a walk that ended flat on no valley's
        bottom its own.
        """
        low, high = self.camera.limits(1.0).T
        near = np.concatenate([np.asarray(known).reshape(-1, 2), *(walk.xs for walk in walks)])
        near = clean(self.whole.loss(near[((near >= low) & (near <= high)).all(-1)]))
        seen = np.concatenate([end.ravel(), near])
        least = float(np.min(seen[np.isfinite(seen)], initial=np.inf))
        border = np.concatenate([end[0], end[-1], end[:, 0], end[:, -1]])
        if not least < np.min(border[np.isfinite(border)], initial=np.inf):
            flat = [walk for walk in walks if walk.trajectory.outcome is Outcome.FLAT]
            here = (walk.fs[-1] for walk in flat if ((walk.xs[-1] >= low) & (walk.xs[-1] <= high)).all())
            least = float(next(here, least))
        return least if np.isfinite(least) else 0.0

    def _ladder(self, deltas: Sequence[float]) -> np.ndarray:
        """How far above the value at the end the levels of all views are, from the least up."""
        first, last = ((ends[1] - ends[0]) / (LEVELS - 1) for ends in (self.ends[:, 0], self.ends[:, -1]))
        found: list[float] = []
        for sign, top in ((1, self.ends[1, 0]), (-1, -self.ends[0, 0])):
            away, floor = float(np.sinh(max(top, 0)) * deltas[0]), deltas[-1]
            while away > floor and len(found) < MOST:
                found.append(sign * away)
                share = np.clip(np.log(deltas[0] / away) / max(np.log(deltas[0] / deltas[-1]), 1e-9), 0, 1)
                away *= np.exp(-((1 - share) * first + share * last))
        return np.sort(np.array(found))

    def at(self, view: float) -> Shot:
        return Shot(self, view)


def _grid(box: np.ndarray) -> np.ndarray:
    return np.stack(np.meshgrid(*(np.linspace(low, high, COARSE) for low, high in box)), axis=-1)
