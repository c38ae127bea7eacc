"""The line of a file in which a function gives an entry of a derivative, found in the text alone."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from symopt.checking.verdict import Line
from symopt.reading.names import root
from symopt.reading.source import Source

LABEL = re.compile(r"(?:cell (\d+), )?line (\d+)")


def line_of(source: Source, node: ast.AST, index: tuple[int, ...], n: int, part: int | None = None) -> Line | None:
    """Where a function gives an entry of the gradient, (i,), or Hessian, (i, j), of n variables; () is all it gives.

    Of several places it is the last; in doubt the statement that returns all, or the head of a function that returns in
    several places. part: which of the values returned together is the derivative.
    """
    found: ast.AST
    if isinstance(node, ast.Lambda):
        found = _entry(_part(node.body, part), index, n) or node
    else:
        found = _in_function(node, index, n, part) if isinstance(node, ast.FunctionDef) else node
    label, text = source.where(found)
    match = LABEL.fullmatch(label)
    if match is None:
        return None
    return Line(source.path, int(match[2]), text.strip(), int(match[1]) if match[1] else None)


def _in_function(function: ast.FunctionDef, index: tuple[int, ...], n: int, part: int | None) -> ast.AST:
    own = list(_statements(function.body))
    returns = [s for s in own if isinstance(s, ast.Return) and s.value is not None]
    if len(returns) != 1 or returns[0].value is None:
        return function
    value = _part(returns[0].value, part)
    entry = _entry(value, index, n)
    if entry is not None:
        return entry
    name = _inside(value)
    if not isinstance(name, ast.Name):
        return returns[0]
    written: ast.AST | None = None
    for statement in own:
        for target in _targets(statement):
            if root(target) == name.id and _meets(target, index, n):
                literal = _entry(statement.value, index, n) if isinstance(statement, ast.Assign) else None
                written = (literal if isinstance(target, ast.Name) else None) or statement
    return written or returns[0]


def _part(value: ast.expr, part: int | None) -> ast.expr:
    parts = value.elts if isinstance(value, ast.Tuple) else value.values if isinstance(value, ast.Dict) else []
    return parts[part] if part is not None and part < len(parts) else value


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a body in order, those of branches and loops too, not those of functions inside."""
    for statement in body:
        yield statement
        if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
            continue
        for part in ("body", "orelse", "finalbody"):
            yield from _statements(getattr(statement, part, []))


def _targets(statement: ast.stmt) -> list[ast.expr]:
    if isinstance(statement, ast.Assign):
        return [t for target in statement.targets
                for t in (target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target])]  # fmt: skip
    return [statement.target] if isinstance(statement, (ast.AugAssign, ast.AnnAssign)) else []


def _inside(value: ast.expr) -> ast.expr:
    """What a call such as np.array(…), or a method of it such as .ravel(), is made of."""
    while isinstance(value, ast.Call):
        function = value.func
        if isinstance(function, ast.Attribute) and (
            not isinstance(function.value, ast.Name) or function.attr in ("ravel", "flatten", "reshape", "copy")
        ):
            value = function.value
        elif value.args:
            value = value.args[0]
        else:
            break
    return value


def _entry(value: ast.expr, index: tuple[int, ...], n: int) -> ast.expr | None:
    """The entry of nested brackets at an index, if they show it."""
    if not index:
        return None
    value = _inside(value)
    for place in index:
        if not isinstance(value, (ast.List, ast.Tuple)) or any(isinstance(e, ast.Starred) for e in value.elts):
            return None
        if len(value.elts) == n * n and len(index) == 2 and value.elts and n > 1:
            return value.elts[index[0] * n + index[1]]
        if place >= len(value.elts):
            return None
        value = value.elts[place]
    return value


def _meets(target: ast.expr, index: tuple[int, ...], n: int) -> bool:
    """Whether a place that is written may be that of an entry: whole numbers must be its own, the rest may be."""
    parts: list[ast.expr] = []
    inner: ast.expr = target
    while isinstance(inner, ast.Subscript):
        parts[:0] = inner.slice.elts if isinstance(inner.slice, ast.Tuple) else [inner.slice]
        inner = inner.value
    for part, place in zip(parts, index, strict=False):
        if isinstance(part, ast.Slice):
            low, high = _whole(part.lower, n), _whole(part.upper, n)
            if part.step is None and ((low is not None and place < low) or (high is not None and place >= high)):
                return False
        elif _whole(part, n) not in (None, place):
            return False
    return True


def _whole(part: ast.expr | None, n: int) -> int | None:
    """A whole number that is typed, counted from the start; None if it is another thing."""
    try:
        number = None if part is None else ast.literal_eval(part)
    except ValueError:
        return None
    return (number + n if number < 0 else number) if isinstance(number, int) else None
