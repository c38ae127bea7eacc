"""An analysis along a letter: its fields, its JSON, and itself on one screen."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from symopt.analysis.along.records import Bifurcation, Interval, Stretch
from symopt.analysis.records import fields, plain
from symopt.analysis.screen import OnScreen, aligned, labelled
from symopt.analysis.words import counted
from symopt.notebook import clipped

SCHEMA = "symopt.analyze-along/1"
MOST = 40
SIDES = {1: "above", -1: "below"}


@dataclass(frozen=True, eq=False)
class LetterAnalysis(OnScreen):
    """The critical points x*(a) of a loss of one variable on a window, along a letter from one value to another.

    status: `complete`, or `incomplete`: `left` are rectangles (x, a) in which there may be more bifurcations, or a
    stretch is not proved. bifurcations: by a. stretches: what lies between. sensitivity: dx*/da = −f′ₐ/f″ as text.
    ends: window and range as they were typed. pieces: what f is made of. boxes: looked at in the search.
    """

    loss: Any
    variable: str
    letter: str
    window: Interval
    range: Interval
    ends: tuple[tuple[str, str], tuple[str, str]]
    status: str
    bifurcations: tuple[Bifurcation, ...]
    stretches: tuple[Stretch, ...]
    sensitivity: str
    pieces: Any = None
    left: tuple[tuple[Interval, Interval], ...] = ()
    boxes: int = 0
    warnings: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def counts(self) -> dict[str, int]:
        """How many bifurcations there are of each kind."""
        found = Counter(event.kind for event in self.bifurcations)
        return {kind: found[kind] for kind in HAPPENS if found[kind]}

    def record(self) -> dict[str, Any]:
        """The JSON object of schema symopt.analyze-along/1; nan and inf are null."""
        return {
            "schema": SCHEMA,
            **fields(self, "variable", "letter", "window", "range", "status"),
            "bifurcations": [
                {
                    "kind": e.kind, "a": plain(e.place[0]), "x": None if e.kind == "flat" else plain(e.place[1]),
                    "enclosure": {"a": plain(e.enclosure[0]), "x": plain(e.enclosure[1])}, "opens": e.opens,
                    "why": e.why, "edge": e.edge,
                }
                for e in self.bifurcations
            ],
            "counts": self.counts,
            "stretches": [
                {
                    "from": plain(s.ends[0]), "to": plain(s.ends[1]), "at": plain(s.value), "proved": s.proved,
                    "counts": s.counts,
                    "points": [
                        {**fields(p, "x", "enclosure", "kind"), "slope": plain(p.rate), "kink": p.kink}
                        for p in s.points
                    ],
                }
                for s in self.stretches
            ],
            "sensitivity": self.sensitivity or None,
            "left": [{"x": plain(box[0]), "a": plain(box[1])} for box in self.left],
            **fields(self, "boxes", "warnings"),
        }  # fmt: skip

    def lines(self) -> list[str]:
        x, a = self.variable, self.letter
        (low, high), (first, last) = self.ends
        rows, text = _story(self), clipped(self.loss.text)
        lines = [f"f({x}) = {text}   on [{low}, {high}], {a} from {first} to {last}", headline(self), ""]
        lines += aligned([(a, x, "what happens", "then"), *rows], 1 + MOST)
        if self.sensitivity:
            slope = self.sensitivity.replace("-", "−")
            law = f"d{x}*/d{a} = −f′{SUBSCRIPT.get(a, '_' + a)}/f″ = {slope}"
            lines += labelled("slope", [f"beside the kinks {law}" if self.pieces.kinks else law])
        return lines + labelled("note", list(self.warnings))

    def __repr__(self) -> str:
        return f"<analysis of {clipped(self.loss.text)} along {self.letter}: {headline(self)}>"


def headline(made: LetterAnalysis) -> str:
    """How many bifurcations of which kind, and whether these are all."""
    found, complete = counted(made.counts), made.status == "complete"
    if not found:
        return (
            "COMPLETE: no bifurcation (proved)" if complete else "INCOMPLETE: where bifurcations may lie is named below"
        )
    if complete:
        return f"COMPLETE: {found}, and no other (proved)"
    return f"INCOMPLETE: {found} found (proved); where others may lie is named below"


SUBSCRIPT = {"a": "ₐ", "e": "ₑ", "k": "ₖ", "m": "ₘ", "n": "ₙ", "p": "ₚ", "s": "ₛ", "t": "ₜ"}


def _story(made: LetterAnalysis) -> list[tuple[str, str, str, str]]:
    """The bifurcations by a, each with the critical points up to the next."""
    rows: list[tuple[float, tuple[str, str, str, str]]] = []
    for event in made.bifurcations:
        rows.append((event.place[0], (event.a, event.x, _happens(event, made), "")))
    for stretch in made.stretches:
        start = stretch.ends[0]
        before = [k for k, (at, _) in enumerate(rows) if start[0] <= at <= start[1]]
        known = (counted(stretch.counts) or "no critical point") if stretch.proved else "not decided"
        if before:
            at, row = rows[before[-1]]
            rows[before[-1]] = at, (*row[:3], known)
        else:
            first = stretch is made.stretches[0] and start[0] <= made.range[0] <= start[1]
            rows.append((start[0], (stretch.words[0], "", "" if first else "not decided", known)))
            rows.sort(key=lambda pair: pair[0])
    return [row for _, row in rows]


HAPPENS = {
    "fold": "fold: two meet, for {side}{edge}",
    "pitchfork": "pitchfork ({why}): three for {side}{edge}",
    "transcritical": "crossing: two curves pass through each other{edge}",
    "hysteresis": "hysteresis ({why}): f′ = f″ = f‴ = 0, one on both sides{edge}",
    "isolated": "an inflection here only ({why}){edge}",
    "multiple": "multiple point ({why}): f′ = f″ = 0, and nowhere else around it{edge}",
    "persistence": "a critical point comes onto the kink, or leaves it (persistence){edge}",
    "nonsmooth fold": "nonsmooth fold{because}: two meet on the kink, for {side}{edge}",
    "kink": "kinks meet, or another point on a kink{edge}",
    "flat": "f does not depend on {x}{edge}",
    "exit": "a curve passes the window's end{edge}",
}
"""The kinds of bifurcations, in the order in which they are counted, and what is told of each."""


def _happens(event: Bifurcation, made: LetterAnalysis) -> str:
    because = f" ({event.why})" if event.why else ""
    side = f"{made.letter} {SIDES.get(event.opens, '')}"
    edge = ", on an end to all digits" if event.edge else ""
    return HAPPENS[event.kind].format(side=side, why=event.why, because=because, x=made.variable, edge=edge)
