"""Index sets as arrays and slices, and where the inputs of a term are read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sympy
from sympy import Dummy, Expr, S, Symbol

from symopt.codegen.writer import WIDE, Writer
from symopt.expression.sums import COUNT, ROW, ROWS, Sums, Total, Variables
from symopt.loss import Loss

WORD = re.compile(r"(?<![\w.\x80-\U0010ffff])[A-Za-z_\x80-\U0010ffff][\w\x80-\U0010ffff]*")
WHOLE = re.compile(r"[\w.]+(\([^()]*\)|\[[^\[\]]*\])?")  # needs no parentheses


@dataclass(frozen=True)
class Line:
    """A line of code, and the name that it makes or changes; "" of what is always needed."""

    target: str
    text: str


@dataclass(frozen=True)
class Place:
    """Where an input of a term is read: the text of its index in the point, and the axes that it moves along.

    run: (first, step) of a slice. inner: the total that it is. letters: the names of a product of columns and letters.
    """

    text: str = ""
    axes: tuple[int, ...] = ()
    run: tuple[int, int] | None = None
    inner: Symbol | None = None
    matrix: str = ""


class Places:
    """The names of the code of one loss, its lines, its index sets, and where the inputs of a term are read."""

    def __init__(self, writer: Writer, loss: Loss) -> None:
        self.writer, self.loss = writer, loss.for_any_data()
        assert isinstance(self.loss.read, Sums)
        self.sums, self.means = averaged(self.loss.read)
        names = {index.symbol.name for total in self.sums.totals for index in total.indices} - {ROWS}
        self.reserved = writer.taken() - {"g", "h"} | {
            "np",
            "jax",
            "torch",
            "sparse",
            "assembled",
            "len",
            "int",
            "float",
            "range",
        }
        self.taken = self.reserved | names
        self.columns = {name: self.free(name) for name in self.sums.columns}
        self.taken |= set(self.columns.values())
        self.x, self.v = self.free("x", "p", "point"), self.free("v", "along", "along_")
        self.g, self.h = self.free("g", "gradient"), self.free("h", "product")
        self.rows, self.row = self.free("rows", "rows_"), self.free("row", "row_")
        made = self.loss.variables
        self.names = (made if isinstance(made, Variables) else Variables(self.sums.single, self.sums.families)).names
        self.n = len(self.names)
        self.root = Total(Symbol("Σ", real=True), (), 0, self.sums.expr, ())
        self.totals = {total.symbol: total for total in (*self.sums.totals, self.root)}
        # an axis for each index, or one for all where a bound depends on another index
        self.flat = any((i.first.free_symbols | i.last.free_symbols) - {COUNT} for t in self.totals.values()
                        for i in t.indices if not i.rows)  # fmt: skip
        self.letters = {name: self.free(name) for name in self.sums.single}
        self.kept = frozenset(self.taken)
        self.given = self.kept - (names - self.reserved) - {self.row}

    def free(self, *wanted: str) -> str:
        name = next((w for w in wanted if w not in self.taken), wanted[-1])
        while name in self.taken:
            name += "_"
        self.taken.add(name)
        return name

    def new(self, letter: str) -> str:
        self.counts[letter] += 1
        return self.free(f"{letter}{self.counts[letter]}")

    def say(self, target: str, text: str) -> str:
        self.lines.append(Line(target, text))
        return target

    def let(self, target: str, text: str) -> str:
        return self.say(target, f"{target} = {text}")

    def named(self, text: str, axes: Sequence[int] = (), integer: bool = False, positive: bool | None = None) -> Dummy:
        """A symbol that is printed as some text, and moves along some axes."""
        symbol = Dummy("u", real=True, integer=integer or None, positive=positive)
        self.writer.names[symbol] = text
        self.moving[symbol] = frozenset(axes)
        return symbol

    def along(self, expr: Expr) -> set[int]:
        return set().union(*(self.moving.get(s, frozenset()) for s in expr.free_symbols))

    def print(self, expr: Expr) -> str:
        return str(self.writer.doprint(expr))

    # index sets

    def first_said(self, key: Any, target: str, text: str) -> str:
        """What is told once, before all else."""
        if key not in self.told:
            self.told[key] = target
            self.prelude.append(Line(target, f"{target} = {text}"))
        return self.told[key]

    def count(self) -> str:
        return self.first_said("rows", self.rows, f"len({next(iter(self.columns.values()))})")

    def number(self, expr: Expr) -> str:
        """A bound that is a number, or that of the rows."""
        if expr.has(COUNT):
            self.count()
        return str(expr).replace(str(COUNT), self.rows)

    def size(self, total: Total, axis: int) -> str:
        if self.one_axis(total):
            return f"len({self.tuples(total, len(total.indices))[0]})"
        index = total.indices[axis]
        return self.count() if index.rows else str(index.last - index.first + 1)

    def one_axis(self, total: Total) -> bool:
        return self.flat and len(total.indices) > 1

    def tuples(self, total: Total, length: int) -> tuple[str, ...]:
        """Of the tuples of the first `length` indices one behind the other: the index at each."""
        indices = total.indices[:length]
        if indices in self.told:
            return self.told[indices]
        index = indices[-1]
        name = self.row if index.rows else index.symbol.name
        first = "0" if index.rows else self.number(index.first)
        if length == 1:
            end = self.count() if index.rows else self.number(index.last + 1)
            own = self.fresh(name)
            self.prelude.append(Line(own, f"{own} = np.arange({first}, {end})"))
            self.told[indices] = (own,)
            return (own,)
        outer = self.tuples(total, length - 1)
        texts = {i.symbol: Symbol(text) for i, text in zip(indices, outer, strict=False)}
        start = index.first.xreplace(texts)
        counts = sympy.expand(index.last.xreplace(texts) - start + 1) if not index.rows else Symbol(self.count())
        runs, own = self.fresh("runs"), self.fresh(name)
        many = f"np.full(len({outer[0]}), {counts})" if not counts.free_symbols & set(texts.values()) else \
            f"np.maximum({counts}, 0)"  # fmt: skip
        self.prelude.append(Line(runs, f"{runs} = {many}"))
        repeated = tuple(self.fresh(text) for text in outer)
        for text, made in zip(outer, repeated, strict=True):
            self.prelude.append(Line(made, f"{made} = np.repeat({text}, {runs})"))
        moved = sympy.expand(index.first.xreplace(dict(zip(texts, map(Symbol, repeated), strict=True)))) \
            if not index.rows else S.Zero  # fmt: skip
        ahead = f" + {self.number(moved)}" if moved != 0 else ""
        begin = f"np.repeat(np.cumsum({runs}) - {runs}, {runs})"
        self.prelude.append(Line(own, f"{own} = np.arange(len({repeated[0]})) - {begin}{ahead}"))
        self.told[indices] = (*repeated, own)
        self.told["runs", indices] = runs
        return self.told[indices]

    def fresh(self, name: str) -> str:
        made = name
        while made in self.used_indices:
            made += "_"
        self.used_indices.add(made)
        return made

    def prefix(self, total: Total, length: int) -> str:
        """For each tuple of a total the number of that of its first `length` indices."""
        key = ("prefix", total.indices, length)
        if key not in self.told:
            self.tuples(total, len(total.indices))
            outer = self.tuples(total, length)[0]
            text = f"np.arange(len({outer}))"
            for k in range(length + 1, len(total.indices) + 1):
                text = f"np.repeat({text}, {self.told['runs', total.indices[:k]]})"
            self.first_said(key, self.fresh("at"), text)
        return str(self.told[key])

    def index(self, total: Total, symbol: Symbol) -> tuple[str, tuple[int, ...]]:
        """The whole numbers of an index, aligned with the axes of its total."""
        k = next(k for k, index in enumerate(total.indices) if index.symbol == symbol)
        if self.one_axis(total):
            return self.tuples(total, len(total.indices))[k], (0,)
        own = self.tuples(replace(total, indices=(total.indices[k],)), 1)[0]
        return aligned(own, (k,), range(len(total.indices))), (k,)

    def at(self, total: Total, expr: Expr) -> tuple[str, tuple[int, ...]]:
        """An index that is affine in others and in columns."""
        texts, axes = {}, set()
        indices = {index.symbol for index in total.indices}
        for symbol in expr.free_symbols:
            if symbol in indices:
                text, own = self.index(total, symbol)
                text = text if expr.free_symbols <= indices else self.beside_a_column(text)
            else:
                column = self.columns[symbol.name]
                whole = self.first_said(("int", column), self.fresh(f"{column}_at"), self.wholes(column))
                text, own = self.at_row(total, whole)
            texts[symbol] = Symbol(text)
            axes |= set(own)
        return str(sympy.expand(expr).xreplace(texts)), tuple(sorted(axes))

    def at_row(self, total: Total, column: str) -> tuple[str, tuple[int, ...]]:
        """A column at the row at hand."""
        k = next(k for k, index in enumerate(total.indices) if index.rows)
        if self.one_axis(total):
            return f"{column}[{self.tuples(total, len(total.indices))[k]}]", (0,)
        return aligned(column, (k,), range(len(total.indices))), (k,)

    def run(self, total: Total, place: Expr) -> tuple[str, tuple[int, ...], tuple[int, int]] | None:
        """(the slice, its axis, (first, step)) of a place that is affine in one index whose bounds are numbers."""
        if self.one_axis(total) or len(place.free_symbols) != 1:
            return None
        (symbol,) = place.free_symbols
        k = next((k for k, i in enumerate(total.indices) if i.symbol == symbol and not i.rows), None)
        if k is None:
            return None
        index, step = total.indices[k], place.coeff(symbol)
        if not (step.is_Integer and index.first.is_Integer and index.last.is_Integer):
            return None
        first, last = int(place.subs(symbol, index.first)), int(place.subs(symbol, index.last))
        end = last + (1 if step > 0 else -1)
        text = f"{first}:{end if end >= 0 else ''}" + (f":{step}" if step != 1 else "")
        return text, (k,), (first, int(step))

    # inputs of a term

    def place(self, total: Total, symbol: Symbol) -> tuple[Dummy, Place | None]:
        """What stands for a symbol of a term, and where it is read; None where it does not move."""
        axes = range(1 if self.one_axis(total) else len(total.indices))
        if (slot := next((s for s in total.slots if s.symbol == symbol), None)) is not None:
            if slot.column:
                column = self.columns[slot.base]
                if slot.at == ROW:
                    return self.named(*self.at_row(total, column)), None
                if (found := self.run(total, slot.at)) is not None:
                    return self.named(aligned(f"{column}[{found[0]}]", found[1], axes), found[1]), None
                text, own = self.at(total, slot.at)
                return self.named(f"{column}[{text}]", own), None
            where = self.variable(total, slot)
            read = f"{self.x}[{where.text}]"
            if where.run is None:
                read = self.let(self.new("u"), read)
                return self.named(read, where.axes), where
            return self.named(aligned(read, where.axes, axes), where.axes), where
        if symbol in self.totals:
            inner = self.totals[symbol]
            return self.named(*self.read(total, inner, self.values[symbol])), Place(inner=symbol,
                              axes=self.inner_axes(total, inner))  # fmt: skip
        if any(index.symbol == symbol for index in total.indices):
            text, own = self.index(total, symbol)
            return self.named(self.as_number(text), own), None
        if symbol == COUNT:
            return self.named(self.counted_rows(), positive=True), None
        k = self.names.index(symbol.name)
        name = self.letters.get(symbol.name)
        text = self.first_said(("letter", k), name, f"{self.x}[{k}]") if name else f"{self.x}[{k}]"
        return self.named(text), Place(str(k))

    def wholes(self, column: str) -> str:
        """A column as indices."""
        return f"{column}.astype(int)"

    def beside_a_column(self, index: str) -> str:
        """An array of indices where one of a column is added to it."""
        return index

    def as_number(self, index: str) -> str:
        """An array of indices as one of numbers."""
        return f"(1.0*{index})"

    def kept_within(self, place: str, most: int) -> str:
        """Places, those beyond the ends at the ends."""
        return f"np.clip({place}, 0, {most})"

    def counted_rows(self) -> str:
        """The number of rows as a number of the term."""
        return self.count()

    def variable(self, total: Total, slot: Any) -> Place:
        begin, indices = self.names.family(slot.base)
        place = indices.place(slot.at, None if slot.clipped else total.indices)
        assert place is not None
        if not slot.clipped and (found := self.run(total, place + begin)) is not None:
            return Place(*found)
        if not slot.clipped:
            return Place(*self.at(total, place + begin))
        text, axes = self.at(total, place)
        text = self.kept_within(text, len(indices) - 1)
        return Place(f"{text} + {begin}" if begin else text, axes)

    def inner_axes(self, total: Total, inner: Total) -> tuple[int, ...]:
        return tuple(range(min(inner.outer, 1) if self.one_axis(total) else inner.outer))

    def read(self, total: Total, inner: Total, known: tuple[str, frozenset[int]]) -> tuple[str, Sequence[int]]:
        """A number of each outer tuple of an inner total, at the tuples of a total."""
        text, own = known
        if inner.outer == 0 or not own:
            return text, ()
        if self.one_axis(total):
            return (text if inner.outer == len(total.indices) else f"{text}[{self.prefix(total, inner.outer)}]"), (0,)
        return aligned(text, sorted(own), range(len(total.indices))), sorted(own)

    def reset(self) -> None:
        self.taken = set(self.kept)
        self.used_indices = set(self.given)
        self.counts: Counter[str] = Counter()
        self.lines: list[Line] = []
        self.prelude: list[Line] = []
        self.told: dict[Any, Any] = {}
        self.moving: dict[Symbol, frozenset[int]] = {}
        self.values: dict[Symbol, tuple[str, frozenset[int]]] = {}
        self.read_values: set[Symbol] = set(self.totals)

    def body(self, result: str) -> list[str]:
        """The lines that the result needs, and what it is."""
        live, kept = set(WORD.findall(result)), []
        for line in reversed([*self.prelude, *self.lines]):
            if line.target in live:
                live |= set(WORD.findall(line.text))
                kept.append(line)
        if kept and kept[0].text.startswith(f"{result} = "):
            result = kept.pop(0).text.removeprefix(f"{result} = ")
        return [*(line.text for line in reversed(kept)), *wrapped_call(result)]


def averaged(sums: Sums) -> tuple[Sums, frozenset[Symbol]]:
    """Sums over the rows that are divided by their number as means: the sums, and which of them are means."""
    means = set()
    for total in sums.totals:
        if total.outer or len(total.indices) != 1 or not total.rows:
            continue
        mean = {total.symbol: COUNT * total.symbol}
        readers = [e for e in (sums.expr, *(t.term for t in sums.totals)) if e.has(total.symbol)]
        if readers and all(e.has(COUNT) and not e.xreplace(mean).has(COUNT) for e in readers):
            means.add(total.symbol)
            totals = tuple(replace(t, compact=t.term.xreplace(mean), moving=t.slots) for t in sums.totals)
            sums = replace(sums, expr=sums.expr.xreplace(mean), totals=totals)
    return sums, frozenset(means)


def aligned(text: str, own: Sequence[int], axes: Sequence[int]) -> str:
    """An array along some axes, as it is broadcast along them all."""
    axes = list(axes)
    if not own or len(axes) <= 1:
        return text
    after = axes[axes.index(own[0]) :]
    marks = [":" if axis in own else "None" for axis in after]
    return text if "None" not in marks else f"{text}[{', '.join(marks)}]"


def whole(text: str) -> str:
    """A text as a factor."""
    return text if WHOLE.fullmatch(text) else f"({text})"


def wrapped_call(result: str) -> list[str]:
    """The end of a function; a call with many arguments over several lines."""
    name, brackets, rest = result.partition("(")
    if len(result) < WIDE or name != "assembled":
        return [f"return {result}"]
    return [f"return {name}(", *(f"    {part}," for part in re.split(r", (?=\()", rest[:-1]) if brackets), ")"]
