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
from symopt.views.sheet.picture import Marks, Picture
from symopt.views.sheet.sheet import Paper, Part, Sheet, fit, inset
from symopt.views.sheet.theme import theme

WIDTH, TALL = 640, 290
"""Pixels of the picture across, and of a row of panels below it."""
LEFT, RIGHT, GUTTER, ROOM = 52, 620, 58, 48
"""Pixels at the sides, between two plots for the numbers of the right one, and under each for what is said of it."""
MIDDLE = (LEFT + RIGHT) / 2


def picture(trajectories: Sequence[Trajectory], paper: Paper, marks: Marks, panels: Sequence[str]) -> Picture:
    """Three or more variables: f − min f on the left, ‖∇f‖ on the right, the header as in one variable."""
    walks = walks_of(trajectories)
    n, few = walks[0].n, len(walks) <= FEW
    taken = height(walks, RIGHT - LEFT)
    others = [name for name in panels if name != "decay"]  # it is what stands here anyway
    below = len(others) > 1
    extra = max(taken - 2 * ROW, 0)
    foot = 388 + extra + (TALL * -(-len(others) // 2) + 12 if below else 0)
    sheet = paper(WIDTH + (0 if below else panel.width(others, n)), foot + 12)
    top, bottom = FIRST + taken + 24, 332 + extra
    one, other = sheet.axes(LEFT, top, MIDDLE - 24, bottom), sheet.axes(MIDDLE + 34, top, RIGHT, bottom)
    parts: list[Any] = [
        Decay(one, walks, "f", marks, 9.5),
        Decay(other, walks, "g", marks, 9.5),
        Legend(sheet, walks, LEFT, RIGHT) if few else Summary(sheet, walks, LEFT, RIGHT),
        Timestep(sheet, LEFT, foot, note=(RIGHT, FIRST + taken + 2), side="right"),
        *(
            rows(sheet, walks, others, bottom + ROOM, marks)
            if below
            else panel.drawn("beside", sheet, walks, None, others, (0, 56, WIDTH, bottom), marks)
        ),
    ]
    inset(sheet, one, LEFT)
    inset(sheet, other, GUTTER)
    loss = fit(loss_title(trajectories[0]), RIGHT - LEFT - 200, 10)
    sheet.text(RIGHT, foot, loss, size=10, color=theme().grey, ha="right")
    return sheet.picture(*parts)


def rows(sheet: Sheet, walks: Sequence[Walk], names: Sequence[str], top: float, marks: Marks) -> list[Part]:
    """The panels two in a row, from `top` on."""
    parts: list[Part] = []
    found = panel.placed(names, "beside", walks[0].n)
    for index, each in enumerate(found):
        high = top + TALL * (index // 2) + 20
        wide = index % 2 == 0 and index == len(found) - 1
        left, right = (LEFT, RIGHT if wide else MIDDLE - 24) if index % 2 == 0 else (MIDDLE + 34, RIGHT)
        before = len(sheet.figure.axes)
        parts += each.draw(sheet, walks, None, (left, high, right, high + TALL - 20 - ROOM), marks)
        for ax in sheet.figure.axes[before:]:
            inset(sheet, ax, GUTTER if index % 2 else LEFT)
    return parts
