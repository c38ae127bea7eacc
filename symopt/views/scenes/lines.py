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
from symopt.views.parts.line.legend import FIRST, ROW, Legend
from symopt.views.parts.line.marker import Marker
from symopt.views.parts.line.summary import Summary
from symopt.views.parts.line.trail import Trail, named_once
from symopt.views.parts.walk import FEW, rows_of, walks_of
from symopt.views.sheet.colours import GREY
from symopt.views.sheet.picture import Marks, Picture
from symopt.views.sheet.sheet import Paper, brink, fit, gutter, style_axes

WIDTH_PX, RIGHT = 640, 624


def picture(trajectories: Sequence[Trajectory], paper: Paper, marks: Marks, panels: Sequence[str]) -> Picture:
    walks = walks_of(trajectories)
    few = len(walks) <= FEW
    rows = rows_of(walks)
    extra = max(rows - 2, 0) * ROW
    land = Landscape(walks)
    below = panel.height(panels, 1)
    sheet = paper(WIDTH_PX + panel.width(panels, 1), 400 + extra + below)
    left = gutter(land.ylim)
    ax = sheet.axes(left, FIRST + rows * ROW + 8, brink(land.xlim, left, RIGHT, WIDTH_PX), 332 + extra)
    style_axes(ax, land.xlim, land.ylim)
    land.draw(ax)
    mark(ax, land, marks)
    batches = BatchCurves(ax, walks if len(walks) <= BEADED else (), (land.xs, land.ys))
    places = Places()
    runners = [
        Marker(ax, walk, max(10.5 - 0.8 * rank, 7.5) if few else 6, places if few else None, rank, not few)
        for rank, walk in enumerate(walks)
    ]
    pasts = [
        Trail(ax, walk, 10, named)
        for walk, named in zip(walks if len(walks) <= BEADED else (), named_once(walks), strict=False)
    ]
    legend = Legend(sheet, walks, left, RIGHT) if few else Summary(sheet, walks, left, RIGHT)
    beside = panel.drawn("beside", sheet, walks, land, panels, (0, 56, WIDTH_PX, 329 + extra + below), marks)
    beside += panel.drawn("below", sheet, walks, land, panels, (left, 56, RIGHT, 332 + extra), marks)
    y = 388 + extra + below
    loss = fit(loss_title(trajectories[0]), RIGHT - left - 190, 10)
    sheet.text(RIGHT, y, loss, size=10, color=GREY, ha="right")
    return sheet.picture(
        *beside,
        batches,
        *pasts,
        Best(ax, walks if few else ()),
        *runners,
        legend,
        Timestep(sheet, left, y, note=(left + 150, y)),
    )
