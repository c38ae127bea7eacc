"""The critical points that are known, over a picture of two variables."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from symopt.language import told
from symopt.views.parts.plane.landscape import Landscape
from symopt.views.parts.walk import Walk
from symopt.views.sheet.captions import Captions
from symopt.views.sheet.picture import Marks, Moment
from symopt.views.sheet.sheet import Sheet, measure
from symopt.views.sheet.theme import theme

Place = tuple[float, float]
KINDS = {"minimum": ("+", 15.0), "saddle": ("x", 7.0), "maximum": ("^", 11.0)}
"""The marker and size of each kind of critical point that a walk may have ended at."""
OTHER = "s", 5.5
SIZES = ((12, 1.0), (60, 0.75), (200, 0.5), (10**9, 0.36))
"""Up to so many points their markers are so large."""
NAMED = 6
"""Points up to which each has its word beside it."""


def known(walks: Sequence[Walk], ground: Landscape, marks: Marks) -> list[tuple[np.ndarray, str]]:
    """The critical points in the picture that are known: those given, and those where a walk ended."""
    given = [(np.asarray(x, dtype=float).reshape(-1), kind) for x, kind in marks]
    given += [(walk.xs[-1], str(walk.trajectory.kind)) for walk in walks if walk.trajectory.kind in KINDS]
    found: list[tuple[np.ndarray, str]] = []
    size = np.array([np.ptp(ground.xlim), np.ptp(ground.ylim)])
    for x, kind in given:
        if ground.holds(x) and all((np.abs(x - other) > 1e-3 * size).any() for other, _ in found):
            found.append((x, kind))
    return found


def look(kind: str, many: int) -> tuple[str, float, float]:
    """The marker of a kind of point, its size and the width of its lines, where there are so many points."""
    marker, size = KINDS.get(kind, OTHER)
    share = next(share for most, share in SIZES if many <= most)
    return marker, size * share, max(0.8, 1.8 * share)


class CriticalPoints:
    """Known critical points, over the trails and under the points: + minimum, ▲ maximum, × saddle, ■ any other.

    Of many the kinds are told once, at (left, y) of the sheet, where there is room for it.
    """

    def __init__(
        self, sheet: Sheet, ax: Axes, found: Sequence[tuple[np.ndarray, str]], captions: Captions, key: Place | None
    ):
        self.moving: list[Artist] = []
        order = [*KINDS, *dict.fromkeys(kind for _, kind in found if kind not in KINDS)]
        for name in order:
            places = np.array([x for x, kind in found if kind == name]).reshape(-1, 2)
            if len(places):
                marker, size, wide = look(name, len(found))
                (line,) = ax.plot(
                    *places.T,
                    marker,
                    ms=size,
                    mew=wide,
                    mec=theme().ink,
                    mfc="none",
                    ls="none",
                    zorder=5.8,
                    clip_on=False,
                )
                self.moving.append(line)
                if key is not None and len(found) > NAMED:
                    key = _key(sheet, name, key)
        for x, kind in found if len(found) <= NAMED else ():
            captions.put(x, kind)

    def update(self, moment: Moment) -> None:
        """Nothing moves: it is only to be drawn above what does."""


def _key(sheet: Sheet, kind: str, place: Place) -> Place:
    """A marker and its kind; where the next one may stand."""
    (x, y), (marker, size, wide) = place, look(kind, 20)
    kind = told(kind)
    at = [(x + 4) / sheet.width], [1 - (y - 3) / sheet.height]
    line = Line2D(*at, marker=marker, ms=size * 0.75, mew=wide, mec=theme().grey, mfc="none", ls="none")
    line.set_transform(sheet.figure.transSubfigure)
    sheet.figure.add_artist(line)
    sheet.text(x + 13, y, kind, size=8.5, color=theme().grey)
    return x + 13 + measure(kind, 8.5) + 14, y
