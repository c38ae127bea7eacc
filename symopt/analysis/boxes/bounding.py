"""A step of branch and bound for many boxes at once: what of them may hold the least value of f, and lower bounds.

The same tests as for one box, on intervals of doubles in arrays; what these do not decide is left to balls. An interval
is an array (2, N), a crowd of boxes one of shape (d, 2, N), the t of a switch of unknown sign between −1 and 1.

Source: as `least`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

import numpy as np

from symopt.analysis.boxes.curvature import semidefinite
from symopt.analysis.boxes.enclose import Box, System
from symopt.analysis.boxes.waves import CUT, Mask, Numbers, boxed, centred, placed
from symopt.balls.crowd import Ends, minus, plus, times

Crowd = tuple[Ends, Numbers]
"""Boxes, and lower bounds of f on them."""
Sampled = Callable[[Numbers, Ends], float]
"""The least value that is known when f at so many places (n, N) is enclosed so."""
Bends = Callable[[Box], bool]
"""Whether balls tell more of a box through which a kink goes."""
STEPS = 4
"""Of Newton's method towards the least place of a box on which f is convex."""
CLOSE, NARROW = 1e-10, 1e-8
"""How near a bound is to the least value that is known, and a box to a point, where balls look at it."""
PROBES = 4
"""Boxes through which kinks go of which balls are asked whether they tell more."""
SHARE = 0.02
"""Of the widest side of a box, in those of the window: narrower ones are not divided."""


class Bounding:
    """Boxes that are looked at together; the `single` ones are for balls."""

    def __init__(self, system: System, whole: Box, sampled: Sampled, bends: Bends) -> None:
        self.system, self.n, self.sampled, self.bends = system, system.n, sampled, bends
        self.window = np.array(whole.ends[: system.n])
        self.sizes = (self.window[:, 1] - self.window[:, 0])[:, None]
        self.single: list[Crowd] = []

    @np.errstate(all="ignore")
    def step(self, boxes: Ends, bounds: Numbers) -> Crowd:
        """The parts of boxes that may hold the least value."""
        system, n = self.system, self.n
        middle = centred(boxes, n)
        values, centre = np.split(system.value(np.concatenate([boxes, middle], axis=2)), 2, axis=1)
        best = self.sampled(middle[:n, 0], centre)
        told = np.isfinite(values).all(axis=0)
        bounds = np.where(told, np.maximum(bounds, values[0]), bounds)
        told &= ((boxes[:n, 1] - boxes[:n, 0]) / self.sizes > NARROW).any(axis=0)
        told &= bounds < best - CLOSE * max(1.0, abs(best))
        self.apart(boxes, bounds, ~told & (bounds <= best))
        boxes, bounds, centre, middle = boxes[:, :, told], bounds[told], centre[:, told], middle[:, :, told]

        slopes = system.values(boxes)[1]
        free, smooth = boxes[:n, 0] < boxes[:n, 1], np.ones(len(bounds), dtype=bool)
        for j, switch in enumerate(system.switches):
            side, t = slopes[n + j], boxes[n + j]
            t[:, (t[0] < t[1]) & (side[0] > 0)] = 1.0
            t[:, (t[0] < t[1]) & (side[1] < 0)] = -1.0
            smooth &= switch.kink or t[0] == t[1]
        dead, moved = self.slid(boxes, slopes[:n], smooth & free)
        bounds = self.tangent(boxes, middle, centre, slopes[:n], bounds, smooth)
        dead |= bounds > best
        on = boxes[:, :, moved & ~dead], bounds[moved & ~dead]
        kept = ~moved & ~dead
        kinked = np.flatnonzero(kept & (boxes[n:, 0] < boxes[n:, 1]).any(axis=0))
        probes = kinked[:: len(kinked) // PROBES + 1]
        if sum(map(self.bends, boxed("?" * system.m, boxes[:, :, probes]))) > len(probes) / 2:
            self.apart(boxes, bounds, kinked)
            kept[kinked] = False
        return _joined(on, *self.curved(boxes[:, :, kept], bounds[kept], [s[:, kept] for s in slopes[:n]]))

    def apart(self, boxes: Ends, bounds: Numbers, which: Any) -> None:
        self.single.append((boxes[:, :, which], bounds[which]))

    def slid(self, boxes: Ends, slopes: Sequence[Ends], asked: Mask) -> tuple[Mask, Mask]:
        """Moves boxes over which f rises or falls to the face where it is least: whether that lies inside, or moved."""
        dead, moved = np.zeros((2, boxes.shape[2]), dtype=bool)
        for k, ends in enumerate(self.window):
            for side, sure in enumerate((slopes[k][0] > 0, slopes[k][1] < 0)):
                sure &= asked[k]
                dead |= sure & (boxes[k, side] != ends[side])
                moved |= sure
                boxes[k][:, sure] = ends[side]
        return dead, moved

    def tangent(
        self, boxes: Ends, places: Ends, values: Ends, slopes: Sequence[Ends], bounds: Numbers, sure: Numbers
    ) -> Numbers:
        """Lower bounds f(c) + Σ sₖ·(xₖ − cₖ), where these are larger and finite."""
        steps = [minus(x, c) for x, c in zip(boxes[: self.n], places[: self.n], strict=True)]
        found = reduce(plus, map(times, slopes, steps), values)[0]
        return np.where(sure & (found > bounds) & (found < math.inf), found, bounds)

    def curved(self, boxes: Ends, bounds: Numbers, slopes: Sequence[Ends]) -> list[Crowd]:
        """By H where nothing switches: ends of a side along which f is concave; others in parts, but for the convex."""
        n = self.n
        smooth = (boxes[n:, 0] == boxes[n:, 1]).all(axis=0)
        hessian = np.array(self.system.hessian(boxes))
        smooth &= np.isfinite(hessian).all(axis=(0, 1, 2))
        fixed = boxes[:n, 0] == boxes[:n, 1]
        held = fixed[:, None] | fixed
        hessian = np.where(held[:, :, None], np.eye(n)[:, :, None, None], hessian)
        made, rest = [], np.ones(len(bounds), dtype=bool)
        for k, ends in enumerate(self.window):
            concave = rest & smooth & (hessian[k, k, 1] < 0)
            rest &= ~concave
            for side in range(2):
                face = concave & (boxes[k, side] == ends[side])
                made.append((boxes[:, :, face].copy(), bounds[face]))
                made[-1][0][k] = ends[side]
        convex = rest & smooth & semidefinite(hessian)
        if convex.any():
            self.apart(*self.lowest(boxes[:, :, convex], bounds[convex], hessian[..., convex]))
        rest &= ~convex
        return [*made, self.parts(boxes[:, :, rest], bounds[rest], [s[:, rest] for s in slopes])]

    def lowest(self, boxes: Ends, bounds: Numbers, hessian: Ends) -> tuple[Ends, Numbers, Mask]:
        """Boxes on which f is convex, with the bound by a tangent near its least place, and whether they are kept."""
        n, system = self.n, self.system
        inverse = np.linalg.pinv(np.moveaxis(hessian.mean(axis=2), -1, 0), hermitian=True)
        places = placed(boxes, boxes[:n].mean(axis=1))
        for _ in range(STEPS):
            slopes = np.array(system.values(places)[1][:n]).mean(axis=1)
            moves = np.einsum("Nij,jN->iN", inverse, np.nan_to_num(slopes))
            places = placed(boxes, np.clip(places[:n, 0] - moves, boxes[:n, 0], boxes[:n, 1]))
        values = system.value(places)
        best = self.sampled(places[:n, 0], values)
        bounds = self.tangent(
            boxes, places, values, system.values(places)[1][:n], bounds, np.ones(len(bounds), dtype=bool)
        )
        return boxes, bounds, bounds <= best

    def parts(self, boxes: Ends, bounds: Numbers, slopes: Sequence[Ends]) -> Crowd:
        """Two parts of each box, across the side over which f changes most."""
        widths, every = boxes[: self.n, 1] - boxes[: self.n, 0], np.arange(len(bounds))
        shares = widths / self.sizes
        rise = np.nan_to_num(np.array([np.abs(s).max(axis=0) for s in slopes]) * widths, nan=math.inf)
        rise = np.where(shares > SHARE * shares.max(axis=0), rise, -1.0)
        across = np.where(np.isinf(rise).any(axis=0), shares.argmax(axis=0), rise.argmax(axis=0))
        first, last = boxes.copy(), boxes.copy()
        cut = boxes[across, 0, every] + CUT * widths[across, every]
        first[across, 1, every] = last[across, 0, every] = cut
        return np.concatenate([first, last], axis=2), np.tile(bounds, 2)


def _joined(*crowds: Crowd) -> Crowd:
    boxes, bounds = zip(*crowds, strict=True)
    return np.concatenate(boxes, axis=2), np.concatenate(bounds)
