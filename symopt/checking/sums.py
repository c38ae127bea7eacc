"""Hand-written derivatives with Σ against a loss that is sums: proved by its terms, for all data and every length.

Σ T = Σ T′ over the same indices follows from T = T′, which `prove.sums` shows with every entry and column a symbol. A
difference is shown in numbers: at random values, and for sums over data in as few rows as show it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from types import MappingProxyType
from typing import Any

import numpy as np
import sympy
from sympy import Expr, Integer, S, Symbol

from symopt.balls.points import apart, enclosure, narrow
from symopt.balls.tape import Refused
from symopt.checking.given import CheckError, gradient_pieces, hessian_pieces
from symopt.checking.places import exact
from symopt.checking.prove.sums import same
from symopt.checking.refute import Witness
from symopt.checking.rows import walk
from symopt.checking.verdict import DIFFERENT, PROVED, UNDECIDED, Component
from symopt.errors import ExpressionError
from symopt.expression import deep
from symopt.expression.builder import Builder
from symopt.expression.general import Derivatives, Entry, Sigma
from symopt.expression.general.derivatives import Range
from symopt.expression.general.partial import Part, partial
from symopt.expression.general.pieces import Piece, pieces, plain
from symopt.expression.general.shown import PLAIN, Shown
from symopt.expression.general.tree import ROW, tree
from symopt.expression.keep import WrittenOut
from symopt.expression.parser import constant
from symopt.expression.suggest import unknown
from symopt.expression.sums import Columns, Index, Sums
from symopt.expression.syntax import read
from symopt.expression.tokens import base_of
from symopt.expression.typed import Typed
from symopt.functions import POSITIVE, WITHIN
from symopt.loss import Loss

UNROLLED = 3_000  # terms that are compared in numbers
TRIES = 12  # points
GUARD = 2  # points that must not contradict a proof
MANY = 100  # values, with which two points are enough
FEW = (1, 2, 3)  # rows of a counterexample


@dataclass
class SumsCheck:
    """A loss that is sums, and what is given for its derivatives.

    columns: of data, with their rows, or rows unknown.
    """

    loss: Loss
    columns: Columns | None
    seed: int = 0

    @property
    def sums(self) -> Sums:
        assert isinstance(self.loss.read, Sums)
        return self.loss.read

    @cached_property
    def rows(self) -> Any:
        return 0 if self.columns is None else self.columns.rows

    @cached_property
    def derived(self) -> Derivatives:
        return Derivatives(self.sums, self.rows, [*self.loss.constants, *self.loss.letters])

    @cached_property
    def shown(self) -> Shown:
        bounds = self.loss.general.bounds if self.loss.general else {}
        return Shown(self.derived, self.loss.arguments, bounds)

    def gradient(self, given: Any) -> list[Component]:
        return [self.component("gradient", names, piece) for names, piece in gradient_pieces(given, self.loss.names)]

    def hessian(self, given: Any) -> list[Component]:
        return [self.component("hessian", names, piece) for names, piece in hessian_pieces(given, self.loss.names)]

    # one component

    def component(self, of: str, names: tuple[str, ...], given: Any) -> Component:
        given = str(given)
        by = [self.variable(name) for name in names]
        letters = sorted(set().union(*(b.at.free_symbols for b in by if isinstance(b, Entry))), key=str)
        name = PLAIN.derivative([str(self.shown.lettered(b)) for b in by])
        component = Component(of, tuple(map(self.place, by)), name, UNDECIDED, given=given.strip())
        if any(isinstance(b, Entry) and b.base not in self.sums.families for b in by):
            return self.one_by_one(component, given, by, letters)
        return self.told(component, given, by, letters)

    def told(
        self, component: Component, given: str, by: Sequence[Expr], letters: Sequence[Symbol],
        at: Mapping[Symbol, int] = MappingProxyType({}),
    ) -> Component:  # fmt: skip
        """The component with its verdict; `at` are values of letters in what is given."""
        expected, ranges, words = self.expected(by, letters)
        made = self.read(given, ranges, at)
        found = self.verdict(replace(component, expected=self.written(expected), note=words), expected, made, ranges)
        if found.verdict == PROVED and self.lost:
            note = f"it is equal where both are defined, and has a value only where {' and '.join(self.lost)}"
            return replace(found, verdict=UNDECIDED, note="; ".join(filter(None, [words, note])))
        return found

    def one_by_one(self, component: Component, given: str, by: Sequence[Expr], letters: Sequence[Symbol]) -> Component:
        """A general entry at each value of its letters; by two letters those of different variables."""
        ends = {k: self.reach(by, k) for k in letters}
        words = f"for {', '.join(f'{a} ≤ {k} ≤ {b}' for k, (a, b) in ends.items())}"
        component = replace(component, verdict=PROVED, note=words)
        for values in product(*(range(a, b + 1) for a, b in ends.values())):
            at = dict(zip(letters, values, strict=True))
            moved = [self.moved(each, at) for each in by]
            if len(letters) == len(moved) == 2 and moved[0] == moved[1]:
                component = replace(component, note=f"{words}, {letters[0]} ≠ {letters[1]}")
                continue
            found = self.told(component, given, moved, (), at)
            if found.verdict != PROVED:
                place = ", ".join(f"{k} = {value}" for k, value in at.items())
                if found.verdict == DIFFERENT:
                    return replace(found, place=f"{place}, {found.place}", note=component.note)
                component = replace(found, note="; ".join(filter(None, [component.note, f"at {place} {found.note}"])))
        return component

    def moved(self, by: Expr, at: Mapping[Symbol, int]) -> Expr:
        """A variable at values of its letters: a symbol, or an entry of a family."""
        if not isinstance(by, Entry):
            return by
        k = sympy.expand(by.at.xreplace({letter: Integer(value) for letter, value in at.items()}))
        return Entry(by.base, k) if by.base in self.sums.families else Symbol(f"{by.base}{k}", real=True)

    @cached_property
    def entries(self) -> dict[str, Sequence[int]]:
        """The indices of all variables that are called as entries, {base: its indices}."""
        found: dict[str, list[int]] = {}
        for name in self.sums.single:
            if match := re.fullmatch(r"(.*\D)(\d+)", name):
                found.setdefault(match[1], []).append(int(match[2]))
        return {**found, **self.sums.families}

    def variable(self, name: str) -> Expr:
        """A variable by its name: a symbol, or an entry, general or not."""
        match = re.fullmatch(r"([A-Za-z]\w*?)\s*\[(.*)\]", name)
        if match is None:
            if name not in self.loss.names:
                raise CheckError(f"{name} is no variable of this loss", f"its variables are {self.arguments}")
            for base, indices in self.sums.families.items():
                digits = name.removeprefix(base)
                if name.startswith(base) and digits.isdigit() and int(digits) in indices:
                    return Entry(base, Integer(digits))
            return Symbol(name, real=True)
        base, at = match.groups()
        if base not in self.entries:
            raise CheckError(f"{base}[…] are no variables of this loss", f"its variables are {self.arguments}")
        known = {name: constant(name, v) for name, v in self.loss.constants.items()}
        found = Builder(at, None, known)
        with deep():
            expr = found.build(read(at, declared=set(known)))
        letters = {s: Symbol(s.name, integer=True) for s in expr.free_symbols}
        expr = sympy.expand(expr.xreplace(letters))
        if len(letters) > 1 or not (expr.is_Integer or _affine(expr)):
            raise CheckError(f"{at} is no index", "a whole number, or a letter as in x[k], x[k+1] and x[2*k]")
        if not expr.is_Integer:
            return Entry(base, expr)
        if int(expr) not in self.entries[base]:
            raise CheckError(f"{name} is no variable of this loss", f"its variables are {self.arguments}")
        return self.moved(Entry(base, expr), {})

    @property
    def arguments(self) -> str:
        return ", ".join(self.loss.arguments)

    def place(self, by: Expr) -> int:
        """Its place among the variables; of a general entry that of the first."""
        if not isinstance(by, Entry):
            return self.loss.names.index(by.name)
        first = self.entries[by.base][0]
        return self.loss.names.index(f"{by.base}{int(by.at) if by.at.is_Integer else first}")

    def expected(
        self, by: Sequence[Expr], letters: Sequence[Symbol]
    ) -> tuple[Expr, dict[Symbol, tuple[int, int]], str]:
        """The derivative, the ranges of its letters, and where that is; of several pieces the longest."""
        parts = [Part(self.derived.f)]
        for each in by:
            parts = [
                Part(second.expr, first.zero + second.zero, first.least + second.least)
                for first in parts
                for second in partial(first.expr, each)
            ]
        if not letters:
            numbers = [p for p in parts if all(e == 0 for e in p.zero) and all(e >= 0 for e in p.least)]
            return sympy.Add(*(plain(p.expr, {}) for p in numbers)), {}, ""
        if len(letters) > 1:
            return self.untied(by, letters)
        (k,) = letters
        low, high = self.reach(by, k)
        found = pieces(parts, k, low, high)
        piece = max(found, key=lambda p: p.last - p.first)
        return piece.expr, {k: (piece.first, piece.last)}, self.words(k, piece, found, (low, high))

    def reach(self, by: Sequence[Expr], k: Symbol) -> tuple[int, int]:
        """For which values of a letter all entries are variables."""
        low, high = -(10**12), 10**12
        for entry in by:
            if isinstance(entry, Entry) and entry.at.has(k):
                indices = self.entries[entry.base]
                factor, rest = int(entry.at.coeff(k)), int(entry.at.subs(k, 0))
                if factor < 0:
                    raise CheckError(f"{entry} runs backwards", "write the index with a plus before its letter")
                low = max(low, -((rest - indices[0]) // factor))
                high = min(high, (indices[-1] - rest) // factor)
        return low, high

    def words(self, k: Symbol, piece: Piece, found: Sequence[Piece], whole: tuple[int, int]) -> str:
        def number(value: int) -> str:
            return PLAIN.word(self.shown.number(value))

        words = f"for {self.shown.between(Range(k, piece.first, piece.last, whole), PLAIN)}"
        if len(found) == 1:
            return words
        apart = [
            f"{k} = {number(p.first)}" if p.single else f"{number(p.first)} ≤ {k} ≤ {number(p.last)}"
            for p in found
            if p != piece
        ]
        return f"{words}; not for {', '.join(apart[:4])}{' …' * (len(apart) > 4)}"

    def untied(self, by: Sequence[Expr], letters: Sequence[Symbol]) -> tuple[Expr, dict[Symbol, tuple[int, int]], str]:
        """A Hessian's entry of two letters."""
        for line in self.derived.hessian:
            if len(line.ranges) == 2 and all(isinstance(b, Entry) for b in line.by):
                turn = {r.letter: letter for r, letter in zip(line.ranges, letters, strict=True)}
                if [b.xreplace(turn) for b in line.by] == list(by):
                    ranges = {turn[r.letter]: (r.first, r.last) for r in line.ranges}
                    return line.expr.xreplace(turn), ranges, f"for {self.shown.where(line, PLAIN)}"
        names = ", ".join(map(str, letters))
        return S.Zero, {letter: self.reach(by, letter) for letter in letters}, f"for {names} that nothing ties"

    # the given text

    def read(self, text: str, ranges: Mapping[Symbol, tuple[int, int]], at: Mapping[Symbol, int]) -> Expr:
        """A derivative as it was typed, in the same entries and sums, at values of some letters."""
        if not text.strip():
            raise ExpressionError("a derivative is missing here", "write 0 if it is zero", text or " ", 0, 1)
        known = {name: constant(name, v) for name, v in self.loss.constants.items()}
        columns = () if self.columns is None else self.columns.names
        declared = self.loss.names if isinstance(self.loss.names, tuple) else self.loss.variables.names
        builder = Typed(text, declared, known, data=self.columns, wide=self.sums.wide)
        for letter, (first, last) in ranges.items():
            builder.bound[letter.name] = letter
            builder.open.append(Index(letter, Integer(first), Integer(last)))
        builder.bound |= {letter.name: value for letter, value in at.items()}
        with deep():
            node = read(text, declared={*self.sums.single, *known, *columns, *(s.name for s in (*ranges, *at))})
            meant = {*self.entries, *columns, *map(base_of, (*columns, *known))}
            for part in walk(node):
                if part.kind == "indexed" and part.word not in meant:
                    raise unknown(builder, part, part.word)
            try:
                expr = builder.build(node)
            except WrittenOut:
                raise ExpressionError("this cannot be read as a sum", "an index is a letter plus a number", text, 0,
                                      len(text)) from None  # fmt: skip
            self.lost = [f"{gap} {relation}" for gap, relation, _ in builder.lost if relation in (POSITIVE, WITHIN)]
            sums = Sums(expr, builder.ordered(expr), self.sums.families, (), ())
            made: Expr = tree(sums, self.rows, builder.slots)
            return plain(made, dict(ranges))

    def written(self, expr: Expr) -> str:
        return str(self.shown.lettered(expr))

    # the verdict

    def verdict(
        self, component: Component, expected: Expr, given: Expr, ranges: Mapping[Symbol, tuple[int, int]]
    ) -> Component:
        with deep():
            proved = same(expected, given)
            if proved and expected == given:
                return replace(component, verdict=PROVED)
            witness = self.refuted(expected, given, ranges, GUARD if proved else TRIES)
        if witness is not None:
            return replace(component, verdict=DIFFERENT, witness=witness[0], place=witness[1])
        if proved:
            return replace(component, verdict=PROVED)
        words = [component.note, "it could not be proved, and no numbers show a difference"]
        return replace(component, note="; ".join(filter(None, words)))

    def refuted(
        self, expected: Expr, given: Expr, ranges: Mapping[Symbol, tuple[int, int]], tries: int
    ) -> tuple[Witness, str] | None:
        """Values at which the two differ, in as few rows of data as show it."""
        random = np.random.default_rng(self.seed)
        counts = FEW if isinstance(self.rows, Symbol) else (int(self.rows),)
        for rows in counts:
            for attempt in range(tries):
                middle = not attempt and len(ranges) < 2
                values = [(a + b) // 2 if middle else int(random.integers(a, b + 1)) for a, b in ranges.values()]
                letters = dict(zip(ranges, sorted(values), strict=True))
                if len({*values}) < len(values):
                    continue  # two letters are those of different variables
                known: dict[Symbol, Any] = {}
                try:
                    gathered = self.gathered(rows, letters, random)
                    pair = [unrolled(e, letters, rows, self.rows, known, gathered) for e in (expected, given)]
                except TooMany:
                    return None
                symbols = sorted(known, key=str)
                if attempt > 1 and len(symbols) > MANY:
                    break
                low = -1.0 if attempt % 2 else 0.1
                digits = 2 if len(symbols) <= 8 else 9  # of many no two are the same
                point = [round(float(random.uniform(low, 2.0)), digits) for _ in symbols]
                try:
                    right, wrong = (enclosure(e, symbols) for e in pair)
                except Refused:
                    return None
                x = exact(point)
                if not isinstance(apart(right, wrong, x), tuple):
                    continue
                told = [float(narrow(e, x).mid()) for e in (wrong, right)]
                told_of = [*gathered, *symbols], [*map(int, gathered.values()), *point]
                return Witness((), told[0], told[1]), _place(*told_of, letters, rows, self.rows)
        return None

    @cached_property
    def gathers(self) -> dict[str, list[Entry]]:
        """The entries that columns gather, {g: [c[g], …]}."""
        found: dict[str, list[Entry]] = {}
        for entry in sorted(self.derived.f.atoms(Entry), key=str):
            inner = entry.at.atoms(Entry)
            if inner and entry.at.free_symbols != {ROW}:
                raise TooMany
            for each in inner:
                found.setdefault(each.base, []).append(entry)
        return found

    def gathered(self, rows: int, letters: Mapping[Symbol, int], random: np.random.Generator) -> dict[Symbol, Expr]:
        """Whole numbers in the columns that gather: of entries that there are, half of them those of the letters."""
        found: dict[Symbol, Expr] = {}
        for column, entries in self.gathers.items():
            inner = Entry(column, ROW)
            indices = self.entries[entries[0].base]
            for row in range(rows):
                for _ in range(TRIES):
                    wanted = [*letters.values()] if letters and random.random() < 0.5 else indices
                    at = wanted[int(random.integers(len(wanted)))]
                    value = (at - entries[0].at.xreplace({inner: S.Zero})) / entries[0].at.coeff(inner)
                    places = [(entry.at.xreplace({inner: value}), self.entries[entry.base]) for entry in entries]
                    if value.is_Integer and all(p.is_Integer and int(p) in known for p, known in places):
                        found[Symbol(f"{column}·{row}", real=True)] = value
                        break
                else:
                    raise TooMany
        return found


class TooMany(Exception):
    """More terms than are compared in numbers."""


def _affine(expr: Expr) -> bool:
    (k,) = expr.free_symbols
    factor = expr.coeff(k)
    return bool(factor.is_Integer and (expr - factor * k).is_Integer)


def unrolled(
    expr: Expr, letters: Mapping[Symbol, int], rows: int, symbolic: Any, known: dict[Symbol, Any],
    values: Mapping[Symbol, Expr] = MappingProxyType({}),
) -> Expr:  # fmt: skip
    """An expression with its sums written out, for a few rows; `known` collects its symbols but those with values."""
    left, sums = [UNROLLED], dict[Any, Expr]()

    def walked(part: Any, place: Mapping[Symbol, int]) -> Any:
        if isinstance(part, Entry):
            at = walked(part.at, place)
            if part.args[2:]:
                return walked(Entry(part.base, at, ROW), place)
            symbol = Symbol(f"{part.base}[{at}]" if part.at != ROW else f"{part.base}·{place[ROW]}", real=True)
            if symbol not in values:
                known[symbol] = None
            return values.get(symbol, symbol)
        if isinstance(part, Sigma):
            key = part, *((s, place[s]) for s in place if s in part.free_symbols)
            if key not in sums:
                sums[key] = sympy.Add(*over(part, list(part.indices), place))
            return sums[key]
        if isinstance(part, Symbol):
            if part in place:
                return Integer(place[part])
            if part == symbolic:
                return Integer(rows)
            known[part] = None
            return part
        return part if not part.args else part.func(*(walked(each, place) for each in part.args))

    def over(sigma: Sigma, indices: list[Any], place: Mapping[Symbol, int]) -> Iterator[Expr]:
        if not indices:
            left[0] -= 1
            holds = sympy.And(*(walked(condition, place) for condition in sigma.conditions))
            if left[0] < 0 or holds not in (True, False):
                raise TooMany
            if holds:
                yield walked(sigma.term, place)
            return
        (symbol, first, last), *rest = indices
        if symbol == ROW:
            ends = 0, rows - 1
        else:
            ends = tuple(int(e.xreplace({s: Integer(v) for s, v in place.items()})) for e in (first, last))  # type: ignore[assignment]
        if ends[1] - ends[0] > UNROLLED:
            raise TooMany
        for i in range(ends[0], ends[1] + 1):
            yield from over(sigma, rest, {**place, symbol: i})

    made: Expr = walked(expr, letters)
    return made


def _place(
    symbols: Sequence[Symbol], point: Sequence[float], letters: Mapping[Symbol, int], rows: int, counted: Any
) -> str:
    """The values of a counterexample in words."""
    plain_ = [f"{k} = {v}" for k, v in letters.items()]
    table: dict[int, list[str]] = {}
    for symbol, number in zip(symbols, point, strict=True):
        base, dot, row = symbol.name.partition("·")
        if dot:
            table.setdefault(int(row), []).append(f"{base} = {number:g}")
        else:
            plain_.append(f"{symbol} = {number:g}")
    if len(plain_) > 8:
        plain_ = [*plain_[:7], f"{len(plain_) - 7} more"]
    told = ", ".join(plain_)
    if not table:
        return told
    if not isinstance(counted, Symbol):
        return f"{told}, and random data"
    listed = "; ".join(", ".join(row) for row in table.values())
    word = "row" if len(table) == 1 else "rows"
    return f"{told}, and {len(table)} {word} of data: {listed}" if told else f"{len(table)} {word} of data: {listed}"
