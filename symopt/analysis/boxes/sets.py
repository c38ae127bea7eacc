"""Curves and surfaces on which every point is critical, where the slopes of f fall into factors.

∂f/∂xᵢ = ∏ⱼ qᵢⱼ is 0 for all i where one factor of each is. The zeros of such a choice are points if they are as many
independent factors as variables; k factors of fewer are 0 on a set of n − k dimensions around every zero at which
their Jacobian has rank k, as Krawczyk's test shows: (x² + y² − 1)² is critical on a circle, x·y·z on three axes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import combinations, product

import sympy
from flint import arb, arb_series
from sympy import Dummy, Expr, Rational, Symbol
from sympy.polys.polyerrors import BasePolynomialError

from symopt.analysis.boxes.classify import nearest
from symopt.analysis.boxes.enclose import UNDEFINED, Ball, Box, ends, signed, undecided
from symopt.analysis.boxes.equations import Equations
from symopt.analysis.boxes.search import FINE, Found, Zero, search
from symopt.analysis.exact import guesses, vanishes
from symopt.analysis.records import CriticalSet
from symopt.analysis.window import Side
from symopt.balls.series import working
from symopt.balls.tape import Tape, number
from symopt.expression.slopes import slopes

SIMPLE, MOST_CHOICES = 60, 64
"""Operations in a slope up to which it is factored, and choices of factors that are followed."""
PINS = tuple(Rational(k, 29) for k in (15, 6, 22, 11, 26))
"""Shares of a side at which a coordinate is held, to find a point of a set."""
EMPTY = 400
"""Boxes in which it is tried to show that a set does not reach into the window."""
Choice = tuple[Expr, ...]


def apart(f: Expr, variables: Sequence[Symbol], whole: Box, sides: Sequence[Side], most: int) -> Found | None:
    """The critical points of a smooth loss by the factors of its slopes; None where these tell of no sets."""
    n, chosen = len(variables), choices(slopes(f, variables))
    wide = [choice for choice in chosen if len(choice) < n]
    made = Found()
    for choice in wide:
        told = _set(f, variables, choice, whole, sides)
        made.sets += told if isinstance(told, list) else []
        made.left += () if isinstance(told, list) else told
    if not made.sets:
        return None
    for choice in chosen:
        if len(choice) == n:
            one = search(Equations(f, choice, variables, variables), whole, max(1, most - made.boxes))
            made.boxes, made.cut_short = made.boxes + one.boxes, made.cut_short or one.cut_short
            made.left += one.left
            for zero in one.zeros:
                _add(made, zero, choice, wide, variables)
    return made


def _add(found: Found, zero: Zero, choice: Choice, wide: Sequence[Choice], variables: Sequence[Symbol]) -> None:
    """Keeps a zero of a choice, unless it lies on a set or is known; where that is not decided, as a box."""
    with working(FINE, 1):
        near = [c for c in wide if all(value.contains(0) for value in _values(c, variables, zero.balls))]
        near += [choice for other in found.zeros if all(map(arb.overlaps, zero.balls, other.balls))]
    if not near:
        found.zeros.append(zero)
        return
    at = {x: next(guesses(ball), None) for x, ball in zip(variables, zero.balls, strict=True)}
    if None in at.values() or not any(all(vanishes(q, at) for q in one) for one in near):
        found.left.append(Box(tuple(map(ends, zero.balls))))


def _values(choice: Choice, variables: Sequence[Symbol], balls: Sequence[Ball]) -> list[Ball]:
    found = Tape(choice, variables).run([arb_series([x]) for x in balls])
    return [arb("nan") if value is UNDEFINED else value[0] for value in found]


def choices(gradient: Sequence[Expr]) -> list[Choice]:
    """Independent factors whose common zeros together are those of all slopes; none where these are too long."""
    if any(sympy.count_ops(slope) > SIMPLE for slope in gradient):
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
    for part in sympy.Mul.make_args(sympy.factor(slope.xreplace(named))):
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


def _set(
    f: Expr, variables: Sequence[Symbol], choice: Choice, whole: Box, sides: Sequence[Side]
) -> list[CriticalSet] | tuple[Box, ...]:
    """A set that is shown to reach into the window, none if shown not to, or boxes in which that is not decided."""
    every = range(len(variables))
    texts = tuple(f"{q} = 0" for q in choice)
    for held in combinations(every, len(variables) - len(choice)):
        free = [k for k in every if k not in held]
        system = Equations(f, choice, variables, [variables[k] for k in free])
        for share in PINS:
            pins = {k: sides[k].low + share * (sides[k].high - sides[k].low) for k in held}
            for k, pin in pins.items():
                system = system.pinned(variables[k], pin)
            zeros = search(system, Box(tuple(whole.ends[k] for k in free)), EMPTY).zeros
            for balls in [zero.balls for zero in zeros] if free else [()]:
                if all(sides[k].place(ball) == 0 for k, ball in zip(free, balls, strict=True)):
                    with working(FINE, 1):
                        here = dict(zip(free, balls, strict=True)) | {k: number(pin) for k, pin in pins.items()}
                    place = [here[k] for k in every]
                    at, box = tuple(map(nearest, place)), tuple(map(ends, place))
                    return [CriticalSet(texts, len(held), at, box, _level(f, choice))]

    def misses(box: Box) -> bool:
        return any(map(signed, _values(choice, variables, box.balls)))

    return tuple(undecided(misses, whole, len(variables), EMPTY)) or []


def _level(f: Expr, choice: Choice) -> str | None:
    """f on a set where algebra shows that it is one number there: f = Σ aᵢ·qᵢ + c."""
    named = {part: Dummy() for part in f.atoms(sympy.Function, sympy.exp)}
    plain, *parts = (part.xreplace(named) for part in (f, *choice))
    try:
        letters = sorted(plain.free_symbols.union(*(part.free_symbols for part in parts)), key=str)
        rest = sympy.groebner(parts, *letters).reduce(plain)[1] if parts else f
    except BasePolynomialError:
        return None
    return str(rest) if rest.is_number else None


__all__ = ["apart"]
