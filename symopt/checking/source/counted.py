"""Code that names how many variables it has, too many to be read one by one: the same code with n in its place.

What is shown of that for every n holds for the number, for which the two are the same code. The converse is not
claimed, since a 1000 may be a weight too: that it is wrong is shown for the number itself, in a few of its variables.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from itertools import product
from typing import Any

from sympy import Expr, Integer, Rational, Symbol

from symopt.checking.source.every import Gap
from symopt.checking.source.grids import COLUMNS
from symopt.checking.source.guessed import Trio
from symopt.checking.source.lengths import General, general
from symopt.checking.source.letters import Letters
from symopt.checking.source.order import LENGTH
from symopt.checking.source.questions import Reading
from symopt.checking.source.read import Read
from symopt.checking.source.reading import Source, SourceError
from symopt.checking.source.uniform import VECTOR, Uniform
from symopt.checking.source.walk.objects import NeedsVector
from symopt.checking.sums import TooMany, unrolled
from symopt.checking.verdict import DIFFERENT, PROVED, Component
from symopt.expression import deep

LEAST = 12
NEAR = 8
NAMED = 5
COUNT = "·n"  # a name that no code has
DOUBTED = 12  # entries of a Hessian
REASONS = 3  # of wrong entries
SHOWN = 4  # variables of those that are too many
LONGEST = 5_000  # variables that are numbers but for a few
SLICES = [[Rational(p, 8) for p in row] for row in ((4, -6, 10, -3, 5), (4, 6, 10, 3, 5))]  # exact in doubles

Found = tuple[Read, list[Component], str]


def of_many(source: Source, trio: Trio, settings: Mapping[str, Expr], window: Any, seed: int) -> Found | None:
    """A loss of a number of variables that its code names, if the same code is right for every number from some on,
    with the components for SHOWN variables; or wrong in a few of its variables, with those that are.
    """
    if list(trio.first) != [()] or list(trio.second) not in ([], [()]):
        return None
    whole: dict[int, General] = {}
    for number in numbers(source):
        other = with_length(source, number)
        with deep():
            uniform = Uniform(other, trio.end, dict(settings))
            uniform.settings[COUNT] = LENGTH
            found = general(uniform, trio, {})
        if found is None or found.least > number:
            continue
        whole[number] = found
        this = _read(Reading(other, trio, None, {**settings, COUNT: Integer(SHOWN)}, {}), SHOWN)
        if found.right and found.defined and this is not None:
            told = this.check(window, seed).run()
            if all(c.verdict == PROVED for c in told):
                remark = (f"{trio.loss} has {number} variables: shown by the general entry for every n ≥ {found.least} "
                          f"in place of {number}; above are the entries for n = {SHOWN}")  # fmt: skip
                return replace(this, remarks=[remark, *this.remarks]), told, f"for n = {number}"
    for number, values in product((n for n in numbers(source) if n <= LONGEST), SLICES):
        doubted = in_doubt(whole[number], number) if number in whole else []
        free = sorted({*few(source, number), *(k for _, *index in doubted for k in index)})
        known = {k: values[k % len(values)] for k in range(number) if k not in free}
        reading = Reading(source, replace(trio, second={}), None, settings, {}, values=known)
        if (this := _read(reading, number)) is None:
            continue
        entries, letters = this.entries, {**known, **dict(zip(free, this.loss.variables, strict=True))}
        if doubted:
            put = {Symbol(f"{VECTOR}[{k}]", real=True): value for k, value in letters.items()}
            with deep(), suppress(TooMany):
                entries = [("hessian", (free.index(i), free.index(j)), _entry(gap.given, i, j, number, put))
                           for gap, i, j in doubted]  # fmt: skip
        told = this.check(window, seed, entries).run(REASONS)
        if wrong := [c for c in told if c.verdict == DIFFERENT]:
            remark = (f"{trio.loss} has {number} variables: compared in {', '.join(this.loss.names)}, where the others "
                      f"are {', '.join(map(str, values))} in turn; nothing is said of other entries")  # fmt: skip
            return replace(this, remarks=[remark, *this.remarks]), wrong, f"for n = {number}"
    return None


def _read(reading: Reading, n: int) -> Read | None:
    try:
        with deep():
            parameters = reading.interpreter(Letters()).parameters(reading.trio.loss)
            return reading.attempt(n, parameters)
    except (SourceError, NeedsVector):
        return None


def in_doubt(whole: General, number: int) -> list[tuple[Gap, int, int]]:
    """(what is not shown to be right, i, j) of a few entries of a Hessian of so many rows, at most DOUBTED."""
    found = []
    for gap in whole.gaps if whole.of == "hessian" else ():
        first, last = (int(end.xreplace({LENGTH: Integer(number)})) for end in (gap.first, gap.last))
        for i in sorted({first, (first + last) // 2, last - 1}):
            found += [(gap, i, j) for j in sorted({0, i - 1, i, i + 1} & {*range(number)})]
    return found[:DOUBTED]


def _entry(expr: Expr, i: int, j: int, number: int, values: Mapping[Symbol, Expr]) -> Expr:
    """The entry (i, j) of H in (Hv)ₖ for v = eⱼ, with numbers for what is not free."""
    v = {Symbol(f"{COLUMNS}[{k}]", real=True): Integer(k == j) for k in range(number)}
    return unrolled(expr, {Symbol("k", integer=True): i, LENGTH: number}, 0, None, {}, {**values, **v})


def numbers(source: Source) -> Iterator[int]:
    """How many variables there may be: the greatest whole number of the code, and the one after it."""
    found = [*_whole(source)]
    if found and max(found) >= LEAST:
        yield from (max(found), max(found) + 1)


def few(source: Source, n: int) -> list[int]:
    """The places of a few of n entries, at the ends, in the middle, and those that the code names."""
    named = sorted({value for value in _whole(source) if 1 < value < n})
    return sorted({0, 1, n // 2, n - 2, n - 1, *named[:NAMED]})


def _whole(source: Source) -> Iterable[int]:
    return (part.value for statement in source.statements for part in ast.walk(statement)
            if isinstance(part, ast.Constant) and type(part.value) is int)  # fmt: skip


def with_length(source: Source, number: int) -> Source:
    """The source with COUNT, and what is added to it, in place of a number and of those near it."""
    counting = _Counting(number)
    return replace(source, statements=[counting.visit(deepcopy(statement)) for statement in source.statements])


class _Counting(ast.NodeTransformer):
    def __init__(self, number: int) -> None:
        self.number = number

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if type(node.value) is not int or abs(node.value - self.number) > NEAR:
            return node
        made = ast.BinOp(ast.Name(COUNT, ast.Load()), ast.Add(), ast.Constant(node.value - self.number))
        return ast.fix_missing_locations(ast.copy_location(made, node))
