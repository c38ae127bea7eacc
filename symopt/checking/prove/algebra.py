"""Sums of products of powers of atoms, with exact coefficients: the form in which equality is decided.

A `Poly` maps monomials to rational coefficients; a monomial is a sorted tuple of (atom, exponent),
where exponents are integers or, for atoms that are positive, fractions. Three kinds of atoms carry
relations, and all of them are applied:

    i² = −1        the imaginary unit, which lets sines and cosines be powers of cis(m) = exp(i·m)
    A = |p| = σp   a base: the absolute value of a real polynomial p in the atoms made before it
    σ² = 1         the sign of p, the atom −k if A is the atom k

Everything here is true of real functions wherever they are defined, so that a sum that becomes zero
is a proof. The converse is not claimed. Work is counted, and `TooLarge` ends what grows too far.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise, product
from typing import Any

from sympy import QQ, ZZ
from sympy.polys.rings import ring as polynomial_ring

Number = int | Fraction
Monomial = tuple[tuple[int, Number], ...]
Poly = dict[Monomial, Number]

ONE: Monomial = ()
I = 0  # the atom of the imaginary unit
FACTOR_TERMS = 40
FACTOR_DEGREE = 24
FEW_TERMS = 4


class TooLarge(Exception):
    """The work allowed is used up: nothing is said about equality."""


class Unknown(Exception):
    """Something that has no form here: nothing is said about equality."""


@dataclass(frozen=True)
class Atom:
    """One indeterminate: its kind, what makes it that one, and the polynomial behind a base or a sign."""

    kind: str
    key: Hashable
    inside: Any = None
    positive: bool = False


@dataclass(frozen=True)
class Factored:
    """u = coefficient · monomial · Π |pₖ|^nₖ σₖ^nₖ, the bases pₖ real and without a common factor."""

    coefficient: Number
    powers: tuple[tuple[int, Number], ...]
    bases: tuple[tuple[int, int], ...]


class Algebra:
    """The atoms of one question, and arithmetic over them; `work` is the number of products still allowed."""

    def __init__(self, work: int = 300_000) -> None:
        self.atoms: list[Atom] = []
        self.index: dict[tuple[str, Hashable], int] = {}
        self.work = work
        self.atom("i", "i")
        self.signs: dict[int, int] = {}
        self.factored: dict[Hashable, Factored] = {}
        self.known: list[tuple[frozenset[int], int]] = []
        self.assumed: dict[int, int] = {}

    def atom(self, kind: str, key: Hashable, inside: Any = None, positive: bool = False) -> int:
        place = self.index.get((kind, key))
        if place is None:
            place = self.index[kind, key] = len(self.atoms)
            self.atoms.append(Atom(kind, key, inside, positive))
        return place

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
        total: Poly = dict(polys[0]) if polys else {}
        for poly in polys[1:]:
            for monomial, c in poly.items():
                value = total.get(monomial, 0) + c
                if value:
                    total[monomial] = value
                else:
                    del total[monomial]
        return total

    def scale(self, poly: Poly, factor: Number) -> Poly:
        return {m: plain(c * factor) for m, c in poly.items()} if factor else {}

    def subtract(self, p: Poly, q: Poly) -> Poly:
        return self.add(p, self.scale(q, -1))

    def multiply(self, p: Poly, q: Poly) -> Poly:
        if len(p) > len(q):
            p, q = q, p
        self.spend(len(p) * len(q))
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

    def spend(self, amount: int) -> None:
        self.work -= amount
        if self.work < 0:
            raise TooLarge

    # signs, bases and their powers

    def sign(self, p: Poly) -> Poly:
        """sign(p) for a real p, away from its zeros."""
        if not p:
            return {}
        factors = self.factor(p)
        result = self.number(1 if factors.coefficient > 0 else -1)
        for atom, n in factors.powers:
            if n % 2 and not self.positive(atom) and atom > 0:
                result = self.multiply(result, self.sign_of(atom))
            elif atom < 0:
                result = self.multiply(result, self.single(atom))
        for base, n in factors.bases:
            if n % 2:
                result = self.multiply(result, self.base_sign(base))
        return result

    def independent(self, p: Poly) -> bool:
        """Whether p, which is not shown to vanish, is zero on no open set: its atoms are algebraically independent.

        Symbols, exponentials and turns of distinct monomials in them, and logarithms of distinct bases are, by
        J. Ax, On Schanuel's conjectures, Annals of Mathematics 93, 1971; so p is no zero for any choice of its signs.
        """
        if not all(self._free(abs(a)) for m in p for a, _ in m):
            return False
        pieces = self.cleared(p)
        signs = sorted({a for piece in pieces for m in piece for a, _ in m if a < 0})
        if len(signs) > 6 or not all(self._free(-a) for a in signs):
            return False
        return all(
            any(self.chosen(piece, dict(zip(signs, values, strict=True))) for piece in pieces)
            for values in product((1, -1), repeat=len(signs))
        )

    def _free(self, atom: int) -> bool:
        kind, inside = self.kind(atom), self.atoms[atom].inside
        if kind in ("exp", "cis"):
            return isinstance(inside, tuple) and all(self.kind(a) == "symbol" for a, _ in inside)
        if kind == "log":
            return self._free(int(self.atoms[atom].key))  # type: ignore[call-overload]
        if kind == "base":
            return all(self.kind(a) == "symbol" for m in inside for a, _ in m)
        return kind in ("symbol", "i")

    def by_signs(self, p: Poly) -> Iterator[tuple[dict[int, int], Poly]]:
        """p for every choice of the signs in it."""
        p = self.tidy(p)
        signs = sorted({a for m in p for a, _ in m if a < 0})
        if len(signs) > 4:
            raise Unknown
        for choice in product((1, -1), repeat=len(signs)):
            values = dict(zip(signs, choice, strict=True))
            yield values, self.chosen(p, values)

    def chosen(self, p: Poly, values: Mapping[int, int]) -> Poly:
        """p with values for some of its signs."""
        result: Poly = {}
        for monomial, c in p.items():
            sign = math.prod(values[a] for a, _ in monomial if a in values)
            rest = tuple(power for power in monomial if power[0] not in values)
            result = self.add(result, {rest: sign * c})
        return result

    def sign_of(self, atom: int) -> Poly:
        """sign of a single real atom."""
        return self.base_sign(self.base({((atom, 1),): 1}))

    def base_sign(self, base: int) -> Poly:
        known = self.signs.get(base)
        if known:
            return self.number(known)
        return self.single(-base)

    def base(self, p: Poly) -> int:
        """The atom |p|."""
        key = frozenset(p.items())
        fresh = ("base", key) not in self.index
        place = self.atom("base", key, p, positive=True)
        if fresh and (definite := self.definite(p)):
            self.signs[place] = definite
        return place

    def definite(self, p: Poly) -> int:
        """1 or −1 if p has that sign wherever it is defined and not zero, 0 if that is not known."""
        squares = all(self.positive(a) or (a != I and isinstance(n, int) and n % 2 == 0 and self.real(a))
                      for m in p for a, n in m)  # fmt: skip
        if squares and len({c > 0 for c in p.values()}) == 1:
            return 1 if next(iter(p.values())) > 0 else -1
        constant = p.get(ONE, 0)
        if constant and all(self.kind(a) in ("cis", "i", "sign") for m in p for a, _ in m):
            if _size(constant) > sum(_size(c) for m, c in p.items() if m):
                return 1 if constant > 0 else -1
            return 0
        atoms = {a for m in p for a, _ in m}
        if len(atoms) == 1 and all(isinstance(n, int) and n >= 0 for m in p for _, n in m):
            return self._definite_alone(p, atoms.pop())
        return self._definite_form(p) if len(atoms) > 1 else 0

    def _definite_alone(self, p: Poly, atom: int) -> int:
        """The sign of a polynomial in one real atom, if it has no zero where it would change it."""
        if not self.real(atom) or max(n for m in p for _, n in m) > FACTOR_DEGREE:
            return 0
        one, x = polynomial_ring("x", QQ)
        poly = one.zero
        for m, c in p.items():
            poly += QQ(*_ratio(c)) * x ** (int(m[0][1]) if m else 0)
        from sympy import Poly as SympyPoly

        dense = SympyPoly(poly.as_expr())
        positive = self.positive(atom)
        roots = dense.count_roots(0, None) if positive else dense.count_roots()
        if roots:
            return 0
        return 1 if dense.eval(1) > 0 else -1

    def _definite_form(self, p: Poly) -> int:
        """The sign of a polynomial of degree two in several real atoms whose matrix is definite."""
        atoms = sorted({a for m in p for a, _ in m})
        if len(atoms) > 6 or not all(self.real(a) and not self.positive(a) for a in atoms):
            return 0
        from sympy import Matrix, Rational

        size = len(atoms) + 1
        matrix = [[Fraction(0)] * size for _ in range(size)]
        for m, c in p.items():
            places: list[int] = []
            for a, n in m:
                if not isinstance(n, int) or n < 0 or n > 2:
                    return 0
                places += [atoms.index(a)] * n
            if len(places) > 2:
                return 0
            i, j = [*places, size - 1, size - 1][:2]
            matrix[i][j] += Fraction(c) / 2
            matrix[j][i] += Fraction(c) / 2
        exact = Matrix([[Rational(*_ratio(c)) for c in row] for row in matrix])
        if exact.is_positive_semidefinite:
            return 1
        return -1 if exact.is_negative_semidefinite else 0

    def kind(self, atom: int) -> str:
        return "sign" if atom < 0 else self.atoms[atom].kind

    def positive(self, atom: int) -> bool:
        return atom > 0 and self.atoms[atom].positive

    def real(self, atom: int) -> bool:
        return self.kind(atom) not in ("i", "cis")

    def raised(self, p: Poly, exponent: Number, inside: bool = True) -> Poly:
        """p to a rational power: for an exponent that is not whole, |p|^exponent, with p > 0 noted if asked."""
        whole = Fraction(exponent).denominator == 1
        if whole and exponent >= 0:
            return self.power(p, int(exponent))
        if not p:
            raise Unknown
        if len(p) == 1 and whole:
            ((monomial, c),) = p.items()
            return self.term([(a, n * int(exponent)) for a, n in monomial], _power(c, int(exponent)))
        if not whole and inside:
            self.note_positive(p)
        factors = self.factor(p)
        c = factors.coefficient
        result = self.number(_power(c, int(exponent))) if whole else self.root(_size(c), exponent)
        for atom, n in factors.powers:
            result = self.multiply(result, self.power_of(atom, n * exponent, whole))
        for base, n in factors.bases:
            result = self.multiply(result, self.single(base, plain(n * exponent)))
            if whole and (n * int(exponent)) % 2:
                result = self.multiply(result, self.base_sign(base))
        return result

    def power_of(self, atom: int, exponent: Number, signed: bool) -> Poly:
        """An atom's power, of its absolute value if the exponent is a fraction or `signed` is off."""
        exponent = plain(exponent)
        if atom < 0 and not signed:
            return self.number(1)
        if signed or self.positive(atom):
            return self.single(atom, exponent)
        if isinstance(exponent, int) and exponent % 2 == 0:
            return self.single(atom, exponent)
        return self.single(self.base({((atom, 1),): 1}), exponent)

    def root(self, c: Number, exponent: Number) -> Poly:
        """A positive rational to a rational power, over its primes."""
        result = self.number(1)
        for prime, n in primes(c):
            e = plain(n * Fraction(exponent))
            whole = math.floor(e)
            result = self.scale(result, _power(prime, whole))
            if e != whole:
                result = self.multiply(result, self.single(self.prime(prime), e - whole))
        return result

    def prime(self, p: int) -> int:
        """The atom of a prime, for its fractional powers."""
        place = self.atom("base", p, self.number(p), positive=True)
        self.signs[place] = 1
        return place

    def absolute(self, p: Poly) -> Poly:
        return self.multiply(self.sign(p), p)

    def logarithm(self, p: Poly) -> Poly:
        """log|p|, with p > 0 noted."""
        if not p:
            raise Unknown
        self.note_positive(p)
        return self.log_absolute(p)

    def log_absolute(self, p: Poly) -> Poly:
        factors = self.factor(p)
        total = self.number(0)
        for prime, k in primes(_size(factors.coefficient)):
            total = self.add(total, self.scale(self.single(self.atom("log", self.prime(prime))), k))
        for atom, exponent in factors.powers:
            n = exponent
            if atom < 0:
                continue
            if self.kind(atom) == "exp":
                total = self.add(total, self.scale({self.atoms[atom].inside: 1}, n))
            elif self.kind(atom) == "base":
                total = self.add(total, self.scale(self.single(self.atom("log", atom)), n))
            else:
                total = self.add(total, self.scale(self.single(self.atom("log", self.base({((atom, 1),): 1}))), n))
        for base, n in factors.bases:
            total = self.add(total, self.scale(self.single(self.atom("log", base)), n))
        return total

    def note_positive(self, p: Poly) -> None:
        """Remembers that p > 0 wherever the question makes sense."""
        sign = self.sign(p)
        ((monomial, c),) = sign.items()
        atoms = frozenset(a for a, _ in monomial)
        if atoms:
            self.known.append((atoms, int(c)))

    # factors

    def factor(self, p: Poly) -> Factored:
        """p over its real factors, each a base of its own."""
        p = self.tidy(p)
        key = frozenset(p.items())
        if key not in self.factored:
            self.factored[key] = self._factor(p)
        return self.factored[key]

    def tidy(self, p: Poly) -> Poly:
        """p with the whole part of every positive power of a base multiplied out."""
        while True:
            found = next(((m, a, n) for m in p for a, n in m if a > 0 and self.kind(a) == "base"
                          and (n >= 1 or (n < 0 and len(self.atoms[a].inside) == 1))), None)  # fmt: skip
            if found is None:
                return p
            monomial, base, n = found
            whole = math.floor(n)
            rest = tuple((a, e) for a, e in monomial if a != base)
            kept = self.multiply(
                {rest: p[monomial]}, self.single(base, plain(n - whole)) if n != whole else self.number(1)
            )
            signed = self.multiply(self.base_sign(base), self.atoms[base].inside)
            raised = self.power(signed, whole) if whole > 0 else self.raised(signed, whole)
            p = self.add({m: c for m, c in p.items() if m != monomial}, self.multiply(kept, raised))

    def _factor(self, p: Poly) -> Factored:
        if not p:
            raise Unknown
        content, common, rest = self.split(p)
        if len(rest) == 1:
            powers, sign = times(common, next(iter(rest)))
            if all(self.real(a) for a, _ in powers):
                return Factored(content * sign, powers, ())
            raise Unknown
        pieces = self.pieces(rest)
        made = self._assembled(content, common, pieces) if pieces is not None else None
        return made if made is not None else self._whole(content, common, rest)

    def _assembled(self, content: Number, common: Monomial, pieces: list[tuple[Poly, int]]) -> Factored | None:
        """The factors made real one by one; None if that does not work out."""
        bases: dict[int, int] = {}
        for piece, n in pieces:
            inner, inside, core = self.split(piece)
            content = content * _power(inner, n)
            units: list[tuple[int, Number]] = [(a, e * n) for a, e in inside]
            if core != {ONE: 1}:
                made = self.realized(core)
                if made is None:
                    return None
                unit, real = made
                units += [(a, e * n) for a, e in unit]
                size, real = self.primitive(real)
                content = content * _power(size, n)
                base = self.base(real)
                bases[base] = bases.get(base, 0) + n
            ((common, sign),) = self.multiply({common: 1}, self.term(units)).items()
            content = plain(content * sign)
        if not all(self.real(a) for a, _ in common):
            return None
        return Factored(content, common, tuple(bases.items()))

    def _whole(self, content: Number, common: Monomial, rest: Poly) -> Factored:
        """p as one base, up to a number and powers of real atoms."""
        turned = tuple((a, n) for a, n in common if not self.real(a))
        size, whole = self.primitive(self.multiply(rest, {turned: 1}))
        real_part = tuple((a, n) for a, n in common if self.real(a))
        return Factored(plain(content * size), real_part, ((self.base(whole), 1),))

    def primitive(self, p: Poly) -> tuple[Number, Poly]:
        """p = content · q with whole coefficients without a common factor in q, the leading one positive."""
        denominator = math.lcm(*(_ratio(c)[1] for c in p.values()))
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
        atoms = sorted({a for m in p for a, _ in m})
        if len(p) > FACTOR_TERMS or len(p) == 1:
            return None if len(p) > 1 else [(p, 1)]
        if len(p) == 2 and self._plainly_irreducible(p):
            return [(p, 1)]
        scales = {a: math.lcm(*(_ratio(dict(m).get(a, 0))[1] for m in p)) for a in atoms if a != I}
        if sum(max(_size(dict(m).get(a, 0)) * scales[a] for m in p) for a in scales) > FACTOR_DEGREE:
            return None
        if any(dict(m).get(a, 0) < 0 for m in p for a in scales):
            return None
        names = [a for a in atoms if a != I]
        if I in atoms and len(names) > 1 and len(p) > FEW_TERMS:
            return None  # over ℚ(i), in several atoms, this can take seconds
        self.spend((1000 if I in atoms else 50) * len(p))
        domain = ZZ
        if I in atoms:
            from sympy import QQ_I

            domain = QQ_I
        if not names:
            return None
        ring_ = polynomial_ring([f"x{a}" for a in names], domain)
        gens = dict(zip(names, ring_[1:], strict=True))
        poly = ring_[0].zero
        for m, c in p.items():
            term = ring_[0].one * (domain(*_ratio(c)) if domain is QQ else domain(int(c)))
            for a, n in m:
                term = term * (domain(0, 1) if a == I else gens[a] ** int(n * scales[a]))
            poly += term
        constant, factors = poly.factor_list()
        found: list[tuple[Poly, int]] = []
        extra = self._constant(constant)
        if extra != {ONE: 1}:
            found.append((extra, 1))
        for factor, multiplicity in factors:
            piece: Poly = {}
            for exponents, c in factor.terms():
                monomial = [(a, plain(Fraction(e, scales[a]))) for a, e in zip(names, exponents, strict=True) if e]
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

    def conjugate(self, p: Poly) -> Poly:
        result: Poly = {}
        for m, c in p.items():
            sign = -1 if any(a == I for a, _ in m) else 1
            flipped = tuple((a, -n) if self.kind(a) == "cis" else (a, n) for a, n in m)
            result = self.add(result, {flipped: sign * c})
        return result

    # deciding

    def vanishes(self, p: Poly) -> bool:
        """Whether p is zero wherever it is defined, as far as the relations tell; False means not shown."""
        if not p:
            return True
        leftovers = [piece for piece in self.cleared(p) if piece]
        return all(self.zero_by_signs(piece) for piece in leftovers)

    def cleared(self, p: Poly) -> list[Poly]:
        """p without bases: independent sums that must all vanish (each times a product that is not zero)."""
        bases = [a for m in p for a, _ in m if self.kind(a) == "base"]
        if not bases:
            return [self.turned(p)]
        base = max(bases)
        groups: dict[Number, dict[int, Poly]] = {}
        for monomial, c in p.items():
            exponent = dict(monomial).get(base, 0)
            whole = math.floor(exponent)
            rest = tuple(power for power in monomial if power[0] != base)
            group = groups.setdefault(exponent - whole, {})
            group[whole] = self.add(group.get(whole, {}), {rest: c})
        signed = self.multiply(self.base_sign(base), self.atoms[base].inside)
        result = []
        for group in groups.values():
            if len(signed) == 1:
                pieces = [self.multiply(self.raised(signed, n) if n < 0 else self.power(signed, n), q)
                          for n, q in group.items()]  # fmt: skip
            else:
                least = min(group)
                pieces = [self.multiply(self.power(signed, n - least), q) for n, q in group.items()]
            total = self.add(*pieces)
            if total:
                result.extend(self.cleared(total))
        return result

    def turned(self, p: Poly) -> Poly:
        """p with whole turns taken out of cis(π): cis(π)² = 1."""
        half_turn = self.index.get(("cis", "half turn"))
        if half_turn is None:
            return p
        result: Poly = {}
        for monomial, c in p.items():
            turns = dict(monomial).get(half_turn, 0)
            if turns:
                whole = math.floor(turns)
                rest = tuple(power for power in monomial if power[0] != half_turn)
                left = plain(turns - whole)
                kept = self.number(1)
                if left:
                    kept = self.single(I) if left == Fraction(1, 2) else self.single(half_turn, left)
                turned: Poly = {rest: -c if whole % 2 else c}
                result = self.add(result, self.multiply(turned, kept))
            else:
                result = self.add(result, {monomial: c})
        return result

    def zero_by_signs(self, p: Poly) -> bool:
        """Whether p vanishes for every choice of its signs that is possible."""
        needed = {a for m in p for a, _ in m if a < 0}
        if not needed:
            return False
        for _ in range(3):
            for atoms, _sign in self.known:
                if atoms & needed:
                    needed |= atoms
        signs = sorted(needed)
        if len(signs) > 10:
            raise TooLarge
        facts = [(atoms, c) for atoms, c in self.known if atoms <= needed]
        possible: set[tuple[int, ...]] | None = None
        for choice in range(2 ** len(signs)):
            values = {a: 1 - 2 * ((choice >> k) & 1) for k, a in enumerate(signs)}
            if any(math.prod(values[a] for a in atoms) * c < 0 for atoms, c in facts):
                continue
            if self.chosen(p, values):
                if possible is None:
                    possible = self.patterns_assumed(signs)
                if possible is None or tuple(values[a] for a in signs) in possible:
                    return False
        return True

    def patterns_assumed(self, signs: Sequence[int]) -> set[tuple[int, ...]] | None:
        """`patterns` where the bases of `assumed` have the signs given there."""
        extra = [-base for base in self.assumed]
        found = self.patterns([*signs, *extra])
        if found is None:
            return self.patterns(signs)
        values = tuple(self.assumed.values())
        return {pattern[: len(signs)] for pattern in found if pattern[len(signs) :] == values}

    def buried(self) -> set[int]:
        """The bases whose signs stand inside of other atoms, where no relation reaches them."""
        found: set[int] = set()
        for atom in self.atoms:
            inside = atom.inside if isinstance(atom.inside, (tuple, dict)) else ()
            monomials = list(inside) if isinstance(inside, dict) else [inside]
            if atom.kind == "function" and isinstance(atom.key, tuple):
                parts = atom.key[1] if isinstance(atom.key[1], tuple) else (atom.key[1],)
                monomials = [m for part in parts for m, _ in part]
            found |= {-a for m in monomials for a, _ in m if a < 0}
        return found

    def patterns(self, signs: Sequence[int]) -> set[tuple[int, ...]] | None:
        """The signs that polynomials in one and the same variable can have together; None if they are not such."""
        inside = [self.atoms[-s].inside for s in signs]
        atoms = {a for p in inside for m in p for a, _ in m}
        if len(atoms) != 1 or not all(isinstance(n, int) and n >= 0 for p in inside for m in p for _, n in m):
            return None
        (atom,) = atoms
        if self.kind(atom) != "symbol":
            return None
        from sympy import Poly as SympyPoly
        from sympy import Rational, Symbol

        x = Symbol("x")
        polys = [SympyPoly({(int(m[0][1]) if m else 0,): Rational(*_ratio(c)) for m, c in p.items()}, x)
                 for p in inside]  # fmt: skip
        total = math.prod(polys[1:], start=polys[0])
        roots = sorted(interval for interval, _ in total.sqf_part().intervals(eps=Rational(1, 10**6)))
        if any(left[1] >= right[0] for left, right in pairwise(roots)):
            return None
        gaps = [(left[1] + right[0]) / 2 for left, right in pairwise(roots)]
        places = [roots[0][0] - 1, *gaps, roots[-1][1] + 1] if roots else [Rational(0)]
        found = set()
        for place in places:
            values = [poly.eval(place) for poly in polys]
            if all(v != 0 for v in values):
                found.add(tuple(1 if v > 0 else -1 for v in values))
        return found


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


def plain(value: Number) -> Number:
    """A fraction that is whole as an int."""
    return value.numerator if isinstance(value, Fraction) and value.denominator == 1 else value


def primes(c: Number) -> list[tuple[int, int]]:
    """A positive rational as powers of primes (what has no small prime factor counts as one)."""
    numerator, denominator = _ratio(c)
    found: list[tuple[int, int]] = []
    for value, sign in ((numerator, 1), (denominator, -1)):
        for p in range(2, 2000):
            if p * p > value:
                break
            n = 0
            while value % p == 0:
                value //= p
                n += 1
            if n:
                found.append((p, sign * n))
        if value > 1:
            found.append((value, sign))
    return found


def _ratio(c: Number) -> tuple[int, int]:
    return (c, 1) if isinstance(c, int) else (c.numerator, c.denominator)


def _rational(c: Any) -> Number:
    return plain(Fraction(int(QQ.numer(c)), int(QQ.denom(c))))


def _size(c: Number) -> Number:
    return c if c >= 0 else -c


def _power(c: Number, n: int) -> Number:
    if abs(n) > 10_000:
        raise TooLarge
    return plain(Fraction(c) ** n)


def _order(monomial: Monomial) -> tuple[Any, ...]:
    return (sum(abs(n) for _, n in monomial), monomial)
