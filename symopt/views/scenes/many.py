"""Three or more variables: f − min f on the left, ‖∇f‖ on the right, the header as in one variable.

One panel stands beside them, as wide as each; more stand below, two in a row, the last of an odd number as wide as
both.
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
from symopt.views.parts.walk import FEW, walks_of
from symopt.views.sheet.paper import Paper
from symopt.views.sheet.picture import Marks, Picture
from symopt.views.sheet.sheet import fit, inset
from symopt.views.sheet.theme import theme

WIDTH, HEIGHT, TALL = 640, 400, 300
"""Pixels of the picture across and down, at least, and of a row of panels below it."""
LEFT, EDGE, GUTTER = 52, 20, 58
"""Pixels at the sides, and between two plots for the numbers of the right one."""
BELOW, REMARKS, ROOM = 56, 22, 58
"""Pixels under the plots, more of them where a panel stands beside, and under each panel for what is said of it."""


def picture(trajectories: Sequence[Trajectory], paper: Paper, marks: Marks, panels: Sequence[str]) -> Picture:
    """Three or more variables: f − min f on the left, ‖∇f‖ on the right, the header as in one variable."""
    walks = walks_of(trajectories)
    n, few = walks[0].n, len(walks) <= FEW
    others = panel.placed([name for name in panels if name != "decay"], "beside", n)  # decay stands here anyway
    aside = others if len(others) == 1 else []
    below = others[len(aside) :]
    rest = TALL * -(-len(below) // 2) + 24 if below else 0
    under = BELOW + REMARKS * len(aside)

    def tall(wide: float) -> float:
        return HEIGHT + max(height(walks, wide - EDGE - LEFT) - 2 * ROW, 0) + REMARKS * len(aside) + rest

    sheet = paper(WIDTH + panel.SIDE * len(aside), tall)
    right, foot = sheet.width - EDGE, sheet.height - 12
    taken = height(walks, right - LEFT)
    top, bottom = FIRST + taken + 24, foot - rest - under
    first = columns(2 + len(aside), LEFT, right)
    one, other = (sheet.axes(left, top, edge, bottom) for left, edge in first[:2])
    parts: list[Any] = [
        Decay(one, walks, "f", marks, 9.5),
        Decay(other, walks, "g", marks, 9.5),
        Legend(sheet, walks, LEFT, right) if few else Summary(sheet, walks, LEFT, right),
        Timestep(sheet, LEFT, foot, note=(right, FIRST + taken + 2), side="right"),
    ]
    inset(sheet, one, LEFT)
    inset(sheet, other, GUTTER)
    boxes: list[panel.Box] = [(left, top, edge, bottom) for left, edge in first[2:]]
    for row in range(0, len(below), 2):
        here, high = below[row : row + 2], bottom + ROOM + TALL * (row // 2) + 20
        boxes += [(left, high, edge, high + TALL - 20 - ROOM) for left, edge in columns(len(here), LEFT, right)]
    for each, box in zip(others, boxes, strict=True):
        before = len(sheet.figure.axes)
        parts += each.draw(sheet, walks, None, box, marks)
        for ax in sheet.figure.axes[before:]:
            inset(sheet, ax, LEFT if box[0] == LEFT else GUTTER)
    loss = fit(loss_title(trajectories[0]), right - LEFT - 200, 11)
    sheet.text(right, foot, loss, size=11, color=theme().grey, ha="right")
    return sheet.picture(*parts)


def columns(count: int, left: float, right: float) -> list[tuple[float, float]]:
    """The sides of so many plots in a row, equally wide."""
    wide = (right - left + GUTTER) / count
    return [(left + wide * k, left + wide * (k + 1) - GUTTER) for k in range(count)]
