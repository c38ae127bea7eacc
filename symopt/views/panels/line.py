"""f on the straight line from the start of a walk to its end."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from symopt.language import told
from symopt.views.panels import Box, Panel
from symopt.views.parts.many.slices import Slice, near
from symopt.views.parts.many.some import LINE, WORK, Heads, at_least, heading, remark
from symopt.views.parts.plane.marker import width
from symopt.views.parts.walk import FEW, Walk
from symopt.views.sheet import ranges
from symopt.views.sheet.picture import Marks, Moment
from symopt.views.sheet.ranges import clean
from symopt.views.sheet.sheet import Part, Sheet, font, style_axes
from symopt.views.sheet.theme import theme

PLACES, FEWEST = 241, 33
BEYOND = 0.3
"""Lengths of the line that are shown before its start and behind its end."""


class Line:
    """t ↦ f(x₀ + t·(x_K − x₀)), the curve: start at t = 0, end at t = 1; and what f was on the way, the dots.

    A dot stands over its foot on the line: where it is below the curve, the walk found a lower way beside the line.
    Walks with the same start and end share one grey curve. A walk that ran away is seen up to its last point near the
    window.
    """

    def __init__(self, ax: Axes, walks: Sequence[Walk], room: float):
        self.walks = walks[:FEW]
        loss = walks[0].trajectory.loss
        few = int(np.clip(WORK / (len(self.walks) * (loss.operations + 4 * walks[0].n)), FEWEST, PLACES))
        ts = np.linspace(-BEYOND, 1 + BEYOND, few)
        self.feet: list[np.ndarray] = []
        self.fs: list[np.ndarray] = []
        curves = []
        for walk in self.walks:
            seen = near(walk)
            start, end = walk.xs[0], walk.xs[seen[-1] if len(seen) else 0]
            way = end - start
            length = float(np.sqrt(way @ way))
            self.fs.append(walk.fs[walk.trajectory.kept])
            if not length > 0:
                self.feet.append(np.full(len(walk.xs), np.nan))
                continue
            slice_ = Slice(loss, start, way[None] / length)
            curves.append((walk, clean(slice_(ts[:, None] * length))))
            self.feet.append(slice_.placed(walk.xs)[:, 0] / length)
        heading(ax, "f straight from start to end", room)
        if not curves:
            style_axes(ax, (-BEYOND, 1 + BEYOND), (0, 1), 8.5, (4, 1))
            ax.set_yticks([])
            said = told("start and end are one point")
            ax.text(0.5, 0.5, said, transform=ax.transAxes, ha="center", **font(said, size=8.5, color=theme().grey))
        else:
            feet, fs = np.concatenate(self.feet), np.concatenate(self.fs)
            ys = np.concatenate([curve for _, curve in curves])
            order = np.argsort(np.tile(ts, len(curves)), kind="stable")
            ylim = ranges.upright(np.tile(ts, len(curves))[order], ys[order], feet, fs)
            style_axes(ax, (-BEYOND, 1 + BEYOND), ylim, 8.5, (4, 4))
            far = 3 * (ylim[1] - ylim[0])
            self.far = ylim[0] - far, ylim[1] + far
            shared = all(np.allclose(curve, curves[0][1], rtol=1e-3, atol=1e-3 * np.ptp(ylim)) for _, curve in curves)
            for rank, (walk, curve) in enumerate(curves[:1] if shared else curves):
                ax.plot(ts, np.clip(curve, *self.far), color=theme().grey if shared else walk.colour,
                        lw=1.6 if shared else width(rank, len(curves)), zorder=3)  # fmt: skip
        ax.xaxis.set_ticks([0, 1], [told("start"), told("end")], **font(told("start"), size=8.5, color=theme().grey))
        remark(ax, "curve: f on the straight line", room)
        remark(ax, "dots: f at the steps, which leave that line", room, 1)
        if len(walks) > FEW:
            remark(ax, f"{FEW} of {len(walks)} walks", room, 2)
        self.dots = [
            ax.plot([], [], ".-", ms=5, mew=0, lw=0.7, color=walk.colour, alpha=0.75, zorder=4)[0]
            for walk in self.walks
        ]
        self.heads = Heads(ax, self.walks)
        self.moving: tuple[Artist, ...] = (*self.dots, *self.heads.lines)
        (self.low, self.high) = ax.get_ylim()

    def update(self, moment: Moment) -> None:
        places = []
        for walk, feet, fs, dots in zip(self.walks, self.feet, self.fs, self.dots, strict=True):
            row = walk.row(walk.step(moment))
            dots.set_data(feet[: row + 1], clean(fs[: row + 1]))
            inside = -BEYOND <= feet[row] <= 1 + BEYOND and self.low <= fs[row] <= self.high
            places.append((float(feet[row]), float(fs[row])) if inside else (np.nan, np.nan))
        self.heads.put(places, moment)


def draw(sheet: Sheet, walks: Sequence[Walk], _land: object, box: Box, _marks: Marks) -> list[Part]:
    left, top, right, bottom = box
    return [Line(sheet.axes(left, top, right, bottom - LINE), walks, right - left)]


PANEL = Panel("beside", draw, help="f on the line from start to end: a slice", check=at_least("line", 2))
