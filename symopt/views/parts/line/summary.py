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
from symopt.views.sheet.sheet import Sheet, fit_words, measure
from symopt.views.sheet.theme import theme

SIZES = 9.5, 9.0, 8.5, 8.0, 7.5
"""Of what is counted, as large as fits."""
WHY, ASIDE = (8.5, 8.0, 7.5), 236
"""Sizes of a reason, as large as fits, and pixels on its left for what is said of starts."""


class Summary:
    """Many walks: a line for each method, with the number of its walks and at last the number of each end."""

    def __init__(self, sheet: Sheet, walks: Sequence[Walk], left: float, right: float, first: float = FIRST,
                 row: float = ROW, below: float = 0):  # fmt: skip
        groups: dict[str, list[Walk]] = {}
        for walk in walks:
            groups.setdefault(walk.label, []).append(walk)
        self.groups = list(groups.values())
        self.lines = 2 if below else 1
        self.room = right - left - (16 if below else 230)
        self.counts = []
        for index, group in enumerate(self.groups):
            y = first + index * row
            dot(sheet, left + 4, y - 4.5, group[0])
            name, size = fit_words(group[0].label, (right - left - 80) if below else 150, 10.5, 8, "bold")
            sheet.text(left + 16, y, name, size=size, weight="bold", color=group[0].colour)
            x = left + 16 + measure(name, size, "bold") + GAP - 2
            sheet.text(x, y, told(f"{len(group)} walks" if len(group) > 1 else "1 walk"), size=9.5, color=theme().grey)
            place = (left + 16, "left") if below else (right, "right")
            self.counts.append(
                sheet.text(place[0], y + below - 11, size=9.5, weight="bold", ha=place[1], va="top", linespacing=1.1)
            )
        lone = len(groups) == 1 and not below
        self.why = sheet.text(right, first + ROW + 2, size=WHY[0], ha="right") if lone else None
        self.wide = right - left - ASIDE
        self.moving: tuple[Artist, ...] = (*self.counts, *([self.why] if self.why else []))

    def update(self, moment: Moment) -> None:
        for group, text in zip(self.groups, self.counts, strict=True):
            ends = Counter(end_word(walk) for walk in group if walk.ended(moment))
            words, size = counted(ends, self.room, self.lines)
            text.set_text(words)
            text.set_fontsize(size)
        if self.why:
            words = shared(self.groups[0]) if moment.final else ""
            size = next((size for size in WHY if measure(words, size) <= self.wide), 0)
            self.why.set_text(words if size else "")
            self.why.set_fontsize(size or WHY[0])


def shared(walks: Sequence[Walk]) -> str:
    """The reason that most walks have in common, and of how many it is told; empty where there is none of more."""
    found = Counter(walk.because for walk in walks if walk.because).most_common(1)
    return told(f"{found[0][1]} of {len(walks)} walks: {found[0][0]}") if found and found[0][1] > 1 else ""


def counted(ends: Counter[str], room: float, lines: int) -> tuple[str, float]:
    """How many came to each end, the most first, in so many lines, and the size at which that fits; the last together
    where it must.
    """
    found, size = "", SIZES[0]
    for named in range(len(ends), 0, -1):
        words = [f"{count} {told(word)}" for word, count in ends.most_common(named)]
        if rest := ends.total() - sum(count for _, count in ends.most_common(named)):
            words.append(told(f"{rest} elsewhere"))
        for size in SIZES:
            rows = [words[0]]
            for word in words[1:]:
                if measure(f"{rows[-1]} · {word}", size, "bold") <= room:
                    rows[-1] += f" · {word}"
                else:
                    rows.append(word)
            found = "\n".join(rows)
            if len(rows) <= lines and measure(rows[0], size, "bold") <= room:
                return found, size
    return found, size


def end_word(walk: Walk) -> str:
    """Where a walk ended, in a few words."""
    kind, outcome = walk.trajectory.kind, walk.trajectory.outcome.name.lower().replace("_", " ")
    if kind:
        places = {"plateau": "on a plateau", "inflection": "at an inflection", "degenerate": "at a flat point"}
        return places.get(kind, f"at a {kind}")
    return {"exhausted": "still going", "left domain": "undefined", "cycle": "in a cycle"}.get(outcome, outcome)
