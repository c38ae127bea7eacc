"""A walk's point in a panel."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from matplotlib.axes import Axes

from symopt.views.parts.walk import Walk
from symopt.views.sheet.segments import inside
from symopt.views.sheet.sheet import font, measure
from symopt.views.sheet.theme import theme

EDGE = 0.012
GLYPHS = {"o": "●", "^": "▲", "s": "■", "D": "◆", "v": "▼", "P": "✚", "X": "✖"}
"""The markers of the walks as letters."""


class Places:
    """Arrows and labels at the border of one picture: a later one gives way to an earlier one."""

    def __init__(self) -> None:
        self.labels: dict[int, tuple[float, float, float]] = {}
        self.arrows: dict[int, np.ndarray] = {}
        self.words: list[tuple[float, float, float]] = []
        """Words that stand still, in axes: left, right and the middle's height."""

    def place(self, rank: int, y: float, down: bool, span: tuple[float, float]) -> float:
        """The free height (in axes) nearest to y for the label of `rank`, which takes a span across."""
        taken = [place for other, place in self.labels.items() if other < rank]
        low, high = span
        while any(left < high and right > low and abs(y - y0) < 0.05 for left, right, y0 in taken) or any(
            left < high and right > low and abs(y + 0.01 - middle) < 0.06 for left, right, middle in self.words
        ):
            y += -0.055 if down else 0.055
        self.labels[rank] = low, high, y
        return y

    def queue(self, rank: int, place: np.ndarray, along: int) -> np.ndarray:
        """The free place (2,) in axes for the arrow of `rank`, moved along its border."""
        taken = [other for key, other in self.arrows.items() if key < rank]
        middle = 1 if place[along] < 0.5 else -1
        # on the floor or the ceiling labels are towards the middle, so arrows go outwards while there is room
        outwards = along == 0 and abs(place[0] - 0.5) < 0.3
        step = np.eye(2)[along] * 0.055 * (-middle if outwards else middle)
        while any(np.abs(place - other).max() < 0.05 for other in taken):
            place = place + step
        self.arrows[rank] = place
        return place


class Border:
    """The border of a picture: a point beyond it is held just inside, with an arrow and its value."""

    ARROWS: ClassVar = {(-1, 0): "<", (1, 0): ">", (0, -1): "v", (0, 1): "^"}

    def __init__(self, ax: Axes, walk: Walk, places: Places | None, rank: int = 0, named: bool = False):
        self.low, self.high = np.array([ax.get_xlim(), ax.get_ylim()], dtype=float).T
        (self.x0, self.y0), (self.x1, self.y1) = map(float, self.low), map(float, self.high)
        self.places, self.rank = places, rank
        self.wide = ax.get_window_extent().width / ax.figure.dpi * 100
        self.name = f"{GLYPHS.get(walk.marker, '')} " if named else ""
        style = font(size=8.5, color=walk.colour, zorder=8)
        self.label = ax.text(0, 0, "", transform=ax.transAxes, visible=False, **style)
        self.label.set_bbox({"boxstyle": "round,pad=0.15", "facecolor": theme().veil(0.85), "edgecolor": "none"})

    def clamp(self, x: float, y: float, origin: np.ndarray | None = None) -> tuple[float, float, str]:
        """The place shown, and the marker of its arrow, empty where the point is in the picture.

        origin: where it came from, (2,). Beyond a corner it is held where its way from there leaves the picture.
        """
        place = np.array([x, y], dtype=float)
        beyond = (place > self.high) * 1 - (place < self.low)
        if self.places:
            self.places.arrows.pop(self.rank, None)
        if not beyond.any():
            return float(x), float(y), ""
        if beyond.all() and origin is not None:
            place = self.exit(origin, place)
            beyond[np.argmin(np.abs((place - self.low) / (self.high - self.low) - 0.5))] = 0
        side = (int(beyond[0]), 0) if beyond[0] else (0, int(beyond[1]))
        margin = np.array([EDGE, 2 * EDGE])
        with np.errstate(over="ignore"):
            share = np.clip((place - self.low) / (self.high - self.low), margin, 1 - margin)
        if self.places:
            share = self.places.queue(self.rank, share, 1 if side[0] else 0)
        x, y = self.low + share * (self.high - self.low)
        return float(x), float(y), self.ARROWS[side]

    def exit(self, origin: np.ndarray, place: np.ndarray) -> np.ndarray:
        """Where the way to a place leaves the picture; if it passes by, the way from the picture's middle."""
        _, last = inside(origin, place, self.low, self.high)
        return last if np.isfinite(last).all() else inside((self.low + self.high) / 2, place, self.low, self.high)[1]

    def hide_label(self) -> None:
        """No label: the point is in the picture, or under way."""
        self.label.set_visible(False)
        if self.places:
            self.places.labels.pop(self.rank, None)

    def show_label(self, x: float, y: float, arrow: str, text: str, colour: str) -> None:
        """The value beside a held point, turned inwards."""
        if self.places is None:
            return
        across, up = (x - self.x0) / (self.x1 - self.x0), (y - self.y0) / (self.y1 - self.y0)
        left = arrow == "<" or (arrow != ">" and across < 0.5)
        down = up > 0.5
        if arrow in "<>":
            across += 0.025 if left else -0.025
            up += -0.06 if up > 0.8 else 0.035
            text = f"← {self.name}{text}" if left else f"{self.name}{text} →"
        else:
            across += 0.022 if left else -0.022
            up -= 0.012
            text = self.name + {"^": "↑ ", "v": "↓ "}.get(arrow, "") + text
        wide = (measure(text, 8.5) + 4) / self.wide
        if (left and across + wide > 1) or (not left and across - wide < 0):
            left, across = True, min(max(across if left else across - wide, 0.0), max(1 - wide, 0.0))
        self.label.set_horizontalalignment("left" if left else "right")
        span = (across, across + wide) if left else (across - wide, across)
        self.label.set_position((across, self.places.place(self.rank, up, down, span)))
        self.label.set_text(text)
        self.label.set_color(colour)
        self.label.set_visible(True)


class ClampedMarker:
    """A walk's point in a panel, kept at the border with an arrow where it lies beyond."""

    def __init__(self, ax: Axes, walk: Walk, size: float):
        self.walk, self.size = walk, size
        self.border = Border(ax, walk, None)
        style: dict[str, Any] = {"mfc": walk.colour, "mec": theme().paper, "mew": 1.1, "zorder": 6, "clip_on": False}
        (self.line,) = ax.plot([], [], walk.marker, **style)

    def put(self, x: float, y: float) -> None:
        arrow = ""
        if np.isfinite([x, y]).all():
            x, y, arrow = self.border.clamp(x, y)
        self.line.set_data([x], [y])
        self.line.set_marker(arrow or self.walk.marker)
        self.line.set_markersize(self.size + 2 * bool(arrow))
