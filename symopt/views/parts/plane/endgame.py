"""The end of a walk that turns within a few pixels, drawn larger in a free corner of the picture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from symopt.views.parts.plane.landscape import Landscape
from symopt.views.parts.walk import Walk
from symopt.views.sheet.captions import Captions
from symopt.views.sheet.picture import Moment
from symopt.views.sheet.ranges import clean
from symopt.views.sheet.segments import drawable
from symopt.views.sheet.sheet import font
from symopt.views.sheet.theme import theme

SMALL, LEAST, TURNS = 8.0, 8, 1.3
"""Pixels around the end that are drawn larger, steps in them at least, and how much longer than straight they are."""
SIDE, MARGIN, CLEAR = 104, 10, 6
"""Pixels of the corner, from it to the border, and from it to walks and words."""
WORTH, LARGEST = 5, 1e6
"""How many times larger the end is drawn, at least and at most."""
GRID, LEVELS = 61, 7


class EndGame:
    """A square at the end of the walk: level lines, trails with a dot for each step, and how many times larger it is.

    It is seen once all walks have ended, where one turns often in so little room and a corner is free; not where
    arrows at the border tell of walks that are elsewhere.
    """

    def __init__(self, ax: Axes, walks: Sequence[Walk], ground: Landscape, captions: Captions):
        self.moving: tuple[Artist, ...] = ()
        low, high = np.array([ground.xlim, ground.ylim], dtype=float).T
        unit = captions.edges / (high - low)
        ends = [(walk, reach) for walk in walks if (reach := _reach(walk, ground, unit)) > 0]
        corner = _corner([(walk.xs - low) * unit for walk in walks], captions)
        if not ends or corner is None or not all(ground.holds(walk.xs[-1]) for walk in walks):
            return
        walk, reach = max(ends, key=lambda each: each[1])
        times = _round(min(0.4 * SIDE / reach, LARGEST))
        centre, half = walk.xs[-1], SIDE / 2 / times / unit
        if times < WORTH or not (half > 1e-13 * np.abs(centre)).all():
            return
        captions.cover(corner + SIDE / 2, np.full(2, SIDE / 2 + 2))
        box = ax.inset_axes((*(corner / captions.edges), *(SIDE / captions.edges)), zorder=7)
        box.set_facecolor(theme().paper)
        box.set_autoscale_on(False)
        box.set_xticks([])
        box.set_yticks([])
        for spine in box.spines.values():
            spine.set_color(theme().pale)
        box.set_xlim(centre[0] - half[0], centre[0] + half[0])
        box.set_ylim(centre[1] - half[1], centre[1] + half[1])
        _levels(box, ground, centre, half)
        for each in walks:
            path = drawable(each.xs, centre - half, centre + half)[0]
            box.plot(*path.T, color=each.colour, lw=1.1, zorder=4)
            near = (np.abs(each.xs - centre) <= half).all(-1)
            box.plot(*each.xs[near].T, "o", ms=2.6, mfc=each.colour, mec=theme().paper, mew=0.3, ls="none", zorder=5)
        word = f"×{times:,.0f}"
        box.text(
            0.06, 0.05, word, transform=box.transAxes, zorder=6, **font(word, size=8.5, color=theme().grey)
        ).set_bbox({"boxstyle": "round,pad=0.15", "facecolor": theme().veil(0.8), "edgecolor": "none"})
        joint = (corner + np.clip((centre - low) * unit - corner, 0, SIDE)) / unit + low
        (line,) = ax.plot(*np.array([joint, centre]).T, color=theme().ink, lw=0.8, zorder=3.8)
        frame = centre + half * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]])
        (source,) = ax.plot(*frame.T, color=theme().ink, lw=0.8, zorder=6.9)
        self.moving = (line, source, box)

    def update(self, moment: Moment) -> None:
        for artist in self.moving:
            artist.set_visible(moment.final)


def _reach(walk: Walk, ground: Landscape, unit: np.ndarray) -> float:
    """Pixels from the end within which its last steps turn; 0 where they are few, straight, or not in the picture."""
    if not np.isfinite(walk.xs).all() or not ground.holds(walk.xs[-1]):
        return 0.0
    with np.errstate(all="ignore"):
        away = np.hypot(*((walk.xs - walk.xs[-1]) * unit).T)
    far = np.flatnonzero(away > SMALL)
    last = (walk.xs[far[-1] + 1 :] if far.size else walk.xs) * unit
    reach = float(away[-len(last) :].max())
    way = float(np.hypot(*np.diff(last, axis=0).T).sum())
    return reach if len(last) > LEAST and way > TURNS * reach > 0 else 0.0


def _corner(paths: Sequence[np.ndarray], captions: Captions) -> np.ndarray | None:
    """The lower left pixel of a corner of the picture without walks, points and words."""
    taken = np.vstack([captions.taken, *paths])
    for across, up in ((1, 0), (1, 1), (0, 0), (0, 1)):
        corner = np.where([across, up], captions.edges - SIDE - MARGIN, MARGIN).astype(float)
        if (corner > 0).all() and not (np.abs(taken - corner - SIDE / 2) < SIDE / 2 + CLEAR).all(-1).any():
            return corner
    return None


def _round(times: float) -> float:
    """The largest of 1, 2, 5, 10, 20, … that is not above it."""
    power = 10.0 ** np.floor(np.log10(times))
    return float(power * max(digit for digit in (1, 2, 5) if digit * power <= times * (1 + 1e-9)))


def _levels(box: Axes, ground: Landscape, centre: np.ndarray, half: np.ndarray) -> None:
    """Lines of f around the end, closer towards the least value; none where rounding is all that is left of f."""
    xs, ys = (np.linspace(middle - reach, middle + reach, GRID) for middle, reach in zip(centre, half, strict=True))
    f = clean(ground.ground(np.stack(np.meshgrid(xs, ys), axis=-1)))
    seen = f[np.isfinite(f)]
    if not seen.size or not np.ptp(seen) > 1e-12 * np.abs(seen).max():
        return
    cuts = np.unique(np.quantile(seen, np.linspace(0.02, 0.95, LEVELS) ** 1.5))
    if len(cuts) > 1:
        box.contour(xs, ys, np.ma.masked_invalid(f), cuts, colors=theme().pale, linewidths=0.6, linestyles="solid",
                    zorder=1)  # fmt: skip
