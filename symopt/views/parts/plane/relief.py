"""Two variables from above: levels of f in colours of even steps, lit from the upper left; a bar reads them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from contourpy import FillType, LineType, contour_generator
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.image import AxesImage
from matplotlib.patches import Rectangle
from matplotlib.path import Path
from matplotlib.patheffects import withStroke
from PIL import Image

from symopt.views.parts.plane.landscape import Landscape
from symopt.views.sheet.perceived import scale
from symopt.views.sheet.sheet import Sheet, font, measure
from symopt.views.sheet.theme import theme

STEEP, DEEP, SHADE = 0.25, 0.45, 0.22
"""How steep the relief is made, how much of its light and shade is seen, and at most."""
GRAIN = 2
"""Of 255, the steps of light and shade: what is finer is not seen and costs bytes."""
TO_LIGHT = np.array([-1, 1, 1.4]) / np.linalg.norm([-1, 1, 1.4])
"""The direction of the light, from the upper left as on maps."""
BAR, BESIDE, SIZE = 10, 11, 7.5
"""Width of the bar, its distance from the picture, and the size of its numbers."""
EVERY = 2
"""Of so many levels one has its value beside it."""


Lines = Sequence[tuple[float, Sequence[np.ndarray]]]
"""The value of each level above the lowest, and its lines (m, 2)."""


def colours(count: int) -> np.ndarray:
    """Colours (count, 3) from the lowest to the highest, equally far apart."""
    return scale(theme().heights, np.linspace(0, 1, count))


def greys(count: int) -> np.ndarray:
    """Greys (count, 3) from the lowest to the highest, for pictures that use colours for something else."""
    return np.repeat(np.linspace(*theme().levels, count)[:, None], 3, axis=1)


def paint(ax: Axes, ground: Landscape) -> Lines:
    """Levels in colours, lit; returns their lines."""
    if ground.levelled:
        light(ax, ground)
    return _levels(ax, ground, scale(theme().heights, ground.shades))


def sketch(ax: Axes, ground: Landscape) -> None:
    """Levels in greys."""
    _levels(ax, ground, greys(len(ground.levelled) + 1))


def _levels(ax: Axes, ground: Landscape, shades: np.ndarray) -> Lines:
    if not ground.levelled:
        ax.set_facecolor(tuple(shades[0]))
        return []
    levels = [level for level, _ in ground.levelled]
    cuts = contour_generator(
        ground.xs, ground.ys, np.ma.masked_invalid(ground.heights),
        fill_type=FillType.OuterCode, line_type=LineType.SeparateCode,
    )  # fmt: skip
    ends = [-np.inf, *levels, np.inf]
    bands = [_path(*cuts.filled(low, high)) for low, high in pairwise(ends)]
    ax.add_collection(
        PathCollection(bands, facecolors=shades, edgecolors="none", antialiaseds=False, zorder=0.5), autolim=False
    )
    lines: list[Any] = [cuts.lines(level) for level in levels[1:]]
    style: dict[str, Any] = {"facecolors": "none", "edgecolors": theme().ridge, "linewidths": 0.7, "zorder": 0.6}
    ax.add_collection(PathCollection([_path(*line) for line in lines], **style), autolim=False)
    if ground.ground.note:
        said = ax.text(0.012, 0.015, ground.ground.note, transform=ax.transAxes, zorder=1.1, **font(size=8))
        said.set_path_effects([withStroke(linewidth=2, foreground=theme().veil(0.44))])
    return [(value, points) for (_, value), (points, _) in zip(ground.levelled[1:], lines, strict=True)]


def _path(points: list[np.ndarray], codes: list[np.ndarray]) -> Path:
    """Polygons or lines as one path."""
    return Path(np.concatenate(points), np.concatenate(codes)) if points else Path(np.empty((0, 2)))


def light(ax: Axes, ground: Landscape) -> None:
    """Light and shade of the relief that the levels cut, as a veil of white and black."""
    low, high = ground.span
    shade = np.nan_to_num(lit(np.clip((ground.heights - low) / (high - low), -0.1, 1.1)))
    veil = Veil(ax, shade)
    veil.set_clip_path(ax.patch)
    ax.add_image(veil)


class Veil(AxesImage):
    """White and black over the whole of axes, by the light (y, x) at places from border to border.

    Pillow brings it to the size of the axes: matplotlib takes a third of the time of a picture for that.
    """

    def __init__(self, ax: Axes, shade: np.ndarray) -> None:
        super().__init__(ax, origin="lower", zorder=0.55, extent=(*ax.get_xlim(), *ax.get_ylim()))
        self.set_data(shade)
        self.shade = Image.fromarray(shade.astype(np.float32))

    def make_image(self, _renderer: Any, magnification: float = 1.0, unsampled: bool = False) -> tuple[Any, ...]:
        left, low, right, high = np.rint(np.array(self.axes.bbox.extents) * magnification)
        wide, tall = self.shade.size  # light is known in the middles of the cells
        shade = np.asarray(self.shade.resize(
            (int(right - left), int(high - low)), Image.Resampling.BILINEAR, (0.5, 0.5, wide - 0.5, tall - 0.5)
        ))  # fmt: skip
        veil = np.empty((*shade.shape, 4), np.uint8)
        veil[..., :3] = 255 * (shade > 0)[..., None]
        veil[..., 3] = GRAIN * np.rint(255 / GRAIN * np.minimum(np.abs(shade) * DEEP, SHADE))
        return veil, left / magnification, low / magnification, None


def lit(level: np.ndarray) -> np.ndarray:
    """How much more light than a plane a relief (y, x) of heights from 0 to 1 over a square gets: −1 is none."""
    with np.errstate(all="ignore"):
        up, across = (STEEP * slope for slope in np.gradient(level, *(1 / (count - 1) for count in level.shape)))
        facing = (TO_LIGHT[2] - across * TO_LIGHT[0] - up * TO_LIGHT[1]) / np.sqrt(1 + across**2 + up**2)
        return np.asarray(facing / TO_LIGHT[2] - 1)


def wide(ground: Landscape) -> float:
    """Pixels that the bar takes beside the picture; its title may stand 20 beyond."""
    if not ground.levelled:
        return 0
    words = max((measure(word, SIZE) for _, word in ground.named), default=0)
    return BESIDE + max(BAR + 6 + words, measure(ground.title, 8.5) - 20)


def bar(sheet: Sheet, ground: Landscape, right: float, top: float, bottom: float) -> None:
    """The colours with the values between them, at the right of the picture."""
    if not ground.levelled:
        return
    left, heights = right + BESIDE, (bottom - top) * ground.edges
    for low, high, colour in zip(heights, heights[1:], scale(theme().heights, ground.shades), strict=False):
        corner = left / sheet.width, 1 - (bottom - low) / sheet.height
        band = Rectangle(
            corner, BAR / sheet.width, (high - low) / sheet.height, fc=tuple(colour), ec=theme().ridge, lw=0.7
        )
        band.set_transform(sheet.figure.transSubfigure)
        sheet.figure.add_artist(band)
    for rank, word in ground.named[::EVERY]:
        sheet.text(left + BAR + 5, bottom - heights[rank] + 3.5, word, size=SIZE, color=theme().grey)
    sheet.text(left, top - 8, ground.title, size=8.5, color=theme().grey)


__all__ = ["bar", "colours", "greys", "light", "lit", "paint", "sketch", "wide"]
