"""How far walks went that left the picture and came back."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from symopt.language import told
from symopt.views.notation import symbol
from symopt.views.parts.border import GLYPHS
from symopt.views.parts.plane.landscape import Landscape
from symopt.views.parts.walk import Walk
from symopt.views.sheet.captions import Captions
from symopt.views.sheet.digits import short
from symopt.views.sheet.segments import inside

DIVIDES = re.compile(r"/\W*(abs\W)?h\b")
"""In a formula: a step gets long where an eigenvalue of H is near 0."""
ALONG = 0.9
"""The cosine of a step's angle with an eigenvector of H from which on it is said to go along it."""


def tell(walks: Sequence[Walk], ground: Landscape, captions: Captions) -> None:
    """Writes, where each walk leaves the picture last before it is farthest out, its step and its coordinate there.

    A step that divides by H and leaves along the eigenvector of the eigenvalue nearest to 0 is told with that.
    """
    low, high = np.array([ground.xlim, ground.ylim]).T
    for walk in walks:
        xs = walk.xs
        if not (np.isfinite(xs).all() and ground.holds(xs[0]) and ground.holds(xs[-1])):
            continue
        beyond = np.maximum(np.maximum(low - xs, xs - high) / (high - low), 0)
        far = int(np.argmax(beyond.max(1)))
        if not beyond[far].any():
            continue
        axis = int(np.argmax(beyond[far]))
        left = int(np.flatnonzero(ground.holds(xs[:far]))[-1])
        _, place = inside(xs[left], xs[left + 1], low, high)
        step = far if walk.trajectory.thinned is None else int(walk.trajectory.kept[far])
        said = f"{told(f'timestep {step}')}: {symbol(walk.trajectory.loss.names[axis])} = {short(xs[far, axis], 3)}"
        along = _divisor(walk, left) if far == left + 1 else None
        said += "" if along is None else f" (|λ| = {short(abs(along), 2)})"
        captions.put(place, f"{GLYPHS.get(walk.marker, '')} {said}" if len(walks) > 1 else said)


def _divisor(walk: Walk, k: int) -> float | None:
    """The eigenvalue of H nearest to 0 at row k, if the step from there divides by H and goes along its eigenvector."""
    if walk.trajectory.thinned is not None or not DIVIDES.search(walk.trajectory.method.formula):
        return None
    values, vectors = np.linalg.eigh(walk.bend(k))
    least, step = int(np.argmin(np.abs(values))), walk.xs[k + 1] - walk.xs[k]
    return float(values[least]) if abs(step @ vectors[:, least]) > ALONG * np.hypot(*step) else None


__all__ = ["tell"]
