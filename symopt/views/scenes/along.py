"""An analysis along a letter as a picture: the critical points as curves x*(a), minima solid, maxima dashed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from contourpy import contour_generator
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke

from symopt.analysis.along.records import Bifurcation
from symopt.analysis.along.report import LetterAnalysis
from symopt.analysis.words import counted, digits, named
from symopt.language import told
from symopt.loss import Loss
from symopt.views.film import still
from symopt.views.notation import symbol, written
from symopt.views.sheet.paper import PAPER, Paper
from symopt.views.sheet.sheet import Sheet, fit, font, gutter, measure, settings, style_axes
from symopt.views.sheet.styles import themed
from symopt.views.sheet.theme import theme

WIDTH, HEIGHT, TOP, BOTTOM, RIGHT = 800, 600, 66, 516, 22
GRID = 900
"""Points of the grid along each side, between which curves are drawn."""
LOOKS: dict[str, tuple[str, object]] = {
    "minimum": ("blue", "solid"), "maximum": ("model", (0, (4, 2.2))), "inflection": ("grey", (0, (1, 1.5))),
}  # fmt: skip
"""The name of each kind's colour in the theme, and its line."""
MARKS = {
    "fold": ("o", False),
    "pitchfork": ("D", True),
    "transcritical": ("X", True),
    "hysteresis": ("s", False),
    "isolated": ("s", True),
    "multiple": ("*", True),
    "persistence": ("v", False),
    "nonsmooth fold": ("v", True),
    "kink": ("P", True),
}
"""The marker of each kind, and whether it is filled."""
NAMED = 14
"""Bifurcations up to which each may have its a beside it."""


def save(made: LetterAnalysis, path: str, paper: Paper = PAPER) -> str:
    """Writes the picture, replacing the file only when it is whole; returns the path."""
    return still.save(lambda: draw(made, paper), path, paper.named(str(made)))


def draw(made: LetterAnalysis, paper: Paper = PAPER) -> Figure:
    """The picture of an analysis; a figure of its own, never pyplot's."""
    with settings(themed(paper.look)):
        sheet = paper.fixed(WIDTH, HEIGHT)
        (low, high), (first, last) = made.window, made.range
        pads = 0.015 * (last - first), 0.015 * (high - low)
        xlim, ylim = (first - pads[0], last + pads[0]), (low - pads[1], high + pads[1])
        left = gutter(ylim, count=6) + 16
        ax = sheet.axes(left, TOP, WIDTH - RIGHT, BOTTOM)
        style_axes(ax, xlim, ylim, counts=(7, 6))
        kinds = set()
        for kind, places, kink in curves(made):
            colour, style = LOOKS[kind]
            ax.plot(
                *places.T,
                color=getattr(theme(), colour),
                lw=4 if kink else 2,
                ls=style,
                solid_capstyle="round",
                zorder=2,
            )
            if kink:
                ax.plot(*places.T, color=theme().paper, lw=1.4, zorder=2.1)
            kinds |= {kind, "kink"} if kink else {kind}
        _events(ax, made)
        _left(ax, made)
        _names(ax, made)
        _words(sheet, made, left, kinds)
        return sheet.figure.figure


def curves(made: LetterAnalysis) -> Iterator[tuple[str, np.ndarray, bool]]:
    """Pieces of the curves (k, 2), as (a, x), each of one kind, with whether it is a kink."""
    a, x = np.linspace(*made.range, GRID), np.linspace(*made.window, GRID)
    names = made.variable, made.letter
    flat = np.array([event.place[0] for event in made.bifurcations if event.kind == "flat"])
    for piece in made.pieces.pieces:
        for factor in piece.family.factors:
            for line in _zeros(factor.top, names, x, a):
                if not np.isfinite(_values(made.loss.expr, names, line)).any():
                    continue
                up = _values(factor.turn, names, line) > 0
                kinds = np.where(up, "minimum", "maximum") if factor.power % 2 else np.full(len(line), "inflection")
                upright = np.abs(line[:, 1, None] - flat) <= np.ptp(a) / GRID / 2  # there every point is critical
                kinds = np.where(upright.any(axis=1), "", kinds)
                for kind, part in _runs(line, np.where(_within(piece.region, names, line), kinds, "")):
                    yield kind, part, False
    for kink in made.pieces.kinks:
        for line in _zeros(kink.s, names, x, a):
            above, below = (_values(family.slope, names, line) for family in (kink.above, kink.below))
            rising = _values(kink.turns[0], names, line) > 0
            left, right = np.where(rising, (below, above), (above, below))
            kinds = np.where(left < 0, np.where(right > 0, "minimum", ""), np.where(right < 0, "maximum", ""))
            for kind, part in _runs(line, np.where(_within(kink.region, names, line), kinds, "")):
                yield kind, part, True


def _zeros(expr: Any, names: tuple[str, str], x: np.ndarray, a: np.ndarray) -> Iterator[np.ndarray]:
    """Lines (k, 2), as (x, a), on which an expression is zero."""
    heights = np.ma.masked_invalid(_values(expr, names, np.stack(np.meshgrid(x, a), axis=-1)))
    for line in contour_generator(x, a, heights).lines(0.0):
        yield np.asarray(line)


def _within(region: Any, names: tuple[str, str], line: np.ndarray) -> np.ndarray:
    inside = np.ones(len(line), dtype=bool)
    for s in region.positive:
        inside &= _values(s, names, line) > 0
    return inside


def _runs(line: np.ndarray, kinds: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """The parts of a line of one kind, as (a, x); they meet halfway between their ends, and none is of no kind."""
    cuts = np.flatnonzero(kinds[1:] != kinds[:-1])
    for begin, end in zip([0, *(cuts + 1)], [*(cuts + 1), len(line)], strict=True):
        part = line[begin:end]
        if begin:
            part = np.concatenate([[line[begin - 1 : begin + 1].mean(axis=0)], part])
        if end < len(line):
            part = np.concatenate([part, [line[end - 1 : end + 1].mean(axis=0)]])
        if kinds[begin]:
            yield str(kinds[begin]), part[:, ::-1]


def _values(expr: Any, names: tuple[str, str], places: np.ndarray) -> np.ndarray:
    """An expression in x and a at places (…, 2)."""
    if expr.is_number:
        return np.full(places.shape[:-1], float(expr))
    return np.asarray(Loss.from_sympy(expr, names)(places), dtype=float)


def _events(ax: Axes, made: LetterAnalysis) -> None:
    size = 7 if len(made.bifurcations) <= 2 * NAMED else 5
    for event in made.bifurcations:
        a, x = event.place
        if event.kind == "flat":
            ax.axvline(a, color=theme().grey, lw=1.4, ls=(0, (1, 1.5)), zorder=1.5)
        elif event.kind in MARKS:
            marker, inner, rim = _mark(event.kind)
            ax.plot([a], [x], marker, ms=size + 1.5 * (event.kind != "fold"), mfc=inner, mec=rim, mew=1.3, zorder=5,
                    clip_on=False)  # fmt: skip


def _mark(kind: str) -> tuple[str, str, str]:
    """The marker of a kind, and the colours of its inside and its rim."""
    marker, filled = MARKS[kind]
    return (marker, theme().ink, theme().paper) if filled else (marker, theme().paper, theme().ink)


def _left(ax: Axes, made: LetterAnalysis) -> None:
    """Dashed frames around what is not decided, at least so large that they are seen."""
    least = [0.02 * np.ptp(ax.get_xlim()), 0.02 * np.ptp(ax.get_ylim())]
    for x_side, a_side in made.left:
        sides = np.array([a_side, x_side])
        (a, x), (w, h) = sides.mean(axis=1), np.maximum(np.diff(sides, axis=1)[:, 0], least)
        right, up = a + w / 2 * np.array([-1, 1, 1, -1, -1]), x + h / 2 * np.array([-1, -1, 1, 1, -1])
        ax.plot(right, up, color=theme().frame, lw=1.6, dashes=(4, 2), zorder=6)


def _names(ax: Axes, made: LetterAnalysis) -> None:
    """The value of the letter beside marks, where neither a curve nor another mark or name is in the way."""
    size, high = 9.0, 13
    corner = np.array([ax.get_xlim()[0], ax.get_ylim()[0]])
    box = ax.get_window_extent()
    room = np.array([box.width, box.height]) * 100 / ax.figure.dpi
    unit = room / [np.ptp(ax.get_xlim()), np.ptp(ax.get_ylim())]
    drawn = [(np.asarray(line.get_xydata(), dtype=float) - corner) * unit for line in ax.lines]
    taken = np.concatenate([_dense(line) for line in drawn if len(line)] or [np.empty((0, 2))])
    for event in sorted(made.bifurcations, key=lambda e: e.kind == "fold"):
        if event.kind not in MARKS:
            continue
        text = f"{symbol(made.letter)} = {_short(event)}"
        wide = measure(text, size)
        at = (np.array(event.place) - corner) * unit
        beside = -event.opens or 1  # where no curve comes from
        for dx, dy in ((beside, 0), (-beside, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1)):
            middle = at + (dx * (wide / 2 + 11), dy * (high / 2 + 9))
            half = np.array([wide / 2 + 4, high / 2 + 3])
            inside = (middle - half > 0).all() and (middle + half < room).all()
            if inside and not (np.abs(taken - middle) < half).all(axis=1).any():
                place = middle / unit + corner
                said = ax.text(place[0], place[1], text, ha="center", va="center", zorder=7, **font(size=size))
                said.set_path_effects([withStroke(linewidth=2.2, foreground=theme().veil(0.82))])
                spots = np.linspace(-1, 1, 9)[:, None] * [wide / 2, 0] + middle
                taken = np.concatenate([taken, spots])
                break


def _dense(line: np.ndarray) -> np.ndarray:
    """A line with no two points farther apart than a few pixels."""
    steps = np.hypot(*np.diff(line, axis=0).T) if len(line) > 1 else np.zeros(0)
    parts = [line]
    for k in np.flatnonzero(steps > 4):
        share = np.linspace(0, 1, min(400, int(steps[k] / 3) + 2))[:, None]
        parts.append(line[k] + share * (line[k + 1] - line[k]))
    return np.concatenate(parts)


def _short(event: Bifurcation) -> str:
    """a with at most five digits."""

    return digits(event.place[0], 5) if event.a != "0" else "0"


def _words(sheet: Sheet, made: LetterAnalysis, left: float, kinds: set[str]) -> None:
    x, a = symbol(made.variable), symbol(made.letter)
    room = WIDTH - left - RIGHT
    title = f"f({x}) = {written(made.loss)}"
    size = next((s for s in (13, 11) if measure(title, s) < room), 9)
    sheet.text(left, 26, fit(title, room, size), size=size)
    word = "all, proved" if made.status == "complete" else "so far"
    summary = told(f"critical points along {a}") + "  ·  "
    summary += told(f"{counted(made.counts) or 'no bifurcation'} ({word})")
    sheet.text(left, 48, fit(summary, room, 10), size=10, color=theme().grey)
    sheet.text((left + WIDTH - RIGHT) / 2, BOTTOM + 36, a, size=11, ha="center")
    sheet.text(left - gutter(made.window, count=6) - 4, TOP + 12, x, size=11, ha="left")
    at, y = left, HEIGHT - 18
    for kind in LOOKS:
        if kind in kinds:
            colour, style = LOOKS[kind]
            _key(sheet, at, y, 26, color=getattr(theme(), colour), ls=style, lw=2)
            sheet.text(at + 32, y, told(kind), size=9)
            at += 32 + measure(told(kind), 9) + 20
    if "kink" in kinds:
        _key(sheet, at, y, 26, color=theme().grey, lw=4)
        _key(sheet, at, y, 26, color=theme().paper, lw=1.4)
        sheet.text(at + 32, y, told("on a kink"), size=9)
        at += 32 + measure(told("on a kink"), 9) + 20
    for kind in MARKS:
        if kind in made.counts:
            marker, inner, rim = _mark(kind)
            text = told(named(kind, 1))
            _key(sheet, at, y, 0, marker=marker, ms=7, mfc=inner, mec=rim, mew=1.3, ls="none")
            sheet.text(at + 13, y, text, size=9)
            at += 13 + measure(text, 9) + 20
    if "flat" in made.counts:
        text = told(f"dotted upright: f does not depend on {x}")
        sheet.text(at, y, text, size=9, color=theme().grey)
        at += measure(text, 9) + 20
    if made.left:
        sheet.text(at, y, told("framed: not decided"), size=9, color=theme().frame)


def _key(sheet: Sheet, x: float, y: float, wide: float, **look: object) -> None:
    places = np.array([x, x + wide]) if wide else np.array([x + 3])
    line = Line2D(places / sheet.width, np.full(places.shape, 1 - (y - 4) / sheet.height), **look)  # type: ignore[arg-type]
    line.set_transform(sheet.figure.transSubfigure)
    sheet.figure.add_artist(line)


__all__ = ["curves", "draw", "save"]
