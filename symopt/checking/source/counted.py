"""Code that names how many variables it has, too many to be read one by one: the same code with n in its place.

What is shown of that for every n holds for the number, for which the two are the same code. The converse is not
claimed, since a 1000 may be a weight too: that it is wrong is shown for the number itself, in a few of its variables.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace

from symopt.checking.source.reading import Source

LEAST = 12
NEAR = 8
NAMED = 5
COUNT = "·n"  # a name that no code has


def numbers(source: Source) -> Iterator[int]:
    """How many variables there may be: the greatest whole number of the code, and the one after it."""
    found = [part.value for statement in source.statements for part in ast.walk(statement)
             if isinstance(part, ast.Constant) and type(part.value) is int]  # fmt: skip
    if found and max(found) >= LEAST:
        yield from (max(found), max(found) + 1)


def few(source: Source, n: int) -> list[int]:
    """The places of a few of n entries, at the ends, in the middle, and those that the code names."""
    named = {part.value for statement in source.statements for part in ast.walk(statement)
             if isinstance(part, ast.Constant) and type(part.value) is int and 1 < part.value < n}  # fmt: skip
    return sorted({0, 1, n // 2, n - 2, n - 1, *sorted(named)[:NAMED]})


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


__all__ = ["COUNT", "few", "numbers", "with_length"]
