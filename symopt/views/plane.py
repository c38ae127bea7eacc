"""Two variables: contours on the left, on the right who walks, where f stands, and how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist

from symopt.trajectory import Trajectory
from symopt.views.colours import BAD, GOOD, GREY, identity, verdict_colour
from symopt.views.contours import Ground, Marks, border, mark
from symopt.views.decay import Decay
from symopt.views.digits import WIDTH, fixed
from symopt.views.footer import RISE, direction_mark, scale
from symopt.views.frame import Paper, Sheet, fit, gutter, measure, quiet
from symopt.views.header import GAP, Timestep, loss_title
from symopt.views.notation import pretty
from symopt.views.picture import Moment, Picture
from symopt.views.points import Crowd
from symopt.views.several import FEW, Census, dot, walks_of
from symopt.views.tracks import Belief, Track, starts
from symopt.views.walk import Walk

TOP, BOTTOM, HEIGHT, RIGHT = 48, 408, 450, 788
BLOCK, TIGHT = 60, 40
DECAY = 96


def picture(
    trajectories: Sequence[Trajectory], paper: Paper, marks: Marks = (), panels: Sequence[str] = (), style: str = "full"
) -> Picture:
    walks = walks_of(trajectories) if len(trajectories) > 1 else [Walk(trajectories[0], *identity(0))]
    few = len(walks) <= FEW
    side = 360 if "decay" in panels else 0
    rows = len(walks) if few else 0
    block = BLOCK if rows <= 3 else TIGHT
    extra = max(0, 64 + rows * block + 44 + DECAY - BOTTOM)
    ground = Ground(walks, marks)
    sheet = paper(800 + side, HEIGHT + extra)
    left = gutter(ground.ylim, count=6)
    right, bottom = _box(ground, left, BOTTOM + extra)
    ax = sheet.axes(left, TOP, right, bottom)
    quiet(ax, ground.xlim, ground.ylim, counts=(6, 6))
    ground.draw(ax)
    border(ax, ground, np.concatenate([walk.xs[:200] for walk in walks] + [np.reshape(x, (1, 2)) for x, _ in marks]))
    mark(ax, ground, marks)
    starts(ax, walks)
    sheet.text(left, 27, fit(loss_title(trajectories[0]), right - left, 10), size=10, color=GREY)
    column = right + 28
    crowd = Crowd()
    parts: list[Any] = [Track(ax, walk, crowd, rank, len(walks)) for rank, walk in enumerate(walks)]
    if len(walks) == 1:
        parts.insert(0, Belief(ax, walks[0]))
    parts.append(Timestep(sheet, column, 27, 11.5, (column, 43), "bold"))
    parts.append(Column(sheet, walks, column, RIGHT, block) if few else Tally(sheet, walks, column, RIGHT))
    top = max(64 + rows * block + 34, BOTTOM + extra - 150) if few else 240
    if not side:
        parts.append(Decay(sheet.axes(column + 42, top, RIGHT - 6, BOTTOM + extra), walks, "f", marks, 8.5))
    else:
        middle = (TOP + BOTTOM + extra) / 2
        parts.append(Decay(sheet.axes(860, TOP, 1140, middle - 26), walks, "f", marks))
        parts.append(Decay(sheet.axes(860, middle + 18, 1140, BOTTOM + extra), walks, "g", marks))
    return sheet.picture(*parts)


def _box(ground: Ground, left: float, bottom: float) -> tuple[float, float]:
    """The right and lower side of the contours: angles are kept where the windows are of like size."""
    width, height = 488 - left, bottom - TOP
    shape = float(np.ptp(ground.xlim) / np.ptp(ground.ylim))
    if not 0.8 <= shape <= 1.25:
        return left + width, bottom
    return left + min(width, height * shape), TOP + min(height, width / shape)


class Column:
    """A block for each walk: marker, name and f; its formula; at the end its verdict."""

    def __init__(self, sheet: Sheet, walks: Sequence[Walk], left: float, right: float, block: float):
        self.walks, self.scales = walks, [scale(walk.fs) for walk in walks]
        self.values, self.directions, self.verdicts, self.yielding = [], [], [], []
        letter = measure("0", 9, mono=True)
        text_left, room = left + 14, right - left - 14
        for row, walk in enumerate(walks):
            y = 70 + row * block
            dot(sheet, left + 3, y - 4.5, walk)
            name = fit(walk.label, right - letter * (WIDTH + 7) - text_left, 11, "bold")
            sheet.text(text_left, y, name, size=11, weight="bold", color=walk.colour)
            self.values.append(sheet.text(right - letter * 2, y, size=9, mono=True, ha="right"))
            self.directions.append(sheet.text(right - letter * 0.6, y, size=8, ha="center"))
            formula = "" if walk.label.startswith(walk.formula) else walk.formula
            line = fit(formula, room, 9)
            placed: list[Artist] = [sheet.text(text_left, y + 17, line, size=9)]
            used = measure(line, 9) + GAP if line else 0
            given = walk.parameters
            if measure(given, 8.5) > room - used and block == BLOCK and line:
                placed.append(sheet.text(text_left, y + 33, fit(given, room, 8.5), size=8.5, color=GREY))
                self.yielding.append((walk, placed[1]))
            elif room - used > 40:
                placed.append(sheet.text(text_left + used, y + 17, fit(given, room - used, 8.5), size=8.5, color=GREY))
            tight = block == TIGHT
            if tight:
                self.yielding += [(walk, each) for each in placed]
            verdict = fit(walk.verdict, room, 9.5, "bold")
            colour = verdict_colour(walk.trajectory)
            place = y + (17 if tight else 33)
            self.verdicts.append(sheet.text(text_left, place, verdict, size=9.5, weight="bold", color=colour))
        # where it stands is read off the picture, but alone there is room to say it
        self.place = sheet.text(text_left, 70 + 52, size=9, mono=True) if len(walks) == 1 else None
        self.names = [pretty(str(symbol)) for symbol in walks[0].trajectory.loss.variables]
        self.moving: tuple[Artist, ...] = (
            *([self.place] if self.place else ()),
            *self.values, *self.directions, *self.verdicts, *(text for _, text in self.yielding)
        )  # fmt: skip

    def update(self, moment: Moment) -> None:
        if self.place:
            walk = self.walks[0]
            size = float(np.max(np.abs(walk.trajectory.window)))
            point = zip(self.names, walk.xs[walk.step(moment)], strict=True)
            self.place.set_text("   ".join(f"{name} = {fixed(value, size)}" for name, value in point))
        for walk, text in self.yielding:
            text.set_visible(not walk.ended(moment))
        for walk, value, direction, verdict, size in zip(
            self.walks, self.values, self.directions, self.verdicts, self.scales, strict=True
        ):
            k = walk.step(moment)
            verdict.set_visible(walk.ended(moment))
            value.set_text(f"f = {fixed(walk.fs[k], size)}")
            sign = direction_mark(walk.fs, k)
            direction.set_text(sign)
            direction.set_color(BAD if sign == RISE else GOOD)


class Tally(Census):
    """The column of many walks: their numbers, one end a line."""

    def __init__(self, sheet: Sheet, walks: Sequence[Walk], left: float, right: float):
        super().__init__(sheet, walks, left, right, first=70, row=46, below=17)
