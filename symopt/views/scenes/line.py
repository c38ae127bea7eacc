"""One method in one variable: curve, model, past and verdict on 640 × 400 pixels."""

from __future__ import annotations

from collections.abc import Sequence

from symopt.trajectory import Trajectory
from symopt.views import panels as panel
from symopt.views.parts.best import Best
from symopt.views.parts.border import Places
from symopt.views.parts.footer import Readings
from symopt.views.parts.header import LINE, Headline, Timestep, lines
from symopt.views.parts.line.batch import BatchCurves
from symopt.views.parts.line.crossing import Crossing
from symopt.views.parts.line.landscape import Landscape, mark, tint
from symopt.views.parts.line.marker import Marker
from symopt.views.parts.line.model import LastModel
from symopt.views.parts.line.trail import Trail
from symopt.views.parts.walk import walks_of
from symopt.views.sheet.paper import Paper
from symopt.views.sheet.picture import Marks, Picture
from symopt.views.sheet.sheet import brink
from symopt.views.sheet.theme import theme

WIDTH, HEIGHT = 640, 400
"""Pixels at least."""
TOP, FOOT, EDGE = 56, 15, 16
"""Pixels above the curve, below the readings, and on the right."""


def picture(trajectories: Sequence[Trajectory], paper: Paper, marks: Marks, panels: Sequence[str]) -> Picture:
    (walk,) = walks_of(trajectories)
    land = Landscape([walk], paper.look.log)
    left = land.gutter
    aside, below = panel.width(panels, 1), panel.height(panels, 1)

    def more(edge: float) -> int:
        return LINE * (lines(walk, edge - left).rows - 1)

    sheet = paper(WIDTH + aside, lambda wide: HEIGHT + more(wide - aside - EDGE) + below)
    width = sheet.width - aside
    edge = width - EDGE
    top, foot = TOP + more(edge), sheet.height - FOOT
    bottom = foot - 59 - below
    right = brink(land.xlim, left, edge, width)
    beside = panel.drawn("beside", sheet, [walk], land, panels, (0, top, width, foot - 59), marks)
    under = panel.drawn("below", sheet, [walk], land, panels, (left, top, right, bottom), marks)
    left = max([left, *(part.left for part in under if hasattr(part, "left"))])
    ax = sheet.axes(left, top, right, bottom)
    land.style(ax)
    places = Places(ax, land.xs, land.ys)
    tint(ax, land)
    land.draw(ax)
    mark(ax, land, marks)
    model = LastModel(ax, walk, places)
    return sheet.picture(
        *beside,
        *under,
        BatchCurves(ax, [walk], (land.xs, land.ys), model.kept),
        Trail(ax, walk, theme().point, places),
        Best(ax, [walk]),
        model,
        Crossing(ax, walk, land),
        Marker(ax, walk, theme().point, places),
        places,
        Headline(sheet, walk, left, edge, top - 10),
        Timestep(sheet, left, foot, note=(edge, 27), side="right"),
        Readings(sheet, walk, edge, foot),
    )
