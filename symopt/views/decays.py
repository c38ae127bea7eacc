"""Three or more variables: how f − min f and ‖∇f‖ fall, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symopt.trajectory import Trajectory
from symopt.views.colours import GREY, identity
from symopt.views.decay import Decay
from symopt.views.frame import Paper, fit
from symopt.views.header import Timestep, loss_title
from symopt.views.picture import Picture
from symopt.views.several import FEW, FIRST, ROW, Census, Legend, walks_of
from symopt.views.walk import Walk


def picture(trajectories: Sequence[Trajectory], paper: Paper, marks: Any = ()) -> Picture:
    """Three or more variables: f − min f on the left, ‖∇f‖ on the right, the header as in one variable."""
    walks = walks_of(trajectories) if len(trajectories) > 1 else [Walk(trajectories[0], *identity(0))]
    few = len(walks) <= FEW
    rows = len(walks) if few else len({walk.label for walk in walks})
    extra = max(rows - 2, 0) * ROW
    left, right = 52, 620
    sheet = paper(640, 400 + extra)
    top, bottom, middle = FIRST + rows * ROW + 24, 332 + extra, (left + right) / 2
    parts: list[Any] = [
        Decay(sheet.axes(left, top, middle - 24, bottom), walks, "f", marks, 9.5),
        Decay(sheet.axes(middle + 34, top, right, bottom), walks, "g", marks, 9.5),
        Legend(sheet, walks, left, right) if few else Census(sheet, walks, left, right),
        Timestep(sheet, left, 388 + extra, note=(left + 150, 388 + extra)),
    ]
    loss = fit(loss_title(trajectories[0]), right - left - 190, 10)
    sheet.text(right, 388 + extra, loss, size=10, color=GREY, ha="right")
    return sheet.picture(*parts)
