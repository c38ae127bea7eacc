"""The column beside a picture of two variables: who walks, where f stands, and how it ended."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.artist import Artist

from symopt.views.notation import parameters, symbol
from symopt.views.parts.footer import scale, show_direction
from symopt.views.parts.header import GAP, WHY, dot
from symopt.views.parts.walk import FEW, Walk, rows_of, title
from symopt.views.sheet.colours import verdict_colour
from symopt.views.sheet.digits import WIDTH, fixed
from symopt.views.sheet.fonts import families
from symopt.views.sheet.picture import Moment
from symopt.views.sheet.sheet import Sheet, fit, measure
from symopt.views.sheet.theme import theme

BLOCK, TIGHT, ROW, LINE = 60, 40, 46, 16
ROOM = 258
"""Pixels that a line of the column has in the narrowest one."""
"""A rise of f, in sizes of what f has been, that is only rounding."""


class Block:
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
        own = walk.trajectory.method.parameters
        besides = [word for word, value in own.items() if parameters({word: value}) in walk.label]
        self.given = rest if tight and rest else walk.parameters(room, 8.5, besides)
        self.lines = [] if tight else wrap(rest, room, 9, 2)
        self.lines += wrap(formula, room, 9, 3)
        self.verdict = wrap(walk.verdict, room, 9.5, 3, "bold")
        if self.verdict[-1].endswith("…"):  # no number is cut in two
            self.verdict[-1] = self.verdict[-1].rpartition(" ")[0].rstrip(",;: ") + "…"
        self.because = [] if tight else wrap(walk.because, room, WHY, 3)
        wide = GAP + measure(self.given, 8.5)
        self.beside = not self.lines or measure(self.lines[-1], 9) + wide <= room
        line = self.verdict[max(len(self.lines), 1) - 1 :][:1]
        self.stays = not line or measure(line[0], 9.5, "bold") + wide <= room
        rows = len(self.lines) + bool(self.given and not self.beside)
        if tight:
            self.height = TIGHT + LINE * max(len(self.lines) - 1, len(self.verdict) - 1, 0)
        else:
            self.height = BLOCK + LINE * max(rows + len(self.verdict) + len(self.because) - 2, 0)


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
        return ROW * rows_of(walks)
    return sum(Block(walk, len(walks) > 3).height for walk in walks)


class Legend:
    """A block for each walk: marker, name and f; its formula; at the end its verdict, and why.

    Of more than three walks the verdict takes the formula's place, and no reason is told.
    """

    def __init__(self, sheet: Sheet, walks: Sequence[Walk], left: float, right: float):
        self.walks, self.scale = walks, max(scale(walk.fs) for walk in walks)
        self.values, self.directions, self.verdicts, self.reasons = [], [], [], []
        self.turns: list[tuple[Walk, Artist, bool, bool]] = []
        letter = measure("0", 9, mono=True)
        text_left, room, tight = left + 14, right - left - 14, len(walks) > 3
        y = 70.0
        for walk in walks:
            entry = Block(walk, tight, room)
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
                given = sheet.text(right, place, entry.given, size=8.5, color=theme().grey, ha="right")
                self.turns.append((walk, given, entry.beside, entry.stays))
                place = y + 1
            elif entry.given:
                after = measure(entry.lines[-1], 9) + GAP if entry.lines and entry.beside else 0
                place += 0 if after else LINE
                sheet.text(text_left + after, place, entry.given, size=8.5, color=theme().grey)
            # several lines stand on the last one's baseline
            place += LINE * len(entry.verdict)
            colour = verdict_colour(walk.trajectory)
            verdict = "\n".join(entry.verdict)
            self.verdicts.append(sheet.text(text_left, place, verdict, size=9.5, weight="bold", color=colour))
            place += LINE * len(entry.because)
            self.reasons.append(sheet.text(text_left, place, "\n".join(entry.because), size=WHY))
            y += entry.height
        # where it stands is read off the picture, but alone there is room to say it
        self.place = sheet.text(text_left, place + 10, size=9, mono=True, va="top") if len(walks) == 1 else None
        self.names = [symbol(name) for name in walks[0].trajectory.loss.names]
        if self.place is not None:
            self.place.set_fontfamily(families("".join(self.names), mono=True))
        letters = sum(map(len, self.names)) + 2 * (WIDTH + 3) + 3
        self.joint = "   " if letters * letter <= room else "\n"
        self.moving: tuple[Artist, ...] = (
            *([self.place] if self.place else ()),
            *self.values, *self.directions, *self.verdicts, *self.reasons, *(text for _, text, _, _ in self.turns)
        )  # fmt: skip

    def update(self, moment: Moment) -> None:
        if self.place:
            walk = self.walks[0]
            size = float(np.max(np.abs(walk.trajectory.window)))
            point = zip(self.names, walk.xs[walk.step(moment)], strict=True)
            self.place.set_text(self.joint.join(f"{name} = {fixed(value, size)}" for name, value in point))
        for walk, text, before, after in self.turns:
            text.set_visible(after if walk.ended(moment) or moment.of else before)
        for walk, value, direction, verdict, reason in zip(
            self.walks, self.values, self.directions, self.verdicts, self.reasons, strict=True
        ):
            k = walk.step(moment)
            ended = walk.ended(moment) or moment.of > 0
            verdict.set_visible(ended)
            reason.set_visible(ended)
            value.set_text(f"f = {fixed(walk.fs[k], self.scale)}")
            show_direction(direction, walk, k)
