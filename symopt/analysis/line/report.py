"""An analysis: its fields, its JSON, and itself on one screen, for someone who learns what a loss does."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from symopt.analysis.records import CriticalPoint, Interval, Rate, fields, plain
from symopt.analysis.screen import OnScreen, aligned, labelled
from symopt.analysis.steps import STEPS, steps
from symopt.analysis.words import apart, digits, finer, interval, known, listed
from symopt.language import told
from symopt.notebook import clipped

MOST_POINTS, MOST_SPANS, MOST_MINIMA, MOST_NOTES = 8, 3, 2, 5
HAIR = 1e-9  # of an interval, and of 1
LONGEST = 240
"""Letters of a note."""
SCHEMA = "symopt.analyze/1"


@dataclass(frozen=True, eq=False, repr=False)
class Analysis(OnScreen):
    """Everything known of a loss on a window.

    status: `complete`, `incomplete` (`left` are the boxes that could not be decided) or `estimated`. minimum: enclosure
    of the least value, and the places where it may be taken; least: its digits that are known. ends: the sides of the
    window as they were typed. L, mu: enclosures of sup|f″| and inf f″ where f is smooth.
    convex, concave: intervals inside which f″ > 0, f″ < 0. convex_everywhere: f is convex on the window.
    contained: the component of {f ≤ f(start)} around the start lies inside the window: True, or None if that is
    not shown. warnings: true sentences.

    >>> made = symopt.analyze("x**4/4 - x**2/2", (-2, 2))
    >>> made.status
    'complete'
    >>> [(p.x[0], p.kind) for p in made.critical_points]
    [(-1.0, 'minimum'), (0.0, 'maximum'), (1.0, 'minimum')]
    """

    loss: Any
    window: np.ndarray
    status: str
    critical_points: tuple[CriticalPoint, ...]
    minimum: Interval
    at: tuple[float, ...]
    L: Interval
    mu: Interval
    safe_lr: float | None
    best_lr: float | None
    direction_alpha: float | None
    descent_alpha: float | None
    convex: tuple[Interval, ...]
    concave: tuple[Interval, ...]
    rates: tuple[Rate, ...] = ()
    warnings: tuple[str, ...] = ()
    left: tuple[Interval, ...] = ()
    convex_everywhere: bool = False
    start: float | None = None
    contained: bool | None = None
    cycles: tuple[str, ...] = ()
    undefined: tuple[Interval, ...] = ()
    constant: bool = False
    ends: tuple[str, str] = ("", "")
    least: str = ""
    seconds: float = 0.0

    @property
    def proved(self) -> bool:
        return self.status != "estimated"

    def record(self) -> dict[str, Any]:
        """The JSON object of schema symopt.analyze/1; nan and inf are null."""
        point = ("x", "enclosure", "f", "kind", "kink", "edge", "exact", "proved")
        return {
            "schema": SCHEMA,
            **fields(self, "window", "status"),
            "critical_points": [fields(p, *point) for p in self.critical_points],
            "global_minimum": {"f": plain(self.minimum), "at": plain(self.at)},
            **fields(self, "L", "mu", *STEPS, "convex", "concave"),
            "rates": [rate.record() for rate in self.rates],
            "warnings": list(self.warnings),
        }

    def lines(self) -> list[str]:
        name = self.loss.names[0]
        lines = [f"f({name}) = {self.loss.text}   on {_window(self)}", headline(self), ""]
        lines += _points(self, name)
        lines += labelled("least f", [_least(self, name)])
        lines += labelled("curvature", _curvature(self))
        lines += labelled("steps", _steps(self))
        lines += _rates(self, name)
        lines += labelled("note", [clipped(told(note), LONGEST) for note in self.warnings[:MOST_NOTES]])
        if len(self.warnings) > MOST_NOTES:
            lines += labelled("", [f"… {len(self.warnings) - MOST_NOTES} more notes: --json has them"])
        return lines


def _window(made: Analysis) -> str:
    """The window inward to the digits shown, and as it was typed where that says more."""
    shown = []
    for typed, value, side in zip(made.ends, made.window[0], (1, -1), strict=True):
        plain = typed.replace("−", "-")
        try:
            exact = Decimal(plain)
        except ArithmeticError:
            exact = Decimal(float(value))
            shown.append(digits(exact, 6, side))
        else:
            shown.append(typed)
    whole = "" if tuple(shown) == made.ends else f", that is from {made.ends[0]} to {made.ends[1]}"
    return f"[{shown[0]}, {shown[1]}]{whole}"


def headline(made: Analysis) -> str:
    continued = sum(p.continued for p in made.critical_points)
    stretches = sum(p.flat for p in made.critical_points)
    count = len(made.critical_points) - stretches - continued * (made.status == "complete")
    points = f"{count} critical point{'s' * (count != 1)}"
    if stretches:
        flat = f"{stretches} stretch{'es' * (stretches != 1)} where f is constant"
        points = f"{points} and {flat}" if count else flat
    if made.status == "complete":
        beside = f"; {continued} more where f has no value is not proved" if continued else ""
        return f"COMPLETE: {points} in the window, and no other (proved){beside}"
    if made.status == "incomplete":
        return f"INCOMPLETE: {points} found; what is undecided is named below, the rest is proved"
    return f"ESTIMATED: {points} seen in samples; nothing here is proved"


def _points(made: Analysis, name: str) -> list[str]:
    points = made.critical_points
    if not points:
        return ["  no critical point" + ("" if made.status == "complete" else " found")]
    rows = [(f"{name} = {_place(p)}", f"f = {p.worth or digits(p.f)}", _kind(p), _remark(p)) for p in shown(points)]
    lines = aligned(rows)
    if len(points) > len(rows):
        lines.append(f"  … {len(points) - len(rows)} more: --json has them")
    return lines


def shown(points: tuple[CriticalPoint, ...]) -> tuple[CriticalPoint, ...]:
    """The points listed: all of a few, else the first."""
    return points if len(points) <= MOST_POINTS else points[:MOST_POINTS]


def _place(point: CriticalPoint) -> str:
    if point.flat:
        return point.place or interval(*point.enclosure[0], inward=True)
    text = point.place or digits(point.x[0], 10)
    exact = (point.exact or "").replace("-", "−")
    return f"{text} = {exact}" if exact and exact != text and len(exact) < 24 else text


def _kind(point: CriticalPoint) -> str:
    if point.flat:
        return "flat" + (f" {point.turn}" if point.turn else "")
    return f"{point.kind} {point.turn}".strip()


def _remark(point: CriticalPoint) -> str:
    words = [
        "kink" * bool(point.kink),
        "perhaps a kink" * (point.kink is None),
        "at the edge" * point.edge,
        "f has no value there" * point.continued,
        "not proved" * (not point.proved),
    ]
    return ", ".join(word for word in words if word)


def _least(made: Analysis, name: str) -> str:
    value = made.least or digits(made.minimum[0])
    if math.isnan(made.minimum[0]):
        return made.least or "not known"
    if not made.at:
        return f"{value}, taken nowhere that is shown"
    places = list(dict.fromkeys(_where(made, x) for x in made.at))
    return f"{value} at {name} = {listed(places)}"


def _where(made: Analysis, x: float) -> str:
    """A place, or the stretch that it lies in, as the list of points has it, else to the digits of the window."""
    for stretch in made.critical_points:
        low, high = stretch.enclosure[0]
        if stretch.flat and math.nextafter(low, -math.inf) <= x <= math.nextafter(high, math.inf):
            return _place(stretch)
    point = next((p for p in made.critical_points if p.x[0] == x and p.place and not p.flat), None)
    end = next((e for e, v in zip(made.ends, made.window[0], strict=True) if v == x and len(e) < 12), None)
    if end is not None and point is None:
        return end
    count = finer(*made.window[0])
    if point is None:
        return digits(x, count)
    others, (low, high) = [digits(y, count) for y in made.at if y != x], point.enclosure[0]
    return point.place if digits(x, count) in others else known(Decimal(low), Decimal(high), count)


def _curvature(made: Analysis) -> list[str]:
    lines = []
    word = "" if made.proved else " (estimated)"
    if made.convex_everywhere:
        lines.append("convex on the window (proved)")
    else:
        lines += [
            f"f″ {sign} 0 on {_spans(made, spans)}{word}"
            for sign, spans in ((">", made.convex), ("<", made.concave))
            if spans
        ]
    low, high = made.mu[0], top(made)
    if not math.isnan(low) and math.isfinite(low):
        within = f" ≤ {digits(high, 6, 1)}" if high is not None and math.isfinite(high) else ""
        lines.append(f"{digits(low, 6, -1)} ≤ f″{within}, so that {_bounds(made)}{word}")
    elif not math.isnan(low):
        lines.append(f"{_bounds(made)}{word}")
    return lines or ["f″ is not known"]


def top(made: Analysis) -> float | None:
    """sup f″ where L tells it: where −inf f″ is smaller."""
    return made.L[1] if -made.mu[0] < made.L[0] else None


def _bounds(made: Analysis) -> str:
    """L and mu, each from the side that matters."""
    L = f"L = sup|f″| ≤ {digits(made.L[1], 6, 1)}" if math.isfinite(made.L[1]) else f"L ≥ {digits(made.L[0], 3, -1)}"
    mu = f"mu = inf f″ ≥ {digits(made.mu[0], 6, -1)}"
    return f"{L}, {mu if math.isfinite(made.mu[0]) else f'mu ≤ {digits(made.mu[1], 3, 1)}'}"


def _spans(made: Analysis, spans: tuple[Interval, ...]) -> str:
    return listed([_span(made, *span) for span in spans], MOST_SPANS)


def _span(made: Analysis, low: float, high: float) -> str:
    """An open interval (at its ends f may have a pole or a kink), inward, up to the end of the window as it was typed
    where it reaches so far, and no hair from 0."""
    hair = HAIR * min(1.0, high - low)
    if -hair < low < hair:
        low = 0.0 if low <= 0 else min(hair, high)
    if -hair < high < hair:
        high = 0.0 if high >= 0 else max(-hair, low)
    shown: list[float | Decimal] = [low, high]
    for k, away in ((0, -math.inf), (1, math.inf)):
        try:
            end = Decimal(made.ends[k].replace("−", "-"))
        except ArithmeticError:
            continue
        first, last = sorted((Decimal(shown[k]), Decimal(math.nextafter(shown[k], away))))
        shown[k] = end if first <= end <= last else shown[k]
    return "({}, {})".format(*apart(shown[0], shown[1], inward=True))


def _steps(made: Analysis) -> list[str]:
    lines = steps(made, "f″")
    if made.safe_lr is not None and made.contained and made.start is not None:
        start = digits(made.start, finer(*made.window[0]))
        lines[-1] += f"; from {start} it does: what lies below f({start}) around it is inside (proved)"
    return lines


def _rates(made: Analysis, name: str) -> list[str]:
    minima = list(dict.fromkeys(rate.x for rate in made.rates))
    # first the minima that the walks come to
    minima.sort(key=lambda x: -sum(r.observed is not None for r in made.rates if r.x == x))
    lines, count = [], finer(*made.window[0])
    for x in minima[:MOST_MINIMA]:
        alike = sum(digits(other[0], count) == digits(x[0], count) for other in minima) > 1
        place = next((p.place for p in made.critical_points if alike and p.x == x), digits(x[0], count))
        head = f"near {name} = {place}, steps from the start {digits(made.start or 0.0, count)}:"
        rates = [f"  {_method(rate)}: {rate.statement}{_counts(rate)}" for rate in made.rates if rate.x == x]
        lines += labelled("rates", [head, *rates])
    if len(minima) > MOST_MINIMA:
        lines += labelled("", [f"… rates near {len(minima) - MOST_MINIMA} more: --json has them"])
    return lines


def _method(rate: Rate) -> str:
    return {"regularized-newton": "reg. newton"}.get(rate.method, rate.method)


def _counts(rate: Rate) -> str:
    many = "1 step predicted" if rate.predicted == 1 else f"{rate.predicted} steps predicted"
    predicted = None if rate.predicted is None else many
    observed = None if rate.observed is None else f"{rate.observed} observed"
    if rate.predicted is not None and rate.observed is not None and not _near(rate.predicted, rate.observed):
        return f"; from the start that alone would take {rate.predicted} steps, {observed}: it holds once near"
    counts = ", ".join(part for part in (predicted, observed) if part)
    return f"; {counts}" if counts else ""


def _near(predicted: int, observed: int) -> bool:
    """Whether a walk took about as long as was predicted: half as long again at most, or two steps more or less."""
    return abs(predicted - observed) <= max(2, min(predicted, observed) / 2)
