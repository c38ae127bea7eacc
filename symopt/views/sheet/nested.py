"""How large shapes are that lie on one another, each to be seen all around the next: r₁·h₁(u) ≥ r₂·h₂(u) + ring.

h(u) is the support function of a marker of radius 1 in the direction u.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from matplotlib.markers import MarkerStyle
from matplotlib.transforms import Affine2D

RIM, MOST = 4.2, 14.0
"""Points of size of the ring of what lies below, on both sides: of each, and of all rings together."""
STRETCH = 2.5
"""Rings by which a shape may be larger than the next above it: where many lie together, a ring may have gaps."""
FINE = 100
"""Pixels of radius at which the outline of a marker is taken."""


def held(above: str, size: float, below: str, rim: float) -> float:
    """The size of the marker below at which a ring of it is seen around the one above."""
    whole = float(((_support(above) * size + rim) / _support(below)).max())
    return min(whole, size + STRETCH * rim)


def largest(markers: Sequence[str], here: Sequence[int], size: float, rim: float) -> float:
    """The size of the largest of those markers, by their ranks, that lie on one another; of the highest it is given."""
    sizes: list[float] = []
    ranked = [markers[rank] for rank in reversed(order(tuple(markers))) if rank in here]
    for below in ranked:
        sizes.append(max([size, *(held(above, its, below, rim) for above, its in zip(ranked, sizes, strict=False))]))
    return max(sizes, default=size)


@cache
def order(markers: tuple[str, ...]) -> list[int]:
    """The ranks of markers from the lowest to the highest, so that the lowest is small; of equals the later above."""
    found: list[tuple[float, list[int]]] = []
    for top in reversed(range(len(markers))):
        ranks, size = [top], 1.0
        while rest := [rank for rank in reversed(range(len(markers))) if rank not in ranks]:
            sizes = {rank: round(held(markers[ranks[-1]], size, markers[rank], 0.4), 3) for rank in rest}
            best = min(rest, key=lambda rank: (sizes[rank], _support(markers[rank]).max()))
            size = sizes[best]
            ranks.append(best)
        found.append((size, ranks[::-1]))
    return min(found, key=lambda each: each[0])[1] if found else []


def rim(many: int) -> float:
    """Points of size of each ring, of so many walks."""
    return min(RIM, MOST / max(many - 1, 1))


@cache
def _support(marker: str) -> np.ndarray:
    """h in 72 directions."""
    style, angles = MarkerStyle(marker), np.arange(72) * (np.pi / 36)
    path = style.get_path().transformed(style.get_transform() + Affine2D().scale(2 * FINE))
    outline = np.concatenate(path.to_polygons()) / FINE
    return np.asarray((outline @ (np.cos(angles), np.sin(angles))).max(0))
