"""Each coordinate against the step."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib import colormaps
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex

from symopt.language import told
from symopt.views.panels import Box, Panel
from symopt.views.parts.many.known import known
from symopt.views.parts.many.some import Heads, apart, heading, letters, limits, spread, steps_of
from symopt.views.parts.walk import Walk
from symopt.views.sheet.picture import Marks, Moment
from symopt.views.sheet.ranges import clean
from symopt.views.sheet.sheet import Part, Sheet, fit, font, measure, style_axes
from symopt.views.sheet.theme import theme

MOST, PLACES = 60, 400
"""Coordinates, and steps of each, that are drawn; of more evenly spaced ones."""
NAMED, SHORTEST = 8, 22
"""Coordinates up to which each line has its name, and pixels that a name has."""


class Coordinates:
    """xᵢ against k, a line for each i: who moves first, who lags, who hops to and fro.

    Of one walk the lines are told by their shades, of several by the colours of their walks. Short dashes on the
    right: the minimum that is known. What is far outside the window is at the border.
    """

    def __init__(self, ax: Axes, walks: Sequence[Walk], marks: Marks, room: float):
        self.walks = walks
        n = walks[0].n
        self.chosen = spread(n, MOST if len(walks) == 1 else max(MOST // len(walks), 4))
        self.steps, self.ks = steps_of(walks, PLACES)
        minima = known(walks, marks)
        aims = minima.nearest(walks[0].xs[-1])[self.chosen] if len(minima.points) else np.empty(0)
        ylim = limits(walks, self.chosen, aims[np.isfinite(aims)])
        style_axes(ax, (0, self.steps.end), ylim, 8.5, (4, 4))
        self.steps.name(ax, 9)
        some = f"{len(self.chosen)} of {n:,} coordinates, evenly spaced" if len(self.chosen) < n else "the coordinates"
        alone = len(walks) == 1
        if alone and len(self.chosen) > NAMED:
            first, last = letters(walks, self.chosen[[0, -1]])
            short = f"{len(self.chosen)} of {n:,} coordinates" if len(self.chosen) < n else some
            shaded = f"{short}: {first} dark, {last} light"
            some = shaded if measure(told(shaded), 7) < room else some
        heading(ax, some if n > 1 else letters(walks, self.chosen)[0], room)
        far = 2 * (ylim[1] - ylim[0])
        self.series = []
        for walk, ks in zip(walks, self.ks, strict=True):
            rows = np.searchsorted(walk.trajectory.kept, ks)
            values = np.clip(clean(walk.xs[np.ix_(rows, self.chosen)]), ylim[0] - far, ylim[1] + far)
            across = np.broadcast_to(self.steps.along(ks)[:, None], values.shape)
            self.series.append(np.stack([across, values], axis=-1).transpose(1, 0, 2))  # (coordinates, steps, 2)
        ends = (0.3, 1.0) if theme().dark else (0.0, 0.85)
        shades = [to_hex(shade) for shade in colormaps["viridis"](np.linspace(*ends, len(self.chosen)))]
        wide = 1.6 if len(self.chosen) <= NAMED else 0.9
        self.lines = [
            LineCollection([], colors=shades if alone else [walk.colour], linewidths=wide, zorder=4,
                           alpha=1 if alone or len(self.chosen) <= NAMED else 0.7)
            for walk in walks
        ]  # fmt: skip
        for line in self.lines:
            ax.add_collection(line, autolim=False)
        for height, shade in zip(aims, shades, strict=False):
            colour = shade if alone and len(aims) <= NAMED else theme().pale
            ax.plot([1.008, 1.03], [height] * 2, color=colour, lw=1.6, transform=ax.get_yaxis_transform(),
                    clip_on=False)  # fmt: skip
        if len(aims) > NAMED:
            ax.annotate("x*", (1.019, float(np.max(aims))), (0, 3), ax.get_yaxis_transform(),
                        textcoords="offset points", ha="center", **font(size=8, color=theme().grey))  # fmt: skip
        if 1 < len(self.chosen) <= NAMED and alone:
            self._name(ax, walks[0], ylim, shades)
        self.heads = Heads(ax, walks if n == 1 else ())
        self.moving: tuple[Artist, ...] = (*self.lines, *self.heads.lines)

    def _name(self, ax: Axes, walk: Walk, ylim: tuple[float, float], shades: Sequence[str]) -> None:
        """The names at the right ends of the lines."""
        ends = np.clip(clean(walk.xs[-1][self.chosen]), *ylim)
        shares = np.nan_to_num((ends - ylim[0]) / (ylim[1] - ylim[0]), nan=0.5)
        box = ax.get_window_extent().height / ax.figure.dpi * 100
        for place, name, shade in zip(apart(shares, 13 / box, 0.02, 0.98), letters([walk], self.chosen), shades,
                                      strict=True):  # fmt: skip
            ax.annotate(fit(name, SHORTEST, 8.5), (1, place), (8, 0), "axes fraction", textcoords="offset points",
                        va="center", **font(name, size=8.5, color=shade))  # fmt: skip

    def update(self, moment: Moment) -> None:
        places = []
        for walk, ks, series, line in zip(self.walks, self.ks, self.series, self.lines, strict=True):
            k = walk.step(moment)
            seen = series[:, : int(np.searchsorted(ks, k, "right"))]
            line.set_segments(list(seen))
            places.append((float(seen[0, -1, 0]), float(seen[0, -1, 1])))
        self.heads.put(places, moment)


def draw(sheet: Sheet, walks: Sequence[Walk], _land: object, box: Box, marks: Marks) -> list[Part]:
    left, top, right, bottom = box
    ax = sheet.axes(left, top, right - SHORTEST, bottom)
    return [Coordinates(ax, walks, marks, right - left)]


PANEL = Panel("beside", draw, help="each coordinate at each step")
