"""Indexed names whose index moves: the entries that they reach."""

from __future__ import annotations

import re
from collections.abc import Sequence

import sympy
from sympy import Expr, Integer, S, Symbol

from symopt.errors import DataError
from symopt.expression.affine import affine, extremes
from symopt.expression.builder.values import Value, letter
from symopt.expression.families import MOST, reached
from symopt.expression.keep.columns import ColumnNames
from symopt.expression.keep.state import WrittenOut
from symopt.expression.suggest import unknown
from symopt.expression.sums import ROW, Index, Slot
from symopt.expression.syntax import Node
from symopt.expression.tokens import VARIABLE

FEWEST = 64  # terms at an end of a sum that a condition may leave out
MOST_VARIABLES = 10**8  # of a sum that stays one: beyond it a computer has no room


class Places(ColumnNames):
    """Entries at affine indices, and the values that these take."""

    def entry(self, node: Node, at: Expr) -> Value | None:
        if node.word in self.columns or (not at.is_Integer and at.free_symbols and at.free_symbols <= self.moving):
            return self.slot(node, node.word, at)
        return None

    def slot(self, node: Node, base: str, at: Expr) -> Value:
        """An indexed name whose index moves: a variable, or an entry of a column."""
        if (base, at) in self.placed and not self.within:
            return Value(self.placed[base, at])
        free = at.free_symbols
        symbol = letter(f"{base}[{_index_text(at)}]")
        data = [self.slots[s] for s in free if s in self.slots]
        if placed := {i for each in data for i in each.at.free_symbols} - {ROW}:
            raise WrittenOut(placed)  # w[g[i]]: only the row of a sum itself is looked up
        if data and free <= set(self.slots) and affine(at) is None:
            self.fail(node.parts[0], "an index is a sum of columns times whole numbers",
                      "for example w[2*g+h]; what else is wanted can be a column of its own, as gh = g*h: w[gh]"
                      )  # fmt: skip
        if affine(at) is None:
            if not free:
                self.fail(node.parts[0], "an index must be a whole number", "for example sum(x[i]**2, i, 0, 9)")
            raise WrittenOut(free)
        if base in self.columns:
            if not sympy.sympify(self.rows).is_Integer:
                raise DataError(f"{symbol} asks for single rows: only data says how many there are",
                                "data=… brings them", shell="--data FILE brings them")  # fmt: skip
            if self.data is not None and at.is_Integer and 0 <= at < self.rows:
                self.taken.add(base)
                return self.known(self.data.entry(base, int(at)))
            low, high = self.extent(node, at)
            if low < 0 or high >= self.rows:
                asked, own = low if low < 0 else high, ", ".join(sorted({slot.base for slot in data}))
                hint = f"here {own} {'have' if ',' in own else 'has'} to count rows, from 0 on"
                if not own:
                    hint = self.fitting(at, low)
                self.fail(node, f"{base} has the entries 0 to {self.rows - 1}, and {symbol} asks for {asked}", hint)
            self.taken.add(base)
            self.slots[symbol] = Slot(symbol, base, at, column=True)
            return Value(symbol)
        if self.wide and self.entries(base) and not free & set(self.slots):
            return self.across(node, symbol, base, at)
        families = any(re.fullmatch(rf"{re.escape(base)}\d+", name) for name in (*self.constants, *self.columns))
        if families or not free - set(self.slots) <= {i.symbol for i in self.open}:
            raise WrittenOut(free)
        if self.variables is None and not VARIABLE.fullmatch(f"{base}0"):
            raise unknown(self, node, base)
        low, high = self.extent(node, at)
        if high >= MOST_VARIABLES:
            self.fail(node, f"more than {MOST_VARIABLES:,} variables", "use smaller bounds")
        if data:
            pieces = self.met(node, at, data)
        elif low < 0:
            raise WrittenOut(free)
        else:
            pieces = self.values(at, (low, high))
        if low <= high:  # else in a branch that is never taken
            self.reach.setdefault(base, []).extend(pieces)
        elif base not in self.reach:
            raise WrittenOut(free)
        clipped = False
        if self.within:
            outside, self.within = self.within, []
            clipped = (low, high) != self.extent(node, at)
            self.within = outside
        before = self.slots.get(symbol)
        self.slots[symbol] = Slot(symbol, base, at, clipped=clipped or (before is not None and before.clipped))
        if not (self.within or data):
            self.placed[base, at] = symbol
        return Value(symbol)

    def across(self, node: Node, symbol: Symbol, base: str, at: Expr) -> Value:
        """The entry x[j] of columns x0, x1 … in a row."""
        low, high = self.extent(node, at)
        known = {*self.entries(base)}
        for k in range(low, high + 1):
            if f"{base}{k}" in (self.variables or ()):
                raise WrittenOut(at.free_symbols)
            if f"{base}{k}" not in known:
                self.no_column(node, f"{base}{k}")
            if k == low:
                self.column(node, f"{base}{k}")
            self.taken.add(f"{base}{k}")
        self.slots[symbol] = Slot(symbol, base, at, column=True, across=True)
        return Value(symbol)

    def fitting(self, at: Expr, least: int) -> str:
        """Bounds of the index of `y[i-1]` between which all of its entries are there."""
        known = affine(at)
        for index in self.open:
            if known and at.free_symbols == {index.symbol} and index.first.is_Integer and index.last.is_Integer:
                ends = sorted((end - known.constant) / Integer(known.factors[index.symbol])
                              for end in (0, self.rows - 1))  # fmt: skip
                low, high = max(sympy.ceiling(ends[0]), index.first), min(sympy.floor(ends[1]), index.last)
                if low <= high:
                    return f"{index.symbol} from {low} to {high} fits"
        return f"the last entry is {self.rows - 1}" if least >= 0 else "the first entry is 0"

    def met(self, node: Node, at: Expr, data: Sequence[Slot]) -> list[range]:
        """The values that an affine index of columns takes in some row; refuses one below 0."""
        assert self.data is not None
        constant, moving = at.as_coeff_Add()
        factors = {slot.base: int(moving.coeff(slot.symbol)) for slot in data}
        rest = moving - sum(factors[slot.base] * slot.symbol for slot in data)
        low, high = self.extent(node, rest + constant)
        found = self.data.met(factors, 0)
        if (least := found[0][0] + low) < 0:
            self.fail(node, f"{self.typed(node)} asks for {node.word}[{least}] in "
                            f"{self.data.told(factors, found[0][0])}", "indices begin at 0")  # fmt: skip
        others = self.values(rest + constant, (low, high))
        if sum(map(len, found)) * len(others) > MOST or not any(other.step > 1 for other in others):
            return [range(piece.start + other[0], piece.stop + other[-1]) for piece in found for other in others]
        return [
            range(v + other.start, v + other.stop, other.step) for piece in found for v in piece for other in others
        ]

    def extent(self, node: Node, at: Expr) -> tuple[int, int]:
        """The least and the greatest value of an affine index, at the corners of its index set or of its column.

        (0, −1) where the conditions around it never hold.
        """
        bounds = []
        for symbol in [s for s in at.free_symbols if s in self.slots]:
            slot = self.slots[symbol]
            whole = self.data.ends(slot.base) if self.data is not None and slot.column else None
            if whole is None:
                whole_only = f"the column {symbol} has other than whole numbers below 2^53"
                what = whole_only if slot.column else f"{symbol} is a variable"
                self.fail(node.parts[0], f"{what}: it cannot be an index", "an index is a whole number")
            bounds.append((symbol, *map(Integer, whole or ())))
        conditions = self.conditions
        for index in reversed(self.open):
            ends = ends_under(index, conditions)
            if ends is None:
                return 0, -1
            bounds.append((index.symbol, *ends))
        known = affine(at)
        found = None if known is None else extremes(known, bounds)
        if found is None:
            self.fail(node.parts[0], "an index must be a whole number", "for example sum(x[i]**2, i, 0, 9)")
        assert found is not None
        return found

    def values(self, at: Expr, ends: tuple[int, int]) -> list[range]:
        """The values of an affine index, as progressions; all between these ends where they are too many to be told."""
        boxes: dict[Symbol, tuple[int, int]] = {}
        for index in reversed(self.open):
            factor = at.coeff(index.symbol)
            if factor == 0:
                continue
            first, last = ends_under(index, self.conditions) or (index.first, index.last)
            if not (width := sympy.expand(last - first)).is_Integer:
                return _varying(at, Index(index.symbol, first, last), self.open, ends) if not boxes else [_all(ends)]
            if not first.is_Integer:  # j from 3*i to 3*i+1 is 3*i + j′, j′ from 0 to 1
                at, first, last = sympy.expand(at.subs(index.symbol, index.symbol + first)), S.Zero, width
            boxes[index.symbol] = int(first), int(last)
            if len(boxes) == len(at.free_symbols) == 1:
                return [range(ends[0], ends[1] + 1, abs(int(factor)))]
        found = reached(at, boxes)
        return [_all(ends)] if found is None else found


def ends_under(index: Index, conditions: list[sympy.Basic]) -> tuple[Expr, Expr] | None:
    """The ends of an index under conditions on it alone, such as i > 0; None where they never hold."""
    first, last = index.first, index.last
    for condition in conditions:
        for part in condition.args if isinstance(condition, sympy.And) else (condition,):
            if not isinstance(part, sympy.Rel) or part.free_symbols != {index.symbol}:
                continue
            low = first.is_Integer and not bool(part.subs(index.symbol, first))
            high = last.is_Integer and not bool(part.subs(index.symbol, last))
            while low and first <= last and not bool(part.subs(index.symbol, first)) and first - index.first < FEWEST:
                first += 1
            while high and first <= last and not bool(part.subs(index.symbol, last)) and index.last - last < FEWEST:
                last -= 1
    return (first, last) if not (first.is_Integer and last.is_Integer) or first <= last else None


def _all(ends: tuple[int, int]) -> range:
    return range(ends[0], ends[1] + 1)


def _varying(at: Expr, inner: Index, outer: Sequence[Index], ends: tuple[int, int]) -> list[range]:
    """The values of an index that moves with an inner one, whose bounds depend on an outer one."""
    step = abs(int(at.coeff(inner.symbol)))
    begin, end = (sympy.expand(at.subs(inner.symbol, bound)) for bound in (inner.first, inner.last))
    free = begin.free_symbols | end.free_symbols
    index = next((i for i in outer if free == {i.symbol}), None)
    if index is None or not (index.first.is_Integer and index.last.is_Integer):
        return [_all(ends)]
    moves = [int(bound.coeff(index.symbol)) for bound in (begin, end)]
    if all(abs(move) in (0, step) for move in moves):  # the next one overlaps, or touches
        return [range(ends[0], ends[1] + 1, step)]
    if index.last - index.first >= MOST:
        return [_all(ends)]
    starts = [int(bound.subs(index.symbol, 0)) for bound in (begin, end)]
    found = []
    for k in range(int(index.first), int(index.last) + 1):
        low, high = sorted(start + move * k for start, move in zip(starts, moves, strict=True))
        found.append(range(low, high + 1, step))
    return found


def _index_text(at: Expr) -> str:
    """An index as it is typed: i, i+1, 2*i-j."""
    if isinstance(at, Symbol):
        return at.name
    if at.is_Add and len(at.args) == 2 and at.args[0].is_Integer and isinstance(at.args[1], Symbol):
        return f"{at.args[1].name}{int(at.args[0]):+d}"
    return str(at).replace(" ", "")
