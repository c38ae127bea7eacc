"""What the last picture of a walk in one variable keeps of its past: where it began, and its beads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from symopt.language import told
from symopt.views.parts.border import Label, Places
from symopt.views.parts.line.marker import BEAD, FAINT, TRAIL
from symopt.views.parts.walk import Walk
from symopt.views.sheet.colours import verdict_colour
from symopt.views.sheet.picture import Moment
from symopt.views.sheet.theme import theme

APART, CLOSE = 11, 5
"""Pixels from the start to the end at least, for it to be named; between beads, where nearer ones look like a line."""


class Trail:
    """The start, hollow and named among the places, and beads along the whole walk, once it has ended.

    late: so many last places are drawn by others.
    """

    def __init__(self, ax: Axes, walk: Walk, size: float, places: Places | None = None, late: int = TRAIL):
        self.walk = walk
        box, scale = ax.get_window_extent(), ax.figure.dpi / 100
        (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
        path = np.column_stack([walk.xs[:, 0], walk.heights])
        with np.errstate(invalid="ignore"):
            shown = np.all((path >= (x0, y0)) & (path <= (x1, y1)), axis=-1)
            pixels = (path - (x0, y0)) / (x1 - x0, y1 - y0) * (box.width, box.height) / scale
        first = shown[0] and bool(np.hypot(*(pixels[0] - pixels[-1])) > APART or not shown[-1])
        kept = _apart(pixels, np.flatnonzero(shown[: max(walk.last - late, 1)])[not first :])
        style: dict[str, Any] = {"ls": "none", "mfc": theme().paper, "mec": walk.colour, "visible": False}
        (self.beads,) = ax.plot(*path[kept].T, walk.marker, ms=size * BEAD, mew=0.9, alpha=FAINT, zorder=3.5, **style)
        start = path[:1] if first else path[:0]
        (self.start,) = ax.plot(*start.T, walk.marker, ms=size * 0.8, mew=1.5, zorder=5.6, clip_on=False, **style)
        self.word: Label | None = None
        self.moving: tuple[Artist, ...] = (self.beads, self.start)
        if places and first:
            right = bool(walk.grads[0, 0] <= 0 or pixels[0, 0] < 45)
            below = right and bool(walk.grads[0, 0] > 0)
            self.word = places.label(-1, theme().grey)
            place = pixels[0] * scale / (box.width, box.height)
            self.word.say(told("start"), place, (1 if right else -1, -1 if below else 1), 7, 11)
            self.moving += (self.word.text,)

    def update(self, moment: Moment) -> None:
        ended = self.walk.ended(moment)
        for artist in (self.beads, self.start):
            artist.set_visible(ended)
        if self.word:
            self.word.said = ended


def _apart(pixels: np.ndarray, candidates: np.ndarray) -> list[int]:
    """Those candidates that keep their distance from all before them."""
    cells: dict[tuple[int, int], list[int]] = {}
    kept: list[int] = []
    for k in candidates:
        column, row = int(pixels[k, 0] // CLOSE), int(pixels[k, 1] // CLOSE)
        around = (j for c in (-1, 0, 1) for r in (-1, 0, 1) for j in cells.get((column + c, row + r), ()))
        if all(np.hypot(*(pixels[k] - pixels[j])) >= CLOSE for j in around):
            cells.setdefault((column, row), []).append(int(k))
            kept.append(int(k))
    return kept


def named_once(walks: Sequence[Walk]) -> list[bool]:
    """Which walk writes `start`: the first, where all start at one place."""
    together = len({float(walk.xs[0, 0]) for walk in walks}) == 1
    return [together and index == 0 for index in range(len(walks))]


class Starts:
    """Where each of many walks began: hollow on the curve, in the end in the colour of what it came to."""

    def __init__(self, ax: Axes, walks: Sequence[Walk]):
        self.walks = walks
        (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
        inside = [x0 <= walk.xs[0, 0] <= x1 and y0 <= walk.heights[0] <= y1 for walk in walks]
        self.points = [
            ax.plot(walk.xs[:1, 0], walk.heights[:1], walk.marker, ms=5.5, mfc=theme().paper, mew=1.3, zorder=3.5,
                    visible=seen)[0]
            for walk, seen in zip(walks, inside, strict=True)
        ]  # fmt: skip
        self.moving: tuple[Artist, ...] = tuple(self.points)

    def update(self, moment: Moment) -> None:
        for walk, point in zip(self.walks, self.points, strict=True):
            point.set_markeredgecolor(verdict_colour(walk.trajectory) if walk.ended(moment) else walk.colour)
