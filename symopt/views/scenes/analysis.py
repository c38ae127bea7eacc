"""An analysis as a picture: the curve, its critical points, where it bends up and down, where each start ends."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.transforms import blended_transform_factory

from symopt.analysis.line.report import Analysis
from symopt.analysis.words import digits
from symopt.language import told
from symopt.methods.base import Method
from symopt.views.film import still
from symopt.views.notation import parameters, symbol, written
from symopt.views.sheet import ranges
from symopt.views.sheet.paper import PAPER, Paper
from symopt.views.sheet.sheet import Sheet, behind, fit, fit_words, font, gutter, measure, settings, style_axes
from symopt.views.sheet.styles import themed
from symopt.views.sheet.theme import theme

WIDTH, TOP, CURVE, STRIP, GAP, BOTTOM, EDGE = 800, 58, 300, 22, 8, 90, 16
SMALL, LINE = 8.5, 18
"""Points of the words below, and pixels from line to line."""
LANES, STEPS = 400, 400
MOST, WRITABLE = 20, 0.025
"""Minima that are numbered, and the share of a row that has room for a number."""
LABELS = {"regularized-newton": "reg. newton"}
METHODS = (("gd", "lr"), ("newton", ""), ("regularized-newton", "alpha"))


def save(made: Analysis, path: str, lr: float | None = None, alpha: float | None = None, paper: Paper = PAPER) -> str:
    """Writes the picture, replacing the file only when it is whole; returns the path. lr, alpha: see `draw`."""
    return still.save(lambda: draw(made, paper, lr, alpha), path, paper.named(str(made)))


def draw(made: Analysis, paper: Paper = PAPER, lr: float | None = None, alpha: float | None = None) -> Figure:
    """The picture of an analysis; a figure of its own, never pyplot's. lr, alpha: of the strips, `auto` if None."""
    with settings(themed(paper.look)):
        given = {"lr": lr, "alpha": alpha, "": None}
        strips = [(_label(chosen), ends(made, chosen)) for chosen in (walker(made, *m, given[m[1]]) for m in METHODS)]
        shown = [(name, found) for name, found in strips if found is not None]
        rows = len(shown) * (STRIP + GAP)
        notes = _rows(made, [found for _, found in shown])
        below = BOTTOM + LINE * max(len(behind(notes, WIDTH - 2 * EDGE, SMALL)) - 1, 0)
        sheet = paper(WIDTH, TOP + CURVE + rows + below)
        width, height = sheet.width, sheet.height
        bottom = height - below - rows
        low, high = map(float, made.window[0])
        pad = 0.015 * (high - low)
        xlim = (low - pad, high + pad)
        visited = [(p.x[0], p.f) for p in made.critical_points if np.isfinite(p.f)]
        places = np.array(visited, dtype=float).reshape(-1, 2)

        def f(x: np.ndarray) -> np.ndarray:
            return np.asarray(made.loss(x[:, None]), dtype=float)

        xs, ys = ranges.sample(f, low, high)
        ylim = _upright(xs, ys, places)
        xs, ys = ranges.tear(f, xs, ys, ylim)
        names = [name for name, _ in shown]
        left = max([gutter(ylim), *(measure(name, 9.5) + 18 for name in names)])
        ax = sheet.axes(left, TOP, width - EDGE, bottom)
        style_axes(ax, xlim, ylim)
        _bands(ax, made)
        span = ylim[1] - ylim[0]
        ax.plot(xs, np.clip(ys, ylim[0] - 3 * span, ylim[1] + 3 * span), color=theme().ink, lw=theme().curve, zorder=2)
        colours = colouring(made)
        _points(ax, made, colours, ylim)
        top = bottom + 34
        for number, (_, found) in enumerate(shown):
            at = top + number * (STRIP + GAP)
            strip = sheet.axes(left, at, width - EDGE, at + STRIP)
            _strip(strip, found, made, colours, xlim)
            sheet.text(left - 8, at + STRIP - 7, names[number], size=9.5, ha="right")
        _words(sheet, made, left, notes)
        return sheet.figure.figure


def colouring(made: Analysis) -> list[str]:
    """One colour for each critical point: minima by identity, all else by kind."""
    found, number = [], 0
    own = [colour for colour in theme().identities if colour != theme().model] or theme().identities
    for point in made.critical_points:
        if point.lowest:
            found.append(own[number % len(own)])
            number += 1
        else:
            found.append(theme().bad if point.kind == "maximum" or point.turn == "maximum" else theme().grey)
    return found


def _upright(xs: np.ndarray, ys: np.ndarray, places: np.ndarray) -> tuple[float, float]:
    """The vertical range: the critical points, and the curve but for its steepest parts."""
    known = ys[np.isfinite(ys)]
    if known.size:
        low, high = np.quantile(known, (0.1, 0.75))
        calm = np.flatnonzero(np.isfinite(ys) & (ys >= low) & (ys <= high))[::20]
        places = np.concatenate([places, np.stack([xs[calm], ys[calm]], axis=1)])
    return ranges.upright(xs, ys, places[:, 0], places[:, 1])


def _bands(ax: Axes, made: Analysis) -> None:
    """Where f″ > 0 a cool tint, where f″ < 0 a warm one and a hatched strip on the floor."""
    across = blended_transform_factory(ax.transData, ax.transAxes)
    for low, high in made.convex:
        ax.fill_between([low, high], 0, 1, transform=across, color=theme().cool, lw=0, zorder=0)
    for low, high in made.concave:
        ax.fill_between([low, high], 0, 1, transform=across, color=theme().tint, lw=0, zorder=0)
        ax.fill_between([low, high], 0, 0.03, transform=across, facecolor="none", edgecolor=theme().hatch,
                        hatch="/////", lw=0, zorder=1)  # fmt: skip


def _points(ax: Axes, made: Analysis, colours: list[str], ylim: tuple[float, float]) -> None:
    for point, colour in zip(made.critical_points, colours, strict=True):
        if point.flat:
            low, high = point.enclosure[0]
            ax.plot([low, high], [point.f, point.f], color=colour, lw=5, solid_capstyle="butt", zorder=2.5)
            continue
        marker = "v" if point.lowest else "^" if "maximum" in (point.kind, point.turn) else "d"
        number = numbers(made).get(made.critical_points.index(point))
        if number and ylim[0] <= point.f <= ylim[1]:
            style = font(size=9, color=colour, weight="bold")
            ax.annotate(str(number), (point.x[0], point.f), (0, 6), textcoords="offset points", ha="center", **style)
        if ylim[0] <= point.f <= ylim[1]:
            ax.plot(
                [point.x[0]], [point.f], marker, ms=8, mfc=colour, mec=theme().paper, mew=1, zorder=3, clip_on=False
            )


def numbers(made: Analysis) -> dict[int, int]:
    """Numbers for the minima, by their index, where there are several to be told apart."""
    minima = [index for index, point in enumerate(made.critical_points) if point.lowest]
    return {index: number for number, index in enumerate(minima, 1)} if 1 < len(minima) <= MOST else {}


def walker(made: Analysis, name: str, word: str, value: float | None = None) -> Method:
    """A method with its parameter as given, else as a walk from the analysis' start would choose it."""
    from symopt.auto import resolve
    from symopt.methods import method

    chosen = method(name)
    if value is not None:
        chosen = chosen.with_parameters(**{word: value})
    place = made.window.mean(axis=1) if made.start is None else np.array([made.start])
    return resolve(chosen, made.loss, made.window, place)


def _label(chosen: Method) -> str:
    return f"{LABELS.get(chosen.name, chosen.name)}  {parameters(chosen.parameters)}".strip()


def ends(made: Analysis, chosen: Method) -> np.ndarray | None:
    """For each of many starts the index of the critical point where its walk of up to 400 steps ends flat, as judged.

    −1 where it ends at none (not yet, in a cycle, in chaos), −2 where it ran away, left the domain or has no next
    point. None for a regularised Newton that is Newton itself.
    """
    if chosen.parameters.get("alpha") == 0:
        return None
    from symopt.sweep import sweep
    from symopt.sweep.places import ended_at

    low, high = map(float, made.window[0])
    x = starts(low, high)
    over = {made.loss.names[0]: (float(x[0]), float(x[-1]), LANES)}
    walked = sweep(made.loss, chosen, over, window=made.window, steps=STEPS)
    sides = np.array([point.enclosure[0] for point in made.critical_points]).reshape(-1, 2)
    return ended_at(walked, sides[:, :1], sides[:, 1:])


def starts(low: float, high: float) -> np.ndarray:
    """The starts of the strips: the middles of as many cells."""
    return low + (high - low) * (np.arange(LANES) + 0.5) / LANES


def _strip(ax: Axes, found: np.ndarray, made: Analysis, colours: list[str], xlim: tuple[float, float]) -> None:
    """One row of cells: each start in the colour of the point where it ends; unsettled pale, gone white and hatched."""
    low, high = map(float, made.window[0])
    shades = np.array([to_rgb(c) for c in colours] + [to_rgb(theme().paper), to_rgb(theme().away)])
    ax.imshow(shades[found][None], extent=(low, high, 0, 1), aspect="auto", interpolation="nearest", zorder=1)
    ax.set_xlim(*xlim)
    ax.set_ylim(0, 1)
    ax.set_axis_off()
    for a, b in ranges.spans(starts(low, high), found == -2):
        ax.fill_between([a, b], 0, 1, facecolor=theme().paper, edgecolor=theme().pale, hatch="////", lw=0, zorder=2)
    for index, number in numbers(made).items():
        for a, b in ranges.spans(starts(low, high), found == index):
            if b - a > WRITABLE * (high - low):
                style = font(size=9, color=theme().paper, weight="bold", zorder=3)
                ax.text((a + b) / 2, 0.47, str(number), ha="center", va="center", **style)
    for a, b in ranges.spans(starts(low, high), np.isin(found, _maxima(made))):
        ax.fill_between([a, b], 0, 1, facecolor="none", edgecolor=theme().paper, hatch="....", lw=0, zorder=2)


def _maxima(made: Analysis) -> list[int]:
    return [k for k, p in enumerate(made.critical_points) if "maximum" in (p.kind, p.turn)]


def _rows(made: Analysis, strips: list[np.ndarray]) -> list[str]:
    """What is to know of the rows: what they are, and what is seen in them."""
    if not strips:
        return []
    met = set(np.unique(np.concatenate(strips)))
    maxima = met & set(_maxima(made))
    kinds = (
        ("dotted: a maximum", maxima),
        ("newton goes uphill where f″ < 0", maxima),
        ("pale: not settled", -1 in met),
        ("hatched: leaves the window or has no next point", -2 in met),
    )
    return ["rows: where each start ends", *(word for word, there in kinds if there)]


def _words(sheet: Sheet, made: Analysis, left: float, rows: list[str]) -> None:
    title = f"f({symbol(made.loss.names[0])}) = {written(made.loss)}"
    room, height = sheet.width - left - EDGE, sheet.height
    size = next((s for s in (13, 11) if measure(title, s) < room), 9)
    sheet.text(left, 24, fit(title, room, size), size=size)
    said, small = fit_words(summary(made), room, 10, 8.5)
    sheet.text(left, 44, said, size=small, color=theme().grey)
    legend = [(told("▼ minimum"), theme().ink), (told("▲ maximum"), theme().bad)]
    legend += [(told("cool: f″ > 0"), theme().cold), (told("warm: f″ < 0"), theme().hint)]
    y = height - 14
    for line in reversed(behind(rows, sheet.width - 2 * EDGE, SMALL)):
        sheet.text(EDGE, y, line, size=SMALL, color=theme().grey)
        y -= LINE
    x = float(EDGE)
    for word, colour in legend:
        sheet.text(x, y, word, size=SMALL, color=colour)
        x += measure(word, SMALL) + 16


def summary(made: Analysis) -> str:
    """One line: the status, and what gradient descent needs to know."""
    count = len(made.critical_points)
    word = {"complete": "all, proved", "incomplete": "so far", "estimated": "estimated"}[made.status]
    parts = [f"{count} critical point{'s' * (count != 1)} ({word})"]
    if made.safe_lr is not None:
        parts.append(f"gd: f falls if lr < {digits(made.safe_lr, 5, -1)}")
    if made.convex_everywhere:
        parts.append("convex here")
    elif made.direction_alpha:
        parts.append(f"reg. newton: downhill if α > {digits(made.direction_alpha, 5, 1)}")
    return "  ·  ".join(map(told, parts))


__all__ = ["draw", "ends", "numbers", "save", "starts", "summary", "walker"]
