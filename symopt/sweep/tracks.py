"""Which ending of a frame is which of the frames before: critical points and cycles that move with a letter."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from symopt.sweep.labels import CLOSING, CYCLE, Label
from symopt.sweep.plan import Plan
from symopt.sweep.result import Sweep

NEWTON, FAR = 8, 0.25
"""Newton steps that follow a critical point to the next frame; how far, in sides of the window, it may move at once."""


@dataclass(eq=False)
class Track:
    """An ending through the frames. first, last: its labels where it was first and last seen; now: where it is.

    since, until: the frames of these.
    """

    first: Label
    last: Label
    now: np.ndarray | None
    since: int
    until: int

    @property
    def moves(self) -> bool:
        if self.first.at is None or self.last.at is None:
            return False
        scale = max(1e-12, float(np.abs(self.first.at).max()))
        return bool(np.abs(np.subtract(self.first.at, self.last.at)).max() > 1e-6 * scale)


class Tracks:
    """Which label of a frame is which of the frames before.

    A label without a place is its word and period. A critical point is followed by Newton's method on the loss of the
    next frame; of those of one word pairs are made, the nearest first.
    """

    def __init__(self) -> None:
        self.all: list[Track] = []

    def follow(self, made: Sweep, frame: int) -> np.ndarray:
        """The tracks of the labels of the next frame, (labels,)."""
        width = np.ptp(made.plan.problem.window, axis=1)
        found = np.full(len(made.labels), -1)
        for track in self.all:
            if track.now is not None:
                track.now = _moved(made.plan, track.now, width)
        pairs = []
        for place, label in enumerate(made.labels):
            for number, track in enumerate(self.all):
                if (label.word, label.period, label.outside) != (
                    track.last.word,
                    track.last.period,
                    track.last.outside,
                ):
                    continue
                if label.at is None and track.now is None:
                    pairs.append((0.0, place, number))
                elif label.at is not None and track.now is not None:
                    off = float((np.abs(track.now - label.at) / width).max())
                    if off <= FAR:
                        pairs.append((off, place, number))
        taken: set[int] = set()
        for _, place, number in sorted(pairs):
            if found[place] < 0 and number not in taken:
                taken.add(number)
                found[place] = number
        for place, label in enumerate(made.labels):
            now = None if label.at is None else np.array(label.at)
            if found[place] < 0:
                found[place] = len(self.all)
                self.all.append(Track(label, label, now, frame, frame))
            else:
                track = self.all[found[place]]
                track.last, track.now, track.until = label, now, frame
        return found

    def joined(self, near: np.ndarray) -> list[Track]:
        """The tracks; those of cycles of one period around one minimum, whatever their word, all from its first place
        to its last. near: (n,), how near two places are one."""
        made = []
        for track in self.all:
            alike = [each for each in self.all if each is track or _one_cycle(each, track, near)]
            first, last = min(alike, key=lambda each: each.since).first, max(alike, key=lambda each: each.until).last
            made.append(replace(track, first=replace(track.first, at=first.at), last=replace(track.last, at=last.at)))
        return made


def _one_cycle(one: Track, other: Track, near: np.ndarray) -> bool:
    if one.now is None or other.now is None or not {one.first.word, other.first.word} <= {CYCLE, CLOSING}:
        return False
    return one.first.period == other.first.period and bool((np.abs(one.now - other.now) <= near).all())


def _moved(plan: Plan, point: np.ndarray, width: np.ndarray) -> np.ndarray:
    """The critical point of a loss that Newton's method finds from one of another; the same point where it goes far."""
    loss, x = plan.problem.loss, point
    with np.errstate(all="ignore"):
        for _ in range(NEWTON):
            bend, slope = loss.hess(x), loss.grad(x)
            if not (np.isfinite(bend).all() and np.isfinite(slope).all()) or abs(np.linalg.det(bend)) < 1e-300:
                return point
            x = x - np.linalg.solve(bend, slope)
            if not (np.abs(x - point) <= FAR * width).all():
                return point
    return x
