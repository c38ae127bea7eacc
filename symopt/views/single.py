"""One method in one variable: curve, model, past and verdict on 640 × 400 pixels."""

from __future__ import annotations

from collections.abc import Sequence

from symopt.trajectory import Trajectory
from symopt.views.colours import BLUE
from symopt.views.curve import Landscape, Marks, mark, tint
from symopt.views.footer import Readings
from symopt.views.frame import Paper, gutter, quiet
from symopt.views.header import Headline, Timestep
from symopt.views.panels import SLOPE, Slope, side_panels, side_width
from symopt.views.picture import Picture
from symopt.views.points import Crowd, Model, Runner
from symopt.views.walk import Walk

WIDTH, HEIGHT = 640, 400
TOP, BOTTOM, RIGHT = 56, 326, 624


def picture(trajectory: Trajectory, paper: Paper, marks: Marks = (), panels: Sequence[str] = ()) -> Picture:
    walk = Walk(trajectory, BLUE, "o")
    land = Landscape([walk])
    below = SLOPE if "slope" in panels else 0
    sheet = paper(WIDTH + side_width(panels), HEIGHT + below)
    left = gutter(land.ylim)
    foot = 385 + below
    beside = side_panels(sheet, [walk], land, panels, WIDTH, foot, marks)
    if below:
        slope = Slope(sheet, [walk], land, (left, BOTTOM + 40, RIGHT, BOTTOM + below))
        left = slope.left
        beside.append(slope)
    ax = sheet.axes(left, TOP, RIGHT, BOTTOM)
    quiet(ax, land.xlim, land.ylim)
    tint(ax, land)
    land.draw(ax)
    mark(ax, land, marks)
    return sheet.picture(
        *beside,
        Model(ax, walk),
        Runner(ax, walk, crowd=Crowd()),
        Headline(sheet, walk, left, RIGHT),
        Timestep(sheet, left, foot, note=(left, 46)),
        Readings(sheet, walk, RIGHT, foot),
    )
