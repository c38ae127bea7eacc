"""A sweep as a picture: a map of two axes, or of one axis the orbit diagram above a strip of endings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure

from symopt.errors import RenderError, did_you_mean, named
from symopt.methods import Rule
from symopt.sweep import Sweep
from symopt.sweep.axes import Axis
from symopt.sweep.labels import CHAOTIC, CLOSING, CYCLE, KINDS, LEFT, NOWHERE, OPEN, STALLED, STUCK, Label
from symopt.sweep.theory import ESTIMATED, PROVED, Tick
from symopt.views.film import still
from symopt.views.notation import formula, parameters, superscript, symbol, written
from symopt.views.sheet.colours import BLUE, GREEN, GREY, INK, ORANGE, PALE, PURPLE, SKY, VERMILLION
from symopt.views.sheet.digits import short, ticks
from symopt.views.sheet.sheet import Sheet, fit, fit_words, font, gutter, measure, settings, style_axes

SHOWS = ("end", "steps", "f", "period", "exponent")
WIDE, HIGH, TOP, STRIP, RIGHT = 640, 500, 66, 22, 24
"""Pixels of the map or diagram, above it, of the strip of endings, and beside it."""
ROW, KEY = 20, 16
SHORT = 8
"""Letters of a name from which on it does not fit beside the axis."""
MINIMA = (BLUE, ORANGE, GREEN, PURPLE, SKY, "#F0E442", "#7A6A00", "#8C510A")
OTHERS = {
    "maximum": VERMILLION,
    "saddle": "#7B3294",
    "inflection": "#A6611A",
    "degenerate": "#C9A66B",
    "plateau": "#D9D2C3",
}
CYCLES = {2: "#E8BFD8", 3: "#A8D5C8", 4: "#C5B4E3"}
LONGER, CHAOS, NOT_YET, AWAY, GONE = "#9A86C4", "#5A3A78", "#F1F1EE", "#23262E", "#8A8F98"
MANY = 8
"""Places of minima that have a colour each; of more all minima have one."""
NARROWEST = 0.05
"""The least share of the window that an orbit diagram shows."""
SCALE = 2
"""Pixels of the picture inside the axes for each of the sheet."""
UNITS = {"steps": "steps", "f": "f at the last point", "period": "period", "exponent": "Lyapunov exponent, 1/step"}


@dataclass(frozen=True)
class Class:
    """Endings that have one colour. pattern: 0 plain, 1 stripes, 2 stripes the other way, 3 dots."""

    text: str
    colour: str
    pattern: int = 0


NONE = Class("no number", "#B9BDC4")


def save(made: Sweep, path: str, show: str = "end", dpi: float | None = None) -> str:
    """Writes the picture, replacing the file only when it is whole; returns the path."""
    return still.save(lambda: draw(made, show, dpi), path)


def draw(made: Sweep, show: str = "end", dpi: float | None = None) -> Figure:
    """The picture of a sweep; a figure of its own, never pyplot's. Raises RenderError for what cannot be shown."""
    if not isinstance(show, str) or show not in SHOWS:
        near = did_you_mean(str(show), SHOWS)
        raise RenderError(f"a sweep shows no {named(show)}", f"did you mean {near}?" if near else ", ".join(SHOWS))
    if show == "exponent" and made.exponent is None:
        raise RenderError("the exponents were not computed", "sweep(…, exponents=True)")
    with settings():
        classes, number = classed(made)
        line = len(made.shape) == 1
        across, up = _limits(made.axes[0]), _range(made) if line else _limits(made.axes[1])
        left = max(gutter(up, count=6), 60) + 14
        right = left + WIDE + (RIGHT if line or show in ("end", "period") else 96)
        told = classes if show in ("end", "period") or line else [NONE] * (not np.isfinite(_values(made, show)).all())
        legend = _rows(told, WIDE) if told else []
        marks = [tick for tick in made.ticks if tick.axis == made.axes[0].name]
        rows = _levels(marks, made.axes[0]) if marks else 0
        aside = len(_upwards(made, line, show)) < SHORT  # a longer name stands above what is said of ticks
        top = TOP + 16 * (rows + (rows > 0 and not aside))
        bottom = top + HIGH
        foot = bottom + (STRIP + 8 if line else 0) + 52
        sheet = Sheet(int(right), int(foot + ROW * len(legend) + 8), dpi)
        ax = sheet.axes(left, top, left + WIDE, bottom)
        if line:
            _orbit(ax, made, across, up, show)
            strip = sheet.axes(left, bottom + 8, left + WIDE, bottom + 8 + STRIP)
            _strip(strip, made, classes, number, across)
            _style(strip, made.axes[0], across, (0, 1), None)
            ax.set_xticks([])
            ax.spines["bottom"].set_visible(False)
        elif show == "end":
            _image(ax, painted(number[made.end.T], classes), across, up)
            _style(ax, made.axes[0], across, up, made.axes[1])
        elif show == "period":
            classes, number = _periods(made)
            legend = _rows(classes, WIDE)
            _image(ax, painted(number, classes), across, up)
            _style(ax, made.axes[0], across, up, made.axes[1])
        else:
            _measured(sheet, ax, made, show, across, up, left, top)
            _style(ax, made.axes[0], across, up, made.axes[1])
        _ticks(ax, made.axes[0], marks)
        _words(sheet, made, left, top, bottom, line, show)
        name, height = _upwards(made, line, show), top - 8 if aside or not rows else TOP + 8
        sheet.text(left - 8, height, name, size=11, ha="right" if aside else "left")
        _legend(sheet, legend, left, foot)
        return sheet.figure.figure


# what has which colour


def classed(made: Sweep) -> tuple[list[Class], np.ndarray]:
    """(the classes that occur, in order; for each label its class)."""
    classes: list[Class] = []
    number = np.zeros(len(made.labels), dtype=np.int32)
    heads = [_head(label.word) if label.word in KINDS else "" for label in made.labels]
    alone = "minimum" not in heads
    for place, (label, text) in enumerate(zip(made.labels, made.words, strict=True)):
        head = heads[place]
        if head:
            one = _flat(label, text, head, heads[:place].count(head), heads.count(head), alone)
        else:
            one = _class(label, text)
        if one not in classes:
            classes.append(one)
        number[place] = classes.index(one)
    return classes, number


def _head(word: str) -> str:
    """What a flat point is, in the one word that colours are for."""
    parts = word.split()
    return parts[1] if len(parts) > 1 and parts[1] in OTHERS | {"minimum": ""} else parts[0]


def _flat(label: Label, text: str, head: str, place: int, count: int, alone: bool) -> Class:
    """Minima have a colour each; others the colour of their kind in shades, or one each where there are no minima."""
    pattern = 0 if head == "minimum" else 2
    if count > MANY:
        plural = {"minimum": "minima", "maximum": "maxima"}.get(head, f"{head}s")
        return Class(f"{plural} ({count} places)", MINIMA[0] if pattern == 0 else OTHERS.get(head, GONE), pattern)
    if pattern == 0 or (alone and count > 1):
        return Class(text, MINIMA[place])
    shade = np.array(to_rgb(OTHERS.get(head, GONE))) * (1 - 0.6 * place / count) + 0.6 * place / count
    return Class(text, to_hex(shade), pattern)


def _class(label: Label, text: str) -> Class:
    if label.word in (CYCLE, CLOSING):
        if label.period in CYCLES:
            return Class(f"{label.period}-cycle, there or closing in", CYCLES[label.period], 1)
        return Class("longer cycles", LONGER, 1)
    found = {CHAOTIC: (CHAOS, 3), OPEN: (NOT_YET, 0), STALLED: ("#C9CDD3", 0), LEFT: (GONE, 2), STUCK: ("#B0A090", 2),
             NOWHERE: ("#FFFFFF", 2)}.get(label.word, (AWAY, 0))  # fmt: skip
    return Class(text, *found)


def _periods(made: Sweep) -> tuple[list[Class], np.ndarray]:
    """(classes, the class of each pixel as it is drawn) by the period."""
    colours = {0: NOT_YET, 1: BLUE, **CYCLES, 5: SKY, 6: GREEN, 7: "#F0E442", 8: ORANGE}
    there = np.unique(made.period)
    classes, number = [], np.zeros(int(there.max()) + 1, dtype=np.int32)
    for p in there.tolist():
        text = "no period" if p == 0 else str(p) if p <= 8 else "above 8"
        one = Class(text, colours.get(p, LONGER), 1 if p > 1 else 0)
        if one not in classes:
            classes.append(one)
        number[p] = classes.index(one)
    return classes, number[made.period.T]


def painted(number: np.ndarray, classes: Sequence[Class], size: tuple[int, int] = (HIGH, WIDE)) -> np.ndarray:
    """The picture (rows, columns, 3) in uint8 of classes (y, x): where pixels are finer than the picture's, their mean.

    Stripes and dots are drawn where one class fills what they cover.
    """
    colours = np.array([to_rgb(each.colour) for each in classes]) * 255
    patterns = np.array([each.pattern for each in classes])
    rows, columns = (side * SCALE for side in size)
    tall, wide = number.shape
    low = np.arange(columns) * wide // columns
    made = np.empty((rows, columns, 3), dtype=np.uint8)
    slant = np.arange(columns)
    for row in range(rows):
        first = row * tall // rows
        last = max(first + 1, (row + 1) * tall // rows)
        block = number[first:last]
        if wide > columns or last - first > 1:
            shades = colours[block].mean(axis=0)
            if wide > columns:
                shades = np.add.reduceat(shades, low, axis=0) / np.diff(np.append(low, wide))[:, None]
            else:
                shades = shades[low]
            top, least = block.max(axis=0), block.min(axis=0)
            one = np.maximum.reduceat(top, low) if wide > columns else top[low]
            other = np.minimum.reduceat(least, low) if wide > columns else least[low]
            pure = one == other
        else:
            one = block[0][low]
            shades, pure = colours[one], np.ones(columns, dtype=bool)
        pattern = np.where(pure, patterns[one], 0)
        marked = ((pattern == 1) & ((row + slant) % 16 < 4)) | ((pattern == 2) & ((row - slant) % 16 < 4))
        marked |= (pattern == 3) & (row % 10 < 3) & ((slant + 5 * (row // 10 % 2)) % 10 < 3)
        dark = shades.mean(axis=1, keepdims=True) < 110
        shades = np.where(marked[:, None], np.where(dark, shades * 0.45 + 140, shades * 0.72), shades)
        made[row] = np.round(shades)
    return made


def averaged(values: np.ndarray, scaled: Callable[[Any], Any]) -> np.ndarray:
    """Scaled numbers (y, x) as pixels of the picture: the mean of those that are finite in each, nan without any."""
    rows, columns = HIGH * SCALE, WIDE * SCALE
    tall, wide = values.shape
    low = np.arange(columns) * wide // columns
    made = np.empty((rows, columns))
    for row in range(rows):
        first = row * tall // rows
        block = np.asarray(values[first : max(first + 1, (row + 1) * tall // rows)], dtype=float)
        with np.errstate(all="ignore"):
            block = scaled(block)
            known = np.isfinite(block)
            total, count = np.where(known, block, 0.0).sum(axis=0), known.sum(axis=0)
            if wide > columns:
                total, count = np.add.reduceat(total, low), np.add.reduceat(count, low)
            else:
                total, count = total[low], count[low]
            made[row] = np.where(count > 0, total / count, np.nan)
    return made


# what is drawn


def _image(ax: Axes, picture: np.ndarray, across: tuple[float, float], up: tuple[float, float]) -> None:
    ax.imshow(picture, origin="lower", extent=(*across, *up), aspect="auto", interpolation="antialiased", zorder=1)


def _measured(
    sheet: Sheet,
    ax: Axes,
    made: Sweep,
    show: str,
    across: tuple[float, float],
    up: tuple[float, float],
    left: float,
    top: float,
) -> None:
    """Numbers by colour, with a bar."""
    values = _values(made, show)
    some = np.asarray(values[tuple(slice(None, None, -(-size // 2048)) for size in values.shape)], dtype=float)
    known = some[np.isfinite(some)]
    if not known.size:
        raise RenderError(f"no pixel has a number for {show}", 'show="end" shows how the walks ended')
    low, high = (float(q) for q in np.quantile(known, (0.02, 0.98)))
    name = "cividis"
    if show == "exponent":
        high = max(abs(low), abs(high), 1e-9)
        low, name = -high, "PuOr"
    elif show == "steps":
        low, high = float(known.min()), float(known.max())
    if not high > low:
        high = low + 1
    logged = show == "steps" and low >= 0

    def place(v: Any) -> Any:
        return np.log1p(v) if logged else v

    table = colormaps[name]
    mean = averaged(values.T, place)
    share = (mean - place(low)) / (place(high) - place(low))
    shades = (table(np.clip(np.nan_to_num(share, nan=0.0), 0, 1))[..., :3] * 255).astype(np.uint8)
    shades[np.isnan(share)] = to_rgb(NONE.colour) * np.array(255)
    _image(ax, shades, across, up)
    bar = sheet.axes(left + WIDE + 16, top, left + WIDE + 32, top + HIGH)
    bar.imshow(table(np.linspace(0, 1, 256))[:, None, :3], origin="lower", aspect="auto", extent=(0, 1, 0, 1))
    bar.set_xticks([])
    if logged:
        places = [
            v for v in (0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 100000) if low <= v <= high
        ]
        labels = [f"{v:,}" for v in places]
    else:
        places, labels = ticks(low, high, 6)  # type: ignore[assignment]
    bar.yaxis.tick_right()
    bar.set_yticks(
        [float((place(v) - place(low)) / (place(high) - place(low))) for v in places],
        labels,
        **font(size=9, color=GREY),
    )
    bar.tick_params(length=3, color=PALE)
    for spine in bar.spines.values():
        spine.set_color(PALE)


def _values(made: Sweep, show: str) -> np.ndarray:
    """The numbers that are shown, as floats."""
    values = {"steps": made.steps, "f": made.f, "period": made.period, "exponent": made.exponent}[show]
    return np.asarray(values, dtype=float)


def _range(made: Sweep) -> tuple[float, float]:
    """What the orbit diagram shows of the first variable."""
    assert made.tail is not None
    settled = np.array([label.flat or label.word in (CYCLE, CLOSING, CHAOTIC) for label in made.labels])[made.end]
    values = made.tail[settled]
    values = values[np.isfinite(values)]
    low, high = (float(values.min()), float(values.max())) if values.size else (np.inf, -np.inf)
    if not high > low:
        low, high = (float(side) for side in made.plan.problem.window[0])
    least = NARROWEST * float(np.ptp(made.plan.problem.window[0]))
    if high - low < least:  # what is one place is no curve
        low, high = (low + high - least) / 2, (low + high + least) / 2
    pad = 0.04 * (high - low)
    return low - pad, high + pad


def _orbit(ax: Axes, made: Sweep, across: tuple[float, float], up: tuple[float, float], show: str) -> None:
    """Last iterates, or a number, against the axis."""
    x = _scaled(made.axes[0])
    if show in ("steps", "f", "period", "exponent"):
        values = _values(made, show)
        known = values[np.isfinite(values)]
        low, high = (float(known.min()), float(np.quantile(known, 0.99))) if known.size else (0.0, 1.0)
        pad = 0.05 * (high - low) or 1.0
        style_axes(ax, across, (low - pad, high + pad), counts=(7, 6))
        ax.plot(x, values, ".", ms=2.5, color=BLUE, rasterized=True)
        return
    assert made.tail is not None
    rows, columns = HIGH * SCALE, WIDE * SCALE
    place = np.floor((made.tail - up[0]) / (up[1] - up[0]) * rows)
    inside = np.isfinite(place) & (place >= 0) & (place < rows)
    pixel, _ = np.nonzero(inside)
    count = len(x)
    ink = np.zeros((rows, count))
    np.add.at(ink, (place[inside].astype(int), pixel), 1.0)
    each = np.maximum(inside.sum(axis=1), 1)
    ink = 1 - np.exp(-ink / each * 40)
    if count <= columns:
        ink = ink[:, np.arange(columns) * count // columns]
    else:
        ink = np.maximum.reduceat(ink, np.arange(columns) * count // columns, axis=1)
    thick = ink.copy()
    thick[1:] = np.maximum(thick[1:], ink[:-1])
    thick[:-1] = np.maximum(thick[:-1], ink[1:])
    shades = np.array(to_rgb(INK))[None, None] * thick[..., None] + (1 - thick[..., None])
    style_axes(ax, across, up, counts=(7, 6))
    _image(ax, np.round(shades * 255).astype(np.uint8), across, up)
    ax.set_xlim(*across)
    ax.set_ylim(*up)


def _strip(ax: Axes, made: Sweep, classes: Sequence[Class], number: np.ndarray, across: tuple[float, float]) -> None:
    _image(ax, painted(number[made.end][None], classes, (STRIP, WIDE)), across, (0, 1))


def _style(ax: Axes, first: Axis, across: tuple[float, float], up: tuple[float, float], second: Axis | None) -> None:
    style_axes(ax, across, up, counts=(7, 6))
    _powers(ax.xaxis, first, across)
    if second is None:
        ax.set_yticks([])
    else:
        _powers(ax.yaxis, second, up)
    for spine in ax.spines.values():
        spine.set_visible(True)
        spine.set_color(PALE)


def _powers(axis: object, swept: Axis, limits: tuple[float, float]) -> None:
    """Round numbers along an axis with even factors."""
    if not swept.log:
        return
    decades = range(int(np.floor(limits[0])), int(np.ceil(limits[1])) + 1)
    wide = limits[1] - limits[0]
    parts = (1, 2, 5) if wide < 2.5 else (1,)
    values = [
        (d + float(np.log10(m)), m, d)
        for d in decades
        for m in parts
        if limits[0] - 1e-9 <= d + np.log10(m) <= limits[1] + 1e-9
    ]
    plain = limits[0] >= -3 and limits[1] <= 4
    texts = [
        f"{m * 10.0**d:g}" if plain else (f"{m}·" if m > 1 else "") + "10" + superscript(str(d)) for _, m, d in values
    ]
    axis.set_ticks([v for v, _, _ in values], texts, **font(size=9.5, color=GREY))  # type: ignore[attr-defined]


def _scaled(axis: Axis) -> np.ndarray:
    return np.log10(axis.values) if axis.log else axis.values


def _limits(axis: Axis) -> tuple[float, float]:
    """The ends of an axis whose values stand in the middles of their pixels."""
    values = _scaled(axis)
    half = float(values[-1] - values[0]) / (len(values) - 1) / 2
    return float(values[0]) - half, float(values[-1]) + half


def _place(axis: Axis, value: float) -> float:
    return float(np.log10(value)) if axis.log else value


def _spread(marks: Sequence[Tick], axis: Axis) -> list[tuple[Tick, float, float, int]]:
    """(tick, its pixel, where its text begins, its row above the picture)."""
    low, high = _limits(axis)
    ends: list[float] = []
    placed = []
    for mark in marks[:8]:
        at = (_place(axis, mark.value) - low) / (high - low) * WIDE
        wide = measure(_said(mark), 8.5)
        begin = min(max(at - wide / 2, 4), WIDE - wide)
        level = next((k for k, end in enumerate(ends) if end + 8 < begin), len(ends))
        ends = [*ends[:level], begin + wide, *ends[level + 1 :]]
        placed.append((mark, at, begin, level))
    return placed


def _levels(marks: Sequence[Tick], axis: Axis) -> int:
    return 1 + max(level for *_, level in _spread(marks, axis))


def _said(mark: Tick) -> str:
    number = short(mark.value, 6 if mark.known != ESTIMATED else 3)
    head, colon, more = mark.text.partition(":")
    sign = "≈" if mark.known == ESTIMATED else "at" if "becomes" in head else "="
    return f"{head} {sign} {number}{colon}{more}"


def _ticks(ax: Axes, axis: Axis, marks: Sequence[Tick]) -> None:
    """Lines where theory says something: solid what is proved, dashed what is solved in floats, dotted an estimate."""
    if not marks:
        return
    low, high = _limits(axis)
    unit = (high - low) / WIDE
    up = ax.get_ylim()
    styles = {PROVED: "solid", ESTIMATED: (0, (1, 2))}
    for mark, at, begin, level in _spread(marks, axis):
        x = low + at * unit
        style = styles.get(mark.known, (0, (5, 3)))
        ax.plot([x, x], up, color="white", lw=2.6, alpha=0.7, zorder=3)
        ax.plot([x, x], up, color=INK, lw=1.1, ls=style, zorder=4)
        wide = measure(_said(mark), 8.5)
        tall = (up[1] - up[0]) / HIGH
        y = up[1] + tall * (6 + 16 * level)
        ax.text(low + (begin + wide / 2) * unit, y, _said(mark), ha="center", va="bottom", clip_on=False, zorder=5,
                bbox={"fc": "white", "ec": "none", "pad": 0.8}, **font(_said(mark), size=8.5))  # fmt: skip
        ax.plot([x, x], [up[1], up[1] + tall * (4 + 16 * level)], color=GREY, lw=0.6, clip_on=False, zorder=4)
    ax.set_ylim(*up)


# what is said


def _words(sheet: Sheet, made: Sweep, left: float, top: float, bottom: float, line: bool, show: str) -> None:
    plan = made.plan
    loss = plan.problem.general or plan.problem.loss
    names = ", ".join(symbol(name) for name in loss.names)
    room = sheet.width - left - 12
    title = f"f({names}) = {written(loss)}"
    size = next((s for s in (13, 11) if measure(title, s) < room), 9)
    sheet.text(left, 26, fit(title, room, size), size=size)
    words, small = fit_words(_method(made), room, 10, 8)
    sheet.text(left, 48, words, size=small, color=GREY)
    under = bottom + (STRIP + 8 if line else 0) + 40
    sheet.text(left + WIDE / 2, under, symbol(made.axes[0].name), size=11, ha="center")
    if not line and show not in ("end", "period"):
        sheet.text(sheet.width - 8, top - 8, UNITS[show], size=9, ha="right", color=GREY)


def _upwards(made: Sweep, line: bool, show: str) -> str:
    """The name of the axis that goes up."""
    if not line:
        return symbol(made.axes[1].name)
    return symbol(made.plan.problem.loss.names[0]) if show == "end" else UNITS[show]


def _method(made: Sweep) -> str:
    plan = made.plan
    swept = {axis.name for axis in plan.axes}
    method = plan.method
    shown = formula(method.read, plan.problem.n) if isinstance(method, Rule) else method.name
    own = {k: v for k, v in method.parameters.items() if k not in swept and isinstance(v, int | float)}
    start = zip(plan.problem.loss.names, plan.problem.start, strict=True)
    fixed = [f"{symbol(name)} = {short(value)}" for name, value in start if name not in swept]
    parts = [f"{method.name}: {shown}" if isinstance(method, Rule) and method.name != method.text else shown]
    parts += [parameters(own)] if own else []
    parts += [f"start {', '.join(fixed[:3])}"] if fixed else []
    return "  ·  ".join([*parts, f"up to {plan.stop.steps:,} steps"])


def _rows(classes: Sequence[Class], room: float) -> list[list[Class]]:
    rows: list[list[Class]] = [[]]
    used = 0.0
    for each in classes:
        wide = KEY + 8 + measure(each.text, 9.5) + 20
        if used + wide > room + 20 and rows[-1]:
            rows.append([])
            used = 0.0
        rows[-1].append(each)
        used += wide
    return rows


def _legend(sheet: Sheet, rows: Sequence[Sequence[Class]], left: float, foot: float) -> None:
    for k, row in enumerate(rows):
        x, y = left, foot + ROW * k
        for each in row:
            key = sheet.axes(x, y, x + KEY, y + 12)
            key.imshow(painted(np.zeros((1, 1), dtype=int), [each], (12, KEY)), aspect="auto", extent=(0, 1, 0, 1))
            key.set_xticks([])
            key.set_yticks([])
            for spine in key.spines.values():
                spine.set_color(PALE)
                spine.set_linewidth(0.8)
            sheet.text(x + KEY + 8, y + 10, each.text, size=9.5)
            x += KEY + 8 + measure(each.text, 9.5) + 20


__all__ = ["SHOWS", "classed", "draw", "painted", "save"]
