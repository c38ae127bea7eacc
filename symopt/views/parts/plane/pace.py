"""Which way walks over contours go, and how fast: arrowheads along them, and dots a number of steps apart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection

from symopt.language import told
from symopt.views.film.pacing import LONG, stride_of
from symopt.views.parts.walk import Walk
from symopt.views.sheet.picture import Moment
from symopt.views.sheet.segments import drawable
from symopt.views.sheet.theme import theme

HEAD = np.array([[4.5, 0.0], [-4.0, 3.9], [-2.0, 0.0], [-4.0, -3.9]])
"""An arrowhead that points along x, in pixels from its middle."""
FIRST, APART, MOST = 34.0, 85.0, 7
"""Pixels of way from the start to the first arrowhead and from one to the next, and how many a walk has at most."""
FINE, STRAIGHT, CLEAR = 3.0, 3, 15.0
"""Pixels between the places that are tried, how many on either side must be straight, and what is free of the end."""
SAMPLES = 6000


class Pace:
    """Dots at every so many steps, the same number for all long walks, and arrowheads."""

    def __init__(self, ax: Axes, walks: Sequence[Walk], told_of: bool = True):
        self.walks = walks
        strides = {walk.last: stride_of(walk.last) for walk in walks if walk.last > LONG}
        self.stride = max(strides.values(), default=1)
        if not told_of and self.stride > 1:
            walks = self.walks = ()
        box, scale = ax.get_window_extent(), ax.figure.dpi / 100
        self.low, high = np.array([ax.get_xlim(), ax.get_ylim()]).T
        self.unit = np.array([box.width, box.height]) / scale / (high - self.low)
        self.dots = [
            ax.plot(
                [], [], "o", ms=3.6, mfc=walk.colour, mec=theme().paper, mew=0.5, ls="none", zorder=4.5 + rank / 1000
            )[0]
            for rank, walk in enumerate(walks)
        ]
        self.heads: list[tuple[int, np.ndarray, str]] = []
        """The step from which on each arrowhead is seen, its corners, and its colour."""
        for walk in walks:
            path, counts = drawable(walk.xs, self.low, high)
            places, ways, steps = _heads((path - self.low) * self.unit, counts, (high - self.low) * self.unit)
            turned = HEAD @ np.stack([ways, np.stack([-ways[:, 1], ways[:, 0]], -1)], axis=-2)
            corners = (places[:, None] + turned) / self.unit + self.low
            self.heads += [(int(step), each, walk.colour) for step, each in zip(steps, corners, strict=True)]
        self.drawn = PolyCollection([], edgecolors=theme().paper, linewidths=0.7, zorder=4.6)
        ax.add_collection(self.drawn, autolim=False)
        self.seen: list[int] = []
        self.moving: tuple[Artist, ...] = (*self.dots, self.drawn)

    @property
    def note(self) -> str:
        """What the dots are."""
        if not self.walks:
            return ""
        if self.stride == 1:
            return told("a dot every step")
        short = any(walk.last <= LONG for walk in self.walks)
        return told(f"a dot every {self.stride} steps{', of short walks every step' if short else ''}")

    def update(self, moment: Moment) -> None:
        for walk, dots in zip(self.walks, self.dots, strict=True):
            stride = self.stride if walk.last > LONG else 1
            dots.set_data(*walk.xs[: walk.step(moment) + 1 : stride].T)
        seen = [rank for rank, (step, _, _) in enumerate(self.heads) if step <= moment.step or moment.final]
        if seen != self.seen:
            self.seen = seen
            self.drawn.set_verts([self.heads[rank][1] for rank in seen])
            self.drawn.set_facecolor([self.heads[rank][2] for rank in seen])


def _heads(path: np.ndarray, counts: np.ndarray, edges: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Places (m, 2) and directions (m, 2) of the arrowheads along a path (v, 2) in pixels, and the steps (m,) after
    which they are reached; counts: how many vertices of the path there are at each step."""
    lengths = np.hypot(*np.diff(path, axis=0).T)
    lengths = np.where(np.isfinite(lengths), lengths, 0)
    along = np.concatenate([[0], np.cumsum(lengths)])
    none = np.empty((0, 2)), np.empty((0, 2)), np.empty(0, dtype=int)
    known = np.isfinite(path).all(-1)
    if not along[-1] > FIRST or known.sum() < 2:
        return none
    at = np.linspace(0, along[-1], int(min(along[-1] / FINE, SAMPLES)) + 2)
    places = np.column_stack([np.interp(at, along, np.where(known, axis, 0)) for axis in path.T])
    vertex = np.clip(np.searchsorted(along, at, side="left"), 1, len(path) - 1)
    fine = at[1] - at[0]
    chord = np.full_like(places, np.nan)
    chord[STRAIGHT:-STRAIGHT] = places[2 * STRAIGHT :] - places[: -2 * STRAIGHT]
    size = np.hypot(*chord.T)
    good = (size > 0.9 * 2 * STRAIGHT * fine) & known[vertex] & known[vertex - 1]
    good &= ((places > CLEAR) & (places < edges - CLEAR)).all(-1)
    good &= np.hypot(*(places - places[-1]).T) > CLEAR
    found: list[int] = []
    last, room = places[0] if known[0] else places[1], FIRST
    while len(found) < MOST:
        later = good & (np.hypot(*(places - last).T) >= room)
        later[: found[-1] + 1 if found else 0] = False
        if not later.any():
            break
        found.append(int(np.argmax(later)))
        last, room = places[found[-1]], APART
    chosen = np.array(found, dtype=int)
    return places[chosen], chord[chosen] / size[chosen, None], np.searchsorted(counts, vertex[chosen] + 1)
