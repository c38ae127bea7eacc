"""Which of many coordinates, steps and places are drawn: evenly spaced ones, and the picture says of how many."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from symopt.errors import RenderError
from symopt.language import told
from symopt.loss import Loss
from symopt.views.notation import symbol
from symopt.views.parts.nest import Nest
from symopt.views.parts.steps import Steps
from symopt.views.parts.walk import FEW, Walk
from symopt.views.sheet.picture import Moment
from symopt.views.sheet.ranges import padded
from symopt.views.sheet.sheet import above, fit_words, font
from symopt.views.sheet.theme import theme

WORK = 1.5e9
"""Operations that the places of one panel may take together."""
GROWTH = 1.5
"""Half-widths from the middle of the window up to which coordinates are shown."""
HEAD = 5.5
LINE = 16
"""Pixels of a second remark under a panel."""


def spread(n: int, most: int) -> np.ndarray:
    """At most so many of 0, …, n − 1, first and last included, evenly spaced."""
    return np.arange(n) if n <= most else np.unique(np.linspace(0, n - 1, most).astype(int))


def at_least(panel: str, n: int) -> Callable[[Loss], None]:
    """The check of a panel that means nothing in fewer than n variables."""

    def check(loss: Loss) -> None:
        if loss.n < n:
            raise RenderError(f"the panel {panel} is for at least {n} variables, not for {loss.n}",
                              'panels="coordinates" is for any number', shell="try --panel coordinates")  # fmt: skip

    return check


def heading(ax: Axes, text: str, room: float) -> None:
    """What a panel shows, above it."""
    said, size = fit_words(told(text), room, 9, 7)
    above(ax, said, size=size, color=theme().grey)


def remark(ax: Axes, text: str, room: float, line: int = 0) -> None:
    """What is to be known of a panel, in a line under its axis."""
    said, size = fit_words(told(text), room, 8, 6.5)
    ax.annotate(said, (0, 0), (0, -20 - 11 * line), "axes fraction", textcoords="offset points", va="top",
                **font(said, size=size, color=theme().grey))  # fmt: skip


def limits(walks: Sequence[Walk], chosen: np.ndarray, besides: np.ndarray) -> tuple[float, float]:
    """The range of the coordinates chosen, as far as they stay near the window; besides: others to be shown."""
    low, high = np.inf, -np.inf
    for walk in walks:
        box = walk.trajectory.window
        middle, half = box.mean(1), GROWTH * np.ptp(box, axis=1) / 2
        least, most = (middle - half)[chosen], (middle + half)[chosen]
        values = np.clip(walk.xs[:, chosen], least, most)
        values = values[np.isfinite(values)]
        low, high = min(low, values.min(initial=np.inf)), max(high, values.max(initial=-np.inf))
    if besides.size:
        low, high = min(low, float(besides.min())), max(high, float(besides.max()))
    return padded(float(low), float(high)) if low <= high else (-1.0, 1.0)


def letters(walks: Sequence[Walk], chosen: np.ndarray) -> list[str]:
    """The names of the coordinates chosen."""
    names = walks[0].trajectory.loss.names
    return [symbol(names[int(i)]) for i in chosen]


class Heads:
    """The walks' markers at the fore end of their lines, nested where they meet."""

    def __init__(self, ax: Axes, walks: Sequence[Walk]):
        self.lines: list[Line2D] = [
            ax.plot([], [], walk.marker, ms=HEAD, mfc=walk.colour, mec=theme().paper, mew=0.8, zorder=5, clip_on=False)[
                0
            ]
            for walk in (walks if len(walks) <= FEW else ())
        ]
        self.nest = Nest(ax, self.lines, 0.6)

    def put(self, places: Sequence[tuple[float, float]], moment: Moment) -> None:
        """One place for each walk; nan hides it."""
        for line, place in zip(self.lines, places, strict=False):
            line.set_data([place[0]], [place[1]])
            line.set_markersize(HEAD)
        self.nest.update(moment)


def steps_of(walks: Sequence[Walk], most: int) -> tuple[Steps, list[np.ndarray]]:
    """The axis of steps, and of each walk at most so many of the steps whose points are kept, (m,)."""
    axis = Steps([walk.last for walk in walks])
    found = []
    for walk in walks:
        kept = walk.trajectory.kept
        places = axis.some(walk.last, most)
        found.append(np.unique(kept[np.minimum(np.searchsorted(kept, places), len(kept) - 1)]))
    return axis, found


def apart(heights: np.ndarray, room: float, low: float, high: float) -> np.ndarray:
    """Heights moved so that neighbours are `room` apart, in order, as little as may be, within low and high."""
    order = np.argsort(heights, kind="stable")
    placed = np.clip(heights[order], low, high)
    for k in range(1, len(placed)):
        placed[k] = max(placed[k], placed[k - 1] + room)
    over = placed[-1] - high if len(placed) else 0.0
    if over > 0:
        placed[-1] = high
        for k in range(len(placed) - 2, -1, -1):
            placed[k] = min(placed[k], placed[k + 1] - room)
    back = np.empty_like(placed)
    back[order] = placed
    return back
