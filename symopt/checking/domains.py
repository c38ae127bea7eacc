"""Where one of two equal functions is defined and the other is not.

Three answers: shown to be nowhere, because every guard of the given one (what stands below a fraction line, in a
logarithm, under a root) also guards the derivative or f, or always holds; shown at a point, by enclosures there or by
a guard that changes its sign on an interval on which f is smooth; not decided.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np
import sympy
from sympy import Expr

from symopt.balls.points import along, ball, value
from symopt.balls.series import working
from symopt.balls.tape import UNDEFINED, Refused, Tape
from symopt.checking.places import defined, doubles, exact
from symopt.checking.prove.algebra import Algebra
from symopt.checking.prove.guards import fails, holds
from symopt.checking.prove.normal import Normal
from symopt.checking.prove.ring import Unknown
from symopt.checking.refute import AROUND, Pair
from symopt.expression.guards import Guard, Path, guards
from symopt.functions import NONZERO, POSITIVE, WITHIN
from symopt.problem.landmarks import sign_changes, touched
from symopt.work import TooLarge, within

TRIED = 40
LINES = 3
FAR = (-1.0, 10.0, -10.0, 1e3, -1e3, 1e6, -1e6, 1e12, -1e12)
ORDERED = {sympy.Gt: POSITIVE, sympy.Lt: POSITIVE, sympy.Ge: WITHIN, sympy.Le: WITHIN, sympy.Ne: NONZERO}
BITS = 128
WORK = 20_000
GRID = 801
WIDTH = 2.0**-20
SHORT = (0, 1, 2, 3)  # decimals of a guess


def nowhere(expr: Expr) -> str:
    """Why an expression has no value anywhere, if a guard is shown never to hold; else empty."""
    for guard in guards(expr):
        gap, relation, path = guard
        if not path and fails(guard):
            return f"{gap} {relation} never holds"
    return ""


def implied(given: Expr, expected: Expr | None, loss: Expr) -> bool:
    """Whether the given one is shown to be defined wherever the derivative is."""
    asked = [guard for guard in guards(given) if not holds(guard)]
    if not asked:
        return True
    known = guards(loss) + ([] if expected is None else guards(expected))
    for path in dict.fromkeys(path for _, _, path in asked):
        facts = [guard for guard in known if guard[2] == path[: len(guard[2])]] + list(_met(path))
        told = {(gap, relation) for gap, relation, _ in facts}
        left = [g for g in asked if g[2] == path and (g[0], g[1]) not in told and (g[0], POSITIVE) not in told]
        if left and not _by_factors(left, facts):
            return False
    return True


def _met(path: Path) -> Iterator[Guard]:
    """What holds in a branch by its conditions."""
    for *before, last in path:
        for condition in (*map(sympy.Not, before), last):
            for part in condition.args if isinstance(condition, sympy.And) else (condition,):
                if isinstance(part, (sympy.Gt, sympy.Ge, sympy.Ne)):
                    yield part.lhs - part.rhs, ORDERED[part.func], ()
                elif isinstance(part, (sympy.Lt, sympy.Le)):
                    yield part.rhs - part.lhs, ORDERED[part.func], ()


def _by_factors(asked: Sequence[Guard], known: Sequence[Guard]) -> bool:
    """Whether guards follow from others: their factors are factors of those, their signs are signs of those."""
    algebra = Algebra(within(WORK))
    normal = Normal(algebra)
    signs: set[tuple[frozenset[int], int]] = set()
    nonzero: set[int] = set()
    try:
        for gap, relation, _ in known:
            nonzero |= _factors(algebra, normal, gap) if relation in (NONZERO, POSITIVE) else set()
            if relation in (POSITIVE, WITHIN):
                signs.add(_sign(algebra, normal, gap))
        for gap, relation, _ in asked:
            if relation not in (NONZERO, POSITIVE, WITHIN):
                return False
            if relation != WITHIN and not _factors(algebra, normal, gap) <= nonzero:
                return False
            if relation != NONZERO and (sign := _sign(algebra, normal, gap)) != (frozenset(), 1) and sign not in signs:
                return False
    except (TooLarge, Unknown, RecursionError):
        return False
    return True


def _factors(algebra: Algebra, normal: Normal, gap: Expr) -> set[int]:
    """The factors of a guard that may vanish."""
    found = algebra.factor(normal.of(gap))
    atoms = {a for a, _ in found.powers if a > 0 and not algebra.positive(a)}
    atoms |= {a for a, _ in found.powers if a > 0 and algebra.kind(a) == "base"}
    return {_base(algebra, a) for a in atoms} | {b for b, _ in found.bases}


def _base(algebra: Algebra, atom: int) -> int:
    return atom if algebra.kind(atom) == "base" else algebra.base({((atom, 1),): 1})


def _sign(algebra: Algebra, normal: Normal, gap: Expr) -> tuple[frozenset[int], int]:
    sign = algebra.sign(normal.of(gap))
    if not sign:
        return frozenset(), 0
    ((monomial, c),) = sign.items()
    return frozenset(a for a, _ in monomial), int(c)


def lost(pair: Pair) -> tuple[str, bool] | None:
    """(where f is smooth and the given derivative is shown to have no value, in words; whether so all around there).

    None if no such place is found; a place with its surroundings before one that is alone.
    """
    names = pair.places.loss.names
    alone = None
    for point in _points(pair):
        x = exact(point)
        if value(pair.given_tape, x, BITS) is not UNDEFINED or not pair.smooth(x):
            continue
        words = ", ".join(f"{name} = {c:.10g}" for name, c in zip(names, point, strict=True))
        if value(pair.given_tape, x, BITS, AROUND) is UNDEFINED:
            return words, True
        alone = alone or words
    for words, wide in _crossed(pair, alone is not None):
        if wide:
            return words, True
        alone = alone or words
    return None if alone is None else (alone, False)


def suspected(pair: Pair) -> bool:
    """Whether the given one seems to have no value at a place where f, with roots of what is 0 there, has one."""
    points = pair.places.points
    return bool(pair.places.roots) and not defined(pair.typed, pair.places.loss.variables, points).all()


def also(pair: Pair, expected: Expr) -> np.ndarray | None:
    """A point where the given one has a value, and f or its derivative is shown to have none; None if none is found."""
    places = pair.places
    right, given, f = (
        defined(e, places.loss.variables, places.everywhere) for e in (expected, pair.typed, places.typed)
    )
    for point in places.everywhere[given & ~(right & f)][:TRIED]:
        x = exact(point)
        told = value(pair.given_tape, x, BITS)
        if told is UNDEFINED or not told.is_finite():
            continue
        if pair.right(x, BITS) is UNDEFINED or value(pair.f, x, BITS) is UNDEFINED:
            return np.asarray(point)
    return None


def _points(pair: Pair) -> Iterator[np.ndarray]:
    """Where the given one may be undefined: points where doubles say so, short decimals near zeros of its guards."""
    places = pair.places
    if len(places.points):
        few = places.points[:LINES]
        points = np.concatenate([places.points, *(few * far for far in FAR)])
        yield from points[~defined(pair.typed, places.loss.variables, points)][:TRIED]
    for base, axis, zeros in _zeros(pair):
        for zero in zeros:
            for decimals in SHORT:
                point = base.copy()
                point[axis] = round(zero, decimals)
                yield point


def _zeros(pair: Pair) -> Iterator[tuple[np.ndarray, int, np.ndarray]]:
    """(a point, an axis, where guards of the given one seem to vanish on it), for a few lines through the window."""
    places = pair.places
    loss, n = places.loss, places.loss.n
    gaps = [gap for gap, relation, _ in guards(pair.typed) if relation in (NONZERO, POSITIVE, WITHIN)][:8]
    compiled = doubles(gaps, loss.variables) if gaps else None
    if compiled is None or not len(places.points):
        return
    bases = places.points[: LINES if n > 1 else 1]
    used = set().union(*(gap.free_symbols for gap in gaps))
    for base in bases:
        for axis in [k for k, v in enumerate(loss.variables) if v in used][:6]:
            low, high = places.window[axis]
            grid = np.linspace(low - (high - low) / 2, high + (high - low) / 2, GRID)
            line = np.repeat(base[None, :], GRID, axis=0)
            line[:, axis] = grid
            told = compiled(line)
            found = np.concatenate([*(sign_changes(grid, y) for y in told), *(touched(grid, y) for y in told)])
            yield base, axis, np.unique(found)[:TRIED]


def _crossed(pair: Pair, only_wide: bool) -> Iterator[tuple[str, bool]]:
    """Intervals on which f is smooth and a guard of the given one has both signs: it vanishes in between.

    Each with whether that guard asks for one of the signs, so that the given one has no value on one side.
    """
    loss = pair.places.loss
    gaps = []
    for gap, relation, path in guards(pair.typed):
        if relation in (NONZERO, POSITIVE, WITHIN) and not path:
            try:
                gaps.append((gap, relation != NONZERO, Tape([gap], loss.variables)))
            except Refused:
                continue
    gaps = [found for found in gaps if found[1]] if only_wide else gaps
    for base, axis, zeros in _zeros(pair) if gaps else ():
        x = exact(base)
        for zero in zeros:
            for gap, wide, tape in gaps:
                if _changes(pair, tape, x, axis, float(zero)):
                    fixed = [f"{loss.names[k]} = {base[k]:.10g}" for k in range(loss.n) if k != axis]
                    yield ", ".join([*fixed, f"{loss.names[axis]} near {zero:.10g}"]) + f", where {gap} = 0", wide


def _changes(pair: Pair, tape: Tape, x: Sequence[Fraction], axis: int, zero: float) -> bool:
    width = WIDTH * max(1.0, abs(zero))
    ends = [[*x[:axis], Fraction(zero + side * width), *x[axis + 1 :]] for side in (-1, 1)]
    told = [value(tape, end, BITS) for end in ends]
    if any(t is UNDEFINED for t in told) or not (told[0] < 0 < told[1] or told[1] < 0 < told[0]):
        return False
    with working(BITS, 1):
        box = [ball(c) for c in x]
        box[axis] = ball(Fraction(zero), width)
    smooth = along(tape, box, [int(k == axis) for k in range(len(x))], 1, BITS)
    if smooth is UNDEFINED or not smooth.is_finite():
        return False
    f = along(pair.f, box, [0] * len(x), 0, BITS)
    if f is UNDEFINED or not f.is_finite():
        return False
    slope = pair.slope.over(box, BITS)
    return slope is not UNDEFINED and bool(slope.is_finite())
