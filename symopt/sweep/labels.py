"""What a pixel may be called: the judge's words for how a walk ended, and where it ended.

A label is a word, the period of a cycle, and the critical point. Labels are ordered by word, period and coordinates, so
that neither the order nor the size of chunks changes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from symopt.judge import Judgement, Outcome
from symopt.judge.ending import CHAOS
from symopt.judge.sentences import ENDS, fill

KINDS = [word for word in ENDS if word.partition("_")[0] not in ("ran", "left", "no", "exhausted")]
KINDS = [word for word in KINDS if word not in ("cycle", "stalled", "stalled search")]
CYCLE, CLOSING, CHAOTIC, STALLED, OPEN, AWAY, LEFT, STUCK, NOWHERE = (
    "cycle", "closing in on a cycle", "chaos", "stalled", "not yet", "ran away", "left the domain", "no next point",
    "undefined at the start",
)  # fmt: skip
WORDS = (*KINDS, CYCLE, CLOSING, CHAOTIC, STALLED, OPEN, AWAY, LEFT, STUCK, NOWHERE)
"""Every word of a pixel, in the order of legends and tables; the first are those of a FLAT walk."""
NUMBER = {word: place for place, word in enumerate(WORDS)}
TOLD = {"minimum kink": "minimum at a kink", "minimum kinks": "minimum at a kink", "maximum kink": "maximum at a kink",
        "maximum kinks": "maximum at a kink", "degenerate kink": "kink, no minimum", "degenerate kinks":
        "kink, no minimum", "degenerate jump": "jump of f", "degenerate constant": "flat, f is constant",
        "degenerate valley": "degenerate"}  # fmt: skip
ENDING = {Outcome.STALLED: STALLED, Outcome.RAN_AWAY: AWAY, Outcome.LEFT_DOMAIN: LEFT, Outcome.NO_STEP: STUCK}
CLOSING_REMARK = "closing in on a {period}-cycle"
MOST_PLACES = 24
"""Critical points of one word up to which each has a label of its own."""
SAME = 1e-9
"""How near, in half-widths of what is looked at, two places are the same one."""


@dataclass(frozen=True)
class Label:
    """How a pixel ended. word: of WORDS. period: of a cycle, else 0. at: (n,), the critical point, if there is one; of
    a cycle the minimum that it goes around.

    outside: one of many points beyond the window, which have one label.
    """

    word: str
    period: int = 0
    at: tuple[float, ...] | None = None
    proved: bool = False
    outside: bool = False

    @property
    def order(self) -> tuple[Any, ...]:
        return NUMBER[self.word], self.period, self.outside, self.at or ()

    @property
    def flat(self) -> bool:
        return self.word in KINDS

    @property
    def what(self) -> str:
        """The word as it is shown, without the place."""
        if self.word == CYCLE:
            return f"{self.period}-cycle"
        if self.word == CLOSING:
            return fill(CLOSING_REMARK, {"period": self.period})
        return TOLD.get(self.word, self.word) + " outside the window" * self.outside

    def told(self, names: Sequence[str], digits: int = 5) -> str:
        """The word and the place: `minimum x = 4.4551`."""
        if self.at is None:
            return self.what
        shown = [_short(value, digits) for value in self.at[:3]]
        place = f"{names[0]} = {shown[0]}" if len(self.at) == 1 else f"({', '.join(shown)})"
        return f"{self.what} {'around ' if self.word in (CYCLE, CLOSING) else ''}{place}"


def between(first: Label, last: Label, names: Sequence[str], digits: int = 4) -> str:
    """The word of an ending that moves, and where it was first and last: `minimum x = −2 … −1.4`."""
    assert first.at is not None
    assert last.at is not None
    ends = [[_short(value, digits) for value in label.at[:3]] for label in (first, last) if label.at]
    places = [part[0] if len(part) == 1 else f"({', '.join(part)})" for part in ends]
    around = "around " if first.word in (CYCLE, CLOSING) else ""
    return f"{first.what} {around}{names[0] + ' = ' if len(first.at) == 1 else ''}{places[0]} … {places[1]}"


def label_of(judged: Judgement) -> Label:
    """The label of a single walk, without its place."""
    if judged.outcome is Outcome.FLAT:
        return Label(judged.word)
    if judged.outcome is Outcome.CYCLE:
        return Label(CYCLE, judged.period or 0)
    if judged.remark == CLOSING_REMARK:
        return Label(CLOSING, int(judged.more["period"]))
    if judged.outcome is Outcome.EXHAUSTED:
        return Label(CHAOTIC if judged.remark == CHAOS else OPEN)
    return Label(ENDING[judged.outcome])


class Table:
    """The labels of one chunk: rows (word, period, place), and the row of each pixel."""

    def __init__(self, word: np.ndarray, period: np.ndarray, at: np.ndarray, scale: float, places: bool) -> None:
        """word, period: (N,). at: (N, n), nan where there is no place. scale: half-width of the window."""
        at = at if places else np.full_like(at, np.nan)
        known = np.isfinite(at)
        keys = [word, period, known[:, 0], *np.where(known, cells(at, scale), 0.0).T]
        order = np.lexsort([*at.T[::-1], *keys[::-1]])
        differs = np.zeros(len(order), dtype=bool)
        differs[:1] = True
        for key in keys:
            own = key[order]
            differs[1:] |= own[1:] != own[:-1]
        self.codes = np.empty(len(order), dtype=np.int32)
        self.codes[order] = np.cumsum(differs) - 1
        first = order[differs]  # the least place of each cell, so that it hangs on no chunk
        self.rows = np.column_stack([word, period, at])[first].astype(float)


def cells(at: np.ndarray, scale: float) -> np.ndarray:
    """Places (m, n) in whole numbers, one for each cell in which all are one."""
    return np.asarray(np.round(at / (SAME * scale)))


def merged(tables: Sequence[np.ndarray], window: np.ndarray) -> tuple[list[Label], list[np.ndarray]]:
    """(the labels of all chunks in order, for each chunk the label of its rows).

    Of a word with more than 24 places those outside the window have one label, and those inside if they are as many.
    """
    scale = float(np.ptp(window, axis=1).max()) / 2
    rows = np.concatenate(tables)
    found: list[Label | None] = [None] * len(rows)
    word, period, at = rows[:, 0].astype(int), rows[:, 1].astype(int), rows[:, 2:]
    for kind in np.unique(word):
        own = np.flatnonzero(word == kind)
        located = own[np.isfinite(at[own]).all(axis=1)]
        for row in own:
            found[row] = Label(WORDS[kind], int(period[row]))
        for p in np.unique(period[located]).tolist():
            alike = located[period[located] == p]
            groups = [alike[group] for group in _clusters(cells(at[alike], scale), 4)]
            places = [at[group[np.lexsort(at[group].T[::-1])[0]]] for group in groups]
            beyond = [bool(((place < window[:, 0]) | (place > window[:, 1])).any()) for place in places]
            apart, within = len(groups) <= MOST_PLACES, beyond.count(False) <= MOST_PLACES
            for group, place, out in zip(groups, places, beyond, strict=True):
                here = tuple(float(c) + 0.0 for c in place) if apart or (within and not out) else None
                made = Label(WORDS[kind], p, at=here, outside=out and not apart)
                for row in group:
                    found[row] = made
    labels = sorted({each for each in found if each is not None}, key=lambda each: each.order)
    number = {each: place for place, each in enumerate(labels)}
    codes = np.array([number[each] for each in found if each is not None], dtype=np.int32)
    cuts = np.cumsum([len(table) for table in tables])[:-1]
    return labels, np.split(codes, cuts)


def _clusters(points: np.ndarray, near: float) -> list[np.ndarray]:
    """Points (m, n) in groups whose members are neighbours to within so much, in every coordinate."""
    groups = [np.arange(len(points))] if len(points) else []
    for i in range(points.shape[1]):
        parted = []
        for group in groups:
            group = group[np.argsort(points[group, i], kind="stable")]
            parted += np.split(group, np.flatnonzero(np.diff(points[group, i]) > near) + 1)
        groups = parted
    return groups


def _short(value: float, digits: int) -> str:
    return f"{value + 0.0:.{digits}g}".replace("-", "−") if abs(value) > 1e-12 else "0"
