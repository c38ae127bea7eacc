"""Where to compare two functions: points spread over the window and beyond, off symmetric places, inside the domain."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

import numpy as np
import sympy
from sympy import Expr, S, Symbol

from symopt.errors import DerivativeError
from symopt.expression import deep
from symopt.expression.guards import guards, inside, without_guards
from symopt.functions import FUNCTIONS, NONZERO, POSITIVE, WITHIN
from symopt.program import Program
from symopt.program.run import compiled
from symopt.reading.exact.nans import flat
from symopt.reading.exact.values import opened
from symopt.reading.source import Unreadable

MANY = 400


def spread(window: np.ndarray, seed: int = 0) -> np.ndarray:
    """Seeded points (m, n) of three figures: over the window, near its centre, beyond it, where all is positive."""
    random = np.random.default_rng(seed)
    n = len(window)
    many = MANY if n <= 20 else 60
    low, high = window[:, 0], window[:, 1]
    half = (high - low) / 2
    over = random.uniform(low, high, (many, n))
    near = random.choice([-1.0, 1.0], (many // 2, n)) * 10 ** random.uniform(-2, 0.7, (many // 2, n))
    mixed = random.uniform(0, 1, (many // 4, 1)) * random.uniform(low, high, (many // 4, n))
    positive = random.uniform(0, np.maximum(high, half), (many // 4, n))
    beyond = (low + high) / 2 + half * random.uniform(-2, 2, (many // 8, n))
    return three_figures(np.concatenate([over, near, mixed, positive, beyond]))


def three_figures(x: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore"):
        power = np.where(x == 0, 0.0, np.floor(np.log10(np.abs(x))))
    shift = 10.0 ** (2 - power)
    return np.round(x * shift) / shift


def doubles(exprs: Sequence[Expr], variables: Sequence[Symbol]) -> Callable[[np.ndarray], list[np.ndarray]] | None:
    """The values of expressions at many points (m, n), in double precision; None if one has no such form."""
    program = Program(variables)
    try:
        with deep():
            compiled_functions = compiled(program, [program.lower(expr) for expr in exprs])
    except (DerivativeError, TypeError, ValueError, AttributeError, KeyError):
        return None
    if any(node.kind == "call" and node.datum.partition(":")[0] not in FUNCTIONS for node in program.nodes):
        return None  # a guard, say, which no program has

    def values(points: np.ndarray) -> list[np.ndarray]:
        with np.errstate(all="ignore"):
            found = compiled_functions(points.T)
        return [np.broadcast_to(np.asarray(value, float), len(points)) for value in found]

    return values


def defined(expr: Expr, variables: Sequence[Symbol], points: np.ndarray) -> np.ndarray:
    """Where an expression with its guards seems to have a value, in double precision, (m,)."""
    plain = without_guards(expr)
    asked = guards(expr) if plain is not expr or expr.has(sympy.Piecewise) else []  # a condition of nothing is false
    gaps = [inside(gap, path, S.One) for gap, _, path in asked]
    compiled = doubles([plain, *gaps], variables) if len(points) else None
    if compiled is None:
        return np.ones(len(points), bool)
    value, *told = compiled(points)
    found = np.isfinite(value)
    for u, (_, relation, _) in zip(told, asked, strict=True):
        with np.errstate(invalid="ignore"):
            held = {POSITIVE: u > 0, WITHIN: u >= 0, NONZERO: u != 0}
            found &= held.get(relation, (u > 0) | (u != np.round(u)))
    return found


def exact(point: Iterable[float]) -> tuple[Fraction, ...]:
    """Decimals as they are written: 0.1 is 1/10."""
    return tuple(Fraction(repr(float(c))) for c in point)


def flat_roots(expr: Expr) -> list[Expr]:
    """The roots √u in an expression of what may be 0 on an open set: there they have the derivative 0, not u′/(2√u)."""
    found = [part for part in expr.atoms(sympy.Pow) if part.exp.is_Rational and 0 < part.exp < 1 and flat(part.base)]
    return sorted(found, key=str)


def slope(f: Expr, x: Symbol) -> Expr:
    """∂f/∂x, in which the roots of what may be 0 on an open set have the derivative 0 there. Raises ValueError."""
    letters = {root: sympy.Dummy(nonnegative=True) for root in flat_roots(f)}
    if not letters:
        return sympy.diff(f, x)
    roots = {letter: root for root, letter in letters.items()}
    outer = f.xreplace(letters)
    terms = [sympy.diff(outer, x)]
    for letter in sorted(outer.free_symbols & roots.keys(), key=str):
        u, power = roots[letter].args
        inner = power * slope(u, x) * roots[letter] / u
        try:
            moving = opened(sympy.Ne(u, 0, evaluate=False))  # a condition with a choice in it would be evaluated
        except Unreadable as error:
            raise ValueError(str(error)) from None
        terms.append(sympy.diff(outer, letter) * sympy.Piecewise((inner, moving), (S.Zero, True), evaluate=False))
    return sympy.Add(*(term.xreplace(roots) for term in terms))
