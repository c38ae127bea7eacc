"""How a loss and its derivatives are read: as functions of numbers or of one vector, else of arrays (`shaped`)."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from sympy import Expr, S, Symbol

from symopt.checking.source.read import ONE_NUMBER, Entry, Read, complete, flat_of, single
from symopt.checking.source.search import Apart, Lengths, Shapes, first, valued
from symopt.checking.source.shaped import fixed, loss_of, shaped
from symopt.checking.verdict import in_words
from symopt.reading.exact.arrays import Exact, array
from symopt.reading.guessed import Trio
from symopt.reading.hints import Hints
from symopt.reading.letters import MOST_DATA, Letters, NoShape, Shape, TooMuch, lettered, settled
from symopt.reading.letters import letters as letters_of
from symopt.reading.source import Source, SourceError
from symopt.reading.walk.objects import Function, NeedsParts, NeedsVector, Sliced
from symopt.reading.walker import Interpreter

MOST = 60  # entries of a gradient that tell how many variables there are


@contextmanager
def unwarned() -> Iterator[None]:
    """Without numpy's warnings on the ones that stand for numbers."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@dataclass
class Reading:
    """How one loss and its derivatives are read: the variables and constants named, the shapes told."""

    source: Source
    trio: Trio
    names: Sequence[str] | None
    settings: Mapping[str, Expr]
    told: Mapping[str, Shape]  # of names of the top level
    free: Mapping[str, int] = field(default_factory=dict)  # parameters with defaults, as in `letters.lettered`

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
                if not apart.needed:
                    raise apart.error from None
                try:
                    return self.plain(lone=False)
                except (Apart, NoShape):
                    raise (error if "shapes may be" in error.hint else apart.error) from None

    def parameters(self) -> list[str]:
        found = self.interpreter(Letters()).parameters(self.trio.loss)
        if not found:
            raise SourceError(f"{self.trio.loss} has no argument to derive by", "def f(x): …")
        return found

    def shaped(self, arguments: Mapping[str, Shape]) -> Read:
        """Of arrays, whose shapes are searched where they are not told."""
        parameters = self.parameters()
        search = Shapes({**self.told, **arguments}, Hints.of(self.source.statements, parameters), parameters,
                        self.trio.loss)  # fmt: skip

        def read(labels: Mapping[str, tuple[int, ...]]) -> Read:
            search.begin(letters := Letters(search.told, labels, search))
            reader = self.interpreter(letters)
            reader.lone, search.recorded = False, reader.recorded
            try:
                return shaped(reader, search, self.trio, self.free)
            finally:
                search.counted(reader.steps)

        return first(search, lambda: valued(read, search.labels))

    def plain(self, lone: bool = True) -> Read:
        """Of numbers, or of one vector, whose length is found."""
        parameters = self.parameters()
        loose = self.names is None and len(parameters) == 1 and self.from_the_end(parameters)
        search = Lengths(parameters, self.names, self.trio.loss, loose)
        found = first(search, lambda: self.attempt(search.n, parameters, search.guess, lone))
        return replace(found, loose=search.loose and search.n is not None, guessed=search.vector is not None)

    def from_the_end(self, parameters: Sequence[str]) -> bool:
        """Whether the loss counts the entries of its argument from the end, as x[-1]: there may be any number."""
        function = self.interpreter(Letters()).function(self.trio.loss)[0]
        return isinstance(function, Function) and any(
            isinstance(part, ast.Subscript) and ast.unparse(part.value) == parameters[-1]
            and ast.unparse(part.slice).startswith("-") for part in ast.walk(function.node))  # fmt: skip

    def interpreter(self, letters: Letters) -> Interpreter:
        return Interpreter(self.source, self.trio.end, settled(self.settings, self.told, letters), letters)

    def attempt(self, n: int | None, parameters: Sequence[str], free: bool = False, lone: bool = True) -> Read:
        """A reading of numbers, or of a vector of n entries; free: whether that is a guess."""
        return valued(lambda labels: self.once(n, parameters, free, lone, Letters(self.told, labels)), {})

    def once(self, n: int | None, parameters: Sequence[str], free: bool, lone: bool, letters: Letters) -> Read:
        trio, names = self.trio, self.names
        if len(parameters) > 1:
            chosen = list(names) if names is not None and len(names) == len(parameters) else list(parameters)
        elif n is None:
            chosen = list(names or parameters)
        else:
            chosen = list(names) if names is not None else [f"{parameters[0]}{k}" for k in range(n)]
        symbols = [Symbol(name, real=True) for name in chosen]
        arguments = _arguments(symbols, n)
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
        change = {a: b for a, b in zip(symbols, renamed, strict=True) if a != b}  # what is replaced is built anew
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
        complete(expr, entries, [*renamed, *data], reader.lost)
        loss = loss_of(expr, (*renamed, *data), trio)
        met = reader.lengths if reader.lone and len(parameters) == 1 else ()
        return Read(loss, expr, entries, [], count, shapes, fixed(letters), reader.walked, bool(free and n), met=met,
                    empty=reader.empty)  # fmt: skip


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


def _entries(of: str, name: str, value: Any, n: int, apart: bool, named: bool) -> list[Entry]:
    flat = flat_of(_summed(value, n)) if value is not None else []
    order = 1 if of == "gradient" else 2
    if len(flat) == 1 and apart:
        return [(of, (0,) * order, flat[0])]
    if len(flat) != n**order and order == 2:
        raise SourceError(
            f"{name} returns {len(flat)} entries; the Hessian of {n} variables has {n * n}", "rows of entries"
        )
    if len(flat) != n**order:
        error = SourceError(
            f"{name} returns {len(flat)} entries for {n} variable{'s' * (n > 1)}", "one for each variable"
        )
        raise error if apart or named or len(flat) > MOST else NeedsVector(len(flat), error)
    return [(of, index, entry) for index, entry in zip(np.ndindex((n,) * order), flat, strict=True)]
