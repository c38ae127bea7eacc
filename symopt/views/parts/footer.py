"""The line below a picture of one walk: x, f with its direction, f″; digits that keep their place."""

from __future__ import annotations

import numpy as np
from matplotlib.artist import Artist
from matplotlib.text import Text

from symopt.views.notation import symbol
from symopt.views.parts.walk import Walk
from symopt.views.sheet.digits import WIDTH, fixed
from symopt.views.sheet.picture import Moment
from symopt.views.sheet.sheet import Sheet, measure
from symopt.views.sheet.theme import theme

SIZE = 9.5
RISE = "▲"


class Readings:
    """x, f and f″ at the step the timestep speaks of, right-aligned at `right`."""

    def __init__(self, sheet: Sheet, walk: Walk, right: float, y: float):
        self.walk = walk
        self.bends = np.where(np.isfinite(walk.fs), walk.trajectory.loss.hess(walk.xs)[:, 0, 0], np.nan)
        self.scales = [float(np.max(np.abs(walk.trajectory.window))), scale(walk.fs), scale(self.bends)]
        self.series = [walk.xs[:, 0], walk.fs, self.bends]
        letter = measure("0", SIZE, mono=True)
        name = symbol(walk.trajectory.loss.names[0])
        name = name if len(name) <= 6 else f"{name[:5]}…"
        fields: list[Text] = []
        for title in ("f″", "f", name):
            fields.append(sheet.text(right, y, size=SIZE, mono=True, ha="right"))
            before = right - letter * (WIDTH + 1.2)
            sheet.text(before, y, f"{title} =", size=SIZE, mono=True, ha="right", color=theme().grey)
            right -= letter * (WIDTH + len(title) + 2 + 3.4)
            if title == "f″":
                right -= letter * 1.2
                self.mark = sheet.text(right + letter * 1.2, y, size=SIZE - 1, ha="center")
        self.fields = fields[::-1]
        self.moving: tuple[Artist, ...] = (*self.fields, self.mark)

    def update(self, moment: Moment) -> None:
        k = self.walk.step(moment)
        for text, series, size in zip(self.fields, self.series, self.scales, strict=True):
            text.set_text(fixed(series[k], size))
        show_direction(self.mark, self.walk, k)


def show_direction(mark: Text, walk: Walk, k: int) -> None:
    """▲ where step k raised f, ▼ where it lowered it."""
    mark.set_text(walk.trajectory.mark(k))
    mark.set_color(theme().bad if mark.get_text() == RISE else theme().good)


def scale(series: np.ndarray) -> float:
    """A size that is typical of the numbers: their median magnitude, so that one giant does not take all digits."""
    known = np.abs(series[np.isfinite(series) & (series != 0)])
    return float(np.median(known)) if known.size else 1.0
