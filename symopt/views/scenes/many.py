"""Three or more variables: f − min f on the left, ‖∇f‖ on the right, the header as in one variable.

One panel stands beside them; more stand below, two in a row, the last of an odd number as wide as both.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symopt.trajectory import Trajectory
from symopt.views import panels as panel
from symopt.views.panels.decay import Decay
from symopt.views.parts.header import Timestep, loss_title
from symopt.views.parts.line.legend import FIRST, ROW, Legend, height
from symopt.views.parts.line.summary import Summary
from symopt.views.parts.walk import FEW, Walk, walks_of
from symopt.views.sheet.paper import Paper
from symopt.views.sheet.picture import Marks, Picture
from symopt.views.sheet.sheet import Part, Sheet, fit, inset
from symopt.views.sheet.theme import theme

WIDTH, HEIGHT, TALL = 640, 400, 290
"""Pixels of the picture across and down, at least, and of a row of panels below it."""
LEFT, EDGE, GUTTER, ROOM = 52, 20, 58, 48
"""Pixels at the sides, between two plots for the numbers of the right one, and under each for what is said of it."""


def picture(trajectories: Sequence[Trajectory], paper: Paper, marks: Marks, panels: Sequence[str]) -> Picture:
    """Three or more variables: f − min f on the left, ‖∇f‖ on the right, the header as in one variable."""
    walks = walks_of(trajectories)
    n, few = walks[0].n, len(walks) <= FEW
    others = [name for name in panels if name != "decay"]  # it is what stands here anyway
    below = len(others) > 1
    aside = 0 if below else panel.width(others, n)
    rest = TALL * -(-len(others) // 2) + 12 if below else 0

    def tall(wide: float) -> float:
        return HEIGHT + max(height(walks, wide - aside - EDGE - LEFT) - 2 * ROW, 0) + rest

    sheet = paper(WIDTH + aside, tall)
    width = sheet.width - aside
    right, foot = width - EDGE, sheet.height - 12
    taken, middle = height(walks, right - LEFT), (LEFT + right) / 2
    top, bottom = FIRST + taken + 24, foot - rest - 56
    one, other = sheet.axes(LEFT, top, middle - 24, bottom), sheet.axes(middle + 34, top, right, bottom)
    parts: list[Any] = [
        Decay(one, walks, "f", marks, 9.5),
        Decay(other, walks, "g", marks, 9.5),
        Legend(sheet, walks, LEFT, right) if few else Summary(sheet, walks, LEFT, right),
        Timestep(sheet, LEFT, foot, note=(right, FIRST + taken + 2), side="right"),
        *(
            rows(sheet, walks, others, (LEFT, bottom + ROOM, right), marks)
            if below
            else panel.drawn("beside", sheet, walks, None, others, (0, top, width, bottom), marks)
        ),
    ]
    inset(sheet, one, LEFT)
    inset(sheet, other, GUTTER)
    loss = fit(loss_title(trajectories[0]), right - LEFT - 200, 10)
    sheet.text(right, foot, loss, size=10, color=theme().grey, ha="right")
    return sheet.picture(*parts)


def rows(
    sheet: Sheet, walks: Sequence[Walk], names: Sequence[str], box: tuple[float, float, float], marks: Marks
) -> list[Part]:
    """The panels two in a row, within a box: left, top, right."""
    first, top, edge = box
    middle = (first + edge) / 2
    parts: list[Part] = []
    found = panel.placed(names, "beside", walks[0].n)
    for index, each in enumerate(found):
        high = top + TALL * (index // 2) + 20
        wide = index % 2 == 0 and index == len(found) - 1
        left, right = (first, edge if wide else middle - 24) if index % 2 == 0 else (middle + 34, edge)
        before = len(sheet.figure.axes)
        parts += each.draw(sheet, walks, None, (left, high, right, high + TALL - 20 - ROOM), marks)
        for ax in sheet.figure.axes[before:]:
            inset(sheet, ax, GUTTER if index % 2 else first)
    return parts
