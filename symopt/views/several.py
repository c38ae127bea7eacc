"""Several walks in one variable on one curve: the header is the legend, and says at the end how each ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from matplotlib.artist import Artist
from matplotlib.lines import Line2D

from symopt.trajectory import Trajectory
from symopt.views.colours import BAD, GOOD, GREY, INK, identity, verdict_colour
from symopt.views.curve import Landscape, Marks, mark
from symopt.views.digits import WIDTH, fixed
from symopt.views.footer import RISE, scale
from symopt.views.frame import Paper, Sheet, brink, fit, gutter, measure, quiet
from symopt.views.header import GAP, Timestep, loss_title
from symopt.views.notation import parameters
from symopt.views.panels import SLOPE, Slope, side_panels, side_width
from symopt.views.past import Past, named_once
from symopt.views.picture import Moment, Picture
from symopt.views.points import Crowd, Runner
from symopt.views.walk import Walk, labels, title

WIDTH_PX, RIGHT = 640, 624
ROW, FIRST = 20, 24
BEADED = 4
"""Walks up to which each leaves its beads."""
FEW = 8
"""Walks that the header names one by one; of more it counts the ends."""


def walks_of(trajectories: Sequence[Trajectory]) -> list[Walk]:
    """Each with its own colour, marker and label; more than eight share the colours of their methods."""
    if len(trajectories) <= FEW:
        named = zip(trajectories, labels(trajectories), strict=True)
        return [Walk(each, *identity(index), label) for index, (each, label) in enumerate(named)]
    kinds = list(dict.fromkeys(title(each) for each in trajectories))
    return [Walk(each, *identity(kinds.index(title(each)))) for each in trajectories]


def picture(trajectories: Sequence[Trajectory], paper: Paper, marks: Marks = (), panels: Sequence[str] = ()) -> Picture:
    walks = walks_of(trajectories)
    few = len(walks) <= FEW
    rows = len(walks) if few else len({walk.label for walk in walks})
    extra = max(rows - 2, 0) * ROW
    land = Landscape(walks)
    below = SLOPE if "slope" in panels else 0
    sheet = paper(WIDTH_PX + side_width(panels), 400 + extra + below)
    left = gutter(land.ylim)
    ax = sheet.axes(left, FIRST + rows * ROW + 8, brink(land.xlim, left, RIGHT, WIDTH_PX), 332 + extra)
    quiet(ax, land.xlim, land.ylim)
    land.draw(ax)
    mark(ax, land, marks)
    crowd = Crowd()
    runners = [
        Runner(ax, walk, max(10.5 - 0.8 * rank, 7.5) if few else 6, crowd if few else None, rank, not few)
        for rank, walk in enumerate(walks)
    ]
    pasts = [
        Past(ax, walk, 10, named)
        for walk, named in zip(walks if len(walks) <= BEADED else (), named_once(walks), strict=False)
    ]
    legend = Legend(sheet, walks, left, RIGHT) if few else Census(sheet, walks, left, RIGHT)
    beside = side_panels(sheet, walks, land, panels, WIDTH_PX, 388 + extra + below, marks)
    if below:
        beside.append(Slope(sheet, walks, land, (left, 332 + extra + 46, RIGHT, 332 + extra + below)))
    y = 388 + extra + below
    loss = fit(loss_title(trajectories[0]), RIGHT - left - 190, 10)
    sheet.text(RIGHT, y, loss, size=10, color=GREY, ha="right")
    return sheet.picture(*beside, *pasts, *runners, legend, Timestep(sheet, left, y, note=(left + 150, y)))


class Legend:
    """A line for each walk: marker, name and formula; f while it walks, then its verdict."""

    def __init__(self, sheet: Sheet, walks: Sequence[Walk], left: float, right: float):
        self.walks = walks
        self.values, self.directions, self.verdicts = [], [], []
        self.scales = [scale(walk.fs) for walk in walks]
        letter = measure("0", 9, mono=True)
        shown: set[str] = set()
        self.yielding: list[list[Artist]] = []
        for row, walk in enumerate(walks):
            y = FIRST + row * ROW
            dot(sheet, left + 4, y - 4.5, walk)
            room = right - left - 16 - 2 * GAP - min(measure(walk.label, 10.5, "bold"), 0.35 * (right - left))
            verdict = fit(walk.verdict, room, 9.5, "bold")
            edge = right - measure(verdict, 9.5, "bold") - GAP
            reading = right - letter * (WIDTH + 7) - GAP
            name = fit(walk.label, min(edge, reading) - left - 16, 10.5, "bold")
            x = left + 16 + measure(name, 10.5, "bold") + GAP - 2
            sheet.text(left + 16, y, name, size=10.5, weight="bold", color=walk.colour)
            formula = "" if walk.label.startswith(walk.formula) or walk.formula in shown else walk.formula
            shown.add(walk.formula)
            yielding: list[Artist] = []
            for text, size, colour in ((formula, 9.5, INK), (_constant(walk, walks), 8.5, GREY)):
                text = fit(text, reading - x, size)
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
            self.verdicts.append(sheet.text(right, y, verdict, size=9.5, weight="bold", color=colour, ha="right"))
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
            sign = walk.trajectory.mark(k)
            direction.set_text(sign)
            direction.set_color(BAD if sign == RISE else GOOD)


class Census:
    """Many walks: a line for each method, with the number of its walks and at last the number of each end."""

    def __init__(self, sheet: Sheet, walks: Sequence[Walk], left: float, right: float, first: float = FIRST,
                 row: float = ROW, below: float = 0):  # fmt: skip
        groups: dict[str, list[Walk]] = {}
        for walk in walks:
            groups.setdefault(walk.label, []).append(walk)
        self.groups = list(groups.values())
        self.room = right - left - (16 if below else 190)
        self.counts = []
        for index, group in enumerate(self.groups):
            y = first + index * row
            dot(sheet, left + 4, y - 4.5, group[0])
            name = fit(group[0].label, (right - left - 80) if below else 110, 10.5, "bold")
            sheet.text(left + 16, y, name, size=10.5, weight="bold", color=group[0].colour)
            x = left + 16 + measure(name, 10.5, "bold") + GAP - 2
            sheet.text(x, y, f"{len(group)} walks", size=9.5, color=GREY)
            place = (left + 16, "left") if below else (right, "right")
            self.counts.append(sheet.text(place[0], y + below, size=9.5, weight="bold", ha=place[1]))
        self.moving: tuple[Artist, ...] = tuple(self.counts)

    def update(self, moment: Moment) -> None:
        for group, text in zip(self.groups, self.counts, strict=True):
            ends = Counter(end_word(walk) for walk in group if walk.ended(moment))
            words = [f"{count} {word}" for word, count in ends.most_common(4)]
            text.set_text(fit(" · ".join(words), self.room, 9.5, "bold"))


def end_word(walk: Walk) -> str:
    """Where a walk ended, in a few words."""
    kind, outcome = walk.trajectory.kind, walk.trajectory.outcome.name.lower().replace("_", " ")
    if kind:
        places = {"plateau": "on a plateau", "inflection": "at an inflection", "degenerate": "at a flat point"}
        return places.get(kind, f"at a {kind}")
    return {"exhausted": "still going", "left domain": "undefined", "cycle": "in a cycle"}.get(outcome, outcome)


def dot(sheet: Sheet, x: float, y: float, walk: Walk, size: float = 7) -> Line2D:
    """A walk's marker in the header, at pixels from the top left."""
    line = Line2D(
        [x / sheet.width], [1 - y / sheet.height], marker=walk.marker, ms=size, mfc=walk.colour, mec="white", mew=0,
        ls="none", transform=sheet.figure.transSubfigure,
    )  # fmt: skip
    sheet.figure.add_artist(line)
    return line


def _constant(walk: Walk, walks: Sequence[Walk]) -> str:
    """The parameters that the label does not name already."""
    own = walk.trajectory.method.parameters
    same = [other for other in walks if other.formula == walk.formula]
    return parameters({
        key: value for key, value in own.items() if all(o.trajectory.method.parameters.get(key) == value for o in same)
    }) if same[0] is walk else ""  # fmt: skip
