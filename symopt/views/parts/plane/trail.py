"""Where walks over contours began."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from symopt.views.parts.walk import FEW, Walk
from symopt.views.sheet.captions import Captions
from symopt.views.sheet.colours import verdict_colour
from symopt.views.sheet.picture import Moment
from symopt.views.sheet.theme import theme


class Trail:
    """Small rings where the walks begin, over the trails; a common start is named.

    Of many walks the rings have in the end the colours of what they came to.
    """

    def __init__(self, ax: Axes, walks: Sequence[Walk], captions: Captions):
        places = np.unique(np.array([walk.xs[0] for walk in walks]), axis=0)
        low, high = np.array([ax.get_xlim(), ax.get_ylim()]).T
        shown = [walk for walk in walks if ((walk.xs[0] >= low) & (walk.xs[0] <= high)).all()]  # not beside a camera
        few = len(places) <= FEW
        # several with one start are not told apart by its colour
        self.groups = _by_end(shown) if len(places) == len(walks) > FEW else {theme().ink: shown}
        self.rings = [
            ax.plot(*np.reshape([walk.xs[0] for walk in group], (-1, 2)).T, "o", ms=5 if few else 4.5,
                    mfc=theme().paper, mec=theme().ink, mew=1.2, ls="none", zorder=5.7, clip_on=False)[0]
            for group in self.groups.values()
        ]  # fmt: skip
        self.moving: tuple[Artist, ...] = tuple(self.rings)
        if shown and len(places) == 1:
            captions.put(places[0], "start")

    def update(self, moment: Moment) -> None:
        for colour, ring in zip(self.groups, self.rings, strict=True):
            ring.set_markeredgecolor(colour if moment.final else theme().ink)


def _by_end(walks: Sequence[Walk]) -> dict[str, list[Walk]]:
    """The walks by the colour of their verdict."""
    groups: dict[str, list[Walk]] = {}
    for walk in walks:
        groups.setdefault(verdict_colour(walk.trajectory), []).append(walk)
    return groups
