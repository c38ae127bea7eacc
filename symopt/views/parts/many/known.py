"""The minima that are known of a loss: those that were given as marks, else the best end of the walks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from symopt.judge import Outcome
from symopt.language import told
from symopt.views.parts.walk import Walk
from symopt.views.sheet.picture import Marks


class Known(NamedTuple):
    """Points (m, n), what they are in words, and whether they were given; no point where none is known."""

    points: np.ndarray
    words: str
    given: bool = False

    def nearest(self, x: np.ndarray) -> np.ndarray:
        """The one nearest to x, (n,)."""
        with np.errstate(all="ignore"):
            away = ((self.points - x) ** 2).sum(-1)
        return np.asarray(self.points[int(np.argmin(np.where(np.isfinite(away), away, np.inf)))])


def known(walks: Sequence[Walk], marks: Marks) -> Known:
    """The minima among the marks, which `--marks` proves or a loss of the gallery brings; else the lowest end of a
    walk, at a minimum if there is one, with the digits that the judge found of it.
    """
    n = walks[0].n
    given = [np.asarray(x, dtype=float).reshape(-1) for x, kind in marks if kind == "minimum"]
    if given:
        words = "the known minimum" if len(given) == 1 else f"the nearest of {len(given)} known minima"
        return Known(np.array(given), told(words), True)
    ended = [walk for walk in walks if walk.trajectory.outcome is not Outcome.RAN_AWAY]
    ended = [walk for walk in ended if np.isfinite(walk.fs[-1]) and np.isfinite(walk.xs[-1]).all()]
    if not ended:
        return Known(np.empty((0, n)), told("no minimum is known"))
    minima = [walk for walk in ended if walk.trajectory.lowest]
    best = min(minima or ended, key=lambda walk: float(walk.fs[-1]))
    place = best.trajectory.judgement.place
    x = best.xs[-1] if place is None or place.at is None else np.asarray(place.at, dtype=float)
    return Known(x[None], told("the best end, a minimum" if minima else "the best end, not known to be a minimum"))
