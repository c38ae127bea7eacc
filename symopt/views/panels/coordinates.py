"""Each coordinate against the step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex

from symopt.views.panels import Box, Panel
from symopt.views.parts.many.known import known
from symopt.views.parts.many.some import Heads, apart, heading, letters, limits, remark, spread, steps_of
from symopt.views.parts.many.unbounded import Unbounded
from symopt.views.parts.walk import FEW, Walk
from symopt.views.sheet.picture import Marks, Moment
from symopt.views.sheet.ranges import clean
from symopt.views.sheet.sheet import Part, Sheet, fit, font, style_axes
from symopt.views.sheet.theme import theme

MOST, PLACES, SAMPLE = 60, 400, 400
"""Lines of all walks together, steps of each, and coordinates of which their fans are; of more evenly spaced ones."""
NAMED, SHORTEST = 12, 22
"""Coordinates up to which each line has its name, and pixels that a name has."""
FAN = (0, 25, 50, 75, 100)
"""Per cent of the coordinates below the edges and the middle line of a fan."""


class Coordinates:
    """xᵢ against k: who moves first, who lags, who hops to and fro.

    Of one walk each is a line with its name and shade; of a few walks in many variables a fan: the median, the middle
    half of them, and of one walk all. Else some are lines in the walks' colours. Short dashes on the right: the
    minimum that is known. What is far outside the window is at the border.
    """

    def __init__(self, ax: Axes, walks: Sequence[Walk], marks: Marks):
        self.walks = walks
        n, alone, few = walks[0].n, len(walks) == 1, len(walks) <= FEW
        self.named = alone and 1 < n <= NAMED
        fan = few and n > NAMED
        self.chosen = spread(n, SAMPLE // len(walks) if fan else max(MOST // len(walks), 4))
        count = len(self.chosen)
        self.steps, self.ks = steps_of(walks, PLACES)
        minima = known(walks, marks)
        aims = minima.nearest(walks[0].xs[-1])[self.chosen] if len(minima.points) else np.empty(0)
        ylim = limits(walks, self.chosen, aims[np.isfinite(aims)])
        style_axes(ax, (0, self.steps.end), ylim, 8.5, (4, 4))
        self.steps.name(ax, 9)
        room = ax.get_window_extent().width / ax.figure.dpi * 100
        some = "the coordinates" if count == n else f"{count} of {n:,} coordinates, evenly spaced"
        if fan:
            said = (
                "line: their median; dark: half of them; pale: all"
                if alone
                else "line: their median; pale: half of them"
            )
            remark(ax, said, room, int(self.steps.powers))
        heading(ax, some if n > 1 else letters(walks, self.chosen)[0], room)
        far = 2 * (ylim[1] - ylim[0])
        self.series = []
        for walk, ks in zip(walks, self.ks, strict=True):
            rows = np.searchsorted(walk.trajectory.kept, ks)
            values = np.clip(clean(walk.xs[np.ix_(rows, self.chosen)]), ylim[0] - far, ylim[1] + far)
            if fan:
                values = np.percentile(values, FAN, axis=1).T
            across = np.broadcast_to(self.steps.along(ks)[:, None], values.shape)
            self.series.append(np.stack([across, values], axis=-1).transpose(1, 0, 2))  # (coordinates, steps, 2)
        # names in yellow are to be read on white, and those in dark red on black
        share, ground = (0.65, 0.35) if theme().dark else (0.8, 0.0)
        shades = [to_hex(share * shade[:3] + ground) for shade in colormaps["turbo"](np.linspace(0.05, 0.95, count))]
        wide: Any = (0.0, 0.0, 1.8, 0.0, 0.0) if fan else 1.4 if n <= NAMED else 0.9
        self.lines = [
            LineCollection([], colors=shades if self.named else [walk.colour], linewidths=wide, zorder=4,
                           alpha=1 if alone or n <= NAMED else 0.7)
            for walk in walks
        ]  # fmt: skip
        for line in self.lines:
            ax.add_collection(line, autolim=False)
        self.fans = [
            ax.fill([0], [ylim[0]], fc=walk.colour, lw=0, alpha=alpha, zorder=3)[0]
            for walk in (walks if fan else ())
            for alpha in ((0.2, 0.35) if alone else (0.0, 0.2))
        ]
        for height, shade in zip(aims, shades, strict=False):
            colour = shade if self.named else theme().pale
            ax.plot([1.008, 1.03], [height] * 2, color=colour, lw=1.6, transform=ax.get_yaxis_transform(),
                    clip_on=False)  # fmt: skip
        if count > NAMED and len(aims):
            ax.annotate("x*", (1.019, float(np.max(aims))), (0, 3), ax.get_yaxis_transform(),
                        textcoords="offset points", ha="center", **font(size=8, color=theme().grey))  # fmt: skip
        if self.named:
            self._name(ax, walks[0], ylim, shades)
        self.heads = Heads(ax, walks if n == 1 else ())
        self.moving: tuple[Artist, ...] = (*self.fans, *self.lines, *self.heads.lines)

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
        walks = zip(self.walks, self.ks, self.series, self.lines, strict=True)
        for index, (walk, ks, series, line) in enumerate(walks):
            k = walk.step(moment)
            seen = series[:, : int(np.searchsorted(ks, k, "right"))]
            line.set_segments(list(seen))
            for low, band in enumerate(self.fans[2 * index : 2 * index + 2]):
                band.set_xy(np.concatenate([seen[low], seen[-1 - low][::-1]]))
            places.append((float(seen[0, -1, 0]), float(seen[0, -1, 1])))
        self.heads.put(places, moment)


def draw(sheet: Sheet, walks: Sequence[Walk], _land: object, box: Box, marks: Marks) -> list[Part]:
    left, top, right, bottom = box
    named = len(walks) == 1 and 1 < walks[0].n <= NAMED
    ax = sheet.axes(left, top, right - SHORTEST * named, bottom)
    return [Unbounded(ax, walks, int(walks[0].n > NAMED)), Coordinates(ax, walks, marks)]


PANEL = Panel("beside", draw, help="each coordinate at each step")
