"""The theory in which equality is decided: bases, roots and logarithms over the polynomials of `ring`.

    A = |p| = σp   a base: the absolute value of a real polynomial p in the atoms made before it
    σ² = 1         the sign of p, the atom −k if A is the atom k

Everything here is true of real functions wherever they are defined, so that a sum that becomes zero
is a proof. The converse is not claimed.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from symopt.checking.prove.ring import (
    ONE,
    I,
    Monomial,
    Number,
    Poly,
    Ring,
    Unknown,
    length,
    plain,
    power_of_number,
    primes,
    put,
    times,
)
from symopt.checking.prove.signs import definite, patterns
from symopt.work import TooLarge, Work

MOST_TURNS = 8  # of monotone functions inside one another
MOST_POWER = 12


def common(numbers: Collection[Number]) -> Fraction:
    """The largest number of which all of some are whole multiples."""
    parts = [Fraction(n) for n in numbers]
    return Fraction(math.gcd(*(n.numerator for n in parts)), math.lcm(*(n.denominator for n in parts)))


@dataclass(frozen=True)
class Factored:
    """u = coefficient · monomial · Π |pₖ|^nₖ σₖ^nₖ, the bases pₖ real and without a common factor."""

    coefficient: Number
    powers: tuple[tuple[int, Number], ...]
    bases: tuple[tuple[int, int], ...]


class Algebra(Ring):
    """A ring with what is known of signs: products of them in `known`, single ones in `signs`."""

    def __init__(self, work: Work) -> None:
        super().__init__(work)
        self.signs: dict[int, int] = {}
        self.factored: dict[Hashable, Factored] = {}
        self.known: list[tuple[frozenset[int], int]] = []

    def sign(self, p: Poly) -> Poly:
        """sign(p) for a real p, away from its zeros."""
        if not p:
            return {}
        p = self.undone(p)
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

    def undone(self, p: Poly) -> Poly:
        """What has the sign of p wherever that has a value, with monotone functions turned around, as far as they go.

        v > exp(c) for log(v) > c, x > log(c) for exp(x) > c, v > c² for √v > c, v > w for √v > √w, 1 > v for 1/√v > 1.
        """
        for _ in range(MOST_TURNS):
            p = self.told(self.tidy(p))
            least = {a: min(dict(m).get(a, 0) for m in p) for m in p for a, _ in m if self.positive(a)}
            p = self.multiply(p, self.term((a, -n) for a, n in least.items()))
            q = self._out_of_logarithms(p) or self._out_of_powers(p)
            if not q or q == p:
                break
            p = q
        return p

    def _out_of_logarithms(self, p: Poly) -> Poly | None:
        """Π bₖ^cₖ − exp(−r) for Σ cₖ log(bₖ) + r, all cₖ divided by what they have in common."""
        logs = {m: c for m, c in p.items() if len(m) == 1 and m[0][1] == 1 and self._moving_log(m[0][0])}
        rest = {m: c for m, c in p.items() if m not in logs}
        if not logs or any(self._moving_log(a) for m in rest for a, _ in m):
            return None
        content = common(logs.values())
        if max(abs(Fraction(c)) for c in logs.values()) > MOST_POWER * content:
            return None
        sides: list[Poly] = [{m: plain(c / content) for m, c in logs.items() if c * side > 0} for side in (1, -1)]
        below = self.scale(self.add(sides[1], self.scale(rest, 1 / content)), -1)
        return self.subtract(self.exponential(sides[0]), self.exponential(below))

    def _moving_log(self, atom: int) -> bool:
        return self.kind(atom) == "log" and not self.positive(atom)

    def _out_of_powers(self, p: Poly) -> Poly | None:
        """bⁿ − c for b^(n/k) − c^(1/k), of positive terms; where these are exponentials, their logarithms."""
        if len(p) != 2:
            return None
        (down, d), (up, c) = sorted(((self._of_bases(m), Fraction(c)) for m, c in p.items()), key=lambda term: term[1])
        if d > 0 or c < 0 or not all(self.positive(a) for m in (up, down) for a, _ in m):
            return None
        powers = [n for m in (up, down) for a, n in m if self.kind(a) == "base" and any(self.atoms[a].inside)]
        if not powers:
            moves = any(self.kind(a) == "exp" and self.atoms[a].inside for m in p for a, _ in m)
            return self.subtract(self.log_absolute({up: c}), self.log_absolute({down: d})) if moves else None
        content = common(powers)
        if max(abs(Fraction(n)) for n in powers) > MOST_POWER * content or content.denominator == 1:
            return None
        sides = [self.multiply(self.root(abs(factor), 1 / content), self.term((a, plain(n / content)) for a, n in m))
                 for m, factor in ((up, c), (down, d))]  # fmt: skip
        return self.subtract(*sides)

    def _of_bases(self, m: Monomial) -> Monomial:
        """A monomial with |u| in place of u where that is known to be positive."""
        if not all(a > 0 for a, _ in m):
            return m
        sizes = [a if self.positive(a) else self.base({((a, 1),): 1}) for a, _ in m]
        told = [size if (frozenset([-size]), 1) in self.known else a for size, (a, _) in zip(sizes, m, strict=True)]
        return next(iter(self.term((size, n) for size, (_, n) in zip(told, m, strict=True))))

    def told(self, p: Poly) -> Poly:
        """p with the products of signs that are known."""
        for atoms, c in self.known:
            total: Poly = {}
            for m, value in p.items():
                met = atoms <= {a for a, _ in m}
                put(
                    total,
                    tuple(power for power in m if power[0] not in atoms) if met else m,
                    c * value if met else value,
                )
            p = total
        return p

    def number_of(self, m: Monomial) -> float | None:
        """About how large a product of powers of e, π, logarithms of primes and numbers is; None for others."""
        logarithm = 0.0
        for atom, n in m:
            kind, inside = self.kind(atom), self.atoms[abs(atom)].inside
            if kind == "exp" and inside == ONE:
                value = math.e
            elif kind == "symbol" and self.positive(atom):  # π: no letter is known to be positive
                value = math.pi
            elif kind == "log" and self.positive(atom):
                value = math.log(self.atoms[int(self.atoms[atom].key)].inside[ONE])  # type: ignore[call-overload]
            elif kind == "base" and set(inside) == {ONE}:
                value = float(inside[ONE])
            else:
                return None
            logarithm += math.log(value) * n
        return math.exp(logarithm) if abs(logarithm) < MOST_POWER else None

    def sign_of(self, atom: int) -> Poly:
        """sign of a single real atom."""
        return self.base_sign(self.base({((atom, 1),): 1}))

    def base_sign(self, base: int) -> Poly:
        known = self.signs.get(base)
        if known:
            return self.number(known)
        inside = self.atoms[base].inside
        turned = self.undone(inside)
        return self.single(-base) if turned == inside else self.sign(turned)

    def base(self, p: Poly) -> int:
        """The atom |p|."""
        key = frozenset(p.items())
        fresh = ("base", key) not in self.index
        place = self.atom("base", key, p, positive=True)
        if fresh and (known := definite(self, p)):
            self.signs[place] = known
        return place

    def absolute(self, p: Poly) -> Poly:
        return self.multiply(self.sign(p), p)

    def note_positive(self, p: Poly) -> None:
        """Remembers that p > 0 wherever the question makes sense."""
        sign = self.sign(p)
        ((monomial, c),) = sign.items()
        atoms = frozenset(a for a, _ in monomial)
        if atoms:
            self.known.append((atoms, int(c)))

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

    # powers and logarithms

    def raised(self, p: Poly, exponent: Number, inside: bool = True) -> Poly:
        """p to a rational power: for an exponent that is not whole, |p|^exponent, with p > 0 noted if asked."""
        whole = Fraction(exponent).denominator == 1
        if whole and exponent >= 0:
            return self.power(p, int(exponent))
        if not p:
            raise Unknown
        if len(p) == 1 and whole:
            ((monomial, c),) = p.items()
            return self.term([(a, n * int(exponent)) for a, n in monomial], power_of_number(c, int(exponent)))
        if not whole and inside:
            self.note_positive(p)
        factors = self.factor(p)
        c = factors.coefficient
        result = self.number(power_of_number(c, int(exponent))) if whole else self.root(c, exponent)
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

    def exponential(self, u: Poly) -> Poly:
        """exp(u), one atom per monomial of u; exp(c·log|p|) is |p|^c."""
        result = self.number(1)
        turning: Poly = {}
        for monomial, c in self.tidy(u).items():
            if not all(self.real(atom) for atom, _ in monomial):
                turning[monomial] = c
            elif len(monomial) == 1 and monomial[0][1] == 1 and self.kind(monomial[0][0]) == "log":
                base = self.atoms[monomial[0][0]].key
                assert isinstance(base, int)
                if len(self.atoms[base].inside) == 1 and () in self.atoms[base].inside:
                    result = self.multiply(result, self.root(self.atoms[base].inside[()], c))
                else:
                    result = self.multiply(result, self.tidy(self.single(base, c)))
            else:
                result = self.multiply(result, self.single(self.atom("exp", monomial, monomial, positive=True), c))
        if turning:
            content, whole = self.primitive(turning)
            atom = self.atom("function", ("exp", frozenset(whole.items())), positive=True)
            result = self.multiply(result, self.single(atom, content))
        return result

    def root(self, c: Number, exponent: Number) -> Poly:
        """|c| to a rational power, over its primes."""
        result = self.number(1)
        for prime, n in primes(c):
            e = plain(n * Fraction(exponent))
            whole = math.floor(e)
            result = self.scale(result, power_of_number(prime, whole))
            if e != whole:
                result = self.multiply(result, self.single(self.prime(prime), e - whole))
        return result

    def prime(self, p: int) -> int:
        """The atom of a prime, for its fractional powers."""
        place = self.atom("base", p, self.number(p), positive=True)
        self.signs[place] = 1
        return place

    def logarithm(self, p: Poly) -> Poly:
        """log|p|, with p > 0 noted."""
        if not p:
            raise Unknown
        self.note_positive(p)
        return self.log_absolute(p)

    def log_absolute(self, p: Poly) -> Poly:
        factors = self.factor(p)
        total = self.number(0)
        for prime, k in primes(factors.coefficient):
            total = self.add(total, self.scale(self.single(self.atom("log", self.prime(prime), positive=True)), k))
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
        while (whole := self.tidy(rest)) != rest:  # what stands over one denominator, multiplied out
            if not whole:
                raise Unknown
            inner, inside, rest = self.split(whole)
            common, sign = times(common, inside)
            content = plain(content * inner * sign)
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
            content = content * power_of_number(inner, n)
            units: list[tuple[int, Number]] = [(a, e * n) for a, e in inside]
            if core != {ONE: 1}:
                made = self.realized(core)
                if made is None:
                    return None
                unit, real = made
                units += [(a, e * n) for a, e in unit]
                size, real = self.primitive(real)
                content = content * power_of_number(size, n)
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
        self.work.spend(length(p))
        groups: dict[Number, dict[int, Poly]] = {}
        for monomial, c in p.items():
            exponent = dict(monomial).get(base, 0)
            whole = math.floor(exponent)
            rest = tuple(power for power in monomial if power[0] != base)
            part = groups.setdefault(exponent - whole, {}).setdefault(whole, {})
            put(part, rest, c)
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
        self.work.spend(length(p))
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
                for m, value in self.multiply(turned, kept).items():
                    put(result, m, value)
            else:
                put(result, monomial, c)
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
                    possible = patterns(self, signs)
                if possible is None or tuple(values[a] for a in signs) in possible:
                    return False
        return True
