"""What lies below a start: a sample of the connected part of {f ≤ f(start)} around it, within the window."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from symopt.methods.base import Smooth
from symopt.problem.domain import CROWD, fine

LANES, ROUNDS = 32, 18
REACH = 0.7 ** np.arange(36)[::-1]
"""How far along a chord is looked, in parts of its way to the window's border: from 4e-6 to 1."""
HALVINGS = 5
MOST = 65536
"""Coordinates of all lanes of the sampling together, so that a thousand variables cost no more than ten."""


@dataclass(frozen=True, eq=False)
class Below:
    """points: (m, n), the start first. extent: (n,), how far they reach along each axis."""

    points: np.ndarray
    extent: np.ndarray

    @property
    def width(self) -> float:
        """The longest of the extents."""
        return float(self.extent.max())


def below(loss: Smooth, window: np.ndarray, start: np.ndarray) -> Below:
    """A sample of what lies below the start; no random number but of a fixed seed, kept for the next method.

    One variable: even points of the interval around the start on which f ≤ f(start). More: hit-and-run, chords
    through points found before, in random directions, as far as f ≤ f(start) on them. All places are parts of the
    window's sides and all comparisons are of f with f, so that stretching or shifting x, or multiplying f, moves the
    sample along. R. Smith, Efficient Monte Carlo procedures for generating points uniformly distributed over bounded
    regions, Operations Research 32(6), 1984.

    It lies in the window, widened to the start, and once more on a side where f falls outwards from there.
    """
    start = np.asarray(start, dtype=float)
    box = np.stack([np.minimum(window[:, 0], start), np.maximum(window[:, 1], start)], axis=1)
    at_end = box == start[:, None]
    if at_end.any():
        outwards = -np.asarray(loss.grad(start))[:, None] * (-1, 1) > 0
        box += np.where(at_end & outwards, np.ptp(window, axis=1)[:, None], 0.0) * (-1, 1)
    return (_sampled if len(start) <= CROWD else _sampled_few)(loss, box.tobytes(), start.tobytes())


def _sample(loss: Smooth, sides: bytes, place: bytes) -> Below:
    box, start = np.frombuffer(sides).reshape(-1, 2), np.frombuffer(place)
    loss = getattr(loss, "sketch", loss)
    level = float(loss(start))
    if not np.isfinite(level):
        points = start[None]
    elif len(start) == 1:
        low, high = _interval(loss, box[0], start[0], level)
        points = np.append(start[0], np.linspace(low, high, fine(loss) // 4 + 1))[:, None]
    else:
        chords = _chords if len(start) <= CROWD else _few_chords
        points = np.concatenate([start[None], chords(loss, box, start, level)])
    return Below(points, np.ptp(points, axis=0))


_sampled, _sampled_few = lru_cache(maxsize=64)(_sample), lru_cache(maxsize=2)(_sample)


def _interval(loss: Smooth, side: np.ndarray, start: float, level: float) -> tuple[float, float]:
    """The ends of the interval around the start on which f ≤ level."""
    ends = []
    for end in side:
        many = fine(loss)
        even = start + np.linspace(0, 1, many) * (end - start)
        near = start + REACH[:-1] / many * (end - start)
        line = np.concatenate([even[:1], near, even[1:]])
        outside = np.flatnonzero(~(loss(line[:, None]) <= level))
        if not len(outside) or end == start:
            ends.append(float(end))
            continue
        k = max(int(outside[0]), 1)
        inner, outer = line[k - 1], line[k]
        for _ in range(50):
            middle = (inner + outer) / 2
            inner, outer = (middle, outer) if loss(np.array([middle])) <= level else (inner, middle)
        ends.append(float(inner))
    return ends[0], ends[1]


def _chords(loss: Smooth, box: np.ndarray, start: np.ndarray, level: float) -> np.ndarray:
    """Of each round of chords, both ends and a point between: (m, n).

    Their directions are, in turn, any, along an axis, and as from one point found to another: along a narrow valley.
    """
    n = len(start)
    lanes = max(4, min(LANES, MOST // (n * len(REACH))))
    random = np.random.default_rng(0)
    widths = box[:, 1] - box[:, 0]
    x = np.repeat(start[None], lanes, axis=0)
    found = np.empty((3 * lanes * ROUNDS, n))
    many = 0
    for turn in range(ROUNDS):
        direction = random.standard_normal((lanes, n)) * widths
        if turn % 3 == 1:
            direction = np.eye(n)[random.integers(0, n, lanes)] * widths
        elif turn % 3 == 2:
            direction = found[random.integers(0, many, lanes)] - found[random.integers(0, many, lanes)]
            with np.errstate(all="ignore"):
                longest = np.abs(direction / widths).max(axis=1, keepdims=True)
                direction = np.where(longest > 0, direction / longest, 0.0)
        ahead, behind = (_reach(loss, box, level, x, way) for way in (direction, -direction))
        found[many : many + lanes] = x + ahead[:, None] * direction
        found[many + lanes : many + 2 * lanes] = x - behind[:, None] * direction
        t = random.uniform(0, 1, lanes)
        x = x + (t * ahead - (1 - t) * behind)[:, None] * direction
        x = np.where((loss(x) <= level)[:, None], x, start)
        found[many + 2 * lanes : many + 3 * lanes] = x
        many += 3 * lanes
    return found


def _few_chords(loss: Smooth, box: np.ndarray, start: np.ndarray, level: float) -> np.ndarray:
    """Of very many variables: both ends of a chord along −∇f, of one in any direction, and points between: (6, n)."""
    widths = box[:, 1] - box[:, 0]
    slope = loss.grad(start)
    size = np.abs(slope / widths).max()
    ways = [np.random.default_rng(0).standard_normal(len(start)) * widths]
    if 0 < size < np.inf:
        ways.append(-slope / size)
    found = []
    for way in ways:
        ahead, behind = (_reach_one(loss, box, level, start, each) for each in (way, -way))
        found += [start + t * way for t in (ahead, (ahead - behind) / 2, -behind)]
    inside = np.array([loss(x) <= level for x in found])
    return np.array(found)[inside]


def _reach_one(loss: Smooth, box: np.ndarray, level: float, x: np.ndarray, way: np.ndarray) -> float:
    """As `_reach` from one point, place by place: no more than a few points are ever in memory."""
    with np.errstate(all="ignore"):
        room = np.where(way > 0, (box[:, 1] - x) / way, np.where(way < 0, (box[:, 0] - x) / way, np.inf))
    most = max(float(np.nan_to_num(room, posinf=np.inf).min()), 0.0)
    low, high = 0.0, most if np.isfinite(most) else 0.0
    for part in high * REACH[::3]:
        if not loss(x + part * way) <= level:
            high = part
            break
        low = part
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if loss(x + middle * way) <= level else (low, middle)
    return low


def _reach(loss: Smooth, box: np.ndarray, level: float, x: np.ndarray, way: np.ndarray) -> np.ndarray:
    """How many times its direction each lane can go while f ≤ level, and it stays in the box: (lanes,)."""
    with np.errstate(all="ignore"):
        room = np.where(way > 0, (box[:, 1] - x) / way, np.where(way < 0, (box[:, 0] - x) / way, np.inf))
    most = np.maximum(np.nan_to_num(room, posinf=np.inf).min(axis=1), 0)
    most = np.where(np.isfinite(most), most, 0)
    far = most[:, None] * REACH
    inside = loss(x[:, None] + far[..., None] * way[:, None]) <= level
    kept = np.logical_and.accumulate(inside, axis=1).sum(axis=1)
    padded = np.concatenate([np.zeros((len(x), 1)), far, far[:, -1:]], axis=1)
    lane = np.arange(len(x))
    low, high = padded[lane, kept], padded[lane, kept + 1]
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        good = loss(x + middle[:, None] * way) <= level
        low, high = np.where(good, middle, low), np.where(good, high, middle)
    return np.asarray(low)
