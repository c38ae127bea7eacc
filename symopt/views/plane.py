"""Two variables: contours on the left, on the right who walks, where f stands, and how it ended."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from symopt.trajectory import Trajectory
from symopt.views.captions import Captions
from symopt.views.colours import BAD, GOOD, GREY, INK, identity, verdict_colour
from symopt.views.contours import Ground, Marks, Symbols, border, known
from symopt.views.decay import Decay
from symopt.views.digits import WIDTH, fixed
from symopt.views.footer import RISE, scale
from symopt.views.frame import Paper, Part, Sheet, fit, font, gutter, measure, quiet
from symopt.views.header import GAP, Timestep, loss_title
from symopt.views.notation import symbol
from symopt.views.picture import Moment, Picture
from symopt.views.points import Crowd
from symopt.views.several import FEW, Census, dot, walks_of
from symopt.views.tracks import Belief, Halo, Starts, Track
from symopt.views.walk import Walk, title

TOP, BOTTOM, HEIGHT, RIGHT = 48, 408, 450, 788
BLOCK, TIGHT, ROW, LINE = 60, 40, 46, 16
ROOM = 258
"""Pixels that a line of the column has in the narrowest one."""
"""A rise of f, in sizes of what f has been, that is only rounding."""
DECAY = 96


def picture(trajectories: Sequence[Trajectory], paper: Paper, marks: Marks = (), panels: Sequence[str] = ()) -> Picture:
    walks = walks_of(trajectories) if len(trajectories) > 1 else [Walk(trajectories[0], *identity(0))]
    few = len(walks) <= FEW
    ground = Ground(walks, marks)
    extra = surplus(walks)
    sheet = paper(width(panels), HEIGHT + extra)
    left = gutter(ground.ylim, count=6)
    right, bottom = _box(ground, left, BOTTOM + extra)
    ax = sheet.axes(left, TOP, right, bottom)
    quiet(ax, ground.xlim, ground.ylim, counts=(6, 6))
    ground.draw(ax)
    name_axes(ax, [str(symbol) for symbol in ground.loss.variables])
    found = known(walks, ground, marks)
    border(ax, ground, np.concatenate([walk.xs[:200] for walk in walks] + [x[None] for x, _ in found]))
    captions = Captions(ax, [walk.xs for walk in walks], [walk.xs[0] for walk in walks] + [x for x, _ in found])
    caption_loss(sheet, trajectories[0], left, right)
    crowd = Crowd()
    tracks = [Track(ax, walk, crowd, rank, len(walks)) for rank, walk in enumerate(walks)]
    parts: list[Part] = [*tracks, Starts(ax, walks, captions), Symbols(ax, found, captions)]
    if few:
        parts.append(Halo(ax, tracks))
    if len(walks) == 1:
        parts.append(Belief(ax, walks[0]))
    return sheet.picture(*parts, *beside(sheet, walks, right + 28, marks, panels))


def width(panels: Sequence[str]) -> int:
    """The sheet's pixels; a decay that is asked for has a column of its own."""
    return 1160 if "decay" in panels else 800


def surplus(walks: Sequence[Walk]) -> int:
    """Pixels that the column needs beyond the usual height."""
    return max(0, 64 + height(walks) + 44 + DECAY - BOTTOM)


def beside(sheet: Sheet, walks: Sequence[Walk], column: float, marks: Marks, panels: Sequence[str]) -> list[Part]:
    """What stands on the right: the timestep, who walks, and how f − min f falls."""
    few = len(walks) <= FEW
    bottom = BOTTOM + surplus(walks)
    parts: list[Part] = [
        Timestep(sheet, column, 27, 11.5, (column, 43), "bold"),
        Column(sheet, walks, column, RIGHT) if few else Tally(sheet, walks, column, RIGHT),
    ]
    if "decay" not in panels:
        top = max(64 + height(walks) + 34, bottom - 150 if few else 240)
        return [*parts, Decay(sheet.axes(column + 42, top, RIGHT - 6, bottom), walks, "f", marks, 8.5)]
    middle = (TOP + bottom) / 2
    parts.append(Decay(sheet.axes(860, TOP, 1140, middle - 26), walks, "f", marks))
    parts.append(Decay(sheet.axes(860, middle + 18, 1140, bottom), walks, "g", marks))
    return parts


def caption_loss(sheet: Sheet, trajectory: Trajectory, left: float, right: float) -> None:
    """The loss above its picture, in two lines if one is too short."""
    lines = wrap(loss_title(trajectory), right - left, 10, 1)
    if lines[0].endswith("…"):
        lines = wrap(loss_title(trajectory), right - left, 9.5, 2)
    for line, y in zip(lines, (27,) if len(lines) == 1 else (13, 27), strict=True):
        sheet.text(left, y, line, size=10 if len(lines) == 1 else 9.5, color=GREY)


def _box(ground: Ground, left: float, bottom: float) -> tuple[float, float]:
    """The right and lower side of the contours: angles are kept where the windows are of like size."""
    width, height = 488 - left, bottom - TOP
    shape = float(np.ptp(ground.xlim) / np.ptp(ground.ylim))
    if not 0.8 <= shape <= 1.25:
        return left + width, bottom
    return left + min(width, height * shape), TOP + min(height, width / shape)


def name_axes(ax: Axes, names: Sequence[str]) -> None:
    """The variables, at the ends of their axes."""
    across, up = (fit(symbol(name), 90, 9.5) for name in names)
    for place, text, shift, side in (((1, 0), across, (0, -17), "right"), ((0, 1), up, (-9, 6), "center")):
        ax.annotate(text, place, shift, "axes fraction", textcoords="offset points", ha=side,
                    va="top" if side == "right" else "baseline", **font(text, size=9.5, color=INK))  # fmt: skip


class Entry:
    """What the column says of a walk below its name, in lines that fit."""

    def __init__(self, walk: Walk, tight: bool, room: float = ROOM):
        short, formula = title(walk.trajectory), walk.formula
        rest = walk.label[len(short) :].strip()
        left = room - measure("0", 9, mono=True) * (WIDTH + 7)
        if short == formula:
            self.size = 10.0
            self.name = wrap(short, left, self.size, 99, "bold")[0]
            formula = " ".join(short.split()[len(self.name.split()) :])
        elif _largest(walk.label, left) >= 9:
            self.name, self.size, rest = walk.label, _largest(walk.label, left), ""
        else:
            self.size = _largest(short, left)
            self.name = fit(short, left, self.size, "bold")
        given = [each for each in walk.parameters.split(", ") if each not in walk.label]
        self.given = rest if tight and rest else ", ".join(given)
        self.lines = [] if tight else wrap(rest, room, 9, 2)
        self.lines += wrap(formula, room, 9, 1 if tight else 3)
        self.verdict = wrap(walk.verdict, room, 9.5, 1 if tight else 2, "bold")
        wide = GAP + measure(self.given, 8.5)
        self.beside = not self.lines or measure(self.lines[-1], 9) + wide <= room
        self.stays = measure(self.verdict[-1], 9.5, "bold") + wide <= room
        rows = len(self.lines) + bool(self.given and not self.beside)
        self.height = TIGHT if tight else BLOCK + LINE * max(rows + len(self.verdict) - 2, 0)


def _largest(name: str, room: float) -> float:
    """The largest size, from 11 to 8, at which a name fits."""
    return next((size / 2 for size in range(22, 16, -1) if measure(name, size / 2, "bold") <= room), 8.0)


def wrap(text: str, room: float, size: float, most: int, weight: str = "normal") -> list[str]:
    """The text in lines, broken between words; the last of at most so many is shortened."""
    lines: list[str] = []
    for word in text.split():
        if lines and (len(lines) == most or measure(f"{lines[-1]} {word}", size, weight) <= room):
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return [fit(line, room, size, weight) for line in lines]


def height(walks: Sequence[Walk]) -> int:
    """Pixels that the walks need in the narrowest column; many are counted, a method a row."""
    if len(walks) > FEW:
        return ROW * len({walk.label for walk in walks})
    return sum(Entry(walk, len(walks) > 3).height for walk in walks)


class Column:
    """A block for each walk: marker, name and f; its formula; at the end its verdict.

    Of more than three walks the verdict takes the formula's place.
    """

    def __init__(self, sheet: Sheet, walks: Sequence[Walk], left: float, right: float):
        self.walks, self.scales = walks, [scale(walk.fs) for walk in walks]
        self.values, self.directions, self.verdicts = [], [], []
        self.turns: list[tuple[Walk, Artist, bool, bool]] = []
        letter = measure("0", 9, mono=True)
        text_left, room, tight = left + 14, right - left - 14, len(walks) > 3
        y = 70.0
        for walk in walks:
            entry = Entry(walk, tight, room)
            dot(sheet, left + 3, y - 4.5, walk)
            sheet.text(text_left, y, entry.name, size=entry.size, weight="bold", color=walk.colour)
            self.values.append(sheet.text(right - letter * 2, y, size=9, mono=True, ha="right"))
            self.directions.append(sheet.text(right - letter * 0.6, y, size=8, ha="center"))
            place = y + 1
            for line in entry.lines:
                place += LINE
                text = sheet.text(text_left, place, line, size=9)
                if tight:
                    self.turns.append((walk, text, True, False))
            if tight:
                given = sheet.text(right, place, entry.given, size=8.5, color=GREY, ha="right")
                self.turns.append((walk, given, entry.beside, entry.stays))
                place = y + 1
            elif entry.given:
                after = measure(entry.lines[-1], 9) + GAP if entry.lines and entry.beside else 0
                place += 0 if after else LINE
                sheet.text(text_left + after, place, fit(entry.given, room, 8.5), size=8.5, color=GREY)
            # several lines stand on the last one's baseline
            place += LINE * len(entry.verdict)
            colour = verdict_colour(walk.trajectory)
            verdict = "\n".join(entry.verdict)
            self.verdicts.append(sheet.text(text_left, place, verdict, size=9.5, weight="bold", color=colour))
            y += entry.height
        # where it stands is read off the picture, but alone there is room to say it
        self.place = sheet.text(text_left, place + 10, size=9, mono=True, va="top") if len(walks) == 1 else None
        self.names = [symbol(name) for name in walks[0].trajectory.loss.names]
        letters = sum(map(len, self.names)) + 2 * (WIDTH + 3) + 3
        self.joint = "   " if letters * letter <= room else "\n"
        self.moving: tuple[Artist, ...] = (
            *([self.place] if self.place else ()),
            *self.values, *self.directions, *self.verdicts, *(text for _, text, _, _ in self.turns)
        )  # fmt: skip

    def update(self, moment: Moment) -> None:
        if self.place:
            walk = self.walks[0]
            size = float(np.max(np.abs(walk.trajectory.window)))
            point = zip(self.names, walk.xs[walk.step(moment)], strict=True)
            self.place.set_text(self.joint.join(f"{name} = {fixed(value, size)}" for name, value in point))
        for walk, text, before, after in self.turns:
            text.set_visible(after if walk.ended(moment) else before)
        for walk, value, direction, verdict, size in zip(
            self.walks, self.values, self.directions, self.verdicts, self.scales, strict=True
        ):
            k = walk.step(moment)
            verdict.set_visible(walk.ended(moment))
            value.set_text(f"f = {fixed(walk.fs[k], size)}")
            sign = walk.trajectory.mark(k)
            direction.set_text(sign)
            direction.set_color(BAD if sign == RISE else GOOD)


class Tally(Census):
    """The column of many walks: their numbers, one end a line."""

    def __init__(self, sheet: Sheet, walks: Sequence[Walk], left: float, right: float):
        super().__init__(sheet, walks, left, right, first=70, row=ROW, below=17)
