"""A walk's point in a panel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, TypeAlias

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.text import Text
from numpy.typing import ArrayLike

from symopt.views.drawing import unhinted
from symopt.views.parts.walk import Walk
from symopt.views.sheet.captions import POINT, SIZE
from symopt.views.sheet.picture import Moment
from symopt.views.sheet.segments import inside
from symopt.views.sheet.sheet import font, measure
from symopt.views.sheet.theme import theme

EDGE = 0.012
GAP, FAR, STRUCK = 13.0, 120, 60
"""Pixels from an arrow to its label, those up and down within which it may lie, and those farther that it rather goes
than lie on a curve.
"""
LEAST = 7.0
"""Points of size of the marks besides the walks' from which labels keep away."""
Box: TypeAlias = "tuple[np.ndarray, np.ndarray]"
"""The middle (2,) of what takes room and half its size (2,), in pixels at 100 dpi."""
GLYPHS = {"o": "●", "^": "▲", "s": "■", "D": "◆", "v": "▼", "P": "✚", "X": "✖"}
"""The markers of the walks as letters."""


class Label:
    """A text that is to stand in the picture wherever it covers nothing.

    said: whether it is to be seen. place: what it speaks of, (2,) in axes. half: of its size in pixels.
    """

    def __init__(self, text: Text):
        self.text, self.said, self.place, self.half = text, False, np.zeros(2), np.zeros(2)

    def say(
        self, words: str, place: np.ndarray, towards: tuple[int, int], gap: float, rise: float, both: bool = True
    ) -> None:
        """What it says of a place, at first so many pixels beside and above (towards (1, 1)) it; on both sides of it
        or on one.
        """
        self.place, self.towards, self.gap, self.rise, self.both = place, towards, gap, rise, both
        self.half = np.array([measure(words, SIZE) / 2 + 2, SIZE * POINT / 2 + 0.6])
        self.text.set_text(words)

    def free(self, taken: Sequence[Box], edges: np.ndarray, curve: np.ndarray) -> np.ndarray | None:
        """The middle (2,) in pixels that meets nothing, as near as can be to the first choice and rather beside a
        curve (m, 2) than on it; None where all meets.
        """
        across, up = self.towards
        side, shift, away = np.meshgrid([1, -1] if self.both else [1], [0, 20, 40, 80], np.arange(-FAR, FAR + 1, 6))
        wanted = np.stack([across * side * (self.gap + self.half[0] + shift), up * (self.rise + away)], -1)
        wanted = (wanted + self.place * edges).reshape(-1, 2)
        half = np.minimum(self.half + (0, 2), edges / 2)
        middles = np.clip(wanted, half, edges - half)
        cost = (40 * (side < 0) + shift / 2 + np.abs(away) + 15 * (away < 0)).ravel() + np.abs(middles - wanted).sum(1)
        cost += STRUCK * (np.abs(middles[:, None] - curve) < self.half).all(-1).any(-1)
        for middle, room in taken:
            cost[(np.abs(middles - middle) < room + self.half).all(1)] = np.inf
        best = int(np.argmin(cost))
        return np.asarray(middles[best]) if np.isfinite(cost[best]) else None


class Places:
    """What stands at the border of axes: arrows, of which a later one gives way to an earlier one, and labels.

    Update it when all walks have been: a label keeps away from the points of walks, from words, insets and the labels
    before it; where nothing is free near its place it is not written.
    """

    moving: tuple[Artist, ...] = ()

    def __init__(self, ax: Axes, xs: ArrayLike = (), ys: ArrayLike = ()) -> None:
        """A curve over places xs is rather not written on."""
        self.ax = ax
        self.curve = self._fine(np.asarray(xs, dtype=float), np.asarray(ys, dtype=float))
        self.arrows: dict[int, np.ndarray] = {}
        self.stands: dict[int, tuple[float, float, Line2D]] = {}
        """Where each walk stands, and its marker."""
        self.labels: dict[int, Label] = {}

    def label(self, rank: int, colour: str) -> Label:
        """A new label, which gives way to those of lower ranks."""
        style = font(size=SIZE, color=colour, zorder=8, ha="center", va="center", visible=False)
        text = self.ax.text(0, 0, "", transform=self.ax.transAxes, **style)
        text.set_bbox({"boxstyle": "round,pad=0.15", "facecolor": theme().veil(0.85), "edgecolor": "none"})
        self.labels[rank] = Label(text)
        return self.labels[rank]

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

    def update(self, moment: Moment) -> None:
        said = [label for _, label in sorted(self.labels.items()) if label.said]
        for label in self.labels.values():
            label.text.set_visible(False)
        if not said:
            return
        box, scale = self.ax.get_window_extent(), self.ax.figure.dpi / 100
        low, edges = np.array([box.x0, box.y0]), np.array([box.width, box.height]) / scale
        taken = [self._point(*stand, edges) for stand in self.stands.values()]
        walks = {id(marker) for *_, marker in self.stands.values()}
        for line in self.ax.lines:
            place = np.asarray(line.get_data(orig=False), dtype=float)
            if (
                place.shape == (2, 1)
                and line.get_markersize() >= LEAST
                and line.get_visible()
                and id(line) not in walks
            ):
                taken.append(self._point(place[0, 0], place[1, 0], line, edges))
        words = [text for text in self.ax.texts if text.get_visible() and text.get_text()]
        with unhinted():
            for each in (*words, *(inset for inset in self.ax.child_axes if inset.get_visible())):
                corners = (each.get_window_extent().get_points() - low) / scale
                taken.append((corners.mean(0), (corners[1] - corners[0]) / 2))
        for label in said:
            found = label.free(taken, edges, self.curve * edges)
            if found is not None:
                label.text.set_visible(True)
                label.text.set_position(tuple(found / edges))
                taken.append((found, label.half))

    def _fine(self, xs: np.ndarray, ys: np.ndarray) -> np.ndarray:
        """Those places of a curve (m, 2) in axes that are inside, one for each fiftieth of a side."""
        (x0, x1), (y0, y1) = self.ax.get_xlim(), self.ax.get_ylim()
        places = np.column_stack([(xs - x0) / (x1 - x0), (ys - y0) / (y1 - y0)])
        with np.errstate(invalid="ignore"):
            return np.unique(np.round(places[((places >= 0) & (places <= 1)).all(-1)] * 50), axis=0) / 50

    def _point(self, x: float, y: float, marker: Line2D, edges: np.ndarray) -> Box:
        """The middle of a walk's marker and half its size, in pixels."""
        (x0, x1), (y0, y1) = self.ax.get_xlim(), self.ax.get_ylim()
        with np.errstate(over="ignore"):
            middle = np.clip((np.array([x, y]) - (x0, y0)) / (x1 - x0, y1 - y0), 0, 1) * edges
        return middle, np.full(2, 0.45 * marker.get_markersize() * POINT)


class Border:
    """The border of a picture: a point beyond it is held just inside, with an arrow and its value."""

    ARROWS: ClassVar = {(-1, 0): "<", (1, 0): ">", (0, -1): "v", (0, 1): "^"}

    def __init__(self, ax: Axes, walk: Walk, places: Places | None, rank: int = 0, named: bool = False):
        self.low, self.high = np.array([ax.get_xlim(), ax.get_ylim()], dtype=float).T
        (self.x0, self.y0), (self.x1, self.y1) = map(float, self.low), map(float, self.high)
        self.places, self.rank = places, rank
        self.name = f"{GLYPHS.get(walk.marker, '')} " if named else ""
        self.label = places.label(rank, walk.colour) if places else None
        self.usual = self._usual(walk) if places else {}
        self.moving: tuple[Artist, ...] = (self.label.text,) if self.label else ()

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

    def stand(self, place: Sequence[float], marker: Line2D) -> None:
        """Tells labels where the walk stands, or what it has just left."""
        if self.places:
            self.places.stands[self.rank] = float(place[0]), float(place[1]), marker

    def _usual(self, walk: Walk) -> dict[str, float]:
        """About where along the border the walk is held, for each arrow, so that its labels keep to one side."""
        path = walk.xs if walk.n == 2 else np.column_stack([walk.xs[:, 0], walk.heights])
        path = path[np.isfinite(path).all(-1)]
        beyond = {"<": path[:, 0] < self.x0, ">": path[:, 0] > self.x1, "v": path[:, 1] < self.y0,
                  "^": path[:, 1] > self.y1}  # fmt: skip
        with np.errstate(over="ignore"):
            share = np.clip((path - self.low) / (self.high - self.low), 0, 1)
        return {
            arrow: float(np.median(share[rows, int(arrow in "<>")])) for arrow, rows in beyond.items() if rows.any()
        }

    def hide_label(self) -> None:
        """No label: the point is in the picture, or under way."""
        if self.label:
            self.label.said = False

    def show_label(self, x: float, y: float, arrow: str, text: str, colour: str) -> None:
        """The value beside a held point, once the places are updated."""
        if not self.label:
            return
        name = self.name
        said = {"<": f"← {name}{text}", ">": f"{name}{text} →", "^": f"{name}↑ {text}", "v": f"{name}↓ {text}"}
        across, up = place = (np.array([x, y]) - self.low) / (self.high - self.low)
        usual = self.usual.get(arrow, up if arrow in ("<", ">") else across)
        inwards = {"<": 1, ">": -1}.get(arrow) or (1 if usual < 0.5 else -1)
        if arrow in ("<", ">"):
            self.label.say(said[arrow], place, (inwards, -1 if usual > 0.8 else 1), GAP, GAP, both=False)
        else:
            self.label.say(said.get(arrow, name + text), place, (inwards, -1 if up > 0.5 else 1), GAP, 0)
        self.label.text.set_color(colour)
        self.label.said = True


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
