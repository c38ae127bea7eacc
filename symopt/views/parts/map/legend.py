"""What the colours and patterns of a map are: of what occurs only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from symopt.language import told
from symopt.views.parts.map.classes import MARK, RIM, Class
from symopt.views.parts.map.raster import painted
from symopt.views.sheet.sheet import Sheet, font, measure
from symopt.views.sheet.theme import theme

ROW, KEY, SIZE = 20, 26, 9.5


def rows(classes: Sequence[Class], room: float) -> list[list[Class]]:
    """The classes in rows of so many pixels."""
    made: list[list[Class]] = [[]]
    used = 0.0
    for each in classes:
        wide = KEY + 8 + measure(told(each.text), SIZE) + 20
        if used + wide > room + 20 and made[-1]:
            made.append([])
            used = 0.0
        made[-1].append(each)
        used += wide
    return made


def draw(
    sheet: Sheet, lines: Sequence[Sequence[Class]], left: float, foot: float, numbers: Mapping[Class, int] | None = None
) -> None:
    """numbers: those that classes have on the map."""
    for k, row in enumerate(lines):
        x, y = left, foot + ROW * k
        for each in row:
            key = sheet.axes(x, y, x + KEY, y + 12)
            shown = painted(np.zeros((1, 1), dtype=int), [each], (12, KEY), key=True)
            key.imshow(shown, aspect="auto", extent=(0, 1, 0, 1))
            key.set_xticks([])
            key.set_yticks([])
            for spine in key.spines.values():
                spine.set_color(theme().pale)
                spine.set_linewidth(0.8)
            if numbers and each in numbers:
                number(key, 0.5, 0.5, numbers[each], 8)
            sheet.text(x + KEY + 8, y + 10, told(each.text), size=SIZE)
            x += KEY + 8 + measure(told(each.text), SIZE) + 20


def number(ax: Axes, x: float, y: float, count: int, size: float = 11) -> None:
    """A number of a class, to be read on every colour."""
    text = ax.text(
        x, y, str(count), ha="center", va="center_baseline", zorder=6, weight="bold", clip_on=False,
        **font(size=size, color=MARK),
    )  # fmt: skip
    text.set_path_effects([withStroke(linewidth=2.4, foreground=RIM)])


__all__ = ["ROW", "draw", "number", "rows"]
