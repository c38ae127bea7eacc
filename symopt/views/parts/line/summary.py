"""The header of many walks: a line for each method, and how many of its walks ended where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from matplotlib.artist import Artist

from symopt.language import told
from symopt.views.parts.header import GAP, dot
from symopt.views.parts.line.legend import FIRST, ROW
from symopt.views.parts.walk import Walk
from symopt.views.sheet.picture import Moment
from symopt.views.sheet.sheet import Sheet, fit, measure
from symopt.views.sheet.theme import theme


class Summary:
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
            sheet.text(x, y, told(f"{len(group)} walks"), size=9.5, color=theme().grey)
            place = (left + 16, "left") if below else (right, "right")
            self.counts.append(sheet.text(place[0], y + below, size=9.5, weight="bold", ha=place[1]))
        self.moving: tuple[Artist, ...] = tuple(self.counts)

    def update(self, moment: Moment) -> None:
        for group, text in zip(self.groups, self.counts, strict=True):
            ends = Counter(end_word(walk) for walk in group if walk.ended(moment))
            words = [f"{count} {told(word)}" for word, count in ends.most_common(4)]
            text.set_text(fit(" · ".join(words), self.room, 9.5, "bold"))


def end_word(walk: Walk) -> str:
    """Where a walk ended, in a few words."""
    kind, outcome = walk.trajectory.kind, walk.trajectory.outcome.name.lower().replace("_", " ")
    if kind:
        places = {"plateau": "on a plateau", "inflection": "at an inflection", "degenerate": "at a flat point"}
        return places.get(kind, f"at a {kind}")
    return {"exhausted": "still going", "left domain": "undefined", "cycle": "in a cycle"}.get(outcome, outcome)
