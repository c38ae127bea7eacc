"""The curve that the next step sees, thin behind the curve of the whole loss."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from matplotlib.transforms import blended_transform_factory

from symopt.language import told
from symopt.views.parts.walk import Walk
from symopt.views.sheet.picture import Moment
from symopt.views.sheet.sheet import font, measure
from symopt.views.sheet.theme import theme

LEAST, MOST = 41, 401
"""Places of a curve: with fewer it would be drawn falsely."""
FAINT = 0.5
STEPS = 40  # whose curves are looked at, for the room that they take
BEADED = 4
"""Walks up to which each leaves its beads, and shows the batches of its steps."""


def lowest(walks: Sequence[Walk], xlim: tuple[float, float]) -> float:
    """The least value that a curve of a batch takes in the picture, of some of the steps; inf without any."""
    found = np.inf
    for walk in walks if len(walks) <= BEADED else ():
        if walk.seen is None or not walk.seen.side(1, LEAST, MOST):
            continue
        xs = np.linspace(*xlim, LEAST)[:, None]
        for k in np.unique(np.linspace(0, walk.last, min(walk.last, STEPS), endpoint=False, dtype=int)):
            found = min(found, np.nanmin(walk.up(walk.seen.values(int(k), xs)), initial=np.inf))
    return float(found)


class BatchCurves:
    """f over the batch of each walk's next step, or its slope, in the walk's colour; named in the freest corner.

    curve: what they lie behind, (m,) and (m,). kept: of a single walk the step whose batch is seen at the end.
    """

    def __init__(self, ax: Axes, walks: Sequence[Walk], curve: tuple[np.ndarray, np.ndarray], kept: int | None = None,
                 name: str = "f"):  # fmt: skip
        self.name = name
        self.kept = kept
        (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
        self.low, self.high = y0 - (y1 - y0), y1 + (y1 - y0)
        self.curves = []
        for walk in walks:
            if walk.seen is not None and (places := walk.seen.side(1, LEAST, MOST)):
                (line,) = ax.plot([], [], color=walk.colour, lw=1.1, alpha=FAINT, zorder=3)
                self.curves.append((walk, line, np.linspace(x0, x1, places)))
        self.moving: tuple[Artist, ...] = ()
        if not self.curves:
            return
        self.moving = tuple(line for _, line, _ in self.curves)
        if name != "f":  # where f is seen it is said what is thin
            return
        words = {walk.seen.words for walk, _, _ in self.curves if walk.seen is not None}
        which = "the step's batch" if len(self.curves) == 1 else "each step's batch"
        text = told(f"thin: f over {which}" + (f", {words.pop()}" if len(words) == 1 else ""))
        self.moving += (corner(ax, text, *curve),)

    def update(self, moment: Moment) -> None:
        told = False
        for walk, line, xs in self.curves:
            k = self.kept if moment.final and self.kept is not None else walk.step(moment)
            visible = k < walk.last and (not moment.final or self.kept is not None)
            line.set_visible(visible)
            told |= visible
            if visible and walk.seen is not None:
                plain = self.name != "f"
                ys = walk.seen.slopes(k, xs[:, None]) if plain else walk.up(walk.seen.values(k, xs[:, None]))
                line.set_data(xs, np.where((ys > self.low) & (ys < self.high), ys, np.nan))
        for said in self.moving[len(self.curves) :]:
            said.set_visible(told)


def corner(ax: Axes, text: str, xs: np.ndarray, ys: np.ndarray) -> Artist:
    """A text in the corner that is farthest from a curve and from texts."""
    box, scale = ax.get_window_extent(), ax.figure.dpi / 100
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    wide, pad = measure(text, 8) * scale, 6 * scale
    across, up = (xs - x0) / (x1 - x0) * box.width, (ys - y0) / (y1 - y0) * box.height
    taken = [each.get_window_extent() for each in ax.texts if each.get_visible() and each.get_text()]
    best, place = -np.inf, (pad, box.height - 13 * scale)
    for left in (box.width - wide - pad, pad):
        for height in (box.height - 13 * scale, 14 * scale):
            near = (across >= left - pad) & (across <= left + wide + pad) & np.isfinite(up)
            room = float(np.min(np.abs(up[near] - height - 4 * scale), initial=np.inf))
            meets = any(
                b.x0 - box.x0 < left + wide
                and b.x1 - box.x0 > left
                and abs((b.y0 + b.y1) / 2 - box.y0 - height) < 20 * scale
                for b in taken
            )
            value = min(room, 60 * scale) - 100 * scale * meets
            if value > best + 1e-9:
                best, place = value, (left, height)
    said = ax.text(
        place[0] / box.width, place[1] / box.height, text, zorder=3.1,
        transform=blended_transform_factory(ax.transAxes, ax.transAxes), **font(size=8, color=theme().grey),
    )  # fmt: skip
    said.set_path_effects([withStroke(linewidth=2, foreground=theme().veil(0.69))])
    return said
