"""Sweeps as pictures and movies: a map of two axes, or of one axis the orbit diagram above a strip of endings."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from symopt.errors import RenderError, did_you_mean, named
from symopt.judge.spectra import divides
from symopt.language import told
from symopt.methods import Rule
from symopt.sweep import Sweep
from symopt.sweep.axes import START
from symopt.sweep.change import ZOOM, Change, limits
from symopt.sweep.finer import Finer
from symopt.sweep.labels import AWAY, CHAOTIC, CLOSING, LEFT, OPEN, Label
from symopt.sweep.theory import Tick
from symopt.views.film import still
from symopt.views.film.movie import Movie
from symopt.views.film.movie import save as write
from symopt.views.film.pacing import Frame
from symopt.views.look import Look, read_look
from symopt.views.notation import formula, parameters, symbol, written
from symopt.views.parts.map import ground, legend, theory
from symopt.views.parts.map.classes import MARK, NONE, RIM, by_period, classed
from symopt.views.parts.map.dial import WIDTH as DIAL
from symopt.views.parts.map.dial import Dial
from symopt.views.parts.map.places import places
from symopt.views.parts.map.raster import HIGH, WIDE, Grid, painted
from symopt.views.parts.plane.critical import KINDS, look
from symopt.views.sheet.digits import short
from symopt.views.sheet.paper import Paper
from symopt.views.sheet.picture import Moment
from symopt.views.sheet.sheet import Sheet, fit, fit_words, gutter, measure, settings
from symopt.views.sheet.styles import themed
from symopt.views.sheet.theme import theme

if TYPE_CHECKING:
    from symopt.sweep.reel import Reel

USUAL = Look()
SHOWS = ("end", "steps", "f", "period", "exponent")
TOP, STRIP, RIGHT = 66, 22, 24
"""Pixels above the map or diagram, of the strip of endings, and beside it."""
QUANTILES = 513
"""Numbers that each frame of a movie tells of its own."""
NOTE = 17
"""Pixels of a line that says why."""
SHORT = 8
"""Letters of a name from which on it does not fit beside the axis."""
UNITS = {"steps": "steps", "f": "f at the last point", "period": "period", "exponent": "Lyapunov exponent, 1/step"}
FIRST, END, FPS, SLOWEST = 0.8, 1.6, 12.0, 3.0
"""Seconds of the first frame and of the last, frames a second, and seconds that a movie of few frames lasts."""


def save(
    made: Sweep, path: str, show: str = "end", dpi: float | None = None, again: Finer | None = None, look: Look = USUAL
) -> str:
    """Writes the picture, replacing the file only when it is whole; returns the path."""
    return still.save(lambda: draw(made, show, dpi, again, look), path, words(made, look), made.command)


def draw(
    made: Sweep, show: str = "end", dpi: float | None = None, again: Finer | None = None, look: Look = USUAL
) -> Figure:
    """The picture of a sweep; a figure of its own, never pyplot's. Raises RenderError for what cannot be shown.

    again: its borders, walked once more.
    """
    check(made, show)
    with settings(themed(look)):
        scene = Scene(_One(made, again), show, Paper(look, dpi))
        scene.update(Moment(0, final=True))
        return scene.sheet.figure.figure


def animate(
    reel: Reel,
    path: str | os.PathLike[str],
    show: str = "end",
    dpi: float | None = None,
    again: Sequence[Finer] = (),
    fps: float | None = None,
    progress: Callable[[int, int], None] | None = None,
    look: Look = USUAL,
) -> Movie:
    """Writes the movie of a reel, its colours and its legend the same in all frames. again: of each the borders."""
    check(reel[0], show)
    with settings(themed(look)):
        scene = Scene(_Many(reel, again), show, Paper(look, dpi))
        count = len(reel)
        step = 1 / fps if fps else max(1 / FPS, SLOWEST / count)
        seconds = [max(FIRST, step), *[step] * (count - 2), END]
        frames = [Frame(Moment(k, final=k == count - 1), s) for k, s in enumerate(seconds)]
        return write(scene.sheet.picture(scene), frames, path, progress, reel.command)


def words(made: Sweep, look: Look) -> str:
    """What the picture of a sweep shows, in words: how its walks end, and how many of them."""
    plan = made.plan
    loss = plan.problem.general or plan.problem.loss
    ends = ", ".join(f"{told(word)} {row.share:.1%}" for word, row in zip(made.words, made.numbers.rows, strict=False))
    said = f"f({', '.join(loss.names)}) = {written(loss)}; {_method(made, None)}; {ends}"
    return Paper(look).named(said)


def check(made: Sweep, show: str) -> None:
    """Raises RenderError for what a sweep cannot show."""
    if not isinstance(show, str) or show not in SHOWS:
        near = did_you_mean(str(show), SHOWS)
        raise RenderError(f"a sweep shows no {named(show)}", f"did you mean {near}?" if near else ", ".join(SHOWS))
    if show == "exponent" and made.exponent is None:
        raise RenderError("the exponents were not computed", "sweep(…, exponents=True)")


# what is drawn: one sweep, or several


@dataclass(frozen=True)
class View:
    """A sweep, the number of each of its labels among those of all frames, and its borders."""

    made: Sweep
    numbers: np.ndarray
    again: Finer | None
    ticks: Sequence[Tick]


class _One:
    """A sweep as frames: one."""

    change: Change | None = None

    def __init__(self, made: Sweep, again: Finer | None) -> None:
        self.labels = made.labels if again is None else again.labels
        self.words = made.words + _told(made, self.labels[len(made.labels) :])
        self.view = View(made, np.arange(len(self.labels)), again, made.ticks)

    def __len__(self) -> int:
        return 1

    def at(self, k: int) -> View:
        return self.view


class _Many:
    """The frames of a reel."""

    def __init__(self, reel: Reel, again: Sequence[Finer]) -> None:
        self.reel, self.change, self.again = reel, reel.change, again
        labels, words = list(reel.labels), list(reel.words)
        self.numbers = [list(numbers) for numbers in reel.tracks]
        for numbers, found in zip(self.numbers, again, strict=False):
            for label in found.labels[len(numbers) :]:
                alike = (i for i, other in enumerate(labels) if other.order[:2] == label.order[:2])
                if (number := next(alike, None)) is None:
                    number = len(labels)
                    labels.append(label)
                    words += _told(reel[0], [label])
                numbers.append(number)
        self.labels, self.words = tuple(labels), tuple(words)
        self.latest: tuple[int, View] | None = None

    def __len__(self) -> int:
        return len(self.reel)

    def at(self, k: int) -> View:
        if self.latest is None or self.latest[0] != k:
            again = self.again[k] if self.again else None
            self.latest = k, View(self.reel[k], np.array(self.numbers[k]), again, self.reel.ticks(k))
        return self.latest[1]


def _told(made: Sweep, labels: Sequence[Label]) -> tuple[str, ...]:
    names = made.plan.problem.loss.names
    return tuple(made.plan.lost() if label.word == LEFT else label.told(names) for label in labels)


class Scene:
    """The sheet of frames, laid out once; `update` brings it to the frame whose number a moment has as its time."""

    def __init__(self, frames: _One | _Many, show: str, paper: Paper) -> None:
        self.frames, self.show = frames, show
        self.line = len(frames.at(0).made.shape) == 1
        first = frames.at(0).made
        self._survey()
        change = frames.change
        zoom = change is not None and change.role == ZOOM
        left = max(*(gutter(up, count=6) for up in self.ups), 60) + 14
        mapped = not self.line and show not in ("end", "period")
        right = left + WIDE + (96 if mapped else RIGHT)
        keys = legend.rows(self.told, WIDE) if self.told else []
        counted = show == "end" and len(self.told) > 2
        self.numbered = {each: k for k, each in enumerate(self.told, 1)} if counted else {}
        aside = len(_upwards(first, self.line, show)) < SHORT  # a longer name stands above what is said of ticks
        head = TOP + (16 if zoom else 0)
        top = head + theory.ROW * (self.rows + (self.rows > 0 and not aside))
        bottom = top + HIGH
        foot = bottom + (STRIP + 8 if self.line else 0) + 52
        notes = why(first, frames.at(0).ticks) if len(frames) == 1 and show == "end" else []
        below = foot + legend.ROW * len(keys)
        self.sheet = sheet = paper.fixed(int(right), int(below + NOTE * len(notes) + 8))
        self.ax = sheet.axes(left, top, left + WIDE, bottom)
        self.strip = sheet.axes(left, bottom + 8, left + WIDE, bottom + 8 + STRIP) if self.line else None
        if mapped:
            self.scale.bar(sheet.axes(left + WIDE + 16, top, left + WIDE + 32, top + HIGH))
        self.dial = None if change is None else Dial(sheet, change, left, right - RIGHT)
        room = right - left - 12 - (0 if change is None else DIAL + 24)
        _words(sheet, first, left, bottom, room, self.line, show, change)
        name, height = _upwards(first, self.line, show), top - 8 if aside or not self.rows else head + 8
        sheet.text(left - 8, height, name, size=11, ha="right" if aside else "left")
        legend.draw(sheet, keys, left, foot, self.numbered)
        for k, note in enumerate(notes):
            words, small = fit_words(note, right - left - 8, 9, 7.5)
            sheet.text(left, below + 10 + NOTE * k, words, size=small, color=theme().grey)

    def _survey(self) -> None:
        """What the layout has to hold, over all frames."""
        views = (self.frames.at(k) for k in range(len(self.frames)))
        periods, extents, known, unknown, marks, ups = set[int](), [], [], False, 0, []
        for view in views:
            made = view.made
            own = [tick for tick in view.ticks if tick.axis == made.axes[0].name]
            marks = max(marks, theory.rows(own, made.axes[0]))
            if self.line:
                extents += [e for e in [ground.extent(made, self.show)] if e]
            else:
                ups.append(limits(made.axes[1]))
            if self.show == "period":
                periods |= set(np.unique(made.period).tolist())
            elif self.show != "end" and not self.line:
                some = ground.sampled(made, self.show)
                several = len(self.frames) > 1 and some.size
                known.append(np.quantile(some, np.linspace(0, 1, QUANTILES)) if several else some)
                unknown = unknown or not np.isfinite(ground.numbers(made, self.show)).all()
        self.rows = marks
        self.ups = [ground.upright(self.frames.at(0).made, self.show, extents)] if self.line else ups
        self.classes, self.number = classed(self.frames.labels, self.frames.words)
        self.told = self.classes
        if self.show == "period" and not self.line:
            self.told, self.periods = by_period(sorted(periods))
        elif self.show != "end" and not self.line:
            self.told = [NONE] * unknown
            if not any(some.size for some in known):
                raise RenderError(f"no pixel has a number for {self.show}", 'show="end" shows how the walks ended')
            self.scale = ground.Scale(self.show, np.concatenate(known))

    @property
    def moving(self) -> tuple[Artist, ...]:
        dial = () if self.dial is None else self.dial.moving
        return tuple(each for each in (self.ax, self.strip, *dial) if each is not None)

    def update(self, moment: Moment) -> None:
        k = min(moment.step, len(self.frames) - 1)
        view = self.frames.at(k)
        made, ax = view.made, self.ax
        ax.clear()
        across = limits(made.axes[0])
        if self.line:
            ground.diagram(ax, made, self.ups[0], self.show)
            self._strip(view, across)
        else:
            up = limits(made.axes[1])
            if self.show == "end":
                grid = self._grid(view)
                ground.image(ax, painted(grid, self.classes), across, up)
                self._name(view, grid.number)
            elif self.show == "period":
                ground.image(ax, painted(self.periods[made.period.T], self.told), across, up)
            else:
                self.scale.draw(ax, ground.numbers(made, self.show), across, up)
            ground.style(ax, made.axes[0], across, up, made.axes[1])
        theory.draw(ax, made.axes[0], [tick for tick in view.ticks if tick.axis == made.axes[0].name])
        if self.dial is not None:
            self.dial.show(k, made.axes)

    def _name(self, view: View, number: np.ndarray) -> None:
        """The number of each class in its areas; on a map of starts beside the critical point that is its own."""
        if not self.numbered:
            return
        made, named = view.made, set[int]()
        (x0, x1), (y0, y1) = (limits(axis) for axis in made.axes)
        if all(axis.role == START and not axis.log for axis in made.axes):
            labels = made.labels if view.again is None else view.again.labels
            for label, own in zip(labels, self.number[view.numbers].tolist(), strict=True):
                kind = next((kind for kind in KINDS if kind in label.word), "")
                if label.at is None or not kind or not (x0 < label.at[0] < x1 and y0 < label.at[1] < y1):
                    continue
                marker, size, width = look(kind, 12)
                ring = [withStroke(linewidth=width + 2, foreground=RIM)]
                self.ax.plot(*[[c] for c in label.at], marker, ms=size * 0.7, mew=width, mec=MARK, mfc=MARK,
                             path_effects=ring, zorder=5)  # fmt: skip
                beside = label.at[0] + (14 if label.at[0] < (x0 + x1) / 2 else -14) * (x1 - x0) / WIDE
                legend.number(self.ax, beside, label.at[1], self.numbered[self.classes[own]])
                named.add(own)
        for own, x, y in places(number, (HIGH, WIDE)):
            if own not in named:
                at = x0 + x * (x1 - x0), y0 + y * (y1 - y0)
                legend.number(self.ax, *at, self.numbered[self.classes[own]])

    def _grid(self, view: View) -> Grid:
        colour = self.number[view.numbers]
        number = colour[view.made.end].T
        if view.again is None:
            return Grid(number)
        column, row = np.unravel_index(view.again.where, view.made.shape)
        place = row * view.made.shape[0] + column
        order = np.argsort(place)
        parts = colour[view.again.end].transpose(0, 2, 1)[order]
        return Grid(number, view.again.k, place[order], parts)

    def _strip(self, view: View, across: tuple[float, float]) -> None:
        assert self.strip is not None
        self.strip.clear()
        ends = self.number[view.numbers][view.made.end][None]
        ground.image(self.strip, painted(ends, self.classes, (STRIP, WIDE)), across, (0, 1))
        ground.style(self.strip, view.made.axes[0], across, (0, 1), None)
        if self.numbered:
            self._count(self.number[view.numbers][view.made.end], across)
        self.ax.set_xticks([])
        self.ax.spines["bottom"].set_visible(False)

    def _count(self, number: np.ndarray, across: tuple[float, float]) -> None:
        """The number of each run of a class in the strip, above narrow ones: first of classes that have no other."""
        assert self.strip is not None
        edges = np.concatenate([[0], np.flatnonzero(np.diff(number)) + 1, [len(number)]])
        runs = [(own, number[own[0]]) for own in pairwise(edges.tolist())]
        wide = {run for run in runs if (run[0][1] - run[0][0]) / len(number) * WIDE >= 16}
        only = {run[1]: run for run in reversed(runs)}
        only = {each: run for each, run in only.items() if all(each != other for _, other in wide)}
        above: list[float] = []
        for run in sorted(runs, key=lambda run: (run not in wide, run != only.get(run[1]), run[0])):
            middle = sum(run[0]) / 2 / len(number)
            place, size = (0.5, 11.0) if run in wide else (1.22, 8.0)
            if run not in wide:
                if any(abs(middle - other) * WIDE < 9 for other in above):
                    continue
                above.append(middle)
            x = across[0] + middle * (across[1] - across[0])
            legend.number(self.strip, x, place, self.numbered[self.classes[run[1]]], size)


# what is said


def _words(
    sheet: Sheet, made: Sweep, left: float, bottom: float, room: float, line: bool, show: str, change: Change | None
) -> None:
    plan = made.plan
    loss = plan.problem.general or plan.problem.loss
    names = ", ".join(symbol(name) for name in loss.names)
    title = f"f({names}) = {written(loss)}"
    size = next((s for s in (13, 11) if measure(title, s) < room), 9)
    sheet.text(left, 26, fit(title, room, size), size=size)
    closing = any(label.word == CLOSING for label in made.labels)
    method = _method(made, change) + ("  ·  " + told("cycles: reached or nearly") if closing else "")
    words, small = fit_words(method, room, 10, 8)
    sheet.text(left, 48, words, size=small, color=theme().grey)
    under = bottom + (STRIP + 8 if line else 0) + 40
    sheet.text(left + WIDE / 2, under, symbol(made.axes[0].name), size=11, ha="center")
    if not line and show not in ("end", "period"):
        sheet.text(sheet.width - 8, bottom - HIGH - 8, told(UNITS[show]), size=9, ha="right", color=theme().grey)


def why(made: Sweep, ticks: Sequence[Tick]) -> list[str]:
    """What the mathematics of the method says of its ends and of the lines over them, of what occurs only."""
    found, method, one = [], made.plan.method, made.plan.problem.n == 1
    words = " ".join(label.word for label in made.labels)
    if any(tick.text.startswith(("2/f″", "2/λ")) for tick in ticks):
        found.append(f"beyond {'2/f″' if one else '2/λ'} a minimum repels: steps beside it grow")
    if divides(method) and ("saddle" in words or "maximum" in words):
        bent = "f″ > 0" if one else "H is pos. def."
        found.append(f"{method.name} seeks ∇f = 0, not a minimum: downhill for sure only where {bent}")
    if any(label.word == OPEN for label in made.labels):
        found.append(f"not yet: no end seen within {made.plan.stop.steps:,} steps")
    seen = [word for word in (CHAOTIC, AWAY) if any(label.word == word for label in made.labels)]
    if found and seen:
        both = "chaos and ran away: seen in the walks, the borders are not derived"
        found.append(both if len(seen) == 2 else f"{seen[0]}: seen in the walks, the borders are not derived")
    return [told(each) for each in found]


def _upwards(made: Sweep, line: bool, show: str) -> str:
    """The name of the axis that goes up."""
    if not line:
        return symbol(made.axes[1].name)
    return symbol(made.plan.problem.loss.names[0]) if show == "end" else told(UNITS[show])


def _method(made: Sweep, change: Change | None) -> str:
    plan = made.plan
    swept = {axis.name for axis in plan.axes} | ({change.name} if change is not None else set())
    method = plan.method
    shown = formula(method.read, plan.problem.n) if isinstance(method, Rule) else method.name
    own = {k: v for k, v in method.parameters.items() if k not in swept and isinstance(v, int | float)}
    start = zip(plan.problem.loss.names, plan.problem.start, strict=True)
    fixed = [f"{symbol(name)} = {short(value)}" for name, value in start if name not in swept]
    parts = [f"{method.name}: {shown}" if isinstance(method, Rule) and method.name != method.text else shown]
    parts += [parameters(own)] if own else []
    parts += [told(f"start {', '.join(fixed[:3])}")] if fixed else []
    return "  ·  ".join([*parts, told(f"up to {plan.stop.steps:,} steps")])


__all__ = ["SHOWS", "animate", "draw", "read_look", "save"]
