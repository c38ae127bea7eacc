"""The border of the region where H is positive definite, and its name."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from contourpy import contour_generator
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.patheffects import withStroke

from symopt.language import told
from symopt.views.parts.plane.landscape import Landscape
from symopt.views.sheet.captions import Captions
from symopt.views.sheet.sheet import above, font, measure
from symopt.views.sheet.theme import theme

FEW, SPARSE = 3, 2
"""Of so many points of the line one is told; of so many one is kept away from."""
TRIED = 24
"""Places along each side at which the name is tried."""
LEAST, FREE = 8.0, 60.0
"""Pixels that are free around the name, and beyond which more is no better."""
SLIVER, TANGLE = 0.06, 14
"""Lengths of the border's lines, in widths of the picture: below, a line is only dirt; above, all are a tangle."""


Grid = tuple[np.ndarray, np.ndarray, np.ndarray]


def border(ax: Axes, ground: Landscape, captions: Captions, named: bool = True) -> np.ndarray:
    """A dotted line around the region where H is not positive definite, named once on its side of the line.

    named: it is told. Returns some points (m, 2) of the line.
    """
    xs, ys, eigenvalues = ground.definite()
    seen = eigenvalues[np.isfinite(eigenvalues)]
    scale = np.median(np.abs(seen)) if seen.size else 0.0
    if not seen.size or not (seen.min() < -1e-9 * scale and seen.max() > 1e-9 * scale):
        return np.empty((0, 2))
    with np.errstate(all="ignore"):
        levelled = np.ma.masked_invalid(np.arcsinh(eigenvalues / scale))
    box = ax.get_window_extent()
    unit = np.array([box.width / np.ptp(ground.xlim), box.height / np.ptp(ground.ylim)])
    lines = contour_generator(xs, ys, levelled).lines(0.0)
    pieces = [line for line in map(np.asarray, lines) if _length(line * unit) > SLIVER * box.width]
    if not pieces or sum(_length(piece * unit) for piece in pieces) > TANGLE * box.width:
        return np.empty((0, 2))
    ax.add_collection(
        LineCollection(pieces, linewidths=1.1, colors=theme().ink, linestyles=[(0, (1, 1.8))], zorder=1), autolim=False
    )
    if named:
        _name(ax, ground, (xs, ys, eigenvalues), pieces, captions)
    return np.concatenate([piece[::FEW] for piece in pieces])


def _length(line: np.ndarray) -> float:
    return float(np.hypot(*np.diff(line, axis=0).T).sum())


def _name(ax: Axes, ground: Landscape, grid: Grid, pieces: Sequence[np.ndarray], captions: Captions) -> None:
    """The name upright within the region, near its border; where there is no such place, what the line is."""
    text = told("H not pos. def. here")
    half = np.array([measure(text, 8) + 6, 15]) / 2
    origin, edges = np.array([ground.xlim[0], ground.ylim[0]]), captions.edges
    unit = edges / [np.ptp(ground.xlim), np.ptp(ground.ylim)]
    line = (np.concatenate(pieces) - origin) * unit
    along, up = (np.linspace(side + 3, edge - side - 3, TRIED) for side, edge in zip(half, edges, strict=True))
    places = np.stack(np.meshgrid(along, up), -1).reshape(-1, 2)
    corners = np.stack(np.meshgrid(np.linspace(-1, 1, 9), np.linspace(-1, 1, 3)), -1).reshape(-1, 2) * half
    places = places[_inside(grid, (places[:, None] + corners) / unit + origin).all(-1)]
    near = _apart(places, line, half)
    places, near = places[near > 2], near[near > 2]
    free = captions.room(places, half, FREE)
    if not (free > LEAST).any():
        above(ax, told("dotted: the border of H pos. def."), 1, ha="right", size=8)
        return
    place = places[np.argmax(np.where(free > LEAST, free - 2 * near, -np.inf))]
    captions.cover(place, half)
    x, y = place / unit + origin
    named = ax.text(x, y, text, ha="center", va="center", zorder=1.1, **font(size=8))
    named.set_path_effects([withStroke(linewidth=2, foreground=theme().veil(0.44))])


def _apart(places: np.ndarray, line: np.ndarray, half: np.ndarray) -> np.ndarray:
    """How far a line (k, 2) is from boxes of half a size about places (m, 2)."""
    gaps = np.maximum(np.abs(places[:, None] - line[::SPARSE]) - half, 0)
    return np.asarray(np.hypot(*np.moveaxis(gaps, -1, 0)).min(-1))


def _inside(grid: Grid, places: np.ndarray) -> np.ndarray:
    """Whether H is not positive definite at places (…, 2), by the grid."""
    xs, ys, eigenvalues = grid
    columns, rows = (
        np.clip(
            np.rint((places[..., k] - side[0]) / (side[-1] - side[0]) * (len(side) - 1)).astype(int), 0, len(side) - 1
        )
        for k, side in enumerate((xs, ys))
    )
    return np.asarray(eigenvalues[rows, columns] < 0)
