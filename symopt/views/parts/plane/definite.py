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
from symopt.views.sheet.ranges import clean
from symopt.views.sheet.sheet import above, font, measure
from symopt.views.sheet.theme import theme

FEW = 3
"""Of so many points of the line one is told."""
SLIVER, TANGLE = 0.06, 14
"""Lengths of the border's lines, in widths of the picture: below, a line is only dirt; above, all are a tangle."""


def border(ax: Axes, ground: Landscape, avoid: np.ndarray, named: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """A dotted line around the region where H is not positive definite, named once on its side of the line.

    avoid: points (m, 2) the name keeps away from; named: it is told. Returns points (m, 2) that its letters cover, and
    some of the line.
    """
    xs, ys, eigenvalues = ground.definite()
    seen = eigenvalues[np.isfinite(eigenvalues)]
    scale = np.median(np.abs(seen)) if seen.size else 0.0
    if not seen.size or not (seen.min() < -1e-9 * scale and seen.max() > 1e-9 * scale):
        return np.empty((0, 2)), np.empty((0, 2))
    with np.errstate(all="ignore"):
        levelled = np.ma.masked_invalid(np.arcsinh(eigenvalues / scale))
    box = ax.get_window_extent()
    unit = np.array([box.width / np.ptp(ground.xlim), box.height / np.ptp(ground.ylim)])
    lines = contour_generator(xs, ys, levelled).lines(0.0)
    pieces = [line for line in map(np.asarray, lines) if _length(line * unit) > SLIVER * box.width]
    if not pieces or sum(_length(piece * unit) for piece in pieces) > TANGLE * box.width:
        return np.empty((0, 2)), np.empty((0, 2))
    ax.add_collection(
        LineCollection(pieces, linewidths=1.1, colors=theme().ink, linestyles=[(0, (1, 1.8))], zorder=1), autolim=False
    )
    letters = _name(ax, ground, pieces, avoid) if named else np.empty((0, 2))
    return letters, np.concatenate([piece[::FEW] for piece in pieces])


def _length(line: np.ndarray) -> float:
    return float(np.hypot(*np.diff(line, axis=0).T).sum())


def _name(ax: Axes, ground: Landscape, pieces: Sequence[np.ndarray], avoid: np.ndarray) -> np.ndarray:
    text = told("H not pos. def. here")
    box = ax.get_window_extent()
    scale = ax.figure.dpi / 100
    wide, high = (measure(text, 8) + 8) * scale, 11 * scale
    unit = np.array([box.width / np.ptp(ground.xlim), box.height / np.ptp(ground.ylim)])
    origin = np.array([ground.xlim[0], ground.ylim[0]])
    kept = (avoid[np.isfinite(avoid).all(-1)] - origin) * unit
    border = (np.concatenate(pieces) - origin) * unit
    edges = np.array([box.width, box.height])
    tried: list[tuple[np.ndarray, np.ndarray, np.ndarray, float, float]] = []
    for piece in pieces:
        line = (piece - origin) * unit
        lengths = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
        for start in np.linspace(0, lengths[-1] - wide, 30) if lengths[-1] > wide else ():
            part = line[np.searchsorted(lengths, start) : np.searchsorted(lengths, start + wide, side="right")]
            if len(part) < 4:
                continue
            along = part[-1] - part[0]
            straight = np.hypot(*along) / wide
            along = along / (np.hypot(*along) + 1e-12)
            along = along if along[0] >= 0 else -along
            normal = np.array([-along[1], along[0]])
            middle = part.mean(0)
            bulge = np.abs((part - middle) @ normal).max()
            if straight >= 0.9 and bulge <= 8 * scale:
                tried.append((middle, along, normal, straight, bulge))
    insides = _inside(ground, np.array([middle + normal * 6 * scale for middle, _, normal, *_ in tried]), unit, origin)
    best: tuple[float, np.ndarray, np.ndarray] | None = None
    for (middle, along, normal, straight, bulge), inside in zip(tried, insides, strict=True):
        place = middle + normal * (high * 0.7 + bulge) * (1 if inside else -1)
        margin = min(*(place - wide / 2 * np.abs(along)), *(edges - place - wide / 2 * np.abs(along)))
        distance = np.hypot(*(kept - place).T).min(initial=1e3)
        value = min(distance, 120 * scale) + 40 * straight - 3 * bulge
        if margin < 2 * scale or distance <= 20 * scale or (best and value <= best[0]):
            continue
        letters = place + along * np.linspace(-wide / 2, wide / 2, 15)[:, None]
        if np.hypot(*(letters[:, None] - border).transpose(2, 0, 1)).min() >= 6.5 * scale:
            best = value, place, along
    if best:
        _, place, along = best
        x, y = place / unit + origin
        named = ax.text(
            x, y, text, rotation=float(np.degrees(np.arctan2(along[1], along[0]))),
            rotation_mode="anchor", ha="center", va="center", zorder=1.1, **font(size=8),
        )  # fmt: skip
        named.set_path_effects([withStroke(linewidth=2, foreground=theme().veil(0.44))])
        return (place + along * np.linspace(-wide / 2, wide / 2, 15)[:, None]) / unit + origin
    above(ax, told("dotted: the border of H pos. def."), 1, ha="right", size=8)
    return np.empty((0, 2))


def _inside(ground: Landscape, places: np.ndarray, unit: np.ndarray, origin: np.ndarray) -> np.ndarray:
    """Whether H is not positive definite at places (m, 2) in pixels."""
    if not len(places):
        return np.zeros(0, dtype=bool)
    hessians = np.nan_to_num(clean(ground.ground.hess(places / unit + origin)), posinf=0, neginf=0)
    return np.asarray(np.linalg.eigvalsh(hessians).min(-1) < 0)
