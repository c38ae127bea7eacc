"""Curves, surfaces and regions on which every point is critical, where the slopes of f fall into factors.

∂f/∂xᵢ = ∏ⱼ qᵢⱼ is 0 for all i where one factor of each is. The zeros of such a choice are points if they are as many
independent factors as variables; k factors of fewer are 0 on a set of n − k dimensions around every zero at which
their Jacobian has rank k, as Krawczyk's test shows: (x² + y² − 1)² is critical on a circle, x·y·z on three axes.

Where something switches all this is done on each side of each s, and with s = 0 and its t among the equations and
unknowns on it: max(x, 0)² + max(y, 0)² is critical where x ≤ 0 and y ≤ 0, |x² + y² − 1| on the circle, with t = 0.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import sympy
from flint import arb
from sympy import Dummy, Expr, Rational, Symbol
from sympy.polys.polyerrors import BasePolynomialError

from symopt.analysis.boxes.classify import nearest
from symopt.analysis.boxes.enclose import UNDEFINED, Ball, Box, System, ends, known, signed, undecided
from symopt.analysis.boxes.equations import Equations
from symopt.analysis.boxes.krawczyk import FINE
from symopt.analysis.boxes.search import Found, Zero, search
from symopt.analysis.exact import guesses, vanishes
from symopt.analysis.records import CriticalSet
from symopt.analysis.window import Side
from symopt.balls.series import working
from symopt.balls.tape import Tape, number
from symopt.expression.slopes import slopes
from symopt.forms import HIGH, degree, factored

SIMPLE, MOST_CHOICES = 60, 64
"""Operations in a slope up to which it is factored, and choices of factors that are followed."""
PINS = tuple(Rational(k, 29) for k in (15, 6, 22, 11, 26))
"""Shares of a side at which a coordinate is held, to find a point of a set."""
MOST_PINS = 24
"""Other places that are tried."""
EMPTY = 400
"""Boxes in which it is tried to show that a set does not reach into the window."""
Choice = tuple[Expr, ...]


@dataclass(frozen=True)
class Part:
    """Where some factors vanish, on one side of each switch: states, t of each that is known, what is ≥ 0 there.

    letters: x, and those t that are unknowns as x is.
    """

    f: Expr
    states: str
    factors: Choice
    letters: tuple[Symbol, ...]
    ts: tuple[Expr | None, ...] = ()
    positive: tuple[Expr, ...] = ()


def apart(system: System, whole: Box, sides: Sequence[Side], most: int) -> Found | None:
    """The critical points of a loss by the factors of its slopes; None where these tell of no sets."""
    parts = parted(system)
    window = Box(whole.ends[: system.n])
    wide = [part for part in parts if len(part.factors) < len(part.letters)]
    if any(len(part.letters) > system.n for part in wide):
        return None
    wide = [part for k, part in enumerate(wide) if not any(
        _within(part, other) and not (j > k and _within(other, part)) for j, other in enumerate(wide) if j != k
    )]  # fmt: skip
    made = Found()
    for part in wide:
        found, left = _set(part, window, sides)
        made.sets += found
        made.left += left
    if not made.sets:
        return None
    for part in parts:
        if len(part.factors) >= len(part.letters):
            _points(made, system, part, window, wide, most)

    def smooth(box: Box) -> bool:
        value, sides = system.values(box.balls)
        return value is UNDEFINED or all(map(known, sides)) or any(map(signed, sides[: system.n]))

    made.left += [Box(box.ends[: system.n]) for box in undecided(smooth, whole, system.n, EMPTY)]  # tips, cusps
    return made


def parted(system: System) -> list[Part]:
    """All choices of factors, on all sides of all switches; none where these are too many."""
    switches = system.switches
    words = ["+-" if switch.mild or not switch.kink else "+-0" for switch in switches]
    if sum("0" in word for word in words) > system.n or math.prod(map(len, words)) > MOST_CHOICES:
        return []
    return [part for states in map("".join, product(*words)) for part in _sided(system, states)]


def _sided(system: System, states: str) -> Iterator[Part]:
    variables, switches = system.variables, system.switches
    fixed = {w.t: sympy.Integer(1 if s == "+" else -1) for w, s in zip(switches, states, strict=True) if s != "0"}
    f, *values = (part.subs(fixed) for part in (system.switched.phi, *(switch.s for switch in switches)))
    positive = [v if s == "+" else -v for v, s in zip(values, states, strict=True) if s != "0"]
    active = [v for v, s in zip(values, states, strict=True) if s == "0"]
    open_ = {w.t for w, s in zip(switches, states, strict=True) if s == "0"}
    if any(value.is_nonpositive for value in positive):
        return
    f = f.replace(sympy.Piecewise, lambda *branches: branches[-1][0])  # what lies between two branches, for −1 < t < 1
    equations = [_rest(slope, active) for slope in slopes(f, variables)]
    solved: dict[Symbol, Expr] = {}
    for t in sorted(open_, key=str):
        straight = next((q for q in equations if (slope := sympy.diff(q, t)).is_number and slope.is_nonzero), None)
        if straight is not None:
            value = sympy.expand(t - straight / sympy.diff(straight, t))
            equations = [_rest(sympy.expand(q.subs(t, value)), active) for q in equations if q is not straight]
            solved = {other: sympy.expand(part.subs(t, value)) for other, part in solved.items()} | {t: value}
    for choice in choices([*equations, *active]):
        told = {
            t: -q.subs(t, 0) / slope for q in choice for t in open_
            if q.free_symbols == {t} and (slope := sympy.diff(q, t)).is_number
        }  # fmt: skip
        told |= {t: _rest(value.subs(told), choice) for t, value in solved.items()}
        rest = [q.subs(told) for q in choice]
        plain = [q for q in rest if not q.free_symbols & open_]
        rest = [*plain, *(_rest(q, plain) for q in rest if q not in plain)]
        rest = [q for q in rest if q != 0]
        limits = [_rest(q.subs(told), plain) if q.free_symbols & open_ else q for q in positive]
        limits += [1 + side * t for t in told.values() if not t.is_number for side in (1, -1)]
        letters = [*variables, *(switch.t for switch in switches if any(q.has(switch.t) for q in (*rest, *limits)))]
        if (
            any(q.is_number for q in rest)
            or any(abs(t) > 1 for t in told.values() if t.is_number)
            or any(q.is_negative for q in limits)
        ):
            continue
        ts = tuple((fixed | told).get(switch.t) for switch in switches)
        at = f.subs(told).subs(dict.fromkeys(open_ - set(letters), 0))
        yield Part(at, states, tuple(rest), tuple(letters), ts, tuple(dict.fromkeys(limits)))


def _points(found: Found, system: System, part: Part, whole: Box, wide: Sequence[Part], most: int) -> None:
    """Adds the points of a choice, unless they lie on a set or on another side; what is not decided as boxes."""
    n = system.n
    start = Box((*whole.ends, *[(-1.0, 1.0)] * (len(part.letters) - n)))
    if len(part.factors) > len(part.letters):
        found.left += undecided(lambda box: _misses(part, box.balls), start, n, EMPTY)
        return
    one = search(Equations(part.f, part.factors, part.letters, part.letters), start, max(1, most - found.boxes))
    found.boxes, found.cut_short = found.boxes + one.boxes, found.cut_short or one.cut_short
    found.left += [Box(box.ends[:n]) for box in one.left if not _misses(part, box.balls)]
    for zero in one.zeros:
        if _misses(part, zero.balls):
            continue
        xs, unknown = zero.balls[:n], dict(zip(part.letters, zero.balls, strict=True))
        with working(FINE, 1):
            ts = [unknown.get(w.t) if t is None else _values((t,), part.letters, zero.balls)[0]
                  for w, t in zip(system.switches, part.ts, strict=True)]  # fmt: skip
            sure = all(signed(value) for value in _values(part.positive, part.letters, zero.balls))
            near = [p for p in wide if not _misses(p, xs)]
            double = any(all(map(arb.overlaps, xs, other.balls)) for other in found.zeros)
        if not near and not double and sure and all(
            t is not None and (s != "0" or abs(t) < 1) for t, s in zip(ts, part.states, strict=True)
        ):  # fmt: skip
            region = Box((*zero.region.ends[:n], *map(ends, ts)))
            found.zeros.append(Zero((*xs, *ts), part.states, region))
            continue
        at = {x: next(guesses(ball), None) for x, ball in zip(system.variables, xs, strict=True)}
        rough = not (system.m or all(map(known, system.values(xs)[1])))  # as the middle of circles, at sqrt(0)
        if rough or None in at.values() or not any(_holds(p, at) for p in (*near, *([part] if double else []))):
            found.left.append(Box(tuple(map(ends, xs))))


def _holds(part: Part, at: dict[Symbol, Expr]) -> bool:
    """Whether algebra shows that a place is on a set."""
    return all(vanishes(q, at) for q in part.factors) and all(
        vanishes(q, at) or q.subs(at).is_positive for q in part.positive
    )


def _misses(part: Part, balls: Sequence[Ball]) -> bool:
    """Whether a set is shown not to reach into a box."""
    return any(map(signed, _values(part.factors, part.letters, balls))) or any(
        signed(value) < 0 for value in _values(part.positive, part.letters, balls)
    )


def _within(part: Part, other: Part) -> bool:
    """Whether algebra shows that a set is within another one."""
    known = {_rest(q, part.factors).primitive()[1] for q in part.positive}
    limits = [_rest(q, part.factors) for q in other.positive]
    return all(_rest(q, part.factors) == 0 for q in other.factors) and all(
        q.is_nonnegative or q.primitive()[1] in known for q in limits
    )


def _values(choice: Choice, variables: Sequence[Symbol], balls: Sequence[Ball]) -> list[Ball]:
    return [arb("nan") if value is UNDEFINED else value for value in Tape(choice, variables).at(balls)]


def choices(gradient: Sequence[Expr]) -> list[Choice]:
    """Independent factors whose common zeros together are those of all slopes; none where these are too long."""
    if any(sympy.count_ops(slope) > SIMPLE or degree(slope) > HIGH for slope in gradient):
        return []
    parted = [_factors(slope) for slope in gradient if slope != 0]
    if math.prod(map(len, parted)) > MOST_CHOICES:
        return []
    found = {frozenset(_independent(dict.fromkeys(picked))) for picked in product(*parted)}
    least = [one for one in found if not any(other < one for other in found)]
    return sorted((tuple(sorted(one, key=str)) for one in least), key=str)


def _factors(slope: Expr) -> list[Expr]:
    """The factors of a slope that may vanish, functions taken as letters of their own."""
    named = {part: Dummy() for part in slope.atoms(sympy.Function, sympy.exp)}
    plain = {letter: part for part, letter in named.items()}
    kept = []
    for part in sympy.Mul.make_args(factored(slope.xreplace(named))):
        base, power = part.xreplace(plain).as_base_exp()
        if not (base.is_nonzero or (power.is_number and power.is_negative)):
            kept.append(base if power.is_Integer else base**power)
    return kept


def _independent(factors: dict[Expr, None]) -> Iterator[Expr]:
    """Those that are no sums of multiples of others before them."""
    terms = sorted({term.as_coeff_Mul()[1] for q in factors for term in sympy.Add.make_args(q)}, key=str)
    rows: list[list[Expr]] = []
    for q in factors:
        parts = {rest: c for c, rest in (term.as_coeff_Mul() for term in sympy.Add.make_args(sympy.expand(q)))}
        row = [parts.get(term, sympy.S.Zero) for term in terms]
        if set(parts) <= set(terms) and sympy.Matrix([*rows, row]).rank() == len(rows):
            continue
        rows.append(row)
        yield q


def _set(part: Part, whole: Box, sides: Sequence[Side]) -> tuple[list[CriticalSet], list[Box]]:
    """A set that is shown to reach into the window, none if shown not to, or boxes in which that is not decided."""
    variables, choice = part.letters, part.factors
    every = range(len(variables))
    texts = [f"{q} = 0" for q in choice]
    texts += [_limit(q) for q, value in zip(part.positive, _values(part.positive, variables, whole.balls), strict=True)
              if not signed(value)]  # fmt: skip
    boxes = list(undecided(lambda box: _misses(part, box.balls), whole, len(variables), EMPTY))
    if not boxes:
        return [], []
    middles = [[Rational((low + high) / 2) for low, high in box.ends] for box in boxes[:: len(boxes) // MOST_PINS + 1]]
    shared = [[side.low + share * (side.high - side.low) for side in sides] for share in PINS]
    for held, near in product(combinations(every, len(variables) - len(choice)), shared + middles):
        free, pins = [k for k in every if k not in held], {k: near[k] for k in held}
        for balls in _crossings(part, whole, pins, free):
            with working(FINE, 1):
                here = dict(zip(free, balls, strict=True)) | {k: number(pin) for k, pin in pins.items()}
                place = [here[k] for k in every]
                inside = all(signed(value) > 0 for value in _values(part.positive, variables, place))
            if inside and all(sides[k].place(here[k], next(guesses(here[k]), None)) == 0 for k in free):
                at, box = tuple(map(nearest, place)), tuple(map(ends, place))
                return [CriticalSet(tuple(texts), len(held), at, box, _level(part.f, choice))], []
    return [], boxes


def _crossings(part: Part, whole: Box, pins: dict[int, Expr], free: list[int]) -> list[tuple[Ball, ...]]:
    """The places of a set where some coordinates are held."""
    if not free:
        return [()]
    system = Equations(part.f, part.factors, part.letters, [part.letters[k] for k in free])
    for k, pin in pins.items():
        system = system.pinned(part.letters[k], pin)
    return [zero.balls for zero in search(system, Box(tuple(whole.ends[k] for k in free)), EMPTY).zeros]


def _limit(value: Expr) -> str:
    """What is ≥ 0, or its negative ≤ 0, whichever is shorter."""
    other = sympy.expand(-value)
    return f"{other} ≤ 0" if len(str(other)) < len(str(value)) else f"{value} ≥ 0"


def _level(f: Expr, choice: Choice) -> str | None:
    """f on a set where algebra shows that it is one number there."""
    rest = _rest(f, choice)
    return str(rest) if rest.is_number else None


def _rest(f: Expr, choice: Sequence[Expr]) -> Expr:
    """c of f = Σ aᵢ·qᵢ + c, which is f where all q vanish; f itself where no shorter one is found."""
    named = {part: Dummy() for part in f.atoms(sympy.Function, sympy.exp)}
    plain, *parts = (part.xreplace(named) for part in (f, *choice))
    try:
        letters = sorted(plain.free_symbols.union(*(part.free_symbols for part in parts)), key=str)
        rest = sympy.groebner(parts, *letters, field=True).reduce(plain)[1] if parts else plain
    except BasePolynomialError:
        return f
    return rest.xreplace({letter: part for part, letter in named.items()})


__all__ = ["apart"]
