"""At which of some known places the walks of a sweep ended, by its labels."""

from __future__ import annotations

import numpy as np

from symopt.sweep.labels import AWAY, LEFT, NOWHERE, STUCK
from symopt.sweep.result import Sweep

NEAR = 1e-6
"""How near, in sides of the window, two places are the same critical point."""


def ended_at(made: Sweep, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """The number of the place whose box, (k, n) corners, each pixel ended in: −1 for none, −2 where the walk is gone.

    Only where it ended flat it ended at a place; one label may stand for many, then the last point tells which.
    """
    room = NEAR * np.ptp(made.plan.problem.window, axis=1)
    found = np.full(made.shape, -1)
    for number, label in enumerate(made.labels):
        own = made.end == number
        if label.word in (AWAY, LEFT, STUCK, NOWHERE):
            found[own] = -2
        elif label.flat and len(low):
            at = made.x[own] if label.at is None else np.array([label.at])
            inside = ((at[:, None] >= low - room) & (at[:, None] <= high + room)).all(axis=2)
            found[own] = np.where(inside.any(axis=1), inside.argmax(axis=1), -1)
    return found
