"""An analysis of two variables as a picture: contours, the critical points by kind, where H is positive definite."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke

from symopt.analysis.boxes.report import BoxAnalysis
from symopt.analysis.records import CriticalPoint, Place
from symopt.analysis.words import counted, digits
from symopt.judge.spectra import divides
from symopt.language import told
from symopt.methods import Method
from symopt.views.film import still
from symopt.views.notation import symbol, written
from symopt.views.parts.plane.basins import COLOURS, Basins, basins, paint
from symopt.views.parts.plane.landscape import Landscape
from symopt.views.parts.plane.relief import sketch
from symopt.views.scenes.plane import name_axes
from symopt.views.sheet.paper import PAPER, Paper
from symopt.views.sheet.sheet import Sheet, fit, font, gutter, measure, settings, style_axes
from symopt.views.sheet.styles import themed
from symopt.views.sheet.theme import theme

HEIGHT, TOP, SIDE, FOOT = 640, 66, 460, 66
LOOKS = {
    "minimum": ("v", "good"), "saddle": ("X", "blue"), "maximum": ("^", "bad"), "degenerate": ("s", "purple"),
    "undecided": ("D", "frame"),
}  # fmt: skip
"""The marker of each kind, and the name of its colour in the theme."""
SIZES = ((30, 10.0), (150, 7.5), (10**9, 5.0))
"""Up to so many points markers are so large."""
NAMED, RINGS = 8, 30
"""Minima whose f is written, and places of the least value that are ringed."""
WIDE = 0.03
"""The share of the window from which on such a place is framed in place of a ring."""


def save(made: BoxAnalysis, path: str, walked: Basins | None = None, paper: Paper = PAPER) -> str:
    """Writes the picture, replacing the file only when it is whole; returns the path."""
    return still.save(lambda: draw(made, walked, paper), path, paper.named(str(made)))


def ends(made: BoxAnalysis, method: Method, steps: int) -> Basins:
    """At which of the critical points a method ends, from a grid of starts over the window."""
    return basins(made.loss, method, made.window, [p.x for p in made.critical_points], steps)


def draw(made: BoxAnalysis, walked: Basins | None = None, paper: Paper = PAPER) -> Figure:
    """The picture of an analysis, over it where starts end; a figure of its own, never pyplot's."""
    with settings(themed(paper.look)):
        ground = Landscape.over(made.loss, made.window, [p.x for p in made.critical_points if p.kind == "minimum"])
        left = gutter(ground.ylim, count=6) + 14
        width = max(int(left + SIDE + 24), 560)
        sheet = paper.fixed(width, HEIGHT + (54 if walked else 0))
        ax = sheet.axes(left, TOP, left + SIDE, TOP + SIDE)
        style_axes(ax, ground.xlim, ground.ylim, counts=(6, 6))
        sketch(ax, ground)
        colours = _colours(made, walked)
        if walked is not None:
            paint(ax, walked, made.window, colours)
        definite = _definite(ax, ground, filled=walked is None)
        name_axes(ax, [str(symbol) for symbol in ground.loss.variables])
        _frames(ax, made)
        _points(ax, made, colours)
        _words(sheet, made, left, width, definite, walked)
        return sheet.figure.figure


def _colours(made: BoxAnalysis, walked: Basins | None) -> list[str | None]:
    """The colour of each critical point: minima at which starts end take turns, from left to right."""
    reached = set() if walked is None else set(np.unique(walked.ends))
    order = sorted((p.x, k) for k, p in enumerate(made.critical_points) if p.kind == "minimum" and k in reached)
    found: list[str | None] = [None] * len(made.critical_points)
    for turn, (_, k) in enumerate(order):
        found[k] = COLOURS[turn % len(COLOURS)]
    return found


def _definite(ax: Axes, ground: Landscape, filled: bool) -> bool:
    """Hatches the region where H is positive definite, as a grid of points sees it; whether there is one."""
    xs, ys, eigenvalues = ground.definite()
    seen = eigenvalues[np.isfinite(eigenvalues)]
    if not seen.size or not seen.max() > 1e-9 * np.median(np.abs(seen)):
        return False
    # single points of the grid that lie on a kink tell nothing
    positive = np.pad(eigenvalues > 0, 1)
    around = np.lib.stride_tricks.sliding_window_view(positive, (3, 3)).sum(axis=(-1, -2))
    eigenvalues = np.where((eigenvalues > 0) & (around < 4), -np.abs(eigenvalues), eigenvalues)
    levelled = np.ma.masked_invalid(np.arcsinh(eigenvalues / (np.median(np.abs(seen)) or 1.0)))
    if filled:
        ax.contourf(xs, ys, levelled, [0.0, 1e9], colors=[theme().blue], alpha=0.18, zorder=0.7)
    if seen.min() < 0:
        ax.contour(
            xs,
            ys,
            levelled,
            [0.0],
            colors=[theme().blue if filled else theme().ink],
            linewidths=0.9,
            linestyles="solid",
            zorder=0.8,
        )
    return True


def _frames(ax: Axes, made: BoxAnalysis) -> None:
    """Dashed frames around what is not decided, dotted ones around where least f lies, so large that they are seen."""
    least = [0.03 * np.ptp(ax.get_xlim()), 0.03 * np.ptp(ax.get_ylim())]
    wide = [place.enclosure for place in made.at[:RINGS] if _wide(made, place)]
    for hulls, color, dashes in ((made.left, theme().frame, (4, 2)), (wide, theme().ink, (1, 2))):
        for hull in hulls:
            (x, y), (w, h) = np.mean(hull, axis=1), np.maximum(np.diff(hull, axis=1)[:, 0], least)
            xs, ys = x + w / 2 * np.array([-1, 1, 1, -1, -1]), y + h / 2 * np.array([-1, -1, 1, 1, -1])
            ax.plot(xs, ys, color=color, lw=1.6, dashes=dashes, zorder=5, clip_on=False)


def _wide(made: BoxAnalysis, place: Place) -> bool:
    """Whether a place of the least value is known so roughly that a point would say too much."""
    return bool((np.diff(place.enclosure, axis=1) > WIDE * np.diff(made.window, axis=1)).any())


def _points(ax: Axes, made: BoxAnalysis, colours: list[str | None]) -> None:
    points = made.critical_points
    size = next(size for most, size in SIZES if len(points) <= most)
    for kind, (marker, name) in reversed(LOOKS.items()):
        colour, paper = getattr(theme(), name), theme().paper
        for kink in (False, True):
            chosen = [c is None and p.kind == kind and p.kink == kink for p, c in zip(points, colours, strict=True)]
            places = np.array([p.x for p, yes in zip(points, chosen, strict=True) if yes]).reshape(-1, 2)
            inner, rim, width = (paper, colour, max(1.0, size / 5)) if kink else (colour, paper, max(0.6, size / 10))
            ax.plot(*places.T, marker, ms=size, mfc=inner, mec=rim, mew=width, ls="none", zorder=6, clip_on=False)
    for point, own in zip(points, colours, strict=True):
        if own is not None:
            ax.plot(*point.x, "v", ms=size, mfc=own, mec=theme().ink, mew=1.2, ls="none", zorder=6, clip_on=False)
    places = np.array([place.x for place in made.at[:RINGS] if not _wide(made, place)]).reshape(-1, 2)
    ax.plot(*places.T, "o", ms=size + 6, mfc="none", mec=theme().ink, mew=1.3, ls="none", zorder=5.9, clip_on=False)
    lowest = [p for p in points if p.kind == "minimum"]
    if len(points) <= 3 * NAMED:
        _named(ax, lowest[:NAMED], points, 0.7 * (size + 6) + 8)


def _named(ax: Axes, minima: list[CriticalPoint], points: tuple[CriticalPoint, ...], away: float) -> None:
    """f beside minima, so many pixels above or below, where no other point is in the way."""
    box, high = ax.get_window_extent(), 12
    unit = np.array([box.width / np.ptp(ax.get_xlim()), box.height / np.ptp(ax.get_ylim())]) * 100 / ax.figure.dpi
    origin = np.array([ax.get_xlim()[0], ax.get_ylim()[0]])
    taken = [(np.array(p.x) - origin) * unit for p in points]
    for point in minima:
        text = f"f = {digits(point.f, 4)}"
        wide = measure(text, 8.5)
        at = (np.array(point.x) - origin) * unit
        for dx, dy in ((0, -away), (0, away), (wide / 2 + away, 0), (-wide / 2 - away, 0)):
            middle = at + (dx, dy)
            inside = wide / 2 + 3 < middle[0] < SIDE - wide / 2 - 3 and high / 2 + 2 < middle[1] < SIDE - high / 2 - 2
            free = all(abs(x - middle[0]) > wide / 2 + 7 or abs(y - middle[1]) > high / 2 + 6
                       for x, y in taken if (x, y) != tuple(at))  # fmt: skip
            if inside and free:
                place = middle / unit + origin
                said = ax.text(place[0], place[1], text, ha="center", va="center", zorder=7, **font(size=8.5))
                said.set_path_effects([withStroke(linewidth=2.2, foreground=theme().veil(0.82))])
                taken += [middle + (k * wide / 4, 0) for k in (-2, -1, 0, 1, 2)]
                break


def _words(sheet: Sheet, made: BoxAnalysis, left: float, width: int, definite: bool, walked: Basins | None) -> None:
    names = ", ".join(symbol(name) for name in made.loss.names)
    room = width - left - 12
    title = f"f({names}) = {written(made.loss)}"
    size = next((s for s in (13, 11) if measure(title, s) < room), 9)
    sheet.text(left, 26, fit(title, room, size), size=size)
    count = len(made.critical_points)
    word = "all, proved" if made.status == "complete" else "so far"
    words = f"{word}; beside curves or regions" if made.sets else word
    summary = told(f"{count} critical point{'s' * (count != 1)} ({words})") + "  ·  " + told(f"least f {_least(made)}")
    sheet.text(left, 48, fit(summary, room, 10), size=10, color=theme().grey)
    x, y = left, HEIGHT - FOOT + 14
    for kind in made.counts:
        marker, name = LOOKS[kind]
        place = [(x + 5) / sheet.width], [1 - (y - 3) / sheet.height]
        look = Line2D(*place, marker=marker, ms=7.5, mfc=getattr(theme(), name), mec=theme().paper, mew=0.6, ls="none")
        look.set_transform(sheet.figure.transSubfigure)
        sheet.figure.add_artist(look)
        text = told(counted({kind: made.counts[kind]}))
        sheet.text(x + 15, y, text, size=9)
        x += 15 + measure(text, 9) + 18
    border = "thin line: around minima up to it H is positive definite (sampled)"
    plain = not any(p.kink for p in made.critical_points)
    notes = [border if walked and plain else f"{'thin line' if walked else 'blue'}: H positive definite (sampled)"]
    notes = notes * definite
    wide = [_wide(made, place) for place in made.at]
    notes += ["rings: least f"] * (not all(wide))
    notes += ["dotted: least f lies within"] * any(wide)
    notes += ["open markers: kinks"] * any(p.kink for p in made.critical_points)
    notes += ["dashed: not decided"] * bool(made.left)
    sheet.text(left, HEIGHT - FOOT + 36, fit(told(", ".join(notes)), room, 8.5), size=8.5, color=theme().grey)
    if walked is not None:
        said = f"colours: the minimum at which {walked.method.name} ends"
        said += f" (estimate: {walked.side}² starts, {walked.steps} steps)"
        ends = {made.critical_points[k].kind for k in np.unique(walked.ends) if k >= 0} - {"minimum"}
        elsewhere = "pale: at a saddle or a maximum" if ends <= {"saddle", "maximum"} else "pale: at another point"
        others = [("dark: runs away", walked.ends == -2), (elsewhere, pale(made, walked)),
                  ("brown: at none of them so far", walked.ends == -1)]  # fmt: skip
        lines = [said, ", ".join(word for word, where in others if where.any()), why(made, walked)]
        for line, text in enumerate(filter(None, lines)):
            sheet.text(left, HEIGHT - FOOT + 54 + 18 * line, fit(told(text), room, 8.5), size=8.5, color=theme().grey)


def pale(made: BoxAnalysis, walked: Basins) -> np.ndarray:
    """Which starts of the grid end at a critical point that is no minimum."""
    minima = [k for k, p in enumerate(made.critical_points) if p.kind == "minimum"]
    return ~np.isin(walked.ends, [-2, -1, *minima])


def why(made: BoxAnalysis, walked: Basins) -> str:
    """Of a method that divides by H: at how many of the pale starts H is not positive definite."""
    rows, columns = np.nonzero(pale(made, walked))
    if not rows.size or not divides(walked.method):
        return ""
    x, y = (np.linspace(float(low), float(high), walked.side) for low, high in made.window)
    hessians = np.asarray(made.loss.hess(np.stack([x[columns], y[rows]], axis=-1)))
    known = hessians[np.isfinite(hessians).all((-2, -1))]
    share = 100 * np.count_nonzero(np.linalg.eigvalsh(known)[:, 0] <= 0) // rows.size
    name = walked.method.name
    return f"{name} seeks ∇f = 0, not a minimum: at {share} % of the pale starts H is not pos. def."


def _least(made: BoxAnalysis) -> str:
    low = made.minimum[0]
    if not np.isfinite(low):
        return "not bounded, or no bound shown" if low == -np.inf else "none"
    return made.least(6)


__all__ = ["draw", "ends", "save"]
