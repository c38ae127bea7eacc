"""f, its gradient and its Hessian as a few lines with Σ and general indices, whatever the number of terms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from math import lcm

import sympy
from sympy import Expr, Integer, S, Symbol

from symopt.expression.families import Indices
from symopt.expression.general.partial import Part, partial, solvable
from symopt.expression.general.pieces import Piece, closed, cut, ends, holds, pieces, plain
from symopt.expression.general.tree import Entry, tree
from symopt.expression.sums import Names, Sums

LETTERS = "k l m p q r s u v w".split()
FAMILIES = 24  # of indices, up to which each pair of them is told: sympy takes some milliseconds a pair
RUNS = 4  # of indices of one family, beyond which one general entry tells them all
CASES = 3  # conditions on both indices, each of which doubles the number of lines


@dataclass(frozen=True)
class Range:
    """A letter from first to last; `whole` are the least and the greatest index that it could have."""

    letter: Symbol
    first: int
    last: int
    whole: tuple[int, int]


@dataclass(frozen=True)
class Line:
    """A derivative by one or two of the variables, general entries among them, and where it is this one.

    by: the variables. ranges: of their letters. conditions: on two letters, as u ≥ 0 (ordered) and l ≠ k + 1 (apart).
    """

    by: tuple[Expr, ...]
    expr: Expr
    ranges: tuple[Range, ...] = ()
    ordered: tuple[Expr, ...] = ()
    apart: tuple[Expr, ...] = ()

    def at(self, values: Mapping[Symbol, int]) -> bool:
        """Whether it is the one for these values of the letters."""
        place = {letter: Integer(value) for letter, value in values.items()}
        inside = all(r.first <= values[r.letter] <= r.last for r in self.ranges)
        return (
            inside
            and all(e.xreplace(place) >= 0 for e in self.ordered)
            and all(e.xreplace(place) != 0 for e in self.apart)
        )


@dataclass(frozen=True)
class Family:
    """The entries base[step·k + rest], first ≤ k ≤ last; a single variable has no base.

    among: all indices of the base, where those between have gaps that are not told.
    """

    symbol: Symbol | None
    base: str = ""
    step: int = 1
    rest: int = 0
    first: int = 0
    last: int = 0
    among: Indices | None = None

    def has(self, first: int, last: int) -> bool:
        """Whether some k between these may have an entry; whether one has, if they are equal."""
        if self.among is None:
            return True
        low, high = (self.step * k + self.rest for k in (first, last))
        return low in self.among if low == high else self.among.upto(low) < self.among.upto(high + 1)

    def entry(self, letter: Expr) -> Expr:
        return self.symbol if self.symbol is not None else Entry(self.base, self.step * letter + self.rest)


class Derivatives:
    """f, its gradient and its Hessian in general entries.

    f: the expression. letters: those of the general indices. gradient, hessian: the lines; of the symmetric Hessian
    each pair once. zero: whether every entry that no line tells is 0. all_told: whether the lines tell all others.
    gaps: the families whose indices follow no pattern, as those that a column of data brings: their lines hold for
    every index between the first and the last that f has.
    """

    def __init__(self, sums: Sums, rows: Expr | int = 0, used: Iterable[str] = ()) -> None:
        self.sums, self.rows = sums, rows
        self.f = tree(sums, rows)
        taken = {*used, *sums.families, *sums.single, *sums.columns}
        for total in sums.totals:
            taken |= {index.symbol.name for index in total.indices}
        free = [name for name in LETTERS if name not in taken]
        free += [f"{name}_" for name in LETTERS]
        self.letters: tuple[Symbol, Symbol] = (Symbol(free[0], integer=True), Symbol(free[1], integer=True))
        self.all_told = True

    @cached_property
    def families(self) -> tuple[Family, ...]:
        """Single variables, and the families in as many classes of indices as they have runs and their terms steps."""
        parts = Names(self.sums.single, self.sums.families).parts
        most = FAMILIES // len(parts)
        found: list[Family] = []
        for base, indices in parts:
            if indices is None:
                found.append(Family(Symbol(base, real=True)))
                continue
            steps = lcm(*self._steps(base))
            classes = sum(lcm(run.period, steps) // run.period * len(run.offsets) for run in indices.runs)
            few = classes <= most and len(indices.runs) <= RUNS
            found += self._classes(base, indices, steps) if few else self._gaps(base, indices, steps)
        return tuple(found)

    @cached_property
    def gaps(self) -> set[str]:
        return {family.base for family in self.families if family.among is not None}

    def _classes(self, base: str, indices: Indices, steps: int) -> Iterator[Family]:
        """A family for each class of indices of each run."""
        for run in indices.runs:
            step = lcm(run.period, steps)
            begins = (range(run.first + o, min(run.first + step, run.last + 1), run.period) for o in run.offsets)
            for begin in sorted((i for each in begins for i in each), key=lambda i: i % step):
                rest = begin % step
                yield Family(None, base, step, rest, begin // step, (run.last - rest) // step)

    def _gaps(self, base: str, indices: Indices, step: int) -> Iterator[Family]:
        """A family for each rest by the step of the terms, whatever gaps it has."""
        ends: dict[int, tuple[int, int]] = {}
        for i in indices if step > 1 else (indices[0], indices[-1]):
            first, _ = ends.get(i % step, (i // step, 0))
            ends[i % step] = first, i // step
        for rest, (first, last) in sorted(ends.items()):
            yield Family(None, base, step, rest, first, last, indices)

    def _steps(self, base: str) -> Iterator[int]:
        for entry in self.f.atoms(Entry):
            if entry.base == base and not any(isinstance(part, Entry) for part in entry.at.atoms(Entry)):
                factors = [int(entry.at.coeff(s)) for s in entry.at.free_symbols]
                if len(factors) == 1 and abs(factors[0]) > 1:
                    yield abs(factors[0])

    def parts(self, family: Family, letter: Symbol) -> list[Part]:
        return partial(self.f, family.entry(letter))

    @cached_property
    def gradient(self) -> tuple[Line, ...]:
        """∂f/∂ of every variable."""
        return tuple(line for family in self.families for line in self.slope(family))

    def slope(self, family: Family) -> list[Line]:
        k = self.letters[0]
        return self._along((family,), self.parts(family, k), family)

    def _along(self, by: Sequence[Family], parts: Sequence[Part], moving: Family) -> list[Line]:
        """The lines of a derivative along one family, or of one by single variables."""
        k = self.letters[0]
        if moving.symbol is not None:
            return [Line(tuple(f.entry(k) for f in by), sympy.Add(*(plain(part.expr, {}) for part in parts)))]
        found = pieces(parts, k, moving.first, moving.last)
        return [self._line(by, piece, moving) for piece in found if moving.has(piece.first, piece.last)]

    def _line(self, by: Sequence[Family], piece: Piece, moving: Family) -> Line:
        k = self.letters[0]
        if piece.single:
            return Line(tuple(f.entry(Integer(piece.first)) for f in by), piece.expr)
        where = Range(k, piece.first, piece.last, (moving.first, moving.last))
        return Line(tuple(f.entry(k) for f in by), piece.expr, (where,))

    @cached_property
    def hessian(self) -> tuple[Line, ...]:
        """∂²f of every pair of variables, those that are 0 left out."""
        found: list[Line] = []
        for i, one in enumerate(self.families):
            first = self.parts(one, self.letters[0])
            for j, other in enumerate(self.families[i:]):
                found += self.curvature(one, other, first, same=j == 0)
        return tuple(line for line in found if line.expr != 0)

    def curvature(self, one: Family, other: Family, first: Sequence[Part], same: bool) -> list[Line]:
        """The lines of one block of the Hessian."""
        k, l = self.letters
        if one.symbol is not None and other.symbol is None:
            first, one, other = self.parts(other, k), other, one
            swapped = True
        else:
            swapped = False
        letter = k if other.symbol is not None or one.symbol is not None else l
        parts = [
            Part(second.expr, part.zero + second.zero, part.least + second.least)
            for part in first
            for second in partial(part.expr, other.entry(letter))
        ]
        if one.symbol is not None or other.symbol is not None:
            by = (other, one) if swapped else (one, other)
            return self._along(by, parts, one)
        return self._block(one, other, parts, same)

    # blocks of two families

    def _linked(self, part: Part) -> Expr | None:
        """The equation of a part that ties one index to the other."""
        both = set(self.letters)
        return next((e for e in part.zero if both <= e.free_symbols), None)

    def _ties(self, parts: Sequence[Part], same: bool) -> list[tuple[Expr, bool]]:
        """The functions l of k, or k of l (then True), on whose graphs there are entries of their own."""
        k, l = self.letters
        found: dict[tuple[Expr, bool], None] = {(k, False): None} if same and parts else {}
        for part in parts:
            equation = self._linked(part)
            if equation is None:
                continue
            if abs(equation.coeff(l)) == 1:
                value = sympy.expand(l - equation / equation.coeff(l))
                if not (same and value.coeff(k) == 1 and (value - k).is_negative):
                    found[value, False] = None
            elif abs(equation.coeff(k)) != 1:
                self.all_told = False
            elif not same:  # in one block its mirror image is there
                found[sympy.expand(k - equation / equation.coeff(k)), True] = None
        return sorted(found, key=lambda tie: (tie != (k, False), tie[1], abs(tie[0].subs({k: 0, l: 0})), str(tie[0])))

    def _block(self, one: Family, other: Family, parts: Sequence[Part], same: bool) -> list[Line]:
        """The lines of two families: those where one index is a function of the other, then the rest."""
        k, l = self.letters
        turn = {k: l, l: k}
        turned = [Part(p.expr.xreplace(turn), *(tuple(e.xreplace(turn) for e in es) for es in (p.zero, p.least)))
                  for p in parts]  # fmt: skip
        found: list[Line] = []
        told: list[Expr] = []  # what is 0 on the graphs before
        for value, back in self._ties(parts, same):
            if back:
                lines = self._band(other, one, turned, value.xreplace(turn), [e.xreplace(turn) for e in told], same)
                lines = [replace(line, by=line.by[::-1]) for line in lines]
            else:
                lines = self._band(one, other, parts, value, told, same)
            found += lines
            told.append(sympy.expand((k if back else l) - value))
        return [*found, *self._rest(one, other, parts, same, told)]

    def _band(
        self, one: Family, other: Family, parts: Sequence[Part], value: Expr, told: Sequence[Expr], same: bool
    ) -> list[Line]:
        """The entries where l is a function of k; those on graphs before left out."""
        k, l = self.letters
        limits = [value - other.first, other.last - value]
        if same and value.coeff(k) < 0:
            limits.append(value - k - 1)  # its own mirror image
        here = [made for part in parts if (made := self._on(part, value, limits)) is not None]
        crossing = set()
        for e in told:
            apart = sympy.expand(e.xreplace({l: value}))
            if apart.has(k):
                here.append(Part(S.Zero, (apart,)))
                crossing.add(-apart.subs(k, 0) / apart.coeff(k))
        found = []
        for piece in pieces(here, k, one.first, one.last):
            if (piece.single and piece.first in crossing) or not one.has(piece.first, piece.last):
                continue
            line = self._line((one,), piece, one)
            at = value.xreplace({k: Integer(piece.first)}) if piece.single else value
            if at.is_Integer and not other.has(int(at), int(at)):
                continue
            found.append(replace(line, by=(*line.by, other.entry(at))))
        return found

    def _on(self, part: Part, value: Expr, limits: Sequence[Expr]) -> Part | None:
        """A part where l is a function of k; None where that is nowhere."""
        place = {self.letters[1]: value}
        zero = [solvable(e.xreplace(place)) for e in part.zero]
        if None in zero:
            return None
        least = tuple(sympy.expand(e) for e in (*(e.xreplace(place) for e in part.least), *limits))
        return Part(part.expr.xreplace(place), tuple(e for e in zero if e is not None and e != 0), least)

    def _rest(self, one: Family, other: Family, parts: Sequence[Part], same: bool, told: Sequence[Expr]) -> list[Line]:
        """The entries of two indices that nothing ties: in one block, k < l."""
        k, l = self.letters
        dense = [part for part in parts if self._linked(part) is None]
        found: list[Line] = []
        if not dense:
            return found
        for a, b in cut(dense, k, one.first, one.last):
            for c, d in cut(dense, l, other.first, other.last):
                corners = _corners(a, b, c, d, same)
                if corners and one.has(a, b) and other.has(c, d):
                    found += self._cell(one, other, dense, ((a, b), (c, d)), corners, same, told)
        return _joined(found)

    def _cell(
        self,
        one: Family,
        other: Family,
        dense: Sequence[Part],
        box: tuple[tuple[int, int], tuple[int, int]],
        corners: Sequence[tuple[int, int]],
        same: bool,
        told: Sequence[Expr],
    ) -> list[Line]:
        k, l = self.letters
        ranges = {k: box[0], l: box[1]}

        def values(e: Expr) -> list[Expr]:
            return [e.xreplace({k: Integer(x), l: Integer(y)}) for x, y in corners]

        open_: list[Expr] = []
        for part in dense:
            for e in part.least:
                if e not in open_ and -e - 1 not in open_ and min(values(e)) < 0 <= max(values(e)):
                    open_.append(e)
        if len(open_) > CASES:
            self.all_told = False
            return []
        found = []
        for choice in product((True, False), repeat=len(open_)):
            said = dict(zip(open_, choice, strict=True))
            said |= {sympy.expand(-e - 1): not yes for e, yes in said.items()}
            terms = [
                plain(part.expr, ranges)
                for part in dense
                if all(holds(e, ranges, equal=True) for e in part.zero)
                and all(said[e] if e in said else min(values(e)) >= 0 for e in part.least)
            ]
            expr = sympy.Add(*terms)
            if expr == 0:
                continue
            ordered = [e if yes else sympy.expand(-e - 1) for e, yes in zip(open_, choice, strict=True)]
            if same:
                ordered = [l - k - 1, *(e for e in ordered if e != l - k - 1)]
            apart = tuple(
                e for e in told if not (same and e == l - k) and ends(e, ranges)[0] <= 0 <= ends(e, ranges)[1]
            )
            if box[0][0] == box[0][1] and box[1][0] == box[1][1] and apart:
                continue  # the one entry is on a graph
            found.append(
                Line(
                    (one.entry(k), other.entry(l)),
                    expr,
                    (
                        Range(k, *box[0], (one.first, one.last)),
                        Range(l, *box[1], (other.first, other.last)),
                    ),
                    tuple(ordered),
                    apart,
                )
            )
        return found


def _corners(a: int, b: int, c: int, d: int, same: bool) -> list[tuple[int, int]]:
    """The corners of a ≤ k ≤ b, c ≤ l ≤ d, in one family with k < l; none where it is empty."""
    if not same:
        return [(a, c), (a, d), (b, c), (b, d)]
    b = min(b, d - 1)
    if a > b:
        return []
    found = [(a, max(c, a + 1)), (a, d), (b, d), (b, max(c, b + 1))]
    return [*found, (c - 1, c)] if a <= c - 1 <= b else found


def _joined(lines: Sequence[Line]) -> list[Line]:
    """Neighbouring boxes with the same formula as one; letters of one value replaced by it."""
    found: list[Line] = []
    for line in lines:
        for place, other in enumerate(found):
            joined = _union(other, line)
            if joined is not None:
                found[place] = joined
                break
        else:
            found.append(line)
    again = list(found)
    if len(again) < len(lines):
        return _joined(again)
    return [_narrowed(line) for line in again]


def _union(one: Line, other: Line) -> Line | None:
    if (one.expr, one.ordered, one.apart) != (other.expr, other.ordered, other.apart):
        return None
    pairs = list(zip(one.ranges, other.ranges, strict=True))
    unlike = [k for k, (a, b) in enumerate(pairs) if a != b]
    if len(unlike) != 1:
        return None
    a, b = pairs[unlike[0]]
    if b.first != a.last + 1:
        return None
    ranges = list(one.ranges)
    ranges[unlike[0]] = replace(a, last=b.last)
    return replace(one, ranges=tuple(ranges))


def _narrowed(line: Line) -> Line:
    box = {r.letter: (r.first, r.last) for r in line.ranges}
    ordered = tuple(e for e in line.ordered if ends(e, box)[0] < 0)
    line = replace(line, expr=plain(line.expr, box, ordered), ordered=ordered)
    place = {r.letter: Integer(r.first) for r in line.ranges if r.first == r.last}
    if not place:
        return line
    ranges = tuple(r for r in line.ranges if r.letter not in place)
    above = [sympy.expand(e.xreplace(place)) for e in line.ordered]
    apart = [sympy.expand(e.xreplace(place)) for e in line.apart]
    return Line(
        tuple(by.xreplace(place) for by in line.by),
        closed(line.expr.xreplace(place)),
        ranges,
        tuple(e for e in above if not e.is_number),
        tuple(e for e in apart if not e.is_number),
    )
