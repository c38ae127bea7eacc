"""Python's operators on exact expressions, conditions and arrays of them."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import sympy
from sympy import Expr, S

from symopt.checking.source.library import Unreadable, array, choose, each, exact


def is_condition(value: Any) -> bool:
    """Whether a value is true or false, and no number (to sympy a symbol may be both)."""
    return isinstance(value, sympy.logic.boolalg.Boolean) and not isinstance(value, Expr)


def relation(kind: Any, a: Any, b: Any) -> Any:
    if a.is_number and b.is_number:
        return kind(a, b)
    return kind(a, b, evaluate=False)


def logical(value: Any) -> Any:
    return sympy.sympify(value) if isinstance(value, bool) else value


def as_number(value: Any) -> Any:
    """A condition in arithmetic: 1 where it holds, 0 where it does not."""
    if value in (S.true, S.false):
        return S.One if value is S.true else S.Zero
    if is_condition(value):
        return sympy.Piecewise((S.One, value), (S.Zero, True), evaluate=False)
    if isinstance(value, np.ndarray):
        return each(as_number)(value)
    return value


def power(a: Any, b: Any) -> Any:
    if (b.is_number and abs(b) > 1000) or (a.is_Rational and b.is_Integer and abs(b) * a.p.bit_length() > 20_000):
        raise Unreadable(f"a power with the exponent {b}")
    if a == 0 and b.is_number and b.is_negative:
        raise Unreadable("a division by zero")
    return a**b


def merged(condition: Any, yes: Any, no: Any) -> Any:
    """yes where the condition holds, else no, element by element."""
    if isinstance(yes, (tuple, list)) or isinstance(no, (tuple, list)):
        yes, no = array(yes), array(no)
    if isinstance(yes, np.ndarray) or isinstance(no, np.ndarray):
        return each(lambda a, b: choose(condition, a, b))(yes, no)
    return yes if yes == no else choose(condition, exact(yes), exact(no))


def size(expr: Expr) -> int:
    """How many operations an expression has when it is written out; shared parts count each time."""
    sizes: dict[Any, int] = {}
    stack: list[tuple[Any, bool]] = [(expr, False)]
    while stack:
        node, ready = stack.pop()
        if node in sizes:
            continue
        if ready or not node.args:
            sizes[node] = min(1 + sum(sizes[a] for a in node.args), 10**12)
        else:
            stack.append((node, True))
            stack.extend((a, False) for a in node.args if a not in sizes)
    return sizes[expr]


OPERATORS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
}  # fmt: skip
COMPARISONS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Lt: lambda a, b: relation(sympy.StrictLessThan, a, b), ast.LtE: lambda a, b: relation(sympy.LessThan, a, b),
    ast.Gt: lambda a, b: relation(sympy.StrictGreaterThan, a, b),
    ast.GtE: lambda a, b: relation(sympy.GreaterThan, a, b),
    ast.Eq: lambda a, b: relation(sympy.Equality, a, b), ast.NotEq: lambda a, b: relation(sympy.Unequality, a, b),
}  # fmt: skip
