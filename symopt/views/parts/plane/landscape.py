"""Two variables from above: grey levels of f, and the border of the region where H is positive definite."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from contourpy import contour_generator
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke

from symopt.judge import Outcome
from symopt.language import told
from symopt.loss import Loss
from symopt.views.parts.ground import Ground
from symopt.views.parts.walk import Walk
from symopt.views.sheet import ranges
from symopt.views.sheet.captions import Captions
from symopt.views.sheet.picture import Marks, Moment
from symopt.views.sheet.ranges import clean
from symopt.views.sheet.sheet import Sheet, font, measure
from symopt.views.sheet.theme import theme

Place = tuple[float, float]
LEVELS = 13
GRID = 181
NEAR = 0.004
"""The share of the picture that is levelled off around the value towards which levels get finer."""
MIXTURES, ENOUGH = (0.0, 0.3, 0.6, 0.9), 5.0
"""Mixtures of equal steps and equal areas, and how many levels' worth of greys a picture needs."""
KINDS = {"minimum": ("+", 15.0), "saddle": ("x", 7.0), "maximum": ("^", 6.0)}
"""The marker and size of each kind of critical point that a walk may have ended at."""
OTHER = "s", 5.5
SIZES = ((12, 1.0), (60, 0.75), (200, 0.5), (10**9, 0.36))
"""Up to so many points their markers are so large."""
NAMED = 6
"""Points up to which each has its word beside it."""
SLIVER, TANGLE = 0.06, 14
"""Lengths of the border's lines, in widths of the picture: below, a line is only dirt; above, all are a tangle."""


class Landscape:
    """f on a grid over the picture, with its limits."""

    bent: tuple[float, float] | None = None
    """The value towards which levels get finer, and how near to it they begin to."""
    levelled: Sequence[tuple[float, float]] = ()
    """The levels drawn, each with its value of f."""

    def __init__(self, walks: Sequence[Walk], marks: Marks = (), grid: int = GRID):
        self.loss = walks[0].trajectory.loss
        trajectories = [walk.trajectory for walk in walks]
        visited = np.concatenate([walk.xs for walk in walks])
        required = np.concatenate([ranges.settled(trajectories)[0], ranges.followed(trajectories)])
        self.xlim = ranges.along(ranges.windows(trajectories, 0), visited[:, 0], required[:, 0])
        self.ylim = ranges.along(ranges.windows(trajectories, 1), visited[:, 1], required[:, 1])
        self._sample(grid)
        self.valley, self.least = self._least(walks, marks)
        self.flat = next((float(walk.fs[-1]) for walk in walks if self._levelled(walk)), None)

    @classmethod
    def over(cls, loss: Loss, window: np.ndarray, minima: Sequence[Sequence[float]], grid: int = GRID) -> Landscape:
        """The landscape of a window on which nobody walks, with the minima that are known."""
        made = cls.__new__(cls)
        made.loss = loss
        made.xlim, made.ylim = ((float(low), float(high)) for low, high in window)
        made._sample(grid)
        made.valley, made.least = made._least((), [(np.array(x), "minimum") for x in minima])
        made.flat = None
        return made

    def _sample(self, grid: int) -> None:
        self.ground = Ground(self.loss, np.array([self.xlim, self.ylim]), grid**2)
        grid = self.ground.side(grid)
        self.xs, self.ys = np.linspace(*self.xlim, grid), np.linspace(*self.ylim, grid)
        self.points = np.stack(np.meshgrid(self.xs, self.ys), axis=-1)
        self.f = clean(self.ground(self.points))

    def holds(self, points: np.ndarray) -> np.ndarray:
        """Whether points (…, 2) lie in the picture."""
        limits = np.array([self.xlim, self.ylim])
        return np.asarray(((points >= limits[:, 0]) & (points <= limits[:, 1])).all(-1))

    def _levelled(self, walk: Walk) -> bool:
        """Whether a walk ended in the picture where f is flat compared with the picture as a whole."""
        finite = self.f[np.isfinite(self.f)]
        if walk.trajectory.outcome is not Outcome.FLAT or not self.holds(walk.xs[-1]) or not finite.size:
            return False
        across = np.abs(walk.grads[-1]) @ [np.ptp(self.xlim), np.ptp(self.ylim)]
        return bool(across < 1e-3 * np.ptp(np.quantile(finite, (0.05, 0.95))))

    def _least(self, walks: Sequence[Walk], marks: Marks) -> tuple[bool, float]:
        """Whether the picture holds a valley's bottom, not only a slope down to its border; the least value seen."""
        places = [np.asarray(x, dtype=float).reshape(-1) for x, kind in marks if kind == "minimum"]
        places += [walk.xs[-1] for walk in walks if walk.trajectory.lowest]
        known = np.array([float(self.loss(x)) for x in places if self.holds(x)])
        seen = np.concatenate([walk.fs[self.holds(walk.xs)] for walk in walks] + [self.f.ravel(), known])
        least = float(np.min(seen[np.isfinite(seen)], initial=np.inf))
        inner = np.lib.stride_tricks.sliding_window_view(np.isfinite(self.f), (3, 3)).all((-1, -2))
        depths = np.where(inner, self.f[1:-1, 1:-1], np.inf)
        finite = self.f[np.isfinite(self.f)]
        slack = 1e-6 * float(np.ptp(finite)) if finite.size else 0.0
        return bool(min([np.min(depths), *known]) <= np.min(finite, initial=np.inf) + slack), least

    def heights(self) -> np.ndarray:
        """f as the levels see it: finer and finer towards the least value, or towards the value of a flat end.

        Where f only slopes down to the border there is no such value, and f is taken as it is.
        """
        centre = self.least if self.valley else self.flat
        if centre is None:
            return self.f
        away = np.abs(self.f - centre)
        # what is nearer than a few points of the grid is levelled off: there it is too coarse to tell
        apart = (
            away[away > max(1e-13 * abs(centre), 1e-9 * np.nanmedian(away))] if np.isfinite(away).any() else away[:0]
        )
        if not apart.size:
            return np.zeros_like(self.f)
        self.bent = centre, float(np.quantile(apart, NEAR))
        return self._towards(self.f)

    def _towards(self, values: np.ndarray) -> np.ndarray:
        """Values as the levels see them."""
        if self.bent is None:
            return values
        with np.errstate(all="ignore"):
            return np.asarray(np.arcsinh((values - self.bent[0]) / self.bent[1]))

    def _back(self, levels: np.ndarray) -> np.ndarray:
        """The values of levels."""
        if self.bent is None:
            return levels
        with np.errstate(all="ignore"):
            return np.asarray(self.bent[0] + self.bent[1] * np.sinh(levels))

    def levels(self, heights: np.ndarray) -> np.ndarray:
        """Equal steps, moved towards equal areas only as far as needed for the picture not to be one grey."""
        # a few points far up must not take all levels, nor a few far down where f has no bottom
        shares = np.linspace(0 if self.valley else 0.005, 0.995, LEVELS)
        even = np.quantile(heights, shares)
        equal = np.linspace(even[0], even[-1], LEVELS)
        for mixed in MIXTURES:
            levels = (1 - mixed) * equal + mixed * even
            areas = np.histogram(heights, [-np.inf, *levels[1:], np.inf])[0] / heights.size
            if np.exp(-np.sum(areas * np.log(np.maximum(areas, 1e-12)))) >= ENOUGH:
                break
        return levels

    def draw(self, ax: Axes) -> None:
        heights = self.heights()
        seen = heights[np.isfinite(heights)]
        levels = self.levels(seen) if seen.size else np.zeros(1)
        levels = self._towards(rounded(self._back(levels))) if np.diff(levels).all() else levels
        if not np.diff(levels).all():
            ax.set_facecolor(str(theme().levels[0]))
            return
        greys = [str(grey) for grey in np.linspace(*theme().levels, LEVELS + 1)]
        self.levelled = list(zip(levels, self._back(levels), strict=True))
        masked = np.ma.masked_invalid(heights)
        ax.contourf(self.xs, self.ys, masked, levels, colors=greys, extend="both", zorder=0.5)
        ax.contour(
            self.xs, self.ys, masked, levels[1:], colors=theme().ridge, linewidths=0.7, linestyles="solid", zorder=0.6
        )
        if self.ground.note:
            said = ax.text(0.012, 0.015, self.ground.note, transform=ax.transAxes, zorder=1.1, **font(size=8))
            said.set_path_effects([withStroke(linewidth=2, foreground=theme().veil(0.44))])

    def definite(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The places of a grid, x and y, and the least eigenvalue of H there, (y, x), nan where f is not finite."""
        count = min(len(self.xs), self.ground.bends)
        points, f, xs, ys = self.points, self.f, self.xs, self.ys
        if count < len(self.xs):
            xs, ys = np.linspace(*self.xlim, count), np.linspace(*self.ylim, count)
            points = np.stack(np.meshgrid(xs, ys), axis=-1)
            f = clean(self.ground(points))
        hessian = clean(self.ground.hess(points))
        with np.errstate(all="ignore"):
            a, b, d = hessian[..., 0, 0], hessian[..., 0, 1], hessian[..., 1, 1]
            return xs, ys, np.where(np.isfinite(f), (a + d) / 2 - np.hypot((a - d) / 2, b), np.nan)


def rounded(values: np.ndarray) -> np.ndarray:
    """Levels (m,) at round numbers near them: none is moved by more than a quarter of its distance to another."""
    if len(values) < 2:
        return values
    gaps = np.diff(values)
    room = np.minimum(np.append(gaps, gaps[-1]), np.insert(gaps, 0, gaps[0])) / 2
    with np.errstate(all="ignore"):
        unit = 10.0 ** np.floor(np.log10(room))
        found = np.rint(values / unit) * unit
    return found if np.isfinite(found).all() and (np.diff(found) > 0).all() else values


def border(ax: Axes, ground: Landscape, avoid: np.ndarray) -> np.ndarray:
    """A dotted line around the region where H is not positive definite, named once on its side of the line.

    avoid: points (m, 2) the name keeps away from. Returns points (m, 2) that its letters cover.
    """
    xs, ys, eigenvalues = ground.definite()
    seen = eigenvalues[np.isfinite(eigenvalues)]
    scale = np.median(np.abs(seen)) if seen.size else 0.0
    if not seen.size or not (seen.min() < -1e-9 * scale and seen.max() > 1e-9 * scale):
        return np.empty((0, 2))
    with np.errstate(all="ignore"):
        levelled = np.ma.masked_invalid(np.arcsinh(eigenvalues / scale))
    box = ax.get_window_extent()
    unit = np.array([box.width / np.ptp(ground.xlim), box.height / np.ptp(ground.ylim)])
    lines = contour_generator(xs, ys, levelled).lines(0.0)
    pieces = [line for line in map(np.asarray, lines) if _length(line * unit) > SLIVER * box.width]
    if not pieces or sum(_length(piece * unit) for piece in pieces) > TANGLE * box.width:
        return np.empty((0, 2))
    ax.add_collection(
        LineCollection(pieces, linewidths=1.1, colors=theme().ink, linestyles=[(0, (1, 1.8))], zorder=1), autolim=False
    )
    return _name(ax, ground, pieces, avoid)


def _length(line: np.ndarray) -> float:
    return float(np.hypot(*np.diff(line, axis=0).T).sum())


def _name(ax: Axes, ground: Landscape, pieces: Sequence[np.ndarray], avoid: np.ndarray) -> np.ndarray:
    text = told("H not pos. def. here")
    box = ax.get_window_extent()
    scale = ax.figure.dpi / 100
    wide, high = (measure(text, 8) + 8) * scale, 11 * scale
    unit = np.array([box.width / np.ptp(ground.xlim), box.height / np.ptp(ground.ylim)])
    origin = np.array([ground.xlim[0], ground.ylim[0]])
    kept = (avoid[np.isfinite(avoid).all(-1)] - origin) * unit
    border = (np.concatenate(pieces) - origin) * unit
    best: tuple[float, np.ndarray, float] | None = None
    for piece in pieces:
        line = (piece - origin) * unit
        lengths = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
        for start in np.linspace(0, lengths[-1] - wide, 30) if lengths[-1] > wide else ():
            part = line[(lengths >= start) & (lengths <= start + wide)]
            if len(part) < 4:
                continue
            along = part[-1] - part[0]
            straight = np.hypot(*along) / wide
            along = along / (np.hypot(*along) + 1e-12)
            along = along if along[0] >= 0 else -along
            normal = np.array([-along[1], along[0]])
            middle = part.mean(0)
            bulge = np.abs((part - middle) @ normal).max()
            inside = _inside(ground, (middle + normal * 6 * scale) / unit + origin)
            place = middle + normal * (high * 0.7 + bulge) * (1 if inside else -1)
            edges = np.array([box.width, box.height])
            margin = min(*(place - wide / 2 * np.abs(along)), *(edges - place - wide / 2 * np.abs(along)))
            if margin < 2 * scale or straight < 0.9 or bulge > 8 * scale:
                continue
            letters = place + along * np.linspace(-wide / 2, wide / 2, 15)[:, None]
            if np.hypot(*(letters[:, None] - border).transpose(2, 0, 1)).min() < 6.5 * scale:
                continue
            distance = np.hypot(*(kept - place).T).min(initial=1e3)
            value = min(distance, 120 * scale) + 40 * straight - 3 * bulge
            if distance > 20 * scale and (best is None or value > best[0]):
                best = value, place, float(np.degrees(np.arctan2(along[1], along[0])))
    if best:
        x, y = best[1] / unit + origin
        named = ax.text(
            x, y, text, rotation=best[2], rotation_mode="anchor", ha="center", va="center", zorder=1.1, **font(size=8)
        )
        named.set_path_effects([withStroke(linewidth=2, foreground=theme().veil(0.44))])
        along = np.array([np.cos(np.radians(best[2])), np.sin(np.radians(best[2]))])
        return (best[1] + along * np.linspace(-wide / 2, wide / 2, 15)[:, None]) / unit + origin
    ax.text(1, 1.015, told("dotted: the border of H pos. def."), transform=ax.transAxes, ha="right", **font(size=8))
    return np.empty((0, 2))


def _inside(ground: Landscape, point: np.ndarray) -> bool:
    """Whether H is not positive definite at a point."""
    return bool(np.linalg.eigvalsh(np.nan_to_num(clean(ground.ground.hess(point)), posinf=0, neginf=0)).min() < 0)


def known(walks: Sequence[Walk], ground: Landscape, marks: Marks) -> list[tuple[np.ndarray, str]]:
    """The critical points in the picture that are known: those given, and those where a walk ended."""
    given = [(np.asarray(x, dtype=float).reshape(-1), kind) for x, kind in marks]
    given += [(walk.xs[-1], str(walk.trajectory.kind)) for walk in walks if walk.trajectory.kind in KINDS]
    found: list[tuple[np.ndarray, str]] = []
    size = np.array([np.ptp(ground.xlim), np.ptp(ground.ylim)])
    for x, kind in given:
        if ground.holds(x) and all((np.abs(x - other) > 1e-3 * size).any() for other, _ in found):
            found.append((x, kind))
    return found


def look(kind: str, many: int) -> tuple[str, float, float]:
    """The marker of a kind of point, its size and the width of its lines, where there are so many points."""
    marker, size = KINDS.get(kind, OTHER)
    share = next(share for most, share in SIZES if many <= most)
    return marker, size * share, max(0.8, 1.8 * share)


class CriticalPoints:
    """Known critical points, over the trails and under the points: + minimum, ▲ maximum, × saddle, ■ any other.

    Of many the kinds are told once, at (left, y) of the sheet, where there is room for it.
    """

    def __init__(
        self, sheet: Sheet, ax: Axes, found: Sequence[tuple[np.ndarray, str]], captions: Captions, key: Place | None
    ):
        self.moving: list[Artist] = []
        order = [*KINDS, *dict.fromkeys(kind for _, kind in found if kind not in KINDS)]
        for name in order:
            places = np.array([x for x, kind in found if kind == name]).reshape(-1, 2)
            if len(places):
                marker, size, wide = look(name, len(found))
                (line,) = ax.plot(
                    *places.T,
                    marker,
                    ms=size,
                    mew=wide,
                    mec=theme().ink,
                    mfc="none",
                    ls="none",
                    zorder=5.8,
                    clip_on=False,
                )
                self.moving.append(line)
                if key is not None and len(found) > NAMED:
                    key = _key(sheet, name, key)
        for x, kind in found if len(found) <= NAMED else ():
            captions.put(x, kind)

    def update(self, moment: Moment) -> None:
        """Nothing moves: it is only to be drawn above what does."""


def _key(sheet: Sheet, kind: str, place: Place) -> Place:
    """A marker and its kind; where the next one may stand."""
    (x, y), (marker, size, wide) = place, look(kind, 20)
    kind = told(kind)
    at = [(x + 4) / sheet.width], [1 - (y - 3) / sheet.height]
    line = Line2D(*at, marker=marker, ms=size * 0.75, mew=wide, mec=theme().grey, mfc="none", ls="none")
    line.set_transform(sheet.figure.transSubfigure)
    sheet.figure.add_artist(line)
    sheet.text(x + 13, y, kind, size=8.5, color=theme().grey)
    return x + 13 + measure(kind, 8.5) + 14, y
