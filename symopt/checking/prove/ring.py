"""Sums of products of powers of atoms, with exact coefficients: the polynomials in which equality is decided.

A `Poly` maps monomials to rational coefficients; a monomial is a sorted tuple of (atom, exponent),
where exponents are integers or, for atoms that are positive, fractions. Two relations are applied at once:

    i² = −1   the imaginary unit, which lets sines and cosines be powers of cis(m) = exp(i·m)
    σ² = 1    the sign of a base, the atom −k if that base is the atom k

Work is counted, and `TooLarge` ends what grows too far. sympy's polynomial rings find the factors. They do not
carry the arithmetic: nearly all products here have a side of one term, atoms arise as one goes, and exponents may be
fractions. Such a product takes sympy's rings 1.4 times as long in 6 generators and 3 times in 64; flint's
polynomials, which are fast, have no negative exponents, a fixed set of generators, and no hash.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sympy import QQ, QQ_I, ZZ, factorint
from sympy.polys.rings import ring as polynomial_ring

from symopt.work import TooLarge, Work

Number = int | Fraction
Monomial = tuple[tuple[int, Number], ...]
Poly = dict[Monomial, Number]

ONE: Monomial = ()
I = 0  # the atom of the imaginary unit
FACTOR_TERMS = 40
FACTOR_DEGREE = 24
FEW_TERMS = 4
FACTORING = 500  # units, and more for many terms and atoms: a fit to sympy's times
SMALL_PRIMES = 2000
CHEAP = 4  # terms that are only moved, for one that is multiplied
LONG = 16  # powers in two monomials that are multiplied, for one more unit of work


class Unknown(Exception):
    """Something that has no form here: nothing is said about equality."""


@dataclass(frozen=True)
class Atom:
    """One indeterminate: its kind, what makes it that one, and the polynomial behind a base or a sign."""

    kind: str
    key: Hashable
    inside: Any = None
    positive: bool = False


class Ring:
    """The atoms of one question, and arithmetic over them within some work."""

    def __init__(self, work: Work) -> None:
        self.atoms: list[Atom] = []
        self.index: dict[tuple[str, Hashable], int] = {}
        self.work = work
        self.atom("i", "i")

    def atom(self, kind: str, key: Hashable, inside: Any = None, positive: bool = False) -> int:
        place = self.index.get((kind, key))
        if place is None:
            place = self.index[kind, key] = len(self.atoms)
            self.atoms.append(Atom(kind, key, inside, positive))
        return place

    def kind(self, atom: int) -> str:
        return "sign" if atom < 0 else self.atoms[atom].kind

    def positive(self, atom: int) -> bool:
        return atom > 0 and self.atoms[atom].positive

    def real(self, atom: int) -> bool:
        return self.kind(atom) not in ("i", "cis")

    # arithmetic

    def number(self, value: Number) -> Poly:
        return {ONE: value} if value else {}

    def single(self, atom: int, exponent: Number = 1) -> Poly:
        return self.term(((atom, exponent),))

    def term(self, powers: Iterable[tuple[int, Number]], coefficient: Number = 1) -> Poly:
        monomial, sign = ONE, 1
        for atom, exponent in powers:
            power, unit = atom_power(atom, exponent)
            monomial, turned = times(monomial, power)
            sign *= unit * turned
        return {monomial: sign * coefficient} if coefficient else {}

    def add(self, *polys: Poly) -> Poly:
        self.work.spend(sum(map(len, polys)) // CHEAP)
        total: Poly = dict(polys[0]) if polys else {}
        for poly in polys[1:]:
            for monomial, c in poly.items():
                put(total, monomial, c)
        return total

    def scale(self, poly: Poly, factor: Number) -> Poly:
        return {m: plain(c * factor) for m, c in poly.items()} if factor else {}

    def subtract(self, p: Poly, q: Poly) -> Poly:
        return self.add(p, self.scale(q, -1))

    def multiply(self, p: Poly, q: Poly) -> Poly:
        if len(p) > len(q):
            p, q = q, p
        self.work.spend(len(p) * len(q) + (len(p) * length(q) + len(q) * length(p)) // LONG)
        total: Poly = {}
        for a, ca in p.items():
            for b, cb in q.items():
                monomial, sign = times(a, b)
                total[monomial] = total.get(monomial, 0) + sign * ca * cb
        return {m: plain(c) for m, c in total.items() if c}

    def power(self, p: Poly, n: int) -> Poly:
        """p to a whole power n ≥ 0."""
        result, square = self.number(1), p
        while n:
            if n & 1:
                result = self.multiply(result, square)
            n >>= 1
            if n:
                square = self.multiply(square, square)
        return result

    def chosen(self, p: Poly, values: Mapping[int, int]) -> Poly:
        """p with values for some of its signs."""
        self.work.spend(length(p) // CHEAP)
        result: Poly = {}
        for monomial, c in p.items():
            sign = math.prod(values[a] for a, _ in monomial if a in values)
            rest = tuple(power for power in monomial if power[0] not in values)
            put(result, rest, sign * c)
        return result

    def conjugate(self, p: Poly) -> Poly:
        self.work.spend(length(p) // CHEAP)
        result: Poly = {}
        for m, c in p.items():
            sign = -1 if any(a == I for a, _ in m) else 1
            flipped = tuple((a, -n) if self.kind(a) == "cis" else (a, n) for a, n in m)
            put(result, flipped, sign * c)
        return result

    # factors

    def primitive(self, p: Poly) -> tuple[Number, Poly]:
        """p = content · q with whole coefficients without a common factor in q, the leading one positive."""
        denominator = math.lcm(*(c.denominator for c in p.values()))
        numerator = math.gcd(*(int(c * denominator) for c in p.values()))
        content = Fraction(numerator, denominator)
        if p[max(p, key=_order)] < 0:
            content = -content
        return plain(content), {m: plain(c / content) for m, c in p.items()}

    def split(self, p: Poly) -> tuple[Number, Monomial, Poly]:
        """p = content · common monomial · rest: rest primitive, its least exponents 0."""
        least: dict[int, Number] = dict(next(iter(p)))
        for monomial in p:
            exponents = dict(monomial)
            for a in {*least, *exponents}:
                least[a] = min(least.get(a, 0), exponents.get(a, 0))
        common = tuple(sorted((a, n) for a, n in least.items() if n))
        inverse = self.term((a, -n) for a, n in common)
        content, rest = self.primitive(self.multiply(p, inverse))
        return content, common, rest

    def pieces(self, p: Poly) -> list[tuple[Poly, int]] | None:
        """The irreducible factors over the rationals (over ℚ(i) where i occurs), or None if p is too large."""
        if len(p) == 1:
            return [(p, 1)]
        if len(p) == 2 and self._plainly_irreducible(p):
            return [(p, 1)]
        powers = [dict(m) for m in p]
        turning = any(I in m for m in powers)
        atoms = sorted({a for m in powers for a in m} - {I})
        scales = [math.lcm(*(m.get(a, 0).denominator for m in powers)) for a in atoms]
        exponents = [tuple(int(m.get(a, 0) * scale) for a, scale in zip(atoms, scales, strict=True)) for m in powers]
        if not atoms or len(p) > FACTOR_TERMS or min(map(min, exponents)) < 0:
            return None
        if sum(map(max, zip(*exponents, strict=True))) > FACTOR_DEGREE:
            return None
        if turning and len(atoms) > 1 and len(p) > FEW_TERMS:
            return None  # over ℚ(i), in several atoms, this can take seconds
        self.work.spend(1000 * len(p) if turning else FACTORING + 12 * len(p) * len(atoms) ** 2)
        domain = QQ_I if turning else ZZ
        ring, *_ = polynomial_ring([f"x{k}" for k in range(len(atoms))], domain)
        poly = ring.zero
        for m, degrees, c in zip(powers, exponents, p.values(), strict=True):
            poly += ring.term_new(degrees, domain(0, int(c)) if I in m else domain(int(c)))
        constant, factors = poly.factor_list()
        extra = self._constant(constant)
        found = [] if extra == {ONE: 1} else [(extra, 1)]
        for factor, multiplicity in factors:
            piece: Poly = {}
            for degrees, c in factor.terms():
                monomial = [(a, plain(Fraction(e, s))) for a, e, s in zip(atoms, degrees, scales, strict=True) if e]
                piece = self.add(piece, self.multiply(self._constant(c), self.term(monomial)))
            found.append((piece, multiplicity))
        return found

    def _constant(self, c: Any) -> Poly:
        """An element of ℤ or ℚ(i) of sympy's polynomial rings."""
        if hasattr(c, "x") and hasattr(c, "y"):
            return self.add(self.number(_rational(c.x)), self.scale(self.single(I), _rational(c.y)))
        return self.number(int(c))

    def _plainly_irreducible(self, p: Poly) -> bool:
        """Two terms, one of them with an atom to the first power that the other lacks."""
        (m1, _), (m2, _) = p.items()
        return any(n == 1 and a != I and a not in dict(other) for m, other in ((m1, m2), (m2, m1)) for a, n in m)

    def realized(self, p: Poly) -> tuple[Monomial, Poly] | None:
        """p = unit · real, the unit a product of cis powers and i; None if that is not found."""
        if all(self.real(a) for m in p for a, _ in m):
            return ONE, p
        middle: list[tuple[int, Number]] = []
        for a in {a for m in p for a, _ in m if self.kind(a) == "cis"}:
            exponents = [dict(m).get(a, 0) for m in p]
            half = plain(Fraction(max(exponents) + min(exponents)) / 2)
            if half:
                middle.append((a, half))
        unit = tuple(sorted(middle))
        inverse = tuple((a, -n) for a, n in unit)
        balanced = self.multiply(p, {inverse: 1})
        mirrored = self.conjugate(balanced)
        if mirrored == balanced:
            return unit, balanced
        if mirrored == self.scale(balanced, -1):
            return times(unit, ((I, 1),))[0], self.scale(self.multiply(balanced, self.single(I)), -1)
        return None


def atom_power(atom: int, exponent: Number) -> tuple[Monomial, int]:
    """An atom's power as a monomial and a sign."""
    if atom > 0:
        return (((atom, exponent),), 1) if exponent else (ONE, 1)
    exponent = int(exponent)
    if atom < 0:
        return (((atom, 1),), 1) if exponent % 2 else (ONE, 1)
    return (((I, 1),), 1) if exponent % 4 == 1 else (((I, 1),), -1) if exponent % 4 == 3 else (ONE, 1 - exponent % 4)


def times(a: Monomial, b: Monomial) -> tuple[Monomial, int]:
    """The product of two monomials, and the sign that i² = −1 leaves."""
    if not a:
        return b, 1
    if not b:
        return a, 1
    result: list[tuple[int, Number]] = []
    sign = 1
    i = j = 0
    while i < len(a) and j < len(b):
        left, right = a[i], b[j]
        if left[0] < right[0]:
            result.append(left)
            i += 1
        elif left[0] > right[0]:
            result.append(right)
            j += 1
        else:
            if left[0] == I:
                sign = -1
            elif left[0] > 0 and (total := left[1] + right[1]):
                result.append((left[0], total if type(total) is int else plain(total)))
            i += 1
            j += 1
    result.extend(a[i:])
    result.extend(b[j:])
    return tuple(result), sign


def put(total: Poly, monomial: Monomial, c: Number) -> None:
    """Adds a term to a polynomial that is being made."""
    value = total.get(monomial, 0) + c
    if value:
        total[monomial] = value
    else:
        total.pop(monomial, None)


def length(p: Poly) -> int:
    """How many powers a polynomial is written with."""
    return sum(map(len, p))


def plain(value: Number) -> Number:
    """A fraction that is whole as an int."""
    return value.numerator if isinstance(value, Fraction) and value.denominator == 1 else value


def primes(c: Number) -> list[tuple[int, int]]:
    """The size of a rational as powers of primes (what has no small prime factor may count as one)."""
    trial = {"limit": SMALL_PRIMES, "use_rho": False, "use_pm1": False, "use_ecm": False}
    parts = ((c.numerator, 1), (c.denominator, -1))
    return [(int(p), sign * int(n)) for part, sign in parts for p, n in factorint(abs(part), **trial).items()]


def _rational(c: Any) -> Number:
    return plain(Fraction(int(QQ.numer(c)), int(QQ.denom(c))))


def power_of_number(c: Number, n: int) -> Number:
    if abs(n) > 10_000:
        raise TooLarge
    return plain(Fraction(c) ** n)


def _order(monomial: Monomial) -> tuple[Any, ...]:
    return (sum(abs(n) for _, n in monomial), monomial)
