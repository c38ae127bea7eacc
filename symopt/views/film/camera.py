"""A camera that goes from the whole picture to the end game, as the walks close in: one smooth zoom, then rest.

A view is a number from 0, the whole, to 1, the end: the picture's sides are Z^(−view) of the whole ones, Z the zoom,
and its middle moves so that all views are one scaling about one point. What is still to come is always within it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from symopt.trajectory import Trajectory
from symopt.views.film.pacing import Frame

MOST, WORTH = 100.0, 1.5
"""How many times nearer the camera goes at most, and at least if it goes at all."""
TAIL, LAST = 0.3, 3
"""The share of a walk that the end shows, and its steps at least."""
ROOM, KEPT = 1.5, 0.95
"""How much larger than the end game the end is, and the share of a view in which what is to come lies."""
MOVE, CODA, TICK = 3.0, 3.0, 0.25
"""Seconds that the way takes at least, that it may go on after the walks, and between the times that are tried."""
SMOOTH = 0.1
"""Seconds of a frame on the way at most, where the walks' own frames are not many."""
MANY = 30
"""Frames of the walks on the way that are enough."""
FINE = 121


class Camera:
    """The views of some walks over a whole (n, 2); zoom is 1 where no walk closes in on anything in it."""

    def __init__(self, walks: Sequence[Trajectory], whole: np.ndarray, known: Sequence[np.ndarray] = ()) -> None:
        self.middle, self.half = whole.mean(1), np.ptp(whole, axis=1) / 2
        inside = [walk for walk in walks if (np.abs(walk.xs[-1] - self.middle) <= self.half).all()]
        self.paths = [np.asarray(walk.xs) for walk in inside if walk.thinned is None]
        self.zoom, self.end = 1.0, self.middle
        if not self.paths or len(self.paths) < len(inside):
            return
        tails = [path[-max(LAST, int(TAIL * len(path))) :] for path in self.paths]
        low, high = _box(np.concatenate(tails))
        if not (high > low).any():
            return
        for place in known:  # a minimum beside the end is what the end game is about
            if (np.abs(place - (low + high) / 2) <= (high - low)).all():
                low, high = np.minimum(low, place), np.maximum(high, place)
        share = max(ROOM * float(((high - low) / 2 / self.half).max()), 1 / MOST)
        if share * WORTH <= 1:
            room = self.half * (1 - share)
            self.zoom, self.end = 1 / share, self.middle + np.clip((low + high) / 2 - self.middle, -room, room)

    def limits(self, view: float) -> np.ndarray:
        """The box (n, 2) of a view."""
        share = self.zoom**-view
        gone = 1.0 if self.zoom == 1 else (share - 1 / self.zoom) / (1 - 1 / self.zoom)
        middle = self.end + (self.middle - self.end) * gone
        return np.stack([middle - share * self.half, middle + share * self.half], axis=1)

    def farthest(self, steps: Sequence[int]) -> np.ndarray:
        """The largest view at each of some steps in which all lies that is still to come, (m,)."""
        views = np.linspace(0, 1, FINE)
        boxes = np.array([self.limits(view) for view in views])
        middle, half = boxes.mean(-1), KEPT * np.ptp(boxes, axis=-1) / 2
        low, high = (self.middle + side * self.half for side in (-1, 1))
        found = np.ones(len(steps))
        for path in self.paths:
            least = np.fmin.accumulate(path[::-1])[::-1]
            most = np.fmax.accumulate(path[::-1])[::-1]
            for rank, step in enumerate(steps):
                corners = np.clip([least[min(step, len(path) - 1)], most[min(step, len(path) - 1)]], low, high)
                holds = (np.abs(corners[:, None] - middle) <= half * (1 + 1e-9)).all((0, 2))
                lost = np.flatnonzero(~holds)
                found[rank] = min(found[rank], views[max(lost[0] - 1, 0)] if lost.size else 1.0)
        return found

    def filmed(self, frames: Sequence[Frame]) -> list[Frame]:
        """The frames with their views: the way begins and ends slowly, and as early as what is to come allows."""
        if self.zoom == 1:
            return list(frames)
        starts = np.concatenate([[0.0], np.cumsum([frame.seconds for frame in frames])])
        over = float(starts[-2])  # the last frame is the end
        free = self.farthest([frame.moment.step for frame in frames])
        begun, done = self._way(starts[:-1], free, over)
        last = frames[-1]
        held = [*frames[:-1]]
        if done > over:
            held.append(replace(last, seconds=done - over))
        on_the_way = sum(begun <= start < done for start in starts[:-1])
        piece = np.inf if on_the_way >= MANY else SMOOTH
        made: list[Frame] = []
        for start, frame in zip(starts, held, strict=False):
            cuts = {start, start + frame.seconds}
            if frame.seconds > piece:  # only what lies on the way is cut
                cuts |= {
                    t for t in np.arange(begun, done + 1e-9, piece) if start + 0.02 < t < start + frame.seconds - 0.02
                }
            times = sorted(cuts)
            for t, end in pairwise(times):
                made.append(Frame(replace(frame.moment, view=float(_eased((t - begun) / (done - begun)))), end - t))
        return [*made, replace(last, moment=replace(last.moment, view=1.0))]

    def _way(self, starts: np.ndarray, free: np.ndarray, over: float) -> tuple[float, float]:
        """When the camera sets out and when it arrives: as early as it may, and then as slowly."""
        first = float(starts[1]) if len(starts) > 2 else over
        for done in np.arange(first + MOVE, over + CODA, TICK):
            for begun in np.arange(first, done - MOVE + 1e-9, TICK):
                if (_eased((starts - begun) / (done - begun)) <= free + 1e-9).all():
                    return float(begun), float(done)
        return over, over + CODA


def _eased(share: np.ndarray | float) -> np.ndarray:
    share = np.clip(share, 0, 1)
    return np.asarray(share * share * (3 - 2 * share))


def _box(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    points = points[np.isfinite(points).all(-1)]
    return points.min(0), points.max(0)
