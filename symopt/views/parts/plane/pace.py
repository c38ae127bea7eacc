"""Which way walks over contours go, and how fast: arrowheads along them, and dots a number of steps apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection

from symopt.language import told
from symopt.views.film.pacing import LONG, stride_of
from symopt.views.parts.plane.landscape import Landscape
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
SQUARE, CLOSE = np.array([360.0, 360.0]), 60.0
"""Pixels of a view by which arrowheads of several are chosen, and between two that are seen."""


class Heads(NamedTuple):
    """Of each walk the places (m, 2) of arrowheads, their ways (m, 2) in pixels, and the steps (m,) that reach them."""

    walks: Sequence[tuple[np.ndarray, np.ndarray, np.ndarray]]


class Pace:
    """Dots at every so many steps, the same number for all long walks, and arrowheads; heads: of several views."""

    def __init__(self, ax: Axes, walks: Sequence[Walk], told_of: bool = True, heads: Heads | None = None):
        self.walks = walks
        strides = {walk.last: stride_of(walk.last) for walk in walks if walk.last > LONG}
        self.stride = max(strides.values(), default=1)
        if not told_of and self.stride > 1:
            walks = self.walks = ()
        box, scale = ax.get_window_extent(), ax.figure.dpi / 100
        size = np.array([box.width, box.height]) / scale
        limits = np.array([ax.get_xlim(), ax.get_ylim()])
        unit = size / np.ptp(limits, axis=1)
        self.dots = [
            ax.plot(
                [], [], "o", ms=3.6, mfc=walk.colour, mec=theme().paper, mew=0.5, ls="none", zorder=4.5 + rank / 1000
            )[0]
            for rank, walk in enumerate(walks)
        ]
        self.heads: list[tuple[int, np.ndarray, str]] = []
        """The step from which on each arrowhead is seen, its corners, and its colour."""
        found = [_heads(walk, limits, size) for walk in walks] if heads is None else heads.walks
        for walk, (places, ways, steps) in zip(walks, found, strict=False):
            if heads is not None:
                kept = _apart((places - limits[:, 0]) * unit, (walk.xs[-1] - limits[:, 0]) * unit)
                places, ways, steps = places[kept], ways[kept], steps[kept]
            turned = HEAD @ np.stack([ways, np.stack([-ways[:, 1], ways[:, 0]], -1)], axis=-2)
            corners = places[:, None] + turned / unit
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


def ways(walks: Sequence[Walk], views: Sequence[Landscape]) -> Heads:
    """The arrowheads of some views of one shape together, in the order in which the walks reach them."""
    found = []
    for walk in walks:
        each = [_heads(walk, np.array([view.xlim, view.ylim]), SQUARE) for view in views]
        places, turns, steps = (np.concatenate(parts) for parts in zip(*each, strict=True))
        order = np.argsort(steps, kind="stable")
        found.append((places[order], turns[order], steps[order]))
    return Heads(found)


def _apart(places: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Which of places (m, 2) in pixels are far enough from those before that are kept, and from the end."""
    kept: list[int] = []
    for rank, place in enumerate(places):
        others = [places[other] for other in kept]
        if np.hypot(*(place - end)) > CLEAR and all(np.hypot(*(place - other)) >= CLOSE for other in others):
            kept.append(rank)
    return np.array(kept, dtype=int)


def _heads(walk: Walk, limits: np.ndarray, size: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Places (m, 2) and directions (m, 2) of a walk's arrowheads in a view of so many pixels, and the steps (m,)
    after which they are reached.
    """
    low, high = limits.T
    unit = size / (high - low)
    vertices, counts = drawable(walk.xs, low, high)
    path, edges = (vertices - low) * unit, size
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
    straight = np.hypot(*chord.T)
    good = (straight > 0.9 * 2 * STRAIGHT * fine) & known[vertex] & known[vertex - 1]
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
    reached = np.searchsorted(counts, vertex[chosen] + 1)
    return places[chosen] / unit + low, chord[chosen] / straight[chosen, None], reached
