"""The header of several walks: a line for each is the legend, and says at the end how it ended."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.artist import Artist

from symopt.views.notation import parameters
from symopt.views.parts.footer import scale, show_direction
from symopt.views.parts.header import GAP, WHY, dot
from symopt.views.parts.walk import FEW, Walk, rows_of
from symopt.views.sheet.colours import verdict_colour
from symopt.views.sheet.digits import WIDTH, fixed
from symopt.views.sheet.picture import Moment
from symopt.views.sheet.sheet import Sheet, fit_words, measure
from symopt.views.sheet.theme import theme

ROW, FIRST, BELOW = 20, 24, 15
"""Pixels of a line, above the first, and of another line of the same walk."""
REASONED = 4
"""Walks up to which each is told why it ended so."""


FINE = 7.0
"""The size of a formula at least."""


class Entry:
    """What the header says of one walk, beside the place of its verdict or in a line below."""

    def __init__(self, walk: Walk, said: set[str], formula: str, room: float, reasoned: bool = True):
        letter = measure("0", 9, mono=True)
        free = room - 16 - 2 * GAP - min(measure(walk.label, 10.5, "bold"), 0.35 * room)
        self.verdict, self.small = fit_words(walk.verdict, free, 9.5, 8, "bold")
        right = max(measure(self.verdict, self.small, "bold"), letter * (WIDTH + 7)) + GAP
        self.name, self.large = fit_words(walk.label, room - right - 16, 10.5, 8, "bold")
        self.x = 16 + measure(self.name, self.large, "bold") + GAP - 2
        self.fine = 9.5
        self.formula, self.given = formula, walk.parameters(room, 8.5, said)
        wide = (measure(formula, 9.5) + GAP if formula else 0) + measure(self.given, 8.5)
        self.below = bool(formula or self.given) and self.x + wide > room - right
        if self.below:
            self.x = 16
            fine = measure(formula, FINE) + GAP if formula else 0
            self.given = walk.parameters(max(room - 16 - fine, 0), 8.5, said)
            left = room - 16 - (measure(self.given, 8.5) + GAP if self.given else 0)
            self.formula, self.fine = fit_words(formula, left, 9.5, FINE)
        self.because, self.less = fit_words(walk.because if reasoned else "", room - 16, WHY, 7.5)
        beside = self.below and self.x + wide + GAP + measure(self.because, self.less) <= room
        self.rows = int(self.below) + bool(self.because and not beside)


def entries(walks: Sequence[Walk], room: float) -> list[Entry]:
    """A header's lines for a few walks; a formula that is another's, too, is told once."""
    found, shown = [], set[str]()
    for walk, said in zip(walks, told(walks), strict=True):
        formula = "" if walk.label.startswith(walk.formula) or walk.formula in shown else walk.formula
        shown.add(walk.formula)
        found.append(Entry(walk, said, formula, room, len(walks) <= REASONED))
    return found


def height(walks: Sequence[Walk], room: float) -> int:
    """Pixels that a header takes, of a few walks or of many that are counted."""
    if len(walks) > FEW:
        return ROW * rows_of(walks)
    return sum(ROW + BELOW * each.rows for each in entries(walks, room))


class Legend:
    """A line for each walk: marker, name and formula; f while it walks, then its verdict. At the end nothing moves."""

    def __init__(self, sheet: Sheet, walks: Sequence[Walk], left: float, right: float):
        self.walks = walks
        self.values, self.directions, self.verdicts, self.reasons = [], [], [], []
        self.scale = max(scale(walk.fs) for walk in walks)
        letter, y = measure("0", 9, mono=True), FIRST
        for walk, entry in zip(walks, entries(walks, right - left), strict=True):
            dot(sheet, left + 4, y - 4.5, walk)
            sheet.text(left + 16, y, entry.name, size=entry.large, weight="bold", color=walk.colour)
            self.values.append(sheet.text(right - letter * 2, y, size=9, mono=True, ha="right", color=theme().grey))
            self.directions.append(sheet.text(right - letter * 0.6, y, size=8, ha="center"))
            colour = verdict_colour(walk.trajectory)
            self.verdicts.append(
                sheet.text(right, y, entry.verdict, size=entry.small, weight="bold", color=colour, ha="right")
            )
            under = y + BELOW * entry.rows
            self.reasons.append(sheet.text(right, under, entry.because, size=entry.less, ha="right"))
            y += BELOW * entry.below
            x = left + entry.x
            sheet.text(x, y, entry.formula, size=entry.fine, color=theme().ink)
            sheet.text(x + (measure(entry.formula, entry.fine) + GAP if entry.formula else 0), y, entry.given, size=8.5,
                       color=theme().grey)  # fmt: skip
            y = under + ROW
        self.moving: tuple[Artist, ...] = (*self.values, *self.directions, *self.verdicts, *self.reasons)

    def update(self, moment: Moment) -> None:
        for walk, value, direction, verdict, reason in zip(
            self.walks, self.values, self.directions, self.verdicts, self.reasons, strict=True
        ):
            ended, k = walk.ended(moment), walk.step(moment)
            verdict.set_visible(ended)
            reason.set_visible(ended)
            value.set_visible(not ended)
            direction.set_visible(not ended)
            value.set_text(f"f = {fixed(walk.fs[k], self.scale)}")
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
