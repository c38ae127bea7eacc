"""Several walks in one variable on one curve: the header is the legend, and says at the end how each ended."""

from __future__ import annotations

from collections.abc import Sequence

from symopt.trajectory import Trajectory
from symopt.views import panels as panel
from symopt.views.parts.best import Best
from symopt.views.parts.border import Places
from symopt.views.parts.header import Timestep, loss_title
from symopt.views.parts.line.batch import BEADED, BatchCurves
from symopt.views.parts.line.landscape import Landscape, mark
from symopt.views.parts.line.legend import FIRST, ROW, Legend, height
from symopt.views.parts.line.marker import Marker
from symopt.views.parts.line.summary import Summary
from symopt.views.parts.line.trail import Starts, Trail, named_once
from symopt.views.parts.nest import Nest
from symopt.views.parts.walk import FEW, walks_of
from symopt.views.sheet.picture import Marks, Picture
from symopt.views.sheet.sheet import Paper, brink, fit, gutter, style_axes
from symopt.views.sheet.theme import theme

WIDTH_PX, RIGHT = 640, 624


def picture(trajectories: Sequence[Trajectory], paper: Paper, marks: Marks, panels: Sequence[str]) -> Picture:
    walks = walks_of(trajectories)
    few = len(walks) <= FEW
    land = Landscape(walks)
    below = panel.height(panels, 1)
    left = gutter(land.ylim)
    taken = height(walks, RIGHT - left)
    extra = max(taken - 2 * ROW, 0)
    sheet = paper(WIDTH_PX + panel.width(panels, 1), 400 + extra + below)
    top = FIRST + taken + 8
    ax = sheet.axes(left, top, brink(land.xlim, left, RIGHT, WIDTH_PX), 332 + extra)
    style_axes(ax, land.xlim, land.ylim)
    land.draw(ax)
    mark(ax, land, marks)
    batches = BatchCurves(ax, walks if len(walks) <= BEADED else (), (land.xs, land.ys))
    places = Places()
    runners = [
        Marker(ax, walk, 9 if few else 6, places if few else None, rank, not few) for rank, walk in enumerate(walks)
    ]
    pasts = [
        Trail(ax, walk, 9, named, places)
        for walk, named in zip(walks if len(walks) <= BEADED else (), named_once(walks), strict=False)
    ]
    legend = Legend(sheet, walks, left, RIGHT) if few else Summary(sheet, walks, left, RIGHT)
    beside = panel.drawn("beside", sheet, walks, land, panels, (0, top, WIDTH_PX, 329 + extra + below), marks)
    beside += panel.drawn("below", sheet, walks, land, panels, (left, 56, RIGHT, 332 + extra), marks)
    y = 388 + extra + below
    loss = fit(loss_title(trajectories[0]), RIGHT - left - 200, 10)
    sheet.text(RIGHT, y, loss, size=10, color=theme().grey, ha="right")
    return sheet.picture(
        *beside,
        batches,
        *pasts,
        Starts(ax, walks if not few else ()),
        Best(ax, walks if few else ()),
        *runners,
        Nest(ax, [runner.point for runner in runners] if few else ()),
        legend,
        Timestep(sheet, left, y, note=(RIGHT, top - 4), side="right"),
    )
