"""The header of several walks: a line for each is the legend, and says at the end how it ended."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.artist import Artist

from symopt.views.notation import parameters
from symopt.views.parts.footer import scale, show_direction
from symopt.views.parts.header import GAP, dot
from symopt.views.parts.walk import Walk
from symopt.views.sheet.colours import GREY, INK, verdict_colour
from symopt.views.sheet.digits import WIDTH, fixed
from symopt.views.sheet.picture import Moment
from symopt.views.sheet.sheet import Sheet, fit, fit_words, measure

ROW, FIRST = 20, 24


class Legend:
    """A line for each walk: marker, name and formula; f while it walks, then its verdict."""

    def __init__(self, sheet: Sheet, walks: Sequence[Walk], left: float, right: float):
        self.walks = walks
        self.values, self.directions, self.verdicts = [], [], []
        self.scales = [scale(walk.fs) for walk in walks]
        letter = measure("0", 9, mono=True)
        shown: set[str] = set()
        said = told(walks)
        self.yielding: list[list[Artist]] = []
        for row, walk in enumerate(walks):
            y = FIRST + row * ROW
            dot(sheet, left + 4, y - 4.5, walk)
            room = right - left - 16 - 2 * GAP - min(measure(walk.label, 10.5, "bold"), 0.35 * (right - left))
            verdict, small = fit_words(walk.verdict, room, 9.5, 8, "bold")
            edge = right - measure(verdict, small, "bold") - GAP
            reading = right - letter * (WIDTH + 7) - GAP
            name = fit(walk.label, min(edge, reading) - left - 16, 10.5, "bold")
            x = left + 16 + measure(name, 10.5, "bold") + GAP - 2
            sheet.text(left + 16, y, name, size=10.5, weight="bold", color=walk.colour)
            formula = "" if walk.label.startswith(walk.formula) or walk.formula in shown else walk.formula
            shown.add(walk.formula)
            yielding: list[Artist] = []
            least = walk.parameters((reading - x) / 2, 8.5, said[row] | walk.usual)
            formula = fit(formula, reading - x - (measure(least, 8.5) + GAP if least else 0), 9.5)
            after = x + measure(formula, 9.5) + GAP if formula else x
            given = walk.parameters(max(reading - after, 0), 8.5, said[row])
            for text, size, colour in ((formula, 9.5, INK), (given, 8.5, GREY)):
                if text in ("", "…"):
                    continue
                placed = sheet.text(x, y, text, size=size, color=colour)
                x += measure(text, size) + GAP
                if x - GAP > edge:
                    yielding.append(placed)
            self.yielding.append(yielding)
            self.values.append(sheet.text(right - letter * 2, y, size=9, mono=True, ha="right", color=GREY))
            self.directions.append(sheet.text(right - letter * 0.6, y, size=8, ha="center"))
            colour = verdict_colour(walk.trajectory)
            self.verdicts.append(sheet.text(right, y, verdict, size=small, weight="bold", color=colour, ha="right"))
        self.moving: tuple[Artist, ...] = (
            *self.values,
            *self.directions,
            *self.verdicts,
            *(text for texts in self.yielding for text in texts),
        )

    def update(self, moment: Moment) -> None:
        for walk, value, direction, verdict, size, yielding in zip(
            self.walks, self.values, self.directions, self.verdicts, self.scales, self.yielding, strict=True
        ):
            for text in yielding:
                text.set_visible(not walk.ended(moment))
            ended, k = walk.ended(moment), walk.step(moment)
            verdict.set_visible(ended)
            value.set_visible(not ended)
            direction.set_visible(not ended)
            value.set_text(f"f = {fixed(walk.fs[k], size)}")
            show_direction(direction, walk, k)


def told(walks: Sequence[Walk]) -> list[set[str]]:
    """The parameters that each walk's label or an earlier walk of the same formula tells already."""
    found: list[set[str]] = []
    for index, walk in enumerate(walks):
        own, said = walk.trajectory.method.parameters, set[str]()
        for word, value in own.items():
            before = [other.trajectory.method.parameters for other in walks[:index] if other.formula == walk.formula]
            label = parameters({word: value}) in walk.label
            if label or any(other.get(word) == value for other in before):
                said.add(word)
        found.append(said)
    return found
