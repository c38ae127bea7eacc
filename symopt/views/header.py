"""The lines above a picture: who walks, by which formula, on what, and at the end the verdict."""

from __future__ import annotations

from matplotlib.artist import Artist

from symopt.trajectory import Trajectory
from symopt.views.colours import GREY, verdict_colour
from symopt.views.frame import Sheet, fit, measure
from symopt.views.notation import pretty
from symopt.views.picture import Moment
from symopt.views.walk import Walk

GAP = 12


def loss_title(trajectory: Trajectory) -> str:
    """`f(x) = x²`; variables are named while they are few."""
    names = [pretty(str(symbol)) for symbol in trajectory.loss.variables]
    return f"f({', '.join(names) if len(names) < 4 else 'x'}) = {pretty(trajectory.loss.text)}"


class Headline:
    """One method: its name and formula on the left, the loss on the right, which gives way to the verdict."""

    def __init__(self, sheet: Sheet, walk: Walk, left: float, right: float, y: float = 27):
        room = right - left
        name = fit(walk.label, 0.5 * room, 12, "bold")
        taken = measure(name, 12, "bold")
        formula = "" if walk.label == walk.formula else walk.formula
        loss = loss_title(walk.trajectory)
        wanted = measure(loss, 10)
        left_wanted = GAP + measure(formula, 10) + 1.5 * GAP + measure(walk.parameters, 9)
        share = max(room - taken - left_wanted - 2 * GAP, min(wanted, 0.36 * room))
        loss = fit(loss, share, 10)
        free = room - taken - measure(loss, 10) - 2 * GAP
        formula = fit(formula, max(free - GAP, 0), 10)
        free -= GAP + measure(formula, 10)
        given = fit(walk.parameters, max(free - GAP, 0), 9)
        sheet.text(left, y, name, size=12, weight="bold", color=walk.colour)
        x = left + taken + (GAP - 2 if formula else 0)
        self.formula = sheet.text(x, y, formula, size=10)
        self.parameters = sheet.text(x + measure(formula, 10) + GAP, y, given, size=9, color=GREY)
        self.loss = sheet.text(right, y, loss, size=10, color=GREY, ha="right")
        verdict, size = walk.verdict, 10.5
        while measure(verdict, size, "bold") > room - taken - 2 * GAP and size > 8.5:
            size -= 0.5
        verdict = fit(verdict, room - taken - 2 * GAP, size, "bold")
        box = {"boxstyle": "round,pad=0.35,rounding_size=0.3", "facecolor": verdict_colour(walk.trajectory)}
        self.verdict = sheet.text(
            right - 2, y, verdict, size=size, weight="bold", color="white", ha="right", bbox=box | {"edgecolor": "none"}
        )
        edge = right - measure(verdict, size, "bold") - 1.5 * GAP
        self.formula_stays = x + measure(formula, 10) < edge
        self.parameters_stay = x + measure(formula, 10) + GAP + measure(given, 9) < edge
        self.walk = walk
        self.yielding = [
            text
            for text, stays in ((self.formula, self.formula_stays), (self.parameters, self.parameters_stay))
            if not stays
        ]
        self.moving: tuple[Artist, ...] = (*self.yielding, self.loss, self.verdict)

    def update(self, moment: Moment) -> None:
        ended = self.walk.ended(moment)
        self.verdict.set_visible(ended)
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
