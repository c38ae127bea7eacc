"""What a degenerate point, or the tip of a cone, is: f along rays from it, and that no other lies beside it.

x = c + M·(r^w₁u₁, …, r^wₙuₙ) with max |uᵢ| = 1, where f − f(c) is of the order r^k along every axis: |x|³ + y² has
w = (2, 3), k = 6. F(r, u) = f(x) has derivatives by r of which those below k vanish at r = 0 for all u. If the k-th is
positive for all r ≤ R and u, F rises along every ray, so that c is a strict minimum and the only critical point up to
R; a negative one is a maximum. So it is where the k-th is only ≥ 0 at r = 0 and a higher one positive, by Taylor's
formula: ||x| − |y|| + x² + y². Elsewhere a slope ∂F/∂uᵢ whose k-th derivative is not 0 shows that there is no other.

Source: V. I. Arnold, S. M. Gusein-Zade, A. N. Varchenko, Singularities of Differentiable Maps I, 1985, chapter 12
(quasi-homogeneous principal parts).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from itertools import combinations_with_replacement, product, takewhile

import sympy
from flint import arb, arb_series
from sympy import Dummy, Expr, Rational, Symbol

from symopt.analysis.boxes.classify import nearest
from symopt.analysis.boxes.enclose import UNDEFINED, Ball, Box, System, hull, known, signed, undecided
from symopt.analysis.boxes.inertia import DEGENERATE, MAXIMUM, MINIMUM, SADDLE, UNDECIDED
from symopt.analysis.boxes.krawczyk import FINE
from symopt.analysis.boxes.ranges import Ranges
from symopt.analysis.boxes.switches import jump
from symopt.analysis.exact import contains, fraction, vanishes
from symopt.analysis.records import CriticalPoint, Interval
from symopt.analysis.window import Side
from symopt.balls.series import above, below, working
from symopt.balls.tape import Tape, number
from symopt.balls.work import SYMBOLIC, spend
from symopt.forms import HIGH, degree

SMALL = 1e-2
"""Widths, in those of the window, up to which what is left is asked whether one point is all of it."""
NEAR, FINEST, HIGHEST, HIGHER = 2.0**-24, 6, 12, 2
"""Where the order of f along an axis is measured, the largest denominator that it may have, the highest k, and by how
much an order may be higher that tells the sign where that of the k-th derivative may be 0.
"""
LONG, MOST, FEW = 150, 1500, 300
"""Operations in f up to which it is followed along rays; boxes of directions looked at, and of each weights of many."""
WEIGHTS = ((1, 1), (1, 2), (2, 1), (1, 3), (3, 1), (1, 4), (2, 3), (3, 2))
"""Of two letters, in the order in which they are tried."""
Place = Sequence[Expr]


def isolated(system: System, ends: Sequence[Interval], window: Sequence[Side]) -> CriticalPoint | None:
    """The point in a small box that is degenerate or a tip: proved if it is shown that no other lies there."""
    if any(high - low > SMALL * (side.ends[1] - side.ends[0]) for (low, high), side in zip(ends, window, strict=True)):
        return None
    at = _simple(ends)
    f = system.expr
    spend(SYMBOLIC * f.count_ops())
    with working(FINE, 1):
        balls = [number(c) for c in at]
        value = system.value(balls)
        places = [side.place(ball, c) for side, ball, c in zip(window, balls, at, strict=True)]
    if not known(value) or any(places) or not all(map(contains, (hull(*pair) for pair in ends), at)):
        return None
    told, wide = None, _around(ends, window)
    short = f.count_ops() <= LONG and degree(f) <= HIGH
    for region in (wide, ends) if short else ():
        if (told := _along_rays(system, at, region)) is not None:
            break
    if told is None and not _stationary(system, at):
        return None
    if told is None and short and (star := _star(system, at)):
        told, region = (star, False), wide
    turn, tip = told or ("", False)
    if tip and turn not in (MINIMUM, MAXIMUM):
        return None  # the slopes around it need not surround 0
    one = system.bends_at(dict(zip(system.variables, at, strict=True))) is not None and not tip
    return CriticalPoint(
        x=tuple(map(nearest, balls)), enclosure=tuple((below(b), above(b)) for b in balls), f=nearest(value),
        value=(below(value), above(value)), kind=DEGENERATE if one else turn or UNDECIDED, turn=turn if one else "",
        kink=tip, edge=any(side.is_end(c, k) for side, c in zip(window, at, strict=True) for k in (0, 1)),
        proved=told is not None, region=tuple(region),
    )  # fmt: skip


def empty(system: System, ends: Sequence[Interval]) -> bool:
    """Whether f falls or rises along one direction, or along all rays from a pole, everywhere in a small box.

    So it is at the tip of a cone that is no minimum: 0 is not among the slopes around it.
    """
    at, n = _simple(ends), system.n
    spend(SYMBOLIC * system.expr.count_ops())
    if system.m or system.expr.count_ops() > LONG or degree(system.expr) > HIGH:
        return False
    r, us = Dummy("r", positive=True), [Dummy(f"u{j}", real=True) for j in range(n)]
    shift = {x: c + r * u for x, c, u in zip(system.variables, at, us, strict=True)}
    reach = _reach(at, ends, _axes(n), [1] * n)
    try:
        slopes = [_pulled(slope.xreplace(shift), r) for slope in system.gradient]
        along = sum((u * slope for u, slope in zip(us, slopes, strict=True)), sympy.S.Zero)
        rays = _divided(along, r, _lowest(along, r))
    except (TypeError, ValueError, RecursionError):
        return False
    with working(FINE, 1):
        f = system.value([number(c) for c in at])
    if f is UNDEFINED:
        return _one_sign(rays, r, us, reach)
    tape = Tape(slopes, (r, *us))
    around = [
        [float(side) for side in sides] for sides in product((-1.0, 0.25, 1.0), repeat=n) if 1.0 in map(abs, sides)
    ]
    with working(FINE, 1):
        seen = [tape.at([arb(NEAR), *map(arb, each)]) for each in around]
        if not all(known(part) for each in seen for part in each):
            return False
    mean = [sum(float(each[i].mid()) for each in seen) for i in range(n)]
    size = max(map(abs, mean))
    if not 0 < size < math.inf:
        return False
    way = [Rational(Fraction(c / size).limit_denominator(64)) for c in mean]
    down = sum((w * slope for w, slope in zip(way, slopes, strict=True)), sympy.S.Zero)
    return _one_sign(down, r, us, reach)


def _one_sign(f: Expr, r: Dummy, us: Sequence[Dummy], reach: float) -> bool:
    signs = _Signs(f, r, us, (), 0, reach)
    return signs.cover(True) and len(signs.seen) == 1


def _around(ends: Sequence[Interval], window: Sequence[Side]) -> list[Interval]:
    """A box far wider than what is left."""
    steps = [SMALL * (side.ends[1] - side.ends[0]) for side in window]
    return [(low - step, high + step) for (low, high), step in zip(ends, steps, strict=True)]


def _simple(ends: Sequence[Interval]) -> list[Expr]:
    """Of each interval a simple fraction, one of π, or the root of a simple fraction; else the nearest fraction."""
    found = []
    for low, high in ends:
        c = fraction(low, high)
        square = Fraction((low + high) ** 2 / 4).limit_denominator(FINEST)
        root = math.copysign(math.sqrt(square), low + high)
        if not low <= float(c) <= high and low <= root <= high:
            c = sympy.sqrt(Rational(square.numerator, square.denominator)) * (1 if root > 0 else -1)
        found.append(c)
    return found


def _stationary(system: System, at: Place) -> bool:
    """Whether ∇f = 0 at a place, on all sides of the switches there."""
    where = dict(zip(system.variables, at, strict=True))
    return all(vanishes(slope, where) for slope in system.gradient)


def _star(system: System, at: Place) -> str:
    """A strict minimum or maximum if Σ (xᵢ − cᵢ)·∂f/∂xᵢ is a sum of terms of one sign, among them a power of each x."""
    xs = system.variables
    shift = {x: c + x for x, c in zip(xs, at, strict=True)}
    terms = sympy.Add.make_args(
        sympy.expand(
            sum((x * slope.xreplace(shift) for x, slope in zip(xs, system.gradient, strict=True)), sympy.S.Zero)
        )
    )
    powers = {(c.is_number, k.is_positive, x) for x in xs for c, k in (term.as_coeff_exponent(x) for term in terms)}
    if system.m or not {(True, True, x) for x in xs} <= powers:
        return ""
    return MINIMUM if all(t.is_nonnegative for t in terms) else MAXIMUM if all(t.is_nonpositive for t in terms) else ""


def _along_rays(system: System, at: Place, ends: Sequence[Interval]) -> tuple[str, bool] | None:
    """(minimum, maximum, saddle or nothing, whether it is a tip) of the only critical point in a box; None if unshown.

    At a tip f − f(c) is not of a higher order than the distance.
    """
    n, basis = system.n, _basis(system, at)
    orders = [_order(system, at, column) for column in basis]
    measured = [d for d in orders if d is not None]
    if not measured:
        return None
    steps = [d or max(measured) for d in orders]
    k = next((k for k in range(1, HIGHEST + 1) if all((k / d).denominator == 1 for d in steps)), 0)
    weights = [int(k / d) for d in steps]
    if not k:
        return None
    r, us = Dummy("r", positive=True), [Dummy(f"u{j}", real=True) for j in range(n)]
    shift = [sum((r**w * u * v[i] for w, u, v in zip(weights, us, basis, strict=True)), at[i]) for i in range(n)]
    try:
        f = _pulled(system.expr.xreplace(dict(zip(system.variables, shift, strict=True))), r)
        k = _first(f, r, k)
    except (TypeError, ValueError, RecursionError):
        return None
    signs = _Signs(f, r, us, us, k, _reach(at, ends, basis, weights))
    for sharp, higher in ((True, 0), (False, 0), (True, HIGHER)):
        signs.higher = higher
        if signs.cover(sharp):
            turn = SADDLE if len(signs.seen) > 1 else "" if not sharp else MINIMUM if 1 in signs.seen else MAXIMUM
            if not sharp or turn != SADDLE:
                return turn, k <= max(weights)
    return None


def lone(v: Expr, letters: Sequence[Symbol], at: Place, ends: Sequence[Interval]) -> bool:
    """Whether v and its slope by the first letter vanish together nowhere else in a small box, v of two letters."""
    r, us = Dummy("r", positive=True), [Dummy(f"u{j}", real=True) for j in range(2)]
    for weights in WEIGHTS if v.count_ops() <= LONG else ():
        shift = [c + r**w * u for c, w, u in zip(at, weights, us, strict=True)]
        f = v.xreplace(dict(zip(letters, shift, strict=True)))
        k = _first(f, r, HIGHEST)
        reach = _reach(at, ends, _axes(2), weights)
        if k < HIGHEST and _Signs(f, r, us, us[:1], k, reach).cover(False, FEW):
            return True
    return False


def _first(f: Expr, r: Dummy, most: int) -> int:
    """The first derivative by r, so many at most, that is not shown to vanish at r = 0."""
    for k in range(1, most):
        f = sympy.diff(f, r)
        if not vanishes(f.subs(r, 0)):
            return k
    return most


class _Signs:
    """The signs of the k-th derivative of F by r in boxes of directions, and those of its slopes by some."""

    def __init__(self, f: Expr, r: Dummy, us: Sequence[Dummy], by: Sequence[Dummy], k: int, reach: float) -> None:
        names: dict[Expr, Dummy] = {}
        slopes = [sympy.diff(f, u) for u in by]
        parts = [_frozen(part, r, names) for part in (f, *slopes)]
        self.first = Tape(list(names), us)
        self.then = Tape(parts, (r, *us, *names.values()))
        self.k, self.reach, self.higher, self.seen = k, reach, 0, set[int]()
        self.f, self.r, self.us = f, r, us

    def cover(self, sharp: bool, most: int = MOST) -> bool:
        """Whether in all directions the derivative of F, or else of one of its slopes, is not 0; sharp: that of F.

        Nothing more is asked where both signs are seen of what has to be sharp.
        """

        def told(box: Box) -> bool:
            self.seen |= {self.signs([ball.mid() for ball in box.balls])[0]} - {0}
            signs = self.signs(box.balls)
            return len(self.seen) > 1 or bool(signs[0]) if sharp else any(signs)

        n = len(self.first.variables)
        faces = (
            Box(tuple((side, side) if i == j else (-1.0, 1.0) for i in range(n)))
            for j, side in product(range(n), (-1.0, 1.0))
        )
        return not any(any(undecided(told, face, n, most // (2 * n), 1e-6)) for face in faces)

    def signs(self, balls: Sequence[Ball]) -> list[int]:
        with working(FINE, 1):
            values = [value if known(value) else arb("nan") for value in self.first.at(balls)]
        with working(FINE, self.k + self.higher + 1):
            given = [arb_series([u]) for u in (*balls, *values)]
            found = self.then.run([arb_series([hull(0.0, self.reach), 1]), *given])
            if found[0] is UNDEFINED or not known(found[0][0]):
                return [0]
            first = signed(found[0][self.k]) or self.next_signs(found[0], balls)
            return [first, *(0 if part is UNDEFINED else signed(part[self.k]) for part in found[1:])]

    @cached_property
    def between(self) -> list[Ranges]:
        """The derivatives of F at r = 0, from the k-th on, as far as they have values."""
        orders = range(self.k, self.k + HIGHER)
        found = [sympy.diff(self.f, self.r, order).subs(self.r, 0) for order in orders]
        finite = takewhile(lambda part: not part.has(sympy.nan, sympy.zoo, sympy.oo), found)
        return [Ranges(part, self.us) for part in finite]

    def next_signs(self, series: arb_series, balls: Sequence[Ball]) -> int:
        """The sign of a higher derivative, which that of F has if those between are not of the other sign at r = 0."""
        low, high = 0.0, 0.0
        box = [(below(ball), above(ball)) for ball in balls]
        for order, lower in enumerate(self.between[: self.higher], self.k + 1):
            found = lower.over(box)
            low, high = min(low, found[0]), max(high, found[1])
            sign = signed(series[order])
            if sign and (low if sign > 0 else -high) >= 0:
                return sign
        return 0


def _axes(n: int) -> list[list[Expr]]:
    return [[sympy.Integer(int(i == j)) for i in range(n)] for j in range(n)]


def _basis(system: System, at: Place) -> list[list[Expr]]:
    """The axes; of a singular H with rational entries its null space, and conjugate directions beside it."""
    axes = _axes(system.n)
    bends = system.bends_at(dict(zip(system.variables, at, strict=True)))
    if bends is None or bends.is_diagonal() or not all(entry.is_Rational for entry in bends):
        return axes
    chosen, rest = bends.nullspace(), bends.columnspace()
    while rest:
        pairs = ((i, v if v is w else v + w) for (i, v), (_, w) in combinations_with_replacement(enumerate(rest), 2))
        i, v = next((i, v) for i, v in pairs if (v.T * bends * v)[0])  # of z·y that is no axis
        rest = [w - v * (v.T * bends * w)[0] / (v.T * bends * v)[0] for j, w in enumerate(rest) if j != i]
        chosen.append(v)
    return list(map(list, chosen))


def _order(system: System, at: Place, along: Sequence[Expr]) -> Fraction | None:
    """The order of f − f(c) on a line through c, as a simple fraction; None where it is not seen."""
    orders = []
    with working(FINE, 1):
        centre = system.value([number(c) for c in at])
        for side in (1, -1):
            gaps = [
                system.value([number(c) + number(v) * side * h for c, v in zip(at, along, strict=True)])
                for h in (arb(NEAR), arb(NEAR / 2))
            ]
            if not all(map(known, gaps)):
                return None
            first, then = (gap - centre for gap in gaps)
            if first.contains(0) or then.contains(0):
                continue
            orders.append(math.log2(abs(float((first / then).mid()))))
    if not orders:
        return None
    near = Fraction(min(orders)).limit_denominator(FINEST)
    return near if near > 0 and abs(float(near) - min(orders)) < 1e-3 else None


def _reach(at: Place, ends: Sequence[Interval], basis: Sequence[Place], weights: Sequence[int]) -> float:
    """R, so that a box is within the rays of c up to R."""
    with working(FINE, 1):
        steps = [hull(*pair) - number(c) for pair, c in zip(ends, at, strict=True)]
        columns = sympy.Matrix(basis).T.inv()
        size = range(len(at))
        found = [sum((number(columns[j, i]) * steps[i] for i in size), arb(0)) for j in size]
        return max(above(y.abs_upper()) ** (1 / w) for y, w in zip(found, weights, strict=True)) * 1.01


def _pulled(expr: Expr, r: Dummy) -> Expr:
    """The expression with powers of r before what switches or has a broken or negative power."""
    if not expr.has(r) or expr.is_Atom:
        return expr
    if expr.has(sympy.Piecewise) or jump(expr) is not None:
        raise ValueError("a choice, or a jump")
    args = [_pulled(arg, r) for arg in expr.args]
    if isinstance(expr, sympy.Abs | sympy.Max | sympy.Min):
        power = min(_lowest(arg, r) for arg in args if arg != 0)
        return r**power * expr.func(*(_divided(arg, r, power) for arg in args))
    if expr.is_Pow and args[1].is_Rational and not (args[1].is_Integer and args[1] > 0):
        power = _lowest(args[0], r)
        return r ** (power * args[1]) * _divided(args[0], r, power) ** args[1]
    return expr.func(*args)


def _lowest(expr: Expr, r: Dummy) -> Expr:
    """The power of r that all terms have."""
    return min(term.as_coeff_exponent(r)[1] for term in _terms(expr, r))


def _divided(expr: Expr, r: Dummy, power: Expr) -> Expr:
    return sympy.Add(*(sympy.powsimp(term / r**power) for term in _terms(expr, r)))


def _terms(expr: Expr, r: Dummy) -> list[Expr]:
    """The terms of a sum, multiplied out by r alone."""
    names: dict[Expr, Dummy] = {}
    known = sympy.expand(_frozen(expr, r, names))
    back = {letter: part for part, letter in names.items()}
    return [term.xreplace(back) for term in sympy.Add.make_args(known)]


def _frozen(expr: Expr, r: Dummy, names: dict[Expr, Dummy]) -> Expr:
    """The expression with a letter for each part in which there is no r: what switches there is no matter of r."""
    if expr.is_Atom or expr.is_number:
        return expr
    if not expr.has(r):
        return names.setdefault(expr, Dummy(f"v{len(names)}"))
    still = [arg for arg in expr.args if not arg.has(r)] if expr.is_Add or expr.is_Mul else []
    parts = [_frozen(arg, r, names) for arg in expr.args if arg not in still]
    return expr.func(*parts, *([_frozen(expr.func(*still), r, names)] if still else []))


__all__ = ["empty", "isolated", "lone"]
