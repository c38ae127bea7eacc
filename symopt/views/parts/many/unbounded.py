"""Which steps of a walk went by models without a lowest point, in panels against the step."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.artist import Artist
from matplotlib.axes import Axes

from symopt.judge.spectra import unbounded
from symopt.views.parts.many.some import remark
from symopt.views.parts.walk import Walk
from symopt.views.sheet.picture import Moment
from symopt.views.sheet.theme import theme


class Unbounded:
    """Tints, of a single walk that divides by H, the steps from points where H has an eigenvalue below 0."""

    def __init__(self, ax: Axes, walks: Sequence[Walk], line: int = 0):
        self.walk, path = walks[0], walks[0].trajectory
        alone = len(walks) == 1 and path.thinned is None
        self.ks = unbounded(path.loss, path.method, path.xs) if alone else ()
        if len(self.ks):
            remark(ax, "tinted: steps from where H has λ < 0", ax.get_window_extent().width / ax.figure.dpi * 100, line)
        self.moving: Sequence[Artist] = [
            ax.axvspan(k, k + 1, color=theme().tint, lw=0, zorder=0) for k in map(int, self.ks)
        ]

    def update(self, moment: Moment) -> None:
        for k, band in zip(self.ks, self.moving, strict=True):
            band.set_visible(bool(k < self.walk.step(moment)))
