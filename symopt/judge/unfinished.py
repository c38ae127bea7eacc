"""What a walk that used all its steps was doing."""

from __future__ import annotations

import numpy as np

from symopt.methods.linear import dot, norm


def drift(xs: np.ndarray, fs: np.ndarray, grads: np.ndarray) -> str:
    """What an unfinished walk was doing in its last 20 steps, in a word or two; empty for a walk of a few steps."""
    if len(xs) < 4:
        return ""
    steps, tail, slopes = np.diff(xs[-21:], axis=0), fs[-21:], norm(grads[-21:])
    if (dot(steps[1:], steps[:-1]) < 0).mean() > 0.8:
        half = len(steps) // 2
        growth = norm(steps[-half:]).max() / norm(steps[:half]).max()
        return "oscillating" + (" ever wider" if growth > 1.05 else ", closing in" if growth < 0.7 else "")
    if np.ptp(tail) > 0.01 * (fs.max() - fs.min()):
        return "still descending" if tail[0] > tail[-1] else "climbing" if (np.diff(tail) >= 0).all() else "wandering"
    return "closing in" if slopes[-1] < 0.5 * slopes[0] else "creeping" if tail[0] >= tail[-1] else "wandering"
