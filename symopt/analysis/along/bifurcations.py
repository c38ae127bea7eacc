"""Every bifurcation of the curves f′(x, a) = 0 in a rectangle, each proved, and what is left undecided.

Folds are the regular zeros of (v, v_x): the determinant of the Jacobian is −v_a·v_xx there, so that Krawczyk's test
shows v_a ≠ 0 ≠ v_xx with them. Where two curves meet, v_x = v_a = 0 and no such test can hold; there the curves are
divided. If v(c, a) = 0 for all a, then v = (x − c)·g with g = ∫ v_x(c + s(x − c), a) ds, whose derivatives over a box
that holds c are

    g_x ∈ v_xx/2,  g_a ∈ v_xa,  g_xx ∈ v_xxx/3,  g_xa ∈ v_xxa/2,  g_aa ∈ v_xaa.

A zero a* of g(c, a) with g_a ≠ 0 on a box around it is the only place where another curve meets x = c there: g = 0 is
a = α(x), α′ = −g_x/g_a, α″ = −(g_xx + 2 g_xa·α′ + g_aa·α′²)/g_a. If g_x ≠ 0 on the box the crossing is transcritical.
If α′(c) = 0, by the symmetry of f or by algebra, and α″ ≠ 0 on the box, it is a pitchfork; in both cases α′ ≠ 0
elsewhere, so that the box holds no fold.

What is left after that is asked whether a simple fraction, or one of π, is such a point by algebra. If v = v_x = v_xx
= 0 there and v_a ≠ 0 on a box, the curve is a = α(x) with α′ = α″ = 0 at the point, and α‴ ≠ 0 on the box shows that it
is no fold (hysteresis). So it is if v_x and m − 1 derivatives of it vanish on x = c for all a, but the m-th nowhere on
the box, m even; for odd m it is a fold. If v = v_x = v_a = 0 and v_xx ≠ 0, then m(a), the extremum of v(·, a), has
m = m′ = 0 there and m″ = v_aa − v_xa²/v_xx: with the sign of v_xx the point is isolated, with the other one two curves
cross. If v is quasi-homogeneous there up to higher terms (x³ + a²x), rays tell that v = v_x = 0 nowhere else around it.

Source: M. Golubitsky, D. G. Schaeffer, Singularities and Groups in Bifurcation Theory I, 1985, chapters II and VI.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations

import sympy
from flint import arb
from sympy import Expr, Rational, Symbol

from symopt.analysis.along.family import Family, solved
from symopt.analysis.along.records import Bifurcation
from symopt.analysis.boxes.enclose import PRECISION, UNDEFINED, Ball, Box, ends, hull, known, signed, undecided, within
from symopt.analysis.boxes.equations import Equations, Rectangle
from symopt.analysis.boxes.krawczyk import FINE
from symopt.analysis.boxes.rays import lone
from symopt.analysis.boxes.study import SMALL, clusters
from symopt.analysis.exact import fraction, guesses, placed, vanishes
from symopt.analysis.window import Side
from symopt.analysis.words import digits_of
from symopt.balls.series import above, working
from symopt.balls.tape import Tape, number
from symopt.expression.slopes import slopes

DIGITS = 10
HIGHEST, HALVINGS = 8, 24
"""How many derivatives are looked at; how often a box is halved, in search of one on which all signs are shown."""
SHARES = (Fraction(377, 1000), Fraction(5809, 8191))
"""Where in the range of the letter curves x = c are looked for: no places that anybody chooses."""
EACH = 200
"""Boxes looked at in a strip."""
SMOOTH, CELL = 4_000, 1e-4
"""Boxes looked at in search of places where f is not smooth, and their least share of a side."""


@dataclass
class Bifurcations:
    """What was found: events, fixed curves x = c, rectangles in which others may lie, boxes looked at.

    marks: other values of the letter beyond which points are to be looked at anew. tentative: events that are none
    where the critical points before and after are alike.
    """

    events: list[Bifurcation] = field(default_factory=list)
    fixed: list[Expr] = field(default_factory=list)
    left: list[Rectangle] = field(default_factory=list)
    rough: list[Rectangle] = field(default_factory=list)
    marks: list[Ball] = field(default_factory=list)
    tentative: list[Bifurcation] = field(default_factory=list)
    boxes: int = 0


def bifurcations(family: Family, window: Side, letter: Side, most: int) -> Bifurcations:
    """All bifurcations for x in a closed window and a in a closed range; at most so many boxes are looked at."""
    return Hunt(family, window, letter, most).run()


class Hunt:
    def __init__(self, family: Family, window: Side, letter: Side, most: int):
        self.family, self.window, self.letter, self.most = family, window, letter, most
        self.found = Bifurcations()
        self.settled: list[Rectangle] = []
        self.beside: list[tuple[float, float]] = []
        x, a, v = family.x, family.a, family.v
        self.v_x, self.v_a = slopes(v, (x, a))
        v_xx, v_xa = slopes(self.v_x, (x, a))
        self.v_xx = v_xx
        self.bent = _Signs([v_xx, self.v_a], family)
        self.divided = _Signs([v_xx, v_xa, *slopes(v_xx, (x, a)), slopes(v_xa, (a,))[0]], family)

    def run(self) -> Bifurcations:
        self.flats()
        self.strips()
        self.found.fixed = self.curves()
        for c in self.found.fixed:
            self.crossings(c)
        self.pairs()
        for end in (self.window.low, self.window.high):
            self.exits(end)
        self.folds()
        self.fractions()
        self.roughness()
        return self.found

    @property
    def room(self) -> int:
        """Boxes that may still be looked at."""
        return max(1, self.most - self.found.boxes)

    def solve(
        self, system: Equations, sides: Sequence[Side], at: Expr | None = None
    ) -> list[tuple[tuple[Ball, ...], bool]]:
        """Zeros, each with whether it is on an end to all digits; what is left is kept. at: x, if it is no unknown."""
        made = solved(system, sides, self.room)
        self.found.boxes += made.boxes
        here = self.window.ends if at is None else Side(at, at).ends
        self.found.left += [(box[0], box[1]) if len(box) == 2 else (here, box[0]) for box in made.left]
        return [self.told(system, sides, balls, inside, at) for balls, inside in made.zeros]

    def told(
        self, system: Equations, sides: Sequence[Side], balls: tuple[Ball, ...], inside: bool | None, at: Expr | None
    ) -> tuple[tuple[Ball, ...], bool]:
        """A zero, 0 itself where algebra shows it, and whether it is on an end to all digits and not shown to be."""
        place = None
        if inside is None or any(ball.contains(0) and not ball.is_zero() for ball in balls):
            place = self.exactly(system, sides, balls, at)
        if place is not None:
            balls = tuple(arb(0) if place[s] == 0 else b for s, b in zip(system.unknown, balls, strict=True))
        return balls, inside is None and place is None

    def exactly(
        self, system: Equations, sides: Sequence[Side], balls: Sequence[Ball], at: Expr | None
    ) -> dict[Symbol, Expr] | None:
        """A zero in closed form, on an end where it may be; None where algebra shows none."""
        near = {} if at is None else {self.family.x: [at]}
        for symbol, side, ball in zip(system.unknown, sides, balls, strict=True):
            with working(FINE, 1):
                on = [end for end in (side.low, side.high) if ball.overlaps(number(end))]
            near[symbol] = on or list(guesses(ball, short=True))[:1]
        return placed(system.lefts, near)

    def event(self, kind: str, x: Ball | None, a: Ball, opens: int = 0, why: str = "", edge: bool = False) -> None:
        with working(FINE, 1):
            place = self.window.ends if x is None else ends(x)
            self.found.events.append(
                Bifurcation(kind, (ends(a), place), digits_of(a, DIGITS), "" if x is None else digits_of(x, DIGITS),
                            opens, why, edge, (a, x))
            )  # fmt: skip

    def flats(self) -> None:
        a = self.family.a
        for u in self.family.flat:
            base, power = u.as_base_exp()
            base = base if power.is_Integer and power > 0 else u
            for (ball,), edge in self.solve(Equations(base, [base], (a,), (a,)), [self.letter]):
                self.event("flat", None, ball, edge=edge)

    def strips(self) -> None:
        """Settles the strip around a flat value c at which v vanishes for all x, if v/(a − c)ᵐ has no fold in it.

        If ∂ʲv/∂aʲ = 0 at c for j < m, this quotient is a mean of w = ∂ᵐv/∂aᵐ/m! between c and a, its slope of w_x.
        """
        family, (low, high), (first, last) = self.family, self.letter.ends, self.window.ends
        across = first - (last - first) / 2**HALVINGS, last + (last - first) / 2**HALVINGS
        for flat in [event for event in self.found.events if event.kind == "flat"]:
            c, w, m = next(guesses(flat.balls[0], short=True), None), family.v, 0
            while c is not None and m < HIGHEST and vanishes(w, {family.a: c}):
                w, m = slopes(w, (family.a,))[0], m + 1
            if c is None or not m:
                continue
            signs, at = _Signs([w, slopes(w, (family.x,))[0]], family), float(c)

            def told(box: Box, signs: _Signs = signs) -> bool:
                return any(map(signed, signs(*box.balls) or []))

            for halving in range(5, HALVINGS):
                along = at - (high - low) / 2**halving, at + (high - low) / 2**halving
                with working(PRECISION, 1):
                    passed = [signs(number(end), hull(*along)) for end in (self.window.low, self.window.high)]
                    if all(found and signed(found[0]) for found in passed) and not any(
                        undecided(told, Box((across, along)), 1, EACH)
                    ):
                        self.settled.append((across, along))
                        self.beside.append(along)
                        break

    def curves(self) -> list[Expr]:
        """All c in closed form with v(c, a) = 0 for all a."""
        family, low, high = self.family, self.letter.low, self.letter.high
        system, seen = family.equations(family.v, unknown=(family.x,)), []
        for share in SHARES:
            at = Rational(Fraction(float(low + (high - low) * Rational(share))).limit_denominator(10**6))
            made = solved(system.pinned(family.a, at), [self.window], self.room)
            self.found.boxes += made.boxes
            seen.append([balls[0] for balls, _ in made.zeros])
        return [
            c
            for ball in seen[0]
            if any(ball.overlaps(other) for other in seen[1])
            for c in list(guesses(ball, short=True))[:1]
            if vanishes(family.v, {family.x: c})
        ]

    def crossings(self, c: Expr) -> None:
        """Where other curves meet x = c."""
        family = self.family
        system = family.equations(self.v_x, unknown=(family.a,)).pinned(family.x, c)
        even = None
        for (a,), edge in self.solve(system, [self.letter], c):
            with working(FINE, 1):
                x = number(c)
            even = family.even(c) if even is None else even
            near = {family.x: [c], family.a: list(guesses(a, short=True))}
            exact = None if even else placed([self.v_x, self.v_xx], near)
            self.crossing(c, x, a, even, exact, edge)

    def crossing(self, c: Expr, x: Ball, a: Ball, even: bool, exact: dict[Symbol, Expr] | None, edge: bool) -> None:
        """Divides x − c out, on the largest box around a crossing on which all signs are shown."""
        for rectangle, xs, along in self.around(x, a):
            with working(PRECISION, 1):
                found = self.divided(xs, along)
                if found is None or not signed(found[1]):
                    continue
                v_xx, v_xa, v_xxx, v_xxa, v_xaa = found
                slope = -v_xx / 2 / v_xa
                bend = -(v_xxx / 3 + v_xxa * slope + v_xaa * (slope * slope)) / v_xa
                covers = _covers(slope, *rectangle)
            if signed(v_xx):
                self.settled.append(rectangle)
                self.event("transcritical", x, a, edge=edge)
                return
            if (even or exact is not None) and signed(bend) and covers:
                self.settled.append(rectangle)
                at = f"{c}".replace("-", "−")
                name = self.family.x.name
                mirrored = f"f(−{name}) = f({name})" if c == 0 else f"f about {name} = {at}"
                why = f"by the symmetry {mirrored}"
                if exact is not None:
                    why = f"by algebra at {self.family.a} = {exact[self.family.a]}"
                self.event("pitchfork", x, a, signed(bend), why, edge)
                return

    def around(self, x: Ball, a: Ball) -> Iterator[tuple[Rectangle, Ball, Ball]]:
        """Smaller and smaller boxes around a point, with floats for their sides."""
        middle = float(x.mid()), float(a.mid())
        reach = [(high - low) / 4 for low, high in (self.window.ends, self.letter.ends)]
        for _ in range(HALVINGS):
            rectangle = tuple((m - r, m + r) for m, r in zip(middle, reach, strict=True))
            reach = [r / 2 for r in reach]
            balls = [hull(*pair) for pair in rectangle]
            if all(wide.contains_interior(ball) for wide, ball in zip(balls, (x, a), strict=True)):
                yield (rectangle[0], rectangle[1]), balls[0], balls[1]

    def pairs(self) -> None:
        """Where the zeros of two factors of f′ cross: p_x ≠ 0 ≠ q_x, and no other factor vanishes near."""
        family, x, a = self.family, self.family.x, self.family.a
        for p, q in combinations(family.factors, 2):
            system = family.equations(p.v, q.v, unknown=(x, a))
            system.settled = self.settled
            rest = sympy.Mul(*(each.v for each in family.factors if each not in (p, q)))
            monotone = _Signs([slopes(p.v, (x,))[0], slopes(q.v, (x,))[0], rest], family)
            sides = [self.window, self.letter]
            made = solved(system, sides, self.room)  # what is left here is left by the folds too
            self.found.boxes += made.boxes
            for balls, inside in made.zeros:
                for rectangle, *wide in self.around(balls[0], balls[1]):
                    with working(PRECISION, 1):
                        alone = all(map(signed, monotone(*wide) or [arb(0)])) and not any(
                            other is not balls and all(o.overlaps(w) for o, w in zip(other, wide, strict=True))
                            for other, _ in made.zeros
                        )
                        alone = alone and not any(
                            all(low <= d and c <= high for (low, high), (c, d) in zip(rectangle, box, strict=True))
                            for box in made.left
                        )
                    if alone:
                        self.settled.append(rectangle)
                        (at_x, at_a), edge = self.told(system, sides, balls, inside, None)
                        self.event("transcritical", at_x, at_a, edge=edge)
                        break

    def exits(self, end: Expr) -> None:
        """Where curves pass an end of the window; a curve that lies on it is none."""
        family = self.family
        if any(vanishes(c - end) for c in self.found.fixed):
            return
        system = family.equations(family.v, unknown=(family.a,)).pinned(family.x, end)
        system.settled = [(along,) for along in self.beside]
        for (a,), edge in self.solve(system, [self.letter], end):
            with working(FINE, 1):
                x = number(end)
            self.event("exit", x, a, edge=edge)

    def folds(self) -> None:
        family = self.family
        system = family.equations(family.v, self.v_x, unknown=(family.x, family.a))
        system.settled = self.settled
        for (x, a), edge in self.solve(system, [self.window, self.letter]):
            with working(FINE, 1):
                v_xx, v_a = self.bent(x, a) or (arb(0), arb(1))
                self.event("fold", x, a, signed(-v_xx / v_a), edge=edge)

    def fractions(self) -> None:
        """Degenerate points at simple fractions, among what is left: by algebra, and signs on a box around them."""
        sides = self.window, self.letter
        for cluster in clusters(self.found.left, Box((self.window.ends, self.letter.ends))):
            if any(d - c > SMALL * (b - a) for (c, d), (a, b) in zip(cluster, (s.ends for s in sides), strict=True)):
                continue
            exact = [fraction(low, high) for low, high in cluster]
            at = dict(zip((self.family.x, self.family.a), exact, strict=True))
            if not all(vanishes(part, at) for part in (self.family.v, self.v_x)):
                continue
            with working(FINE, 1):
                x, a = map(number, exact)
            told = [side.place(ball, form) for side, ball, form in zip(sides, (x, a), exact, strict=True)]
            found = self.degenerate(at, x, a, cluster)
            if found is None and lone(self.family.v, (self.family.x, self.family.a), exact, cluster):
                found = "multiple", (cluster[0], cluster[1]), 0
            if found is None:
                continue
            kind, rectangle, opens = found
            self.found.left = [box for box in self.found.left if not within(box, rectangle)]
            if not any(told):
                self.event(kind, x, a, opens, f"by algebra at {self.family.a} = {exact[1]}", edge=None in told)

    def degenerate(
        self, at: dict[Symbol, Expr], x: Ball, a: Ball, cluster: Sequence[tuple[float, float]]
    ) -> tuple[str, Rectangle, int] | None:
        """What a point with v = v_x = 0 is, a box that holds the cluster and no other such point, where it opens."""
        by = self.family.x, self.family.a
        v_xa, v_aa = slopes(self.v_a, by)
        v_xxx, v_xxa = slopes(self.v_xx, by)
        v_xaa, v_aaa = slopes(v_aa, by)
        signs = _Signs([self.v_x, self.v_a, self.v_xx, v_xa, v_aa, v_xxx, v_xxa, v_xaa, v_aaa], self.family)
        flat, crossed = (vanishes(part, at) for part in (self.v_xx, self.v_a))
        order, part = 0, self.v_x
        while order < HIGHEST and vanishes(part, {by[0]: at[by[0]]}):
            order, part = order + 1, slopes(part, by[:1])[0]
        higher = _Signs([part], self.family)
        for rectangle, *wide in self.around(x, a) if flat != crossed else ():
            if not within(cluster, rectangle):
                break
            with working(PRECISION, 1):
                found = signs(*wide)
                if found is None:
                    continue
                v_x, v_a, v_xx, v_xa, v_aa, v_xxx, v_xxa, v_xaa, v_aaa = found
                if flat and signed(v_a):
                    first = -v_x / v_a
                    second = -(v_xx + 2 * v_xa * first + v_aa * (first * first)) / v_a
                    third = v_xxx + 3 * v_xxa * first + 3 * v_xaa * (first * first) + v_aaa * (first * first * first)
                    if signed(third + 3 * (v_xa + v_aa * first) * second) and _covers(first, *rectangle):
                        return "hysteresis", rectangle, 0
                    last = higher(*wide)
                    if order and last is not None and signed(last[0]):
                        return (
                            ("fold", rectangle, -signed(last[0] / v_a)) if order % 2 else ("hysteresis", rectangle, 0)
                        )
                elif crossed and signed(v_xx):
                    slope = -v_xa / v_xx
                    bend = signed(v_aa + v_xa * slope)
                    if bend and _covers(slope, *rectangle[::-1]):
                        return ("isolated" if bend == signed(v_xx) else "transcritical"), rectangle, 0
        return None

    def roughness(self) -> None:
        """Keeps the rectangles in which v is not shown to be smooth, nor to have no zero: there a curve may end."""
        family = self.family
        system = family.equations(family.v, self.v_x, unknown=(family.x, family.a))

        def smooth(box: Box) -> bool:
            self.found.boxes += 1
            value, (v, v_x) = system.values(box.balls)
            if value is UNDEFINED or UNDEFINED in (v, v_x) or signed(v) or signed(system.tops(box.balls)[0]):
                return True
            return all(map(known, (value, v, v_x, *(e for row in system.jacobian(box.balls) for e in row))))

        with working(PRECISION, 1):
            for box in undecided(smooth, Box((self.window.ends, self.letter.ends)), 2, SMOOTH, CELL):
                self.found.rough.append((box.ends[0], box.ends[1]))


class _Signs:
    """Enclosures of expressions over a box; None if one of them is not known."""

    def __init__(self, exprs: Sequence[Expr], family: Family):
        self.tape = Tape(exprs, (family.x, family.a))

    def __call__(self, x: Ball, a: Ball) -> list[Ball] | None:
        balls = self.tape.at([x, a])
        return balls if all(map(known, balls)) else None


def _covers(slope: Ball, along: tuple[float, float], across: tuple[float, float]) -> bool:
    """Whether a curve through the middle of a box with such slopes stays within it from side to side."""
    return bool(1.001 * above(slope.abs_upper()) * (along[1] - along[0]) <= across[1] - across[0])


__all__ = ["Bifurcations", "Hunt", "bifurcations"]
