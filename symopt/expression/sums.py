"""Sums that stay sums: a total is a term over an index set, built once however many terms it has.

f is an expression of variables and of totals; a total Σ T(slots) is an expression of slots: variables `x[i+1]` whose
index moves with the index set, columns of data, the indices themselves, variables that stand still, and other totals.
A total inside another one may depend on the outer indices (`sum(log(sum(exp(w[i]*x[j]), j, 0, 9)), i, 0, n)`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, Protocol

from sympy import Add, Expr, Symbol

from symopt.errors import DataError
from symopt.expression.families import Indices
from symopt.expression.tokens import base_of

LISTED = 12  # names that are shown
ROWS = "row"
"""The name of the index that runs over the rows of data."""
ROW = Symbol(ROWS, integer=True)


class Columns(Protocol):
    """Columns of data, as far as a text that is read asks for them: `symopt.data.Data`."""

    @property
    def names(self) -> tuple[str, ...]: ...

    @property
    def rows(self) -> Any: ...

    def ends(self, name: str) -> tuple[int, int] | None:
        """(least, greatest) of a column of whole numbers; None for any other."""

    def met(self, factors: Mapping[str, int], constant: int) -> list[range]:
        """The values of a whole number plus whole multiples of columns of whole numbers, as runs of neighbours."""

    def told(self, factors: Mapping[str, int], value: int) -> str:
        """A row in which whole multiples of columns add up to a value, for a message."""

    def entry(self, name: str, row: int) -> float:
        """One number."""


COUNT = Symbol("rows", integer=True, positive=True)
"""How many rows there are in data that nobody has brought."""


@dataclass(frozen=True)
class Unseen:
    """Columns of data that nobody has brought: names, and a number of rows that is a symbol."""

    names: tuple[str, ...]
    rows: Symbol = COUNT

    def ends(self, name: str) -> tuple[int, int] | None:
        raise DataError(f"{name} is an index: only data says which variables there are", "data=… brings it",
                        shell="--data FILE brings it")  # fmt: skip

    def met(self, factors: Mapping[str, int], constant: int) -> list[range]:
        return []

    def told(self, factors: Mapping[str, int], value: int) -> str:
        return "the data"

    def entry(self, name: str, row: int) -> float:
        raise DataError(f"{name} has no rows: there is no data", "data=… brings it",
                        shell="--data FILE brings it")  # fmt: skip


@dataclass(frozen=True)
class Index:
    """An index from first to last, both included; a bound may be affine in outer indices. `rows`: those of the data."""

    symbol: Symbol
    first: Expr
    last: Expr
    rows: bool = False


@dataclass(frozen=True)
class Slot:
    """What moves in a term: a variable `x[i+1]`, or the entry `y[i]` of a column.

    clipped: it is read beyond the ends too, by branches that are not taken there. across: it is the entry x[j] of the
    columns x0, x1 … in a row. names, numbers: of a term that was
    typed many times, the variables or the numbers that stand there, one after the other. products: of a linear
    predictor Σ w·x of a row, which is one symbol, (parameter, column) of each product.
    """

    symbol: Symbol
    base: str
    at: Expr
    column: bool = False
    clipped: bool = False
    across: bool = False
    names: tuple[str, ...] = ()
    numbers: tuple[float, ...] = ()
    products: tuple[tuple[str, str], ...] = ()

    @property
    def predictor(self) -> Expr:
        """Σ w·x, written out."""
        return Add(*(Symbol(w, real=True) * Symbol(x, real=True) for w, x in self.products))


@dataclass(frozen=True)
class Check:
    """What depends on indices alone and must have a value at each of them, and where it stands in the text."""

    expr: Expr
    indices: tuple[Index, ...]
    start: int
    end: int


@dataclass(frozen=True)
class Total:
    """Σ term over an index set, once for each tuple of the outermost `outer` indices.

    symbol stands for it in other expressions. compact: the term, in which a linear predictor is one symbol. moving: the
    names that move in it, predictors among them.
    """

    symbol: Symbol
    indices: tuple[Index, ...]
    outer: int
    compact: Expr
    moving: tuple[Slot, ...]

    @cached_property
    def term(self) -> Expr:
        """The term, its predictors written out."""
        known = {slot.symbol: slot.predictor for slot in self.moving if slot.products}
        return self.compact.xreplace(known) if known else self.compact

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """The moving names of the term, its predictors written out."""
        found = {slot.symbol: slot for slot in self.moving if not slot.products}
        for predictor in self.moving:
            for _, column in predictor.products:
                symbol = Symbol(column, real=True)
                found[symbol] = Slot(symbol, column, predictor.at, column=True)
        return (
            self.moving
            if len(found) == len(self.moving)
            else tuple(sorted(found.values(), key=lambda slot: slot.symbol.name))
        )

    @property
    def still(self) -> frozenset[Symbol]:
        """What its term reads that is no variable and no total: indices, columns, numbers."""
        slots = {slot.symbol for slot in self.slots if slot.column or slot.numbers}
        return frozenset(slots | {index.symbol for index in self.indices})

    @property
    def rows(self) -> bool:
        """Whether it runs over the rows of data."""
        return any(index.rows for index in self.indices[self.outer :])

    @property
    def over_rows(self) -> bool:
        """Whether it, or what it is a part of, runs over the rows of data."""
        return any(index.rows for index in self.indices)


@dataclass(frozen=True)
class Sums:
    """An expression of variables and totals, the totals in an order in which each comes after those it reads.

    families: the indexed variables, {base: their indices}. single: the variables that are no entries of a family.
    columns: the columns of data that are read.
    """

    expr: Expr
    totals: tuple[Total, ...]
    families: Mapping[str, Indices] = field(hash=False)
    single: tuple[str, ...]
    columns: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()

    @property
    def typed(self) -> bool:
        """Whether some sum was typed term by term."""
        return any(slot.names or slot.numbers for total in self.totals for slot in total.slots)

    @property
    def wide(self) -> bool:
        """Whether columns x0, x1 … are read as entries x[j]."""
        return any(slot.across for total in self.totals for slot in total.moving)

    def total(self, symbol: Symbol) -> Total | None:
        return next((t for t in self.totals if t.symbol == symbol), None)


def placed(sums: Sums) -> bool:
    """Whether each entry stands at a place that is affine in indices, or in columns of data."""
    return all(
        slot.column or sums.families[slot.base].place(
            slot.at, None if slot.clipped else total.indices
        ) is not None
        for total in sums.totals
        for slot in total.slots
    )  # fmt: skip


def overrows(sums: Sums) -> bool:
    """Whether columns are read at the row of a total alone, so that some of the rows can stand for all."""
    return all(slot.at == ROW for total in sums.totals for slot in total.slots if slot.column)


class Variables(Sequence[Symbol]):
    """Symbols in natural order, families of them made only when asked for: x, x0 … x999999, y.

    declared: the names in another order.
    """

    def __init__(
        self, single: Sequence[str], families: Mapping[str, Indices], declared: Sequence[str] | None = None
    ) -> None:
        self.names = Names(single, families, declared)

    def __len__(self) -> int:
        return len(self.names)

    def __getitem__(self, k: int | slice) -> Symbol | tuple[Symbol, ...]:
        if isinstance(k, slice):
            return tuple(Symbol(name, real=True) for name in self.names[k])
        return Symbol(self.names[k], real=True)

    def __iter__(self) -> Iterator[Symbol]:
        return (Symbol(name, real=True) for name in self.names)

    def __contains__(self, symbol: object) -> bool:
        return isinstance(symbol, Symbol) and symbol.name in self.names

    def __repr__(self) -> str:
        return shown(self)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Variables):
            return self.names.parts == other.names.parts
        return isinstance(other, tuple) and len(self) == len(other) and tuple(self) == other

    def __hash__(self) -> int:
        return hash(self.names.parts)


class Names(Sequence[str]):
    """The names of variables: single ones and families, in natural order, or about as they are declared."""

    def __init__(
        self, single: Sequence[str], families: Mapping[str, Indices], declared: Sequence[str] | None = None
    ) -> None:
        parts: list[tuple[str, Indices | None]] = [(name, None) for name in single]
        parts += [(base, indices) for base, indices in families.items()]

        def place(part: tuple[str, Indices | None]) -> Any:
            name, indices = part
            if declared is not None:
                first = name if indices is None else f"{name}{indices[0]}"
                return declared.index(first) if first in declared else len(declared)
            return natural(name) if indices is None else ((name, 0),)

        self.parts = tuple(sorted(parts, key=place))
        self.begins: dict[tuple[str, bool], int] = {}
        size = 0
        for name, indices in self.parts:
            self.begins[name, indices is not None] = size
            size += 1 if indices is None else len(indices)
        self.size = size

    def followed(self, parts: Sequence[tuple[str, Indices | None]]) -> Names:
        """These names and behind them others, in this order."""
        found = copy(self)
        found.parts, found.begins = (*self.parts, *parts), dict(self.begins)
        for name, indices in parts:
            found.begins[name, indices is not None] = found.size
            found.size += 1 if indices is None else len(indices)
        return found

    def __len__(self) -> int:
        return self.size

    def family(self, base: str) -> tuple[int, Indices]:
        """(the place of the family's first variable, its indices)."""
        return self.begins[base, True], next(r for name, r in self.parts if name == base and r is not None)

    def __getitem__(self, k: int | slice) -> str | tuple[str, ...]:  # type: ignore[override]
        if isinstance(k, slice):
            return tuple(self[i] for i in range(*k.indices(self.size)))  # type: ignore[misc]
        if not -self.size <= k < self.size:
            raise IndexError("no such variable")
        k %= self.size
        for name, indices in self.parts:
            length = 1 if indices is None else len(indices)
            if k < length:
                return name if indices is None else f"{name}{indices[k]}"
            k -= length
        raise IndexError("no such variable")  # pragma: no cover - the sizes add up

    def __iter__(self) -> Iterator[str]:
        for name, indices in self.parts:
            if indices is None:
                yield name
            else:
                yield from (f"{name}{i}" for i in indices)

    def index(self, name: str, *_: int) -> int:
        if (name, False) in self.begins:
            return self.begins[name, False]
        for base, indices in self.parts:
            if indices is not None and name.startswith(base) and name[len(base) :].isdigit():
                i = int(name[len(base) :])
                if i in indices and f"{base}{i}" == name:
                    return self.begins[base, True] + indices.index(i)
        raise ValueError(f"{name!r} is no variable")

    def __contains__(self, name: object) -> bool:
        try:
            self.index(str(name))
        except ValueError:
            return False
        return True

    def __repr__(self) -> str:
        return shown(self)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Names):
            return self.parts == other.parts
        return isinstance(other, (tuple, list)) and len(self) == len(other) and list(self) == list(other)

    def __hash__(self) -> int:
        return hash(self.parts)


def shown(sequence: Sequence[Any]) -> str:
    """As a tuple is shown, without its middle where it is long."""
    if len(sequence) <= LISTED:
        return repr(tuple(sequence))
    *begin, last = *sequence[: LISTED - 2], sequence[len(sequence) - 1]
    return f"({', '.join(map(repr, begin))}, …, {last!r})"


def listed(names: Sequence[str]) -> str:
    """Names between commas, of many the first and the last."""
    return ", ".join(names if len(names) <= LISTED else [*names[:3], "…", names[-1]])


@lru_cache(maxsize=4_096)
def natural(name: str) -> tuple[tuple[str, int], ...]:
    """A sorting key under which x2 comes before x10."""
    letters = base_of(name)
    if letters.isalpha():
        return ((letters, int(name[len(letters) :] or -1)),)
    return tuple((letters, int(digits or -1)) for letters, digits in re.findall(r"(\D+)(\d*)", name))
