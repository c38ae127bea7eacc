"""Straight ways through a box: what of them lies inside, so that far points keep their direction."""

from __future__ import annotations

import numpy as np

LARGEST = 1e150
FAR = 1e4
"""Sizes of the box up to which a point is near enough to be drawn as it is."""


def inside(start: np.ndarray, end: np.ndarray, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First and last point (…, 2) of segments within a box; nan where a segment misses it."""
    start, end = bounded(start), bounded(end)
    with np.errstate(all="ignore"):
        way = end - start
        walls = np.stack([(low - start) / way, (high - start) / way])
        # along a wall's direction there is no crossing: all of the segment is between the walls, or nothing
        still = np.where((start >= low) & (start <= high), np.inf, np.nan)
        enter = np.where(way == 0, -still, walls.min(0)).max(-1, keepdims=True)
        leave = np.where(way == 0, still, walls.max(0)).min(-1, keepdims=True)
        enter, leave = np.maximum(enter, 0), np.minimum(leave, 1)
        hit = enter <= leave
        first = np.where(hit, np.where(enter == 0, start, start + enter * way), np.nan)
        last = np.where(hit, np.where(leave == 1, end, start + leave * way), np.nan)
    return first, last


def bounded(points: np.ndarray) -> np.ndarray:
    """Points (…, 2) of which no square overflows: what is farther is moved towards 0 on its ray."""
    points = np.asarray(points, dtype=float)
    with np.errstate(all="ignore"):
        size = np.abs(points).max(-1, keepdims=True)
        return np.where(size > LARGEST, points / size * LARGEST, points)


def drawable(path: np.ndarray, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A path (m, 2) as vertices that matplotlib can place, and how many of them belong to each step (m,).

    A segment from or to a point far beyond the box is cut where it comes near; such pieces are not joined.
    """
    reach = FAR * (high - low)
    path = bounded(path)
    far = ~((path >= low - reach) & (path <= high + reach)).all(-1)
    if not far.any():
        return path, np.arange(1, len(path) + 1)
    first, last = inside(path[:-1], path[1:], low - reach, high + reach)
    rows = np.stack([np.full_like(first, np.nan), first, last], axis=1)
    kept = np.stack([far[:-1], far[:-1], np.ones(len(last), dtype=bool)], axis=1)
    origin = np.where(far[0], np.nan, path[0])
    return np.vstack([origin, rows[kept]]), np.concatenate([[1], 1 + np.cumsum(kept.sum(1))])
