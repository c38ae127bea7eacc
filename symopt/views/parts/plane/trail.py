"""Where walks over contours began."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from symopt.views.parts.walk import FEW, Walk
from symopt.views.sheet.captions import Captions
from symopt.views.sheet.picture import Moment
from symopt.views.sheet.theme import theme


class Trail:
    """Small rings where the walks begin, over the trails; a common start is named."""

    def __init__(self, ax: Axes, walks: Sequence[Walk], captions: Captions):
        places = np.unique(np.array([walk.xs[0] for walk in walks]), axis=0)
        few = len(places) <= FEW
        self.moving: tuple[Artist, ...] = tuple(
            ax.plot(places[:, 0], places[:, 1], "o", ms=5 if few else 3, mfc=theme().paper, mec=theme().ink,
                    mew=1.2 if few else 0.6, ls="none", zorder=5.7, clip_on=False)
        )  # fmt: skip
        if len(places) == 1:
            captions.put(places[0], "start")

    def update(self, moment: Moment) -> None:
        """Nothing moves: it is only to be drawn above what does."""
