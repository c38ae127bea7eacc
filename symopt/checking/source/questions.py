"""A loss of numbers, or of one vector, whose number of variables is found: as many as the file can be read with."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from sympy import Expr, S, Symbol

from symopt.checking.source.arrays import Exact, array
from symopt.checking.source.guessed import Trio
from symopt.checking.source.letters import MOST_DATA, Letters, NoShape, Shape, TooMuch, in_words, lettered, settled
from symopt.checking.source.letters import letters as letters_of
from symopt.checking.source.reading import Source, SourceError, TooLong
from symopt.checking.source.results import ONE_NUMBER, Entry, complete, flat_of, single
from symopt.checking.source.shaped import Read, fixed, loss_of, read_shaped
from symopt.checking.source.values import NeedsValues
from symopt.checking.source.walk.objects import Function, NeedsParts, NeedsVector, Sliced
from symopt.checking.source.walker import Interpreter

FREE = 3
MOST = 60
LARGEST = 100  # variables, where only an array of the file tells their number
UNFIT = "cannot read this ("  # an error of Python's or numpy's


class Apart(Exception):
    """Several arguments that cannot all be numbers: the error, and what needs a vector."""

    def __init__(self, error: SourceError, needed: NeedsVector | None) -> None:
        super().__init__(str(error))
        self.error, self.needed = error, needed


@dataclass
class Reading:
    """How one loss and its derivatives are read: the variables and constants named, the shapes told."""

    source: Source
    trio: Trio
    names: Sequence[str] | None
    settings: Mapping[str, Expr]
    told: Mapping[str, Shape]  # of names of the top level
    free: Mapping[str, int] = field(default_factory=dict)  # parameters with defaults, as in `letters.lettered`
    values: Mapping[int, Expr] = field(default_factory=dict)  # of entries of a vector that are numbers, by their places

    def run(self, arguments: Mapping[str, Shape]) -> Read:
        """arguments: told shapes of arguments."""
        if arguments:
            return self.shaped(arguments)
        try:
            return self.plain()
        except (NoShape, NeedsParts):
            return self.shaped({})
        except Apart as apart:
            try:
                return self.shaped({})
            except SourceError as error:
                if apart.needed is None:
                    raise apart.error from None
                try:
                    return self.plain(lone=False)
                except (Apart, NoShape):
                    raise (error if "shapes may be" in error.hint else apart.error) from None

    def shaped(self, arguments: Mapping[str, Shape]) -> Read:
        """Of arrays, whose shapes are searched where they are not told."""
        return read_shaped(self.source, self.trio, self.settings, self.told, arguments, self.free)

    def plain(self, lone: bool = True) -> Read:
        """Of numbers, or of one vector, whose length is found."""
        names = self.names
        n: int | None = len(names) if names is not None else None
        free = False
        parameters = self.interpreter(Letters()).parameters(self.trio.loss)
        apart = len(parameters) > 1
        if names is not None and n == 1:
            n = None
        if apart:
            n = None
        first: SourceError | None = None
        loose = names is None and not apart and self.from_the_end(parameters)
        for _ in range(MOST):
            try:
                found = self.fitting(n, parameters, free, lone)
                return replace(found, loose=loose and n is not None)
            except TooLong:
                raise
            except SourceError as error:
                if apart and names is None:
                    raise Apart(error, None) from None
                if apart or names is not None or n is not None or first is not None:
                    raise first or error from None
                first, n, free = error, FREE, True  # what is no number may be a vector
            except NeedsVector as need:
                if isinstance(need, NeedsParts) and not apart:
                    raise
                if apart:
                    raise Apart(SourceError(
                        f"{self.trio.loss} takes {', '.join(parameters)}, and {parameters[0]} is a vector",
                        "give the others a value: " + " ".join(f"--set {p}=1" for p in parameters[1:])
                        + f"; or a shape: --shape {parameters[-1]}=5",
                    ), need) from None  # fmt: skip
                if names is not None and n is not None and need.n is not None:
                    raise SourceError(
                        f"{need.n} or more variables are used, {n} are declared", "--vars names all"
                    ) from None
                first, loose = first or need.error, loose or isinstance(need, Sliced)
                guessed, free = free, need.n is None
                if names is not None:
                    n = len(names)
                else:
                    n = FREE if need.n is None else need.n if guessed or n is None else max(need.n, n)
        raise SourceError(f"it is not clear how many variables {self.trio.loss} has", "name them: --vars x,y")

    def from_the_end(self, parameters: Sequence[str]) -> bool:
        """Whether the loss counts the entries of its argument from the end, as x[-1]: there may be any number."""
        function = self.interpreter(Letters()).function(self.trio.loss)[0]
        return isinstance(function, Function) and any(
            isinstance(part, ast.Subscript) and ast.unparse(part.value) == parameters[-1]
            and ast.unparse(part.slice).startswith("-") for part in ast.walk(function.node))  # fmt: skip

    def interpreter(self, letters: Letters) -> Interpreter:
        return Interpreter(self.source, self.trio.end, settled(self.settings, self.told, letters), letters)

    def fitting(self, n: int | None, parameters: Sequence[str], free: bool, lone: bool) -> Read:
        """One attempt; where the number of variables is a guess, the first number that fits the arrays in the file."""
        names = self.names
        try:
            found, lengths = self.attempt(n, parameters, free, lone)
        except TooLong:
            raise
        except SourceError as error:
            told = [int(k) for k in re.findall(r"\d+", error.message.partition(UNFIT)[2])]  # numpy's sizes that differ
            tried = [2, 3, 4, 5, 6, 1, 7, 8, 9, 10, *(k for k in told if 10 < k <= LARGEST)]
            others = [k for k in tried if free or k > n] if n is not None and names is None else []
            named: SourceError | None = None  # of a length that fits, what cannot be read
            constant: Read | None = None  # a pair loop over one point, an area of one corner: nothing to be checked
            for other in others:
                try:
                    found = self.attempt(other, parameters, False, lone)[0]
                    if found.loss.expr.free_symbols:
                        return replace(found, guessed=True)
                    constant = constant or replace(found, guessed=True)
                except TooLong:
                    raise
                except SourceError as other_error:
                    named = named or (None if UNFIT in other_error.message else other_error)
                except NeedsVector as need:  # so many entries has the gradient
                    others += [need.n] if need.n is not None and need.n not in (n, *others) else []
            if constant is not None:
                return constant
            raise (named if named and UNFIT in error.message else error) from None
        for other in sorted(lengths)[:3]:  # a number that meets arrays may be a vector of their length
            with suppress(SourceError, NeedsVector):
                return self.attempt(other, parameters, False, lone)[0]
        return found

    def attempt(self, n: int | None, parameters: Sequence[str], free: bool, lone: bool) -> tuple[Read, set[int]]:
        labels: dict[str, tuple[int, ...]] = {}
        while True:
            try:
                return self.once(n, parameters, free, lone, Letters(self.told, labels))
            except NeedsValues as needs:
                if needs.name in labels:
                    raise SourceError(f"the values of {needs.name} are not known", "write them in the file") from None
                labels[needs.name] = needs.values

    def once(
        self, n: int | None, parameters: Sequence[str], free: bool, lone: bool, letters: Letters
    ) -> tuple[Read, set[int]]:
        """One reading, with the lengths of arrays that the one variable has met."""
        trio, names = self.trio, self.names
        if not parameters:
            raise SourceError(f"{trio.loss} has no argument to derive by", "def f(x): …")
        if len(parameters) > 1:
            chosen = list(names) if names is not None and len(names) == len(parameters) else list(parameters)
        elif n is None:
            chosen = list(names or parameters)
        else:
            chosen = list(names) if names is not None else [f"{parameters[0]}{k}" for k in range(n)]
        symbols = [Symbol(name, real=True) for name in chosen]
        open_ = [k for k in range(len(symbols)) if k not in self.values]
        arguments = _arguments([self.values.get(k, s) for k, s in enumerate(symbols)], n)
        reader = self.interpreter(letters)
        reader.variables = set(symbols)
        reader.lone, reader.vector = lone and n is None and names is None, n is not None
        keywords = lettered(self.free, letters)
        result = reader.call_named(trio.loss, arguments, keywords)
        expr = single(result, f"{trio.loss} {ONE_NUMBER}")
        if reader.unpacked and names is None and n is not None and len(set(reader.unpacked)) == n:
            renamed = [Symbol(name, real=True) for name in reader.unpacked]
        else:
            renamed = symbols
        change = dict(zip(symbols, renamed, strict=True))
        entries: list[Entry] = []
        count = len(symbols)
        called = [s.name for s in renamed] if len(parameters) == 1 else list(parameters)
        for of, given_by in (("gradient", trio.first), ("hessian", trio.second)):
            for by, name in given_by.items():
                own, more = reader.taken(name, keywords, dict(zip(parameters, arguments, strict=True)))
                if of == "hessian" and not by and len(parameters) == 1 and len(own) == 2:
                    entries += _times_vector(reader, name, symbols, n, more)
                    continue
                given = [a for p, a in zip(parameters, arguments, strict=True) if p not in more]
                if len(own) != len(given) and len(own) != 1:
                    raise SourceError(
                        f"{name} takes {len(own)} arguments, {trio.loss} takes {len(parameters)}", "the same arguments"
                    )
                value = reader.call_named(name, given if len(own) == len(given) else [array(symbols)], more)
                if by:
                    if any(v not in called for v in by):
                        raise SourceError(
                            f"{name}: {', '.join(by)} are not the variables {', '.join(called)}", "name them: --names"
                        )
                    entries.append((of, tuple(called.index(v) for v in by), single(value, f"{name} {ONE_NUMBER}")))
                else:
                    entries += _entries(of, name, value, count, len(parameters) > 1, names is not None)
        if self.values:
            entries = [(of, (open_.index(k),), entry) for of, (k,), entry in entries if k in open_]
            renamed, count = [renamed[k] for k in open_], len(open_)
        reader.lasting()
        if free and reader.ends:  # a slice ends beyond a number of variables that is a guess
            raise Sliced(max(reader.ends))
        entries = [(of, index, given.xreplace(change)) for of, index, given in entries]
        expr = expr.xreplace(change)
        shapes = {name: shape for name, shape in letters.made.items() if name not in letters.labels}
        data = [s for name, shape in shapes.items() for s in letters_of(name, shape)]
        if len(data) > MOST_DATA:
            raise TooMuch(
                f"the data are {len(data)} numbers: {in_words(shapes)}",
                "small shapes show the same: " + " ".join(f"--shape {name}=…" for name in shapes),
            )
        complete([expr, *(given for _, _, given in entries)], [*renamed, *data], reader.lost)
        loss = loss_of(expr, (*renamed, *data), trio)
        found = Read(loss, expr, entries, [], count, shapes, fixed(letters), reader.walked, bool(free and n))
        return found, reader.lengths if reader.lone and len(parameters) == 1 else set()


def _arguments(symbols: Sequence[Expr], n: int | None) -> list[Any]:
    if n is None:
        return list(symbols)
    return [array(list(symbols))]


def _times_vector(
    reader: Interpreter, name: str, symbols: Sequence[Symbol], n: int | None, more: Mapping[str, Any]
) -> list[Entry]:
    """The entries of a Hessian that is given by its products with any vector."""
    v = [Symbol(f"{reader.parameters(name)[1]} {k}", real=True) for k in range(len(symbols))]
    flat = flat_of(reader.call_named(name, [*_arguments(symbols, n), *_arguments(v, n)], more))
    if len(flat) != len(v):
        raise SourceError(f"{name} returns {len(flat)} entries for {len(v)} variables", "one for each variable")
    rows = [[entry.diff(letter) if entry.has(letter) else S.Zero for letter in v] for entry in flat]
    if any(set(v) & slope.free_symbols for row in rows for slope in row) or any(
        entry.xreplace(dict.fromkeys(v, S.Zero)) != 0 for entry in flat
    ):
        raise SourceError(f"{name} is not linear in its second argument", "return the Hessian times that vector")
    return [("hessian", (i, j), slope) for i, row in enumerate(rows) for j, slope in enumerate(row)]


def _summed(value: Any, n: int) -> Any:
    """A Hessian of n variables given in parts, S and U and C, as what it is: S + U C Uᵀ."""
    if isinstance(value, tuple) and len(value) == 3 and all(isinstance(part, Exact) for part in value):
        s, u, c = value
        if s.shape == (n, n) and u.shape == (n, len(c)) and c.shape == (len(c),) * 2:
            return s + u @ c @ u.T
    return value


def _entries(
    of: str, name: str, value: Any, n: int, apart: bool, named: bool
) -> list[tuple[str, tuple[int, ...], Expr]]:
    flat = flat_of(_summed(value, n)) if value is not None else []
    if of == "gradient":
        if len(flat) == 1 and apart:
            return [(of, (0,), flat[0])]
        if len(flat) != n:
            error = SourceError(
                f"{name} returns {len(flat)} entries for {n} variable{'s' * (n > 1)}", "one for each variable"
            )
            raise error if apart or named or len(flat) > MOST else NeedsVector(len(flat), error)
        return [(of, (k,), entry) for k, entry in enumerate(flat)]
    if len(flat) == 1 and apart:
        return [(of, (0, 0), flat[0])]
    if len(flat) != n * n:
        raise SourceError(
            f"{name} returns {len(flat)} entries; the Hessian of {n} variables has {n * n}", "rows of entries"
        )
    return [(of, (k // n, k % n), entry) for k, entry in enumerate(flat)]


__all__ = ["Reading"]
