"""f on the plane closest to the path."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from symopt.views.panels import Box, Panel
from symopt.views.parts.many.slices import Slice, near, principal
from symopt.views.parts.many.some import LINE, Heads, at_least, heading, remark
from symopt.views.parts.plane.landscape import Landscape
from symopt.views.parts.plane.marker import width
from symopt.views.parts.plane.relief import paint
from symopt.views.parts.walk import FEW, Walk
from symopt.views.sheet.captions import Captions
from symopt.views.sheet.picture import Marks, Moment
from symopt.views.sheet.segments import drawable
from symopt.views.sheet.sheet import Part, Sheet, style_axes
from symopt.views.sheet.theme import theme

GRID = 121
MARGIN, THIN = 0.2, 0.25
"""Shares of its length by which the picture is larger than the path, and that it is wide at least."""


class Plane:
    """Levels of f on the principal plane of all the walks' points, moved to go through the lowest end, and the walks'
    feet on it. The share of the points' variance that the plane holds is said under it: what is missing, the path
    did beside the plane, and there f is not what the levels say.
    """

    def __init__(self, ax: Axes, walks: Sequence[Walk], room: float):
        self.walks = walks
        loss = walks[0].trajectory.loss
        seen = [near(walk) for walk in walks]
        ends = [(float(walk.fs[walk.trajectory.kept][rows[-1]]), walk.xs[rows[-1]], walk)
                for walk, rows in zip(walks, seen, strict=True) if len(rows)]  # fmt: skip
        _, origin, best = min(ends or [(0.0, walks[0].xs[0], walks[0])], key=lambda each: each[0])
        found = principal(walks, origin)
        part = Slice(loss, origin, found.axes)
        self.paths = [part.placed(walk.xs) for walk in walks]
        inside = np.concatenate([path[rows] for path, rows in zip(self.paths, seen, strict=True)] + [np.zeros((1, 2))])
        low, high = inside.min(0), inside.max(0)
        size = np.maximum(high - low, THIN * float((high - low).max()) or 1.0)
        middle = (low + high) / 2
        window = np.column_stack([middle - (0.5 + MARGIN) * size, middle + (0.5 + MARGIN) * size])
        ground = Landscape.over(_loss(part), window, [(0.0, 0.0)] if best.trajectory.lowest else [], GRID)
        style_axes(ax, ground.xlim, ground.ylim, 8.5, (4, 4))
        paint(ax, ground)
        heading(ax, "f on the plane closest to the path", room)
        pale = "dark: low; (0, 0): the lowest end" if theme().dark else "light: low; (0, 0): the lowest end"
        remark(ax, pale, room)
        left = sum(len(walk.xs) - len(rows) for walk, rows in zip(walks, seen, strict=True))
        remark(ax, f"{100 * sum(found.shares):.3g} % of the path's variance lies in it", room, 1)
        if left:
            remark(ax, f"points far outside, left out: {left}", room, 2)
        self.low, self.high = window.T
        drawn = [drawable(path, self.low, self.high) for path in self.paths]
        self.trails = [each for each, _ in drawn]
        self.counts = [count for _, count in drawn]
        few = len(walks) <= FEW
        style: dict[str, Any] = {"marker": ".", "ms": 4, "mew": 0} if max(walk.last for walk in walks) <= 60 else {}
        self.lines = [
            ax.plot([], [], color=walk.colour, lw=width(rank, len(walks)), alpha=1 if few else 0.6, zorder=4, **style)[
                0
            ]
            for rank, walk in enumerate(walks)
        ]
        self.heads = Heads(ax, walks)
        starts = np.array([path[0] for path in self.paths])
        self.starts = ax.plot(starts[:, 0], starts[:, 1], "o", ms=4.5 if few else 3, mfc=theme().paper,
                              mec=theme().ink, mew=1, ls="none", zorder=4.8)  # fmt: skip
        if few:
            names = Captions(ax, self.paths, [*starts])
            for place in starts[:1]:
                names.put(place, "start")
        self.moving: tuple[Artist, ...] = (*self.lines, *self.starts, *self.heads.lines)

    def update(self, moment: Moment) -> None:
        places = []
        for walk, line, trail, count, path in zip(self.walks, self.lines, self.trails, self.counts, self.paths,
                                                  strict=True):  # fmt: skip
            row = walk.row(walk.step(moment))
            line.set_data(trail[: count[row], 0], trail[: count[row], 1])
            inside = bool(((path[row] >= self.low) & (path[row] <= self.high)).all())
            places.append((float(path[row, 0]), float(path[row, 1])) if inside else (np.nan, np.nan))
        self.heads.put(places, moment)


def _loss(part: Slice) -> Any:
    """A slice is asked for what a landscape asks of a loss: values, and what they cost."""
    return part


def draw(sheet: Sheet, walks: Sequence[Walk], _land: object, box: Box, _marks: Marks) -> list[Part]:
    left, top, right, bottom = box
    return [Plane(sheet.axes(left, top, right, bottom - LINE), walks, right - left)]


PANEL = Panel("beside", draw, help="f on the plane closest to the path: a slice", check=at_least("plane", 3))
