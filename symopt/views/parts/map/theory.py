"""Lines where theory says something along an axis, and what they say above the picture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from symopt.language import told
from symopt.sweep.axes import Axis
from symopt.sweep.change import limits
from symopt.sweep.theory import ESTIMATED, PROVED, Tick
from symopt.views.parts.map.raster import HIGH, WIDE
from symopt.views.sheet.digits import short
from symopt.views.sheet.sheet import font, measure
from symopt.views.sheet.theme import theme

SIZE, ROW = 8.5, 16
MOST, INDENT = 8, 4
"""Lines that have a text, and pixels by which it begins left of its line."""


def _spread(marks: Sequence[Tick], axis: Axis) -> list[tuple[Tick, float, float, int]]:
    """(tick, its pixel, where its text begins, its row above the picture).

    A text begins at its line, above those of the lines to its right that it reaches; it stands on no other line unless
    the right border moves it back.
    """
    low, high = limits(axis)
    placed: list[tuple[Tick, float, float, int]] = []
    for mark in sorted(marks[:MOST], key=lambda mark: -mark.value):
        at = ((float(np.log10(mark.value)) if axis.log else mark.value) - low) / (high - low) * WIDE
        end = (begin := max(min(at - INDENT, WIDE - measure(_said(mark), SIZE)), 4)) + measure(_said(mark), SIZE) + 8
        level = 1 + max((row for _, line, text, row in placed if min(line, text) < end), default=-1)
        placed.append((mark, at, begin, level))
    return placed[::-1]


def rows(marks: Sequence[Tick], axis: Axis) -> int:
    """Rows of text above the picture."""
    return 1 + max((level for *_, level in _spread(marks, axis)), default=-1)


def _said(mark: Tick) -> str:
    number = short(mark.value, 6 if mark.known != ESTIMATED else 3)
    head, colon, more = told(mark.text).partition(":")
    sign = "≈" if mark.known == ESTIMATED else "at" if {"becomes", "lands"} & set(mark.text.split()) else "="
    return f"{head} {sign} {number}{colon}{more}"


def draw(ax: Axes, axis: Axis, marks: Sequence[Tick]) -> None:
    """Solid what is proved, dashed what is solved in floats, dotted an estimate."""
    if not marks:
        return
    low, high = limits(axis)
    unit = (high - low) / WIDE
    up = ax.get_ylim()
    styles = {PROVED: "solid", ESTIMATED: (0, (1, 2))}
    for mark, at, begin, level in _spread(marks, axis):
        x = low + at * unit
        style = styles.get(mark.known, (0, (5, 3)))
        ax.plot([x, x], up, color=theme().paper, lw=2.6, alpha=0.7, zorder=3)
        ax.plot([x, x], up, color=theme().ink, lw=1.1, ls=style, zorder=4)
        wide = measure(_said(mark), SIZE)
        tall = (up[1] - up[0]) / HIGH
        y = up[1] + tall * (6 + ROW * level)
        ax.text(low + (begin + wide / 2) * unit, y, _said(mark), ha="center", va="bottom", clip_on=False, zorder=5,
                bbox={"fc": theme().paper, "ec": "none", "pad": 0.8}, **font(_said(mark), size=SIZE))  # fmt: skip
        ax.plot([x, x], [up[1], up[1] + tall * (4 + ROW * level)], color=theme().grey, lw=0.6, clip_on=False, zorder=4)
    ax.set_ylim(*up)


__all__ = ["ROW", "draw", "rows"]
