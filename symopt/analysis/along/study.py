"""`analyze` along a letter: the bifurcations, and what lies between two of them, put together."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

import sympy
from flint import arb, fmpq
from sympy import Expr, Rational, Symbol

from symopt.analysis.along.bifurcations import Bifurcations
from symopt.analysis.along.family import Family, solved
from symopt.analysis.along.kinked import everywhere
from symopt.analysis.along.pieces import Pieces
from symopt.analysis.along.records import Bifurcation, Branch, Interval, Stretch
from symopt.analysis.along.report import LetterAnalysis
from symopt.analysis.boxes.enclose import Ball, Box, ends, hull
from symopt.analysis.boxes.krawczyk import FINE
from symopt.analysis.boxes.study import A_SECOND, clusters
from symopt.analysis.exact import vanishes
from symopt.analysis.window import Side
from symopt.analysis.words import digits_of, exactly, interval, listed
from symopt.balls.series import above, below, working
from symopt.balls.tape import Refused, number
from symopt.errors import StartError, SymoptError
from symopt.expression import deep
from symopt.expression.slopes import slopes
from symopt.forms import by_polynomials
from symopt.loss import Loss
from symopt.problem import Problem

SIMPLE, SHORT = 8, 30
"""Denominators that are all tried for a value of the letter; operations in a quotient up to which it is simplified."""


def study(problem: Problem, budget: float) -> LetterAnalysis:
    """Everything that is known of the critical points of a loss of one variable along a letter left open.

    Raises SymoptError for more variables or letters, jumps, more than three kinks, functions without an interval
    version, and sums too long to be written out.
    """
    began = time.monotonic()
    general = problem.general
    assert general is not None
    (name, (first, last)), *others = problem.letters.items()
    if others:
        raise StartError(
            f"{name} and {others[0][0]} are both left open, and analyze goes along one letter",
            f"give one of them a value, for example constants={{{others[0][0]!r}: {others[0][1][0]:g}}}",
            shell=f"give one of them a value, for example --set {others[0][0]}={others[0][1][0]:g}",
        )
    if general.n > 1:
        raise StartError(
            f"analyze goes along a letter in one variable, this loss has {general.n}: {', '.join(general.arguments)}",
            f"give {name} one value, or the other variables theirs",
        )
    # of sums over data the letter is a variable, so that they are measured and written out as for an analysis
    wide = Loss.parse(general.text, (*general.names, name), general.constants, data=general.data)
    if wide.unwritten:
        raise SymoptError("a sum of too many terms for a proof along a letter", "give fewer rows or terms")
    x, a = wide.variables
    window, letter = Side(*problem.exact[0]), Side(first.exact, last.exact)  # type: ignore[attr-defined]
    try:
        with deep():
            pieces = Pieces.of(wide.expr, x, a)
            most = max(1, int(min(budget, 1e6) * A_SECOND))
            found = everywhere(pieces, window, letter, most)
            left, rough = (_merged(boxes, window, letter) for boxes in (found.left, found.rough))
            between = stretches(pieces, found, window, letter, [box[1] for box in (*left, *rough)], most)
            sensitivity = _sensitivity(pieces, x, a)
    except Refused as refused:
        raise SymoptError(
            {"a jump": "a loss that jumps is not followed along a letter",
             "kinks": "a loss with more than three kinks is not followed along a letter"}.get(
                str(refused), f"{refused} has no interval version here, so that nothing can be proved along a letter"),
            f"give {name} one value", shell=f"give {name} one value, for example --set {name}={float(first):g}",
        ) from None  # fmt: skip
    found.events = _real(found, between)
    said = []
    if left:
        said.append(f"not decided: whether there are more bifurcations in {_listed(left, x.name, name)}")
    if rough:
        said.append(f"f is not shown to be smooth in {_listed(rough, x.name, name)}: curves may end there")
    if found.boxes >= most:
        said.append(f"the search ended after {found.boxes:,} boxes: a larger --budget looks at more")
    unsure = [s.words for s in between if not s.proved]
    if unsure:
        said.append(
            f"not decided: what lies at {', '.join(f'{name} from {low} to {high}' for low, high in unsure[:3])}"
        )
    if any(event.edge for event in found.events):
        said.append("what is on an end of the window or of the range to all digits may lie just beyond it")
    return LetterAnalysis(
        loss=general, variable=x.name, letter=name, window=window.ends, range=letter.ends,
        ends=((exactly(window.low), exactly(window.high)), (exactly(letter.low), exactly(letter.high))),
        status="incomplete" if left or rough or unsure else "complete", bifurcations=tuple(found.events),
        stretches=tuple(between), sensitivity=sensitivity, pieces=pieces, left=tuple(left + rough),
        boxes=found.boxes, warnings=tuple(said), seconds=time.monotonic() - began,
    )  # fmt: skip


def _real(found: Bifurcations, between: Sequence[Stretch]) -> list[Bifurcation]:
    """The events by a, without those at which no critical point changes."""

    def changes(event: Bifurcation) -> bool:
        (low, high), _ = event.enclosure
        before = [s for s in between if s.ends[1][0] <= high and s.ends[1][1] >= low]
        after = [s for s in between if s.ends[0][0] <= high and s.ends[0][1] >= low]
        if not before and not after:
            return False
        if len(before) != 1 or len(after) != 1 or not (before[0].proved and after[0].proved):
            return True
        return before[0].shape != after[0].shape

    kept = [event for event in found.events if not any(event is t for t in found.tentative) or changes(event)]
    return sorted(kept, key=lambda event: event.place)


def _merged(boxes: list[Any], window: Side, letter: Side) -> list[Any]:
    return clusters(boxes, Box((window.ends, letter.ends)))


def _listed(boxes: list[Any], x: str, a: str) -> str:
    return listed([f"{a} in {interval(*box[1])}, {x} in {interval(*box[0])}" for box in boxes], 3)


def stretches(
    pieces: Pieces, found: Bifurcations, window: Side, letter: Side, unknown: list[Interval], most: int
) -> list[Stretch]:
    """What lies between two values of the letter at which something changes, or may change."""
    with working(FINE, 1):
        marks = [number(letter.low), number(letter.high)]
        marks += [event.balls[0] for event in found.events] + found.marks + [hull(*pair) for pair in unknown]
        groups: list[Ball] = []
        for mark in sorted(marks, key=lambda ball: float(ball.lower())):
            if groups and groups[-1].overlaps(mark):
                groups[-1] = groups[-1].union(mark)
            else:
                groups.append(mark)
        groups.sort(key=lambda ball: float(ball.mid()))
        real = [e.balls[0] for e in found.events if not any(e is t for t in found.tentative)]
        real += [hull(*pair) for pair in unknown]
        made: list[Stretch] = []
        for low, high in pairwise(groups):
            at = between(low, high)
            if at is None:
                continue
            here = _stretch(pieces, found, window, (low, high), at, most)
            joined = made and made[-1].ends[1] == here.ends[0] and not any(low.overlaps(ball) for ball in real)
            if joined and made[-1].proved and here.proved and made[-1].shape == here.shape:
                before = made.pop()
                here = replace(before, ends=(before.ends[0], here.ends[1]), words=(before.words[0], here.words[1]))
            made.append(here)
        return made


def between(low: Ball, high: Ball) -> Rational | None:
    """A short fraction well between two numbers."""
    a, b = (_fraction(end) for end in (low.upper(), high.lower()))
    if not a < b:
        return None
    middle = (a + b) / 2
    for size in range(1, 400):
        near = middle.limit_denominator(2**size if size > SIMPLE else size)
        if abs(near - middle) <= (b - a) / 4:
            return Rational(near.numerator, near.denominator)
    return None


def _fraction(end: Ball) -> Fraction:
    mantissa, exponent = (int(part) for part in end.man_exp())
    return Fraction(mantissa) * Fraction(2) ** exponent


def _stretch(
    pieces: Pieces, found: Bifurcations, window: Side, sides: tuple[Ball, Ball], at: Rational, most: int
) -> Stretch:
    here = arb(fmpq(int(at.p), int(at.q)))
    border = [c for c in found.fixed if any(vanishes(c - end) for end in (window.low, window.high))]
    points, sure = [], True

    def solve(family: Family, left: Expr) -> list[tuple[Ball, bool]]:
        nonlocal sure
        made = solved(family.equations(left, unknown=(family.x,)).pinned(family.a, at), [window], most)
        found.boxes += made.boxes
        sure = sure and not made.left
        return [(x, inside is True or any(x.overlaps(number(c)) for c in border)) for (x,), inside in made.zeros]

    def add(x: Ball, kind: str | None, rate: Ball, certain: bool, kink: bool = False) -> None:
        nonlocal sure
        sure = sure and bool(kind) and certain
        points.append(Branch(float(x.mid()), ends(x), kind or "undecided", float(rate.mid()), kink))

    for piece in pieces.pieces:
        for x, certain in [] if piece.family.v.is_number else solve(piece.family, piece.family.v):
            holds = piece.region.holds(x, here)
            if holds is not False:
                add(x, piece.family.kind(x, here), piece.family.rate(x, here), certain and bool(holds))
    for kink in pieces.kinks:
        for x, certain in solve(kink.above, kink.s):
            holds, kind = kink.region.holds(x, here), kink.kind(x, here)
            if holds is not False and kind != "":
                add(x, kind, kink.rate(x, here), certain and bool(holds), kink=True)
    low, high = sides
    words = digits_of(low, 10), digits_of(high, 10)
    pair = (below(low), above(low)), (below(high), above(high))
    return Stretch(pair, words, float(at), tuple(sorted(points, key=lambda p: p.x)), sure)


def _sensitivity(pieces: Pieces, x: Symbol, a: Symbol) -> str:
    """−f′ₐ/f″ in short form, as text."""
    moved, bend = slopes(pieces.slope, (a, x))
    if bend == 0:
        return ""
    found = -moved / bend
    if found.count_ops() <= SHORT:
        ways = (by_polynomials(way, found) for way in (sympy.cancel, sympy.simplify))
        found = min((found, *ways), key=lambda e: e.count_ops())
    if found.has(sympy.Piecewise):
        return ""  # each piece has its own
    named: dict[Symbol, Symbol] = {}
    for t, s in pieces.signs.items():
        named[t] = Symbol(f"sign({s.xreplace(named)})")
    return str(found.xreplace(named))
