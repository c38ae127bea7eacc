"""The signs that polynomials can have, each by itself and several together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import sympy
from sympy import Matrix, Rational

from symopt.checking.prove.ring import ONE, I, Poly, Ring

MOST_DEGREE = 24
MOST_ATOMS = 6


def definite(ring: Ring, p: Poly) -> int:
    """1 or −1 if p has that sign wherever it is defined and not zero, 0 if that is not known."""
    squares = all(ring.positive(a) or (a != I and isinstance(n, int) and n % 2 == 0 and ring.real(a))
                  for m in p for a, n in m)  # fmt: skip
    if squares and len({c > 0 for c in p.values()}) == 1:
        return 1 if next(iter(p.values())) > 0 else -1
    constant = p.get(ONE, 0)
    atoms = sorted({a for m in p for a, _ in m})
    if constant and all(ring.kind(a) in ("cis", "i", "sign") for a in atoms):
        outweighed = 2 * abs(Fraction(constant)) > sum(abs(Fraction(c)) for c in p.values())
        return 0 if not outweighed else 1 if constant > 0 else -1
    if not all(ring.real(a) and isinstance(n, int) and n >= 0 for m in p for a, n in m):
        return 0
    return _alone(ring, p, atoms[0]) if len(atoms) == 1 else _form(ring, p, atoms)


def _alone(ring: Ring, p: Poly, atom: int) -> int:
    """The sign of a polynomial in one real atom, if it has no zero where it would change it."""
    poly = _written(p)
    if poly.degree() > MOST_DEGREE or poly.count_roots(*((0, None) if ring.positive(atom) else ())):
        return 0
    return 1 if poly.eval(1) > 0 else -1


def _form(ring: Ring, p: Poly, atoms: Sequence[int]) -> int:
    """The sign of a polynomial of degree two in several real atoms whose matrix is definite."""
    if not 1 < len(atoms) <= MOST_ATOMS or any(ring.positive(a) for a in atoms):
        return 0
    last = len(atoms)
    form = sympy.zeros(last + 1)
    for m, c in p.items():
        places = [atoms.index(a) for a, n in m for _ in range(int(n))]
        if len(places) > 2:
            return 0
        i, j = [*places, last, last][:2]
        form[i, j] += _exact(c) / 2
        form[j, i] += _exact(c) / 2
    matrix = Matrix(form)
    return 1 if matrix.is_positive_semidefinite else -1 if matrix.is_negative_semidefinite else 0


def patterns(ring: Ring, signs: Sequence[int]) -> set[tuple[int, ...]] | None:
    """The signs that polynomials in one and the same variable can have together; None if they are not such."""
    inside: list[Poly] = [ring.atoms[-s].inside for s in signs]
    atoms = {a for p in inside for m in p for a, _ in m}
    if len(atoms) != 1 or not all(isinstance(n, int) and n >= 0 for p in inside for m in p for _, n in m):
        return None
    if ring.kind(*atoms) != "symbol":
        return None
    polys = [_written(p) for p in inside]
    total = math.prod(polys[1:], start=polys[0])
    roots = sorted(interval for interval, _ in total.sqf_part().intervals(eps=Rational(1, 10**6)))
    if any(left[1] >= right[0] for left, right in pairwise(roots)):
        return None
    gaps = [(left[1] + right[0]) / 2 for left, right in pairwise(roots)]
    places = [roots[0][0] - 1, *gaps, roots[-1][1] + 1] if roots else [Rational(0)]
    found = [[poly.eval(place) for poly in polys] for place in places]
    return {tuple(1 if v > 0 else -1 for v in values) for values in found if all(v != 0 for v in values)}


def _written(p: Poly) -> sympy.Poly:
    """A polynomial in one atom as one of sympy's."""
    return sympy.Poly({(int(m[0][1]) if m else 0,): _exact(c) for m, c in p.items()}, sympy.Symbol("x"), domain="QQ")


def _exact(c: int | Fraction) -> Rational:
    return Rational(c.numerator, c.denominator)
