"""What a movie of sweeps changes: its value above the picture, on a line between its ends; the window of a zoom."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.lines import Line2D

from symopt.sweep.axes import Axis
from symopt.sweep.change import ZOOM, Change, limits, told
from symopt.views.notation import minus, symbol
from symopt.views.sheet.digits import short
from symopt.views.sheet.sheet import Sheet, fit_words
from symopt.views.sheet.theme import theme

WIDTH = 130


class Dial:
    """right: where the line ends. left, room: of the words of a window."""

    def __init__(self, sheet: Sheet, change: Change, left: float, right: float) -> None:
        self.change, self.right, self.wide = change, right, sheet.width
        self.room = right - left
        self.height = 1 - 40 / sheet.height
        sheet.figure.add_artist(self._line(sheet, [right - WIDTH, right], color=theme().pale, lw=1.5))
        self.knob = self._line(sheet, [right - WIDTH], color=theme().ink, marker="o", ms=5.5)
        sheet.figure.add_artist(self.knob)
        self.value = sheet.text(right, 28, "", size=13, ha="right")
        self.window = sheet.text(left, 66, "", size=9, color=theme().grey) if change.role == ZOOM else None

    def _line(self, sheet: Sheet, xs: Sequence[float], **style: Any) -> Line2D:
        places = [x / self.wide for x in xs], [self.height] * len(xs)
        return Line2D(*places, transform=sheet.figure.transSubfigure, **style)

    @property
    def moving(self) -> Sequence[Artist]:
        return [each for each in (self.knob, self.value, self.window) if each is not None]

    def show(self, k: int, axes: Sequence[Axis]) -> None:
        change = self.change
        values = np.log(change.values) if change.log else change.values
        share = float((values[k] - values[0]) / (values[-1] - values[0]))
        self.knob.set_data([(self.right - WIDTH * (1 - share)) / self.wide], [self.height])
        self.value.set_text(told(change, k, symbol(change.name)))
        if self.window is not None:
            words, size = fit_words(window(axes), self.room, 9, 7)
            self.window.set_text(words)
            self.window.set_fontsize(size)


def window(axes: Sequence[Axis]) -> str:
    """Middle and half width along each axis, with the digits that tell its ends apart: `lr = 1.92308 ± 0.00004`."""
    parts = []
    for axis in axes:
        low, high = (10.0**end if axis.log else end for end in limits(axis))
        middle, half = (low + high) / 2, (high - low) / 2
        decimals = min(max(2 - math.floor(math.log10(half)), 0), 17)
        parts.append(f"{symbol(axis.name)} = {minus(f'{middle + 0.0:.{decimals}f}')} ± {short(half, 3)}")
    return "  ·  ".join(parts)


__all__ = ["Dial", "window"]
