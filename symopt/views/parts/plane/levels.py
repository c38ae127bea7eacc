"""The values of some level lines, beside the lines that have room for them."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from symopt.views.parts.plane.landscape import Landscape
from symopt.views.parts.plane.relief import Lines
from symopt.views.sheet.captions import Captions
from symopt.views.sheet.digits import short
from symopt.views.sheet.sheet import font, measure
from symopt.views.sheet.theme import theme

SIZE, EVERY, MOST = 7.5, 3, 5
"""Size of the numbers; every so many levels has one; and how many there are at most."""
FREE = 26.0
"""Pixels that a number keeps from walks, points and words; half of it from the border."""
LONGEST = 9


def number(ax: Axes, ground: Landscape, lines: Lines, captions: Captions, dotted: np.ndarray) -> None:
    """Writes values on some of the levels that were drawn, away from everything else, each where it has most room.

    dotted: points (m, 2) of another line, on which nothing is written.
    """
    box, scale = ax.get_window_extent(), ax.figure.dpi / 100
    unit = np.array([box.width / np.ptp(ground.xlim), box.height / np.ptp(ground.ylim)]) / scale
    origin, edges = np.array([ground.xlim[0], ground.ylim[0]]), np.array([box.width, box.height]) / scale
    said, others = 0, (dotted - origin) * unit
    for value, cut in lines[::-1][::EVERY]:
        text = short(value, 6)
        pieces = [(line - origin) * unit for line in cut]
        points = np.concatenate(
            [line[:: max(len(line) // 40, 1)] for line in pieces if len(line) > 20] or [np.empty((0, 2))]
        )
        half = np.array([measure(text, SIZE) / 2 + 2, 7.0])
        points = points[((points > half + FREE / 2) & (points < edges - half - FREE / 2)).all(-1)]
        if len(text) > LONGEST or not len(points) or said == MOST:
            continue
        away = np.maximum(np.abs(captions.taken[None] - points[:, None]) - half, 0)
        room = np.hypot(away[..., 0], away[..., 1]).min(1, initial=1e3)
        room[(np.abs(others - points[:, None]) < half + 2).all(-1).any(1)] = 0
        best = int(np.argmax(room))
        if room[best] < FREE:
            continue
        x, y = points[best] / unit + origin
        named = ax.text(x, y, text, ha="center", va="center", zorder=0.9, **font(size=SIZE, color=theme().ink))
        named.set_path_effects([withStroke(linewidth=2, foreground=theme().veil(0.56))])
        captions.cover(points[best], half)
        said += 1
