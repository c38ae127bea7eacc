"""Code that names how many variables it has, too many to be read one by one: the same code with n in its place.

What is shown of that for every n holds for the number, for which the two are the same code. The converse is not
claimed, since a 1000 may be a weight too.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

from sympy import Expr, Integer

from symopt.checking.source.lengths import general
from symopt.checking.source.questions import Reading
from symopt.checking.source.read import Read, Told
from symopt.checking.verdict import PROVED
from symopt.expression import deep
from symopt.reading.general.order import LENGTH
from symopt.reading.general.uniform import Uniform
from symopt.reading.guessed import Trio
from symopt.reading.letters import Letters
from symopt.reading.source import Misfit, Source, SourceError
from symopt.reading.walk.objects import NeedsVector

LEAST = 12
NEAR = 8
COUNT = "·n"  # a name that no code has
MANY = 100  # variables that are read one by one
SHOWN = 4  # variables of those that are too many


def of_many(source: Source, trio: Trio, settings: Mapping[str, Expr], window: Any, seed: int) -> Told | None:
    """A loss of a number of variables that its code names, if the same code is right for every number from some on,
    with the components for SHOWN variables.
    """
    if list(trio.first) != [()] or list(trio.second) not in ([], [()]):
        return None
    for number in numbers(source):
        other = with_length(source, number)
        with deep():
            uniform = Uniform(other, trio.end, dict(settings))
            uniform.settings[COUNT] = LENGTH
            found = general(uniform, trio, {})
        if found is None or found.least > number or not (found.right and found.defined):
            continue
        this = _read(Reading(other, trio, None, {**settings, COUNT: Integer(SHOWN)}, {}))
        told = [] if this is None else this.check(window, seed).run()
        if this is not None and all(c.verdict == PROVED for c in told):
            remark = (f"{trio.loss} has {number} variables: shown by the general entry for every n ≥ {found.least} "
                      f"in place of {number}; above are the entries for n = {SHOWN}")  # fmt: skip
            return replace(this, remarks=[remark, *this.remarks]), told, f"for n = {number}"
    return None


def hinted(error: SourceError, source: Source) -> SourceError:
    """The error of code that cannot be read, with a hint where a number of it may be that of its variables."""
    number = next(numbers(source), 0)
    told = {str(number), str(number + 1)} & {*re.findall(r"\d+", error.message)}
    if number < MANY or not (told or isinstance(error, Misfit)):
        return error
    hint = f"if {number} or {number + 1} is how many variables there are, write len(…) of their vector in its place"
    return SourceError(error.message, hint, error.line)


def _read(reading: Reading) -> Read | None:
    try:
        with deep():
            parameters = reading.interpreter(Letters()).parameters(reading.trio.loss)
            return reading.attempt(SHOWN, parameters)
    except (SourceError, NeedsVector):
        return None


def numbers(source: Source) -> Iterator[int]:
    """How many variables there may be: the greatest whole number of the code, and the one after it."""
    found = [part.value for statement in source.statements for part in ast.walk(statement)
             if isinstance(part, ast.Constant) and type(part.value) is int]  # fmt: skip
    if found and max(found) >= LEAST:
        yield from (max(found), max(found) + 1)


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
