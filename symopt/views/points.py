"""What moves on a curve: the points, their hollow past, the model of the next step, and what lies off the picture."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from symopt.views.colours import VERMILLION, verdict_colour, verdict_marker
from symopt.views.digits import short
from symopt.views.frame import font
from symopt.views.picture import Moment
from symopt.views.segments import inside
from symopt.views.walk import Walk

TRAIL = 6
EDGE = 0.012
GLYPHS = {"o": "●", "^": "▲", "s": "■", "D": "◆", "v": "▼", "P": "✚", "X": "✖"}
"""The markers of the walks as letters."""
SMALLEST = 15
"""Pixels from the point to × below which a model is only dirt beside the point."""


class Crowd:
    """Arrows and labels at the border of one picture: a later one gives way to an earlier one."""

    def __init__(self) -> None:
        self.places: dict[int, tuple[float, float]] = {}
        self.arrows: dict[int, np.ndarray] = {}

    def place(self, rank: int, x: float, y: float, down: bool) -> float:
        """The free height (in axes) nearest to y at x for the label of `rank`."""
        taken = [place for other, place in self.places.items() if other < rank]
        while any(abs(x - x0) < 0.4 and abs(y - y0) < 0.05 for x0, y0 in taken):
            y += -0.055 if down else 0.055
        self.places[rank] = x, y
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


class Clamp:
    """The border of a picture: a point beyond it is held just inside, with an arrow and its value."""

    ARROWS: ClassVar = {(-1, 0): "<", (1, 0): ">", (0, -1): "v", (0, 1): "^"}

    def __init__(self, ax: Axes, walk: Walk, crowd: Crowd | None, rank: int = 0, named: bool = False):
        self.low, self.high = np.array([ax.get_xlim(), ax.get_ylim()], dtype=float).T
        (self.x0, self.y0), (self.x1, self.y1) = map(float, self.low), map(float, self.high)
        self.crowd, self.rank = crowd, rank
        self.name = f"{GLYPHS.get(walk.marker, '')} " if named else ""
        style = font(size=8.5, color=walk.colour, zorder=8)
        self.label = ax.text(0, 0, "", transform=ax.transAxes, visible=False, **style)
        self.label.set_bbox({"boxstyle": "round,pad=0.15", "facecolor": "#ffffffd8", "edgecolor": "none"})

    def hold(self, x: float, y: float, origin: np.ndarray | None = None) -> tuple[float, float, str]:
        """The place shown, and the marker of its arrow, empty where the point is in the picture.

        origin: where it came from, (2,). Beyond a corner it is held where its way from there leaves the picture.
        """
        place = np.array([x, y], dtype=float)
        beyond = (place > self.high) * 1 - (place < self.low)
        if self.crowd:
            self.crowd.arrows.pop(self.rank, None)
        if not beyond.any():
            return float(x), float(y), ""
        if beyond.all() and origin is not None:
            place = self.exit(origin, place)
            beyond[np.argmin(np.abs((place - self.low) / (self.high - self.low) - 0.5))] = 0
        side = (int(beyond[0]), 0) if beyond[0] else (0, int(beyond[1]))
        margin = np.array([EDGE, 2 * EDGE])
        with np.errstate(over="ignore"):
            share = np.clip((place - self.low) / (self.high - self.low), margin, 1 - margin)
        if self.crowd:
            share = self.crowd.queue(self.rank, share, 1 if side[0] else 0)
        x, y = self.low + share * (self.high - self.low)
        return float(x), float(y), self.ARROWS[side]

    def exit(self, origin: np.ndarray, place: np.ndarray) -> np.ndarray:
        """Where the way to a place leaves the picture; if it passes by, the way from the picture's middle."""
        _, last = inside(origin, place, self.low, self.high)
        return last if np.isfinite(last).all() else inside((self.low + self.high) / 2, place, self.low, self.high)[1]

    def silent(self) -> None:
        """No label: the point is in the picture, or under way."""
        self.label.set_visible(False)
        if self.crowd:
            self.crowd.places.pop(self.rank, None)

    def say(self, x: float, y: float, arrow: str, text: str, colour: str) -> None:
        """The value beside a held point, turned inwards."""
        if self.crowd is None:
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
        self.label.set_horizontalalignment("left" if left else "right")
        self.label.set_position((across, self.crowd.place(self.rank, across, up, down)))
        self.label.set_text(text)
        self.label.set_color(colour)
        self.label.set_visible(True)


class Runner:
    """The point of one walk and its last six places, hollow and fading."""

    def __init__(self, ax: Axes, walk: Walk, size: float = 9.0, crowd: Crowd | None = None, rank: int = 0,
                 judged: bool = True):  # fmt: skip
        self.walk, self.size, self.judged = walk, size, judged
        self.clamp = Clamp(ax, walk, crowd, rank, named=not judged)
        self.trail = [
            ax.plot([], [], walk.marker, ms=size * 0.66, mfc="white", mec=walk.colour, mew=1.2, zorder=4, clip_on=False,
                    alpha=0.85 - 0.12 * age)[0]
            for age in range(TRAIL if crowd else 0)
        ]  # fmt: skip
        (self.point,) = ax.plot(
            [], [], walk.marker, ms=size, mfc=walk.colour, mec="white", mew=1.2, zorder=6 + rank / 1000, clip_on=False
        )
        self.moving: tuple[Artist, ...] = (*self.trail, self.point, self.clamp.label)

    def update(self, moment: Moment) -> None:
        walk = self.walk
        k = walk.step(moment)
        for age, line in enumerate(self.trail):
            past = k - 1 - age + (walk.share(moment) > 0)
            x, y = (walk.xs[past, 0], walk.fs[past]) if past >= 0 else (np.nan, np.nan)
            inside = self.clamp.x0 <= x <= self.clamp.x1 and self.clamp.y0 <= y <= self.clamp.y1
            line.set_data([x if inside else np.nan], [y if inside else np.nan])
        at = walk.at(moment)
        self._point(float(at[0]), walk.value(at, moment), moment)

    def _point(self, x: float, y: float, moment: Moment) -> None:
        walk = self.walk
        if not np.isfinite(x):
            x = walk.last_known(moment)
        ended = walk.ended(moment)
        judged = ended and self.judged
        colour = verdict_colour(walk.trajectory) if judged else walk.colour
        marker = verdict_marker(walk.trajectory, walk.marker) if judged else walk.marker
        height = self.clamp.y1 - self.clamp.y0
        if np.isfinite(y):
            x_shown, y_shown, arrow = self.clamp.hold(*np.clip([x, y], -1e300, 1e300))
            words = f"x = {short(x)}" if arrow in ("<", ">") else f"f = {short(y)}"
        else:
            # no height to stand on: a cross above the floor, or an arrow where f is +∞
            place = self.clamp.y1 if y == np.inf else self.clamp.y0 + 0.07 * height
            x_shown, y_shown, arrow = self.clamp.hold(float(np.clip(x, -1e300, 1e300)), place)
            arrow = "^" if y == np.inf else arrow or "X"
            words = f"f({short(x)}) is {'infinite' if y == np.inf else 'not defined'}"
        self.point.set_data([x_shown], [y_shown])
        self.point.set_marker(arrow or marker)
        self.point.set_markerfacecolor(colour)
        self.point.set_markersize(self.size + (2 if ended or arrow else 0))
        if arrow and not walk.share(moment):
            self.clamp.say(x_shown, y_shown, arrow, words, colour)
        else:
            self.clamp.silent()


class Model:
    """The parabola that the step believes in.

    It goes through the point with the slope f′ and has its stationary point × at the next x; so its
    curvature is −f′/(x₊ − x), for Newton f″, for gradient descent 1/lr. It opens downwards where a
    method climbs.
    """

    def __init__(self, ax: Axes, walk: Walk):
        self.walk = walk
        (x0, x1), (self.y0, self.y1) = ax.get_xlim(), ax.get_ylim()
        self.x0, self.x1 = x0, x1
        box, scale = ax.get_window_extent(), ax.figure.dpi / 100
        self.pixel = (x1 - x0) / box.width * scale
        self.high = (self.y1 - self.y0) / box.height * scale
        self.worth = False
        style: dict[str, Any] = {"color": VERMILLION, "zorder": 5}
        (self.line,) = ax.plot([], [], lw=1.8, dashes=(4, 2.2), **style)
        (self.drop,) = ax.plot([], [], lw=1, dashes=(1, 1.6), **style)
        (self.cross,) = ax.plot([], [], "x", ms=8, mew=2, color=VERMILLION, zorder=5.5, clip_on=False)
        self.moving: tuple[Artist, ...] = (self.line, self.drop, self.cross)
        self.drawn = -1

    def update(self, moment: Moment) -> None:
        walk, k = self.walk, self.walk.step(moment)
        visible = moment.model and not moment.final and moment.t < walk.last and self._place(k)
        for artist in self.moving:
            artist.set_visible(visible)

    def _place(self, k: int) -> bool:
        """Draws the model of step k; False where there is none (no slope, no step, nothing finite)."""
        walk = self.walk
        x, x_next, f, slope = map(float, (walk.xs[k, 0], walk.xs[k + 1, 0], walk.fs[k], walk.grads[k, 0]))
        step = x_next - x
        if not (np.isfinite([x, x_next, f, slope]).all() and step and slope):
            return False
        if k != self.drawn:
            self.drawn = k
            reach = max(abs(step), 18 * self.pixel)
            towards = np.sign(step)
            ends = x - 0.7 * reach * towards, x_next + 0.45 * reach * towards
            low, high = max(min(ends), self.x0), min(max(ends), self.x1)
            at = np.linspace(low, high, 120) if low < high else np.empty(0)
            with np.errstate(all="ignore"):
                u = at - x
                values = f + slope * u * (1 - u / (2 * step))
                top = f + slope * step / 2
                lands = float(self.walk.fs[k + 1])
            margin = self.y1 - self.y0
            values = np.where((values > self.y0 - margin) & (values < self.y1 + margin), values, np.nan)
            self.line.set_data(at, values)
            # × keeps the next x even where the parabola's end is off the picture: then it lies on the border
            held = min(max(top, self.y0), self.y1)
            seen = self.x0 <= x_next <= self.x1
            self.cross.set_data([x_next], [held if seen else np.nan])
            joined = seen and np.isfinite(lands)
            self.drop.set_data([x_next] * 2, [held, min(max(lands, self.y0), self.y1)] if joined else [np.nan] * 2)
            self.worth = np.hypot(step / self.pixel, (held - f) / self.high) > SMALLEST
        return self.worth
