"""The lines above a picture: who walks, by which formula, on what, and at the end the verdict."""

from __future__ import annotations

from typing import NamedTuple

from matplotlib.artist import Artist
from matplotlib.lines import Line2D

from symopt.expression.tokens import base_of
from symopt.language import told
from symopt.trajectory import Trajectory
from symopt.views.notation import symbol, written
from symopt.views.parts.walk import Walk
from symopt.views.sheet.colours import verdict_colour
from symopt.views.sheet.picture import Moment
from symopt.views.sheet.sheet import Sheet, fit, fit_words, measure
from symopt.views.sheet.theme import theme

GAP, LINE = 12, 17
WHY = 9.0
"""The size of a reason."""
REMARK = 244
"""Pixels of a remark such as `no change beyond a pixel until step 1000`, which stands where the verdict will."""


def loss_title(trajectory: Trajectory) -> str:
    """`f(x) = x²`; of more than three variables those with numbers are named by their letter: `f(a, b, x) = …`."""
    loss = trajectory.loss
    names = loss.names if loss.n < 4 else dict.fromkeys(map(base_of, loss.names))
    return f"f({', '.join(map(symbol, names))}) = {written(loss)}"


class Lines(NamedTuple):
    """The words for a method: its name, what of formula and parameters stands beside the verdict, and what below.

    because: why it ended so, and its size; in which row below the first it stands. rows: so many below the first.
    """

    name: str
    size: float
    formula: str
    given: str
    rest: str
    below: str
    verdict: str
    small: float
    fine: float = 9.5
    because: str = ""
    less: float = WHY
    row: int = 0
    rows: int = 1


def lines(walk: Walk, room: float) -> Lines:
    """The words broken so that verdict and reason have their places on the right: at the end nothing moves."""
    made = _named(walk, room)
    second = (measure(made.rest, made.fine) + GAP) * bool(made.rest) + measure(made.below, 9)
    rows = 2 if second else 1
    why, less = fit_words(walk.because, room, WHY, 7.5)
    free = room - measure(why, less) - 2 * GAP
    if not why:
        return made._replace(rows=rows)
    if measure(loss_title(walk.trajectory), 9) <= free:
        return made._replace(because=why, less=less, row=rows, rows=rows)
    row = 1 if second <= free else 2
    return made._replace(because=why, less=less, row=row, rows=max(row + 1, rows))


def _named(walk: Walk, room: float) -> Lines:
    """The words but the reason."""
    own = walk.label == walk.formula
    name, large = ("", 12.0) if own else fit_words(walk.label, 0.5 * room, 12, 8.5, "bold")
    taken = measure(name, large, "bold") + GAP if name else 0
    verdict, small = fit_words(walk.verdict, room - taken - GAP, 10.5, 8.5, "bold")
    free = room - taken - max(measure(verdict, small, "bold") + 2 * GAP, REMARK)
    weight = "bold" if own else "normal"
    if own and measure(walk.formula, 12, "bold") <= free:
        return Lines(walk.formula, 12, "", "", "", walk.parameters(room, 9), verdict, small)
    formula, rest = broken(walk.formula, free, 9.5 if own else 10, weight)
    rest, fine = fit_words(rest, room, 9.5, 7.5, weight)
    every = walk.parameters(room, 9)
    fits = not rest and measure(formula, 9.5 if own else 10, weight) + GAP + measure(every, 9) <= free
    below = "" if fits else walk.parameters(max(room - (measure(rest, fine, weight) + GAP if rest else 0), 0), 9)
    if own:
        return Lines(formula, 9.5, "", every if fits else "", rest, below, verdict, small, fine)
    return Lines(name, large, formula, every if fits else "", rest, below, verdict, small, fine)


def broken(text: str, room: float, size: float, weight: str = "normal") -> tuple[str, str]:
    """A text in two at the last space before which it fits; where there is none, all is left for later."""
    words = text.split(" ")
    count = next((k for k in range(len(words), 0, -1) if measure(" ".join(words[:k]), size, weight) <= room), 0)
    return " ".join(words[:count]).rstrip(), " ".join(words[count:]).strip()


class Headline:
    """One method: its name, formula and parameters; the loss below; at the end the verdict, and why."""

    def __init__(self, sheet: Sheet, walk: Walk, left: float, right: float, foot: float, y: float = 27):
        words, own = lines(walk, right - left), walk.label == walk.formula
        sheet.text(left, y, words.name, size=words.size, weight="bold", color=walk.colour)
        x = left + measure(words.name, words.size, "bold") + GAP - 2
        sheet.text(x, y, words.formula, size=10)
        x += measure(words.formula, 10) + GAP if words.formula else 0
        sheet.text(x, y, words.given, size=9, color=theme().grey)
        weight = "bold" if own else "normal"
        sheet.text(
            left, y + LINE, words.rest, size=words.fine, weight=weight, color=walk.colour if own else theme().ink
        )
        x = left + (measure(words.rest, words.fine, weight) + GAP if words.rest else 0)
        sheet.text(x, y + LINE, words.below, size=9, color=theme().grey)
        sheet.text(left, foot, fit(loss_title(walk.trajectory), right - left, 9), size=9, color=theme().grey)
        box = {"boxstyle": "round,pad=0.35,rounding_size=0.3", "facecolor": verdict_colour(walk.trajectory)}
        self.verdict = sheet.text(
            right - 2, y, words.verdict, size=words.small, weight="bold", color=theme().paper, ha="right",
            bbox=box | {"edgecolor": "none"},
        )  # fmt: skip
        height = foot + 2 if words.row == words.rows else y + LINE * words.row
        self.because = sheet.text(right + 2, height, words.because, size=words.less, ha="right")
        self.walk = walk
        self.moving: tuple[Artist, ...] = (self.verdict, self.because)

    def update(self, moment: Moment) -> None:
        for text in self.moving:
            text.set_visible(self.walk.ended(moment))


class Timestep:
    """`timestep 340 (every 10th)`, and a remark where the moment has one, from its place to a side."""

    def __init__(self, sheet: Sheet, x: float, y: float, size: float = 10, note: tuple[float, float] | None = None,
                 weight: str = "normal", side: str = "left"):  # fmt: skip
        self.label = sheet.text(x, y, told("timestep 0"), size=size, weight=weight)
        self.note = sheet.text(*(note or (x, y + 16)), size=8.5, color=theme().grey, ha=side)
        self.moving: tuple[Artist, ...] = (self.label, self.note)

    def update(self, moment: Moment) -> None:
        self.label.set_text(timestep(moment))
        self.note.set_text(told(moment.note))


def timestep(moment: Moment) -> str:
    """`timestep 340`, and how many steps the frames are apart; of a filmstrip `timestep 3 of 7`."""
    apart = f" (every {moment.stride}{'nd' if moment.stride == 2 else 'th'})" if moment.stride > 1 else ""
    return told(f"timestep {moment.step} of {moment.of}" if moment.of else f"timestep {moment.step}{apart}")


def dot(sheet: Sheet, x: float, y: float, walk: Walk, size: float = 7) -> Line2D:
    """A walk's marker in the header, at pixels from the top left."""
    line = Line2D(
        [x / sheet.width], [1 - y / sheet.height], marker=walk.marker, ms=size, mfc=walk.colour, mew=0, ls="none",
        transform=sheet.figure.transSubfigure,
    )  # fmt: skip
    sheet.figure.add_artist(line)
    return line
