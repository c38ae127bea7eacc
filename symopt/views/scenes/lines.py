"""Several walks in one variable on one curve: the header is the legend, and says at the end how each ended."""

from __future__ import annotations

from collections.abc import Sequence

from symopt.language import told
from symopt.trajectory import Trajectory
from symopt.views import panels as panel
from symopt.views.parts.best import Best
from symopt.views.parts.border import Places
from symopt.views.parts.header import Timestep, loss_title
from symopt.views.parts.line.batch import BEADED, BatchCurves
from symopt.views.parts.line.landscape import Landscape, mark, tint
from symopt.views.parts.line.legend import FIRST, ROW, Legend, height
from symopt.views.parts.line.marker import Marker
from symopt.views.parts.line.summary import Summary
from symopt.views.parts.line.trail import Starts, Trail, named_once
from symopt.views.parts.nest import Nest
from symopt.views.parts.walk import FEW, walks_of
from symopt.views.sheet.paper import Paper
from symopt.views.sheet.picture import Marks, Picture
from symopt.views.sheet.sheet import above, brink, fit
from symopt.views.sheet.theme import theme

WIDTH, HEIGHT, EDGE = 640, 400, 16
"""Pixels at least, and on the right."""


def picture(trajectories: Sequence[Trajectory], paper: Paper, marks: Marks, panels: Sequence[str]) -> Picture:
    walks = walks_of(trajectories)
    few = len(walks) <= FEW
    land = Landscape(walks, paper.look.log)
    aside, below = panel.width(panels, 1), panel.height(panels, 1)
    left = land.gutter

    def tall(wide: float) -> float:
        return HEIGHT + max(height(walks, wide - aside - EDGE - left) - 2 * ROW, 0) + below

    sheet = paper(WIDTH + aside, tall)
    width = sheet.width - aside
    edge, y = width - EDGE, sheet.height - 12
    top, bottom = FIRST + height(walks, edge - left) + 8, y - 56 - below
    ax = sheet.axes(left, top, brink(land.xlim, left, edge, width), bottom)
    land.style(ax)
    tint(ax, land)
    land.draw(ax)
    mark(ax, land, marks)
    batches = BatchCurves(ax, walks if len(walks) <= BEADED else (), (land.xs, land.ys))
    places = Places(ax, land.xs, land.ys)
    runners = [
        Marker(ax, walk, theme().point if few else 6, places if few else None, rank, not few)
        for rank, walk in enumerate(walks)
    ]
    pasts = [
        Trail(ax, walk, theme().point, places if named else None)
        for walk, named in zip(walks if len(walks) <= BEADED else (), named_once(walks), strict=False)
    ]
    if not few:
        above(ax, told("hollow: starts, in the colour of their ends"), size=8, color=theme().grey)
    legend = Legend(sheet, walks, left, edge) if few else Summary(sheet, walks, left, edge)
    beside = panel.drawn("beside", sheet, walks, land, panels, (0, top, width, bottom - 3 + below), marks)
    beside += panel.drawn("below", sheet, walks, land, panels, (left, 56, edge, bottom), marks)
    loss = fit(loss_title(trajectories[0]), edge - left - 200, 10)
    sheet.text(edge, y, loss, size=10, color=theme().grey, ha="right")
    return sheet.picture(
        *beside,
        batches,
        *pasts,
        Starts(ax, walks if not few else ()),
        Best(ax, walks if few else ()),
        *runners,
        Nest(ax, [runner.point for runner in runners] if few else ()),
        places,
        legend,
        Timestep(sheet, left, y, note=(edge, top - 4), side="right"),
    )
