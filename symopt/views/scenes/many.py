"""Three or more variables: f − min f on the left, ‖∇f‖ on the right, the header as in one variable."""

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
from symopt.views.sheet.picture import Marks, Picture
from symopt.views.sheet.sheet import Paper, fit, inset
from symopt.views.sheet.theme import theme

WIDTH = 640


def picture(trajectories: Sequence[Trajectory], paper: Paper, marks: Marks, panels: Sequence[str]) -> Picture:
    """Three or more variables: f − min f on the left, ‖∇f‖ on the right, the header as in one variable."""
    walks = walks_of(trajectories)
    few = len(walks) <= FEW
    left, right = 52, 620
    taken = height(walks, right - left)
    extra = max(taken - 2 * ROW, 0)
    others = [name for name in panels if name != "decay"]  # it is what stands here anyway
    sheet = paper(WIDTH + panel.width(others, walks[0].n), 400 + extra)
    top, bottom, middle = FIRST + taken + 24, 332 + extra, (left + right) / 2
    one, other = sheet.axes(left, top, middle - 24, bottom), sheet.axes(middle + 34, top, right, bottom)
    parts: list[Any] = [
        Decay(one, walks, "f", marks, 9.5),
        Decay(other, walks, "g", marks, 9.5),
        Legend(sheet, walks, left, right) if few else Summary(sheet, walks, left, right),
        Timestep(sheet, left, 388 + extra, note=(right, FIRST + taken + 2), side="right"),
        *panel.drawn("beside", sheet, walks, None, others, (0, 56, WIDTH, bottom), marks),
    ]
    inset(sheet, one, left)
    inset(sheet, other, 58)
    loss = fit(loss_title(trajectories[0]), right - left - 200, 10)
    sheet.text(right, 388 + extra, loss, size=10, color=theme().grey, ha="right")
    return sheet.picture(*parts)
