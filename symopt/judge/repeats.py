"""Walks whose points repeat: to rounding (stalled), or in a cycle."""

from __future__ import annotations

import numpy as np

EPS = float(np.finfo(float).eps)
NEAR = 1e-6


def stalled(xs: np.ndarray) -> bool:
    """Whether the last steps moved no further than rounding: a few units in the last place."""
    if len(xs) < 4:
        return False
    tail = xs[-min(len(xs), 12) :]
    steps = np.abs(np.diff(tail, axis=0)).max(axis=1)
    return bool((steps <= 8 * EPS * np.abs(tail).max()).all())


def cycle(xs: np.ndarray, scale: float) -> int | None:
    """The smallest period p ≥ 2 that the tail repeats to rounding, its diameter beyond 1e-6 of the scale."""
    most = (len(xs) - 1) // 2
    back = np.abs(xs[-2 : -most - 2 : -1] - xs[-1]).max(axis=1)  # how far the last point is from those before it
    near = np.flatnonzero(back <= 64 * EPS * np.abs(xs[-3 * most - 1 :]).max()) + 1
    for p in near[near > 1].tolist():
        span = max(2 * p, 8)
        if len(xs) < span + p:
            return None
        tail = xs[-span:]
        if np.abs(tail - xs[-span - p : -p]).max() <= 64 * EPS * np.abs(tail).max():
            diameter = np.abs(tail[-p:].max(axis=0) - tail[-p:].min(axis=0)).max()
            return p if diameter > NEAR * scale else None
    return None
