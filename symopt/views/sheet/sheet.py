"""The sheet a picture is drawn on: sizes in pixels from the top left corner, text that fits, and how axes look."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Protocol

import matplotlib
import numpy as np
from matplotlib import rc_context
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure, SubFigure
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text

from symopt.language import told
from symopt.views.drawing import ALONE, Drawing, unhinted
from symopt.views.notation import superscript
from symopt.views.sheet.digits import short, ticks
from symopt.views.sheet.fonts import SANS, families
from symopt.views.sheet.picture import Moment, Picture
from symopt.views.sheet.theme import LIGHT, Theme, theme, worn

GROUPS = (
    "axes", "axes3d", "contour", "figure", "font", "hatch", "lines", "markers", "patch", "path", "scatter", "text",
    "xtick", "xaxis", "ytick", "yaxis",
)  # fmt: skip


@lru_cache
def _defaults() -> dict[str, Any]:
    """matplotlib's own defaults, whatever style the user's session has."""
    defaults = matplotlib.rcParamsDefault
    own = {"font.family": [SANS], "hatch.linewidth": 1.0, "text.hinting": "no_hinting"}
    return {key: dict.__getitem__(defaults, key) for key in defaults if key.split(".")[0] in GROUPS} | own


@contextmanager
def settings(wanted: Theme = LIGHT) -> Iterator[None]:
    """The settings and the theme under which a picture is made; nobody else's settings change."""
    with ALONE, rc_context(_defaults()), worn(wanted):
        yield


def ground() -> str:
    """What a figure is painted with before anything else."""
    return "none" if theme().clear else theme().paper


class Part(Protocol):
    """A piece of a picture: the artists it moves, and the moving."""

    @property
    def moving(self) -> Sequence[Artist]: ...

    def update(self, moment: Moment) -> None: ...


class Sheet:
    """A figure of width × height pixels at 100 dpi; other resolutions scale it as a whole.

    into: a cell that it takes instead. pixels: what it has exactly. scale: its size in inches over the wanted one.
    """

    def __init__(
        self, width: float, height: float, dpi: float | None = None, into: SubFigure | None = None,
        pixels: tuple[int, int] | None = None, scale: float = 1.0,
    ):  # fmt: skip
        self.width, self.height, self.theme = width, height, theme()
        if into is not None:
            self.figure: Figure | SubFigure = into
            return
        dpi = dpi or 100
        # a hair more than the pixels, for matplotlib cuts fractions off
        inches = (width / 100, height / 100) if pixels is None else ((pixels[0] + 1e-6) / dpi, (pixels[1] + 1e-6) / dpi)
        self.figure = Drawing(figsize=inches, dpi=dpi, facecolor=ground())
        self.figure.scale = scale
        self.figure.paper = theme().paper if theme().clear else None
        FigureCanvasAgg(self.figure)

    def axes(self, left: float, top: float, right: float, bottom: float, **options: Any) -> Axes:
        w, h = self.width, self.height
        return self.figure.add_axes((left / w, 1 - bottom / h, (right - left) / w, (bottom - top) / h), **options)

    def text(self, x: float, y: float, text: str = "", **style: Any) -> Text:
        """Text whose baseline is y pixels below the top."""
        style.setdefault("va", "baseline")
        return self.figure.text(x / self.width, 1 - y / self.height, text, **font(text, **style))

    def picture(self, *parts: Part) -> Picture:
        """The parts as one picture."""

        def update(moment: Moment) -> None:
            with worn(self.theme):
                for part in parts:
                    part.update(moment)

        return Picture(self.figure.figure, tuple(artist for part in parts for artist in part.moving), update)


def font(
    text: str = "", size: float = 10, color: str | None = None, mono: bool = False, **style: Any
) -> dict[str, Any]:
    """The keywords for a text: never mathtext, and with letters for every script it uses."""
    return {
        "fontsize": size,
        "color": color or theme().ink,
        "family": families(text, mono),
        "parse_math": False,
        **style,
    }


def measure(text: str, size: float = 10, weight: str = "normal", mono: bool = False) -> float:
    """The width of a text in pixels at 100 dpi."""
    return _width(text, size, weight, tuple(families(text, mono)))


@lru_cache(4096)
def _width(text: str, size: float, weight: str, family: tuple[str, ...]) -> float:
    properties = FontProperties(family=list(family), size=size, weight=weight)
    with unhinted():
        return float(_renderer().get_text_width_height_descent(text, properties, False)[0])


@lru_cache
def _renderer() -> RendererAgg:
    return RendererAgg(8, 8, 100)


def fit(text: str, room: float, size: float = 10, weight: str = "normal") -> str:
    """The text, shortened with … until it is at most `room` pixels wide; empty where not even … fits."""
    if measure(text, size, weight) <= room:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(text[:middle].rstrip() + "…", size, weight) <= room:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + "…" if low else ""


def fit_words(text: str, room: float, size: float, least: float, weight: str = "normal") -> tuple[str, float]:
    """The text and its size, no smaller than `least`; shortened between words, so that no number is cut in two."""
    while measure(text, size, weight) > room and size > least:
        size -= 0.5
    short = fit(text, room, size, weight)
    if short != text and " " in short:
        short = short.rpartition(" ")[0].rstrip(",;: ") + "…"
    return short, size


def behind(phrases: Sequence[str], room: float, size: float) -> list[str]:
    """Phrases behind one another, as they are spoken, in the fewest lines that are at most `room` pixels wide."""
    lines: list[str] = []
    for phrase in phrases:
        if lines and measure(told(longer := f"{lines[-1]}, {phrase}"), size) <= room:
            lines[-1] = longer
        else:
            lines.append(phrase)
    return [fit(told(line), room, size) for line in lines]


Limits = tuple[float, float]
CLEAR = 0.08
"""The share of an axis that is free above a number that must be read."""


def style_axes(ax: Axes, xlim: Limits, ylim: Limits, size: float = 9.5, counts: tuple[int, int] = (6, 4)) -> None:
    """Two thin spines, few round ticks, no grid; the limits stay."""
    ax.set_facecolor("none")
    ax.set_autoscale_on(False)
    for name, spine in ax.spines.items():
        spine.set_visible(name in ("left", "bottom"))
        spine.set_color(theme().pale)
        spine.set_linewidth(0.8)
    show(ax, xlim, ylim, size, counts)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_tick_params(length=4, width=0.8, color=theme().pale, pad=4)
        axis.set_label_coords(0, 0)  # there is no name: its place is not looked for at each drawing
        if theme().grid:
            axis.grid(True, color=theme().grid, lw=0.8)
            ax.set_axisbelow(True)


def show(ax: Axes, xlim: Limits, ylim: Limits, size: float = 9.5, counts: tuple[int, int] = (6, 4)) -> None:
    """What axes show, with few round numbers."""
    ax.set_xlim(*xlim)
    ax.set_ylim(*ylim)
    for axis, limits, count in ((ax.xaxis, xlim, counts[0]), (ax.yaxis, ylim, counts[1])):
        places, labels = ticks(*limits, count)
        axis.set_ticks(places, labels, **font(size=size, color=theme().grey))


def name_powers(ax: Axes, limits: tuple[float, float], size: float, floor: float | None = None) -> None:
    """Whole powers of ten on the left; where there are fewer than two of them, numbers between.

    floor: a height that stands for zero to rounding, and is named so.
    """
    low, high = limits
    power = max(int(np.ceil((high - low) / 4)), 1)
    powers = [p for p in range(int(np.ceil(low)), int(np.floor(high)) + 1) if p % power == 0]
    places, labels = [float(p) for p in powers], [f"10{superscript(str(p))}" for p in powers]
    if len(places) < 2:
        tens = range(int(np.floor(low)), int(np.ceil(high)))
        for digits in ((1, 2, 5), (1, 1.5, 2, 3, 5, 7)):
            between = [(digit, p) for p in tens for digit in digits if low <= p + np.log10(digit) <= high]
            if len(between) > 2:
                break
        places = [p + float(np.log10(digit)) for digit, p in between]
        labels = [short(float(f"{digit}e{p}")) for digit, p in between]
    if floor is not None:
        kept = [k for k, place in enumerate(places) if place - floor > CLEAR * (high - low)]
        places, labels = [floor, *(places[k] for k in kept)], ["≈ 0", *(labels[k] for k in kept)]
    ax.yaxis.set_ticks(places, labels, **font("".join(labels), size=size - 0.5, color=theme().grey))
    ax.tick_params(color=theme().pale)


def above(ax: Axes, text: str, x: float = 0.0, gap: float = 5.0, **style: Any) -> Text:
    """A text so many pixels above axes, however high they are; x: from their left, in their widths."""
    own = font(text, **style)
    return ax.annotate(text, (x, 1), (0, gap * 0.72), "axes fraction", textcoords="offset points", **own)


def gutter(limits: tuple[float, float], size: float = 9.5, least: float = 45, count: int = 4) -> float:
    """The pixels that an axis's numbers need on its left."""
    return max([least] + [measure(label, size) + 14 for label in ticks(*limits, count)[1]])


def inset(sheet: Sheet, ax: Axes, room: float) -> Axes:
    """Axes with so many pixels on their left, drawn in on that side where their numbers need more."""
    labels = [label for label in ax.get_yticklabels() if label.get_text()]
    needed = max((measure(each.get_text(), float(each.get_fontsize())) for each in labels), default=0) + 14
    if needed > room:
        box, moved = ax.get_position(), (needed - room) / sheet.width
        ax.set_position((box.x0 + moved, box.y0, box.width - moved, box.height))
    return ax


def brink(limits: Limits, left: float, right: float, width: float) -> float:
    """The right side of axes, drawn in where the last number below would leave a sheet of so many pixels."""
    places, labels = ticks(*limits, 6)
    if not places:
        return right
    share = (places[-1] - limits[0]) / (limits[1] - limits[0])
    return min(right, left + (width - 5 - measure(labels[-1], 9.5) / 2 - left) / max(share, 0.5))
