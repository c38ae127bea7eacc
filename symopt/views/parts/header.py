"""The lines above a picture: who walks, by which formula, on what, and at the end the verdict."""

from __future__ import annotations

from typing import NamedTuple

from matplotlib.artist import Artist
from matplotlib.lines import Line2D

from symopt.trajectory import Trajectory
from symopt.views.notation import symbol, written
from symopt.views.parts.walk import Walk
from symopt.views.sheet.colours import GREY, INK, verdict_colour
from symopt.views.sheet.picture import Moment
from symopt.views.sheet.sheet import Sheet, fit, fit_words, measure

GAP, LINE = 12, 17


def loss_title(trajectory: Trajectory) -> str:
    """`f(x) = x²`; variables are named while they are few."""
    names = [symbol(name) for name in trajectory.loss.names]
    return f"f({', '.join(names) if len(names) < 4 else 'x'}) = {written(trajectory.loss)}"


class Lines(NamedTuple):
    """The words for a method: its name and formula on one line, and what of the formula needs a second one."""

    name: str
    size: float
    formula: str
    rest: str


def lines(walk: Walk, room: float) -> Lines:
    """The words broken so that loss and verdict have their place on the right of the first line."""
    own = walk.label == walk.formula
    right = min(measure(loss_title(walk.trajectory), 10), 0.36 * room)
    if own:
        free = room - max(right, min(measure(walk.verdict, 9.5, "bold"), 0.55 * room)) - 2.5 * GAP
        if measure(walk.label, 12, "bold") <= free:
            return Lines(walk.label, 12, "", "")
        name, rest = broken(walk.label, free, 9.5, "bold")
        return Lines(name, 9.5, "", fit(rest, room, 9.5))
    name = fit(walk.label, 0.5 * room, 12, "bold")
    free = room - measure(name, 12, "bold") - right - 2.5 * GAP
    if measure(walk.formula, 10) <= free:
        return Lines(name, 12, walk.formula, "")
    free -= max(min(measure(walk.verdict, 10.5, "bold"), 0.8 * room) - right, 0)
    formula, rest = broken(walk.formula, free, 10)
    return Lines(name, 12, formula, fit(rest, room, 9.5))


def broken(text: str, room: float, size: float, weight: str = "normal") -> tuple[str, str]:
    """A text in two at the last space before which it fits; where there is none, all is left for later."""
    words = text.split(" ")
    count = next((k for k in range(len(words), 0, -1) if measure(" ".join(words[:k]), size, weight) <= room), 0)
    return " ".join(words[:count]).rstrip(), " ".join(words[count:]).strip()


class Headline:
    """One method: its name and formula on the left, the loss on the right.

    At the end the verdict takes the place of the loss, which moves down to the left.
    """

    def __init__(self, sheet: Sheet, walk: Walk, left: float, right: float, foot: float, y: float = 27):
        room = right - left
        name, name_size, formula, rest = lines(walk, room)
        taken = measure(name, name_size, "bold")
        sheet.text(left, y, name, size=name_size, weight="bold", color=walk.colour)
        if rest:
            own = walk.label == walk.formula
            colour = walk.colour if own else INK
            sheet.text(left, y + LINE, rest, size=9.5, weight="bold" if own else "normal", color=colour)
        x = left + taken + (GAP - 2 if formula else 0)
        loss = fit(loss_title(walk.trajectory), room - taken - measure(formula, 10) - 2 * GAP, 10)
        free = room - taken - measure(loss, 10) - 3 * GAP - measure(formula, 10)
        given = walk.parameters(max(free - GAP, 0), 9)
        after = measure(rest, 9.5) + GAP if rest else room
        if len(below := walk.parameters(max(room - after, 0), 9)) > len(given):
            sheet.text(left + after, y + LINE, below, size=9, color=GREY)
            given = ""
        self.formula = sheet.text(x, y, formula, size=10)
        self.parameters = sheet.text(x + measure(formula, 10) + GAP, y, given, size=9, color=GREY)
        self.loss = sheet.text(right, y, loss, size=10, color=GREY, ha="right")
        loss_below = fit(loss_title(walk.trajectory), room - 120, 9)
        self.loss_below = sheet.text(left, foot, loss_below, size=9, color=GREY)
        verdict, size = fit_words(walk.verdict, room - taken - 2 * GAP, 10.5, 8.5, "bold")
        box = {"boxstyle": "round,pad=0.35,rounding_size=0.3", "facecolor": verdict_colour(walk.trajectory)}
        self.verdict = sheet.text(
            right - 2, y, verdict, size=size, weight="bold", color="white", ha="right", bbox=box | {"edgecolor": "none"}
        )
        edge = right - measure(verdict, size, "bold") - 1.5 * GAP
        ends = x + measure(formula, 10)
        self.walk = walk
        self.yielding = [
            text
            for text, end in ((self.formula, ends), (self.parameters, ends + GAP + measure(given, 9)))
            if end >= edge and not (rest and text is self.formula)
        ]
        self.moving: tuple[Artist, ...] = (*self.yielding, self.loss, self.loss_below, self.verdict)

    def update(self, moment: Moment) -> None:
        ended = self.walk.ended(moment)
        self.verdict.set_visible(ended)
        self.loss_below.set_visible(ended)
        for text in (self.loss, *self.yielding):
            text.set_visible(not ended)


class Timestep:
    """`timestep 340 (×10)`, and a remark where the moment has one."""

    def __init__(self, sheet: Sheet, x: float, y: float, size: float = 10, note: tuple[float, float] | None = None,
                 weight: str = "normal"):  # fmt: skip
        self.label = sheet.text(x, y, "timestep 0", size=size, weight=weight)
        self.note = sheet.text(*(note or (x, y + 16)), size=8.5, color=GREY)
        self.moving: tuple[Artist, ...] = (self.label, self.note)

    def update(self, moment: Moment) -> None:
        self.label.set_text(timestep(moment))
        self.note.set_text(moment.note)


def timestep(moment: Moment) -> str:
    return f"timestep {moment.step}" + (f" (×{moment.stride})" if moment.stride > 1 else "")


def dot(sheet: Sheet, x: float, y: float, walk: Walk, size: float = 7) -> Line2D:
    """A walk's marker in the header, at pixels from the top left."""
    line = Line2D(
        [x / sheet.width], [1 - y / sheet.height], marker=walk.marker, ms=size, mfc=walk.colour, mec="white", mew=0,
        ls="none", transform=sheet.figure.transSubfigure,
    )  # fmt: skip
    sheet.figure.add_artist(line)
    return line
