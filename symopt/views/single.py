"""One method in one variable: curve, model, past and verdict on 640 × 400 pixels."""

from __future__ import annotations

from collections.abc import Sequence

from symopt.trajectory import Trajectory
from symopt.views.colours import BLUE
from symopt.views.curve import Landscape, Marks, mark, tint
from symopt.views.footer import Readings
from symopt.views.frame import Paper, brink, gutter, quiet
from symopt.views.header import LINE, Headline, Timestep, lines
from symopt.views.panels import SLOPE, Slope, side_panels, side_width
from symopt.views.past import Lasting, Past
from symopt.views.picture import Picture
from symopt.views.points import Crowd, Runner
from symopt.views.walk import Walk

WIDTH, HEIGHT = 640, 400
TOP, BOTTOM, RIGHT = 56, 326, 624


def picture(trajectory: Trajectory, paper: Paper, marks: Marks = (), panels: Sequence[str] = ()) -> Picture:
    walk = Walk(trajectory, BLUE, "o")
    land = Landscape([walk])
    left = gutter(land.ylim)
    more = LINE if lines(walk, RIGHT - left).rest else 0
    below = SLOPE if "slope" in panels else 0
    sheet = paper(WIDTH + side_width(panels), HEIGHT + more + below)
    top, bottom, foot = TOP + more, BOTTOM + more, 385 + more + below
    beside = side_panels(sheet, [walk], land, panels, WIDTH, foot, marks)
    right = brink(land.xlim, left, RIGHT, WIDTH)
    if below:
        slope = Slope(sheet, [walk], land, (left, bottom + 46, right, bottom + below))
        left = slope.left
        beside.append(slope)
    ax = sheet.axes(left, top, right, bottom)
    quiet(ax, land.xlim, land.ylim)
    tint(ax, land)
    land.draw(ax)
    mark(ax, land, marks)
    return sheet.picture(
        *beside,
        Past(ax, walk),
        Lasting(ax, walk),
        Runner(ax, walk, crowd=Crowd()),
        Headline(sheet, walk, left, RIGHT, top - 10),
        Timestep(sheet, left, foot, note=(left, top - 10)),
        Readings(sheet, walk, RIGHT, foot),
    )
